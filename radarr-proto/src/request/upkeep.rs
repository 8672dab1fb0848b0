//! Backups, the check of the storage, the key of the secrets.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What became of the secrets in a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackupSecrets {
    /// They are not in it.
    LeftOut,
    /// They are encrypted with a passphrase.
    Passphrase,
    /// They are as the storage has them: only its own key opens them.
    OwnKey,
    /// A way that a newer peer knows.
    #[serde(other)]
    #[default]
    Unknown,
}

/// A backup in the daemon's folder of backups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupFile {
    /// Its name there.
    pub name: String,
    /// The moment that it shows.
    pub at: Timestamp,
    /// Bytes of the file.
    pub size_bytes: u64,
    /// What became of the secrets.
    pub secrets: BackupSecrets,
    /// Documents in it; `None` = nobody counted.
    #[serde(default)]
    pub documents: Option<u64>,
    /// Events in it; `None` = nobody counted.
    #[serde(default)]
    pub events: Option<u64>,
}

/// Which part of which backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadBackup {
    /// Its name.
    pub name: String,
    /// From this byte on.
    pub offset: u64,
}

/// A part of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupPart {
    /// Bytes as base64; none = the file ends here.
    pub data: String,
    /// Bytes of the whole file.
    pub size_bytes: u64,
}

/// How the storage is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct VerifyStorage {
    /// The files of the library as well.
    #[serde(default)]
    pub deep: bool,
    /// Mends what can be mended without a loss.
    #[serde(default)]
    pub repair: bool,
}

/// What kind of thing is wrong in the storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// A document or an event can't be read.
    Unreadable,
    /// A document names another that is not there.
    Reference,
    /// An index, a mark or a number does not agree with the documents and events.
    Index,
    /// A secret is missing, belongs to nothing, or can't be opened.
    Secret,
    /// A file of the library is missing or has another size.
    File,
    /// A kind that a newer peer knows.
    #[serde(other)]
    Unknown,
}

/// What can be done about something wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repair {
    /// It was mended.
    Done,
    /// It can be mended without a loss.
    Possible,
    /// Only a person can.
    ByHand,
    /// A way that a newer peer knows.
    #[serde(other)]
    Unknown,
}

/// Something wrong in the storage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What kind.
    pub kind: FindingKind,
    /// Which document, event or file.
    pub what: String,
    /// What is wrong with it.
    pub why: String,
    /// What can be done.
    pub repair: Repair,
    /// What a person can do, where a person has to.
    #[serde(default)]
    pub hint: Option<String>,
}

/// What the check of the storage found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct VerifyReport {
    /// Documents that were looked at.
    pub documents: u64,
    /// Events that were looked at.
    pub events: u64,
    /// Files that were looked at; `None` = none were asked for.
    #[serde(default)]
    pub files: Option<u64>,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// Findings beyond these, which are counted only.
    #[serde(default)]
    pub more: u64,
}

/// What a change of the key did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RotatedSecrets {
    /// Secrets there are.
    pub secrets: u64,
    /// Those that no key opens; they have to be entered again.
    pub unreadable: u64,
    /// Where the key is.
    pub key: String,
}
