//! Who released it.
//!
//! Most names end in a hyphen and the group. Some groups write themselves otherwise: in the bracket at the end
//! (`[YTS.MX]`), as the last word of the technical bracket (`(1080p BluRay x265 Tigole)`), in front (anime), or
//! after a dot or space, which only those may that are known for it. Sources: Radarr's `ReleaseGroupParser` with
//! its lists, and names from the wild.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

use super::group_lists;
use super::group_lists::{KNOWN, KNOWN_BEFORE_BRACKET};
use super::language::is_language_word;
use super::word_table::WordTable;
use super::words::{Word, words};

static EXTENSIONS: LazyLock<WordTable<()>> = LazyLock::new(|| WordTable::of(&[group_lists::EXTENSIONS]));
static REPOSTERS: LazyLock<WordTable<()>> = LazyLock::new(|| WordTable::of(&[group_lists::REPOSTERS]));
static RESOLUTIONS: LazyLock<WordTable<()>> = LazyLock::new(|| WordTable::of(&[group_lists::RESOLUTIONS]));
static TECHNICAL: LazyLock<WordTable<()>> = LazyLock::new(|| WordTable::of(&[group_lists::TECHNICAL]));
static CODECS_AND_SOURCES: LazyLock<WordTable<()>> =
    LazyLock::new(|| WordTable::of(&[group_lists::CODECS_AND_SOURCES]));

/// Finds all groups of the two lists of known ones in one pass, those before a bracket first.
static KNOWN_GROUPS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(KNOWN_BEFORE_BRACKET.iter().chain(KNOWN)).ok());

/// The address of a site at the start: `www.site.com - `, `[ site.org ] `.
static SITE_IN_FRONT: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?i)^(?:[\[(]\s*(?:www[., ])?[-a-z0-9]{1,256}\.(?:[a-z]{2,6}\.[a-z]{2,6}|xn--[a-z0-9-]{4,}|[a-z]{2,6})\s*[\])][ _-]*|(?:www?[., ])[-a-z0-9]{1,256}[. ][a-z]{2,6}\s*-\s*|[-a-z0-9]{1,256}\.(?:com|net|org|to|me|cc|in)\s+-+\s+)",
    )
});

/// The tag of a site at the end: an address in brackets, or a site that is known by its tag.
static SITE_AT_END: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"(?i)\s*\[\s*(?:(?:www\.)[-a-z0-9.]{1,256}|[-a-z0-9]{1,256}\.(?:com|net|org|to|re|me|info|tv)|ettv|rartv|rarbg|cttv|publichd|eztv|TGx|EtHD|ETRG|PRiME|1337x)\s*\]-?$",
    )
});

#[expect(clippy::expect_used, reason = "constant expressions; each is compiled in the tests of this file")]
fn expression(text: &str) -> Regex {
    Regex::new(text).expect("a constant expression")
}

/// A group and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupFound<'a> {
    /// Its name as it is written.
    pub group: &'a str,
    /// First byte.
    pub start: usize,
    /// One behind the last byte.
    pub end: usize,
}

/// The group that released this; `None` when the name does not say.
pub fn parse_release_group(name: &str) -> Option<String> {
    find_release_group(name).map(|found| found.group.to_owned())
}

/// The group with its place in the name.
pub fn find_release_group(name: &str) -> Option<GroupFound<'_>> {
    let whole = body(name);
    let kept = without_site(without_reposters(whole));
    let group = match in_front(whole) {
        Some(front) => ending_hyphen_group(kept).or(Some(front)),
        None => known(kept).or_else(|| by_form(kept)).or_else(|| lone_reposter(whole, kept)),
    }?;
    let start = (group.as_ptr() as usize).checked_sub(name.as_ptr() as usize)?;
    Some(GroupFound { group, start, end: start + group.len() })
}

/// The text without the tags that posters and obfuscators put behind the group.
fn without_reposters(text: &str) -> &str {
    let mut kept = text;
    while let Some((before, tag)) = kept.rsplit_once('-') {
        if !is_reposter(tag) {
            break;
        }
        kept = before;
    }
    kept
}

