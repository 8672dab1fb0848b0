//! Custom formats: named sets of conditions on a release, each worth a score in a profile.
//!
//! A format of the model is compiled once ([`compiled`]) and then matched against many releases. Read [`condition`]
//! for what each kind of condition tests, [`compiled`] for how conditions make a format, [`pattern`] for the
//! expressions in them.

pub mod compiled;
pub mod condition;
mod dotnet;
pub mod pattern;

pub use compiled::{CompiledFormats, Matched};
pub use condition::FormatInput;
