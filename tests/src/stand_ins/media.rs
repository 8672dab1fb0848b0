//! Small videos that look like movies to a program that reads their headers: the right width and height, one track
//! of sound, twenty minutes. Made by ffmpeg once in a process; without ffmpeg they are bytes with a video's name.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, OnceLock};

use anyhow::{Context, bail};
use serde::Deserialize;
use sha1::{Digest, Sha1};

use super::torrent::PIECE_BYTES;

/// A file shorter than ten minutes is a sample; twenty are safely a movie.
const MINUTES: u32 = 20;
/// A clip of this length is repeated without being encoded again.
const CLIP_SECONDS: u32 = 60;
/// Bytes of a video without ffmpeg.
const PLAIN_BYTES: usize = 600_000;

/// How large the picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
pub enum Picture {
    /// 720x480.
    #[serde(rename = "480p")]
    Sd,
    /// 1280x720.
    #[serde(rename = "720p")]
    Hd,
    /// 1920x1080.
    #[serde(rename = "1080p")]
    FullHd,
    /// 3840x2160.
    #[serde(rename = "2160p")]
    Uhd,
}

impl Picture {
    const ALL: [Self; 4] = [Self::Sd, Self::Hd, Self::FullHd, Self::Uhd];

    fn size(self) -> &'static str {
        match self {
            Self::Sd => "720x480",
            Self::Hd => "1280x720",
            Self::FullHd => "1920x1080",
            Self::Uhd => "3840x2160",
        }
    }
}

/// A video, and what its torrents share.
#[derive(Debug)]
pub struct Video {
    /// How large its picture is.
    pub picture: Picture,
    /// Twenty minutes.
    pub bytes: Vec<u8>,
    /// One minute: a sample.
    pub sample: Vec<u8>,
    /// Ending of its file's name, without dot.
    pub extension: &'static str,
    /// SHA-1 of each whole piece.
    pub pieces: Vec<[u8; 20]>,
}

impl Video {
    fn new(picture: Picture, bytes: Vec<u8>, sample: Vec<u8>, extension: &'static str) -> Self {
        let pieces = bytes.chunks_exact(PIECE_BYTES).map(|piece| Sha1::digest(piece).into()).collect();
        Self { picture, bytes, sample, extension, pieces }
    }
}

/// A video of each size.
#[derive(Debug)]
pub struct Videos {
    videos: Vec<Arc<Video>>,
    /// Whether ffmpeg made them; else a program that reads their headers finds nothing.
    pub real: bool,
}

impl Videos {
    /// Makes them at the first call of the process; takes about two seconds.
    pub fn make() -> anyhow::Result<Arc<Self>> {
        static MADE: OnceLock<Result<Arc<Videos>, String>> = OnceLock::new();
        MADE.get_or_init(|| make().map(Arc::new).map_err(|error| format!("{error:#}")))
            .clone()
            .map_err(anyhow::Error::msg)
    }

    /// The one of that size.
    pub fn of(&self, picture: Picture) -> anyhow::Result<Arc<Video>> {
        self.videos.iter().find(|video| video.picture == picture).cloned().context("there is no such video")
    }
}

fn make() -> anyhow::Result<Videos> {
    if Command::new("ffmpeg").arg("-version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
        let plain = |picture| {
            // Nothing can be read from it, so that only its name counts: of this kind every length is a movie's.
            let byte = |n: usize| u8::try_from(n.wrapping_mul(2_654_435_761) >> 7 & 0xff).unwrap_or(0);
            let bytes: Vec<u8> = (0..PLAIN_BYTES).map(byte).collect();
            let sample = bytes.get(..PLAIN_BYTES / 20).unwrap_or_default().to_vec();
            Arc::new(Video::new(picture, bytes, sample, "m2ts"))
        };
        return Ok(Videos { videos: Picture::ALL.map(plain).to_vec(), real: false });
    }
    let folder = tempfile::tempdir().context("no folder for the videos")?;
    let encoders = Picture::ALL.map(|picture| {
        let path = folder.path().to_path_buf();
        std::thread::spawn(move || encode(picture, &path))
    });
    let mut videos = Vec::new();
    for encoder in encoders {
        let Ok(video) = encoder.join() else { bail!("the thread that makes a video panicked") };
        videos.push(Arc::new(video?));
    }
    Ok(Videos { videos, real: true })
}

fn encode(picture: Picture, folder: &Path) -> anyhow::Result<Video> {
    let clip = folder.join(format!("clip-{}.mkv", picture.size()));
    let whole = folder.join(format!("whole-{}.mkv", picture.size()));
    // One picture in ten seconds: test bars do not move.
    let bars = format!("smptehdbars=s={}:r=1/10:d={CLIP_SECONDS}", picture.size());
    let silence = format!("anullsrc=r=48000:cl=stereo:d={CLIP_SECONDS}");
    let codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "flac"];
    ffmpeg(
        Command::new("ffmpeg")
            .args(["-f", "lavfi", "-i", &bars, "-f", "lavfi", "-i", &silence])
            .args(codecs)
            .args(["-metadata:s:a:0", "language=eng", "-bitexact"])
            .arg(&clip),
    )?;
    let repeats = (MINUTES * 60 / CLIP_SECONDS - 1).to_string();
    ffmpeg(
        Command::new("ffmpeg")
            .args(["-stream_loop", &repeats, "-i"])
            .arg(&clip)
            .args(["-c", "copy", "-map", "0", "-bitexact"])
            .arg(&whole),
    )?;
    let read = |path: &Path| std::fs::read(path).with_context(|| format!("{} can't be read", path.display()));
    Ok(Video::new(picture, read(&whole)?, read(&clip)?, "mkv"))
}

fn ffmpeg(command: &mut Command) -> anyhow::Result<()> {
    let output = command.args(["-v", "error", "-y"]).stdin(Stdio::null()).output().context("ffmpeg")?;
    if !output.status.success() {
        bail!("ffmpeg ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}