fn is_reposter(tag: &str) -> bool {
    // The one that signs with a number behind its name.
    const NUMBERED: &str = "rakuv";
    let numbered = tag.get(..NUMBERED.len()).is_some_and(|front| front.eq_ignore_ascii_case(NUMBERED));
    REPOSTERS.has(tag) || numbered && tag.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// The text without the tag of a site at its end.
fn without_site(text: &str) -> &str {
    if !text.ends_with([']', '-']) {
        return text;
    }
    SITE_AT_END.find(text).and_then(|tag| text.get(..tag.start())).unwrap_or(text)
}

/// What looks like a reposter's tag is the group when it follows the codec: reposters add to a group's name.
fn lone_reposter<'a>(whole: &'a str, kept: &str) -> Option<&'a str> {
    let tag = whole.get(kept.len()..)?.strip_prefix('-')?;
    let follows_codec =
        words(kept).last().is_some_and(|word| word.end == kept.len() && word.is_in(&CODECS_AND_SOURCES));
    (follows_codec && !tag.contains('-') && is_group_word(tag)).then_some(tag)
}

/// The name without folders, extension, and the tags of sites.
fn body(name: &str) -> &str {
    let trimmed = name.trim();
    let mut body = trimmed;
    if let Some((stem, extension)) = trimmed.rsplit_once(['.', ' '])
        && EXTENSIONS.has(extension)
    {
        body = stem;
    }
    // An address stands in brackets, or begins with `w`, or a dash behind a space ends it.
    let may_have_site = body.starts_with(['[', '(', 'w', 'W'])
        || body
            .match_indices('-')
            .any(|(at, _)| body.get(..at).is_some_and(|before| before.ends_with(char::is_whitespace)));
    if may_have_site && let Some(site) = SITE_IN_FRONT.find(body) {
        body = body.get(site.end()..).unwrap_or(body);
    }
    loop {
        let kept = without_site(body);
        if kept.len() == body.len() {
            return body.trim();
        }
        body = kept;
    }
}

/// `[Group] Title`, the form of anime releases.
fn in_front(body: &str) -> Option<&str> {
    let (group, title) = body.strip_prefix('[')?.split_once(']')?;
    let is_followed = title.chars().any(char::is_alphanumeric);
    (is_followed && !group.is_empty() && group.trim() == group).then_some(group)
}

/// The group after a hyphen at the very end, which beats one in front.
fn ending_hyphen_group(body: &str) -> Option<&str> {
    let (before, group) = body.rsplit_once('-')?;
    let plain = group.chars().all(char::is_alphanumeric) && group.chars().any(char::is_alphabetic);
    let after_word = before.ends_with(char::is_alphanumeric);
    let technical = words(before).iter().rev().take(6).any(|word| word.is_in(&CODECS_AND_SOURCES));
    (plain && after_word && technical && is_group_word(group)).then_some(group)
}

/// The last group of the lists that stands as a word of its own.
fn known(body: &str) -> Option<&str> {
    let all = KNOWN_GROUPS.as_ref()?.find_overlapping_iter(body);
    let free = all.filter(|found| {
        let before = body.get(..found.start()).and_then(|text| text.chars().next_back());
        let after = body.get(found.end()..).and_then(|text| text.chars().next());
        if found.pattern().as_usize() < KNOWN_BEFORE_BRACKET.len() {
            matches!(before, Some('.' | '_' | ' ' | '[' | '(' | '-')) && matches!(after, Some(']' | ')'))
        } else {
            before.is_some_and(|c| !c.is_alphanumeric()) && !after.is_some_and(char::is_alphanumeric)
        }
    });
    // Of names that begin at one place (`YTS`, `YTS.MX`) the longer one is meant.
    let last = free.max_by_key(|found| (found.start(), found.end()));
    last.and_then(|found| body.get(found.range()))
}

