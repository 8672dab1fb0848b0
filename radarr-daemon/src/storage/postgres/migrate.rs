//! The schema and how it comes to be.
//!
//! Migrations are numbered files, embedded, each applied once, under a lock, in one transaction with the note that it
//! was. They are never edited after a release: their checksums are compared at each start.
//!
//! Old and new versions run side by side during a rolling update, so a change comes in two releases. The first
//! **expands**: it adds tables, columns with defaults, indexes; the version before goes on as it did, and its
//! [`Migration::works_with`] says so. The one after it **contracts**: it takes away what nobody reads any more and
//! raises `works_with` to the release that stopped reading it. A daemon starts beside a newer schema as long as that
//! schema still works with what the daemon knows, and refuses otherwise.

use sha2::{Digest as _, Sha256};
use sqlx::{Connection as _, PgConnection, Row as _};
use tracing::info;

use crate::storage::StoreError;

/// The key of the lock under which one daemon of several migrates: the letters `radarr` as a number.
const LOCK: i64 = 0x7261_6461_7272;

/// The schema that everything of ours is in.
pub(super) const SCHEMA: &str = "radarr";

/// A step of the schema.
#[derive(Debug, Clone, Copy)]
pub(super) struct Migration {
    pub(super) number: i32,
    pub(super) name: &'static str,
    pub(super) sql: &'static str,
    /// The oldest number that a daemon may know at most and still work with the schema after this step.
    pub(super) works_with: i32,
}

/// All steps, in order.
pub(super) const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        name: "documents and events",
        sql: include_str!("migrations/0001_documents_and_events.sql"),
        works_with: 1,
    },
    Migration {
        number: 2,
        name: "claims, audit, files",
        sql: include_str!("migrations/0002_claims_audit_files.sql"),
        works_with: 1,
    },
];

/// Why the schema can't be used.
pub(super) enum MigrateError {
    Sql(sqlx::Error),
    Store(StoreError),
}

impl From<sqlx::Error> for MigrateError {
    fn from(error: sqlx::Error) -> Self {
        Self::Sql(error)
    }
}

/// Brings the schema up to date. Of several daemons that start at once one does it, the others wait for it.
pub(super) async fn migrate(db: &mut PgConnection, migrations: &[Migration]) -> Result<(), MigrateError> {
    let mut change = db.begin().await?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(LOCK).execute(&mut *change).await?;
    // A user without the right to make a schema may have been given one.
    let found: bool =
        sqlx::query_scalar("SELECT to_regnamespace('radarr') IS NOT NULL").fetch_one(&mut *change).await?;
    if !found {
        sqlx::raw_sql("CREATE SCHEMA radarr").execute(&mut *change).await?;
    }
    sqlx::raw_sql(
        "SET LOCAL client_min_messages TO warning; SET LOCAL search_path TO radarr; SET LOCAL statement_timeout TO 0; \
         SET LOCAL idle_in_transaction_session_timeout TO 0; \
         CREATE TABLE IF NOT EXISTS migration (number integer PRIMARY KEY, name text NOT NULL, \
         checksum text NOT NULL, works_with integer NOT NULL, at timestamptz NOT NULL DEFAULT now())",
    )
    .execute(&mut *change)
    .await?;
    let newest = newest_step(&mut change, migrations).await?;
    for step in migrations.iter().filter(|step| step.number > newest) {
        sqlx::raw_sql(step.sql).execute(&mut *change).await?;
        sqlx::query("INSERT INTO migration (number, name, checksum, works_with) VALUES ($1, $2, $3, $4)")
            .bind(step.number)
            .bind(step.name)
            .bind(checksum_of(step.sql))
            .bind(step.works_with)
            .execute(&mut *change)
            .await?;
        info!(number = step.number, name = step.name, "the database's schema was brought up to date");
    }
    change.commit().await?;
    Ok(())
}

/// Whether the schema is what this radarr needs, without a change of it: what [`migrate`] would refuse is refused, and
/// what it would do is [`StoreError::SchemaBehind`].
pub(super) async fn is_up_to_date(
    db: &mut PgConnection,
    migrations: &[Migration],
) -> Result<(), MigrateError> {
    let is_there: bool =
        sqlx::query_scalar("SELECT to_regclass('radarr.migration') IS NOT NULL").fetch_one(&mut *db).await?;
    let newest = if is_there { newest_step(db, migrations).await? } else { 0 };
    let known = migrations.last().map_or(0, |last| last.number);
    if newest < known {
        return Err(MigrateError::Store(StoreError::SchemaBehind {
            found: number(newest),
            known: number(known),
        }));
    }
    Ok(())
}

/// The newest step that was applied. Refused when a step goes beyond what this radarr can work with, and when one was
/// made by another text.
async fn newest_step(db: &mut PgConnection, migrations: &[Migration]) -> Result<i32, MigrateError> {
    let rows = sqlx::query("SELECT number, checksum, works_with FROM radarr.migration ORDER BY number")
        .fetch_all(db)
        .await?;
    let known = migrations.last().map_or(0, |last| last.number);
    let mut newest = 0;
    for row in rows {
        let (step, checksum, works_with): (i32, String, i32) =
            (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        newest = step;
        if step > known && works_with > known {
            return Err(MigrateError::Store(StoreError::NewerSchema {
                found: number(newest),
                known: number(known),
            }));
        }
        if let Some(ours) = migrations.iter().find(|ours| ours.number == step)
            && checksum_of(ours.sql) != checksum
        {
            return Err(MigrateError::Store(StoreError::Corrupt {
                what: format!("step {step} of the database's schema"),
                why: "it was made by another text than this radarr has".to_owned(),
            }));
        }
    }
    Ok(newest)
}

fn number(of_step: i32) -> u32 {
    u32::try_from(of_step).unwrap_or(0)
}

fn checksum_of(sql: &str) -> String {
    Sha256::digest(sql.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
