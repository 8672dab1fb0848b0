//! What happened to a movie at Radarr.
//!
//! Its rows hold addresses with passkeys (`downloadUrl`, `guid`, `nzbInfoUrl`): none of them is read.

use jiff::Timestamp;
use radarr_proto::model::{IndexerFlag, InfoHash, Language, Protocol, QualityModel, SearchKind};

use super::quality::{flags, languages, quality};
use crate::migrate::fields::{Fields, without_addresses};

const KINDS: &[(&str, i64)] = &[
    ("unknown", 0),
    ("grabbed", 1),
    ("downloadFolderImported", 3),
    ("downloadFailed", 4),
    ("movieFileDeleted", 6),
    ("movieFolderImported", 7),
    ("movieFileRenamed", 8),
    ("downloadIgnored", 9),
];

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A release was handed to a download client.
    Grabbed(Box<Grabbed>),
    /// A file came into the library.
    Imported {
        /// Where, on Radarr's machine.
        path: String,
        /// Bytes; 0 = not said.
        size_bytes: u64,
    },
    /// A download did not come.
    Failed {
        /// Why.
        reason: String,
    },
    /// A file went.
    Deleted {
        /// It was not found any more.
        vanished: bool,
    },
    /// A file got another name.
    Renamed {
        /// On Radarr's machine.
        from: String,
        /// On Radarr's machine.
        to: String,
    },
    /// A download was left alone by a person.
    Ignored,
}

/// What only a grab knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grabbed {
    /// The indexer's name.
    pub indexer: String,
    /// The download client's name.
    pub client: String,
    /// How.
    pub protocol: Protocol,
    /// The torrent's hash.
    pub info_hash: Option<InfoHash>,
    /// Bytes.
    pub size_bytes: u64,
    /// When it was published.
    pub published_at: Option<Timestamp>,
    /// What the indexer said of it.
    pub flags: Vec<IndexerFlag>,
    /// What it scored there.
    pub score: i32,
    /// What it was found by.
    pub found_by: SearchKind,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Radarr's number of the movie.
    pub movie: i64,
    /// When.
    pub at: Timestamp,
    /// Release name, or a path.
    pub title: String,
    /// What ties grab, import and failure together.
    pub download: Option<String>,
    /// Quality.
    pub quality: QualityModel,
    /// Languages.
    pub languages: Vec<Language>,
    /// What happened.
    pub what: What,
}

/// What a row is called in the report: never its title, which may be an address in old rows.
pub fn called(fields: &Fields) -> String {
    format!("entry {}", fields.int("id").unwrap_or(0))
}

/// The entry.
pub fn entry(fields: &Fields) -> Result<Entry, String> {
    let at = fields.time("date").ok_or("it has no date")?;
    let title = fields.text("sourceTitle").ok_or("it has no release name")?;
    let data = fields.object("data").unwrap_or_default();
    let text = |name: &str| data.text(name).unwrap_or_default().to_owned();
    let what = match fields.choice("eventType", KINDS) {
        Some(1) => What::Grabbed(Box::new(grabbed(fields, &data))),
        Some(3) => {
            What::Imported { path: text("importedPath"), size_bytes: data.number("size").unwrap_or(0) }
        }
        Some(4) => {
            What::Failed { reason: without_addresses(data.text("message").unwrap_or("it failed at Radarr")) }
        }
        Some(6) => What::Deleted {
            vanished: data.text("reason").is_some_and(|why| why.eq_ignore_ascii_case("MissingFromDisk")),
        },
        Some(8) => What::Renamed { from: text("sourcePath"), to: text("path") },
        Some(9) => What::Ignored,
        other => {
            let other = other.map_or_else(|| "none".to_owned(), |number| number.to_string());
            return Err(format!("nothing like its kind ({other}) happens here"));
        }
    };
    // Quality and languages of the past are for show: what is odd in them is not worth a word.
    let mut unsaid = Vec::new();
    Ok(Entry {
        movie: fields.int("movieId").unwrap_or(0),
        at,
        title: without_addresses(title),
        download: fields.text("downloadId").map(str::to_uppercase),
        quality: quality(fields, &mut unsaid),
        languages: languages(fields, &mut unsaid),
        what,
    })
}

