//! The client: one struct that asks, waits its turn, asks again where that helps, and keeps answers for a while.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use radarr_proto::model::{ImdbId, MovieFacts, SecretText, TmdbId};
use radarr_proto::request::LookupHit;
use serde::de::DeserializeOwned;

use super::answer::{Details, Failure, Found, Page};
use super::cache::Cache;
use super::error::TmdbError;
use super::facts::{day, facts, hit};
use super::pace::Bucket;
use super::term::LookupTerm;
use crate::clock;
use crate::net::{Answer, Http, NetError, with_jitter};
use crate::telemetry::metrics::{TMDB_REQUESTS, TMDB_WAIT};

/// TMDB allows about 40 requests/s; half leaves room for other tools on the same key.
const REQUESTS_PER_SECOND: u32 = 20;
/// Requests that may go at once after a rest.
const REQUESTS_AT_ONCE: u32 = 10;
/// The largest answers (a film with all its images and credits) are about 1 MB.
const BODY_BYTES_MAX: usize = 8 * 1024 * 1024;
/// The first try and three more.
const TRIES_MAX: u32 = 4;
/// Longer waits are handed to the caller, whose job comes back later.
const WAIT_HERE_MAX: Duration = Duration::from_secs(10);
/// Details and searches are good for ten minutes; a refresh asks past the cache.
const CACHE_KEEP: Duration = Duration::from_mins(10);
const CACHED_DETAILS_MAX: usize = 500;
const CACHED_SEARCHES_MAX: usize = 200;
/// TMDB's longest span of changes in one request is 14 days; 100 changes a page, 500 pages.
const CHANGES_DAYS_MAX: i64 = 14;
const CHANGES_PAGES_MAX: i64 = 500;
const APPEND: &str = "release_dates,alternative_titles,translations,images,credits,external_ids,videos";

/// How TMDB is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TmdbConfig {
    /// The address, e.g. `https://api.themoviedb.org/3`.
    pub base_url: String,
    /// A key (32 hexadecimal digits) or a read access token.
    pub key: SecretText,
    /// Language of titles and overviews, e.g. `en-US`.
    pub language: String,
    /// Country whose dates and age ratings come first, e.g. `US`.
    pub country: String,
}

/// TMDB. Cheap to clone: clones share the pace and the cache.
#[derive(Debug, Clone)]
pub struct Tmdb {
    config: Arc<TmdbConfig>,
    http: Http,
    pace: Arc<Bucket>,
    details: Arc<Cache<TmdbId, Option<MovieFacts>>>,
    searches: Arc<Cache<String, Vec<LookupHit>>>,
}

impl Tmdb {
    /// A client; asks nothing yet.
    pub fn new(config: TmdbConfig, http: Http) -> Self {
        Self {
            config: Arc::new(config),
            http,
            pace: Arc::new(Bucket::new(REQUESTS_PER_SECOND, REQUESTS_AT_ONCE, Instant::now())),
            details: Arc::new(Cache::new(CACHE_KEEP, CACHED_DETAILS_MAX)),
            searches: Arc::new(Cache::new(CACHE_KEEP, CACHED_SEARCHES_MAX)),
        }
    }

    /// The movies that a term may mean, in TMDB's order; none when TMDB knows none.
    pub async fn search(&self, term: &LookupTerm) -> Result<Vec<LookupHit>, TmdbError> {
        match term {
            LookupTerm::TmdbId(id) => Ok(self.details(*id).await?.iter().map(hit_of_facts).collect()),
            LookupTerm::ImdbId(id) => self.find(id).await,
            LookupTerm::Title { whole, split } => {
                let key = whole.to_lowercase();
                if let Some(hits) = self.searches.get(&key, Instant::now()) {
                    return Ok(hits);
                }
                let hits = self.search_title(whole, split.as_ref()).await?;
                self.searches.put(key, hits.clone(), Instant::now());
                Ok(hits)
            }
        }
    }

