//! The storage's own directory: whose it is, who uses it, what a crash left behind.
//!
//! ```text
//! radarr-storage.json   says that the directory is ours
//! filled                says that the database was made: from then on an empty one is a damaged one
//! lock                  held by the daemon that uses it
//! sled/                 the database
//! sled.new/             a compact copy being written; removed at the next start
//! sled.old/             what a compact copy replaced; removed at the next start
//! sled.unfinished/      a database that was cut off while it was made, before anything was confirmed
//! ```

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::file_system;
use super::room::Room;
use crate::storage::StoreError;

const MARKER: &str = "radarr-storage.json";
const MARKER_TEXT: &str = "{\"product\":\"radarr\",\"engine\":\"sled\",\"layout\":1}\n";
/// What may lie in a directory that becomes ours: the key and the backups are there with PostgreSQL too, or were put
/// back by whoever restores.
const OURS: [&str; 5] = ["lock", "lost+found", MARKER, "secret.key", "backups"];
/// Another daemon holds the lock for longer.
const LOCKED_MAX: Duration = Duration::from_millis(200);
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// A directory that is ours alone for as long as this lives.
#[derive(Debug)]
pub(super) struct Directory {
    path: PathBuf,
    /// The lock goes with the file; `None` once it was let go.
    lock: Mutex<Option<File>>,
}

