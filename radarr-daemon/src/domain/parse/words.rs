//! A name cut into its words: the runs of letters and digits, each with what the lists say of it.

use super::file_name::is_backwards_episode;
use super::lexicon::{self, Meaning, Role, Roles};
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
    /// The lists in which it is, and the forms that it has.
    roles: Roles,
    /// Whether a digit is in it.
    pub(super) has_digit: bool,
}

/// The words of a text.
#[derive(Debug)]
pub(super) struct Words<'a> {
    /// In their order.
    pub(super) all: Vec<Word<'a>>,
    /// What any of them is: most rules need a word that most names do not have, and look no further then.
    pub(super) said: Roles,
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

    /// Whether the word has that role.
    pub(super) fn has(&self, role: Role) -> bool {
        self.roles.has(role)
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
        *self =
            Self { text: "", meaning: &lexicon::NOTHING, roles: Roles::default(), has_digit: false, ..*self };
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

/// As many words as most names have; a list of these is small enough to be had quickly.
const USUAL: usize = 20;

/// The words of a text in their order. Cutting and looking up are one pass over the bytes.
pub(super) fn words(text: &str) -> Words<'_> {
    let mut found = Words { all: Vec::with_capacity(USUAL), said: Roles::default() };
    let mut at = 0;
    while at < text.len() {
        let run = run(text, at);
        if run.end == at {
            at += text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
            continue;
        }
        if let Some(word) = text.get(at..run.end) {
            let meaning = if run.is_ascii { lexicon::hashed(word, run.hash) } else { lexicon::meaning(word) };
            let roles = meaning.roles.and(form(word, &run));
            found.said = found.said.and(roles);
            found.all.push(Word {
                text: word,
                start: at,
                end: run.end,
                meaning,
                roles,
                has_digit: run.has_digit,
            });
        }
        at = run.end;
    }
    found
}

/// The roles of a word that no list tells.
fn form(word: &str, run: &Run) -> Roles {
    let (four, three) = (run.last_four, run.last_four & 0x00ff_ffff);
    let mut roles = Roles::default()
        .and_when(three == letters(*b"\0sub") || four == letters(*b"subs"), Role::Subtitles)
        .and_when(four == letters(*b"tmdb") || four == letters(*b"dbid"), Role::TmdbId)
        .and_when(!run.is_ascii, Role::OtherScript);
    let is_dubbed = three == letters(*b"\0dub")
        || three == letters(*b"\0lek")
        || four == letters(*b"bbed")
        || four == letters(*b"udio");
    roles = roles.and_when(is_dubbed, Role::NamesLanguage);
    match word.as_bytes() {
        [b't' | b'T', b't' | b'T', digit, ..] if digit.is_ascii_digit() => roles.and(Role::ImdbId.into()),
        [b'd' | b'D', b'u' | b'U', b'b' | b'B', ..] | [b'l' | b'L', b'e' | b'E', b'k' | b'K', ..] => {
            roles.and(Role::NamesLanguage.into())
        }
        [digit, rest @ ..] if digit.is_ascii_digit() => roles
            .and_when(rest.iter().any(|byte| byte | 0x20 == b'x'), Role::NamesLanguage)
            .and_when(is_backwards_episode(word), Role::Backwards),
        _ => roles,
    }
}

/// Four bytes as one number, the first the highest.
fn letters(bytes: [u8; 4]) -> u32 {
    u32::from_be_bytes(bytes)
}

struct Run {
    end: usize,
    hash: Hash,
    /// The last four bytes in lower case.
    last_four: u32,
    has_digit: bool,
    is_ascii: bool,
}

/// The letters and digits from a byte on.
fn run(text: &str, from: usize) -> Run {
    let mut run = Run { end: from, hash: Hash::default(), last_four: 0, has_digit: false, is_ascii: true };
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
                run.last_four = 0;
                continue;
            }
        }
        run.hash = run.hash.with(*byte);
        run.last_four = run.last_four << 8 | u32::from(byte | 0x20);
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
            let got = words(&text).all;
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
            prop_assert!(found.all.iter().all(|found| std::ptr::eq(found.meaning, lexicon::meaning(&word))));
        }
    }
}
