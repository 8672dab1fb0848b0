//! What is managed by files of settings: marks beside the settings, and who is refused because of them.
//!
//! A mark lies in a document of its own and not in the setting: so a setting looks the same whoever manages it, and an
//! older daemon that knows no marks keeps them. Every change of settings that is no file's guards that there is none.

use std::collections::BTreeMap;

use radarr_proto::error::{ApiError, ErrorCode};
use radarr_proto::request::ManagedSetting;
use serde::{Deserialize, Serialize};

use crate::flow::{Flow, FlowError};
use crate::storage::{Change, Collection, Commit, DocKey, Document, Expect, SharedStore};

/// The kinds of documents that can be managed.
const SETTINGS: [Collection; 11] = [
    Collection::Root,
    Collection::Tag,
    Collection::CustomFormat,
    Collection::Profile,
    Collection::QualityDefinition,
    Collection::Client,
    Collection::Indexer,
    Collection::DelayProfile,
    Collection::ReleaseProfile,
    Collection::Setting,
    Collection::Token,
];

/// Who manages a setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manager {
    /// Whether daemons watch the folder that the file lies in.
    pub watched: bool,
    /// The name that `apply` was given; the folder, where one is watched.
    pub source: String,
    /// The file's name.
    pub file: String,
}

impl Manager {
    /// By what, in words.
    pub fn words(&self) -> String {
        if self.watched {
            format!("{} in {}", self.file, self.source)
        } else if self.source == self.file {
            format!("radarr-tui apply {}", self.file)
        } else {
            format!("radarr-tui apply {} ({})", self.file, self.source)
        }
    }

    /// Whether both are the same as far as it matters who may change what.
    pub fn is_same_owner(&self, other: &Self) -> bool {
        self.watched == other.watched && (self.watched || self.source == other.source)
    }
}

/// That a setting is managed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Managed {
    /// The setting's collection and id, `indexer/00000000000000000003`.
    pub of: String,
    /// Its section in the file.
    pub section: String,
    /// Its name.
    pub name: String,
    /// By whom.
    pub by: Manager,
    /// Its fields as they were declared, long ones as a hash: what differs later was changed elsewhere.
    pub declared: BTreeMap<String, String>,
}

impl Document for Managed {
    type Id = String;
    const COLLECTION: Collection = Collection::Managed;
    fn id(&self) -> String {
        self.of.clone()
    }
}

impl Managed {
    /// The name of the mark of a setting.
    pub fn mark_of(key: &DocKey) -> String {
        format!("{}/{}", key.collection.name(), key.id)
    }

    /// Which setting it is about; `None` = the mark is of a kind that this version does not know.
    pub fn key_of_setting(&self) -> Option<DocKey> {
        let (collection, id) = self.of.split_once('/')?;
        Some(DocKey::new(Collection::from_name(collection)?, id))
    }
}

/// All that is managed, in the order of its kinds and numbers.
pub async fn managed_settings(flow: &Flow) -> Result<Vec<ManagedSetting>, FlowError> {
    let marks: Vec<Managed> = flow.store.load_all().await?;
    let shown = marks.into_iter().map(|mark| ManagedSetting {
        id: mark.key_of_setting().and_then(|key| key.id.parse().ok()),
        by: mark.by.words(),
        watched: mark.by.watched,
        section: mark.section,
        name: mark.name,
    });
    Ok(shown.collect())
}

/// The commit of somebody who is no file of settings: refused when it touches what is managed, and guarded so that
/// it still holds when it is kept.
pub(super) async fn guarded(store: &SharedStore, mut commit: Commit) -> Result<Commit, FlowError> {
    let touched = commit.writes.iter().filter(|write| write.change != Change::Keep);
    let touched: Vec<DocKey> =
        touched.map(|write| write.key.clone()).filter(|key| SETTINGS.contains(&key.collection)).collect();
    for key in touched {
        let mark = Managed::mark_of(&key);
        if let Some(found) = store.load::<Managed>(mark.clone()).await? {
            return Err(refusal(&found));
        }
        commit = commit.guard::<Managed>(mark, Expect::Absent);
    }
    Ok(commit)
}

fn refusal(mark: &Managed) -> FlowError {
    let (section, name, by) = (mark.section.replace('_', " "), &mark.name, mark.by.words());
    let hint = if mark.by.watched {
        format!("change it in {by}; the daemon takes it over within seconds")
    } else {
        "change it in that file and apply it again, or give up its management: radarr-tui apply --release"
            .to_owned()
    };
    let message = format!("{section} {name:?} can't be changed here: it is managed by {by}");
    ApiError::new(ErrorCode::Forbidden, message).with_hint(hint).into()
}
