//! Who released it.
//!
//! Most names end in a hyphen and the group. Some groups write themselves otherwise: in the bracket at the end
//! (`[YTS.MX]`), as the last word of the technical bracket (`(1080p BluRay x265 Tigole)`), in front (anime), or
//! after a dot or space, which only those may that are known for it. Sources: Radarr's `ReleaseGroupParser` with
//! its lists, and names from the wild.

use super::group_lists;
use super::language::is_language_word;
use super::lexicon::{Role, Roles, meaning};
use super::prefix;
use super::words::{Word, Words, words};

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
    of(name, &words(name))
}

/// The same for a name that is cut into words already.
pub(super) fn of<'n>(name: &'n str, words: &Words<'n>) -> Option<GroupFound<'n>> {
    let whole = body(name);
    let kept = without_site(without_reposters(whole));
    let body = Body::new(name, kept, &words.all, words.said)?;
    let group = match in_front(whole) {
        Some(front) => ending_hyphen_group(&body).or(Some(front)),
        None => known(&body).or_else(|| by_form(&body)).or_else(|| lone_reposter(whole, &body)),
    }?;
    let start = (group.as_ptr() as usize).checked_sub(name.as_ptr() as usize)?;
    Some(GroupFound { group, start, end: start + group.len() })
}

/// The part of the name in which the group is looked for.
struct Body<'n, 'w> {
    name: &'n str,
    /// First byte of the part.
    start: usize,
    text: &'n str,
    /// The words of the part; their places are those in the name.
    words: &'w [Word<'n>],
    /// What the words of the name are, at least.
    said: Roles,
}

impl<'n, 'w> Body<'n, 'w> {
    /// `text` is a part of the name, `all` are the words of the name, which `said` that.
    fn new(name: &'n str, text: &'n str, all: &'w [Word<'n>], said: Roles) -> Option<Self> {
        let start = (text.as_ptr() as usize).checked_sub(name.as_ptr() as usize)?;
        let first = all.partition_point(|word| word.start < start);
        let behind = all.partition_point(|word| word.end <= start + text.len());
        Some(Self { name, start, text, words: all.get(first..behind)?, said })
    }

    /// One behind the last byte.
    fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// From the start of the body up to that byte.
    fn before(&self, at: usize) -> &'n str {
        self.name.get(self.start..at).unwrap_or_default()
    }
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
    meaning(tag).has(Role::Reposter) || numbered && tag.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// The text without the tag of a site at its end: `[site.com]`, `[rartv]-`.
fn without_site(text: &str) -> &str {
    let Some(inside) = text.strip_suffix('-').unwrap_or(text).strip_suffix(']') else { return text };
    match inside.rsplit_once('[') {
        Some((before, tag)) if is_site(tag.trim()) => before.trim_end(),
        _ => text,
    }
}

/// Whether a tag is the address of a site, or one that is known.
fn is_site(tag: &str) -> bool {
    let is_one_of = |word: &str, words: &[&str]| words.iter().any(|known| known.eq_ignore_ascii_case(word));
    let is_name =
        |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let of_web =
        |text: &str| !text.is_empty() && text.split('.').all(|part| part.is_empty() || is_name(part));
    match tag.split_once('.') {
        Some((www, address)) if www.eq_ignore_ascii_case("www") => of_web(address),
        Some((name, ending)) => is_name(name) && is_one_of(ending, group_lists::SITE_ENDINGS),
        None => is_one_of(tag, group_lists::SITE_TAGS),
    }
}

/// What looks like a reposter's tag is the group when it follows the codec: reposters add to a group's name.
fn lone_reposter<'n>(whole: &'n str, kept: &Body<'n, '_>) -> Option<&'n str> {
    let tag = whole.get(kept.text.len()..)?.strip_prefix('-')?;
    let follows_codec =
        kept.words.last().is_some_and(|word| word.end == kept.end() && word.has(Role::CodecOrSource));
    (follows_codec && !tag.contains('-') && is_group_word(tag)).then_some(tag)
}

