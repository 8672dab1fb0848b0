//! The writer: gathers the commits that wait into a group, and keeps the group in one transaction.
//!
//! The transaction first locks the row of the log's state. So of all daemons one commits at a time, what it reads
//! holds until it is through, and versions and cursors are given in the order in which commits become visible: a
//! reader that saw a cursor has seen all below it. A commit that conflicts leaves the rest of its group alone.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use radarr_proto::model::{Cursor, DocVersion, Event};
use sqlx::{AssertSqlSafe, PgConnection, Row as _};
use tokio::sync::{mpsc, oneshot};

use super::fault::Fault;
use super::link::{CHANNEL, Connected, Link, signed, unsigned};
use super::tables::Table;
use crate::storage::{BODY_BYTES_MAX, Change, Collection, Commit, Committed, DocKey, NewEvent, StoreError};
use crate::telemetry::metrics::STORAGE_DURATION;

/// Commits that may wait; beyond that callers wait before they hand theirs in.
pub(super) const QUEUE_MAX: usize = 1024;
/// Commits that share a transaction. More gain nothing: the sync is no longer what takes the time.
const GROUP_MAX: usize = 128;
/// Beyond the limit of a statement: a transaction has a handful of them.
const TRANSACTION_BEYOND: Duration = Duration::from_secs(2);

/// A commit and who waits for its answer.
pub(super) type Waiting = (Box<Commit>, oneshot::Sender<Result<Committed, StoreError>>);

/// Runs until nobody can hand in a commit any more.
pub(super) async fn run(link: Arc<Link>, mut waiting: mpsc::Receiver<Waiting>) {
    while let Some(first) = waiting.recv().await {
        let mut group = vec![first];
        while group.len() < GROUP_MAX
            && let Ok(next) = waiting.try_recv()
        {
            group.push(next);
        }
        let (commits, callers): (Vec<_>, Vec<_>) = group.into_iter().unzip();
        let answers = keep(&link, &commits).await;
        for (caller, answer) in callers.into_iter().zip(answers) {
            // A caller that went away has what it asked for all the same.
            if caller.send(answer).is_err() {
                tracing::debug!("nobody waits for a commit any more");
            }
        }
    }
}

type Answers = Vec<Result<Committed, StoreError>>;

async fn keep(link: &Link, commits: &[Box<Commit>]) -> Answers {
    let connected = match link.pool().await {
        Ok(connected) => connected,
        Err(error) => return commits.iter().map(|_| Err(error.clone())).collect(),
    };
    match keep_together(link, &connected, commits).await {
        Ok(answers) => answers,
        // What the database does not take of one commit must not keep the others out.
        Err(Fault::Data(_)) if commits.len() > 1 => {
            let mut answers = Vec::with_capacity(commits.len());
            for commit in commits.chunks(1) {
                match keep_together(link, &connected, commit).await {
                    Ok(kept) => answers.extend(kept),
                    Err(fault) => answers.push(Err(link.told(fault, &connected.host))),
                }
            }
            answers
        }
        Err(fault) => {
            // No connection was made, so nothing of them can have been kept.
            if matches!(fault, Fault::Login(_))
                && link.is_mended(&connected, &fault).await
                && let Ok(answers) = keep_together(link, &connected, commits).await
            {
                return answers;
            }
            let error = link.told(fault, &connected.host);
            commits.iter().map(|_| Err(error.clone())).collect()
        }
    }
}

async fn keep_together(
    link: &Link,
    connected: &Connected,
    commits: &[Box<Commit>],
) -> Result<Answers, Fault> {
    let began = Instant::now();
    let max = link.statement_max() + TRANSACTION_BEYOND;
    let result = match tokio::time::timeout(max, transaction(link, connected, commits)).await {
        Ok(result) => result.map_err(|error| Fault::of(&error)),
        Err(_) => Err(Fault::Lost(format!("no answer within {} seconds", max.as_secs()))),
    };
    metrics::histogram!(STORAGE_DURATION, "operation" => "commit").record(began.elapsed());
    if let Err(fault) = &result {
        link.report(connected, fault);
    }
    result
}

