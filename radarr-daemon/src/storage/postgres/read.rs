//! Reads: documents, versions, the log, the past.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use radarr_proto::model::{Cursor, DocVersion, Event};
use sqlx::{AssertSqlSafe, Row as _};
use tokio::sync::Mutex;

use super::link::{Link, signed, unsigned};
use super::tables::Table;
use crate::storage::{
    AuditPage, AuditRange, Collection, DocKey, EVENTS_PAGE_MAX, EventPage, HistoryRange, StoreError,
    StoredDoc,
};

/// One document.
pub(super) async fn document(link: &Link, key: &DocKey) -> Result<Option<StoredDoc>, StoreError> {
    let table = Table::of(key.collection);
    let sql = format!("SELECT version, body::text FROM {} WHERE id = $1{}", table.name(), table.and_kind());
    link.read(|pool| {
        let sql = AssertSqlSafe(sql.clone());
        async move {
            let row = sqlx::query(sql).bind(&key.id).fetch_optional(&pool).await?;
            row.map(|row| {
                let (version, body): (i64, String) = (row.try_get(0)?, row.try_get(1)?);
                Ok(StoredDoc { version: DocVersion(unsigned(version)), body: body.into_bytes() })
            })
            .transpose()
        }
    })
    .await
}

/// Documents of a kind in the order of their ids.
pub(super) async fn page(
    link: &Link,
    collection: Collection,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<(String, StoredDoc)>, StoreError> {
    let table = Table::of(collection);
    let sql = format!(
        "SELECT id, version, body::text FROM {} WHERE id > $1{} ORDER BY id LIMIT $2",
        table.name(),
        table.and_kind()
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    link.read(|pool| {
        let sql = AssertSqlSafe(sql.clone());
        async move {
            let rows = sqlx::query(sql).bind(after.unwrap_or("")).bind(limit).fetch_all(&pool).await?;
            rows.into_iter()
                .map(|row| {
                    let (id, version, body): (String, i64, String) =
                        (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
                    Ok((id, StoredDoc { version: DocVersion(unsigned(version)), body: body.into_bytes() }))
                })
                .collect()
        }
    })
    .await
}

/// What is known of the versions of a kind, and up to which version of all.
#[derive(Default)]
struct KnownVersions {
    upto: u64,
    versions: BTreeMap<String, DocVersion>,
}

/// The versions of kinds that were asked for. Only what changed since is read: versions are given in the order in
/// which commits become visible, so that nothing can appear below one that was seen.
#[derive(Default)]
pub(super) struct Versions {
    known: std::sync::Mutex<HashMap<Collection, Arc<Mutex<KnownVersions>>>>,
}

impl Versions {
    /// The ids of a kind with their versions, in order.
    pub(super) async fn of(
        &self,
        link: &Link,
        collection: Collection,
    ) -> Result<Vec<(String, DocVersion)>, StoreError> {
        let known = {
            let mut all = self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            Arc::clone(all.entry(collection).or_default())
        };
        let mut known = known.lock().await;
        let news = news(link, collection, known.upto).await?;
        if news.deleted > known.upto || news.upto < known.upto {
            let all = if known.upto == 0 { news } else { self::news(link, collection, 0).await? };
            *known = KnownVersions { upto: all.upto, versions: all.changed.into_iter().collect() };
        } else {
            known.versions.extend(news.changed);
            known.upto = news.upto;
        }
        Ok(known.versions.iter().map(|(id, version)| (id.clone(), *version)).collect())
    }
}

/// What changed in a kind.
struct News {
    upto: u64,
    deleted: u64,
    changed: Vec<(String, DocVersion)>,
}

async fn news(link: &Link, collection: Collection, behind: u64) -> Result<News, StoreError> {
    let table = Table::of(collection);
    // One statement, so that all of it is of the same moment.
    let sql = format!(
        "SELECT log.version, coalesce(gone.version, 0), found.id, found.version FROM log_state AS log \
         LEFT JOIN deletion AS gone ON gone.collection = $1 \
         LEFT JOIN (SELECT id, version FROM {} WHERE version > $2{}) AS found ON true",
        table.name(),
        table.and_kind()
    );
    link.read(|pool| {
        let sql = AssertSqlSafe(sql.clone());
        async move {
            let rows = sqlx::query(sql).bind(collection.name()).bind(signed(behind)).fetch_all(&pool).await?;
            let mut news = News { upto: behind, deleted: 0, changed: Vec::with_capacity(rows.len()) };
            for row in rows {
                news.upto = unsigned(row.try_get(0)?);
                news.deleted = unsigned(row.try_get(1)?);
                let (id, version): (Option<String>, Option<i64>) = (row.try_get(2)?, row.try_get(3)?);
                news.changed.extend(id.zip(version.map(|version| DocVersion(unsigned(version)))));
            }
            Ok(news)
        }
    })
    .await
}

/// Events behind `after`, and where the log stood in the same moment.
pub(super) async fn events_after(link: &Link, after: Cursor, limit: usize) -> Result<EventPage, StoreError> {
    const SQL: &str = "SELECT log.cursor, GREATEST(log.trimmed_noise, log.anew_before), found.cursor, found.body::text FROM log_state AS log \
                       LEFT JOIN LATERAL (SELECT cursor, body FROM event WHERE cursor > $1 ORDER BY cursor LIMIT $2) \
                       AS found ON true ORDER BY found.cursor";
    let limit = limit.clamp(1, EVENTS_PAGE_MAX);
    let rows = link
        .read(|pool| async move {
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let rows = sqlx::query(SQL).bind(signed(after.0)).bind(limit).fetch_all(&pool).await?;
            rows.into_iter()
                .map(|row| {
                    let log: (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
                    let event: (Option<i64>, Option<String>) = (row.try_get(2)?, row.try_get(3)?);
                    Ok((unsigned(log.0), unsigned(log.1), event.0.map(unsigned).zip(event.1)))
                })
                .collect::<Result<Vec<_>, sqlx::Error>>()
        })
        .await?;
    let Some((newest, trimmed, _)) = rows.first() else {
        return Err(StoreError::Corrupt {
            what: "the log".to_owned(),
            why: "its state is missing".to_owned(),
        });
    };
    let (newest, gap) = (*newest, after.0 < *trimmed || after.0 > *newest);
    let events = rows.iter().filter_map(|(_, _, event)| event.as_ref());
    let events = events.map(|(cursor, body)| decode(*cursor, body)).collect::<Result<Vec<Event>, _>>()?;
    let reached = match events.last() {
        Some(last) if events.len() == limit => last.cursor,
        Some(_) | None => Cursor(newest),
    };
    // What was read is there: whoever waits for it need not wait for the notification.
    link.publish(Cursor(newest));
    Ok(EventPage { events, cursor: reached, gap })
}

/// The past, newest first.
pub(super) async fn history(
    link: &Link,
    range: HistoryRange,
    limit: usize,
) -> Result<Vec<Event>, StoreError> {
    const ALL: &str =
        "SELECT cursor, body::text FROM event WHERE is_history AND cursor < $1 ORDER BY cursor DESC LIMIT $2";
    const OF_MOVIE: &str = "SELECT cursor, body::text FROM event WHERE is_history AND cursor < $1 AND movie_id = $3 \
                            ORDER BY cursor DESC LIMIT $2";
    let before = range.before.map_or(i64::MAX, |before| signed(before.0));
    let limit = i64::try_from(limit.min(EVENTS_PAGE_MAX)).unwrap_or(i64::MAX);
    let rows = link
        .read(|pool| async move {
            let query = match range.movie {
                None => sqlx::query(ALL).bind(before).bind(limit),
                Some(movie) => sqlx::query(OF_MOVIE).bind(before).bind(limit).bind(signed(movie.0)),
            };
            let rows = query.fetch_all(&pool).await?;
            rows.into_iter()
                .map(|row| Ok((unsigned(row.try_get(0)?), row.try_get::<String, _>(1)?)))
                .collect::<Result<Vec<_>, sqlx::Error>>()
        })
        .await?;
    rows.iter().map(|(cursor, body)| decode(*cursor, body)).collect()
}

/// What asks for a part of the audit: `$1` before which event, `$2` how many, then who and since when.
pub(super) fn audit_sql(range: &AuditRange) -> String {
    let mut wanted = "cursor < $1".to_owned();
    let asked =
        [range.actor.as_ref().map(|_| ("who =", "")), range.since.map(|_| ("at >=", "::timestamptz"))];
    for ((condition, kind), number) in asked.into_iter().flatten().zip(3..) {
        wanted.push_str(&format!(" AND {condition} ${number}{kind}"));
    }
    format!(
        "SELECT event.cursor, event.body::text FROM (SELECT cursor FROM audit WHERE {wanted} \
         ORDER BY cursor DESC LIMIT $2) AS found JOIN event ON event.cursor = found.cursor \
         ORDER BY event.cursor DESC"
    )
}

/// Who changed what, newest first.
pub(super) async fn audit(link: &Link, range: AuditRange, limit: usize) -> Result<AuditPage, StoreError> {
    let limit = limit.clamp(1, EVENTS_PAGE_MAX);
    let sql = audit_sql(&range);
    let before = range.before.map_or(i64::MAX, |before| signed(before.0));
    let rows = link
        .read(|pool| {
            let sql = AssertSqlSafe(sql.clone());
            let (actor, since) = (range.actor.clone(), range.since.map(|since| since.to_string()));
            async move {
                let mut query = sqlx::query(sql).bind(before).bind(i64::try_from(limit).unwrap_or(i64::MAX));
                for text in [actor, since].into_iter().flatten() {
                    query = query.bind(text);
                }
                let rows = query.fetch_all(&pool).await?;
                rows.into_iter()
                    .map(|row| Ok((unsigned(row.try_get(0)?), row.try_get::<String, _>(1)?)))
                    .collect::<Result<Vec<_>, sqlx::Error>>()
            }
        })
        .await?;
    let events = rows.iter().map(|(cursor, body)| decode(*cursor, body)).collect::<Result<Vec<_>, _>>()?;
    let next_before = events.last().filter(|_| events.len() == limit).map(|event| event.cursor);
    Ok(AuditPage { events, next_before })
}

pub(super) fn decode(cursor: u64, body: &str) -> Result<Event, StoreError> {
    serde_json::from_str(body)
        .map_err(|error| StoreError::Corrupt { what: format!("event {cursor}"), why: error.to_string() })
}
