//! All rows of the library, and the order and choice in which they are shown.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use radarr_proto::model::{Cursor, MovieId, MovieRow};
use radarr_proto::request::{MovieFilter, MoviePage, SortKey};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Rows in one answer: ten thousand rows are a few answers, and the first is on the screen before the last is there.
pub const PAGE_ROWS: u64 = 2000;
/// More changed movies than this are read as a whole library rather than one by one.
const SINGLE_ROWS_MAX: usize = 50;

/// The order and choice of a list of movies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Order {
    /// Words that must be in the title, in any order.
    pub text: String,
    /// Which.
    pub filter: MovieFilter,
    /// By what.
    pub sort: SortKey,
    /// Largest first.
    pub descending: bool,
}

/// All rows of the library.
#[derive(Debug, Default)]
pub struct Library {
    rows: BTreeMap<MovieId, MovieRow>,
    /// Rows of a reading that is not complete.
    coming: Option<BTreeMap<MovieId, MovieRow>>,
    /// The state of the daemon's library at the first and the last page of the last reading.
    span: Option<(Cursor, Cursor)>,
    /// Movies came or went while the pages were read, which may have shifted others past the reading.
    shifted: bool,
    /// How many there are at the daemon's.
    total: u64,
    complete: bool,
    due: BTreeSet<MovieId>,
    /// Rises with each change.
    revision: u64,
}

impl Library {
    /// A reading begins. What is there stays visible until it is complete.
    pub fn begin(&mut self) {
        self.coming = Some(BTreeMap::new());
        self.span = None;
        self.shifted = false;
        self.due.clear();
    }

    /// Takes a page in; gives back the offset of the next one that is needed.
    pub fn take_page(&mut self, offset: u64, page: MoviePage) -> Option<u64> {
        let Some(coming) = &mut self.coming else { return None };
        self.total = page.total;
        let got = page.rows.len() as u64;
        coming.extend(page.rows.into_iter().map(|row| (row.id, row)));
        let first = self.span.map_or(page.cursor, |(first, _)| first);
        self.span = Some((first, page.cursor));
        if got > 0 && offset + got < page.total {
            if !self.complete {
                // The first reading shows what it has.
                self.rows.extend(coming.iter().map(|(id, row)| (*id, row.clone())));
                self.revision += 1;
            }
            return Some(offset + got);
        }
        if self.shifted {
            self.begin();
            return Some(0);
        }
        self.rows = self.coming.take().unwrap_or_default();
        self.complete = true;
        self.revision += 1;
        None
    }

    /// A movie came or went at that place of the log. Whether all rows must be read again.
    pub fn membership_changed(&mut self, at: Cursor) -> bool {
        if self.coming.is_some() {
            self.shifted = true;
            return false;
        }
        self.span.is_some_and(|(first, last)| at > first && at <= last)
    }

    /// Takes one movie's row in; without one it left the library.
    pub fn take_row(&mut self, id: MovieId, row: Option<MovieRow>) {
        match row {
            Some(row) => {
                self.rows.insert(id, row);
            }
            None => {
                self.rows.remove(&id);
            }
        }
        self.total = self.rows.len() as u64;
        self.revision += 1;
    }

    /// A movie's row changed at the daemon's.
    pub fn mark_row(&mut self, id: MovieId) {
        self.due.insert(id);
    }

    /// The rows to read one by one; `None` = they are too many, all must be read.
    pub fn rows_due(&mut self) -> Option<BTreeSet<MovieId>> {
        let due = std::mem::take(&mut self.due);
        if due.len() > SINGLE_ROWS_MAX { None } else { Some(due) }
    }

    /// Whether all rows were read once.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// How many movies there are.
    pub fn total(&self) -> u64 {
        self.total.max(self.rows.len() as u64)
    }

    /// How many rows are here.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether no row is here.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Rises with each change.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// One movie's row.
    pub fn row(&self, id: MovieId) -> Option<&MovieRow> {
        self.rows.get(&id)
    }

    /// What most movies have, of what `of` tells.
    pub fn usual<K: Ord>(&self, of: impl Fn(&MovieRow) -> K) -> Option<K> {
        let mut counts: BTreeMap<K, usize> = BTreeMap::new();
        for row in self.rows.values() {
            *counts.entry(of(row)).or_default() += 1;
        }
        counts.into_iter().max_by_key(|(_, count)| *count).map(|(key, _)| key)
    }

    /// The movies that fit, in order.
    pub fn view(&self, order: &Order) -> Vec<MovieId> {
        let words: Vec<String> = fold(&order.text).split_whitespace().map(str::to_owned).collect();
        let mut rows: Vec<&MovieRow> =
            self.rows.values().filter(|row| fits(row, order.filter) && has_words(row, &words)).collect();
        rows.sort_by(|a, b| compare(a, b, order));
        rows.into_iter().map(|row| row.id).collect()
    }
}