    /// What TMDB says of a movie, at most ten minutes old; `None` = TMDB has no such movie (any more).
    pub async fn details(&self, id: TmdbId) -> Result<Option<MovieFacts>, TmdbError> {
        match self.details.get(&id, Instant::now()) {
            Some(facts) => Ok(facts),
            None => self.refresh(id).await,
        }
    }

    /// What TMDB says of a movie at this moment; `None` = TMDB has no such movie (any more).
    pub async fn refresh(&self, id: TmdbId) -> Result<Option<MovieFacts>, TmdbError> {
        self.details.forget(&id);
        let language = self.config.language.split('-').next().unwrap_or("en");
        let images = format!("{language},en,null");
        let params = [
            ("language", self.config.language.as_str()),
            ("append_to_response", APPEND),
            ("include_image_language", &images),
        ];
        let details: Option<Details> = self.ask(&["movie", &id.to_string()], &params).await?;
        let Some(details) = details else {
            self.details.put(id, None, Instant::now());
            return Ok(None);
        };
        let facts = facts(&details, &self.config.country, clock::now())
            .ok_or_else(|| TmdbError::Unreadable { message: format!("movie {id} has no id or no title") })?;
        self.details.put(id, Some(facts.clone()), Instant::now());
        Ok(Some(facts))
    }

    /// Tries the address and the key.
    pub async fn test(&self) -> Result<(), TmdbError> {
        let answer: Option<serde_json::Value> = self.ask(&["configuration"], &[]).await?;
        match answer.as_ref().and_then(|answer| answer.get("images")) {
            Some(_) => Ok(()),
            None => Err(TmdbError::Unreadable { message: "no configuration at that address".to_owned() }),
        }
    }

