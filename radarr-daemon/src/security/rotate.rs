//! Changing the key of the secrets, so that a crash at any moment leaves all of them readable.
//!
//! Daemons that share a storage must all have the new key before anything is encrypted with it: each says with every
//! beat which keys it has. Where they have one file, the new key is put behind the old one there until all have seen
//! it; where each has its own, people put it there.
//!
//! A new key goes before the others into the key file; then each secret is encrypted with it, all in one commit; then
//! the file keeps the new key and the one before it, which still opens what somebody was just about to store. Cut off
//! in between, the file holds keys too many, and the next rotation takes them away.

use std::time::Duration;

use jiff::Timestamp;
use radarr_proto::request::RotatedSecrets;
use tokio::time::Instant;
use tracing::info;

use super::keeper::{KEY_CHECK, KeepError, SecretKeeper, StoredSecret};
use super::key_source::{Keys, fingerprint};
use super::secrets::{KEY_BYTES, SecretError, random};
use crate::clock;
use crate::presence;
use crate::storage::{Commit, DocKey, Document, Expect, SharedStore};

/// Keys that a rotation leaves in a file: the new one, and the one before it.
const KEYS_KEPT: usize = 2;

/// Somebody may store a secret meanwhile; nobody does so at every try.
const TRIES_MAX: u32 = 10;

/// Daemons that share a key file have seen a new key in it within some beats.
const KNOWN_WITHIN: Duration = Duration::from_secs(8);

/// Secrets that are looked at in one page; there are as many as indexers and clients.
const PAGE: usize = 256;

impl SecretKeeper {
    /// Makes a key, encrypts all secrets with it, and lets the older keys go. Where the daemon can't write the keys, or
    /// where others that share the storage have keys of their own, the new one must have been put before the old one
    /// there. `daemon` is this one's name among them.
    pub async fn rotate(
        &self,
        store: &SharedStore,
        daemon: &str,
        now: Timestamp,
    ) -> Result<RotatedSecrets, KeepError> {
        let ring = self.keys();
        let source = ring.source();
        let mut before = source.read()?;
        ring.read_again()?;
        if !store.is_shared() && source.file().is_some() && before.len() > KEYS_KEPT {
            // Each rotation that was cut off left a key too many, and a file that holds too many is refused as a whole.
            self.encrypt_anew(store, now).await?;
            before.truncate(KEYS_KEPT);
            // Where the file can't be written no new key can be put there either, which is told below.
            if source.write(&before).is_ok() {
                ring.read_again()?;
            }
        }
        let new = if self.is_put_before(store).await? { None } else { self.put_behind(&before)? };
        let newest = new.as_ref().or(before.first()).map(fingerprint).unwrap_or_default();
        if store.is_shared()
            && let Err(error) = until_all_have(store, daemon, &newest).await
        {
            if new.is_some() {
                source.write(&before)?;
                ring.read_again()?;
            }
            return Err(error);
        }
        let mut keys: Keys = new.into_iter().chain(before).collect();
        if new.is_some() {
            source.write(&keys)?;
        }
        ring.read_again()?;
        let mut tries = 0;
        let rotated = loop {
            tries += 1;
            match self.encrypt_anew(store, now).await {
                Err(KeepError::Store(error)) if error.is_conflict() && tries < TRIES_MAX => {}
                other => break other?,
            }
        };
        if new.is_some() {
            keys.truncate(KEYS_KEPT);
            source.write(&keys)?;
            ring.read_again()?;
        }
        info!(secrets = rotated.secrets, unreadable = rotated.unreadable, "the secrets have a new key");
        Ok(rotated)
    }

    /// Whether somebody put a new key before the one that the daemons of a shared storage have in common.
    async fn is_put_before(&self, store: &SharedStore) -> Result<bool, KeepError> {
        let known = store.load::<StoredSecret>(KEY_CHECK.to_owned()).await?;
        Ok(store.is_shared()
            && known.is_some_and(|known| !self.keys().is_sealed_by_newest(KEY_CHECK, &known.sealed)))
    }

