//! Names that Radarr and others get wrong, with the right answer: the whole parse, field by field.

use radarr_daemon::domain::parse::parse_release;
use serde_json::Value;

use super::line::{letters, same, same_set, unknown};
use super::names::{modifier_name, source_name};
use super::{Failure, Line, Outcome};

pub(super) fn beyond(line: &Line) -> Outcome {
    let parsed = parse_release(line.text("release")?);
    let expect = line
        .get("expect")
        .and_then(Value::as_object)
        .ok_or_else(|| Failure::NotUnderstood("field expect is not an object".to_owned()))?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let number = |value: &Value| value.as_i64().unwrap_or(-1);
    let mut differences = Vec::new();
    for (key, wanted) in expect {
        let is_movie = || match &parsed.not_a_movie {
            None => Ok(()),
            Some(reason) => Err(Failure::Different(format!("{key}: not a movie: {reason}"))),
        };
        let outcome = match key.as_str() {
            "title" => is_movie().and_then(|()| {
                same("title", &letters(&text(wanted)), &letters(parsed.title().unwrap_or_default()))
            }),
            "year" => {
                is_movie().and_then(|()| same("year", &number(wanted), &i64::from(parsed.year.unwrap_or(0))))
            }
            "edition" => is_movie().and_then(|()| {
                same("edition", &letters(&text(wanted)), &letters(parsed.edition.as_deref().unwrap_or("")))
            }),
            "quality" => same("quality", &text(wanted).as_str(), &parsed.quality.quality.name()),
            "resolution" => same("resolution", &number(wanted), &i64::from(parsed.resolution)),
            "source" => same("source", &letters(&text(wanted)), &letters(source_name(parsed.source))),
            "modifier" => same("modifier", &letters(&text(wanted)), &letters(modifier_name(parsed.modifier))),
            "version" => same("version", &number(wanted), &i64::from(parsed.quality.revision.version)),
            "languages" => {
                let wanted: Vec<String> = wanted.as_array().into_iter().flatten().map(text).collect();
                let got: Vec<String> =
                    parsed.languages.iter().map(|language| language.name().to_owned()).collect();
                same_set("languages", &wanted, &got)
            }
            "release_group" => {
                same("group", &text(wanted).as_str(), &parsed.release_group.as_deref().unwrap_or(""))
            }
            "hardcoded_subs" => same(
                "hardcoded subs",
                &text(wanted).as_str(),
                &parsed.hardcoded_subs.as_deref().unwrap_or(""),
            ),
            "is_movie" => same("is a movie", &wanted.as_bool(), &Some(parsed.not_a_movie.is_none())),
            other => Err(unknown("expectation", other)),
        };
        match outcome {
            Ok(()) => {}
            Err(Failure::Different(reason)) => differences.push(reason),
            Err(failure @ Failure::NotUnderstood(_)) => return Err(failure),
        }
    }
    if differences.is_empty() { Ok(()) } else { Err(Failure::Different(differences.join("; "))) }
}
