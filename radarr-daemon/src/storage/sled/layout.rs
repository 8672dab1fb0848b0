//! How keys and values look in the tree. One tree, so that one batch can hold a whole commit.
//!
//! | key | value |
//! |---|---|
//! | `d` collection `0` id | version (8 bytes), JSON of the document |
//! | `e` cursor | JSON of the event |
//! | `h` cursor | nothing: an event that a history shows |
//! | `m` movie cursor | nothing: an event that the movie's history shows |
//! | `n` collection | the largest number that a document there had |
//! | `s` `log` | [`LogState`] |
//! | `s` `schema` | 4 bytes |
//!
//! Numbers are big-endian, so that order of bytes is order of number.

use ::sled::IVec;
use radarr_proto::model::{DocVersion, Event, MovieId};

use crate::storage::{Collection, DocKey, StoreError, StoredDoc};

pub(super) const SCHEMA_KEY: &[u8] = b"sschema";
pub(super) const LOG_KEY: &[u8] = b"slog";
pub(super) const DOCUMENTS: &[u8] = b"d";
pub(super) const COUNTERS: &[u8] = b"n";

/// Where versions and the event log stand. Written with every group of commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct LogState {
    /// The last version that was given.
    pub(super) version: u64,
    /// The last event's cursor.
    pub(super) cursor: u64,
    /// The last cursor up to which everything was cleaned away.
    pub(super) trimmed_all: u64,
    /// The last cursor up to which noise was cleaned away; at least `trimmed_all`.
    pub(super) trimmed_noise: u64,
    /// Bytes of all keys and values, about: what a compact file would hold.
    pub(super) live_bytes: u64,
    /// Bytes of the file when it was last compact; 0 = never.
    pub(super) compacted_bytes: u64,
    /// Readers behind this cursor read everything anew: the storage was filled from a backup.
    pub(super) anew_before: u64,
}

impl LogState {
    pub(super) fn encode(self) -> Vec<u8> {
        let numbers = [
            self.version,
            self.cursor,
            self.trimmed_all,
            self.trimmed_noise,
            self.live_bytes,
            self.compacted_bytes,
            self.anew_before,
        ];
        numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, StoreError> {
        let mut numbers = bytes.chunks(8).map(number);
        let mut next = || {
            numbers.next().flatten().ok_or_else(|| StoreError::Corrupt {
                what: "the state of the event log".to_owned(),
                why: format!("{} bytes where 40 or more were expected", bytes.len()),
            })
        };
        let [version, cursor, trimmed_all, trimmed_noise, live_bytes] =
            [next()?, next()?, next()?, next()?, next()?];
        // Older versions wrote no more than these.
        let (compacted_bytes, anew_before) = (next().unwrap_or(0), next().unwrap_or(0));
        Ok(Self { version, cursor, trimmed_all, trimmed_noise, live_bytes, compacted_bytes, anew_before })
    }
}

/// A big-endian number of exactly eight bytes.
pub(super) fn number(bytes: &[u8]) -> Option<u64> {
    bytes.try_into().ok().map(u64::from_be_bytes)
}

pub(super) fn document_key(key: &DocKey) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(2 + key.collection.name().len() + key.id.len());
    bytes.extend_from_slice(DOCUMENTS);
    bytes.extend_from_slice(key.collection.name().as_bytes());
    bytes.push(0);
    bytes.extend_from_slice(key.id.as_bytes());
    bytes
}

pub(super) fn read_document_key(bytes: &[u8]) -> Result<DocKey, StoreError> {
    let corrupt = |why: &str| StoreError::Corrupt {
        what: format!("the key {:?}", String::from_utf8_lossy(bytes)),
        why: why.to_owned(),
    };
    let text = std::str::from_utf8(bytes).map_err(|_| corrupt("it is not text"))?;
    let (collection, id) =
        text.get(1..).and_then(|rest| rest.split_once('\0')).ok_or_else(|| corrupt("it has no id"))?;
    let collection = Collection::from_name(collection).ok_or_else(|| corrupt("no such collection"))?;
    Ok(DocKey::new(collection, id))
}

pub(super) fn document_value(version: u64, body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(8 + body.len());
    bytes.extend_from_slice(&version.to_be_bytes());
    bytes.extend_from_slice(body);
    bytes
}

pub(super) fn read_document(key: &DocKey, value: &IVec) -> Result<StoredDoc, StoreError> {
    value
        .split_at_checked(8)
        .and_then(|(version, body)| {
            Some(StoredDoc { version: DocVersion(number(version)?), body: body.to_vec() })
        })
        .ok_or_else(|| StoreError::Corrupt { what: key.to_string(), why: "it has no version".to_owned() })
}

pub(super) fn event_key(cursor: u64) -> Vec<u8> {
    tagged(b'e', &[cursor])
}

pub(super) fn history_key(cursor: u64) -> Vec<u8> {
    tagged(b'h', &[cursor])
}

pub(super) fn movie_event_key(movie: MovieId, cursor: u64) -> Vec<u8> {
    tagged(b'm', &[movie.0, cursor])
}

/// The entries of the lists of the past that an event stands in.
pub(super) fn history_keys(event: &Event) -> impl Iterator<Item = Vec<u8>> + use<> {
    let (cursor, movie) = (event.cursor.0, event.movie_id);
    let shown = event.kind.is_history();
    let all = shown.then(|| history_key(cursor));
    all.into_iter().chain(movie.filter(|_| shown).map(|movie| movie_event_key(movie, cursor)))
}

pub(super) fn counter_key(collection: Collection) -> Vec<u8> {
    [COUNTERS, collection.name().as_bytes()].concat()
}

fn tagged(tag: u8, numbers: &[u64]) -> Vec<u8> {
    std::iter::once(tag).chain(numbers.iter().flat_map(|number| number.to_be_bytes())).collect()
}

/// The cursor at the end of a key.
pub(super) fn cursor_of(key: &[u8]) -> Option<u64> {
    key.last_chunk::<8>().map(|bytes| u64::from_be_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_values_come_back_as_they_were() {
        let key = DocKey::new(Collection::CustomFormat, "00000000000000000042");
        assert_eq!(read_document_key(&document_key(&key)).unwrap(), key);
        let value = IVec::from(document_value(7, b"{}"));
        assert_eq!(
            read_document(&key, &value).unwrap(),
            StoredDoc { version: DocVersion(7), body: b"{}".to_vec() }
        );
        let mut state = LogState {
            version: 1,
            cursor: 2,
            trimmed_all: 3,
            trimmed_noise: 4,
            live_bytes: 5,
            compacted_bytes: 6,
            anew_before: 7,
        };
        assert_eq!(LogState::decode(&state.encode()).unwrap(), state);
        let older = &state.encode()[..40];
        (state.compacted_bytes, state.anew_before) = (0, 0);
        assert_eq!(LogState::decode(older).unwrap(), state);
        assert_eq!(cursor_of(&movie_event_key(MovieId(3), 9)), Some(9));
    }

    #[test]
    fn what_is_not_ours_is_told_and_not_guessed() {
        for wrong in [&b""[..], b"d", b"dmovie", b"dno_such\x001", b"d\xff\xff\x001"] {
            assert!(read_document_key(wrong).is_err(), "{wrong:?}");
        }
        let key = DocKey::new(Collection::Movie, "1");
        assert!(read_document(&key, &IVec::from(&b"short"[..])).is_err());
        assert!(LogState::decode(b"12345678").is_err());
    }
}
