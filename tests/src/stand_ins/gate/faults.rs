//! How a stand-in misbehaves on request.
//!
//! `POST /_faults {"next": ["hang", "429"], "path": "/api"}` spoils the next two requests below that path,
//! `{"always": "500"}` all of them, `DELETE /_faults` none. A fault is written `hang`, `hold`, `slow:MILLISECONDS`, a
//! status such as `403`, `status:N` (HDBits' or Torznab's own code in a 200), `html`, `login`, `empty`, `cut`,
//! `garbage` or `huge`.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::stream;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::stand_ins::torznab;

/// Bytes of a body that is far too large.
pub const HUGE_BYTES: usize = 100 * 1024 * 1024;
/// Seconds that a 429 asks to wait.
pub const RETRY_AFTER_SECONDS: u64 = 1;

/// Whose errors are imitated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// JSON with a status code of its own.
    Tmdb,
    /// Pages of a web server.
    Hdbits,
    /// XML with a code of its own.
    Torznab,
    /// One line of text.
    Qbittorrent,
}

/// One way to misbehave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Never answers.
    Hang,
    /// Answers rightly, so many milliseconds late.
    Slow(u64),
    /// Answers rightly, once this is not what [`Faults::always`] says any more.
    Hold,
    /// This HTTP status, with the body that the original has with it.
    Status(u16),
    /// 200 with this code in its body, as HDBits or Torznab says it.
    ApiStatus(i64),
    /// A page for people where data belongs: a bot challenge.
    Html,
    /// Sent to a log-in page.
    Login,
    /// An empty body.
    Empty,
    /// Half of the right answer, then the connection breaks.
    Cut,
    /// Bytes that mean nothing.
    Garbage,
    /// [`HUGE_BYTES`].
    Huge,
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "{text:?} is no fault: write hang, hold, slow:MS, a status such as 403, status:N, html, login, empty, cut, \
                 garbage or huge"
            )
        };
        match text.split_once(':') {
            Some(("slow", ms)) => ms.parse().map(Self::Slow).map_err(|_| wrong()),
            Some(("status", number)) => number.parse().map(Self::ApiStatus).map_err(|_| wrong()),
            Some(_) => Err(wrong()),
            None => match text {
                "hang" => Ok(Self::Hang),
                "hold" => Ok(Self::Hold),
                "html" => Ok(Self::Html),
                "login" => Ok(Self::Login),
                "empty" => Ok(Self::Empty),
                "cut" => Ok(Self::Cut),
                "garbage" => Ok(Self::Garbage),
                "huge" => Ok(Self::Huge),
                status => {
                    status.parse().ok().filter(|s| (200..600).contains(s)).map(Self::Status).ok_or_else(wrong)
                }
            },
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hang => f.write_str("hang"),
            Self::Hold => f.write_str("hold"),
            Self::Slow(ms) => write!(f, "slow:{ms}"),
            Self::Status(status) => write!(f, "{status}"),
            Self::ApiStatus(status) => write!(f, "status:{status}"),
            Self::Html => f.write_str("html"),
            Self::Login => f.write_str("login"),
            Self::Empty => f.write_str("empty"),
            Self::Cut => f.write_str("cut"),
            Self::Garbage => f.write_str("garbage"),
            Self::Huge => f.write_str("huge"),
        }
    }
}

#[derive(Debug, Default)]
struct Plan {
    next: VecDeque<Fault>,
    always: Option<Fault>,
    /// Only requests whose path begins so.
    path: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    #[serde(default)]
    next: Vec<String>,
    #[serde(default)]
    always: Option<String>,
    #[serde(default)]
    path: String,
}

/// What goes wrong next. Clones share it.
#[derive(Debug, Clone)]
pub struct Faults {
    flavour: Flavour,
    plan: Arc<Mutex<Plan>>,
    /// Changes with the plan.
    changes: Arc<watch::Sender<()>>,
}

impl Faults {
    pub(super) fn new(flavour: Flavour) -> Self {
        Self { flavour, plan: Arc::default(), changes: Arc::new(watch::Sender::new(())) }
    }

