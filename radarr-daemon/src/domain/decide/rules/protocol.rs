//! Its protocol is in use.

use radarr_proto::model::{Protocol, RuleVerdict};

use crate::domain::decide::{Candidate, Situation, verdict::rule};

/// The delay profile of the movie lets this protocol in.
///
/// Source: Radarr's `ProtocolSpecification`.
pub fn judge(candidate: &Candidate, situation: &Situation<'_>) -> RuleVerdict {
    let (name, enabled) = match candidate.release.protocol {
        Protocol::Torrent => ("torrent", situation.delay.enable_torrent),
        Protocol::Usenet => ("usenet", situation.delay.enable_usenet),
        Protocol::Unknown => ("an unknown protocol", false),
    };
    let rule = rule("Protocol").looked("protocol", name);
    if enabled {
        return rule.pass();
    }
    let message = format!("{name} is switched off for this movie");
    rule.reject("ProtocolDisabled", message, Some("enable the protocol in the movie's delay profile"))
}
