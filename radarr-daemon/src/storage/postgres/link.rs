//! The way to the database: a pool of connections to the host that takes changes, and what is known of the log. Which
//! host that is: `connect`.
//!
//! A connection that fails takes the whole pool with it: whatever broke one (a restart, a failover, a cut network)
//! broke the others as well. From then on calls fail at once, and [`Link::supervise`] looks for a host that takes
//! changes until there is one. Whoever began just before the trouble waits a moment for it.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use radarr_proto::model::Cursor;
use sqlx::postgres::PgListener;
use sqlx::{ConnectOptions as _, PgConnection, PgPool, Row as _};
use tokio::sync::watch;
use tokio::time::Instant;
use tracing::{debug, info, warn};

use super::fault::{Fault, locked_out, unavailable};
use super::place::Place;
use crate::storage::{Collection, Schema, StoreError, StoreHealth};

/// Where commits tell the other daemons of themselves.
pub(super) const CHANNEL: &str = "radarr";

/// A notification that was missed delays a follower by no more than this.
const CHECK_EVERY: Duration = Duration::from_secs(2);
/// A check that takes longer means that the database is away.
const CHECK_MAX: Duration = Duration::from_secs(3);
/// The size is told to people only.
const SIZE_EVERY: u32 = 30;
/// The first and the longest pause between two rounds through the hosts. A failover is noticed within the latter.
const RETRY_MIN: Duration = Duration::from_millis(100);
const RETRY_MAX: Duration = Duration::from_secs(1);
/// A call waits so long for a connection to come back before it is told that there is none.
const PATIENCE: Duration = Duration::from_secs(1);
/// Beyond the server's own limit; then the server or the way to it hangs.
const BEYOND_STATEMENT: Duration = Duration::from_secs(1);

/// What an operator may set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) connections: u32,
    pub(super) connect: Duration,
    pub(super) statement: Duration,
    pub(super) schema: Schema,
}

/// A pool that worked when it was made.
#[derive(Clone)]
pub(super) struct Connected {
    pub(super) pool: PgPool,
    /// Which host.
    pub(super) host: String,
    pub(super) generation: u64,
}

#[derive(Default)]
pub(super) struct Trouble {
    /// Why there is no pool, and since when.
    pub(super) away: Option<(String, Instant)>,
    /// Why changes are not taken though the server is there.
    full: Option<String>,
}

pub(super) struct Link {
    pub(super) place: Place,
    /// One at a time goes over to another log-in.
    pub(super) renewing: tokio::sync::Mutex<()>,
    pub(super) limits: Limits,
    pub(super) connected: watch::Sender<Option<Connected>>,
    pub(super) generation: AtomicU64,
    trouble: Mutex<Trouble>,
    /// The newest event that can be read.
    pub(super) cursor: watch::Sender<Cursor>,
    /// The newest version that was seen.
    pub(super) version: AtomicU64,
    size_bytes: AtomicU64,
    closed: AtomicBool,
    /// Numbers up to which the database's counters are known to be.
    pub(super) numbers: Mutex<HashMap<Collection, u64>>,
}

impl Link {
    pub(super) fn new(place: Place, limits: Limits) -> Self {
        Self {
            place,
            renewing: tokio::sync::Mutex::default(),
            limits,
            connected: watch::Sender::new(None),
            generation: AtomicU64::new(0),
            trouble: Mutex::default(),
            cursor: watch::Sender::new(Cursor(0)),
            version: AtomicU64::new(0),
            size_bytes: AtomicU64::new(0),
            closed: AtomicBool::new(false),
            numbers: Mutex::default(),
        }
    }

