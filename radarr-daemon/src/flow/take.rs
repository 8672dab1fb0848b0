//! Between steps 3 and 4: of ranked decisions the best that may be taken is sent; what has to wait is put on hold.
//!
//! The walk itself is told by `domain::decide::pending`.

use jiff::Timestamp;
use radarr_proto::model::{Decision, Grab, SearchKind};
use tracing::info;

use super::grab::intend;
use super::pending::{hold, superseded};
use super::send::{IfItFails, Sent, send};
use super::{By, Flow, FlowError};
use crate::domain::decide::pending::{Run, Sent as Went, Step};

/// What became of a list of decisions.
#[derive(Debug, Default)]
pub struct Taken {
    /// What was grabbed.
    pub grabbed: Vec<Grab>,
    /// How many wait.
    pub held: usize,
    /// Why releases that might have been taken were not, one sentence each.
    pub failures: Vec<String>,
}

impl Taken {
    /// Adds what became of another list.
    pub(super) fn add(&mut self, other: Self) {
        self.grabbed.extend(other.grabbed);
        self.failures.extend(other.failures);
        self.held += other.held;
    }

    /// In a sentence.
    pub fn in_words(&self) -> String {
        let names: Vec<&str> = self.grabbed.iter().map(|grab| grab.release.title.as_str()).collect();
        let mut words = match (names.is_empty(), self.held) {
            (false, _) => format!("grabbed {}", names.join(", ")),
            (true, 0) => "nothing was taken".to_owned(),
            (true, 1) => "one release waits".to_owned(),
            (true, held) => format!("{held} releases wait"),
        };
        for failure in &self.failures {
            words.push_str("; ");
            words.push_str(failure);
        }
        words
    }
}

/// Walks over decisions, best first; `decided_at` is when they were made.
pub async fn take_best(
    flow: &Flow,
    by: &By,
    decisions: &[Decision],
    found_by: SearchKind,
    decided_at: Timestamp,
) -> Result<Taken, FlowError> {
    let mut run = Run::default();
    let mut taken = Taken::default();
    for decision in decisions {
        match run.next(decision) {
            Step::Skip => {}
            Step::Pend(reason) => {
                hold(flow, by, decision, found_by, reason).await?;
                taken.held += 1;
            }
            Step::Send => {
                let went = take_one(flow, by, decision, found_by, decided_at, &mut taken).await?;
                run.sent(decision, went);
            }
        }
    }
    if !taken.grabbed.is_empty() || taken.held > 0 {
        info!(result = taken.in_words(), "took releases");
    }
    Ok(taken)
}

async fn take_one(
    flow: &Flow,
    by: &By,
    decision: &Decision,
    found_by: SearchKind,
    decided_at: Timestamp,
    taken: &mut Taken,
) -> Result<Went, FlowError> {
    let Some(grab) = intend(flow, by, decision, found_by, Some(decided_at)).await? else {
        taken.failures.push(format!("{}: another release was taken meanwhile", decision.release.title));
        // The version has its grab, by somebody else.
        return Ok(Went::Grabbed);
    };
    match send(flow, by, grab.id, IfItFails::Stop).await? {
        Sent::Yes(grab) | Sent::Later(grab) => {
            superseded(flow, by, &grab).await?;
            taken.grabbed.push(grab);
            Ok(Went::Grabbed)
        }
        Sent::Failed { reason, .. } => {
            taken.failures.push(format!("{}: {reason}", decision.release.title));
            Ok(Went::Failed)
        }
    }
}
