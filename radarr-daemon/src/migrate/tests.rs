//! The whole way, from databases of Radarr's schema into a storage.

mod databases;
mod reading;
mod whole;
