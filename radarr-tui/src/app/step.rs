//! What a screen or a dialog wants done after a key or an answer. The state carries it out in `update.rs`.

use std::cell::Cell;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::ask::{Ask, Problem, Ticket};
use super::dialog::Dialog;
use super::world::{Search, World};
use crate::screens::Screen;
use crate::theme::Tone;

/// One thing to do.
#[derive(Debug)]
pub enum Step {
    /// Asks the daemon; nobody in particular waits, the outcome is said on the last line.
    Do(Ask),
    /// Asks the daemon; whoever holds the ticket hears the answer.
    Ask(Ticket, Ask),
    /// The same after a pause, unless it is dropped before.
    AskLater(Ticket, Ask, Duration),
    /// The answer is not wanted any more.
    Drop(Ticket),
    /// Shows another screen above this one.
    Open(Box<dyn Screen>),
    /// Leaves this screen.
    Leave,
    /// Leaves all that is open above, and shows the tab at that place.
    ShowTab(usize),
    /// Asks the user something.
    Dialog(Dialog),
    /// Keeps what a search found.
    Keep(Box<Search>),
    /// Says something on the last line.
    Say(String, Tone),
    /// Says what went wrong and what to do.
    Trouble(Problem),
}

/// Gives each question a number of its own.
#[derive(Debug, Default)]
pub struct Tickets(Cell<u64>);

impl Tickets {
    /// The next number.
    pub fn next(&self) -> Ticket {
        self.0.set(self.0.get() + 1);
        Ticket(self.0.get())
    }
}

/// What screens and dialogs see of the rest.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// What the daemon said.
    pub world: &'a World,
    /// The time.
    pub now: Timestamp,
    /// The user's zone.
    pub zone: &'a TimeZone,
    /// Numbers for questions.
    pub tickets: &'a Tickets,
}
