//! A name cut into its words: the runs of letters and digits, each with what the lists say of it.

use super::lexicon::{self, Meaning, Role};
use super::word_table::Hash;

/// A run of letters and digits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'a> {
    /// The run as it stands in the name.
    pub(super) text: &'a str,
    /// Byte of its first character.
    pub(super) start: usize,
    /// Byte behind its last character.
    pub(super) end: usize,
    /// What the lists say of it.
    pub(super) meaning: &'static Meaning,
    /// Whether a digit is in it.
    pub(super) has_digit: bool,
}

impl Word<'_> {
    /// Whether the word is that, in any case.
    pub(super) fn is(&self, word: &str) -> bool {
        self.text.eq_ignore_ascii_case(word)
    }

    /// Whether the word is one of those, in any case.
    pub(super) fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }

    /// Whether the word is in the list of that role.
    pub(super) fn has(&self, role: Role) -> bool {
        self.meaning.has(role)
    }

    /// Whether the word ends like that, in any case.
    pub(super) fn ends_with(&self, end: &str) -> bool {
        let front = self.text.len().checked_sub(end.len());
        front
            .and_then(|front| self.text.as_bytes().get(front..))
            .is_some_and(|tail| tail.eq_ignore_ascii_case(end.as_bytes()))
    }

    /// Whether the word has letters, and all of them are capitals.
    pub(super) fn is_capitals(&self) -> bool {
        self.text.chars().any(char::is_uppercase) && !self.text.chars().any(char::is_lowercase)
    }

    /// Whether it begins with a digit.
    pub(super) fn begins_with_digit(&self) -> bool {
        self.has_digit && self.text.starts_with(|c: char| c.is_ascii_digit())
    }

    /// Takes what it says away: a word of the group is no language, whatever it looks like.
    pub(super) fn hide(&mut self) {
        *self = Self { text: "", meaning: &lexicon::NOTHING, has_digit: false, ..*self };
    }
}

/// What a byte can be in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Separator,
    Letter,
    Digit,
    /// The beginning of a character outside of ASCII.
    Other,
}

fn class(byte: u8) -> Class {
    match byte {
        b'0'..=b'9' => Class::Digit,
        b'a'..=b'z' | b'A'..=b'Z' => Class::Letter,
        0x80.. => Class::Other,
        _ => Class::Separator,
    }
}

/// The words of a text in their order. Cutting and looking up are one pass over the bytes.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let mut found = Vec::with_capacity(24);
    let mut at = 0;
    while at < text.len() {
        let run = run(text, at);
        if run.end == at {
            at += text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
            continue;
        }
        if let Some(word) = text.get(at..run.end) {
            let meaning = if run.is_ascii { lexicon::hashed(word, run.hash) } else { lexicon::meaning(word) };
            found.push(Word { text: word, start: at, end: run.end, meaning, has_digit: run.has_digit });
        }
        at = run.end;
    }
    found
}

struct Run {
    end: usize,
    hash: Hash,
    has_digit: bool,
    is_ascii: bool,
}

/// The letters and digits from a byte on.
fn run(text: &str, from: usize) -> Run {
    let mut run = Run { end: from, hash: Hash::default(), has_digit: false, is_ascii: true };
    while let Some(byte) = text.as_bytes().get(run.end) {
        match class(*byte) {
            Class::Letter => {}
            Class::Digit => run.has_digit = true,
            Class::Separator => break,
            Class::Other => {
                let next = text.get(run.end..).and_then(|rest| rest.chars().next());
                let Some(c) = next.filter(|c| c.is_alphanumeric()) else { break };
                run.end += c.len_utf8();
                run.is_ascii = false;
                continue;
            }
        }
        run.hash = run.hash.with(*byte);
        run.end += 1;
    }
    run
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn words_are_the_runs_of_letters_and_digits(text in any::<String>()) {
            let want: Vec<&str> =
                text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
            let got = words(&text);
            prop_assert_eq!(got.iter().map(|word| word.text).collect::<Vec<_>>(), want);
            for word in got {
                prop_assert_eq!(text.get(word.start..word.end), Some(word.text));
                prop_assert_eq!(word.has_digit, word.text.bytes().any(|b| b.is_ascii_digit()));
            }
        }

        #[test]
        fn a_word_means_in_a_text_what_it_means_alone(word in "[a-zA-Z0-9ñÑé]{1,8}|GERMAN|x264|WEB|Español") {
            let text = format!("({word}).");
            let found = words(&text);
            prop_assert!(found.iter().all(|found| std::ptr::eq(found.meaning, lexicon::meaning(&word))));
        }
    }
}
