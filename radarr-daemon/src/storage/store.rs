//! The contract of a storage, in words and as a trait.
//!
//! - A **document** is a JSON text of at most [`BODY_BYTES_MAX`] under a [`DocKey`]. Each commit that writes it gives
//!   it a new **version**. Versions rise over all documents together and are never given twice, so that a document
//!   that was deleted and made again is never taken for the old one.
//! - A **commit** is atomic: all its documents and events are there, or none. It says of each document what it
//!   expects ([`Expect`](super::Expect)); one that is not so makes the whole commit a
//!   [`Conflict`](super::StoreError::Conflict).
//! - `commit` answers when the change is **on disk**. What a reader sees is on disk as well: no answer is built on
//!   something that a power cut could take back.
//! - **Events** have cursors that rise by one or more. A reader that remembers its cursor misses nothing; when the
//!   events behind its cursor were cleaned away, it is told so by `gap`.
//! - A **snapshot** shows everything as it was at one moment, however long it is read: commits go on meanwhile, and it
//!   does not show them. Filling a storage from one is atomic as well, a kill in the middle included.
//! - When the storage is in trouble, writes are refused with [`Unavailable`](super::StoreError::Unavailable), reads
//!   go on as far as they can, and the storage tries to come back by itself. A commit that was under way at that
//!   moment may or may not have been kept: read again before repeating it.
//!
//! ```ignore
//! let Some(mut movie) = store.load::<Movie>(id).await? else { return Err(..) };
//! movie.monitored = false;
//! let commit = Commit::new(actor, now)
//!     .put(&movie, Expect::Version(movie.doc_version))
//!     .delete::<Blocked>(block_id, Expect::Any)
//!     .event(Some(movie.id), EventKind::MovieEdited { .. });
//! let committed = store.commit(commit).await?;
//! movie.doc_version = committed.version;   // what the next commit on it is based on
//! ```
//!
//! This does not know what a document means: see [`Document`] for the types, `jobs` for the queue.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use radarr_proto::model::{Cursor, DocVersion, Event, JobId, MovieId};
use tokio::sync::watch;

use super::{Commit, Committed, Compacted, Disagreement, Document, Filled, Snapshot, StoreError};

/// A larger document or event is refused: sled keeps whole pages in memory, and a list must stay cheap.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// Events in one answer; the limit of the call `next_events`.
pub const EVENTS_PAGE_MAX: usize = 1_000;

/// Pages of the history that are looked through for one page of the audit where there is no index for it.
const AUDIT_PAGES_MAX: usize = 20;

/// A job that was reserved and not taken (its daemon died in between) is free for others after that.
pub const RESERVED_FOR: Duration = Duration::from_secs(3);

/// More is told by nobody, and read by nobody.
pub const DISAGREEMENTS_MAX: usize = 1_000;

macro_rules! collections {
    ($($(#[doc = $doc:literal])* $variant:ident = $name:literal,)*) => {
        /// The kinds of documents there are. The name is what stands in the storage: never change one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Collection {
            $($(#[doc = $doc])* $variant,)*
        }

        impl Collection {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its name in the storage and in exports: lower case and `_` only.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The collection of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

collections! {
    /// `Movie`.
    Movie = "movie",
    /// `QualityProfile`.
    Profile = "profile",
    /// `CustomFormat`.
    CustomFormat = "custom_format",
    /// `QualityDefinition`, by Radarr's number of the quality.
    QualityDefinition = "quality_definition",
    /// `DelayProfile`.
    DelayProfile = "delay_profile",
    /// `ReleaseProfile`.
    ReleaseProfile = "release_profile",
    /// `Indexer`.
    Indexer = "indexer",
    /// `DownloadClient`.
    Client = "client",
    /// `RootFolder`.
    Root = "root",
    /// `Tag`.
    Tag = "tag",
    /// Settings of which there is one set each: `library`, `naming`, `tmdb`.
    Setting = "setting",
    /// `Grab`, open and ended.
    Grab = "grab",
    /// `PendingRelease`.
    Pending = "pending",
    /// `Blocked`.
    Block = "block",
    /// `Job`, open ones only.
    Job = "job",
    /// `Job`, ended ones; the oldest are cleaned away.
    EndedJob = "ended_job",
    /// Client tokens, as hashes.
    Token = "token",
    /// Encrypted secrets.
    Secret = "secret",
    /// What was decided of releases, for "why not?".
    DecisionRecord = "decision_record",
    /// What only one movie may have: a number of TMDB's, a folder.
    Claim = "claim",
    /// Imports under way (D6).
    ImportIntent = "import_intent",
    /// Folders of movies that are moved or go.
    FolderIntent = "folder_intent",
    /// Requests to trackers, counted (D17).
    Budget = "budget",
    /// What failed outside, and until when it is left alone (D10).
    Backoff = "backoff",
    /// Health entries that last.
    Health = "health",
    /// What indexers list of each release group.
    Group = "group",
    /// Which releases were counted for their groups, a bit each.
    SeenRelease = "seen_release",
    /// What is managed by files, and not edited elsewhere.
    Managed = "managed",
    /// Where a reader of the log or a schedule stands.
    Checkpoint = "checkpoint",
}

/// Where a document is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocKey {
    /// Its kind.
    pub collection: Collection,
    /// Its name there. Numbers are padded with zeros, so that order of text is order of number.
    pub id: String,
}

impl DocKey {
    /// A key.
    pub fn new(collection: Collection, id: impl Into<String>) -> Self {
        Self { collection, id: id.into() }
    }
}

impl std::fmt::Display for DocKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let short = self.id.trim_start_matches('0');
        write!(f, "{} {}", self.collection.name(), if short.is_empty() { &self.id } else { short })
    }
}

/// A document as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDoc {
    /// Its version.
    pub version: DocVersion,
    /// JSON.
    pub body: Vec<u8>,
}

/// Some events, oldest first.
#[derive(Debug, Clone, PartialEq)]
pub struct EventPage {
    /// The events.
    pub events: Vec<Event>,
    /// Ask again behind this one.
    pub cursor: Cursor,
    /// Events behind the asked cursor were cleaned away.
    pub gap: bool,
}

/// Which part of the past is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HistoryRange {
    /// Only this movie.
    pub movie: Option<MovieId>,
    /// Only before this event; `None` = from the newest.
    pub before: Option<Cursor>,
}

/// Which part of the audit is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditRange {
    /// Only what this principal did.
    pub actor: Option<String>,
    /// Only what was not before that moment.
    pub since: Option<Timestamp>,
    /// Only before this event; `None` = from the newest.
    pub before: Option<Cursor>,
}

