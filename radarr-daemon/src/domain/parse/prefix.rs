//! What stands before the title and is none of it: the mark of a folder that is worked on, the address of a site, the
//! group of an anime name.

use std::sync::LazyLock;

use regex::Regex;

use crate::domain::import::candidate::WORKING_FOLDERS;

/// An address in front: in brackets, with `www`, or followed by a dash.
static SITE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)^\s*(?:
            [\[(]\s*(?:www?[.,\s])?[-a-z0-9]{1,64}(?:\.[a-z0-9-]{1,24}){0,2}
                \.(?:[a-z]{2,6}|xn--[a-z0-9-]{4,24})\s*[\])][-_.\s]*
          | www?[.,\s]\s?[-a-z0-9]{1,64}(?:[.\s][a-z]{2,8}){1,2}\s*[-_]+\s*
          | www?[._,\s][-a-z0-9]{1,64}(?:[._\s][a-z]{2,8}){1,2}[._\s]+-+[._\s]+
          | www\.[-a-z0-9]{1,64}(?:\.[a-z]{2,6}){1,2}[\s_]+
          | [-a-z0-9]{2,64}(?:\.[a-z]{2,6}){1,2}\s+-+\s+
        )",
    )
    .ok()
});

/// How many bytes in front of the title are no title.
pub(super) fn length(name: &str) -> usize {
    let mut at = working_folder(name);
    at += site(name.get(at..).unwrap_or_default());
    let rest = name.get(at..).unwrap_or_default();
    at += leading_bracket(rest);
    at
}

/// How many bytes a download client put in front of a folder while it works on it.
fn working_folder(name: &str) -> usize {
    WORKING_FOLDERS.iter().find(|mark| name.starts_with(**mark)).map_or(0, |mark| mark.len())
}

/// How many bytes in front are the address of a site.
pub(super) fn site(name: &str) -> usize {
    if !may_begin_with_site(name) {
        return 0;
    }
    SITE.as_ref().and_then(|site| site.find(name)).map_or(0, |found| found.end())
}

/// Whether an address can stand in front: with a dot in a bracket, with `ww`, or with a dot before the first space and a
/// dash behind that.
fn may_begin_with_site(name: &str) -> bool {
    let front = name.trim_start();
    match front.as_bytes() {
        [b'[' | b'(', inside @ ..] => {
            inside.iter().take_while(|byte| !matches!(byte, b']' | b')')).any(|byte| *byte == b'.')
        }
        [b'w' | b'W', b'w' | b'W', ..] => true,
        bytes => {
            let space = bytes.iter().position(|byte| matches!(byte, b' ' | b'\t'..=b'\r' | 0x80..));
            let (address, behind) = front.split_at_checked(space.unwrap_or(0)).unwrap_or_default();
            address.contains('.') && behind.trim_start().starts_with('-')
        }
    }
}

/// Brackets in front (a group, a title in another script) when a title follows them.
fn leading_bracket(rest: &str) -> usize {
    let mut at = 0;
    loop {
        let tail = rest.get(at..).unwrap_or_default();
        let trimmed = tail.trim_start_matches([' ', '_', '.', '-']);
        let skipped = tail.len() - trimmed.len();
        let Some(inner) = trimmed.strip_prefix('[') else { return at };
        let Some(close) = inner.find(']') else { return at };
        let behind = inner.get(close + 1..).unwrap_or_default();
        let title = behind.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '[' && c != '(');
        let digits = title.bytes().take_while(u8::is_ascii_digit).count();
        let year_follows = digits == 4 && !title.as_bytes().get(4).is_some_and(u8::is_ascii_alphanumeric);
        let starts_title = title.starts_with(|c: char| c.is_alphanumeric() || c == '[');
        // "[REC].2007": the bracket is the title.
        let next_word_ends = title.get(digits..).is_some_and(|rest| rest.trim_matches(['.', ' ']).is_empty());
        // "[Group][Title][2012][1080p]": the title is a bracket too.
        if at > 0 && is_brackets_only(behind) {
            return at;
        }
        // "[REC].2.2009": so is one that only a number follows.
        let only_number_follows = at == 0 && (1..=2).contains(&digits) && title_is_number(title, digits);
        if only_number_follows
            || !starts_title
            || (year_follows && at == 0 && !title_goes_on(title))
            || next_word_ends
        {
            return at;
        }
        at += skipped + 1 + close + 1;
    }
}

/// Whether brackets follow, and nothing outside of them.
fn is_brackets_only(behind: &str) -> bool {
    let mut depth = 0_u32;
    let mut is_bracketed = false;
    for c in super::file_name::without_extension(behind).chars() {
        match c {
            '[' | '(' => {
                depth += 1;
                is_bracketed = true;
            }
            ']' | ')' => depth = depth.saturating_sub(1),
            c if depth == 0 && c.is_alphanumeric() => return false,
            _ => {}
        }
    }
    is_bracketed
}

/// Whether the title is no more than these digits, and the year comes next.
fn title_is_number(title: &str, digits: usize) -> bool {
    let rest = title.get(digits..).unwrap_or_default();
    let next = rest.trim_start_matches(['.', ' ', '_', '(', '[']);
    let year = next.bytes().take_while(u8::is_ascii_digit).count();
    next.len() < rest.len() && year == 4 && next.starts_with(['1', '2'])
}

/// Whether a later year shows that the year in front is the title: `[Group] 2012 (2009)`.
fn title_goes_on(title: &str) -> bool {
    let rest = title.get(4..).unwrap_or_default();
    rest.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| {
        word.len() == 4
            && (word.starts_with("19") || word.starts_with("20"))
            && word.bytes().all(|b| b.is_ascii_digit())
    })
}
