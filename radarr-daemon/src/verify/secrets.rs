//! Each secret that settings say is stored is there and can be opened, and there are no others.

use jiff::Timestamp;
use radarr_proto::request::{FindingKind, Repair};

use super::Findings;
use super::seen::Seen;
use crate::security::keeper::{KEY_CHECK, SecretKeeper, StoredSecret};
use crate::storage::{Commit, Expect};

/// Compares the secrets with the settings.
pub(super) fn check(seen: &Seen, keeper: &SecretKeeper, findings: &mut Findings) {
    let by_hand = |findings: &mut Findings, what: &str, why: &str| {
        let hint = Some("enter it again: radarr-tui indexer edit, client edit, tmdb set");
        findings.add(FindingKind::Secret, what, why, Repair::ByHand, hint);
    };
    for (name, by) in &seen.wanted_secrets {
        match seen.secrets.get(name) {
            None => by_hand(findings, by, "its secret is not stored"),
            Some((_, sealed)) if keeper.open_sealed(name, sealed).is_err() => {
                by_hand(findings, by, "its secret can't be opened with the key in use");
            }
            Some(_) => {}
        }
    }
    for (name, (version, _)) in &seen.secrets {
        if !seen.wanted_secrets.contains_key(name) && name != KEY_CHECK {
            let commit = Commit::new("system", Timestamp::UNIX_EPOCH)
                .delete::<StoredSecret>(name.clone(), Expect::Version(*version));
            let why = "no settings say that it is theirs";
            findings.add_mendable(FindingKind::Secret, format!("the secret {name}"), why, commit);
        }
    }
}
