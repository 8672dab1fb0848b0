//! Getting one file into the library: under a temporary name first, synced, then renamed.
//!
//! Each function is one step of an import and can be repeated after a crash: what is done already counts as done.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use radarr_proto::model::{LinkMode, PlacedBy};
use rustix::fs::{Access, AtFlags, CWD, RenameFlags};

use super::FileError;

/// Begins the name of every file that is not in its place yet. Hidden, and no video by its ending, so that no
/// media server shows it.
pub const TEMP_PREFIX: &str = ".radarr-";

/// The temporary name beside `target`; `token` tells one import from another.
pub fn temp_path(target: &Path, token: &str) -> PathBuf {
    target.with_file_name(format!("{TEMP_PREFIX}{token}.part"))
}

/// Whether files can be made in `folder`, or in the nearest folder above that is there.
pub fn check_writable(folder: &Path) -> Result<(), FileError> {
    let there = folder.ancestors().map(named).find(|path| path.exists()).unwrap_or(folder);
    // With the ids that count for real work, not those that a process was started with.
    rustix::fs::accessat(CWD, there, Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS)
        .map_err(|error| FileError::new("write to", there, error.into()))
}

/// Makes `folder` and what is missing above it, but never `root` itself: a root folder that is not there is not
/// mounted.
pub fn create_folders(root: &Path, folder: &Path) -> Result<(), FileError> {
    if !root.is_dir() {
        return Err(FileError::NotThere { path: root.to_owned() });
    }
    let mut missing: Vec<&Path> =
        folder.ancestors().take_while(|path| *path != root && !path.exists()).collect();
    while let Some(path) = missing.pop() {
        match fs::create_dir(path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(FileError::new("create", path, error));
            }
            Ok(()) | Err(_) => {}
        }
        if let Some(above) = path.parent() {
            sync_folder(above)?;
        }
    }
    Ok(())
}

/// Gives `source` the name `temp`, by hardlink or copy, and puts its content on the disk.
pub fn link_or_copy(source: &Path, temp: &Path, mode: LinkMode) -> Result<PlacedBy, FileError> {
    remove_leftover(temp)?;
    let link = match mode {
        LinkMode::Copy => None,
        LinkMode::HardlinkRequired | LinkMode::HardlinkPreferred | LinkMode::Unknown => {
            Some(fs::hard_link(source, temp))
        }
    };
    let placed = match link {
        Some(Ok(())) => PlacedBy::Hardlink,
        Some(Err(error)) => match why_no_link(&error) {
            None => return Err(FileError::new("link", source, error)),
            Some(why) if mode == LinkMode::HardlinkRequired => {
                return Err(FileError::CannotLink { from: source.to_owned(), to: temp.to_owned(), why });
            }
            Some(_) => copy(source, temp)?,
        },
        None => copy(source, temp)?,
    };
    // The client may not have put its last bytes on the disk; our journal will say that they are.
    let file = File::open(temp).map_err(|error| FileError::new("open", temp, error))?;
    file.sync_all().map_err(|error| FileError::new("sync", temp, error))?;
    Ok(placed)
}

/// Why two names for one file are not possible; `None` when the failure has nothing to do with links.
pub(super) fn why_no_link(error: &io::Error) -> Option<&'static str> {
    match rustix::io::Errno::from_io_error(error)? {
        rustix::io::Errno::XDEV => Some("they lie on two file systems or in two mounts"),
        rustix::io::Errno::PERM => {
            Some("the file system has no hardlinks, or the file belongs to another user")
        }
        rustix::io::Errno::OPNOTSUPP | rustix::io::Errno::NOSYS => Some("the file system has no hardlinks"),
        rustix::io::Errno::MLINK => Some("the file has as many names as the file system allows"),
        _ => None,
    }
}

