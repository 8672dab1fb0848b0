//! Which download folders can be linked into which root folders (D16): each pair is tried, not guessed.

use std::path::PathBuf;
use std::time::Duration;

use radarr_proto::model::LinkMode;

use super::finding::Finding;
use super::look::Look;
use crate::files::{LinkCheck, blocking, try_link};

/// A try makes an empty file and links it; a disk that wakes up needs some seconds.
const TRY_TIMEOUT: Duration = Duration::from_secs(20);

const CHECK: &str = "link";

/// The pairs of download folder and root folder between which no hardlink can be made.
pub(super) async fn check(look: &Look) -> Vec<Finding> {
    let (roots, mode) = (&look.roots, look.settings.link_mode);
    let mut findings = Vec::new();
    if mode == LinkMode::Copy {
        return findings;
    }
    for asked in &look.clients {
        let folder = asked.answer.as_ref().ok().and_then(|facts| facts.download_folder.clone());
        let Some(folder) = folder.map(PathBuf::from).filter(|folder| folder.is_absolute()) else { continue };
        for root in roots.iter().filter(|state| state.accessible).map(|state| &state.root) {
            let (from, to) = (folder.clone(), PathBuf::from(&root.path));
            let attempt = blocking(move || Ok(from.is_dir().then(|| try_link(&from, &to))));
            let found = match tokio::time::timeout(TRY_TIMEOUT, attempt).await {
                // A folder that is not seen from here is told of by the check of the clients.
                Ok(Ok(None)) => continue,
                Ok(Ok(Some(found))) => found,
                Ok(Err(error)) => LinkCheck::Unknown { why: error.to_string() },
                Err(_) => LinkCheck::Unknown { why: "one of the folders does not answer".to_owned() },
            };
            let subject = format!("{} -> {}", folder.display(), root.path);
            findings.extend(judge(found, &asked.client.name, subject, mode));
        }
    }
    findings
}

fn judge(found: LinkCheck, client: &str, subject: String, mode: LinkMode) -> Option<Finding> {
    match found {
        LinkCheck::CanLink => None,
        LinkCheck::CannotLink { why } if mode == LinkMode::HardlinkRequired => Some(Finding::error(
            CHECK,
            subject,
            format!("nothing from {client} can be imported there, because a hardlink is required: {why}"),
            "do that, or allow copies: radarr-tui library set --link-mode hardlink-preferred",
        )),
        LinkCheck::CannotLink { why } => Some(Finding::warning(
            CHECK,
            subject,
            format!("imports from {client} are copies, which take twice the room while it seeds: {why}"),
            "do that, or say that copies are meant: radarr-tui library set --link-mode copy",
        )),
        LinkCheck::Unknown { why } => Some(Finding::warning(
            CHECK,
            subject,
            format!("whether imports from {client} can be hardlinks could not be tried: {why}"),
            "let the daemon's user write to both folders",
        )),
    }
}

#[cfg(test)]
mod tests {
    use radarr_proto::model::Severity;

    use super::*;

    #[test]
    fn a_pair_that_cannot_link_stops_imports_only_where_a_link_is_required() {
        let found = || LinkCheck::CannotLink { why: "two file systems".to_owned() };
        let severity = |mode| judge(found(), "qbit", "a -> b".to_owned(), mode).unwrap().severity;
        assert_eq!(severity(LinkMode::HardlinkRequired), Severity::Error);
        assert_eq!(severity(LinkMode::HardlinkPreferred), Severity::Warning);
        assert_eq!(judge(LinkCheck::CanLink, "qbit", String::new(), LinkMode::HardlinkRequired), None);
    }
}
