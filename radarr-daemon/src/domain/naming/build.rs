//! Puts names together.
//!
//! [`render_file`] and [`render_folder`] give what the format says; [`file_name`] and [`folder`] give what can stand
//! on a disk: never empty, each part within the limit of file systems.

use radarr_proto::model::NamingSettings;

use super::clean::{ELLIPSIS_MARK, clean_name, collapse, trim_separators, without_device_name};
use super::format::{Part, Token, parse, token_count};
use super::length::{NAME_BYTES_MAX, STEM_BYTES_MAX, cut_words, fit};
use super::source::{NamedFile, NamedMovie, NamingSource};
use super::tokens::{self, Filling};

/// The name of a file, without folders: its stem, shortened where it must be, and `ending` (`mkv`, `en.srt`).
///
/// A format may put a file into a folder below the movie's; the result has a `/` then, and only then.
pub fn file_name(settings: &NamingSettings, source: &NamingSource<'_>, ending: &str) -> String {
    let stem = file_stem(settings, source);
    let ending = ending.trim_start_matches('.');
    if ending.is_empty() { stem } else { fit(&stem, &format!(".{ending}")) }
}

/// The name of a file without its ending; files that go with it (subtitles) begin with it. It leaves room for an
/// ending, and is never empty: a movie whose title has no letter that a file name may hold is called by its number.
pub fn file_stem(settings: &NamingSettings, source: &NamingSource<'_>) -> String {
    let stem = render_file_within(settings, source, STEM_BYTES_MAX);
    if stem.is_empty() { by_number(&source.movie) } else { stem }
}

/// The folder of a movie relative to its root folder, with `/` between folders; never empty.
pub fn folder(settings: &NamingSettings, source: &NamingSource<'_>) -> String {
    let folder = render_folder_within(settings, source, NAME_BYTES_MAX);
    if folder.is_empty() { by_number(&source.movie) } else { folder }
}

/// What the file format says, whatever its length; may be empty.
pub fn render_file(settings: &NamingSettings, source: &NamingSource<'_>) -> String {
    render_file_within(settings, source, usize::MAX)
}

/// What the folder format says, whatever its length; may be empty.
pub fn render_folder(settings: &NamingSettings, source: &NamingSource<'_>) -> String {
    render_folder_within(settings, source, usize::MAX)
}

fn by_number(movie: &NamedMovie<'_>) -> String {
    format!("tmdb-{}", movie.tmdb_id)
}

fn render_file_within(settings: &NamingSettings, source: &NamingSource<'_>, bytes_max: usize) -> String {
    if !settings.rename {
        let name = source.file.as_ref().map(NamedFile::scene_or_file_name).unwrap_or_default();
        return shown(cut_words(clean_name(name, settings).trim_matches(' '), bytes_max));
    }
    let finish = |text: String| {
        let text = collapse(&without_device_name(text.trim().to_owned()));
        without_device_name(trim_separators(&text).to_owned())
    };
    render(settings, source, &settings.file_format, bytes_max, &finish)
}

fn render_folder_within(settings: &NamingSettings, source: &NamingSource<'_>, bytes_max: usize) -> String {
    let finish = |text: String| without_device_name(collapse(&text).trim_matches([' ', '.']).to_owned());
    render(settings, source, &settings.folder_format, bytes_max, &finish)
}

/// Each part between slashes is a name of its own; empty ones go.
fn render(
    settings: &NamingSettings,
    source: &NamingSource<'_>,
    format: &str,
    bytes_max: usize,
    finish: &dyn Fn(String) -> String,
) -> String {
    let alone = token_count(format) <= 1;
    let parts = format.split(['/', '\\']).map(|part| {
        let whole = |text_bytes_max| finish(fill(settings, source, part, alone, text_bytes_max));
        shorten(whole, source, bytes_max)
    });
    let names: Vec<String> = parts.filter(|name| !name.is_empty()).collect();
    names.join("/")
}

