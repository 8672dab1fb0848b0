//! A table of words, looked up without regard to case of ASCII letters.
//!
//! Every word of every name is looked up in several lists of hundreds; going through them took most of the time of
//! reading a name.

/// What stands beside each of some words.
pub(super) struct WordTable<V: 'static> {
    /// A word lies at the place of its [`hash`] or behind it; most places are empty.
    places: Vec<Option<(&'static str, V)>>,
    longest: usize,
}

impl<V: Copy> WordTable<V> {
    /// A table of these words; of a word that is given twice the last counts.
    pub(super) fn new(words: impl IntoIterator<Item = (&'static str, V)>) -> Self {
        let words: Vec<(&'static str, V)> = words.into_iter().collect();
        let size = (words.len() * 4).next_power_of_two().max(4);
        let longest = words.iter().map(|(word, _)| word.len()).max().unwrap_or(0);
        let mut table = Self { places: vec![None; size], longest };
        for (word, value) in words {
            let at = table.place(word);
            if let Some(place) = table.places.get_mut(at) {
                *place = Some((word, value));
            }
        }
        table
    }

    /// What stands beside the word.
    pub(super) fn get(&self, word: &str) -> Option<V> {
        if word.len() > self.longest {
            return None;
        }
        self.places.get(self.place(word)).copied().flatten().map(|(_, value)| value)
    }

    /// Whether the word is in the table.
    pub(super) fn has(&self, word: &str) -> bool {
        self.get(word).is_some()
    }

    /// Where the word lies, or the empty place where it would. A quarter of the places is filled, so there is one.
    fn place(&self, word: &str) -> usize {
        let last = self.places.len() - 1;
        let mut at = hash(word) & last;
        while let Some(Some((other, _))) = self.places.get(at) {
            if other.eq_ignore_ascii_case(word) {
                break;
            }
            at = (at + 1) & last;
        }
        at
    }
}

impl WordTable<()> {
    /// A table of the words of these lists.
    pub(super) fn of(lists: &[&[&'static str]]) -> Self {
        Self::new(lists.iter().flat_map(|list| list.iter().map(|word| (*word, ()))))
    }
}

/// FNV-1a over the bytes, without the bit that tells capitals from small letters.
fn hash(word: &str) -> usize {
    let bytes = word.bytes();
    let hash =
        bytes.fold(0xcbf2_9ce4_u32, |hash, byte| (hash ^ u32::from(byte | 0x20)).wrapping_mul(0x0100_0193));
    (hash ^ (hash >> 15)) as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WORDS: &[&str] = &["web", "dl", "blu-ray", "español", "x", "1080p", "e.n.d"];

    #[test]
    fn words_are_found_in_any_case_and_others_are_not() {
        let table = WordTable::of(&[WORDS]);
        for word in WORDS {
            assert!(table.has(word) && table.has(&word.to_ascii_uppercase()), "{word}");
        }
        for word in ["", "we", "webb", "blu\rray", "1080q", "a word that is longer than any of them"] {
            assert!(!table.has(word), "{word}");
        }
        assert!(!WordTable::<()>::of(&[]).has("a"));
    }

    #[test]
    fn the_last_value_of_a_word_counts() {
        let table = WordTable::new([("a", 1), ("b", 2), ("A", 3)]);
        assert_eq!([table.get("a"), table.get("B"), table.get("c")], [Some(3), Some(2), None]);
    }

    proptest! {
        #[test]
        fn it_holds_what_a_search_through_the_list_finds(word in "[a-zA-Z0-9.ñÑ-]{0,8}") {
            let found = WORDS.iter().any(|known| known.eq_ignore_ascii_case(&word));
            prop_assert_eq!(WordTable::of(&[WORDS]).has(&word), found);
        }
    }
}
