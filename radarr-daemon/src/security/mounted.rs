//! A secret of the deployment that is given by a file, and read again when it is needed: Kubernetes swaps what it has
//! mounted while the daemon runs.
//!
//! The secrets of indexers and download clients are in `keeper`, the key of the stored ones in `key_source`,
//! certificates in `tls`.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use radarr_proto::model::SecretText;
use tracing::warn;

use crate::config::read_secret;

/// A secret as it was at the start, and the file that may say another one by now. Clones share what was read last.
#[derive(Debug, Clone, Default)]
pub struct Mounted {
    file: Option<PathBuf>,
    known: Arc<Mutex<Known>>,
}

#[derive(Debug, Default)]
struct Known {
    secret: SecretText,
    /// Whether it was said that the file can't be read; once is enough.
    is_told: bool,
}

impl Mounted {
    /// What the configuration read at the start, and from where.
    pub fn new(secret: SecretText, file: Option<PathBuf>) -> Self {
        Self { file, known: Arc::new(Mutex::new(Known { secret, is_told: false })) }
    }

    /// The secret of now. A file that can't be read, or is empty, leaves the one before in force.
    pub fn current(&self) -> SecretText {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(file) = &self.file else { return known.secret.clone() };
        match read_secret(file) {
            Ok(secret) => *known = Known { secret, is_told: false },
            Err(why) if !known.is_told => {
                warn!(why, "the secret that was read before stays in force");
                known.is_told = true;
            }
            Err(_) => {}
        }
        known.secret.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changes_is_read_again_and_one_that_is_gone_leaves_the_secret_before() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        std::fs::write(&file, "one\n").unwrap();
        let mounted = Mounted::new(SecretText::new("one"), Some(file.clone()));
        let now = || mounted.current().expose().to_owned();
        assert_eq!(now(), "one");
        std::fs::write(&file, "two\n").unwrap();
        assert_eq!(now(), "two");
        for unusable in ["", " \n"] {
            std::fs::write(&file, unusable).unwrap();
            assert_eq!(now(), "two");
        }
        crate::files::remove_name(&file).unwrap();
        assert_eq!(now(), "two");
        std::fs::write(&file, "three").unwrap();
        assert_eq!(now(), "three");
        assert_eq!(Mounted::new(SecretText::new("fixed"), None).current().expose(), "fixed");
    }
}
