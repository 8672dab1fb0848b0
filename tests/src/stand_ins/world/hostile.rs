//! Releases that mean harm, or that are plainly broken. They are listed under one film, so that a search for it shows
//! that they do none.

use super::movie::Movie;
use super::release::{Download, Listed};
use crate::stand_ins::media::{Picture, Videos};
use crate::stand_ins::torrent::bencode::Value;
use crate::stand_ins::torrent::{Content, ContentFile, PIECE_BYTES, Torrent};

/// The film's number at TMDB: Plan 9 from Outer Space.
pub const FILM: u32 = 10_513;
/// The first hostile release's number; they follow each other in the order of [`Harm::ALL`].
pub const FIRST_ID: u64 = 666_001;

/// What is wrong with a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Harm {
    /// A name of 10,000 characters.
    LongName,
    /// Escape sequences, line ends, a NUL and a right-to-left mark in the name.
    ControlCharacters,
    /// A name that climbs out of any folder.
    ClimbingName,
    /// A torrent whose files climb out of its folder.
    ClimbingFiles,
    /// Another torrent than the list tells of.
    OtherHash,
    /// A web page instead of a torrent.
    WebPage,
    /// A torrent that ends in the middle.
    HalfATorrent,
    /// Fields of other kinds than they should be.
    OddFields,
}

impl Harm {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::LongName,
        Self::ControlCharacters,
        Self::ClimbingName,
        Self::ClimbingFiles,
        Self::OtherHash,
        Self::WebPage,
        Self::HalfATorrent,
        Self::OddFields,
    ];

    /// HDBits' number of the release that has it.
    pub fn id(self) -> u64 {
        FIRST_ID + Self::ALL.iter().position(|harm| *harm == self).unwrap_or(0) as u64
    }

    fn name(self) -> String {
        let start = "Plan.9.from.Outer.Space.1957";
        match self {
            Self::LongName => format!("{start}.{}.1080p.BluRay.x264-LONG", "Very.".repeat(1_990)),
            Self::ControlCharacters => {
                format!("{start}.\u{1b}[2J\u{1b}]0;owned\u{7}\r\n\u{0}\u{202e}.1080p.BluRay.x264-BELL")
            }
            Self::ClimbingName => {
                "../../../../etc/Plan.9.from.Outer.Space.1957.1080p.BluRay.x264-CLIMB".to_owned()
            }
            Self::ClimbingFiles => format!("{start}.1080p.BluRay.x264-OUT"),
            Self::OtherHash => format!("{start}.1080p.BluRay.x264-SWAP"),
            Self::WebPage => format!("{start}.1080p.BluRay.x264-PAGE"),
            Self::HalfATorrent => format!("{start}.1080p.BluRay.x264-HALF"),
            Self::OddFields => format!("{start}.1080p.BluRay.x264-ODD"),
        }
    }
}

/// The hostile releases of the film, when it is among these.
pub fn releases(movies: &[Movie], videos: &Videos) -> anyhow::Result<Vec<Listed>> {
    let Some(index) = movies.iter().position(|movie| movie.tmdb == FILM) else { return Ok(Vec::new()) };
    let imdb = movies.get(index).and_then(|movie| movie.imdb);
    let video = videos.of(Picture::FullHd)?;
    let listed = Harm::ALL.into_iter().map(|harm| {
        let name = harm.name();
        let in_torrent: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '.').take(100).collect();
        let file = ContentFile::video(Vec::new(), &video, 2_000_000);
        let torrent = Torrent::new(Content { name: format!("{in_torrent}.{}", video.extension), files: vec![file] });
        let hash = torrent.info_hash.to_string().to_uppercase();
        let size = torrent.content.size();
        let download = match harm {
            Harm::LongName | Harm::ControlCharacters | Harm::ClimbingName | Harm::OddFields => {
                Download::Right(torrent)
            }
            Harm::ClimbingFiles => Download::Other(climbing()),
            Harm::OtherHash => {
                let other = ContentFile::bytes(Vec::new(), b"something else".repeat(5_000));
                Download::Other(Torrent::new(Content { name: "other.mkv".to_owned(), files: vec![other] }).info.clone())
            }
            Harm::WebPage => Download::Bytes(b"<!DOCTYPE html><title>HDBits</title><p>gone".to_vec()),
            Harm::HalfATorrent => {
                let half = torrent.info.get(..torrent.info.len() / 2).unwrap_or_default();
                Download::Bytes([b"d4:info", half].concat())
            }
        };
        let hash = match &download {
            // It is what the list tells of, so that only its files give it away.
            Download::Other(info) if harm == Harm::ClimbingFiles => hash_of(info),
            Download::Right(_) | Download::Other(_) | Download::Bytes(_) => hash,
        };
        let odd = (harm == Harm::OddFields).then(|| {
            serde_json::json!({"size": "2000000", "seeders": "7", "leechers": null, "type_exclusive": {}, "imdb": [],
                "tags": null, "username": null, "descr": null, "added": "yesterday", "comments": "none",
                "an_unknown_field": [1, 2, 3]})
        });
        Listed {
            id: harm.id(),
            hash,
            name: name.replace(".1957.", " 1957 "),
            file_name: name,
            size,
            seeders: 7,
            leechers: 1,
            files: 1,
            age_seconds: 86_400 * 200 + harm.id(),
            freeleech: false,
            category: 1,
            codec: 1,
            medium: 3,
            origin: 0,
            exclusive: 0,
            imdb,
            movie: index,
            odd,
            download,
        }
    });
    Ok(listed.collect())
}

fn hash_of(info: &[u8]) -> String {
    use sha1::{Digest, Sha1};
    radarr_proto::model::InfoHash(Sha1::digest(info).into()).to_string().to_uppercase()
}

/// The dictionary `info` of a torrent whose files lie outside of its folder.
fn climbing() -> Vec<u8> {
    let path = |parts: &[&str]| Value::List(parts.iter().map(Value::text).collect());
    let file = |length: u64, parts: &[&str]| {
        Value::dictionary([("length", Value::size(length)), ("path", path(parts))])
    };
    Value::dictionary([
        ("name", Value::text("Plan.9.from.Outer.Space.1957.1080p.BluRay.x264-OUT")),
        ("piece length", Value::size(PIECE_BYTES as u64)),
        ("pieces", Value::Bytes(vec![7; 20])),
        ("private", Value::Integer(1)),
        (
            "files",
            Value::List(vec![
                file(1_000, &["movie.mkv"]),
                file(1_000, &["..", "..", "..", ".ssh", "authorized_keys"]),
            ]),
        ),
    ])
    .written()
}
