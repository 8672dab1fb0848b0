//! `root_folders`: the path is the name.

use radarr_proto::model::RootFolder;
use radarr_proto::request::AddRoot;
use serde::{Deserialize, Serialize};

use super::super::applying::{Applying, Misfit, Placed};
use crate::settings::roots::{self, RECYCLE_BIN_DEFAULT, RECYCLE_DAYS_DEFAULT};
use crate::storage::{DocKey, Document};

/// A root folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::declared) struct RootForm {
    path: String,
    /// Nothing = what is deleted is deleted at once.
    #[serde(default = "recycle_bin")]
    recycle_bin: Option<String>,
    #[serde(default = "recycle_days")]
    recycle_days: u32,
}

#[expect(clippy::unnecessary_wraps, reason = "serde wants the field's own type")]
fn recycle_bin() -> Option<String> {
    Some(RECYCLE_BIN_DEFAULT.to_owned())
}

fn recycle_days() -> u32 {
    RECYCLE_DAYS_DEFAULT
}

pub(in crate::declared) fn name(form: &RootForm) -> String {
    roots::tidy_path(&form.path).unwrap_or_else(|_| form.path.clone())
}

pub(in crate::declared) fn form(root: &RootFolder) -> RootForm {
    RootForm {
        path: root.path.clone(),
        recycle_bin: root.recycle_bin.clone(),
        recycle_days: root.recycle_days,
    }
}

pub(in crate::declared) async fn apply(
    applying: &mut Applying<'_>,
    forms: Vec<Placed<RootForm>>,
) -> Result<Vec<DocKey>, Misfit> {
    let mut keys = Vec::with_capacity(forms.len());
    for Placed { place, form: mut wanted } in forms {
        wanted.path = roots::tidy_path(&wanted.path).map_err(place.misfit())?;
        let there = applying.known.roots.iter().find(|root| root.path == wanted.path).cloned();
        // One that is there may be unmounted at the moment; that is no reason to refuse the file.
        let root = match there {
            Some(root) if form(&root) == wanted => root,
            Some(root) => {
                let root =
                    RootFolder { recycle_bin: wanted.recycle_bin, recycle_days: wanted.recycle_days, ..root };
                roots::save_root(applying.flow, applying.by, root).await.map_err(place.misfit())?
            }
            None => {
                let request = AddRoot {
                    path: wanted.path,
                    recycle_bin: Some(wanted.recycle_bin.unwrap_or_default()),
                    recycle_days: Some(wanted.recycle_days),
                };
                roots::add_root(applying.flow, applying.by, request).await.map_err(place.misfit())?.root
            }
        };
        keys.push(root.key());
    }
    Ok(keys)
}
