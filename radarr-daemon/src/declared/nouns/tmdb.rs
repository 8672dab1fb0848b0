//! `tmdb`: how TMDB is asked; there is one of it.

use radarr_proto::declared::SecretRef;
use radarr_proto::model::{DocVersion, SecretInput, SecretSource, TmdbSettings};
use radarr_proto::request::SaveTmdb;
use serde::{Deserialize, Serialize};

use super::super::applying::{Applying, Misfit, Placed};
use crate::config::Config;
use crate::outside::TMDB_SECRET;
use crate::settings::tmdb::save_tmdb_settings;
use crate::storage::{DocKey, Document};

/// The field of the secret.
pub(in crate::declared) const SECRET: &str = "api_key";

/// How TMDB is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::declared) struct TmdbForm {
    #[serde(default = "language")]
    language: String,
    #[serde(default = "country")]
    country: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::declared) api_key: Option<SecretRef>,
}

fn language() -> String {
    Config::default().tmdb.language
}

fn country() -> String {
    Config::default().tmdb.country
}

/// As it is while nobody set anything.
pub(in crate::declared) fn unset() -> TmdbSettings {
    TmdbSettings {
        doc_version: DocVersion(0),
        key: SecretSource::None,
        base_url: String::new(),
        language: language(),
        country: country(),
    }
}

pub(in crate::declared) fn name(_form: &TmdbForm) -> String {
    "tmdb".to_owned()
}

pub(in crate::declared) fn form(settings: &TmdbSettings) -> TmdbForm {
    TmdbForm { language: settings.language.clone(), country: settings.country.clone(), api_key: None }
}

pub(in crate::declared) async fn apply(
    applying: &mut Applying<'_>,
    forms: Vec<Placed<TmdbForm>>,
) -> Result<Vec<DocKey>, Misfit> {
    let mut keys = Vec::new();
    for Placed { place, form: declared } in forms {
        let there = applying.known.tmdb.clone();
        keys.push(there.key());
        let key = applying.secret(&place, "TMDB", declared.api_key.as_ref(), TMDB_SECRET, &there.key).await?;
        let settings = TmdbSettings {
            language: declared.language,
            country: declared.country,
            doc_version: DocVersion(0),
            ..there.clone()
        };
        if key == SecretInput::Keep && form(&there) == form(&settings) {
            continue;
        }
        let saved = save_tmdb_settings(applying.flow, applying.by, SaveTmdb { settings, key }).await;
        saved.map_err(place.misfit())?;
    }
    Ok(keys)
}
