//! TMDB's API, version 3: search, details, changes.
//!
//! [`term`] reads what a person typed, [`client`] asks, [`answer`] is what comes back as it comes, [`facts`]
//! makes our [`MovieFacts`](radarr_proto::model::MovieFacts) of it, and [`dates`] tells which release dates count.

mod answer;
mod cache;
mod client;
mod dates;
mod error;
mod facts;
mod pace;
mod term;

pub use client::{Tmdb, TmdbConfig};
pub use dates::{DatedRelease, ReleaseType, choose_dates};
pub use error::TmdbError;
pub use term::{LookupTerm, TermError};
