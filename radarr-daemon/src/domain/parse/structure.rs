//! Where the title of a name begins and ends, and which number is the year.
//!
//! The year is the last plausible one before the marks of quality; one that stands in brackets beats one without. Marks
//! between title and year belong to neither. Without a year the title ends at the first sure mark and the marks that
//! lead up to it.

use super::file_name;
use super::marks::{Mark, Token, char_at, char_before};
use super::prefix;
use super::vocabulary::{EDITION_ENDS, EDITION_QUALIFIERS, Strength};

/// The parts of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Structure {
    /// First byte of the title.
    pub(super) title_start: usize,
    /// One behind the last byte of the title, separators not taken off.
    pub(super) title_end: usize,
    /// The year and its bytes.
    pub(super) year: Option<(u16, usize, usize)>,
}

/// Finds title and year; `None` when the name has no title that ends somewhere.
pub(super) fn find(name: &str, tokens: &[Token<'_>]) -> Option<Structure> {
    let content_end = file_name::without_extension(name).len();
    let mut title_start = prefix::length(name);
    let view = View { name, tokens, content_end };
    let mut first = view.first_token(title_start)?;
    // Marks in front of the title ("HEVC Title ...") are skipped.
    while tokens.get(first).is_some_and(Token::is_hard) {
        first += 1;
        title_start = tokens.get(first)?.start;
    }
    let quality_at = view.first_hard(first);
    let year_at = view.year(first, quality_at);
    let end_at = match year_at {
        Some(at) => quality_at.filter(|quality| *quality < at).unwrap_or(at),
        None => quality_at.or_else(|| view.first_soft_mark(first))?,
    };
    let year = year_at
        .and_then(|at| tokens.get(at))
        .and_then(|token| token.year.map(|year| (year, token.start, token.start + 4)));
    let anime_end = if year.is_none() { view.anime_version(first, end_at) } else { None };
    let end_at = view.walk_back(first, anime_end.unwrap_or(end_at), year_at.is_some());
    if end_at <= first {
        return None;
    }
    let title_end = view.end_of_title(title_start, end_at, year_at);
    // A bare year is no title of a name without a year.
    let only_year =
        end_at == first + 1 && year.is_none() && tokens.get(first).is_some_and(|t| t.year.is_some());
    (title_end > title_start && !only_year).then_some(Structure { title_start, title_end, year })
}

/// Words that bind the next one to the title: `The German`, `Bigger and Uncut`.
const JOINING_WORDS: &[&str] = &["the", "a", "an", "and", "or", "of", "my", "in", "good", "to", "le", "la"];

struct View<'a> {
    name: &'a str,
    tokens: &'a [Token<'a>],
    content_end: usize,
}

