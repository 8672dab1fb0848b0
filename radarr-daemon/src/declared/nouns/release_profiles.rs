//! `release_profiles`: required and ignored words.

use radarr_proto::model::{DocVersion, ReleaseProfile, ReleaseProfileId};
use serde::{Deserialize, Serialize};

use super::super::applying::{Applying, Misfit, Placed};
use super::super::known::Known;
use super::yes;
use crate::settings::release_profiles::save_release_profile;
use crate::storage::{DocKey, Document};

/// A release profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::declared) struct WordsForm {
    name: String,
    #[serde(default = "yes")]
    enabled: bool,
    #[serde(default)]
    required: Vec<String>,
    #[serde(default)]
    ignored: Vec<String>,
    /// Name of the only indexer that it holds for.
    #[serde(default)]
    indexer: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
}

pub(in crate::declared) fn name(form: &WordsForm) -> String {
    form.name.trim().to_owned()
}

pub(in crate::declared) fn form(words: &ReleaseProfile, known: &Known) -> WordsForm {
    let indexer = known.indexers.iter().find(|indexer| words.indexer_id == Some(indexer.id));
    WordsForm {
        name: words.name.clone(),
        enabled: words.enabled,
        required: words.required.clone(),
        ignored: words.ignored.clone(),
        indexer: indexer.map(|indexer| indexer.name.clone()),
        tags: known.labels(&words.tags),
    }
}

pub(in crate::declared) async fn apply(
    applying: &mut Applying<'_>,
    forms: Vec<Placed<WordsForm>>,
) -> Result<Vec<DocKey>, Misfit> {
    let mut keys = Vec::with_capacity(forms.len());
    for Placed { place, form: declared } in forms {
        let name = declared.name.trim().to_owned();
        let there =
            applying.known.words.iter().find(|known| known.name.to_lowercase() == name.to_lowercase());
        let there = there.cloned();
        let indexer_id = match &declared.indexer {
            None => None,
            Some(indexer) => {
                let lower = indexer.to_lowercase();
                let found = applying.known.indexers.iter().find(|known| known.name.to_lowercase() == lower);
                let found = found.ok_or_else(|| {
                    place.refuse(
                        format!("there is no indexer {indexer:?}"),
                        "declare it under indexers, or correct its name",
                    )
                })?;
                Some(found.id)
            }
        };
        let profile = ReleaseProfile {
            doc_version: DocVersion(0),
            id: there.as_ref().map_or(ReleaseProfileId(0), |there| there.id),
            name,
            enabled: declared.enabled,
            required: declared.required,
            ignored: declared.ignored,
            indexer_id,
            tags: applying.tags(&place, &declared.tags).await?,
        };
        if let Some(there) = &there
            && form(there, &applying.known) == form(&profile, &applying.known)
        {
            keys.push(there.key());
            continue;
        }
        let saved = save_release_profile(applying.flow, applying.by, profile).await;
        keys.push(saved.map_err(place.misfit())?.key());
    }
    Ok(keys)
}