fn grabbed(fields: &Fields, data: &Fields) -> Grabbed {
    let hash = data.text("torrentInfoHash").or_else(|| fields.text("downloadId"));
    let text = |name: &str| data.text(name).unwrap_or_default().to_owned();
    let client = data.text("downloadClientName").or_else(|| data.text("downloadClient"));
    Grabbed {
        indexer: text("indexer"),
        client: client.unwrap_or_default().to_owned(),
        protocol: if matches!(data.text("protocol"), Some("1" | "usenet" | "Usenet")) {
            Protocol::Usenet
        } else {
            Protocol::Torrent
        },
        info_hash: hash.and_then(|hash| hash.parse().ok()),
        size_bytes: data.number("size").unwrap_or(0),
        published_at: data.time("publishedDate"),
        flags: flags(data),
        score: data.number("customFormatScore").unwrap_or(0),
        found_by: match data.text("releaseSource").unwrap_or_default() {
            "Search" => SearchKind::Automatic,
            "UserInvokedSearch" | "InteractiveSearch" => SearchKind::User,
            "ReleasePush" => SearchKind::Push,
            _ => SearchKind::Recent,
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(row: Value) -> Result<Entry, String> {
        entry(&Fields::of(&row).unwrap())
    }

    #[test]
    fn a_grab_is_read_without_the_addresses_that_hold_keys() {
        let data = json!({"indexer": "HDBits", "downloadUrl": "https://h/d?passkey=hush", "guid": "https://h/?hush",
            "nzbInfoUrl": "https://h/hush", "downloadClient": "QBittorrent", "downloadClientName": "qb",
            "size": "8000000000", "publishedDate": "2024-01-01T00:00:00Z", "protocol": "2", "customFormatScore": "120",
            "releaseSource": "InteractiveSearch", "indexerFlags": "G_Freeleech, G_Internal", "ageHours": "12,5",
            "torrentInfoHash": null});
        let got = read(json!({"Id": 1, "SourceTitle": "M.2000.1080p-GRP", "Date": "2024-01-02 03:04:05.6Z",
            "Quality": "{\"quality\": 7}", "Languages": "[1]", "Data": data.to_string(), "EventType": 1,
            "DownloadId": "00112233445566778899AABBCCDDEEFF00112233", "MovieId": 5}))
        .unwrap();
        assert!(!format!("{got:?}").contains("hush"));
        let What::Grabbed(grabbed) = got.what else { panic!("{got:?}") };
        assert_eq!(
            (grabbed.size_bytes, grabbed.score, grabbed.found_by),
            (8_000_000_000, 120, SearchKind::User)
        );
        assert_eq!((grabbed.client.as_str(), grabbed.flags.len()), ("qb", 2));
        assert!(grabbed.info_hash.is_some());
    }

    #[test]
    fn every_kind_is_read_in_both_forms() {
        let row = |kind: Value, data: Value| {
            read(json!({"sourceTitle": "x", "date": "2024-01-02T03:04:05Z", "eventType": kind, "data": data, "movieId": 5}))
                .map(|entry| entry.what)
        };
        for kind in [json!(3), json!("downloadFolderImported")] {
            let got = row(kind, json!({"importedPath": "/m/x.mkv", "size": null}));
            assert_eq!(got, Ok(What::Imported { path: "/m/x.mkv".into(), size_bytes: 0 }));
        }
        assert_eq!(
            row(json!("downloadFailed"), json!({"message": "why"})),
            Ok(What::Failed { reason: "why".into() })
        );
        assert_eq!(row(json!(6), json!({"reason": "MissingFromDisk"})), Ok(What::Deleted { vanished: true }));
        assert_eq!(
            row(json!("movieFileDeleted"), json!({"reason": "Upgrade"})),
            Ok(What::Deleted { vanished: false })
        );
        let renamed = What::Renamed { from: "/a".into(), to: "/b".into() };
        assert_eq!(row(json!(8), json!({"sourcePath": "/a", "path": "/b"})), Ok(renamed));
        assert_eq!(row(json!(9), json!({})), Ok(What::Ignored));
        for kind in [json!(0), json!(2), json!(7), json!(null), json!("strange")] {
            assert!(row(kind.clone(), json!({})).unwrap_err().contains("kind"), "{kind}");
        }
    }

    #[test]
    fn odd_rows_stay_behind_or_are_read_as_far_as_they_go() {
        assert!(read(json!({"SourceTitle": "x", "Date": "0001-01-01 00:00:00Z", "EventType": 1})).is_err());
        assert!(read(json!({"SourceTitle": "", "Date": "2024-01-01 00:00:00Z", "EventType": 1})).is_err());
        let got = read(
            json!({"SourceTitle": "x", "Date": "2024-01-01 00:00:00", "EventType": 1, "Data": "{", "Quality": null}),
        );
        let What::Grabbed(grabbed) = got.unwrap().what else { panic!() };
        assert_eq!((grabbed.indexer.as_str(), grabbed.info_hash), ("", None));
    }
}
