//! Which file of a download is the movie, and what is in it when none is.

use super::scan::{FileKind, file_kind, file_name, is_movie_file, is_video};

/// A file of a download.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DownloadFile<'a> {
    /// Relative to the download's folder; the bare name when the download is one file.
    pub path: &'a str,
    /// Bytes.
    pub size_bytes: u64,
}

/// The movie's file, and what else is a video.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen<'a> {
    /// The movie.
    pub file: DownloadFile<'a>,
    /// Other videos that are no extras, largest first.
    pub others: Vec<DownloadFile<'a>>,
}

/// Why a download holds no movie file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoMovieFile {
    /// There is nothing in it.
    #[error("the download is empty")]
    Empty,
    /// A file that harms when somebody opens it.
    #[error("the download holds a dangerous file, {file:?}")]
    Dangerous {
        /// Its path in the download.
        file: String,
    },
    /// A program.
    #[error("the download holds a program, {file:?}")]
    Executable {
        /// Its path in the download.
        file: String,
    },
    /// Not unpacked yet.
    #[error("the download holds an archive, {file:?}")]
    Archive {
        /// Its path in the download.
        file: String,
    },
    /// Videos, but samples, trailers and the like only.
    #[error("the download holds samples and extras only, such as {file:?}")]
    OnlyExtras {
        /// Path of one of them in the download.
        file: String,
    },
    /// Other files only.
    #[error("the download holds no video, only such as {file:?}")]
    NoVideo {
        /// Path of the largest file in the download.
        file: String,
    },
}

impl NoMovieFile {
    /// What the user can do.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Empty => {
                "look whether the download client still moves it, and whether its paths are mapped"
            }
            Self::Dangerous { .. } | Self::Executable { .. } => {
                "do not open it; remove the download with its data and block the release"
            }
            Self::Archive { .. } => "unpack it, or let the download client do so",
            Self::OnlyExtras { .. } | Self::NoVideo { .. } => "import it by hand, or block the release",
        }
    }

    /// Stable name of the reason, as Radarr has it.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Empty => "NoFilesFound",
            Self::Dangerous { .. } => "DangerousFile",
            Self::Executable { .. } => "ExecutableFile",
            Self::Archive { .. } => "ArchiveFile",
            Self::OnlyExtras { .. } => "Sample",
            Self::NoVideo { .. } => "UnsupportedExtension",
        }
    }
}

/// The movie of a download: the largest video that is no extra, among those that `is_wanted` says are named after the
/// movie if there are such (a download may hold several movies).
///
/// A download that is one single file is not asked for the folder it lies in.
pub fn choose_file<'a>(
    files: &[DownloadFile<'a>],
    is_wanted: impl Fn(&str) -> bool,
) -> Result<Chosen<'a>, NoMovieFile> {
    let mut videos: Vec<DownloadFile<'a>> =
        files.iter().copied().filter(|file| is_movie_file(file.path)).collect();
    // Of equals the first by name, so that two runs choose the same.
    videos.sort_by(|a, b| {
        let by_name = || is_wanted(b.path).cmp(&is_wanted(a.path));
        by_name().then_with(|| b.size_bytes.cmp(&a.size_bytes)).then_with(|| a.path.cmp(b.path))
    });
    let mut videos = videos.into_iter();
    match videos.next() {
        Some(file) => Ok(Chosen { file, others: videos.collect() }),
        None => Err(explain(files)),
    }
}

/// What is in a download without a movie file; the worst is named.
fn explain(files: &[DownloadFile<'_>]) -> NoMovieFile {
    let of_kind =
        |kind| files.iter().find(|file| file_kind(file.path) == kind).map(|file| file.path.to_owned());
    if let Some(file) = of_kind(FileKind::Dangerous) {
        return NoMovieFile::Dangerous { file };
    }
    if let Some(file) = of_kind(FileKind::Executable) {
        return NoMovieFile::Executable { file };
    }
    if let Some(file) = of_kind(FileKind::Archive) {
        return NoMovieFile::Archive { file };
    }
    // What macOS leaves behind has the ending of a video and is none.
    let is_extra = |file: &&DownloadFile<'_>| is_video(file.path) && !file_name(file.path).starts_with("._");
    if let Some(file) = files.iter().find(is_extra) {
        return NoMovieFile::OnlyExtras { file: file.path.to_owned() };
    }
    match files.iter().max_by_key(|file| file.size_bytes) {
        Some(file) => NoMovieFile::NoVideo { file: file.path.to_owned() },
        None => NoMovieFile::Empty,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, size_bytes: u64) -> DownloadFile<'_> {
        DownloadFile { path, size_bytes }
    }

    #[test]
    fn the_largest_video_is_the_movie() {
        let files = [file("a.mkv", 10), file("Sample/big.mkv", 99), file("b.mkv", 20), file("c.nfo", 50)];
        let chosen = choose_file(&files, |_| false).unwrap();
        assert_eq!(chosen.file.path, "b.mkv");
        assert_eq!(chosen.others, [file("a.mkv", 10)]);
    }

    #[test]
    fn of_several_movies_the_wanted_one_is_taken() {
        let files = [file("Movie.2.mkv", 99), file("Movie.1.mkv", 10)];
        assert_eq!(choose_file(&files, |path| path == "Movie.1.mkv").unwrap().file.path, "Movie.1.mkv");
    }

    #[test]
    fn without_a_movie_the_worst_file_is_named() {
        for (files, reason) in [
            (vec![], "NoFilesFound"),
            (vec![file("a.rar", 1), file("a.scr", 1), file("a.exe", 1)], "DangerousFile"),
            (vec![file("a.rar", 1), file("a.exe", 1)], "ExecutableFile"),
            (vec![file("a.rar", 1), file("a.r00", 1)], "ArchiveFile"),
            (vec![file("sample/a.mkv", 1)], "Sample"),
            (vec![file("._a.mkv", 1), file("a.txt", 9)], "UnsupportedExtension"),
        ] {
            let error = choose_file(&files, |_| true).unwrap_err();
            assert_eq!(error.reason(), reason, "{error}");
            assert!(!error.hint().is_empty());
        }
    }
}
