//! In whose name a step is taken.

use jiff::Timestamp;

use crate::storage::Commit;

/// Who wants it, and which request or job it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct By {
    /// A principal's name, or `system`.
    pub actor: String,
    /// The request or job.
    pub request_id: Option<String>,
    /// From where a caller connected: `unix` or an address.
    pub from: Option<String>,
    /// Whether a file of settings is applied: that alone may change what such a file manages.
    pub declares: bool,
}

impl By {
    /// A person or a program that called.
    pub fn caller(name: &str, request_id: impl Into<String>) -> Self {
        Self { actor: name.to_owned(), request_id: Some(request_id.into()), from: None, declares: false }
    }

    /// The daemon itself, in a job.
    pub fn job(request_id: impl Into<String>) -> Self {
        Self { actor: "system".to_owned(), request_id: Some(request_id.into()), from: None, declares: false }
    }

    /// The same, with the place that the caller connected from.
    #[must_use]
    pub fn from(self, from: &str) -> Self {
        Self { from: Some(from.to_owned()), ..self }
    }

    /// The same, applying a file of settings.
    #[must_use]
    pub fn declaring(self) -> Self {
        Self { declares: true, ..self }
    }

    /// The daemon itself, of its own accord.
    pub fn system() -> Self {
        Self { actor: "system".to_owned(), request_id: None, from: None, declares: false }
    }

    /// An empty change in this name.
    pub fn commit(&self, now: Timestamp) -> Commit {
        Commit::new(self.actor.clone(), now).request(self.request_id.clone()).from(self.from.clone())
    }
}
