//! The keys in use: the newest encrypts, each of them opens.

use std::sync::Arc;

use arc_swap::ArcSwap;
use radarr_proto::model::SecretText;

use super::key_source::{KeySource, boxes};
use super::secrets::{SecretBox, SecretError};

/// The keys in use.
#[derive(Debug)]
pub struct Keyring {
    source: KeySource,
    /// One for each key; the first encrypts.
    boxes: ArcSwap<Vec<SecretBox>>,
}

impl Keyring {
    /// With the keys of that source.
    pub fn open(source: KeySource) -> Result<Self, SecretError> {
        let boxes = ArcSwap::from_pointee(boxes(&source.read()?));
        Ok(Self { source, boxes })
    }

    /// Where its keys come from.
    pub fn source(&self) -> &KeySource {
        &self.source
    }

    /// Reads the keys again: another daemon or command may have changed them.
    pub fn read_again(&self) -> Result<(), SecretError> {
        self.boxes.store(Arc::new(boxes(&self.source.read()?)));
        Ok(())
    }

    /// Encrypts the secret of `name` with the newest key.
    pub fn seal(&self, name: &str, secret: &SecretText) -> Result<String, SecretError> {
        self.boxes.load().first().ok_or(SecretError::OtherKey)?.seal(name, secret)
    }

    /// Decrypts the secret of `name` with whichever key it was encrypted with.
    pub fn open_sealed(&self, name: &str, sealed: &str) -> Result<SecretText, SecretError> {
        let try_all = || {
            let opened = |open: &SecretBox| open.open_sealed(name, sealed).ok();
            self.boxes.load().iter().find_map(opened)
        };
        if let Some(secret) = try_all() {
            return Ok(secret);
        }
        self.read_again()?;
        try_all().ok_or(SecretError::OtherKey)
    }

    /// Whether the secret of `name` is encrypted with the newest key.
    pub(super) fn is_sealed_by_newest(&self, name: &str, sealed: &str) -> bool {
        self.boxes.load().first().is_some_and(|newest| newest.open_sealed(name, sealed).is_ok())
    }
}
