//! A name cut into tokens, and what each token marks: source, resolution, codec, sound, language, edition, repair.
//!
//! One pass; everything else in `parse/` looks at these tokens. The tables are in `vocabulary.rs`.

use super::vocabulary::{self, Strength};
use super::words::Word;

/// Where the picture came from, as a name says it; finer than the source of a quality.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SourceWord {
    /// A disc, or taken from one.
    Bluray,
    /// Encoded again from a disc: `BDRip`, `BRRip`.
    BlurayRip,
    WebDl,
    WebRip,
    Hdtv,
    /// `HD.TV`: high definition even when no resolution stands in the name.
    HdTvApart,
    Dvd,
    /// A whole DVD: `DVD9`, `DVDR`.
    DvdR,
    Regional,
    Screener,
    Telesync,
    Telecine,
    Cam,
    Workprint,
    /// Television in standard definition: `PDTV`, `DSR`, `SDTV`, `TVRip`.
    Tv,
}

/// What a token marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// Nothing: a word of the title, a group, noise.
    Plain,
    Source(SourceWord),
    /// Lines of the picture.
    Resolution(u16),
    /// `Remux`, alone or joined to its source; the lines when they are joined too.
    Remux {
        with_source: bool,
        lines: u16,
    },
    /// How it was encoded: `x264`, `HEVC`.
    Codec,
    /// Sound, brightness, packing and other technical words.
    Technical,
    /// `PROPER`, `REPACK`, `RERIP`, `REAL`.
    Repair,
    Language,
    Edition,
}

/// A run of letters and digits, or several that are one mark (`WEB-DL`).
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'a> {
    /// As it stands in the name.
    pub(super) text: &'a str,
    /// The same with ASCII letters in lower case.
    pub(super) lower: &'a str,
    /// First byte.
    pub(super) start: usize,
    /// One behind the last byte.
    pub(super) end: usize,
    /// What it marks.
    pub(super) mark: Mark,
    /// Whether it is surely a mark.
    pub(super) strength: Strength,
    /// Whether a digit may be in it.
    pub(super) has_digit: bool,
    /// The year that it is: four digits from 1800 to 2099, a version mark behind it allowed (`2018v2`).
    pub(super) year: Option<u16>,
}

impl Token<'_> {
    /// Whether it marks anything.
    pub(super) fn is_mark(&self) -> bool {
        self.mark != Mark::Plain
    }

    /// Whether it ends a title wherever it stands.
    pub(super) fn is_hard(&self) -> bool {
        self.is_mark() && self.strength == Strength::Hard
    }

    /// Written in capitals or in the odd case of the scene (`iTALiAN`), so that it is no common word.
    pub(super) fn is_shouted(&self) -> bool {
        let mut letters = self.text.chars().filter(|c| c.is_alphabetic()).skip(1);
        let capitals = letters.clone().filter(|c| c.is_uppercase()).count();
        capitals > 0 && capitals * 2 >= letters.by_ref().count()
    }
}

/// The year that a word in lower case is.
fn year(word: &str) -> Option<u16> {
    let digits = match word.as_bytes() {
        [b'1' | b'2', _, _, _] => word,
        [b'1' | b'2', _, _, _, b'v', version] if version.is_ascii_digit() => word.get(..4)?,
        _ => return None,
    };
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok().filter(|year| (1800..2100).contains(year))
}

/// The character before a byte of the text.
pub(super) fn char_before(text: &str, at: usize) -> Option<char> {
    text.get(..at)?.chars().next_back()
}

/// The character at a byte of the text.
pub(super) fn char_at(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

/// The tokens of a name that is cut into words. `lower` is the name in ASCII lower case: same bytes, same places.
pub(super) fn tokens<'a>(name: &'a str, lower: &'a str, words: &[Word<'a>]) -> Vec<Token<'a>> {
    let mut found = Vec::with_capacity(words.len());
    let mut at = 0;
    while let Some(first) = words.get(at) {
        let joined = joined_at(name, lower, words, at);
        let (used, mark) = match joined {
            Some((used, mark)) => (used, Some(mark)),
            None => (1, vocabulary::single(first, lower.get(first.start..first.end).unwrap_or_default())),
        };
        let end = words.get(at + used - 1).map_or(first.end, |last| last.end);
        let (mark, strength) = mark.unwrap_or((Mark::Plain, Strength::Soft));
        if let (Some(text), Some(lower)) = (name.get(first.start..end), lower.get(first.start..end)) {
            let has_digit = first.has_digit || used > 1;
            let year = if has_digit { year(lower) } else { None };
            found.push(Token { text, lower, start: first.start, end, mark, strength, has_digit, year });
        }
        at += used;
    }
    found
}

/// How many words from that one on are one mark, and which; the longest wins: `HD-DVD-Rip` before `HD-DVD`.
fn joined_at(name: &str, lower: &str, words: &[Word<'_>], at: usize) -> Option<(usize, (Mark, Strength))> {
    if !vocabulary::may_begin_joined(words.get(at)?) {
        return None;
    }
    [3, 2].into_iter().find_map(|count| {
        let parts = words.get(at..at + count).filter(|parts| are_joined(name, parts))?;
        let parts = parts.iter().filter_map(|part| lower.get(part.start..part.end));
        vocabulary::joined(parts).map(|mark| (count, mark))
    })
}

/// Whether single separators (`-`, `_`, `.`, space) stand between the words.
fn are_joined(name: &str, parts: &[Word<'_>]) -> bool {
    parts.windows(2).all(|pair| match pair {
        [left, right] => {
            right.start == left.end + 1
                && name.as_bytes().get(left.end).is_some_and(|between| b"-_. ".contains(between))
        }
        _ => true,
    })
}
