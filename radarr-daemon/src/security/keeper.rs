//! Where a secret comes from when it is needed, and where it goes when a user gives one.
//!
//! What a user types is sealed ([`Keyring`]) and stored in a document of its own, so that the settings that it
//! belongs to can be read, shown and exported without it.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use radarr_proto::error::{ApiError, ErrorCode};
use radarr_proto::model::{SecretInput, SecretSource, SecretText};
use serde::{Deserialize, Serialize};

use super::key_source::KeySource;
use super::keyring::Keyring;
use super::secrets::SecretError;
use crate::config::read_secret;
use crate::presence;
use crate::storage::{Collection, Commit, Document, Expect, SharedStore, StoreError};

/// A secret as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSecret {
    /// Whose it is: `indexer-3`, `client-1`, `tmdb`.
    pub name: String,
    /// Encrypted.
    pub sealed: String,
}

impl Document for StoredSecret {
    type Id = String;
    const COLLECTION: Collection = Collection::Secret;
    fn id(&self) -> String {
        self.name.clone()
    }
}

/// Sealed under the key that all daemons of a shared storage have.
pub const KEY_CHECK: &str = "key-check";

/// What to do before the key of several daemons is changed.
pub const OTHERS_LACK_KEY: &str = "put the new key (openssl rand -base64 32) behind the old one in the key file of each \
    daemon, then before it, then rotate again; a file is read again by itself, security.key at the next start";

/// Why a secret is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// It can't be sealed or opened.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The file that it is in.
    #[error("{0}")]
    File(String),
    /// It should be stored, and is not.
    #[error("no secret is stored for {name}")]
    Missing {
        /// Whose.
        name: String,
    },
    /// Other daemons share the storage, and seal with another key.
    #[error(
        "this daemon has another key for secrets than those that share its storage: copy secret.key from the \
         storage.path of one of them"
    )]
    OthersKey,
    /// What they could not read must not be written.
    #[error(
        "{daemons} of the daemons that share the storage have not the new key, and could not read what it encrypts"
    )]
    OthersLackKey {
        /// How many.
        daemons: usize,
    },
    /// A way to give a secret that only a newer version knows.
    #[error("the secret is given in a way that this version does not know")]
    UnknownInput,
    /// The storage.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<KeepError> for ApiError {
    fn from(error: KeepError) -> Self {
        match error {
            KeepError::Store(error) => error.into(),
            KeepError::Secret(error) => {
                let hint = error.hint();
                ApiError::new(ErrorCode::Invalid, error.to_string()).with_hint(hint)
            }
            KeepError::Missing { .. } | KeepError::OthersKey => {
                ApiError::new(ErrorCode::Invalid, error.to_string()).with_hint("enter the secret again")
            }
            KeepError::OthersLackKey { .. } => {
                ApiError::new(ErrorCode::Conflict, error.to_string()).with_hint(OTHERS_LACK_KEY)
            }
            KeepError::File(_) => ApiError::new(ErrorCode::Invalid, error.to_string())
                .with_hint("make the file readable for the daemon's user, or give the secret itself"),
            KeepError::UnknownInput => {
                ApiError::new(ErrorCode::Invalid, error.to_string()).with_hint("update the older of the two")
            }
        }
    }
}

/// Reads and takes in secrets.
#[derive(Debug)]
pub struct SecretKeeper {
    ring: Arc<Keyring>,
}

impl SecretKeeper {
    /// With the keys of that source.
    pub fn open(source: KeySource) -> Result<Self, SecretError> {
        Ok(Self { ring: Arc::new(Keyring::open(source)?) })
    }

    /// What seals, for secrets that belong to no settings: the addresses of releases.
    pub fn keys(&self) -> Arc<Keyring> {
        Arc::clone(&self.ring)
    }

    /// Encrypts the secret of `name` with the newest key.
    pub fn seal(&self, name: &str, secret: &SecretText) -> Result<String, SecretError> {
        self.ring.seal(name, secret)
    }

    /// Decrypts the secret of `name` with whichever key it was encrypted with.
    pub fn open_sealed(&self, name: &str, sealed: &str) -> Result<SecretText, SecretError> {
        self.ring.open_sealed(name, sealed)
    }

