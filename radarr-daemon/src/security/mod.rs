//! Who may do what, and where secrets are kept.

pub mod secrets;
pub mod tokens;