    /// Which movies changed since then; `None` when that is longer ago than TMDB remembers (14 days).
    pub async fn changed_since(
        &self,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<Option<BTreeSet<TmdbId>>, TmdbError> {
        if now.as_second() - since.as_second() > (CHANGES_DAYS_MAX - 1) * 24 * 3600 {
            return Ok(None);
        }
        let (start, end) = (day(since).to_string(), day(now).to_string());
        let mut changed = BTreeSet::new();
        let mut page = 1;
        loop {
            let number = page.to_string();
            let params =
                [("start_date", start.as_str()), ("end_date", end.as_str()), ("page", number.as_str())];
            let answer: Page = self.ask(&["movie", "changes"], &params).await?.unwrap_or_default();
            changed.extend(answer.results.iter().filter_map(|item| u32::try_from(item.id?).ok().map(TmdbId)));
            if page >= answer.total_pages.unwrap_or(1).min(CHANGES_PAGES_MAX) {
                return Ok(Some(changed));
            }
            page += 1;
        }
    }

    async fn find(&self, id: &ImdbId) -> Result<Vec<LookupHit>, TmdbError> {
        let params = [("external_source", "imdb_id"), ("language", self.config.language.as_str())];
        let found: Found = self.ask(&["find", id.as_str()], &params).await?.unwrap_or_default();
        Ok(found.movie_results.iter().filter_map(hit).collect())
    }

    /// The year of the first release, then of any release, then within a year of it, then any year; last the
    /// whole text, because the number may belong to the title.
    async fn search_title(
        &self,
        whole: &str,
        split: Option<&(String, u16)>,
    ) -> Result<Vec<LookupHit>, TmdbError> {
        if let Some((title, year)) = split {
            let year_text = year.to_string();
            for name in ["primary_release_year", "year"] {
                let hits = self.search_page(title, &[(name, &year_text)]).await?;
                if !hits.is_empty() {
                    return Ok(hits);
                }
            }
            let as_whole = self.search_page(whole, &[]).await?;
            if !as_whole.is_empty() {
                return Ok(as_whole);
            }
            let any_year = self.search_page(title, &[]).await?;
            let near: Vec<_> = any_year.iter().filter(|hit| hit.year.abs_diff(*year) <= 1).cloned().collect();
            return Ok(if near.is_empty() { any_year } else { near });
        }
        self.search_page(whole, &[]).await
    }

    async fn search_page(&self, query: &str, more: &[(&str, &str)]) -> Result<Vec<LookupHit>, TmdbError> {
        let mut params =
            vec![("query", query), ("language", self.config.language.as_str()), ("include_adult", "false")];
        params.extend_from_slice(more);
        let page: Page = self.ask(&["search", "movie"], &params).await?.unwrap_or_default();
        Ok(page.results.iter().filter_map(hit).collect())
    }

    /// Asks until there is an answer, a refusal, or no sense in asking on. `None` = TMDB has no such entry.
    async fn ask<T: DeserializeOwned>(
        &self,
        path: &[&str],
        params: &[(&str, &str)],
    ) -> Result<Option<T>, TmdbError> {
        let mut tries = 1;
        loop {
            let result = self.ask_once(path, params).await;
            let outcome = match &result {
                Ok(Some(_)) => "ok",
                Ok(None) => "gone",
                Err(error) => error.outcome(),
            };
            metrics::counter!(TMDB_REQUESTS, "outcome" => outcome).increment(1);
            let error = match result {
                Err(error) if error.may_pass() && tries < TRIES_MAX => error,
                done => return done,
            };
            let wait = match &error {
                TmdbError::RateLimited { wait } => {
                    metrics::histogram!(TMDB_WAIT, "reason" => "told").record(*wait);
                    *wait
                }
                TmdbError::Unavailable { .. }
                | TmdbError::NoKey
                | TmdbError::Key { .. }
                | TmdbError::Refused { .. }
                | TmdbError::Unreadable { .. } => with_jitter(Duration::from_secs(1 << (tries - 1))),
            };
            if wait > WAIT_HERE_MAX {
                return Err(error);
            }
            tokio::time::sleep(wait).await;
            tries += 1;
        }
    }

    async fn ask_once<T: DeserializeOwned>(
        &self,
        path: &[&str],
        params: &[(&str, &str)],
    ) -> Result<Option<T>, TmdbError> {
        let key = self.config.key.expose().trim();
        if key.is_empty() {
            return Err(TmdbError::NoKey);
        }
        let mut url = url::Url::parse(&self.config.base_url)
            .map_err(|_| TmdbError::Unreadable { message: "tmdb.base_url is no address".to_owned() })?;
        match url.path_segments_mut() {
            Ok(mut segments) => segments.pop_if_empty().extend(path),
            Err(()) => {
                return Err(TmdbError::Unreadable { message: "tmdb.base_url is no web address".to_owned() });
            }
        };
        url.query_pairs_mut().extend_pairs(params);
        let is_short_key = key.len() == 32 && key.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_short_key {
            url.query_pairs_mut().append_pair("api_key", key);
        }
        let mut request = self.http.get(url).header("accept", "application/json");
        if !is_short_key {
            request = request.bearer_auth(key);
        }
        let turn = self.pace.take(Instant::now());
        if !turn.is_zero() {
            metrics::histogram!(TMDB_WAIT, "reason" => "pace").record(turn);
        }
        tokio::time::sleep(turn).await;
        let answer = self.http.send(request, BODY_BYTES_MAX).await.map_err(from_net)?;
        read(&answer, clock::now())
    }
}

fn from_net(error: NetError) -> TmdbError {
    if error.may_pass() {
        TmdbError::Unavailable { message: error.to_string(), source: Some(error) }
    } else {
        TmdbError::Unreadable { message: error.to_string() }
    }
}

fn read<T: DeserializeOwned>(answer: &Answer, now: Timestamp) -> Result<Option<T>, TmdbError> {
    let http = answer.status.as_u16();
    if answer.status.is_success() && !answer.is_html() {
        return serde_json::from_slice(&answer.body)
            .map(Some)
            // What serde_json says of the place is of no use to people, and may quote the body.
            .map_err(|_| TmdbError::Unavailable {
                message: "half an answer, or no JSON".to_owned(),
                source: None,
            });
    }
    let failure: Option<Failure> = serde_json::from_slice(&answer.body).ok();
    let is_json = failure.is_some();
    let failure = failure.unwrap_or_default();
    let code = failure.status_code.and_then(|code| u32::try_from(code).ok()).unwrap_or(0);
    let said = if failure.errors.is_empty() { failure.status_message } else { failure.errors.join("; ") };
    let message: String = said.chars().filter(|c| !c.is_control()).take(200).collect();
    match (http, code) {
        (401 | 403, _) | (_, 3 | 7 | 10 | 35) if is_json => Err(TmdbError::Key { http, code, message }),
        (404, 0 | 6 | 34) if is_json => Ok(None),
        (429, _) | (_, 25) => {
            Err(TmdbError::RateLimited { wait: answer.retry_after(now).unwrap_or(Duration::from_secs(2)) })
        }
        (500.., _) | (_, 9 | 11 | 15 | 24 | 43 | 46) => {
            let message =
                if message.is_empty() { format!("HTTP {http}") } else { format!("HTTP {http}, {message}") };
            Err(TmdbError::Unavailable { message, source: None })
        }
        _ if is_json => Err(TmdbError::Refused { http, code, message }),
        _ => Err(TmdbError::Unreadable { message: format!("HTTP {http} without JSON") }),
    }
}

fn hit_of_facts(facts: &MovieFacts) -> LookupHit {
    LookupHit {
        tmdb_id: facts.tmdb_id,
        title: facts.title.clone(),
        original_title: facts.original_title.clone(),
        year: facts.year,
        overview: facts.overview.clone(),
        rating_tenths: facts.rating_tenths,
        poster_path: facts.poster_path.clone(),
        in_library: None,
    }
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;
    use reqwest::header::HeaderMap;

    use super::super::answer::Item;
    use super::*;

    #[track_caller]
    fn check(http: u16, headers: &[(&'static str, &'static str)], body: &str, want: &str) {
        let headers: HeaderMap =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        let answer = Answer { status: StatusCode::from_u16(http).unwrap(), headers, body: body.into() };
        let got = match read::<Item>(&answer, "2026-01-01T00:00:00Z".parse().unwrap()) {
            Ok(Some(_)) => "ok".to_owned(),
            Ok(None) => "gone".to_owned(),
            Err(error) => error.to_string(),
        };
        assert_eq!(got, want, "{http} {body}");
    }

    #[test]
    fn each_answer_is_taken_for_what_it_is() {
        check(200, &[], r#"{"id":1}"#, "ok");
        check(200, &[], r#"{"id":1"#, "TMDB is in trouble: half an answer, or no JSON");
        check(200, &[], "<html>log in", "the answer is not TMDB's: HTTP 200 without JSON");
        check(404, &[], r#"{"status_code":34,"status_message":"no"}"#, "gone");
        check(404, &[], "<html>nginx", "the answer is not TMDB's: HTTP 404 without JSON");
        check(
            401,
            &[],
            r#"{"success":false,"status_code":7,"status_message":"Invalid"}"#,
            "TMDB refused the key (HTTP 401, code 7): Invalid",
        );
        check(
            422,
            &[],
            r#"{"errors":["query must be provided"]}"#,
            "TMDB refused the request (HTTP 422, code 0): query must be provided",
        );
        check(429, &[("retry-after", "7")], r#"{"status_code":25}"#, "TMDB asks to wait 7 s");
        check(502, &[], "<html>bad gateway", "TMDB is in trouble: HTTP 502");
        check(302, &[("location", "/login")], "", "the answer is not TMDB's: HTTP 302 without JSON");
    }
}
