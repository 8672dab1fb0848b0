//! HTTP for machines: probes and information on one port, Prometheus on another (D18).
//!
//! `/health` says that the process lives and looks at nothing outside; `/ready` says whether it can serve, and why
//! not; `/info` is for people; `/ping` is what Radarr answers there.

mod probes;
mod serve;

pub use probes::{InfoSource, Readiness, Reason, router as probe_router};
pub use serve::{Listening, listen, metrics_router};
