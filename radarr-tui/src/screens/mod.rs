//! The screens, one file each; how it looks is in the `draw.rs` of the folder of its name.
//!
//! A screen holds what only it knows (selection, filter, what it read) and gets the rest as a
//! [`Context`]. It changes nothing outside of itself: it answers with steps.

pub mod add;
pub mod blocklist;
mod editing;
pub mod format;
pub mod formats;
pub mod forms;
pub mod groups;
pub mod help;
pub mod history;
pub mod jobs;
pub mod library;
pub mod movie;
pub mod movie_verbs;
pub mod palette;
pub mod profile;
pub mod queue;
pub mod releases;
pub mod rename;
#[cfg(test)]
pub mod samples;
pub mod settings;
pub mod setup;
pub mod system;
pub mod wanted;

use std::fmt::Debug;

use crossterm::event::KeyEvent;
use radarr_proto::model::Event;
use ratatui::layout::Rect;

use crate::app::ask::{Answer, Ask, Problem, Ticket, Topic};
use crate::app::dialog::Dialog;
use crate::app::step::{Context, Step};
use crate::text;
use crate::theme::Tone;
use crate::verbs::{Place, Verb};
use crate::widgets::canvas::Canvas;
use crate::widgets::confirm::Confirm;

/// One screen.
pub trait Screen: Debug {
    /// Which one it is: its verbs are those of this place.
    fn place(&self) -> Place;

    /// What of the world it shows.
    fn wants(&self) -> Vec<Topic> {
        Vec::new()
    }

    /// It is shown from now on: reads what only it shows.
    fn entered(&mut self, _context: &Context) -> Vec<Step> {
        Vec::new()
    }

    /// Something changed: brings its lines and its selection up to date.
    fn refresh(&mut self, _context: &Context) -> Vec<Step> {
        Vec::new()
    }

    /// Does a verb.
    fn act(&mut self, verb: Verb, context: &Context) -> Vec<Step>;

    /// Takes a key before verbs do; `None` when it does not want it.
    fn key(&mut self, _key: KeyEvent, _context: &Context) -> Option<Vec<Step>> {
        None
    }

    /// Takes pasted text.
    fn paste(&mut self, _text: &str, _context: &Context) -> Vec<Step> {
        Vec::new()
    }

    /// The name of the draft that is lost when the screen is left now.
    fn unsaved(&self) -> Option<&str> {
        None
    }

    /// Goes one step back inside; `None` when there is none and the screen is to be left.
    fn back(&mut self, _context: &Context) -> Option<Vec<Step>> {
        None
    }

    /// Takes an answer; `None` when it is not for this screen.
    fn answered(
        &mut self,
        _ticket: Ticket,
        _answer: &Result<Answer, Problem>,
        _context: &Context,
    ) -> Option<Vec<Step>> {
        None
    }

    /// Takes note of an event of the daemon's log.
    fn happened(&mut self, _event: &Event, _context: &Context) -> Vec<Step> {
        Vec::new()
    }

    /// It is closed: ends what it waits for.
    fn left(&mut self) -> Vec<Step> {
        Vec::new()
    }

    /// Whether it shows how long something takes.
    fn is_busy(&self) -> bool {
        false
    }

    /// The keys to show instead of the verbs, while text is typed; the last one always fits.
    fn hints(&self) -> Option<Vec<(&'static str, &'static str)>> {
        None
    }

    /// Draws itself.
    fn draw(&mut self, canvas: &mut Canvas, area: Rect, context: &Context);
}

/// The screens that are always there, in the order of their numbers.
pub fn tabs() -> Vec<Box<dyn Screen>> {
    vec![
        Box::new(library::LibraryScreen::default()),
        Box::new(queue::QueueScreen::default()),
        Box::new(history::HistoryScreen::default()),
        Box::new(wanted::WantedScreen::default()),
        Box::new(blocklist::BlocklistScreen::default()),
        Box::new(jobs::JobsScreen::default()),
        Box::new(system::SystemScreen::default()),
        Box::new(settings::SettingsScreen::default()),
    ]
}

/// Asks whether a draft shall go over what somebody else saved meanwhile.
fn somebody_was_first(name: &str, over: Ask) -> Step {
    let confirm = Confirm::new(format!("{name} was changed by somebody else"), "save mine over it")
        .line("It was saved by somebody else while it was edited here.", Tone::Warn)
        .line(
            "Yours stays open and is not saved; to see theirs, leave this page and open it again.",
            Tone::Normal,
        )
        .line("", Tone::Normal);
    Step::Dialog(Dialog::Confirm(confirm, vec![Step::Leave, Step::Do(over)]))
}

/// Says why a list has no lines: it is being read, it could not be, or there is nothing.
fn empty(canvas: &mut Canvas, area: Rect, problem: Option<&Problem>, known: bool, nothing: &str) {
    let room = Rect { x: area.x.saturating_add(2), width: area.width.saturating_sub(3), ..area };
    match (problem, known) {
        (Some(problem), _) => {
            let y = canvas.wrapped(room, 1, &problem.message, Tone::Bad) + 1;
            if let Some(hint) = &problem.hint {
                canvas.wrapped(room, y, hint, Tone::Normal);
            }
        }
        (None, false) => {
            canvas.text(room, 0, 1, "reading …", Tone::Dim);
        }
        (None, true) => {
            canvas.wrapped(room, 1, nothing, Tone::Dim);
        }
    }
}

/// Columns that the left part of a title keeps.
const TITLE_MIN: u16 = 14;

/// The line above a list: what it is on the left, how much of it on the right. Where there is no room for both, the
/// left one is cut, and then the right one leaves.
fn title(canvas: &mut Canvas, area: Rect, left: &str, right: &str) {
    let room = Rect { x: area.x.saturating_add(1), width: area.width.saturating_sub(2), ..area };
    let right_columns = u16::try_from(text::width(right)).unwrap_or(u16::MAX);
    let left_columns = u16::try_from(text::width(left)).unwrap_or(u16::MAX);
    let for_left = room.width.saturating_sub(right_columns.saturating_add(2));
    if for_left < TITLE_MIN.min(left_columns) {
        canvas.text(room, 0, 0, left, Tone::Strong);
        return;
    }
    canvas.text(Rect { width: for_left, ..room }, 0, 0, left, Tone::Strong);
    canvas.right(room, 0, right, Tone::Dim);
}
