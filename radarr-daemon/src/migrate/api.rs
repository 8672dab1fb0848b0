//! Reads a Radarr over its API, version 3.
//!
//! The API shows the same things as the database holds, with three differences that matter here: secrets are masked,
//! media facts come in words for people instead of ffprobe's, and times have whole seconds.

use radarr_proto::model::SecretText;
use reqwest::header::HeaderValue;
use serde_json::Value;
use url::Url;

use super::fields::Fields;
use super::source::{Other, Source, SourceError, WITHOUT_EQUIVALENT};
use crate::net::{Http, NetError};

/// All movies come in one answer, about 8 kB each.
const ANSWER_BYTES_MAX: usize = 1024 * 1024 * 1024;
/// Rows of one page of history or blocklist.
const PAGE: usize = 1_000;
/// Pages of either; no history that was heard of has more.
const PAGES_MAX: usize = 2_000;
/// The first version with the API as it is read here.
const VERSION_MIN: u64 = 3;

/// Reads all of it.
pub async fn read(http: &Http, address: &str, key: &SecretText) -> Result<Source, SourceError> {
    let api = Api::new(http, address, key)?;
    let status = api.get("system/status").await?;
    let status = Fields::of(&status).unwrap_or_default();
    let version = status.text("version").unwrap_or_default().to_owned();
    let app = status.text("appName").unwrap_or("Radarr");
    let major = version.split('.').next().and_then(|major| major.parse::<u64>().ok());
    if !app.eq_ignore_ascii_case("radarr") {
        return Err(api.error(format!("it is a {app}, no Radarr"), "give the address of a Radarr"));
    }
    if major.is_none_or(|major| major < VERSION_MIN) {
        let why = format!("it is Radarr {version}; at least version {VERSION_MIN} is needed");
        return Err(api.error(why, "update that Radarr first"));
    }
    let mut source = Source {
        called: format!("Radarr {version} at {}", api.host),
        movies: api.list("movie").await?,
        roots: api.list("rootfolder").await?,
        tags: api.list("tag").await?,
        profiles: api.list("qualityprofile").await?,
        definitions: api.list("qualitydefinition").await?,
        formats: api.list("customformat").await?,
        delays: api.list("delayprofile").await?,
        // Releases before 5.0 call them so.
        words: match api.optional("releaseprofile").await? {
            Some(words) => words,
            None => api.optional("restriction").await?.unwrap_or_default(),
        },
        indexers: api.list("indexer").await?,
        clients: api.list("downloadclient").await?,
        client_paths: api.list("remotepathmapping").await?,
        naming: Fields::of(&api.get("config/naming").await?),
        history: api.pages("history").await?,
        blocklist: api.pages("blocklist").await?,
        others: Vec::new(),
        warnings: Vec::new(),
    };
    for (_, path, what, why) in WITHOUT_EQUIVALENT {
        let found = if path.is_empty() { None } else { api.optional(path).await? };
        source.others.push(Other { what, found: found.map_or(0, |found| found.len()), why });
    }
    source.history.sort_by_key(|row| row.time("date"));
    Ok(source)
}

struct Api<'a> {
    http: &'a Http,
    base: Url,
    host: String,
    key: HeaderValue,
}

impl<'a> Api<'a> {
    fn new(http: &'a Http, address: &str, key: &SecretText) -> Result<Self, SourceError> {
        let refused =
            |why: &str, hint| SourceError::Api { host: "the address".to_owned(), why: why.to_owned(), hint };
        let write = "write it as http://HOST:7878, with Radarr's URL base behind it when it has one";
        let base = Url::parse(address.trim()).map_err(|_| refused("is none", write))?;
        if !base.username().is_empty() || base.password().is_some() || base.query().is_some() {
            return Err(refused("has more in it than host and path", "give the key with --api-key-file"));
        }
        let Some(host) = base.host_str() else { return Err(refused("has no host", write)) };
        let host = match base.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        let mut header = HeaderValue::from_str(key.expose()).map_err(|_| {
            refused("can't be asked with this key", "copy the key again: Settings, General, API Key")
        })?;
        header.set_sensitive(true);
        Ok(Self { http, base, host, key: header })
    }

