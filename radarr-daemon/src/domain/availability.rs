//! From when on a movie counts as available. The time is an argument.
//!
//! Source: Radarr's `Movie.GetReleaseDate` and `Movie.IsAvailable`.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use radarr_proto::model::{MinimumAvailability, ReleaseDates, SourcedDate};

/// What the settings say of availability.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AvailabilityRules {
    /// Days added to the date; may be negative.
    pub delay_days: i32,
    /// Days after cinemas from which a movie without other dates counts as released; 0 = never.
    pub released_after_cinemas_days: u32,
}

impl Default for AvailabilityRules {
    /// Radarr's figures.
    fn default() -> Self {
        Self { delay_days: 0, released_after_cinemas_days: 90 }
    }
}

/// The date that availability hangs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// First in cinemas.
    InCinemas,
    /// First in digital shops.
    Digital,
    /// First on disc.
    Physical,
    /// So many days after cinemas, because nothing else is known.
    AfterCinemas {
        /// How many.
        days: u32,
    },
}

/// From when on a movie is available.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Available {
    /// At once.
    Always,
    /// From this time on.
    From {
        /// The time, the delay added.
        at: Timestamp,
        /// What it is told from.
        basis: Basis,
    },
    /// Not as long as no date is known.
    Never,
}

impl Available {
    /// Whether it is available now.
    pub fn is_reached(self, now: Timestamp) -> bool {
        match self {
            Self::Always => true,
            Self::From { at, .. } => now >= at,
            Self::Never => false,
        }
    }

    /// For people: `from 2024-05-01 (on disc)`.
    pub fn in_words(self) -> String {
        match self {
            Self::Always => "at once".to_owned(),
            Self::Never => "no release date is known".to_owned(),
            Self::From { at, basis } => {
                let date = TimeZone::UTC.to_datetime(at).date();
                match basis {
                    Basis::InCinemas => format!("from {date} (in cinemas)"),
                    Basis::Digital => format!("from {date} (digital release)"),
                    Basis::Physical => format!("from {date} (on disc)"),
                    Basis::AfterCinemas { days } => format!("from {date} ({days} days after cinemas)"),
                }
            }
        }
    }
}

/// From when on a movie with these dates is available to who waits for `minimum`.
pub fn available_from(
    dates: &ReleaseDates,
    minimum: MinimumAvailability,
    rules: AvailabilityRules,
) -> Available {
    let found = match minimum {
        MinimumAvailability::Tba | MinimumAvailability::Announced => return Available::Always,
        MinimumAvailability::InCinemas => {
            date(dates.in_cinemas.as_ref(), Basis::InCinemas).or_else(|| released(dates, rules))
        }
        MinimumAvailability::Released | MinimumAvailability::Unknown => released(dates, rules),
    };
    match found.and_then(|(date, basis)| Some((moment(date, rules.delay_days)?, basis))) {
        Some((at, basis)) => Available::From { at, basis },
        None => Available::Never,
    }
}

/// The earlier of disc and digital; without both, some days after cinemas.
fn released(dates: &ReleaseDates, rules: AvailabilityRules) -> Option<(Date, Basis)> {
    let digital = date(dates.digital.as_ref(), Basis::Digital);
    let physical = date(dates.physical.as_ref(), Basis::Physical);
    let earlier = digital.into_iter().chain(physical).min_by_key(|(date, _)| *date);
    earlier.or_else(|| {
        let days = rules.released_after_cinemas_days;
        let cinemas = dates.in_cinemas.as_ref().filter(|_| days > 0)?;
        let date = cinemas.date.checked_add(SignedDuration::from_hours(i64::from(days) * 24)).ok()?;
        Some((date, Basis::AfterCinemas { days }))
    })
}

fn date(date: Option<&SourcedDate>, basis: Basis) -> Option<(Date, Basis)> {
    date.map(|sourced| (sourced.date, basis))
}

/// Midnight UTC of the date, the delay added.
fn moment(date: Date, delay_days: i32) -> Option<Timestamp> {
    let delay = SignedDuration::from_hours(i64::from(delay_days) * 24);
    let midnight = date.checked_add(delay).ok()?.at(0, 0, 0, 0);
    TimeZone::UTC.to_timestamp(midnight).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dates(cinemas: Option<&str>, digital: Option<&str>, physical: Option<&str>) -> ReleaseDates {
        let date = |text: Option<&str>| {
            text.map(|text| SourcedDate {
                date: text.parse().unwrap(),
                country: "US".into(),
                note: String::new(),
            })
        };
        ReleaseDates { in_cinemas: date(cinemas), digital: date(digital), physical: date(physical) }
    }

    #[test]
    fn each_minimum_looks_at_its_own_dates() {
        use MinimumAvailability::{Announced, InCinemas, Released};
        let now: Timestamp = "2024-06-01T12:00:00Z".parse().unwrap();
        for (minimum, cinemas, digital, physical, want) in [
            (Announced, None, None, None, true),
            (InCinemas, Some("2024-06-01"), None, None, true),
            (InCinemas, Some("2024-06-02"), Some("2024-01-01"), None, false),
            (InCinemas, None, Some("2024-01-01"), None, true),
            (Released, Some("2024-01-01"), Some("2024-07-01"), Some("2024-05-01"), true),
            (Released, Some("2024-01-01"), Some("2024-07-01"), None, false),
            (Released, Some("2024-03-02"), None, None, true),
            (Released, Some("2024-03-04"), None, None, false),
            (Released, None, None, None, false),
        ] {
            let from =
                available_from(&dates(cinemas, digital, physical), minimum, AvailabilityRules::default());
            assert_eq!(
                from.is_reached(now),
                want,
                "{minimum:?} {cinemas:?} {digital:?} {physical:?}: {from:?}"
            );
        }
    }

    #[test]
    fn the_delay_moves_the_date_both_ways_and_never_stays_never() {
        let now: Timestamp = "2024-06-01T00:00:00Z".parse().unwrap();
        let on_disc = dates(None, None, Some("2024-06-01"));
        for (delay_days, want) in [(0, true), (1, false), (-1, true)] {
            let rules = AvailabilityRules { delay_days, ..AvailabilityRules::default() };
            let from = available_from(&on_disc, MinimumAvailability::Released, rules);
            assert_eq!(from.is_reached(now), want, "{delay_days}");
        }
        let rules = AvailabilityRules { delay_days: i32::MAX, released_after_cinemas_days: u32::MAX };
        let from =
            available_from(&dates(Some("9999-12-31"), None, None), MinimumAvailability::Released, rules);
        assert_eq!(from, Available::Never);
    }
}
