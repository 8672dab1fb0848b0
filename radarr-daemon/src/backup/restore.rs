//! Filling a storage from a backup.
//!
//! The file is read from front to back before anything else; then what is there is copied, if it is to be replaced;
//! then the storage changes from one to the other in one step.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use jiff::Timestamp;
use radarr_proto::model::Event;
use radarr_proto::request::BackupSecrets;

use super::folder::{COPY_PREFIX, free_name};
use super::links::{Link, change_links};
use super::read::Source;
use super::secrets::{sealed_again, text};
use super::write::write;
use super::{BackupError, Passphrase, Sealing, verify};
use crate::indexers::torznab::SEALED_AS;
use crate::security::keeper::{SecretKeeper, StoredSecret};
use crate::security::secrets::{SecretBox, SecretError};
use crate::storage::{
    Collection, DocKey, Document as _, Filled, Marks, SharedStore, Snapshot, StoreError, StoredDoc,
};

/// What a backup is restored into.
pub struct Target<'a> {
    /// The storage; nobody else may use it.
    pub store: &'a SharedStore,
    /// Encrypts the secrets for it.
    pub keeper: &'a SecretKeeper,
    /// Where what is replaced is copied to; `None` = it must be empty.
    pub copies: Option<&'a Path>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What there is now.
    pub filled: Filled,
    /// What was there before.
    pub copy: Option<PathBuf>,
    /// What became of the secrets.
    pub secrets: BackupSecrets,
    /// Secrets that this storage's key does not open; they have to be entered again.
    pub unreadable: u64,
}

/// What happens to the secrets of the backup.
pub enum WithSecrets {
    /// They come in; the passphrase opens them.
    Yes(Passphrase),
    /// They stay out.
    No,
}

/// Puts what `path` holds into the storage.
pub async fn restore(
    target: &Target<'_>,
    path: &Path,
    with: &WithSecrets,
    now: Timestamp,
) -> Result<Restored, BackupError> {
    let file = path.to_owned();
    let opened = tokio::task::spawn_blocking(move || {
        let summary = verify(&file)?;
        let (head, source) = Source::open(&file)?;
        Ok::<_, BackupError>((summary, head, source))
    });
    let (summary, head, source) = opened.await.map_err(|error| BackupError::File {
        path: path.to_owned(),
        why: format!("the reading ended badly ({error})"),
    })??;
    let handling = match with {
        WithSecrets::No => Handling::LeaveOut,
        WithSecrets::Yes(passphrase) => match head.secrets.open(passphrase) {
            Ok(Some(opens)) => Handling::Seal(Box::new(opens)),
            Ok(None) => Handling::Keep,
            Err(why) => return Err(BackupError::Passphrase { path: path.to_owned(), why }),
        },
    };
    let copy = match (count(target.store).await?, target.copies) {
        (Filled { documents: 0, events: 0 }, _) => None,
        (Filled { documents, events }, None) => return Err(BackupError::NotEmpty { documents, events }),
        (_, Some(folder)) => {
            let copy = folder.join(free_name(folder, COPY_PREFIX, now)?);
            write(target.store, &copy, &Sealing::OwnKey, now).await?;
            Some(copy)
        }
    };
    let secrets = match with {
        WithSecrets::Yes(_) => head.secrets.kind(),
        WithSecrets::No => BackupSecrets::LeftOut,
    };
    let mut source = Sealed {
        source,
        keeper: target.keeper,
        handling,
        unreadable: 0,
        // What format 1 holds is less than its lines.
        left: (head.format >= 2).then_some((summary.all_documents(), summary.events)),
    };
    let filled = target.store.fill(&mut source).await?;
    Ok(Restored { filled, copy, secrets, unreadable: source.unreadable })
}

/// What a storage holds.
async fn count(store: &SharedStore) -> Result<Filled, StoreError> {
    let mut documents = 0;
    for collection in Collection::ALL {
        documents += u64::try_from(store.versions(*collection).await?.len()).unwrap_or(u64::MAX);
    }
    Ok(Filled { documents, events: store.last_cursor().0 })
}

