//! How a rule says what it found: three short functions and the words for the numbers it looked at.

use radarr_proto::model::{Judgement, Looked, Permanence, RuleOutcome, RuleVerdict};

/// What a rule looked at, in the order in which it did.
#[derive(Debug, Clone)]
pub struct Rule {
    name: &'static str,
    looked: Vec<Looked>,
}

/// Begins the verdict of the rule of that name.
pub fn rule(name: &'static str) -> Rule {
    Rule { name, looked: Vec::new() }
}

impl Rule {
    /// Notes a value that the rule looks at.
    #[must_use]
    pub fn looked(mut self, at: &str, value: impl ToString) -> Self {
        self.looked.push(Looked { at: at.to_owned(), value: value.to_string() });
        self
    }

    /// Nothing against it.
    pub fn pass(self) -> RuleVerdict {
        self.verdict(RuleOutcome::Pass)
    }

    /// The rule does not concern this release.
    pub fn skip(self, because: &str) -> RuleVerdict {
        self.verdict(RuleOutcome::NotApplicable { because: because.to_owned() })
    }

    /// No, and waiting does not help.
    pub fn reject(self, reason: &str, message: String, remedy: Option<&str>) -> RuleVerdict {
        self.refuse(reason, Permanence::Permanent, message, remedy)
    }

    /// Not now.
    pub fn wait(self, reason: &str, message: String, remedy: Option<&str>) -> RuleVerdict {
        self.refuse(reason, Permanence::Temporary, message, remedy)
    }

    fn refuse(
        self,
        reason: &str,
        permanence: Permanence,
        message: String,
        remedy: Option<&str>,
    ) -> RuleVerdict {
        let reason = reason.to_owned();
        self.verdict(RuleOutcome::Reject { reason, permanence, message, remedy: remedy.map(str::to_owned) })
    }

    fn verdict(self, outcome: RuleOutcome) -> RuleVerdict {
        RuleVerdict { rule: self.name.to_owned(), outcome, looked: self.looked }
    }
}

/// What all verdicts together come to: one permanent refusal rejects, temporary ones alone delay.
pub fn judgement(verdicts: &[RuleVerdict]) -> Judgement {
    let mut judgement = Judgement::Accepted;
    for verdict in verdicts {
        match &verdict.outcome {
            RuleOutcome::Reject { permanence: Permanence::Temporary, .. } => judgement = Judgement::Delayed,
            RuleOutcome::Reject { permanence: Permanence::Permanent | Permanence::Unknown, .. } => {
                return Judgement::Rejected;
            }
            RuleOutcome::Pass | RuleOutcome::NotApplicable { .. } | RuleOutcome::Unknown => {}
        }
    }
    judgement
}

/// A count with its word: `1 minute`, `12 minutes`.
pub fn count(number: u64, word: &str) -> String {
    if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") }
}

/// A time span for people, in the largest unit that fits twice: `90 minutes`, `36 hours`, `14 days`.
pub fn span(minutes: u64) -> String {
    match minutes {
        0..120 => count(minutes, "minute"),
        120..2880 => count(minutes / 60, "hour"),
        2880.. => count(minutes / 1440, "day"),
    }
}

/// A list for people: `a, b`; `none` when it is empty.
pub fn list<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    let words: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}
