//! Secrets that the user gave at run time: encrypted with a key that lies beside the storage or is given by the
//! deployment, never in the storage.
//!
//! The key keeps a backup of the storage from being a list of passwords. Whoever can read the daemon's whole data
//! folder can read the secrets; that is said in SECURITY.md. Where the key comes from: `key_source`.

use std::num::NonZeroU32;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use radarr_proto::model::SecretText;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::pbkdf2;

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;

/// What stands before a sealed text that is bound to its name. Texts without it are from before names were bound.
const BOUND: &str = "2.";

/// Why a secret can't be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The key is missing, damaged, or may not be read.
    #[error("{from} can't be used: {why}")]
    Key {
        /// Where it should come from.
        from: String,
        /// What is wrong.
        why: String,
        /// What to do.
        hint: String,
    },
    /// The text was encrypted with another key.
    #[error("a stored secret can't be read with the key in use")]
    OtherKey,
    /// The system gave no randomness.
    #[error("the system gives no random bytes")]
    NoRandomness,
}

impl SecretError {
    /// What to do.
    pub fn hint(&self) -> String {
        match self {
            Self::Key { hint, .. } => hint.clone(),
            Self::OtherKey => "put the right key back, or enter the secret again".to_owned(),
            Self::NoRandomness => "mend /dev/urandom, then start again".to_owned(),
        }
    }
}

/// Random bytes.
pub fn random<const N: usize>() -> Result<[u8; N], SecretError> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).map_err(|_| SecretError::NoRandomness)?;
    Ok(bytes)
}

/// Encrypts and decrypts with one key.
pub struct SecretBox {
    key: LessSafeKey,
}

impl std::fmt::Debug for SecretBox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretBox(***)")
    }
}

impl SecretBox {
    /// With that key; `None` = it has not [`KEY_BYTES`].
    pub fn new(key: &[u8]) -> Option<Self> {
        Some(Self { key: LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).ok()?) })
    }

    /// With a key that is made of a passphrase. Each guess at the passphrase costs `rounds` hashes.
    pub fn of_passphrase(passphrase: &SecretText, salt: &[u8], rounds: NonZeroU32) -> Option<Self> {
        let mut key = [0_u8; KEY_BYTES];
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, rounds, salt, passphrase.expose().as_bytes(), &mut key);
        Self::new(&key)
    }

    /// Encrypts the secret of `name`; the text is safe to store, and opens under that name only.
    pub fn seal(&self, name: &str, secret: &SecretText) -> Result<String, SecretError> {
        let nonce = random::<NONCE_LEN>()?;
        let mut sealed = secret.expose().as_bytes().to_vec();
        self.key
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(name.as_bytes()),
                &mut sealed,
            )
            .map_err(|_| SecretError::NoRandomness)?;
        Ok(format!("{BOUND}{}", STANDARD.encode([&nonce[..], &sealed].concat())))
    }

    /// Decrypts what [`Self::seal`] gave.
    pub fn open_sealed(&self, name: &str, sealed: &str) -> Result<SecretText, SecretError> {
        let (name, sealed) = match sealed.strip_prefix(BOUND) {
            Some(sealed) => (name.as_bytes(), sealed),
            None => (&b""[..], sealed),
        };
        let whole = STANDARD.decode(sealed).map_err(|_| SecretError::OtherKey)?;
        let (nonce, sealed) = whole.split_at_checked(NONCE_LEN).ok_or(SecretError::OtherKey)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SecretError::OtherKey)?;
        let mut open = sealed.to_vec();
        let plain =
            self.key.open_in_place(nonce, Aad::from(name), &mut open).map_err(|_| SecretError::OtherKey)?;
        String::from_utf8(plain.to_vec()).map(SecretText::new).map_err(|_| SecretError::OtherKey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(key: u8) -> SecretBox {
        SecretBox::new(&[key; KEY_BYTES]).unwrap()
    }

    #[test]
    fn a_secret_comes_back_by_its_key_and_its_name_only() {
        let sealed = with(1).seal("indexer-3", &SecretText::new("hunter2")).unwrap();
        assert!(!sealed.contains("hunter2"));
        assert_eq!(with(1).open_sealed("indexer-3", &sealed).unwrap().expose(), "hunter2");
        for (key, name, sealed) in [
            (2, "indexer-3", sealed.as_str()),
            (1, "indexer-4", &sealed),
            (1, "indexer-3", "nonsense"),
            (1, "indexer-3", "2."),
            (1, "indexer-3", &sealed[2..]),
        ] {
            assert!(
                matches!(with(key).open_sealed(name, sealed), Err(SecretError::OtherKey)),
                "{name} {sealed}"
            );
        }
    }

    #[test]
    fn what_was_sealed_before_names_were_bound_can_still_be_read() {
        // Key 1, nonce 0, no name.
        let mut sealed = b"old".to_vec();
        let nonce = Nonce::assume_unique_for_key([0; NONCE_LEN]);
        with(1).key.seal_in_place_append_tag(nonce, Aad::empty(), &mut sealed).unwrap();
        let text = STANDARD.encode([&[0; NONCE_LEN][..], &sealed].concat());
        assert_eq!(with(1).open_sealed("tmdb", &text).unwrap().expose(), "old");
    }

    #[test]
    fn a_passphrase_makes_the_same_key_with_the_same_salt_and_rounds_only() {
        let make = |text: &str, salt: &[u8], rounds: u32| {
            SecretBox::of_passphrase(&SecretText::new(text), salt, NonZeroU32::new(rounds).unwrap()).unwrap()
        };
        let sealed = make("correct horse", b"salt", 2).seal("tmdb", &SecretText::new("key")).unwrap();
        assert!(make("correct horse", b"salt", 2).open_sealed("tmdb", &sealed).is_ok());
        for other in
            [make("correct", b"salt", 2), make("correct horse", b"s", 2), make("correct horse", b"salt", 3)]
        {
            assert!(other.open_sealed("tmdb", &sealed).is_err());
        }
    }
}
