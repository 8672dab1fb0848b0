//! The one HTTP client for everything outside: time-outs, limits on bodies, no redirect followed, no URL in errors.
//!
//! It knows nothing of TMDB or trackers; read `metadata/tmdb/client.rs` or `indexers/hdbits/mod.rs` next.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{self, HeaderMap};
use reqwest::{RequestBuilder, StatusCode};

/// A service that does not take a connection within this time counts as unreachable.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest silence inside an answer.
const READ_TIMEOUT: Duration = Duration::from_secs(20);
/// Longest time for a whole exchange; a body that trickles ends here.
const TOTAL_TIMEOUT: Duration = Duration::from_mins(1);
/// A `Retry-After` beyond a day is taken as a day.
const RETRY_AFTER_MAX: Duration = Duration::from_hours(24);

/// Why there is no answer. None of the texts holds a URL: its query may carry a key.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    /// No connection: name, route, refusal, TLS.
    #[error("no connection")]
    Unreachable(#[source] reqwest::Error),
    /// Nothing within the time.
    #[error("no answer in time")]
    Timeout(#[source] reqwest::Error),
    /// The answer broke off or is no HTTP.
    #[error("the answer broke off")]
    Broken(#[source] reqwest::Error),
    /// The body is larger than anything that is asked for.
    #[error("the answer is larger than {limit_bytes} bytes")]
    TooLarge {
        /// The limit.
        limit_bytes: usize,
    },
    /// The request can't be made: the address is wrong.
    #[error("the address can't be used")]
    BadRequest(#[source] reqwest::Error),
}

impl NetError {
    fn from_reqwest(error: reqwest::Error) -> Self {
        let error = error.without_url();
        if error.is_builder() {
            Self::BadRequest(error)
        } else if error.is_timeout() {
            Self::Timeout(error)
        } else if error.is_connect() {
            Self::Unreachable(error)
        } else {
            Self::Broken(error)
        }
    }

    /// Whether the same request may succeed a moment later.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Timeout(_) | Self::Broken(_))
    }
}

/// An answer that was read to its end.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Answer {
    /// Whether the body is a page for people rather than data.
    pub fn is_html(&self) -> bool {
        let said = self.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        said.starts_with("text/html") || looks_like_html(&self.body)
    }

    /// How long the service asks to wait; at most a day.
    pub fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        retry_after(self.headers.get(header::RETRY_AFTER)?.to_str().ok()?, now)
    }

    /// Where a redirect points.
    pub fn location(&self) -> Option<&str> {
        self.headers.get(header::LOCATION)?.to_str().ok()
    }
}

/// Whether a body starts as a web page does.
pub fn looks_like_html(body: &[u8]) -> bool {
    let start: Vec<u8> = body
        .iter()
        .copied()
        .skip_while(|byte| byte.is_ascii_whitespace() || [0xef, 0xbb, 0xbf].contains(byte))
        .take(9)
        .map(|byte| byte.to_ascii_lowercase())
        .collect();
    start.starts_with(b"<!doctype") || start.starts_with(b"<html") || start.starts_with(b"<head")
}

/// `Retry-After`, in seconds or as an HTTP date.
pub fn retry_after(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds).min(RETRY_AFTER_MAX));
    }
    let at = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    let seconds = u64::try_from(at.as_second().saturating_sub(now.as_second())).unwrap_or(0);
    Some(Duration::from_secs(seconds).min(RETRY_AFTER_MAX))
}

/// The client. Cheap to clone: all clones share its connections.
#[derive(Debug, Clone)]
pub struct Http {
    client: reqwest::Client,
}

impl Http {
    /// Builds it, with `radarr/VERSION` as user agent. No cookies are kept and no redirect is followed: a
    /// request that carries a credential goes to the host it was meant for, or nowhere.
    pub fn new() -> Result<Self, NetError> {
        // An error says that a provider is installed already, which is what is wanted.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = reqwest::Client::builder()
            .user_agent(concat!("radarr/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .timeout(TOTAL_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .build()
            .map_err(NetError::from_reqwest)?;
        Ok(Self { client })
    }

    /// A GET request.
    pub fn get(&self, url: url::Url) -> RequestBuilder {
        self.client.get(url)
    }

    /// A POST request.
    pub fn post(&self, url: url::Url) -> RequestBuilder {
        self.client.post(url)
    }

    /// Sends a request and reads the answer, at most `limit_bytes` of it (after unpacking).
    pub async fn send(&self, request: RequestBuilder, limit_bytes: usize) -> Result<Answer, NetError> {
        let mut response = request.send().await.map_err(NetError::from_reqwest)?;
        let too_large = || NetError::TooLarge { limit_bytes };
        if response.content_length().is_some_and(|length| length > limit_bytes as u64) {
            return Err(too_large());
        }
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(NetError::from_reqwest)? {
            if body.len() + chunk.len() > limit_bytes {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, headers, body })
    }
}

/// A part of a waiting time between one half and all of it, so that several daemons do not come back at once.
pub fn with_jitter(full: Duration) -> Duration {
    let mut byte = [0_u8; 1];
    if getrandom::fill(&mut byte).is_err() {
        return full;
    }
    full / 2 + (full / 2) * u32::from(byte[0]) / 255
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_read_in_both_forms_and_has_a_maximum() {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        for (text, want) in [
            ("7", Some(7)),
            (" 0 ", Some(0)),
            ("Thu, 01 Jan 2026 00:01:00 GMT", Some(60)),
            ("Wed, 31 Dec 2025 00:00:00 GMT", Some(0)),
            ("86401", Some(86400)),
            ("soon", None),
            ("-3", None),
        ] {
            assert_eq!(retry_after(text, now), want.map(Duration::from_secs), "{text}");
        }
    }

    #[test]
    fn a_web_page_is_told_from_data() {
        for (body, want) in [
            ("<!DOCTYPE html>", true),
            ("\n <html lang=en>", true),
            ("{}", false),
            ("d8:announce", false),
            ("", false),
        ] {
            assert_eq!(looks_like_html(body.as_bytes()), want, "{body}");
        }
    }
}
