//! What is managed and is not as it was declared: somebody changed it past the guard (an older daemon, an import into
//! the storage, a restored backup).

use std::collections::BTreeMap;

use super::difference::fingerprint;
use super::known::{Known, Thing};
use crate::settings::managed::{Managed, Manager};
use crate::storage::{SharedStore, StoreError};

/// A managed setting that is not as it was declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// Its section.
    pub section: String,
    /// Its name.
    pub name: String,
    /// Who manages it.
    pub by: Manager,
    /// What differs, in words; empty = it is gone.
    pub fields: Vec<String>,
}

/// All that is not as it was declared.
pub async fn drifts(store: &SharedStore) -> Result<Vec<Drift>, StoreError> {
    let marks: Vec<Managed> = store.load_all().await?;
    if marks.is_empty() {
        return Ok(Vec::new());
    }
    let things = Known::read(store).await?.things();
    let things: BTreeMap<String, &Thing> =
        things.iter().map(|thing| (Managed::mark_of(&thing.key), thing)).collect();
    let mut drifts = Vec::new();
    for mark in marks {
        let now = things.get(&mark.of).map(|thing| fingerprint(&thing.form));
        let fields = match &now {
            None => Vec::new(),
            Some(now) if *now == mark.declared => continue,
            Some(now) => differing(&mark.declared, now),
        };
        // A field that only one of two versions knows is no difference.
        if now.is_some() && fields.is_empty() {
            continue;
        }
        drifts.push(Drift { section: mark.section, name: mark.name, by: mark.by, fields });
    }
    Ok(drifts)
}

/// Longer values are left out.
const SHOWN_CHARS_MAX: usize = 40;

fn differing(declared: &BTreeMap<String, String>, now: &BTreeMap<String, String>) -> Vec<String> {
    let short = |text: &str| text.chars().count() <= SHOWN_CHARS_MAX;
    let fields = declared.iter().filter_map(|(field, declared)| {
        let now = now.get(field)?;
        if now == declared {
            return None;
        }
        Some(if short(declared) && short(now) {
            format!("{field} is {now} and not {declared}")
        } else {
            format!("{field} is another one")
        })
    });
    fields.collect()
}
