//! Whether what is kept beside documents and events agrees with them. Indexes and columns told from the body are the
//! server's own; what is ours are the log's state, the numbers and what the log is searched by.

use sqlx::{AssertSqlSafe, PgConnection, Row as _};

use super::fault::Fault;
use super::link::{Link, unsigned};
use super::tables::{TABLES, Table};
use crate::storage::{Collection, DISAGREEMENTS_MAX, Disagreement, StoreError};

/// Looks at everything, with commits held up meanwhile; `mend` makes again what can be.
pub(super) async fn check(link: &Link, mend: bool) -> Result<Vec<Disagreement>, StoreError> {
    let (mut db, host) = link.connection().await?;
    let found = look(&mut db, mend).await;
    found.map_err(|error| link.told(Fault::of(&error), &host))
}

async fn look(db: &mut PgConnection, mend: bool) -> Result<Vec<Disagreement>, sqlx::Error> {
    use sqlx::Connection as _;
    let mut change = db.begin().await?;
    sqlx::raw_sql("SET LOCAL statement_timeout TO 0; SELECT 1 FROM log_state FOR UPDATE")
        .execute(&mut *change)
        .await?;
    let mut found = Vec::new();
    log_state(&mut change, &mut found).await?;
    gaps(&mut change, &mut found).await?;
    event_columns(&mut change, &mut found).await?;
    numbers(&mut change, &mut found).await?;
    told_beside(&mut change, &mut found).await?;
    found.truncate(DISAGREEMENTS_MAX);
    if mend && found.iter().any(|found| found.can_mend) {
        make_again(&mut change).await?;
        found.iter_mut().filter(|found| found.can_mend).for_each(|found| found.mended = true);
    }
    change.commit().await?;
    Ok(found)
}

fn tell(found: &mut Vec<Disagreement>, what: String, why: String, can_mend: bool) {
    found.push(Disagreement { what, why, can_mend, mended: false });
}

/// The newest version of all documents.
fn newest_version() -> String {
    let parts: Vec<String> =
        TABLES.iter().map(|table| format!("(SELECT max(version) FROM {table})")).collect();
    format!("GREATEST(0, {})", parts.join(", "))
}

async fn log_state(db: &mut PgConnection, found: &mut Vec<Disagreement>) -> Result<(), sqlx::Error> {
    let sql = format!(
        "SELECT version, cursor, {}, (SELECT coalesce(max(cursor), 0) FROM event) FROM log_state",
        newest_version()
    );
    let row = sqlx::query(AssertSqlSafe(sql)).fetch_one(db).await?;
    let (version, cursor, newest, last): (i64, i64, i64, i64) =
        (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?);
    if newest > version {
        tell(
            found,
            "the version of the log".to_owned(),
            format!("it is {version}, a document has {newest}"),
            true,
        );
    }
    if last > cursor {
        tell(found, "the cursor of the log".to_owned(), format!("it is {cursor}, an event has {last}"), true);
    }
    Ok(())
}

/// Behind the marks of the clean-up and of a restore every cursor has its event.
async fn gaps(db: &mut PgConnection, found: &mut Vec<Disagreement>) -> Result<(), sqlx::Error> {
    let sql = "SELECT before, cursor FROM ( \
               SELECT event.cursor, lag(event.cursor, 1, GREATEST(trimmed_noise, anew_before)) \
               OVER (ORDER BY event.cursor) AS before FROM event, log_state \
               WHERE event.cursor > GREATEST(trimmed_noise, anew_before)) AS pairs \
               WHERE cursor > before + 1 ORDER BY cursor LIMIT $1";
    let rows = sqlx::query(sql).bind(limit()).fetch_all(&mut *db).await?;
    for row in rows {
        let (before, cursor): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        tell(found, "the log".to_owned(), format!("no event stands between {before} and {cursor}"), false);
    }
    let end =
        "SELECT cursor, GREATEST(trimmed_noise, anew_before, (SELECT max(cursor) FROM event)) FROM log_state";
    let row = sqlx::query(end).fetch_one(db).await?;
    let (cursor, last): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    if cursor > last {
        tell(found, "the log".to_owned(), format!("its last event is {last}, it should be {cursor}"), false);
    }
    Ok(())
}

/// The kinds of events that no history shows. Source: `EventKind::is_history`; a test compares them.
pub(super) const NOISE: [&str; 5] =
    ["download_progressed", "download_changed", "job_changed", "health_changed", "unknown"];

