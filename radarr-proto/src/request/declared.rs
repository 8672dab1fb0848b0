//! Settings that are declared in files, and what of the daemon's is managed by them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{FieldChange, SecretText};

/// A file of settings, as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclaredFile {
    /// Its name, as messages tell it.
    pub name: String,
    /// YAML or JSON.
    pub text: String,
}

/// What is to become of the settings that files declare.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ApplySettings {
    /// Under which name these settings are managed from then on.
    pub source: String,
    /// The files.
    pub files: Vec<DeclaredFile>,
    /// The secrets that they refer to, by [`SecretRef::key`](crate::declared::SecretRef::key).
    #[serde(default)]
    pub secrets: BTreeMap<String, SecretText>,
    /// Only says what would change.
    #[serde(default)]
    pub dry_run: bool,
    /// Deletes what this source managed and does not declare any more.
    #[serde(default)]
    pub prune: bool,
    /// Deletes although it is more than a few things (D15).
    #[serde(default)]
    pub confirmed: bool,
    /// Gives up the management of what the files declare, and changes nothing else. Without files: of all that this
    /// source manages.
    #[serde(default)]
    pub release: bool,
}

/// What happens to a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettingAction {
    /// It is made.
    Add,
    /// It is changed.
    Change,
    /// It goes.
    Delete,
    /// It stays as it is, and is managed by the source from now on.
    Manage,
    /// It stays as it is, and is not managed any more.
    Release,
    /// An action that a newer peer knows.
    #[serde(other)]
    #[default]
    Unknown,
}

/// What becomes of one setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingChange {
    /// Its kind, as the file names it: `indexers`.
    pub section: String,
    /// Its name.
    pub name: String,
    /// What happens to it.
    pub action: SettingAction,
    /// Field by field, in the words of the file. Of a secret it is told whether it is set.
    #[serde(default)]
    pub fields: Vec<FieldChange>,
}

/// What a declaration did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AppliedSettings {
    /// Whether it was done.
    pub applied: bool,
    /// What changes; empty = all is as declared.
    pub changes: Vec<SettingChange>,
    /// What a person should know besides.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// A setting that is managed by a file, and can't be edited elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagedSetting {
    /// Its kind, as the file names it: `indexers`.
    pub section: String,
    /// Its number; `None` for what there is one of.
    #[serde(default)]
    pub id: Option<u64>,
    /// Its name.
    pub name: String,
    /// By what: `settings.yaml in /config/settings.d`, `radarr-tui apply settings.yaml`.
    pub by: String,
    /// Whether the daemon watches that file itself.
    #[serde(default)]
    pub watched: bool,
}
