//! Taking names away, and giving others: the last step of an upgrade, of a deletion, of a move.

use std::fs;
use std::io;
use std::path::Path;

use rustix::fs::RenameFlags;

use super::place::{rename, sync_folder};
use super::{FileError, TEMP_PREFIX};

/// Takes a file's name away; one that is not there is taken as done. A folder is refused.
#[expect(clippy::disallowed_methods, reason = "this is the place where files are removed")]
pub fn remove_name(file: &Path) -> Result<(), FileError> {
    match fs::remove_file(file) {
        Ok(()) => sync_folder(file.parent().unwrap_or(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(FileError::new("remove", file, error)),
    }
}

/// Gives a file another name on the same file system; nothing is replaced.
pub fn rename_name(from: &Path, to: &Path) -> Result<(), FileError> {
    if from == to || (from.symlink_metadata().is_err() && to.symlink_metadata().is_ok()) {
        return Ok(());
    }
    rename(from, to, RenameFlags::NOREPLACE)?;
    sync_folder(to.parent().unwrap_or(to))?;
    sync_folder(from.parent().unwrap_or(from))
}

/// Gives a file, which must be whole and synced, the name of another, which it replaces.
pub fn replace_name(from: &Path, to: &Path) -> Result<(), FileError> {
    rename(from, to, RenameFlags::empty())?;
    sync_folder(to.parent().unwrap_or(to))
}

/// Gives a folder another name on the same file system; nothing is replaced. One that was moved already is taken
/// as done.
pub fn rename_folder(from: &Path, to: &Path) -> Result<(), FileError> {
    rename_name(from, to)
}

/// Removes a folder with all that is in it; one that is not there is taken as done. Only a folder that bears a name of
/// ours ([`TEMP_PREFIX`]) is taken: what a person knows by its name goes by [`rename_folder`] first. Symbolic links are
/// not followed.
pub fn discard_folder(folder: &Path) -> Result<(), FileError> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    if !name.starts_with(TEMP_PREFIX) {
        let why = io::Error::other("it is no temporary folder");
        return Err(FileError::Io { doing: "discard", path: folder.to_owned(), source: why });
    }
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(FileError::new("remove", folder, error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Removes `folder` and those above it that are empty, up to but without `root`.
pub fn remove_empty_folders(root: &Path, folder: &Path) -> Result<(), FileError> {
    for path in folder.ancestors().take_while(|path| *path != root && path.starts_with(root)) {
        match fs::remove_dir(path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => return Ok(()),
            Err(error) => return Err(FileError::new("remove", path, error)),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_folders_go_but_never_the_root_nor_what_is_not_empty() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("a/b/c")).unwrap();
        fs::write(root.path().join("a/keep"), "").unwrap();
        remove_empty_folders(root.path(), &root.path().join("a/b/c")).unwrap();
        assert!(root.path().join("a").exists() && !root.path().join("a/b").exists());
        remove_empty_folders(root.path(), &root.path().join("not/there")).unwrap();
        remove_empty_folders(root.path(), root.path()).unwrap();
        assert!(root.path().exists());
    }

    #[test]
    fn only_a_folder_of_ours_is_discarded() {
        let root = tempfile::tempdir().unwrap();
        for name in [".radarr-away/a/b", "Movie (2000)/a"] {
            fs::create_dir_all(root.path().join(name)).unwrap();
        }
        discard_folder(&root.path().join(".radarr-away")).unwrap();
        discard_folder(&root.path().join(".radarr-away")).unwrap();
        assert!(discard_folder(&root.path().join("Movie (2000)")).is_err());
        assert!(!root.path().join(".radarr-away").exists() && root.path().join("Movie (2000)/a").exists());
    }

    #[test]
    fn renaming_replaces_nothing_and_can_be_repeated() {
        let root = tempfile::tempdir().unwrap();
        let [one, two, three] = ["1", "2", "3"].map(|name| root.path().join(name));
        fs::write(&one, "one").unwrap();
        fs::write(&two, "two").unwrap();
        assert!(matches!(rename_name(&one, &two), Err(FileError::TargetExists { .. })));
        rename_name(&one, &three).unwrap();
        rename_name(&one, &three).unwrap();
        assert_eq!(fs::read(&three).unwrap(), b"one");
    }
}
