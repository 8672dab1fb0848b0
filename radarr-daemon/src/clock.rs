//! The only place that reads the time; everything else takes `now` as an argument.

use jiff::Timestamp;

/// The time of the system's clock.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub fn now() -> Timestamp {
    Timestamp::now()
}
