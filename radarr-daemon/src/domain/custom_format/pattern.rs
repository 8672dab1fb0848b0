//! The expressions that users write in custom formats and release profiles.
//!
//! This is the only file that knows the regular expression engine; everything else asks [`Pattern::is_match`]. An
//! expression can't hang the daemon: it is bounded in length and size, tried on hard texts before it is accepted, and
//! given up after so many steps. `fault.rs` says what is wrong with one that can't be used.

use fancy_regex::{Expr, Regex, RegexBuilder};

use super::dotnet::translate;
use super::fault;
use super::needed_words::needed_words;

/// Steps that one match may take before it is given up: an expression that explodes costs milliseconds, not hours. The
/// guides' take a few hundred on a name.
const BACKTRACK_STEPS_MAX: usize = 100_000;

/// Longest expression that is accepted, in bytes; the longest of the TRaSH guides has about 5,000.
const PATTERN_BYTES_MAX: usize = 20_000;

/// Largest program of an expression that is matched in one go, in bytes: what `a{1000}{1000}` asks for is refused.
const PROGRAM_BYTES_MAX: usize = 2 * 1024 * 1024;

/// The same for the parts of one with look-around, which may be tried at every step.
const PART_BYTES_MAX: usize = 512 * 1024;

/// Texts are looked at up to here; no name is longer.
const TEXT_BYTES_MAX: usize = 1_024;

/// Length of the texts that an expression is tried on before it is accepted: no file system has longer names.
const TRIAL_BYTES: usize = 256;

/// Letters of the expression that are tried, each alone.
const TRIAL_LETTERS_MAX: usize = 8;

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
        if let Some(why) = fault::counts_down(pattern) {
            return Err(error(why));
        }
        let translated = translate(pattern);
        let looks_around = Expr::parse_tree(&translated).is_ok_and(|tree| looks_around(&tree.expr));
        let regex = RegexBuilder::new(&translated)
            .case_insensitive(case == Case::Ignored)
            .backtrack_limit(BACKTRACK_STEPS_MAX)
            .delegate_size_limit(if looks_around { PART_BYTES_MAX } else { PROGRAM_BYTES_MAX })
            .max_prog_size(PROGRAM_BYTES_MAX / 100)
            .build()
            .map_err(|source| error(fault::why(pattern, &translated, &source)))?;
        let compiled = Self { regex, needed: needed_words(&translated) };
        if looks_around && let Some(text) = trials(pattern).find(|text| compiled.matches(text).is_none()) {
            let shown: String = text.chars().take(12).collect();
            return Err(error(format!(
                "it takes too long: it was given up after {BACKTRACK_STEPS_MAX} steps on \"{shown}…\""
            )));
        }
        Ok(compiled)
    }

    /// Whether it matches anywhere in the text. One that takes too many steps does not match.
    pub fn is_match(&self, text: &str) -> bool {
        self.matches(text).unwrap_or(false)
    }

    /// Whether it matches anywhere in the text; `None` = it was given up.
    pub(super) fn matches(&self, text: &str) -> Option<bool> {
        let text = text.get(..text.floor_char_boundary(TEXT_BYTES_MAX)).unwrap_or(text);
        self.regex.is_match(text).ok()
    }

    /// Words in lower case of which a text that matches holds at least one; `None` = not known.
    pub(super) fn needed_words(&self) -> Option<&[String]> {
        self.needed.as_deref()
    }
}

/// Whether steps may have to be taken back; all other expressions take a time that grows with the text alone.
fn looks_around(expression: &Expr) -> bool {
    let steps_back = |part: &Expr| {
        matches!(
            part,
            Expr::LookAround(..)
                | Expr::Backref { .. }
                | Expr::BackrefWithRelativeRecursionLevel { .. }
                | Expr::AtomicGroup(_)
                | Expr::BackrefExistsCondition { .. }
                | Expr::Conditional { .. }
                | Expr::SubroutineCall(_)
                | Expr::Absent(_)
                | Expr::KeepOut
        )
    };
    steps_back(expression) || expression.has_descendant(steps_back)
}

/// Texts on which expressions explode that explode at all: their own letters over and over, alone and together, and
/// what stands between the words of names.
fn trials(pattern: &str) -> impl Iterator<Item = String> {
    let mut letters: Vec<char> = Vec::new();
    for letter in pattern.chars().filter(char::is_ascii_alphanumeric) {
        if !letters.contains(&letter) && letters.len() < TRIAL_LETTERS_MAX {
            letters.push(letter);
        }
    }
    let together: String = pattern.chars().filter(char::is_ascii_alphanumeric).take(TRIAL_BYTES).collect();
    let separators = ["1", " ", ".", "-"].map(str::to_owned);
    let parts = letters.into_iter().map(String::from).chain([together]).chain(separators);
    let repeated = parts.filter(|part| !part.is_empty());
    repeated.map(|part| part.repeat(TRIAL_BYTES.div_ceil(part.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(pattern: &str, words: &str) {
        let error = Pattern::compile(pattern, Case::Ignored).unwrap_err();
        assert!(error.why.contains(words), "{pattern:.40}: wanted {words:?}, got {:?}", error.why);
    }

    #[test]
    fn an_expression_that_explodes_is_refused() {
        for pattern in [
            r"^(a|a)*\1(?!.)b",
            r"(?=(a*)*b)\1c",
            r"^((a)|(aa))*(?=b)\2",
            r"(x+x+)+(?=y)\1",
            r"((a+)+)+\2b(?!c)",
            r"^(?:(?=a)a|a)*b",
            r"(?:(?!x).*){9}y",
        ] {
            refused(pattern, "takes too long");
        }
    }

    #[test]
    fn one_that_has_no_look_around_takes_a_time_that_grows_with_the_text() {
        let pattern = Pattern::compile("^(a+)+$", Case::Ignored).unwrap();
        assert!(!pattern.is_match(&format!("{}b", "a".repeat(500))));
    }

    #[test]
    fn one_that_explodes_on_another_text_ends_without_a_match() {
        let text = "ab".repeat(500);
        let regex = RegexBuilder::new(r"^(?:(a|b|ab)*)*c\1").backtrack_limit(1_000).build().unwrap();
        let pattern = Pattern { regex, needed: None };
        assert_eq!((pattern.matches(&text), pattern.is_match(&text)), (None, false));
    }

    #[test]
    fn too_long_and_too_large_ones_are_refused() {
        refused(&"a".repeat(PATTERN_BYTES_MAX + 1), "longer than 20000 bytes");
        assert!(Pattern::compile(&"a".repeat(2_000), Case::Ignored).is_ok());
        refused("(a{1000}){1000}", "too large");
        refused(r"(\w{500}){100}(?!x)", "too large");
        refused(&"(".repeat(5_000), "nested");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        refused("abc(def", "character 4, at \"(def\"");
        refused("ab)c", "never opened, character 3, at \")c\"");
        refused("[x[y](", "character 6, at \"(\"");
        refused("*a", "character 1");
        refused("a[z-a]", "character 2, at \"[z-a]\"");
        refused("[b-a]", "character 1, at \"[b-a]\"");
        refused("ab(?<n", "character 4, at \"?<n\"");
        refused("ba{2,1}", "counts down, character 3, at \"{2,1}\"");
        refused("(x)|y{3,2}z", "character 6, at \"{3,2}z\"");
        assert!(Pattern::compile(r"[{2,1}]\{2,1\}a{1,2}", Case::Ignored).is_ok());
        refused(r"é\p{Moon}", "character 2");
        refused(r"(a)\2", "group 2");
        refused(r"a\", "character 2");
    }
}
