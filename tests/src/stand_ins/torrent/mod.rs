//! Torrents of the stand-in's releases: what is in them (`content.rs`), how it is written down (`metainfo.rs`,
//! `bencode.rs`). The seeder and the stand-in of qBittorrent read the same content.

pub mod bencode;
mod content;
mod metainfo;

pub use content::{Content, ContentFile, Source, write_video};
pub use metainfo::{Torrent, write};

/// Bytes of a piece: small enough that a download of some megabytes has many.
pub const PIECE_BYTES: usize = 128 * 1024;
