//! Disks that do what a test says: one of some megabytes or of FUSE's (`mounted.rs`), one that is full when a test
//! wants it (`shim.rs`), one whose writes are recorded (`record.rs`) so that a power cut can be played on them
//! (`power_cut.rs`).

mod mounted;
pub mod power_cut;
mod record;
mod shim;

pub use mounted::MountedDisk;
pub use record::{Record, Step};
pub use shim::Shim;
