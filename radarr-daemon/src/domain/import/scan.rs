//! Which files in a folder count as movie files.
//!
//! Source of the tables: Radarr's `MediaFileExtensions`, `FileExtensions` and `DiskScanService`.

use radarr_proto::model::Quality;

/// Endings of videos.
pub const VIDEO_EXTENSIONS: &[&str] = &[
    "webm", "m4v", "3gp", "nsv", "ty", "strm", "rm", "rmvb", "m3u", "ifo", "mov", "qt", "divx", "xvid",
    "bivx", "nrg", "pva", "wmv", "asf", "asx", "ogm", "ogv", "m2v", "avi", "bin", "dat", "dvr-ms", "mpg",
    "mpeg", "mp4", "avc", "vp3", "svq3", "nuv", "viv", "dv", "fli", "flv", "wpl", "img", "iso", "vob", "mkv",
    "mk3d", "ts", "wtv", "m2ts",
];

/// Endings of videos that say more about their quality than that it is not known. All others are taken for SDTV.
const EXTENSION_QUALITIES: &[(&str, Quality)] = &[
    ("webm", Quality::Unknown),
    ("img", Quality::Dvd),
    ("iso", Quality::Dvd),
    ("vob", Quality::Dvd),
    ("mkv", Quality::WebDl720p),
    ("mk3d", Quality::WebDl720p),
    ("m2ts", Quality::Bluray720p),
];

/// Endings of subtitles.
pub const SUBTITLE_EXTENSIONS: &[&str] = &[
    "aqt", "ass", "idx", "jss", "psb", "rt", "smi", "srt", "ssa", "sub", "sup", "txt", "utf", "utf8",
    "utf-8", "vtt",
];

/// Endings of files that harm when somebody opens them.
const DANGEROUS: &[&str] = &["arj", "lnk", "lzh", "ps1", "scr", "vbs", "zipx"];
/// Endings of programs.
const EXECUTABLE: &[&str] = &["bat", "cmd", "exe", "sh"];
/// Endings of archives.
const ARCHIVE: &[&str] = &["7z", "bz2", "gz", "r00", "rar", "tar", "tb2", "tbz2", "tgz", "zip"];
/// Endings of files that only carry a release.
const RELEASE: &[&str] = &["nzb", "par2"];

/// Folders that hold no movie, whatever lies in them; every folder that begins with a dot is one, too.
const EXCLUDED_FOLDERS: &[&str] = &["@eadir", "plex versions"];
/// Folders that hold what came with a movie.
const EXTRAS_FOLDERS: &[&str] = &[
    "extras",
    "extrafanart",
    "behind the scenes",
    "deleted scenes",
    "featurettes",
    "interviews",
    "other",
    "scenes",
    "sample",
    "samples",
    "shorts",
    "trailers",
];
/// Ends of names of videos that came with a movie, as media servers know them.
const EXTRAS_ENDS: &[&str] =
    &["-trailer", "-other", "-behindthescenes", "-deleted", "-featurette", "-interview", "-scene", "-short"];

/// What kind of file it is, by its ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A video.
    Video,
    /// A subtitle.
    Subtitle,
    /// Harms when somebody opens it.
    Dangerous,
    /// A program.
    Executable,
    /// Not unpacked yet.
    Archive,
    /// Anything else.
    Other,
}

/// The ending of a path's file name in small letters, without its dot.
pub fn extension(path: &str) -> Option<String> {
    let (_, ending) = file_name(path).rsplit_once('.')?;
    (!ending.is_empty()).then(|| ending.to_ascii_lowercase())
}

/// What kind of file it is, by its ending.
pub fn file_kind(path: &str) -> FileKind {
    let Some(ending) = extension(path) else { return FileKind::Other };
    let is = |table: &[&str]| table.contains(&ending.as_str());
    if is(VIDEO_EXTENSIONS) {
        FileKind::Video
    } else if is(SUBTITLE_EXTENSIONS) {
        FileKind::Subtitle
    } else if is(DANGEROUS) {
        FileKind::Dangerous
    } else if is(EXECUTABLE) {
        FileKind::Executable
    } else if is(ARCHIVE) || is_volume(&ending) {
        FileKind::Archive
    } else {
        FileKind::Other
    }
}

