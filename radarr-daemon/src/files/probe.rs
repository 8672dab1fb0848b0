//! Asks ffprobe what is in a file, where it is installed.

use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use radarr_proto::model::MediaInfo;
use tokio::io::AsyncReadExt;
use tokio::process::Command;

use crate::domain::media_info::ffprobe::ANSWER_BYTES_MAX;
use crate::domain::media_info::{FfprobeError, parse_ffprobe};

/// A tenth of a second on a local disk; a network disk that wakes up needs half a minute.
const PROBE_TIMEOUT: Duration = Duration::from_mins(1);
/// What ffprobe says when it refuses; the rest is noise.
const COMPLAINT_BYTES_MAX: u64 = 4 * 1024;

/// Why nothing is known of a file.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// Go on without: it is not there.
    #[error("ffprobe is not installed")]
    NotInstalled,
    /// Look at the file: ffprobe can't read it.
    #[error("ffprobe can't read the file: {0}")]
    Refused(String),
    /// Try again: it took too long, or could not be run.
    #[error("ffprobe did not answer: {0}")]
    NoAnswer(String),
    /// Go on without: its answer has no sense.
    #[error(transparent)]
    NotUnderstood(#[from] FfprobeError),
}

/// What is in a video file, by the program `ffprobe`. The process is ended when it takes more than a minute.
pub async fn probe(ffprobe: &Path, file: &Path) -> Result<MediaInfo, ProbeError> {
    // Only as a file, and only from the disk: a name that looks like an address is not fetched, nor is what a
    // playlist that pretends to be a video points to.
    let mut input = std::ffi::OsString::from("file:");
    input.push(file);
    let mut child = Command::new(ffprobe)
        .args(["-v", "error", "-protocol_whitelist", "file", "-print_format", "json"])
        // The first packets are enough for the mastering display; it stands in none but the frames.
        .args(["-show_format", "-show_streams", "-show_entries", "frame", "-read_intervals", "%+#24"])
        .arg("-i")
        .arg(input)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| {
            if error.kind() == io::ErrorKind::NotFound {
                ProbeError::NotInstalled
            } else {
                ProbeError::NoAnswer(error.to_string())
            }
        })?;
    let (mut answer, mut complaint) = (Vec::new(), Vec::new());
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let work = async {
        let read_answer = async {
            match stdout {
                Some(pipe) => pipe.take(ANSWER_BYTES_MAX as u64 + 1).read_to_end(&mut answer).await,
                None => Ok(0),
            }
        };
        let read_complaint = async {
            match stderr {
                Some(pipe) => pipe.take(COMPLAINT_BYTES_MAX).read_to_end(&mut complaint).await,
                None => Ok(0),
            }
        };
        tokio::try_join!(read_answer, read_complaint)?;
        child.wait().await
    };
    let status = tokio::time::timeout(PROBE_TIMEOUT, work)
        .await
        .map_err(|_| ProbeError::NoAnswer("no answer in a minute".to_owned()))?
        .map_err(|error| ProbeError::NoAnswer(error.to_string()))?;
    if !status.success() {
        let complaint = String::from_utf8_lossy(&complaint);
        let last = complaint.lines().last().unwrap_or_default();
        // The text repeats the path, which the caller knows.
        let words = last.rsplit_once(": ").map_or(last, |(_, words)| words);
        return Err(ProbeError::Refused(words.chars().take(200).collect()));
    }
    Ok(parse_ffprobe(&String::from_utf8_lossy(&answer))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_no_video_is_refused_in_words() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("movie.mkv");
        std::fs::write(&path, "not a video at all").unwrap();
        match probe(Path::new("ffprobe"), &path).await {
            Err(ProbeError::Refused(words)) => assert!(words.contains("Invalid data"), "{words}"),
            Err(ProbeError::NotInstalled) => {}
            other => panic!("{other:?}"),
        }
    }
}
