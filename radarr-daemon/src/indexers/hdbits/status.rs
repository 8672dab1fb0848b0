//! Which of HDBits' many ways to say no this is. HTML where data is expected is an outage, never "no results".

use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::indexers::IndexerError;
use crate::lenient::{number, or_default};
use crate::net::Answer;

/// What the site says on its page about the limit; used when an answer names no time.
const LIMIT_WAIT: Duration = Duration::from_mins(15);
/// A wait in words beyond a day is taken as a day.
const LIMIT_MINUTES_MAX: u64 = 24 * 60;
/// Words of the service that are passed on.
const SAID_CHARS_MAX: usize = 160;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Envelope {
    #[serde(deserialize_with = "number")]
    status: Option<i64>,
    #[serde(deserialize_with = "or_default")]
    message: String,
    #[serde(deserialize_with = "or_default")]
    data: Option<Vec<Value>>,
}

/// The items of an answer; none when it has none by right.
pub(super) fn read(indexer: &str, answer: &Answer, now: Timestamp) -> Result<Vec<Value>, IndexerError> {
    check_http(indexer, answer, now)?;
    let indexer = indexer.to_owned();
    if answer.is_html() {
        return Err(IndexerError::Outage { indexer, seen: "a web page instead of data".to_owned() });
    }
    let Ok(envelope) = serde_json::from_slice::<Envelope>(&answer.body) else {
        return Err(IndexerError::Outage { indexer, seen: "half an answer, or no JSON".to_owned() });
    };
    let said = |status: i64| format!("status {status}: {}", words(&envelope.message));
    match envelope.status {
        Some(0) => Ok(envelope.data.unwrap_or_default()),
        Some(status @ (4 | 5)) => Err(IndexerError::Account { indexer, said: said(status) }),
        Some(status @ (1 | 8)) => Err(IndexerError::Outage { indexer, seen: said(status) }),
        Some(status) => Err(IndexerError::Refused { indexer, said: said(status) }),
        None => Err(IndexerError::Outage { indexer, seen: "an answer without status".to_owned() }),
    }
}

/// Whether this is a torrent by its first byte; what is in it is checked by others.
pub(super) fn check_torrent(
    indexer: &str,
    guid: &str,
    answer: &Answer,
    now: Timestamp,
) -> Result<(), IndexerError> {
    if matches!(answer.status.as_u16(), 404 | 410) {
        return Err(IndexerError::Gone { indexer: indexer.to_owned(), guid: guid.to_owned() });
    }
    check_http(indexer, answer, now)?;
    match answer.body.first() {
        Some(b'd') => Ok(()),
        Some(_) if is_limit(&answer.body) => Err(limit(indexer, answer, now)),
        Some(_) => {
            let seen = if answer.is_html() { "a web page instead of a torrent" } else { "no torrent" };
            Err(IndexerError::Outage { indexer: indexer.to_owned(), seen: seen.to_owned() })
        }
        None => {
            Err(IndexerError::Outage { indexer: indexer.to_owned(), seen: "an empty torrent".to_owned() })
        }
    }
}

fn check_http(indexer: &str, answer: &Answer, now: Timestamp) -> Result<(), IndexerError> {
    let name = || indexer.to_owned();
    let http = answer.status.as_u16();
    match http {
        200 => Ok(()),
        // The API answers a wrong passkey with status 5 in a 200; its 403 is the limit, unless it says log-in.
        403 if is_login(&answer.body) && !is_limit(&answer.body) => {
            Err(IndexerError::Account { indexer: name(), said: "HTTP 403, log in".to_owned() })
        }
        403 | 429 => Err(limit(indexer, answer, now)),
        401 => Err(IndexerError::Account { indexer: name(), said: "HTTP 401".to_owned() }),
        300..=399 => Err(IndexerError::Outage {
            indexer: name(),
            seen: format!("HTTP {http}, sent elsewhere: a log-in page, or not the API's address"),
        }),
        500.. => Err(IndexerError::Outage { indexer: name(), seen: format!("HTTP {http}") }),
        404 => Err(IndexerError::Outage {
            indexer: name(),
            seen: "HTTP 404: no such API at that address".to_owned(),
        }),
        _ => Err(IndexerError::Refused { indexer: name(), said: format!("HTTP {http}") }),
    }
}

