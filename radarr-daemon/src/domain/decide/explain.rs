//! A decision in plain sentences: why it was taken or refused, and what would have to change.

use radarr_proto::model::{Comparison, Decision, Judgement, Permanence, RankedBy, RuleOutcome, RuleVerdict};

use super::upgrade_words::quality;
use super::verdict::list;
use crate::domain::rank::Standing;

/// An explanation for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// One sentence: what came out.
    pub summary: String,
    /// What speaks against it, one sentence each; what can't be helped by waiting first.
    pub because: Vec<String>,
    /// What would have to change, in the same order, each once.
    pub remedies: Vec<String>,
    /// What was looked at and found fine: the rule and its numbers.
    pub passed: Vec<String>,
    /// Why it stands before the next one, if it was ranked.
    pub ranked: Option<String>,
}

/// Explains a decision.
pub fn explain(decision: &Decision) -> Explanation {
    let refusals = refusals(&decision.verdicts);
    let mut remedies: Vec<String> = Vec::new();
    for remedy in refusals.iter().filter_map(|(_, _, remedy)| remedy.clone()) {
        if !remedies.contains(&remedy) {
            remedies.push(remedy);
        }
    }
    Explanation {
        summary: summary(decision, refusals.len()),
        because: refusals.into_iter().map(|(_, message, _)| sentence(&message)).collect(),
        remedies: remedies.iter().map(|remedy| sentence(remedy)).collect(),
        passed: decision.verdicts.iter().filter_map(passed).collect(),
        ranked: decision.ranked_by.as_ref().map(ranked),
    }
}

impl Explanation {
    /// All of it as lines of text.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![self.summary.clone()];
        lines.extend(self.because.iter().map(|because| format!("  - {because}")));
        if !self.remedies.is_empty() {
            lines.push("What would change that:".to_owned());
            lines.extend(self.remedies.iter().map(|remedy| format!("  - {remedy}")));
        }
        lines.extend(self.ranked.clone());
        if !self.passed.is_empty() {
            lines.push("Fine with it:".to_owned());
            lines.extend(self.passed.iter().map(|passed| format!("  - {passed}")));
        }
        lines
    }
}

fn refusals(verdicts: &[RuleVerdict]) -> Vec<(Permanence, String, Option<String>)> {
    let refusal = |verdict: &RuleVerdict| match &verdict.outcome {
        RuleOutcome::Reject { permanence, message, remedy, .. } => {
            Some((*permanence, message.clone(), remedy.clone()))
        }
        RuleOutcome::Pass | RuleOutcome::NotApplicable { .. } | RuleOutcome::Unknown => None,
    };
    let mut refusals: Vec<_> = verdicts.iter().filter_map(refusal).collect();
    refusals.sort_by_key(|(permanence, _, _)| *permanence == Permanence::Temporary);
    refusals
}

fn summary(decision: &Decision, refusals: usize) -> String {
    let what = format!(
        "{} ({}, custom formats {}, score {})",
        decision.release.title,
        quality(decision.parsed.quality),
        list(&decision.custom_formats),
        decision.custom_format_score
    );
    let rules = if refusals == 1 { "one rule" } else { "several rules" };
    match decision.judgement {
        Judgement::Accepted => format!("{what} may be taken: no rule is against it."),
        Judgement::Delayed => format!("{what} waits: {rules} say \"not yet\"."),
        Judgement::Rejected => format!("{what} is refused by {rules}."),
        Judgement::Unknown => {
            format!("{what} was judged by a newer version, in a way that this one does not know.")
        }
    }
}

fn passed(verdict: &RuleVerdict) -> Option<String> {
    if verdict.outcome != RuleOutcome::Pass {
        return None;
    }
    let values = verdict.looked.iter().map(|looked| format!("{} {}", looked.at, looked.value));
    let values = values.collect::<Vec<_>>().join(", ");
    Some(if values.is_empty() { verdict.rule.clone() } else { format!("{}: {values}", verdict.rule) })
}

/// The name of a comparison; `None` for what compares nothing.
fn name(comparison: Comparison) -> Option<&'static str> {
    Some(match comparison {
        Comparison::Quality => "quality",
        Comparison::Revision => "revision",
        Comparison::CustomFormatScore => "custom format score",
        Comparison::Protocol => "preferred protocol",
        Comparison::IndexerPriority => "indexer priority",
        Comparison::IndexerFlags => "indexer flags",
        Comparison::GroupReputation => "reputation of its group",
        Comparison::Seeders => "seeders",
        Comparison::Peers => "peers",
        Comparison::Age => "age",
        Comparison::Size => "size",
        Comparison::Order | Comparison::Unknown => return None,
    })
}

fn ranked(by: &RankedBy) -> String {
    match name(by.comparison) {
        Some(what) => format!("It stands before the next one by {what}: {} against {}.", by.ours, by.theirs),
        None if by.comparison == Comparison::Order => {
            "It equals the next one in everything; it came first.".to_owned()
        }
        None => "It stands before the next one.".to_owned(),
    }
}

