//! The daily backup: a dated file beside the storage; the oldest go.

use std::path::Path;

use jiff::tz::TimeZone;

use super::export::{HALF_SUFFIX, export};
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

/// Takes away the oldest, and what a backup left that did not come to its end.
fn remove_oldest(folder: &Path) -> Result<(), FileError> {
    let entries = std::fs::read_dir(folder).map_err(|error| FileError::new("read", folder, error))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let (mut whole, mut half): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for name in names.filter(|name| name.starts_with(PREFIX)) {
        if name.ends_with(SUFFIX) {
            whole.push(name);
        } else if name.strip_suffix(HALF_SUFFIX).is_some_and(|name| name.ends_with(SUFFIX)) {
            half.push(name);
        }
    }
    // The date in the name: order of text is order of time.
    whole.sort_unstable_by(|left, right| right.cmp(left));
    whole.iter().skip(KEPT).chain(&half).try_for_each(|old| remove_name(&folder.join(old)))
}
