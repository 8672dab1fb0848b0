//! Building the library from the storage and keeping it in step with the log.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use arc_swap::ArcSwap;
use imbl::OrdMap;
use radarr_proto::model::{
    Cursor, Event, EventKind, ImdbId, LibrarySettings, Movie, MovieId, QualityProfile, RootFolderId, TmdbId,
};
use tokio::sync::{OnceCell, watch};
use tracing::warn;

use super::row::{Row, Rules, Source};
use super::titles::Titles;
use crate::domain::match_movie::ReleaseClues;
use crate::storage::{
    Collection, DocKey, Document, EVENTS_PAGE_MAX, Only, SharedStore, StoreError, StoredDoc,
};
use crate::telemetry::metrics::LIBRARY_READER;

/// How long a reader waits for the view to show what was committed before.
const CATCH_UP_MAX: Duration = Duration::from_millis(250);

/// The pause after the storage could not be read.
const AFTER_TROUBLE: Duration = Duration::from_secs(1);

/// Movies that are read at a time.
const READ_PAGE: usize = 256;

/// The library at one moment.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// The movies, by number.
    pub rows: OrdMap<MovieId, Arc<Row>>,
    /// The event that this is the state after.
    pub cursor: Cursor,
    by_tmdb: imbl::HashMap<TmdbId, MovieId>,
}

impl Snapshot {
    /// The movie with that number of TMDB's.
    pub fn by_tmdb(&self, id: TmdbId) -> Option<MovieId> {
        self.by_tmdb.get(&id).copied()
    }

    /// Movies whose first version lies in that root folder.
    pub fn in_root(&self, root: RootFolderId) -> usize {
        self.rows.values().filter(|row| row.shown.root_folder_id == root).count()
    }

    fn set(&mut self, row: Row) {
        let id = row.shown.id;
        self.remove(id);
        self.by_tmdb.insert(row.shown.tmdb_id, id);
        self.rows.insert(id, Arc::new(row));
    }

    fn remove(&mut self, id: MovieId) {
        if let Some(old) = self.rows.remove(&id)
            && self.by_tmdb.get(&old.shown.tmdb_id) == Some(&id)
        {
            self.by_tmdb.remove(&old.shown.tmdb_id);
        }
    }
}

/// The library in memory. Hold it in an [`Arc`].
pub struct LibraryView {
    store: SharedStore,
    now: ArcSwap<Snapshot>,
    cursor: watch::Sender<Cursor>,
    /// Made when it is first asked for: a start should not wait for it.
    titles: OnceCell<RwLock<Titles>>,
}

impl LibraryView {
    /// Reads the library. Then spawn [`follow`](Self::follow).
    pub async fn build(store: SharedStore) -> Result<Self, StoreError> {
        let snapshot = read_all(&store).await?;
        let cursor = watch::Sender::new(snapshot.cursor);
        Ok(Self { store, now: ArcSwap::from_pointee(snapshot), cursor, titles: OnceCell::new() })
    }

    /// The library as it is known now. Nothing waits.
    pub fn now(&self) -> Arc<Snapshot> {
        self.now.load_full()
    }

    /// The library with everything in it that was committed before this call; older after a quarter of a second.
    pub async fn latest(&self) -> Arc<Snapshot> {
        let wanted = self.store.last_cursor();
        let mut cursor = self.cursor.subscribe();
        let caught_up = cursor.wait_for(|cursor| *cursor >= wanted);
        if tokio::time::timeout(CATCH_UP_MAX, caught_up).await.is_err() {
            warn!(%wanted, "the library in memory is behind");
        }
        self.now()
    }

    /// Movies that a release with these clues may be; a few more than it can be, never fewer.
    pub async fn candidates(&self, clues: &ReleaseClues<'_>) -> Result<Vec<MovieId>, StoreError> {
        let titles = self.titles.get_or_try_init(|| self.read_titles()).await?;
        let snapshot = self.now();
        let imdb = clues.imdb_id.map(ImdbId::number);
        let by_imdb = snapshot.rows.values().filter(|row| imdb.is_some_and(|imdb| row.imdb == imdb));
        let mut found: BTreeSet<MovieId> = by_imdb.map(|row| row.shown.id).collect();
        found.extend(clues.tmdb_id.and_then(|id| snapshot.by_tmdb(id)));
        let titles = titles.read().unwrap_or_else(PoisonError::into_inner);
        found.extend(clues.titles.iter().flat_map(|title| titles.find(title)));
        Ok(found.into_iter().filter(|id| snapshot.rows.contains_key(id)).collect())
    }

