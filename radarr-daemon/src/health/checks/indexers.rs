//! Indexers: out of use, or with an error at the last request.

use crate::health::finding::Finding;
use crate::health::look::Look;

const CHECK: &str = "indexer";

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
    }
    findings
}
