//! Changing the key of the secrets, so that a crash at any moment leaves all of them readable.
//!
//! A new key goes before the others into the key file; then each secret is encrypted with it, all in one commit; then
//! the file keeps the new key and the one before it, which still opens what somebody was just about to store. Cut off
//! in between, the file holds keys too many, and the next rotation takes them away.

use jiff::Timestamp;
use radarr_proto::request::RotatedSecrets;
use tracing::info;

use super::keeper::{KeepError, SecretKeeper, StoredSecret};
use super::key_source::{KeySource, Keys};
use super::secrets::{KEY_BYTES, SecretError, random};
use crate::storage::{Commit, DocKey, Document, Expect, SharedStore};

/// Somebody may store a secret meanwhile; nobody does so at every try.
const TRIES_MAX: u32 = 10;

/// Secrets that are looked at in one page; there are as many as indexers and clients.
const PAGE: usize = 256;

impl SecretKeeper {
    /// Makes a key, encrypts all secrets with it, and lets the older keys go. Where the daemon can't write the keys, the
    /// new one must have been put before the old one there.
    pub async fn rotate(&self, store: &SharedStore, now: Timestamp) -> Result<RotatedSecrets, KeepError> {
        let mut keys = self.keys().source().read()?;
        let is_ours_to_write = match self.keys().source() {
            KeySource::Given(_) => false,
            KeySource::File(_) | KeySource::Own(_) => {
                let with_new: Keys =
                    std::iter::once(random::<KEY_BYTES>()?).chain(keys.iter().copied()).collect();
                let written = self.keys().source().write(&with_new);
                if written.is_ok() {
                    keys = with_new;
                }
                written.is_ok()
            }
        };
        if !is_ours_to_write && keys.len() < 2 {
            return Err(KeepError::Secret(SecretError::Key {
                from: self.keys().source().words(),
                why: "there is no new key in it, and the daemon can't put one there".to_owned(),
                hint:
                    "put a new key before the old one there (a line of its own in a file, a comma in between \
                       elsewhere), start the daemon with that, then rotate again"
                        .to_owned(),
            }));
        }
        self.keys().read_again()?;
        let mut tries = 0;
        let rotated = loop {
            tries += 1;
            match self.encrypt_anew(store, now).await {
                Err(KeepError::Store(error)) if error.is_conflict() && tries < TRIES_MAX => {}
                other => break other?,
            }
        };
        if is_ours_to_write {
            keys.truncate(2);
            self.keys().source().write(&keys)?;
            self.keys().read_again()?;
        }
        info!(secrets = rotated.secrets, unreadable = rotated.unreadable, "the secrets have a new key");
        Ok(rotated)
    }