/// A further volume of a split archive: `r01`, `001`.
fn is_volume(ending: &str) -> bool {
    let digits = ending.strip_prefix('r').unwrap_or(ending);
    let is_number = matches!(digits.len(), 2..=3) && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number && (ending.starts_with('r') || ending.starts_with("00"))
}

/// Whether the ending is that of a video.
pub fn is_video(path: &str) -> bool {
    file_kind(path) == FileKind::Video
}

/// The quality that an ending alone suggests.
pub fn extension_quality(extension: &str) -> Quality {
    let ending = extension.trim_start_matches('.').to_ascii_lowercase();
    let found = EXTENSION_QUALITIES.iter().find(|(known, _)| *known == ending).map(|(_, quality)| *quality);
    let is_known = VIDEO_EXTENSIONS.contains(&ending.as_str());
    found.unwrap_or(if is_known { Quality::Sdtv } else { Quality::Unknown })
}

/// The name without an ending that is surely one: of a video, or of a file that carries a release.
pub fn without_known_ending(name: &str) -> &str {
    let Some((stem, ending)) = name.rsplit_once('.') else { return name };
    let ending = ending.trim_end().to_ascii_lowercase();
    let is_known = VIDEO_EXTENSIONS.contains(&ending.as_str()) || RELEASE.contains(&ending.as_str());
    if is_known { stem } else { name }
}

/// Whether files in a folder of that name are left out: hidden folders, those of other programs, extras. Letters are
/// compared without case.
pub fn is_excluded_folder(name: &str) -> bool {
    let name = name.to_lowercase();
    name.starts_with('.')
        || EXCLUDED_FOLDERS.contains(&name.as_str())
        || EXTRAS_FOLDERS.contains(&name.as_str())
}

/// Whether a file of that name is left out: what macOS, Windows and Unmanic leave behind, and extras.
pub fn is_excluded_file(name: &str) -> bool {
    let lower = name.to_lowercase();
    let is_left_behind = lower.starts_with("._")
        || lower.starts_with(".unmanic")
        || lower == ".ds_store"
        || lower == "thumbs.db";
    let stem = lower.rsplit_once('.').map_or(lower.as_str(), |(stem, _)| stem);
    is_left_behind || EXTRAS_ENDS.iter().any(|end| stem.ends_with(end))
}

/// Whether a file counts: a video, and neither it nor a folder above it is left out. `path` is relative to the folder
/// that is scanned, whose own name does not matter.
pub fn is_movie_file(path: &str) -> bool {
    let mut parts = path.rsplit('/').filter(|part| !part.is_empty());
    let Some(name) = parts.next() else { return false };
    is_video(name) && !is_excluded_file(name) && !parts.any(is_excluded_folder)
}

/// The last part of a path.
pub fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_videos_outside_of_extras_count() {
        for (path, want) in [
            ("Movie.mkv", true),
            ("a/b/Movie.MP4", true),
            (".movie.mkv", true),
            ("._movie.mkv", false),
            ("Extras/a.mkv", false),
            ("a/Behind The Scenes/b/a.mkv", false),
            ("@eaDir/a.mkv", false),
            (".hidden/a.mkv", false),
            ("Others/a.mkv", true),
            ("Movie-Trailer.mkv", false),
            ("Movie-trailers.mkv", true),
            (".unmanic.part.mkv", false),
            ("movie.exe", false),
            ("mkv", false),
            ("", false),
        ] {
            assert_eq!(is_movie_file(path), want, "{path}");
        }
    }

    #[test]
    fn endings_tell_the_kind() {
        for (path, want) in [
            ("a.SRT", FileKind::Subtitle),
            ("a.scr", FileKind::Dangerous),
            ("a.exe", FileKind::Executable),
            ("a.tar.gz", FileKind::Archive),
            ("a.r17", FileKind::Archive),
            ("a.001", FileKind::Archive),
            ("a.nfo", FileKind::Other),
            ("a.", FileKind::Other),
        ] {
            assert_eq!(file_kind(path), want, "{path}");
        }
        assert_eq!(without_known_ending("Movie.x264.mkv"), "Movie.x264");
        assert_eq!(without_known_ending("Movie.x264"), "Movie.x264");
        assert_eq!(extension_quality(".MKV"), Quality::WebDl720p);
        assert_eq!(extension_quality("avi"), Quality::Sdtv);
    }
}
