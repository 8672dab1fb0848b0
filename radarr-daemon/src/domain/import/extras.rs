//! Files that go with a movie's file: subtitles and the like, and what they are called beside it.
//!
//! Source: Radarr's `ExistingSubtitleImporter`, `SubtitleService` and `OtherExtraService`.

use radarr_proto::model::{ExtraFile, Language};

use super::scan::{FileKind, extension, file_kind, file_name, is_excluded_file, is_movie_file};
use crate::domain::languages::two_letter_code;
use crate::domain::naming::length::fit;
use crate::domain::parse::parse_release;
use crate::domain::subtitle::parse_subtitle_of;
use crate::domain::title::clean_title;

/// What goes with a movie's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extra {
    /// Where it lies in the download, as it was given.
    pub path: String,
    /// What is kept of it; its `relative_path` is its new name.
    pub file: ExtraFile,
}

/// Most files that go with one movie. A disc has some forty subtitles.
pub const EXTRAS_MAX: usize = 200;

/// The files of a download that go with its movie, under their new names.
///
/// `video` is the movie's file as it lies in the download, `files` all files there, with `extensions` (`srt`) those
/// that are wanted, `stem` the movie's new file name without its ending. A file goes with the movie when its name
/// begins with the video's or is that of the same movie; if no subtitle does and the video is the only one, all
/// subtitles do.
pub fn extras(video: &str, files: &[&str], extensions: &[String], stem: &str) -> Vec<Extra> {
    let is_wanted = |path: &&&str| {
        let ending = extension(path);
        let by_setting = ending.is_some_and(|ending| {
            extensions
                .iter()
                .any(|wanted| wanted.trim().trim_start_matches('.').eq_ignore_ascii_case(&ending))
        });
        by_setting
            && **path != video
            && file_kind(path) != FileKind::Video
            && !is_excluded_file(file_name(path))
    };
    let mut wanted: Vec<&str> = files.iter().filter(is_wanted).copied().collect();
    wanted.sort_unstable();
    let (subtitles, others): (Vec<&str>, Vec<&str>) =
        wanted.into_iter().partition(|path| file_kind(path) == FileKind::Subtitle);
    let goes_with = |path: &&str| goes_with(path, video);
    let mut kept: Vec<&str> = subtitles.iter().copied().filter(goes_with).collect();
    let is_only_video = files.iter().filter(|path| is_movie_file(path)).all(|path| *path == video);
    if kept.is_empty() && is_only_video {
        kept = subtitles;
    }
    let mut has_nfo = false;
    let others = others.into_iter().filter(goes_with).filter(|path| {
        // Two of them would get the same name, and media servers read only one.
        let is_nfo = extension(path).as_deref() == Some("nfo");
        let is_second = is_nfo && has_nfo;
        has_nfo = has_nfo || is_nfo;
        !is_second
    });
    let mut named: Vec<Extra> = Vec::new();
    for path in kept.into_iter().chain(others).take(EXTRAS_MAX) {
        let extra = name(path, video, stem, &named);
        named.push(extra);
    }
    named
}

/// Whether the name of a file begins with the video's, or names the same movie.
fn goes_with(path: &str, video: &str) -> bool {
    let video_stem = stem_of(file_name(video)).to_lowercase();
    let own = file_name(path).to_lowercase();
    let continues = own.strip_prefix(video_stem.as_str());
    // `Movie 2.srt` does not go with `Movie.mkv`.
    if continues.is_some_and(|rest| rest.starts_with(['.', '-', '_', ' ', '(', '['])) {
        return true;
    }
    let (mine, videos) = (parse_release(stem_of(file_name(path))), parse_release(stem_of(file_name(video))));
    match (mine.title(), videos.title()) {
        (Some(mine_title), Some(video_title)) => {
            mine.year == videos.year && clean_title(mine_title) == clean_title(video_title)
        }
        (None, _) | (_, None) => false,
    }
}

