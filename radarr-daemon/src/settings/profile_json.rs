//! Quality profiles as Radarr writes them and the TRaSH guides collect them: JSON in and out. Pure.
//!
//! The two differ: Radarr lists qualities worst first and names formats by number and name; the guides list the best
//! first, name formats by their `trash_id`, and leave the score to the format's score set. Members that we have no use
//! for are skipped; what would change what a profile takes is never guessed.

use std::collections::BTreeMap;

use radarr_proto::model::{
    CustomFormat, DocVersion, FormatScore, Language, ProfileId, ProfileItem, Quality, QualityProfile,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Radarr numbers groups from here on.
const GROUP_NUMBER_MIN: i32 = 1_000;
/// The score set of profiles that name none.
const DEFAULT_SCORES: &str = "default";
/// Formats that are named when they are missing; the others are counted.
const NAMED_MAX: usize = 8;

/// What can't be taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfileFault {
    /// It is no quality profile at all.
    #[error("this is no quality profile: {why}")]
    NotAProfile {
        /// What was seen.
        why: String,
    },
    /// Something in a profile.
    #[error("quality profile {profile:?}: {why}")]
    Wrong {
        /// The profile's name.
        profile: String,
        /// What is wrong.
        why: String,
    },
    /// Formats that it scores are not there.
    #[error("quality profile {profile:?} scores custom formats that are not there: {formats}")]
    FormatsMissing {
        /// The profile's name.
        profile: String,
        /// The formats' names.
        formats: String,
    },
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProfileIn {
    name: String,
    #[serde(default)]
    upgrade_allowed: bool,
    cutoff: Value,
    items: Vec<ItemIn>,
    #[serde(default)]
    language: Option<NameIn>,
    #[serde(default)]
    min_format_score: i32,
    #[serde(default)]
    cutoff_format_score: i32,
    #[serde(default = "one")]
    min_upgrade_format_score: i32,
    #[serde(default)]
    format_items: FormatsIn,
    #[serde(default, rename = "trash_id")]
    trash_id: Option<String>,
    #[serde(default, rename = "trash_score_set")]
    trash_score_set: Option<String>,
}

fn one() -> i32 {
    1
}

/// A quality or language: its name alone, or an object with its number and name.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum NameIn {
    Name(String),
    Object {
        #[serde(default)]
        id: Option<i32>,
        #[serde(default)]
        name: Option<String>,
    },
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum ItemIn {
    Name(String),
    Line(Box<LineIn>),
}

#[derive(Debug, Deserialize)]
struct LineIn {
    #[serde(default)]
    id: Option<i32>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    quality: Option<NameIn>,
    #[serde(default)]
    items: Vec<ItemIn>,
    #[serde(default)]
    allowed: bool,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum FormatsIn {
    /// The guides: a `trash_id` for each name.
    ByTrashId(BTreeMap<String, String>),
    /// Radarr.
    Scored(Vec<ScoredIn>),
}

impl Default for FormatsIn {
    fn default() -> Self {
        Self::Scored(Vec::new())
    }
}

#[derive(Debug, Deserialize)]
struct ScoredIn {
    name: String,
    #[serde(default)]
    score: i32,
}

/// The profiles in a text: one, or a list of them. Their number is 0; formats are looked up among `known`.
pub fn read(text: &str, known: &[CustomFormat]) -> Result<Vec<QualityProfile>, ProfileFault> {
    let none = |why: String| ProfileFault::NotAProfile { why };
    let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| none(format!("it is not JSON ({error})")))?;
    let values = match value {
        Value::Array(values) if values.is_empty() => return Err(none("the list is empty".to_owned())),
        Value::Array(values) => values,
        Value::Object(_) => vec![value],
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            return Err(none("an object or a list of objects is needed".to_owned()));
        }
    };
    values.into_iter().map(|value| profile(value, known)).collect()
}

