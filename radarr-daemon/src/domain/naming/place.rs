//! The folder of a movie that is added, or moved to another root folder.

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
}
