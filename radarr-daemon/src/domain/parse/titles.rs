//! The titles in the part of a name that holds them.
//!
//! Dots become spaces, initials keep theirs (`U.N.C.L.E.`); a title that is several joined by AKA or `/` gives its parts
//! too. Rules after Radarr.

use std::borrow::Cow;

use super::lexicon::{Role, Roles};

/// The full title, then its parts when it is several. Empty when nothing is left. The words of the name `said` that.
pub(super) fn titles(segment: &str, said: Roles) -> Vec<String> {
    let may_be_several = said.has(Role::JoinsTitles);
    let full = full_title(segment, may_be_several);
    if !full.chars().any(char::is_alphanumeric) {
        return Vec::new();
    }
    if !may_be_several && !full.contains('/') {
        return vec![full];
    }
    let mut parts = parts(&full);
    if parts.len() < 2 {
        return vec![full];
    }
    parts.insert(0, full);
    parts
}

fn full_title(segment: &str, may_be_several: bool) -> String {
    let mut title = Cow::Borrowed(segment);
    if title.contains('_') {
        title = title.replace('_', " ").into();
    }
    if may_be_several && contains_in_any_case(&title, "a.k.a") {
        title = alternative_marks(&title).into();
    }
    if title.contains('[') {
        title = drop_brackets(&title, ['[', ']']).into();
    }
    // Tags of ids and editions, `{tmdb-603}`.
    if title.contains('{') {
        title = drop_brackets(&title, ['{', '}']).into();
    }
    join_initials(trim(&title))
}

fn contains_in_any_case(text: &str, part: &str) -> bool {
    let part = part.as_bytes();
    let begins = |byte: u8| part.first().is_some_and(|first| first.eq_ignore_ascii_case(&byte));
    let mut windows = text.as_bytes().windows(part.len());
    windows.any(|window| window.first().copied().is_some_and(begins) && window.eq_ignore_ascii_case(part))
}

/// Separators and opening brackets at the ends are no title; `)` and `!` are.
fn trim(text: &str) -> &str {
    let start = text.trim_start_matches(|c: char| {
        c.is_whitespace()
            || c.is_control()
            || is_invisible(c)
            || matches!(c, '-' | '_' | '.' | ',' | ']' | ')' | '|' | '*' | '~' | '/' | '+' | '\u{fffd}' | ':')
    });
    start
        .trim_end_matches(|c: char| !(c.is_alphanumeric() || matches!(c, ')' | '!' | ']')) || is_invisible(c))
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// `[...]` inside a title is a request number or the like; unless nothing else is there.
fn drop_brackets(text: &str, [open, close]: [char; 2]) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    // What begins with a bracket though groups are cut off has it in its title: "[REC] 2".
    if open == '['
        && let Some((first, behind)) = text.strip_prefix(open).and_then(|inner| inner.split_once(close))
    {
        kept.push_str(first);
        rest = behind;
    }
    while let Some(at) = rest.find(open) {
        let (before, from) = rest.split_at(at);
        kept.push_str(before);
        match from.find(close) {
            Some(end) if end > 1 => rest = from.get(end + 1..).unwrap_or_default(),
            _ => {
                rest = from.get(1..).unwrap_or_default();
                kept.push(open);
            }
        }
    }
    kept.push_str(rest);
    if kept.chars().any(char::is_alphanumeric) { kept } else { text.replace([open, close], "") }
}

/// ` A.K.A. ` and `.a.k.a.` become ` AKA `.
fn alternative_marks(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    while let Some(found) = lower.get(from..).and_then(|rest| rest.find("a.k.a")) {
        let at = from + found;
        let before = text.get(from..at).unwrap_or_default();
        let after = text.get(at + 5..).unwrap_or_default();
        let opened = text.get(..at).unwrap_or_default().ends_with([' ', '.', '(']);
        let dotless = after.strip_prefix('.').unwrap_or(after);
        let closed = dotless.starts_with([' ', '.']) || after.len() != dotless.len();
        out.push_str(before);
        if opened && closed {
            if out.ends_with('.') {
                out.pop();
                out.push(' ');
            }
            out.push_str("AKA ");
            let rest = dotless.trim_start_matches(' ');
            from = text.len() - rest.len();
        } else {
            out.push_str(text.get(at..at + 5).unwrap_or_default());
            from = at + 5;
        }
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

/// Dots to spaces, but single letters in a row stay initials with theirs.
fn join_initials(text: &str) -> String {
    if !text.contains('.') {
        return text.trim_matches(' ').to_owned();
    }
    let mut parts = text.split('.').peekable();
    let is_letter = |part: &str| part.chars().count() == 1 && !part.bytes().all(|b| b.is_ascii_digit());
    let mut title = String::with_capacity(text.len() + 2);
    let mut in_initials = false;
    while let Some(part) = parts.next() {
        let is_last = parts.peek().is_none();
        let next = parts.peek().copied().unwrap_or_default();
        let is_a = part.eq_ignore_ascii_case("a");
        let next_is_digit = next.len() == 1 && next.bytes().all(|b| b.is_ascii_digit());
        let initial =
            is_letter(part) && !is_a && (in_initials || !is_last) && (in_initials || !next_is_digit);
        let initial_a = is_a && (in_initials || next.chars().count() == 1);
        if initial || initial_a || part.eq_ignore_ascii_case("dr") {
            if in_initials && part.eq_ignore_ascii_case("dr") {
                title.push(' ');
            }
            title.push_str(part);
            title.push('.');
            in_initials = true;
        } else {
            if in_initials {
                title.push(' ');
                in_initials = false;
            }
            title.push_str(part);
            title.push(' ');
        }
    }
    title.trim_matches(' ').to_owned()
}

/// The titles that are joined in one: by ` AKA `, ` / `, or with the second in parentheses.
fn parts(full: &str) -> Vec<String> {
    if !full.contains('/') && !contains_in_any_case(full, "aka ") {
        return Vec::new();
    }
    let lower = full.to_ascii_lowercase();
    if let Some(open) = lower.find(" (aka ")
        && full.ends_with(')')
    {
        let inner = full.get(open + 6..full.len() - 1).unwrap_or_default();
        return vec![full.get(..open).unwrap_or_default().trim().to_owned(), inner.trim().to_owned()];
    }
    let mut found = Vec::new();
    let mut from = 0;
    let mut at = 0;
    while at < full.len() {
        let rest = lower.get(at..).unwrap_or_default();
        let length =
            [" aka ", " / "].iter().find(|mark| rest.starts_with(*mark)).map_or(0, |mark| mark.len());
        if length > 0 {
            found.push(full.get(from..at).unwrap_or_default().trim().to_owned());
            // The space behind a mark may be the one before the next.
            at += length - 1;
            from = at;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    found.push(full.get(from..).unwrap_or_default().trim().to_owned());
    found.retain(|part| part.chars().any(char::is_alphanumeric));
    found
}
