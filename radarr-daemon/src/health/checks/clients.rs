//! Download clients: do they answer, and does the daemon see what they download.

use std::path::Path;

use crate::health::finding::Finding;
use crate::health::look::{AskedClient, Look};

const CHECK: &str = "client";

/// What is wrong with the enabled clients.
pub(super) fn check(look: &Look) -> Vec<Finding> {
    look.clients.iter().flat_map(of_client).collect()
}

fn of_client(asked: &AskedClient) -> Vec<Finding> {
    let name = &asked.client.name;
    let facts = match &asked.answer {
        Ok(facts) => facts,
        Err(error) => {
            let hint = error.hint.clone().unwrap_or_default();
            return vec![Finding::error(CHECK, name, error.message.clone(), hint)];
        }
    };
    let mut findings = Vec::new();
    let folder = facts.download_folder.as_deref().map(Path::new);
    // A folder that was never used need not be there; the folder above it must be.
    let unseen = folder.filter(|folder| {
        let above = folder.parent().filter(|above| *above != Path::new("/"));
        !folder.is_dir() && !above.is_some_and(Path::is_dir)
    });
    if let Some(folder) = unseen {
        findings.push(Finding::error(
            CHECK,
            name,
            format!("{name} downloads to {}, which the daemon does not see", folder.display()),
            "mount that folder for the daemon as well; when it has another path here, add a path mapping: \
             radarr-tui client edit NAME --path-mapping REMOTE=LOCAL",
        ));
    }
    for (number, warning) in (1..).zip(&facts.warnings) {
        findings.push(Finding::warning(
            CHECK,
            format!("{name} ({number})"),
            format!("{name}: {warning}"),
            "change it in the client's own settings, if it is not meant",
        ));
    }
    findings
}
