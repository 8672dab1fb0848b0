//! Which movies TMDB is asked about again when nobody asked for it.
//!
//! Source: Radarr's `ShouldRefreshMovie` and its refresh by TMDB's list of changes.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use radarr_proto::model::{MovieFacts, MovieStatus, TmdbId};

/// Every movie is asked about that often at least.
const LONGEST: SignedDuration = SignedDuration::from_hours(180 * 24);
/// And none more often than that.
const SHORTEST: SignedDuration = SignedDuration::from_hours(12);
/// A disc that came out so many days ago may still get other dates and titles.
const FRESH_DISC_DAYS: i32 = 30;

/// Whether a movie is due. `changed` are those that TMDB says changed since the last run; `None` = not known.
pub fn is_due(
    facts: &MovieFacts,
    refreshed_at: Timestamp,
    changed: Option<&BTreeSet<TmdbId>>,
    now: Timestamp,
) -> bool {
    let age = now.duration_since(refreshed_at);
    if age >= LONGEST {
        return true;
    }
    if age < SHORTEST {
        return false;
    }
    // An empty list is not believed: there is no day without a change at TMDB.
    if let Some(changed) = changed.filter(|changed| !changed.is_empty()) {
        return changed.contains(&facts.tmdb_id);
    }
    match facts.status {
        MovieStatus::Announced | MovieStatus::InCinemas | MovieStatus::Tba => true,
        MovieStatus::Released => facts.dates.physical.as_ref().is_some_and(|date| {
            let today = TimeZone::UTC.to_datetime(now).date();
            today.since(date.date).is_ok_and(|age| age.get_days() <= FRESH_DISC_DAYS)
        }),
        MovieStatus::Deleted | MovieStatus::Unknown => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use radarr_proto::model::{ReleaseDates, SourcedDate};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[track_caller]
    fn check(facts: &MovieFacts, refreshed: &str, changed: Option<&[u32]>, want: bool) {
        let changed: Option<BTreeSet<TmdbId>> = changed.map(|ids| ids.iter().copied().map(TmdbId).collect());
        let got = is_due(facts, at(refreshed), changed.as_ref(), at("2026-06-30T12:00:00Z"));
        assert_eq!(got, want, "{facts:?} {refreshed} {changed:?}");
    }

    #[test]
    fn what_changed_is_due_and_without_a_list_what_may_have_changed() {
        let with = |status| MovieFacts { tmdb_id: TmdbId(5), status, ..MovieFacts::default() };
        let (announced, released) = (with(MovieStatus::Announced), with(MovieStatus::Released));
        let yesterday = "2026-06-29T12:00:00Z";
        check(&released, yesterday, Some(&[5]), true);
        check(&released, yesterday, Some(&[6]), false);
        check(&announced, yesterday, Some(&[6]), false);
        check(&announced, yesterday, Some(&[]), true);
        check(&announced, yesterday, None, true);
        check(&announced, "2026-06-30T01:00:00Z", None, false);
        check(&announced, "2026-06-30T01:00:00Z", Some(&[5]), false);
        check(&released, yesterday, None, false);
        check(&released, "2025-12-01T00:00:00Z", None, true);
        check(&released, "2025-12-01T00:00:00Z", Some(&[6]), true);
        check(&with(MovieStatus::Deleted), yesterday, None, false);
        for (day, want) in [(10, true), (29, true)] {
            let date = jiff::civil::date(2026, 6, day);
            let disc = SourcedDate { date, country: "US".into(), note: String::new() };
            let dates = ReleaseDates { physical: Some(disc), ..ReleaseDates::default() };
            check(&MovieFacts { dates, ..released.clone() }, yesterday, None, want);
        }
        let old =
            SourcedDate { date: jiff::civil::date(2026, 5, 1), country: "US".into(), note: String::new() };
        let dates = ReleaseDates { physical: Some(old), ..ReleaseDates::default() };
        check(&MovieFacts { dates, ..released }, yesterday, None, false);
    }
}
