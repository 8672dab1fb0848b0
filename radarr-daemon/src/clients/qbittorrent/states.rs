//! What qBittorrent's states mean. Both spellings are read whatever the version: proxies and forks mix them.

use crate::clients::client::ItemState;

/// A state and what a person should know of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) state: ItemState,
    pub(super) warning: Option<&'static str>,
}

/// Source: `serializeTorrent` in qBittorrent; a state that it does not have yet is taken as coming in.
pub(super) fn meaning(state: &str) -> Meaning {
    let plain = |state| Meaning { state, warning: None };
    match state {
        "uploading" | "forcedUP" | "stalledUP" | "queuedUP" => plain(ItemState::Seeding),
        "pausedUP" | "stoppedUP" => plain(ItemState::Complete),
        "pausedDL" | "stoppedDL" => plain(ItemState::Paused),
        "stalledDL" => plain(ItemState::Stalled),
        "moving" => plain(ItemState::Moving),
        "queuedDL" | "checkingDL" | "checkingUP" | "checkingResumeData" | "queuedForChecking"
        | "allocating" | "metaDL" | "forcedMetaDL" => plain(ItemState::Queued),
        "missingFiles" => Meaning {
            state: ItemState::Faulty,
            warning: Some(
                "qBittorrent misses files of it; were they moved or deleted, or is a disk not mounted?",
            ),
        },
        "error" => Meaning {
            state: ItemState::Faulty,
            warning: Some("qBittorrent reports an error; is the disk full, or may it not write there?"),
        },
        _ => plain(ItemState::Downloading),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_paused_mean_the_same() {
        for (old, new, want) in
            [("pausedDL", "stoppedDL", ItemState::Paused), ("pausedUP", "stoppedUP", ItemState::Complete)]
        {
            assert_eq!(meaning(old).state, want);
            assert_eq!(meaning(new).state, want);
        }
    }

    #[test]
    fn only_what_lies_in_its_place_counts_as_complete() {
        let complete = ["uploading", "forcedUP", "stalledUP", "queuedUP", "pausedUP", "stoppedUP"];
        let not = [
            "moving",
            "checkingUP",
            "checkingResumeData",
            "missingFiles",
            "error",
            "downloading",
            "forcedDL",
            "metaDL",
            "forcedMetaDL",
            "stalledDL",
            "queuedDL",
            "unknown",
            "a state of the future",
            "",
        ];
        assert!(complete.into_iter().all(|state| meaning(state).state.is_complete()));
        assert!(!not.into_iter().any(|state| meaning(state).state.is_complete()));
    }
}
