//! Secrets that the user gave at run time: encrypted with a key that lies beside the storage, not in it.
//!
//! The key file keeps an export or a backup of the storage from being a list of passwords. Whoever can read the
//! daemon's whole data folder can read the secrets; that is said in SECURITY.md.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use radarr_proto::model::SecretText;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

const KEY_BYTES: usize = 32;

/// Why a secret can't be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The key file is missing rights or damaged.
    #[error("the key file {path} can't be used: {why}")]
    KeyFile {
        /// Which.
        path: String,
        /// What is wrong.
        why: String,
    },
    /// The text was encrypted with another key.
    #[error("a stored secret can't be read with this key file: enter the secret again")]
    OtherKey,
    /// The system gave no randomness.
    #[error("the system gives no random bytes")]
    NoRandomness,
}

/// Encrypts and decrypts.
pub struct SecretBox {
    key: LessSafeKey,
}

impl std::fmt::Debug for SecretBox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretBox(***)")
    }
}

impl SecretBox {
    /// Reads the key file; makes one that only its owner can read when there is none.
    pub fn open(path: &Path) -> Result<Self, SecretError> {
        let fault = |why: String| SecretError::KeyFile { path: path.display().to_string(), why };
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let mut bytes = vec![0_u8; KEY_BYTES];
                getrandom::fill(&mut bytes).map_err(|_| SecretError::NoRandomness)?;
                let mut file = std::fs::OpenOptions::new()
                    .write(true)
                    .create_new(true)
                    .mode(0o600)
                    .open(path)
                    .map_err(|error| fault(error.to_string()))?;
                file.write_all(&bytes)
                    .and_then(|()| file.sync_all())
                    .map_err(|error| fault(error.to_string()))?;
                bytes
            }
            Err(error) => return Err(fault(error.to_string())),
        };
        if bytes.len() != KEY_BYTES {
            return Err(fault(format!("it has {} bytes, not {KEY_BYTES}", bytes.len())));
        }
        let key = UnboundKey::new(&AES_256_GCM, &bytes).map_err(|_| fault("it is no key".to_owned()))?;
        Ok(Self { key: LessSafeKey::new(key) })
    }

    /// Encrypts a secret; the text is safe to store.
    pub fn seal(&self, secret: &SecretText) -> Result<String, SecretError> {
        let mut nonce = [0_u8; NONCE_LEN];
        getrandom::fill(&mut nonce).map_err(|_| SecretError::NoRandomness)?;
        let mut sealed = secret.expose().as_bytes().to_vec();
        self.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut sealed)
            .map_err(|_| SecretError::NoRandomness)?;
        let mut whole = nonce.to_vec();
        whole.append(&mut sealed);
        Ok(STANDARD.encode(whole))
    }

    /// Decrypts what [`Self::seal`] gave.
    pub fn open_sealed(&self, sealed: &str) -> Result<SecretText, SecretError> {
        let whole = STANDARD.decode(sealed).map_err(|_| SecretError::OtherKey)?;
        let (nonce, sealed) = whole.split_at_checked(NONCE_LEN).ok_or(SecretError::OtherKey)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SecretError::OtherKey)?;
        let mut open = sealed.to_vec();
        let plain =
            self.key.open_in_place(nonce, Aad::empty(), &mut open).map_err(|_| SecretError::OtherKey)?;
        String::from_utf8(plain.to_vec()).map(SecretText::new).map_err(|_| SecretError::OtherKey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_comes_back_only_with_its_key() {
        let folder = tempfile::tempdir().unwrap();
        let first = SecretBox::open(&folder.path().join("a")).unwrap();
        let sealed = first.seal(&SecretText::new("hunter2")).unwrap();
        assert!(!sealed.contains("hunter2"));
        let again = SecretBox::open(&folder.path().join("a")).unwrap();
        assert_eq!(again.open_sealed(&sealed).unwrap().expose(), "hunter2");
        let other = SecretBox::open(&folder.path().join("b")).unwrap();
        assert!(matches!(other.open_sealed(&sealed), Err(SecretError::OtherKey)));
        assert!(matches!(first.open_sealed("nonsense"), Err(SecretError::OtherKey)));
    }

    #[test]
    fn the_key_file_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        SecretBox::open(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::write(&path, "short").unwrap();
        assert!(SecretBox::open(&path).unwrap_err().to_string().contains("5 bytes"));
    }
}
