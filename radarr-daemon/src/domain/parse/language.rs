//! The audio languages that a release name gives.
//!
//! Each language has words that name it. How much a word needs beside it depends on how often it means something
//! else: `French` counts wherever it stands, `PL` in capitals only, `NO` only in a list with other languages.
//! Sources: Radarr's `LanguageParser`, and what is written in names that it reads wrongly (lists of short forms,
//! languages of subtitles).
//!
//! The caller cuts the movie's title and the release group out first, so that `The Italian Job` is not Italian.

use radarr_proto::model::Language;

use super::language_words::Weight::{Alone, Capitals, InList, Name};
use super::language_words::{CHINESE_MARKS, DUB_PREFIXES, DUB_SUFFIXES, PAIRS, Weight};
use super::lexicon::{Role, Roles, meaning};
use super::words::{Word, words};

/// A language and the bytes of the text that name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LanguageFound {
    /// Which language.
    pub language: Language,
    /// First byte.
    pub start: usize,
    /// One behind the last byte.
    pub end: usize,
}

#[derive(Debug, Clone, Copy)]
struct Candidate {
    found: LanguageFound,
    weight: Weight,
    capitals: bool,
    /// First and one behind the last of its words.
    first: usize,
    behind: usize,
}

/// The audio languages that the text names, each once; `[Unknown]` when it names none.
pub fn parse_languages(text: &str) -> Vec<Language> {
    languages_and_places(text).0
}

/// Where the text names audio languages: names of languages first, then short forms, each in the order of the text.
pub fn find_languages(text: &str) -> Vec<LanguageFound> {
    languages_and_places(text).1
}

/// [`parse_languages`] and [`find_languages`] in one pass.
pub fn languages_and_places(text: &str) -> (Vec<Language>, Vec<LanguageFound>) {
    let words = words(text);
    of_words(text, &words.all, words.said)
}

