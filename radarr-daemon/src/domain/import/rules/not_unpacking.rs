//! A file that is being unpacked is not finished.

use radarr_proto::model::{Permanence, RuleVerdict};

use crate::domain::import::candidate::{Candidate, Origin, Platform};
use crate::domain::import::verdict::{Refusal, looked, not_applicable, pass, reject};

const RULE: &str = "NotUnpacking";

/// Minutes after which a file on Windows is no longer being written to.
const QUIET_MINUTES: u64 = 5;

/// No folder above the file has a name that download clients give to folders they unpack in.
///
/// Source: Radarr's `NotUnpackingSpecification`.
pub fn not_unpacking(file: &Candidate<'_>) -> RuleVerdict {
    if file.origin == Origin::Library {
        return not_applicable(RULE, "the file is in the library already");
    }
    let folders = file.path.rsplit('/').skip(1);
    let is_working = |folder: &&str| {
        file.working_folders.iter().any(|start| !start.is_empty() && folder.starts_with(start))
    };
    let Some(folder) = folders.into_iter().find(is_working) else { return pass(RULE, Vec::new()) };
    let looked = vec![looked("folder", folder)];
    let is_quiet = file.written_minutes_ago.is_some_and(|minutes| minutes > QUIET_MINUTES);
    if file.platform == Platform::Windows && is_quiet {
        return pass(RULE, looked);
    }
    let refusal = Refusal {
        reason: "Unpacking",
        permanence: Permanence::Temporary,
        message: format!("the download client still unpacks it, in {folder:?}"),
        remedy: "wait, or remove the folder if the client gave up",
    };
    reject(RULE, refusal, looked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::import::rules::test_candidate::candidate;

    #[test]
    fn a_working_folder_is_not_finished() {
        let inside = Candidate { path: "/d/_UNPACK_Movie/x/movie.iso", ..candidate() };
        assert!(not_unpacking(&inside).is_reject());
        assert!(!not_unpacking(&Candidate { path: "/d/Movie_UNPACK_/_UNPACK_.iso", ..inside }).is_reject());
        assert!(!not_unpacking(&Candidate { working_folders: &[""], ..inside }).is_reject());
        assert!(!not_unpacking(&Candidate { origin: Origin::Library, ..inside }).is_reject());
        let windows =
            |minutes| Candidate { platform: Platform::Windows, written_minutes_ago: minutes, ..inside };
        assert!(not_unpacking(&windows(None)).is_reject());
        assert!(not_unpacking(&windows(Some(1))).is_reject());
        assert!(!not_unpacking(&windows(Some(60))).is_reject());
    }
}