    /// The next requests below `path` end so, in this order; those after them are answered rightly.
    pub fn next(&self, path: &str, faults: &[Fault]) {
        self.set(Plan { next: faults.iter().copied().collect(), always: None, path: path.to_owned() });
    }

    /// All requests below `path` end so.
    pub fn always(&self, path: &str, fault: Fault) {
        self.set(Plan { next: VecDeque::new(), always: Some(fault), path: path.to_owned() });
    }

    /// All is well again.
    pub fn clear(&self) {
        self.set(Plan::default());
    }

    fn set(&self, plan: Plan) {
        *self.plan.lock().unwrap_or_else(PoisonError::into_inner) = plan;
        self.changes.send_replace(());
    }

    pub(super) fn set_from_json(&self, body: &[u8]) -> Result<(), String> {
        let wish: Wish = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        let next = wish.next.iter().map(|fault| fault.parse()).collect::<Result<_, String>>()?;
        let always = wish.always.as_deref().map(str::parse).transpose()?;
        self.set(Plan { next, always, path: wish.path });
        Ok(())
    }

    pub(super) fn shown(&self) -> Value {
        let plan = self.plan.lock().unwrap_or_else(PoisonError::into_inner);
        let next: Vec<String> = plan.next.iter().map(ToString::to_string).collect();
        json!({ "next": next, "always": plan.always.map(|fault| fault.to_string()), "path": plan.path })
    }

    pub(super) fn take(&self, path: &str) -> Option<Fault> {
        let mut plan = self.plan.lock().unwrap_or_else(PoisonError::into_inner);
        if !path.starts_with(&plan.path) {
            return None;
        }
        plan.next.pop_front().or(plan.always)
    }

    pub(super) async fn misbehave(&self, fault: Fault, right: impl Future<Output = Response>) -> Response {
        match fault {
            Fault::Hang => std::future::pending().await,
            Fault::Hold => {
                let is_held = || {
                    let plan = self.plan.lock().unwrap_or_else(PoisonError::into_inner);
                    plan.always == Some(Fault::Hold)
                };
                // The sender lives as long as this gate.
                drop(self.changes.subscribe().wait_for(|()| !is_held()).await);
                right.await
            }
            Fault::Slow(ms) => {
                tokio::time::sleep(Duration::from_millis(ms)).await;
                right.await
            }
            Fault::Status(status) => self.error(status),
            Fault::ApiStatus(code) if self.flavour == Flavour::Torznab => {
                torznab::error(StatusCode::OK, code, torznab_message(code))
            }
            Fault::ApiStatus(status) => {
                axum::Json(json!({ "status": status, "message": api_message(status) })).into_response()
            }
            Fault::Html => page(StatusCode::OK, "Just a moment...", "Checking that you are no robot."),
            Fault::Login => (StatusCode::FOUND, [(header::LOCATION, "/login")]).into_response(),
            Fault::Empty => StatusCode::OK.into_response(),
            Fault::Cut => cut(right.await).await,
            Fault::Garbage => (
                [(header::CONTENT_TYPE, "application/json")],
                (0..=255_u8).cycle().take(5_000).map(|byte| byte.wrapping_mul(167)).collect::<Vec<u8>>(),
            )
                .into_response(),
            Fault::Huge => huge(),
        }
    }

    fn error(&self, status: u16) -> Response {
        let code = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = match self.flavour {
            Flavour::Tmdb => {
                let (number, message) = tmdb_message(status);
                let body = json!({ "success": false, "status_code": number, "status_message": message });
                (code, axum::Json(body)).into_response()
            }
            Flavour::Hdbits if matches!(status, 403 | 429) => {
                page(code, "Error", "Rate limit exceeded. Please try again in 15 minutes.")
            }
            Flavour::Hdbits => page(code, &code.to_string(), "nginx"),
            Flavour::Torznab if status == 401 => torznab::error(code, 100, torznab_message(100)),
            Flavour::Torznab if status == 429 => torznab::error(code, 500, torznab_message(500)),
            Flavour::Torznab => page(code, &code.to_string(), "nginx"),
            Flavour::Qbittorrent => (code, code.canonical_reason().unwrap_or_default()).into_response(),
        };
        if status == 429 && self.flavour != Flavour::Hdbits {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER_SECONDS));
        }
        response
    }
}

