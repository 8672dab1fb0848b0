//! radarr's terminal client.
//!
//! Without a verb it is the TUI, with one the command line ([`cli`]). Both speak to the daemon through
//! `radarr_proto::client`; [`open`] finds or starts it. Nothing is decided here that the daemon could decide.

pub mod cli;
pub mod clock;
pub mod open;
pub mod story;
pub mod tasks;
pub mod text;
