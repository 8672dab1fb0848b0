//! The expressions that users write in custom formats and release profiles.
//!
//! This is the only file that knows the regular expression engine; everything else asks [`Pattern::is_match`].

use fancy_regex::{Regex, RegexBuilder};

use super::dotnet::translate;
use super::needed_words::needed_words;

/// Steps that one match may take before it is given up: an expression that explodes costs milliseconds, not hours.
const BACKTRACK_STEPS_MAX: usize = 100_000;

/// Longest expression that is accepted, in bytes; the longest of the TRaSH guides has about 5,000.
const PATTERN_BYTES_MAX: usize = 20_000;

/// An expression that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the expression {pattern:?} can't be used: {why}")]
pub struct PatternError {
    /// The expression, shortened to 200 characters.
    pub pattern: String,
    /// What is wrong with it.
    pub why: String,
}

/// Whether letters are compared with their case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// `A` is `a`.
    Ignored,
    /// `A` is not `a`.
    Respected,
}

/// A compiled expression.
#[derive(Debug, Clone)]
pub struct Pattern {
    regex: Regex,
    needed: Option<Vec<String>>,
}

impl Pattern {
    /// Compiles an expression as .NET would read it; the error says what is wrong and where.
    pub fn compile(pattern: &str, case: Case) -> Result<Self, PatternError> {
        let error = |why: String| PatternError { pattern: pattern.chars().take(200).collect(), why };
        if pattern.len() > PATTERN_BYTES_MAX {
            return Err(error(format!("it is longer than {PATTERN_BYTES_MAX} bytes")));
        }
        let translated = translate(pattern);
        let regex = RegexBuilder::new(&translated)
            .case_insensitive(case == Case::Ignored)
            .backtrack_limit(BACKTRACK_STEPS_MAX)
            .build();
        regex
            .map(|regex| Self { regex, needed: needed_words(&translated) })
            .map_err(|source| error(source.to_string()))
    }

    /// Whether it matches anywhere in the text. One that takes too many steps does not match.
    pub fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text).unwrap_or(false)
    }

    /// Words in lower case of which a text that matches holds at least one; `None` = not known.
    pub(super) fn needed_words(&self) -> Option<&[String]> {
        self.needed.as_deref()
    }
}
