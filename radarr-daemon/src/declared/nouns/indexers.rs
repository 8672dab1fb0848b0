//! `indexers`.

use radarr_proto::declared::SecretRef;
use radarr_proto::model::{
    DocVersion, Indexer, IndexerFlag, IndexerId, IndexerKind, Language, SaveIndexer, SecretInput,
    SecretSource,
};
use serde::{Deserialize, Serialize};

use super::super::applying::{Applying, Misfit, Placed};
use super::super::known::Known;
use super::super::read::Place;
use super::yes;
use crate::outside::indexer_secret;
use crate::settings::indexers::save_indexer;
use crate::storage::{DocKey, Document};

/// HDBits' address when none is given.
const HDBITS: &str = "https://hdbits.org";
/// All of the usual parts of the movies.
const CATEGORIES: [u32; 8] = [2000, 2010, 2020, 2030, 2040, 2045, 2050, 2060];

/// An indexer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::declared) struct IndexerForm {
    name: String,
    kind: Kind,
    #[serde(default = "yes")]
    enabled: bool,
    #[serde(default)]
    base_url: Option<String>,
    /// HDBits alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    /// HDBits alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    passkey: Option<SecretRef>,
    /// Torznab alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    api_path: Option<String>,
    /// Torznab alone; an empty list = everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    categories: Option<Vec<u32>>,
    /// Torznab alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    api_key: Option<SecretRef>,
    #[serde(default = "yes")]
    use_recent: bool,
    #[serde(default = "yes")]
    use_automatic_search: bool,
    #[serde(default = "yes")]
    use_interactive_search: bool,
    #[serde(default = "priority")]
    priority: u8,
    #[serde(default = "one")]
    minimum_seeders: u32,
    #[serde(default)]
    required_flags: Vec<IndexerFlag>,
    #[serde(default)]
    multi_languages: Vec<Language>,
    #[serde(default)]
    seed_ratio_hundredths: Option<u32>,
    #[serde(default)]
    seed_time_minutes: Option<u32>,
    /// Nothing = the usual number.
    #[serde(default)]
    requests_per_hour: Option<u32>,
    /// Name of the only download client that its releases go to.
    #[serde(default)]
    client: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
}

/// What it speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Hdbits,
    Torznab,
}

impl IndexerForm {
    /// Where the reference to its secret stands.
    pub(in crate::declared) fn secret(&mut self) -> &mut Option<SecretRef> {
        match self.kind {
            Kind::Hdbits => &mut self.passkey,
            Kind::Torznab => &mut self.api_key,
        }
    }
}

fn priority() -> u8 {
    25
}

fn one() -> u32 {
    1
}

/// The field of the secret.
pub(in crate::declared) fn secret_field(kind: &IndexerKind) -> &'static str {
    match kind {
        IndexerKind::Hdbits { .. } | IndexerKind::Unknown => "passkey",
        IndexerKind::Torznab { .. } => "api_key",
    }
}

pub(in crate::declared) fn name(form: &IndexerForm) -> String {
    form.name.trim().to_owned()
}

pub(in crate::declared) fn form(indexer: &Indexer, known: &Known) -> IndexerForm {
    let client = known.clients.iter().find(|client| indexer.client_id == Some(client.id));
    let (kind, username, api) = match &indexer.kind {
        IndexerKind::Hdbits { username } => (Kind::Hdbits, Some(username.clone()), None),
        IndexerKind::Torznab { api_path, categories } => {
            (Kind::Torznab, None, Some((api_path.clone(), categories.clone())))
        }
        IndexerKind::Unknown => (Kind::Torznab, None, None),
    };
    let (api_path, categories) = api.unzip();
    IndexerForm {
        name: indexer.name.clone(),
        kind,
        enabled: indexer.enabled,
        base_url: Some(indexer.base_url.clone()),
        username,
        passkey: None,
        api_path,
        categories,
        api_key: None,
        use_recent: indexer.use_recent,
        use_automatic_search: indexer.use_automatic_search,
        use_interactive_search: indexer.use_interactive_search,
        priority: indexer.priority,
        minimum_seeders: indexer.minimum_seeders,
        required_flags: indexer.required_flags.clone(),
        multi_languages: indexer.multi_languages.clone(),
        seed_ratio_hundredths: indexer.seed_ratio_hundredths,
        seed_time_minutes: indexer.seed_time_minutes,
        requests_per_hour: Some(indexer.requests_per_hour),
        client: client.map(|client| client.name.clone()),
        tags: known.labels(&indexer.tags),
    }
}

