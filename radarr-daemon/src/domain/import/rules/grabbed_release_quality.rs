//! Says when the file is of another quality than its release name promised.

use radarr_proto::model::{Quality, RuleVerdict};

use crate::domain::import::candidate::{Candidate, Origin, PastKind};
use crate::domain::import::verdict::{looked, not_applicable, pass};

const RULE: &str = "GrabbedReleaseQuality";

/// Never refuses; the difference is shown.
///
/// Source: Radarr's `GrabbedReleaseQualitySpecification`.
pub fn grabbed_release_quality(file: &Candidate<'_>) -> RuleVerdict {
    let Origin::Download { id } = file.origin else {
        return not_applicable(RULE, "the file comes from no download client");
    };
    let mut grabs =
        file.history.iter().filter(|event| event.kind == PastKind::Grabbed && event.download_id == Some(id));
    let quality = grabs.find_map(|event| event.quality).map(|quality| quality.quality);
    match quality.filter(|quality| *quality != Quality::Unknown) {
        None => not_applicable(RULE, "the quality that was grabbed is not known"),
        Some(grabbed) => pass(RULE, vec![looked("grabbed", grabbed), looked("file", file.quality.quality)]),
    }
}

#[cfg(test)]
mod tests {
    use radarr_proto::model::QualityModel;

    use super::*;
    use crate::domain::import::candidate::PastEvent;
    use crate::domain::import::rules::test_candidate::candidate;

    #[test]
    fn another_quality_than_the_grabbed_one_is_shown_and_accepted() {
        let quality = Some(QualityModel { quality: Quality::Sdtv, ..QualityModel::default() });
        let history = [PastEvent { kind: PastKind::Grabbed, download_id: Some("one"), quality }];
        let verdict = grabbed_release_quality(&Candidate { history: &history, ..candidate() });
        assert!(!verdict.is_reject());
        let shown: Vec<&str> = verdict.looked.iter().map(|looked| looked.value.as_str()).collect();
        assert_eq!(shown, ["SDTV", "Bluray-1080p"]);
    }
}
