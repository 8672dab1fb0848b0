//! All keys of a place, from the table of verbs.

use crossterm::event::KeyEvent;

use crate::app::dialog::Outcome;
use crate::keymap::{self, Key};
use crate::text;
use crate::theme::Tone;
use crate::verbs::{Place, VerbInfo, at_hand};
use crate::widgets::canvas::Canvas;

/// The help page.
#[derive(Debug)]
pub struct Help {
    place: Place,
    offset: u16,
    /// Lines of the last drawing, and of these visible.
    lines: (u16, u16),
}

impl Help {
    /// The keys of that place.
    pub fn new(place: Place) -> Self {
        Self { place, offset: 0, lines: (0, 0) }
    }

    /// Takes a key.
    pub fn key(&mut self, key: KeyEvent) -> Outcome {
        let (all, visible) = self.lines;
        let Some(motion) = Key::pressed(&key).and_then(keymap::motion).filter(|_| all > visible) else {
            return Outcome::Over(Vec::new());
        };
        let page = visible.saturating_sub(1).max(1);
        self.offset = motion.scrolled(self.offset, page, all.saturating_sub(visible));
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
        self.lines = (high.saturating_sub(1), room);
        self.offset = self.offset.min(self.lines.0.saturating_sub(room));
        for (y, (key, help, tone)) in (0..room).zip(lines.iter().skip(usize::from(self.offset))) {
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
        let more = if self.lines.0 > room { "j k scroll, any other key leaves" } else { "any key leaves" };
        canvas.text(inside, 0, inside.height.saturating_sub(1), more, Tone::Dim);
    }
}
