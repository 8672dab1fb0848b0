//! What lasts: documents with versions, one log of events, and commits of both together (D1 to D4).
//!
//! Read [`store`] first: the contract, in words and as a trait. [`commit`] is what a change is made of,
//! [`documents`] which types are stored where, [`sled`] the embedded storage. `contract` holds the tests that every
//! storage must pass.

mod commit;
#[cfg(test)]
mod contract;
mod documents;
mod error;
pub mod sled;
mod store;

pub use commit::{Change, Commit, Committed, Expect, NewEvent, Write};
pub use documents::{Document, DocumentId, Only, number_id};
pub use error::StoreError;
pub use store::{
    BODY_BYTES_MAX, Collection, DocKey, EVENTS_PAGE_MAX, EventPage, HistoryRange, Maintained, Retention,
    SharedStore, Store, StoreHealth, StoredDoc,
};
