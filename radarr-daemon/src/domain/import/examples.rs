//! Examples of what comes with a download and what becomes of it: which files are taken, which go with the movie and
//! under which names, and which the rules refuse. Invented names, one row for each side of a limit.

use radarr_proto::model::{MediaInfo, MovieId, Quality, QualityModel, RuleOutcome, RuleVerdict};

use super::candidate::Candidate;
use super::extras::{EXTRAS_MAX, extras};
use super::rules::test_candidate::candidate;
use super::rules::{free_space, has_audio_track, matches_grab, not_multi_part, not_sample, not_unpacking};
use super::sample::{SampleVerdict, sample};
use super::scan::{FileKind, SUBTITLE_EXTENSIONS, VIDEO_EXTENSIONS, file_kind, is_movie_file};
use super::{FreeSpace, Origin};

#[test]
fn files_are_told_by_their_endings_in_any_case() {
    for ending in VIDEO_EXTENSIONS {
        assert!(is_movie_file(&format!("a/Movie.{}", ending.to_uppercase())), "{ending}");
    }
    for ending in SUBTITLE_EXTENSIONS {
        assert_eq!(file_kind(&format!("Movie.{}", ending.to_uppercase())), FileKind::Subtitle, "{ending}");
    }
    for (endings, want) in [
        (&["arj", "lnk", "lzh", "ps1", "scr", "vbs", "zipx"][..], FileKind::Dangerous),
        (&["bat", "cmd", "exe", "sh"], FileKind::Executable),
        (
            &["7z", "bz2", "gz", "r00", "r99", "rar", "tar", "tb2", "tbz2", "tgz", "zip", "001"],
            FileKind::Archive,
        ),
        (&["nfo", "jpg", "par2", "sfv", "r", "10", ""], FileKind::Other),
    ] {
        for ending in endings {
            assert_eq!(file_kind(&format!("Movie.{ending}")), want, "{ending}");
        }
    }
}

#[test]
fn what_came_with_a_movie_is_not_the_movie() {
    let folders = [
        "Extras",
        "extrafanart",
        "Behind The Scenes",
        "Deleted Scenes",
        "Featurettes",
        "Interviews",
        "Other",
        "Scenes",
        "Sample",
        "Samples",
        "Shorts",
        "Trailers",
        "@eaDir",
        ".@__thumb",
        "Plex Versions",
        ".hidden",
    ];
    for folder in folders {
        for name in [folder.to_owned(), folder.to_uppercase()] {
            assert!(!is_movie_file(&format!("{name}/a.mkv")), "{name}");
            assert!(!is_movie_file(&format!("Disc 1/{name}/below/a.mkv")), "{name}");
            let hidden = name.starts_with('.');
            assert_eq!(is_movie_file(&format!("{name} 2/a.mkv")), !hidden, "{name} 2");
        }
    }
    for end in ["trailer", "other", "behindthescenes", "deleted", "featurette", "interview", "scene", "short"]
    {
        assert!(
            !is_movie_file(&format!("Movie-{end}.mkv"))
                && !is_movie_file(&format!("Movie-{}.mkv", end.to_uppercase()))
        );
        assert!(
            is_movie_file(&format!("Movie {end}.mkv")) && is_movie_file(&format!("{end}-Movie.mkv")),
            "{end}"
        );
    }
}

#[track_caller]
fn named(files: &[&str], want: &[&str]) {
    let endings = ["srt", "ass", "sub", "idx", "nfo", "jpg"].map(str::to_owned);
    let found = extras("Lantern.1987.1080p-GRP.mkv", files, &endings, "The Lantern (1987)");
    let names: Vec<String> = found.into_iter().map(|extra| extra.file.relative_path).collect();
    assert_eq!(names, want, "{files:?}");
}

