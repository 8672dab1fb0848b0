//! The library that stands between a program and its disk; `shim.c` says what it does.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

use radarr_daemon::files::remove_name;

use super::Record;
use crate::harness::binaries;

/// What is looked at, and the files by which a test speaks with it.
#[derive(Debug)]
pub struct Shim {
    library: PathBuf,
    folder: PathBuf,
    record: PathBuf,
    full: PathBuf,
}

impl Shim {
    /// Builds it into `work`; it looks at what lies below `folder`.
    pub fn build(work: &Path, folder: &Path) -> anyhow::Result<Self> {
        let source = binaries::repository().join("tests/src/harness/disk/shim.c");
        let library = work.join("disk-shim.so");
        let compiler = binaries::needed("cc", "gcc")?;
        let mut command = Command::new(compiler);
        command.args(["-O1", "-shared", "-fPIC", "-o"]).arg(&library).arg(&source);
        let output = command.output()?;
        ensure!(output.status.success(), "cc: {}", String::from_utf8_lossy(&output.stderr));
        Ok(Self {
            library,
            folder: folder.to_path_buf(),
            record: work.join("disk-record"),
            full: work.join("disk-is-full"),
        })
    }

    /// What the program has to be started with.
    pub fn env(&self) -> Vec<(String, String)> {
        [
            ("LD_PRELOAD", &self.library),
            ("RADARR_DISK_FOLDER", &self.folder),
            ("RADARR_DISK_RECORD", &self.record),
            ("RADARR_DISK_FULL", &self.full),
        ]
        .map(|(name, path)| (name.to_owned(), path.display().to_string()))
        .into()
    }

    /// From here on every write and sync ends as on a full disk.
    pub fn fill(&self) -> anyhow::Result<()> {
        std::fs::write(&self.full, "").context("the disk can't be made full")
    }

    /// There is room again.
    pub fn free(&self) -> anyhow::Result<()> {
        remove_name(&self.full).context("the disk can't be made free")
    }

    /// How long the record is: what was on disk when somebody was told so lies before this place.
    pub fn position(&self) -> anyhow::Result<u64> {
        Ok(std::fs::metadata(&self.record)?.len())
    }

    /// What was recorded.
    pub fn record(&self) -> anyhow::Result<Record> {
        Record::read(&self.record, &self.folder)
    }
}
