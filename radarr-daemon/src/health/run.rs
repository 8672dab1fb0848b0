//! Runs all checks and keeps what they found; what was said before and still holds keeps its time.

use std::collections::{BTreeMap, BTreeSet};

use radarr_proto::model::{EventKind, HealthItem, Severity};

use super::checks;
use super::finding::Finding;
use super::look::Look;
use crate::flow::{Flow, FlowError};
use crate::storage::{Change, Collection, Commit, DocKey, Document, Expect, Write};
use crate::telemetry::metrics::HEALTH_PROBLEMS;

/// Checks everything, and commits what changed since the last time. Worst first.
pub async fn check_all(flow: &Flow) -> Result<Vec<HealthItem>, FlowError> {
    let look = Look::take(flow).await?;
    let found = checks::all(&look).await;
    match keep(flow, found).await {
        // Another daemon checked at the same moment: what it found is as good.
        Err(error) if error.is_conflict() => {}
        kept => kept?,
    }
    let items = current(flow).await?;
    let problems = items.iter().filter(|item| item.severity >= Severity::Warning).count();
    metrics::gauge!(HEALTH_PROBLEMS).set(u32::try_from(problems).unwrap_or(u32::MAX));
    Ok(items)
}

/// What the last check found, worst first, the oldest of equals first.
pub async fn current(flow: &Flow) -> Result<Vec<HealthItem>, FlowError> {
    let mut items: Vec<HealthItem> = flow.store.load_all().await?;
    items.sort_by(|left, right| {
        let key = |item: &HealthItem| (item.since, item.check.clone(), item.subject.clone());
        right.severity.cmp(&left.severity).then_with(|| key(left).cmp(&key(right)))
    });
    Ok(items)
}

async fn keep(flow: &Flow, found: Vec<Finding>) -> Result<(), FlowError> {
    let now = flow.now();
    let mut before = BTreeMap::new();
    for (id, version) in flow.store.versions(Collection::Health).await? {
        if let Some(item) = flow.store.load::<HealthItem>(id.clone()).await? {
            before.insert(id, (item, version));
        }
    }
    let mut commit = Commit::new("system", now);
    let mut seen = BTreeSet::new();
    for finding in found {
        let mut item = finding.since(now);
        // Two findings of one check on one thing are one entry: the first.
        if !seen.insert(item.id()) {
            continue;
        }
        let expect = match before.remove(&item.id()) {
            None => Expect::Absent,
            Some((known, version)) => {
                item.since = known.since;
                if known == item {
                    continue;
                }
                Expect::Version(version)
            }
        };
        commit = commit.put(&item, expect).event(None, event(&item, false));
    }
    for (id, (item, version)) in before {
        let key = DocKey::new(Collection::Health, id);
        commit = commit
            .write(Write { key, expect: Expect::Version(version), change: Change::Delete })
            .event(None, event(&item, true));
    }
    if !commit.is_empty() {
        flow.store.commit(commit).await?;
    }
    Ok(())
}

fn event(item: &HealthItem, ok: bool) -> EventKind {
    EventKind::HealthChanged { check: item.check.clone(), ok, message: item.message.clone() }
}
