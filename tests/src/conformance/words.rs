//! The words of a name: languages, editions, groups, hardcoded subtitles, subtitle files, and language codes.

use radarr_daemon::domain::languages::{language_of_code, languages_of_tracks};
use radarr_daemon::domain::parse;
use radarr_daemon::domain::parse::language::parse_languages;
use radarr_daemon::domain::parse::release_group::parse_release_group;
use radarr_daemon::domain::subtitle;
use radarr_proto::model::{ImdbId, Language, Quality};
use serde_json::Value;

use super::line::{same, same_set, unknown};
use super::names::parsed;
use super::{Failure, Line, Outcome};

fn names_of(languages: &[Language]) -> Vec<String> {
    languages.iter().map(|language| language.name().to_owned()).collect()
}

pub(super) fn language(line: &Line) -> Outcome {
    let release = line.text("release")?;
    let languages = match line.text("kind")? {
        "release" => parsed(line)?.languages,
        "release_text" => parse_languages(release),
        "subtitle" => vec![subtitle::parse_subtitle_language(release)],
        "indexer_multi" => indexer_multi(line)?,
        other => return Err(unknown("kind", other)),
    };
    let got = names_of(&languages);
    for wanted in line.texts_opt("contains").unwrap_or_default() {
        if !got.contains(&wanted) {
            return Err(Failure::Different(format!("languages: wanted {wanted:?} among {got:?}")));
        }
    }
    if let Some(wanted) = line.texts_opt("exact") {
        same_set("languages", &wanted, &got)?;
    }
    if let Some(wanted) = line.text_opt("first") {
        same("first language", &Some(wanted), &got.first().map(String::as_str))?;
    }
    Ok(())
}

/// A name marked "multi", from an indexer that is set to carry certain languages then.
fn indexer_multi(line: &Line) -> Result<Vec<Language>, Failure> {
    let of_indexer: Vec<Language> = line
        .texts_opt("indexer_multi_languages")
        .unwrap_or_default()
        .iter()
        .filter_map(|name| Language::from_name(name))
        .collect();
    Ok(parse::language::with_multi_languages(line.text("release")?, &parsed(line)?.languages, &of_indexer))
}

pub(super) fn edition(line: &Line) -> Outcome {
    let parsed = parsed(line)?;
    same("edition", &line.text("edition")?, &parsed.edition.as_deref().unwrap_or_default())
}

pub(super) fn release_group(line: &Line) -> Outcome {
    let release = line.text("release")?;
    let wanted = line.text_opt("group");
    match line.text_opt("via") {
        Some("ParseMovieTitle") => {}
        None => same("group", &wanted, &parse_release_group(release).as_deref())?,
        Some(other) => return Err(unknown("via", other)),
    }
    same("group of the whole parse", &wanted, &parse::parse_release(release).release_group.as_deref())
}

pub(super) fn hardcoded_subs(line: &Line) -> Outcome {
    same("hardcoded subs", &line.text_opt("hardcoded_subs"), &parsed(line)?.hardcoded_subs.as_deref())
}

pub(super) fn subtitle(line: &Line) -> Outcome {
    let found = subtitle::parse_subtitle(line.text("file")?);
    same("language", &line.text("language")?, &found.language.name())?;
    if let Some(wanted) = line.texts_opt("tags") {
        same_set("tags", &wanted, &found.tags)?;
    }
    if let Some(wanted) = line.text_opt("title") {
        same("title", &Some(wanted), &found.title.as_deref())?;
    }
    if line.has("raw_title") {
        same("raw title", &line.text_opt("raw_title"), &found.raw_title.as_deref())?;
    }
    Ok(())
}

/// The lines of aggregate.jsonl of kind `subtitle`: what of a subtitle's name belongs to the movie's own name.
pub(super) fn subtitle_of_movie(line: &Line) -> Outcome {
    let movie_file =
        line.text_opt("file_name_before_rename").or(line.text_opt("relative_path")).unwrap_or_default();
    let found =
        subtitle::parse_subtitle_of(line.text("path")?, movie_file, line.text_opt("original_file_path"));
    if line.has("title") {
        same("title", &line.text_opt("title"), &found.title.as_deref())?;
    }
    if let Some(wanted) = line.number_opt("copy") {
        same("copy", &wanted, &i64::from(found.copy))?;
    }
    match line.text_opt("tags_not_containing") {
        Some(tag) => same("has the tag", &false, &found.tags.iter().any(|found| found == tag)),
        None => Ok(()),
    }
}

pub(super) fn iso_language(line: &Line) -> Outcome {
    match line.text("kind")? {
        "code" => {
            let found = language_of_code(line.text("code")?);
            same("language", &line.text_opt("language"), &found.map(Language::name))
        }
        "media_info" => {
            let codes = line.texts_opt("media_info_audio_languages");
            let got = codes.map(|codes| names_of(&languages_of_tracks(&codes)));
            same("languages", &line.texts_opt("languages"), &got)
        }
        other => Err(unknown("kind", other)),
    }
}

/// Numbers and names of languages and qualities, in both directions.
pub(super) fn ids(line: &Line) -> Outcome {
    let name = line.text("name")?;
    let number = line.number("number")?;
    let number = i32::try_from(number).map_err(|_| unknown("number", &number.to_string()))?;
    let (name_of_number, number_of_name) = match line.text("kind")? {
        "language" => (
            Language::from_number(number).map(Language::name),
            Language::from_name(name).map(Language::number),
        ),
        "quality" => {
            (Quality::from_number(number).map(Quality::name), Quality::from_name(name).map(Quality::number))
        }
        other => return Err(unknown("kind", other)),
    };
    same("name", &Some(name), &name_of_number)?;
    same("number", &Some(number), &number_of_name)
}

pub(super) fn imdb_id(line: &Line) -> Outcome {
    let input = line.value().get("input").and_then(Value::as_str).unwrap_or_default();
    let got = input.parse::<ImdbId>().ok();
    same("IMDb id", &line.text_opt("imdb_id"), &got.as_ref().map(ImdbId::as_str))
}
