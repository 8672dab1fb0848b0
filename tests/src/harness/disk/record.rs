//! What a program did to its disk, in the order in which each step ended.

use std::path::Path;

use anyhow::{Context, bail};

/// Bytes in front of a record's path and data.
const HEAD: usize = 25;

/// One step. Paths are below the folder that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A file that was not there is there, and empty.
    Made(String),
    /// A folder is there.
    MadeFolder(String),
    /// Bytes of a file.
    Wrote {
        /// Which file.
        path: String,
        /// Where.
        offset: usize,
        /// What.
        data: Vec<u8>,
    },
    /// A file is that long from now on.
    Cut {
        /// Which file.
        path: String,
        /// Bytes.
        length: usize,
    },
    /// A sync was asked for: it promises what was done before.
    SyncBegan {
        /// Of which file or folder.
        path: String,
        /// By which handle, so that its end can be told from another's.
        handle: u64,
    },
    /// A sync has ended well.
    Synced {
        /// Of which file or folder.
        path: String,
        /// By which handle.
        handle: u64,
        /// Whether it is `fsync`, and not `fdatasync`.
        full: bool,
    },
    /// A file or folder has another name.
    Renamed {
        /// The old one.
        from: String,
        /// The new one.
        to: String,
    },
    /// A file or folder is gone.
    Removed(String),
}

/// All steps, each with the place in the record where it ends.
#[derive(Debug)]
pub struct Record {
    /// Oldest first.
    pub steps: Vec<(u64, Step)>,
}

impl Record {
    pub(super) fn read(file: &Path, folder: &Path) -> anyhow::Result<Self> {
        let bytes = std::fs::read(file).with_context(|| format!("no record in {}", file.display()))?;
        let folder = folder.to_str().context("the folder is not UTF-8")?;
        let mut steps = Vec::new();
        let mut at = 0;
        // A program that was killed may leave half a record at the end.
        while let Some((step, length)) = bytes.get(at..).and_then(|rest| read_one(rest, folder)) {
            at += length;
            steps.push((u64::try_from(at)?, step?));
        }
        Ok(Self { steps })
    }
}

/// A record and its length; `None` = it is not whole.
fn read_one(bytes: &[u8], folder: &str) -> Option<(anyhow::Result<Step>, usize)> {
    let what = *bytes.first()?;
    let number = |at: usize| bytes.get(at..at + 8)?.try_into().ok().map(u64::from_ne_bytes);
    let size = |at: usize| usize::try_from(number(at)?).ok();
    let (path_len, handle, offset, data_len) = (size(1)?, number(9)?, size(9)?, size(17)?);
    let path = bytes.get(HEAD..HEAD + path_len)?;
    let end = HEAD + path_len + data_len;
    let data = bytes.get(HEAD + path_len..end)?;
    let below = |path: &[u8]| {
        let path = String::from_utf8_lossy(path);
        path.strip_prefix(folder).unwrap_or(&path).trim_start_matches('/').to_owned()
    };
    let path = below(path);
    let step = match what {
        b'C' => Step::Made(path),
        b'M' => Step::MadeFolder(path),
        b'W' => Step::Wrote { path, offset, data: data.to_vec() },
        b'T' => Step::Cut { path, length: offset },
        b'B' => Step::SyncBegan { path, handle },
        b'F' => Step::Synced { path, handle, full: true },
        b'D' => Step::Synced { path, handle, full: false },
        b'R' => Step::Renamed { from: path, to: below(data) },
        b'U' => Step::Removed(path),
        other => return Some((unknown(other), end)),
    };
    Some((Ok(step), end))
}

fn unknown(what: u8) -> anyhow::Result<Step> {
    bail!("the record holds a step of the kind {what}")
}