fn stem_of(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// The new name of a file: the movie's, title and copy number, language, tags, ending. One that is taken gets the
/// next copy number.
fn name(path: &str, video: &str, stem: &str, taken: &[Extra]) -> Extra {
    let ending = extension(path).unwrap_or_default();
    let is_free = |name: &str| !taken.iter().any(|other| other.file.relative_path == name);
    let (language, tags, title, copy) = match file_kind(path) {
        FileKind::Subtitle => {
            let found = parse_subtitle_of(file_name(path), file_name(video), None);
            (Some(found.language), found.tags, found.title, found.copy)
        }
        FileKind::Video
        | FileKind::Dangerous
        | FileKind::Executable
        | FileKind::Archive
        | FileKind::Other => (None, Vec::new(), None, 0),
    };
    let known = language.filter(|language| *language != Language::Unknown);
    let code = known.and_then(two_letter_code);
    let file_name = (copy..=u32::MAX)
        .map(|copy| fit(stem, &suffix(title.as_deref(), copy, code, &tags, &ending)))
        // One more than there are names is always free.
        .take(taken.len() + 2)
        .find(|name| is_free(name));
    let relative_path = file_name.unwrap_or_else(|| fit(stem, &suffix(None, copy, code, &tags, &ending)));
    Extra { path: path.to_owned(), file: ExtraFile { relative_path, language: known, tags } }
}

/// What stands behind the movie's name: `.Title - 2.de.forced.srt`.
fn suffix(title: Option<&str>, copy: u32, code: Option<&str>, tags: &[String], ending: &str) -> String {
    /// A longer title would leave no room for the movie's.
    const TITLE_CHARS_MAX: usize = 40;
    let mut suffix = String::new();
    let title = title.map(|title| title.chars().take(TITLE_CHARS_MAX).collect::<String>());
    match (title, copy) {
        (Some(title), 0) => suffix.push_str(&format!(".{title}")),
        (Some(title), copy) => suffix.push_str(&format!(".{title} - {copy}")),
        (None, 0) => {}
        (None, copy) => suffix.push_str(&format!(".{copy}")),
    }
    let tags = tags.iter().map(String::as_str);
    for part in code.into_iter().chain(tags).chain((!ending.is_empty()).then_some(ending)) {
        suffix.push('.');
        suffix.push_str(part);
    }
    suffix
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(files: &[&str], want: &[&str]) {
        let extensions = ["srt", ".ass", "idx", "sub", "nfo"].map(str::to_owned);
        let named = extras("Movie.2000.mkv", files, &extensions, "Movie (2000) Bluray-1080p");
        let names: Vec<String> = named.into_iter().map(|extra| extra.file.relative_path).collect();
        assert_eq!(names, want, "{files:?}");
    }

    #[test]
    fn subtitles_that_begin_like_the_video_go_with_it_under_its_new_name() {
        check(
            &["Movie.2000.mkv", "Movie.2000.en.srt", "Movie.2000.de.forced.srt", "Other.1999.srt", "a.txt"],
            &["Movie (2000) Bluray-1080p.de.forced.srt", "Movie (2000) Bluray-1080p.en.srt"],
        );
    }

    #[test]
    fn beside_a_single_video_every_subtitle_is_its_own() {
        check(&["Movie.2000.mkv", "Subs/2_English.srt"], &["Movie (2000) Bluray-1080p.en.srt"]);
        check(&["Movie.2000.mkv", "Another.2001.mkv", "Subs/2_English.srt"], &[]);
    }

    #[test]
    fn two_of_the_same_language_get_numbers() {
        check(
            &["Movie.2000.mkv", "Movie.2000.en.srt", "Subs/Movie.2000.en.srt"],
            &["Movie (2000) Bluray-1080p.en.srt", "Movie (2000) Bluray-1080p.1.en.srt"],
        );
    }

    #[test]
    fn one_nfo_goes_with_the_movie() {
        check(&["Movie.2000.mkv", "Movie.2000.nfo", "Movie.2000-b.nfo"], &["Movie (2000) Bluray-1080p.nfo"]);
    }
}
