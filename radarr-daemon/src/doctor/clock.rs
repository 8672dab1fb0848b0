//! This machine's clock beside that of TMDB's server and of the database.

use jiff::{SignedDuration, Timestamp};

use super::line::Line;
use crate::clock;
use crate::config::Config;
use crate::net::Http;

const CLOCK: &str = "clock";
/// A server's header has whole seconds, and the way takes a moment.
const FINE: SignedDuration = SignedDuration::from_secs(5);
/// From here on tokens, certificates and leases go wrong.
const BAD: SignedDuration = SignedDuration::from_mins(2);
/// An answer of any kind carries the time; its body does not matter.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// What a clock elsewhere says of ours.
pub(super) fn compared(whose: &str, theirs: Timestamp, ours: Timestamp) -> Line {
    let off = theirs.duration_until(ours);
    let seconds = off.as_secs();
    let message = match seconds {
        0 => format!("agrees with that of {whose}"),
        seconds if seconds > 0 => format!("{seconds} s ahead of that of {whose}"),
        seconds => format!("{} s behind that of {whose}", -seconds),
    };
    let hint = "let NTP set this machine's clock: timedatectl set-ntp true";
    if off.abs() <= FINE {
        Line::ok(CLOCK, message)
    } else if off.abs() <= BAD {
        Line::warning(CLOCK, message, hint)
    } else {
        Line::problem(CLOCK, message, hint)
    }
}

/// Asks TMDB's server for the time.
pub(super) async fn of_tmdb(config: &Config, http: &Http) -> Vec<Line> {
    let Ok(url) = url::Url::parse(&config.tmdb.base_url) else {
        let message = format!("tmdb.base_url = {:?} is no address", config.tmdb.base_url);
        return vec![Line::problem("tmdb", message, "write it as https://api.themoviedb.org/3")];
    };
    let host = url.host_str().unwrap_or("TMDB").to_owned();
    match http.send(http.get(url), BODY_BYTES_MAX).await {
        Ok(answer) => {
            let date = answer.headers.get("date").and_then(|date| date.to_str().ok());
            let date = date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
            date.map(|date| compared(&host, date.timestamp(), clock::now())).into_iter().collect()
        }
        Err(error) => vec![Line::problem(
            "tmdb",
            format!("{host} can't be reached: {error}"),
            "see whether this machine reaches the net: its DNS, its proxy, a firewall",
        )],
    }
}

#[cfg(test)]
mod tests {
    use super::super::line::State;
    use super::*;

    #[test]
    fn a_clock_may_be_some_seconds_off_and_not_minutes() {
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        let state = |ours: i64| compared("x", at(1000), at(ours)).state;
        assert_eq!((state(1000), state(995), state(1006)), (State::Ok, State::Ok, State::Warning));
        assert_eq!((state(880), state(1121), state(1)), (State::Warning, State::Problem, State::Problem));
    }
}
