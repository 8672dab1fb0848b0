//! Which cut or edition a release is.
//!
//! Source: Radarr's edition expression; more names of cuts from the wild. The text keeps its spelling.

use super::lexicon::{Role, Roles};
use super::words::{Word, words};

/// Words that name an edition wherever they stand.
#[rustfmt::skip]
const ALONE: &[&str] = &[
    "extended", "theatrical", "ultimate", "despecialized", "recut", "uncensored", "remastered", "unrated",
    "uncut", "imax", "fanedit", "openmatte", "restored", "directors", "collectors", "2in1", "3in1", "4in1",
];

/// Words that name an edition only before `Cut`, `Edition` or `Version`.
#[rustfmt::skip]
const BEFORE_CUT: &[&str] = &[
    "special", "rogue", "rouge", "final", "assembly", "imperial", "diamond", "signature", "hunter", "rekall",
    "bootleg", "alternative", "alternate", "anniversary", "international", "deluxe", "limited", "definitive",
    "complete", "super", "producers", "workprint", "fan", "platinum", "gold", "director", "collector",
    "luxe",
];

const CUTS: &[&str] = &["cut", "edition", "version"];

/// Two words that are one mark.
const PAIRS: &[(&str, &str)] = &[("open", "matte"), ("fan", "edit"), ("director", "s"), ("collector", "s")];

/// All words that a mark can begin with; of anniversaries, whose numbers are not listed, the word behind the number.
pub(super) fn beginnings() -> impl Iterator<Item = &'static str> {
    let of_pairs = PAIRS.iter().map(|(first, _)| first);
    ALONE.iter().chain(BEFORE_CUT).chain(of_pairs).copied()
}

/// An edition and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditionFound {
    /// The words as they stand in the text, dots turned into spaces.
    pub edition: String,
    /// First byte of the first mark.
    pub start: usize,
    /// One behind the last byte of the last mark.
    pub end: usize,
}

/// The edition that the text names; `None` when it names none. The caller cuts the title out first.
pub fn parse_edition(rest: &str) -> Option<String> {
    find_edition(rest).map(|found| found.edition)
}

/// The edition with its place: all marks in their order; those that do not stand together are joined by a space.
pub fn find_edition(rest: &str) -> Option<EditionFound> {
    let words = words(rest);
    of_words(rest, &words.all, words.said)
}

