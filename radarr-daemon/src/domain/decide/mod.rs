//! May this release be taken, and if not, why not and what would have to change?
//!
//! A [`Candidate`] is a release with what is known of it; a [`Situation`] is what is known besides: settings, the
//! movie, its file, the queue, the history. [`judge`] asks every rule of [`RULES`] and returns every verdict (D8);
//! [`judgement`] says what they come to; [`decide`] does so for all releases of a movie and puts the best first
//! ([`super::rank`]); [`explain`] turns the result into sentences.
//!
//! Nothing is fetched here and nothing can fail: what is unknown is an `Option`, and a rule that misses a value says
//! that it does not apply. Source of the pipeline: Radarr's `DownloadDecisionMaker`.

pub mod blocklist;
pub mod candidate;
pub mod delay;
pub mod explain;
pub mod pending;
pub mod release_profile;
#[cfg(test)]
mod rule_examples;
pub mod rules;
pub mod situation;
pub mod upgrade_words;
pub mod verdict;

pub use candidate::{About, Candidate};
pub use situation::{HeldFile, IndexerRules, Past, PastKind, Queued, Settings, Situation};
pub use verdict::judgement;

use radarr_proto::model::{Decision, Judgement, RuleVerdict, Slot};

use super::rank::{Contender, RankContext, Ranked, rank};
use verdict::rule;

/// When a rule is asked: those of the second wave only if the first refused nothing, because they are about the
/// disk and would only repeat that a release is not wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wave {
    /// What the release and the movie are.
    First,
    /// Whether there is room.
    Disk,
}

/// A rule: a look at the candidate and the situation, and a verdict.
type Judge = fn(&Candidate, &Situation<'_>) -> RuleVerdict;

/// Every rule there is, in the order in which they are asked and shown.
pub const RULES: &[(Wave, Judge)] = &[
    // The movie: is it looked for?
    (Wave::First, rules::wanted_movie::judge),
    (Wave::First, rules::monitored::judge),
    (Wave::First, rules::availability::judge),
    // The release: is it of a kind that is wanted?
    (Wave::First, rules::quality_allowed::judge),
    (Wave::First, rules::language::judge),
    (Wave::First, rules::custom_format_score::judge),
    (Wave::First, rules::acceptable_size::judge),
    (Wave::First, rules::maximum_size::judge),
    (Wave::First, rules::release_restrictions::judge),
    (Wave::First, rules::raw_disk::judge),
    (Wave::First, rules::hardcoded_subs::judge),
    (Wave::First, rules::not_sample::judge),
    // The indexer and the protocol: may it be fetched from there?
    (Wave::First, rules::blocklisted::judge),
    (Wave::First, rules::blocked_indexer::judge),
    (Wave::First, rules::indexer_tag::judge),
    (Wave::First, rules::required_flags::judge),
    (Wave::First, rules::protocol::judge),
    (Wave::First, rules::download_client::judge),
    (Wave::First, rules::seeders::judge),
    (Wave::First, rules::retention::judge),
    (Wave::First, rules::minimum_age::judge),
    // What we have and what is under way: is it better?
    (Wave::First, rules::upgrade_disk::judge),
    (Wave::First, rules::upgrade_allowed::judge),
    (Wave::First, rules::proper::judge),
    (Wave::First, rules::repack::judge),
    (Wave::First, rules::queue::judge),
    (Wave::First, rules::history::judge),
    (Wave::First, rules::already_imported::judge),
    (Wave::First, rules::delay::judge),
    // Room.
    (Wave::Disk, rules::free_space::judge),
];

/// Every rule's verdict on a release of a movie; the disk is only looked at when nothing else is in the way.
pub fn judge(candidate: &Candidate, situation: &Situation<'_>) -> Vec<RuleVerdict> {
    let mut verdicts = Vec::with_capacity(RULES.len());
    let ask = |wave: Wave, verdicts: &mut Vec<RuleVerdict>| {
        let of_wave = RULES.iter().filter(|(at, _)| *at == wave);
        verdicts.extend(of_wave.map(|(_, judge)| judge(candidate, situation)));
    };
    ask(Wave::First, &mut verdicts);
    if !verdicts.iter().any(RuleVerdict::is_reject) {
        ask(Wave::Disk, &mut verdicts);
    }
    verdicts
}

/// The verdict on a release that is of no movie of ours: unreadable, or unknown. No rule is asked then.
pub fn judge_without_movie(candidate: &Candidate) -> Vec<RuleVerdict> {
    if let Some(why) = &candidate.parsed.not_a_movie {
        let message = format!("its name is not understood: {why}");
        let remedy = Some("take it by hand for the movie that it is");
        return vec![rule("Parse").reject("UnableToParse", message, remedy)];
    }
    let title = candidate.parsed.title().unwrap_or("this title");
    let message = match candidate.parsed.year {
        Some(year) => format!("no movie of the library is called {title} ({year})"),
        None => format!("no movie of the library is called {title}"),
    };
    let remedy = Some("add the movie, or give the release to a movie by hand");
    vec![rule("KnownMovie").looked("title", title).reject("UnknownMovie", message, remedy)]
}

/// Judges all releases of one movie and puts the best first: accepted and delayed ones by rank, then the rejected
/// ones, those with the fewest refusals first.
pub fn decide(candidates: Vec<Candidate>, situation: &Situation<'_>) -> Vec<Decision> {
    let mut possible = Vec::new();
    let mut contenders = Vec::new();
    let mut rejected = Vec::new();
    for candidate in candidates {
        let contender = Contender::of(&candidate, &RankContext::of(situation));
        let decision = judged(candidate, situation);
        match decision.judgement {
            Judgement::Accepted | Judgement::Delayed => {
                possible.push(Some(decision));
                contenders.push(contender);
            }
            Judgement::Rejected | Judgement::Unknown => rejected.push(decision),
        }
    }
    let mut decisions = Vec::with_capacity(possible.len() + rejected.len());
    for Ranked { index, by } in rank(&contenders) {
        if let Some(decision) = possible.get_mut(index).and_then(Option::take) {
            decisions.push(Decision { ranked_by: by, ..decision });
        }
    }
    rejected.sort_by_key(|decision| decision.verdicts.iter().filter(|verdict| verdict.is_reject()).count());
    decisions.append(&mut rejected);
    decisions
}

/// A candidate judged, not yet ranked.
pub fn judged(candidate: Candidate, situation: &Situation<'_>) -> Decision {
    if candidate.movie_id.is_none() {
        return judged_without_movie(candidate);
    }
    let verdicts = judge(&candidate, situation);
    Decision { slot: situation.slot, ..decision(candidate, verdicts) }
}

/// A candidate that is of no movie of ours.
pub fn judged_without_movie(candidate: Candidate) -> Decision {
    let verdicts = judge_without_movie(&candidate);
    decision(candidate, verdicts)
}

fn decision(candidate: Candidate, verdicts: Vec<RuleVerdict>) -> Decision {
    Decision {
        judgement: judgement(&verdicts),
        movie_id: candidate.movie_id,
        slot: Slot::default(),
        matched_by: candidate.matched_by,
        languages: candidate.languages,
        custom_formats: candidate.formats,
        custom_format_score: candidate.score,
        release: candidate.release,
        parsed: candidate.parsed,
        verdicts,
        ranked_by: None,
        group_reputation: candidate.group_reputation,
    }
}
