//! Identifiers: each kind of thing has a type of its own, so that one is never taken for another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A text that is not the identifier it was given as.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{value:?} is not {wanted}")]
pub struct IdError {
    /// What was given, shortened to 64 characters.
    pub value: String,
    /// What a right one looks like.
    pub wanted: &'static str,
}

impl IdError {
    fn new(value: &str, wanted: &'static str) -> Self {
        Self { value: value.chars().take(64).collect(), wanted }
    }
}

macro_rules! number_ids {
    ($($(#[$doc:meta])* $name:ident($inner:ty), $wanted:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                text.trim().parse().map($name).map_err(|_| IdError::new(text, $wanted))
            }
        }
    )*};
}

number_ids! {
    /// A movie in our library. Given once, never used again.
    MovieId(u64), "a movie number";
    /// A movie at TMDB.
    TmdbId(u32), "a TMDB number";
    /// A quality profile.
    ProfileId(u64), "a profile number";
    /// A custom format.
    CustomFormatId(u64), "a custom format number";
    /// A root folder.
    RootFolderId(u64), "a root folder number";
    /// An indexer that the user set up.
    IndexerId(u64), "an indexer number";
    /// A download client that the user set up.
    ClientId(u64), "a download client number";
    /// A tag.
    TagId(u64), "a tag number";
    /// A delay profile.
    DelayProfileId(u64), "a delay profile number";
    /// A release profile (required and ignored words).
    ReleaseProfileId(u64), "a release profile number";
    /// One grab: a release that was handed to a download client.
    GrabId(u64), "a grab number";
    /// A job in the durable queue.
    JobId(u64), "a job number";
    /// A row of the blocklist.
    BlockId(u64), "a blocklist number";
    /// A client token (not its secret).
    TokenId(u64), "a token number";
    /// A place in the event log. `Cursor(0)` is before the first event.
    Cursor(u64), "an event number";
    /// The version of a stored document; a commit names the one that it was based on.
    DocVersion(u64), "a document version";
}

impl DocVersion {
    /// What is read of settings that nobody has kept yet. An edit that is based on it holds only as long as that is so;
    /// 0 would hold whatever is there. The largest number that JSON programs count without loss.
    pub const ABSENT: Self = Self((1 << 53) - 1);
}

/// The slot of a movie's version (D13): 0 is the one that every movie has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Slot(pub u8);

/// An IMDb title id in its normal form: `tt` and at least seven digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ImdbId(String);

impl ImdbId {
    /// The id with its prefix, `tt0133093`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The digits as a number, as HDBits wants them.
    pub fn number(&self) -> u64 {
        self.0.trim_start_matches('t').parse().unwrap_or(0)
    }
}

impl fmt::Display for ImdbId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ImdbId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let wanted = "an IMDb id such as tt0133093";
        let trimmed = text.trim();
        let digits = trimmed.strip_prefix("tt").unwrap_or(trimmed);
        if digits.is_empty() || digits.len() > 10 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(IdError::new(text, wanted));
        }
        let number: u64 = digits.parse().map_err(|_| IdError::new(text, wanted))?;
        if number == 0 {
            return Err(IdError::new(text, wanted));
        }
        Ok(Self(format!("tt{number:07}")))
    }
}

impl TryFrom<String> for ImdbId {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<ImdbId> for String {
    fn from(id: ImdbId) -> String {
        id.0
    }
}

/// The `BitTorrent` v1 info hash; written as 40 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct InfoHash(pub [u8; 20]);

impl fmt::Display for InfoHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for InfoHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InfoHash({self})")
    }
}

impl FromStr for InfoHash {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let error = || IdError::new(text, "an info hash of 40 hexadecimal digits");
        let trimmed = text.trim();
        if trimmed.len() != 40 || !trimmed.is_ascii() {
            return Err(error());
        }
        let mut bytes = [0_u8; 20];
        for (byte, pair) in bytes.iter_mut().zip(trimmed.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| error())?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| error())?;
        }
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for InfoHash {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<InfoHash> for String {
    fn from(hash: InfoHash) -> String {
        hash.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imdb_ids_have_one_normal_form() {
        for (given, want) in
            [("tt0133093", "tt0133093"), ("133093", "tt0133093"), ("tt12345678", "tt12345678")]
        {
            assert_eq!(given.parse::<ImdbId>().unwrap().as_str(), want, "{given}");
        }
        for wrong in ["", "tt", "tt0000000", "nm0000001", "tt12345678901", "tt12x4567"] {
            assert!(wrong.parse::<ImdbId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_info_hash_survives_text_and_refuses_nonsense() {
        let text = "00112233445566778899aabbccddeeff00112233";
        assert_eq!(text.to_uppercase().parse::<InfoHash>().unwrap().to_string(), text);
        for wrong in ["", "0011", &"g".repeat(40), &"é".repeat(20)] {
            assert!(wrong.parse::<InfoHash>().is_err(), "{wrong}");
        }
    }
}
