//! What the daemon and a service manager (systemd) tell each other: a socket that is open already, "ready", "ending", a
//! line of status, and that the daemon still works. Without a service manager none of this does anything.
//!
//! A daemon that hangs still has a process, and its probes still answer. So the sign of life is given only when a
//! question went through the storage's writer and came back, and the worker went round not long ago. An error of the
//! storage is an answer as well: a database that is away or a full disk is not mended by starting anew.

use std::os::unix::net::UnixListener;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use jiff::Timestamp;
use listenfd::ListenFd;
use radarr_proto::model::DocVersion;
use sd_notify::NotifyState;
use tracing::{debug, error, info};

use crate::clock;
use crate::http::Readiness;
use crate::jobs::Pulse;
use crate::storage::{Change, Collection, Commit, DocKey, Expect, SharedStore, Write};

/// The name of the socket in the socket unit (`FileDescriptorName=`).
const SOCKET_NAME: &str = "rpc";

/// How often the status is told anew where no sign of life is wanted.
const STATUS_EVERY: Duration = Duration::from_secs(15);

/// The worker goes round at least once a minute; it may also wait for a storage that is compacted or checked.
const PULSE_AGE_MAX: Duration = Duration::from_mins(3);

/// The socket for clients that the service manager opened, if it did. Call it while there is one thread: it takes the
/// names of the sockets out of the environment.
pub fn take_socket() -> anyhow::Result<Option<UnixListener>> {
    let names = std::env::var("LISTEN_FDNAMES").unwrap_or_default();
    let mut handed = ListenFd::from_env();
    match place(&names, handed.len())? {
        None => Ok(None),
        Some(place) => handed.take_unix_listener(place).context(
            "what the service manager opened for clients is no Unix socket (ListenStream= with a path)",
        ),
    }
}

/// Which of the sockets is ours.
fn place(names: &str, count: usize) -> anyhow::Result<Option<usize>> {
    match names.split(':').position(|name| name == SOCKET_NAME).filter(|place| *place < count) {
        Some(place) => Ok(Some(place)),
        None if count == 0 => Ok(None),
        // A launcher that opens one socket need not name it.
        None if count == 1 => Ok(Some(0)),
        None => bail!(
            "{count} sockets were handed over and none is named {SOCKET_NAME}: set FileDescriptorName={SOCKET_NAME} in \
             the socket unit"
        ),
    }
}

/// The start has begun.
pub fn starting() {
    tell(&[NotifyState::Status("starting: the library is being read")]);
}

/// The daemon serves.
pub fn ready() {
    tell(&[NotifyState::Ready, NotifyState::Status(SERVING)]);
}

/// The daemon ends.
pub fn ending() {
    tell(&[NotifyState::Stopping, NotifyState::Status("ending: jobs are handed back")]);
}

const SERVING: &str = "serving";

fn tell(states: &[NotifyState]) {
    if let Err(error) = sd_notify::notify(states) {
        debug!(%error, "the service manager was not told");
    }
}

/// Tells how the daemon is, for as long as it runs.
pub async fn keep_telling(store: SharedStore, pulse: Pulse, readiness: Arc<Readiness>) {
    if std::env::var_os("NOTIFY_SOCKET").is_none() {
        return;
    }
    let watched = sd_notify::watchdog_enabled();
    // A quarter: a storage that is busy with itself for two minutes of three is not taken for one that hangs.
    let every = watched.map_or(STATUS_EVERY, |limit| limit / 4);
    let mut told = SERVING.to_owned();
    loop {
        tokio::time::sleep(every).await;
        let status = status(&readiness);
        if status != told {
            tell(&[NotifyState::Status(&status)]);
            told = status;
        }
        if watched.is_some() && works(&store, &pulse, every).await {
            tell(&[NotifyState::Watchdog]);
        }
    }
}

/// One line, whatever the reasons have in them: a line end would begin another message.
fn status(readiness: &Readiness) -> String {
    let reasons: Vec<String> = readiness.reasons().into_iter().map(|reason| reason.message).collect();
    if reasons.is_empty() {
        return SERVING.to_owned();
    }
    format!("not ready: {}", reasons.join("; ")).replace(char::is_control, " ")
}

/// Whether the daemon really works. Does not come back while the storage does not answer.
async fn works(store: &SharedStore, pulse: &Pulse, patience: Duration) -> bool {
    let mut answer = std::pin::pin!(ask(store, clock::now()));
    if tokio::time::timeout(patience, &mut answer).await.is_err() {
        error!("the storage does not answer; no sign of life is given until it does");
        answer.await;
        info!("the storage answers again");
    }
    let age = pulse.age();
    if age > PULSE_AGE_MAX {
        error!(
            seconds = age.as_secs(),
            "the worker gives out no jobs; no sign of life is given until it does"
        );
        return false;
    }
    true
}

/// Waits for any answer of the storage's writer: to a change that is never kept, because it expects a version that no
/// document will ever have. Nothing is written.
async fn ask(store: &SharedStore, now: Timestamp) {
    let key = DocKey::new(Collection::Checkpoint, "service-manager");
    let never = Write { key, expect: Expect::Version(DocVersion(u64::MAX)), change: Change::Keep };
    if let Ok(committed) = store.commit(Commit::new("system", now).write(never)).await {
        debug!(version = committed.version.0, "a change that can't be kept was kept");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::Store;
    use crate::storage::sled::SledStore;

    #[track_caller]
    fn check(names: &str, count: usize, want: Option<usize>) {
        assert_eq!(place(names, count).unwrap(), want, "{names:?} of {count}");
    }

    #[test]
    fn the_socket_is_found_by_its_name_or_by_being_alone() {
        check("", 0, None);
        check("rpc", 0, None);
        check("", 1, Some(0));
        check("radarr.socket", 1, Some(0));
        check("web:rpc", 2, Some(1));
        assert!(place("a:b", 2).unwrap_err().to_string().contains("FileDescriptorName=rpc"));
    }

    #[test]
    fn the_status_is_one_line() {
        let readiness = Readiness::default();
        readiness.set_started();
        assert_eq!(status(&readiness), "serving");
        readiness.set_storage_fault(Some("full\nREADY=1".to_owned()));
        assert_eq!(status(&readiness), "not ready: full READY=1");
    }

    #[tokio::test]
    async fn asking_the_storage_writes_nothing_and_an_error_is_an_answer() {
        let folder = tempfile::tempdir().unwrap();
        let store: SharedStore = Arc::new(SledStore::open(folder.path()).unwrap());
        let patience = Duration::from_secs(10);
        assert!(works(&store, &Pulse::default(), patience).await);
        assert!(store.versions(Collection::Checkpoint).await.unwrap().is_empty());
        assert_eq!(store.last_cursor().0, 0);
        Store::close(&*store).await;
        assert!(works(&store, &Pulse::default(), patience).await);
    }

    #[tokio::test]
    async fn a_worker_that_stands_still_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let store: SharedStore = Arc::new(SledStore::open(folder.path()).unwrap());
        let pulse = Pulse::that_began_before(PULSE_AGE_MAX + Duration::from_secs(1));
        assert!(!works(&store, &pulse, Duration::from_hours(1)).await);
        pulse.beat();
        assert!(works(&store, &pulse, Duration::from_hours(1)).await);
    }
}
