//! The conformance runner: expected behaviours, one JSON object per line, checked against our functions.
//!
//! One file per subject group, all of one shape: a function takes a line and says whether we behave as it expects.
//! [`SUBJECTS`] is the closed list of the files that are known; what each field means is in `tests/corpus/README.md`.
//! The expectation is taken from the line alone. Read next: `line.rs`, then `names.rs` as the example of a subject.

mod aggregate;
mod beyond;
mod decisions;
mod import;
mod indexers;
mod line;
mod media;
mod names;
mod naming;
mod profiles;
mod quality_order;
mod run;
mod titles;
mod words;

pub use line::{Failure, Line, Outcome};
pub use run::{Report, Row, run_folder};

/// A file of the corpus and the function that checks its lines.
pub struct Subject {
    /// Name of the file without `.jsonl`.
    pub file: &'static str,
    /// Checks one line.
    pub check: fn(&Line) -> Outcome,
    /// What a failing line means for the run.
    pub weight: Weight,
}

/// What a failing line of a file means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// The run fails.
    Counts,
    /// It is shown in a row of its own: an aim, not a fact about the original.
    Shown,
}

const fn subject(file: &'static str, check: fn(&Line) -> Outcome) -> Subject {
    Subject { file, check, weight: Weight::Counts }
}

/// Every file that is known. A file in the folder that is not here fails as a whole.
pub const SUBJECTS: &[Subject] = &[
    // Parser
    subject("quality", names::quality),
    subject("anime_version", names::anime_version),
    subject("title", names::title),
    subject("crap", names::crap),
    subject("hashed", names::hashed),
    subject("scene_checker", names::scene_checker),
    subject("scene_name", names::scene_name),
    subject("quality_finder", names::quality_finder),
    // Words of names
    subject("language", words::language),
    subject("edition", words::edition),
    subject("release_group", words::release_group),
    subject("hardcoded_subs", words::hardcoded_subs),
    subject("subtitle", words::subtitle),
    subject("aggregate", aggregate::aggregate),
    subject("imdb_id", words::imdb_id),
    subject("ids", words::ids),
    subject("iso_language", words::iso_language),
    // Titles
    subject("normalize_title", titles::normalize_title),
    subject("sort_title", titles::sort_title),
    subject("slug", titles::slug),
    subject("search_title", titles::search_title),
    subject("roman", titles::roman),
    subject("map_movie", titles::map_movie),
    subject("naming", naming::naming),
    subject("movie_path", naming::movie_path),
    // Files
    subject("mediainfo_format", media::mediainfo_format),
    subject("import_rejections", import::import_rejections),
    subject("sample", import::sample),
    subject("scan", import::scan),
    // Indexers
    subject("indexer_parse", indexers::indexer_parse),
    subject("indexer_caps", indexers::indexer_caps),
    subject("indexer_request", indexers::indexer_request),
    subject("rss_size", indexers::rss_size),
    subject("rss_date", indexers::rss_date),
    // Decisions
    subject("quality_compare", quality_order::quality_compare),
    subject("quality_index_compare", quality_order::quality_index_compare),
    subject("revision_compare", quality_order::revision_compare),
    subject("custom_format_language", quality_order::custom_format_language),
    subject("availability", quality_order::availability),
    subject("decisions", decisions::decisions),
    subject("ranking", decisions::ranking),
    Subject { file: "beyond", check: beyond::beyond, weight: Weight::Shown },
];
