//! A quality profile while it is edited. Nothing is checked here but what a line may hold: whether the whole makes
//! sense is told by the daemon when it is saved.

use radarr_proto::model::{
    CustomFormat, CustomFormatId, FormatScore, Language, ProfileItem, Quality, QualityProfile,
};

/// One line of the editor. A line of qualities is known by its first quality, so that it stays selected when it moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// Its name.
    Name,
    /// Whether something better replaces what is there.
    Upgrades,
    /// The wanted language.
    Language,
    /// A release below is refused.
    LowestScore,
    /// From this score on nothing better is looked for.
    ScoreCutoff,
    /// The least gain that counts as an upgrade.
    LeastGain,
    /// A quality, or a group of them.
    Qualities(Quality),
    /// What a custom format counts.
    Format(CustomFormatId),
}

/// The lines above the qualities.
const FACTS: [Line; 6] =
    [Line::Name, Line::Upgrades, Line::Language, Line::LowestScore, Line::ScoreCutoff, Line::LeastGain];

/// The name of a group that was made of two lines.
fn joined(better: &ProfileItem, worse: &ProfileItem) -> String {
    let name = |item: &ProfileItem| {
        item.group
            .clone()
            .or_else(|| item.qualities.first().map(|quality| quality.name().to_owned()))
            .unwrap_or_default()
    };
    format!("{} | {}", name(better), name(worse))
}

/// The lines from top to bottom: facts, qualities best first, formats.
pub(super) fn lines(profile: &QualityProfile, formats: &[CustomFormat]) -> Vec<Line> {
    let qualities =
        profile.items.iter().rev().filter_map(|item| item.qualities.first().copied().map(Line::Qualities));
    let formats = formats.iter().map(|format| Line::Format(format.id));
    FACTS.into_iter().chain(qualities).chain(formats).collect()
}

/// The place of the item that begins with that quality.
fn place(profile: &QualityProfile, quality: Quality) -> Option<usize> {
    profile.items.iter().position(|item| item.qualities.first() == Some(&quality))
}

/// The item that begins with that quality.
pub(super) fn item(profile: &QualityProfile, quality: Quality) -> Option<&ProfileItem> {
    place(profile, quality).and_then(|at| profile.items.get(at))
}

/// What a format counts.
pub(super) fn score(profile: &QualityProfile, format: CustomFormatId) -> i32 {
    profile.format_scores.iter().find(|line| line.format_id == format).map_or(0, |line| line.score)
}

/// The text of a line that is typed; `None` for one that is switched.
pub(super) fn text(profile: &QualityProfile, line: Line) -> Option<String> {
    Some(match line {
        Line::Name => profile.name.clone(),
        Line::Language => profile.language.to_string(),
        Line::LowestScore => profile.min_format_score.to_string(),
        Line::ScoreCutoff => profile.cutoff_format_score.to_string(),
        Line::LeastGain => profile.min_upgrade_format_score.to_string(),
        Line::Format(id) => score(profile, id).to_string(),
        Line::Upgrades | Line::Qualities(_) => return None,
    })
}

/// Sets a line that was typed; says what is wrong with the text.
pub(super) fn set(profile: &mut QualityProfile, line: Line, text: &str) -> Result<(), String> {
    let text = text.trim();
    let number = || text.parse::<i32>().map_err(|_| format!("{text:?} is no number that fits"));
    match line {
        Line::Name => text.clone_into(&mut profile.name),
        Line::Language => {
            profile.language = Language::from_name(text).ok_or_else(|| {
                format!("there is no language {text:?}; write its English name, Original or Any")
            })?;
        }
        Line::LowestScore => profile.min_format_score = number()?,
        Line::ScoreCutoff => profile.cutoff_format_score = number()?,
        Line::LeastGain => profile.min_upgrade_format_score = number()?,
        Line::Format(format_id) => {
            let score = number()?;
            profile.format_scores.retain(|line| line.format_id != format_id);
            if score != 0 {
                profile.format_scores.push(FormatScore { format_id, score });
            }
        }
        Line::Upgrades | Line::Qualities(_) => {}
    }
    Ok(())
}

/// Switches a line that is on or off; whether it is one.
pub(super) fn switch(profile: &mut QualityProfile, line: Line) -> bool {
    match line {
        Line::Upgrades => profile.upgrade_allowed = !profile.upgrade_allowed,
        Line::Qualities(quality) => {
            let at = place(profile, quality);
            if let Some(item) = at.and_then(|at| profile.items.get_mut(at)) {
                item.allowed = !item.allowed;
            }
        }
        Line::Name
        | Line::Language
        | Line::LowestScore
        | Line::ScoreCutoff
        | Line::LeastGain
        | Line::Format(_) => return false,
    }
    true
}

/// Makes that line the one from which on nothing better is looked for.
pub(super) fn set_cutoff(profile: &mut QualityProfile, quality: Quality) {
    let last = item(profile, quality).and_then(|item| item.qualities.last().copied());
    profile.cutoff = last.unwrap_or(profile.cutoff);
}

/// Moves a line of qualities one up, which is better, or one down; whether it could.
pub(super) fn shift(profile: &mut QualityProfile, quality: Quality, up: bool) -> bool {
    let Some(at) = place(profile, quality) else { return false };
    let to = if up { at.checked_add(1) } else { at.checked_sub(1) };
    match to.filter(|to| *to < profile.items.len()) {
        Some(to) => {
            profile.items.swap(at, to);
            true
        }
        None => false,
    }
}

