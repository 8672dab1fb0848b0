//! The whole TUI without a terminal and without a daemon: keys and answers in, state and cells out.

mod daily;
mod driver;
mod flows;
mod jobs;
mod properties;
mod scored;
mod snapshots;
