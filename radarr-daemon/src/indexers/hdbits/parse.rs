//! From HDBits' list to releases; pure. An item without number or name is left out, the others stay.

use jiff::Timestamp;
use radarr_proto::model::{ImdbId, IndexerFlag, Protocol, Release};
use serde::Deserialize;
use serde_json::Value;

use crate::indexers::ListedBy;
use crate::lenient::{number, or_default};

const GUID_PREFIX: &str = "HDBits-";
const CATEGORY_TV: i64 = 2;
const CATEGORY_DOCUMENTARY: i64 = 3;
const CATEGORY_XXX: i64 = 7;
const MEDIUM_DISC: i64 = 1;
const MEDIUM_CAPTURE: i64 = 4;
const MEDIUM_REMUX: i64 = 5;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Item {
    #[serde(deserialize_with = "number")]
    id: Option<i64>,
    #[serde(deserialize_with = "or_default")]
    hash: String,
    #[serde(deserialize_with = "or_default")]
    name: String,
    #[serde(deserialize_with = "or_default")]
    filename: String,
    #[serde(deserialize_with = "number")]
    size: Option<i64>,
    #[serde(deserialize_with = "number")]
    seeders: Option<i64>,
    #[serde(deserialize_with = "number")]
    leechers: Option<i64>,
    #[serde(deserialize_with = "number")]
    utadded: Option<i64>,
    #[serde(deserialize_with = "or_default")]
    added: String,
    #[serde(deserialize_with = "or_default")]
    freeleech: String,
    #[serde(deserialize_with = "number")]
    type_category: Option<i64>,
    #[serde(deserialize_with = "number")]
    type_medium: Option<i64>,
    #[serde(deserialize_with = "number")]
    type_origin: Option<i64>,
    #[serde(deserialize_with = "number")]
    type_exclusive: Option<i64>,
    #[serde(deserialize_with = "or_default")]
    imdb: ImdbPart,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ImdbPart {
    #[serde(deserialize_with = "number")]
    id: Option<i64>,
}

/// The releases of a list.
pub fn parse(data: &[Value], base_url: &str, listed_by: &ListedBy) -> Vec<Release> {
    let items = data.iter().filter_map(|item| Item::deserialize(item).ok());
    items.filter_map(|item| release(&item, base_url, listed_by)).collect()
}

/// The number of a torrent, from the guid that [`parse`] gave it.
pub fn torrent_number(guid: &str) -> Option<u64> {
    guid.strip_prefix(GUID_PREFIX)?.parse().ok()
}

fn release(item: &Item, base_url: &str, listed_by: &ListedBy) -> Option<Release> {
    let id = item.id.filter(|id| *id > 0)?;
    let flags = flags(item);
    let (title, other_title) = names(item)?;
    let count = |number: Option<i64>| number.and_then(|number| u32::try_from(number).ok());
    let (seeders, leechers) = (count(item.seeders), count(item.leechers));
    Some(Release {
        guid: format!("{GUID_PREFIX}{id}"),
        indexer_id: listed_by.id,
        indexer: listed_by.name.clone(),
        title,
        other_title,
        protocol: Protocol::Torrent,
        size_bytes: item.size.and_then(|size| u64::try_from(size).ok()).unwrap_or(0),
        published_at: published_at(item),
        info_hash: item.hash.parse().ok(),
        seeders,
        peers: seeders.map(|seeders| seeders.saturating_add(leechers.unwrap_or(0))).or(leechers),
        flags,
        imdb_id: item.imdb.id.and_then(|id| id.to_string().parse::<ImdbId>().ok()),
        tmdb_id: None,
        languages: Vec::new(),
        container: None,
        info_url: Some(format!("{}/details.php?id={id}", base_url.trim_end_matches('/'))),
        sealed_link: None,
        minimum_ratio_hundredths: None,
        minimum_seed_minutes: None,
        indexer_priority: listed_by.priority,
    })
}

/// The file's name is the release's name, except for full discs and category 7, where it is any name.
fn names(item: &Item) -> Option<(String, Option<String>)> {
    let file = item.filename.trim();
    let file = file.strip_suffix(".torrent").unwrap_or(file).trim();
    let display = item.name.trim();
    let by_display = item.type_medium == Some(MEDIUM_DISC) || item.type_category == Some(CATEGORY_XXX);
    let (first, second) = if by_display { (display, file) } else { (file, display) };
    let (title, other) = if first.is_empty() { (second, "") } else { (first, second) };
    (!title.is_empty())
        .then(|| (title.to_owned(), (!other.is_empty() && other != title).then(|| other.to_owned())))
}

fn published_at(item: &Item) -> Option<Timestamp> {
    let by_number =
        item.utadded.filter(|seconds| *seconds > 0).and_then(|seconds| Timestamp::from_second(seconds).ok());
    by_number.or_else(|| Timestamp::strptime("%Y-%m-%dT%H:%M:%S%z", item.added.trim()).ok())
}

/// Full discs, captures, remuxes, internals, TV and documentaries count half; freeleech counts not at all.
fn flags(item: &Item) -> Vec<IndexerFlag> {
    let internal = item.type_origin == Some(1);
    let free = item.freeleech.trim().eq_ignore_ascii_case("yes") || item.type_category == Some(CATEGORY_XXX);
    let half = internal
        || matches!(item.type_medium, Some(MEDIUM_DISC | MEDIUM_CAPTURE | MEDIUM_REMUX))
        || matches!(item.type_category, Some(CATEGORY_TV | CATEGORY_DOCUMENTARY));
    let all = [
        (free, IndexerFlag::Freeleech),
        (half && !free, IndexerFlag::Halfleech),
        (internal, IndexerFlag::Internal),
        (item.type_exclusive == Some(1), IndexerFlag::Exclusive),
    ];
    all.into_iter().filter(|(set, _)| *set).map(|(_, flag)| flag).collect()
}

#[cfg(test)]
mod tests {
    use radarr_proto::model::IndexerId;
    use serde_json::json;

    use super::*;

    fn one(item: Value) -> Option<Release> {
        let by = ListedBy { id: IndexerId(1), name: "HDBits".to_owned(), priority: 25 };
        parse(&[item], "https://hdbits.org/", &by).pop()
    }

    #[test]
    fn an_item_becomes_a_release() {
        let release =
            one(json!({"id": "900001", "hash": "00112233445566778899AABBCCDDEEFF00112233", "leechers": 1,
            "seeders": 12, "name": "Paper Lantern 2021 1080p Blu-ray x264-EXMPL", "size": 14_980_000_123_i64,
            "utadded": 1_735_689_600, "filename": "Paper.Lantern.2021.1080p.BluRay.x264-EXMPL.torrent",
            "freeleech": "yes", "type_category": 1, "type_medium": 3, "type_origin": 1, "type_exclusive": {},
            "imdb": {"id": 13442, "year": 2021}}))
            .unwrap();
        assert_eq!(release.guid, "HDBits-900001");
        assert_eq!(torrent_number(&release.guid), Some(900_001));
        assert_eq!(release.title, "Paper.Lantern.2021.1080p.BluRay.x264-EXMPL");
        assert_eq!(release.other_title.as_deref(), Some("Paper Lantern 2021 1080p Blu-ray x264-EXMPL"));
        assert_eq!((release.seeders, release.peers), (Some(12), Some(13)));
        assert_eq!(release.flags, [IndexerFlag::Freeleech, IndexerFlag::Internal]);
        assert_eq!(release.imdb_id.unwrap().as_str(), "tt0013442");
        assert_eq!(release.published_at.unwrap().to_string(), "2025-01-01T00:00:00Z");
        assert_eq!(release.info_url.as_deref(), Some("https://hdbits.org/details.php?id=900001"));
    }

    #[test]
    fn odd_items_lose_what_is_odd_and_nothing_else() {
        let odd =
            one(json!({"id": 5, "name": "A Name", "hash": "xyz", "imdb": [], "seeders": null, "size": -1,
            "added": "2015-04-04T20:30:46+0000"}))
            .unwrap();
        assert_eq!((odd.title.as_str(), odd.other_title), ("A Name", None));
        assert_eq!(
            (odd.info_hash, odd.imdb_id, odd.seeders, odd.peers, odd.size_bytes),
            (None, None, None, None, 0)
        );
        assert_eq!(odd.published_at.unwrap().to_string(), "2015-04-04T20:30:46Z");
        for nothing in [json!({}), json!({"id": 0, "name": "x"}), json!({"id": 3}), json!([]), json!("x")] {
            assert_eq!(one(nothing.clone()), None, "{nothing}");
        }
    }

    #[test]
    fn a_disc_goes_by_its_display_name_and_counts_half() {
        let disc = one(json!({"id": 1, "name": "Paper 2021 Blu-ray AVC", "filename": "PAPER_D1.torrent", "type_medium": 1,
            "type_exclusive": 1}))
        .unwrap();
        assert_eq!(
            (disc.title.as_str(), disc.other_title.as_deref()),
            ("Paper 2021 Blu-ray AVC", Some("PAPER_D1"))
        );
        assert_eq!(disc.flags, [IndexerFlag::Halfleech, IndexerFlag::Exclusive]);
    }
}
