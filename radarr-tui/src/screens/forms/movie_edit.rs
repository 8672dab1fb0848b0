//! What is wanted of a movie in the library. Only what was changed is sent, so that another client's edit stays.

use radarr_proto::model::{MinimumAvailability, MovieRow, ProfileId, RootFolderId};
use radarr_proto::request::EditMovie;

use super::movie_add::AVAILABILITIES;
use super::{FormDialog, Purpose};
use crate::app::ask::Ask;
use crate::app::step::Context;
use crate::text;
use crate::widgets::form::{Form, Value};

/// The choice that leaves the availability as it is: the row does not say which it is.
const AS_IT_IS: &str = "as it is";

#[derive(Debug)]
struct Edit {
    row: MovieRow,
    roots: Vec<RootFolderId>,
    profiles: Vec<ProfileId>,
}

/// The form for that movie.
pub fn form(row: &MovieRow, context: &Context) -> FormDialog {
    let roots = context.world.roots.as_deref().unwrap_or_default();
    let profiles = context.world.profiles.as_deref().unwrap_or_default();
    let root = roots.iter().position(|state| state.root.id == row.root_folder_id).unwrap_or(0);
    let profile = profiles.iter().position(|profile| profile.id == row.profile_id).unwrap_or(0);
    let root_names = roots.iter().map(|state| state.root.path.clone()).collect();
    let profile_names = profiles.iter().map(|profile| profile.name.clone()).collect();
    let availabilities = [AS_IT_IS].into_iter().chain(AVAILABILITIES.iter().map(|(_, name)| *name));
    let form = Form::new(format!("edit {}", text::titled(&row.title, row.year)), "save")
        .field("monitored", "whether it is looked for", Value::Switch(row.monitored))
        .field(
            "wanted",
            "from when on it is looked for",
            Value::Choice(availabilities.map(str::to_owned).collect(), 0),
        )
        .field("profile", "what it may be, and what is better", Value::Choice(profile_names, profile))
        .field("root folder", "where it lies; its files are moved there", Value::Choice(root_names, root));
    let purpose = Edit {
        row: row.clone(),
        roots: roots.iter().map(|state| state.root.id).collect(),
        profiles: profiles.iter().map(|profile| profile.id).collect(),
    };
    FormDialog::new(form, "save", purpose)
}

impl Purpose for Edit {
    fn ask(&self, form: &Form) -> Result<Ask, String> {
        let availability: Option<MinimumAvailability> =
            form.choice("wanted").checked_sub(1).and_then(|at| AVAILABILITIES.get(at)).map(|(from, _)| *from);
        let monitored = form.switch("monitored");
        let profile = self.profiles.get(form.choice("profile")).copied();
        let root = self.roots.get(form.choice("root folder")).copied();
        let request = EditMovie {
            id: self.row.id,
            monitored: Some(monitored).filter(|on| *on != self.row.monitored),
            minimum_availability: availability,
            profile_id: profile.filter(|id| *id != self.row.profile_id),
            root_folder_id: root.filter(|id| *id != self.row.root_folder_id),
            ..EditMovie::default()
        };
        if request == (EditMovie { id: self.row.id, ..EditMovie::default() }) {
            return Err("nothing was changed; esc leaves".to_owned());
        }
        Ok(Ask::Edit(request))
    }
}
