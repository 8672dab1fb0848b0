//! Who may ask what over HTTP: everything but the probes needs a token of ours, in `X-Api-Key` or as a bearer.
//!
//! There is no CORS header in any answer: a page of another origin reads nothing here.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use radarr_proto::error::ApiError;
use radarr_proto::hello::RefusalCode;
use radarr_proto::model::{Role, SecretText};
use serde_json::json;
use tokio::sync::Semaphore;

use super::Readiness;
use super::serve::Peer;
use crate::rpc::authorise::{Credentials, Doorkeeper};

/// Requests at once, probes not counted.
pub const REQUESTS_MAX: usize = 64;

/// Stands before all that needs a token.
#[derive(Debug, Clone)]
pub struct Guard {
    doorkeeper: Arc<Doorkeeper>,
    readiness: Arc<Readiness>,
    requests: Arc<Semaphore>,
    needed: Role,
    /// Whether tokens may come unencrypted from other machines.
    plain_from_afar: bool,
}

impl Guard {
    /// One for what needs that role.
    pub fn new(
        doorkeeper: Arc<Doorkeeper>,
        readiness: Arc<Readiness>,
        needed: Role,
        plain_from_afar: bool,
    ) -> Self {
        let requests = Arc::new(Semaphore::new(REQUESTS_MAX));
        Self { doorkeeper, readiness, requests, needed, plain_from_afar }
    }

    /// Lets a request through, or answers it.
    pub async fn check(State(guard): State<Self>, request: Request, next: Next) -> Response {
        let Ok(_one_of_many) = guard.requests.try_acquire() else {
            return told(
                StatusCode::SERVICE_UNAVAILABLE,
                "busy: too many requests at once",
                "try again in 1 s",
                Some(1),
            );
        };
        match guard.judge(&request) {
            Ok(()) => next.run(request).await,
            Err(answer) => *answer,
        }
    }

    fn judge(&self, request: &Request) -> Result<(), Box<Response>> {
        let refuse =
            |status, message: &str, hint: &str, wait| Err(Box::new(told(status, message, hint, wait)));
        let Some(Peer(from)) = request.extensions().get::<Peer>().copied() else {
            return refuse(StatusCode::FORBIDDEN, "it is not known who asks", "report this", None);
        };
        if !self.plain_from_afar && !from.to_canonical().is_loopback() {
            return refuse(
                StatusCode::FORBIDDEN,
                "only the probes are answered here, because nothing is encrypted",
                "set http.tls_cert and http.tls_key, or http.public_plain = \"all\"",
                None,
            );
        }
        if !self.readiness.is_started() {
            return refuse(StatusCode::SERVICE_UNAVAILABLE, "the daemon starts", "ask /ready", Some(1));
        }
        let token = token_of(request.headers());
        let admitted = match self.doorkeeper.admit(Credentials::Remote(from), token.as_ref()) {
            Ok(admitted) => admitted,
            Err(refused) => {
                let is_slowed = refused.code == RefusalCode::Slowed;
                let status = if is_slowed { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::UNAUTHORIZED };
                let message = if token.is_none() { "a token is needed here" } else { &refused.message };
                let hint = refused.hint.unwrap_or_default();
                let hint = format!("{hint}; send it as X-Api-Key or as Authorization: Bearer");
                return refuse(status, message, &hint, refused.wait_seconds);
            }
        };
        let (caller, from) = (&admitted.principal, from.to_string());
        let asked = format!("{} {}", request.method(), request.uri().path());
        let may = self
            .doorkeeper
            .need(caller, &from, &asked, self.needed)
            .map_err(|error| (StatusCode::FORBIDDEN, error))
            .and_then(|()| {
                let counted = self.doorkeeper.count(caller, &from);
                counted.map_err(|error| (StatusCode::TOO_MANY_REQUESTS, error))
            });
        may.map_err(|(status, error)| Box::new(of_error(status, &error)))
    }
}

fn token_of(headers: &HeaderMap) -> Option<SecretText> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let bearer = || {
        let (scheme, token) = text(header::AUTHORIZATION.as_str())?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    };
    text("x-api-key").or_else(bearer).filter(|token| !token.is_empty()).map(SecretText::new)
}

fn of_error(status: StatusCode, error: &ApiError) -> Response {
    let wait = error.retry_after_ms.map(|wait| wait.div_ceil(1000));
    told(status, &error.message, error.hint.as_deref().unwrap_or_default(), wait)
}

fn told(status: StatusCode, message: &str, hint: &str, wait_seconds: Option<u64>) -> Response {
    let mut response = (status, Json(json!({"message": message, "hint": hint}))).into_response();
    if let Some(seconds) = wait_seconds {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    if status == StatusCode::UNAUTHORIZED {
        let value = axum::http::HeaderValue::from_static("Bearer");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_nothing_is_encrypted_only_this_machine_is_asked_for_a_token() {
        let readiness = Arc::new(Readiness::default());
        readiness.set_started();
        let guard = |plain| Guard::new(Arc::default(), Arc::clone(&readiness), Role::Viewer, plain);
        let ask = |guard: &Guard, from: &str| {
            let mut request = Request::new(axum::body::Body::empty());
            request.extensions_mut().insert(Peer(from.parse().unwrap()));
            guard.judge(&request).map_err(|answer| answer.status().as_u16())
        };
        let (probes, all) = (guard(false), guard(true));
        for (guard, from, wanted) in [
            (&probes, "192.0.2.1", 403),
            (&probes, "127.0.0.1", 401),
            (&probes, "::ffff:127.0.0.1", 401),
            (&all, "192.0.2.1", 401),
        ] {
            assert_eq!(ask(guard, from), Err(wanted), "{from}");
        }
        let starting = Guard::new(Arc::default(), Arc::default(), Role::Viewer, true);
        assert_eq!(ask(&starting, "127.0.0.1"), Err(503));
        assert_eq!(probes.judge(&Request::default()).map_err(|answer| answer.status().as_u16()), Err(403));
    }

    #[test]
    fn a_token_comes_as_a_key_or_as_a_bearer() {
        let of = |pairs: &[(&'static str, &'static str)]| {
            let headers = pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
            token_of(&headers.collect()).map(|token| token.expose().to_owned())
        };
        for (pairs, wanted) in [
            (&[("x-api-key", "t")][..], Some("t")),
            (&[("authorization", "Bearer t")], Some("t")),
            (&[("authorization", "bearer  t ")], Some("t")),
            (&[("authorization", "Basic t")], None),
            (&[("authorization", "Bearer ")], None),
            (&[("authorization", "t")], None),
            (&[("x-api-key", "")], None),
            (&[], None),
        ] {
            assert_eq!(of(pairs).as_deref(), wanted, "{pairs:?}");
        }
    }
}