/// How a secret comes in.
enum Handling {
    LeaveOut,
    /// As it is: it was encrypted with the storage's own key.
    Keep,
    /// Opened with this, and encrypted with the storage's own key.
    Seal(Box<SecretBox>),
}

/// A backup whose secrets are made ready for the storage on their way.
struct Sealed<'a> {
    source: Source,
    keeper: &'a SecretKeeper,
    handling: Handling,
    unreadable: u64,
    /// Documents and events that have yet to come; `None` = not known.
    left: Option<(u64, u64)>,
}

impl Sealed<'_> {
    fn passed(&mut self, documents: usize, events: usize) {
        let less = |left: u64, passed: usize| left.saturating_sub(u64::try_from(passed).unwrap_or(u64::MAX));
        self.left = self.left.map(|left| (less(left.0, documents), less(left.1, events)));
    }

    /// What comes in of the address of a download. Up to radarr 0.1.0 they were as they were stored, whatever became of
    /// the other secrets.
    fn link(&self, sealed: &str) -> Link {
        let as_stored = || match self.keeper.open_sealed(SEALED_AS, sealed) {
            Ok(_) => Link::Sealed(sealed.to_owned()),
            Err(_) => Link::LeftOut,
        };
        match &self.handling {
            Handling::LeaveOut => Link::LeftOut,
            Handling::Keep => as_stored(),
            Handling::Seal(opens) => match opens.open_sealed(SEALED_AS, sealed) {
                Ok(open) => sealed_again(Ok(open), |open| self.keeper.seal(SEALED_AS, open)),
                Err(_) => as_stored(),
            },
        }
    }

    /// What comes in of a secret.
    fn secret(&mut self, key: &DocKey, stored: StoredDoc) -> Result<Option<StoredDoc>, StoreError> {
        let secret = StoredSecret::decode(key, &stored)?;
        let corrupt =
            |error: SecretError| StoreError::Corrupt { what: key.to_string(), why: error.to_string() };
        match &self.handling {
            Handling::LeaveOut => Ok(None),
            Handling::Keep => {
                let opened = self.keeper.open_sealed(&secret.name, &secret.sealed);
                self.unreadable += u64::from(opened.is_err());
                Ok(Some(stored))
            }
            Handling::Seal(opens) => {
                let open = opens.open_sealed(&secret.name, &secret.sealed).map_err(corrupt)?;
                let sealed = self.keeper.seal(&secret.name, &open).map_err(corrupt)?;
                Ok(Some(StoredDoc { version: stored.version, body: text(&secret.name, sealed) }))
            }
        }
    }
}

#[async_trait]
impl Snapshot for Sealed<'_> {
    fn marks(&self) -> &Marks {
        self.source.marks()
    }

    async fn documents(&mut self) -> Result<Vec<(DocKey, StoredDoc)>, StoreError> {
        loop {
            let page = self.source.documents().await?;
            if page.is_empty() {
                return Ok(page);
            }
            self.passed(page.len(), 0);
            let mut ready = Vec::with_capacity(page.len());
            for (key, mut stored) in page {
                if key.collection == Collection::Secret {
                    match self.secret(&key, stored)? {
                        Some(secret) => stored = secret,
                        None => continue,
                    }
                } else {
                    stored = change_links(stored, |sealed| self.link(sealed));
                }
                ready.push((key, stored));
            }
            // An empty page would be the end.
            if !ready.is_empty() {
                return Ok(ready);
            }
        }
    }

    async fn events(&mut self) -> Result<Vec<Event>, StoreError> {
        let page = self.source.events().await?;
        self.passed(0, page.len());
        match self.left {
            // The file was read once before: what is not as it was then must not come in.
            Some((documents, events)) if page.is_empty() && (documents, events) != (0, 0) => {
                let why = format!(
                    "{documents} documents and {events} events are missing: it was changed meanwhile"
                );
                Err(StoreError::Corrupt { what: "the backup".to_owned(), why })
            }
            Some(_) | None => Ok(page),
        }
    }
}
