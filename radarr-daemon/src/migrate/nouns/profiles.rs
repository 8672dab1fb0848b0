//! Quality profiles.

use radarr_proto::model::{
    CustomFormatId, DocVersion, FormatScore, Language, ProfileId, ProfileItem, Quality, QualityProfile,
};

use super::{Known, Mapped};
use crate::migrate::fields::Fields;

/// Numbers from here on are those of groups.
const GROUP_MIN: i64 = 1_000;

/// The profile. What would make it useless here is mended, with a word on it.
pub fn profile(fields: &Fields, known: &Known) -> Result<Mapped<QualityProfile>, String> {
    let name = fields.text("name").ok_or("it has no name")?.to_owned();
    let mut changes = Vec::new();
    let (items, groups) = items(fields, &mut changes);
    if items.is_empty() {
        return Err("its qualities can't be read".to_owned());
    }
    let cutoff = cutoff(fields, &items, &groups, &mut changes).ok_or("no quality is allowed in it")?;
    let format_scores = scores(fields, known, &mut changes);
    let profile = QualityProfile {
        doc_version: DocVersion(0),
        id: ProfileId(0),
        name,
        upgrade_allowed: fields.flag("upgradeAllowed"),
        cutoff,
        language: language(fields, &mut changes),
        min_format_score: least_score(fields, &format_scores, &mut changes),
        cutoff_format_score: fields.number("cutoffFormatScore").unwrap_or(0),
        min_upgrade_format_score: fields.number("minUpgradeFormatScore").unwrap_or(1).max(1),
        items: with_all_qualities(items),
        format_scores,
    };
    Ok(Mapped { value: profile, changes })
}

/// The lines, worst first, and the numbers of those that are groups with their first quality.
fn items(fields: &Fields, changes: &mut Vec<String>) -> (Vec<ProfileItem>, Vec<(i64, Quality)>) {
    let mut seen: Vec<Quality> = Vec::new();
    let mut items: Vec<ProfileItem> = Vec::new();
    let mut groups = Vec::new();
    for item in fields.objects("items") {
        let members = if item.id("quality").is_some() { vec![item.clone()] } else { item.objects("items") };
        let mut qualities = Vec::new();
        for number in members.iter().filter_map(|member| member.id("quality")) {
            match i32::try_from(number).ok().and_then(Quality::from_number) {
                None => changes.push(format!("its quality {number} is not known here")),
                Some(quality) if seen.contains(&quality) => {
                    changes.push(format!("{quality} stood in it twice"));
                }
                Some(quality) => {
                    seen.push(quality);
                    qualities.push(quality);
                }
            }
        }
        let Some(first) = qualities.first().copied() else { continue };
        let is_group = item.id("quality").is_none();
        if let (true, Some(number)) = (is_group, item.int("id")) {
            groups.push((number, first));
        }
        let name = item.text("name").map_or_else(|| format!("{first} and more"), str::to_owned);
        items.push(ProfileItem { group: is_group.then_some(name), qualities, allowed: item.flag("allowed") });
    }
    (items, groups)
}

/// The cutoff; another one when it is not among what is allowed: the best that is. `None` = nothing is allowed.
fn cutoff(
    fields: &Fields,
    items: &[ProfileItem],
    groups: &[(i64, Quality)],
    changes: &mut Vec<String>,
) -> Option<Quality> {
    let number = fields.int("cutoff").unwrap_or(0);
    let wanted = if number >= GROUP_MIN {
        groups.iter().find(|(group, _)| *group == number).map(|(_, first)| *first)
    } else {
        i32::try_from(number).ok().and_then(Quality::from_number)
    };
    let allowed = || items.iter().filter(|item| item.allowed);
    if let Some(wanted) = wanted.filter(|wanted| allowed().any(|item| item.qualities.contains(wanted))) {
        return Some(wanted);
    }
    let best = allowed().next_back()?.qualities.first().copied()?;
    let wanted = wanted.map_or_else(|| number.to_string(), |wanted| wanted.to_string());
    changes.push(format!("its cutoff {wanted} is not among the allowed qualities; it is {best} here"));
    Some(best)
}

/// A quality that it does not name comes below all others and is not allowed.
fn with_all_qualities(items: Vec<ProfileItem>) -> Vec<ProfileItem> {
    let is_there = |quality: &Quality| items.iter().any(|item| item.qualities.contains(quality));
    let missing = Quality::ALL.iter().copied().filter(|quality| !is_there(quality));
    let missing =
        missing.map(|quality| ProfileItem { group: None, qualities: vec![quality], allowed: false });
    let mut all: Vec<ProfileItem> = missing.collect();
    all.extend(items);
    all
}

fn language(fields: &Fields, changes: &mut Vec<String>) -> Language {
    let number = fields.id("language").unwrap_or(0);
    let found = i32::try_from(number).ok().and_then(Language::from_number);
    match found {
        Some(Language::Unknown) => Language::Any,
        Some(language) => language,
        None => {
            changes.push(format!("its language {number} is not known here; it takes any"));
            Language::Any
        }
    }
}

