//! Starts programs for tests and for the demo, and ends them: the daemon, the command line, qBittorrent.
//!
//! Nothing is built here; the programs are those beside the running one (`binaries.rs`). Each runs in a folder of its
//! own, on loopback, and is ended by its process id when its handle is dropped. `scene.rs` puts all together.

pub mod binaries;
mod cli;
mod daemon;
pub mod disk;
mod eventually;
mod free_port;
pub mod postgres;
mod process;
mod qbittorrent;
mod scene;
mod slow_way;

pub use cli::{Cli, Said};
pub use daemon::{Daemon, DaemonSettings};
pub use eventually::eventually;
pub use free_port::free_port;
pub use process::Process;
pub use qbittorrent::RealQbittorrent;
pub use scene::{DownloadProgram, Scene, SceneSettings, WhichClient};
pub use slow_way::SlowWay;
