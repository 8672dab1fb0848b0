//! How sizes, times and foreign texts are written, in the TUI and on the command line alike.
//!
//! Release names come from the net: [`clean`] is the one place that takes out what could steer a terminal.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Whether a character could steer the terminal or turn the reading order round.
fn is_hostile(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The text without control characters, bidi overrides and invisible ones; tabs and line ends become spaces.
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hostile) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.chars()
            .filter_map(|character| match character {
                '\t' | '\n' | '\r' => Some(' '),
                other if is_hostile(other) => None,
                other => Some(other),
            })
            .collect(),
    )
}

/// Columns that a text takes.
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// The text in at most `columns`, with `…` where it was cut.
pub fn cut(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    if columns == 0 {
        return Cow::Borrowed("");
    }
    let mut out = String::new();
    let mut used = 0;
    for character in text.chars() {
        let wide = character.width().unwrap_or(0);
        if used + wide > columns - 1 {
            break;
        }
        used += wide;
        out.push(character);
    }
    out.push('…');
    Cow::Owned(out)
}

/// The text filled up with spaces to `columns`, or cut to them.
pub fn fit(text: &str, columns: usize) -> String {
    let cut = cut(text, columns);
    let missing = columns.saturating_sub(width(&cut));
    format!("{cut}{:missing$}", "")
}

/// Bytes for people: `14.1 GiB`.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut divisor = 1024_u64;
    let mut unit = "KiB";
    for name in UNITS {
        unit = name;
        if bytes / divisor < 1024 || name == "PiB" {
            break;
        }
        divisor *= 1024;
    }
    let tenths = u128::from(bytes) * 10 / u128::from(divisor);
    format!("{}.{} {unit}", tenths / 10, tenths % 10)
}

/// Bytes for a narrow column: `14.1G`; `-` for none.
pub fn size_short(bytes: u64) -> String {
    if bytes == 0 {
        return "-".to_owned();
    }
    size(bytes).replace(" B", "B").replace("iB", "").replace(' ', "")
}

/// Seconds for a narrow column: `45s`, `7m`, `3h 10m`, `9d`, `2y`.
pub fn span(seconds: u64) -> String {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    const YEAR: u64 = 365 * DAY;
    match seconds {
        s if s < MINUTE => format!("{s}s"),
        s if s < HOUR => format!("{}m", s / MINUTE),
        s if s < 10 * HOUR && s % HOUR >= MINUTE => format!("{}h {}m", s / HOUR, s % HOUR / MINUTE),
        s if s < DAY => format!("{}h", s / HOUR),
        s if s < 2 * YEAR => format!("{}d", s / DAY),
        s => format!("{}y", s / YEAR),
    }
}

/// How long ago, for a narrow column. What lies ahead is 0 seconds old.
pub fn age(now: Timestamp, then: Timestamp) -> String {
    span(u64::try_from(now.as_second() - then.as_second()).unwrap_or(0))
}

/// How long ago where nothing counts seconds: `<1m` below a minute, so that a screen that stands still is right.
pub fn age_roughly(now: Timestamp, then: Timestamp) -> String {
    if now.as_second() - then.as_second() < 60 { "<1m".to_owned() } else { age(now, then) }
}

/// How far ahead, e.g. `in 12m`; `now` when it is past.
pub fn ahead(now: Timestamp, then: Timestamp) -> String {
    match u64::try_from(then.as_second() - now.as_second()) {
        Ok(0) | Err(_) => "now".to_owned(),
        Ok(seconds) => format!("in {}", span(seconds)),
    }
}

/// A time of day in the user's zone: `2026-11-24 17:40`.
pub fn when(time: Timestamp, zone: &TimeZone) -> String {
    time.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// `title (year)`, or the title alone when the year is not known.
pub fn titled(title: &str, year: u16) -> String {
    if year == 0 { clean(title).into_owned() } else { format!("{} ({year})", clean(title)) }
}

/// `1 movie`, `2 movies`.
pub fn count(number: u64, noun: &str) -> String {
    if number == 1 {
        return format!("1 {noun}");
    }
    let stem = noun.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o']));
    match stem {
        Some(stem) => format!("{number} {stem}ies"),
        None if noun.ends_with("ch") => format!("{number} {noun}es"),
        None => format!("{number} {noun}s"),
    }
}

/// A release group with its reputation, where something is known of it.
pub fn group(group: Option<&str>, reputation: Option<u8>) -> String {
    match (group, reputation) {
        (Some(group), Some(score)) => format!("{group} ({score} of 100)"),
        (group, _) => group.unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sizes_are_written_with_one_digit_and_a_unit() {
        for (bytes, long, short) in [
            (0, "0 B", "-"),
            (1023, "1023 B", "1023B"),
            (1024, "1.0 KiB", "1.0K"),
            (15_139_209_216, "14.0 GiB", "14.0G"),
            (u64::MAX, "16383.9 PiB", "16383.9P"),
        ] {
            assert_eq!(size(bytes), long);
            assert_eq!(size_short(bytes), short);
        }
    }

    #[test]
    fn spans_are_short() {
        for (seconds, want) in [
            (0, "0s"),
            (59, "59s"),
            (60, "1m"),
            (11_400, "3h 10m"),
            (7200, "2h"),
            (86_400, "1d"),
            (86_400 * 729, "729d"),
            (86_400 * 800, "2y"),
        ] {
            assert_eq!(span(seconds), want);
        }
    }

    #[test]
    fn a_release_name_cannot_steer_the_terminal() {
        assert_eq!(clean("a\u{1b}[2Jb\u{202e}c\td\u{9b}"), "a[2Jbc d");
        assert!(matches!(clean("東京の夜"), Cow::Borrowed(_)));
    }

    #[test]
    fn numbers_agree_with_their_nouns() {
        for (number, noun, want) in [
            (1, "movie", "1 movie"),
            (2, "query", "2 queries"),
            (0, "search", "0 searches"),
            (3, "day", "3 days"),
        ] {
            assert_eq!(count(number, noun), want);
        }
    }

    proptest! {
        #[test]
        fn a_cut_text_never_takes_more_than_its_columns(text in "\\PC{0,40}", columns in 0_usize..50) {
            let text = clean(&text).into_owned();
            prop_assert!(width(&cut(&text, columns)) <= columns);
            prop_assert_eq!(width(&fit(&text, columns)), columns);
        }
    }
}
