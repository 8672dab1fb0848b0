//! Reading a file back into an empty storage.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use radarr_proto::model::Event;

use super::line::{FORMAT, Line};
use crate::storage::{Change, Collection, Commit, DocKey, Expect, SharedStore, StoreError, Write};

/// Documents in one commit.
const PAGE: usize = 200;

/// What came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Imported {
    /// Documents.
    pub documents: u64,
    /// Events.
    pub events: u64,
}

/// Why nothing, or not all, came in.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file.
    #[error("{} can't be read: {why}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The file holds something else, or ends early.
    #[error("{} is no whole backup of radarr's: {why}", path.display())]
    NotABackup {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// Nothing is overwritten.
    #[error("the storage is not empty: it holds {found}")]
    NotEmpty {
        /// What is there.
        found: String,
    },
    /// The storage.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ImportError {
    /// What to do.
    pub fn hint(&self) -> String {
        match self {
            Self::File { .. } => "check the path and who may read it".to_owned(),
            Self::NotABackup { .. } => "take another file of the folder backups in storage.path".to_owned(),
            Self::NotEmpty { .. } => {
                "move `sled` and `filled` out of storage.path (leave secret.key there), then repeat"
                    .to_owned()
            }
            Self::Store(error) => error.hint(),
        }
    }
}

/// Takes a file into an empty storage. It is read twice: a file that ends early changes nothing.
pub async fn import(store: &SharedStore, path: &Path) -> Result<Imported, ImportError> {
    must_be_empty(store).await?;
    check(path)?;
    let mut events = 0;
    let mut commit: Option<Commit> = None;
    for line in lines(path)? {
        match line? {
            Line::Head { at, .. } => commit = Some(Commit::new("system", at)),
            Line::Document { collection, id, body } => {
                let key = key(path, &collection, id)?;
                let body = body.to_string().into_bytes();
                add(store, &mut commit, Write { key, expect: Expect::Any, change: Change::Put(body) })
                    .await?;
            }
            Line::Deleted { collection, id } => {
                let key = key(path, &collection, id)?;
                add(store, &mut commit, Write { key, expect: Expect::Any, change: Change::Delete }).await?;
            }
            Line::Event { event } => {
                flush(store, &mut commit).await?;
                events += 1;
                store.commit(of_event(event)).await?;
            }
            Line::End { .. } => flush(store, &mut commit).await?,
        }
    }
    Ok(Imported { documents: count_all(store).await?, events })
}

async fn count_all(store: &SharedStore) -> Result<u64, StoreError> {
    let mut documents = 0;
    for collection in Collection::ALL {
        documents += store.versions(*collection).await?.len() as u64;
    }
    Ok(documents)
}

async fn must_be_empty(store: &SharedStore) -> Result<(), ImportError> {
    for collection in Collection::ALL {
        let count = store.versions(*collection).await?.len();
        if count > 0 {
            return Err(ImportError::NotEmpty { found: format!("{count} of {}", collection.name()) });
        }
    }
    Ok(())
}

/// A commit may hold a key once: what a later line says of it goes into the next.
async fn add(store: &SharedStore, commit: &mut Option<Commit>, write: Write) -> Result<(), StoreError> {
    let is_full = |commit: &Commit| {
        commit.writes.len() >= PAGE || commit.writes.iter().any(|before| before.key == write.key)
    };
    if commit.as_ref().is_some_and(is_full) {
        flush(store, commit).await?;
    }
    if let Some(commit) = commit {
        commit.writes.push(write);
    }
    Ok(())
}

async fn flush(store: &SharedStore, commit: &mut Option<Commit>) -> Result<(), StoreError> {
    let Some(commit) = commit else { return Ok(()) };
    if !commit.is_empty() {
        let empty = Commit::new(commit.actor.clone(), commit.at);
        store.commit(std::mem::replace(commit, empty)).await?;
    }
    Ok(())
}

fn of_event(event: Event) -> Commit {
    Commit::new(event.actor, event.at)
        .request(event.request_id)
        .from(event.from)
        .event(event.movie_id, event.kind)
}

fn key(path: &Path, collection: &str, id: String) -> Result<DocKey, ImportError> {
    let collection = Collection::from_name(collection).ok_or_else(|| ImportError::NotABackup {
        path: path.to_owned(),
        why: format!("it holds {collection}, which this version does not know"),
    })?;
    Ok(DocKey::new(collection, id))
}

/// Whether the file is whole.
fn check(path: &Path) -> Result<(), ImportError> {
    let wrong = |why: String| Err(ImportError::NotABackup { path: path.to_owned(), why });
    let mut found = Imported::default();
    let mut said = None;
    for (number, line) in lines(path)?.enumerate() {
        match line? {
            Line::Head { format, radarr, .. } if format > FORMAT => {
                return wrong(format!(
                    "radarr {radarr} wrote it in format {format}, this one knows {FORMAT}"
                ));
            }
            Line::Head { .. } if number == 0 => {}
            Line::Head { .. } => return wrong(format!("line {} is a head", number + 1)),
            _ if number == 0 => return wrong("it has no head".to_owned()),
            Line::Document { collection, id, .. } | Line::Deleted { collection, id } => {
                key(path, &collection, id)?;
                found.documents += 1;
            }
            Line::Event { .. } => found.events += 1,
            Line::End { documents, events } => said = Some(Imported { documents, events }),
        }
    }
    match said {
        Some(said) if said == found => Ok(()),
        Some(said) => wrong(format!("it should hold {said:?}, and holds {found:?}")),
        None => wrong("it ends early".to_owned()),
    }
}

fn lines(path: &Path) -> Result<impl Iterator<Item = Result<Line, ImportError>>, ImportError> {
    let fault = |why: String| ImportError::File { path: path.to_owned(), why };
    let file = File::open(path).map_err(|error| fault(error.to_string()))?;
    Ok(BufReader::new(file).lines().enumerate().map(move |(number, line)| {
        let line = line.map_err(|error| fault(error.to_string()))?;
        serde_json::from_str(&line).map_err(|error| ImportError::NotABackup {
            path: path.to_owned(),
            why: format!("line {}: {error}", number + 1),
        })
    }))
}