    /// Connects for the first time. Waits until there is a database, at most for `patience`; what no waiting mends is
    /// told at once.
    pub(super) async fn open(&self, patience: Option<Duration>) -> Result<(), StoreError> {
        let until = patience.map(|patience| Instant::now() + patience);
        let mut pause = RETRY_MIN;
        let mut told = false;
        loop {
            let error = match self.try_hosts().await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            let is_over = until.is_some_and(|until| Instant::now() >= until);
            if is_over || !matches!(error, StoreError::Unavailable { .. }) {
                return Err(error);
            }
            if !told {
                warn!(%error, "the database is not there yet; it is waited for");
                told = true;
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(RETRY_MAX);
        }
    }

    /// A connected pool. Who comes while the database is away for a moment waits; who comes later is told so at once.
    pub(super) async fn pool(&self) -> Result<Connected, StoreError> {
        if self.is_closed() {
            return Err(StoreError::Closed);
        }
        let mut connected = self.connected.subscribe();
        let away_since = self.lock().away.as_ref().map(|(_, since)| *since);
        let until = away_since.unwrap_or_else(Instant::now) + PATIENCE;
        let found = tokio::time::timeout_at(until, connected.wait_for(Option::is_some)).await;
        match found {
            Ok(Ok(connected)) => connected.clone().ok_or_else(|| self.is_away()),
            Ok(Err(_)) | Err(_) => Err(self.is_away()),
        }
    }

    /// Reads something. A connection that was stale gets a second try on a new one.
    pub(super) async fn read<T, F>(&self, work: impl Fn(PgPool) -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, sqlx::Error>>,
    {
        let mut is_second = false;
        loop {
            let connected = self.pool().await?;
            match self.limited(work(connected.pool.clone())).await {
                Ok(value) => return Ok(value),
                Err(fault) => {
                    self.report(&connected, &fault);
                    if is_second || !self.is_mended(&connected, &fault).await {
                        return Err(self.told(fault, &connected.host));
                    }
                    is_second = true;
                }
            }
        }
    }

    /// Ends what takes longer than the server itself allows.
    pub(super) async fn limited<T>(
        &self,
        work: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, Fault> {
        let max = self.limits.statement + BEYOND_STATEMENT;
        match tokio::time::timeout(max, work).await {
            Ok(result) => result.map_err(|error| Fault::of(&error)),
            Err(_) => Err(Fault::Lost(format!("no answer within {} seconds", max.as_secs()))),
        }
    }

    pub(super) fn told(&self, fault: Fault, host: &str) -> StoreError {
        if self.is_closed() {
            return StoreError::Closed;
        }
        if let Fault::Login(why) = &fault {
            return locked_out(host, why);
        }
        fault.store_error(host)
    }

    /// Takes in what went wrong on a connection.
    pub(super) fn report(&self, connected: &Connected, fault: &Fault) {
        match fault {
            Fault::Lost(why) => self.lose(connected, why),
            Fault::Full(why) => {
                if self.lock().full.replace(why.clone()).is_none() {
                    warn!(host = connected.host, why, "the database has no room; changes are refused");
                }
            }
            Fault::Busy(_) | Fault::Login(_) | Fault::Refused(_) | Fault::Data(_) => {}
        }
    }

    fn lose(&self, connected: &Connected, why: &str) {
        let mut trouble = self.lock();
        let lost = self.connected.send_if_modified(|now| {
            let is_same = now.as_ref().is_some_and(|now| now.generation == connected.generation);
            if is_same {
                *now = None;
            }
            is_same
        });
        if lost {
            trouble.away = Some((format!("{}: {why}", connected.host), Instant::now()));
            if !self.is_closed() {
                warn!(host = connected.host, why, "the database is away; it is looked for");
            }
        }
    }

    /// Keeps the link up and the log followed. Runs until it is dropped.
    pub(super) async fn supervise(self: Arc<Self>) {
        loop {
            let connected = self.connected.borrow().clone();
            if let Some(connected) = connected {
                let mut lost = self.connected.subscribe();
                tokio::select! {
                    fault = self.follow(&connected) => self.report(&connected, &fault),
                    _ = lost.wait_for(Option::is_none) => {}
                }
                // Whoever still works on it is told; the server is not asked for a farewell that it can't give.
                let pool = connected.pool;
                if tokio::time::timeout(BEYOND_STATEMENT, pool.close()).await.is_err() {
                    debug!("connections that hang are left to themselves");
                }
            }
            let mut pause = RETRY_MIN;
            while self.connected.borrow().is_none() {
                if let Err(error) = self.try_hosts().await {
                    debug!(%error, "no host takes changes yet");
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(RETRY_MAX);
                }
            }
        }
    }

    /// Follows the log by notifications, and by looking every now and then. Ends when the connection does.
    async fn follow(&self, connected: &Connected) -> Fault {
        let mut listener = match self.limited(PgListener::connect_with(&connected.pool)).await {
            Ok(listener) => listener,
            Err(fault) => return fault.lost(),
        };
        if let Err(fault) = self.limited(listener.listen(CHANNEL)).await {
            return fault.lost();
        }
        let mut ticks = tokio::time::interval(CHECK_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut number: u32 = 0;
        loop {
            let noted = tokio::select! {
                noted = listener.try_recv() => Some(noted),
                _ = ticks.tick() => None,
            };
            match noted {
                Some(Ok(Some(note))) => {
                    if let Ok(cursor) = note.payload().parse() {
                        self.publish(Cursor(cursor));
                    }
                    continue;
                }
                // The listener's connection was made anew: something may have been missed.
                Some(Ok(None)) => {}
                Some(Err(error)) => return Fault::of(&error).lost(),
                None => {}
            }
            let check = self.check(&connected.pool, number.is_multiple_of(SIZE_EVERY));
            match tokio::time::timeout(CHECK_MAX, check).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => return Fault::of(&error).lost(),
                Err(_) => return Fault::Lost(format!("no answer within {} seconds", CHECK_MAX.as_secs())),
            }
            self.renew_login(connected).await;
            number = number.wrapping_add(1);
        }
    }

    /// Looks where the log stands, and whether the server still takes changes.
    async fn check(&self, pool: &PgPool, with_size: bool) -> Result<(), sqlx::Error> {
        let row =
            sqlx::query("SELECT cursor, version, pg_is_in_recovery() FROM log_state").fetch_one(pool).await?;
        if row.try_get(2)? {
            return Err(sqlx::Error::PoolClosed);
        }
        self.publish(Cursor(unsigned(row.try_get(0)?)));
        self.version.fetch_max(unsigned(row.try_get(1)?), Ordering::AcqRel);
        let is_full = self.lock().full.is_some();
        if is_full {
            match look_for_room(pool).await.map_err(|error| Fault::of(&error)) {
                Ok(()) => {
                    self.lock().full = None;
                    info!("the database takes changes again");
                }
                Err(Fault::Full(_)) => {}
                Err(fault) => debug!(?fault, "whether there is room again is not known"),
            }
        }
        if with_size {
            let bytes: i64 =
                sqlx::query_scalar("SELECT pg_database_size(current_database())").fetch_one(pool).await?;
            self.size_bytes.store(unsigned(bytes), Ordering::Release);
        }
        Ok(())
    }

    /// Moves the known end of the log on.
    pub(super) fn publish(&self, newest: Cursor) {
        self.cursor.send_if_modified(|cursor| {
            let is_newer = newest > *cursor;
            if is_newer {
                *cursor = newest;
            }
            is_newer
        });
    }

    pub(super) fn saw_version(&self, version: u64) {
        self.version.fetch_max(version, Ordering::AcqRel);
    }

    /// Numbers are read anew: the database was filled from a backup.
    pub(super) fn forget_numbers(&self) {
        self.numbers.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// A connection beside the pool, for what takes long, and the name of its host.
    pub(super) async fn connection(&self) -> Result<(PgConnection, String), StoreError> {
        let connected = self.pool().await?;
        let make = || {
            self.limited(async {
                let mut db = connected.pool.connect_options().connect().await?;
                sqlx::raw_sql(sqlx::AssertSqlSafe(self.settings())).execute(&mut db).await?;
                Ok(db)
            })
        };
        let mut made = make().await;
        if let Err(fault @ Fault::Login(_)) = &made
            && self.is_mended(&connected, fault).await
        {
            made = make().await;
        }
        let host = connected.host.clone();
        made.map(|db| (db, host.clone())).map_err(|fault| self.told(fault, &host))
    }

    pub(super) fn health(&self) -> StoreHealth {
        let broken = |error: StoreError| StoreHealth::Broken {
            why: error.to_string(),
            hint: error.hint(),
            recovering: !self.is_closed(),
        };
        if self.is_closed() {
            return broken(StoreError::Closed);
        }
        let trouble = self.lock();
        if let Some((why, _)) = &trouble.away {
            return broken(told_away(why));
        }
        match &trouble.full {
            Some(why) => broken(Fault::Full(why.clone()).store_error(&self.names())),
            None => StoreHealth::Good,
        }
    }

    pub(super) fn size_bytes(&self) -> Option<u64> {
        Some(self.size_bytes.load(Ordering::Acquire)).filter(|bytes| *bytes > 0)
    }

    /// Why a change is refused before it is tried.
    pub(super) fn statement_max(&self) -> Duration {
        self.limits.statement
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// Lets go of the database.
    pub(super) async fn close(&self) {
        self.closed.store(true, Ordering::Release);
        let connected = self.connected.send_replace(None);
        if let Some(connected) = connected {
            connected.pool.close().await;
        }
    }

    fn names(&self) -> String {
        self.place.names()
    }

    pub(super) fn is_away(&self) -> StoreError {
        if self.is_closed() {
            return StoreError::Closed;
        }
        match &self.lock().away {
            Some((why, _)) => told_away(why),
            None => unavailable(&self.names(), "there is no connection"),
        }
    }

    pub(super) fn lock(&self) -> std::sync::MutexGuard<'_, Trouble> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether there is room again: writes more than fits into what the tables have left, and takes it back.
async fn look_for_room(pool: &PgPool) -> Result<(), sqlx::Error> {
    const SQL: &str = "INSERT INTO document (collection, id, version, body) SELECT 'room', '', 0, \
        jsonb_build_object('room', string_agg(md5(random()::text), '')) FROM generate_series(1, 16384)";
    let mut change = pool.begin().await?;
    sqlx::query(SQL).execute(&mut *change).await?;
    change.rollback().await
}

/// Texts that say it already are not wrapped once more.
fn told_away(why: &str) -> StoreError {
    let StoreError::Unavailable { hint, .. } = unavailable("", "") else { return StoreError::Closed };
    let text = why.trim_start_matches("the storage does not take this at the moment: ");
    let text = text.trim_start_matches("storage unavailable, retrying: ");
    StoreError::Unavailable { why: format!("storage unavailable, retrying: {text}"), hint }
}

impl Fault {
    /// On the link's own connection everything means that it has to be made anew.
    fn lost(self) -> Self {
        match self {
            Self::Lost(why)
            | Self::Busy(why)
            | Self::Full(why)
            | Self::Login(why)
            | Self::Refused(why)
            | Self::Data(why) => Self::Lost(why),
        }
    }
}

/// PostgreSQL has no unsigned numbers; ours stay far below where that matters.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
