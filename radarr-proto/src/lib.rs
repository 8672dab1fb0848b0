//! What travels between radarr's daemon and its clients.
//!
//! [`model`] is the data, [`service`] the calls and [`request`] what they take; [`error`] is how they fail.
//! Nothing here decides anything.

pub mod error;
pub mod model;
pub mod request;
pub mod service;
