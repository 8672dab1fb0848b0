//! What is wanted of a movie that comes into the library.

use radarr_proto::model::{MinimumAvailability, ProfileId, RootFolderId, TmdbId};
use radarr_proto::request::{AddMovie, LookupHit};

use super::{FormDialog, Purpose};
use crate::app::ask::Ask;
use crate::app::step::Context;
use crate::text;
use crate::widgets::form::{Form, Value};

/// From when on a movie is looked for, in words.
pub const AVAILABILITIES: &[(MinimumAvailability, &str)] = &[
    (MinimumAvailability::Released, "from its release on"),
    (MinimumAvailability::InCinemas, "from cinemas on"),
    (MinimumAvailability::Announced, "from its announcement on"),
    (MinimumAvailability::Tba, "at once"),
];

#[derive(Debug)]
struct Add {
    tmdb_id: TmdbId,
    roots: Vec<RootFolderId>,
    profiles: Vec<ProfileId>,
}

/// The form for that movie of TMDB's.
pub fn form(hit: &LookupHit, context: &Context) -> FormDialog {
    let roots = context.world.roots.as_deref().unwrap_or_default();
    let profiles = context.world.profiles.as_deref().unwrap_or_default();
    let root_names = roots
        .iter()
        .map(|state| match state.free_bytes {
            Some(free) => format!("{}  ({} free)", state.root.path, text::size(free)),
            None => state.root.path.clone(),
        })
        .collect();
    let profile_names = profiles.iter().map(|profile| profile.name.clone()).collect();
    let availabilities = AVAILABILITIES.iter().map(|(_, name)| (*name).to_owned()).collect();
    // Whoever adds a movie mostly wants what the others have.
    let library = &context.world.library;
    let root = library.usual(|row| row.root_folder_id);
    let root = roots.iter().position(|state| Some(state.root.id) == root).unwrap_or(0);
    let profile = library.usual(|row| row.profile_id);
    let profile = profiles.iter().position(|one| Some(one.id) == profile).unwrap_or(0);
    let form = Form::new(format!("add {}", text::titled(&hit.title, hit.year)), "add")
        .field("root folder", "where it shall lie", Value::Choice(root_names, root))
        .field("profile", "what it may be, and what is better", Value::Choice(profile_names, profile))
        .field("monitored", "whether it is looked for", Value::Switch(true))
        .field("wanted", "from when on it is looked for", Value::Choice(availabilities, 0))
        .field("search now", "asks the indexers at once and grabs the best", Value::Switch(true));
    let purpose = Add {
        tmdb_id: hit.tmdb_id,
        roots: roots.iter().map(|state| state.root.id).collect(),
        profiles: profiles.iter().map(|profile| profile.id).collect(),
    };
    FormDialog::new(form, "add", purpose)
}

impl Purpose for Add {
    fn ask(&self, form: &Form) -> Result<Ask, String> {
        Ok(Ask::Add(AddMovie {
            tmdb_id: self.tmdb_id,
            root_folder_id: self.roots.get(form.choice("root folder")).copied(),
            profile_id: self.profiles.get(form.choice("profile")).copied(),
            monitored: form.switch("monitored"),
            minimum_availability: AVAILABILITIES
                .get(form.choice("wanted"))
                .map_or(MinimumAvailability::Released, |(from, _)| *from),
            tags: Vec::new(),
            search: form.switch("search now"),
        }))
    }
}
