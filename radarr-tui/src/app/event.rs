//! Everything that can happen to the TUI, as one enum.

use crossterm::event::KeyEvent;
use jiff::Timestamp;
use radarr_proto::client::Greeting;
use radarr_proto::request::EventBatch;

use super::ask::{Answer, Problem, Ticket};

/// Whether what was known before still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// Events may have been missed: everything must be read anew.
    Anew,
    /// Every event since will still come.
    Resumed,
}

/// One thing that happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// A key was pressed.
    Key(KeyEvent),
    /// Text was pasted.
    Paste(String),
    /// The terminal has another size, or its content is lost.
    Resized,
    /// There is a connection.
    Connected(Greeting, Since),
    /// Something is done about the connection, e.g. a daemon is started.
    Connecting(String),
    /// There is no connection.
    Lost {
        /// Why.
        problem: Problem,
        /// When it is tried again.
        retry_at: Timestamp,
    },
    /// Events of the daemon's log.
    Happened(EventBatch),
    /// A question was answered, or could not be.
    Answered(Ticket, Result<Answer, Problem>),
    /// Time passed that the screen shows.
    Tick,
    /// The system wants the program to end.
    Stop,
}
