//! `library`: how the library is kept, and how often is looked; there is one of it.

use radarr_proto::model::{DocVersion, LibrarySettings};

use super::super::applying::{Applying, Misfit, Placed};
use crate::settings::library::save_library_settings;
use crate::storage::{DocKey, Document};

/// Its fields are those of the settings.
pub(in crate::declared) type LibraryForm = LibrarySettings;

pub(in crate::declared) fn name(_form: &LibraryForm) -> String {
    "library".to_owned()
}

pub(in crate::declared) async fn apply(
    applying: &mut Applying<'_>,
    forms: Vec<Placed<LibraryForm>>,
) -> Result<Vec<DocKey>, Misfit> {
    let mut keys = Vec::new();
    for Placed { place, form } in forms {
        let there = LibrarySettings { doc_version: DocVersion(0), ..applying.known.library.clone() };
        let wanted = LibrarySettings { doc_version: DocVersion(0), ..form };
        keys.push(wanted.key());
        if there != wanted {
            save_library_settings(applying.flow, applying.by, wanted).await.map_err(place.misfit())?;
        }
    }
    Ok(keys)
}
