//! Which releases of an indexer were counted before, one bit each: a tracker of a million torrents takes 125 kB.
//!
//! A release's place is the number that its guid ends in. A guid without one, and a number that is too large, gets a
//! place by its hash; two such may share one, and then the second is not counted.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use radarr_proto::model::{DocVersion, IndexerId};
use serde::{Deserialize, Serialize};

use crate::storage::{Collection, Document, DocumentId};

/// Places of an indexer; more numbers than a tracker gives in decades.
const PLACES_MAX: u32 = 1 << 24;
/// Places of one page, and so of one document.
const PAGE_PLACES: u32 = 1 << 13;
const PAGE_BYTES: usize = (PAGE_PLACES / 8) as usize;

/// One page of bits, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SeenPage {
    pub(super) indexer_id: IndexerId,
    pub(super) page: u32,
    /// Base64.
    bits: String,
    #[serde(skip)]
    pub(super) doc_version: DocVersion,
}

/// The id of a [`SeenPage`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct PageOf(pub(super) IndexerId, pub(super) u32);

impl DocumentId for PageOf {
    fn id_text(&self) -> String {
        format!("{}/{:05}", self.0.id_text(), self.1)
    }
}

impl Document for SeenPage {
    type Id = PageOf;
    const COLLECTION: Collection = Collection::SeenRelease;
    fn id(&self) -> PageOf {
        PageOf(self.indexer_id, self.page)
    }
    fn set_version(&mut self, version: DocVersion) {
        self.doc_version = version;
    }
}

/// The place of a release, by its guid.
fn place(guid: &str) -> u32 {
    let digits = guid.len() - guid.bytes().rev().take_while(u8::is_ascii_digit).count();
    let number = guid.get(digits..).and_then(|number| number.parse().ok());
    number.filter(|number| *number < PLACES_MAX).unwrap_or_else(|| hash(guid) % PLACES_MAX)
}

/// FNV-1a: the same on every machine and in every version, because it is stored by.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// A page in memory. Version 0 = it is not stored yet.
#[derive(Debug, Clone)]
struct Page {
    version: DocVersion,
    bits: Box<[u8]>,
}

/// All pages.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    pages: HashMap<PageOf, Page>,
}

impl Seen {
    /// Takes in a stored page; one that can't be read counts as empty.
    pub(super) fn take_in(&mut self, stored: &SeenPage) {
        let mut bits = STANDARD_NO_PAD.decode(&stored.bits).unwrap_or_default();
        bits.resize(PAGE_BYTES, 0);
        self.pages.insert(stored.id(), Page { version: stored.doc_version, bits: bits.into() });
    }

    /// Whether the release was counted.
    pub(super) fn contains(&self, indexer: IndexerId, guid: &str) -> bool {
        let (page, byte, bit) = at(place(guid));
        let page = self.pages.get(&PageOf(indexer, page));
        page.and_then(|page| page.bits.get(byte)).is_some_and(|bits| bits & bit != 0)
    }

    /// Marks a release that is marked neither here nor in `before`; whether it was new. Pages come over from `before`
    /// when they are first needed, so that this holds what changed and nothing else.
    pub(super) fn mark_beside(&mut self, before: &Self, indexer: IndexerId, guid: &str) -> bool {
        if self.contains(indexer, guid) || before.contains(indexer, guid) {
            return false;
        }
        let (page, byte, bit) = at(place(guid));
        let id = PageOf(indexer, page);
        let new = || Page { version: DocVersion(0), bits: vec![0; PAGE_BYTES].into() };
        let page = self.pages.entry(id).or_insert_with(|| before.pages.get(&id).cloned().unwrap_or_else(new));
        if let Some(bits) = page.bits.get_mut(byte) {
            *bits |= bit;
        }
        true
    }

    /// Takes over all pages of `changed`, which were stored as this version.
    pub(super) fn extend(&mut self, changed: Self, version: DocVersion) {
        self.pages.extend(changed.pages.into_iter().map(|(id, page)| (id, Page { version, ..page })));
    }

    /// All pages as they are to be stored, with the version that each is based on.
    pub(super) fn pages(&self) -> impl Iterator<Item = SeenPage> {
        self.pages.iter().map(|(id, page)| SeenPage {
            indexer_id: id.0,
            page: id.1,
            bits: STANDARD_NO_PAD.encode(&page.bits),
            doc_version: page.version,
        })
    }

    /// Forgets the pages that are not stored any more.
    pub(super) fn keep_stored(&mut self, is_stored: impl Fn(&str) -> bool) {
        self.pages.retain(|id, _| is_stored(&id.id_text()));
    }

    /// The versions of all pages, by the texts of their ids.
    pub(super) fn versions(&self) -> HashMap<String, DocVersion> {
        self.pages.iter().map(|(id, page)| (id.id_text(), page.version)).collect()
    }
}

fn at(place: u32) -> (u32, usize, u8) {
    let inside = place % PAGE_PLACES;
    (place / PAGE_PLACES, (inside / 8) as usize, 1 << (inside % 8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_release_is_seen_once_also_after_it_was_stored() {
        let one = IndexerId(1);
        let mut seen = Seen::default();
        let guids = ["HDBits-1", "HDBits-8191", "HDBits-8192", "HDBits-999999999999", "no number", "é", ""];
        for guid in guids {
            let mut changed = Seen::default();
            assert!(changed.mark_beside(&seen, one, guid), "{guid}");
            assert!(!changed.mark_beside(&seen, one, guid), "{guid}");
            let mut stored = Seen::default();
            changed.pages().for_each(|page| stored.take_in(&page));
            assert!(stored.contains(one, guid), "{guid}");
            seen.extend(changed, DocVersion(1));
        }
        assert!(guids.iter().all(|guid| seen.contains(one, guid)));
        assert!(!seen.contains(IndexerId(2), "HDBits-1"));
        assert!(!seen.contains(one, "HDBits-2"));
    }

    #[test]
    fn a_page_that_can_not_be_read_counts_as_empty() {
        let mut seen = Seen::default();
        seen.take_in(&SeenPage {
            indexer_id: IndexerId(1),
            page: 0,
            bits: "???".to_owned(),
            doc_version: DocVersion(1),
        });
        assert!(!seen.contains(IndexerId(1), "1"));
        assert!(Seen::default().mark_beside(&seen, IndexerId(1), "1"));
    }
}