/// What only its kind has, and its secret.
fn of_kind(place: &Place, declared: &IndexerForm) -> Result<(IndexerKind, Option<SecretRef>), Misfit> {
    let stray = match declared.kind {
        Kind::Hdbits => [
            ("api_path", declared.api_path.is_some()),
            ("categories", declared.categories.is_some()),
            ("api_key", declared.api_key.is_some()),
        ],
        Kind::Torznab => {
            [("username", declared.username.is_some()), ("passkey", declared.passkey.is_some()), ("", false)]
        }
    };
    if let Some((field, _)) = stray.iter().find(|(_, is_there)| *is_there) {
        return Err(place.refuse(
            format!("an indexer of this kind has no {field}"),
            "HDBits has username and passkey, Torznab has api_path, categories and api_key",
        ));
    }
    Ok(match declared.kind {
        Kind::Hdbits => {
            let username = declared.username.clone().unwrap_or_default();
            (IndexerKind::Hdbits { username }, declared.passkey.clone())
        }
        Kind::Torznab => {
            let api_path = declared.api_path.clone().unwrap_or_else(|| "/api".to_owned());
            let categories = declared.categories.clone().unwrap_or_else(|| CATEGORIES.to_vec());
            (IndexerKind::Torznab { api_path, categories }, declared.api_key.clone())
        }
    })
}

pub(in crate::declared) async fn apply(
    applying: &mut Applying<'_>,
    forms: Vec<Placed<IndexerForm>>,
) -> Result<Vec<DocKey>, Misfit> {
    let mut keys = Vec::with_capacity(forms.len());
    for Placed { place, form: declared } in forms {
        let name = declared.name.trim().to_owned();
        let lower = name.to_lowercase();
        let there = applying.known.indexers.iter().find(|known| known.name.to_lowercase() == lower).cloned();
        let (kind, reference) = of_kind(&place, &declared)?;
        let base_url = match (declared.base_url, declared.kind) {
            (Some(url), _) => url,
            (None, Kind::Hdbits) => HDBITS.to_owned(),
            (None, Kind::Torznab) => {
                return Err(place.refuse("base_url is missing", "give the address before the API's path"));
            }
        };
        let client_id = match &declared.client {
            None => None,
            Some(client) => {
                let lower = client.to_lowercase();
                let found = applying.known.clients.iter().find(|known| known.name.to_lowercase() == lower);
                let found = found.ok_or_else(|| {
                    place.refuse(
                        format!("there is no download client {client:?}"),
                        "declare it under download_clients, or correct its name",
                    )
                })?;
                Some(found.id)
            }
        };
        let id = there.as_ref().map_or(IndexerId(0), |there| there.id);
        let before = there.as_ref().map_or(SecretSource::None, |there| there.secret.clone());
        let indexer = Indexer {
            id,
            doc_version: DocVersion(0),
            name,
            kind,
            base_url,
            secret: before.clone(),
            enabled: declared.enabled,
            use_recent: declared.use_recent,
            use_automatic_search: declared.use_automatic_search,
            use_interactive_search: declared.use_interactive_search,
            priority: declared.priority,
            minimum_seeders: declared.minimum_seeders,
            required_flags: declared.required_flags,
            multi_languages: declared.multi_languages,
            tags: applying.tags(&place, &declared.tags).await?,
            client_id,
            seed_ratio_hundredths: declared.seed_ratio_hundredths,
            seed_time_minutes: declared.seed_time_minutes,
            requests_per_hour: declared.requests_per_hour.unwrap_or(0),
        };
        let stored_as = indexer_secret(&indexer);
        let secret = applying.secret(&place, &indexer.name, reference.as_ref(), &stored_as, &before).await?;
        if let Some(there) = &there
            && secret == SecretInput::Keep
            && form(there, &applying.known) == form(&indexer, &applying.known)
        {
            keys.push(there.key());
            continue;
        }
        let saved = save_indexer(applying.flow, applying.by, SaveIndexer { indexer, secret }).await;
        let saved = saved.map_err(place.misfit())?.indexer;
        keys.push(saved.key());
        applying.known.indexers.retain(|known| known.id != saved.id);
        applying.known.indexers.push(saved);
    }
    Ok(keys)
}
