//! Examples of every rule of naming, on one invented movie of which a row changes what its rule is about.

use radarr_proto::model::{
    AudioTrack, ColonMode, HdrFormat, Language, MediaInfo, NamingSettings, Quality, QualityModel, Revision,
    Translation,
};

use super::length::{NAME_BYTES_MAX, STEM_BYTES_MAX};
use super::{NamedFile, NamedMovie, NamingSource, file_name, folder, render_file, render_folder};

/// What a row changes of the movie, of its file, or of the settings.
struct Scene {
    movie: NamedMovie<'static>,
    file: NamedFile<'static>,
    media: MediaInfo,
    formats: Vec<String>,
    settings: NamingSettings,
}

fn translation(language: Language, title: &str) -> Translation {
    Translation {
        language,
        code: String::new(),
        country: String::new(),
        title: title.to_owned(),
        overview: String::new(),
    }
}

impl Scene {
    fn new() -> Self {
        let track = |language: &str| AudioTrack {
            language: language.to_owned(),
            codec: "dts".to_owned(),
            channels_tenths: 51,
            ..AudioTrack::default()
        };
        Self {
            movie: NamedMovie {
                title: "The Tin Lantern",
                original_title: "Die Blechlaterne",
                year: 1987,
                tmdb_id: 4711,
                imdb_id: Some("tt0047110"),
                certification: Some("PG-13"),
                collection: Some("The Lantern Collection"),
                translations: &[],
            },
            file: NamedFile {
                quality: QualityModel {
                    quality: Quality::Bluray1080p,
                    revision: Revision { version: 2, ..Revision::default() },
                },
                release_group: Some("GRP"),
                edition: Some("director's cut"),
                scene_name: Some("The.Tin.Lantern.1987.1080p.BluRay.x264-GRP"),
                path: "lantern.mkv",
                media_info: None,
            },
            media: MediaInfo {
                video_codec: "h264".to_owned(),
                video_bit_depth: 10,
                hdr: HdrFormat::DolbyVisionHdr10,
                audio: vec![track("eng"), track("ger")],
                subtitles: ["eng", "fre", "und"].map(str::to_owned).to_vec(),
                ..MediaInfo::default()
            },
            formats: vec!["Proper Sound".to_owned(), "IMAX".to_owned()],
            settings: NamingSettings { rename: true, ..NamingSettings::default() },
        }
    }

