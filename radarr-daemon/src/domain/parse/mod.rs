//! What a release name says: titles, year, quality, languages, edition, group, ids; and what is no release at all.
//!
//! One pass cuts the name into tokens (`marks.rs`, words in `vocabulary.rs`); `structure.rs` finds where the title ends
//! and which number is the year; the rest of the name is then asked for the other facts. Nothing here fails: a name of
//! which nothing is understood gives a [`ParsedRelease`] that says why. Read next: `structure.rs`, then `quality.rs`.

pub mod edition;
mod file_name;
mod group_lists;
pub mod hardcoded_subs;
pub mod ids;
pub mod language;
mod language_words;
mod marks;
mod not_a_movie;
mod prefix;
pub mod quality;
pub mod release_group;
pub mod scene;
mod structure;
mod titles;
mod vocabulary;
mod words;

pub use file_name::without_extension;
pub use radarr_proto::model::ParsedRelease;
use radarr_proto::model::{FactKind, Span};

use structure::Structure;

/// Whether forms that only folders have are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Release,
    Folder,
}

/// Parses a release or file name.
pub fn parse_release(name: &str) -> ParsedRelease {
    parse(name, Form::Release)
}

/// Parses a folder name: forms that only folders have (year first) are tried last.
pub fn parse_folder(name: &str) -> ParsedRelease {
    parse(name, Form::Folder)
}

/// Parses a path: the file name, then the folder and the file name, then the folder name with the file's extension.
///
/// A result with a year beats one without, whichever comes first.
pub fn parse_path(path: &str) -> ParsedRelease {
    let mut parts = path.rsplit(['/', '\\']).filter(|part| !part.is_empty());
    let file = parse_release(parts.next().unwrap_or(path));
    if file.not_a_movie.is_none() && file.year.is_some() {
        return file;
    }
    let Some(folder) = parts.next() else { return file };
    let extension = file.name.strip_prefix(without_extension(&file.name)).unwrap_or_default();
    let by_folder = parse_release(&format!("{folder}{extension}"));
    let better = |other: &ParsedRelease| {
        other.not_a_movie.is_none() && (file.not_a_movie.is_some() || other.year.is_some())
    };
    if better(&by_folder) {
        return by_folder;
    }
    let both = parse_release(&format!("{folder} {}", file.name));
    if better(&both) { both } else { file }
}

fn parse(given: &str, form: Form) -> ParsedRelease {
    let name = file_name::bounded(given).replace('【', "[").replace('】', "]");
    let lower = name.to_ascii_lowercase();
    let tokens = marks::tokens(&name, &lower);
    let reason = not_a_movie::reason(&name, &tokens);
    let found = if reason.is_none() {
        structure::find(&name, &tokens).or_else(|| folder_form(&name, &tokens, form))
    } else {
        None
    };
    let title_end = found.map_or(0, |found| found.title_end);
    let quality = quality::from_tokens(&name, &tokens, title_end);
    let titles = found
        .and_then(|found| name.get(found.title_start..found.title_end))
        .map(titles::titles)
        .unwrap_or_default();
    let not_a_movie = match (reason, titles.is_empty()) {
        (Some(reason), _) => Some(reason.to_owned()),
        (None, true) => Some("there is no title that a year or a mark of quality ends".to_owned()),
        (None, false) => None,
    };
    let group = release_group::find_release_group(&name);
    let mut parsed = ParsedRelease {
        name: given.to_owned(),
        year: found.and_then(|found| found.year).map(|(year, _, _)| year),
        titles,
        quality: quality.quality,
        source: quality.source,
        resolution: quality.resolution,
        modifier: quality.modifier,
        source_from: quality.source_from,
        resolution_from: quality.resolution_from,
        revision_from: quality.revision_from,
        release_group: group.map(|group| group.group.to_owned()),
        tmdb_id: ids::parse_tmdb_id(&name),
        imdb_id: ids::parse_imdb_id(&name),
        simple_name: without_extension(&name).trim_end_matches(['-', '_']).to_owned(),
        not_a_movie,
        spans: quality.spans,
        ..ParsedRelease::default()
    };
    if let Some(group) = group {
        parsed.spans.push(Span { fact: FactKind::ReleaseGroup, start: group.start, end: group.end });
    }
    add_facts_of_rest(&name, title_end, &mut parsed);
    if let Some(found) = found {
        add_structure_spans(&name, found, &mut parsed.spans);
    }
    // The brackets that were replaced have other lengths: the places are those of another text then.
    if name.len() != file_name::bounded(given).len() {
        parsed.spans.clear();
    }
    parsed.spans.sort_by_key(|span| (span.start, span.end));
    parsed
}

/// `(1995) Title`: the year first.
fn folder_form(name: &str, tokens: &[marks::Token<'_>], form: Form) -> Option<Structure> {
    let first = tokens.first().filter(|_| form == Form::Folder)?;
    let year = first.year()?;
    let title_start = tokens.get(1)?.start;
    Some(Structure { title_start, title_end: name.len(), year: Some((year, first.start, first.end)) })
}

/// Edition, hardcoded subtitles and languages: looked for behind the title, whose words may be anything, and outside of
/// the group.
fn add_facts_of_rest(name: &str, title_end: usize, parsed: &mut ParsedRelease) {
    let rest = name.get(title_end..).unwrap_or_default();
    let group = parsed.spans.iter().find(|span| span.fact == FactKind::ReleaseGroup);
    let hidden = group.filter(|group| group.start >= title_end).map(|group| {
        let (start, end) = (group.start - title_end, group.end - title_end);
        let before = rest.get(..start).unwrap_or_default();
        let behind = rest.get(end..).unwrap_or_default();
        format!("{before}{}{behind}", "X".repeat(end - start))
    });
    let rest = hidden.as_deref().unwrap_or(rest);
    let (languages, places) = language::languages_and_places(rest);
    parsed.languages = languages;
    let mut place = |fact, start: usize, end: usize| {
        parsed.spans.push(Span { fact, start: title_end + start, end: title_end + end });
    };
    for found in places {
        place(FactKind::Language, found.start, found.end);
    }
    if parsed.not_a_movie.is_none()
        && let Some(found) = edition::find_edition(rest)
    {
        place(FactKind::Edition, found.start, found.end);
        parsed.edition = Some(found.edition);
    }
    parsed.hardcoded_subs = hardcoded_subs::parse_hardcoded_subs(rest);
}

fn add_structure_spans(name: &str, found: Structure, spans: &mut Vec<Span>) {
    let segment = name.get(found.title_start..found.title_end).unwrap_or_default();
    let skipped = segment.len() - segment.trim_start_matches(|c: char| !c.is_alphanumeric()).len();
    let length = segment.trim_end_matches(|c: char| !c.is_alphanumeric()).len();
    if skipped < length {
        let start = found.title_start + skipped;
        spans.push(Span { fact: FactKind::Title, start, end: found.title_start + length });
    }
    if let Some((_, start, end)) = found.year {
        spans.push(Span { fact: FactKind::Year, start, end });
    }
}
