//! All keys of a place, from the table of verbs.

use crossterm::event::KeyEvent;

use crate::app::dialog::Outcome;
use crate::text;
use crate::theme::Tone;
use crate::verbs::{Place, VerbInfo, at_hand};
use crate::widgets::canvas::Canvas;
use crate::widgets::scroll::Scroll;

/// The help page.
#[derive(Debug)]
pub struct Help {
    place: Place,
    scroll: Scroll,
}

impl Help {
    /// The keys of that place.
    pub fn new(place: Place) -> Self {
        Self { place, scroll: Scroll::default() }
    }

    /// Takes a key.
    pub fn key(&mut self, key: KeyEvent) -> Outcome {
        if !self.scroll.is_needed() || !self.scroll.key(key) {
            return Outcome::Over(Vec::new());
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
        let room = inside.height.saturating_sub(1);
        let above = self.scroll.fit(lines.len(), room);
        for (y, (key, help, tone)) in (0..room).zip(lines.iter().skip(above)) {
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
        let more =
            if self.scroll.is_needed() { "j k scroll, any other key leaves" } else { "any key leaves" };
        canvas.text(inside, 0, inside.height.saturating_sub(1), more, Tone::Dim);
    }
}
