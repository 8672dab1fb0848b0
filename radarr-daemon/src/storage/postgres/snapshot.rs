//! A snapshot: a transaction that sees one moment for as long as it lives, on a connection of its own.

use async_trait::async_trait;
use radarr_proto::model::{DocVersion, Event};
use sqlx::{AssertSqlSafe, PgConnection, Row as _};

use super::fault::Fault;
use super::link::{Link, signed, unsigned};
use super::read::decode;
use super::tables::Table;
use crate::storage::{
    Collection, DocKey, EVENTS_PAGE_MAX, Marks, SNAPSHOT_PAGE, Snapshot, StoreError, StoredDoc,
};

/// Whoever reads a snapshot may write it to a slow disk meanwhile; it holds nobody up.
const IDLE_MAX: &str = "SET LOCAL idle_in_transaction_session_timeout TO '15min'";

pub(super) struct PostgresSnapshot {
    db: PgConnection,
    host: String,
    marks: Marks,
    /// Kinds that are still to be read, the next one last.
    left: Vec<Collection>,
    after: String,
    after_event: u64,
}

/// Begins one.
pub(super) async fn begin(link: &Link) -> Result<Box<dyn Snapshot>, StoreError> {
    let (mut db, host) = link.connection().await?;
    let marks = link
        .limited(async {
            sqlx::raw_sql("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                .execute(&mut db)
                .await?;
            sqlx::raw_sql(IDLE_MAX).execute(&mut db).await?;
            marks(&mut db).await
        })
        .await
        .map_err(|fault| link.told(fault, &host))?;
    let left = Collection::ALL.iter().rev().copied().collect();
    Ok(Box::new(PostgresSnapshot { db, host, marks, left, after: String::new(), after_event: 0 }))
}

/// Where the log and the numbers stand.
pub(super) async fn marks(db: &mut PgConnection) -> Result<Marks, sqlx::Error> {
    let row = sqlx::query("SELECT version, cursor, trimmed_all, trimmed_noise FROM log_state")
        .fetch_one(&mut *db)
        .await?;
    let numbers = sqlx::query("SELECT collection, value FROM counter").fetch_all(&mut *db).await?;
    let numbers = numbers.into_iter().map(|row| Ok((row.try_get(0)?, unsigned(row.try_get(1)?))));
    Ok(Marks {
        version: unsigned(row.try_get(0)?),
        cursor: unsigned(row.try_get(1)?),
        gone_all: unsigned(row.try_get(2)?),
        gone_noise: unsigned(row.try_get(3)?),
        numbers: numbers.collect::<Result<_, sqlx::Error>>()?,
    })
}

#[async_trait]
impl Snapshot for PostgresSnapshot {
    fn marks(&self) -> &Marks {
        &self.marks
    }

    async fn documents(&mut self) -> Result<Vec<(DocKey, StoredDoc)>, StoreError> {
        while let Some(collection) = self.left.last().copied() {
            let table = Table::of(collection);
            let sql = format!(
                "SELECT id, version, body::text FROM {} WHERE id > $1{} ORDER BY id LIMIT $2",
                table.name(),
                table.and_kind()
            );
            let limit = i64::try_from(SNAPSHOT_PAGE).unwrap_or(i64::MAX);
            let query = sqlx::query(AssertSqlSafe(sql)).bind(&self.after).bind(limit);
            let fault = |error| Fault::of(&error).store_error(&self.host);
            let rows = query.fetch_all(&mut self.db).await.map_err(fault)?;
            if rows.is_empty() {
                self.left.pop();
                self.after.clear();
                continue;
            }
            let mut page = Vec::with_capacity(rows.len());
            for row in rows {
                let read = || {
                    let (id, version, body): (String, i64, String) =
                        (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
                    Ok((id, StoredDoc { version: DocVersion(unsigned(version)), body: body.into_bytes() }))
                };
                let (id, stored) = read().map_err(fault)?;
                page.push((DocKey::new(collection, id), stored));
            }
            if let Some((key, _)) = page.last() {
                self.after.clone_from(&key.id);
            }
            return Ok(page);
        }
        Ok(Vec::new())
    }

    async fn events(&mut self) -> Result<Vec<Event>, StoreError> {
        let limit = i64::try_from(EVENTS_PAGE_MAX).unwrap_or(i64::MAX);
        let sql = "SELECT cursor, body::text FROM event WHERE cursor > $1 ORDER BY cursor LIMIT $2";
        let fault = |error| Fault::of(&error).store_error(&self.host);
        let query = sqlx::query(sql).bind(signed(self.after_event)).bind(limit);
        let rows = query.fetch_all(&mut self.db).await.map_err(fault)?;
        let mut events = Vec::with_capacity(rows.len());
        for row in rows {
            let (cursor, body): (i64, String) =
                (row.try_get(0).map_err(fault)?, row.try_get(1).map_err(fault)?);
            events.push(decode(unsigned(cursor), &body)?);
        }
        if let Some(last) = events.last() {
            self.after_event = last.cursor.0;
        }
        Ok(events)
    }
}