/// The group by where it stands.
fn by_form(body: &str) -> Option<&str> {
    let all = words(body);
    // The last bracket wins over a hyphen before it, as the last mark of a name is the releaser's.
    match ending_bracket(body, &all) {
        Bracket::Group(group) => return Some(group),
        Bracket::Checksum => return None,
        Bracket::Other => {}
    }
    hyphen_group(body, &all).or_else(|| spaced_group(body, &all))
}

enum Bracket<'a> {
    Group(&'a str),
    /// Eight hexadecimal digits: the name is signed by a checksum and says no group.
    Checksum,
    Other,
}

/// The bracket that ends the name: a group alone in it, or as the last word of a technical description.
fn ending_bracket<'a>(body: &'a str, all: &[Word<'a>]) -> Bracket<'a> {
    let closed = body.trim_end_matches([')', ']']);
    let Some(open) = closed.rfind(['[', '(']) else {
        return unopened_bracket(body, closed, all);
    };
    let content = closed.get(open + 1..).unwrap_or_default().trim();
    let before = closed.get(..open).unwrap_or_default();
    if closed.len() == body.len() && !before.trim_end().to_lowercase().ends_with("softsubs") {
        return Bracket::Other;
    }
    if content.len() == 8 && content.bytes().all(|b| b.is_ascii_hexdigit() && !b.is_ascii_lowercase()) {
        return Bracket::Checksum;
    }
    let square = closed.get(open..).is_some_and(|bracket| bracket.starts_with('['));
    let alone = !content.contains(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '@'));
    if alone {
        let follows_separator = before.ends_with(['-', '.', '_', ' ', ']', ')']);
        let softsubs = before.trim_end().to_lowercase().ends_with("softsubs");
        if is_group_word(content) && ((square && follows_separator) || softsubs) {
            return Bracket::Group(content);
        }
        return Bracket::Other;
    }
    let inside: Vec<Word<'_>> =
        all.iter().filter(|word| word.start > open && word.end <= closed.len()).copied().collect();
    last_word_of_description(content, &inside)
}

/// `Title.2022.1080p.BluRay.x265.10bit.Group)`: the bracket was never opened.
fn unopened_bracket<'a>(body: &str, closed: &'a str, all: &[Word<'a>]) -> Bracket<'a> {
    if closed.len() == body.len() {
        return Bracket::Other;
    }
    last_word_of_description(closed, all)
}

fn last_word_of_description<'a>(content: &str, inside: &[Word<'a>]) -> Bracket<'a> {
    let Some((last, described)) = inside.split_last() else { return Bracket::Other };
    // "x265-Group": a hyphen in the bracket is the usual form, which is looked for afterwards.
    let joined =
        content.rfind(|c: char| !c.is_alphanumeric()).and_then(|at| content.get(at..)).unwrap_or_default();
    let separated = joined.starts_with([' ', '.', '_', '-']);
    // "[Data Lass]": what stands before a group is a mark, a number or a quality factor such as "Q22".
    let before_is_mark = described.last().is_some_and(|word| {
        is_technical(word.text)
            || is_language_word(word.text)
            || word.text.ends_with(|c: char| c.is_ascii_digit())
    });
    let technical = described.iter().any(|word| word.is_in(&CODECS_AND_SOURCES))
        && (described.iter().any(|word| word.is_in(&RESOLUTIONS)) || described.len() > 3);
    if separated && technical && before_is_mark && is_group_word(last.text) {
        Bracket::Group(last.text)
    } else {
        Bracket::Other
    }
}