/// The same for words of a text, which `said` at least that.
pub(super) fn of_words(text: &str, all: &[Word<'_>], said: Roles) -> (Vec<Language>, Vec<LanguageFound>) {
    if !said.has_any(&[Role::NamesLanguage, Role::BeginsLanguage, Role::OtherScript]) {
        return (vec![Language::Unknown], Vec::new());
    }
    let places = found_in(text, all);
    let mut languages: Vec<Language> = Vec::new();
    for found in &places {
        if !languages.contains(&found.language) {
            languages.push(found.language);
        }
    }
    if languages == [Language::German] {
        languages.extend(german_companions(all));
    }
    if languages.is_empty() {
        languages.push(Language::Unknown);
    }
    (languages, places)
}

/// The languages of a release that is marked "multi", from an indexer that the user has told which languages such a
/// release has there: these replace an unknown language and join those that the name gives.
pub fn with_multi_languages(name: &str, parsed: &[Language], of_indexer: &[Language]) -> Vec<Language> {
    if of_indexer.is_empty() || !words(name).all.iter().any(|word| word.is("multi")) {
        return parsed.to_vec();
    }
    let mut languages: Vec<Language> = Vec::new();
    for language in parsed.iter().filter(|language| **language != Language::Unknown).chain(of_indexer) {
        if !languages.contains(language) {
            languages.push(*language);
        }
    }
    languages
}

/// Whether a word can be the name or the short form of a language; a release group never is one.
pub(super) fn is_language_word(word: &str) -> bool {
    lookup(word).is_some()
}

fn lookup(word: &str) -> Option<(Language, Weight)> {
    meaning(word).language.or_else(|| dubbed(word))
}

/// What a word of the text names, without the number of tracks before it: `2xUkr`.
fn named_by(word: &Word<'_>) -> Option<(Language, Weight)> {
    if word.begins_with_digit() {
        return lookup(without_count(word.text));
    }
    word.meaning.language.or_else(|| dubbed(word.text))
}

/// A language's word joined with how it is spoken.
fn dubbed(word: &str) -> Option<(Language, Weight)> {
    // No word of the tables is longer; long runs of letters are hashes.
    const WORD_LEN_MAX: usize = 16;
    // The last and the first letters that such words have.
    let may_be = matches!(
        word.as_bytes(),
        [b'd' | b'D' | b'l' | b'L', ..] | [.., b'd' | b'D' | b'b' | b'B' | b'o' | b'O' | b'k' | b'K']
    );
    if !may_be || word.len() > WORD_LEN_MAX {
        return None;
    }
    let of_suffix = DUB_SUFFIXES.iter().filter_map(|suffix| {
        let (front, end) = word.split_at_checked(word.len().checked_sub(suffix.len())?)?;
        end.eq_ignore_ascii_case(suffix).then_some(front)
    });
    let of_prefix = DUB_PREFIXES.iter().filter_map(|prefix| {
        let (front, end) = word.split_at_checked(prefix.len())?;
        front.eq_ignore_ascii_case(prefix).then_some(end)
    });
    of_suffix.chain(of_prefix).find_map(|word| meaning(word).language).map(|(language, _)| (language, Alone))
}

fn found_in(text: &str, all: &[Word<'_>]) -> Vec<LanguageFound> {
    let mut candidates = candidates(all);
    if !candidates.is_empty() {
        keep_audio(text, all, &mut candidates);
        keep_sure(&mut candidates);
    }
    if candidates.is_empty() {
        return chinese_mark(text, all).into_iter().collect();
    }
    if let Some(found) = chinese_mark(text, all) {
        candidates.push(Candidate {
            found,
            weight: Alone,
            capitals: false,
            first: usize::MAX,
            behind: usize::MAX,
        });
    }
    candidates.sort_by_key(|candidate| candidate.weight != Name);
    candidates.into_iter().map(|candidate| candidate.found).collect()
}

/// Where the name says in Chinese which characters are shown, or which code they are in.
fn chinese_mark(text: &str, all: &[Word<'_>]) -> Option<LanguageFound> {
    let found = |start: usize, end: usize| LanguageFound { language: Language::Chinese, start, end };
    let words = || all.iter().filter(|word| !word.text.is_ascii());
    let marks: &[&str] = if text.is_ascii() { &[] } else { CHINESE_MARKS };
    let in_script = marks.iter().find_map(|mark| {
        let at = |word: &Word<'_>| word.text.find(mark).map(|at| word.start + at);
        words().find_map(at).map(|start| found(start, start + mark.len()))
    });
    in_script.or_else(|| {
        let bracket = |word: &Word<'_>| Some((word.start.checked_sub(1)?, word.end + 1));
        let mut brackets = all.iter().filter(|word| word.text == "GB").filter_map(bracket);
        brackets
            .find(|(start, end)| text.get(*start..*end) == Some("[GB]"))
            .map(|(start, end)| found(start, end))
    })
}

fn candidates(all: &[Word<'_>]) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    for (at, word) in all.iter().enumerate() {
        if found.last().is_some_and(|last| last.behind > at) {
            continue;
        }
        if let Some(candidate) = pair_at(all, at).or_else(|| single_at(all, at, word)) {
            found.push(candidate);
        }
    }
    found
}

fn pair_at(all: &[Word<'_>], at: usize) -> Option<Candidate> {
    let (one, two) = (all.get(at)?, all.get(at + 1)?);
    if !one.has(Role::BeginsLanguage) {
        return None;
    }
    // Lower-casing for the accents: the tables are in lower case.
    let matches = |word: &Word<'_>, known: &str| {
        word.is(known) || (!word.text.is_ascii() && word.text.to_lowercase() == known)
    };
    let pair = PAIRS.iter().find(|(first, second, _)| matches(one, first) && matches(two, second))?;
    let found = LanguageFound { language: pair.2, start: one.start, end: two.end };
    Some(Candidate { found, weight: Alone, capitals: true, first: at, behind: at + 2 })
}

fn single_at(all: &[Word<'_>], at: usize, word: &Word<'_>) -> Option<Candidate> {
    let (language, weight) = named_by(word)?;
    // DTS-ES is a sound format.
    if weight == Capitals
        && word.is("es")
        && at.checked_sub(1).and_then(|before| all.get(before)).is_some_and(|w| w.is("dts"))
    {
        return None;
    }
    let found = LanguageFound { language, start: word.start, end: word.end };
    Some(Candidate { found, weight, capitals: word.is_capitals(), first: at, behind: at + 1 })
}

/// The word without the number of tracks before it.
fn without_count(word: &str) -> &str {
    let rest = word.trim_start_matches(|c: char| c.is_ascii_digit());
    match rest.strip_prefix(['x', 'X']) {
        Some(language) if rest.len() < word.len() && !language.is_empty() => language,
        _ => word,
    }
}

fn is_subtitle_mark(word: &Word<'_>) -> bool {
    word.ends_with("sub")
        || word.ends_with("subs")
        || word.is_any(&["subbed", "subtitle", "subtitles", "subtitled", "napisy", "legendas", "untertitel"])
}

/// Whether a mark says nothing of its language itself, as `ESub` and `MultiSubs` do.
fn is_open_subtitle_mark(word: &Word<'_>) -> bool {
    is_subtitle_mark(word) && !word.is_any(&["esub", "esubs", "msub", "msubs", "multisub", "multisubs"])
}

/// Drops the languages of subtitles: those in a row behind `Sub`, and the one right before it. Several before it are the
/// audio (`Eng Fre Multi Subs` and `Castellano-Inglés Subs` are how such lists end), unless nothing tells the last of
/// them from the others: `Japanese Eng Sub`.
fn keep_audio(text: &str, all: &[Word<'_>], candidates: &mut Vec<Candidate>) {
    let mut behind_mark = None;
    let mut kept: Vec<Candidate> = Vec::with_capacity(candidates.len());
    for (at, candidate) in candidates.iter().enumerate() {
        let before = candidate.first.checked_sub(1);
        let follows_mark = before.and_then(|before| all.get(before)).is_some_and(is_subtitle_mark);
        if follows_mark || behind_mark == Some(candidate.first) {
            behind_mark = Some(candidate.behind);
            continue;
        }
        // "2xUkr | Sub Ukr": a mark with languages of its own says nothing of those before it.
        let mark_is_open = candidates.get(at + 1).is_none_or(|next| next.first != candidate.behind + 1);
        let mark = all.get(candidate.behind).filter(|word| mark_is_open && is_open_subtitle_mark(word));
        let between = |behind: usize| {
            let (before, behind) = (all.get(behind.checked_sub(1)?)?, all.get(behind)?);
            text.get(before.end..behind.start)
        };
        // A list does not go on in another bracket: `[Korean] [Eng Sub]`.
        let in_list = at > 0
            && candidates.get(at - 1).is_some_and(|last| last.behind == candidate.first)
            && between(candidate.first).is_some_and(|between| !between.contains([']', ')']));
        let is_joined_like_list = || between(candidate.first) == between(candidate.behind);
        if mark.is_some_and(|mark| !in_list || mark.is("sub") && is_joined_like_list()) {
            continue;
        }
        kept.push(*candidate);
    }
    *candidates = kept;
}

/// Drops short forms that have neither capitals nor another language beside them. A row of them that is all in capitals
/// is a list by itself when it names several: `TR.EN`.
fn keep_sure(candidates: &mut Vec<Candidate>) {
    let stands_alone = |candidate: &Candidate| match candidate.weight {
        Name | Alone => true,
        Capitals => candidate.capitals,
        InList => false,
    };
    let mut kept = Vec::with_capacity(candidates.len());
    let mut rest = candidates.as_slice();
    while !rest.is_empty() {
        let length =
            rest.windows(2).take_while(|pair| matches!(pair, [one, two] if one.behind == two.first)).count()
                + 1;
        let (list, others) = rest.split_at(length);
        rest = others;
        let is_other =
            |candidate: &Candidate| Some(candidate.found.language) != list.first().map(|c| c.found.language);
        let are_capitals = list.iter().all(|candidate| candidate.capitals) && list.iter().any(is_other);
        let is_list = are_capitals || list.iter().any(stands_alone);
        kept.extend(list.iter().filter(|candidate| stands_alone(candidate) || is_list).copied());
    }
    *candidates = kept;
}

/// German releases mark a second language by `DL` (the original one) and more by `ML`.
fn german_companions(all: &[Word<'_>]) -> Vec<Language> {
    let follows_web =
        |at: usize| at.checked_sub(1).and_then(|before| all.get(before)).is_some_and(|word| word.is("web"));
    if all.iter().enumerate().any(|(at, word)| word.is("dl") && !follows_web(at)) {
        vec![Language::Original]
    } else if all.iter().any(|word| word.is("ml")) {
        vec![Language::Original, Language::English]
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, want: &[Language]) {
        let mut got = parse_languages(text);
        let mut want = want.to_vec();
        got.sort();
        want.sort();
        assert_eq!(got, want, "{text}");
    }

    #[test]
    fn names_and_short_forms_are_languages() {
        check(".1994.Spanish.1080p.XviD", &[Language::Spanish]);
        check(".2014.DDP2.0.H.264.pt-BR.ENG", &[Language::PortugueseBrazil, Language::English]);
        check(".1994.BG.AUDIO.1080p", &[Language::Bulgarian]);
        check(".1994.1080p.XviD.RoDubbed", &[Language::Romanian]);
        check(" (2006) BDRemux 1080p 2xUkr | Sub Ukr", &[Language::Ukrainian]);
        check(
            " [1972] Eng,Deu,Fra,Esp,Rus + multisub",
            &[Language::English, Language::German, Language::French, Language::Spanish, Language::Russian],
        );
        check(
            ".2011.ENG.DK.NO.ICE.READ.NFO",
            &[Language::English, Language::Danish, Language::Norwegian, Language::Icelandic],
        );
        check(".2011.TR.EN.1080p", &[Language::Turkish, Language::English]);
        check(" 2019 [1080p][简繁]", &[Language::Chinese]);
    }

    #[test]
    fn words_that_mean_something_else_are_none() {
        check(" (2016) BluRay 1080p DTS-ES AC3 x264", &[Language::Unknown]);
        check(".2010.En.1080p.WEB", &[Language::Unknown]);
        check(".2010.pl.No.ice", &[Language::Unknown]);
        check(".2010.NO.NO.1080p", &[Language::Unknown]);
        check("", &[Language::Unknown]);
    }

    #[test]
    fn subtitles_are_no_audio() {
        check(".1994.SUB-PL.1080p", &[Language::Unknown]);
        check(".2021.SUBFRENCH.2160p", &[Language::Unknown]);
        check(" 2021 ita eng AC3 sub ita eng", &[Language::Italian, Language::English]);
        check(" (2020)[E-AC3 Castellano-Inglés Subs]", &[Language::Spanish, Language::English]);
        check(" 2019 Japanese 1080p English Subs", &[Language::Japanese]);
        check(" 2019 Japanese Eng Sub", &[Language::Japanese]);
        check(".2019.Korean.Eng.Sub.1080p", &[Language::Korean]);
        check(" (2019) [Korean] [Eng Sub]", &[Language::Korean]);
        check(" 2019 ITA-ENG Sub", &[Language::Italian, Language::English]);
        check(" 2019 Tamil ESub", &[Language::Tamil]);
        check(" 2019 Italian MultiSub", &[Language::Italian]);
    }

    #[test]
    fn german_names_mark_their_second_language() {
        check(".2016.German.DTS.DL.720p", &[Language::German, Language::Original]);
        check(".2016.German.ML.720p", &[Language::German, Language::Original, Language::English]);
        check(".2016.German.WEB-DL.h264", &[Language::German]);
    }

    #[test]
    fn a_multi_release_has_what_its_indexer_carries() {
        let of_indexer = [Language::English, Language::French];
        assert_eq!(with_multi_languages("A.2000.MULTi.1080p", &[Language::Unknown], &of_indexer), of_indexer);
        assert_eq!(
            with_multi_languages("A.2000.1080p", &[Language::Unknown], &of_indexer),
            [Language::Unknown]
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "(?s).{0,200}") {
            for found in find_languages(&text) {
                prop_assert!(text.get(found.start..found.end).is_some());
            }
            prop_assert!(!parse_languages(&text).is_empty());
        }
    }
}
