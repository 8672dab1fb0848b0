//! Whether a file of a download folder can get a second name in a root folder (D16): tried, not guessed.
//!
//! Two folders on one file system may still lie in two mounts, as containers often have it; only a try tells.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::place::why_no_link;
use super::remove::remove_name;
use super::{FileError, TEMP_PREFIX};

/// What a try showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkCheck {
    /// Imports from there are hardlinks.
    CanLink,
    /// Imports from there are copies, or refused, as the settings say.
    CannotLink {
        /// Why, and what would help.
        why: String,
    },
    /// It could not be tried.
    Unknown {
        /// Why.
        why: String,
    },
}

/// Tries a pair of folders; tries at the same time do not meet.
pub fn try_link(download_folder: &Path, root_folder: &Path) -> LinkCheck {
    let mut random = [0_u8; 8];
    if let Err(error) = getrandom::fill(&mut random) {
        return LinkCheck::Unknown { why: format!("the system gives no random numbers: {error}") };
    }
    let token = u64::from_ne_bytes(random);
    check_link(download_folder, root_folder, &format!("{token:016x}"))
}

/// Makes an empty file in `download_folder`, links it into `root_folder` and takes both names away again.
pub fn check_link(download_folder: &Path, root_folder: &Path, token: &str) -> LinkCheck {
    let name = format!("{TEMP_PREFIX}{token}.link-check");
    let (from, to) = (download_folder.join(&name), root_folder.join(&name));
    let made = OpenOptions::new().write(true).create_new(true).open(&from);
    let result = match made {
        Err(error) => LinkCheck::Unknown {
            why: format!("no file can be made in {}: {error}", download_folder.display()),
        },
        Ok(_) => match fs::hard_link(&from, &to) {
            Ok(()) => LinkCheck::CanLink,
            Err(error) => match why_no_link(&error) {
                Some(why) => LinkCheck::CannotLink { why: explain(download_folder, root_folder, why) },
                None => LinkCheck::Unknown {
                    why: format!("no link can be made in {}: {error}", root_folder.display()),
                },
            },
        },
    };
    let cleaned: Result<Vec<()>, FileError> =
        [&to, &from].into_iter().map(|path| remove_name(path)).collect();
    match cleaned {
        Ok(_) => result,
        // A missing folder has nothing left to clean; anything else a person must know of.
        Err(_) if matches!(result, LinkCheck::Unknown { .. }) => result,
        Err(error) => LinkCheck::Unknown { why: format!("the test file could not be removed: {error}") },
    }
}

fn explain(download_folder: &Path, root_folder: &Path, why: &str) -> String {
    let device = |path: &Path| fs::metadata(path).ok().map(|found| found.dev());
    let (from, to) = (download_folder.display(), root_folder.display());
    match (device(download_folder), device(root_folder)) {
        (Some(one), Some(other)) if one == other => format!(
            "{from} and {to} lie on one file system but in two mounts; mount their common parent folder instead \
             (in a container: one volume for both)"
        ),
        (Some(_), Some(_)) => format!(
            "{from} and {to} lie on two file systems; a hardlink needs one. Put both on the same one, or accept \
             copies"
        ),
        (None, _) | (_, None) => format!("{from} can't be linked into {to}: {why}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_tried_for_real_and_nothing_is_left_behind() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        assert_eq!(check_link(one.path(), two.path(), "t"), LinkCheck::CanLink);
        assert_eq!(fs::read_dir(one.path()).unwrap().count() + fs::read_dir(two.path()).unwrap().count(), 0);
        let missing = check_link(&one.path().join("missing"), two.path(), "t");
        assert!(matches!(missing, LinkCheck::Unknown { .. }), "{missing:?}");
    }

    #[test]
    fn two_file_systems_are_named_as_the_reason() {
        let Ok(other) = tempfile::tempdir_in("/dev/shm") else { return };
        let one = tempfile::tempdir().unwrap();
        if fs::metadata(one.path()).unwrap().dev() == fs::metadata(other.path()).unwrap().dev() {
            return;
        }
        let LinkCheck::CannotLink { why } = check_link(one.path(), other.path(), "t") else { panic!() };
        assert!(why.contains("two file systems"), "{why}");
        assert_eq!(fs::read_dir(one.path()).unwrap().count(), 0);
    }
}