    /// Encrypts each secret with the newest key, all in one commit.
    async fn encrypt_anew(&self, store: &SharedStore, now: Timestamp) -> Result<RotatedSecrets, KeepError> {
        let mut commit = Commit::new("system", now);
        let mut rotated = RotatedSecrets { key: self.keys().source().words(), ..RotatedSecrets::default() };
        let mut after: Option<String> = None;
        loop {
            let page = store.list(StoredSecret::COLLECTION, after.as_deref(), PAGE).await?;
            let is_full = page.len() == PAGE;
            after = page.last().map(|(id, _)| id.clone());
            for (id, stored) in page {
                let expect = Expect::Version(stored.version);
                let secret = StoredSecret::decode(&DocKey::new(StoredSecret::COLLECTION, id), &stored)?;
                rotated.secrets += 1;
                if self.keys().is_sealed_by_newest(&secret.name, &secret.sealed) {
                    continue;
                }
                match self.open_sealed(&secret.name, &secret.sealed) {
                    Ok(open) => {
                        let sealed = self.seal(&secret.name, &open)?;
                        commit = commit.put(&StoredSecret { sealed, ..secret }, expect);
                    }
                    // No key opens it; it is no worse off than before.
                    Err(SecretError::OtherKey) => rotated.unreadable += 1,
                    Err(error) => return Err(error.into()),
                }
            }
            if !is_full {
                break;
            }
        }
        if !commit.is_empty() {
            store.commit(commit).await.map_err(KeepError::from)?;
        }
        Ok(rotated)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use radarr_proto::model::{SecretInput, SecretSource, SecretText};

    use super::*;
    use crate::storage::sled::SledStore;

    fn storage(folder: &Path) -> SharedStore {
        Arc::new(SledStore::open(&folder.join("library")).unwrap())
    }

    async fn put(keeper: &SecretKeeper, store: &SharedStore, name: &str, secret: &str) {
        let input = SecretInput::Value { value: SecretText::new(secret) };
        let (_, commit) = keeper.take(name, &input, &SecretSource::None, Timestamp::UNIX_EPOCH).unwrap();
        store.commit(commit).await.unwrap();
    }

    async fn read(keeper: &SecretKeeper, store: &SharedStore, name: &str) -> String {
        keeper.read(store, name, &SecretSource::Stored).await.unwrap().expose().to_owned()
    }

    #[tokio::test]
    async fn all_secrets_get_the_new_key_and_the_old_one_opens_none_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let store = storage(folder.path());
        let source = KeySource::Own(folder.path().join("secret.key"));
        let keeper = SecretKeeper::open(source.clone()).unwrap();
        let other = SecretKeeper::open(source.clone()).unwrap();
        for number in 0..5 {
            put(&keeper, &store, &format!("indexer-{number}"), &format!("passkey {number}")).await;
        }
        let old = KeySource::Given(SecretText::new(STANDARD.encode(source.read().unwrap()[0])));
        let rotated = keeper.rotate(&store, Timestamp::UNIX_EPOCH).await.unwrap();
        assert_eq!((rotated.secrets, rotated.unreadable), (5, 0));
        assert_eq!(source.read().unwrap().len(), 2);
        let with_old = SecretKeeper::open(old).unwrap();
        assert!(with_old.read(&store, "indexer-0", &SecretSource::Stored).await.is_err());
        // Another daemon with the old key in memory reads the file again.
        for keeper in [&keeper, &other, &SecretKeeper::open(source.clone()).unwrap()] {
            assert_eq!(read(keeper, &store, "indexer-4").await, "passkey 4");
        }
        keeper.rotate(&store, Timestamp::UNIX_EPOCH).await.unwrap();
        assert_eq!(source.read().unwrap().len(), 2);
        assert_eq!(read(&other, &store, "indexer-4").await, "passkey 4");
    }

    #[tokio::test]
    async fn a_rotation_that_was_cut_off_at_any_step_leaves_all_secrets_readable() {
        let folder = tempfile::tempdir().unwrap();
        let store = storage(folder.path());
        let source = KeySource::Own(folder.path().join("secret.key"));
        let keeper = SecretKeeper::open(source.clone()).unwrap();
        put(&keeper, &store, "tmdb", "key").await;
        // Cut off behind the first step, again and again.
        for cut_off in 1..=3 {
            let mut keys = source.read().unwrap();
            keys.insert(0, random().unwrap());
            source.write(&keys).unwrap();
            assert_eq!(source.read().unwrap().len(), cut_off + 1);
            assert_eq!(read(&SecretKeeper::open(source.clone()).unwrap(), &store, "tmdb").await, "key");
        }
        // Cut off behind the second.
        let keeper = SecretKeeper::open(source.clone()).unwrap();
        keeper.encrypt_anew(&store, Timestamp::UNIX_EPOCH).await.unwrap();
        assert_eq!(read(&SecretKeeper::open(source.clone()).unwrap(), &store, "tmdb").await, "key");
        let rotated = keeper.rotate(&store, Timestamp::UNIX_EPOCH).await.unwrap();
        assert_eq!((rotated.secrets, source.read().unwrap().len()), (1, 2));
        assert_eq!(read(&SecretKeeper::open(source).unwrap(), &store, "tmdb").await, "key");
    }

    #[tokio::test]
    async fn a_key_of_the_deployment_is_changed_by_putting_the_new_one_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let store = storage(folder.path());
        let given = |keys: &[u8]| {
            let keys: Vec<_> = keys.iter().map(|key| STANDARD.encode([*key; KEY_BYTES])).collect();
            SecretKeeper::open(KeySource::Given(SecretText::new(keys.join(",")))).unwrap()
        };
        put(&given(&[1]), &store, "client-1", "password").await;
        let refused = given(&[1]).rotate(&store, Timestamp::UNIX_EPOCH).await.unwrap_err();
        assert!(refused.to_string().contains("no new key"), "{refused}");
        given(&[2, 1]).rotate(&store, Timestamp::UNIX_EPOCH).await.unwrap();
        assert_eq!(read(&given(&[2]), &store, "client-1").await, "password");
        let lost = given(&[3, 1]).rotate(&store, Timestamp::UNIX_EPOCH).await.unwrap();
        assert_eq!((lost.secrets, lost.unreadable), (1, 1));
        assert_eq!(read(&given(&[2]), &store, "client-1").await, "password");
    }
}
