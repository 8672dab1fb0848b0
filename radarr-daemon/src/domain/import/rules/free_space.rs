//! There has to be room for the file.

use radarr_proto::model::{Permanence, RuleVerdict};

use crate::domain::import::candidate::{Candidate, FreeSpace, Origin};
use crate::domain::import::verdict::{Refusal, looked, not_applicable, pass, reject};

const RULE: &str = "FreeSpace";

/// After the import the disk keeps at least the bytes that the settings want. What cannot be found out is no reason
/// against a file.
///
/// Source: Radarr's `FreeSpaceSpecification`.
pub fn free_space(file: &Candidate<'_>) -> RuleVerdict {
    if file.origin == Origin::Library {
        return not_applicable(RULE, "the file is in the library already");
    }
    let Some(minimum) = file.minimum_free_bytes else {
        return not_applicable(RULE, "the check is switched off");
    };
    let FreeSpace::Bytes(free) = file.free_space else {
        return not_applicable(RULE, "the free space is not known");
    };
    let needed = file.size_bytes.saturating_add(minimum);
    let looked = vec![
        looked("free", format!("{free} bytes")),
        looked("size", format!("{} bytes", file.size_bytes)),
        looked("to be left", format!("{minimum} bytes")),
    ];
    if free >= needed {
        return pass(RULE, looked);
    }
    let refusal = Refusal {
        reason: "MinimumFreeSpace",
        permanence: Permanence::Temporary,
        message: format!("there is no room: {needed} bytes are needed, {free} are free"),
        remedy: "free space on the disk of the root folder",
    };
    reject(RULE, refusal, looked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::import::rules::test_candidate::candidate;

    #[test]
    fn size_and_what_must_be_left_have_to_fit() {
        for (free, minimum, refused) in [(1500, 500, false), (1499, 500, true), (u64::MAX, u64::MAX, false)] {
            let file = Candidate {
                free_space: FreeSpace::Bytes(free),
                minimum_free_bytes: Some(minimum),
                ..candidate()
            };
            assert_eq!(free_space(&file).is_reject(), refused, "{free} {minimum}");
            assert!(!free_space(&Candidate { origin: Origin::Library, ..file }).is_reject());
            assert!(!free_space(&Candidate { minimum_free_bytes: None, ..file }).is_reject());
        }
    }
}
