//! The bytes behind a torrent, made when they are read. A video of any size costs no more memory than its twenty
//! minutes: what is added to reach the size is one Void element of zeros, which Matroska has for this purpose.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use sha1::{Digest, Sha1};

use super::PIECE_BYTES;
use crate::stand_ins::media::Video;

/// Bytes of a Void element before its zeros.
const VOID_HEAD: usize = 9;

/// Where the bytes of a file come from.
#[derive(Debug, Clone)]
pub enum Source {
    /// A video, made as long as the file is.
    Video(Arc<Video>),
    /// These.
    Bytes(Vec<u8>),
    /// Nobody knows: they can't be read, only their hashes are told.
    Nobody,
}

/// One file.
#[derive(Debug, Clone)]
pub struct ContentFile {
    /// Parts of the path below the torrent's folder; empty when the torrent is this one file.
    pub path: Vec<String>,
    /// Bytes.
    pub size: u64,
    /// Where they come from.
    pub source: Source,
}

impl ContentFile {
    /// A video of at least that size.
    pub fn video(path: Vec<String>, video: &Arc<Video>, wanted_bytes: u64) -> Self {
        let least = (video.bytes.len() + VOID_HEAD) as u64;
        Self { path, size: wanted_bytes.max(least), source: Source::Video(Arc::clone(video)) }
    }

    /// A file with these bytes.
    pub fn bytes(path: Vec<String>, bytes: Vec<u8>) -> Self {
        Self { path, size: bytes.len() as u64, source: Source::Bytes(bytes) }
    }

    /// Fills `into` with the file's bytes from `at` on; what lies behind its end stays as it is.
    fn read(&self, at: u64, into: &mut [u8]) {
        match &self.source {
            Source::Bytes(bytes) => copy_part(bytes, 0, at, into),
            Source::Video(video) => {
                copy_part(&video.bytes, 0, at, into);
                let zeros = self.size.saturating_sub((video.bytes.len() + VOID_HEAD) as u64);
                // EBML: the id of Void, then its length in eight bytes of which the first says so.
                let mut head = vec![0xec];
                head.extend((0x0100_0000_0000_0000 | zeros).to_be_bytes());
                copy_part(&head, video.bytes.len() as u64, at, into);
            }
            Source::Nobody => {}
        }
    }
}

/// Writes a video of at least that size; its Void element takes no room on disk.
pub fn write_video(path: &Path, video: &Arc<Video>, wanted_bytes: u64) -> std::io::Result<()> {
    let file = ContentFile::video(Vec::new(), video, wanted_bytes);
    let mut head = vec![0; video.bytes.len() + VOID_HEAD];
    file.read(0, &mut head);
    let mut out = std::fs::File::create(path)?;
    out.write_all(&head)?;
    out.set_len(file.size)
}

/// Copies what of `bytes`, which begin at `begin`, lies in the window that begins at `at`.
fn copy_part(bytes: &[u8], begin: u64, at: u64, into: &mut [u8]) {
    let index = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let from = index(at.saturating_sub(begin));
    let to = index(begin.saturating_sub(at));
    let (Some(source), Some(target)) = (bytes.get(from..), into.get_mut(to..)) else { return };
    let length = source.len().min(target.len());
    if let (Some(target), Some(source)) = (target.get_mut(..length), source.get(..length)) {
        target.copy_from_slice(source);
    }
}

/// All files of a torrent, one behind the other.
#[derive(Debug, Clone)]
pub struct Content {
    /// Name of the file, or of the folder that the files lie in.
    pub name: String,
    /// In order; the video first.
    pub files: Vec<ContentFile>,
}

impl Content {
    /// Bytes of all files.
    pub fn size(&self) -> u64 {
        self.files.iter().map(|file| file.size).sum()
    }

    /// Whether somebody has the bytes.
    pub fn can_be_read(&self) -> bool {
        !self.files.iter().any(|file| matches!(file.source, Source::Nobody))
    }

    /// The bytes from `at` on, at most `length`; fewer at the end.
    pub fn read(&self, at: u64, length: usize) -> Vec<u8> {
        let left = usize::try_from(self.size().saturating_sub(at)).unwrap_or(usize::MAX);
        let mut bytes = vec![0; length.min(left)];
        let mut begin = 0;
        for file in &self.files {
            let end = begin + file.size;
            let window_end = at + bytes.len() as u64;
            if begin < window_end && at < end {
                let from = usize::try_from(begin.saturating_sub(at)).unwrap_or(usize::MAX);
                let to = usize::try_from(end.min(window_end) - at).unwrap_or(usize::MAX);
                if let Some(part) = bytes.get_mut(from..to) {
                    file.read(at.saturating_sub(begin), part);
                }
            }
            begin = end;
        }
        bytes
    }

    /// How many pieces it has.
    pub fn piece_count(&self) -> u64 {
        self.size().div_ceil(PIECE_BYTES as u64)
    }

    /// SHA-1 of each piece, one behind the other. The pieces of a video that many torrents share and those of zeros
    /// are not summed up again.
    pub fn piece_hashes(&self) -> Vec<u8> {
        let zeros: [u8; 20] = Sha1::digest(vec![0; PIECE_BYTES]).into();
        let (shared, zeros_end) = match self.files.first() {
            Some(ContentFile { source: Source::Video(video), size, .. }) => (video.pieces.as_slice(), *size),
            Some(_) | None => (&[][..], 0),
        };
        let zeros_from = shared.len() as u64 + 2;
        let mut hashes = Vec::new();
        for index in 0..self.piece_count() {
            let begin = index * PIECE_BYTES as u64;
            let known = usize::try_from(index).ok().and_then(|index| shared.get(index)).copied();
            let hash = match known {
                Some(hash) => hash,
                None if !self.can_be_read() => Sha1::digest(format!("{} {index}", self.name)).into(),
                None if index >= zeros_from && begin + PIECE_BYTES as u64 <= zeros_end => zeros,
                None => Sha1::digest(self.read(begin, PIECE_BYTES)).into(),
            };
            hashes.extend_from_slice(&hash);
        }
        hashes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stand_ins::media::{Picture, Videos};

    #[test]
    fn pieces_are_the_hashes_of_what_is_read() {
        let video = Videos::make().unwrap().of(Picture::FullHd).unwrap();
        let file = |name: &str| vec![name.to_owned()];
        let content = Content {
            name: "x".to_owned(),
            files: vec![
                ContentFile::video(file("a.mkv"), &video, 3_000_000),
                ContentFile::bytes(file("a.srt"), b"subtitle".repeat(40_000)),
                ContentFile::bytes(file("a.nfo"), b"who made it".to_vec()),
            ],
        };
        let whole = content.read(0, usize::MAX);
        assert_eq!(whole.len() as u64, content.size());
        let hashes: Vec<u8> =
            whole.chunks(PIECE_BYTES).flat_map(|piece| <[u8; 20]>::from(Sha1::digest(piece))).collect();
        assert!(content.piece_hashes() == hashes);
        let pieces: Vec<u8> = (0..)
            .map(|n| content.read(n * 1000, 1000))
            .take_while(|part| !part.is_empty())
            .flatten()
            .collect();
        assert!(pieces == whole, "read in other steps it is the same");
        assert!(whole.ends_with(b"who made it"));
    }
}
