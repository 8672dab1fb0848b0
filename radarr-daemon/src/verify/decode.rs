//! Reads each document as what its key says, and remembers what is compared.

use radarr_proto::model::{
    Blocked, CustomFormat, DelayProfile, DownloadClient, Grab, HealthItem, Indexer, Job, LibrarySettings,
    Movie, NamingSettings, PendingRelease, QualityDefinition, QualityProfile, ReleaseProfile, RootFolder,
    SecretSource, Tag, TmdbSettings,
};
use serde_json::{Map, Value};

use super::seen::{Names, Seen, SeenMovie, SeenVersion};
use crate::flow::folder_work::FolderIntent;
use crate::flow::import::ImportIntent;
use crate::flow::stored;
use crate::indexers::check_budget;
use crate::jobs::check_next_run;
use crate::outside::{TMDB_SECRET, client_secret, indexer_secret};
use crate::security::keeper::StoredSecret;
use crate::security::tokens::StoredToken;
use crate::settings::managed::Managed;
use crate::storage::{Collection, DocKey, Document, StoreError, StoredDoc};

/// A document that says another id than it lies under would be found under the one and changed under the other.
fn read<T: Document>(key: &DocKey, stored: &StoredDoc) -> Result<T, StoreError> {
    let document = T::decode(key, stored)?;
    if document.key() != *key {
        let why = format!("it says that it is {}", document.key());
        return Err(StoreError::Corrupt { what: key.to_string(), why });
    }
    Ok(document)
}

/// Reads a document, and remembers what is compared.
pub(super) fn decode(key: &DocKey, doc: &StoredDoc, seen: &mut Seen) -> Result<(), StoreError> {
    match key.collection {
        Collection::Movie => movie(&read(key, doc)?, doc, seen),
        Collection::Profile => {
            let profile: QualityProfile = read(key, doc)?;
            let names = profile.format_scores.iter().map(|line| names(key, line.format_id));
            seen.name_formats.extend(names);
            seen.profiles.insert(profile.id);
        }
        Collection::CustomFormat => {
            seen.formats.insert(read::<CustomFormat>(key, doc)?.id);
        }
        Collection::QualityDefinition => read::<QualityDefinition>(key, doc).map(|_| ())?,
        Collection::DelayProfile => {
            let profile: DelayProfile = read(key, doc)?;
            seen.name_tags.extend(profile.tags.iter().map(|tag| names(key, *tag)));
        }
        Collection::ReleaseProfile => {
            let profile: ReleaseProfile = read(key, doc)?;
            seen.name_tags.extend(profile.tags.iter().map(|tag| names(key, *tag)));
            seen.name_indexers.extend(profile.indexer_id.map(|id| names(key, id)));
        }
        Collection::Indexer => {
            let indexer: Indexer = read(key, doc)?;
            seen.name_tags.extend(indexer.tags.iter().map(|tag| names(key, *tag)));
            seen.name_clients.extend(indexer.client_id.map(|id| names(key, id)));
            want_secret(seen, key, indexer_secret(&indexer), &indexer.secret);
            seen.indexers.insert(indexer.id);
        }
        Collection::Client => {
            let client: DownloadClient = read(key, doc)?;
            seen.name_tags.extend(client.tags.iter().map(|tag| names(key, *tag)));
            want_secret(seen, key, client_secret(client.id), &client.secret);
            seen.clients.insert(client.id);
        }
        Collection::Root => {
            let root: RootFolder = read(key, doc)?;
            seen.roots.insert(root.id, root.path);
        }
        Collection::Tag => {
            seen.tags.insert(read::<Tag>(key, doc)?.id);
        }
        Collection::Setting => setting(key, doc, seen)?,
        Collection::Grab => {
            let grab: Grab = read(key, doc)?;
            if grab.state.is_open() {
                seen.name_movies.push(names(key, grab.movie_id));
            }
            seen.grabs.insert(grab.id);
        }
        Collection::Pending => {
            let pending: PendingRelease = read(key, doc)?;
            seen.name_movies.extend(pending.decision.movie_id.map(|id| names(key, id)));
        }
        Collection::Block => seen.name_movies.push(names(key, read::<Blocked>(key, doc)?.movie_id)),
        Collection::Job => read::<Job>(key, doc).map(|_| ())?,
        // The same type under another collection's keys.
        Collection::EndedJob => Job::decode(key, doc).map(|_| ())?,
        Collection::Token => read::<StoredToken>(key, doc).map(|_| ())?,
        Collection::Secret => {
            let secret: StoredSecret = read(key, doc)?;
            seen.secrets.insert(secret.name, (doc.version, secret.sealed));
        }
        Collection::Claim => {
            let (what, movie) = stored::claim(key, doc)?;
            seen.claims.insert(what, (doc.version, movie));
        }
        Collection::ImportIntent => {
            let intent: ImportIntent = read(key, doc)?;
            seen.name_movies.push(names(key, intent.slot.movie_id));
            seen.name_grabs.push(names(key, intent.grab_id));
        }
        Collection::FolderIntent => {
            seen.moving.insert(read::<FolderIntent>(key, doc)?.movie_id);
        }
        Collection::DecisionRecord => stored::check_decisions(key, doc)?,
        Collection::Budget => check_budget(key, doc)?,
        Collection::Health => read::<HealthItem>(key, doc).map(|_| ())?,
        Collection::Checkpoint => match key.id.split_once('/') {
            Some(("schedule", _)) => check_next_run(key, doc)?,
            _ => stored::check_checkpoint(key, doc)?,
        },
        Collection::Managed => read::<Managed>(key, doc).map(|_| ())?,
        Collection::Backoff | Collection::Group | Collection::SeenRelease => object(key, doc)?,
    }
    Ok(())
}