async fn transaction(
    link: &Link,
    connected: &Connected,
    commits: &[Box<Commit>],
) -> Result<Answers, sqlx::Error> {
    let mut change = connected.pool.begin().await?;
    let row = sqlx::query("SELECT version, cursor FROM log_state FOR UPDATE").fetch_one(&mut *change).await?;
    let (version, cursor): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    let found = versions(&mut change, commits).await?;
    let mut group = Group::new(unsigned(version), unsigned(cursor), found);
    let answers: Answers = commits.iter().map(|commit| group.add(commit)).collect();
    if answers.iter().all(Result::is_err) {
        change.rollback().await?;
        return Ok(answers);
    }
    let numbers = group.numbers_beyond(&link.numbers.lock().unwrap_or_else(PoisonError::into_inner));
    write(&mut change, &group, &numbers).await?;
    change.commit().await?;
    let mut known = link.numbers.lock().unwrap_or_else(PoisonError::into_inner);
    for (collection, number) in numbers {
        let known = known.entry(collection).or_default();
        *known = number.max(*known);
    }
    drop(known);
    link.saw_version(group.version);
    link.publish(Cursor(group.cursor));
    Ok(answers)
}

/// The versions of all documents that the commits name.
async fn versions(
    db: &mut PgConnection,
    commits: &[Box<Commit>],
) -> Result<HashMap<DocKey, DocVersion>, sqlx::Error> {
    let mut ids: BTreeMap<Collection, Vec<&str>> = BTreeMap::new();
    for write in commits.iter().flat_map(|commit| &commit.writes) {
        ids.entry(write.key.collection).or_default().push(&write.key.id);
    }
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let parts: Vec<String> = ids
        .keys()
        .enumerate()
        .map(|(number, collection)| Table::of(*collection).select_versions(number + 1))
        .collect();
    let mut query = sqlx::query(AssertSqlSafe(parts.join(" UNION ALL ")));
    for ids in ids.values() {
        query = query.bind(ids.iter().map(|id| (*id).to_owned()).collect::<Vec<String>>());
    }
    let mut found = HashMap::new();
    for row in query.fetch_all(db).await? {
        let (collection, id, version): (String, String, i64) =
            (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        if let Some(collection) = Collection::from_name(&collection) {
            found.insert(DocKey::new(collection, id), DocVersion(unsigned(version)));
        }
    }
    Ok(found)
}

/// What a group comes to.
struct Group {
    version: u64,
    cursor: u64,
    /// As the database has them, then as the group leaves them; nothing = not there.
    versions: HashMap<DocKey, DocVersion>,
    /// What is written in the end; `None` = deleted.
    writes: BTreeMap<Collection, BTreeMap<String, Option<(u64, String)>>>,
    events: Vec<(Arc<Event>, String)>,
}

impl Group {
    fn new(version: u64, cursor: u64, versions: HashMap<DocKey, DocVersion>) -> Self {
        Self { version, cursor, versions, writes: BTreeMap::new(), events: Vec::new() }
    }

    /// Adds a commit, or says why it can't be kept; then the group is as before.
    fn add(&mut self, commit: &Commit) -> Result<Committed, StoreError> {
        if let Some(refused) = &commit.refused {
            return Err(refused.clone());
        }
        let mut bodies = Vec::with_capacity(commit.writes.len());
        for write in &commit.writes {
            let found = self.versions.get(&write.key).copied();
            if !write.expect.holds(found) {
                return Err(StoreError::Conflict { key: write.key.clone(), expected: write.expect, found });
            }
            bodies.push(match &write.change {
                Change::Put(body) => Some(text_of(&write.key, body)?),
                Change::Delete | Change::Keep => None,
            });
        }
        let mut events = Vec::with_capacity(commit.events.len());
        for (cursor, NewEvent { movie_id, kind, at }) in (self.cursor + 1..).zip(&commit.events) {
            let event = Event {
                cursor: Cursor(cursor),
                at: at.unwrap_or(commit.at),
                actor: commit.actor.clone(),
                request_id: commit.request_id.clone(),
                from: commit.from.clone(),
                movie_id: *movie_id,
                kind: kind.clone(),
            };
            let corrupt = |why: String| StoreError::Corrupt { what: "an event".to_owned(), why };
            let body = serde_json::to_string(&event).map_err(|error| corrupt(error.to_string()))?;
            check_size("an event", body.len())?;
            events.push((Arc::new(event), without_nul(body)));
        }

        // From here on nothing is refused.
        self.version += 1;
        let version = DocVersion(self.version);
        for (write, body) in commit.writes.iter().zip(bodies) {
            let DocKey { collection, id } = write.key.clone();
            match (&write.change, body) {
                (Change::Put(_), Some(body)) => {
                    self.writes.entry(collection).or_default().insert(id, Some((version.0, body)));
                    self.versions.insert(write.key.clone(), version);
                }
                (Change::Delete, _) => {
                    self.writes.entry(collection).or_default().insert(id, None);
                    self.versions.remove(&write.key);
                }
                (Change::Put(_), None) | (Change::Keep, _) => {}
            }
        }
        self.cursor += u64::try_from(events.len()).unwrap_or(0);
        let told = events.iter().map(|(event, _)| Arc::clone(event)).collect();
        self.events.extend(events);
        Ok(Committed { version, cursor: Cursor(self.cursor), events: told })
    }

    /// Numbers of documents that are beyond the counters as far as those are known.
    fn numbers_beyond(&self, known: &HashMap<Collection, u64>) -> Vec<(Collection, u64)> {
        let highest = self.writes.iter().filter_map(|(collection, writes)| {
            let put = writes.iter().filter(|(_, body)| body.is_some());
            let number = put.filter_map(|(id, _)| id.parse::<u64>().ok()).max()?;
            (number > known.get(collection).copied().unwrap_or(0)).then_some((*collection, number))
        });
        highest.filter(|(_, number)| i64::try_from(*number).is_ok()).collect()
    }
}

/// Everything of the group, and where the log stands then, in one statement.
async fn write(
    db: &mut PgConnection,
    group: &Group,
    numbers: &[(Collection, u64)],
) -> Result<(), sqlx::Error> {
    let mut steps = vec!["UPDATE log_state SET version = $1, cursor = $2".to_owned()];
    let mut next = 3;
    let mut puts = Vec::new();
    let mut deletes = Vec::new();
    for (collection, writes) in &group.writes {
        let table = Table::of(*collection);
        let (mut ids, mut versions, mut bodies, mut gone) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (id, write) in writes {
            match write {
                Some((version, body)) => {
                    ids.push(id.clone());
                    versions.push(signed(*version));
                    bodies.push(body.clone());
                }
                None => gone.push(id.clone()),
            }
        }
        puts.push((table, *collection, ids, versions, bodies));
        deletes.push((table, *collection, gone));
    }
    puts.retain(|(_, _, ids, _, _)| !ids.is_empty());
    deletes.retain(|(_, _, ids)| !ids.is_empty());
    for (table, ..) in &puts {
        steps.push(table.upsert(next));
        next += 3;
    }
    for (table, ..) in &deletes {
        steps.push(table.delete(next));
        next += 1;
    }
    if !deletes.is_empty() {
        steps.push(format!(
            "INSERT INTO deletion (collection, version) SELECT kind, $1 FROM unnest(${next}::text[]) AS kind \
             ON CONFLICT (collection) DO UPDATE SET version = excluded.version"
        ));
        next += 1;
    }
    if !numbers.is_empty() {
        steps.push(format!(
            "INSERT INTO counter (collection, value) SELECT * FROM unnest(${next}::text[], ${}::bigint[]) \
             ON CONFLICT (collection) DO UPDATE SET value = GREATEST(counter.value, excluded.value)",
            next + 1
        ));
        next += 2;
    }
    let mut end = "SELECT 1".to_owned();
    if !group.events.is_empty() {
        steps.push(insert_events_sql(next));
        end = format!("SELECT pg_notify('{CHANNEL}', $2::text)");
    }
    let named: Vec<String> =
        steps.iter().enumerate().map(|(number, step)| format!("step{number} AS ({step})")).collect();
    let mut query = sqlx::query(AssertSqlSafe(format!("WITH {} {end}", named.join(", "))))
        .bind(signed(group.version))
        .bind(signed(group.cursor));
    for (_, _, ids, versions, bodies) in puts {
        query = query.bind(ids).bind(versions).bind(bodies);
    }
    let kinds: Vec<String> = deletes.iter().map(|(_, kind, _)| kind.name().to_owned()).collect();
    for (_, _, ids) in deletes {
        query = query.bind(ids);
    }
    if !kinds.is_empty() {
        query = query.bind(kinds);
    }
    if !numbers.is_empty() {
        query = query
            .bind(numbers.iter().map(|(kind, _)| kind.name().to_owned()).collect::<Vec<_>>())
            .bind(numbers.iter().map(|(_, number)| signed(*number)).collect::<Vec<_>>());
    }
    if !group.events.is_empty() {
        query = bind_events(query, &group.events);
    }
    query.execute(db).await?;
    Ok(())
}

/// Writes the events whose columns begin at `$first`.
fn insert_events_sql(first: usize) -> String {
    let kinds = ["bigint", "text", "text", "text", "bigint", "boolean", "text"];
    let columns: Vec<String> =
        kinds.iter().enumerate().map(|(column, kind)| format!("${}::{kind}[]", first + column)).collect();
    format!(
        "INSERT INTO event (cursor, at, actor, request_id, movie_id, is_history, body) \
         SELECT cursor, at::timestamptz, actor, request_id, movie_id, is_history, body::jsonb \
         FROM unnest({}) AS given (cursor, at, actor, request_id, movie_id, is_history, body)",
        columns.join(", ")
    )
}

type PgQuery<'q> = sqlx::query::Query<'q, sqlx::Postgres, sqlx::postgres::PgArguments>;

fn bind_events<'q, E: std::ops::Deref<Target = Event>>(
    query: PgQuery<'q>,
    events: &[(E, String)],
) -> PgQuery<'q> {
    let clean = |text: &str| text.replace('\0', "\u{fffd}");
    let all = || events.iter().map(|(event, _)| event);
    query
        .bind(all().map(|event| signed(event.cursor.0)).collect::<Vec<_>>())
        .bind(all().map(|event| event.at.to_string()).collect::<Vec<_>>())
        .bind(all().map(|event| clean(&event.actor)).collect::<Vec<_>>())
        .bind(all().map(|event| event.request_id.as_deref().map(clean)).collect::<Vec<_>>())
        .bind(all().map(|event| event.movie_id.map(|id| signed(id.0))).collect::<Vec<_>>())
        .bind(all().map(|event| event.kind.is_history()).collect::<Vec<_>>())
        .bind(events.iter().map(|(_, body)| body.clone()).collect::<Vec<_>>())
}

