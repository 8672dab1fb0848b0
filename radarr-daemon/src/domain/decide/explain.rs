//! A decision in plain sentences: why it was taken or refused, and what would have to change.

use radarr_proto::model::{Comparison, Decision, Judgement, Permanence, RankedBy, RuleOutcome, RuleVerdict};

use super::upgrade_words::quality;
use super::verdict::list;

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

fn ranked(by: &RankedBy) -> String {
    let what = match by.comparison {
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
        Comparison::Order => return "It equals the next one in everything; it came first.".to_owned(),
        Comparison::Unknown => return "It stands before the next one.".to_owned(),
    };
    format!("It stands before the next one by {what}: {} against {}.", by.ours, by.theirs)
}

/// With a capital letter and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}
