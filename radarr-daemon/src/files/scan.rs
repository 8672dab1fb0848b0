//! What lies in a folder: regular files only, within limits, and never through a symbolic link.

use std::path::{Path, PathBuf};

use walkdir::WalkDir;

/// A movie's folder has some ten files; a download of everything a disc has some thousand.
const FILES_MAX: usize = 20_000;
/// `BDMV/STREAM/…` is three deep; deeper than this nobody keeps a movie.
const DEPTH_MAX: usize = 12;

/// A file that was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FoundFile {
    /// Relative to the scanned folder, with `/` between the parts.
    pub relative_path: String,
    /// Bytes.
    pub size_bytes: u64,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scan {
    /// By name.
    pub files: Vec<FoundFile>,
    /// Names that are no UTF-8, and folders that could not be read: what is not in `files` may still be there.
    pub unreadable: Vec<PathBuf>,
}

/// Why nothing can be said.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// It is not there; that may mean not mounted.
    #[error("{path:?} is not there")]
    NotThere {
        /// Which.
        path: PathBuf,
    },
    /// It could not be read.
    #[error("{path:?} can't be read: {source}")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// More than can be a movie.
    #[error("{path:?} has more than {FILES_MAX} files; is it a movie's folder?")]
    TooMany {
        /// Which.
        path: PathBuf,
    },
}

/// Lists a folder with what is below it. A path that is a file is a scan of that one file, under its own name.
pub fn scan(path: &Path) -> Result<Scan, ScanError> {
    let found = path.metadata().map_err(|source| {
        let path = path.to_owned();
        if source.kind() == std::io::ErrorKind::NotFound {
            ScanError::NotThere { path }
        } else {
            ScanError::Unreadable { path, source }
        }
    })?;
    let mut scan = Scan::default();
    if found.is_file() {
        match path.file_name().and_then(|name| name.to_str()) {
            Some(name) => {
                scan.files.push(FoundFile { relative_path: name.to_owned(), size_bytes: found.len() });
            }
            None => scan.unreadable.push(path.to_owned()),
        }
        return Ok(scan);
    }
    std::fs::read_dir(path).map_err(|source| ScanError::Unreadable { path: path.to_owned(), source })?.next();
    for entry in WalkDir::new(path).min_depth(1).max_depth(DEPTH_MAX).follow_links(false) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                scan.unreadable.push(error.path().unwrap_or(path).to_owned());
                continue;
            }
        };
        if !entry.file_type().is_file() {
            continue;
        }
        if scan.files.len() >= FILES_MAX {
            return Err(ScanError::TooMany { path: path.to_owned() });
        }
        let relative = entry.path().strip_prefix(path).ok().and_then(Path::to_str);
        match (relative, entry.metadata()) {
            (Some(relative), Ok(found)) => {
                scan.files.push(FoundFile { relative_path: relative.to_owned(), size_bytes: found.len() });
            }
            (None, _) | (_, Err(_)) => scan.unreadable.push(entry.into_path()),
        }
    }
    scan.files.sort();
    Ok(scan)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_folder_is_listed_without_following_links_out_of_it() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret.mkv"), "secret").unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("Subs")).unwrap();
        fs::write(folder.path().join("movie.mkv"), "12345").unwrap();
        fs::write(folder.path().join("Subs/en.srt"), "1").unwrap();
        std::os::unix::fs::symlink(outside.path(), folder.path().join("out")).unwrap();
        std::os::unix::fs::symlink(outside.path().join("secret.mkv"), folder.path().join("a.mkv")).unwrap();
        let scan = scan(folder.path()).unwrap();
        let files: Vec<_> =
            scan.files.iter().map(|file| (file.relative_path.as_str(), file.size_bytes)).collect();
        assert_eq!(files, [("Subs/en.srt", 1), ("movie.mkv", 5)]);
        assert!(scan.unreadable.is_empty());
    }

    #[test]
    fn a_file_is_a_scan_of_itself_and_nothing_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("movie.mkv");
        assert!(matches!(scan(&file), Err(ScanError::NotThere { .. })));
        fs::write(&file, "12345").unwrap();
        assert_eq!(
            scan(&file).unwrap().files,
            [FoundFile { relative_path: "movie.mkv".into(), size_bytes: 5 }]
        );
    }
}