/// The name without folders, extension, and the tags of sites.
fn body(name: &str) -> &str {
    let trimmed = name.trim();
    let mut body = trimmed;
    if let Some(end) = trimmed.bytes().rposition(|byte| matches!(byte, b'.' | b' '))
        && trimmed.get(end + 1..).is_some_and(|extension| meaning(extension).has(Role::Extension))
    {
        body = trimmed.get(..end).unwrap_or(trimmed);
    }
    body = body.get(prefix::site(body)..).unwrap_or(body);
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
    (is_followed && !group.is_empty() && group.trim() == group && !is_address(group)).then_some(group)
}

/// Whether the address of a site is in the text; a group may have a dot, but not `www`.
fn is_address(text: &str) -> bool {
    text.as_bytes().windows(4).any(|part| part.eq_ignore_ascii_case(b"www."))
}

/// The group after a hyphen at the very end, which beats one in front.
fn ending_hyphen_group<'n>(body: &Body<'n, '_>) -> Option<&'n str> {
    let (before, group) = body.text.rsplit_once('-')?;
    let plain = group.chars().all(char::is_alphanumeric) && group.chars().any(char::is_alphabetic);
    let after_word = before.ends_with(char::is_alphanumeric);
    let described = body.words.iter().rev().filter(|word| word.end <= body.start + before.len());
    let technical = described.take(6).any(|word| word.has(Role::CodecOrSource));
    (plain && after_word && technical && is_group_word(group)).then_some(group)
}

/// The last group of the lists that stands as a word of its own.
fn known<'n>(body: &Body<'n, '_>) -> Option<&'n str> {
    if !body.said.has(Role::BeginsGroup) {
        return None;
    }
    let beginnings = body.words.iter().filter(|word| word.has(Role::BeginsGroup));
    // Of names that begin at one place (`YTS`, `YTS.MX`) the longer one is meant.
    beginnings
        .filter_map(|word| known_at(body, word))
        .max_by_key(|group| (group.as_ptr() as usize, group.len()))
}

/// The longest group of the lists whose first word that is.
fn known_at<'n>(body: &Body<'n, '_>, word: &Word<'_>) -> Option<&'n str> {
    let at = word.start - body.start;
    let stands_here = |(group, before_bracket): (&str, bool)| {
        // `-ZR-` begins with its hyphen.
        let start = at.checked_sub(group.find(char::is_alphanumeric)?)?;
        let found = body.text.get(start..start + group.len()).filter(|found| *found == group)?;
        let before = body.text.get(..start)?.chars().next_back()?;
        let after = body.text.get(start + group.len()..)?.chars().next();
        let is_free = if before_bracket {
            matches!(before, '.' | '_' | ' ' | '[' | '(' | '-') && matches!(after, Some(']' | ')'))
        } else {
            !before.is_alphanumeric() && !after.is_some_and(char::is_alphanumeric)
        };
        is_free.then_some(found)
    };
    group_lists::known().filter_map(stands_here).max_by_key(|group| group.len())
}

/// The group by where it stands.
fn by_form<'n>(body: &Body<'n, '_>) -> Option<&'n str> {
    // The last bracket wins over a hyphen before it, as the last mark of a name is the releaser's.
    match ending_bracket(body) {
        Bracket::Group(group) => return Some(group),
        Bracket::Checksum => return None,
        Bracket::Other => {}
    }
    hyphen_group(body).or_else(|| spaced_group(body))
}

enum Bracket<'a> {
    Group(&'a str),
    /// Eight hexadecimal digits: the name is signed by a checksum and says no group.
    Checksum,
    Other,
}

