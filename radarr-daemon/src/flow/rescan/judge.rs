//! From what lies in a folder to the movie's file, as far as it can be told.

use std::path::Path;

use radarr_proto::model::{ExtraFile, MediaInfo, Movie, MovieFile, MovieVersion, RuleOutcome, StoredScore};

use super::{Round, Rules};
use crate::domain::custom_format::{FormatInput, compiled::score};
use crate::domain::import::aggregate::{Known, aggregate};
use crate::domain::import::candidate::WORKING_FOLDERS;
use crate::domain::import::choose_file::{DownloadFile, choose_file};
use crate::domain::import::extras::extras;
use crate::domain::import::scan::{file_name, is_movie_file};
use crate::domain::import::{Candidate, FreeSpace, Origin, Platform, judge};
use crate::domain::parse::scene::{SceneNameInput, scene_name};
use crate::domain::parse::{parse_folder, parse_release};
use crate::domain::title::clean_title;
use crate::files::{FoundFile, ProbeError, probe};
use crate::flow::{Flow, FlowError};

/// Subtitles and the like of one file; more do not fit into a document.
const EXTRAS_MAX: usize = 60;

/// What a version's folder is judged by.
pub(super) struct Judge<'a> {
    pub(super) flow: &'a Flow,
    pub(super) rules: &'a Rules,
    pub(super) movie: &'a Movie,
    pub(super) version: &'a MovieVersion,
    /// Absolute.
    pub(super) folder: &'a Path,
    /// What lies there and belongs to no other version.
    pub(super) files: &'a [&'a FoundFile],
}

/// What ffprobe says of a file.
enum Media {
    Read(Box<MediaInfo>),
    /// It reads the file and finds no video.
    Unreadable,
    /// It is not installed, or does not answer.
    NotAsked,
}

