//! What a change of settings changes, field by field, for the audit. Pure.
//!
//! It is told from the stored documents before and after, so that no setting can be forgotten. Secrets are stored in
//! documents of their own and as hashes; of these it is told only that they changed.

use radarr_proto::model::{CHANGES_MAX, FieldChange};
use serde_json::Value;

use crate::storage::Collection;

/// Longer values are cut; a person looks the rest up in the settings.
const VALUE_CHARS_MAX: usize = 200;
/// Fields that say nothing to a person: the storage's own.
const OWN_FIELDS: [&str; 1] = ["doc_version"];
/// Fields that stand for a secret.
const SECRET_FIELDS: [&str; 1] = ["hash"];
/// What is shown of a secret.
const MASK: &str = "***";

/// The changes of one document; `None` = it was not, or is not, there.
pub(crate) fn of_document(
    collection: Collection,
    before: Option<&[u8]>,
    after: Option<&[u8]>,
) -> Vec<FieldChange> {
    if collection == Collection::Secret {
        let mask = |there: Option<&[u8]>| there.map(|_| MASK.to_owned());
        return vec![FieldChange { field: "secret".to_owned(), before: mask(before), after: mask(after) }];
    }
    let parse = |body: Option<&[u8]>| body.and_then(|body| serde_json::from_slice(body).ok());
    let (before, after): (Option<Value>, Option<Value>) = (parse(before), parse(after));
    let mut changes = Vec::new();
    compare(String::new(), before.as_ref(), after.as_ref(), &mut changes);
    changes
}

/// The changes between two values of one shape.
pub(crate) fn of_values(before: Option<&Value>, after: Option<&Value>) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    compare(String::new(), before, after, &mut changes);
    changes
}

/// At most [`CHANGES_MAX`] of them; the last says how many more there are.
pub(crate) fn limited(mut changes: Vec<FieldChange>) -> Vec<FieldChange> {
    if changes.len() > CHANGES_MAX {
        let more = changes.len() - (CHANGES_MAX - 1);
        changes.truncate(CHANGES_MAX - 1);
        changes.push(FieldChange { field: format!("and {more} more fields"), before: None, after: None });
    }
    changes
}

fn compare(field: String, before: Option<&Value>, after: Option<&Value>, changes: &mut Vec<FieldChange>) {
    if before == after || OWN_FIELDS.contains(&field.as_str()) {
        return;
    }
    if before.is_none_or(Value::is_object) && after.is_none_or(Value::is_object) {
        let keys = |value: Option<&Value>| {
            let map = value.and_then(Value::as_object);
            map.map(|map| map.keys().cloned().collect::<Vec<String>>()).unwrap_or_default()
        };
        let mut names = keys(before);
        names.extend(keys(after));
        names.sort_unstable();
        names.dedup();
        for name in names {
            let inner = |value: Option<&Value>| value.and_then(|value| value.get(&name)).cloned();
            compare(path(&field, &name), inner(before).as_ref(), inner(after).as_ref(), changes);
        }
        return;
    }
    // Lists of one length are compared place by place; others changed as a whole.
    if let (Some(Value::Array(old)), Some(Value::Array(new))) = (before, after)
        && old.len() == new.len()
    {
        for (place, (old, new)) in old.iter().zip(new).enumerate() {
            compare(path(&field, &place.to_string()), Some(old), Some(new), changes);
        }
        return;
    }
    let is_secret = field.rsplit('.').next().is_some_and(|name| SECRET_FIELDS.contains(&name));
    let shown = |value: Option<&Value>| {
        let value = value.filter(|value| !value.is_null())?;
        Some(if is_secret { MASK.to_owned() } else { cut(&value.to_string()) })
    };
    changes.push(FieldChange { field, before: shown(before), after: shown(after) });
}

fn path(field: &str, name: &str) -> String {
    if field.is_empty() { name.to_owned() } else { format!("{field}.{name}") }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(VALUE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(before: &Value, after: &Value, want: &[(&str, Option<&str>, Option<&str>)]) {
        let body = |value: &Value| (!value.is_null()).then(|| serde_json::to_vec(value).unwrap());
        let (before, after) = (body(before), body(after));
        let got = of_document(Collection::Indexer, before.as_deref(), after.as_deref());
        let got: Vec<_> = got
            .iter()
            .map(|change| (change.field.as_str(), change.before.as_deref(), change.after.as_deref()))
            .collect();
        assert_eq!(got, want);
    }

    #[test]
    fn every_field_that_changed_is_told_with_both_values() {
        check(&json!({"a": 1, "b": "x"}), &json!({"a": 1, "b": "y"}), &[("b", Some("\"x\""), Some("\"y\""))]);
        check(&json!({"a": {"b": 1}}), &json!({"a": {"b": 2}}), &[("a.b", Some("1"), Some("2"))]);
        check(&json!({"l": [1, {"n": 2}]}), &json!({"l": [1, {"n": 3}]}), &[("l.1.n", Some("2"), Some("3"))]);
        check(&json!({"l": [1]}), &json!({"l": [1, 2]}), &[("l", Some("[1]"), Some("[1,2]"))]);
        check(&json!({"a": null}), &json!({"a": 5}), &[("a", None, Some("5"))]);
        check(&json!({"a": {"b": 1}}), &json!({"a": 2}), &[("a", Some("{\"b\":1}"), Some("2"))]);
    }

    #[test]
    fn what_is_made_or_goes_is_told_whole_and_the_storages_own_fields_are_not() {
        check(&Value::Null, &json!({"id": 1, "doc_version": 7}), &[("id", None, Some("1"))]);
        check(
            &json!({"id": 1, "x": {"y": true}}),
            &Value::Null,
            &[("id", Some("1"), None), ("x.y", Some("true"), None)],
        );
        check(&json!({"id": 1, "doc_version": 7}), &json!({"id": 1, "doc_version": 8}), &[]);
    }

    #[test]
    fn secrets_are_masked() {
        let told = of_document(Collection::Secret, None, Some(b"{\"sealed\":\"AAAA\"}"));
        assert_eq!(told, [FieldChange { field: "secret".into(), before: None, after: Some("***".into()) }]);
        let hash = json!({"hash": "c2VjcmV0"});
        check(&Value::Null, &hash, &[("hash", None, Some("***"))]);
    }

    #[test]
    fn long_values_and_long_lists_are_cut() {
        let long = json!({"t": "ä".repeat(500)});
        let body = serde_json::to_vec(&long).unwrap();
        let told = of_document(Collection::Tag, None, Some(&body));
        assert!(told[0].after.as_ref().unwrap().chars().count() == VALUE_CHARS_MAX + 1);
        let many = vec![told[0].clone(); CHANGES_MAX + 5];
        let limited = limited(many);
        assert_eq!(
            (limited.len(), limited.last().unwrap().field.as_str()),
            (CHANGES_MAX, "and 6 more fields")
        );
    }
}