fn limit(indexer: &str, answer: &Answer, now: Timestamp) -> IndexerError {
    let wait = answer.retry_after(now).or_else(|| minutes_in_words(&answer.body)).unwrap_or(LIMIT_WAIT);
    IndexerError::Limit {
        indexer: indexer.to_owned(),
        said: format!("HTTP {}", answer.status.as_u16()),
        wait,
    }
}

fn lower(body: &[u8]) -> String {
    String::from_utf8_lossy(body.get(..4096).unwrap_or(body)).to_lowercase()
}

fn is_limit(body: &[u8]) -> bool {
    let text = lower(body);
    ["rate limit", "too many", "limit exceeded", "limit reached", "try again in"]
        .iter()
        .any(|words| text.contains(words))
}

fn is_login(body: &[u8]) -> bool {
    let text = lower(body);
    ["log in", "login", "not logged in", "passkey", "authenticat"].iter().any(|words| text.contains(words))
}

fn minutes_in_words(body: &[u8]) -> Option<Duration> {
    let text = lower(body);
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let minutes = words.windows(2).find_map(|pair| match pair {
        [number, unit] if unit.starts_with("minute") => number.parse::<u64>().ok(),
        _ => None,
    })?;
    Some(Duration::from_mins(minutes.clamp(1, LIMIT_MINUTES_MAX)))
}

fn words(message: &str) -> String {
    message.chars().filter(|c| !c.is_control()).take(SAID_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;
    use reqwest::header::HeaderMap;

    use super::*;

    fn answer(http: u16, body: &str) -> Answer {
        Answer { status: StatusCode::from_u16(http).unwrap(), headers: HeaderMap::new(), body: body.into() }
    }

    #[test]
    fn each_answer_is_taken_for_what_it_is() {
        for (http, body, want) in [
            (200, r#"{"status":0,"data":[{}]}"#, "ok 1"),
            (200, r#"{"status":0}"#, "ok 0"),
            (200, r#"{"status":"0","data":{}}"#, "ok 0"),
            (
                200,
                r#"{"status":5,"message":"Auth\u0000 failed"}"#,
                "HDBits refused the account (status 5: Auth failed)",
            ),
            (200, r#"{"status":1,"message":"Failure"}"#, "HDBits is out of order: status 1: Failure"),
            (200, r#"{"status":7,"message":"Bad"}"#, "HDBits refused the request (status 7: Bad)"),
            (200, r#"{"status":0,"data":[{"id":1"#, "HDBits is out of order: half an answer, or no JSON"),
            (200, "<html>challenge", "HDBits is out of order: a web page instead of data"),
            (200, "{}", "HDBits is out of order: an answer without status"),
            (
                302,
                "",
                "HDBits is out of order: HTTP 302, sent elsewhere: a log-in page, or not the API's address",
            ),
            (401, "", "HDBits refused the account (HTTP 401)"),
            (403, "<html>Please log in", "HDBits refused the account (HTTP 403, log in)"),
            (403, "", "HDBits has had enough requests for now (HTTP 403); next in 15 min"),
            (
                403,
                "<html>Rate limit exceeded, try again in 20 minutes, or log in",
                "HDBits has had enough requests for now (HTTP 403); next in 20 min",
            ),
            (520, "<html>", "HDBits is out of order: HTTP 520"),
        ] {
            let got = match read("HDBits", &answer(http, body), Timestamp::UNIX_EPOCH) {
                Ok(data) => format!("ok {}", data.len()),
                Err(error) => error.to_string(),
            };
            assert_eq!(got, want, "{http} {body}");
        }
    }

    #[test]
    fn what_is_no_torrent_is_not_passed_on() {
        for (http, body, want) in [
            (200, "d8:announce", "ok"),
            (200, "<!DOCTYPE html>", "HDBits is out of order: a web page instead of a torrent"),
            (200, "", "HDBits is out of order: an empty torrent"),
            (200, "{\"x\":1}", "HDBits is out of order: no torrent"),
            (404, "", "HDBits has no HDBits-7 any more"),
            (403, "Rate limit exceeded", "HDBits has had enough requests for now (HTTP 403); next in 15 min"),
        ] {
            let got = match check_torrent("HDBits", "HDBits-7", &answer(http, body), Timestamp::UNIX_EPOCH) {
                Ok(()) => "ok".to_owned(),
                Err(error) => error.to_string(),
            };
            assert_eq!(got, want, "{http} {body}");
        }
    }
}
