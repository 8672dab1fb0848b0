//! Files on their way in: the rules of the import, samples, and what a scan takes.

use radarr_daemon::domain::import::candidate::{Existing, WORKING_FOLDERS};
use radarr_daemon::domain::import::rules::{self, Rule};
use radarr_daemon::domain::import::sample::{SampleVerdict, sample as is_sample};
use radarr_daemon::domain::import::scan::{is_excluded_folder, is_movie_file, is_video};
use radarr_daemon::domain::import::{Candidate, FreeSpace, Origin, PastEvent, PastKind, Platform};
use radarr_daemon::domain::quality::size::MEGABYTE;
use radarr_proto::model::{AudioTrack, MediaInfo, MovieId, RuleOutcome};
use serde::Deserialize;
use serde_json::Value;

use super::decisions::check;
use super::line::{or_default, same, unknown};
use super::profiles::{self, ProfileLine, QualityKeys};
use super::{Failure, Line, Outcome};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct FileLine {
    path: String,
    size: u64,
    existing_file: bool,
    custom_format_score: Option<i32>,
    audio_stream_count: Option<usize>,
    #[serde(flatten)]
    quality: QualityKeys,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct MovieLine {
    id: u64,
    has_file: bool,
    /// Where the free space is asked for; the answer stands in the line.
    #[serde(rename = "path")]
    _path: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ConfigLine {
    propers_and_repacks: Option<String>,
    minimum_free_space_mb: u64,
    skip_free_space_check: bool,
    working_folders: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct HistoryLine {
    event: String,
    download_id: Option<String>,
    #[serde(flatten)]
    quality: QualityKeys,
}

/// The rules under the names that the corpus has for them.
const RULES: &[(&str, Rule)] = &[
    ("AlreadyImported", rules::already_imported),
    ("FreeSpace", rules::free_space),
    ("GrabbedReleaseQuality", rules::grabbed_release_quality),
    ("HasAudioTrack", rules::has_audio_track),
    ("MatchesGrab", rules::matches_grab),
    ("NotMultiPart", rules::not_multi_part),
    ("NotSample", rules::not_sample),
    ("NotUnpacking", rules::not_unpacking),
    ("Upgrade", rules::upgrade),
];

pub(super) fn import_rejections(line: &Line) -> Outcome {
    let name = line.text("rule")?;
    let rule = RULES.iter().find(|(rule, _)| *rule == name).ok_or_else(|| unknown("rule", name))?.1;
    // A line without a platform holds for both.
    let platforms = match line.text_opt("platform") {
        None => [Platform::Posix, Platform::Windows].as_slice(),
        Some("posix") => &[Platform::Posix],
        Some("windows") => &[Platform::Windows],
        Some(other) => return Err(unknown("platform", other)),
    };
    platforms.iter().try_for_each(|platform| judge(line, rule, *platform))
}

fn judge(line: &Line, rule: Rule, platform: Platform) -> Outcome {
    let file: FileLine = line.read_as("file")?;
    let movie: MovieLine = or_default(line, "movie")?;
    let config: ConfigLine = or_default(line, "config")?;
    let profile_line: ProfileLine = or_default(line, "profile")?;
    let history_lines: Vec<HistoryLine> = or_default(line, "history")?;
    let history = history_lines.iter().map(HistoryLine::read).collect::<Result<Vec<_>, _>>()?;
    let media_info = file
        .audio_stream_count
        .map(|count| MediaInfo { audio: vec![AudioTrack::default(); count], ..MediaInfo::default() });
    let grabbed_for: Option<Vec<MovieId>> = or_default::<Option<Vec<u64>>>(line, "grabbed_movie_ids")?
        .map(|ids| ids.into_iter().map(MovieId).collect());
    let beside = line.texts_opt("files_in_folder").unwrap_or_default();
    let beside: Vec<&str> = beside.iter().map(String::as_str).collect();
    let working_folders: Vec<&str> = config
        .working_folders
        .as_deref()
        .map_or_else(|| WORKING_FOLDERS.to_vec(), |folders| folders.split('|').collect());
    let profile = profile_line.read()?;
    let rated = file.quality.rated(&profile_line)?;
    let candidate = Candidate {
        path: &file.path,
        size_bytes: file.size,
        origin: origin(line, &file, &history_lines),
        quality: rated.quality,
        score: file.custom_format_score.unwrap_or(rated.score),
        media_info: media_info.as_ref(),
        movie: MovieId(movie.id),
        movie_runtime_minutes: 0,
        existing: existing(line, &movie, &profile_line)?,
        profile: &profile,
        propers: profiles::propers(config.propers_and_repacks.as_deref())?,
        history: &history,
        grabbed_for: grabbed_for.as_deref(),
        beside: &beside,
        free_space: free_space(line)?,
        minimum_free_bytes: (!config.skip_free_space_check)
            .then_some(config.minimum_free_space_mb * MEGABYTE),
        working_folders: &working_folders,
        written_minutes_ago: line.get("last_write").map(minutes_ago).transpose()?,
        platform,
    };
    match rule(&candidate).outcome {
        RuleOutcome::Pass | RuleOutcome::NotApplicable { .. } => check(line, true, "None", None),
        RuleOutcome::Reject { reason, permanence, .. } => check(line, false, &reason, Some(permanence)),
        RuleOutcome::Unknown => Err(Failure::Different("the rule gave no verdict".to_owned())),
    }
}

/// A history without a download id beside it is that of the download.
fn origin<'a>(line: &'a Line, file: &FileLine, history: &'a [HistoryLine]) -> Origin<'a> {
    if file.existing_file {
        return Origin::Library;
    }
    if !line.flag("download_client_item") {
        return Origin::Folder;
    }
    let of_history = || history.iter().find_map(|event| event.download_id.as_deref());
    Origin::Download { id: line.text_opt("download_id").or_else(of_history).unwrap_or_default() }
}

fn existing(line: &Line, movie: &MovieLine, profile: &ProfileLine) -> Result<Option<Existing>, Failure> {
    let is_missing = line.has("existing_file") && line.get("existing_file").is_none();
    if !movie.has_file || is_missing {
        return Ok(None);
    }
    let keys: QualityKeys = or_default(line, "existing_file")?;
    let rated = keys.rated(profile)?;
    let given: Value = or_default(line, "existing_file")?;
    let score = given.get("custom_format_score").and_then(Value::as_i64);
    let score = score.and_then(|score| i32::try_from(score).ok()).unwrap_or(rated.score);
    Ok(Some(Existing { quality: rated.quality, score }))
}

fn free_space(line: &Line) -> Result<FreeSpace, Failure> {
    match line.get("free_space") {
        None => Ok(FreeSpace::Unknown),
        Some(Value::String(word)) if word == "error" => Ok(FreeSpace::Unknown),
        Some(value) => {
            value.as_u64().map(FreeSpace::Bytes).ok_or_else(|| unknown("free space", &value.to_string()))
        }
    }
}

fn minutes_ago(value: &Value) -> Result<u64, Failure> {
    let seconds = profiles::now().duration_since(profiles::relative(value)?).as_secs();
    u64::try_from(seconds / 60).map_err(|_| unknown("time", &value.to_string()))
}

impl HistoryLine {
    fn read(&self) -> Result<PastEvent<'_>, Failure> {
        Ok(PastEvent {
            kind: match self.event.as_str() {
                "Grabbed" => PastKind::Grabbed,
                "DownloadFolderImported" => PastKind::Imported,
                _ => PastKind::Other,
            },
            download_id: self.download_id.as_deref(),
            quality: self.quality.quality.is_some().then(|| self.quality.model()).transpose()?,
        })
    }
}

pub(super) fn sample(line: &Line) -> Outcome {
    let out_of_range = |field: &str| Failure::NotUnderstood(format!("{field} is out of range"));
    let minutes = u16::try_from(line.number("movie_runtime_minutes")?)
        .map_err(|_| out_of_range("movie_runtime_minutes"))?;
    let seconds = line.number_opt("file_runtime_seconds").map(u32::try_from).transpose();
    let seconds = seconds.map_err(|_| out_of_range("file_runtime_seconds"))?;
    let got = match is_sample(line.text("path")?, minutes, seconds) {
        SampleVerdict::Sample => "Sample",
        SampleVerdict::NotSample => "NotSample",
        SampleVerdict::Indeterminate => "Indeterminate",
    };
    same("result", &line.text("result")?, &got)
}

pub(super) fn scan(line: &Line) -> Outcome {
    let files = line.texts_opt("files").unwrap_or_default();
    let count = |counts: fn(&str) -> bool| files.iter().filter(|file| counts(file)).count() as u64;
    let wanted = |field| line.get(field).and_then(Value::as_u64);
    match line.text("kind")? {
        "scan" => same("scanned", &wanted("scanned_count"), &Some(count(is_movie_file))),
        "video_files" => same("videos", &wanted("video_count"), &Some(count(is_video))),
        "filtered_sub_folder" => {
            same("excluded", &line.flag("excluded"), &is_excluded_folder(line.text("sub_folder")?))
        }
        other => Err(unknown("kind", other)),
    }
}
