//! What is wrong with an expression that can't be compiled, and where.

use std::sync::LazyLock;

use fancy_regex::{CompileError, Error, Expr, ParseError};
use regex::Regex;

use super::dotnet::translate;

/// Characters of the expression that are shown from the place on.
const SHOWN: usize = 20;

/// What the engine says of the translated expression, with the place in the one that was written.
pub(super) fn why(written: &str, translated: &str, error: &Error) -> String {
    if let Error::ParseError(at, what) = error {
        if matches!(what, ParseError::UnclosedOpenParen)
            && let Some(open) = unclosed(written)
        {
            return format!("a parenthesis is never closed, {}", place(written, open));
        }
        if matches!(what, ParseError::InvalidClass)
            && let Some(open) = unclosed_class(written)
        {
            return format!("a bracket is never closed, {}", place(written, open));
        }
        let at_place = written.get(written_at(written, *at)..).unwrap_or_default();
        if matches!(what, ParseError::GeneralParseError(_)) && at_place.starts_with(')') {
            return format!("a parenthesis was never opened, {}", place(written, written_at(written, *at)));
        }
        return format!("{what}, {}", place(written, written_at(written, *at)));
    }
    let Error::CompileError(what) = error else { return error.to_string() };
    if let CompileError::InnerError(inner) = &**what {
        if inner.size_limit().is_some() {
            return "it is too large: it counts up to too high numbers".to_owned();
        }
        if let Some(class) = wrong_class(translated)
            && let Some(at) = translated.find(&class)
        {
            return format!("there is no such set of letters, {}", place(written, written_at(written, at)));
        }
    }
    if matches!(**what, CompileError::PatternTooComplex | CompileError::DfaBuildError(..)) {
        return format!("it is too large: {what}");
    }
    what.to_string()
}

/// "character 5, at `(abc`", counted from 1.
fn place(written: &str, at: usize) -> String {
    let (before, behind) = written.split_at_checked(at).unwrap_or((written, ""));
    let shown: String = behind.chars().take(SHOWN).collect();
    let number = before.chars().count() + 1;
    if shown.is_empty() {
        format!("character {number}, at its end")
    } else {
        format!("character {number}, at {shown:?}")
    }
}

/// The byte of the written expression from which a byte of the translated one came: translating only adds characters,
/// so that a longer front of the one never gives a shorter front of the other.
fn written_at(written: &str, translated_at: usize) -> usize {
    let ends: Vec<usize> = written.char_indices().map(|(at, _)| at).chain([written.len()]).collect();
    let too_short =
        ends.partition_point(|end| translate(written.get(..*end).unwrap_or_default()).len() <= translated_at);
    too_short.checked_sub(1).and_then(|at| ends.get(at)).copied().unwrap_or(0)
}

/// What is wrong with a repetition whose numbers are exchanged: `a{2,1}`. Engines differ in what they make of it.
pub(super) fn counts_down(written: &str) -> Option<String> {
    let (mut escaped, mut in_class) = (false, false);
    for (at, c) in written.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            '{' if !in_class && written.get(at + 1..).is_some_and(begins_with_falling_numbers) => {
                return Some(format!("it counts down, {}", place(written, at)));
            }
            _ => {}
        }
    }
    None
}

fn begins_with_falling_numbers(text: &str) -> bool {
    let numbers = text.split_once('}').and_then(|(numbers, _)| numbers.split_once(','));
    let number = |text: &str| text.trim().parse::<u64>().ok();
    numbers.is_some_and(|(from, to)| number(from).zip(number(to)).is_some_and(|(from, to)| from > to))
}

/// The byte of the last parenthesis that is opened and not closed.
fn unclosed(written: &str) -> Option<usize> {
    let mut open = Vec::new();
    let (mut escaped, mut in_class) = (false, false);
    for (at, c) in written.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => open.push(at),
            ')' if !in_class => drop(open.pop()),
            _ => {}
        }
    }
    open.pop()
}

/// The byte of a bracket that is opened and not closed.
fn unclosed_class(written: &str) -> Option<usize> {
    let mut open = None;
    let mut escaped = false;
    for (at, c) in written.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => open = open.or(Some(at)),
            ']' => open = None,
            _ => {}
        }
    }
    open
}

/// A named set of letters: `\p{Lu}`.
static PROPERTY: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\\[pP]\{[^}]*\}").ok());

/// The first set of letters of the expression that the engine does not take.
fn wrong_class(translated: &str) -> Option<String> {
    fn first(expression: &Expr) -> Option<String> {
        if let Expr::Delegate { inner, .. } = expression
            && Regex::new(inner).is_err()
        {
            return Some(inner.clone());
        }
        expression.children_iter().find_map(first)
    }
    let class = first(&Expr::parse_tree(translated).ok()?.expr).filter(|class| translated.contains(class));
    class.or_else(|| {
        let mut properties = PROPERTY.as_ref()?.find_iter(translated).map(|found| found.as_str());
        properties.find(|property| Regex::new(property).is_err()).map(str::to_owned)
    })
}
