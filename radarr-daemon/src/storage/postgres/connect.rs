//! Connecting: which host takes changes, whether its schema is ours, and where its log stands.

use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::future::{Either, join_all, select};
use radarr_proto::model::Cursor;
use sqlx::postgres::PgPoolOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, PgPool, Row as _};
use tokio::time::Instant;
use tracing::{debug, info, warn};

use super::address::Host;
use super::fault::{Fault, unavailable};
use super::link::{Connected, Link, signed, unsigned};
use super::migrate::{MIGRATIONS, MigrateError, SCHEMA, is_up_to_date, migrate};
use crate::clock;
use crate::storage::{Schema, StoreError};

/// A transaction whose daemon does nothing for so long is ended by the server: it holds up all others.
const IDLE_IN_TRANSACTION_MAX_MS: u64 = 5_000;
const IDLE_MAX: Duration = Duration::from_mins(5);
const LIFETIME_MAX: Duration = Duration::from_mins(30);
/// Leases are told by clocks: further apart than that they are worth a warning.
const SKEW_MS_MAX: i64 = 2_000;
/// What a start asks at the same time: the listener, the writer, and the three views.
const CONNECTIONS_AT_START: u32 = 5;

/// Makes connections before they are needed. With TLS each takes 80 ms and more, however near the server is: sqlx
/// leaves Nagle's algorithm on, so that twice in a handshake what it writes waits for an acknowledgement that the
/// server delays by 40 ms. One after the other that was most of a start.
async fn warm(pool: PgPool, connections: u32) {
    for made in join_all((0..connections).map(|_| pool.acquire())).await {
        if let Err(error) = made {
            debug!(fault = ?Fault::of(&error), "a connection was not made in advance");
        }
    }
}

impl Link {
    /// Goes through the hosts for the first that takes changes, with the password of now; until the server takes that,
    /// with the one before.
    pub(super) async fn try_hosts(&self) -> Result<(), StoreError> {
        if let Some(changed) = self.place.changed() {
            match self.try_each(&changed.list).await {
                Ok(()) => {
                    self.place.take(changed);
                    return Ok(());
                }
                Err(error @ StoreError::Unavailable { .. }) => return Err(error),
                Err(_) => {}
            }
        }
        self.try_each(&self.place.in_force().list).await
    }

    async fn try_each(&self, hosts: &[Host]) -> Result<(), StoreError> {
        let mut away: Option<StoreError> = None;
        let mut refused: Option<StoreError> = None;
        for host in hosts {
            match self.try_host(host).await {
                Ok(connected) => {
                    let generation = connected.generation;
                    let mut trouble = self.lock();
                    let was_away = trouble.away.take();
                    self.connected.send_replace(Some(connected));
                    drop(trouble);
                    match was_away {
                        Some((_, since)) => {
                            info!(
                                host = host.name,
                                away_ms = since.elapsed().as_millis(),
                                "the database is back"
                            );
                        }
                        None => debug!(host = host.name, generation, "connected"),
                    }
                    return Ok(());
                }
                Err(error @ StoreError::Unavailable { .. }) => away = Some(error),
                Err(error) => refused = Some(error),
            }
        }
        // A host that is away may be the right one.
        let error = away.or(refused).unwrap_or_else(|| self.is_away());
        let mut trouble = self.lock();
        let since = trouble.away.as_ref().map_or_else(Instant::now, |(_, since)| *since);
        trouble.away = Some((error.to_string(), since));
        Err(error)
    }

    async fn try_host(&self, host: &Host) -> Result<Connected, StoreError> {
        let pool = self.pool_to(host);
        let is_first = self.generation.load(Ordering::Acquire) == 0;
        let connections = if is_first { CONNECTIONS_AT_START.min(self.limits.connections) } else { 0 };
        let looking = std::pin::pin!(self.look_at(host));
        let warming = std::pin::pin!(warm(pool.clone(), connections));
        match select(looking, warming).await {
            Either::Left((looked, warming)) => {
                looked?;
                warming.await;
            }
            Either::Right(((), looking)) => looking.await?,
        }
        let generation = self.generation.fetch_add(1, Ordering::AcqRel) + 1;
        Ok(Connected { pool, host: host.name.clone(), generation })
    }

    /// Whether it is the host to work with, on a connection of its own.
    async fn look_at(&self, host: &Host) -> Result<(), StoreError> {
        let tried = tokio::time::timeout(self.limits.connect, host.options.connect()).await;
        let connected = match tried {
            Ok(connected) => connected.map_err(|error| Fault::of(&error)),
            Err(_) => Err(Fault::Lost(format!("no connection within {:?}", self.limits.connect))),
        };
        let mut db = connected.map_err(|fault| fault.store_error(&host.name))?;
        self.prepare(&mut db, host).await?;
        if let Err(error) = db.close().await {
            debug!(%error, "a connection did not say good-bye");
        }
        Ok(())
    }

