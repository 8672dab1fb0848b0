//! Whether the storage is as it should be: every document can be read, what it names is there, nothing is held that
//! belongs to nobody; with `deep`, the files of the library as well. What the storage keeps beside its documents
//! (indexes, marks) it checks itself: `Store::check`.
//!
//! It looks at one moment, whatever goes on meanwhile. It mends only what is made from something else and can be made
//! again, and only what nobody changed since.

mod claims;
mod decode;
mod files;
mod references;
mod secrets;
mod seen;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use radarr_proto::request::{Finding, FindingKind, Repair, VerifyReport, VerifyStorage};

use self::seen::Seen;
use crate::security::keeper::SecretKeeper;
use crate::storage::{Commit, SharedStore, Snapshot, StoreError};

/// Findings that are told; more are counted.
const FINDINGS_MAX: usize = 1_000;

/// Looks at all of it.
pub async fn verify(
    store: &SharedStore,
    keeper: &SecretKeeper,
    request: VerifyStorage,
    now: Timestamp,
) -> Result<VerifyReport, StoreError> {
    let mut findings = Findings::default();
    for told in store.check(request.repair).await? {
        let repair = match (told.mended, told.can_mend) {
            (true, _) => Repair::Done,
            (false, true) => Repair::Possible,
            (false, false) => Repair::ByHand,
        };
        findings.add(FindingKind::Index, told.what, told.why, repair, Some(FROM_A_BACKUP));
    }
    let (seen, documents, events) = read(store, &mut findings).await?;
    references::check(&seen, &mut findings);
    claims::check(&seen, &mut findings);
    secrets::check(&seen, keeper, &mut findings);
    let files = if request.deep { Some(files::check(&seen, &mut findings).await) } else { None };
    if request.repair {
        findings.mend(store, now).await?;
    }
    Ok(findings.report(documents, events, files))
}

/// What a person can do about something that can't be made again.
const FROM_A_BACKUP: &str =
    "restore the newest backup from before: radarr-daemon backup restore FILE --replace";

/// Reads everything at one moment.
async fn read(store: &SharedStore, findings: &mut Findings) -> Result<(Seen, u64, u64), StoreError> {
    let mut snapshot: Box<dyn Snapshot> = store.snapshot().await?;
    let (mut seen, mut documents, mut events) = (Seen::default(), 0, 0);
    loop {
        let page = snapshot.documents().await?;
        if page.is_empty() {
            break;
        }
        for (key, stored) in page {
            documents += 1;
            if let Err(error) = decode::decode(&key, &stored, &mut seen) {
                let why = if let StoreError::Corrupt { why, .. } = &error {
                    why.clone()
                } else {
                    error.to_string()
                };
                let kind = FindingKind::Unreadable;
                findings.add(kind, key.to_string(), why, Repair::ByHand, Some(FROM_A_BACKUP));
            }
        }
    }
    loop {
        match snapshot.events().await {
            Ok(page) if page.is_empty() => break,
            Ok(page) => events += u64::try_from(page.len()).unwrap_or(u64::MAX),
            Err(StoreError::Corrupt { what, why }) => {
                findings.add(FindingKind::Unreadable, what, why, Repair::ByHand, Some(FROM_A_BACKUP));
                break;
            }
            Err(error) => return Err(error),
        }
    }
    Ok((seen, documents, events))
}

/// What is wrong, and what would mend it.
#[derive(Default)]
struct Findings {
    told: Vec<Finding>,
    more: u64,
    /// With the place of the finding that each mends.
    mends: Vec<(Option<usize>, Commit)>,
}

impl Findings {
    fn add(
        &mut self,
        kind: FindingKind,
        what: impl Into<String>,
        why: impl Into<String>,
        repair: Repair,
        hint: Option<&str>,
    ) {
        if self.told.len() == FINDINGS_MAX {
            self.more += 1;
            return;
        }
        let hint = hint.filter(|_| repair == Repair::ByHand).map(str::to_owned);
        self.told.push(Finding { kind, what: what.into(), why: why.into(), repair, hint });
    }

    /// Adds what `commit`, which holds only if nothing changed since, would mend.
    fn add_mendable(
        &mut self,
        kind: FindingKind,
        what: impl Into<String>,
        why: impl Into<String>,
        commit: Commit,
    ) {
        let place = (self.told.len() < FINDINGS_MAX).then_some(self.told.len());
        self.add(kind, what, why, Repair::Possible, None);
        self.mends.push((place, commit));
    }

    /// Mends one after the other; what was changed since is left alone.
    async fn mend(&mut self, store: &SharedStore, now: Timestamp) -> Result<(), StoreError> {
        for (place, mut commit) in std::mem::take(&mut self.mends) {
            commit.at = now;
            match store.commit(commit).await {
                Ok(_) => {
                    if let Some(finding) = place.and_then(|place| self.told.get_mut(place)) {
                        finding.repair = Repair::Done;
                    }
                }
                Err(error) if error.is_conflict() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn report(self, documents: u64, events: u64, files: Option<u64>) -> VerifyReport {
        VerifyReport { documents, events, files, findings: self.told, more: self.more }
    }
}