#[test]
fn extras_get_the_movies_name_with_title_number_language_and_tags() {
    let video = "Lantern.1987.1080p-GRP.mkv";
    for (file, want) in [
        ("Lantern.1987.1080p-GRP.srt", "The Lantern (1987).srt"),
        ("Lantern.1987.1080p-GRP.en.srt", "The Lantern (1987).en.srt"),
        ("Lantern.1987.1080p-GRP.ENG.SRT", "The Lantern (1987).en.srt"),
        ("Lantern.1987.1080p-GRP.ger.forced.ass", "The Lantern (1987).de.forced.ass"),
        ("Lantern.1987.1080p-GRP.sdh.eng.ass", "The Lantern (1987).en.sdh.ass"),
        ("Lantern.1987.1080p-GRP.Commentary.eng.srt", "The Lantern (1987).Commentary.en.srt"),
        ("Lantern.1987.1080p-GRP.Commentary - 2.eng.srt", "The Lantern (1987).Commentary - 2.en.srt"),
        ("Lantern.1987.1080p-GRP.2.eng.srt", "The Lantern (1987).2.en.srt"),
        ("lantern.1987.1080p-grp.pt-BR.srt", "The Lantern (1987).pt-BR.srt"),
        ("Lantern.1987.German.srt", "The Lantern (1987).de.srt"),
        ("Lantern.1987.1080p-GRP.nfo", "The Lantern (1987).nfo"),
        ("Lantern.1987.1080p-GRP-poster.jpg", "The Lantern (1987).jpg"),
        ("Subs/3_French.srt", "The Lantern (1987).fr.srt"),
    ] {
        named(&[video, file], &[want]);
    }
}

#[test]
fn what_belongs_to_another_movie_or_is_not_wanted_stays() {
    let video = "Lantern.1987.1080p-GRP.mkv";
    for file in [
        "Lantern.1987.1080p-GRP.txt",
        "Other.Movie.1999.nfo",
        "folder.jpg",
        "Lantern.1987.1080p-GRP.mp4",
        "._Lantern.1987.1080p-GRP.srt",
        "Lantern.1987.1080p-GRP",
    ] {
        named(&[video, file], &[]);
    }
    let two = [video, "Other.Movie.1999.mkv"];
    named(&[two[0], two[1], "Other.Movie.1999.en.srt", "Subs/English.srt"], &[]);
    named(
        &[two[0], two[1], "Lantern.1987.en.srt", "Other.Movie.1999.en.srt"],
        &["The Lantern (1987).en.srt"],
    );
    named(&[video, "Sample/Lantern-sample.mkv", "Subs/English.srt"], &["The Lantern (1987).en.srt"]);
}

#[test]
fn a_crowd_of_extras_ends_at_the_limit_with_a_name_each() {
    let files: Vec<String> = (0..=EXTRAS_MAX).map(|number| format!("Subs/{number}_English.srt")).collect();
    let all: Vec<&str> = files.iter().map(String::as_str).collect();
    let found = extras("Movie.mkv", &all, &["srt".to_owned()], "Movie");
    let mut names: Vec<&str> = found.iter().map(|extra| extra.file.relative_path.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), EXTRAS_MAX);
}

#[test]
fn a_sample_runs_less_than_its_movie_allows() {
    for (minutes, least) in
        [(0, 15), (1, 15), (3, 15), (4, 90), (10, 90), (11, 300), (30, 300), (31, 600), (u16::MAX, 600)]
    {
        for (seconds, want) in [
            (least, SampleVerdict::NotSample),
            (least - 1, SampleVerdict::Sample),
            (0, SampleVerdict::Sample),
        ] {
            assert_eq!(sample("a.mkv", minutes, Some(seconds)), want, "{minutes} min: {seconds} s");
        }
        assert_eq!(sample("a.mkv", minutes, None), SampleVerdict::Indeterminate);
        for ending in ["flv", "strm", "iso", "img", "m2ts", "M2TS"] {
            assert_eq!(
                sample(&format!("a.{ending}"), minutes, Some(0)),
                SampleVerdict::NotSample,
                "{ending}"
            );
        }
    }
}

