//! The addresses of downloads that let somebody in, wherever a document holds one (`Release::sealed_link`).
//!
//! They are secrets inside of documents: sealed with the storage's own key, and of use to nobody else. So a backup has
//! them as it has the other secrets, encrypted with the passphrase or left out. A release without its address has to be
//! found again before it can be fetched.

use serde_json::Value;

use crate::storage::StoredDoc;

/// The field's name on the wire, which is its name in the storage.
const FIELD: &str = "sealed_link";

/// What becomes of one.
pub(super) enum Link {
    /// This is in its place.
    Sealed(String),
    /// It goes.
    LeftOut,
}

/// The document with each of its addresses changed; the same one where it has none, or is no JSON.
pub(super) fn change_links(stored: StoredDoc, mut change: impl FnMut(&str) -> Link) -> StoredDoc {
    // Most documents have none, and are not read for that.
    if !stored.body.windows(FIELD.len()).any(|part| part == FIELD.as_bytes()) {
        return stored;
    }
    let Ok(mut body) = serde_json::from_slice::<Value>(&stored.body) else { return stored };
    change_in(&mut body, &mut change);
    StoredDoc { version: stored.version, body: body.to_string().into_bytes() }
}

fn change_in(value: &mut Value, change: &mut impl FnMut(&str) -> Link) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(sealed)) = fields.get(FIELD) {
                match change(sealed) {
                    Link::Sealed(sealed) => fields.insert(FIELD.to_owned(), Value::String(sealed)),
                    Link::LeftOut => fields.remove(FIELD),
                };
            }
            fields.values_mut().for_each(|field| change_in(field, change));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| change_in(item, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use radarr_proto::model::DocVersion;
    use serde_json::json;

    use super::*;

    #[test]
    fn every_address_is_found_however_deep_it_lies() {
        let release = |link: &str| json!({ "guid": "g", "sealed_link": link });
        let body = json!({
            "release": release("a"),
            "more": [{ "release": release("b") }, { "release": { "guid": "g" } }],
            "title": "sealed_link",
        });
        let stored = StoredDoc { version: DocVersion(7), body: body.to_string().into_bytes() };
        let mut seen = Vec::new();
        let changed = change_links(stored.clone(), |sealed| {
            seen.push(sealed.to_owned());
            if sealed == "a" { Link::Sealed("c".to_owned()) } else { Link::LeftOut }
        });
        let want = json!({
            "release": release("c"),
            "more": [{ "release": { "guid": "g" } }, { "release": { "guid": "g" } }],
            "title": "sealed_link",
        });
        assert_eq!(seen, ["b", "a"]);
        assert_eq!(changed.version, stored.version);
        assert_eq!(serde_json::from_slice::<Value>(&changed.body).unwrap(), want);
    }
}