/// The bracket that ends the name: a group alone in it, or as the last word of a technical description.
fn ending_bracket<'n>(body: &Body<'n, '_>) -> Bracket<'n> {
    let closed = body.text.trim_end_matches([')', ']']);
    // Only softsubs are given by a bracket that may have lost its end.
    if closed.len() == body.text.len() && !body.said.has(Role::Subtitles) {
        return Bracket::Other;
    }
    let Some(open) = closed.bytes().rposition(|byte| matches!(byte, b'[' | b'(')) else {
        return unopened_bracket(body, closed);
    };
    let content = closed.get(open + 1..).unwrap_or_default().trim();
    let before = closed.get(..open).unwrap_or_default();
    let behind_softsubs = || before.trim_end().to_lowercase().ends_with("softsubs");
    if closed.len() == body.text.len() && !behind_softsubs() {
        return Bracket::Other;
    }
    if content.len() == 8 && content.bytes().all(|b| b.is_ascii_hexdigit() && !b.is_ascii_lowercase()) {
        return Bracket::Checksum;
    }
    let square = closed.get(open..).is_some_and(|bracket| bracket.starts_with('['));
    let alone = !content.contains(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '@'));
    if alone {
        let follows_separator = before.ends_with(['-', '.', '_', ' ', ']', ')']);
        if is_group_word(content) && ((square && follows_separator) || behind_softsubs()) {
            return Bracket::Group(content);
        }
        return Bracket::Other;
    }
    let inside = Body::new(body.name, content, body.words, body.said);
    inside.map_or(Bracket::Other, |inside| last_word_of_description(&inside))
}

/// `Title.2022.1080p.BluRay.x265.10bit.Group)`: the bracket was never opened.
fn unopened_bracket<'n>(body: &Body<'n, '_>, closed: &'n str) -> Bracket<'n> {
    if closed.len() == body.text.len() {
        return Bracket::Other;
    }
    let inside = Body::new(body.name, closed, body.words, body.said);
    inside.map_or(Bracket::Other, |inside| last_word_of_description(&inside))
}

fn last_word_of_description<'n>(inside: &Body<'n, '_>) -> Bracket<'n> {
    let Some((last, described)) = inside.words.split_last() else { return Bracket::Other };
    // "x265-Group": a hyphen in the bracket is the usual form, which is looked for afterwards.
    let joined = inside
        .text
        .rfind(|c: char| !c.is_alphanumeric())
        .and_then(|at| inside.text.get(at..))
        .unwrap_or_default();
    let separated = joined.starts_with([' ', '.', '_', '-']);
    // "[Data Lass]": what stands before a group is a mark, a number or a quality factor such as "Q22".
    let before_is_mark = described.last().is_some_and(|word| {
        word.has(Role::Technical)
            || is_language_word(word.text)
            || word.text.ends_with(|c: char| c.is_ascii_digit())
    });
    let technical = described.iter().any(|word| word.has(Role::CodecOrSource))
        && (described.iter().any(|word| word.has(Role::Resolution)) || described.len() > 3);
    if separated && technical && before_is_mark && is_group_word(last.text) {
        Bracket::Group(last.text)
    } else {
        Bracket::Other
    }
}

/// The last `-Group` or `-Two-Parts` that is not a part of a technical word and has nothing technical behind it.
fn hyphen_group<'n>(body: &Body<'n, '_>) -> Option<&'n str> {
    let mut last = None;
    let mut at = description_end(body);
    while at < body.words.len() {
        let (length, group) = hyphen_candidate(body, at);
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
fn hyphen_candidate<'n>(body: &Body<'n, '_>, at: usize) -> (usize, Option<&'n str>) {
    let all = body.words;
    let Some(word) = all.get(at) else { return (1, None) };
    let hyphen_before = |word: &Word<'_>| body.before(word.start).ends_with('-');
    if !hyphen_before(word) || is_part_of_technical(all, at) || !is_candidate(word) {
        return (1, None);
    }
    if let Some(initials) = initials(body, word) {
        return (1, Some(initials));
    }
    let second = all.get(at + 1).filter(|next| next.start == word.end + 1 && hyphen_before(next));
    let two = second.is_some_and(|next| is_candidate(next) && !is_part_of_technical(all, at + 1));
    let (length, end) = match second {
        Some(next) if two => (2, next.end),
        _ => (1, word.end),
    };
    (length, body.name.get(word.start..end))
}

/// `S.V`, `E.N.D`: letters joined by dots up to the end.
fn initials<'n>(body: &Body<'n, '_>, word: &Word<'_>) -> Option<&'n str> {
    let tail = body.name.get(word.start..body.end())?;
    let mut parts = tail.split('.');
    let letters = parts.clone().count() > 1
        && parts.all(|part| part.chars().count() == 1 && part.chars().all(char::is_uppercase));
    letters.then_some(tail)
}

