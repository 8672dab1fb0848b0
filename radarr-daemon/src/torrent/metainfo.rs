//! What a torrent says, checked: its hash, its name, its files, and that none of them climbs out of its folder.
//!
//! Sources: BEP 3 (v1), BEP 52 (v2 and hybrid), BEP 27 (private).

use radarr_proto::model::InfoHash;
use sha1::{Digest, Sha1};

use super::bencode::{self, BencodeError, Value};

/// The largest torrent file that is read: one of 100,000 files and 4 MiB of piece hashes stays below.
pub const TORRENT_BYTES_MAX: usize = 32 * 1024 * 1024;
/// More files than any movie comes with; a list of millions is an attack on the client.
const FILES_MAX: usize = 100_000;
/// What Linux file systems take as one name.
const NAME_BYTES_MAX: usize = 255;
/// What Linux takes as a path, less some room for the download folder.
const PATH_BYTES_MAX: usize = 3_500;

/// Why a torrent is not passed on. None of these is helped by trying again with the same file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TorrentError {
    /// It is something else, e.g. an error page.
    #[error("this is not a torrent file: {0}")]
    NotATorrent(#[from] BencodeError),
    /// A part that must be there is not, or is of the wrong kind.
    #[error("the torrent's {0} is missing or of the wrong kind")]
    Missing(&'static str),
    /// Too large to be read.
    #[error("the torrent file has {bytes} bytes; at most {TORRENT_BYTES_MAX} are read")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// Too many files.
    #[error("the torrent lists more than {FILES_MAX} files")]
    TooManyFiles,
    /// Only the second version of the notation.
    #[error("the torrent is BitTorrent v2 only; a v1 or hybrid torrent is needed")]
    V2Only,
    /// A path that would lie outside of the download folder, or that no file system takes.
    #[error("the torrent's file {path:?} {problem}")]
    UnsafePath {
        /// The path, shortened and made printable.
        path: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// Its sizes don't fit its pieces.
    #[error("the torrent's sizes don't add up: {0}")]
    WrongSizes(&'static str),
    /// A magnet link is expected, and this is something else, or more than one.
    #[error("this is not a magnet link")]
    NotAMagnet,
    /// A magnet link names no torrent, or only one of the second version of the notation.
    #[error("the magnet link has no BitTorrent v1 hash")]
    NoHash,
    /// Another torrent than the one that was chosen.
    #[error("the torrent has the info hash {got}, but {wanted} was chosen")]
    OtherHash {
        /// What the indexer said.
        wanted: InfoHash,
        /// What it is.
        got: InfoHash,
    },
}

impl TorrentError {
    /// What a person can do.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotATorrent(_) | Self::Missing(_) | Self::NotAMagnet => {
                "the indexer sent something else than a torrent; open the release at the indexer and look"
            }
            Self::OtherHash { .. } => "the release may have been replaced at the indexer; search again",
            Self::V2Only | Self::NoHash => "choose another release of the movie",
            Self::TooLarge { .. } | Self::TooManyFiles | Self::UnsafePath { .. } | Self::WrongSizes(_) => {
                "the torrent is broken or malicious; choose another release and report this one to the indexer"
            }
        }
    }
}

/// One file of a torrent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TorrentFile {
    /// Relative to the download folder, with `/` between the parts; never climbs out.
    pub path: String,
    /// Bytes.
    pub size_bytes: u64,
}

/// A torrent that passed all checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetaInfo {
    /// Its v1 hash.
    pub info_hash: InfoHash,
    /// Name of its file, or of the folder that its files lie in.
    pub name: String,
    /// Its files; padding left out.
    pub files: Vec<TorrentFile>,
    /// Bytes of all files.
    pub size_bytes: u64,
    /// Whether only its own tracker may be asked for peers.
    pub private: bool,
}

impl MetaInfo {
    /// Reads and checks a torrent file.
    pub fn read(torrent: &[u8]) -> Result<Self, TorrentError> {
        if torrent.len() > TORRENT_BYTES_MAX {
            return Err(TorrentError::TooLarge { bytes: torrent.len() });
        }
        let root = bencode::read(torrent)?;
        let info =
            root.get("info").filter(|info| info.is_dictionary()).ok_or(TorrentError::Missing("info"))?;
        if info.get("pieces").is_none() && info.get("file tree").is_some() {
            return Err(TorrentError::V2Only);
        }
        let name = component(best_text(info, "name").ok_or(TorrentError::Missing("name"))?)?;
        let (files, total_bytes) = match info.get("files") {
            None => single_file(info, &name)?,
            Some(list) => many_files(list, &name)?,
        };
        check_pieces(info, total_bytes)?;
        let size_bytes = files.iter().map(|file| file.size_bytes).sum();
        Ok(Self {
            info_hash: InfoHash(Sha1::digest(info.raw).into()),
            name,
            files,
            size_bytes,
            private: info.get("private").and_then(Value::integer) == Some(1),
        })
    }