    /// Keeps the view in step with the log. Runs for ever: spawn it as one task that is dropped at the end.
    pub async fn follow(self: Arc<Self>) {
        let mut changes = self.store.watch();
        let mut is_told = false;
        loop {
            changes.mark_unchanged();
            LIBRARY_READER.reach(self.now().cursor);
            let caught_up = self.catch_up().await;
            if caught_up.is_ok() {
                is_told = false;
            }
            if let Err(error) = caught_up {
                if !is_told {
                    warn!(%error, "the library in memory can't follow the storage; it is tried until it can");
                }
                is_told = true;
                tokio::time::sleep(AFTER_TROUBLE).await;
                continue;
            }
            if self.now().cursor >= self.store.last_cursor() && changes.changed().await.is_err() {
                return;
            }
        }
    }

    /// Takes in everything that the log has by now.
    pub async fn catch_up(&self) -> Result<(), StoreError> {
        loop {
            let mut snapshot = (*self.now()).clone();
            let page = self.store.events_after(snapshot.cursor, EVENTS_PAGE_MAX).await?;
            let full = page.events.len() == EVENTS_PAGE_MAX;
            if page.gap || page.events.iter().any(changes_the_rules) {
                let snapshot = read_all(&self.store).await?;
                self.publish(snapshot);
                continue;
            }
            let touched: BTreeSet<MovieId> = page
                .events
                .iter()
                .filter(|event| may_change_the_movie(event))
                .filter_map(|event| event.movie_id)
                .collect();
            if !touched.is_empty() {
                let rules = read_rules(&self.store).await?;
                for id in touched {
                    self.refresh(&mut snapshot, id, &rules).await?;
                }
            }
            snapshot.cursor = page.cursor;
            self.publish(snapshot);
            if !full {
                return Ok(());
            }
        }
    }

    async fn refresh(&self, snapshot: &mut Snapshot, id: MovieId, rules: &Rules) -> Result<(), StoreError> {
        let key = Movie::key_of(&id);
        let stored = self.store.get(&key).await?;
        if let Some(titles) = self.titles.get() {
            let movie = stored.as_ref().map(|stored| Movie::decode(&key, stored)).transpose()?;
            let mut titles = titles.write().unwrap_or_else(PoisonError::into_inner);
            titles.remove(id);
            if let Some(movie) = movie {
                titles.insert(&movie);
            }
        }
        match stored {
            Some(stored) => snapshot.set(decode(&key, &stored)?.row(rules)),
            None => snapshot.remove(id),
        }
        Ok(())
    }

    fn publish(&self, snapshot: Snapshot) {
        let cursor = snapshot.cursor;
        LIBRARY_READER.reach(cursor);
        self.now.store(Arc::new(snapshot));
        self.cursor.send_replace(cursor);
    }

    async fn read_titles(&self) -> Result<RwLock<Titles>, StoreError> {
        let mut titles = Titles::default();
        self.store.for_each::<Movie>(|movie| titles.insert(&movie)).await?;
        Ok(RwLock::new(titles))
    }
}

async fn read_all(store: &SharedStore) -> Result<Snapshot, StoreError> {
    // Before the documents: what changes while they are read is read again when the log is followed.
    let cursor = store.last_cursor();
    let rules = read_rules(store).await?;
    let mut rows = Vec::new();
    let mut by_tmdb = HashMap::new();
    let mut after: Option<String> = None;
    loop {
        let page = store.list(Collection::Movie, after.as_deref(), READ_PAGE).await?;
        let full = page.len() == READ_PAGE;
        for (id, stored) in page {
            let key = DocKey::new(Collection::Movie, id);
            let row = decode(&key, &stored)?.row(&rules);
            by_tmdb.insert(row.shown.tmdb_id, row.shown.id);
            rows.push((row.shown.id, Arc::new(row)));
            after = Some(key.id);
        }
        if !full {
            break;
        }
    }
    Ok(Snapshot { rows: rows.into_iter().collect(), cursor, by_tmdb: by_tmdb.into_iter().collect() })
}

async fn read_rules(store: &SharedStore) -> Result<Rules, StoreError> {
    let profiles = store.load_all::<QualityProfile>().await?;
    Ok(Rules::new(profiles, store.load::<LibrarySettings>(Only).await?))
}

fn decode(key: &DocKey, stored: &StoredDoc) -> Result<Source, StoreError> {
    serde_json::from_slice(&stored.body)
        .map_err(|error| StoreError::Corrupt { what: key.to_string(), why: error.to_string() })
}

fn changes_the_rules(event: &Event) -> bool {
    matches!(event.kind, EventKind::SettingsChanged { .. })
}

/// Progress and jobs of a movie leave its document alone; they come often.
fn may_change_the_movie(event: &Event) -> bool {
    !matches!(
        event.kind,
        EventKind::DownloadProgressed { .. }
            | EventKind::DownloadChanged { .. }
            | EventKind::JobChanged { .. }
    )
}
