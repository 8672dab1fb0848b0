//! Subtitles that are part of the picture.
//!
//! Source: Radarr's `HardcodedSubsRegex`.

use super::lexicon::{Role, Roles};
use super::words::{Word, words};

/// Said when a name tells of burnt-in subtitles and not of which.
const GENERIC: &str = "Generic Hardcoded Subs";

/// Words that tell of subtitles by themselves.
pub(super) const ALONE: &[&str] = &["hc", "subbed"];

/// Words before `sub` that tell of subtitles which can be switched off, or of a group.
const NOT_HARDCODED: &[&str] = &["soft", "multi", "horrible", "e", "m", "no", "dual", "vobs"];

/// The word that names hardcoded subtitles (`KORSUBS`), or `Generic Hardcoded Subs`; `None` when there are none.
pub fn parse_hardcoded_subs(name: &str) -> Option<String> {
    let words = words(name);
    of_words(&words.all, words.said)
}

/// The same for a text that is cut into words already, which `said` at least that.
pub(super) fn of_words(all: &[Word<'_>], said: Roles) -> Option<String> {
    if !said.has(Role::Subtitles) {
        return None;
    }
    let named = all.iter().filter(|word| word.ends_with("sub") || word.ends_with("subs")).find(|word| {
        let lower = word.text.to_lowercase();
        let what = lower.strip_suffix("subs").or_else(|| lower.strip_suffix("sub"));
        what.is_some_and(|what| !what.is_empty() && !NOT_HARDCODED.contains(&what))
    });
    if let Some(word) = named {
        return Some(word.text.to_owned());
    }
    all.iter().any(|word| word.is_any(ALONE)).then(|| GENERIC.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_burnt_in_subtitles_count() {
        for (name, want) in [
            ("Movie.Title.2016.1080p.KORSUBS.WEBRip.x264-G", Some("KORSUBS")),
            ("Movie.Title.2017.720p.SUBBED.HDRip", Some(GENERIC)),
            ("Annabelle.2014.HC.HDRip", Some(GENERIC)),
            ("Movie 2018 [AAC 2.0][Softsubs]", None),
            ("Movie 2019 [Softsubs(HorribleSubs)]", None),
            ("Movie 2024 [EAC3][MultiSubs]", None),
            ("Movie 2024 AAC - 450MB - ESub", None),
            ("Implosion The Titanic Sub Disaster 2025", None),
        ] {
            assert_eq!(parse_hardcoded_subs(name).as_deref(), want, "{name}");
        }
    }
}
