//! Where the key of the secrets comes from: the deployment (`security.key`, `security.key_file`), else a file beside
//! the storage that only its owner can read, made when there is none.
//!
//! There may be several keys, one in a line: the first encrypts, each opens. So a key is changed without a moment at
//! which a secret can't be read: see `keeper`.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use radarr_proto::model::SecretText;
use sha2::{Digest as _, Sha256};

use super::secrets::{KEY_BYTES, SecretBox, SecretError, random};
use crate::config::Config;
use crate::files::atomic_file::write_private;

/// More keys than this are a mistake.
const KEYS_MAX: usize = 8;

/// The largest file of keys.
const FILE_BYTES_MAX: u64 = 4096;

/// Keys, newest first; never empty.
pub type Keys = Vec<[u8; KEY_BYTES]>;

/// Where the keys are.
#[derive(Debug, Clone)]
pub enum KeySource {
    /// In the configuration or the environment.
    Given(SecretText),
    /// In a file of the deployment's, which must be there.
    File(PathBuf),
    /// In our own file beside the storage.
    Own(PathBuf),
}

impl KeySource {
    /// As the configuration says.
    pub fn of(config: &Config) -> Self {
        if !config.security.key.is_empty() {
            return Self::Given(config.security.key.clone());
        }
        match &config.security.key_file {
            Some(path) => Self::File(path.clone()),
            None => Self::Own(config.storage.path.join("secret.key")),
        }
    }

    /// The file, if it is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Given(_) => None,
            Self::File(path) | Self::Own(path) => Some(path),
        }
    }

    /// In words: no key is in them.
    pub fn words(&self) -> String {
        match self {
            Self::Given(_) => "security.key".to_owned(),
            Self::File(path) | Self::Own(path) => format!("the key file {}", path.display()),
        }
    }

    /// Reads the keys. Makes our own file when there is none.
    pub fn read(&self) -> Result<Keys, SecretError> {
        match self {
            Self::Given(text) => parse(text.expose().as_bytes()).map_err(|why| self.fault(why)),
            Self::File(path) => self.read_file(path),
            Self::Own(path) if path.exists() => self.read_file(path),
            Self::Own(_) => {
                let keys = vec![random::<KEY_BYTES>()?];
                self.write(&keys)?;
                Ok(keys)
            }
        }
    }

    fn read_file(&self, path: &Path) -> Result<Keys, SecretError> {
        let metadata = std::fs::metadata(path).map_err(|error| self.fault(error.to_string()))?;
        if metadata.len() > FILE_BYTES_MAX {
            return Err(self.fault(format!("it has {} bytes", metadata.len())));
        }
        let bytes = std::fs::read(path).map_err(|error| self.fault(error.to_string()))?;
        parse(&bytes).map_err(|why| self.fault(why))
    }

    /// Puts these keys in the place of those in the file: all of them or, after a crash, none.
    pub fn write(&self, keys: &Keys) -> Result<(), SecretError> {
        let Some(path) = self.file() else {
            return Err(self.fault("it is in the configuration, which the daemon does not write".to_owned()));
        };
        let lines: String = keys.iter().map(|key| format!("{}\n", STANDARD.encode(key))).collect();
        write_private(path, lines.as_bytes()).map_err(|error| self.fault(error.to_string()))
    }

    fn fault(&self, why: String) -> SecretError {
        let hint = match self {
            Self::Given(_) => {
                "set it to 32 random bytes as base64, such as `openssl rand -base64 32` gives; several keys with a \
                 comma in between"
            }
            Self::File(_) => {
                "put 32 random bytes as base64 into it, such as `openssl rand -base64 32` gives, and let the daemon's \
                 user read it"
            }
            Self::Own(_) => "put the right file back, or move it away and enter all secrets again",
        };
        SecretError::Key { from: self.words(), why, hint: hint.to_owned() }
    }
}

/// Reads keys: 32 bytes as they are, or lines of 32 bytes as base64 or hexadecimal.
fn parse(bytes: &[u8]) -> Result<Keys, String> {
    if let Ok(key) = bytes.try_into() {
        return Ok(vec![key]);
    }
    let text =
        std::str::from_utf8(bytes).map_err(|_| format!("it has {} bytes, not {KEY_BYTES}", bytes.len()))?;
    let lines = text.split(['\n', ',']).map(str::trim).filter(|line| !line.is_empty());
    let keys: Option<Keys> = lines.map(|line| hexadecimal(line).or_else(|| base64(line))).collect();
    match keys {
        Some(keys) if (1..=KEYS_MAX).contains(&keys.len()) => Ok(keys),
        Some(keys) => Err(format!("it has {} keys; from 1 to {KEYS_MAX} are possible", keys.len())),
        None => Err(format!("it has {} bytes, and is no key of {KEY_BYTES} bytes as base64", bytes.len())),
    }
}

fn base64(line: &str) -> Option<[u8; KEY_BYTES]> {
    STANDARD.decode(line).ok()?.try_into().ok()
}

fn hexadecimal(line: &str) -> Option<[u8; KEY_BYTES]> {
    if line.len() != 2 * KEY_BYTES {
        return None;
    }
    let digits: Option<Vec<u8>> = line.chars().map(|digit| digit.to_digit(16)?.try_into().ok()).collect();
    let bytes = digits?
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
        .collect::<Vec<u8>>();
    bytes.try_into().ok()
}

/// Tells one key from another, and nothing of it: a key is 32 random bytes.
pub(super) fn fingerprint(key: &[u8; KEY_BYTES]) -> String {
    let mut digest = Sha256::new();
    digest.update(b"radarr key of secrets");
    digest.update(key);
    digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// A box for each key.
pub(super) fn boxes(keys: &Keys) -> Vec<SecretBox> {
    keys.iter().filter_map(|key| SecretBox::new(key)).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn keys_are_read_in_each_form_and_nothing_else_is_taken_for_one() {
        let (base64, hexadecimal) = (STANDARD.encode([7; KEY_BYTES]), "07".repeat(KEY_BYTES));
        for text in [
            [7; KEY_BYTES].to_vec(),
            base64.clone().into_bytes(),
            format!("{base64}\n").into_bytes(),
            hexadecimal.clone().into_bytes(),
        ] {
            assert_eq!(parse(&text).unwrap(), [[7; KEY_BYTES]]);
        }
        let two = format!("{},{base64}", STANDARD.encode([1; KEY_BYTES]));
        assert_eq!(parse(two.as_bytes()).unwrap(), [[1; KEY_BYTES], [7; KEY_BYTES]]);
        for wrong in ["", "short", &base64[1..], &hexadecimal[1..], &format!("{base64}\nno key")] {
            assert!(parse(wrong.as_bytes()).is_err(), "{wrong:?}");
        }
        assert!(parse(format!("{base64}\n").repeat(KEYS_MAX + 1).as_bytes()).is_err());
        assert!(parse(&[0xff; KEY_BYTES + 1]).unwrap_err().contains("33 bytes"));
    }

    #[test]
    fn our_own_file_is_made_once_and_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.key");
        let own = KeySource::Own(path.clone());
        let keys = own.read().unwrap();
        assert_eq!(own.read().unwrap(), keys);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(KeySource::File(path).read().unwrap(), keys);
    }

    #[test]
    fn a_file_of_the_deployments_must_be_there() {
        let missing = KeySource::File("/nowhere/key".into()).read().unwrap_err();
        assert!(
            missing.to_string().contains("/nowhere/key") && missing.hint().contains("openssl"),
            "{missing}"
        );
    }
}
