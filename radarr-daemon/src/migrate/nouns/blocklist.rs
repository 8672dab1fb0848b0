//! Releases that are not taken again.

use radarr_proto::model::{BlockId, Blocked, IndexerId, MovieId, Protocol};

use crate::migrate::fields::{Fields, without_addresses};

const PROTOCOLS: &[(&str, i64)] = &[("unknown", 0), ("usenet", 1), ("torrent", 2)];

/// What a row is called in the report.
pub fn called(fields: &Fields) -> String {
    fields
        .text("sourceTitle")
        .map_or_else(|| format!("entry {}", fields.int("id").unwrap_or(0)), str::to_owned)
}

/// The entry for our movie of that number, without a number of its own.
pub fn blocked(fields: &Fields, movie_id: MovieId, indexer_id: IndexerId) -> Result<Blocked, String> {
    let title = fields.text("sourceTitle").ok_or("it has no release name")?.to_owned();
    Ok(Blocked {
        id: BlockId(0),
        movie_id,
        title,
        indexer: fields.text("indexer").unwrap_or_default().to_owned(),
        indexer_id,
        protocol: match fields.choice("protocol", PROTOCOLS) {
            Some(1) => Protocol::Usenet,
            Some(_) | None => Protocol::Torrent,
        },
        size_bytes: fields.number("size").unwrap_or(0),
        info_hash: fields.text("torrentInfoHash").and_then(|hash| hash.parse().ok()),
        published_at: fields.time("publishedDate"),
        at: fields.time("date").ok_or("it has no date")?,
        reason: without_addresses(fields.text("message").unwrap_or("it was on Radarr's blocklist")),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(row: Value) -> Result<Blocked, String> {
        blocked(&Fields::of(&row).unwrap(), MovieId(7), IndexerId(0))
    }

    #[test]
    fn rows_and_objects_are_read() {
        let row = read(
            json!({"MovieId": 1, "SourceTitle": "M.2000-GRP", "Date": "2024-01-01 00:00:00Z", "Size": 5,
            "PublishedDate": "0001-01-01 00:00:00Z", "Protocol": 2, "Indexer": "HDBits", "Message": "stalled",
            "TorrentInfoHash": "00112233445566778899AABBCCDDEEFF00112233"}),
        )
        .unwrap();
        assert_eq!((row.protocol, row.size_bytes, row.published_at), (Protocol::Torrent, 5, None));
        assert!(row.info_hash.is_some());
        let object =
            read(json!({"sourceTitle": "M.2000-GRP", "date": "2024-01-01T00:00:00Z", "protocol": "usenet"}));
        assert_eq!(object.unwrap().protocol, Protocol::Usenet);
        assert!(read(json!({"SourceTitle": "x", "Date": null})).is_err());
        assert!(read(json!({"Date": "2024-01-01 00:00:00Z"})).is_err());
    }
}
