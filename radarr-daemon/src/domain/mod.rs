//! The rules: pure functions over plain data. No I/O, no clock, no lock, no logging; time is an argument.
//!
//! Read in the order of a release's way: [`parse`] says what a name says, [`match_movie`] which movie it is,
//! [`decide`] whether it may be taken, [`rank`] which is best, [`import`] whether the file may come in and
//! [`naming`] what it is called.

pub mod availability;
pub mod choose_client;
pub mod custom_format;
pub mod decide;
pub mod facts_changes;
pub mod import;
pub mod kept_facts;
pub mod languages;
pub mod match_movie;
pub mod media_info;
pub mod naming;
pub mod parse;
pub mod quality;
pub mod rank;
pub mod refresh_plan;
pub mod reputation;
#[cfg(test)]
mod samples;
pub mod search_plan;
pub mod subtitle;
pub mod title;
pub mod track;
