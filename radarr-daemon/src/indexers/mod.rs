//! Indexers: where releases are listed, searched and fetched.
//!
//! [`indexer`] is what all have in common, [`hdbits`] and [`torznab`] are those that there are; [`budget`] and
//! [`backoff`] say when an indexer may be asked, as plain values that [`ledger`] keeps in the storage over restarts
//! (D17).

pub mod backoff;
pub mod budget;
pub mod error;
pub mod hdbits;
pub mod indexer;
pub mod ledger;
pub mod torznab;

pub use error::IndexerError;
pub use indexer::{Fetched, Indexer, ListedBy, Page, Query, Step};
pub(crate) use ledger::check_budget;