/// A name that is too long loses the end of its longest texts first (titles, groups, lists), so that year and
/// quality stay; what is still too long is cut at the end.
fn shorten(whole: impl Fn(usize) -> String, source: &NamingSource<'_>, bytes_max: usize) -> String {
    /// A title cut to less says nothing any more.
    const TEXT_BYTES_MIN: usize = 24;
    let mut name = whole(usize::MAX);
    let mut text_bytes_max = longest_text(source).min(bytes_max);
    while shown_len(&name) > bytes_max && text_bytes_max > TEXT_BYTES_MIN {
        let over = shown_len(&name) - bytes_max;
        // At least a tenth at a time: several texts may share the burden, and the loop ends.
        text_bytes_max = (text_bytes_max - (over / 4).max(1).min(text_bytes_max)).max(TEXT_BYTES_MIN);
        name = whole(text_bytes_max);
    }
    shown(cut_words(&name, bytes_max))
}

/// Bytes of the longest text that a name can hold.
fn longest_text(source: &NamingSource<'_>) -> usize {
    let movie = &source.movie;
    let file = source.file.as_ref();
    let translated = movie.translations.iter().map(|translation| translation.title.len()).max();
    [
        movie.title.len(),
        movie.original_title.len(),
        movie.collection.map_or(0, str::len),
        translated.unwrap_or(0),
        file.and_then(|file| file.release_group).map_or(0, str::len),
        file.and_then(|file| file.edition).map_or(0, str::len),
        file.and_then(|file| file.scene_name).map_or(0, str::len),
        source.formats.iter().map(|name| name.len() + 1).sum(),
    ]
    .into_iter()
    .max()
    .unwrap_or(0)
    // Cleaning can make a text longer (`&` is `and`).
    .saturating_mul(3)
}

fn fill(
    settings: &NamingSettings,
    source: &NamingSource<'_>,
    format: &str,
    alone: bool,
    text_bytes_max: usize,
) -> String {
    let mut filled = String::new();
    for part in parse(format) {
        match part {
            Part::Literal(text) => filled.extend(text.chars().filter(|c| !c.is_control())),
            Part::Token(token) => {
                filled.push_str(&value(&Filling { source, token: &token, alone, settings }, text_bytes_max));
            }
        }
    }
    filled
}

/// The value of a token in its case, with its separator and affixes; empty without a value.
fn value(filling: &Filling<'_>, text_bytes_max: usize) -> String {
    let token = filling.token;
    let Some(row) = tokens::find(token) else { return String::new() };
    let value = (row.value)(filling);
    let mut value = in_case(value.trim(), token);
    if !token.separator.trim().is_empty() {
        value = value.replace(' ', token.separator);
    }
    let mut value = clean_name(&value, filling.settings);
    if row.is_text {
        value = cut_words(&value, text_bytes_max);
    }
    if value.trim().is_empty() {
        return String::new();
    }
    format!("{}{}{value}{}", token.tag, token.prefix, token.suffix)
}

/// A token written in small letters only gives small letters, one in large letters only gives large ones.
fn in_case(value: &str, token: &Token<'_>) -> String {
    let mut letters = token.name.chars().filter(char::is_ascii_alphabetic).peekable();
    let name = token.name;
    if letters.peek().is_none() {
        value.to_owned()
    } else if !name.chars().any(|c| c.is_ascii_uppercase()) {
        value.to_lowercase()
    } else if !name.chars().any(|c| c.is_ascii_lowercase()) {
        value.to_uppercase()
    } else {
        value.to_owned()
    }
}

fn shown(name: String) -> String {
    if name.contains(ELLIPSIS_MARK) { name.replace(ELLIPSIS_MARK, "...") } else { name }
}

/// Bytes of the name as it will stand on the disk.
fn shown_len(name: &str) -> usize {
    super::length::shown_len(name)
}
