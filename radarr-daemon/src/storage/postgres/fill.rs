//! Filling the storage from a snapshot: everything goes and everything comes in one transaction, so that at any moment
//! there is all of the old or all of the new.

use radarr_proto::model::{Cursor, Event};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};

use super::fault::Fault;
use super::link::{CHANNEL, Link, signed, unsigned};
use super::tables::{TABLES, Table};
use super::writer::{check_size, text_of, without_nul};
use crate::storage::{Collection, DocKey, Filled, Snapshot, StoreError, StoredDoc, VERSIONS_SKIPPED};

/// How far cursors go on behind those of the source: more events than happen between two backups, so that a client
/// that saw what was lost is not taken for one that is up to date.
const CURSORS_SKIPPED: u64 = 10_000;

/// Why it was not filled.
enum FillError {
    Sql(sqlx::Error),
    Store(StoreError),
}

impl From<sqlx::Error> for FillError {
    fn from(error: sqlx::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<StoreError> for FillError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Puts what `source` gives in the place of everything.
pub(super) async fn fill(link: &Link, source: &mut dyn Snapshot) -> Result<Filled, StoreError> {
    let (mut db, host) = link.connection().await?;
    match replace(&mut db, source).await {
        Ok((filled, version, cursor)) => {
            link.forget_numbers();
            link.saw_version(version);
            link.publish(cursor);
            Ok(filled)
        }
        Err(FillError::Store(error)) => Err(error),
        Err(FillError::Sql(error)) => Err(link.told(Fault::of(&error), &host)),
    }
}

async fn replace(
    db: &mut PgConnection,
    source: &mut dyn Snapshot,
) -> Result<(Filled, u64, Cursor), FillError> {
    let mut change = db.begin().await?;
    // A library of 100,000 movies takes longer than a statement may; the transaction waits for its source.
    sqlx::raw_sql(
        "SET LOCAL statement_timeout TO 0; SET LOCAL idle_in_transaction_session_timeout TO '15min'",
    )
    .execute(&mut *change)
    .await?;
    let row = sqlx::query("SELECT version, cursor FROM log_state FOR UPDATE").fetch_one(&mut *change).await?;
    let (own_version, own_cursor) = (unsigned(row.try_get(0)?), unsigned(row.try_get(1)?));
    sqlx::raw_sql(AssertSqlSafe(format!("TRUNCATE event, {}", TABLES.join(", "))))
        .execute(&mut *change)
        .await?;
    let mut filled = Filled::default();
    let mut version = own_version;
    loop {
        let documents = source.documents().await?;
        if documents.is_empty() {
            break;
        }
        filled.documents += u64::try_from(documents.len()).unwrap_or(0);
        version = documents.iter().map(|(_, stored)| stored.version.0).fold(version, u64::max);
        put_documents(&mut change, documents).await?;
    }
    let mut last = 0;
    loop {
        let events = source.events().await?;
        if events.is_empty() {
            break;
        }
        filled.events += u64::try_from(events.len()).unwrap_or(0);
        last = put_events(&mut change, events, last).await?;
    }
    let marks = source.marks().clone();
    let cursor = last.max(marks.cursor).saturating_add(CURSORS_SKIPPED).max(own_cursor);
    let version = version.max(marks.version).saturating_add(VERSIONS_SKIPPED);
    sqlx::query(
        "UPDATE log_state SET version = $1, cursor = $2, trimmed_all = $3, trimmed_noise = $4, anew_before = $2",
    )
    .bind(signed(version))
    .bind(signed(cursor))
    .bind(signed(marks.gone_all))
    .bind(signed(marks.gone_noise.max(marks.gone_all)))
    .execute(&mut *change)
    .await?;
    let (names, numbers): (Vec<String>, Vec<i64>) =
        marks.numbers.iter().map(|(name, number)| (name.clone(), signed(*number))).unzip();
    raise_numbers(&mut change, names, numbers).await?;
    // Whoever knows versions reads them anew.
    let kinds: Vec<String> = Collection::ALL.iter().map(|kind| kind.name().to_owned()).collect();
    sqlx::query(
        "INSERT INTO deletion (collection, version) SELECT kind, $2 FROM unnest($1::text[]) AS kind \
         ON CONFLICT (collection) DO UPDATE SET version = excluded.version",
    )
    .bind(kinds)
    .bind(signed(version))
    .execute(&mut *change)
    .await?;
    sqlx::query("SELECT pg_notify($1, $2)")
        .bind(CHANNEL)
        .bind(cursor.to_string())
        .execute(&mut *change)
        .await?;
    change.commit().await?;
    Ok((filled, version, Cursor(cursor)))
}

async fn put_documents(db: &mut PgConnection, documents: Vec<(DocKey, StoredDoc)>) -> Result<(), FillError> {
    let mut rest = documents.into_iter().peekable();
    while let Some((key, _)) = rest.peek() {
        let collection = key.collection;
        let (mut ids, mut versions, mut bodies) = (Vec::new(), Vec::new(), Vec::new());
        let mut number = None;
        while let Some((key, stored)) = rest.next_if(|(key, _)| key.collection == collection) {
            bodies.push(text_of(&key, &stored.body)?);
            versions.push(signed(stored.version.0));
            number = number.max(key.id.parse::<u64>().ok());
            ids.push(key.id);
        }
        sqlx::query(AssertSqlSafe(Table::of(collection).upsert(1)))
            .bind(ids)
            .bind(versions)
            .bind(bodies)
            .execute(&mut *db)
            .await?;
        if let Some(number) = number.filter(|number| i64::try_from(*number).is_ok()) {
            raise_numbers(db, vec![collection.name().to_owned()], vec![signed(number)]).await?;
        }
    }
    Ok(())
}

async fn raise_numbers(
    db: &mut PgConnection,
    kinds: Vec<String>,
    numbers: Vec<i64>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO counter (collection, value) SELECT * FROM unnest($1::text[], $2::bigint[]) \
         ON CONFLICT (collection) DO UPDATE SET value = GREATEST(counter.value, excluded.value)",
    )
    .bind(kinds)
    .bind(numbers)
    .execute(db)
    .await?;
    Ok(())
}

/// Writes events behind the one at `last`; the cursor of the last of them.
async fn put_events(db: &mut PgConnection, events: Vec<Event>, last: u64) -> Result<u64, FillError> {
    let mut last = last;
    let mut bodies = Vec::with_capacity(events.len());
    for event in &events {
        let what = || format!("event {}", event.cursor);
        if event.cursor.0 <= last {
            let why = format!("it stands behind event {last}");
            return Err(StoreError::Corrupt { what: what(), why }.into());
        }
        last = event.cursor.0;
        let body = serde_json::to_string(event)
            .map_err(|error| StoreError::Corrupt { what: what(), why: error.to_string() })?;
        check_size("an event", body.len())?;
        bodies.push((event, without_nul(body)));
    }
    super::writer::insert_events(db, &bodies).await?;
    Ok(last)
}
