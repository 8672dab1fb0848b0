//! ffprobe: without it files come in without media facts.

use crate::health::finding::Finding;
use crate::health::look::Look;

/// Whether ffprobe can be run.
pub(super) fn check(look: &Look) -> Vec<Finding> {
    let Err(why) = &look.ffprobe else { return Vec::new() };
    let program = look.ffprobe_path.display();
    vec![Finding::warning(
        "ffprobe",
        "ffprobe",
        format!(
            "{program} can't be used ({why}): files come in without media facts, and samples are told by size alone"
        ),
        "install ffmpeg, or say where ffprobe is with media.ffprobe in the configuration",
    )]
}
