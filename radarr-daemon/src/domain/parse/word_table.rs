//! A table of words, looked up without regard to case of ASCII letters.

/// What stands beside each of some words.
pub(super) struct WordTable<V> {
    /// A word lies at the place of its hash or behind it; most places are empty.
    places: Vec<Option<(Box<str>, V)>>,
    longest: usize,
}

impl<V> WordTable<V> {
    /// A table of these words; of a word that is given twice the last counts.
    pub(super) fn new<W: AsRef<str>>(words: impl IntoIterator<Item = (W, V)>) -> Self {
        let words: Vec<(W, V)> = words.into_iter().collect();
        let size = (words.len() * 4).next_power_of_two().max(4);
        let longest = words.iter().map(|(word, _)| word.as_ref().len()).max().unwrap_or(0);
        let mut table = Self { places: (0..size).map(|_| None).collect(), longest };
        for (word, value) in words {
            let word = word.as_ref();
            let at = table.place(word, Hash::of(word));
            if let Some(place) = table.places.get_mut(at) {
                *place = Some((word.into(), value));
            }
        }
        table
    }

    /// What stands beside the word.
    pub(super) fn get(&self, word: &str) -> Option<&V> {
        if word.len() > self.longest {
            return None;
        }
        self.places.get(self.place(word, Hash::of(word)))?.as_ref().map(|(_, value)| value)
    }

    /// The same for a word of ASCII letters and digits whose hash is known, in a table whose words are in lower case.
    pub(super) fn hashed(&self, word: &str, hash: Hash) -> Option<&V> {
        if word.len() > self.longest {
            return None;
        }
        let last = self.places.len() - 1;
        let mut at = hash.mixed() & last;
        while let Some(Some((other, value))) = self.places.get(at) {
            let is_same = |(ours, theirs): (u8, u8)| ours | 0x20 == theirs;
            if other.len() == word.len() && word.bytes().zip(other.bytes()).all(is_same) {
                return Some(value);
            }
            at = (at + 1) & last;
        }
        None
    }

    /// Where the word lies, or the empty place where it would. A quarter of the places is filled, so there is one.
    fn place(&self, word: &str, hash: Hash) -> usize {
        let last = self.places.len() - 1;
        let mut at = hash.mixed() & last;
        while let Some(Some((other, _))) = self.places.get(at) {
            if other.eq_ignore_ascii_case(word) {
                break;
            }
            at = (at + 1) & last;
        }
        at
    }
}

/// A number made of the bytes of a word, without the bit that tells capitals from small letters.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Hash(u32);

impl Hash {
    fn of(word: &str) -> Self {
        word.bytes().fold(Self::default(), Self::with)
    }

    /// The same with one byte more.
    pub(super) fn with(self, byte: u8) -> Self {
        Self(self.0.wrapping_mul(31).wrapping_add(u32::from(byte | 0x20)))
    }

    /// The bits stirred, so that the lowest tell words apart.
    fn mixed(self) -> usize {
        (self.0.wrapping_mul(0x9e37_79b1) >> 15) as usize
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WORDS: &[&str] = &["web", "dl", "blu-ray", "español", "x", "1080p", "e.n.d"];

    fn table() -> WordTable<()> {
        WordTable::new(WORDS.iter().map(|word| (*word, ())))
    }

    #[test]
    fn words_are_found_in_any_case_and_others_are_not() {
        let table = table();
        for word in WORDS {
            assert!(table.get(word).is_some() && table.get(&word.to_ascii_uppercase()).is_some(), "{word}");
        }
        for word in ["", "we", "webb", "blu\rray", "1080q", "a word that is longer than any of them"] {
            assert!(table.get(word).is_none(), "{word}");
        }
        assert!(WordTable::<()>::new::<&str>([]).get("a").is_none());
    }

    #[test]
    fn the_last_value_of_a_word_counts() {
        let table = WordTable::new([("a", 1), ("b", 2), ("A", 3)]);
        assert_eq!([table.get("a"), table.get("B"), table.get("c")], [Some(&3), Some(&2), None]);
    }

    proptest! {
        #[test]
        fn a_word_whose_hash_is_known_is_found_as_well(word in "[a-zA-Z0-9]{0,8}|WEB|1080P|x") {
            let hash = word.bytes().fold(Hash::default(), Hash::with);
            let table = table();
            prop_assert_eq!(table.hashed(&word, hash), table.get(&word));
        }

        #[test]
        fn it_holds_what_a_search_through_the_list_finds(word in "[a-zA-Z0-9.ñÑ-]{0,8}") {
            let found = WORDS.iter().any(|known| known.eq_ignore_ascii_case(&word));
            prop_assert_eq!(table().get(&word).is_some(), found);
        }
    }
}
