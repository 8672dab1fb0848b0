//! What the daemon tells about itself: [`logs`] for people and collectors, [`metrics`] for Prometheus, traces for
//! OpenTelemetry.

pub mod logs;
pub mod metrics;
#[cfg(feature = "otlp")]
mod traces;
