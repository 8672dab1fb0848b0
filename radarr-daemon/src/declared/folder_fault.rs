//! What is wrong with the folder of a daemon, kept where the health check of any daemon finds it.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::flow::Flow;
use crate::presence;
use crate::storage::{Collection, Commit, DocKey, Document, Expect, StoreError};

const PREFIX: &str = "declared/fault/";
/// Far more daemons than anybody runs.
const FAULTS_MAX: usize = 256;

/// What is wrong with the folder of a daemon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderFault {
    /// Whose folder; empty where there is one daemon only.
    #[serde(default)]
    daemon: String,
    /// The folder.
    pub dir: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
    /// Whether nothing is wrong but that another daemon has a newer folder.
    waiting: bool,
}

impl Document for FolderFault {
    type Id = String;
    const COLLECTION: Collection = Collection::Checkpoint;
    fn id(&self) -> String {
        format!("{PREFIX}{}", self.daemon)
    }
}

impl FolderFault {
    /// It can't be used. Several faults, a line each, become one line of the health page.
    pub(super) fn error(dir: &Path, message: String, hint: String) -> Self {
        let message = message.replace('\n', "; ");
        Self { daemon: String::new(), dir: dir.display().to_string(), message, hint, waiting: false }
    }

    /// Another daemon has a newer one.
    pub(super) fn waiting(dir: &Path) -> Self {
        let message = format!(
            "{} is another one than that of the daemons which were updated later: theirs counts, and this one is \
             not applied",
            dir.display()
        );
        let hint = "finish the update, so that all daemons have the same folder".to_owned();
        Self { waiting: true, ..Self::error(dir, message, hint) }
    }

    /// Whether it only waits.
    pub fn is_waiting(&self) -> bool {
        self.waiting
    }
}

/// Writes down what is wrong with this daemon's folder, or that nothing is.
pub(super) async fn keep(flow: &Flow, fault: Option<FolderFault>) -> Result<(), StoreError> {
    let daemon = if flow.store.is_shared() { flow.queue.owner().to_owned() } else { String::new() };
    let commit = Commit::new("system", flow.now());
    let commit = match fault {
        Some(fault) => commit.put(&FolderFault { daemon, ..fault }, Expect::Any),
        None => commit.delete::<FolderFault>(format!("{PREFIX}{daemon}"), Expect::Any),
    };
    flow.store.commit(commit).await?;
    Ok(())
}

/// What is wrong with the folders of the daemons that live. What the dead left is cleaned away.
pub async fn folder_faults(flow: &Flow) -> Result<Vec<FolderFault>, StoreError> {
    let found = flow.store.list(Collection::Checkpoint, Some(PREFIX), FAULTS_MAX).await?;
    let mut faults: Vec<FolderFault> = Vec::new();
    for (id, stored) in found.into_iter().take_while(|(id, _)| id.starts_with(PREFIX)) {
        faults.push(FolderFault::decode(&DocKey::new(Collection::Checkpoint, id), &stored)?);
    }
    // The one of a storage that nobody shares has no name, and comes before all that do.
    if let Some(own) = flow.store.load::<FolderFault>(PREFIX.to_owned()).await? {
        faults.push(own);
    }
    if flow.store.is_shared() {
        let living = presence::living(&flow.store, flow.now()).await?;
        let (alive, dead): (Vec<_>, Vec<_>) =
            faults.into_iter().partition(|fault| living.contains(&fault.daemon));
        let gone = dead.iter().fold(Commit::new("system", flow.now()), |commit, fault| {
            commit.delete::<FolderFault>(fault.id(), Expect::Any)
        });
        if !gone.is_empty() {
            flow.store.commit(gone).await?;
        }
        faults = alive;
    }
    faults.dedup_by(|a, b| a.dir == b.dir && a.message == b.message);
    Ok(faults)
}
