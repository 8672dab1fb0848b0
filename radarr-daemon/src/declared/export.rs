//! Writes what is set in the form of the files; secrets as references that are to be filled in.

use radarr_proto::declared::{PLACEHOLDER, SecretRef, to_yaml};
use radarr_proto::error::{ApiError, ErrorCode};
use radarr_proto::model::SecretSource;
use serde::Serialize;
use serde_json::Value;

use super::known::Known;
use super::nouns;
use crate::flow::{Flow, FlowError};

/// A whole file, its sections in the order in which people read them.
#[derive(Serialize)]
struct File {
    version: u32,
    root_folders: Vec<nouns::root_folders::RootForm>,
    tags: Vec<String>,
    tmdb: nouns::tmdb::TmdbForm,
    download_clients: Vec<nouns::download_clients::ClientForm>,
    indexers: Vec<nouns::indexers::IndexerForm>,
    profiles: Vec<nouns::profiles::ProfileForm>,
    custom_formats: Vec<nouns::custom_formats::FormatForm>,
    quality_sizes: Vec<nouns::quality_sizes::SizesForm>,
    delay_profiles: Vec<nouns::delay_profiles::DelayForm>,
    release_profiles: Vec<nouns::release_profiles::WordsForm>,
    naming: Value,
    library: Value,
    tokens: Vec<nouns::tokens::TokenForm>,
}

/// All settings as a file that changes nothing when it is applied here.
pub async fn export_settings(flow: &Flow) -> Result<String, FlowError> {
    let known = Known::read(&flow.store).await?;
    let reference = |source: &SecretSource| match source {
        SecretSource::None | SecretSource::Deployment | SecretSource::Unknown => None,
        SecretSource::Stored => Some(SecretRef::File(PLACEHOLDER.to_owned())),
        SecretSource::File { path } => Some(SecretRef::File(path.clone())),
    };
    let mut tmdb = nouns::tmdb::form(&known.tmdb);
    tmdb.api_key = reference(&known.tmdb.key);
    let file = File {
        version: 1,
        root_folders: known.roots.iter().map(nouns::root_folders::form).collect(),
        tags: known.tags.iter().map(|tag| tag.label.clone()).collect(),
        tmdb,
        download_clients: known
            .clients
            .iter()
            .map(|client| {
                let mut form = nouns::download_clients::form(client, &known);
                form.password = reference(&client.secret);
                form
            })
            .collect(),
        indexers: known
            .indexers
            .iter()
            .map(|indexer| {
                let mut form = nouns::indexers::form(indexer, &known);
                *form.secret() = reference(&indexer.secret);
                form
            })
            .collect(),
        profiles: known
            .profiles
            .iter()
            .map(|profile| nouns::profiles::form(profile, &known.formats))
            .collect(),
        custom_formats: known.formats.iter().map(nouns::custom_formats::form).collect(),
        quality_sizes: known.definitions.iter().map(nouns::quality_sizes::form).collect(),
        delay_profiles: nouns::delay_profiles::in_order(&known.delays)
            .into_iter()
            .map(|delay| nouns::delay_profiles::form(delay, &known))
            .collect(),
        release_profiles: known
            .words
            .iter()
            .map(|words| nouns::release_profiles::form(words, &known))
            .collect(),
        naming: nouns::without_version(&known.naming),
        library: nouns::without_version(&known.library),
        tokens: known.tokens.iter().map(nouns::tokens::form).collect(),
    };
    to_yaml(&file).map_err(|why| {
        ApiError::new(ErrorCode::Internal, format!("the settings can't be written: {why}"))
            .with_hint("report it, with the daemon's version")
            .into()
    })
}
