//! The folder of a movie that is added, or moved to another root folder.

use super::length::NAME_BYTES_MAX;

/// Bytes of a folder below its root folder; leaves room for the root folder and the file within the 4096 of a path.
const FOLDER_BYTES_MAX: usize = 1024;

/// Whether a movie that moves keeps the folders that it has below its root folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FolderOnMove<'a> {
    /// It gets the folder that the settings say.
    Named,
    /// It keeps the folder `current`, as it is below `root`.
    Kept {
        /// Absolute path of its folder.
        current: &'a str,
        /// Absolute path of the root folder that it lies in.
        root: &'a str,
    },
}

/// The absolute path of a movie's folder below `root`. `named` is the folder that the settings say.
///
/// A kept folder that does not lie below the root folder it is said to lie in is named anew.
pub fn movie_path(root: &str, named: &str, folder: FolderOnMove<'_>) -> String {
    let relative = match folder {
        FolderOnMove::Named => named,
        FolderOnMove::Kept { current, root } => below(current, root).unwrap_or(named),
    };
    let root = root.trim_end_matches('/');
    format!("{root}/{relative}")
}

/// What `path` is relative to `root`; `None` when it is not below it.
fn below<'a>(path: &'a str, root: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(root.trim_end_matches('/'))?.strip_prefix('/')?;
    let rest = rest.trim_matches('/');
    let climbs = rest.split('/').any(|part| part == "..");
    (!rest.is_empty() && !climbs).then_some(rest)
}

/// A folder relative to a root folder, as a person typed it; `Err` says in words why it can't be one.
pub fn relative_folder(text: &str) -> Result<String, &'static str> {
    let text = text.trim().trim_end_matches('/');
    if text.is_empty() {
        return Err("is empty");
    }
    if text.starts_with('/') {
        return Err("begins with a slash; it is relative to the root folder");
    }
    for part in text.split('/') {
        if part.is_empty() {
            return Err("has an empty part");
        }
        if part.starts_with('.') {
            return Err("has a part that begins with a dot");
        }
        if part.len() > NAME_BYTES_MAX {
            return Err("has a part of more than 255 bytes");
        }
        if part.chars().any(char::is_control) {
            return Err("has a control character");
        }
    }
    if text.len() > FOLDER_BYTES_MAX { Err("is too long") } else { Ok(text.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_movie_that_moves_keeps_its_folders_when_asked_to() {
        let kept = |current, root| movie_path("/new/", "Named", FolderOnMove::Kept { current, root });
        assert_eq!(kept("/old/M/Movie", "/old"), "/new/M/Movie");
        assert_eq!(kept("/older/Movie", "/old"), "/new/Named");
        assert_eq!(kept("/old/../x", "/old"), "/new/Named");
        assert_eq!(kept("/old", "/old"), "/new/Named");
        assert_eq!(movie_path("/", "Named", FolderOnMove::Named), "/Named");
    }

    #[test]
    fn a_typed_folder_stays_inside_of_its_root_folder() {
        assert_eq!(relative_folder(" M/Movie (2000)/ ").as_deref(), Ok("M/Movie (2000)"));
        for bad in ["", " / ", "/etc", "..", "a/../b", "a//b", ".recycle", "a\u{0}b", "a\nb"] {
            assert!(relative_folder(bad).is_err(), "{bad:?}");
        }
        assert!(relative_folder(&"x".repeat(256)).is_err());
    }
}
