//! File descriptors: each connection takes one, and systems give a process 1,024 unless it asks for more.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tracing::warn;

/// More is never needed: connections have limits of their own.
const WANTED: u64 = 65_536;
/// For the storage, jobs, connections to the outside.
const RESERVED: u64 = 200;

/// Asks for as many as the system allows.
pub fn ask_for_more() {
    let now = getrlimit(Resource::Nofile);
    let most = now.maximum.unwrap_or(WANTED).min(WANTED);
    if now.current.is_some_and(|current| current < most)
        && let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: Some(most), maximum: now.maximum })
    {
        tracing::debug!(%error, "the limit of open files stays as it is");
    }
}

/// How many connections one kind of listener may have: what is set, or its share in eighths of what the system allows.
pub fn connections(setting: &str, wanted: u32, eighths: u64) -> usize {
    let open_files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let most = open_files.saturating_sub(RESERVED) / 8 * eighths;
    if u64::from(wanted) > most {
        warn!(
            setting,
            wanted,
            most,
            open_files,
            "the limit of open files allows fewer connections: raise it (ulimit -n)"
        );
    }
    usize::try_from(u64::from(wanted).min(most.max(1))).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_connections_as_are_set_unless_the_system_allows_fewer() {
        ask_for_more();
        assert_eq!(connections("rpc.max_connections", 10, 4), 10);
        let open_files = getrlimit(Resource::Nofile).current.unwrap();
        let given = u64::try_from(connections("rpc.max_connections", u32::MAX, 4)).unwrap();
        assert!(given >= 1 && given <= open_files / 2, "{given} of {open_files}");
    }
}
