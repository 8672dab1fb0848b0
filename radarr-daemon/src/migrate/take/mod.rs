//! Takes over what was read, noun by noun, through the functions that a user's own changes go through: what they
//! refuse stays behind with their words.

pub mod blocklist;
pub mod history;
pub mod movies;
mod named;
pub mod outside;
pub mod roots;
pub mod rules;
pub mod sets;
pub mod tags;

use radarr_proto::model::RootFolder;

use super::nouns::Known;
use super::paths::MapPath;
use super::report::Report;
use crate::files::FileError;
use crate::flow::{By, Flow, FlowError};

/// An import that is under way.
pub struct Taking<'a> {
    /// Where it goes.
    pub flow: &'a Flow,
    /// In whose name.
    pub by: &'a By,
    /// Folders that have another path here.
    pub maps: &'a [MapPath],
    /// Our numbers of what was taken so far.
    pub known: Known,
    /// The root folders that movies can lie in.
    pub roots: Vec<RootFolder>,
    /// What became of it so far.
    pub report: Report,
}

/// What a refusal says; what is no refusal ends the import.
fn refusal(error: FlowError) -> Result<String, FlowError> {
    let with_hint = |message: String, hint: Option<String>| match hint {
        Some(hint) => format!("{message} ({hint})"),
        None => message,
    };
    match error {
        FlowError::Refused(refused) => Ok(with_hint(refused.message, refused.hint)),
        FlowError::File(error @ FileError::NoSpace { .. }) => Err(error.into()),
        FlowError::File(error) => Ok(with_hint(error.to_string(), Some(error.hint().to_owned()))),
        other @ (FlowError::Store(_)
        | FlowError::Tmdb(_)
        | FlowError::Indexer(_)
        | FlowError::Client(_)
        | FlowError::Torrent(_)
        | FlowError::Import(_)
        | FlowError::Outside(_)
        | FlowError::Stopped) => Err(other),
    }
}
