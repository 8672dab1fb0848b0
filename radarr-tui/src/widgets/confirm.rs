//! A question that must be answered with `y` before something is done. Enter and Esc both mean no.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;

use super::canvas::{Canvas, wrap};
use crate::theme::Tone;

/// Columns of the text, where there are that many.
const COLUMNS: u16 = 64;

/// A question.
#[derive(Debug, Clone)]
pub struct Confirm {
    title: String,
    lines: Vec<(String, Tone)>,
    yes: String,
}

/// What was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    /// Do it.
    Yes,
    /// Don't.
    No,
    /// Nothing yet.
    NotYet,
}

impl Confirm {
    /// A question; `yes` says what `y` does.
    pub fn new(title: impl Into<String>, yes: impl Into<String>) -> Self {
        Self { title: title.into(), lines: Vec::new(), yes: yes.into() }
    }

    /// Whether a draft of that name is left without saving it.
    pub fn leaving(name: &str) -> Self {
        Self::new(format!("leave {name}?"), "leave")
            .line("What was changed is not saved.", Tone::Normal)
            .line("", Tone::Normal)
    }

    /// The same with one more line of what one should know.
    #[must_use]
    pub fn line(mut self, text: impl Into<String>, tone: Tone) -> Self {
        self.lines.push((text.into(), tone));
        self
    }

    /// What a key answers.
    pub fn key(key: KeyEvent) -> Answered {
        match key.code {
            KeyCode::Char('y' | 'Y') => Answered::Yes,
            KeyCode::Char('n' | 'N' | 'q') | KeyCode::Esc | KeyCode::Enter => Answered::No,
            _ => Answered::NotYet,
        }
    }

    /// Draws it in the middle of the screen.
    pub fn draw(&self, canvas: &mut Canvas) {
        canvas.no_cursor();
        let columns = COLUMNS.min(canvas.area().width.saturating_sub(4));
        let lines: usize = self.lines.iter().map(|(text, _)| wrap(text, usize::from(columns)).len()).sum();
        let height = u16::try_from(lines + 2).unwrap_or(u16::MAX);
        let inside = canvas.window(&self.title, columns, height);
        let last = inside.height.saturating_sub(1);
        // Where there is no room for all of it the answers stay readable.
        let room = Rect { height: last, ..inside };
        let mut y = 0;
        for (text, tone) in &self.lines {
            y += canvas.wrapped(room, y, text, *tone);
        }
        let bar = [
            ("y", Tone::Accent),
            (" ", Tone::Normal),
            (self.yes.as_str(), Tone::Normal),
            ("   n", Tone::Accent),
            (" don't", Tone::Normal),
        ];
        canvas.texts(inside, 0, last, &bar);
    }
}
