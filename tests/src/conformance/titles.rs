//! Titles: cleaned, sorted, searched, addressed, numerals; and the match of a release to a movie.

use radarr_daemon::domain::match_movie::{MovieMatch, MovieTitles, ReleaseClues, TitleIndex, match_one};
use radarr_daemon::domain::title;
use radarr_proto::model::{MovieId, TmdbId};
use serde_json::Value;

use super::line::{same, unknown};
use super::{Failure, Line, Outcome};

pub(super) fn normalize_title(line: &Line) -> Outcome {
    same("clean title", &line.text("clean")?, &title::clean_title(line.text("input")?).as_str())
}

pub(super) fn sort_title(line: &Line) -> Outcome {
    let id = u32::try_from(line.number("tmdb_id")?).ok().filter(|id| *id > 0).map(TmdbId);
    same("sort title", &line.text("sort_title")?, &title::sort_title(line.text("input")?, id).as_str())
}

pub(super) fn slug(line: &Line) -> Outcome {
    let style = title::SlugStyle {
        instead: line.flag("invalid_dash_replacement").then_some('-'),
        trimmed: line.text_opt("trim_end").unwrap_or_default().to_owned(),
        single: line.text_opt("deduplicate").unwrap_or_default().to_owned(),
    };
    same("slug", &line.text("slug")?, &title::slug(line.text("input")?, &style).as_str())
}

pub(super) fn search_title(line: &Line) -> Outcome {
    same("search title", &line.text("search_title")?, &title::search_title(line.text("input")?).as_str())
}

pub(super) fn roman(line: &Line) -> Outcome {
    let roman = line.text("roman")?;
    let arabic = u8::try_from(line.number("arabic")?).map_err(|_| unknown("arabic", "too large"))?;
    same("roman", &Some(roman), &title::to_roman(arabic))?;
    same("arabic", &Some(arabic), &title::from_roman(roman))
}

pub(super) fn map_movie(line: &Line) -> Outcome {
    match line.text("kind")? {
        "match" => matches(line),
        "lookup" => lookup(line),
        other => Err(unknown("kind", other)),
    }
}

fn field<'a>(line: &'a Line, name: &str) -> Result<&'a Value, Failure> {
    line.get(name).ok_or_else(|| Failure::NotUnderstood(format!("no {name}")))
}

fn texts(value: &Value, field: &str) -> Vec<String> {
    let items = value.get(field).and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn year(value: &Value) -> u16 {
    value.get("year").and_then(Value::as_u64).and_then(|year| u16::try_from(year).ok()).unwrap_or(0)
}

fn matches(line: &Line) -> Outcome {
    let (parsed, candidate) = (field(line, "parsed")?, field(line, "candidate")?);
    let title = candidate.get("title").and_then(Value::as_str).unwrap_or_default();
    let mut others = texts(candidate, "alternative_titles");
    let translations = candidate.get("translations").and_then(Value::as_array).into_iter().flatten();
    others.extend(
        translations.filter_map(|item| item.get("title")).filter_map(Value::as_str).map(str::to_owned),
    );
    let movie = MovieTitles::new([title], others.iter().map(String::as_str), year(candidate));
    let titles = texts(parsed, "titles");
    let clues = ReleaseClues {
        titles: &titles,
        year: Some(year(parsed)).filter(|year| *year > 0),
        ..ReleaseClues::default()
    };
    same("matches", &line.flag("matches"), &match_one(&clues, &movie).is_some())
}

fn lookup(line: &Line) -> Outcome {
    let candidates: Vec<&Value> = field(line, "candidates")?.as_array().into_iter().flatten().collect();
    let index: TitleIndex = candidates
        .iter()
        .zip(0_u64..)
        .map(|(candidate, number)| {
            let title = candidate.get("clean_title").and_then(Value::as_str).unwrap_or_default();
            let others = texts(candidate, "alternative_clean_titles");
            let movie = MovieTitles::new([title], others.iter().map(String::as_str), year(candidate));
            (MovieId(number), movie)
        })
        .collect();
    let lookup = field(line, "lookup")?;
    let titles = texts(lookup, "clean_titles");
    let clues = ReleaseClues {
        titles: &titles,
        year: Some(year(lookup)).filter(|year| *year > 0),
        ..ReleaseClues::default()
    };
    let got = match index.find(&clues) {
        MovieMatch::One(id, _) => {
            usize::try_from(id.0).ok().and_then(|at| candidates.get(at)).map(|movie| year(movie))
        }
        MovieMatch::Ambiguous(_) | MovieMatch::Unknown => None,
    };
    same("year of the movie", &line.number_opt("expect_year"), &got.map(i64::from))
}
