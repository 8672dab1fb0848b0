//! The whole storage as one text file, and back.
//!
//! A file is JSON, one [`Line`](line::Line) each: a head, documents, events, an end that says how many there were, so
//! that a half file is noticed. What a later line says of a document goes before an earlier one. Secrets are in it
//! only encrypted, and the key (`secret.key`) is not in it: keep that file as well.

mod daily;
mod export;
mod import;
mod line;
#[cfg(test)]
mod tests;

pub use daily::backup;
pub use export::{Exported, export};
pub use import::{ImportError, Imported, import};
