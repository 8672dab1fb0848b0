//! A name cut into its words: the runs of letters and digits.

use super::word_table::WordTable;

/// A run of letters and digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word<'a> {
    /// The run as it stands in the name.
    pub(super) text: &'a str,
    /// Byte of its first character.
    pub(super) start: usize,
    /// Byte behind its last character.
    pub(super) end: usize,
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

    /// Whether the word ends like that, in any case.
    pub(super) fn ends_with(&self, end: &str) -> bool {
        let front = self.text.len().checked_sub(end.len());
        front.and_then(|front| self.text.get(front..)).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
    }

    /// Whether the word is in the table, in any case.
    pub(super) fn is_in<V: Copy>(&self, table: &WordTable<V>) -> bool {
        table.has(self.text)
    }

    /// Whether the word has letters, and all of them are capitals.
    pub(super) fn is_capitals(&self) -> bool {
        self.text.chars().any(char::is_uppercase) && !self.text.chars().any(char::is_lowercase)
    }
}

/// The words of a text in their order.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let mut found = Vec::with_capacity(24);
    each_word(text, &mut |start, end| {
        found.extend(text.get(start..end).map(|word| Word { text: word, start, end }));
    });
    found
}

/// Tells the first byte of every word and the one behind its last, in their order.
pub(super) fn each_word(text: &str, tell: &mut impl FnMut(usize, usize)) {
    let mut rest = text;
    let mut at = 0;
    let skip = |text: &str, in_word: bool| {
        // Most names are ASCII up to here, and need no look at a character's properties.
        let ascii = text.bytes().take_while(|b| b.is_ascii() && b.is_ascii_alphanumeric() == in_word).count();
        let behind = text.get(ascii..).unwrap_or_default();
        if behind.bytes().next().is_none_or(|b| b.is_ascii()) {
            return ascii;
        }
        let length = behind.find(|c: char| c.is_alphanumeric() != in_word).unwrap_or(behind.len());
        ascii + length
    };
    while !rest.is_empty() {
        let start = at + skip(rest, false);
        let word = text.get(start..).unwrap_or_default();
        let end = start + skip(word, true);
        if end > start {
            tell(start, end);
        }
        rest = text.get(end..).unwrap_or_default();
        at = end;
    }
}
