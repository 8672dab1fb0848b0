//! Which of a Torznab server's ways to say no this is. A web page where XML is expected is an outage, never "nothing
//! found".
//!
//! Sources: the Newznab specification's table of errors; Prowlarr's and Jackett's answers.

use std::time::Duration;

use jiff::Timestamp;
use radarr_proto::model::SecretText;

use super::xml::Element;
use crate::indexers::IndexerError;
use crate::net::Answer;

/// How long a server is left alone that names no time. Source: Radarr.
const LIMIT_WAIT: Duration = Duration::from_hours(1);
/// Words of the server that are passed on.
const SAID_CHARS_MAX: usize = 160;

/// Whose answer it is, and what must not be in its words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Whose<'a> {
    pub(super) indexer: &'a str,
    pub(super) api_key: &'a SecretText,
    pub(super) now: Timestamp,
}

/// The root of an answer that is no error.
pub(super) fn read(whose: Whose<'_>, answer: &Answer) -> Result<Element, IndexerError> {
    let root = if answer.is_html() { None } else { Some(Element::read(&answer.body)) };
    // An error in words says more than the status that it comes with.
    if let Some(Ok(root)) = &root
        && let Some(error) = error_in(root)
    {
        return Err(of_code(whose, answer, error));
    }
    check_http(whose, answer)?;
    match root {
        Some(Ok(root)) => Ok(root),
        Some(Err(error)) => Err(whose.outage(error.to_string())),
        None => Err(whose.outage("a web page instead of data".to_owned())),
    }
}

/// Whether this is a torrent by its first byte; what is in it is checked by others.
pub(super) fn check_torrent(whose: Whose<'_>, guid: &str, answer: &Answer) -> Result<(), IndexerError> {
    if matches!(answer.status.as_u16(), 404 | 410) {
        return Err(IndexerError::Gone { indexer: whose.indexer.to_owned(), guid: guid.to_owned() });
    }
    if answer.body.first() == Some(&b'd') && answer.status.is_success() {
        return Ok(());
    }
    if answer.status.is_success() && !answer.is_html() && Element::read(&answer.body).is_err() {
        let seen = if answer.body.is_empty() { "an empty torrent" } else { "no torrent" };
        return Err(whose.outage(seen.to_owned()));
    }
    // What is no torrent may say why.
    read(whose, answer)?;
    Err(whose.outage("no torrent".to_owned()))
}

struct Said<'a> {
    code: Option<u32>,
    description: &'a str,
}

fn error_in(root: &Element) -> Option<Said<'_>> {
    let error = if root.name == "error" { root } else { root.child("error")? };
    let code = error.attribute("code").and_then(|code| code.trim().parse().ok());
    Some(Said { code, description: error.attribute("description").unwrap_or(error.text.trim()) })
}

fn of_code(whose: Whose<'_>, answer: &Answer, error: Said<'_>) -> IndexerError {
    let description = whose.words(error.description);
    let said = match error.code {
        Some(code) => format!("error {code}: {description}"),
        None => description,
    };
    let indexer = whose.indexer.to_owned();
    let is_limit = answer.status.as_u16() == 429 || is_limit(error.description);
    match error.code {
        Some(500 | 501) => whose.limit(answer, said),
        Some(_) | None if is_limit => whose.limit(answer, said),
        Some(100..=199) => IndexerError::Account { indexer, said },
        Some(_) | None if matches!(answer.status.as_u16(), 401 | 403) => {
            IndexerError::Account { indexer, said }
        }
        Some(200..=299) => IndexerError::Refused { indexer, said },
        Some(_) | None => whose.outage(said),
    }
}

fn check_http(whose: Whose<'_>, answer: &Answer) -> Result<(), IndexerError> {
    let http = answer.status.as_u16();
    let said = format!("HTTP {http}");
    let indexer = whose.indexer.to_owned();
    let body = String::from_utf8_lossy(answer.body.get(..4096).unwrap_or(&answer.body));
    match http {
        200..=299 => Ok(()),
        429 => Err(whose.limit(answer, said)),
        401 | 403 if is_limit(&body) => Err(whose.limit(answer, said)),
        401 | 403 => Err(IndexerError::Account { indexer, said }),
        503 if answer.retry_after(whose.now).is_some() => Err(whose.limit(answer, said)),
        300..=399 => {
            Err(whose.outage(format!("{said}, sent elsewhere: a log-in page, or not the API's address")))
        }
        404 => Err(whose.outage(format!("{said}: no such API at that address"))),
        500.. => Err(whose.outage(said)),
        _ => Err(IndexerError::Refused { indexer, said }),
    }
}

fn is_limit(text: &str) -> bool {
    let text = text.to_lowercase();
    ["limit reached", "limit exceeded", "rate limit", "too many requests"]
        .iter()
        .any(|words| text.contains(words))
}

