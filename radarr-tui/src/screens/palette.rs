//! Every verb that is at hand, found by its name.

use crossterm::event::{KeyCode, KeyEvent};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::layout::Rect;

use crate::app::dialog::Outcome;
use crate::keymap;
use crate::text;
use crate::theme::Tone;
use crate::verbs::{Motion, Place, Verb, VerbInfo, at_hand};
use crate::widgets::canvas::Canvas;
use crate::widgets::input::{Line, Shown};
use crate::widgets::list::Selection;

/// Lines of the list.
const LINES: u16 = 12;

/// The palette.
#[derive(Debug)]
pub struct Palette {
    place: Place,
    term: Line,
    found: Vec<&'static VerbInfo>,
    selection: Selection<&'static str>,
}

impl Palette {
    /// The verbs of that place.
    pub fn new(place: Place) -> Self {
        let mut palette =
            Self { place, term: Line::default(), found: Vec::new(), selection: Selection::default() };
        palette.search();
        palette
    }

    fn search(&mut self) {
        let pattern = Pattern::parse(self.term.text(), CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut characters = Vec::new();
        let mut scored: Vec<(u32, &'static VerbInfo)> = at_hand(self.place)
            .filter(|info| !matches!(info.verb, Verb::Move(_)))
            .filter_map(|info| {
                let name = format!("{} {}", info.name, info.help);
                let score = pattern.score(Utf32Str::new(&name, &mut characters), &mut matcher)?;
                Some((score, info))
            })
            .collect();
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        self.found = scored.into_iter().map(|(_, info)| info).collect();
        self.go(Motion::Top);
    }

    fn go(&mut self, motion: Motion) {
        let found = &self.found;
        self.selection.go(motion, found.len(), |at| found.get(at).map(|info| info.name));
    }

    /// Takes a key.
    pub fn key(&mut self, key: KeyEvent) -> Outcome {
        match key.code {
            KeyCode::Esc => return Outcome::Over(Vec::new()),
            KeyCode::Enter => {
                let chosen = self.found.get(self.selection.index());
                return chosen.map_or(Outcome::Stays(Vec::new()), |info| Outcome::Verb(info.verb));
            }
            KeyCode::Tab => self.go(Motion::Down),
            KeyCode::BackTab => self.go(Motion::Up),
            _ => match keymap::choosing(&key) {
                Some(motion) => self.go(motion),
                None if self.term.key(key) => self.search(),
                None => {}
            },
        }
        Outcome::Stays(Vec::new())
    }

    /// Takes pasted text.
    pub fn paste(&mut self, text: &str) {
        if self.term.paste(text) {
            self.search();
        }
    }

    /// Draws it.
    pub fn draw(&mut self, canvas: &mut Canvas) {
        let inside = canvas.window("do", 60, LINES + 1);
        canvas.text(inside, 0, 0, ":", Tone::Accent);
        let room = Rect { x: inside.x.saturating_add(2), width: inside.width.saturating_sub(2), ..inside };
        self.term.draw(canvas, room, 0, Shown::Open, true);
        let high = inside.height.saturating_sub(1);
        self.selection.show(usize::from(high), self.found.len());
        let shown = self.found.iter().enumerate().skip(self.selection.offset()).take(usize::from(high));
        for (y, (at, info)) in (1..).zip(shown) {
            let name = text::fit(info.name, 20);
            let key = text::fit(info.key(), 8);
            canvas.texts(
                inside,
                1,
                y,
                &[(&name, Tone::Normal), (&key, Tone::Accent), (info.help, Tone::Dim)],
            );
            if at == self.selection.index() {
                canvas.tint(inside, y, Tone::Selected);
            }
        }
        if self.found.is_empty() {
            canvas.text(inside, 1, 1, "nothing here has such a name", Tone::Dim);
        }
    }
}