fn profile(value: Value, known: &[CustomFormat]) -> Result<QualityProfile, ProfileFault> {
    let name = value.get("name").and_then(Value::as_str).map(str::to_owned);
    let read: ProfileIn = serde_json::from_value(value).map_err(|error| ProfileFault::NotAProfile {
        why: name.map_or_else(|| error.to_string(), |name| format!("{name:?}: {error}")),
    })?;
    let wrong = |why: String| ProfileFault::Wrong { profile: read.name.clone(), why };
    let mut lines = read.items.iter().map(line).collect::<Result<Vec<_>, _>>().map_err(&wrong)?;
    if is_of_the_guides(&read) {
        lines.reverse();
        for line in &mut lines {
            line.item.qualities.reverse();
        }
    }
    let cutoff = cutoff(&read.cutoff, &lines).map_err(&wrong)?;
    let language = language(read.language.as_ref()).map_err(&wrong)?;
    let format_scores = scores(&read, known)?;
    let mut items: Vec<ProfileItem> = lines.into_iter().map(|line| line.item).collect();
    let is_there = |quality: &Quality| items.iter().any(|item| item.qualities.contains(quality));
    // What is not mentioned is not wanted; it stands below all others, so that the order above is as it was.
    let left_out: Vec<Quality> = Quality::ALL.iter().copied().filter(|quality| !is_there(quality)).collect();
    let left_out = left_out.into_iter().map(|quality| ProfileItem {
        group: None,
        qualities: vec![quality],
        allowed: false,
    });
    items.splice(0..0, left_out);
    Ok(QualityProfile {
        doc_version: DocVersion(0),
        id: ProfileId(0),
        name: read.name,
        upgrade_allowed: read.upgrade_allowed,
        cutoff,
        items,
        language,
        min_format_score: read.min_format_score,
        cutoff_format_score: read.cutoff_format_score,
        min_upgrade_format_score: read.min_upgrade_format_score,
        format_scores,
    })
}

/// The guides say so, and their lines are names.
fn is_of_the_guides(read: &ProfileIn) -> bool {
    let by_name = |item: &ItemIn| match item {
        ItemIn::Name(_) => true,
        ItemIn::Line(line) => line.quality.is_none() && line.id.is_none(),
    };
    read.trash_id.is_some() || read.items.iter().all(by_name)
}

struct Line {
    number: Option<i32>,
    item: ProfileItem,
}

fn line(item: &ItemIn) -> Result<Line, String> {
    let single = |quality: Quality, allowed: bool| Line {
        number: Some(quality.number()),
        item: ProfileItem { group: None, qualities: vec![quality], allowed },
    };
    let line = match item {
        ItemIn::Name(name) => return Ok(single(named(name)?, false)),
        ItemIn::Line(line) => line,
    };
    if line.items.is_empty() {
        let quality = match (&line.quality, &line.name) {
            (Some(quality), _) => quality_of(quality)?,
            (None, Some(name)) => named(name)?,
            (None, None) => return Err("a line names no quality".to_owned()),
        };
        return Ok(single(quality, line.allowed));
    }
    let name = line.name.clone().ok_or("a group has no name")?;
    let member = |item: &ItemIn| match item {
        ItemIn::Name(name) => named(name),
        ItemIn::Line(line) if line.items.is_empty() => match (&line.quality, &line.name) {
            (Some(quality), _) => quality_of(quality),
            (None, Some(name)) => named(name),
            (None, None) => Err("a member of a group names no quality".to_owned()),
        },
        ItemIn::Line(_) => Err(format!("the group {name:?} holds a group")),
    };
    let qualities = line.items.iter().map(member).collect::<Result<_, _>>()?;
    Ok(Line { number: line.id, item: ProfileItem { group: Some(name), qualities, allowed: line.allowed } })
}

fn named(name: &str) -> Result<Quality, String> {
    Quality::from_name(name).ok_or_else(|| format!("there is no quality {name:?}"))
}

fn quality_of(quality: &NameIn) -> Result<Quality, String> {
    match quality {
        NameIn::Name(name) => named(name),
        NameIn::Object { id: Some(id), .. } => {
            Quality::from_number(*id).ok_or_else(|| format!("there is no quality {id}"))
        }
        NameIn::Object { id: None, name } => named(name.as_deref().unwrap_or_default()),
    }
}

