//! What to do about an error that ends a command, where the error itself knows.

use crate::backup::ImportError;
use crate::files::FileError;
use crate::migrate::SourceError;
use crate::security::secrets::SecretError;
use crate::storage::StoreError;

/// One sentence, or nothing.
pub fn of(error: &anyhow::Error) -> Option<String> {
    if let Some(error) = error.downcast_ref::<StoreError>() {
        return Some(error.hint());
    }
    if let Some(error) = error.downcast_ref::<FileError>() {
        return Some(error.hint().to_owned());
    }
    if let Some(error) = error.downcast_ref::<ImportError>() {
        return Some(error.hint());
    }
    if let Some(error) = error.downcast_ref::<SourceError>() {
        return Some(error.hint().to_owned());
    }
    error.downcast_ref::<SecretError>().map(|error| {
        match error {
            SecretError::KeyFile { .. } => {
                "put the right secret.key back, or move it away and enter all secrets again"
            }
            SecretError::OtherKey => "enter the secret again",
            SecretError::NoRandomness => "mend /dev/urandom, then start again",
        }
        .to_owned()
    })
}
