//! Expressions are written for .NET; this turns what our engine reads otherwise. Pure.
//!
//! That is the inside of `[…]` only. In .NET a `[` there is a letter like any other, as is a `]` at the front, and
//! `-[…]` at the end takes letters away; our engine reads the first as a class inside of the class, and writes the
//! last `--[…]`. Its own `&&`, `--` and `~~` mean nothing in .NET. Source: .NET's "Character classes in regular
//! expressions".

use std::iter::Peekable;
use std::str::Chars;

/// The same expression for our engine. One that is wrong stays wrong, for the engine to say where.
pub(super) fn translate(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(c);
        match c {
            '\\' => out.extend(chars.next()),
            '[' => class(&mut chars, &mut out),
            _ => {}
        }
    }
    out
}

/// The rest of a class, from behind its `[` to its `]`. A class that takes another one away is read in the same go.
fn class(chars: &mut Peekable<Chars<'_>>, out: &mut String) {
    // Classes that are open, and whether the innermost one has a member yet.
    let (mut depth, mut at_front) = (1, true);
    if chars.next_if_eq(&'^').is_some() {
        out.push('^');
    }
    while let Some(c) = chars.next() {
        let front = std::mem::replace(&mut at_front, false);
        match c {
            ']' if front => out.push_str("\\]"),
            ']' => {
                out.push(']');
                depth -= 1;
                if depth == 0 {
                    return;
                }
            }
            '[' => out.push_str("\\["),
            '\\' => {
                out.push('\\');
                out.extend(chars.next());
            }
            '-' if !front && chars.peek() == Some(&'[') => {
                chars.next();
                out.push_str("--[");
                if chars.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
                (depth, at_front) = (depth + 1, true);
            }
            '&' | '~' | '-' if chars.next_if_eq(&c).is_some() => {
                for letter in [c, c] {
                    out.push('\\');
                    out.push(letter);
                }
            }
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::pattern::{Case, Pattern};
    use super::*;

    #[track_caller]
    fn check(pattern: &str, want: &str) {
        assert_eq!(translate(pattern), want, "{pattern}");
        Pattern::compile(pattern, Case::Ignored).unwrap();
    }

    #[test]
    fn classes_are_read_as_dotnet_reads_them_and_the_rest_stays() {
        check(r"\bHDR(10)?\b|[ ._-]+", r"\bHDR(10)?\b|[ ._-]+");
        check("[([]dual[])]", r"[(\[]dual[\])]");
        check("[^]]", r"[^\]]");
        check(r"\[x[\]\[]", r"\[x[\]\[]");
        check("[a-z-[aeiou]]", "[a-z--[aeiou]]");
        check("[a-z-[^x-[x]]]", "[a-z--[^x--[x]]]");
        check("[-[]", r"[-\[]");
        check("[a&&b~~]", r"[a\&\&b\~\~]");
    }

    #[test]
    fn they_match_what_dotnet_matches() {
        for (pattern, text, want) in [
            ("^[([]dual[])]$", "[dual]", true),
            ("^[([]dual[])]$", "(dual)", true),
            ("^[([]dual[])]$", "dual", false),
            ("^[a-z-[aeiou]]+$", "xyz", true),
            ("^[a-z-[aeiou]]+$", "axyz", false),
            ("^[&&]$", "&", true),
        ] {
            assert_eq!(
                Pattern::compile(pattern, Case::Ignored).unwrap().is_match(text),
                want,
                "{pattern} {text}"
            );
        }
    }

    #[test]
    fn what_is_wrong_stays_wrong_and_ends() {
        for pattern in ["[", "[a", "[^", "[a-[b]", "a\\", "[\\"] {
            assert!(Pattern::compile(pattern, Case::Ignored).is_err(), "{pattern} {}", translate(pattern));
        }
    }
}