    /// Reads and checks a torrent file, and that it is the one that was chosen.
    pub fn read_expected(torrent: &[u8], wanted: Option<InfoHash>) -> Result<Self, TorrentError> {
        let meta = Self::read(torrent)?;
        match wanted {
            Some(wanted) if wanted != meta.info_hash => {
                Err(TorrentError::OtherHash { wanted, got: meta.info_hash })
            }
            Some(_) | None => Ok(meta),
        }
    }
}

/// Clients take `name.utf-8` where it is there, so its checks must see the same.
fn best_text<'a>(value: &Value<'a>, key: &str) -> Option<&'a [u8]> {
    value.get(&format!("{key}.utf-8")).or_else(|| value.get(key)).and_then(Value::bytes)
}

fn single_file(info: &Value<'_>, name: &str) -> Result<(Vec<TorrentFile>, u64), TorrentError> {
    let size_bytes = length(info)?;
    Ok((vec![TorrentFile { path: name.to_owned(), size_bytes }], size_bytes))
}

fn many_files(list: &Value<'_>, name: &str) -> Result<(Vec<TorrentFile>, u64), TorrentError> {
    let entries = list.list().ok_or(TorrentError::Missing("files"))?;
    if entries.len() > FILES_MAX {
        return Err(TorrentError::TooManyFiles);
    }
    let mut files = Vec::with_capacity(entries.len());
    let mut total_bytes: u64 = 0;
    for entry in entries {
        let size_bytes = length(entry)?;
        total_bytes = total_bytes
            .checked_add(size_bytes)
            .ok_or(TorrentError::WrongSizes("the files are larger than any disk"))?;
        let parts = entry
            .get("path.utf-8")
            .or_else(|| entry.get("path"))
            .and_then(Value::list)
            .filter(|parts| !parts.is_empty())
            .ok_or(TorrentError::Missing("file path"))?;
        let mut path = name.to_owned();
        for part in parts {
            let part = component(part.bytes().ok_or(TorrentError::Missing("file path"))?)?;
            path.push('/');
            path.push_str(&part);
            if path.len() > PATH_BYTES_MAX {
                return Err(unsafe_path(path.as_bytes(), "is longer than a file system takes"));
            }
        }
        // BEP 47: a padding file has no content of its own and is not written by clients.
        let is_padding = entry.get("attr").and_then(Value::bytes).is_some_and(|attr| attr.contains(&b'p'));
        if !is_padding {
            files.push(TorrentFile { path, size_bytes });
        }
    }
    if files.is_empty() {
        return Err(TorrentError::Missing("files"));
    }
    Ok((files, total_bytes))
}

fn length(entry: &Value<'_>) -> Result<u64, TorrentError> {
    let number = entry.get("length").and_then(Value::integer).ok_or(TorrentError::Missing("length"))?;
    u64::try_from(number).map_err(|_| TorrentError::WrongSizes("a file has a negative size"))
}

/// One part of a path: a plain name, which means the same on every file system that it may land on.
fn component(bytes: &[u8]) -> Result<String, TorrentError> {
    if bytes.is_empty() {
        return Err(unsafe_path(bytes, "has an empty part"));
    }
    if bytes.len() > NAME_BYTES_MAX {
        return Err(unsafe_path(bytes, "has a part longer than a file system takes"));
    }
    if bytes == b"." || bytes == b".." {
        return Err(unsafe_path(bytes, "climbs out of its folder"));
    }
    if bytes.iter().any(|byte| matches!(byte, b'/' | b'\\')) {
        return Err(unsafe_path(bytes, "has a separator inside of a name"));
    }
    if bytes.iter().any(u8::is_ascii_control) {
        return Err(unsafe_path(bytes, "has a control character in it"));
    }
    Ok(String::from_utf8_lossy(bytes).into_owned())
}

fn unsafe_path(bytes: &[u8], problem: &'static str) -> TorrentError {
    let path = String::from_utf8_lossy(bytes).chars().take(120).collect();
    TorrentError::UnsafePath { path, problem }
}

