//! `profiles`: what a version of a movie may be. The qualities stand best first, as people read them.
//!
//! What is not named is not wanted, and stands below all others. An entry is the name of a quality, or a map: `quality`
//! or `group` with `qualities`, and `allowed: false` for one that is ranked but not wanted.

use std::collections::BTreeMap;

use radarr_proto::model::{
    CustomFormat, DocVersion, FormatScore, Language, ProfileId, ProfileItem, Quality, QualityProfile,
};
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use super::super::applying::{Applying, Misfit, Placed};
use super::super::read::Place;
use super::yes;
use crate::settings::profiles;
use crate::storage::{DocKey, Document};

/// A quality profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::declared) struct ProfileForm {
    name: String,
    #[serde(default = "yes")]
    upgrade_allowed: bool,
    /// A quality or a group; the best that is allowed when left out.
    #[serde(default)]
    cutoff: Option<String>,
    qualities: Vec<Line>,
    #[serde(default = "original")]
    language: String,
    #[serde(default)]
    min_format_score: i32,
    #[serde(default)]
    cutoff_format_score: i32,
    #[serde(default = "one")]
    min_upgrade_format_score: i32,
    /// What custom formats count, by their names.
    #[serde(default)]
    scores: BTreeMap<String, i32>,
}

fn original() -> String {
    Language::Original.name().to_owned()
}

fn one() -> i32 {
    1
}

/// A line of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line(LineForm);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LineForm {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    quality: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    qualities: Vec<String>,
    #[serde(default = "yes")]
    allowed: bool,
}

impl Line {
    fn single(quality: String, allowed: bool) -> Self {
        Self(LineForm { group: None, quality: Some(quality), qualities: Vec::new(), allowed })
    }
}

