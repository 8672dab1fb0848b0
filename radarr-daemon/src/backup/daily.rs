//! The daily backup: a dated file beside the storage; the oldest go.

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use super::export::export;
use crate::files::{FileError, blocking, remove_name};
use crate::flow::{Flow, FlowError};

/// Files that are kept: a week.
const KEPT: usize = 7;

const PREFIX: &str = "radarr-";
const SUFFIX: &str = ".jsonl";

/// Writes today's backup into `folder` and takes the oldest away. Says what was done, one sentence.
pub async fn backup(flow: &Flow, folder: &Path) -> Result<String, FlowError> {
    let now = flow.now();
    let name = format!("{PREFIX}{}{SUFFIX}", TimeZone::UTC.to_datetime(now).strftime("%Y-%m-%d-%H%M%S"));
    let target = folder.join(name);
    let written = export(&flow.store, &target, now).await?;
    let folder = folder.to_path_buf();
    blocking(move || remove_oldest(&folder)).await?;
    Ok(format!("{} documents and {} events in {}", written.documents, written.events, target.display()))
}

fn remove_oldest(folder: &Path) -> Result<(), FileError> {
    let entries = std::fs::read_dir(folder).map_err(|error| FileError::new("read", folder, error))?;
    let is_ours = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(PREFIX) && name.ends_with(SUFFIX)
    };
    let mut ours: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(is_ours).collect();
    // The date in the name: order of text is order of time.
    ours.sort_unstable_by(|left, right| right.cmp(left));
    ours.iter().skip(KEPT).try_for_each(|old| remove_name(old))
}
