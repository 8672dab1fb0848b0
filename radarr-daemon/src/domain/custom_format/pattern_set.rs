//! Many expressions at once on one text.
//!
//! One pass over the text finds the words that the expressions need ([`super::needed_words`]); those whose words are
//! not there do not match, and are most. Of the others each is tried when it is first asked for, and once: the same
//! expression stands in many formats.

use std::cell::Cell;
use std::collections::HashMap;

use aho_corasick::AhoCorasick;

use super::needed_words::fold;
use super::pattern::Pattern;

/// Expressions that may be given up on one release; when there are more, the rest of those that are given up easily
/// would only cost time, and none of them matches.
const GIVEN_UP_MAX: usize = 8;

/// The place of an expression in its set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PatternAt(usize);

impl PatternAt {
    /// The place that the next expression will have.
    pub(super) fn behind(patterns: &[Pattern]) -> Self {
        Self(patterns.len())
    }
}

/// Different expressions on the same kind of text.
#[derive(Debug, Clone, Default)]
pub(super) struct PatternSet {
    patterns: Vec<Pattern>,
    /// All words that any of them needs; `None` = there are none.
    words: Option<AhoCorasick>,
    /// Which expressions need a word, by the word's number.
    wanting: Vec<Vec<PatternAt>>,
    /// Of these it is not known what they need.
    always: Vec<PatternAt>,
}

impl PatternSet {
    /// Builds the set; the places in `patterns` are the places in the set.
    pub(super) fn new(patterns: Vec<Pattern>) -> Self {
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        let mut wanting: Vec<Vec<PatternAt>> = Vec::new();
        let mut always = Vec::new();
        for (at, pattern) in patterns.iter().enumerate() {
            let Some(words) = pattern.needed_words() else {
                always.push(PatternAt(at));
                continue;
            };
            for word in words {
                let number = *numbers.entry(word).or_insert(wanting.len());
                if number == wanting.len() {
                    wanting.push(Vec::new());
                }
                wanting.get_mut(number).into_iter().for_each(|wanting| wanting.push(PatternAt(at)));
            }
        }
        let mut ordered: Vec<(&str, usize)> = numbers.into_iter().collect();
        ordered.sort_unstable_by_key(|(_, number)| *number);
        let words = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(ordered.iter().map(|(word, _)| *word))
            .ok()
            .filter(|_| !ordered.is_empty());
        if words.is_none() {
            // Too many words for one pass: every expression is tried.
            always = (0..patterns.len()).map(PatternAt).collect();
        }
        Self { patterns, words, wanting, always }
    }

    /// Starts to look at texts: an expression matches when it matches one of them.
    pub(super) fn look<'a>(&'a self, texts: [Option<&'a str>; 2]) -> Look<'a> {
        let known = vec![Cell::new(Known::No); self.patterns.len()];
        let look = Look { set: self, texts, known, given_up: Cell::new(0) };
        if texts.iter().all(Option::is_none) {
            return look;
        }
        self.always.iter().for_each(|at| look.note(*at, Known::Open));
        for text in texts.iter().flatten() {
            let text = fold(text);
            for found in self.words.iter().flat_map(|words| words.find_overlapping_iter(&*text)) {
                let wanting = self.wanting.get(found.pattern().as_usize()).into_iter().flatten();
                wanting.for_each(|at| look.note(*at, Known::Open));
            }
        }
        look
    }
}

/// What is known of an expression on the texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    No,
    Yes,
    /// Its words are there; whether it matches is not tried yet.
    Open,
}

/// A set before its texts.
#[derive(Debug)]
pub(super) struct Look<'a> {
    set: &'a PatternSet,
    texts: [Option<&'a str>; 2],
    known: Vec<Cell<Known>>,
    given_up: Cell<usize>,
}

impl Look<'_> {
    fn note(&self, at: PatternAt, known: Known) {
        self.known.get(at.0).into_iter().for_each(|cell| cell.set(known));
    }

    /// Whether the expression matches one of the texts.
    pub(super) fn matches(&self, at: PatternAt) -> bool {
        match self.known.get(at.0).map(Cell::get) {
            Some(Known::Yes) => true,
            Some(Known::No) | None => false,
            Some(Known::Open) => {
                let matches = self.set.patterns.get(at.0).is_some_and(|pattern| self.tried(pattern));
                self.note(at, if matches { Known::Yes } else { Known::No });
                matches
            }
        }
    }

    fn tried(&self, pattern: &Pattern) -> bool {
        self.texts.iter().flatten().any(|text| {
            if self.given_up.get() >= GIVEN_UP_MAX {
                return false;
            }
            let matches = pattern.matches(text);
            if matches.is_none() {
                self.given_up.set(self.given_up.get() + 1);
            }
            matches.unwrap_or(false)
        })
    }
}
