//! Qualities: which exist by default and how large they may be, how a profile orders them, what counts as an
//! upgrade, and whether a profile makes sense.
//!
//! What a *name* says of its quality is told in [`super::parse`]; the table of all qualities is
//! [`radarr_proto::model::Quality`]. Read [`upgrade`] next: it is what most decisions turn on.

pub mod defaults;
pub mod find;
pub mod order;
pub mod size;
pub mod upgrade;
pub mod validate;

pub use find::find_quality;
