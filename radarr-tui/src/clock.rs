//! The only place that reads the time; everything else takes `now` as an argument.

use jiff::Timestamp;

/// The time.
#[expect(clippy::disallowed_methods, reason = "this is the place that reads the clock")]
pub fn now() -> Timestamp {
    Timestamp::now()
}