async fn event_columns(db: &mut PgConnection, found: &mut Vec<Disagreement>) -> Result<(), sqlx::Error> {
    let sql = "SELECT cursor FROM event WHERE (body ->> 'cursor')::bigint <> cursor \
               OR (body ->> 'movie_id')::bigint IS DISTINCT FROM movie_id \
               OR is_history = (kind = ANY($1)) ORDER BY cursor LIMIT $2";
    let noise: Vec<String> = NOISE.iter().map(|kind| (*kind).to_owned()).collect();
    for row in sqlx::query(sql).bind(noise).bind(limit()).fetch_all(db).await? {
        let what = format!("event {}", row.try_get::<i64, _>(0)?);
        tell(found, what, "what it is found by is not what it says".to_owned(), true);
    }
    Ok(())
}

async fn numbers(db: &mut PgConnection, found: &mut Vec<Disagreement>) -> Result<(), sqlx::Error> {
    for collection in Collection::ALL {
        let sql = format!(
            "SELECT coalesce(value, 0), highest FROM ({}) AS top \
             LEFT JOIN counter ON collection = $1 WHERE highest > coalesce(value, 0)",
            highest(*collection)
        );
        if let Some(row) =
            sqlx::query(AssertSqlSafe(sql)).bind(collection.name()).fetch_optional(&mut *db).await?
        {
            let (value, highest): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
            let why = format!("it stands at {}, number {} is used", unsigned(value), unsigned(highest));
            tell(found, format!("the counter of {}", collection.name()), why, true);
        }
    }
    Ok(())
}

/// What the server tells beside the log and the movies, by triggers: the audit and the library's files.
async fn told_beside(db: &mut PgConnection, found: &mut Vec<Disagreement>) -> Result<(), sqlx::Error> {
    for (what, table, made) in BESIDE {
        let sql = format!(
            "SELECT count(*) FROM ((TABLE {table} EXCEPT {made}) UNION ALL ({made} EXCEPT TABLE {table})) AS wrong"
        );
        let wrong: i64 = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut *db).await?;
        if wrong > 0 {
            tell(found, (*what).to_owned(), format!("{wrong} rows are not what they are told from"), true);
        }
    }
    Ok(())
}

/// In words, the table, and what it must hold.
const BESIDE: &[(&str, &str, &str)] = &[
    ("the audit", "audit", "SELECT told.* FROM event, audit_of(event) AS told"),
    ("the files of the library", "movie_file", "SELECT told.* FROM movie, files_of(movie) AS told"),
];

/// The highest number of a kind: ids of 20 digits, as far as they fit.
fn highest(collection: Collection) -> String {
    let table = Table::of(collection);
    let kind = table.and_kind();
    format!("SELECT max(id)::bigint AS highest FROM {} WHERE id ~ '^0[0-9]{{19}}$'{kind}", table.name())
}

async fn make_again(db: &mut PgConnection) -> Result<(), sqlx::Error> {
    let sql = format!(
        "UPDATE log_state SET version = GREATEST(version, {}), \
         cursor = GREATEST(cursor, (SELECT max(cursor) FROM event))",
        newest_version()
    );
    sqlx::query(AssertSqlSafe(sql)).execute(&mut *db).await?;
    let noise: Vec<String> = NOISE.iter().map(|kind| (*kind).to_owned()).collect();
    sqlx::query(
        "UPDATE event SET movie_id = (body ->> 'movie_id')::bigint, is_history = NOT (kind = ANY($1)), \
         body = jsonb_set(body, '{cursor}', to_jsonb(cursor)) \
         WHERE (body ->> 'cursor')::bigint <> cursor OR (body ->> 'movie_id')::bigint IS DISTINCT FROM movie_id \
         OR is_history = (kind = ANY($1))",
    )
    .bind(noise)
    .execute(&mut *db)
    .await?;
    for (_, table, made) in BESIDE {
        let sql = format!("DELETE FROM {table}; INSERT INTO {table} {made}");
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *db).await?;
    }
    for collection in Collection::ALL {
        let sql = format!(
            "INSERT INTO counter (collection, value) SELECT $1, highest FROM ({}) AS top WHERE highest > 0 \
             ON CONFLICT (collection) DO UPDATE SET value = GREATEST(counter.value, excluded.value)",
            highest(*collection)
        );
        sqlx::query(AssertSqlSafe(sql)).bind(collection.name()).execute(&mut *db).await?;
    }
    Ok(())
}

fn limit() -> i64 {
    i64::try_from(DISAGREEMENTS_MAX).unwrap_or(i64::MAX)
}
