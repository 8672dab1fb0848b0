//! The secrets that files refer to: sent along by a client, or read where the daemon runs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use radarr_proto::declared::SecretRef;
use radarr_proto::model::SecretText;

use crate::config::read_secret;

/// The secrets by their references, or why one is not to be had.
#[derive(Debug, Clone, Default)]
pub(super) struct Secrets {
    values: BTreeMap<String, Result<SecretText, String>>,
    /// Those that are to be taken over although another one is stored; `None` = all.
    news: Option<BTreeSet<String>>,
}

impl Secrets {
    /// What a client sent.
    pub(super) fn sent(values: BTreeMap<String, SecretText>) -> Self {
        Self { values: values.into_iter().map(|(key, value)| (key, Ok(value))).collect(), news: None }
    }

    /// Reads them on this machine; a path is meant from `folder`. Blocks.
    pub(super) fn here(references: &[SecretRef], folder: &Path) -> Self {
        let read = |reference: &SecretRef| match reference {
            SecretRef::Env(name) => match std::env::var(name) {
                Ok(value) => Ok(SecretText::new(value)),
                Err(_) => Err(format!("the variable {name} is not set where the daemon runs")),
            },
            SecretRef::File(path) => read_secret(&folder.join(path)),
        };
        let wanted = references.iter().filter(|reference| !reference.is_placeholder());
        Self { values: wanted.map(|reference| (reference.key(), read(reference))).collect(), news: None }
    }

    /// Those that are other than `before`. On a shared storage each daemon has files of its own, which do not change
    /// in the same moment: who has not seen a change must not put the old secret back.
    pub(super) fn other_than(&self, before: &Self) -> BTreeSet<String> {
        let keys = self.values.iter().filter(|(key, value)| before.values.get(*key) != Some(value));
        keys.map(|(key, _)| key.clone()).collect()
    }

    /// The same, of which only these are to be taken over where another one is stored.
    pub(super) fn with_news(&self, news: BTreeSet<String>) -> Self {
        Self { news: Some(news), ..self.clone() }
    }

    /// A secret, and whether it is to be taken over although another one is stored.
    pub(super) fn get(&self, reference: &SecretRef) -> Result<(SecretText, bool), String> {
        let key = reference.key();
        let found = self.values.get(&key).cloned();
        let value = found.unwrap_or_else(|| Err(format!("{key} did not come with the file")))?;
        let value = SecretText::new(value.expose().trim());
        if value.is_empty() {
            return Err(format!("{key} is empty"));
        }
        Ok((value, self.news.as_ref().is_none_or(|news| news.contains(&key))))
    }
}
