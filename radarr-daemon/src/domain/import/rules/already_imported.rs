//! What was imported once is not imported again.

use radarr_proto::model::{Permanence, RuleVerdict};

use crate::domain::import::candidate::{Candidate, Origin, PastKind};
use crate::domain::import::verdict::{Refusal, looked, not_applicable, pass, reject};

const RULE: &str = "AlreadyImported";

/// A download that was imported, and not grabbed again since, is done.
///
/// Source: Radarr's `AlreadyImportedSpecification`.
pub fn already_imported(file: &Candidate<'_>) -> RuleVerdict {
    let Origin::Download { id } = file.origin else {
        return not_applicable(RULE, "the file comes from no download client");
    };
    if file.existing.is_none() {
        return not_applicable(RULE, "the movie has no file");
    }
    let newest =
        |kind| file.history.iter().position(|event| event.kind == kind && event.download_id == Some(id));
    let looked = vec![looked("download", id)];
    match (newest(PastKind::Imported), newest(PastKind::Grabbed)) {
        (None, _) => pass(RULE, looked),
        // The history is newest first.
        (Some(imported), Some(grabbed)) if grabbed < imported => pass(RULE, looked),
        (Some(_), _) => {
            let refusal = Refusal {
                reason: "MovieAlreadyImported",
                permanence: Permanence::Permanent,
                message: "this download was imported already".to_owned(),
                remedy: "grab it again, or import the file by hand",
            };
            reject(RULE, refusal, looked)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::import::candidate::{Existing, PastEvent};
    use crate::domain::import::rules::test_candidate::candidate;

    fn event(kind: PastKind, id: &'static str) -> PastEvent<'static> {
        PastEvent { kind, download_id: Some(id), quality: None }
    }

    #[track_caller]
    fn check(history: &[PastEvent<'_>], refused: bool) {
        let existing = Some(Existing { quality: candidate().quality, score: 0 });
        let verdict = already_imported(&Candidate { existing, history, ..candidate() });
        assert_eq!(verdict.is_reject(), refused, "{verdict:?}");
    }

    #[test]
    fn a_download_is_imported_once_for_each_grab() {
        use PastKind::{Grabbed, Imported};
        check(&[], false);
        check(&[event(Grabbed, "one")], false);
        check(&[event(Imported, "one"), event(Grabbed, "one")], true);
        check(&[event(Imported, "one"), event(Grabbed, "two")], true);
        check(&[event(Grabbed, "one"), event(Imported, "one")], false);
        check(&[event(Imported, "two"), event(Grabbed, "one")], false);
    }
}
