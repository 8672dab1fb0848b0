//! All words that any rule knows, in one table: what the lists say of a word is found by one look.
//!
//! Every word of every name is asked whether it is a mark, a language, an edition, or technical. The lists stand beside
//! the rules that use them: `vocabulary.rs`, `language_words.rs`, `edition.rs`, `group_lists.rs`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use radarr_proto::model::Language;

use super::language_words::{self, Weight};
use super::marks::Mark;
use super::vocabulary::{self, Strength};
use super::word_table::{Hash, WordTable};
use super::{edition, group_lists};

/// A list in which a word can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The front of a mark of several words.
    BeginsMark,
    /// The first of two words that name a language together.
    BeginsLanguage,
    /// The first word of an edition.
    BeginsEdition,
    /// The first word of a group that is known.
    BeginsGroup,
    /// Of quality, picture, sound and packing: never a group.
    Technical,
    /// Picture and sound, as they stand before a group.
    CodecOrSource,
    /// Lines of the picture, as they stand before a group.
    Resolution,
    /// What follows the last dot of a file's name.
    Extension,
    /// What posters put behind the group.
    Reposter,
}

/// What the lists say of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Meaning {
    /// The mark that the word is by itself.
    pub(super) mark: Option<(Mark, Strength)>,
    /// The language that it names.
    pub(super) language: Option<(Language, Weight)>,
    /// A bit for each [`Role`].
    roles: u16,
}

impl Meaning {
    /// Whether the word is in that list.
    pub(super) fn has(&self, role: Role) -> bool {
        self.roles & (1 << role as u16) != 0
    }
}

/// Of a word that no list has.
pub(super) static NOTHING: Meaning = Meaning { mark: None, language: None, roles: 0 };

static WORDS: LazyLock<WordTable<Meaning>> = LazyLock::new(|| {
    let mut all: BTreeMap<String, Meaning> = BTreeMap::new();
    for (word, mark) in vocabulary::singles() {
        all.entry(word.to_owned()).or_default().mark = Some(mark);
    }
    for (language, weight, words) in language_words::WORDS {
        for word in *words {
            all.entry((*word).to_owned()).or_default().language = Some((*language, *weight));
        }
    }
    let mut put = |role: Role, words: &mut dyn Iterator<Item = &'static str>| {
        for word in words {
            all.entry(word.to_lowercase()).or_default().roles |= 1 << role as u16;
        }
    };
    put(Role::BeginsMark, &mut vocabulary::fronts());
    put(Role::BeginsLanguage, &mut language_words::PAIRS.iter().map(|(first, _, _)| *first));
    put(Role::BeginsEdition, &mut edition::beginnings());
    put(Role::BeginsGroup, &mut group_lists::known().filter_map(|(group, _)| first_word(group)));
    put(Role::Technical, &mut group_lists::TECHNICAL.iter().copied());
    put(Role::CodecOrSource, &mut group_lists::CODECS_AND_SOURCES.iter().copied());
    put(Role::Resolution, &mut group_lists::RESOLUTIONS.iter().copied());
    put(Role::Extension, &mut group_lists::EXTENSIONS.iter().copied());
    put(Role::Reposter, &mut group_lists::REPOSTERS.iter().copied());
    WordTable::new(all)
});

fn first_word(text: &str) -> Option<&str> {
    text.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty())
}

/// What the lists say of a word, in any case.
pub(super) fn meaning(word: &str) -> &'static Meaning {
    let found = if word.is_ascii() { WORDS.get(word) } else { WORDS.get(&word.to_lowercase()) };
    found.unwrap_or(&NOTHING)
}

/// The same for a word of ASCII letters and digits whose hash is known.
pub(super) fn hashed(word: &str, hash: Hash) -> &'static Meaning {
    WORDS.hashed(word, hash).unwrap_or(&NOTHING)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_what_each_list_says_of_it() {
        let german = meaning("GERMAN");
        assert_eq!(german.mark, Some((Mark::Language, Strength::Soft)));
        assert_eq!(german.language, Some((Language::German, Weight::Name)));
        assert_eq!(meaning("Español").language, meaning("ESPAÑOL").language);
        assert!(meaning("Español").has(Role::BeginsLanguage) && meaning("open").has(Role::BeginsEdition));
        assert!(meaning("x264").has(Role::Technical) && meaning("x264").has(Role::CodecOrSource));
        assert!(meaning("koten").has(Role::BeginsGroup) && meaning("zr").has(Role::BeginsGroup));
        assert_eq!(*meaning("Casablanca"), NOTHING);
    }
}
