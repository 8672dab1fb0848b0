//! The one writer: a thread that gathers what waits into a group, applies it, syncs it, tells the index, answers.
//!
//! While it syncs, the next group gathers; so many clients share one sync, and one client alone does not wait for
//! others. After an error of sled's or of the disk it refuses everything until [`recover`] is done.

use std::sync::Arc;

use ::sled::Batch;
use radarr_proto::model::Cursor;
use tokio::sync::{mpsc, oneshot};

use super::engine::Engine;
use super::exchange::exchange;
use super::group::Group;
use super::layout::LogState;
use super::room::Room;
use super::shared::{Shared, read, write};
use super::snapshot::{self, Beginning};
use super::{check, compact, recover};
use crate::domain::quality::size::in_words;
use crate::storage::{Commit, Committed, Compacted, Disagreement, StoreError};
use crate::telemetry::metrics::STORAGE_DURATION;

/// Requests that may wait; beyond that callers wait before they hand theirs in.
pub(super) const QUEUE_MAX: usize = 1024;

/// Commits that share a sync. More gain nothing: the sync is no longer what takes the time.
const GROUP_MAX: usize = 256;

/// What the writer is asked to do.
pub(super) enum Request {
    Commit(Box<Commit>, oneshot::Sender<Result<Committed, StoreError>>),
    /// Removes these keys and moves the marks of the clean-up on.
    Trim(Trim, oneshot::Sender<Result<(), StoreError>>),
    /// Begins a snapshot.
    Snapshot(oneshot::Sender<Result<Beginning, StoreError>>),
    /// Puts the copy beside the database in its place.
    Exchange(oneshot::Sender<Result<(), StoreError>>),
    /// Compacts the database.
    Compact(Compaction, oneshot::Sender<Result<Option<Compacted>, StoreError>>),
    /// Looks whether everything agrees; mends what it can if told so.
    Check(bool, oneshot::Sender<Result<Vec<Disagreement>, StoreError>>),
    Close(oneshot::Sender<()>),
}

/// When a database is compacted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compaction {
    /// When it has grown far beyond its data.
    IfGrown,
    /// In any case.
    Anyway,
}

/// A step of the clean-up of old events.
pub(super) struct Trim {
    pub(super) keys: Vec<Vec<u8>>,
    pub(super) bytes: u64,
    pub(super) trimmed_all: u64,
    pub(super) trimmed_noise: u64,
}

type Answer = (oneshot::Sender<Result<Committed, StoreError>>, Result<Committed, StoreError>);

/// Runs until it is closed or nobody can ask any more.
pub(super) fn run(shared: &Arc<Shared>, mut requests: mpsc::Receiver<Request>) {
    let mut next = None;
    while let Some(request) = next.take().or_else(|| requests.blocking_recv()) {
        match request {
            Request::Commit(commit, answer) => {
                let mut commits = vec![(commit, answer)];
                while commits.len() < GROUP_MAX {
                    match requests.try_recv() {
                        Ok(Request::Commit(commit, answer)) => commits.push((commit, answer)),
                        Ok(other) => {
                            next = Some(other);
                            break;
                        }
                        Err(_) => break,
                    }
                }
                keep_group(shared, commits);
            }
            Request::Trim(trim, answer) => {
                tell(answer, usable(shared).and_then(|engine| keep_trim(shared, &engine, trim)));
            }
            Request::Snapshot(answer) => tell(answer, usable(shared).map(|_| snapshot::begin(shared))),
            Request::Exchange(answer) => tell(answer, exchange(shared)),
            Request::Compact(when, answer) => {
                let compacted = usable(shared).and_then(|engine| match when {
                    Compaction::IfGrown => compact::at_a_quiet_hour(shared, engine),
                    Compaction::Anyway => compact::in_use(shared, engine).map(Some),
                });
                tell(answer, compacted);
            }
            Request::Check(mend, answer) => tell(
                answer,
                usable(shared).and_then(|engine| check::check(&engine, &read(&shared.index), mend)),
            ),
            Request::Close(answer) => {
                requests.close();
                shared.close();
                return tell(answer, ());
            }
        }
    }
    shared.close();
}

fn tell<T>(waiting: oneshot::Sender<T>, result: T) {
    if waiting.send(result).is_err() {
        tracing::debug!("whoever asked the storage went away");
    }
}