/// Writes events with the cursors that they have.
pub(super) async fn insert_events(
    db: &mut PgConnection,
    events: &[(&Event, String)],
) -> Result<(), sqlx::Error> {
    let query = sqlx::query(AssertSqlSafe(insert_events_sql(1)));
    bind_events(query, events).execute(db).await.map(|_| ())
}

pub(super) fn text_of(key: &DocKey, body: &[u8]) -> Result<String, StoreError> {
    check_size(&key.to_string(), body.len())?;
    let text = std::str::from_utf8(body)
        .map_err(|error| StoreError::Corrupt { what: key.to_string(), why: error.to_string() })?;
    Ok(without_nul(text.to_owned()))
}

pub(super) fn check_size(what: &str, bytes: usize) -> Result<(), StoreError> {
    if bytes > BODY_BYTES_MAX {
        return Err(StoreError::TooLarge { what: what.to_owned(), bytes, max: BODY_BYTES_MAX });
    }
    Ok(())
}

/// PostgreSQL has no place for the character NUL, which a hostile release name may have: it becomes the sign for a
/// character that can't be shown.
pub(super) fn without_nul(json: String) -> String {
    const NUL: &str = r"\u0000";
    if !json.contains(NUL) {
        return json;
    }
    let mut clean = String::with_capacity(json.len());
    let mut rest = json.as_str();
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        clean.push_str(before);
        // The character behind a backslash belongs to it: `\\u0000` is a backslash and five letters.
        let len = if escape.starts_with(NUL) { NUL.len() } else { escape.len().min(2) };
        let (escape, behind) = escape.split_at_checked(len).unwrap_or((escape, ""));
        clean.push_str(if escape == NUL { r"\ufffd" } else { escape });
        rest = behind;
    }
    clean.push_str(rest);
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_character_nul_is_replaced() {
        for text in ["", "a\0b", "\\u0000", "\\\0", "\0\0\\", "\"\\\\u0000\0", "ä\0ö"] {
            let json = serde_json::to_string(text).unwrap();
            let back: String = serde_json::from_str(&without_nul(json)).unwrap();
            assert_eq!(back, text.replace('\0', "\u{fffd}"), "{text:?}");
        }
    }
}
