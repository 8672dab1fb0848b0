//! Who may do what, and where secrets are kept.

pub mod keeper;
pub mod secrets;
pub mod tokens;
