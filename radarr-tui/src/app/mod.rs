//! The TUI: one state, changed only by [`update::update`], which says what to do as effects.
//!
//! Read [`state`] for what there is, [`update`] for what happens on an [`event::Event`], [`effects`] for how the
//! daemon is asked beside the drawing, [`run`] for the loop around them.

pub mod ask;
pub mod dialog;
pub mod draw;
pub mod effects;
pub mod event;
pub mod run;
pub mod state;
pub mod step;
#[cfg(test)]
mod tests;
pub mod update;
pub mod world;