fn movie(movie: &Movie, doc: &StoredDoc, seen: &mut Seen) {
    let versions = movie.versions.iter().map(|version| SeenVersion {
        profile: version.profile_id,
        root: version.root_folder_id,
        folder: version.folder.clone(),
        file: version.file.as_ref().map(|file| (file.relative_path.clone(), file.size_bytes)),
    });
    let movie = (
        movie.id,
        SeenMovie {
            version: doc.version,
            tmdb: movie.facts.tmdb_id,
            title: movie.facts.title.clone(),
            tags: movie.tags.clone(),
            versions: versions.collect(),
        },
    );
    seen.movies.insert(movie.0, movie.1);
}

fn setting(key: &DocKey, doc: &StoredDoc, seen: &mut Seen) -> Result<(), StoreError> {
    match key.id.as_str() {
        "library" => read::<LibrarySettings>(key, doc).map(|_| ())?,
        "naming" => read::<NamingSettings>(key, doc).map(|_| ())?,
        "tmdb" => {
            let settings: TmdbSettings = read(key, doc)?;
            want_secret(seen, key, TMDB_SECRET.to_owned(), &settings.key);
        }
        _ => object(key, doc)?,
    }
    Ok(())
}

/// Types that nothing is known of here: at least it is a JSON object.
fn object(key: &DocKey, doc: &StoredDoc) -> Result<(), StoreError> {
    let read: Result<Map<String, Value>, _> = serde_json::from_slice(&doc.body);
    let corrupt =
        |error: serde_json::Error| StoreError::Corrupt { what: key.to_string(), why: error.to_string() };
    read.map(drop).map_err(corrupt)
}

fn names<T>(key: &DocKey, id: T) -> Names<T> {
    Names { by: key.to_string(), id }
}

fn want_secret(seen: &mut Seen, key: &DocKey, name: String, source: &SecretSource) {
    if *source == SecretSource::Stored {
        seen.wanted_secrets.insert(name, key.to_string());
    }
}