    fn name(&self, make: impl Fn(&NamingSettings, &NamingSource<'_>) -> String) -> String {
        let translations =
            [translation(Language::French, "La lanterne"), translation(Language::German, "Blech")];
        let movie = NamedMovie { translations: &translations, ..self.movie };
        let file = Some(NamedFile { media_info: Some(&self.media), ..self.file });
        make(&self.settings, &NamingSource { movie, file, formats: &self.formats })
    }

    fn file(&mut self, format: &str) -> String {
        format.clone_into(&mut self.settings.file_format);
        self.name(render_file)
    }
}

#[track_caller]
fn check(change: impl Fn(&mut Scene), rows: &[(&str, &str)]) {
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(format, want)| {
            let mut scene = Scene::new();
            change(&mut scene);
            let got = scene.file(format);
            (got != *want).then(|| format!("{format}: wanted {want:?}, got {got:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_token_has_its_value() {
    check(
        |_| {},
        &[
            ("{Movie Title}", "The Tin Lantern"),
            ("{Movie CleanTitle}", "The Tin Lantern"),
            ("{Movie TitleThe}", "Tin Lantern, The"),
            ("{Movie CleanTitleThe}", "Tin Lantern, The"),
            ("{Movie TitleFirstCharacter}", "T"),
            ("{Movie OriginalTitle}", "Die Blechlaterne"),
            ("{Movie CleanOriginalTitle}", "Die Blechlaterne"),
            ("{Movie Collection}", "The Lantern Collection"),
            ("{Movie CollectionThe}", "Lantern Collection, The"),
            ("{Movie Certification}", "PG-13"),
            ("{Release Year}", "1987"),
            ("{ImdbId}", "tt0047110"),
            ("{TmdbId}", "4711"),
            ("{Quality Full}", "Bluray-1080p Proper"),
            ("{Quality Title}", "Bluray-1080p"),
            ("{Quality Proper}", "Proper"),
            ("{Quality Real}", ""),
            ("{Release Group}", "GRP"),
            ("{Edition Tags}", "Director's Cut"),
            ("{Original Title}", "The.Tin.Lantern.1987.1080p.BluRay.x264-GRP"),
            ("{Original Filename}", "lantern"),
            ("{Custom Formats}", "Proper Sound IMAX"),
            ("{Custom Format:IMAX}", "IMAX"),
            ("{Custom Format:Other}", ""),
            ("{MediaInfo Simple}", "x264 DTS"),
            ("{MediaInfo Full}", "x264 DTS[EN+DE] [EN+FR]"),
            ("{MediaInfo VideoCodec}", "x264"),
            ("{MediaInfo VideoBitDepth}", "10"),
            ("{MediaInfo VideoDynamicRange}", "HDR"),
            ("{MediaInfo VideoDynamicRangeType}", "DV HDR10"),
            ("{MediaInfo AudioCodec}", "DTS"),
            ("{MediaInfo AudioChannels}", "5.1"),
            ("{MediaInfo AudioLanguages}", "[EN+DE]"),
            ("{MediaInfo SubtitleLanguages}", "[EN+FR]"),
            ("{MediaInfo 3D}", ""),
            ("{No Token}", ""),
        ],
    );
}

#[test]
fn a_name_has_the_case_and_the_separators_of_its_token() {
    check(
        |_| {},
        &[
            ("{movie title}", "the tin lantern"),
            ("{MOVIE TITLE}", "THE TIN LANTERN"),
            ("{Movie.Title}", "The.Tin.Lantern"),
            ("{movie_title}", "the_tin_lantern"),
            ("{Movie-TitleThe}", "Tin-Lantern,-The"),
            ("{imdbid}", "tt0047110"),
            ("{mOVIE tITLE}", "The Tin Lantern"),
        ],
    );
}

#[test]
fn what_stands_around_a_token_goes_with_its_value() {
    let rows = &[
        ("{Movie Title}{ [Edition Tags]}", "The Tin Lantern [Director's Cut]"),
        ("{Movie Title}{-Release Group}", "The Tin Lantern-GRP"),
        ("{Movie Title} {edition-{Edition Tags}}", "The Tin Lantern {edition-Director's Cut}"),
        ("{Movie Title} {imdb-{ImdbId}}", "The Tin Lantern {imdb-tt0047110}"),
        ("{Movie Title} {{Edition Tags}}", "The Tin Lantern {Director's Cut}"),
    ];
    check(|_| {}, rows);
    let nothing = |scene: &mut Scene| {
        scene.file = NamedFile { release_group: None, edition: Some(" "), ..scene.file };
        scene.movie.imdb_id = None;
    };
    check(nothing, &rows.map(|(format, _)| (format, "The Tin Lantern")));
    check(nothing, &[("{Movie Title} {Release Group}", "The Tin Lantern Radarr")]);
}

#[test]
fn an_argument_cuts_translates_or_chooses() {
    check(
        |_| {},
        &[
            ("{Movie Title:15}", "The Tin Lantern"),
            ("{Movie Title:14}", "The Tin Lan..."),
            ("{Movie Title:11}", "The Tin..."),
            ("{Movie Title:-10}", "...Lantern"),
            ("{Movie Collection:10}", "The Lan..."),
            ("{Edition Tags:-6}", "...Cut"),
            ("{Release Group:3}", "GRP"),
            ("{Movie Title:FR}", "La lanterne"),
            ("{Movie Title:de}", "Blech"),
            ("{Movie Title:XX|DE}", "Blech"),
            ("{Movie Title:IT}", "The Tin Lantern"),
            ("{Movie CleanTitle:FR}", "La lanterne"),
            ("{MediaInfo AudioLanguages:DE}", "[DE]"),
            ("{MediaInfo AudioLanguages:-EN}", "[DE]"),
            ("{MediaInfo AudioLanguages:EN}", ""),
            ("{MediaInfo AudioLanguagesAll:EN}", "[EN]"),
            ("{MediaInfo SubtitleLanguages:FR+}", "[FR+-]"),
            ("{MediaInfo SubtitleLanguages:IT}", ""),
            ("{Custom Formats:IMAX}", "IMAX"),
            ("{Custom Formats:-IMAX}", "Proper Sound"),
            ("{Custom Formats:IMAX,Proper Sound}", "Proper Sound IMAX"),
        ],
    );
}

#[test]
fn a_colon_is_written_as_the_settings_say() {
    for (colon, want) in [
        (ColonMode::Delete, "Sun Part 21"),
        (ColonMode::Dash, "Sun- Part 2-1"),
        (ColonMode::SpaceDash, "Sun - Part 2 -1"),
        (ColonMode::SpaceDashSpace, "Sun - Part 2 - 1"),
        (ColonMode::Smart, "Sun - Part 2-1"),
    ] {
        let change = |scene: &mut Scene| {
            scene.movie.title = "Sun: Part 2:1";
            scene.settings.colon = colon;
        };
        check(change, &[("{Movie Title}", want)]);
        let removed = |scene: &mut Scene| {
            change(scene);
            scene.settings.replace_illegal = false;
        };
        check(removed, &[("{Movie Title}", "Sun Part 21")]);
    }
}

#[test]
fn names_are_cleaned_up() {
    let titled = |title: &'static str, rows: &[(&str, &str)]| check(|scene| scene.movie.title = title, rows);
    titled(
        "What/Is? <This>|*",
        &[("{Movie Title}", "What+Is! This"), ("{Movie CleanTitle}", "What Is This")],
    );
    titled("..Dots...", &[("{Movie Title}", "Dots"), ("{Movie Title} x", "Dots. x")]);
    titled("Con Man", &[("{Movie.Title}.x", "Con_Man.x"), ("{Movie Title}.x", "Con Man.x")]);
    titled("Aux", &[("{Movie Title}.{Release Year}", "Aux_1987"), ("{Movie Title}", "Aux")]);
    titled("  ", &[("{Movie Title} ({Release Year})", "(1987)"), ("{Movie Title}/{Release Year}", "1987")]);
    titled(
        "An Apple (UK)",
        &[("{Movie TitleThe}", "Apple, An (UK)"), ("{Movie CleanTitleThe}", "Apple, An UK")],
    );
    titled("Ångström's Élan", &[("{Movie CleanTitle}", "Angstroms Elan")]);
    titled("A\u{7}B\nC", &[("{Movie Title}", "ABC")]);
}

#[test]
fn a_file_that_is_not_renamed_keeps_its_release_name() {
    let kept = |scene: &mut Scene| scene.settings.rename = false;
    check(kept, &[("{Movie Title}", "The.Tin.Lantern.1987.1080p.BluRay.x264-GRP")]);
    let unnamed = |scene: &mut Scene| {
        kept(scene);
        scene.file.scene_name = Some("");
        scene.file.path = "sub/a:b.mkv";
    };
    check(unnamed, &[("{Movie Title}", "a-b")]);
}

#[test]
fn folders_are_named_by_the_movie() {
    for (format, want) in [
        ("{Movie TitleFirstCharacter}/{Movie TitleThe} ({Release Year})", "T/Tin Lantern, The (1987)"),
        (r"{Movie Collection}\{Movie Title}", "The Lantern Collection/The Tin Lantern"),
        ("{Movie Title} {tmdb-{TmdbId}}", "The Tin Lantern {tmdb-4711}"),
        ("../{Movie Title}/..", "The Tin Lantern"),
        ("{Original Title}", "The Tin Lantern 1987"),
    ] {
        let mut scene = Scene::new();
        format.clone_into(&mut scene.settings.folder_format);
        let bare = |settings: &NamingSettings, source: &NamingSource<'_>| {
            render_folder(settings, &NamingSource { file: None, ..*source })
        };
        assert_eq!(scene.name(bare), want, "{format}");
    }
}

#[test]
fn every_part_of_a_path_fits_a_file_system_at_any_length_of_a_title() {
    let word = "長い題 ";
    for letters in [1, 18, 19, 20, 21, 22, 23, 24, 25, 60, 400] {
        let title: &'static str = word.repeat(letters).leak();
        for format in
            ["{Movie Title} ({Release Year}) {Quality Full}", "{Movie Title}/{Movie Title} {Release Year}"]
        {
            let mut scene = Scene::new();
            scene.movie.title = title;
            format.clone_into(&mut scene.settings.file_format);
            format.clone_into(&mut scene.settings.folder_format);
            let file = scene.name(|settings, source| file_name(settings, source, "mkv"));
            let (stem, _) = file.rsplit_once('.').unwrap();
            assert!(stem.split('/').all(|part| part.len() <= STEM_BYTES_MAX), "{letters}: {file}");
            let folder = scene.name(folder);
            assert!(folder.split('/').all(|part| part.len() <= NAME_BYTES_MAX), "{letters}: {folder}");
            assert!(file.contains("1987") && folder.contains("1987"), "the year stays: {file} {folder}");
        }
    }
}