/// By number (a quality's or a group's) or by name. Of a group any member stands for it.
fn cutoff(cutoff: &Value, lines: &[Line]) -> Result<Quality, String> {
    let last = |line: &Line| line.item.qualities.last().copied();
    let found = match cutoff {
        Value::Number(number) => {
            let number = number.as_i64().and_then(|number| i32::try_from(number).ok());
            let by_line = lines.iter().find(|line| number.is_some() && line.number == number).and_then(last);
            by_line.or_else(|| number.and_then(Quality::from_number))
        }
        Value::String(name) => {
            let is_it = |line: &&Line| {
                line.item.group.as_deref().is_some_and(|group| group.eq_ignore_ascii_case(name))
            };
            lines.iter().find(is_it).and_then(last).or_else(|| Quality::from_name(name))
        }
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    found.ok_or_else(|| format!("the cutoff {cutoff} is none of its qualities or groups"))
}

fn language(language: Option<&NameIn>) -> Result<Language, String> {
    match language {
        None => Ok(Language::Original),
        Some(NameIn::Object { id: Some(id), .. }) => {
            Language::from_number(*id).ok_or_else(|| format!("there is no language {id}"))
        }
        Some(NameIn::Name(name) | NameIn::Object { name: Some(name), .. }) => {
            Language::from_name(name).ok_or_else(|| format!("there is no language {name:?}"))
        }
        Some(NameIn::Object { id: None, name: None }) => Err("the language has no name".to_owned()),
    }
}

fn scores(read: &ProfileIn, known: &[CustomFormat]) -> Result<Vec<FormatScore>, ProfileFault> {
    let mut scores: Vec<FormatScore> = Vec::new();
    let mut missing: Vec<&str> = Vec::new();
    match &read.format_items {
        FormatsIn::ByTrashId(formats) => {
            let set = read.trash_score_set.as_deref().unwrap_or(DEFAULT_SCORES);
            for (name, trash_id) in formats {
                let of_guide = |format: &&CustomFormat| {
                    format.guide.as_ref().is_some_and(|guide| guide.trash_id == *trash_id)
                };
                let Some(format) = known.iter().find(of_guide) else {
                    missing.push(name);
                    continue;
                };
                let all = format.guide.as_ref().map(|guide| &guide.scores);
                let score = all.and_then(|all| all.get(set).or_else(|| all.get(DEFAULT_SCORES)));
                scores.push(FormatScore { format_id: format.id, score: score.copied().unwrap_or(0) });
            }
        }
        FormatsIn::Scored(formats) => {
            for scored in formats {
                let name = scored.name.to_lowercase();
                match known.iter().find(|format| format.name.to_lowercase() == name) {
                    Some(format) => {
                        scores.push(FormatScore { format_id: format.id, score: scored.score });
                    }
                    // Radarr lists every format it has; one that counts nothing is not missed.
                    None if scored.score == 0 => {}
                    None => missing.push(&scored.name),
                }
            }
        }
    }
    if missing.is_empty() {
        scores.retain(|line| line.score != 0);
        return Ok(scores);
    }
    let mut formats = missing.iter().take(NAMED_MAX).copied().collect::<Vec<_>>().join(", ");
    if missing.len() > NAMED_MAX {
        formats = format!("{formats} and {} more", missing.len() - NAMED_MAX);
    }
    Err(ProfileFault::FormatsMissing { profile: read.name.clone(), formats })
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ProfileOut<'a> {
    name: &'a str,
    upgrade_allowed: bool,
    cutoff: i32,
    items: Vec<Value>,
    min_format_score: i32,
    cutoff_format_score: i32,
    min_upgrade_format_score: i32,
    format_items: Vec<Value>,
    language: Value,
    id: u64,
}

/// A profile as Radarr's API writes it. Radarr wants every format in it, also those that count nothing.
pub fn write(profile: &QualityProfile, known: &[CustomFormat]) -> String {
    let numbered = || (GROUP_NUMBER_MIN..).zip(&profile.items);
    let cutoff = numbered()
        .find(|(_, item)| item.group.is_some() && item.qualities.contains(&profile.cutoff))
        .map_or_else(|| profile.cutoff.number(), |(number, _)| number);
    let items = numbered().map(|(number, item)| match &item.group {
        None => json!({
            "quality": item.qualities.first().map(|quality| quality_out(*quality)),
            "items": [],
            "allowed": item.allowed,
        }),
        Some(name) => json!({
            "name": name,
            "items": item.qualities.iter().map(|quality| json!({
                "quality": quality_out(*quality), "items": [], "allowed": item.allowed,
            })).collect::<Vec<_>>(),
            "allowed": item.allowed,
            "id": number,
        }),
    });
    let score = |format: &CustomFormat| {
        profile.format_scores.iter().find(|line| line.format_id == format.id).map_or(0, |line| line.score)
    };
    let format_items = known
        .iter()
        .map(|format| json!({ "format": format.id, "name": format.name, "score": score(format) }));
    let out = ProfileOut {
        name: &profile.name,
        upgrade_allowed: profile.upgrade_allowed,
        cutoff,
        items: items.collect(),
        min_format_score: profile.min_format_score,
        cutoff_format_score: profile.cutoff_format_score,
        min_upgrade_format_score: profile.min_upgrade_format_score,
        format_items: format_items.collect(),
        language: json!({ "id": profile.language.number(), "name": profile.language.name() }),
        id: profile.id.0,
    };
    // Texts and numbers alone: there is nothing in it that can't be written.
    serde_json::to_string_pretty(&out).unwrap_or_default()
}

/// A quality as Radarr writes it.
pub(super) fn quality_out(quality: Quality) -> Value {
    json!({
        "id": quality.number(),
        "name": quality.name(),
        "source": format!("{:?}", quality.source()).to_lowercase(),
        "resolution": quality.resolution(),
        "modifier": format!("{:?}", quality.modifier()).to_lowercase(),
    })
}

#[cfg(test)]
mod tests {
    use radarr_proto::model::{CustomFormatId, GuideFormat};

    use super::*;
    use crate::domain::quality::defaults;
    use crate::domain::quality::validate::profile_problems;

    /// Profiles of the TRaSH guides (MIT), as they are.
    const GUIDES: &[&str] = &[
        include_str!("../../tests-data/quality_profiles/remux-web-1080p.json"),
        include_str!("../../tests-data/quality_profiles/anime-remux-1080p.json"),
    ];

    fn format(id: u64, name: &str, trash_id: &str, scores: &[(&str, i32)]) -> CustomFormat {
        let scores = scores.iter().map(|(set, score)| ((*set).to_owned(), *score)).collect();
        CustomFormat {
            doc_version: DocVersion(0),
            id: CustomFormatId(id),
            name: name.to_owned(),
            include_when_renaming: false,
            conditions: Vec::new(),
            guide: Some(GuideFormat { trash_id: trash_id.to_owned(), scores }),
        }
    }

    /// The formats that a profile of the guides names, with a score each.
    fn formats_of(text: &str) -> Vec<CustomFormat> {
        let value: Value = serde_json::from_str(text).unwrap();
        let all = value["formatItems"].as_object().unwrap().iter();
        let named = (1..).zip(all).map(|(number, (name, id))| {
            format(number, name, id.as_str().unwrap(), &[("default", 500), ("anime-radarr", 700)])
        });
        named.collect()
    }

    #[test]
    fn the_guides_profiles_are_read_with_the_scores_of_their_set() {
        for (text, score) in GUIDES.iter().zip([500, 700]) {
            let formats = formats_of(text);
            let read = read(text, &formats).unwrap().remove(0);
            assert_eq!(read.format_scores.len(), formats.len());
            assert!(read.format_scores.iter().all(|line| line.score == score), "{}", read.name);
            let ids: Vec<CustomFormatId> = formats.iter().map(|format| format.id).collect();
            assert_eq!(profile_problems(&read, &ids), [], "{}", read.name);
            let best = read.items.last().unwrap();
            assert!(best.allowed && best.qualities.contains(&Quality::Remux1080p), "{best:?}");
            assert_eq!(read.items.iter().map(|item| item.qualities.len()).sum::<usize>(), Quality::ALL.len());
            assert!(best.qualities.contains(&read.cutoff));
        }
        let anime = read(GUIDES[1], &formats_of(GUIDES[1])).unwrap().remove(0);
        let best = anime.items.last().unwrap();
        assert_eq!(best.qualities, [Quality::Bluray1080p, Quality::Remux1080p], "worst first");
    }

    #[test]
    fn formats_that_are_not_there_are_named() {
        let fault = read(GUIDES[0], &[]).unwrap_err();
        let ProfileFault::FormatsMissing { formats, .. } = fault else { panic!("{fault}") };
        assert!(formats.contains(" and ") && formats.contains("more"), "{formats}");
    }

    #[test]
    fn what_radarr_exports_comes_in_and_goes_out_the_same() {
        let formats = [format(3, "HDR", "x", &[]), format(4, "Other", "y", &[])];
        for mut profile in defaults::profiles() {
            profile.cutoff =
                *profile.items.iter().rev().find(|item| item.allowed).unwrap().qualities.last().unwrap();
            profile.format_scores = vec![FormatScore { format_id: CustomFormatId(3), score: 25 }];
            let text = write(&profile, &formats);
            let again = read(&text, &formats).unwrap().remove(0);
            assert_eq!(again, QualityProfile { id: ProfileId(0), ..profile });
        }
    }

    #[test]
    fn a_cutoff_is_found_by_number_by_name_and_by_its_group() {
        for (cutoff, want) in [
            ("1003", Quality::WebRip1080p),
            ("9", Quality::Hdtv1080p),
            (r#""web 1080p""#, Quality::WebRip1080p),
            (r#""HDTV-1080p""#, Quality::Hdtv1080p),
        ] {
            let text = format!(
                r#"{{"name": "x", "cutoff": {cutoff}, "items": [{{"quality": {{"id": 9}}, "allowed": true}},
                {{"id": 1003, "name": "WEB 1080p", "allowed": true,
                "items": [{{"quality": {{"id": 3}}}}, {{"quality": {{"id": 15}}}}]}}]}}"#
            );
            assert_eq!(read(&text, &[]).unwrap()[0].cutoff, want, "{cutoff}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_said() {
        let with =
            |items: &str, rest: &str| format!(r#"{{"name": "x", "cutoff": "DVD", "items": {items}{rest}}}"#);
        for (text, words) in [
            (String::new(), "not JSON"),
            ("[]".to_owned(), "the list is empty"),
            ("7".to_owned(), "an object"),
            (r#"{"name": "x"}"#.to_owned(), "cutoff"),
            (with(r#"[{"name": "4D"}]"#, ""), "no quality \"4D\""),
            (with(r#"[{"allowed": true}]"#, ""), "names no quality"),
            (with(r#"[{"items": ["DVD"]}]"#, ""), "a group has no name"),
            (with(r#"[{"name": "A", "items": [{"name": "B", "items": ["DVD"]}]}]"#, ""), "holds a group"),
            (with(r#"["DVD"]"#, r#", "language": "Klingon""#), "no language"),
            (with(r#"["DVD"]"#, r#", "minFormatScore": "much""#), "much"),
            (with(r#"["DVD"]"#, r#", "formatItems": [{"name": "Gone", "score": 5}]"#), "Gone"),
            (with(r#"["DVD"]"#, "").replace(r#""DVD", "items""#, r#""CAM-X", "items""#), "the cutoff"),
        ] {
            let fault = read(&text, &[]).unwrap_err().to_string();
            assert!(fault.contains(words), "{text}: {fault}");
        }
    }
}
