//! The whole TUI without a terminal and without a daemon: keys and answers in, state and cells out.

mod driver;
mod flows;
mod properties;
mod scored;
mod snapshots;
