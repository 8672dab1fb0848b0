//! What the daemon is and has: the answer of the call `status` and of `/info`.

use jiff::Timestamp;
use radarr_proto::model::{HealthItem, SecretSource, Severity};
use radarr_proto::request::Status;

use crate::flow::Flow;
use crate::storage::{Collection, StoreError};

/// The daemon itself, as it was started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Daemon {
    /// Since when it runs.
    pub started_at: Timestamp,
    /// What it was configured with, without secrets.
    pub config_text: String,
}

impl Daemon {
    /// Everything.
    pub async fn status(&self, flow: &Flow) -> Result<Status, StoreError> {
        let now = flow.now();
        let store = &flow.store;
        let counts = flow.library.latest().await.counts(now);
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        Ok(Status {
            storage: store.name().to_owned(),
            storage_bytes: store.size_bytes(),
            movies: counts.movies,
            monitored: counts.monitored,
            missing: counts.missing,
            size_bytes: counts.size_bytes,
            queue: number(flow.open_grabs().await?.len()),
            jobs: number(store.versions(Collection::Job).await?.len()),
            cursor: store.last_cursor(),
            problems: number(problems(flow).await?),
            not_set_up: not_set_up(flow).await?,
            ..self.before_it_is_ready()
        })
    }

    /// What can be told before the storage is open.
    pub fn before_it_is_ready(&self) -> Status {
        Status {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: option_env!("RADARR_COMMIT").unwrap_or_default().to_owned(),
            started_at: self.started_at,
            storage: String::new(),
            storage_bytes: None,
            movies: 0,
            monitored: 0,
            missing: 0,
            size_bytes: 0,
            queue: 0,
            jobs: 0,
            cursor: radarr_proto::model::Cursor(0),
            problems: 0,
            not_set_up: Vec::new(),
        }
    }
}

/// Things that are wrong; what is only good to know does not count.
async fn problems(flow: &Flow) -> Result<usize, StoreError> {
    let items: Vec<HealthItem> = flow.store.load_all().await?;
    Ok(items.iter().filter(|item| item.severity >= Severity::Warning).count())
}

/// What a person has to set up before anything can come of it, by the nouns of the command line.
async fn not_set_up(flow: &Flow) -> Result<Vec<String>, StoreError> {
    let mut missing = Vec::new();
    let mut note = |is_there: bool, noun: &str| {
        if !is_there {
            missing.push(noun.to_owned());
        }
    };
    let has = async |collection| flow.store.versions(collection).await.map(|found| !found.is_empty());
    note(has(Collection::Root).await?, "root");
    note(flow.outside.tmdb_settings().await?.key != SecretSource::None, "tmdb");
    note(has(Collection::Indexer).await?, "indexer");
    note(has(Collection::Client).await?, "client");
    Ok(missing)
}
