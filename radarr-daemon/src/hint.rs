//! What to do about an error that ends a command, where the error itself knows.

use radarr_proto::client::{CallError, ConnectError};

use crate::backup::BackupError;
use crate::files::FileError;
use crate::migrate::SourceError;
use crate::security::keeper::KeepError;
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
    if let Some(error) = error.downcast_ref::<BackupError>() {
        return Some(error.hint());
    }
    if let Some(error) = error.downcast_ref::<SourceError>() {
        return Some(error.hint().to_owned());
    }
    if let Some(error) = error.downcast_ref::<CallError>() {
        return error.hint();
    }
    if let Some(error) = error.downcast_ref::<ConnectError>() {
        return Some(error.hint());
    }
    if let Some(KeepError::Secret(error)) = error.downcast_ref::<KeepError>() {
        return Some(error.hint());
    }
    error.downcast_ref::<SecretError>().map(SecretError::hint)
}
