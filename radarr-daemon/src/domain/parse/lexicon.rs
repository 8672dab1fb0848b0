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
use super::{edition, file_name, group_lists, hardcoded_subs, not_a_movie};

/// A list in which a word can be, or a form that it can have.
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
    /// The name or the short form of a language, alone, counted (`2xUkr`) or dubbed (`RoDubbed`).
    NamesLanguage,
    /// Tells of subtitles: `KORSUBS`, `HC`.
    Subtitles,
    /// A part of a show: `season`, `episode`.
    PartOfShow,
    /// Of an untouched disc: its codecs, its sizes, what it is called.
    Disc,
    /// Of a picture of 2160 lines, beside the number itself.
    UltraHd,
    /// Of a recording as it was sent.
    RawHd,
    /// Of the old codecs that only standard definition has.
    OldCodec,
    /// Joins two titles, or is the middle of `a.k.a.`.
    JoinsTitles,
    /// `yEnc`, which stands in the subjects of posts.
    Post,
    /// Looks like the number of a movie in IMDb.
    ImdbId,
    /// Stands before the number of a movie in TMDB.
    TmdbId,
    /// Not in ASCII.
    OtherScript,
    /// A resolution or an episode written backwards: `p027`, `10E10S`.
    Backwards,
}

/// Several [`Role`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Roles(u32);

impl Roles {
    /// Whether that one is among them.
    pub(super) fn has(self, role: Role) -> bool {
        self.0 & Self::from(role).0 != 0
    }

    /// Whether any of those is among them.
    pub(super) fn has_any(self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.has(*role))
    }

    /// These and others.
    pub(super) fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// These, and that one when the condition holds.
    pub(super) fn and_when(self, condition: bool, role: Role) -> Self {
        Self(self.0 | (u32::from(condition) << role as u32))
    }
}

#[cfg(test)]
impl Roles {
    /// Every one.
    pub(super) const ALL: Self = Self(u32::MAX);
}

impl From<Role> for Roles {
    fn from(role: Role) -> Self {
        Self(1 << role as u32)
    }
}

/// What the lists say of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Meaning {
    /// The mark that the word is by itself.
    pub(super) mark: Option<(Mark, Strength)>,
    /// The language that it names.
    pub(super) language: Option<(Language, Weight)>,
    /// The lists in which it is.
    pub(super) roles: Roles,
}

impl Meaning {
    /// Whether the word is in that list.
    pub(super) fn has(&self, role: Role) -> bool {
        self.roles.has(role)
    }
}

/// Of a word that no list has.
pub(super) static NOTHING: Meaning = Meaning { mark: None, language: None, roles: Roles(0) };

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
            let meaning = all.entry(word.to_lowercase()).or_default();
            meaning.roles = meaning.roles.and(role.into());
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
    put(Role::NamesLanguage, &mut language_words::WORDS.iter().flat_map(|(_, _, words)| *words).copied());
    put(Role::Subtitles, &mut hardcoded_subs::ALONE.iter().copied());
    put(Role::PartOfShow, &mut not_a_movie::words_of_shows());
    put(Role::Disc, &mut vocabulary::DISC_WORDS.iter().copied());
    put(Role::UltraHd, &mut vocabulary::ULTRA_HD_WORDS.iter().copied());
    put(Role::RawHd, &mut ["raw", "rawhd"].into_iter());
    put(Role::OldCodec, &mut ["xvid", "vid", "divx"].into_iter());
    put(Role::JoinsTitles, &mut ["aka", "k"].into_iter());
    put(Role::Backwards, &mut file_name::BACKWARDS.iter().copied());
    put(Role::Post, &mut ["yenc"].into_iter());
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
