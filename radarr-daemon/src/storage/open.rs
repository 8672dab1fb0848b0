//! Opens the storage that the configuration asks for.

use std::sync::Arc;
use std::time::Duration;

use super::sled::SledStore;
use super::{SharedStore, StoreError};
use crate::config::StorageConfig;

/// Opens it. A database that is away is waited for, at most for `patience`; `None` = as long as it takes.
pub async fn open(config: &StorageConfig, patience: Option<Duration>) -> Result<SharedStore, StoreError> {
    if config.is_database() {
        // The key file and the backups still lie there.
        std::fs::create_dir_all(&config.path)
            .map_err(|error| StoreError::Directory { path: config.path.clone(), why: error.to_string() })?;
        return open_database(config, patience, Schema::Migrate).await;
    }
    let path = config.path.clone();
    let opened = tokio::task::spawn_blocking(move || SledStore::open(&path)).await;
    let store = opened.map_err(|_| StoreError::Closed)??;
    Ok(Arc::new(store))
}

/// Opens it for a look: the schema of a database stays as it is.
pub async fn look_into(config: &StorageConfig, patience: Duration) -> Result<SharedStore, StoreError> {
    if config.is_database() {
        return open_database(config, Some(patience), Schema::Leave).await;
    }
    open(config, Some(patience)).await
}

/// What becomes of a database's schema that is not up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// It is brought up to date.
    Migrate,
    /// It stays as it is, and the storage is not opened.
    Leave,
}

#[cfg(feature = "postgres")]
async fn open_database(
    config: &StorageConfig,
    patience: Option<Duration>,
    schema: Schema,
) -> Result<SharedStore, StoreError> {
    use super::postgres::{PostgresSettings, PostgresStore};

    let settings = PostgresSettings::of(config, schema);
    Ok(Arc::new(PostgresStore::open(settings, patience).await?))
}

#[cfg(not(feature = "postgres"))]
async fn open_database(_: &StorageConfig, _: Option<Duration>, _: Schema) -> Result<SharedStore, StoreError> {
    std::future::ready(Err(StoreError::Database {
        why: "PostgreSQL is not built into this radarr-daemon".to_owned(),
        hint: "unset storage.url to use the embedded storage".to_owned(),
    }))
    .await
}
