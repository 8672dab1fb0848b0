//! What a stand-in was asked, so that a test can say what must be asked, how often, and where a secret must not be.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::request::Parts;
use serde::Serialize;
use serde_json::{Value, json};

/// Requests that are kept; older ones are only counted.
const KEPT_MAX: usize = 10_000;
/// Bytes of a request's body that are kept.
const BODY_BYTES_MAX: usize = 4_096;

/// One request. Secrets in it are written `***`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// `GET`, `POST`.
    pub method: String,
    /// Path.
    pub path: String,
    /// What stands behind the `?`.
    pub query: String,
    /// The body's start.
    pub body: String,
}

#[derive(Debug, Default)]
struct Notes {
    counts: BTreeMap<String, u64>,
    secrets: BTreeMap<String, u64>,
    kept: Vec<Seen>,
}

/// All requests of one stand-in. Clones share them.
#[derive(Debug, Clone)]
pub struct Requests {
    secrets: Arc<Vec<String>>,
    notes: Arc<Mutex<Notes>>,
}

impl Requests {
    pub(super) fn new(secrets: &[&str]) -> Self {
        let secrets = secrets.iter().filter(|secret| !secret.is_empty()).map(|secret| (*secret).to_owned());
        Self { secrets: Arc::new(secrets.collect()), notes: Arc::default() }
    }

    pub(super) fn note(&self, parts: &Parts, body: &[u8]) {
        let path = self.masked(parts.uri.path());
        let query = parts.uri.query().unwrap_or_default();
        let body_text = String::from_utf8_lossy(body.get(..BODY_BYTES_MAX).unwrap_or(body));
        let headers: Vec<_> =
            parts.headers.values().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        let headers = headers.join("\n");
        let places =
            [("path", parts.uri.path()), ("query", query), ("body", &body_text), ("header", &headers)];
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        for (place, text) in places {
            if self.secrets.iter().any(|secret| text.contains(secret)) {
                *notes.secrets.entry(format!("{place} of {path}")).or_default() += 1;
            }
        }
        *notes.counts.entry(path.clone()).or_default() += 1;
        if notes.kept.len() < KEPT_MAX {
            let (query, body) = (self.masked(query), self.masked(&body_text));
            notes.kept.push(Seen { method: parts.method.to_string(), path, query, body });
        }
    }

    fn masked(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, "***"))
    }

    /// How often a path was asked for.
    pub fn count(&self, path: &str) -> u64 {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).counts.get(path).copied().unwrap_or(0)
    }

    /// How many requests there were.
    pub fn total(&self) -> u64 {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).counts.values().sum()
    }

    /// Where secrets were seen: `body of /api/torrents`, `query of /download.php`.
    pub fn places_of_secrets(&self) -> Vec<String> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).secrets.keys().cloned().collect()
    }

    /// The requests, oldest first.
    pub fn all(&self) -> Vec<Seen> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).kept.clone()
    }

    /// Forgets them.
    pub fn clear(&self) {
        *self.notes.lock().unwrap_or_else(PoisonError::into_inner) = Notes::default();
    }

    pub(super) fn shown(&self) -> Value {
        let notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        json!({ "paths": notes.counts, "secrets": notes.secrets, "requests": notes.kept })
    }
}
