//! Who may do what and how much of it, who listens and how, and where secrets are kept.

pub mod certificate;
pub mod keeper;
pub mod key_source;
pub mod keyring;
pub mod mounted;
pub mod patient;
pub mod places;
pub mod rates;
mod rotate;
pub mod secrets;
pub mod tls;
pub mod tokens;
pub mod tries;
