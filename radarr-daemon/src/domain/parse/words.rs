//! A name cut into its words: the runs of letters and digits.

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

    /// Whether the word has letters, and all of them are capitals.
    pub(super) fn is_capitals(&self) -> bool {
        self.text.chars().any(char::is_uppercase) && !self.text.chars().any(char::is_lowercase)
    }
}

/// The words of a text in their order.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let mut found = Vec::with_capacity(24);
    let mut start = None;
    for (at, c) in text.char_indices() {
        if c.is_alphanumeric() {
            start.get_or_insert(at);
        } else if let Some(first) = start.take() {
            found.extend(text.get(first..at).map(|word| Word { text: word, start: first, end: at }));
        }
    }
    if let Some(first) = start {
        found.extend(text.get(first..).map(|word| Word { text: word, start: first, end: text.len() }));
    }
    found
}
