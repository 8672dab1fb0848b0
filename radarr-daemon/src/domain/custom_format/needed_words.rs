//! Which words a text must hold for an expression to match it. Pure.
//!
//! Almost every expression of a custom format needs some word: `\b(FLUX|NTb)\b` one of two, `^(?=.*\bweb\b)` the one in
//! its look-around. Looking for all the words of all formats at once costs a microsecond and leaves few expressions to
//! be tried. What is told here may be too little, never too much: an expression of which nothing is known is tried.

use fancy_regex::{Expr, LookAround};

/// More alternatives than this are given up: the words of one group of formats are a few hundred.
const WORDS_MAX: usize = 1_000;

/// Texts that a part can be, followed further until they are more than this.
const EXACT_MAX: usize = 32;

/// Words are not joined beyond this length.
const WORD_BYTES_MAX: usize = 24;

/// A class of more letters says too little.
const LETTERS_MAX: usize = 6;

/// Words in ASCII lower case of which a text that matches holds at least one; `None` = nothing can be said.
///
/// The letters of the text have to be compared without case, `ſ` as `s` and the Kelvin sign as `k` (see [`fold`]).
pub(super) fn needed_words(expression: &str) -> Option<Vec<String>> {
    let tree = Expr::parse_tree(expression).ok()?;
    let mut words = part(&tree.expr)?.words()?;
    words.sort_unstable();
    words.dedup();
    Some(words)
}

/// The two letters beyond ASCII that are an ASCII letter when case is ignored, as that letter.
pub(super) fn fold(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains(['\u{17f}', '\u{212a}']) {
        text.replace('\u{17f}', "s").replace('\u{212a}', "k").into()
    } else {
        text.into()
    }
}

/// What is known of a part of an expression.
#[derive(Debug, Clone)]
struct Part {
    /// All texts that it can be; `None` = too many.
    exact: Option<Vec<String>>,
    /// Any one of these is in the text, there or elsewhere.
    needed: Option<Vec<String>>,
}

impl Part {
    /// A part that takes no text.
    fn empty() -> Self {
        Self { exact: Some(vec![String::new()]), needed: None }
    }

    fn unknown() -> Self {
        Self { exact: None, needed: None }
    }

    /// The better of what it is and what it needs.
    fn words(self) -> Option<Vec<String>> {
        better(self.exact.filter(|words| shortest(words) > 0), self.needed)
    }
}

/// `None` for what can end a match early, so that nothing behind it is needed.
#[expect(clippy::wildcard_enum_match_arm, reason = "of what is rare nothing is said")]
fn part(expression: &Expr) -> Option<Part> {
    Some(match expression {
        Expr::Empty | Expr::Assertion(_) => Part::empty(),
        Expr::Literal { val, .. } if val.is_ascii() => {
            Part { exact: Some(vec![val.to_ascii_lowercase()]), needed: None }
        }
        Expr::Delegate { inner, .. } => Part { exact: letters(inner), needed: None },
        Expr::Concat(parts) => in_a_row(parts)?,
        Expr::Alt(parts) => either(parts)?,
        Expr::Group(inner) => part(inner)?,
        Expr::AtomicGroup(inner) => part(inner)?,
        Expr::LookAround(inner, LookAround::LookAhead | LookAround::LookBehind) => {
            Part { needed: part(inner)?.words(), ..Part::empty() }
        }
        Expr::LookAround(inner, _) => {
            part(inner)?;
            Part::empty()
        }
        Expr::Repeat { child, lo, hi, .. } => repeated(part(child)?, *lo, *hi),
        Expr::BacktrackingControlVerb(_)
        | Expr::Absent(_)
        | Expr::DefineGroup { .. }
        | Expr::Conditional { .. } => return None,
        _ => Part::unknown(),
    })
}

/// The letters of a short class that is only written with letters and ranges: `[ ._-]`, `[xh]`, `[1-4]`.
fn letters(class: &str) -> Option<Vec<String>> {
    let inner = class.strip_prefix('[')?.strip_suffix(']')?;
    let strange = |c: char| !c.is_ascii() || matches!(c, '^' | '\\' | '[' | ']' | '&' | '~');
    if inner.is_empty() || inner.contains(strange) {
        return None;
    }
    let bytes = inner.as_bytes();
    let mut found: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(first) = bytes.get(at).copied() {
        let is_range = bytes.get(at + 1) == Some(&b'-') && bytes.get(at + 2).is_some();
        let last = if is_range { bytes.get(at + 2).copied()? } else { first };
        found.extend((first..=last).map(|byte| char::from(byte).to_ascii_lowercase().to_string()));
        at += if is_range { 3 } else { 1 };
    }
    (found.len() <= LETTERS_MAX).then_some(found)
}

fn repeated(inner: Part, least: usize, most: usize) -> Part {
    match (least, most) {
        (1, 1) => inner,
        (0, 1) => {
            let exact = inner.exact.map(|mut texts| {
                texts.push(String::new());
                texts
            });
            Part { exact, needed: None }
        }
        (0, _) => Part::unknown(),
        _ => Part { exact: None, needed: inner.words() },
    }
}