/// Why a release that may be taken is not the one that is: `better` stands before it. And what would turn that round.
pub fn behind(better: &Decision) -> Option<(String, String)> {
    let by = better.ranked_by.as_ref()?;
    let title = &better.release.title;
    let sentence = match name(by.comparison) {
        Some(what) => format!("{title} stands before it by {what}: {} against {}.", by.ours, by.theirs),
        None => format!("{title} equals it in everything and came first."),
    };
    let by_hand = "take it by hand";
    let remedy = match by.comparison {
        Comparison::Quality => "put its quality higher in the profile",
        Comparison::Revision => "set propers and repacks to \"do not prefer\"",
        Comparison::CustomFormatScore => "rate its custom formats higher in the profile",
        Comparison::Protocol => "prefer its protocol in the movie's delay profile",
        Comparison::IndexerPriority => "give its indexer a better priority",
        Comparison::IndexerFlags => "do not let the indexer's flags decide, in the settings",
        Comparison::GroupReputation => "do not let the reputation of groups decide, in the settings",
        Comparison::Size => "prefer another size for its quality",
        Comparison::Seeders
        | Comparison::Peers
        | Comparison::Age
        | Comparison::Order
        | Comparison::Unknown => return Some((sentence, self::sentence(by_hand))),
    };
    Some((sentence, self::sentence(&format!("{remedy}, or {by_hand}"))))
}

/// Where a bare name would stand among the releases of a search that may be taken, `titles` in their order.
pub fn standing_words(standing: &Standing, titles: &[&str]) -> Vec<String> {
    let title = |at: usize| titles.get(at).copied().unwrap_or("another one");
    let by = |by: &RankedBy| {
        let what = name(by.comparison).unwrap_or("something");
        format!("{what}: {} against {}", by.ours, by.theirs)
    };
    let mut sentences = Vec::new();
    if let Some(why) = &standing.behind {
        let nearest = title(standing.better.saturating_sub(1));
        sentences.push(match standing.better {
            1 => format!("Of the last search {nearest} stands before it by {}.", by(why)),
            many => {
                format!(
                    "Of the last search {many} stand before it; the nearest is {nearest}, by {}.",
                    by(why)
                )
            }
        });
    }
    if standing.equals > 0 {
        let first = title(standing.better);
        let others = match standing.equals - 1 {
            0 => format!("{first} equals it"),
            1 => format!("{first} and one more equal it"),
            more => format!("{first} and {more} more equal it"),
        };
        sentences.push(format!(
            "{others} in quality, revision and score; flags, seeders and the rest decide, which a name does not tell."
        ));
    }
    if let Some(why) = &standing.ahead {
        let next = title(standing.better + standing.equals);
        sentences.push(format!("It stands before {next} by {}.", by(why)));
    }
    sentences
}

/// With a capital letter and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::decide::{Candidate, judged_without_movie};
    use crate::domain::parse::parse_release;
    use crate::domain::samples;

    fn decision(comparison: Comparison) -> Decision {
        let by = RankedBy { comparison, ours: "9".to_owned(), theirs: "7".to_owned() };
        let of_none = Candidate::of_no_movie(samples::release("Heat.1995"), parse_release("Heat.1995"));
        let judged = judged_without_movie(of_none);
        Decision { ranked_by: Some(by), ..judged }
    }

    #[test]
    fn every_comparison_is_named_and_says_what_would_turn_it_round() {
        for (comparison, _) in crate::domain::rank::COMPARISONS {
            let (why, remedy) = behind(&decision(*comparison)).unwrap();
            let what = name(*comparison).unwrap();
            assert_eq!(why, format!("Heat.1995 stands before it by {what}: 9 against 7."));
            assert!(remedy.ends_with("ake it by hand."), "{remedy}");
            let before = explain(&decision(*comparison)).ranked.unwrap();
            assert!(before.contains(what), "{before}");
        }
        let (equal, _) = behind(&decision(Comparison::Order)).unwrap();
        assert_eq!(equal, "Heat.1995 equals it in everything and came first.");
    }

    #[test]
    fn what_is_refused_says_what_would_change_that() {
        let explained = explain(&decision(Comparison::Order));
        assert_eq!(explained.because, ["No movie of the library is called Heat (1995)."]);
        assert_eq!(explained.remedies, ["Add the movie, or give the release to a movie by hand."]);
    }

    #[test]
    fn the_place_of_a_bare_name_is_said_with_what_decides() {
        let by = |ours: &str, theirs: &str| RankedBy {
            comparison: Comparison::CustomFormatScore,
            ours: ours.to_owned(),
            theirs: theirs.to_owned(),
        };
        let check = |better, equals, behind, ahead, want: &[&str]| {
            let standing = Standing { better, equals, behind, ahead };
            assert_eq!(standing_words(&standing, &["A", "B", "C"]), want);
        };
        check(
            2,
            0,
            Some(by("9", "5")),
            Some(by("5", "1")),
            &[
                "Of the last search 2 stand before it; the nearest is B, by custom format score: 9 against 5.",
                "It stands before C by custom format score: 5 against 1.",
            ],
        );
        check(
            1,
            2,
            Some(by("9", "5")),
            None,
            &[
                "Of the last search A stands before it by custom format score: 9 against 5.",
                "B and one more equal it in quality, revision and score; flags, seeders and the rest decide, \
                 which a name does not tell.",
            ],
        );
        check(0, 0, None, Some(by("5", "1")), &["It stands before A by custom format score: 5 against 1."]);
    }
}