fn scores(fields: &Fields, known: &Known, changes: &mut Vec<String>) -> Vec<FormatScore> {
    let mut scores: Vec<FormatScore> = Vec::new();
    for line in fields.objects("formatItems") {
        let (Some(number), Some(score)) = (line.id("format"), line.number::<i32>("score")) else { continue };
        if score == 0 {
            continue;
        }
        let format: Option<CustomFormatId> = known.formats.get(&number).copied();
        match format {
            Some(format_id) if !scores.iter().any(|line| line.format_id == format_id) => {
                scores.push(FormatScore { format_id, score });
            }
            Some(_) => {}
            None => {
                let format = line.text("name").map_or_else(|| number.to_string(), |name| format!("{name:?}"));
                changes.push(format!(
                    "the score {score} of the custom format {format}, which is not here, is gone"
                ));
            }
        }
    }
    scores
}

/// At most what all formats together can reach: with more, no release could be taken.
fn least_score(fields: &Fields, scores: &[FormatScore], changes: &mut Vec<String>) -> i32 {
    let wanted: i32 = fields.number("minFormatScore").unwrap_or(0);
    let reachable = scores.iter().map(|line| line.score.max(0)).fold(0, i32::saturating_add);
    if wanted > reachable {
        changes.push(format!("no release can reach its least score {wanted}; it is {reachable} here"));
        return reachable;
    }
    wanted
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::quality::validate::profile_problems;

    fn read(value: Value) -> Result<Mapped<QualityProfile>, String> {
        let known = Known { formats: [(3, CustomFormatId(30))].into(), ..Known::default() };
        let mapped = profile(&Fields::of(&value).unwrap(), &known)?;
        assert_eq!(profile_problems(&mapped.value, &[CustomFormatId(30)]), []);
        Ok(mapped)
    }

    const ITEMS: &str = r#"[{"quality": 1, "items": [], "allowed": false},
        {"id": 1002, "name": "WEB 1080p", "items": [{"quality": 3, "items": [], "allowed": true},
         {"quality": 15, "items": [], "allowed": true}], "allowed": true},
        {"quality": 7, "items": [], "allowed": true}]"#;

    #[test]
    fn rows_and_objects_are_the_same_profile() {
        let row = read(json!({"Id": 4, "Name": "HD", "Cutoff": 1002, "Items": ITEMS, "Language": 1,
            "FormatItems": "[{\"format\": 3, \"score\": 100}, {\"format\": 4, \"score\": 0}]",
            "UpgradeAllowed": 1, "MinFormatScore": 10, "CutoffFormatScore": 200, "MinUpgradeFormatScore": 5}))
        .unwrap();
        let object = read(json!({"id": 4, "name": "HD", "cutoff": 1002, "upgradeAllowed": true,
            "items": [{"quality": {"id": 1, "name": "SDTV"}, "items": [], "allowed": false},
             {"id": 1002, "name": "WEB 1080p", "items": [{"quality": {"id": 3}, "items": [], "allowed": true},
              {"quality": {"id": 15}, "items": [], "allowed": true}], "allowed": true},
             {"quality": {"id": 7}, "items": [], "allowed": true}],
            "language": {"id": 1, "name": "English"}, "minFormatScore": 10, "cutoffFormatScore": 200,
            "minUpgradeFormatScore": 5, "formatItems": [{"format": 3, "name": "HDR", "score": 100}]}))
        .unwrap();
        assert_eq!(row, object);
        let profile = row.value;
        assert_eq!((profile.cutoff, profile.language), (Quality::WebDl1080p, Language::English));
        assert_eq!(profile.format_scores, [FormatScore { format_id: CustomFormatId(30), score: 100 }]);
        let group = &profile.items[profile.items.len() - 2];
        assert_eq!(
            (group.group.as_deref(), group.qualities.len(), group.allowed),
            (Some("WEB 1080p"), 2, true)
        );
        assert_eq!(row.changes, [""; 0]);
    }

    #[test]
    fn what_would_be_of_no_use_is_mended_with_a_word_on_it() {
        let got = read(json!({"Name": "Odd", "Cutoff": 31, "Language": null, "FormatItems": "[{\"format\": 9, \"score\": 50}]",
            "Items": r#"[{"quality": 99, "allowed": true}, {"quality": 7, "allowed": true}, {"quality": 7, "allowed": false}]"#,
            "MinFormatScore": 1, "MinUpgradeFormatScore": 0}))
        .unwrap();
        assert_eq!(got.changes.len(), 5, "{:?}", got.changes);
        assert_eq!((got.value.cutoff, got.value.language), (Quality::Bluray1080p, Language::Any));
        assert_eq!((got.value.min_format_score, got.value.min_upgrade_format_score), (0, 1));
    }

    #[test]
    fn what_can_not_be_mended_stays_behind() {
        for row in [
            json!({"Name": "", "Items": ITEMS}),
            json!({"Name": "x", "Items": "[{"}),
            json!({"Name": "x", "Items": null}),
            json!({"Name": "x", "Items": r#"[{"quality": 7, "allowed": false}]"#}),
        ] {
            assert!(read(row.clone()).is_err(), "{row}");
        }
    }
}
