//! A complete download becomes a file of the library, and survives a crash at any moment (D6).
//!
//! `plan.rs` looks at the download and says what is to be done, as plain data; `intent.rs` is that data as it is
//! stored before anything is touched; `run.rs` does it step by step; `recover.rs` finishes or undoes at start what a
//! crash left half done. The step after this one is the library itself: nothing follows but the event.

mod intent;
mod plan;
mod recover;
mod run;
#[cfg(test)]
mod tests;

use std::ops::ControlFlow;
use std::path::PathBuf;

use jiff::Timestamp;
use radarr_proto::model::{Grab, GrabState, PlacedBy};

use super::By;
use crate::files::FileError;
use crate::storage::{Collection, Commit, Expect, SharedStore, StoreError};

pub use intent::{ImportIntent, PlannedFile, ReplacedFile, SlotId};
pub use plan::Refused;
pub use recover::{Recovered, recover_imports};
pub use run::Step;

/// Somebody edits the movie while its import is planned; nobody does so more often in a row.
const PLANS_MAX: u32 = 5;

/// What an import needs, and no more.
#[derive(Clone)]
pub struct ImportContext {
    /// Where documents and events are kept.
    pub store: SharedStore,
    /// Reads the time.
    pub now: fn() -> Timestamp,
    /// In whose name.
    pub by: By,
    /// The program that reads media facts.
    pub ffprobe: PathBuf,
    /// The name of this daemon in leases.
    pub daemon: String,
}

impl ImportContext {
    pub(super) fn commit(&self) -> Commit {
        self.by.commit((self.now)())
    }
}

/// Sees each step of an import before it is taken: to tell progress, or to stop between two steps when a job's lease
/// is lost. What was stopped is finished by [`recover_imports`] or by the next try.
pub trait Steps: Send + Sync {
    /// `Break` stops here.
    fn before(&self, step: &Step) -> ControlFlow<()>;
}

/// Nobody watches.
impl Steps for () {
    fn before(&self, _step: &Step) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// How an import ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportReport {
    /// In the library.
    Imported {
        /// Absolute path of the movie's file.
        path: String,
        /// How it got there.
        placed_by: PlacedBy,
        /// The file that it replaced, relative to the movie's folder.
        replaced: Option<String>,
    },
    /// It may not come in by itself; a person decides. The grab says so.
    Blocked {
        /// Why, one sentence each.
        reasons: Vec<String>,
    },
    /// It was imported before.
    Already,
}

/// Why an import did not end. The grab is as it was, and nothing was lost.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Try again later.
    #[error("the import waits: {reason}")]
    Later {
        /// Why.
        reason: String,
        /// What a person can do.
        hint: String,
    },
    /// Try again later: the storage.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The watcher stopped it.
    #[error("the import was stopped between two steps; it goes on by itself")]
    Stopped,
}

impl ImportError {
    /// What a person can do.
    pub fn hint(&self) -> String {
        match self {
            Self::Later { hint, .. } => hint.clone(),
            Self::Store(error) => error.hint(),
            Self::Stopped => "nothing".to_owned(),
        }
    }
}

impl From<FileError> for ImportError {
    fn from(error: FileError) -> Self {
        Self::Later { reason: error.to_string(), hint: error.hint().to_owned() }
    }
}

/// Brings a complete grab into the library.
pub async fn import_grab(
    context: &ImportContext,
    mut grab: Grab,
    steps: &dyn Steps,
) -> Result<ImportReport, ImportError> {
    // An import of this slot that a crash or a lost lease cut off is brought to its end first.
    let slot = SlotId { movie_id: grab.movie_id, slot: grab.slot };
    if let Some(open) = context.store.load::<ImportIntent>(slot).await? {
        let open = recover::take_over(context, open).await?;
        recover::settle(context, open, steps).await?;
    }
    let mut tries = 0;
    loop {
        tries += 1;
        let Some(stored) = context.store.load::<Grab>(grab.id).await? else {
            return Ok(ImportReport::Already);
        };
        grab = stored;
        if !grab.state.is_open() {
            return Ok(ImportReport::Already);
        }
        match plan::plan(context, &grab).await {
            Ok(planned) => match run::begin(context, &mut grab, &planned).await {
                Err(ImportError::Store(StoreError::Conflict { key, .. }))
                    if key.collection == Collection::FolderIntent =>
                {
                    let reason = "the movie's folder is being moved or deleted".to_owned();
                    let error = ImportError::Later {
                        reason,
                        hint: "nothing; it is tried again by itself".to_owned(),
                    };
                    let again: Option<Grab> = context.store.load(grab.id).await?;
                    wait(context, again.unwrap_or(grab), &error).await?;
                    return Err(error);
                }
                // The movie or the grab changed while it was planned.
                Err(ImportError::Store(error)) if error.is_conflict() && tries < PLANS_MAX => {}
                Err(error) => return Err(error),
                Ok(intent) => return run::finish(context, intent, steps).await,
            },
            Err(Refused::Blocked(reasons)) => {
                block(context, grab, &reasons).await?;
                return Ok(ImportReport::Blocked { reasons });
            }
            Err(Refused::Later(error)) => {
                wait(context, grab, &error).await?;
                return Err(error);
            }
        }
    }
}

async fn block(context: &ImportContext, mut grab: Grab, reasons: &[String]) -> Result<(), ImportError> {
    let state = GrabState::ImportBlocked { reasons: reasons.to_vec() };
    if grab.state == state {
        return Ok(());
    }
    grab.state = state;
    let kind = radarr_proto::model::EventKind::ImportBlocked {
        grab_id: grab.id,
        release: grab.release.title.clone(),
        reasons: reasons.to_vec(),
    };
    let version = Expect::Version(grab.doc_version);
    context.store.commit(context.commit().put(&grab, version).event(Some(grab.movie_id), kind)).await?;
    Ok(())
}

/// Why it waits stands in the queue, so that a person sees it; the same words are not written twice.
async fn wait(context: &ImportContext, mut grab: Grab, error: &ImportError) -> Result<(), ImportError> {
    let ImportError::Later { reason, .. } = error else { return Ok(()) };
    if grab.warning.as_ref() == Some(reason) && grab.state == GrabState::ImportPending {
        return Ok(());
    }
    grab.warning = Some(reason.clone());
    grab.state = GrabState::ImportPending;
    let version = Expect::Version(grab.doc_version);
    match context.store.commit(context.commit().put(&grab, version)).await {
        // Somebody else has news of the grab; the next try sees them.
        Err(error) if error.is_conflict() => Ok(()),
        result => Ok(result.map(|_| ())?),
    }
}
