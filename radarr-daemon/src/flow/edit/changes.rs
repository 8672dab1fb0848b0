//! What an edit changes in a movie, and how that is told. Folders are moved elsewhere.

use std::collections::HashMap;

use radarr_proto::model::{MinimumAvailability, Movie, ProfileId, RootFolderId, Slot, TagId};
use radarr_proto::request::EditMovie;

use super::new_version;
use crate::flow::FlowError;

/// More versions than anybody keeps of a movie.
const VERSIONS_MAX: usize = 8;
/// Longer than any name of a version.
const NAME_CHARS_MAX: usize = 60;

/// Names for the words of an edit.
pub(super) struct Names {
    pub(super) profiles: HashMap<ProfileId, String>,
    pub(super) tags: HashMap<TagId, String>,
    /// Paths.
    pub(super) roots: HashMap<RootFolderId, String>,
}

impl Names {
    pub(super) fn root(&self, id: RootFolderId) -> String {
        self.roots.get(&id).cloned().unwrap_or_default()
    }

    fn profile(&self, id: ProfileId) -> String {
        self.profiles.get(&id).cloned().unwrap_or_else(|| format!("profile {id}"))
    }

    fn tags(&self, ids: &[TagId]) -> String {
        let labels: Vec<String> =
            ids.iter().map(|id| self.tags.get(id).cloned().unwrap_or_else(|| format!("tag {id}"))).collect();
        if labels.is_empty() { "none".to_owned() } else { labels.join(", ") }
    }
}

/// Makes the changes, and tells each in words; none when everything is so already.
pub(super) fn change(
    movie: &mut Movie,
    request: &EditMovie,
    names: &Names,
) -> Result<Vec<String>, FlowError> {
    let mut changes = Vec::new();
    if let Some(monitored) = request.monitored.filter(|monitored| *monitored != movie.monitored) {
        movie.monitored = monitored;
        let words = |monitored| if monitored { "yes" } else { "no" };
        changes.push(format!("monitored: {}, was {}", words(monitored), words(!monitored)));
    }
    if let Some(availability) = request.minimum_availability
        && availability != movie.minimum_availability
    {
        let was = words(movie.minimum_availability);
        movie.minimum_availability = availability;
        changes.push(format!("minimum availability: {}, was {was}", words(availability)));
    }
    if let Some(tags) = &request.tags {
        let mut tags = tags.clone();
        tags.sort_unstable();
        tags.dedup();
        if tags != movie.tags {
            changes.push(format!("tags: {}, were {}", names.tags(&tags), names.tags(&movie.tags)));
            movie.tags = tags;
        }
    }
    match &request.add_version {
        Some(name) => add_version(movie, request, name, names, &mut changes)?,
        None if request.remove_version => remove_version(movie, request.slot, &mut changes)?,
        None => change_version(movie, request, names, &mut changes)?,
    }
    Ok(changes)
}

fn words(availability: MinimumAvailability) -> &'static str {
    match availability {
        MinimumAvailability::Tba => "to be announced",
        MinimumAvailability::Announced => "announced",
        MinimumAvailability::InCinemas => "in cinemas",
        MinimumAvailability::Released => "released",
        MinimumAvailability::Unknown => "unknown",
    }
}

fn no_such_version(movie: &Movie, slot: Slot) -> FlowError {
    FlowError::not_found(format!("{} has no version {}", movie.facts.title, slot.0))
}

fn change_version(
    movie: &mut Movie,
    request: &EditMovie,
    names: &Names,
    changes: &mut Vec<String>,
) -> Result<(), FlowError> {
    let has_version = movie.versions.iter().any(|version| version.slot == request.slot);
    if !has_version {
        return Err(no_such_version(movie, request.slot));
    }
    for version in movie.versions.iter_mut().filter(|version| version.slot == request.slot) {
        if let Some(profile) = request.profile_id.filter(|profile| *profile != version.profile_id) {
            let (now, was) = (names.profile(profile), names.profile(version.profile_id));
            version.profile_id = profile;
            let which = if version.name.is_empty() { String::new() } else { format!(" of {}", version.name) };
            changes.push(format!("profile{which}: {now}, was {was}"));
        }
    }
    Ok(())
}

fn add_version(
    movie: &mut Movie,
    request: &EditMovie,
    name: &str,
    names: &Names,
    changes: &mut Vec<String>,
) -> Result<(), FlowError> {
    let name: String = name.trim().chars().filter(|c| !c.is_control()).take(NAME_CHARS_MAX).collect();
    if name.is_empty() {
        return Err(FlowError::invalid("a version needs a name", "give it one, such as: 4k"));
    }
    if movie.versions.iter().any(|version| version.slot == request.slot) {
        return Err(FlowError::conflict(
            format!("{} has a version {} already", movie.facts.title, request.slot.0),
            "choose the next free slot",
        ));
    }
    if movie.versions.iter().any(|version| version.name.eq_ignore_ascii_case(&name)) {
        return Err(FlowError::conflict(
            format!("{} has a version called {name} already", movie.facts.title),
            "give it another name",
        ));
    }
    let Some(first) = movie.versions.first().filter(|_| movie.versions.len() < VERSIONS_MAX) else {
        return Err(FlowError::invalid(
            format!("a movie has at most {VERSIONS_MAX} versions"),
            "remove one first",
        ));
    };
    let version = new_version(first, request, &name);
    changes.push(format!("version {name} with the profile {}", names.profile(version.profile_id)));
    movie.versions.push(version);
    movie.versions.sort_by_key(|version| version.slot);
    Ok(())
}

fn remove_version(movie: &mut Movie, slot: Slot, changes: &mut Vec<String>) -> Result<(), FlowError> {
    if slot == Slot(0) {
        return Err(FlowError::invalid(
            "the first version of a movie can't be removed",
            "delete the movie instead, or change the version's profile",
        ));
    }
    let Some(version) = movie.versions.iter().find(|version| version.slot == slot) else {
        return Err(no_such_version(movie, slot));
    };
    if let Some(file) = &version.file {
        return Err(FlowError::conflict(
            format!("the version {} has a file, {}", version.name, file.relative_path),
            "move it away by hand and rescan the movie, then repeat",
        ));
    }
    changes.push(format!("without the version {}", version.name));
    movie.versions.retain(|version| version.slot != slot);
    Ok(())
}
