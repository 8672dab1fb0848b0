//! Custom formats: named sets of conditions on a release, each worth a score in a profile.
//!
//! A format of the model is compiled once ([`compiled`]) and then matched against many releases. Read [`condition`]
//! for what each kind of condition tests, [`compiled`] for how conditions make a format, [`pattern`] for the
//! expressions in them, `pattern_set.rs` for how a thousand of them are asked at once.

pub mod compiled;
pub mod condition;
mod dotnet;
mod fault;
mod needed_words;
pub mod pattern;
mod pattern_set;
#[cfg(test)]
mod tests;

pub use compiled::{CompiledFormats, Matched};
pub use condition::FormatInput;
