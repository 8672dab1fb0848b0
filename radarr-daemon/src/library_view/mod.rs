//! The library in memory: what a list needs of each movie, always in step with the log of events.
//!
//! Built from the storage at the start, then kept up by one task that follows the log ([`LibraryView::follow`]).
//! Readers get snapshots that nobody changes under them. Details of a movie are read from the storage. Files:
//! [`row`] (what is kept of a movie), [`page`] (lists, filters, counts), [`view`] (building and following),
//! [`titles`] (which movies a release may be).

mod page;
mod row;
#[cfg(test)]
mod tests;
mod titles;
mod view;

pub use page::Counts;
pub use view::{LibraryView, Snapshot};