/// The last `-Group` or `-Two-Parts` that is not a part of a technical word and has nothing technical behind it.
fn hyphen_group<'a>(body: &'a str, all: &[Word<'a>]) -> Option<&'a str> {
    let mut last = None;
    let mut at = description_end(body, all);
    while at < all.len() {
        let (length, group) = hyphen_candidate(body, all, at);
        if let Some(group) = group {
            last = Some(group);
        }
        at += length;
    }
    let group: &str = last?;
    let number = group.bytes().all(|b| b.is_ascii_digit());
    let checksum = group.len() == 8 && group.bytes().all(|b| b.is_ascii_hexdigit());
    (!number && !checksum && !is_episode(group)).then_some(group)
}

/// How many words to go on, and the group when one begins at that word.
fn hyphen_candidate<'a>(body: &'a str, all: &[Word<'a>], at: usize) -> (usize, Option<&'a str>) {
    let Some(word) = all.get(at) else { return (1, None) };
    let hyphen_before = |word: &Word<'_>| body.get(..word.start).is_some_and(|before| before.ends_with('-'));
    if !hyphen_before(word) || is_part_of_technical(all, at) || !is_candidate(word.text) {
        return (1, None);
    }
    if let Some(initials) = initials(body, word) {
        return (1, Some(initials));
    }
    let second = all.get(at + 1).filter(|next| next.start == word.end + 1 && hyphen_before(next));
    let two = second.is_some_and(|next| is_candidate(next.text) && !is_part_of_technical(all, at + 1));
    let (length, end) = match second {
        Some(next) if two => (2, next.end),
        _ => (1, word.end),
    };
    (length, body.get(word.start..end))
}

/// `S.V`, `E.N.D`: letters joined by dots up to the end.
fn initials<'a>(body: &'a str, word: &Word<'_>) -> Option<&'a str> {
    let tail = body.get(word.start..)?;
    let mut parts = tail.split('.');
    let letters = parts.clone().count() > 1
        && parts.all(|part| part.chars().count() == 1 && part.chars().all(char::is_uppercase));
    letters.then_some(tail)
}

fn is_candidate(word: &str) -> bool {
    !word.bytes().all(|b| b.is_ascii_digit()) && !is_technical(word) && !is_language_word(word)
        || word.len() > 4 && word.bytes().all(|b| b.is_ascii_digit())
}

/// `DL` of `WEB-DL`, `bits` of no technical word: whether the word is the second half of one.
fn is_part_of_technical(all: &[Word<'_>], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|before| all.get(before)) else { return false };
    let Some(word) = all.get(at) else { return false };
    before.is("dts") && word.is_any(&["hd", "x", "ma", "es"])
        || before.is("web") && word.is_any(&["dl", "rip", "dlrip", "hdrip"])
        || before.is("blu") && word.is("ray")
        || before.is_any(&["tmdb", "tmdbid", "imdb", "imdbid"])
        || before.is_any(&["pt", "por", "es", "spa", "fr", "en", "zh"]) && word.is_any(REGIONS)
        || before.is_any(&["half", "full"]) && word.is_any(&["sbs", "ou"])
}

/// Countries behind a language: `pt-BR`.
const REGIONS: &[&str] = &["br", "pt", "la", "mx", "es", "ca", "fr", "us", "gb", "uk", "cn", "tw", "hk"];

/// One behind the last word that describes the picture: before it, a hyphen is inside the description. Only what stands
/// in the open counts, but for resolutions.
fn description_end(body: &str, all: &[Word<'_>]) -> usize {
    let mut depth = 0_i32;
    let mut seen = 0;
    let mut end = 0;
    for (at, word) in all.iter().enumerate() {
        for c in body.get(seen..word.start).unwrap_or_default().chars() {
            match c {
                '[' | '(' => depth += 1,
                ']' | ')' => depth -= 1,
                _ => {}
            }
        }
        seen = word.start;
        if word.is_in(&RESOLUTIONS) || (depth <= 0 && word.is_in(&CODECS_AND_SOURCES)) {
            end = at + 1;
        }
    }
    end
}

/// `x264 - Group` at the very end.
fn spaced_group<'a>(body: &str, all: &[Word<'a>]) -> Option<&'a str> {
    let (last, before) = all.split_last()?;
    let separated = body.get(..last.start)?.ends_with(" - ") && last.end == body.len();
    let technical = before.last().is_some_and(|word| word.is_in(&CODECS_AND_SOURCES));
    (separated && technical && is_group_word(last.text)).then_some(last.text)
}

