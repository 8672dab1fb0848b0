//! The storage for a command: opened here, or, where a daemon has it open, asked for over that daemon's socket.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use radarr_proto::client::{Client, ConnectOptions};
use radarr_proto::endpoint::Endpoint;

use crate::config::Config;
use crate::security::keeper::SecretKeeper;
use crate::security::key_source::KeySource;
use crate::storage::sled::holds_storage;
use crate::storage::{self, SharedStore, StoreError};

/// A command that a person waits for does not wait for a database for ever.
const DATABASE_WAIT_MAX: Duration = Duration::from_secs(10);

/// What a command works on.
pub enum Reached {
    /// The storage: nobody else has it, or it is one for several.
    Here {
        /// It.
        store: SharedStore,
        /// Its secrets.
        keeper: SecretKeeper,
    },
    /// A daemon has it; this asks it.
    Running(Client),
}

/// Reaches the storage of this configuration, which must be there.
pub async fn reach(config: &Config) -> anyhow::Result<Reached> {
    must_be_there(config)?;
    let error = match open(config).await {
        Ok((store, keeper)) => return Ok(Reached::Here { store, keeper }),
        Err(error) => error,
    };
    if !matches!(error.downcast_ref(), Some(StoreError::Locked { .. })) || config.rpc.unix.is_empty() {
        return Err(error);
    }
    let endpoint = Endpoint::Unix(PathBuf::from(&config.rpc.unix));
    let software = format!("radarr-daemon {}", env!("CARGO_PKG_VERSION"));
    let client = Client::connect(&endpoint, ConnectOptions { software, ..ConnectOptions::default() }).await?;
    anyhow::ensure!(
        client.greeting().await?.features.iter().any(|feature| feature == "upkeep"),
        "the daemon that runs is an older one, which can't do this: stop it and repeat, or start the newer one first"
    );
    Ok(Reached::Running(client))
}

/// Opens the storage of this configuration, or makes it.
pub async fn open(config: &Config) -> anyhow::Result<(SharedStore, SecretKeeper)> {
    let store = storage::open(&config.storage, Some(DATABASE_WAIT_MAX)).await?;
    Ok((store, SecretKeeper::open(KeySource::of(config))?))
}

fn must_be_there(config: &Config) -> anyhow::Result<()> {
    anyhow::ensure!(
        config.storage.is_database() || holds_storage(&config.storage.path)?,
        "there is no storage at {}: set storage.path, or name the configuration with --config",
        config.storage.path.display()
    );
    Ok(())
}

/// Runs a command to its end.
pub fn run<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.context("the system gives no threads")?.block_on(work)
}
