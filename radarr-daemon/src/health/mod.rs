//! What is wrong, and what to do about it.
//!
//! [`look`] asks everything once, the files in `checks` each judge one part of it, and [`run`] keeps what they found
//! with the time since when it is so. [`links`] tries which download folders can be linked into which root folders.

mod checks;
mod finding;
pub mod links;
mod look;
mod run;
#[cfg(test)]
mod tests;

pub use run::{check_all, current};
