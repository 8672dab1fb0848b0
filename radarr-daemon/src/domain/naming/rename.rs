//! Which names of a movie's folder change when its file gets the name that the settings give.
//!
//! What lies beside the file and begins with its name (subtitles, artwork, `.nfo`) is renamed with it, whoever put it
//! there: a media server finds such files by the name of the video.

use super::length::fit;

/// A name that changes; both relative to the movie's folder, with `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rename {
    /// The name that it has.
    pub from: String,
    /// The name that it gets.
    pub to: String,
}

/// The video first, then what goes with it, in the order of their names; empty when the video has its name already.
///
/// `video` is the file as it lies, `target` and `stem` what naming gives for it (with and without its ending),
/// `others` all other files of the folder, `other_videos` those of them that are videos.
pub fn renames(video: &str, target: &str, stem: &str, others: &[&str], other_videos: &[&str]) -> Vec<Rename> {
    if video == target {
        return Vec::new();
    }
    let mut renames = vec![Rename { from: video.to_owned(), to: target.to_owned() }];
    let own = without_ending(video);
    // "Movie - 4k.en.srt" goes with "Movie - 4k.mkv", not with "Movie.mkv".
    let is_of_other = |path: &str| {
        other_videos.iter().any(|other| {
            let other = without_ending(other);
            other.len() > own.len() && tail(path, other).is_some()
        })
    };
    let mut beside: Vec<&str> =
        others.iter().copied().filter(|path| *path != video && !other_videos.contains(path)).collect();
    beside.sort_unstable();
    for path in beside {
        let Some(tail) = tail(path, own).filter(|_| !is_of_other(path)) else { continue };
        let to = fit(stem, tail);
        if to != path && !renames.iter().any(|rename| rename.to == to) {
            renames.push(Rename { from: path.to_owned(), to });
        }
    }
    renames
}

/// What stands behind the video's name; `None` when the name does not begin with it. `Movie 2.srt` does not go with
/// `Movie.mkv`, `Movie-poster.jpg` does.
fn tail<'a>(path: &'a str, stem: &str) -> Option<&'a str> {
    path.strip_prefix(stem).filter(|rest| rest.starts_with(['.', '-', '_']) || rest.starts_with(" - "))
}

fn without_ending(path: &str) -> &str {
    let name_at = path.rfind('/').map_or(0, |at| at + 1);
    match path.rfind('.') {
        Some(dot) if dot > name_at => path.get(..dot).unwrap_or(path),
        Some(_) | None => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(others: &[&str], other_videos: &[&str], want: &[(&str, &str)]) {
        let got = renames("Old (2019).mkv", "New (2019).mkv", "New (2019)", others, other_videos);
        let got: Vec<(&str, &str)> =
            got.iter().skip(1).map(|rename| (rename.from.as_str(), rename.to.as_str())).collect();
        assert_eq!(got, want);
    }

    #[test]
    fn what_begins_with_the_name_of_the_video_goes_with_it() {
        check(
            &["Old (2019).en.forced.srt", "Old (2019)-poster.jpg", "Old (2019) - 2.de.srt", "Old (2019).nfo"],
            &[],
            &[
                ("Old (2019) - 2.de.srt", "New (2019) - 2.de.srt"),
                ("Old (2019)-poster.jpg", "New (2019)-poster.jpg"),
                ("Old (2019).en.forced.srt", "New (2019).en.forced.srt"),
                ("Old (2019).nfo", "New (2019).nfo"),
            ],
        );
        check(&["poster.jpg", "Old (2019) 2.srt", "sub/Old (2019).srt", "Older.srt"], &[], &[]);
    }

    #[test]
    fn what_belongs_to_another_version_stays() {
        let other = "Old (2019) - 4k.mkv";
        check(
            &[other, "Old (2019) - 4k.en.srt", "Old (2019).en.srt"],
            &[other],
            &[("Old (2019).en.srt", "New (2019).en.srt")],
        );
    }

    #[test]
    fn a_video_that_has_its_name_changes_nothing() {
        assert!(renames("A.mkv", "A.mkv", "A", &["A.nfo"], &[]).is_empty());
    }

    #[test]
    fn a_file_may_go_into_another_folder_below_the_movies() {
        let got = renames("Old.mkv", "4k/New.mkv", "4k/New", &["Old.en.srt"], &[]);
        assert_eq!(got.last().map(|rename| rename.to.as_str()), Some("4k/New.en.srt"));
    }
}
