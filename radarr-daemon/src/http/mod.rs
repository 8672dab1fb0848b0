//! HTTP for machines: probes and information on one port, Prometheus on another (D18).
//!
//! `/health` says that the process lives and looks at nothing outside; `/ready` says whether it can serve, and why
//! not; `/ping` is what Radarr answers there. These anybody may ask, the first two on both ports. `/info` is for people
//! and needs a token ([`authorise`]).

pub mod authorise;
mod probes;
mod serve;
#[cfg(test)]
mod tests;

pub use authorise::Guard;
pub use probes::{InfoSource, Readiness, Reason, metrics_router, router as probe_router};
pub use serve::{
    BODY_BYTES_MAX, Door, HEADER_BYTES_MAX, HEADER_TIME_MAX, HEADERS_MAX, Listening, Peer, REFUSALS_MAX,
    listen,
};
