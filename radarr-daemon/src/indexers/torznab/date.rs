//! Dates as feeds write them: RFC 2822 by right, and what else is found in the wild.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::tz::TimeZone;

/// Longer texts are no dates.
const DATE_BYTES_MAX: usize = 64;
/// A wrong day of the week says nothing against the date.
const RFC_2822: DateTimeParser = DateTimeParser::new().relaxed_weekday(true);
/// With an offset in digits.
const WITH_OFFSET: [&str; 4] =
    ["%Y-%m-%d %H:%M:%S %z", "%Y-%m-%dT%H:%M:%S%z", "%a, %d %b %Y %H:%M:%S %z", "%d %b %Y %H:%M:%S %z"];
/// Without one: taken as UTC.
const WITHOUT_OFFSET: [&str; 12] = [
    "%a, %d %b %Y %H:%M:%S",
    "%A, %d %B %Y %H:%M:%S",
    "%d %b %Y %H:%M:%S",
    "%d %B %Y %H:%M:%S",
    "%a, %d %b %Y %H:%M",
    "%d %b %Y %H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%m/%d/%Y %H:%M:%S",
    "%a %b %d %H:%M:%S %Y",
];
/// A day alone: its beginning.
const DAY: [&str; 3] = ["%Y-%m-%d", "%d %b %Y", "%a, %d %b %Y"];

/// The moment that a text says; a zone that is not known, and none at all, are UTC.
pub fn parse_date(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.is_empty() || text.len() > DATE_BYTES_MAX {
        return None;
    }
    if let Ok(at) = RFC_2822.parse_timestamp(text) {
        return Some(at);
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    if let Some(at) = WITH_OFFSET.iter().find_map(|format| Timestamp::strptime(format, text).ok()) {
        return Some(at);
    }
    if text.len() >= 9 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Timestamp::from_second(text.parse().ok()?).ok();
    }
    let text = without_zone(text);
    let with_time = WITHOUT_OFFSET.iter().find_map(|format| DateTime::strptime(format, text).ok());
    let day = || DAY.iter().find_map(|format| jiff::civil::Date::strptime(format, text).ok());
    let at = with_time.or_else(|| day().map(DateTime::from))?;
    Some(at.to_zoned_datetime(TimeZone::UTC).ok()?.timestamp())
}

/// Without the letters of a zone at the end, such as ` CEST`.
fn without_zone(text: &str) -> &str {
    match text.rsplit_once(' ') {
        Some((date, zone))
            if (1..=5).contains(&zone.len()) && zone.bytes().all(|b| b.is_ascii_uppercase()) =>
        {
            date.trim_end()
        }
        Some(_) | None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_their_odd_forms() {
        for (text, want) in [
            ("Sat, 14 Mar 2015 17:10:42 -0400", "2015-03-14T21:10:42Z"),
            ("Wed, 07 Aug 2013 20:37:48 +0000", "2013-08-07T20:37:48Z"),
            ("Wed, 07 Aug 2013 18:08:46 MST", "2013-08-08T01:08:46Z"),
            ("Wed, 07 Aug 2013 18:08:46 GMT", "2013-08-07T18:08:46Z"),
            ("Mon, 07 Aug 2013 18:08:46 +0000", "2013-08-07T18:08:46Z"),
            ("Wed, 07 Aug 2013 18:08:46 CEST", "2013-08-07T18:08:46Z"),
            ("Wed, 7 Aug 2013 18:08:46", "2013-08-07T18:08:46Z"),
            ("07 Aug 2013 18:08", "2013-08-07T18:08:00Z"),
            ("2013-08-07T18:08:46+02:00", "2013-08-07T16:08:46Z"),
            ("2013-08-07T18:08:46Z", "2013-08-07T18:08:46Z"),
            ("2013-08-07 18:08:46", "2013-08-07T18:08:46Z"),
            ("2013-08-07 18:08:46 +0200", "2013-08-07T16:08:46Z"),
            ("2012/02/27 16:09:39", "2012-02-27T16:09:39Z"),
            ("2013-08-07", "2013-08-07T00:00:00Z"),
            ("1375898926", "2013-08-07T18:08:46Z"),
        ] {
            assert_eq!(parse_date(text).map(|at| at.to_string()).as_deref(), Some(want), "{text}");
        }
        for nothing in ["", "yesterday", "12345", "Wed, 41 Aug 2013 18:08:46 +0000", &"9".repeat(100)] {
            assert_eq!(parse_date(nothing), None, "{nothing}");
        }
    }
}
