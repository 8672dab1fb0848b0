//! What a crash left half done: finished when it can be, undone when not. Runs at start, before any import begins,
//! and whenever a daemon that shares the storage has died.

use std::path::Path;

use radarr_proto::model::{Grab, GrabState, Movie};
use tracing::{info, warn};

use super::intent::ImportIntent;
use super::run::{finish, is_in_place};
use super::{ImportContext, ImportError, Steps};
use crate::files::{FileError, blocking, remove_name, same_file};
use crate::presence;
use crate::storage::Expect;

/// What became of the open imports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recovered {
    /// Brought to their end.
    pub finished: u32,
    /// Taken back; their grabs are imported anew.
    pub undone: u32,
    /// Left as they are until the disk or the storage answers again.
    pub waiting: u32,
}

/// Settles every open import that nobody works on. One that can't be settled does not keep the others from it.
pub async fn recover_imports(context: &ImportContext) -> Result<Recovered, ImportError> {
    let mut recovered = Recovered::default();
    let intents = context.store.load_all::<ImportIntent>().await?;
    if intents.is_empty() {
        return Ok(recovered);
    }
    let living = presence::living(&context.store, (context.now)()).await?;
    for intent in intents {
        // Where several daemons share the storage, ours and those of the living are under way.
        let is_ours = intent.owner == context.daemon;
        if context.store.is_shared() && (is_ours || living.contains(&intent.owner)) {
            continue;
        }
        let grab = intent.grab_id;
        let settled = async {
            let intent = take_over(context, intent).await?;
            settle(context, intent, &()).await
        };
        match settled.await {
            Ok(Settled::Finished) => recovered.finished += 1,
            Ok(Settled::Undone) => recovered.undone += 1,
            Err(error) => {
                warn!(grab = %grab, error = %error, hint = error.hint(), "an import could not be settled yet");
                recovered.waiting += 1;
            }
        }
    }
    if recovered != Recovered::default() {
        info!(recovered.finished, recovered.undone, recovered.waiting, "settled interrupted imports");
    }
    Ok(recovered)
}

/// Makes an open import this daemon's own; its former owner is fenced off by that. One that is under way on another
/// daemon is left to it.
pub(super) async fn take_over(
    context: &ImportContext,
    mut intent: ImportIntent,
) -> Result<ImportIntent, ImportError> {
    if !context.store.is_shared() || intent.owner == context.daemon {
        return Ok(intent);
    }
    if presence::living(&context.store, (context.now)()).await?.contains(&intent.owner) {
        return Err(ImportError::Later {
            reason: "another daemon is importing for this movie at this moment".to_owned(),
            hint: "nothing; it is looked at again by itself".to_owned(),
        });
    }
    intent.owner.clone_from(&context.daemon);
    let commit = context.commit().put(&intent, Expect::Version(intent.doc_version));
    intent.doc_version = context.store.commit(commit).await?.version;
    info!(grab = %intent.grab_id, "goes on with an import that another daemon left");
    Ok(intent)
}

/// How an open import was settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Settled {
    Finished,
    Undone,
}

/// Finishes an open import, or undoes it.
pub(super) async fn settle(
    context: &ImportContext,
    intent: ImportIntent,
    steps: &dyn Steps,
) -> Result<Settled, ImportError> {
    let slot = intent.slot;
    if !intent.is_mounted() {
        return Err(FileError::NotThere { path: intent.root.into() }.into());
    }
    let movie = context.store.load::<Movie>(intent.slot.movie_id).await?;
    if movie.is_none() && !has_begun_to_replace(&intent) {
        let error = ImportError::Later {
            reason: "the movie was deleted in the meantime".to_owned(),
            hint: "nothing".to_owned(),
        };
        undo(context, intent, &error).await?;
        return Ok(Settled::Undone);
    }
    match finish(context, intent, steps).await {
        Ok(_) => Ok(Settled::Finished),
        // `finish` took it back before it gave the error, if it could.
        Err(error @ ImportError::Later { .. }) => {
            let is_open = context.store.load::<ImportIntent>(slot).await?.is_some();
            if is_open { Err(error) } else { Ok(Settled::Undone) }
        }
        Err(error) => Err(error),
    }
}

/// Whether the movie's new file has its name: from here on there is only forward.
fn has_begun_to_replace(intent: &ImportIntent) -> bool {
    intent.files.first().is_some_and(|file| is_in_place(intent, file))
}

/// Takes back what was done, unless the new file is in place already: then it stays open and is finished later.
pub(super) async fn undo(
    context: &ImportContext,
    intent: ImportIntent,
    because: &ImportError,
) -> Result<(), ImportError> {
    let work = intent.clone();
    let undone = blocking(move || {
        // Of a disk that is not mounted nothing can be said, so nothing is taken back.
        if !work.is_mounted() || has_begun_to_replace(&work) {
            return Ok(false);
        }
        for (number, file) in work.files.iter().enumerate() {
            remove_name(&work.temp(number, file))?;
        }
        for replaced in &work.replaces {
            let old = work.place(&replaced.path);
            // The second name goes only while the first one is there.
            if let Some(second) = replaced.recycled_to.as_deref().map(Path::new)
                && (same_file(&old, second) || same_size(&old, second))
            {
                remove_name(second)?;
            }
        }
        Ok(true)
    })
    .await?;
    if !undone {
        return Ok(());
    }
    let mut commit =
        context.commit().delete::<ImportIntent>(intent.slot, Expect::Version(intent.doc_version));
    if let Some(mut grab) = context.store.load::<Grab>(intent.grab_id).await?
        && grab.state == GrabState::Importing
    {
        grab.state = GrabState::ImportPending;
        grab.warning = Some(because.to_string());
        commit = commit.put(&grab, Expect::Version(grab.doc_version));
    }
    context.store.commit(commit).await?;
    Ok(())
}

fn same_size(one: &Path, other: &Path) -> bool {
    match (one.metadata(), other.metadata()) {
        (Ok(one), Ok(other)) => one.len() == other.len(),
        (Err(_), _) | (_, Err(_)) => false,
    }
}
