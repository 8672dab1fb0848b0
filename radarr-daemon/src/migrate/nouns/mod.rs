//! What each noun of Radarr's is here. Pure: one file per noun, from the members as they were read to our own type.
//!
//! A reader answers with the thing and with what is not quite as it was, or says in words why it can't be taken. What
//! it refers to (tags, formats, profiles) is given by Radarr's numbers and looked up in [`Known`].

pub mod blocklist;
pub mod clients;
pub mod definitions;
pub mod delays;
pub mod file;
pub mod formats;
pub mod history;
pub mod indexers;
pub mod media_info;
pub mod movie;
pub mod naming;
pub mod profiles;
pub mod quality;
pub mod words;

use std::collections::HashMap;

use radarr_proto::model::{ClientId, CustomFormatId, IndexerId, ProfileId, TagId};

use super::fields::Fields;

/// Our numbers under Radarr's, of what was taken over or is here already.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Tags.
    pub tags: HashMap<i64, TagId>,
    /// Custom formats.
    pub formats: HashMap<i64, CustomFormatId>,
    /// Quality profiles.
    pub profiles: HashMap<i64, ProfileId>,
    /// Download clients.
    pub clients: HashMap<i64, ClientId>,
    /// Indexers.
    pub indexers: HashMap<i64, IndexerId>,
}

/// A thing, and what is not quite as it was, one sentence each.
#[derive(Debug, Clone, PartialEq)]
pub struct Mapped<T> {
    /// The thing.
    pub value: T,
    /// What changed.
    pub changes: Vec<String>,
}

/// Its name, else its noun with Radarr's number.
pub fn name_of(fields: &Fields, noun: &str) -> String {
    fields.text("name").map_or_else(|| format!("{noun} {}", fields.int("id").unwrap_or(0)), str::to_owned)
}

/// Our tags; those that are gone are left out, with a word on it.
fn tags(fields: &Fields, known: &Known, changes: &mut Vec<String>) -> Vec<TagId> {
    let mut tags = Vec::new();
    for number in fields.ids("tags") {
        match known.tags.get(&number) {
            Some(tag) if !tags.contains(tag) => tags.push(*tag),
            Some(_) => {}
            None => changes.push(format!("its tag {number} does not exist")),
        }
    }
    tags
}

/// The same for what holds for all movies when it has no tags: that must not come of a tag that is gone.
fn tags_that_narrow(fields: &Fields, known: &Known, changes: &mut Vec<String>) -> Result<Vec<TagId>, String> {
    let tags = tags(fields, known, changes);
    if tags.is_empty() && !fields.ids("tags").is_empty() {
        return Err("none of its tags exists, and without one it would hold for all movies".to_owned());
    }
    Ok(tags)
}

/// Priority of an indexer or a client: 1 is best, 50 is worst.
fn priority(fields: &Fields, otherwise: u8, changes: &mut Vec<String>) -> u8 {
    let given = fields.int("priority").unwrap_or(i64::from(otherwise));
    let taken = u8::try_from(given.clamp(1, 50)).unwrap_or(otherwise);
    if i64::from(taken) != given {
        changes.push(format!("its priority {given} is {taken} here"));
    }
    taken
}
