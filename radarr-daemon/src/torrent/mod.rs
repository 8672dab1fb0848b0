//! Torrent files: read as if an enemy wrote them, and checked before a download client ever sees them.
//!
//! Nothing is downloaded here and no tracker is asked. `bencode.rs` is the notation, `metainfo.rs` what a torrent
//! says and the checks that it must pass, `magnet.rs` the same for magnet links.

mod bencode;
mod magnet;
mod metainfo;

pub use bencode::BencodeError;
pub use magnet::Magnet;
pub use metainfo::{MetaInfo, TORRENT_BYTES_MAX, TorrentError, TorrentFile};
