//! Settings that files declare: can they be taken over, and are they still as the files say.

use crate::health::finding::Finding;
use crate::health::look::Look;

const FOLDER: &str = "settings_folder";
const DRIFT: &str = "settings_drift";

/// What is wrong with the folders, and what is managed but another one.
pub(super) fn check(look: &Look) -> Vec<Finding> {
    let mut findings = Vec::new();
    for fault in &look.declared.faults {
        let make = if fault.is_waiting() { Finding::notice } else { Finding::error };
        findings.push(make(FOLDER, &fault.dir, fault.message.clone(), fault.hint.clone()));
    }
    if look.declared.unwatched > 0 {
        findings.push(Finding::warning(
            FOLDER,
            "unwatched",
            format!(
                "{} settings are managed by a folder that the daemon does not watch: nobody can change them",
                look.declared.unwatched
            ),
            "set settings.dir to that folder, or give up its management: radarr-tui apply --release",
        ));
    }
    for drift in &look.declared.drifts {
        let (section, name, by) = (drift.section.replace('_', " "), &drift.name, drift.by.words());
        let what = if drift.fields.is_empty() { "it is gone".to_owned() } else { drift.fields.join(", ") };
        let hint = if drift.by.watched {
            "the folder puts it right at its next look; if this stays, see what else the health page says of it"
        } else {
            "apply the file again, or give up its management: radarr-tui apply --release"
        };
        let subject = format!("{} {name}", drift.section);
        let message = format!("{section} {name:?} is not as {by} declares it: {what}");
        findings.push(Finding::warning(DRIFT, subject, message, hint));
    }
    findings
}
