//! The table of every token that a format may hold.

use radarr_proto::model::MediaInfo;

use super::clean::clean_name;
use super::format::Token;
use super::source::{NamedFile, NamingSource};
use super::title;
use crate::domain::languages::language_of_code;
use crate::domain::media_info;

/// What a token tells of; a folder is named after its movie alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// The movie.
    Movie,
    /// Its file.
    File,
}

/// What may stand behind the colon of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Argument {
    /// Nothing.
    None,
    /// A number of characters to cut to; negative: from the start.
    Length,
    /// That, or language codes in the order they are wanted (`JA|FR`).
    LanguageOrLength,
    /// Language codes to keep (`EN+DE`) or to leave out (`-EN`).
    Languages,
    /// Names of custom formats to keep (`A,B`) or to leave out (`-A`).
    FormatNames,
    /// The name of one custom format.
    FormatName,
}

/// What a value is made from.
pub struct Filling<'a> {
    /// Movie, file and custom formats.
    pub source: &'a NamingSource<'a>,
    /// The token, for its argument and affixes.
    pub token: &'a Token<'a>,
    /// The whole format has this one token only.
    pub alone: bool,
    /// How names are made safe.
    pub settings: &'a radarr_proto::model::NamingSettings,
}

/// One token.
pub struct TokenRow {
    /// The name as users know it.
    pub name: &'static str,
    /// What it tells of.
    pub about: About,
    /// What may stand behind its colon.
    pub argument: Argument,
    /// Whether the value is free text, which may be cut where a name gets too long.
    pub is_text: bool,
    /// What it stands for, in one sentence for people.
    pub meaning: &'static str,
    /// Its value; empty when there is none.
    pub value: fn(&Filling<'_>) -> String,
}

const fn movie(
    name: &'static str,
    argument: Argument,
    meaning: &'static str,
    value: fn(&Filling<'_>) -> String,
) -> TokenRow {
    let is_text = matches!(argument, Argument::Length | Argument::LanguageOrLength);
    TokenRow { name, about: About::Movie, argument, is_text, meaning, value }
}

const fn file(
    name: &'static str,
    argument: Argument,
    meaning: &'static str,
    value: fn(&Filling<'_>) -> String,
) -> TokenRow {
    let is_text = matches!(argument, Argument::Length | Argument::FormatNames | Argument::Languages);
    TokenRow { name, about: About::File, argument, is_text, meaning, value }
}

/// Every token, in the order in which help shows them.
///
/// Source: Radarr's `FileNameBuilder`.
pub const TOKENS: &[TokenRow] = &[
    movie("Movie Title", Argument::LanguageOrLength, "the title", |f| cut(f, &language_title(f))),
    movie("Movie CleanTitle", Argument::LanguageOrLength, "the title without punctuation", |f| {
        cut(f, &title::clean_title(&language_title(f)))
    }),
    movie("Movie TitleThe", Argument::Length, "the title with its article behind it", |f| {
        cut(f, &title::title_the(f.source.movie.title))
    }),
    movie("Movie CleanTitleThe", Argument::Length, "both of these", |f| {
        cut(f, &title::clean_title_the(f.source.movie.title))
    }),
    movie("Movie TitleFirstCharacter", Argument::LanguageOrLength, "the first letter of the title", |f| {
        title::first_character(&language_title(f))
    }),
    movie("Movie OriginalTitle", Argument::Length, "the title in the original language", |f| {
        cut(f, f.source.movie.original_title)
    }),
    movie("Movie CleanOriginalTitle", Argument::Length, "that without punctuation", |f| {
        cut(f, &title::clean_title(f.source.movie.original_title))
    }),
    movie("Movie Collection", Argument::Length, "the collection", |f| {
        cut(f, f.source.movie.collection.unwrap_or_default())
    }),
    movie("Movie CollectionThe", Argument::Length, "the collection with its article behind it", |f| {
        cut(f, &title::title_the(f.source.movie.collection.unwrap_or_default()))
    }),
    movie("Movie Certification", Argument::None, "the age rating", |f| {
        f.source.movie.certification.unwrap_or_default().to_owned()
    }),
    movie("Release Year", Argument::None, "the year", |f| number(u32::from(f.source.movie.year))),
    movie("ImdbId", Argument::None, "the id at IMDb", |f| {
        f.source.movie.imdb_id.unwrap_or_default().to_owned()
    }),
    movie("TmdbId", Argument::None, "the number at TMDB", |f| number(f.source.movie.tmdb_id)),
    file("Quality Full", Argument::None, "the quality with Proper and REAL", |f| {
        format!("{} {} {}", quality(f), proper(f), real(f))
    }),
    file("Quality Title", Argument::None, "the quality", |f| quality(f).to_owned()),
    file("Quality Proper", Argument::None, "Proper, for a proper or repack", |f| proper(f).to_owned()),
    file("Quality Real", Argument::None, "REAL", |f| real(f).to_owned()),
    file("MediaInfo Simple", Argument::None, "video and audio codec", |f| {
        format!("{} {}", video_codec(f), audio_codec(f))
    }),
    file("MediaInfo Full", Argument::Languages, "codecs, audio and subtitle languages", |f| {
        let (audio, subtitles) = (audio_languages(f), subtitle_languages(f));
        format!("{} {}{audio} {subtitles}", video_codec(f), audio_codec(f))
    }),
    file("MediaInfo Video", Argument::None, "the video codec", video_codec),
    file("MediaInfo VideoCodec", Argument::None, "the video codec", video_codec),
    file("MediaInfo VideoBitDepth", Argument::None, "bits per sample", |f| {
        media(f).map(|media| media_info::video_bit_depth(media).to_string()).unwrap_or_default()
    }),
    file("MediaInfo VideoDynamicRange", Argument::None, "HDR, when it is", |f| {
        media(f).map(|media| media_info::dynamic_range(media.hdr)).unwrap_or_default().to_owned()
    }),
    file("MediaInfo VideoDynamicRangeType", Argument::None, "which HDR, such as DV HDR10", |f| {
        media(f).map(|media| media_info::dynamic_range_type(media.hdr)).unwrap_or_default().to_owned()
    }),
    file("MediaInfo Audio", Argument::None, "the audio codec", audio_codec),
    file("MediaInfo AudioCodec", Argument::None, "the audio codec", audio_codec),
    file("MediaInfo AudioChannels", Argument::None, "the audio channels, such as 5.1", |f| {
        media(f).map(media_info::audio_channels).unwrap_or_default()
    }),
    file(
        "MediaInfo AudioLanguages",
        Argument::Languages,
        "audio languages; nothing for English alone",
        audio_languages,
    ),
    file("MediaInfo AudioLanguagesAll", Argument::Languages, "audio languages", |f| {
        let all = media(f).map(media_info::audio_language_codes).unwrap_or_default();
        media_info::languages_in_brackets(&all, f.token.argument)
    }),
    file("MediaInfo SubtitleLanguages", Argument::Languages, "subtitle languages", subtitle_languages),
    file("MediaInfo SubtitleLanguagesAll", Argument::Languages, "subtitle languages", subtitle_languages),
    file("MediaInfo 3D", Argument::None, "3D, when it is", |f| {
        media(f).filter(|media| media.multi_view_count > 1).map(|_| "3D").unwrap_or_default().to_owned()
    }),
    file("Release Group", Argument::Length, "who released it", release_group),
    file("Edition Tags", Argument::Length, "the edition", |f| {
        let edition = of_file(f, |file| file.edition);
        if edition.trim().is_empty() { String::new() } else { cut(f, &title::edition(edition)) }
    }),
    file("Original Title", Argument::None, "the release name, else the old file name", original_title),
    file(
        "Original Filename",
        Argument::None,
        "the old file name; only where no other token is",
        original_file_name,
    ),
    file("Custom Formats", Argument::FormatNames, "the custom formats that go into names", custom_formats),
    file("Custom Format", Argument::FormatName, "one custom format, when it matched", |f| {
        let wanted = f.token.argument.unwrap_or_default();
        f.source.formats.iter().find(|name| *name == wanted).cloned().unwrap_or_default()
    }),
];

/// The row of a token.
pub fn find(token: &Token<'_>) -> Option<&'static TokenRow> {
    let key = token.key();
    TOKENS.iter().find(|row| super::format::key(row.name) == key)
}

fn cut(filling: &Filling<'_>, text: &str) -> String {
    title::cut(text, filling.token.argument)
}

fn number(number: u32) -> String {
    if number == 0 { String::new() } else { number.to_string() }
}

/// The title in the first language of the argument that there is, else the title.
fn language_title(filling: &Filling<'_>) -> String {
    let movie = &filling.source.movie;
    let wanted = filling.token.argument.unwrap_or_default().split('|').find_map(language_of_code);
    let translated = wanted.and_then(|language| movie.translations.iter().find(|t| t.language == language));
    translated.map_or(movie.title, |translation| translation.title.as_str()).to_owned()
}

fn of_file<'a, T: Default>(filling: &Filling<'a>, get: fn(&NamedFile<'a>) -> Option<T>) -> T {
    filling.source.file.as_ref().and_then(get).unwrap_or_default()
}

fn quality(filling: &Filling<'_>) -> &'static str {
    of_file(filling, |file| Some(file.quality.quality.name()))
}

fn proper(filling: &Filling<'_>) -> &'static str {
    of_file(filling, |file| (file.quality.revision.version > 1).then_some("Proper"))
}

fn real(filling: &Filling<'_>) -> &'static str {
    of_file(filling, |file| (file.quality.revision.real > 0).then_some("REAL"))
}

fn media<'a>(filling: &Filling<'a>) -> Option<&'a MediaInfo> {
    filling.source.file.as_ref().and_then(|file| file.media_info)
}

fn video_codec(filling: &Filling<'_>) -> String {
    let scene_name = filling.source.file.as_ref().map(NamedFile::scene_or_file_name).unwrap_or_default();
    media(filling)
        .map(|media| media_info::video_codec(&media.video_codec, &media.video_codec_id, scene_name))
        .unwrap_or_default()
}

fn audio_codec(filling: &Filling<'_>) -> String {
    let track = media(filling).and_then(|media| media.audio.first());
    track
        .map(|track| media_info::audio_codec(&track.codec, &track.codec_id, &track.profile))
        .unwrap_or_default()
}

fn audio_languages(filling: &Filling<'_>) -> String {
    let all = media(filling).map(media_info::audio_language_codes).unwrap_or_default();
    let languages = media_info::languages_in_brackets(&all, filling.token.argument);
    if languages == "[EN]" { String::new() } else { languages }
}

fn subtitle_languages(filling: &Filling<'_>) -> String {
    let all = media(filling).map(|media| media_info::upper_codes(&media.subtitles)).unwrap_or_default();
    media_info::languages_in_brackets(&all, filling.token.argument)
}

/// The group; `Radarr` where it is not known and the token has nothing around it that would vanish with it.
fn release_group(filling: &Filling<'_>) -> String {
    let group = of_file(filling, |file| file.release_group);
    let bare = filling.token.prefix.is_empty() && filling.token.suffix.is_empty();
    match group.trim() {
        "" if bare && filling.source.file.is_some() => "Radarr".to_owned(),
        "" => String::new(),
        _ => cut(filling, group),
    }
}

/// The release name, else the name that the file has. A folder is named before its first file comes; it is called
/// by title and year then.
fn original_title(filling: &Filling<'_>) -> String {
    if filling.source.file.is_none() {
        let movie = &filling.source.movie;
        return clean_name(&format!("{} {}", movie.title, movie.year), filling.settings);
    }
    let scene = of_file(filling, |file| file.scene_name);
    if scene.trim().is_empty() { original_file_name(filling) } else { clean_name(scene, filling.settings) }
}

/// The name that the file has. It would grow with each renaming if other tokens stood beside it.
fn original_file_name(filling: &Filling<'_>) -> String {
    let stem = filling.source.file.as_ref().map(NamedFile::stem).unwrap_or_default();
    if filling.alone { clean_name(stem, filling.settings) } else { String::new() }
}

fn custom_formats(filling: &Filling<'_>) -> String {
    let names = filling.source.formats.iter().map(String::as_str);
    let chosen: Vec<&str> = match filling.token.argument {
        None => names.collect(),
        Some(argument) => match argument.strip_prefix('-') {
            Some(left_out) => names.filter(|name| !left_out.split(',').any(|other| other == *name)).collect(),
            None => names.filter(|name| argument.split(',').any(|wanted| wanted == *name)).collect(),
        },
    };
    chosen.join(" ")
}
