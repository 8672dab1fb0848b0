//! The keys in use: the newest encrypts, each of them opens.

use std::sync::Arc;

use arc_swap::ArcSwap;
use radarr_proto::model::SecretText;

use super::key_source::{KeySource, Keys, boxes, fingerprint};
use super::secrets::{SecretBox, SecretError};

/// The keys in use.
#[derive(Debug)]
pub struct Keyring {
    source: KeySource,
    held: ArcSwap<Held>,
}

#[derive(Debug)]
struct Held {
    /// One for each key; the first encrypts.
    boxes: Vec<SecretBox>,
    /// What tells the keys apart without telling them.
    fingerprints: Vec<String>,
}

impl Held {
    fn of(keys: &Keys) -> Self {
        Self { boxes: boxes(keys), fingerprints: keys.iter().map(fingerprint).collect() }
    }
}

impl Keyring {
    /// With the keys of that source.
    pub fn open(source: KeySource) -> Result<Self, SecretError> {
        let held = ArcSwap::from_pointee(Held::of(&source.read()?));
        Ok(Self { source, held })
    }

    /// Where its keys come from.
    pub fn source(&self) -> &KeySource {
        &self.source
    }

    /// Reads the keys again: another daemon or command may have changed them.
    pub fn read_again(&self) -> Result<(), SecretError> {
        self.held.store(Arc::new(Held::of(&self.source.read()?)));
        Ok(())
    }

    /// What tells its keys apart without telling them, newest first. A file is read again for it, so that a key that
    /// was put there is known to the others that share the storage; one that can't be read keeps what was read before.
    pub fn fingerprints(&self) -> Vec<String> {
        if self.source.file().is_some()
            && let Err(error) = self.read_again()
        {
            tracing::debug!(%error, "the keys of the secrets stay as they were read");
        }
        self.held.load().fingerprints.clone()
    }

    /// Encrypts the secret of `name` with the newest key.
    pub fn seal(&self, name: &str, secret: &SecretText) -> Result<String, SecretError> {
        self.held.load().boxes.first().ok_or(SecretError::OtherKey)?.seal(name, secret)
    }

    /// Decrypts the secret of `name` with whichever key it was encrypted with.
    pub fn open_sealed(&self, name: &str, sealed: &str) -> Result<SecretText, SecretError> {
        let try_all = || {
            let opened = |open: &SecretBox| open.open_sealed(name, sealed).ok();
            self.held.load().boxes.iter().find_map(opened)
        };
        if let Some(secret) = try_all() {
            return Ok(secret);
        }
        self.read_again()?;
        try_all().ok_or(SecretError::OtherKey)
    }

    /// Whether the secret of `name` is encrypted with the newest key.
    pub(super) fn is_sealed_by_newest(&self, name: &str, sealed: &str) -> bool {
        self.held.load().boxes.first().is_some_and(|newest| newest.open_sealed(name, sealed).is_ok())
    }
}
