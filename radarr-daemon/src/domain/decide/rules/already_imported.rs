//! The very release that came in before, under another quality than its name promised.

use radarr_proto::model::{Protocol, RuleVerdict};

use crate::domain::decide::situation::PastKind;
use crate::domain::decide::{Candidate, Situation, verdict::rule};

/// Not the last grab again, when its import turned out to be of another quality than the grab.
///
/// Without this the name would promise an upgrade for ever. Source: Radarr's `AlreadyImportedSpecification`.
pub fn judge(candidate: &Candidate, situation: &Situation<'_>) -> RuleVerdict {
    let rule = rule("AlreadyImported");
    if !situation.settings.completed_download_handling {
        return rule.skip("completed downloads are not imported");
    }
    if situation.file.is_none() {
        return rule.skip("there is no file yet");
    }
    let Some(grab) = situation.history.iter().find(|past| past.kind == PastKind::Grabbed) else {
        return rule.skip("nothing was grabbed before");
    };
    let same_download = |id: &Option<String>| id.is_some() && *id == grab.download_id;
    let import = situation
        .history
        .iter()
        .find(|past| past.kind == PastKind::Imported && same_download(&past.download_id));
    let Some(import) = import else {
        return rule.skip("the last grab was not imported");
    };
    let rule = rule
        .looked("grabbed", grab.rated.quality.quality)
        .looked("imported", import.rated.quality.quality)
        .looked("last grab", &grab.title);
    if grab.rated.quality == import.rated.quality {
        return rule.skip("the last grab was what its name said");
    }
    let hash = candidate.release.info_hash.map(|hash| hash.to_string());
    let same_hash = match (candidate.release.protocol, hash, &grab.download_id) {
        (Protocol::Torrent, Some(hash), Some(id)) => hash.eq_ignore_ascii_case(id),
        (Protocol::Torrent | Protocol::Usenet | Protocol::Unknown, _, _) => false,
    };
    let remedy = Some("search by hand and take it from the list to get it again");
    if same_hash {
        let message = "this torrent was grabbed before and turned out to be of another quality".to_owned();
        return rule.reject("AlreadyImportedSameHash", message, remedy);
    }
    if candidate.release.title.to_lowercase() == grab.title.to_lowercase() {
        let message =
            "a release of this name was grabbed before and turned out to be of another quality".to_owned();
        return rule.reject("AlreadyImportedSameName", message, remedy);
    }
    rule.pass()
}
