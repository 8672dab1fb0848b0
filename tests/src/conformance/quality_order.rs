//! Comparing qualities and revisions, language conditions, availability.

use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use radarr_daemon::domain::availability::{AvailabilityRules, available_from};
use radarr_daemon::domain::custom_format::condition::language_passes;
use radarr_daemon::domain::quality::order::{GroupOrder, Place, compare_model};
use radarr_proto::model::{MinimumAvailability, ReleaseDates, SourcedDate};
use serde_json::Value;

use super::line::{same, unknown};
use super::profiles::{self, QualityKeys, RevisionLine};
use super::{Failure, Line, Outcome};

pub(super) fn quality_compare(line: &Line) -> Outcome {
    let items = profiles::items(&line.read_as::<Vec<Value>>("profile_items")?)?;
    let first = line.read_as::<QualityKeys>("first")?.model()?;
    let second = line.read_as::<QualityKeys>("second")?.model()?;
    let wanted = match line.text("result")? {
        ">" => Ordering::Greater,
        "<" => Ordering::Less,
        "=" => Ordering::Equal,
        other => return Err(unknown("result", other)),
    };
    same("comparison", &wanted, &compare_model(&items, first, second, groups(line)))
}

pub(super) fn quality_index_compare(line: &Line) -> Outcome {
    let place =
        |field: &str| line.read_as::<(usize, usize)>(field).map(|(item, member)| Place { item, member });
    let got = place("left")?.compare(place("right")?, groups(line));
    same("comparison", &line.number("result")?.cmp(&0), &got)
}

fn groups(line: &Line) -> GroupOrder {
    if line.flag("respect_group_order") { GroupOrder::Respect } else { GroupOrder::Ignore }
}

pub(super) fn revision_compare(line: &Line) -> Outcome {
    let first = line.read_as::<RevisionLine>("first")?.read();
    let second = line.read_as::<RevisionLine>("second")?.read();
    let got = match line.text("op")? {
        "compare" => return same("sign", &line.number("result")?.cmp(&0), &first.cmp(&second)),
        ">" => first > second,
        "<" => first < second,
        ">=" => first >= second,
        "<=" => first <= second,
        "==" => first == second,
        "!=" => first != second,
        other => return Err(unknown("op", other)),
    };
    same("result", &line.read_as::<bool>("result")?, &got)
}

pub(super) fn custom_format_language(line: &Line) -> Outcome {
    let spec: Value = line.read_as("spec")?;
    let flag = |key: &str| spec.get(key).and_then(Value::as_bool).unwrap_or(false);
    let wanted = spec.get("language").and_then(Value::as_str);
    let wanted = profiles::language(wanted.ok_or_else(|| unknown("spec", &spec.to_string()))?)?;
    let languages = profiles::languages(&line.texts_opt("release_languages").unwrap_or_default())?;
    let original = profiles::language(line.text("original_language")?)?;
    let got = language_passes(wanted, flag("except_language"), &languages, original) != flag("negate");
    same("satisfied", &line.read_as::<bool>("satisfied")?, &got)
}

pub(super) fn availability(line: &Line) -> Outcome {
    let minimum = match line.text("minimum_availability")? {
        "TBA" => MinimumAvailability::Tba,
        "Announced" => MinimumAvailability::Announced,
        "InCinemas" => MinimumAvailability::InCinemas,
        "Released" => MinimumAvailability::Released,
        other => return Err(unknown("minimum_availability", other)),
    };
    let dates = ReleaseDates {
        in_cinemas: date(line, "in_cinemas")?,
        digital: date(line, "digital_release")?,
        physical: date(line, "physical_release")?,
    };
    let delay_days = i32::try_from(line.number_opt("delay_days").unwrap_or(0))
        .map_err(|_| Failure::NotUnderstood("delay_days is too large".to_owned()))?;
    let rules = AvailabilityRules { delay_days, ..AvailabilityRules::default() };
    let got = available_from(&dates, minimum, rules).is_reached(profiles::now());
    same("available", &line.read_as::<bool>("available")?, &got)
}

/// `YYYY/MM/DD hh:mm:ss` or a time relative to "now".
fn date(line: &Line, field: &str) -> Result<Option<SourcedDate>, Failure> {
    let Some(value) = line.get(field) else { return Ok(None) };
    let date = match value.as_str() {
        Some(text) => {
            let day = text.split(' ').next().unwrap_or_default().replace('/', "-");
            day.parse().map_err(|_| unknown(field, text))?
        }
        None => day_of(profiles::relative(value)?),
    };
    Ok(Some(SourcedDate { date, country: "US".to_owned(), note: String::new() }))
}

fn day_of(at: Timestamp) -> jiff::civil::Date {
    TimeZone::UTC.to_datetime(at).date()
}