impl Directory {
    /// Takes the directory: makes it if need be, refuses it when it is somebody else's or in use, and finishes what
    /// a crash left half done.
    pub(super) fn take(path: &Path) -> Result<Self, StoreError> {
        check_kind(path)?;
        fs::create_dir_all(path).map_err(|error| at(path, &error))?;
        file_system::must_be_local(path)?;
        check_owner(path)?;
        let lock = lock(path)?;
        let room = Room::at(path)?;
        if room.free < room.to_start() {
            return Err(StoreError::NoSpace {
                path: path.to_owned(),
                free_bytes: room.free,
                needed_bytes: room.to_start(),
            });
        }
        let marker = path.join(MARKER);
        if !fs::read(&marker).is_ok_and(|text| is_ours(&text)) {
            fs::write(&marker, MARKER_TEXT).map_err(|error| at(&marker, &error))?;
            sync(&marker)?;
            sync(path)?;
        }
        let directory = Self { path: path.to_owned(), lock: Mutex::new(Some(lock)) };
        directory.finish_swap()?;
        directory.remove_half_snapshots()?;
        Ok(directory)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Lets another daemon have it.
    pub(super) fn release(&self) {
        self.lock.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Whether a database was made here before.
    pub(super) fn was_filled(&self) -> bool {
        self.path.join("filled").exists()
    }

    /// Remembers that a database was made here.
    pub(super) fn mark_filled(&self) -> Result<(), StoreError> {
        if self.was_filled() {
            return Ok(());
        }
        let name = self.path.join("filled");
        File::create(&name).map_err(|error| at(&name, &error))?;
        sync(&self.path)
    }

    pub(super) fn database(&self) -> PathBuf {
        self.path.join("sled")
    }

    /// Makes room for another database where the one that is there was cut off while it was made.
    pub(super) fn put_unfinished_aside(&self) -> Result<(), StoreError> {
        let aside = self.path.join("sled.unfinished");
        remove_tree(&aside)?;
        rename(&self.database(), &aside)?;
        sync(&self.path)
    }

    pub(super) fn compact_copy(&self) -> PathBuf {
        self.path.join("sled.new")
    }

    fn replaced(&self) -> PathBuf {
        self.path.join("sled.old")
    }

    /// Puts the compact copy, which must be complete and on disk, in the place of the database.
    pub(super) fn swap_in_compact_copy(&self) -> Result<(), StoreError> {
        rename(&self.database(), &self.replaced())?;
        rename(&self.compact_copy(), &self.database())?;
        sync(&self.path)?;
        remove_tree(&self.replaced())
    }

    /// A crash may have come anywhere in `swap_in_compact_copy`. The copy is complete as soon as the database has
    /// been moved away, and worth nothing before.
    pub(super) fn finish_swap(&self) -> Result<(), StoreError> {
        if !self.database().exists() && self.replaced().exists() {
            let whole = if self.compact_copy().exists() { self.compact_copy() } else { self.replaced() };
            rename(&whole, &self.database())?;
            sync(&self.path)?;
        }
        remove_tree(&self.compact_copy())?;
        remove_tree(&self.replaced())
    }

    /// sled writes `snap.N.generating`, syncs it and renames it; killed in between, it takes the half one for the
    /// newest snapshot at the next start and calls the database corrupt. The one before is still there.
    pub(super) fn remove_half_snapshots(&self) -> Result<(), StoreError> {
        let database = self.database();
        if !database.exists() {
            return Ok(());
        }
        for entry in fs::read_dir(&database).map_err(|error| at(&database, &error))? {
            let path = entry.map_err(|error| at(&database, &error))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with("snap.") && name.ends_with(".generating") {
                remove_file(&path)?;
            }
        }
        Ok(())
    }

    /// Bytes of the database on disk.
    pub(super) fn size_bytes(&self) -> u64 {
        let files = walkdir::WalkDir::new(self.database()).into_iter().filter_map(Result::ok);
        let sizes = files.filter_map(|entry| entry.metadata().ok()).filter(fs::Metadata::is_file);
        sizes.map(|metadata| metadata.len()).sum()
    }
}

/// Whether a storage was made here, or begun. An error where none could be made. Nothing is changed.
pub fn holds_storage(path: &Path) -> Result<bool, StoreError> {
    if matches!(path.try_exists(), Ok(false)) {
        return Ok(false);
    }
    check_kind(path)?;
    file_system::must_be_local(path)?;
    check_owner(path)?;
    Ok(["filled", "sled", "sled.old"].into_iter().any(|name| path.join(name).exists()))
}

fn check_kind(path: &Path) -> Result<(), StoreError> {
    if path.is_file() {
        let why = "it is a file, and a folder is wanted".to_owned();
        return Err(StoreError::Directory { path: path.to_owned(), why });
    }
    Ok(())
}

fn check_owner(path: &Path) -> Result<(), StoreError> {
    let marker = path.join(MARKER);
    let mut found = match fs::read(&marker) {
        Ok(text) if is_ours(&text) => return Ok(()),
        Ok(text) if is_unfinished(&text) => others(path)?,
        Ok(_) => vec![format!("{MARKER} with another text")],
        Err(error) if error.kind() == io::ErrorKind::NotFound => others(path)?,
        Err(error) => return Err(at(&marker, &error)),
    };
    if found.is_empty() {
        return Ok(());
    }
    found.sort_unstable();
    found.truncate(3);
    Err(StoreError::NotOurs { path: path.to_owned(), found: found.join(", ") })
}

fn is_ours(marker: &[u8]) -> bool {
    let text = String::from_utf8_lossy(marker);
    text.contains("\"product\":\"radarr\"") && text.contains("\"engine\":\"sled\"")
}

/// A power cut while it was written leaves its beginning, or zeros.
fn is_unfinished(marker: &[u8]) -> bool {
    MARKER_TEXT.as_bytes().starts_with(marker) || marker.iter().all(|byte| *byte == 0)
}

/// What lies there besides what a daemon leaves that was killed before the marker was whole, and what a new file system
/// holds.
fn others(path: &Path) -> Result<Vec<String>, StoreError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(path).map_err(|error| at(path, &error))? {
        let name = entry.map_err(|error| at(path, &error))?.file_name();
        if !OURS.iter().any(|ours| name == *ours) {
            names.push(name.to_string_lossy().into_owned());
        }
    }
    Ok(names)
}

fn lock(path: &Path) -> Result<File, StoreError> {
    let name = path.join("lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&name)
        .map_err(|error| at(&name, &error))?;
    let is_held = |error: &Errno| *error == Errno::WOULDBLOCK;
    match while_held(LOCKED_MAX, is_held, || flock(&file, FlockOperation::NonBlockingLockExclusive)) {
        Ok(()) => Ok(file),
        Err(Errno::WOULDBLOCK) => Err(StoreError::Locked { path: path.to_owned() }),
        Err(error) => Err(at(&name, &error.into())),
    }
}

/// Takes a lock, again and again while it is held. A program that is being started (ffprobe) has our open files until it
/// is loaded, and with them a lock that we gave back a moment ago. Blocks.
pub(super) fn while_held<T, E>(
    at_most: Duration,
    is_held: impl Fn(&E) -> bool,
    mut take: impl FnMut() -> Result<T, E>,
) -> Result<T, E> {
    let end = Instant::now() + at_most;
    loop {
        match take() {
            Err(error) if is_held(&error) && Instant::now() < end => std::thread::sleep(LOOK_AGAIN),
            taken => return taken,
        }
    }
}

/// Makes what was done to a file or directory last.
pub(super) fn sync(path: &Path) -> Result<(), StoreError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(|error| at(path, &error))
}

#[expect(clippy::disallowed_methods, reason = "the storage's own directory; the caller syncs it")]
fn rename(from: &Path, to: &Path) -> Result<(), StoreError> {
    fs::rename(from, to).map_err(|error| at(from, &error))
}

#[expect(clippy::disallowed_methods, reason = "a file of sled's own in the storage's own directory")]
fn remove_file(path: &Path) -> Result<(), StoreError> {
    fs::remove_file(path).map_err(|error| at(path, &error))
}

pub(super) fn remove_tree(path: &Path) -> Result<(), StoreError> {
    match fs::remove_dir_all(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(at(path, &error)),
    }
}

pub(super) fn at(path: &Path, error: &io::Error) -> StoreError {
    StoreError::Directory { path: path.to_owned(), why: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn half_done(names: &[&str]) -> (tempfile::TempDir, PathBuf) {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("storage");
        fs::create_dir(&path).unwrap();
        fs::write(path.join(MARKER), MARKER_TEXT).unwrap();
        for name in names {
            fs::create_dir(path.join(name)).unwrap();
            fs::write(path.join(name).join("whose"), name).unwrap();
        }
        (temp, path)
    }

    #[track_caller]
    fn check_swap(names: &[&str], want: &str) {
        let (_temp, path) = half_done(names);
        let directory = Directory::take(&path).unwrap();
        assert_eq!(fs::read_to_string(directory.database().join("whose")).unwrap(), want, "{names:?}");
        assert!(!directory.compact_copy().exists() && !directory.replaced().exists(), "{names:?}");
    }

    #[test]
    fn a_crash_at_any_step_of_the_swap_leaves_one_whole_database() {
        check_swap(&["sled"], "sled");
        check_swap(&["sled", "sled.new"], "sled");
        check_swap(&["sled.old", "sled.new"], "sled.new");
        check_swap(&["sled", "sled.old"], "sled");
        check_swap(&["sled.old"], "sled.old");
    }

    #[test]
    fn a_directory_that_is_not_ours_is_refused_and_left_as_it_is() {
        let temp = tempfile::tempdir().unwrap();
        fs::write(temp.path().join("db"), "another program's").unwrap();
        let refused = Directory::take(temp.path()).unwrap_err();
        assert!(matches!(&refused, StoreError::NotOurs { found, .. } if found == "db"), "{refused}");
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_is_ours_without_a_storage_is_no_hindrance_and_a_look_changes_nothing() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("library");
        assert_eq!(holds_storage(&path), Ok(false));
        fs::create_dir_all(path.join("backups")).unwrap();
        fs::write(path.join("secret.key"), "key").unwrap();
        assert_eq!(holds_storage(&path), Ok(false));
        assert_eq!(fs::read_dir(&path).unwrap().count(), 2);
        fs::create_dir(Directory::take(&path).unwrap().database()).unwrap();
        assert_eq!(holds_storage(&path), Ok(true));
        fs::write(temp.path().join("photo.jpg"), "").unwrap();
        assert!(matches!(holds_storage(temp.path()), Err(StoreError::NotOurs { .. })));
        for fault in [
            holds_storage(&temp.path().join("photo.jpg")).unwrap_err(),
            Directory::take(&temp.path().join("photo.jpg")).unwrap_err(),
        ] {
            assert!(fault.to_string().ends_with("it is a file, and a folder is wanted"), "{fault}");
        }
    }

    #[test]
    fn a_marker_that_a_power_cut_left_half_written_is_written_anew() {
        for half in [&b""[..], &MARKER_TEXT.as_bytes()[..20], &[0; 48]] {
            let temp = tempfile::tempdir().unwrap();
            fs::write(temp.path().join("lock"), "").unwrap();
            fs::write(temp.path().join(MARKER), half).unwrap();
            drop(Directory::take(temp.path()).unwrap());
            assert_eq!(fs::read_to_string(temp.path().join(MARKER)).unwrap(), MARKER_TEXT);
            // Beside something else it may be anybody's.
            fs::write(temp.path().join(MARKER), half).unwrap();
            fs::write(temp.path().join("db"), "another program's").unwrap();
            assert!(matches!(Directory::take(temp.path()), Err(StoreError::NotOurs { .. })), "{half:?}");
        }
    }

    #[test]
    fn a_second_daemon_is_refused_until_the_first_lets_go() {
        let temp = tempfile::tempdir().unwrap();
        let first = Directory::take(temp.path()).unwrap();
        assert!(matches!(Directory::take(temp.path()), Err(StoreError::Locked { .. })));
        drop(first);
        Directory::take(temp.path()).unwrap();
    }

    #[test]
    fn half_snapshots_are_removed_and_whole_ones_stay() {
        let (_temp, path) = half_done(&["sled"]);
        fs::write(path.join("sled/snap.00FF.generating"), "").unwrap();
        fs::write(path.join("sled/snap.00FE"), "").unwrap();
        Directory::take(&path).unwrap();
        assert!(!path.join("sled/snap.00FF.generating").exists());
        assert!(path.join("sled/snap.00FE").exists());
    }
}