    fn pool_to(&self, host: &Host) -> PgPool {
        let settings = self.settings();
        PgPoolOptions::new()
            .max_connections(self.limits.connections)
            .acquire_timeout(self.limits.connect)
            .idle_timeout(IDLE_MAX)
            .max_lifetime(LIFETIME_MAX)
            // A stale connection is noticed by its use, and read again; a ping would double the time of each read.
            .test_before_acquire(false)
            .after_connect(move |db, _| {
                let settings = settings.clone();
                Box::pin(
                    async move { sqlx::raw_sql(sqlx::AssertSqlSafe(settings)).execute(db).await.map(|_| ()) },
                )
            })
            .connect_lazy_with(host.options.clone())
    }

    /// Whether this is the host to work with; brings its schema up to date and reads where the log stands.
    async fn prepare(&self, db: &mut PgConnection, host: &Host) -> Result<(), StoreError> {
        let fault = |fault: Fault| fault.store_error(&host.name);
        let asked = sqlx::query(
            "SELECT pg_is_in_recovery(), current_setting('transaction_read_only') = 'on', \
             current_setting('server_version_num')::integer, (extract(epoch FROM clock_timestamp()) * 1000)::bigint",
        )
        .fetch_one(&mut *db);
        let row = self.limited(asked).await.map_err(fault)?;
        let lost = |error: sqlx::Error| Fault::of(&error).store_error(&host.name);
        let (standby, read_only): (bool, bool) =
            (row.try_get(0).map_err(lost)?, row.try_get(1).map_err(lost)?);
        if standby || read_only {
            return Err(unavailable(&host.name, "it is a standby, or takes no changes"));
        }
        let skew = clock::now().as_millisecond().saturating_sub(row.try_get::<i64, _>(3).map_err(lost)?);
        if skew.abs() > SKEW_MS_MAX {
            warn!(
                host = host.name,
                skew_ms = skew,
                "the clocks of this machine and of the database differ; leases of jobs need them to agree"
            );
        }
        let schema = match self.limits.schema {
            Schema::Migrate => migrate(db, MIGRATIONS).await,
            Schema::Leave => is_up_to_date(db, MIGRATIONS).await,
        };
        match schema {
            Ok(()) => {}
            Err(MigrateError::Store(error)) => return Err(error),
            Err(MigrateError::Sql(error)) => return Err(fault(Fault::of(&error))),
        }
        let found = self.limited(async {
            sqlx::raw_sql(sqlx::AssertSqlSafe(self.settings())).execute(&mut *db).await?;
            self.take_up(db).await
        });
        found.await.map_err(fault)
    }

    /// Reads where the log stands. A database that is behind what was seen (a failover to a standby that had not
    /// everything, a backup that was put back) is moved on beyond it: no cursor and no version is given twice, and
    /// whoever follows the log is told to read anew.
    async fn take_up(&self, db: &mut PgConnection) -> Result<(), sqlx::Error> {
        let (seen, seen_version) =
            (signed(self.cursor.borrow().0), signed(self.version.load(Ordering::Acquire)));
        let read = "SELECT cursor, version FROM log_state";
        let row = sqlx::query(read).fetch_one(&mut *db).await?;
        let (mut cursor, mut version): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        if cursor < seen || version < seen_version {
            warn!(
                behind_events = seen.saturating_sub(cursor),
                "the database has lost changes that were there before; use synchronous replication to keep all"
            );
            let row = sqlx::query(
                "UPDATE log_state SET cursor = GREATEST(cursor, $1) + 1, version = GREATEST(version, $2) + 1, \
                 anew_before = GREATEST(cursor, $1) + 1 RETURNING cursor, version",
            )
            .bind(seen)
            .bind(seen_version)
            .fetch_one(&mut *db)
            .await?;
            (cursor, version) = (row.try_get(0)?, row.try_get(1)?);
        }
        self.saw_version(unsigned(version));
        self.publish(Cursor(unsigned(cursor)));
        Ok(())
    }

    /// What each connection is set to. Whoever acknowledges must have it on disk, whatever the server's default is.
    pub(super) fn settings(&self) -> String {
        let statement = self.limits.statement.as_millis();
        format!(
            "SET search_path TO {SCHEMA}; SET statement_timeout TO {statement}; SET lock_timeout TO {statement}; \
             SET idle_in_transaction_session_timeout TO {IDLE_IN_TRANSACTION_MAX_MS}; \
             SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
        )
    }
}
