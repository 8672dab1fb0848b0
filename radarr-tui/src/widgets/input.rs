//! One line of text that is typed, open or masked.

use crossterm::event::{Event, KeyEvent};
use ratatui::layout::Rect;
use tui_input::backend::crossterm::to_input_request;
use tui_input::{Input, InputRequest};

use super::canvas::Canvas;
use crate::theme::Tone;

/// Nothing that is typed here is longer: the longest useful one is a path.
const CHARACTERS_MAX: usize = 4096;

/// Whether others may read along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// They may.
    Open,
    /// A secret: a star for each character.
    Masked,
}

/// A line of text with a cursor in it.
#[derive(Clone, Default)]
pub struct Line(Input);

impl std::fmt::Debug for Line {
    /// The text may be a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Line(…)")
    }
}

impl Line {
    /// A line with a text, the cursor behind it.
    pub fn new(text: &str) -> Self {
        Self(Input::new(text.to_owned()))
    }

    /// The text.
    pub fn text(&self) -> &str {
        self.0.value()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.value().is_empty()
    }

    /// Where the cursor stands, in characters.
    pub fn cursor(&self) -> usize {
        self.0.cursor()
    }

    /// Takes a key; whether the text changed.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        let Some(request) = to_input_request(&Event::Key(key)) else { return false };
        if matches!(request, InputRequest::InsertChar(_)) && self.0.value().len() >= CHARACTERS_MAX {
            return false;
        }
        self.0.handle(request).is_some_and(|changed| changed.value)
    }

    /// Takes pasted text as one edit; line ends become spaces.
    pub fn paste(&mut self, text: &str) -> bool {
        let clean = crate::text::clean(text.trim()).into_owned();
        let room = CHARACTERS_MAX.saturating_sub(self.0.value().len());
        for character in clean.chars().take(room) {
            self.0.handle(InputRequest::InsertChar(character));
        }
        !clean.is_empty()
    }

    /// Draws it over one line of the area, and the cursor when it is typed into.
    pub fn draw(&self, canvas: &mut Canvas, area: Rect, y: u16, shown: Shown, typed_into: bool) {
        let room = usize::from(area.width.saturating_sub(1));
        let skip = self.0.visual_scroll(room);
        let text = match shown {
            Shown::Open => self.0.value().to_owned(),
            Shown::Masked => "*".repeat(self.0.value().chars().count()),
        };
        let visible: String = skip_columns(&text, skip);
        canvas.text(area, 0, y, &visible, Tone::Normal);
        if typed_into {
            let cursor = match shown {
                Shown::Open => self.0.visual_cursor(),
                Shown::Masked => self.0.cursor(),
            };
            let x = u16::try_from(cursor.saturating_sub(skip)).unwrap_or(0).min(area.width.saturating_sub(1));
            canvas.set_cursor(area.x.saturating_add(x), area.y.saturating_add(y));
        }
    }
}

fn skip_columns(text: &str, columns: usize) -> String {
    let mut skipped = 0;
    text.chars()
        .skip_while(|character| {
            let before = skipped;
            skipped += crate::text::width(character.encode_utf8(&mut [0; 4]));
            before < columns
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Theme;
    use crossterm::event::{KeyCode, KeyModifiers};
    use ratatui::buffer::Buffer;

    #[test]
    fn a_secret_is_never_drawn_and_never_printed() {
        let mut line = Line::default();
        for character in "s3cret".chars() {
            assert!(line.key(KeyEvent::new(KeyCode::Char(character), KeyModifiers::NONE)));
        }
        let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 1));
        let mut canvas = Canvas::new(&mut buffer, Theme::Plain);
        line.draw(&mut canvas, Rect::new(0, 0, 20, 1), 0, Shown::Masked, true);
        assert_eq!(canvas.cursor().map(|at| at.x), Some(6));
        let drawn: String = buffer.content().iter().map(ratatui::buffer::Cell::symbol).collect();
        assert_eq!(drawn.trim_end(), "******");
        assert!(!format!("{line:?}").contains("s3cret"));
    }

    #[test]
    fn pasted_text_is_one_line() {
        let mut line = Line::new("a");
        assert!(line.paste("b\nc\u{1b}[2J\n"));
        assert_eq!(line.text(), "ab c[2J");
    }
}
