//! What travels between radarr's daemon and its clients.
//!
//! [`model`] is the data.

pub mod model;