/// Puts a line and the one below it into one group, whose members rank equal; the line that it is then.
pub(super) fn join(profile: &mut QualityProfile, quality: Quality) -> Option<Line> {
    let at = place(profile, quality)?;
    let below = at.checked_sub(1)?;
    let better = profile.items.get(at)?.clone();
    let worse = profile.items.get(below)?.clone();
    let group = ProfileItem {
        group: Some(joined(&better, &worse)),
        allowed: better.allowed || worse.allowed,
        qualities: worse.qualities.iter().chain(&better.qualities).copied().collect(),
    };
    let first = group.qualities.first().copied().map(Line::Qualities);
    profile.items.splice(below..=at, [group]);
    first
}

/// Takes a group apart into a line for each quality; whether it was one.
pub(super) fn split(profile: &mut QualityProfile, quality: Quality) -> bool {
    let Some(at) = place(profile, quality) else { return false };
    let Some(group) = profile.items.get(at).filter(|item| item.group.is_some()).cloned() else {
        return false;
    };
    let single =
        |quality: &Quality| ProfileItem { group: None, qualities: vec![*quality], allowed: group.allowed };
    let singles: Vec<ProfileItem> = group.qualities.iter().map(single).collect();
    profile.items.splice(at..=at, singles);
    true
}

/// The name of the group that a line is; `None` when it is none.
pub(super) fn group_name(profile: &QualityProfile, line: Line) -> Option<String> {
    let Line::Qualities(quality) = line else { return None };
    item(profile, quality).and_then(|item| item.group.clone())
}

/// Gives a group another name; says why it can't have it.
pub(super) fn name_group(profile: &mut QualityProfile, line: Line, name: &str) -> Result<(), String> {
    let Line::Qualities(quality) = line else { return Ok(()) };
    let Some(at) = place(profile, quality) else { return Ok(()) };
    let name = name.trim();
    if name.is_empty() {
        return Err("a group needs a name".to_owned());
    }
    let others = profile.items.iter().enumerate().filter(|(place, _)| *place != at);
    let mut names = others.filter_map(|(_, item)| item.group.as_deref());
    if names.any(|other| other.eq_ignore_ascii_case(name)) {
        return Err(format!("another group is called {name:?}"));
    }
    if let Some(item) = profile.items.get_mut(at) {
        item.group = Some(name.to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screens::samples;

    fn names(profile: &QualityProfile) -> Vec<String> {
        let all = profile.items.iter().rev();
        all.map(|item| item.group.clone().unwrap_or_else(|| item.qualities[0].to_string())).collect()
    }

    #[test]
    fn qualities_move_join_and_come_apart_without_any_being_lost() {
        let mut profile = samples::profile();
        assert_eq!(names(&profile), ["Bluray-1080p", "WEBDL-1080p", "WEBDL-720p"]);
        assert!(shift(&mut profile, Quality::WebDl1080p, true));
        assert!(!shift(&mut profile, Quality::WebDl1080p, true), "it is the best");
        assert_eq!(names(&profile), ["WEBDL-1080p", "Bluray-1080p", "WEBDL-720p"]);
        let line = join(&mut profile, Quality::WebDl1080p).unwrap();
        assert_eq!(line, Line::Qualities(Quality::Bluray1080p));
        assert_eq!(names(&profile), ["WEBDL-1080p | Bluray-1080p", "WEBDL-720p"]);
        assert_eq!(join(&mut profile, Quality::WebDl720p), None, "nothing is below it");
        assert_eq!(name_group(&mut profile, line, " HD "), Ok(()));
        assert_eq!(group_name(&profile, line).as_deref(), Some("HD"));
        assert!(name_group(&mut profile, line, " ").is_err());
        set_cutoff(&mut profile, Quality::Bluray1080p);
        assert_eq!(profile.cutoff, Quality::WebDl1080p);
        assert!(split(&mut profile, Quality::Bluray1080p));
        assert!(!split(&mut profile, Quality::Bluray1080p));
        assert_eq!(names(&profile), ["WEBDL-1080p", "Bluray-1080p", "WEBDL-720p"]);
        assert!(profile.items.iter().filter(|item| item.allowed).count() == 2);
    }

    #[test]
    fn what_is_typed_is_read_or_said_to_be_wrong() {
        let mut profile = samples::profile();
        let format = Line::Format(CustomFormatId(3));
        for (line, typed, fine) in [
            (Line::Name, " Cellar ", true),
            (Line::Language, "french", true),
            (Line::Language, "Klingon", false),
            (Line::LowestScore, "-10", true),
            (Line::ScoreCutoff, "much", false),
            (Line::LeastGain, "99999999999", false),
            (format, "25", true),
        ] {
            assert_eq!(set(&mut profile, line, typed).is_ok(), fine, "{typed}");
        }
        assert_eq!((profile.name.as_str(), profile.language), ("Cellar", Language::French));
        assert_eq!((profile.min_format_score, text(&profile, format)), (-10, Some("25".to_owned())));
        set(&mut profile, format, "0").unwrap();
        assert!(profile.format_scores.is_empty());
    }
}
