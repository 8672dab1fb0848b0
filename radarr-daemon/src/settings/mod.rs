//! Everything that a user sets at run time, one file per noun: read it, check it, commit it with its event.
//!
//! Each call of the protocol has a function of its name here. What makes sense is told by the domain's validators;
//! [`edit`] has what all changes share. How the daemon is deployed is not set here: see `config/`.

pub mod clients;
pub mod custom_format_json;
pub mod custom_formats;
pub mod delay_profiles;
pub(crate) mod edit;
pub(crate) mod field_changes;
pub mod format_test;
pub mod indexers;
pub mod library;
pub mod managed;
mod movies;
pub mod naming;
pub mod profile_json;
pub mod profiles;
pub mod quality_definitions;
pub mod quality_json;
pub(crate) mod radarr_numbers;
mod refer;
pub mod release_profiles;
pub mod roots;
mod seed;
pub mod tags;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
pub mod tmdb;
pub mod tokens;

pub use seed::seed;
