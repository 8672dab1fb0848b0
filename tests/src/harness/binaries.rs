//! Where the programs are.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// The daemon.
pub const DAEMON: &str = "radarr-daemon";
/// The terminal program.
pub const TUI: &str = "radarr-tui";

/// A program of ours: beside the running one, or, when that is a test, one folder above.
pub fn ours(name: &str) -> anyhow::Result<PathBuf> {
    let running = std::env::current_exe().context("where the running program lies is not known")?;
    let folders = running.ancestors().skip(1).take(2);
    let found = folders.map(|folder| folder.join(name)).find(|path| path.is_file());
    found.with_context(|| {
        let folder = running.parent().unwrap_or(&running);
        format!("{name} is not in or above {}; build it: cargo build -p {name}", folder.display())
    })
}

/// A program of the system, by the `PATH`.
pub fn installed(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// A program of the system that has to be there.
pub fn needed(name: &str, package: &str) -> anyhow::Result<PathBuf> {
    match installed(name) {
        Some(path) => Ok(path),
        None => bail!("{name} is not installed; on Debian: apt-get install {package}"),
    }
}

/// The source tree that the programs were built from.
pub fn repository() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests)
}