/// The same for a text that is cut into words already, which `said` at least that.
pub(super) fn of_words(rest: &str, all: &[Word<'_>], said: Roles) -> Option<EditionFound> {
    if !said.has(Role::BeginsEdition) {
        return None;
    }
    let mut found: Option<EditionFound> = None;
    let mut at = 0;
    while at < all.len() {
        let behind = run_end(all, at);
        if behind == at {
            at += 1;
            continue;
        }
        if let (Some(first), Some(last)) = (all.get(at), all.get(behind - 1)) {
            let text = rest.get(first.start..last.end).unwrap_or_default().replace(['.', '_'], " ");
            match &mut found {
                Some(edition) => {
                    edition.edition.push(' ');
                    edition.edition.push_str(text.trim());
                    edition.end = last.end;
                }
                None => found = Some(EditionFound { edition: text, start: first.start, end: last.end }),
            }
        }
        at = behind;
    }
    found
}

/// The word behind the last of the marks that stand together from `at` on; `at` itself when there is none.
fn run_end(all: &[Word<'_>], at: usize) -> usize {
    let mut behind = at;
    loop {
        let joined = behind == at || is_joined(all, behind);
        let length = if joined { mark_length(all, behind) } else { 0 };
        if length == 0 {
            return behind;
        }
        behind += length;
        // What comes behind "Cut" is another edition only when it is a mark itself.
        if is_joined(all, behind) && all.get(behind).is_some_and(|word| word.is_any(CUTS)) {
            behind += 1;
        }
    }
}

/// Whether one character stands between the word and the one before: more is no longer the same mark.
fn is_joined(all: &[Word<'_>], at: usize) -> bool {
    match (at.checked_sub(1).and_then(|before| all.get(before)), all.get(at)) {
        (Some(before), Some(word)) => word.start - before.end == 1,
        _ => false,
    }
}

/// How many words the mark at `at` has; 0 when it is none.
fn mark_length(all: &[Word<'_>], at: usize) -> usize {
    let Some(word) = all.get(at) else { return 0 };
    if !word.has(Role::BeginsEdition) && !word.begins_with_digit() {
        return 0;
    }
    let next = all.get(at + 1);
    let pair = |first: &str, second: &str| word.is(first) && next.is_some_and(|next| next.is(second));
    if PAIRS.iter().any(|(first, second)| pair(first, second)) {
        return 2;
    }
    if is_ordinal(word) && next.is_some_and(|next| next.is("anniversary")) {
        return 2;
    }
    if !word.has(Role::BeginsEdition) {
        return 0;
    }
    if word.is_any(ALONE) {
        return 1;
    }
    // "Diamond Luxe Edition": several may stand before the last word.
    let in_row = |behind: &usize| {
        all.get(*behind).is_some_and(|word| word.is_any(BEFORE_CUT))
            && (*behind == at || is_joined(all, *behind))
    };
    let length = (at..all.len()).take_while(in_row).count();
    if all.get(at + length).is_some_and(|word| word.is_any(CUTS)) { length } else { 0 }
}

/// `50th`, `10TH`, `25`.
fn is_ordinal(word: &Word<'_>) -> bool {
    let digits = word.text.bytes().take_while(u8::is_ascii_digit).count();
    let suffix = word.text.get(digits..).unwrap_or_default();
    (2..=3).contains(&digits)
        && ["", "th", "st", "nd", "rd"].iter().any(|known| suffix.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn editions_are_found_as_they_stand_in_the_name() {
        for (rest, want) in [
            (" EXTENDED.CUT.2013.German", Some("EXTENDED CUT")),
            (".RECUT.EXTENDED.German", Some("RECUT EXTENDED")),
            (" 2012 Director's Cut", Some("Director's Cut")),
            (".(Extended.Theatrical.Version.IMAX).BluRay", Some("Extended Theatrical Version IMAX")),
            (" 1968 (Extended Directors Cut FanEdit)", Some("Extended Directors Cut FanEdit")),
            (" 2012 50th Anniversary Edition", Some("50th Anniversary Edition")),
            (".Special.Edition.Fan Edit.2012", Some("Special Edition Fan Edit")),
            (".1987.Ultimate.Hunter.Edition.DTS-HD", Some("Ultimate Hunter Edition")),
            (".1979.The.Imperial.Edition.BluRay", Some("Imperial Edition")),
            (" (2013) (Diamond Luxe Edition)", Some("Diamond Luxe Edition")),
            (".Special.2013.Limited.Edition", Some("Limited Edition")),
            (".1997.Open.Matte.1080p", Some("Open Matte")),
            (" 2014 THE ROGUE CUT BRRip", Some("ROGUE CUT")),
            (".1978.DVD.REMUX", None),
            (".Special.2014", None),
            ("", None),
        ] {
            assert_eq!(parse_edition(rest).as_deref(), want, "{rest}");
        }
    }

    #[test]
    fn marks_that_stand_apart_are_all_told() {
        assert_eq!(parse_edition(" EXTENDED.2010.German.UNCUT.720p").as_deref(), Some("EXTENDED UNCUT"));
    }

    proptest! {
        #[test]
        fn the_place_of_an_edition_is_in_the_text(rest in "((Extended|Cut|50th|anniversary|Director|Ø|s|fan|edit|[. ()'])[. '-]?){0,20}") {
            if let Some(found) = find_edition(&rest) {
                prop_assert!(rest.get(found.start..found.end).is_some_and(|text| !text.is_empty()));
            }
        }
    }
}
