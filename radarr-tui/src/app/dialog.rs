//! What stands above the screen and takes all keys until it is answered: a question, a form, the help, the palette.

use crossterm::event::{KeyCode, KeyEvent};

use super::ask::{Answer, Problem, Ticket};
use super::step::{Context, Step};
use crate::screens::forms::FormDialog;
use crate::screens::help::Help;
use crate::screens::palette::Palette;
use crate::theme::Tone;
use crate::verbs::Verb;
use crate::widgets::canvas::{Canvas, wrap};
use crate::widgets::confirm::{Answered, Confirm};
use crate::widgets::scroll::Scroll;

/// One dialog.
#[derive(Debug)]
pub enum Dialog {
    /// Something to fill in.
    Form(Box<FormDialog>),
    /// A question, and what `y` does.
    Confirm(Confirm, Vec<Step>),
    /// All keys.
    Help(Help),
    /// All verbs by name.
    Palette(Palette),
    /// Something to read.
    Text(Reading),
}

/// What became of a key.
#[derive(Debug)]
pub enum Outcome {
    /// The dialog stays; do this.
    Stays(Vec<Step>),
    /// The dialog is over; do this.
    Over(Vec<Step>),
    /// The dialog is over; do this verb on the screen.
    Verb(Verb),
}

impl Dialog {
    /// Takes a key.
    pub fn key(&mut self, key: KeyEvent, context: &Context) -> Outcome {
        match self {
            Self::Form(form) => form.key(key, context),
            Self::Confirm(_, steps) => match Confirm::key(key) {
                Answered::Yes => Outcome::Over(std::mem::take(steps)),
                Answered::No => Outcome::Over(Vec::new()),
                Answered::NotYet => Outcome::Stays(Vec::new()),
            },
            Self::Help(help) => help.key(key),
            Self::Palette(palette) => palette.key(key),
            Self::Text(reading) => reading.key(key),
        }
    }

    /// Takes pasted text.
    pub fn paste(&mut self, text: &str, context: &Context) -> Vec<Step> {
        match self {
            Self::Form(form) => form.paste(text, context),
            Self::Palette(palette) => {
                palette.paste(text);
                Vec::new()
            }
            Self::Confirm(..) | Self::Help(_) | Self::Text(_) => Vec::new(),
        }
    }

    /// Takes an answer; `None` when it is not for this dialog.
    pub fn answered(&mut self, ticket: Ticket, answer: &Result<Answer, Problem>) -> Option<Outcome> {
        match self {
            Self::Form(form) => form.answered(ticket, answer),
            Self::Confirm(..) | Self::Help(_) | Self::Palette(_) | Self::Text(_) => None,
        }
    }

    /// Draws it above what is there.
    pub fn draw(&mut self, canvas: &mut Canvas) {
        match self {
            Self::Form(form) => form.draw(canvas),
            Self::Confirm(confirm, _) => confirm.draw(canvas),
            Self::Help(help) => help.draw(canvas),
            Self::Palette(palette) => palette.draw(canvas),
            Self::Text(reading) => reading.draw(canvas),
        }
    }
}

/// Lines to read, with a scroll position.
#[derive(Debug, Clone)]
pub struct Reading {
    title: String,
    lines: Vec<(String, Tone)>,
    scroll: Scroll,
}

impl Reading {
    /// Something to read.
    pub fn new(title: impl Into<String>, lines: Vec<(String, Tone)>) -> Self {
        Self { title: title.into(), lines, scroll: Scroll::default() }
    }

    fn key(&mut self, key: KeyEvent) -> Outcome {
        if matches!(key.code, KeyCode::Esc | KeyCode::Enter | KeyCode::Char('q' | 'v')) {
            return Outcome::Over(Vec::new());
        }
        self.scroll.key(key);
        Outcome::Stays(Vec::new())
    }

    fn draw(&mut self, canvas: &mut Canvas) {
        canvas.no_cursor();
        let columns = canvas.area().width.saturating_sub(8).min(110);
        let lines: Vec<(String, Tone)> = self
            .lines
            .iter()
            .flat_map(|(text, tone)| wrap(text, usize::from(columns)).into_iter().map(|line| (line, *tone)))
            .collect();
        let high = u16::try_from(lines.len() + 1).unwrap_or(u16::MAX);
        let inside = canvas.window(&self.title, columns, high.min(canvas.area().height.saturating_sub(4)));
        let room = inside.height.saturating_sub(1);
        let above = self.scroll.fit(lines.len(), room);
        for (y, (text, tone)) in (0..room).zip(lines.iter().skip(above)) {
            canvas.text(inside, 0, y, text, *tone);
        }
        let more = if self.scroll.is_needed() { "j k scroll, " } else { "" };
        canvas.text(inside, 0, inside.height.saturating_sub(1), &format!("{more}esc leave"), Tone::Dim);
    }
}
