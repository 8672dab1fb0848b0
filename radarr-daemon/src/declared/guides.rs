//! Custom formats of the TRaSH guides by their ids, from a copy of the guides on the daemon's machine.
//!
//! Nothing is fetched: what the guides say next week changes nothing before somebody renews the copy.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use radarr_proto::model::CustomFormat;
use walkdir::WalkDir;

use crate::flow::FlowError;
use crate::settings::custom_format_json;

/// A copy of the guides has 700 files for Radarr.
const FILES_MAX: usize = 20_000;
/// The largest format of the guides has 60 kB.
const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// Folders inside each other: `docs/json/radarr/cf` in a copy of the whole.
const DEPTH_MAX: usize = 8;

/// The copy of the guides; read when the first format is asked for.
pub(super) struct Guides {
    folder: Option<PathBuf>,
    formats: OnceLock<HashMap<String, CustomFormat>>,
}

impl Guides {
    /// In that folder; `None` = there is no copy.
    pub(super) fn new(folder: Option<PathBuf>) -> Self {
        Self { folder, formats: OnceLock::new() }
    }

    /// The format of that id, with number 0.
    pub(super) fn format(&self, trash_id: &str) -> Result<CustomFormat, FlowError> {
        let Some(folder) = &self.folder else {
            return Err(FlowError::invalid(
                format!("trash_id {trash_id} can't be looked up: the daemon has no copy of the TRaSH guides"),
                "set guides.path to a folder with the guides' JSON files (docs/json/radarr of their repository)",
            ));
        };
        let formats = self.formats.get_or_init(|| read(folder));
        formats.get(&trash_id.to_lowercase()).cloned().ok_or_else(|| {
            FlowError::invalid(
                format!(
                    "there is no custom format with trash_id {trash_id} among the {} in {}",
                    formats.len(),
                    folder.display()
                ),
                "correct the id, or renew the copy of the guides",
            )
        })
    }
}

/// All formats in a folder. What is something else (profiles, size tables) has no conditions and is passed over.
/// Blocks.
fn read(folder: &Path) -> HashMap<String, CustomFormat> {
    let mut formats = HashMap::new();
    let files = WalkDir::new(folder).follow_links(true).max_depth(DEPTH_MAX).sort_by_file_name();
    for entry in files.into_iter().flatten().take(FILES_MAX) {
        let is_json = entry.path().extension().is_some_and(|ending| ending == "json");
        let is_small = entry.metadata().is_ok_and(|facts| facts.is_file() && facts.len() <= FILE_BYTES_MAX);
        if !is_json || !is_small {
            continue;
        }
        let Ok(text) = std::fs::read_to_string(entry.path()) else { continue };
        for format in custom_format_json::read(&text).unwrap_or_default() {
            if let Some(guide) = &format.guide {
                formats.insert(guide.trash_id.to_lowercase(), format);
            }
        }
    }
    formats
}
