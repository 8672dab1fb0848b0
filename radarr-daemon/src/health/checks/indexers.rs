//! Indexers: out of use, or with an error at the last request.

use radarr_proto::model::{Indexer, IndexerKind};

use crate::health::finding::Finding;
use crate::health::look::Look;

const CHECK: &str = "indexer";
const LEARNING: &str = "learn_groups";
const ALL_AS_ONE: &str = "indexer_all_as_one";

/// What is wrong with the enabled indexers.
pub(super) fn check(look: &Look) -> Vec<Finding> {
    let mut findings = Vec::new();
    for state in look.indexers.iter().filter(|state| state.indexer.enabled) {
        let name = &state.indexer.name;
        let said = state.budget.last_error.as_deref();
        let blocked = state.budget.blocked_until.filter(|until| *until > look.now);
        let hint = format!("try it: radarr-tui indexer test {name}");
        match (blocked, said) {
            (Some(until), said) => {
                let said = said.unwrap_or("it failed too often");
                let until = until.strftime("%Y-%m-%d %H:%M UTC");
                let message = format!("{name} is not asked before {until}: {said}");
                findings.push(Finding::error(CHECK, name, message, hint));
            }
            (None, Some(said)) => {
                let message = format!("the last request to {name} failed: {said}");
                findings.push(Finding::warning(CHECK, name, message, hint));
            }
            (None, None) => {}
        }
        findings.extend(all_as_one(&state.indexer));
        if look.being_read.contains(&state.indexer.id) {
            let message = format!(
                "the whole listing of {name} is being read for what is known of release groups; that takes a quarter \
                 of the hour's requests at most, until it is through"
            );
            let hint =
                "how far it is: radarr-tui job list; to end it: radarr-tui library set --learn-groups false";
            findings.push(Finding::notice(LEARNING, name, message, hint));
        }
    }
    findings
}

/// Jackett's address that asks all of its indexers: one that fails is not told, and what each of them limits and
/// flags is lost. Source: Radarr's check of the same.
fn all_as_one(indexer: &Indexer) -> Option<Finding> {
    let is_all = matches!(indexer.kind, IndexerKind::Torznab { .. })
        && indexer.base_url.to_lowercase().contains("/indexers/all/");
    is_all.then(|| {
        let message = format!(
            "{} asks all of Jackett's indexers as one: failures and limits of each are lost",
            indexer.name
        );
        let hint = "add each with its own address: radarr-tui indexer add torznab --help";
        Finding::warning(ALL_AS_ONE, &indexer.name, message, hint)
    })
}