fn is_candidate(word: &Word<'_>) -> bool {
    let is_number = word.text.bytes().all(|b| b.is_ascii_digit());
    if is_number { word.text.len() > 4 } else { !word.has(Role::Technical) && !is_language_word(word.text) }
}

/// `DL` of `WEB-DL`, `bits` of no technical word: whether the word is the second half of one.
fn is_part_of_technical(all: &[Word<'_>], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|before| all.get(before)) else { return false };
    let Some(word) = all.get(at) else { return false };
    before.is("dts") && word.is_any(&["hd", "x", "ma", "es"])
        || before.is("web") && word.is_any(&["dl", "rip", "dlrip", "hdrip"])
        || before.is("blu") && word.is("ray")
        || before.is("dvd") && word.is("r")
        || before.is("br") && word.is("disk")
        || before.is_any(&["tmdb", "tmdbid", "imdb", "imdbid"])
        || before.is_any(&["pt", "por", "es", "spa", "fr", "en", "zh"]) && word.is_any(REGIONS)
        || before.is_any(&["half", "full"]) && word.is_any(&["sbs", "ou"])
}

/// Countries behind a language: `pt-BR`.
const REGIONS: &[&str] = &["br", "pt", "la", "mx", "es", "ca", "fr", "us", "gb", "uk", "cn", "tw", "hk"];

/// One behind the last word that describes the picture: before it, a hyphen is inside the description. Only what stands
/// in the open counts, but for resolutions.
fn description_end(body: &Body<'_, '_>) -> usize {
    let mut depth = 0_i32;
    let mut seen = body.start;
    let mut end = 0;
    for (at, word) in body.words.iter().enumerate() {
        for byte in body.name.as_bytes().get(seen..word.start).unwrap_or_default() {
            match byte {
                b'[' | b'(' => depth += 1,
                b']' | b')' => depth -= 1,
                _ => {}
            }
        }
        seen = word.end;
        if word.has(Role::Resolution) || (depth <= 0 && word.has(Role::CodecOrSource)) {
            end = at + 1;
        }
    }
    end
}

/// `x264 - Group` at the very end.
fn spaced_group<'n>(body: &Body<'n, '_>) -> Option<&'n str> {
    let (last, before) = body.words.split_last()?;
    let separated = body.before(last.start).ends_with(" - ") && last.end == body.end();
    let technical = before.last().is_some_and(|word| word.has(Role::CodecOrSource));
    (separated && technical && is_group_word(last.text)).then_some(last.text)
}

/// Whether the text can be a group: not technical, no language, no number, no checksum, no size, no episode.
fn is_group_word(text: &str) -> bool {
    let is_unit = |c: char| matches!(c.to_ascii_lowercase(), 'b' | 'm' | 'g' | 'k' | 'p' | 'v');
    let number = text.trim_end_matches(is_unit).trim_start_matches(['v', 'V']);
    !text.is_empty()
        && (number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
        && !text.split('.').any(is_technical)
        && !is_language_word(text)
        && !is_episode(text)
}

fn is_technical(word: &str) -> bool {
    meaning(word).has(Role::Technical)
}

/// `S01`, `E05`, `s02e01`.
fn is_episode(word: &str) -> bool {
    let [b's' | b'S' | b'e' | b'E', first, rest @ ..] = word.as_bytes() else { return false };
    first.is_ascii_digit() && rest.iter().all(|b| b.is_ascii_digit() || matches!(b, b'e' | b'E'))
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
