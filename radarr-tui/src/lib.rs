//! radarr's terminal client.
//!
//! Without a verb it is the TUI ([`app`]), with one the command line ([`cli`]). Both speak to the daemon through
//! `radarr_proto::client`; [`open`] finds or starts it. Nothing is decided here that the daemon could decide.

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "each place does a few of the many keys, verbs and events"
)]
pub mod app;
pub mod cli;
pub mod clock;
pub mod connection;
pub mod gather;
pub mod keymap;
pub mod open;
#[expect(clippy::wildcard_enum_match_arm, reason = "a screen does a few of the many keys and verbs")]
pub mod screens;
pub mod story;
pub mod tasks;
pub mod terminal;
pub mod text;
pub mod theme;
pub mod verbs;
#[expect(clippy::wildcard_enum_match_arm, reason = "a widget takes a few of the many keys")]
pub mod widgets;
