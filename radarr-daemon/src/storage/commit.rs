//! What a change is made of: documents with what is expected of them, and events, all or nothing.

use std::sync::Arc;

use jiff::Timestamp;
use radarr_proto::model::{Cursor, DocVersion, Event, EventKind, MovieId};

use super::{DocKey, Document, StoreError};

/// What a commit expects of a document that it writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// It does not exist.
    Absent,
    /// It has this version.
    Version(DocVersion),
    /// Whatever is there.
    Any,
}

impl Expect {
    /// Whether `found` is as expected.
    pub fn holds(self, found: Option<DocVersion>) -> bool {
        match self {
            Self::Absent => found.is_none(),
            Self::Version(version) => found == Some(version),
            Self::Any => true,
        }
    }

    pub(super) fn words(self) -> String {
        match self {
            Self::Absent => "nothing was expected there".to_owned(),
            Self::Version(version) => format!("version {version} was expected"),
            Self::Any => "anything was expected".to_owned(),
        }
    }
}

/// What happens to a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// This JSON text is what it is from now on.
    Put(Vec<u8>),
    /// It goes.
    Delete,
    /// It stays as it is; the commit is only based on it.
    Keep,
}

/// One document in a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// Which.
    pub key: DocKey,
    /// What must be there.
    pub expect: Expect,
    /// What happens to it.
    pub change: Change,
}

/// An event before it has its place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Which movie it is about.
    pub movie_id: Option<MovieId>,
    /// What happened.
    pub kind: EventKind,
    /// When, where that was not at the time of the commit: what another program tells of its past.
    pub at: Option<Timestamp>,
}

/// A change: all of it is kept, or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// The documents. A key may be there once.
    pub writes: Vec<Write>,
    /// The events, in their order.
    pub events: Vec<NewEvent>,
    /// Who: a principal's name, or `system`.
    pub actor: String,
    /// The request or job that it came from.
    pub request_id: Option<String>,
    /// From where a caller connected.
    pub from: Option<String>,
    /// When.
    pub at: Timestamp,
    /// A document that could not be written as JSON; told by the storage's `commit`.
    pub(super) refused: Option<StoreError>,
}

impl Commit {
    /// An empty change.
    pub fn new(actor: impl Into<String>, at: Timestamp) -> Self {
        Self {
            writes: Vec::new(),
            events: Vec::new(),
            actor: actor.into(),
            request_id: None,
            from: None,
            at,
            refused: None,
        }
    }

    /// Names the request or job that it came from.
    #[must_use]
    pub fn request(mut self, request_id: Option<String>) -> Self {
        self.request_id = request_id;
        self
    }

    /// Names the place that a caller connected from.
    #[must_use]
    pub fn from(mut self, from: Option<String>) -> Self {
        self.from = from;
        self
    }

    /// Writes a document.
    #[must_use]
    pub fn put<T: Document>(mut self, document: &T, expect: Expect) -> Self {
        let key = document.key();
        match serde_json::to_vec(document) {
            Ok(body) => self.writes.push(Write { key, expect, change: Change::Put(body) }),
            Err(error) => {
                let refused = StoreError::Corrupt { what: key.to_string(), why: error.to_string() };
                self.refused.get_or_insert(refused);
            }
        }
        self
    }

    /// Deletes a document. Deleting what is not there is fine with [`Expect::Any`].
    #[must_use]
    pub fn delete<T: Document>(mut self, id: T::Id, expect: Expect) -> Self {
        self.writes.push(Write { key: T::key_of(&id), expect, change: Change::Delete });
        self
    }

    /// Leaves a document as it is, but holds only if it is as expected.
    #[must_use]
    pub fn guard<T: Document>(mut self, id: T::Id, expect: Expect) -> Self {
        self.writes.push(Write { key: T::key_of(&id), expect, change: Change::Keep });
        self
    }

    /// Adds a document that was put together elsewhere, e.g. a job's.
    #[must_use]
    pub fn write(mut self, write: Write) -> Self {
        self.writes.push(write);
        self
    }

    /// Adds an event.
    #[must_use]
    pub fn event(mut self, movie_id: Option<MovieId>, kind: EventKind) -> Self {
        self.events.push(NewEvent { movie_id, kind, at: None });
        self
    }

    /// Adds an event of the past. It takes its place at the end of the log all the same.
    #[must_use]
    pub fn event_at(mut self, at: Timestamp, movie_id: Option<MovieId>, kind: EventKind) -> Self {
        self.events.push(NewEvent { movie_id, kind, at: Some(at) });
        self
    }

    /// Adds all of `other`; who, when and which request stay as they are here.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.writes.extend(other.writes);
        self.events.extend(other.events);
        self.refused = self.refused.or(other.refused);
        self
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty() && self.events.is_empty()
    }
}

/// What became of a commit that was kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Committed {
    /// The version that every document of the commit has now.
    pub version: DocVersion,
    /// The newest event after the commit; its own last one, if it had any.
    pub cursor: Cursor,
    /// Its events with their places.
    pub events: Vec<Arc<Event>>,
}