impl AuditRange {
    /// Whether an event is in it, its place in the log aside.
    pub fn holds(&self, event: &Event) -> bool {
        event.is_audit()
            && self.actor.as_ref().is_none_or(|actor| *actor == event.actor)
            && self.since.is_none_or(|since| event.at >= since)
    }
}

/// Entries of the audit, newest first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AuditPage {
    /// The entries.
    pub events: Vec<Event>,
    /// Ask again before this one; `None` = there are no more.
    pub next_before: Option<Cursor>,
}

/// How long events are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Those that a history shows.
    pub history: SignedDuration,
    /// Progress, job and health noise.
    pub noise: SignedDuration,
}

impl Default for Retention {
    /// Two years of history; two days of noise, so that a client that slept over the week-end reads anew.
    fn default() -> Self {
        Self { history: SignedDuration::from_hours(24 * 730), noise: SignedDuration::from_hours(48) }
    }
}

/// What a clean-up did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Maintained {
    /// Events that were removed.
    pub events_removed: u64,
}

/// How the storage is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreHealth {
    /// Takes changes.
    Good,
    /// Does not take changes.
    Broken {
        /// What is wrong, one sentence.
        why: String,
        /// What to do, one sentence.
        hint: String,
        /// Whether it tries to come back by itself.
        recovering: bool,
    },
}

/// A storage as everybody holds it.
pub type SharedStore = Arc<dyn Store>;