fn copy(source: &Path, temp: &Path) -> Result<PlacedBy, FileError> {
    let result = fs::copy(source, temp);
    let want = fs::metadata(source).map(|found| found.len());
    match (result, want) {
        (Ok(copied), Ok(want)) if copied == want => Ok(PlacedBy::Copy),
        (Ok(_), Ok(_)) => {
            remove_leftover(temp)?;
            Err(FileError::Io {
                doing: "copy",
                path: source.to_owned(),
                source: io::Error::other("the file changed while it was copied"),
            })
        }
        (Err(error), _) => {
            let missing = !source.exists();
            remove_leftover(temp)?;
            // Which of the two files a failure is about decides what a person is told.
            Err(FileError::new("copy", if missing { source } else { temp }, error))
        }
        (_, Err(error)) => Err(FileError::new("read", source, error)),
    }
}

#[expect(clippy::disallowed_methods, reason = "a temporary file of ours, which nobody else knows")]
fn remove_leftover(temp: &Path) -> Result<(), FileError> {
    match fs::remove_file(temp) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(FileError::new("remove", temp, error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Gives an old file a second name in the recycle bin, so that its first one can be taken from it.
pub fn keep_second_name(file: &Path, second: &Path) -> Result<(), FileError> {
    match fs::hard_link(file, second) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && same_file(file, second) => {}
        Err(error) if why_no_link(&error).is_some() => {
            let temp = temp_path(second, "recycle");
            remove_leftover(&temp)?;
            copy(file, &temp)?;
            File::open(&temp)
                .and_then(|opened| opened.sync_all())
                .map_err(|error| FileError::new("sync", &temp, error))?;
            rename(&temp, second, RenameFlags::NOREPLACE)?;
        }
        Err(error) => return Err(FileError::new("recycle", file, error)),
    }
    sync_folder(second.parent().unwrap_or(second))
}

/// Whether two names are names of one file.
pub fn same_file(one: &Path, other: &Path) -> bool {
    match (fs::symlink_metadata(one), fs::symlink_metadata(other)) {
        (Ok(one), Ok(other)) => (one.dev(), one.ino()) == (other.dev(), other.ino()),
        (Err(_), _) | (_, Err(_)) => false,
    }
}

/// Renames `temp` to `target`. What lies there is replaced only when it is `replaces`; anything else is left alone.
pub fn put_in_place(temp: &Path, target: &Path, replaces: Option<&Path>) -> Result<(), FileError> {
    if !temp.exists() && target.exists() {
        // A crash came between the rename and its record.
        return sync_folder(target.parent().unwrap_or(target));
    }
    let flags = if replaces == Some(target) { RenameFlags::empty() } else { RenameFlags::NOREPLACE };
    // rename() of two names of one file does nothing and leaves both.
    if same_file(temp, target) {
        remove_leftover(temp)?;
    } else {
        rename(temp, target, flags)?;
    }
    sync_folder(target.parent().unwrap_or(target))
}

pub(super) fn rename(from: &Path, to: &Path, flags: RenameFlags) -> Result<(), FileError> {
    match rustix::fs::renameat_with(CWD, from, CWD, to, flags) {
        // Some network file systems know no flags; what they can't promise is checked.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS)
            if flags.contains(RenameFlags::NOREPLACE) =>
        {
            if to.symlink_metadata().is_ok() {
                return Err(FileError::TargetExists { path: to.to_owned() });
            }
            rustix::fs::rename(from, to)
        }
        result => result,
    }
    .map_err(|error| {
        let path = if error == rustix::io::Errno::NOENT { from } else { to };
        FileError::new("rename", path, error.into())
    })
}

/// What stands above `radarr.gz` is an empty path: the folder that the program was started in.
fn named(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}

/// Puts the names in a folder on the disk.
pub fn sync_folder(folder: &Path) -> Result<(), FileError> {
    let folder = named(folder);
    let opened = File::open(folder).map_err(|error| FileError::new("open", folder, error))?;
    match opened.sync_all() {
        // Some network file systems have no sync for folders; they put names on the disk at once.
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        result => result.map_err(|error| FileError::new("sync", folder, error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        folder
    }

    #[test]
    fn a_hardlink_is_the_same_file_and_a_copy_is_not() {
        let folder = folder_with(&[("a.mkv", "video")]);
        let (source, temp) = (folder.path().join("a.mkv"), folder.path().join(".t"));
        for (mode, want, same) in [
            (LinkMode::HardlinkRequired, PlacedBy::Hardlink, true),
            (LinkMode::HardlinkPreferred, PlacedBy::Hardlink, true),
            (LinkMode::Copy, PlacedBy::Copy, false),
        ] {
            // The leftover of the round before is in the way each time.
            assert_eq!(link_or_copy(&source, &temp, mode).unwrap(), want);
            assert_eq!(same_file(&source, &temp), same);
        }
    }

    #[test]
    fn a_required_hardlink_across_file_systems_is_refused_and_a_preferred_one_becomes_a_copy() {
        let Ok(other) = tempfile::tempdir_in("/dev/shm") else { return };
        let folder = folder_with(&[("a.mkv", "video")]);
        let (source, temp) = (folder.path().join("a.mkv"), other.path().join(".t"));
        if fs::metadata(folder.path()).unwrap().dev() == fs::metadata(other.path()).unwrap().dev() {
            return;
        }
        let refused = link_or_copy(&source, &temp, LinkMode::HardlinkRequired).unwrap_err();
        assert!(matches!(refused, FileError::CannotLink { .. }), "{refused}");
        assert!(!temp.exists());
        assert_eq!(link_or_copy(&source, &temp, LinkMode::HardlinkPreferred).unwrap(), PlacedBy::Copy);
        assert_eq!(fs::read(&temp).unwrap(), b"video");
    }

    #[test]
    fn a_source_that_vanished_is_said_to_be_gone() {
        let folder = folder_with(&[]);
        for mode in [LinkMode::HardlinkPreferred, LinkMode::Copy] {
            let gone =
                link_or_copy(&folder.path().join("a.mkv"), &folder.path().join(".t"), mode).unwrap_err();
            assert!(matches!(gone, FileError::NotThere { .. }), "{gone}");
            assert!(!folder.path().join(".t").exists());
        }
    }

    #[test]
    fn a_foreign_file_in_the_place_is_never_overwritten() {
        let folder = folder_with(&[(".t", "new"), ("movie.mkv", "somebody's")]);
        let (temp, target) = (folder.path().join(".t"), folder.path().join("movie.mkv"));
        let error = put_in_place(&temp, &target, Some(&folder.path().join("old.mkv"))).unwrap_err();
        assert!(matches!(error, FileError::TargetExists { .. }), "{error}");
        assert_eq!(fs::read(&target).unwrap(), b"somebody's");
        put_in_place(&temp, &target, Some(&target)).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"new");
        put_in_place(&temp, &target, None).unwrap();
    }

    #[test]
    fn an_old_file_keeps_a_second_name_however_often_it_is_asked_for() {
        let folder = folder_with(&[("old.mkv", "old"), ("bin/other.mkv", "other")]);
        let (old, bin) = (folder.path().join("old.mkv"), folder.path().join("bin/old.mkv"));
        keep_second_name(&old, &bin).unwrap();
        keep_second_name(&old, &bin).unwrap();
        assert!(same_file(&old, &bin));
        let error = keep_second_name(&old, &folder.path().join("bin/other.mkv")).unwrap_err();
        assert!(matches!(error, FileError::TargetExists { .. }), "{error}");
    }

    #[test]
    fn a_missing_root_folder_is_never_made() {
        let folder = folder_with(&[]);
        let root = folder.path().join("root");
        assert!(create_folders(&root, &root.join("Movie (2019)")).is_err());
        assert!(!root.exists());
        fs::create_dir(&root).unwrap();
        create_folders(&root, &root.join("a/b")).unwrap();
        create_folders(&root, &root.join("a/b")).unwrap();
        assert!(root.join("a/b").is_dir());
    }
}
