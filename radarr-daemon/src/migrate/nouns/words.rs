//! Release profiles: required and ignored words.

use radarr_proto::model::{DocVersion, IndexerId, ReleaseProfile, ReleaseProfileId};

use super::{Known, Mapped, name_of, tags_that_narrow};
use crate::migrate::fields::Fields;

/// What it is called: many have no name.
pub fn called(fields: &Fields) -> String {
    name_of(fields, "Release profile")
}

/// The profile. One for an indexer that is not here stays behind: without it, it would hold for all.
pub fn words(fields: &Fields, known: &Known) -> Result<Mapped<ReleaseProfile>, String> {
    let mut changes = Vec::new();
    let tags = tags_that_narrow(fields, known, &mut changes)?;
    let indexer_id: Option<IndexerId> = match fields.int("indexerId").unwrap_or(0) {
        0 => None,
        number => Some(*known.indexers.get(&number).ok_or("it holds for an indexer only that is not here")?),
    };
    let profile = ReleaseProfile {
        doc_version: DocVersion(0),
        id: ReleaseProfileId(0),
        name: called(fields),
        enabled: fields.flag_or("enabled", true),
        required: fields.words("required"),
        ignored: fields.words("ignored"),
        indexer_id,
        tags,
    };
    Ok(Mapped { value: profile, changes })
}

#[cfg(test)]
mod tests {
    use radarr_proto::model::TagId;
    use serde_json::{Value, json};

    use super::*;

    fn read(row: Value) -> Result<ReleaseProfile, String> {
        let known = Known {
            tags: [(1, TagId(11))].into(),
            indexers: [(2, IndexerId(22))].into(),
            ..Known::default()
        };
        words(&Fields::of(&row).unwrap(), &known).map(|mapped| mapped.value)
    }

    #[test]
    fn words_are_lists_and_were_texts_once() {
        let row = read(
            json!({"Id": 3, "Name": null, "Required": "[\"/x26[45]/i\"]", "Ignored": "[]", "Tags": "[1]",
            "Enabled": 1, "IndexerId": 2}),
        )
        .unwrap();
        assert_eq!(
            (row.name.as_str(), row.required.as_slice()),
            ("Release profile 3", &["/x26[45]/i".to_owned()][..])
        );
        assert_eq!((row.tags, row.indexer_id, row.enabled), (vec![TagId(11)], Some(IndexerId(22)), true));
        let old = read(json!({"id": 4, "required": "x264, x265", "ignored": null, "tags": []})).unwrap();
        assert_eq!((old.required.len(), old.ignored.len(), old.enabled), (2, 0, true));
    }

    #[test]
    fn what_would_hold_for_more_than_it_did_stays_behind() {
        assert!(read(json!({"Required": "[\"a\"]", "IndexerId": 9})).unwrap_err().contains("indexer"));
        assert!(read(json!({"Required": "[\"a\"]", "Tags": "[9]"})).unwrap_err().contains("tags"));
    }
}