/// One of them: a word of each is needed.
fn either(parts: &[Expr]) -> Option<Part> {
    let parts = parts.iter().map(part).collect::<Option<Vec<_>>>()?;
    let exact: Option<Vec<Vec<String>>> = parts.iter().map(|part| part.exact.clone()).collect();
    let exact = exact.map(|texts| texts.concat()).filter(|texts| texts.len() <= WORDS_MAX);
    let needed: Option<Vec<Vec<String>>> = parts.into_iter().map(Part::words).collect();
    let needed = needed.map(|words| words.concat()).filter(|words| words.len() <= WORDS_MAX);
    Some(Part { exact, needed })
}

/// One behind the other: those whose texts are known are joined, and the best of all runs is taken.
fn in_a_row(parts: &[Expr]) -> Option<Part> {
    let mut run = vec![String::new()];
    let mut needed: Option<Vec<String>> = None;
    let mut whole = true;
    for next in parts {
        let next = part(next)?;
        needed = better(needed, next.needed);
        let joined = next.exact.as_deref().and_then(|texts| joined(&run, texts));
        run = match (joined, next.exact) {
            (Some(joined), _) => joined,
            (None, texts) => {
                whole = false;
                let ended = std::mem::replace(&mut run, vec![String::new()]);
                needed = better(needed, Some(ended).filter(|words| shortest(words) > 0));
                texts.unwrap_or(run)
            }
        };
    }
    if whole {
        return Some(Part { exact: Some(run), needed });
    }
    needed = better(needed, Some(run).filter(|words| shortest(words) > 0));
    Some(Part { exact: None, needed })
}

/// Every text of the left before every one of the right; `None` when these are too many or too long.
fn joined(left: &[String], right: &[String]) -> Option<Vec<String>> {
    let single = left.len() == 1 || right.len() == 1;
    let count = left.len().saturating_mul(right.len());
    if count > if single { WORDS_MAX } else { EXACT_MAX } {
        return None;
    }
    let longest = |texts: &[String]| texts.iter().map(String::len).max().unwrap_or(0);
    if longest(left) + longest(right) > WORD_BYTES_MAX {
        return None;
    }
    Some(left.iter().flat_map(|left| right.iter().map(move |right| format!("{left}{right}"))).collect())
}

/// The set that fewer texts hold: the one whose shortest word is longer, then the one of fewer words.
fn better(one: Option<Vec<String>>, other: Option<Vec<String>>) -> Option<Vec<String>> {
    let (Some(left), Some(right)) = (&one, &other) else { return one.or(other) };
    let rank = |words: &[String]| (shortest(words).min(4), std::cmp::Reverse(words.len()));
    if rank(right) > rank(left) { other } else { one }
}

fn shortest(words: &[String]) -> usize {
    words.iter().map(String::len).min().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_an_expression_are_told_or_nothing_is() {
        for (expression, want) in [
            (r"\b(FLUX|NTb)\b", Some(vec!["flux", "ntb"])),
            (r"^(KC)$", Some(vec!["kc"])),
            (r"[xh]26[56]", Some(vec!["h265", "h266", "x265", "x266"])),
            (r"web[ .]?dl", Some(vec!["web dl", "web.dl", "webdl"])),
            (r"[^0-9]2[ .]0", Some(vec!["2 0", "2.0"])),
            (r"[1-4]\.[0-1]\w", Some(vec!["1.0", "1.1", "2.0", "2.1", "3.0", "3.1", "4.0", "4.1"])),
            (r"[-a]b|[a-]c|[\d]", None),
            (r"\bHDR10(?!\+|Plus)\b", Some(vec!["hdr10"])),
            (r"^(?=.*\b(PMR)\b)(?=.*\b(Remux)\b)", Some(vec!["remux"])),
            (r"(?<=remux).*\b(NAN0)\b", Some(vec!["remux"])),
            (r"^(?!.*\bMA\b).*\b(HHWEB)\b", Some(vec!["hhweb"])),
            (r"\b(No|Minus)\s?Colou?r\b", Some(vec!["color", "colour"])),
            (r"Daub?(er)+", Some(vec!["dau", "daub"])),
            (r"(ab){2,}", Some(vec!["ab"])),
            (r"(ab)*", None),
            (r"\d{3,4}p", Some(vec!["p"])),
            (r"a|\d", None),
            (r"é", None),
            (r"\bé?toile\b", Some(vec!["toile"])),
            (r"(?!x)", None),
            ("", None),
            ("(", None),
        ] {
            let want = want.map(|words| words.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(needed_words(expression), want, "{expression}");
        }
    }

    #[test]
    fn the_two_letters_that_are_ascii_without_case_are_folded() {
        assert_eq!(fold("\u{17f}ub \u{212a}S é"), "sub kS é");
        assert!(matches!(fold("Movie é"), std::borrow::Cow::Borrowed(_)));
    }
}
