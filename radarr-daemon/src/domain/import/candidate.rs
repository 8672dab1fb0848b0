//! A file that wants to come in, with all that the rules look at.

use radarr_proto::model::{MediaInfo, MovieId, PropersAndRepacks, QualityModel, QualityProfile};

/// Where the file comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin<'a> {
    /// It lies in the movie's folder already.
    Library,
    /// A folder that a person named.
    Folder,
    /// A download client, under this id.
    Download {
        /// The client's id of the download.
        id: &'a str,
    },
}

/// The room on the disk of the movie's folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FreeSpace {
    /// That many bytes.
    Bytes(u64),
    /// It could not be found out.
    Unknown,
}

/// What happened to a movie before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PastEvent<'a> {
    /// What happened.
    pub kind: PastKind,
    /// The download that it happened to.
    pub download_id: Option<&'a str>,
    /// Quality at that time.
    pub quality: Option<QualityModel>,
}

/// Kinds of past events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PastKind {
    /// A release was handed to a download client.
    Grabbed,
    /// A file came into the library.
    Imported,
    /// Something else.
    Other,
}

/// What the system does with files that are written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// A file that is being unpacked can be moved away under the program that writes it.
    Posix,
    /// Such a file is locked; a working folder that nothing is written to is finished.
    Windows,
}

/// The file that the movie has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Existing {
    /// Its quality.
    pub quality: QualityModel,
    /// Its score, as it was stored.
    pub score: i32,
}

/// A file that wants to come in, with all that the rules look at.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// Absolute path of the file.
    pub path: &'a str,
    /// Bytes.
    pub size_bytes: u64,
    /// Where it comes from.
    pub origin: Origin<'a>,
    /// What it is.
    pub quality: QualityModel,
    /// Its score, by the same inputs as the existing file's.
    pub score: i32,
    /// What ffprobe said; `None` where it is not installed or could not read the file.
    pub media_info: Option<&'a MediaInfo>,
    /// The movie that it is taken for.
    pub movie: MovieId,
    /// Minutes that the movie runs; 0 = unknown.
    pub movie_runtime_minutes: u16,
    /// The file that the movie has.
    pub existing: Option<Existing>,
    /// The movie's profile.
    pub profile: &'a QualityProfile,
    /// What is done with propers and repacks.
    pub propers: PropersAndRepacks,
    /// What happened to the movie and the download before, newest first.
    pub history: &'a [PastEvent<'a>],
    /// Movies that the release was grabbed for; `None` = not known.
    pub grabbed_for: Option<&'a [MovieId]>,
    /// All files in the folder of the file, itself included; absolute paths.
    pub beside: &'a [&'a str],
    /// The room in the library.
    pub free_space: FreeSpace,
    /// Bytes that must be left when the file is in; `None` = room is not looked at.
    pub minimum_free_bytes: Option<u64>,
    /// Starts of names of folders in which download clients unpack.
    pub working_folders: &'a [&'a str],
    /// Minutes since the file was last written to; `None` = not known.
    pub written_minutes_ago: Option<u64>,
    /// The system that the file lies on.
    pub platform: Platform,
}

/// Folders in which the usual usenet clients unpack.
pub const WORKING_FOLDERS: &[&str] = &["_UNPACK_", "_FAILED_"];
