//! Lists, filters and counts over a snapshot.

use std::cmp::Ordering;
use std::sync::Arc;

use jiff::Timestamp;
use radarr_proto::model::Quality;
use radarr_proto::request::{ListMovies, MovieFilter, MoviePage, SortKey, WantedPage, WantedQuery};

use super::row::{Row, fold};
use super::view::Snapshot;

/// How many of what there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Movies.
    pub movies: u64,
    /// Of these monitored.
    pub monitored: u64,
    /// Monitored, available, and without a file.
    pub missing: u64,
    /// Bytes of all files.
    pub size_bytes: u64,
}

impl Snapshot {
    /// A page of the library.
    pub fn page(&self, request: &ListMovies, now: Timestamp) -> MoviePage {
        let text = fold(&request.text);
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut found: Vec<&Arc<Row>> = self
            .rows
            .values()
            .filter(|row| passes(row, request.filter, now))
            .filter(|row| words.iter().all(|word| row.folded.contains(word)))
            .collect();
        found.sort_unstable_by(|left, right| {
            let order = compare(left, right, request.sort);
            let order = if request.descending { order.reverse() } else { order };
            order.then_with(|| by_title(left, right))
        });
        let total = count(found.len());
        let rows = cut(&found, request.offset, request.limit).map(|row| row.at(now)).collect();
        MoviePage { rows, total, cursor: self.cursor }
    }

    /// Movies to be searched for, the longest not searched for first.
    pub fn wanted(&self, query: &WantedQuery, now: Timestamp) -> WantedPage {
        let filter = if query.cutoff_unmet { MovieFilter::CutoffUnmet } else { MovieFilter::Wanted };
        let mut found: Vec<&Arc<Row>> =
            self.rows.values().filter(|row| row.shown.monitored && passes(row, filter, now)).collect();
        found.sort_by_key(|row| (row.last_searched_at, row.shown.id));
        let total = count(found.len());
        let rows = cut(&found, query.offset, query.limit).map(|row| row.at(now)).collect();
        WantedPage { rows, total }
    }

    /// How many of what there are.
    pub fn counts(&self, now: Timestamp) -> Counts {
        self.rows.values().fold(Counts::default(), |counts, row| Counts {
            movies: counts.movies + 1,
            monitored: counts.monitored + u64::from(row.shown.monitored),
            missing: counts.missing + u64::from(passes(row, MovieFilter::Wanted, now)),
            size_bytes: counts.size_bytes.saturating_add(row.shown.size_bytes),
        })
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn cut<'a>(found: &'a [&'a Arc<Row>], offset: u64, limit: Option<u64>) -> impl Iterator<Item = &'a Arc<Row>> {
    let size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    found.iter().copied().skip(size(offset)).take(limit.map_or(usize::MAX, size))
}

fn passes(row: &Row, filter: MovieFilter, now: Timestamp) -> bool {
    let missing = row.shown.quality.is_none();
    match filter {
        MovieFilter::All | MovieFilter::Unknown => true,
        MovieFilter::Monitored => row.shown.monitored,
        MovieFilter::Unmonitored => !row.shown.monitored,
        MovieFilter::Missing => missing,
        MovieFilter::Wanted => row.shown.monitored && missing && row.from.is_reached(now),
        MovieFilter::CutoffUnmet => !missing && !row.shown.cutoff_met,
        MovieFilter::Present => !missing,
    }
}

fn compare(left: &Row, right: &Row, key: SortKey) -> Ordering {
    let (left, right) = (&left.shown, &right.shown);
    match key {
        SortKey::Title | SortKey::Unknown => left.sort_title.cmp(&right.sort_title),
        SortKey::Year => left.year.cmp(&right.year),
        SortKey::Added => left.added_at.cmp(&right.added_at),
        SortKey::Size => left.size_bytes.cmp(&right.size_bytes),
        SortKey::Quality => left.quality.cmp(&right.quality as &Option<Quality>),
        SortKey::Rating => left.rating_tenths.cmp(&right.rating_tenths),
        SortKey::Runtime => left.runtime_minutes.cmp(&right.runtime_minutes),
    }
}

/// Equal ones have one order, so that pages neither repeat nor skip.
fn by_title(left: &Row, right: &Row) -> Ordering {
    let (left, right) = (&left.shown, &right.shown);
    left.sort_title.cmp(&right.sort_title).then(left.year.cmp(&right.year)).then(left.id.cmp(&right.id))
}
