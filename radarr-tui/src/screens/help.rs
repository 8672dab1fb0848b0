//! All keys of a place, from the table of verbs.

use crossterm::event::{KeyCode, KeyEvent};

use crate::app::dialog::Outcome;
use crate::text;
use crate::theme::Tone;
use crate::verbs::{Place, VerbInfo, at_hand};
use crate::widgets::canvas::Canvas;

/// The help page.
#[derive(Debug)]
pub struct Help {
    place: Place,
    offset: usize,
}

impl Help {
    /// The keys of that place.
    pub fn new(place: Place) -> Self {
        Self { place, offset: 0 }
    }

    /// Takes a key.
    pub fn key(&mut self, key: KeyEvent) -> Outcome {
        match key.code {
            KeyCode::Down | KeyCode::Char('j') => self.offset += 1,
            KeyCode::Up | KeyCode::Char('k') => self.offset = self.offset.saturating_sub(1),
            KeyCode::PageDown | KeyCode::Char(' ') => self.offset += 10,
            KeyCode::PageUp => self.offset = self.offset.saturating_sub(10),
            _ => return Outcome::Over(Vec::new()),
        }
        Outcome::Stays(Vec::new())
    }

    fn lines(&self) -> Vec<(String, String, Tone)> {
        let mut lines: Vec<(String, String, Tone)> = Vec::new();
        let mut part = |heading: &str, wanted: &dyn Fn(&VerbInfo) -> bool| {
            let infos: Vec<&VerbInfo> = at_hand(self.place).filter(|info| wanted(info)).collect();
            if infos.is_empty() {
                return;
            }
            if !lines.is_empty() {
                lines.push((String::new(), String::new(), Tone::Normal));
            }
            lines.push((heading.to_owned(), String::new(), Tone::Strong));
            lines.extend(infos.into_iter().map(|info| {
                let cli = info.cli.map_or(String::new(), |cli| format!("   radarr-tui {cli}"));
                (info.keys.join(" "), format!("{}{cli}", info.help), Tone::Accent)
            }));
        };
        part(self.place.name(), &|info| info.places.contains(&self.place));
        part("in lists", &|info| info.places.contains(&Place::Lists));
        part("everywhere", &|info| info.places.contains(&Place::Everywhere));
        lines
    }

    /// Draws it.
    pub fn draw(&mut self, canvas: &mut Canvas) {
        canvas.no_cursor();
        let lines = self.lines();
        let high = u16::try_from(lines.len() + 1).unwrap_or(u16::MAX);
        let inside = canvas.window("keys", 62, high.min(canvas.area().height.saturating_sub(2)));
        let room = usize::from(inside.height.saturating_sub(1));
        self.offset = self.offset.min(lines.len().saturating_sub(room));
        for (y, (key, help, tone)) in (0..).zip(lines.iter().skip(self.offset).take(room)) {
            if help.is_empty() {
                canvas.text(inside, 0, y, key, *tone);
            } else {
                canvas.texts(
                    inside,
                    1,
                    y,
                    &[(&text::fit(key, 14), *tone), (" ", Tone::Normal), (help, Tone::Normal)],
                );
            }
        }
        let more = if lines.len() > room { "j k scroll, any other key leaves" } else { "any key leaves" };
        canvas.text(inside, 0, inside.height.saturating_sub(1), more, Tone::Dim);
    }
}