    /// Makes a key and puts it behind the others: there it opens for whoever has the same file, and encrypts nothing
    /// before all have it. `None` = it can't be put there, and one of the deployment's is before the old one.
    fn put_behind(&self, before: &Keys) -> Result<Option<[u8; KEY_BYTES]>, KeepError> {
        let ring = self.keys();
        let source = ring.source();
        if source.file().is_some() {
            let new = random::<KEY_BYTES>()?;
            let with_new: Keys = before.iter().copied().chain([new]).collect();
            if source.write(&with_new).is_ok() {
                return Ok(Some(new));
            }
        }
        if before.len() > 1 {
            return Ok(None);
        }
        Err(KeepError::Secret(SecretError::Key {
            from: source.words(),
            why: "there is no new key in it, and the daemon can't put one there".to_owned(),
            hint: "put a new key before the old one there (a line of its own in a file, a comma in between \
                   elsewhere), start the daemon with that, then rotate again"
                .to_owned(),
        }))
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

/// Waits until each daemon that lives has the key; they say so with every beat.
async fn until_all_have(store: &SharedStore, daemon: &str, key: &str) -> Result<(), KeepError> {
    let until = Instant::now() + KNOWN_WITHIN;
    loop {
        let daemons = presence::without_key(store, daemon, key, clock::now()).await?;
        if daemons == 0 {
            return Ok(());
        }
        if Instant::now() > until {
            return Err(KeepError::OthersLackKey { daemons });
        }
        tokio::time::sleep(presence::BEAT / 4).await;
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use radarr_proto::model::{SecretInput, SecretSource, SecretText};

    use super::super::key_source::KeySource;
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
        let rotated = keeper.rotate(&store, "us", Timestamp::UNIX_EPOCH).await.unwrap();
        assert_eq!((rotated.secrets, rotated.unreadable), (5, 0));
        assert_eq!(source.read().unwrap().len(), 2);
        let with_old = SecretKeeper::open(old).unwrap();
        assert!(with_old.read(&store, "indexer-0", &SecretSource::Stored).await.is_err());
        // Another daemon with the old key in memory reads the file again.
        for keeper in [&keeper, &other, &SecretKeeper::open(source.clone()).unwrap()] {
            assert_eq!(read(keeper, &store, "indexer-4").await, "passkey 4");
        }
        keeper.rotate(&store, "us", Timestamp::UNIX_EPOCH).await.unwrap();
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
        let rotated = keeper.rotate(&store, "us", Timestamp::UNIX_EPOCH).await.unwrap();
        assert_eq!((rotated.secrets, source.read().unwrap().len()), (1, 2));
        assert_eq!(read(&SecretKeeper::open(source).unwrap(), &store, "tmdb").await, "key");
    }

    #[tokio::test]
    async fn rotations_that_were_cut_off_again_and_again_are_no_end_of_rotating() {
        let folder = tempfile::tempdir().unwrap();
        let store = storage(folder.path());
        let source = KeySource::Own(folder.path().join("secret.key"));
        put(&SecretKeeper::open(source.clone()).unwrap(), &store, "tmdb", "key").await;
        // As many as a file may hold: one more would be refused.
        let mut keys = source.read().unwrap();
        while keys.len() < 8 {
            keys.push(random().unwrap());
        }
        source.write(&keys).unwrap();
        SecretKeeper::open(source.clone())
            .unwrap()
            .rotate(&store, "us", Timestamp::UNIX_EPOCH)
            .await
            .unwrap();
        assert_eq!(source.read().unwrap().len(), 2);
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
        let refused = given(&[1]).rotate(&store, "us", Timestamp::UNIX_EPOCH).await.unwrap_err();
        assert!(refused.to_string().contains("no new key"), "{refused}");
        given(&[2, 1]).rotate(&store, "us", Timestamp::UNIX_EPOCH).await.unwrap();
        assert_eq!(read(&given(&[2]), &store, "client-1").await, "password");
        let lost = given(&[3, 1]).rotate(&store, "us", Timestamp::UNIX_EPOCH).await.unwrap();
        assert_eq!((lost.secrets, lost.unreadable), (1, 1));
        assert_eq!(read(&given(&[2]), &store, "client-1").await, "password");
    }
}