    /// The secret of `name`, read where its settings say. Empty when there is none.
    pub async fn read(
        &self,
        store: &SharedStore,
        name: &str,
        source: &SecretSource,
    ) -> Result<SecretText, KeepError> {
        match source {
            SecretSource::None | SecretSource::Deployment | SecretSource::Unknown => {
                Ok(SecretText::default())
            }
            SecretSource::File { path } => read_secret(Path::new(path)).map_err(KeepError::File),
            SecretSource::Stored => {
                let stored = store.load::<StoredSecret>(name.to_owned()).await?;
                let stored = stored.ok_or_else(|| KeepError::Missing { name: name.to_owned() })?;
                Ok(self.open_sealed(name, &stored.sealed)?)
            }
        }
    }

    /// The secret that an edit would leave behind, for a test before it is saved.
    pub async fn preview(
        &self,
        store: &SharedStore,
        name: &str,
        input: &SecretInput,
        before: &SecretSource,
    ) -> Result<SecretText, KeepError> {
        match input {
            SecretInput::Keep => self.read(store, name, before).await,
            SecretInput::Value { value } => Ok(value.clone()),
            SecretInput::File { path } => read_secret(Path::new(path)).map_err(KeepError::File),
            SecretInput::Clear => Ok(SecretText::default()),
            SecretInput::Unknown => Err(KeepError::UnknownInput),
        }
    }

    /// Takes in what an edit says of the secret of `name`: where it comes from then, and what is to be committed
    /// with the settings. A file must be there and hold something.
    pub fn take(
        &self,
        name: &str,
        input: &SecretInput,
        before: &SecretSource,
        now: Timestamp,
    ) -> Result<(SecretSource, Commit), KeepError> {
        let commit = Commit::new("system", now);
        let forget = || Commit::new("system", now).delete::<StoredSecret>(name.to_owned(), Expect::Any);
        match input {
            SecretInput::Keep => Ok((before.clone(), commit)),
            SecretInput::Value { value } if value.is_empty() => Ok((SecretSource::None, forget())),
            SecretInput::Value { value } => {
                let stored = StoredSecret { name: name.to_owned(), sealed: self.seal(name, value)? };
                Ok((SecretSource::Stored, commit.put(&stored, Expect::Any)))
            }
            SecretInput::File { path } => {
                read_secret(Path::new(path)).map_err(KeepError::File)?;
                Ok((SecretSource::File { path: path.clone() }, forget()))
            }
            SecretInput::Clear => Ok((SecretSource::None, forget())),
            SecretInput::Unknown => Err(KeepError::UnknownInput),
        }
    }

    /// Whether this daemon can read what the others on a shared storage sealed. A storage whose daemons are all gone
    /// takes this one's key for its own.
    pub async fn agrees_with_others(
        &self,
        store: &SharedStore,
        daemon: &str,
        now: Timestamp,
    ) -> Result<(), KeepError> {
        if !store.is_shared() {
            return Ok(());
        }
        let known = store.load::<StoredSecret>(KEY_CHECK.to_owned()).await?;
        if known.as_ref().is_some_and(|known| self.open_sealed(KEY_CHECK, &known.sealed).is_ok()) {
            return Ok(());
        }
        let others = presence::living(store, now).await?.into_iter().any(|other| other != daemon);
        if known.is_some() && others {
            return Err(KeepError::OthersKey);
        }
        let check = SecretText::new(KEY_CHECK);
        let ours = StoredSecret { name: KEY_CHECK.to_owned(), sealed: self.seal(KEY_CHECK, &check)? };
        let expect = if known.is_some() { Expect::Any } else { Expect::Absent };
        match store.commit(Commit::new("system", now).put(&ours, expect)).await {
            // Another one that starts was faster; it has looked for us likewise.
            Err(error) if error.is_conflict() => Ok(()),
            result => Ok(result.map(|_| ())?),
        }
    }

    /// What takes a secret away with the settings that it belonged to.
    pub fn forget(name: &str, now: Timestamp) -> Commit {
        Commit::new("system", now).delete::<StoredSecret>(name.to_owned(), Expect::Any)
    }
}