/// A text as it is compared: without case and accents.
pub fn fold(text: &str) -> String {
    text.nfkd().filter(|one| !is_combining_mark(*one)).flat_map(char::to_lowercase).collect()
}

fn has_words(row: &MovieRow, words: &[String]) -> bool {
    if words.is_empty() {
        return true;
    }
    let title = fold(&row.title);
    words.iter().all(|word| title.contains(word) || word.parse() == Ok(row.year))
}

/// Whether a row is among those that are to be shown.
fn fits(row: &MovieRow, filter: MovieFilter) -> bool {
    match filter {
        MovieFilter::All | MovieFilter::Unknown => true,
        MovieFilter::Monitored => row.monitored,
        MovieFilter::Unmonitored => !row.monitored,
        MovieFilter::Missing => row.quality.is_none(),
        MovieFilter::Wanted => row.monitored && row.available && row.quality.is_none(),
        MovieFilter::CutoffUnmet => row.quality.is_some() && !row.cutoff_met,
        MovieFilter::Present => row.quality.is_some(),
    }
}

fn compare(a: &MovieRow, b: &MovieRow, order: &Order) -> Ordering {
    let by_key = match order.sort {
        SortKey::Title | SortKey::Unknown => Ordering::Equal,
        SortKey::Year => a.year.cmp(&b.year),
        SortKey::Added => a.added_at.cmp(&b.added_at),
        SortKey::Size => a.size_bytes.cmp(&b.size_bytes),
        SortKey::Quality => a.quality.cmp(&b.quality),
        SortKey::Rating => a.rating_tenths.cmp(&b.rating_tenths),
        SortKey::Runtime => a.runtime_minutes.cmp(&b.runtime_minutes),
    };
    let by_title = a.sort_title.cmp(&b.sort_title).then(a.year.cmp(&b.year)).then(a.id.cmp(&b.id));
    let ordering = by_key.then(by_title);
    if order.descending { ordering.reverse() } else { ordering }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screens::samples::row;

    fn page(ids: std::ops::Range<u64>, total: u64, cursor: u64) -> MoviePage {
        MoviePage { rows: ids.map(|id| row(id, "x", 2000)).collect(), total, cursor: Cursor(cursor) }
    }

    #[test]
    fn a_library_is_read_page_by_page_and_shown_meanwhile() {
        let mut library = Library::default();
        library.begin();
        assert_eq!(library.take_page(0, page(0..10, 15, 1)), Some(10));
        assert_eq!((library.len(), library.is_complete()), (10, false));
        assert_eq!(library.take_page(10, page(10..15, 15, 1)), None);
        assert_eq!((library.len(), library.is_complete()), (15, true));
    }

    #[test]
    fn a_movie_that_went_between_two_pages_makes_it_read_again() {
        let mut library = Library::default();
        library.begin();
        library.take_page(0, page(0..10, 15, 1));
        // One of the first ten went: number 10 moved onto the first page and is on neither.
        library.membership_changed(Cursor(2));
        assert_eq!(library.take_page(10, page(11..15, 14, 2)), Some(0));
        library.take_page(0, page(1..11, 14, 2));
        assert_eq!(library.take_page(10, page(11..15, 14, 3)), None);
        assert_eq!(library.len(), 14);
        assert!(library.membership_changed(Cursor(3)), "the event may come after the last page");
        assert!(!library.membership_changed(Cursor(4)), "this one the reading could not miss");
    }

    #[test]
    fn words_are_found_without_case_and_accents_and_a_year_counts() {
        let mut library = Library::default();
        for (id, title, year) in [(1, "Amélie", 2001), (2, "The Amelie Story", 1999), (3, "Dune", 2021)] {
            library.take_row(MovieId(id), Some(row(id, title, year)));
        }
        let view = |text: &str| library.view(&Order { text: text.to_owned(), ..Order::default() });
        assert_eq!(view("AMELIE"), [MovieId(1), MovieId(2)]);
        assert_eq!(view("story amé"), [MovieId(2)]);
        assert_eq!(view("2021"), [MovieId(3)]);
        assert!(view("nothing").is_empty());
    }

    #[test]
    fn many_changes_at_once_are_read_as_a_whole() {
        let mut library = Library::default();
        (0..50).for_each(|id| library.mark_row(MovieId(id)));
        assert_eq!(library.rows_due().map(|due| due.len()), Some(50));
        (0..51).for_each(|id| library.mark_row(MovieId(id)));
        assert_eq!(library.rows_due(), None);
    }
}
