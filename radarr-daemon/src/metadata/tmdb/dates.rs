//! Which of TMDB's many release dates count: pure, with the place each was taken from.
//!
//! Radarr takes the earliest of each kind in any country, so that one wrong or festival entry makes a film
//! "released" (Radarr's issues 7367, 11048, 11366). Here the preferred country comes first, then the US, then
//! the earliest anywhere; festivals and digital dates long before cinemas do not count.

use jiff::civil::Date;
use radarr_proto::model::{ReleaseDates, SourcedDate};

/// A digital date this many days before the first showing in cinemas is taken as wrong.
const DIGITAL_BEFORE_CINEMAS_DAYS_MAX: i32 = 30;
/// Country that is asked second: its dates are the best kept.
const SECOND_COUNTRY: &str = "US";
/// Words in a note that tell of a festival rather than of a release.
const FESTIVAL_WORDS: &[&str] =
    &["festival", "film fest", "filmfest", "premiere at", "berlinale", "biennale", "tiff", "sxsw"];

/// TMDB's types of release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are TMDB's")]
pub enum ReleaseType {
    Premiere,
    TheatricalLimited,
    Theatrical,
    Digital,
    Physical,
    Tv,
}

impl ReleaseType {
    /// TMDB's numbers, 1 to 6.
    pub fn from_number(number: i64) -> Option<Self> {
        Some(match number {
            1 => Self::Premiere,
            2 => Self::TheatricalLimited,
            3 => Self::Theatrical,
            4 => Self::Digital,
            5 => Self::Physical,
            6 => Self::Tv,
            _ => return None,
        })
    }
}

/// One entry of TMDB's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatedRelease {
    /// Country code.
    pub country: String,
    /// What kind.
    pub kind: ReleaseType,
    /// When.
    pub date: Date,
    /// Festival, streaming service, kind of disc. May be empty.
    pub note: String,
}

/// The dates that availability is told from; `country` is the preferred one.
pub fn choose_dates(releases: &[DatedRelease], country: &str) -> ReleaseDates {
    let kept: Vec<&DatedRelease> = releases.iter().filter(|release| !is_festival(&release.note)).collect();
    let of = |kind: ReleaseType| kept.iter().copied().filter(move |release| release.kind == kind);

    let cinemas: Vec<&DatedRelease> =
        of(ReleaseType::Theatrical).chain(of(ReleaseType::TheatricalLimited)).collect();
    let first_showing = cinemas.iter().map(|release| release.date).min();
    let digital: Vec<&DatedRelease> =
        of(ReleaseType::Digital).filter(|release| !is_too_early(release.date, first_showing)).collect();
    let physical: Vec<&DatedRelease> = of(ReleaseType::Physical).collect();

    ReleaseDates {
        in_cinemas: choose(&cinemas, country),
        digital: choose(&digital, country),
        physical: choose(&physical, country),
    }
}

/// The first showing, festivals included; its year is accepted in release names beside the primary one.
pub(super) fn first_showing(releases: &[DatedRelease]) -> Option<Date> {
    releases
        .iter()
        .filter(|release| release.kind <= ReleaseType::Theatrical)
        .map(|release| release.date)
        .min()
}

fn choose(releases: &[&DatedRelease], country: &str) -> Option<SourcedDate> {
    let earliest_in = |wanted: &str| {
        releases
            .iter()
            .filter(|release| release.country.eq_ignore_ascii_case(wanted))
            .min_by_key(|release| release.date)
    };
    let chosen = earliest_in(country)
        .or_else(|| earliest_in(SECOND_COUNTRY))
        .or_else(|| releases.iter().min_by(|a, b| (a.date, &a.country).cmp(&(b.date, &b.country))))?;
    Some(SourcedDate { date: chosen.date, country: chosen.country.clone(), note: chosen.note.clone() })
}

fn is_festival(note: &str) -> bool {
    let note = note.to_lowercase();
    FESTIVAL_WORDS.iter().any(|word| note.contains(word))
}

fn is_too_early(digital: Date, first_showing: Option<Date>) -> bool {
    first_showing.is_some_and(|cinemas| {
        cinemas.since(digital).is_ok_and(|span| span.get_days() > DIGITAL_BEFORE_CINEMAS_DAYS_MAX)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ReleaseType::{Digital, Physical, Premiere, Theatrical, TheatricalLimited, Tv};

    fn release((country, kind, date, note): (&str, ReleaseType, &str, &str)) -> DatedRelease {
        DatedRelease { country: country.into(), kind, date: date.parse().unwrap(), note: note.into() }
    }

    #[track_caller]
    fn check(releases: &[(&str, ReleaseType, &str, &str)], country: &str, want: [Option<(&str, &str)>; 3]) {
        let releases: Vec<_> = releases.iter().copied().map(release).collect();
        let dates = choose_dates(&releases, country);
        let got = [dates.in_cinemas, dates.digital, dates.physical]
            .map(|date| date.map(|date| (date.date.to_string(), date.country)));
        assert_eq!(got, want.map(|want| want.map(|(date, country)| (date.to_owned(), country.to_owned()))));
    }

    #[test]
    fn nothing_known_gives_nothing() {
        check(&[], "US", [None, None, None]);
    }

    #[test]
    fn the_preferred_country_comes_first_then_the_us_then_the_earliest() {
        let list = [
            ("DE", Theatrical, "2020-03-05", ""),
            ("US", Theatrical, "2020-02-14", ""),
            ("FR", Theatrical, "2020-01-29", ""),
        ];
        check(&list, "DE", [Some(("2020-03-05", "DE")), None, None]);
        check(&list, "IT", [Some(("2020-02-14", "US")), None, None]);
        check(&[list[0], list[2]], "IT", [Some(("2020-01-29", "FR")), None, None]);
    }

    #[test]
    fn limited_showings_are_showings_but_premieres_and_tv_are_not() {
        check(
            &[
                ("US", Premiere, "2019-12-01", ""),
                ("US", TheatricalLimited, "2020-01-10", ""),
                ("US", Theatrical, "2020-01-24", ""),
                ("US", Tv, "2019-01-01", ""),
            ],
            "US",
            [Some(("2020-01-10", "US")), None, None],
        );
    }

    #[test]
    fn festivals_do_not_count_whatever_their_type() {
        check(
            &[
                ("US", Digital, "2020-01-23", "Sundance Film Festival"),
                ("US", TheatricalLimited, "2020-01-23", "Sundance Film Festival"),
                ("US", Digital, "2020-07-10", "Hulu"),
            ],
            "US",
            [None, Some(("2020-07-10", "US")), None],
        );
    }

    #[test]
    fn a_digital_date_long_before_cinemas_is_wrong() {
        let early = [("RU", Digital, "2021-01-05", ""), ("US", Theatrical, "2021-06-01", "")];
        check(&early, "US", [Some(("2021-06-01", "US")), None, None]);
        check(
            &[("US", Digital, "2021-05-02", ""), early[1]],
            "US",
            [Some(("2021-06-01", "US")), Some(("2021-05-02", "US")), None],
        );
        check(&[("US", Digital, "2021-05-01", ""), early[1]], "US", [Some(("2021-06-01", "US")), None, None]);
        check(&early[..1], "US", [None, Some(("2021-01-05", "RU")), None]);
    }

    #[test]
    fn discs_of_one_country_give_the_first_one() {
        check(
            &[("US", Physical, "2021-09-21", "4K"), ("US", Physical, "2021-09-07", "Blu-ray")],
            "US",
            [None, None, Some(("2021-09-07", "US"))],
        );
    }
}