    fn error(&self, why: String, hint: &'static str) -> SourceError {
        SourceError::Api { host: self.host.clone(), why, hint }
    }

    async fn get(&self, path: &str) -> Result<Value, SourceError> {
        self.ask(path, &[]).await?.ok_or_else(|| {
            self.error(
                format!("it knows no /api/v3/{path}"),
                "check the address; behind a URL base it is http://HOST:7878/BASE",
            )
        })
    }

    async fn list(&self, path: &str) -> Result<Vec<Fields>, SourceError> {
        let answer = self.get(path).await?;
        self.objects(path, &answer)
    }

    /// A list that older or newer versions may not have.
    async fn optional(&self, path: &str) -> Result<Option<Vec<Fields>>, SourceError> {
        self.ask(path, &[]).await?.map(|answer| self.objects(path, &answer)).transpose()
    }

    async fn pages(&self, path: &str) -> Result<Vec<Fields>, SourceError> {
        let mut all = Vec::new();
        for page in 1..=PAGES_MAX {
            let query = [
                ("page", page.to_string()),
                ("pageSize", PAGE.to_string()),
                ("sortKey", "date".to_owned()),
                ("sortDirection", "ascending".to_owned()),
            ];
            let answer = self.ask(path, &query).await?.unwrap_or_default();
            let answer = Fields::of(&answer).unwrap_or_default();
            let records = answer.objects("records");
            let total = answer.number::<usize>("totalRecords").unwrap_or(0);
            let is_last = records.is_empty() || page.saturating_mul(PAGE) >= total;
            all.extend(records);
            if is_last {
                break;
            }
        }
        Ok(all)
    }

    fn objects(&self, path: &str, answer: &Value) -> Result<Vec<Fields>, SourceError> {
        let Value::Array(values) = answer else {
            return Err(self
                .error(format!("/api/v3/{path} is no list"), "check that the address is that of a Radarr"));
        };
        Ok(values.iter().filter_map(Fields::of).collect())
    }

    /// The answer; `None` when there is nothing of that name.
    async fn ask(&self, path: &str, query: &[(&str, String)]) -> Result<Option<Value>, SourceError> {
        let mut url = self.base.clone();
        let base = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{base}/api/v3/{path}"));
        let request = self.http.get(url).query(query).header("X-Api-Key", self.key.clone());
        let answer =
            self.http.send(request, ANSWER_BYTES_MAX).await.map_err(|error| self.no_answer(&error))?;
        match answer.status.as_u16() {
            200 => {}
            401 | 403 => {
                return Err(self.error(
                    format!("it refuses the key (HTTP {})", answer.status.as_u16()),
                    "copy the key again: Settings, General, API Key",
                ));
            }
            404 => return Ok(None),
            300..=399 => {
                return Err(self.error(
                    "it sends one elsewhere".to_owned(),
                    "give the address that your browser ends at, with https and the URL base if it has them",
                ));
            }
            other => {
                return Err(self.error(
                    format!("it answers /api/v3/{path} with HTTP {other}"),
                    "see Radarr's own log, then repeat",
                ));
            }
        }
        serde_json::from_slice(&answer.body).map(Some).map_err(|_| {
            self.error(
                format!("/api/v3/{path} answers with something else than JSON"),
                "check that the address is that of a Radarr, and its URL base",
            )
        })
    }

    fn no_answer(&self, error: &NetError) -> SourceError {
        let hint = if error.may_pass() {
            "check that Radarr runs and can be reached from here, then repeat"
        } else {
            "check the address"
        };
        self.error(error.to_string(), hint)
    }
}