impl Whose<'_> {
    fn outage(self, seen: String) -> IndexerError {
        IndexerError::Outage { indexer: self.indexer.to_owned(), seen }
    }

    fn limit(self, answer: &Answer, said: String) -> IndexerError {
        let wait = answer.retry_after(self.now).unwrap_or(LIMIT_WAIT);
        IndexerError::Limit { indexer: self.indexer.to_owned(), said, wait }
    }

    /// Words of the server without what is secret, without addresses, on one line, and short.
    fn words(self, text: &str) -> String {
        let key = self.api_key.expose().trim();
        let text = if key.is_empty() { text.to_owned() } else { text.replace(key, "***") };
        let words =
            text.split_whitespace().map(|word| if word.contains("://") { "(an address)" } else { word });
        let line: String = words.collect::<Vec<_>>().join(" ");
        line.chars().filter(|c| !c.is_control()).take(SAID_CHARS_MAX).collect()
    }
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;
    use reqwest::header::{HeaderMap, HeaderValue, RETRY_AFTER};

    use super::*;

    fn answer(http: u16, body: &str) -> Answer {
        Answer { status: StatusCode::from_u16(http).unwrap(), headers: HeaderMap::new(), body: body.into() }
    }

    fn said(result: Result<Element, IndexerError>) -> String {
        match result {
            Ok(root) => format!("ok {}", root.name),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn each_answer_is_taken_for_what_it_is() {
        let key = SecretText::new("k3y");
        let whose = Whose { indexer: "Jackett", api_key: &key, now: Timestamp::UNIX_EPOCH };
        for (http, body, want) in [
            (200, "<rss><channel/></rss>", "ok rss"),
            (
                200,
                r#"<error code="100" description="Incorrect key k3y, see http://x/?apikey=k3y"/>"#,
                "Jackett refused the account (error 100: Incorrect key ***, see (an address))",
            ),
            (
                401,
                r#"<error code="100" description="Invalid API Key"/>"#,
                "Jackett refused the account (error 100: Invalid API Key)",
            ),
            (
                200,
                r#"<error code="500" description="Request limit reached"/>"#,
                "Jackett has had enough requests for now (error 500: Request limit reached); next in 60 min",
            ),
            (
                200,
                r#"<error code="910" description="Request limit reached (5/5)"/>"#,
                "Jackett has had enough requests for now (error 910: Request limit reached (5/5)); next in 60 min",
            ),
            (
                400,
                r#"<error code="201" description="Incorrect parameter"/>"#,
                "Jackett refused the request (error 201: Incorrect parameter)",
            ),
            (
                200,
                r#"<error code="900" description="Unknown error"/>"#,
                "Jackett is out of order: error 900: Unknown error",
            ),
            (200, "<error>broken</error>", "Jackett is out of order: broken"),
            (
                200,
                "<!DOCTYPE html><title>Log in</title>",
                "Jackett is out of order: a web page instead of data",
            ),
            (200, "<rss><channel>", "Jackett is out of order: half an answer"),
            (200, "", "Jackett is out of order: no XML"),
            (
                302,
                "",
                "Jackett is out of order: HTTP 302, sent elsewhere: a log-in page, or not the API's address",
            ),
            (401, "", "Jackett refused the account (HTTP 401)"),
            (
                403,
                "Rate limit exceeded",
                "Jackett has had enough requests for now (HTTP 403); next in 60 min",
            ),
            (404, "", "Jackett is out of order: HTTP 404: no such API at that address"),
            (429, "", "Jackett has had enough requests for now (HTTP 429); next in 60 min"),
            (502, "<html>", "Jackett is out of order: HTTP 502"),
            (418, "", "Jackett refused the request (HTTP 418)"),
        ] {
            assert_eq!(said(read(whose, &answer(http, body))), want, "{http} {body}");
        }
        let mut wait = answer(503, "");
        wait.headers.insert(RETRY_AFTER, HeaderValue::from_static("120"));
        assert!(said(read(whose, &wait)).ends_with("next in 2 min"));
    }

    #[test]
    fn what_is_no_torrent_is_not_passed_on() {
        let key = SecretText::default();
        let whose = Whose { indexer: "Jackett", api_key: &key, now: Timestamp::UNIX_EPOCH };
        for (http, body, want) in [
            (200, "d8:announce", None),
            (200, "<!DOCTYPE html>", Some("Jackett is out of order: a web page instead of data")),
            (200, "", Some("Jackett is out of order: an empty torrent")),
            (200, "{}", Some("Jackett is out of order: no torrent")),
            (200, "<rss/>", Some("Jackett is out of order: no torrent")),
            (410, "", Some("Jackett has no guid-7 any more")),
            (429, "", Some("Jackett has had enough requests for now (HTTP 429); next in 60 min")),
            (500, "d8:announce", Some("Jackett is out of order: HTTP 500")),
        ] {
            let got =
                check_torrent(whose, "guid-7", &answer(http, body)).err().map(|error| error.to_string());
            assert_eq!(got.as_deref(), want, "{http} {body}");
        }
    }
}
