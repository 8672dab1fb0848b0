//! What is different between two moments, setting by setting and field by field, in the words of the files. Pure.

use std::collections::{BTreeMap, BTreeSet};

use radarr_proto::model::{FieldChange, SecretSource};
use radarr_proto::request::{SettingAction, SettingChange};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::known::{SecretOf, Thing};
use crate::settings::field_changes::{limited, of_values};
use crate::storage::DocKey;

/// A setting that is made, changed or gone.
#[derive(Debug, Clone)]
pub(super) struct Difference {
    pub(super) key: DocKey,
    pub(super) change: SettingChange,
}

/// What is different. `sealed_anew` are the names of the secrets that were written in between.
pub(super) fn between(before: &[Thing], after: &[Thing], sealed_anew: &BTreeSet<String>) -> Vec<Difference> {
    let old: BTreeMap<&DocKey, &Thing> = before.iter().map(|thing| (&thing.key, thing)).collect();
    let new: BTreeSet<&DocKey> = after.iter().map(|thing| &thing.key).collect();
    let mut differences = Vec::new();
    for thing in after {
        differences.extend(of_thing(old.get(&thing.key).copied(), Some(thing), sealed_anew));
    }
    let gone = before.iter().filter(|thing| !new.contains(&thing.key));
    differences.extend(gone.filter_map(|thing| of_thing(Some(thing), None, sealed_anew)));
    differences
}

fn of_thing(before: Option<&Thing>, after: Option<&Thing>, sealed: &BTreeSet<String>) -> Option<Difference> {
    let shown = after.or(before)?;
    let action = match (before, after) {
        (None, _) => SettingAction::Add,
        (_, None) => SettingAction::Delete,
        _ => SettingAction::Change,
    };
    let form = |thing: Option<&Thing>| thing.map(|thing| thing.form.clone());
    let mut fields = of_values(form(before).as_ref(), form(after).as_ref());
    fields.extend(of_secret(
        before.and_then(|thing| thing.secret.as_ref()),
        after.and_then(|thing| thing.secret.as_ref()),
        sealed,
    ));
    if action == SettingAction::Change && fields.is_empty() {
        return None;
    }
    // A word alone has no fields that could be told.
    fields.retain(|change| !change.field.is_empty());
    let change = SettingChange {
        section: shown.section.name().to_owned(),
        name: shown.name.clone(),
        action,
        fields: limited(fields),
    };
    Some(Difference { key: shown.key.clone(), change })
}

/// Of a secret it is told whether it is set, and no more.
fn of_secret(
    before: Option<&SecretOf>,
    after: Option<&SecretOf>,
    sealed: &BTreeSet<String>,
) -> Option<FieldChange> {
    let is_set = |secret: Option<&SecretOf>| secret.is_some_and(|secret| secret.source != SecretSource::None);
    let field = after.or(before)?.field.to_owned();
    let is_new = match (before, after) {
        (Some(before), Some(after)) => {
            sealed.contains(&after.stored_as) || before.hash != after.hash || before.source != after.source
        }
        _ => is_set(before) || is_set(after),
    };
    let words = |is_set: bool| Some(if is_set { "set" } else { "not set" }.to_owned());
    let now = match (is_set(before), is_set(after)) {
        (true, true) => Some("changed".to_owned()),
        (_, set) => words(set),
    };
    is_new.then(|| FieldChange {
        field,
        before: before.and_then(|_| words(is_set(before))),
        after: after.and(now),
    })
}

/// Longer values are kept as a hash: it is told that they differ, and they are looked up in the file.
const SHOWN_CHARS_MAX: usize = 120;

/// The fields of a setting, to be compared later.
pub(super) fn fingerprint(form: &Value) -> BTreeMap<String, String> {
    let short = |value: &Value| {
        let text = value.to_string();
        if text.chars().count() <= SHOWN_CHARS_MAX {
            return text;
        }
        Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    };
    match form {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), short(value))).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            BTreeMap::new()
        }
    }
}
