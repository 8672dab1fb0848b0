//! `radarr-daemon export` and `import`: the storage of a daemon that is not running, to a file and back.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;

use crate::backup;
use crate::clock;
use crate::config::Config;
use crate::flow::FlowError;
use crate::storage::{self, SharedStore};

/// A command that a person waits for does not wait for a database for ever.
const DATABASE_WAIT_MAX: Duration = Duration::from_secs(10);

/// Writes everything into `file`. Says what was done, one sentence.
pub fn export(config: &Config, file: &Path) -> anyhow::Result<String> {
    anyhow::ensure!(
        config.storage.is_database() || config.storage.path.exists(),
        "there is no storage at {}: set storage.path, or name the configuration with --config",
        config.storage.path.display()
    );
    with_storage(config, async |store| {
        let written = backup::export(store, file, clock::now()).await.map_err(plain)?;
        Ok(format!("{} documents and {} events in {}", written.documents, written.events, file.display()))
    })
}

/// Reads `file` into the empty storage. Says what was done, one sentence.
pub fn import(config: &Config, file: &Path) -> anyhow::Result<String> {
    with_storage(config, async |store| {
        let imported = backup::import(store, file).await?;
        let path = config.storage.path.display();
        Ok(format!("{} documents and {} events are in {path}", imported.documents, imported.events))
    })
}

fn with_storage(
    config: &Config,
    work: impl AsyncFnOnce(&SharedStore) -> anyhow::Result<String>,
) -> anyhow::Result<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.context("the system gives no threads")?.block_on(async {
        let store = storage::open(&config.storage, Some(DATABASE_WAIT_MAX)).await?;
        let said = work(&store).await;
        store.close().await;
        said
    })
}

/// The error below, whose hint is known.
fn plain(error: FlowError) -> anyhow::Error {
    match error {
        FlowError::Store(error) => error.into(),
        FlowError::File(error) => error.into(),
        other @ (FlowError::Refused(_)
        | FlowError::Tmdb(_)
        | FlowError::Indexer(_)
        | FlowError::Client(_)
        | FlowError::Import(_)
        | FlowError::Torrent(_)
        | FlowError::Outside(_)
        | FlowError::Stopped) => other.into(),
    }
}
