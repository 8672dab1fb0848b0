//! One call from the moment its arguments are read to its answer: role, request id, metrics, panics.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use futures::FutureExt;
use futures::future::BoxFuture;
use jiff::Timestamp;
use radarr_proto::error::{ApiError, ApiResult, ErrorCode};
use radarr_proto::model::{Principal, Role};
use tokio::sync::oneshot;
use tracing::{Instrument, Span, debug, error};

use super::authorise::Doorkeeper;
use super::event_pages::EventPages;
use super::large::{LARGE_ROWS, Large, Turn};
use crate::backup::Backups;
use crate::flow::{By, Flow};
use crate::jobs::Schedule;
use crate::status::Daemon;
use crate::tasks::Tasks;
use crate::telemetry::metrics::{API_DURATION, API_REQUESTS, PANICS};

/// What the calls work on.
#[derive(Clone)]
pub struct Calls {
    /// The library and the services outside.
    pub flow: Flow,
    /// The daemon itself.
    pub daemon: Arc<Daemon>,
    /// Knows who may come in; told at once when that changes.
    pub doorkeeper: Arc<Doorkeeper>,
    /// The daemon's own backups.
    pub backups: Arc<Backups>,
    /// What it starts by itself.
    pub schedule: Schedule,
    /// The newest events.
    pub events: Arc<EventPages>,
    /// Where a change goes on when its caller hangs up.
    pub tasks: Tasks,
}

/// A call under way.
#[derive(Clone)]
pub struct Call {
    /// What it works on.
    pub calls: Arc<Calls>,
    /// Who calls.
    pub principal: Arc<Principal>,
    /// From where: `unix` or an address.
    pub from: Arc<str>,
    /// Its caller's turns at large answers.
    pub large: Arc<Large>,
    /// Its name in the log and in the events that it causes.
    pub request_id: String,
    /// When its caller gives up.
    pub deadline: Instant,
}

impl Call {
    /// The library and the services outside.
    pub fn flow(&self) -> &Flow {
        &self.calls.flow
    }

    /// Waits for a turn when an answer of so many rows is large; `None` = all there are.
    pub async fn turn(&self, rows: Option<u64>) -> Result<Option<Turn<'_>>, ApiError> {
        if rows.is_some_and(|rows| rows < LARGE_ROWS) {
            return Ok(None);
        }
        self.large.turn(self.deadline).await.map(Some)
    }

    /// In whose name it changes something.
    pub fn by(&self) -> By {
        By::caller(&self.principal.name, self.request_id.clone()).from(&self.from)
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.calls.flow.now()
    }
}

/// Whether a call is given up when its caller hangs up or waits no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It is: nobody reads the answer.
    Read,
    /// It is not: a change that was begun is brought to its end.
    Change,
}

/// Answers a call: refuses it, or lets `handler` do it. A handler that panics answers as well.
pub async fn answer<T, F>(
    call: Call,
    method: &'static str,
    needed: Role,
    kind: Kind,
    handler: impl FnOnce(Call) -> F + Send + 'static,
) -> ApiResult<T>
where
    T: Send + 'static,
    F: Future<Output = ApiResult<T>> + Send + 'static,
{
    let span = tracing::info_span!("request", id = %call.request_id, method, by = %call.principal.name);
    let tasks = call.calls.tasks.clone();
    let work = async move {
        let doorkeeper = &call.calls.doorkeeper;
        doorkeeper.need(&call.principal, &call.from, method, needed)?;
        doorkeeper.count(&call.principal, &call.from)?;
        let work = async move { handler(call).await };
        AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|_| Err(panicked(method)))
    };
    follow(tasks, method, kind, span, work.boxed()).await
}

/// Follows a call to its answer. Boxed, and apart from the handlers, so that it is built once for each kind of answer
/// rather than once for each of eighty calls: the daemon is 2 MB smaller for it.
async fn follow<T: Send + 'static>(
    tasks: Tasks,
    method: &'static str,
    kind: Kind,
    span: Span,
    work: BoxFuture<'static, ApiResult<T>>,
) -> ApiResult<T> {
    let began = Instant::now();
    let answer = match kind {
        Kind::Read => work.instrument(span.clone()).await,
        Kind::Change => in_a_task(&tasks, work.instrument(span.clone())).await,
    };
    tell(method, began, &span, answer.as_ref().err());
    answer
}

fn tell(method: &'static str, began: Instant, span: &Span, refused: Option<&ApiError>) {
    let outcome = refused.map_or("ok", |error| code_name(error.code));
    metrics::counter!(API_REQUESTS, "method" => method, "outcome" => outcome).increment(1);
    metrics::histogram!(API_DURATION, "method" => method).record(began.elapsed());
    span.in_scope(|| match refused {
        None => debug!("answered"),
        Some(error) if error.code == ErrorCode::Internal => error!(error = %error.message, "a call failed"),
        Some(error) => debug!(outcome, error = %error.message, "refused"),
    });
}

async fn in_a_task<T: Send + 'static>(
    tasks: &Tasks,
    work: impl Future<Output = ApiResult<T>> + Send + 'static,
) -> ApiResult<T> {
    let (done, answer) = oneshot::channel();
    tasks.spawn("rpc change", async move {
        if done.send(work.await).is_err() {
            debug!("the caller of a change went away");
        }
    });
    answer.await.unwrap_or_else(|_| Err(panicked("a change")))
}

fn panicked(method: &str) -> ApiError {
    metrics::counter!(PANICS).increment(1);
    ApiError::new(ErrorCode::Internal, format!("{method} ended by a fault in the daemon"))
        .with_hint("report it with the daemon's log")
}

/// The code as it travels; a label of the metrics.
fn code_name(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::Invalid => "invalid",
        ErrorCode::NotFound => "not_found",
        ErrorCode::Conflict => "conflict",
        ErrorCode::Forbidden => "forbidden",
        ErrorCode::NeedsConfirmation => "needs_confirmation",
        ErrorCode::Upstream => "upstream",
        ErrorCode::RateLimited => "rate_limited",
        ErrorCode::Disk => "disk",
        ErrorCode::Unavailable => "unavailable",
        ErrorCode::Timeout => "timeout",
        ErrorCode::Busy => "busy",
        ErrorCode::Internal => "internal",
        ErrorCode::Unknown => "unknown",
    }
}