/// A commit and who waits for its answer.
type Waiting = (Box<Commit>, oneshot::Sender<Result<Committed, StoreError>>);

fn keep_group(shared: &Arc<Shared>, commits: Vec<Waiting>) {
    let engine = match usable(shared) {
        Ok(engine) => engine,
        Err(error) => {
            return answer(commits.into_iter().map(|(_, waiting)| (waiting, Err(error.clone()))).collect());
        }
    };
    let mut answers: Vec<Answer> = Vec::with_capacity(commits.len());
    let (batch, outcome) = {
        let index = read(&shared.index);
        let mut group = Group::new(&index, &engine);
        for (commit, waiting) in commits {
            answers.push((waiting, group.add(*commit)));
        }
        group.finish()
    };
    if answers.iter().any(|(_, result)| result.is_ok()) {
        {
            let index = read(&shared.index);
            let known = |key| index.find(key).map(|known| (key, known.version));
            snapshot::keep_for_all(shared, &engine, outcome.changed.keys().filter_map(known));
        }
        let room = out_of_space(shared, outcome.bytes).map_or(Ok(()), Err);
        match room.and_then(|()| apply(shared, &engine, batch)) {
            Ok(()) => {
                let mut index = write(&shared.index);
                for (key, known) in &outcome.changed {
                    index.set(key, *known);
                }
                for (collection, number) in outcome.counters {
                    index.number_used(collection, number);
                }
                index.log = outcome.log;
                drop(index);
                publish(shared, outcome.log);
            }
            Err(error) => {
                for (_, result) in answers.iter_mut().filter(|(_, result)| result.is_ok()) {
                    *result = Err(error.clone());
                }
            }
        }
    }
    answer(answers);
}

fn keep_trim(shared: &Arc<Shared>, engine: &Engine, trim: Trim) -> Result<(), StoreError> {
    let mut log = read(&shared.index).log;
    log.trimmed_all = log.trimmed_all.max(trim.trimmed_all);
    log.trimmed_noise = log.trimmed_noise.max(trim.trimmed_noise);
    log.live_bytes = log.live_bytes.saturating_sub(trim.bytes);
    let mut batch = Batch::default();
    for key in trim.keys {
        batch.remove(key);
    }
    batch.insert(super::layout::LOG_KEY, log.encode());
    apply(shared, engine, batch)?;
    write(&shared.index).log = log;
    Ok(())
}

/// The engine, if it can take a change.
fn usable(shared: &Arc<Shared>) -> Result<Arc<Engine>, StoreError> {
    if let Some(error) = shared.trouble() {
        return Err(error);
    }
    if let Some(error) = out_of_space(shared, 0) {
        return Err(error);
    }
    shared.engine.load_full().ok_or(StoreError::Closed)
}

/// Says so when the disk has too little left for a change of that many bytes.
pub(super) fn out_of_space(shared: &Shared, bytes: u64) -> Option<StoreError> {
    let path = shared.directory.path();
    // A disk that can't be asked is no full one; sled will tell what is wrong with it.
    let room = Room::at(path).ok()?;
    let needed = room.for_a_change(bytes);
    (room.free < needed).then(|| StoreError::Unavailable {
        why: format!(
            "read-only: the disk of {} is full ({} left, {} must be)",
            path.display(),
            in_words(room.free),
            in_words(needed)
        ),
        hint: "free some space there; nothing needs to be restarted".to_owned(),
    })
}

fn apply(shared: &Arc<Shared>, engine: &Engine, batch: Batch) -> Result<(), StoreError> {
    let started = std::time::Instant::now();
    let result = engine.apply(batch).and_then(|()| engine.sync());
    metrics::histogram!(STORAGE_DURATION, "operation" => "commit").record(started.elapsed());
    if let Err(error) = &result {
        recover::start(shared, error);
    }
    result
}

fn publish(shared: &Shared, log: LogState) {
    shared.durable.send_replace(log.version);
    shared.cursor.send_if_modified(|cursor| {
        let moved = cursor.0 != log.cursor;
        *cursor = Cursor(log.cursor);
        moved
    });
}

fn answer(answers: Vec<Answer>) {
    for (waiting, result) in answers {
        // A caller that went away has what it asked for all the same.
        if waiting.send(result).is_err() {
            tracing::debug!("nobody waits for a commit any more");
        }
    }
}