impl Judge<'_> {
    /// The file as it is, when it is still there: another size means that somebody replaced its content.
    pub(super) async fn again(&self, file: &MovieFile, size_bytes: u64) -> Result<MovieFile, FlowError> {
        let mut now = MovieFile { size_bytes, extras: self.extras_again(file), ..file.clone() };
        if size_bytes != file.size_bytes || file.media_info.is_none() {
            now.media_info = match self.media(&file.relative_path).await? {
                Media::Read(info) => Some(*info),
                Media::NotAsked if size_bytes == file.size_bytes => file.media_info.clone(),
                Media::NotAsked | Media::Unreadable => None,
            };
        }
        Ok(now)
    }

    /// The same file under another name: the only video of exactly its size.
    pub(super) async fn renamed(&self, file: &MovieFile) -> Result<Option<MovieFile>, FlowError> {
        let mut same = self.files.iter().filter(|other| {
            other.size_bytes == file.size_bytes && file.size_bytes > 0 && is_movie_file(&other.relative_path)
        });
        let (Some(found), None) = (same.next(), same.next()) else { return Ok(None) };
        let renamed = MovieFile { relative_path: found.relative_path.clone(), ..file.clone() };
        self.again(&renamed, found.size_bytes).await.map(Some)
    }

    /// The movie's file, when a person put one there.
    pub(super) async fn find(&self, round: &mut Round) -> Result<Option<MovieFile>, FlowError> {
        let files: Vec<DownloadFile<'_>> = self
            .files
            .iter()
            .map(|file| DownloadFile { path: &file.relative_path, size_bytes: file.size_bytes })
            .collect();
        let Ok(chosen) = choose_file(&files, |path| self.is_named_after(path)) else { return Ok(None) };
        let media = match self.media(chosen.file.path).await? {
            Media::Read(info) => Some(*info),
            Media::NotAsked => None,
            Media::Unreadable => {
                let path = self.folder.join(chosen.file.path);
                round.rescanned.notes.push(format!("ffprobe finds no video in {}", path.display()));
                return Ok(None);
            }
        };
        let file = self.describe(chosen.file, media, !chosen.others.is_empty());
        match self.why_not(&file) {
            Some(why) => {
                let path = self.folder.join(&file.relative_path);
                round.rescanned.notes.push(format!("{} was not taken: {why}", path.display()));
                Ok(None)
            }
            None => Ok(Some(file)),
        }
    }

    fn describe(&self, file: DownloadFile<'_>, media: Option<MediaInfo>, has_others: bool) -> MovieFile {
        let of_file = parse_release(file_name(file.path));
        let of_folder = self.folder.file_name().map(|name| parse_folder(&name.to_string_lossy()));
        let facts = aggregate(&Known {
            file: Some(&of_file),
            folder: of_folder.as_ref(),
            download_client: None,
            media_info: media.as_ref(),
            grabbed_name: None,
            original_language: self.movie.facts.original_language,
        });
        let mut described = MovieFile {
            relative_path: file.path.to_owned(),
            size_bytes: file.size_bytes,
            added_at: self.flow.now(),
            quality: facts.quality.quality,
            languages: facts.languages,
            release_group: facts.release_group,
            edition: facts.edition,
            scene_name: scene_name(&SceneNameInput {
                path: file.path,
                other_video_files: has_others,
                download_client_title: None,
                folder_title: None,
            }),
            original_path: None,
            flags: Vec::new(),
            stored_score: StoredScore::default(),
            grab_id: None,
            media_info: media,
            extras: self.extras(file.path),
        };
        described.stored_score = self.score(&described);
        described
    }

    fn score(&self, file: &MovieFile) -> StoredScore {
        let reputation = self.flow.groups.score(file.release_group.as_deref());
        let input = FormatInput::of_file(file, &self.movie.facts).with_reputation(reputation);
        let matched = self.rules.formats.formats.matching(&input);
        let profile = self.rules.profiles.get(&self.version.profile_id);
        StoredScore {
            score: profile.map_or(0, |profile| score(profile, &matched)),
            formats: matched.into_iter().map(|format| format.name).collect(),
        }
    }

    /// Why the rules of the import do not take a file. That it has no sound is no reason: a person put it there.
    fn why_not(&self, file: &MovieFile) -> Option<String> {
        let profile = self.rules.profiles.get(&self.version.profile_id)?;
        let path = self.folder.join(&file.relative_path);
        let absolute =
            |file: &&FoundFile| self.folder.join(&file.relative_path).to_string_lossy().into_owned();
        let beside: Vec<String> = self
            .files
            .iter()
            .filter(|other| self.folder.join(&other.relative_path).parent() == path.parent())
            .map(absolute)
            .collect();
        let beside: Vec<&str> = beside.iter().map(String::as_str).collect();
        let verdicts = judge(&Candidate {
            path: &path.to_string_lossy(),
            size_bytes: file.size_bytes,
            origin: Origin::Library,
            quality: file.quality,
            score: file.stored_score.score,
            media_info: file.media_info.as_ref(),
            movie: self.movie.id,
            movie_runtime_minutes: self.movie.facts.runtime_minutes,
            existing: None,
            profile,
            propers: self.rules.settings.propers_and_repacks,
            history: &[],
            grabbed_for: None,
            beside: &beside,
            free_space: FreeSpace::Unknown,
            minimum_free_bytes: None,
            working_folders: WORKING_FOLDERS,
            written_minutes_ago: None,
            platform: Platform::Posix,
        });
        verdicts.into_iter().find_map(|verdict| {
            let RuleOutcome::Reject { reason, message, .. } = verdict.outcome else { return None };
            (reason != "NoAudio").then_some(message)
        })
    }

    /// Subtitles and the like that lie beside a video, under the names that they have.
    fn extras(&self, video: &str) -> Vec<ExtraFile> {
        let settings = &self.rules.settings;
        if !settings.import_extras {
            return Vec::new();
        }
        let names: Vec<&str> = self.files.iter().map(|file| file.relative_path.as_str()).collect();
        let beside = extras(video, &names, &settings.extra_extensions, video);
        let kept = beside.into_iter().take(EXTRAS_MAX);
        kept.map(|extra| ExtraFile { relative_path: extra.path, ..extra.file }).collect()
    }

    /// Those that were known and are still there, and those that came.
    fn extras_again(&self, file: &MovieFile) -> Vec<ExtraFile> {
        let is_there =
            |extra: &&ExtraFile| self.files.iter().any(|other| other.relative_path == extra.relative_path);
        let mut extras: Vec<ExtraFile> = file.extras.iter().filter(is_there).cloned().collect();
        for extra in self.extras(&file.relative_path) {
            if extras.len() < EXTRAS_MAX
                && !extras.iter().any(|known| known.relative_path == extra.relative_path)
            {
                extras.push(extra);
            }
        }
        extras
    }

    async fn media(&self, relative: &str) -> Result<Media, FlowError> {
        Ok(match probe(&self.flow.outside.ffprobe, &self.folder.join(relative)).await {
            Ok(info) => Media::Read(Box::new(info)),
            Err(ProbeError::NotInstalled | ProbeError::NoAnswer(_)) => Media::NotAsked,
            Err(ProbeError::Refused(_) | ProbeError::NotUnderstood(_)) => Media::Unreadable,
        })
    }

    fn is_named_after(&self, path: &str) -> bool {
        let facts = &self.movie.facts;
        let others = facts.alternative_titles.iter().map(|other| other.title.as_str());
        let mut ours = [facts.title.as_str(), facts.original_title.as_str()]
            .into_iter()
            .chain(others)
            .map(clean_title)
            .filter(|title| !title.is_empty());
        let theirs: Vec<String> =
            parse_release(file_name(path)).titles.iter().map(|title| clean_title(title)).collect();
        ours.any(|title| theirs.contains(&title))
    }
}