impl Serialize for Line {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            LineForm { group: None, quality: Some(quality), allowed: true, .. } => {
                serializer.serialize_str(quality)
            }
            line => line.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Line {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Line;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a quality, or group with qualities")
            }
            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Line, E> {
                Ok(Line::single(name.to_owned(), true))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Line, A::Error> {
                LineForm::deserialize(serde::de::value::MapAccessDeserializer::new(map)).map(Line)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

pub(in crate::declared) fn name(form: &ProfileForm) -> String {
    form.name.trim().to_owned()
}

pub(in crate::declared) fn form(profile: &QualityProfile, formats: &[CustomFormat]) -> ProfileForm {
    let lines = profile.items.iter().rev().map(|item| match (&item.group, item.qualities.as_slice()) {
        (None, [quality]) => Line::single(quality.name().to_owned(), item.allowed),
        (group, qualities) => Line(LineForm {
            group: Some(group.clone().unwrap_or_default()),
            quality: None,
            qualities: qualities.iter().rev().map(|quality| quality.name().to_owned()).collect(),
            allowed: item.allowed,
        }),
    });
    let mut lines: Vec<Line> = lines.collect();
    // What would be put below all others anyway need not be written.
    let left_out = |keep: usize, lines: &[Line]| -> bool {
        let named =
            |quality: Quality| lines.iter().take(keep).any(|line| names(line).contains(&quality.name()));
        let below: Vec<Line> = Quality::ALL
            .iter()
            .rev()
            .filter(|quality| !named(**quality))
            .map(|quality| Line::single(quality.name().to_owned(), false))
            .collect();
        lines.get(keep..) == Some(below.as_slice())
    };
    let wanted =
        lines.iter().rposition(|line| line.0.allowed || line.0.group.is_some()).map_or(0, |last| last + 1);
    if let Some(keep) = (wanted..=lines.len()).find(|keep| left_out(*keep, &lines)) {
        lines.truncate(keep);
    }
    let scores = profile.format_scores.iter().filter(|line| line.score != 0).filter_map(|line| {
        let format = formats.iter().find(|format| format.id == line.format_id)?;
        Some((format.name.clone(), line.score))
    });
    ProfileForm {
        name: profile.name.clone(),
        upgrade_allowed: profile.upgrade_allowed,
        cutoff: Some(cutoff_name(profile)),
        qualities: lines,
        language: profile.language.name().to_owned(),
        min_format_score: profile.min_format_score,
        cutoff_format_score: profile.cutoff_format_score,
        min_upgrade_format_score: profile.min_upgrade_format_score,
        scores: scores.collect(),
    }
}

fn names(line: &Line) -> Vec<&str> {
    line.0.quality.iter().chain(&line.0.qualities).map(String::as_str).collect()
}

/// Any member of a group stands for the group.
fn cutoff_name(profile: &QualityProfile) -> String {
    let group = profile.items.iter().find(|item| item.qualities.contains(&profile.cutoff));
    let group = group.and_then(|item| item.group.clone());
    group.unwrap_or_else(|| profile.cutoff.name().to_owned())
}

fn quality(name: &str) -> Result<Quality, String> {
    Quality::from_name(name).ok_or_else(|| {
        let slips = |known: &&Quality| {
            strsim::damerau_levenshtein(&known.name().to_lowercase(), &name.to_lowercase())
        };
        let near = Quality::ALL.iter().min_by_key(slips).filter(|known| slips(known) <= 3);
        let near = near.map(|known| format!("; did you mean {:?}?", known.name())).unwrap_or_default();
        format!("there is no quality {name:?}{near}")
    })
}

fn item(line: Line) -> Result<ProfileItem, String> {
    match line.0 {
        LineForm { group: None, quality: Some(name), qualities, allowed } if qualities.is_empty() => {
            Ok(ProfileItem { group: None, qualities: vec![quality(&name)?], allowed })
        }
        LineForm { group: Some(group), quality: None, qualities, allowed } => Ok(ProfileItem {
            group: Some(group),
            qualities: qualities.iter().rev().map(|name| quality(name)).collect::<Result<_, _>>()?,
            allowed,
        }),
        _ => Err("a line is a quality, or a group with its qualities".to_owned()),
    }
}

/// The profile that is wanted; its number is 0, and so is that of a format that it knows by its name only.
fn wanted(applying: &Applying<'_>, place: &Place, form: ProfileForm) -> Result<QualityProfile, Misfit> {
    let refuse = |why: String| place.refuse(why, "see the reference of the file: docs/settings.md");
    let mut items: Vec<ProfileItem> =
        form.qualities.into_iter().rev().map(item).collect::<Result<_, _>>().map_err(refuse)?;
    let is_there = |quality: &Quality| items.iter().any(|item| item.qualities.contains(quality));
    let left_out: Vec<ProfileItem> = Quality::ALL
        .iter()
        .filter(|quality| !is_there(quality))
        .map(|quality| ProfileItem { group: None, qualities: vec![*quality], allowed: false })
        .collect();
    items.splice(0..0, left_out);
    let last = |item: &ProfileItem| item.qualities.last().copied();
    let cutoff = match &form.cutoff {
        None => items.iter().rev().find(|item| item.allowed).and_then(last).unwrap_or_default(),
        Some(name) => {
            let is_it = |item: &&ProfileItem| item.group.as_deref().is_some_and(|group| group == name);
            match items.iter().find(is_it).and_then(last) {
                Some(quality) => quality,
                None => quality(name).map_err(|why| refuse(format!("cutoff: {why}")))?,
            }
        }
    };
    let language = Language::from_name(&form.language)
        .ok_or_else(|| refuse(format!("there is no language {:?}", form.language)))?;
    let mut format_scores = Vec::with_capacity(form.scores.len());
    for (name, score) in &form.scores {
        let lower = name.to_lowercase();
        let format = applying.known.formats.iter().find(|format| format.name.to_lowercase() == lower);
        let format = format.ok_or_else(|| {
            place.refuse(
                format!("it scores the custom format {name:?}, which is not there"),
                "declare it under custom_formats, or correct its name",
            )
        })?;
        format_scores.push(FormatScore { format_id: format.id, score: *score });
    }
    Ok(QualityProfile {
        doc_version: DocVersion(0),
        id: ProfileId(0),
        name: form.name.trim().to_owned(),
        upgrade_allowed: form.upgrade_allowed,
        cutoff,
        items,
        language,
        min_format_score: form.min_format_score,
        cutoff_format_score: form.cutoff_format_score,
        min_upgrade_format_score: form.min_upgrade_format_score,
        format_scores,
    })
}

/// Adds what the custom formats of the files say that they count in it.
fn add_scores(applying: &Applying<'_>, profile: &mut QualityProfile) -> Result<(), Misfit> {
    for (place, scored, scores) in &applying.scored {
        let Some(score) = scores.get(&profile.name) else { continue };
        let refuse = |why: String| place.refuse(why, "give a number, guide, or guide:SCORE-SET");
        let score = match score.split_once(':').map_or((score.as_str(), "default"), |(word, set)| (word, set))
        {
            ("guide", set) => {
                let scores = scored.guide.as_ref().map(|guide| &guide.scores);
                let found = scores.and_then(|scores| scores.get(set).or_else(|| scores.get("default")));
                found.copied().unwrap_or(0)
            }
            _ => score.parse().map_err(|_| refuse(format!("{score:?} is no score")))?,
        };
        let lower = scored.name.to_lowercase();
        let Some(format) = applying.known.formats.iter().find(|known| known.name.to_lowercase() == lower)
        else {
            continue;
        };
        if profile.format_scores.iter().any(|line| line.format_id == format.id) {
            return Err(refuse(format!(
                "what {:?} counts in the profile {:?} is said twice: here and there",
                scored.name, profile.name
            )));
        }
        if score != 0 {
            profile.format_scores.push(FormatScore { format_id: format.id, score });
        }
    }
    Ok(())
}

pub(in crate::declared) async fn apply(
    applying: &mut Applying<'_>,
    forms: Vec<Placed<ProfileForm>>,
) -> Result<Vec<DocKey>, Misfit> {
    for (place, format, scores) in &applying.scored {
        let stray = scores.keys().find(|profile| !forms.iter().any(|placed| name(&placed.form) == **profile));
        if let Some(stray) = stray {
            return Err(place.refuse(
                format!(
                    "{:?} is to count in the profile {stray:?}, which the files do not declare",
                    format.name
                ),
                "declare that profile as well, or leave the score out",
            ));
        }
    }
    let mut keys = Vec::with_capacity(forms.len());
    for Placed { place, form: declared } in forms {
        let mut profile = wanted(applying, &place, declared)?;
        add_scores(applying, &mut profile)?;
        let lower = profile.name.to_lowercase();
        let there = applying.known.profiles.iter().find(|known| known.name.to_lowercase() == lower);
        if let Some(there) = there {
            profile.id = there.id;
            if form(there, &applying.known.formats) == form(&profile, &applying.known.formats) {
                keys.push(there.key());
                continue;
            }
        }
        let saved = profiles::save_profile(applying.flow, applying.by, profile).await;
        keys.push(saved.map_err(place.misfit())?.key());
    }
    Ok(keys)
}
