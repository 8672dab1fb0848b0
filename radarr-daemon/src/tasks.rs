//! The only place that spawns: every task has a name, is counted, and ends at shutdown.

use std::future::Future;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{Instrument, error, warn};

/// All tasks of a daemon, and the sign that they are to end.
#[derive(Debug, Clone, Default)]
pub struct Tasks {
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Tasks {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts a task. A panic in it ends it alone and is logged.
    pub fn spawn<F>(&self, name: &'static str, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.spawn_boxed(name, task.boxed());
    }

    /// What the runtime needs for a task is built once for all of them, not once for each.
    fn spawn_boxed(&self, name: &'static str, task: BoxFuture<'static, ()>) {
        let span = tracing::debug_span!("task", task = name);
        let guarded = async move {
            if std::panic::AssertUnwindSafe(task).catch_unwind().await.is_err() {
                metrics::counter!("radarr_panics_total").increment(1);
                error!(task = name, "a task panicked; report this with the log above it");
            }
        };
        self.tracker.spawn(guarded.instrument(span));
    }

    /// Starts a task that is dropped when the daemon stops.
    pub fn spawn_until_stop<F>(&self, name: &'static str, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let stop = self.stop.clone();
        self.spawn(name, async move {
            tokio::select! {
                () = task => {}
                () = stop.cancelled() => {}
            }
        });
    }

    /// Ends when the daemon stops.
    pub fn stopping(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Tells all tasks to end and waits for them; gives up after `patience` and says so.
    pub async fn stop(&self, patience: Duration) {
        self.stop.cancel();
        self.tracker.close();
        if tokio::time::timeout(patience, self.tracker.wait()).await.is_err() {
            warn!(left = self.tracker.len(), "tasks did not end in time");
        }
    }
}