#[track_caller]
fn says(verdict: &RuleVerdict, want: Option<&str>) {
    let got = match &verdict.outcome {
        RuleOutcome::Reject { reason, .. } => Some(reason.as_str()),
        RuleOutcome::Pass | RuleOutcome::NotApplicable { .. } | RuleOutcome::Unknown => None,
    };
    assert_eq!(got, want, "{verdict:?}");
}

#[test]
fn a_file_needs_room_for_itself_and_for_what_must_stay_free() {
    let known = FreeSpace::Bytes;
    for (size_bytes, free_space_left, minimum, want) in [
        (1000, known(1100), Some(100), None),
        (1000, known(1099), Some(100), Some("MinimumFreeSpace")),
        (1000, known(0), None, None),
        (u64::MAX, known(u64::MAX - 1), Some(u64::MAX), Some("MinimumFreeSpace")),
        (1000, FreeSpace::Unknown, Some(100), None),
    ] {
        let file =
            Candidate { size_bytes, free_space: free_space_left, minimum_free_bytes: minimum, ..candidate() };
        says(&free_space(&file), want);
        says(&free_space(&Candidate { origin: Origin::Library, ..file }), None);
    }
}

#[test]
fn a_file_is_heard_and_is_the_movie_that_was_grabbed() {
    let silent = MediaInfo::default();
    says(&has_audio_track(&Candidate { media_info: Some(&silent), ..candidate() }), Some("NoAudio"));
    says(&has_audio_track(&Candidate { media_info: None, ..candidate() }), None);
    for (grabbed, want) in [
        (None, None),
        (Some(&[MovieId(1)][..]), None),
        (Some(&[MovieId(2), MovieId(1)]), None),
        (Some(&[MovieId(2)]), Some("MovieNotFoundInRelease")),
    ] {
        says(&matches_grab(&Candidate { grabbed_for: grabbed, ..candidate() }), want);
    }
}

#[test]
fn markers_of_parts_are_told_from_titles() {
    for (one, other, is_part) in [
        ("Movie cd1", "Movie cd2", true),
        ("Movie.DVD.A", "Movie.dvd.b", true),
        ("Movie - pt 01", "Movie - pt 02", true),
        ("Movie_p1", "Movie_p2", true),
        ("Movie[disk 1]", "Movie[disk 2]", true),
        ("Movie.disc1.720p", "Movie.disc2.720p", true),
        ("Movie cd1", "Movie cdx", false),
        ("Movie e", "Movie f", false),
        ("Movie part e", "Movie part f", false),
        ("Movie cd1", "Movies cd2", false),
        ("Movie Part 1 2001", "Movie Part 2 2003", false),
        ("Chapter1", "Chapter2", false),
    ] {
        let (path, beside) = (format!("/d/{one}.avi"), format!("/d/{other}.avi"));
        let both = [path.as_str(), beside.as_str()];
        let file = Candidate { path: &path, beside: &both, ..candidate() };
        says(&not_multi_part(&file), is_part.then_some("MultiPartMovie"));
        says(&not_multi_part(&Candidate { beside: &both[..1], ..file }), None);
    }
}

#[test]
fn what_is_in_the_library_already_is_not_asked_where_it_came_from() {
    let short = MediaInfo { duration_seconds: 1, ..MediaInfo::default() };
    let file = Candidate { path: "/d/_UNPACK_x/a.mkv", media_info: Some(&short), ..candidate() };
    says(&not_sample(&file), Some("Sample"));
    says(&not_unpacking(&file), Some("Unpacking"));
    let ours = Candidate { origin: Origin::Library, ..file };
    says(&not_sample(&ours), None);
    says(&not_unpacking(&ours), None);
    assert_eq!(ours.quality, QualityModel { quality: Quality::Bluray1080p, ..QualityModel::default() });
}
