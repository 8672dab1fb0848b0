//! `radarr-daemon verify-database`: whether the storage, and the files of the library, are as they should be.

use radarr_proto::request::{Repair, VerifyReport, VerifyStorage};

use crate::clock;
use crate::config::Config;
use crate::reach::{Reached, reach, run};
use crate::verify;

/// Looks at all of it; here, or by the daemon that runs.
pub fn verify(config: &Config, request: VerifyStorage) -> anyhow::Result<VerifyReport> {
    run(async {
        match reach(config).await? {
            Reached::Here { store, keeper } => {
                let report = verify::verify(&store, &keeper, request, clock::now()).await;
                store.close().await;
                Ok(report?)
            }
            Reached::Running(client) => Ok(client.verify_storage(request).await?),
        }
    })
}

/// Whether anything is wrong that was not mended.
pub fn is_well(report: &VerifyReport) -> bool {
    report.more == 0 && report.findings.iter().all(|finding| finding.repair == Repair::Done)
}

/// For people: what was looked at, then a paragraph for each finding.
pub fn in_words(report: &VerifyReport) -> String {
    let files = report.files.map_or_else(String::new, |files| format!(", {files} files"));
    let mut text = format!("looked at {} documents, {} events{files}", report.documents, report.events);
    for finding in &report.findings {
        let state = match finding.repair {
            Repair::Done => " [mended]",
            Repair::Possible => " [--repair mends it]",
            Repair::ByHand | Repair::Unknown => "",
        };
        text.push_str(&format!("\n\n{}: {}{state}", finding.what, finding.why));
        if let Some(hint) = &finding.hint {
            text.push_str(&format!("\n    {hint}"));
        }
    }
    if report.more > 0 {
        text.push_str(&format!("\n\nand {} more", report.more));
    }
    let last = match (report.findings.is_empty(), is_well(report)) {
        (true, _) => "nothing is wrong",
        (false, true) => "everything was mended",
        (false, false) => "something is wrong",
    };
    text.push_str(&format!("\n\n{last}"));
    text
}
