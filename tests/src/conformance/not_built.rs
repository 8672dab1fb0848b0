//! Lines about what this version does not have: the one list of them, and why. They are counted apart.

use super::Line;

/// Lines that are not checked, because what they are about is not built.
pub struct NotBuilt {
    /// Name of the file without `.jsonl`.
    pub file: &'static str,
    /// Which of its lines.
    pub lines: Lines,
    /// What is missing; shown below the table.
    pub why: &'static str,
}

/// Which lines of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// Every line.
    All,
    /// Those whose `kind` is one of these.
    Kinds(&'static [&'static str]),
}

const TORZNAB: &str = "Torznab and Newznab indexers; this version searches HDBits";
const FEEDS: &str = "indexers that give a plain RSS feed; this version searches HDBits";
const NO_CHECKER: &str = "a checker of these lines";

const fn all(file: &'static str, why: &'static str) -> NotBuilt {
    NotBuilt { file, lines: Lines::All, why }
}

const fn kinds(file: &'static str, kinds: &'static [&'static str], why: &'static str) -> NotBuilt {
    NotBuilt { file, lines: Lines::Kinds(kinds), why }
}

/// Every line that is counted apart. What gets built leaves this list and gets a checker.
pub const NOT_BUILT: &[NotBuilt] = &[
    all("indexer_caps", TORZNAB),
    all("indexer_request", TORZNAB),
    kinds("indexer_parse", &["newznab", "torznab"], TORZNAB),
    kinds("indexer_parse", &["rss"], FEEDS),
    all("rss_date", FEEDS),
    all("rss_size", FEEDS),
    kinds("indexer_parse", &["hdbits"], NO_CHECKER),
];

/// Why the line is not checked; `None` when it is.
pub(super) fn why_not_built(file: &str, line: &Line) -> Option<&'static str> {
    let about = |entry: &&NotBuilt| {
        entry.file == file
            && match entry.lines {
                Lines::All => true,
                Lines::Kinds(kinds) => line.text_opt("kind").is_some_and(|kind| kinds.contains(&kind)),
            }
    };
    NOT_BUILT.iter().find(about).map(|entry| entry.why)
}
