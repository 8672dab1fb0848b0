//! How files and folders are named.

use serde::{Deserialize, Serialize};

use super::DocVersion;

/// What becomes of a colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColonMode {
    /// It goes.
    Delete,
    /// `-`.
    Dash,
    /// ` -`.
    SpaceDash,
    /// ` - `.
    SpaceDashSpace,
    /// ` - ` before a space, else `-`.
    #[default]
    Smart,
    /// A mode that a newer peer knows.
    #[serde(other)]
    Unknown,
}

/// How files and folders are named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NamingSettings {
    /// Version of the stored document.
    pub doc_version: DocVersion,
    /// Whether files are renamed at all.
    pub rename: bool,
    /// Whether illegal characters are replaced rather than removed.
    pub replace_illegal: bool,
    /// What becomes of a colon.
    pub colon: ColonMode,
    /// A file's name without its ending.
    pub file_format: String,
    /// A movie's folder below its root folder.
    pub folder_format: String,
}

impl Default for NamingSettings {
    /// Radarr's formats; but files are renamed, as nearly everybody wants.
    fn default() -> Self {
        Self {
            doc_version: DocVersion(0),
            rename: true,
            replace_illegal: true,
            colon: ColonMode::Smart,
            file_format: "{Movie Title} ({Release Year}) {Quality Full}".to_owned(),
            folder_format: "{Movie Title} ({Release Year})".to_owned(),
        }
    }
}
