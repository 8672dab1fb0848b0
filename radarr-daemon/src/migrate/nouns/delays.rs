//! Delay profiles.

use radarr_proto::model::{DelayProfile, DelayProfileId, DocVersion, Protocol};

use super::{Known, Mapped, tags_that_narrow};
use crate::migrate::fields::Fields;

const PROTOCOLS: &[(&str, i64)] = &[("unknown", 0), ("usenet", 1), ("torrent", 2)];

/// What it is called, for the report.
pub fn called(fields: &Fields) -> String {
    if fields.ids("tags").is_empty() {
        "the one for all movies".to_owned()
    } else {
        format!("delay profile {}", fields.int("id").unwrap_or(0))
    }
}

/// The profile; the one without tags is the one for all movies.
pub fn delay(fields: &Fields, known: &Known) -> Result<Mapped<DelayProfile>, String> {
    let mut changes = Vec::new();
    let tags = tags_that_narrow(fields, known, &mut changes)?;
    let preferred = fields.choice("preferredProtocol", PROTOCOLS);
    let order = fields.number("order").unwrap_or(0);
    let profile = DelayProfile {
        doc_version: DocVersion(0),
        id: DelayProfileId(0),
        enable_usenet: fields.flag_or("enableUsenet", true),
        enable_torrent: fields.flag_or("enableTorrent", true),
        preferred_protocol: if preferred == Some(1) { Protocol::Usenet } else { Protocol::Torrent },
        usenet_delay_minutes: fields.number("usenetDelay").unwrap_or(0),
        torrent_delay_minutes: fields.number("torrentDelay").unwrap_or(0),
        // Radarr's mark of the profile for all is another number than ours.
        order: if tags.is_empty() { u32::MAX } else { order },
        bypass_if_highest_quality: fields.flag("bypassIfHighestQuality"),
        bypass_if_above_custom_format_score: fields.flag("bypassIfAboveCustomFormatScore"),
        minimum_custom_format_score: fields.number("minimumCustomFormatScore").unwrap_or(0),
        tags,
    };
    Ok(Mapped { value: profile, changes })
}

#[cfg(test)]
mod tests {
    use radarr_proto::model::TagId;
    use serde_json::{Value, json};

    use super::*;

    fn read(row: Value) -> Result<Mapped<DelayProfile>, String> {
        let known = Known { tags: [(1, TagId(11))].into(), ..Known::default() };
        delay(&Fields::of(&row).unwrap(), &known)
    }

    #[test]
    fn the_profile_for_all_and_those_for_tags() {
        let all = read(
            json!({"Id": 1, "EnableUsenet": 1, "EnableTorrent": 1, "PreferredProtocol": 1, "UsenetDelay": 0,
            "TorrentDelay": 0, "Order": 2_147_483_647, "Tags": "[]", "BypassIfHighestQuality": 1,
            "MinimumCustomFormatScore": null}),
        )
        .unwrap()
        .value;
        assert_eq!(
            (all.order, all.preferred_protocol, all.bypass_if_highest_quality),
            (u32::MAX, Protocol::Usenet, true)
        );
        let tagged =
            read(json!({"enableUsenet": false, "enableTorrent": true, "preferredProtocol": "torrent",
            "torrentDelay": 60, "order": 1, "tags": [1, 5]}))
            .unwrap();
        assert_eq!((tagged.value.torrent_delay_minutes, tagged.value.tags), (60, vec![TagId(11)]));
        assert_eq!(tagged.changes, ["its tag 5 does not exist"]);
    }

    #[test]
    fn a_profile_whose_tags_are_gone_does_not_become_one_for_all() {
        assert!(read(json!({"Tags": "[5]", "Order": 3})).unwrap_err().contains("none of its tags"));
    }
}
