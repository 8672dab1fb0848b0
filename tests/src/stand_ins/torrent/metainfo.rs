//! The torrent file.

use std::sync::Arc;

use radarr_proto::model::InfoHash;
use sha1::{Digest, Sha1};

use super::PIECE_BYTES;
use super::bencode::Value;
use super::content::Content;

/// A torrent that the stand-in's tracker knows.
#[derive(Debug)]
pub struct Torrent {
    /// What it is known by.
    pub info_hash: InfoHash,
    /// What is in it.
    pub content: Content,
    /// The dictionary `info` as it is written.
    pub info: Vec<u8>,
}

impl Torrent {
    /// The torrent of this content.
    pub fn new(content: Content) -> Arc<Self> {
        let info = info(&content).written();
        Arc::new(Self { info_hash: InfoHash(Sha1::digest(&info).into()), content, info })
    }
}

fn info(content: &Content) -> Value {
    let pieces = Value::Bytes(content.piece_hashes());
    let (name, piece_length) = (Value::text(&content.name), Value::size(PIECE_BYTES as u64));
    match content.files.as_slice() {
        [only] if only.path.is_empty() => Value::dictionary([
            ("name", name),
            ("piece length", piece_length),
            ("pieces", pieces),
            ("private", Value::Integer(1)),
            ("length", Value::size(only.size)),
        ]),
        files => {
            let files = files.iter().map(|file| {
                let path = file.path.iter().map(Value::text).collect();
                Value::dictionary([("length", Value::size(file.size)), ("path", Value::List(path))])
            });
            Value::dictionary([
                ("name", name),
                ("piece length", piece_length),
                ("pieces", pieces),
                ("private", Value::Integer(1)),
                ("files", Value::List(files.collect())),
            ])
        }
    }
}

/// The file that a person downloads; its address of the tracker is that person's own.
pub fn write(info: &[u8], announce: &str) -> Vec<u8> {
    Value::dictionary([
        ("announce", Value::text(announce)),
        ("created by", Value::text("radarr-standins")),
        ("info", Value::Raw(info.to_vec())),
    ])
    .written()
}

#[cfg(test)]
mod tests {
    use radarr_daemon::torrent::MetaInfo;

    use super::super::content::ContentFile;
    use super::*;

    #[test]
    fn the_daemon_reads_what_is_written() {
        for (paths, names) in [
            (vec![vec![]], vec!["Faust"]),
            (
                vec![vec!["a.mkv".to_owned()], vec!["Subs".to_owned(), "a.srt".to_owned()]],
                vec!["Faust/a.mkv", "Faust/Subs/a.srt"],
            ),
        ] {
            let files = paths.into_iter().map(|path| ContentFile::bytes(path, vec![7; 200_000])).collect();
            let torrent = Torrent::new(Content { name: "Faust".to_owned(), files });
            let file = write(&torrent.info, "http://127.0.0.1:1/announce");
            let read = MetaInfo::read_expected(&file, Some(torrent.info_hash)).unwrap();
            assert_eq!(read.files.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), names);
            assert!(read.private);
        }
    }
}
