//! There is a download client for it.

use radarr_proto::model::{Protocol, RuleVerdict};

use crate::domain::choose_client::takes;
use crate::domain::decide::{Candidate, Situation, verdict::rule};

/// A kind of download client takes what is of this protocol; so a usenet release is told and never grabbed.
pub fn judge(candidate: &Candidate, _situation: &Situation<'_>) -> RuleVerdict {
    let name = match candidate.release.protocol {
        Protocol::Torrent => "torrent",
        Protocol::Usenet => "usenet",
        Protocol::Unknown => "unknown",
    };
    let rule = rule("DownloadClient").looked("protocol", name);
    match takes(candidate.release.protocol) {
        Ok(()) => rule.pass(),
        Err(none) => rule.reject("NoDownloadClient", none.to_string(), Some(none.hint())),
    }
}
