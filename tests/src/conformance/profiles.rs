//! What the corpus says of qualities, revisions, profiles, releases and files, read into our types.

use jiff::{SignedDuration, Timestamp};
use radarr_daemon::domain::quality::upgrade::Rated;
use radarr_proto::model::{
    DocVersion, Language, ProfileId, ProfileItem, PropersAndRepacks, Protocol, Quality, QualityModel,
    QualityProfile, Revision,
};
use serde::Deserialize;
use serde_json::Value;

use super::Failure;

/// The instant that stands for "now" in every line: noon, so that whole days keep their date.
pub(super) const NOW: i64 = 1_767_225_600 + 12 * 3600;

/// "Now" as a timestamp.
pub(super) fn now() -> Timestamp {
    Timestamp::from_second(NOW).unwrap_or_default()
}

/// A profile as the corpus writes it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ProfileLine {
    pub items: Option<Vec<Value>>,
    pub cutoff: String,
    pub upgrade_allowed: bool,
    pub min_format_score: i32,
    pub cutoff_format_score: i32,
    pub min_upgrade_format_score: i32,
    pub formats: Vec<FormatLine>,
    pub language: Option<String>,
}

/// What a format counts.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FormatLine {
    pub name: String,
    pub score: i32,
}

impl ProfileLine {
    /// Our profile.
    pub(super) fn read(&self) -> Result<QualityProfile, Failure> {
        let language = self.language.as_deref().map(language).transpose()?;
        let cutoff = if self.cutoff.is_empty() { Quality::Unknown } else { quality(&self.cutoff)? };
        Ok(QualityProfile {
            doc_version: DocVersion(0),
            id: ProfileId(1),
            name: "Profile".to_owned(),
            upgrade_allowed: self.upgrade_allowed,
            cutoff,
            items: items(self.items.as_deref().unwrap_or_default())?,
            language: language.unwrap_or(Language::Any),
            min_format_score: self.min_format_score,
            cutoff_format_score: self.cutoff_format_score,
            min_upgrade_format_score: self.min_upgrade_format_score,
            format_scores: Vec::new(),
        })
    }

    /// The score of formats of these names.
    pub(super) fn score(&self, names: &[String]) -> i32 {
        self.formats.iter().filter(|format| names.contains(&format.name)).map(|format| format.score).sum()
    }
}

/// The lines of a profile.
pub(super) fn items(lines: &[Value]) -> Result<Vec<ProfileItem>, Failure> {
    lines.iter().map(item).collect()
}

fn item(line: &Value) -> Result<ProfileItem, Failure> {
    let wrong = || Failure::NotUnderstood(format!("profile item {line}"));
    let allowed = line.get("allowed").and_then(Value::as_bool).ok_or_else(wrong)?;
    if let Some(name) = line.get("quality").and_then(Value::as_str) {
        return Ok(ProfileItem { group: None, qualities: vec![quality(name)?], allowed });
    }
    let members = line.get("group").and_then(Value::as_array).ok_or_else(wrong)?;
    let names = members.iter().map(|member| member.as_str().ok_or_else(wrong));
    let qualities = names.map(|name| quality(name?)).collect::<Result<Vec<_>, _>>()?;
    Ok(ProfileItem { group: Some("Group".to_owned()), qualities, allowed })
}

/// The keys of a quality and its revision, as they stand in releases, files and history.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct QualityKeys {
    pub quality: Option<String>,
    pub version: Option<u32>,
    pub real: u32,
    pub repack: bool,
    pub custom_formats: Vec<String>,
}

impl QualityKeys {
    /// Quality and revision.
    pub(super) fn model(&self) -> Result<QualityModel, Failure> {
        let revision =
            Revision { version: self.version.unwrap_or(1), real: self.real, is_repack: self.repack };
        let quality = self.quality.as_deref().map_or(Ok(Quality::Unknown), quality)?;
        Ok(QualityModel { quality, revision })
    }

    /// With its score under the profile.
    pub(super) fn rated(&self, profile: &ProfileLine) -> Result<Rated, Failure> {
        Ok(Rated { quality: self.model()?, score: profile.score(&self.custom_formats) })
    }
}

/// A revision as the corpus writes it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RevisionLine {
    version: u32,
    real: u32,
    repack: bool,
}

impl RevisionLine {
    /// Our revision.
    pub(super) fn read(&self) -> Revision {
        Revision { version: self.version, real: self.real, is_repack: self.repack }
    }
}

/// A quality by its name.
pub(super) fn quality(name: &str) -> Result<Quality, Failure> {
    Quality::from_name(name).ok_or_else(|| Failure::NotUnderstood(format!("quality {name:?}")))
}

/// A language by its name.
pub(super) fn language(name: &str) -> Result<Language, Failure> {
    Language::from_name(name).ok_or_else(|| Failure::NotUnderstood(format!("language {name:?}")))
}

/// Languages by their names.
pub(super) fn languages(names: &[String]) -> Result<Vec<Language>, Failure> {
    names.iter().map(|name| language(name)).collect()
}

/// A protocol by its name; usenet where none is given.
pub(super) fn protocol(name: Option<&str>) -> Result<Protocol, Failure> {
    match name {
        None | Some("usenet") => Ok(Protocol::Usenet),
        Some("torrent") => Ok(Protocol::Torrent),
        Some(other) => Err(Failure::NotUnderstood(format!("protocol {other:?}"))),
    }
}

/// The setting for propers by its name.
pub(super) fn propers(name: Option<&str>) -> Result<PropersAndRepacks, Failure> {
    match name {
        None | Some("PreferAndUpgrade") => Ok(PropersAndRepacks::PreferAndUpgrade),
        Some("DoNotUpgrade") => Ok(PropersAndRepacks::DoNotUpgrade),
        Some("DoNotPrefer") => Ok(PropersAndRepacks::DoNotPrefer),
        Some(other) => Err(Failure::NotUnderstood(format!("propers and repacks {other:?}"))),
    }
}

/// `{"minutes_ago": x}`, `{"days_ago": x}` or `{"days_from_now": x}` against "now".
pub(super) fn relative(value: &Value) -> Result<Timestamp, Failure> {
    let wrong = || Failure::NotUnderstood(format!("time {value}"));
    let number = |key: &str| value.get(key).and_then(Value::as_f64);
    let seconds = number("minutes_ago")
        .map(|minutes| -minutes * 60.0)
        .or_else(|| number("days_ago").map(|days| -days * 86_400.0))
        .or_else(|| number("days_from_now").map(|days| days * 86_400.0))
        .ok_or_else(wrong)?;
    if !seconds.is_finite() || seconds.abs() > 1e11 {
        return Err(wrong());
    }
    #[expect(clippy::cast_possible_truncation, reason = "the range was checked above")]
    let offset = SignedDuration::from_secs(seconds as i64);
    now().checked_add(offset).map_err(|_| wrong())
}
