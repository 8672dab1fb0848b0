//! Short ways to say what came out of a rule.

use radarr_proto::model::{Looked, Permanence, RuleOutcome, RuleVerdict};

/// A value that was looked at.
pub(super) fn looked(at: &str, value: impl ToString) -> Looked {
    Looked { at: at.to_owned(), value: value.to_string() }
}

/// The rule has nothing against the file.
pub(super) fn pass(rule: &str, looked: Vec<Looked>) -> RuleVerdict {
    RuleVerdict { rule: rule.to_owned(), outcome: RuleOutcome::Pass, looked }
}

/// The rule does not concern the file.
pub(super) fn not_applicable(rule: &str, because: &str) -> RuleVerdict {
    let outcome = RuleOutcome::NotApplicable { because: because.to_owned() };
    RuleVerdict { rule: rule.to_owned(), outcome, looked: Vec::new() }
}

/// Why a file is refused.
pub(super) struct Refusal {
    /// Stable name of the reason, as Radarr has it.
    pub(super) reason: &'static str,
    /// Whether waiting helps.
    pub(super) permanence: Permanence,
    /// One sentence for people.
    pub(super) message: String,
    /// What would have to change.
    pub(super) remedy: &'static str,
}

/// The rule refuses the file.
pub(super) fn reject(rule: &str, refusal: Refusal, looked: Vec<Looked>) -> RuleVerdict {
    let outcome = RuleOutcome::Reject {
        reason: refusal.reason.to_owned(),
        permanence: refusal.permanence,
        message: refusal.message,
        remedy: Some(refusal.remedy.to_owned()),
    };
    RuleVerdict { rule: rule.to_owned(), outcome, looked }
}
