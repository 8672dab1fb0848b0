//! Who may do what, and where secrets are kept.

pub mod keeper;
pub mod key_source;
pub mod keyring;
mod rotate;
pub mod secrets;
pub mod tokens;