impl View<'_> {
    fn first_token(&self, from: usize) -> Option<usize> {
        self.tokens.iter().position(|token| token.start >= from)
    }

    fn text_between(&self, left: usize, right: usize) -> &str {
        match (self.tokens.get(left), self.tokens.get(right)) {
            (Some(left), Some(right)) => self.name.get(left.end..right.start).unwrap_or_default(),
            _ => "",
        }
    }

    /// The first sure mark behind the first word.
    fn first_hard(&self, first: usize) -> Option<usize> {
        (first + 1..self.tokens.len()).find(|at| {
            self.tokens.get(*at).is_some_and(|token| {
                token.end <= self.content_end && (token.is_hard() || self.is_bracket_of_marks(*at))
            })
        })
    }

    /// Without a sure mark: an edition or technical mark in brackets, a hash, or several soft marks side by side.
    fn first_soft_mark(&self, first: usize) -> Option<usize> {
        (first + 1..self.tokens.len()).find(|at| {
            let next_is_mark = self.tokens.get(at + 1).is_some_and(Token::is_mark);
            self.is_hash(*at)
                || self.tokens.get(*at).is_some_and(|token| {
                    token.end <= self.content_end
                        && token.is_mark()
                        && token.strength == Strength::Soft
                        && next_is_mark
                        && !self.is_joined_to_title(*at)
                })
        })
    }

    /// A bracket whose first word is a mark of any kind: `(BD 1080p`, `[MULTI]`.
    fn is_bracket_of_marks(&self, at: usize) -> bool {
        let Some(token) = self.tokens.get(at).filter(|token| token.is_mark()) else { return false };
        let opened = matches!(char_before(self.name, token.start), Some('[' | '('));
        opened
            && token.mark != Mark::Edition
            && (token.strength != Strength::Common
                || token.mark == Mark::Source(super::marks::SourceWord::WebDl))
            && !matches!(token.mark, Mark::Language if char_before(self.name, token.start) == Some('('))
    }

    /// `[00F4CDA0]`
    fn is_hash(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| {
            token.text.len() == 8
                && token.text.bytes().all(|b| b.is_ascii_hexdigit())
                && char_before(self.name, token.start) == Some('[')
                && char_at(self.name, token.end) == Some(']')
        })
    }

    /// `v2` between the title and the brackets of an anime name.
    fn anime_version(&self, first: usize, end_at: usize) -> Option<usize> {
        (first + 1..end_at).find(|at| {
            self.tokens.get(*at).is_some_and(|token| {
                matches!(token.lower.as_bytes(), [b'v', digit] if digit.is_ascii_digit())
                    && self.text_between(*at, at + 1).trim_start().starts_with(['[', '('])
            })
        })
    }

    /// The token that is the year.
    fn year(&self, first: usize, quality_at: Option<usize>) -> Option<usize> {
        let plausible = |at: usize| self.is_plausible_year(first, at);
        let before = quality_at.unwrap_or(self.tokens.len());
        let early = || (first + 1..before).filter(|at| plausible(*at));
        if let Some(at) = early().find(|at| self.is_enclosed(*at)) {
            return Some(at);
        }
        let mut chosen: Option<usize> = None;
        for at in early() {
            let marks_between = chosen.is_some_and(|chosen| {
                (chosen + 1..at).any(|between| {
                    self.tokens.get(between).is_some_and(|t| t.is_mark() && t.strength != Strength::Common)
                })
            });
            if marks_between {
                break;
            }
            chosen = Some(at);
        }
        chosen.or_else(|| (before..self.tokens.len()).find(|at| *at > first && plausible(*at)))
    }

    fn is_plausible_year(&self, first: usize, at: usize) -> bool {
        let Some(token) = self.tokens.get(at) else { return false };
        if token.year.is_none() || token.end > self.content_end {
            return false;
        }
        let before = at.checked_sub(1).and_then(|at| self.tokens.get(at));
        // "BT.2020" is a colour space.
        if before.is_some_and(|before| before.lower == "bt") {
            return false;
        }
        // "-2019" at the very end behind marks is a group.
        let is_group = char_before(self.name, token.start) == Some('-')
            && before.is_some_and(|before| before.is_mark() && before.end + 1 == token.start)
            && at + 1 == self.tokens.len();
        at >= first && !is_group
    }

    /// In brackets alone, or first or last in them: `(2011)`, `[1970, genre`, `(Western 1951)`, `*2022*`.
    fn is_enclosed(&self, at: usize) -> bool {
        let Some(token) = self.tokens.get(at) else { return false };
        let opened = matches!(char_before(self.name, token.start), Some('(' | '[' | '*' | '{'));
        let closed = matches!(char_at(self.name, token.end), Some(')' | ']' | '*' | '}'));
        opened || closed
    }

    /// Goes back from a place over the marks that lead up to it; at least one word stays.
    fn walk_back(&self, first: usize, from: usize, has_year: bool) -> usize {
        let mut end = from;
        while end > first + 1 {
            let step = self.mark_before(first, end, has_year);
            if step == 0 {
                break;
            }
            end -= step;
        }
        end.max(first + usize::from(from > first))
    }

    /// How many tokens before `end` are one mark that does not belong to the title; 0 when there is none.
    fn mark_before(&self, first: usize, end: usize, has_year: bool) -> usize {
        let edition = self.edition_before(first, end);
        if edition > 0 {
            return edition;
        }
        let at = end - 1;
        let Some(token) = self.tokens.get(at) else { return 0 };
        if !token.is_mark() || self.is_joined_to_title(at) {
            return 0;
        }
        let shouted = token.is_shouted() && !self.title_is_shouted(first, at);
        let bracketed = matches!(char_before(self.name, token.start), Some('(' | '['));
        let counts = match (token.mark, token.strength) {
            (_, Strength::Hard) => true,
            (Mark::Language, _) => {
                bracketed || shouted || !has_year || matches!(token.lower, "german" | "truefrench")
            }
            (Mark::Edition, Strength::Soft) => true,
            (Mark::Source(_) | Mark::Technical | Mark::Codec | Mark::Repair, Strength::Soft) => {
                bracketed || shouted || !has_year || token.lower.bytes().any(|b| b.is_ascii_digit())
            }
            _ => bracketed || shouted,
        };
        usize::from(counts)
    }

    /// `Special Edition`, `50th Anniversary Edition`, `Director's Cut`: the tokens before `end` that are its name.
    fn edition_before(&self, first: usize, end: usize) -> usize {
        let Some(last) = self.tokens.get(end - 1) else { return 0 };
        if last.lower == "anniversary" {
            let ordinal = end >= 2 && self.tokens.get(end - 2).is_some_and(is_ordinal);
            return if ordinal && end - 2 > first { 2 } else { 0 };
        }
        if last.lower == "collection" {
            let criterion =
                end >= 2 && self.tokens.get(end - 2).is_some_and(|token| token.lower == "criterion");
            return if criterion && end - 2 > first { 2 } else { 0 };
        }
        if !EDITION_ENDS.contains(&last.lower) {
            return 0;
        }
        let mut begin = end - 1;
        while begin > first {
            let Some(token) = self.tokens.get(begin - 1) else { break };
            if !EDITION_QUALIFIERS.contains(&token.lower) && !is_ordinal(token) {
                break;
            }
            begin -= 1;
        }
        let before = begin.checked_sub(1).and_then(|at| self.tokens.get(at));
        // "The Final Cut" is a title; so is an edition that nothing stands before.
        let named = before.is_some_and(|before| before.lower == "the")
            && !matches!(self.tokens.get(begin).map(|t| t.lower), Some("rogue" | "imperial"));
        if begin == end - 1 || begin <= first || named { 0 } else { end - begin }
    }

    /// An article or conjunction before the mark makes it a word of the title: `The German`, `and Uncut`.
    fn is_joined_to_title(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).and_then(|at| self.tokens.get(at)) else { return false };
        let Some(token) = self.tokens.get(at) else { return false };
        !token.is_hard()
            && JOINING_WORDS.contains(&before.lower)
            && self.text_between(at - 1, at).chars().count() == 1
    }

    fn title_is_shouted(&self, first: usize, end: usize) -> bool {
        let words = self.tokens.get(first..end).unwrap_or_default();
        !words.is_empty()
            && words.iter().all(|token| !token.text.chars().any(char::is_lowercase))
            && words.iter().any(|token| token.text.chars().any(char::is_alphabetic))
    }

    /// The byte behind the title: before the year's or mark's bracket, and before a bracket in front of the year that
    /// names the director or the source.
    fn end_of_title(&self, title_start: usize, end_at: usize, year_at: Option<usize>) -> usize {
        let Some(token) = self.tokens.get(end_at) else { return self.content_end };
        let mut end = token.start;
        // The mark or year may stand inside a bracket that began earlier: "(Action Western 1951)".
        let head = self.name.get(title_start..end).unwrap_or_default();
        if let Some(open) = unclosed_bracket(head).filter(|open| *open > 0) {
            end = title_start + open;
        }
        // "Title (Director) [1970, ...": the parenthesis is no title.
        let year_in_square = year_at == Some(end_at) && char_at(self.name, end) == Some('[');
        if year_in_square {
            let head = self.name.get(title_start..end).unwrap_or_default().trim_end();
            if head.ends_with(')')
                && let Some(open) = head.rfind('(').filter(|open| *open > 0)
            {
                end = title_start + open;
            }
        }
        end
    }
}

/// `50th`
fn is_ordinal(token: &Token<'_>) -> bool {
    token.lower.starts_with(|c: char| c.is_ascii_digit())
        && ["st", "nd", "rd", "th"].iter().any(|suffix| token.lower.ends_with(suffix))
}

/// The place of the first bracket that the text opens and does not close.
fn unclosed_bracket(text: &str) -> Option<usize> {
    let mut open = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' => open.push(at),
            ')' | ']' | '}' => {
                open.pop();
            }
            _ => {}
        }
    }
    open.first().copied()
}