/// A page for people.
pub(in crate::stand_ins) fn page(status: StatusCode, title: &str, text: &str) -> Response {
    let html = format!(
        "<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><p>{text}</p></body></html>\n"
    );
    (status, axum::response::Html(html)).into_response()
}

/// Source: TMDB's page of errors.
fn tmdb_message(http: u16) -> (u32, &'static str) {
    match http {
        401 => (7, "Invalid API key: You must be granted a valid key."),
        404 => (34, "The resource you requested could not be found."),
        429 => (25, "Your request count (#) is over the allowed limit of (40)."),
        500 => (11, "Internal error: Something went wrong, contact TMDb."),
        502 => (43, "Couldn't connect to the backend server."),
        503 => (9, "Service offline: This service is temporarily offline, try again later."),
        504 => (24, "Your request to the backend server timed out. Try again."),
        _ => (15, "Failed."),
    }
}

fn api_message(status: i64) -> &'static str {
    match status {
        2 => "SSL required",
        3 => "JSON malformed",
        4 => "Auth data missing",
        5 => "Auth failed",
        6 => "Missing required parameters",
        7 => "Invalid parameter",
        8 => "IMDb import failed",
        9 => "IMDb TV not allowed",
        _ => "Failure",
    }
}

/// Source: the Newznab specification's table of errors.
fn torznab_message(code: i64) -> &'static str {
    match code {
        100 => "Incorrect user credentials",
        101 => "Account suspended",
        200 => "Missing parameter",
        201 => "Incorrect parameter",
        202 => "No such function",
        500 => "Request limit reached",
        501 => "Download limit reached",
        910 => "API disabled",
        _ => "Unknown error",
    }
}

async fn cut(right: Response) -> Response {
    let (mut parts, body) = right.into_parts();
    let body = to_bytes(body, HUGE_BYTES).await.unwrap_or_default();
    // It promises the whole of it.
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    let half = body.slice(..body.len() / 2);
    let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    let parts_of_body: [Result<Bytes, std::io::Error>; 2] = [Ok(half), Err(broken)];
    Response::from_parts(parts, Body::from_stream(stream::iter(parts_of_body)))
}

fn huge() -> Response {
    let chunk = Bytes::from(vec![b' '; 64 * 1024]);
    let chunks = std::iter::repeat_n(chunk, HUGE_BYTES / (64 * 1024)).map(Ok::<_, std::io::Error>);
    ([(header::CONTENT_TYPE, "application/json")], Body::from_stream(stream::iter(chunks))).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_reads_what_it_writes() {
        for text in ["hang", "slow:20", "429", "status:5", "html", "login", "empty", "cut", "garbage", "huge"]
        {
            assert_eq!(text.parse::<Fault>().unwrap().to_string(), text);
        }
        for wrong in ["", "slow", "slow:x", "99", "700", "status:", "explode"] {
            assert!(wrong.parse::<Fault>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn faults_come_in_their_order_and_only_where_they_are_asked_for() {
        let faults = Faults::new(Flavour::Tmdb);
        faults.set_from_json(br#"{"next": ["429", "cut"], "path": "/search"}"#).unwrap();
        assert_eq!(faults.take("/movie/1"), None);
        assert_eq!(faults.take("/search/movie"), Some(Fault::Status(429)));
        assert_eq!(faults.take("/search/movie"), Some(Fault::Cut));
        assert_eq!(faults.take("/search/movie"), None);
        faults.always("", Fault::Hang);
        assert_eq!((faults.take("/a"), faults.take("/b")), (Some(Fault::Hang), Some(Fault::Hang)));
        assert!(faults.set_from_json(br#"{"nxt": []}"#).is_err());
    }
}