/// Whether the text can be a group: not technical, no language, no number, no checksum, no size, no episode.
fn is_group_word(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let number = lower.trim_end_matches(['b', 'm', 'g', 'k', 'p', 'v']).trim_start_matches('v');
    !text.is_empty()
        && (number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
        && !text.split('.').any(is_technical)
        && !is_language_word(text)
        && !is_episode(text)
}

fn is_technical(word: &str) -> bool {
    TECHNICAL.has(word)
}

/// `S01`, `E05`, `s02e01`.
fn is_episode(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    lower.starts_with(['s', 'e'])
        && lower.len() > 1
        && lower.get(1..).is_some_and(|rest| {
            rest.starts_with(|c: char| c.is_ascii_digit())
                && rest.bytes().all(|b| b.is_ascii_digit() || b == b'e')
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn groups_are_found_in_every_form() {
        for (name, want) in [
            ("Movie.Name.2018.720p.WEBRip.DDP5.1.x264-NTb-postbot", Some("NTb")),
            ("[Anime-Koi] Kami-sama Movies 2 - 01 [h264-720p][28D54E2C]", Some("Anime-Koi")),
            ("Movie.Title.2010.720p.BluRay.x264.-[YTS.LT]", Some("YTS.LT")),
            ("Movie Name (2009) (1080p HDTV x265 HEVC 10bit AAC 2.0 Somebody)", Some("Somebody")),
            ("Movie Name (2003) (2160p BluRay X265 HEVC 10bit AAC 7.1 Tigole) [QxR]", Some("QxR")),
            ("Movie 1999 [SEV] [Blu-ray][MKV][h265 10-bit][1080p][Softsubs (SEV)]", Some("SEV")),
            ("Movie.Title.2005.2160p.UHD.BluRay.TrueHD 7.1.Atmos.x265 - HQMUX", Some("HQMUX")),
            ("The.Movie.Title.2013.720p.BluRay.x264-ROUGH [PublicHD]", Some("ROUGH")),
            ("Movie.Name S02E09 HDTV x264-2HD [eztv]-[rarbg.com]", Some("2HD")),
            ("Lets.Be.Cops.2014.BRRip.XViD-juggs[ETRG]", Some("juggs")),
            ("Palo.Alto.2013.LIMITED.VOSTFR.BRRip.x264.AC3-S.V", Some("S.V")),
            ("Movie.2010.BluRay.1080p.DD5.1-EX.AVC.REMUX-FraMeSToR.mkv", Some("FraMeSToR")),
            ("Some.Movie.2013.1080p.BluRay.REMUX.AVC.DTS-X.MA.5.1", None),
            ("Movie.Name.S02E01.720p.WEB-DL.DD5.1.H.264.mkv", None),
            ("Inception 2010 1080p BRRIP[dual-audio][eng-hindi]", None),
            ("Terrible.Anime.Title.2020.DBOX.480p.x264-iKaos [v3] [6AFFEF6B]", None),
            ("Movie Title 2023 English HDTV XviD LOL[www.academy.org]", None),
            ("Movie.Title.2018.720p.HDTV.x264-NZBgeek", Some("NZBgeek")),
            ("Movie Title 2016 (BDrip 1080p ENG-ITA) x264 - G", Some("G")),
            ("", None),
        ] {
            assert_eq!(parse_release_group(name).as_deref(), want, "{name}");
        }
    }

    proptest! {
        #[test]
        fn any_name_is_read_without_panic(name in r"[a-zA-Z0-9 ._\[\]()\-ØЖ\u{202e}\u{7}]{0,200}") {
            let found = find_release_group(&name);
            if let Some(found) = found {
                prop_assert_eq!(name.get(found.start..found.end), Some(found.group));
            }
        }
    }

    #[test]
    fn long_names_end() {
        for part in ["a-", "[", "](", "x264-", "- ", "-1"] {
            let _group = parse_release_group(&part.repeat(10_000 / part.len()));
        }
    }
}
