//! Indexers: where releases are listed, searched and fetched.
//!
//! [`indexer`] is what all have in common, [`hdbits`] is one of them; [`budget`] and [`backoff`] say when an
//! indexer may be asked, as plain values that [`ledger`] keeps in the storage over restarts (D17).

pub mod backoff;
pub mod budget;
pub mod error;
pub mod hdbits;
pub mod indexer;
pub mod ledger;

pub use error::IndexerError;
pub use indexer::{Indexer, ListedBy, Query};
