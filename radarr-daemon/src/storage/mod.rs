//! What lasts: documents with versions, one log of events, and commits of both together (D1 to D4).
//!
//! Read [`store`] first: the contract, in words and as a trait. [`commit`] is what a change is made of,
//! [`documents`] which types are stored where, [`sled`] the embedded storage, `postgres` the one that several daemons
//! share, `open` the choice between them, [`snapshot`] everything at one moment, `trial` a change that is tried out
//! before it is kept. `contract` holds the tests that every storage must pass, `figures` what is measured of each.

mod commit;
#[cfg(test)]
mod contract;
mod documents;
mod error;
#[cfg(test)]
mod figures;
mod open;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod sled;
mod snapshot;
mod store;
mod trial;

pub use commit::{Change, Commit, Committed, Expect, NewEvent, Write};
pub use documents::{Document, DocumentId, Only, number_id};
pub use error::StoreError;
pub use open::{Schema, look_into, open};
pub use snapshot::{Compacted, Disagreement, Filled, Marks, SNAPSHOT_PAGE, Snapshot, VERSIONS_SKIPPED};
pub use store::{
    AuditPage, AuditRange, BODY_BYTES_MAX, Collection, DISAGREEMENTS_MAX, DocKey, EVENTS_PAGE_MAX, EventPage,
    HistoryRange, Maintained, RESERVED_FOR, Retention, SharedStore, Store, StoreHealth, StoredDoc,
};
pub use trial::{Gathered, Trial};