/// There are as many piece hashes as the files need, neither more nor fewer.
fn check_pieces(info: &Value<'_>, total_bytes: u64) -> Result<(), TorrentError> {
    let pieces = info.get("pieces").and_then(Value::bytes).ok_or(TorrentError::Missing("pieces"))?;
    let piece_length = info
        .get("piece length")
        .and_then(Value::integer)
        .and_then(|number| u64::try_from(number).ok())
        .filter(|number| *number > 0)
        .ok_or(TorrentError::Missing("piece length"))?;
    if !pieces.len().is_multiple_of(20) {
        return Err(TorrentError::WrongSizes("the piece hashes are cut off"));
    }
    let hashes = (pieces.len() / 20) as u64;
    if total_bytes == 0 || hashes != total_bytes.div_ceil(piece_length) {
        return Err(TorrentError::WrongSizes("there are more or fewer piece hashes than pieces"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A torrent of one piece with these entries of `files`.
    fn many(name: &str, files: &[(&[&str], i64)]) -> Vec<u8> {
        let mut text = b"d4:infod5:filesl".to_vec();
        for (path, size) in files {
            text.extend(format!("d6:lengthi{size}e4:pathl").bytes());
            for part in *path {
                text.extend(format!("{}:{part}", part.len()).bytes());
            }
            text.extend(b"ee");
        }
        text.extend(format!("e4:name{}:{name}12:piece lengthi65536e6:pieces20:", name.len()).bytes());
        text.extend([7; 20]);
        text.extend(b"ee");
        text
    }

    fn single(name: &str, size: i64, hashes: usize) -> Vec<u8> {
        let mut text = format!("d4:infod6:lengthi{size}e4:name{}:{name}", name.len()).into_bytes();
        text.extend(format!("12:piece lengthi65536e6:pieces{}:", hashes * 20).bytes());
        text.extend(vec![7; hashes * 20]);
        text.extend(b"7:privatei1eee");
        text
    }

    #[test]
    fn a_single_file_is_read_with_the_hash_of_its_very_info_bytes() {
        let torrent = single("Movie.2019.1080p.mkv", 65_537, 2);
        let meta = MetaInfo::read(&torrent).unwrap();
        let info = &torrent[7..torrent.len() - 1];
        assert_eq!(meta.info_hash, InfoHash(Sha1::digest(info).into()));
        assert_eq!(meta.files, [TorrentFile { path: "Movie.2019.1080p.mkv".into(), size_bytes: 65_537 }]);
        assert!(meta.private);
        assert_eq!(MetaInfo::read_expected(&torrent, Some(meta.info_hash)), Ok(meta.clone()));
        let wanted = InfoHash([1; 20]);
        assert_eq!(
            MetaInfo::read_expected(&torrent, Some(wanted)),
            Err(TorrentError::OtherHash { wanted, got: meta.info_hash })
        );
    }

    #[test]
    fn files_lie_below_the_torrents_name() {
        let meta =
            MetaInfo::read(&many("Movie.2019-GRP", &[(&["a.mkv"], 10), (&["Subs", "en.srt"], 2)])).unwrap();
        let paths: Vec<_> = meta.files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["Movie.2019-GRP/a.mkv", "Movie.2019-GRP/Subs/en.srt"]);
        assert_eq!(meta.size_bytes, 12);
    }

    #[test]
    fn paths_that_climb_out_are_refused() {
        let long = "x".repeat(256);
        for part in ["..", ".", "", "/etc", "a/b", "..\\..\\x", "C:\\x", "a\0b", "a\nb", long.as_str()] {
            let of_file = MetaInfo::read(&many("Movie", &[(&["Subs", part, "x.mkv"], 10)]));
            assert!(matches!(of_file, Err(TorrentError::UnsafePath { .. })), "{part:?}: {of_file:?}");
            let of_name = MetaInfo::read(&single(part, 10, 1));
            assert!(matches!(of_name, Err(TorrentError::UnsafePath { .. })), "{part:?}: {of_name:?}");
        }
        let deep = ["d".repeat(200).leak() as &str; 20];
        assert!(matches!(
            MetaInfo::read(&many("Movie", &[(&deep, 10)])),
            Err(TorrentError::UnsafePath { .. })
        ));
    }

    #[test]
    fn a_climbing_path_is_not_hidden_by_a_harmless_one() {
        let mut torrent = single("harmless.mkv", 10, 1);
        torrent.splice(7..7, b"d10:name.utf-85:../..".iter().copied());
        torrent.remove(28);
        assert!(matches!(MetaInfo::read(&torrent), Err(TorrentError::UnsafePath { .. })));
    }

    #[test]
    fn sizes_must_add_up() {
        for torrent in [single("a.mkv", -1, 1), single("a.mkv", 65_537, 1), single("a.mkv", 0, 0)] {
            assert!(matches!(MetaInfo::read(&torrent), Err(TorrentError::WrongSizes(_))));
        }
        let overflow = many("Movie", &[(&["a"], i64::MAX), (&["b"], i64::MAX), (&["c"], i64::MAX)]);
        assert!(matches!(MetaInfo::read(&overflow), Err(TorrentError::WrongSizes(_))));
    }

    #[test]
    fn what_is_no_torrent_is_said_to_be_none() {
        for input in [&b"<html><body>Login</body></html>"[..], b"", b"{\"status\":5}", b"d3:foo3:bar"] {
            assert!(matches!(MetaInfo::read(input), Err(TorrentError::NotATorrent(_))));
        }
        assert_eq!(MetaInfo::read(b"d3:foo3:bare"), Err(TorrentError::Missing("info")));
        assert_eq!(MetaInfo::read(b"d4:infod9:file treede4:name1:aee"), Err(TorrentError::V2Only));
    }

    proptest! {
        #[test]
        fn a_damaged_torrent_never_panics(at in 0_usize..200, byte in any::<u8>(), cut in 0_usize..200) {
            let mut torrent = many("Movie.2019-GRP", &[(&["a.mkv"], 10), (&["Subs", "en.srt"], 2)]);
            if let Some(place) = torrent.get_mut(at) {
                *place = byte;
            }
            torrent.truncate(torrent.len().saturating_sub(cut));
            if let Ok(meta) = MetaInfo::read(&torrent) {
                prop_assert!(meta.files.iter().all(|file| !file.path.split('/').any(|part| part == "..")));
            }
        }
    }
}