/// A storage. The module's text says what each implementation keeps to.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// `sled` or `postgres`.
    fn name(&self) -> &'static str;

    /// Whether other daemons may be at work on it at the same time. Then nothing that is under way may be taken for
    /// a dead daemon's without a look at its lease.
    fn is_shared(&self) -> bool {
        false
    }

    /// One document.
    async fn get(&self, key: &DocKey) -> Result<Option<StoredDoc>, StoreError>;

    /// Documents of a collection in the order of their ids, behind `after`, at most `limit`.
    async fn list(
        &self,
        collection: Collection,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, StoredDoc)>, StoreError>;

    /// The ids of a collection with their versions, in order: tells cheaply what changed.
    async fn versions(&self, collection: Collection) -> Result<Vec<(String, DocVersion)>, StoreError>;

    /// All of `commit`, or nothing. Answers when it is on disk.
    async fn commit(&self, commit: Commit) -> Result<Committed, StoreError>;

    /// The first of these jobs that nobody else is about to take, kept for `owner` until its document has another
    /// version, at most for [`RESERVED_FOR`]; `None` = others are taking each of them. It never waits for another: of
    /// many daemons that ask at the same time each gets a job of its own. It is no fence; that is the version which
    /// the commit that takes the job is based on.
    async fn reserve_job(&self, candidates: &[JobId], owner: &str) -> Result<Option<JobId>, StoreError>;

    /// A number for a document that is about to be made; never one that a document had before. Starts at 1.
    async fn next_id(&self, collection: Collection) -> Result<u64, StoreError>;

    /// Events behind `after`, oldest first, at most `limit` (and [`EVENTS_PAGE_MAX`]).
    async fn events_after(&self, after: Cursor, limit: usize) -> Result<EventPage, StoreError>;

    /// Events that a history shows ([`EventKind::is_history`](radarr_proto::model::EventKind::is_history)), newest
    /// first, at most `limit` (and [`EVENTS_PAGE_MAX`]).
    async fn history(&self, range: HistoryRange, limit: usize) -> Result<Vec<Event>, StoreError>;

    /// Entries of the audit ([`Event::is_audit`](radarr_proto::model::Event::is_audit)), newest first, at most `limit`
    /// (and [`EVENTS_PAGE_MAX`]). A storage that has no index for it looks through a part of the history, and says
    /// where to go on.
    async fn audit(&self, range: AuditRange, limit: usize) -> Result<AuditPage, StoreError> {
        let limit = limit.clamp(1, EVENTS_PAGE_MAX);
        let mut page = AuditPage { events: Vec::new(), next_before: range.before };
        for _ in 0..AUDIT_PAGES_MAX {
            let looked = HistoryRange { movie: None, before: page.next_before };
            let events = self.history(looked, EVENTS_PAGE_MAX).await?;
            let is_last = events.len() < EVENTS_PAGE_MAX;
            for event in events {
                page.next_before = Some(event.cursor);
                if range.holds(&event) {
                    page.events.push(event);
                    if page.events.len() == limit {
                        return Ok(page);
                    }
                }
            }
            if is_last {
                return Ok(AuditPage { next_before: None, ..page });
            }
        }
        Ok(page)
    }

    /// The newest event.
    fn last_cursor(&self) -> Cursor;

    /// Follows the newest event. Changes after the events are on disk and can be read.
    fn watch(&self) -> watch::Receiver<Cursor>;

    /// How it is.
    fn health(&self) -> StoreHealth;

    /// Bytes on disk; `None` = not known.
    fn size_bytes(&self) -> Option<u64>;

    /// Cleans away events that are older than `retention` says. Call it about once an hour.
    async fn maintain(&self, now: Timestamp, retention: Retention) -> Result<Maintained, StoreError>;

    /// Everything as it is now, for a backup. The clean-up of events waits until it is dropped.
    async fn snapshot(&self) -> Result<Box<dyn Snapshot>, StoreError>;

    /// Puts what `source` gives in the place of everything there is, or leaves everything as it is: at no moment, a
    /// kill included, is there a part of it. Documents keep their versions and events their cursors; versions go on
    /// [`VERSIONS_SKIPPED`](super::VERSIONS_SKIPPED) behind, and each reader of events is told by `gap` to read
    /// anew. Nobody else may use the storage meanwhile: commits that are answered may be lost.
    async fn fill(&self, source: &mut dyn Snapshot) -> Result<Filled, StoreError>;

    /// Looks whether what is kept beside documents and events (indexes, marks, numbers) agrees with them, and whether
    /// the log has a gap; `mend` makes again what can be. At most [`DISAGREEMENTS_MAX`] are told.
    async fn check(&self, mend: bool) -> Result<Vec<Disagreement>, StoreError>;

    /// Gives room back to the disk when the storage has grown far beyond what it holds; `None` = it has not. Changes
    /// may wait for some seconds meanwhile. Call it at a quiet hour.
    async fn compact(&self) -> Result<Option<Compacted>, StoreError>;

    /// Finishes what is under way and lets go of the storage. Later calls fail.
    async fn close(&self);
}

/// The typed face of a storage.
impl dyn Store {
    /// One document; `None` when there is none.
    pub async fn load<T: Document>(&self, id: T::Id) -> Result<Option<T>, StoreError> {
        let key = T::key_of(&id);
        match self.get(&key).await? {
            Some(stored) => T::decode(&key, &stored).map(Some),
            None => Ok(None),
        }
    }

    /// All documents of a type, in the order of their ids.
    pub async fn load_all<T: Document>(&self) -> Result<Vec<T>, StoreError> {
        let mut all = Vec::new();
        self.for_each(|document| all.push(document)).await?;
        Ok(all)
    }

    /// Calls `visit` with all documents of a type, in the order of their ids, a page in memory at a time.
    pub async fn for_each<T: Document>(&self, mut visit: impl FnMut(T) + Send) -> Result<(), StoreError> {
        let mut after: Option<String> = None;
        loop {
            let page = self.list(T::COLLECTION, after.as_deref(), LIST_PAGE).await?;
            let full = page.len() == LIST_PAGE;
            for (id, stored) in page {
                let key = DocKey::new(T::COLLECTION, id);
                visit(T::decode(&key, &stored)?);
                after = Some(key.id);
            }
            if !full {
                return Ok(());
            }
        }
    }
}

/// Documents read at a time by `for_each`: about a megabyte of movies.
const LIST_PAGE: usize = 256;
