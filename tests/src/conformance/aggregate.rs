//! What is known of a file from several sources, merged.

use super::line::unknown;
use super::{Line, Outcome, words};

pub(super) fn aggregate(line: &Line) -> Outcome {
    match line.text("kind")? {
        "subtitle" => words::subtitle_of_movie(line),
        other => Err(unknown("kind", other)),
    }
}
