//! What travels between radarr's daemon and its clients.
//!
//! [`model`] is the data, [`service`] the calls and [`request`] what they take; [`error`] is how they fail.
//! [`endpoint`], [`hello`] and [`frame`] are what happens before and below the calls, [`answer_room`] bounds what
//! waits to be read, and [`client`] is the library that a program uses; [`declared`] reads files of settings. Nothing
//! here decides anything.

pub mod answer_room;
pub mod client;
pub mod declared;
pub mod endpoint;
pub mod error;
pub mod frame;
pub mod hello;
pub mod model;
pub mod request;
pub mod service;
