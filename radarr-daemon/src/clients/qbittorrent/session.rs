//! The connection to one qBittorrent: login, the cookie, a second login when the first has run out.
//!
//! Five wrong passwords get this machine banned for an hour, so a refused login is remembered and not repeated on
//! each call; a person's test of the settings tries again at once.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use radarr_proto::model::SecretText;
use reqwest::{Method, Response, StatusCode};
use serde::de::DeserializeOwned;
use url::Url;

use super::api::ApiVersion;
use crate::clients::client::ClientError;

/// A list of 10,000 torrents has about 12 MB.
const ANSWER_BYTES_MAX: usize = 32 * 1024 * 1024;
/// qBittorrent answers from memory; a minute covers one that reads its torrents at start.
const ANSWER_TIMEOUT: Duration = Duration::from_mins(1);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Twice an hour stays below the five tries after which qBittorrent bans, as its ban lasts an hour.
const REFUSED_LOGIN_PAUSE: Duration = Duration::from_mins(30);

/// A logged-in connection, or one that will be at its first use.
#[derive(Debug)]
pub(super) struct Session {
    client: String,
    base: Url,
    username: String,
    password: SecretText,
    http: reqwest::Client,
    /// Held over a login, so that many callers make one.
    login: tokio::sync::Mutex<Login>,
    refused: Mutex<Option<(Instant, ClientError)>>,
}

#[derive(Debug, Default)]
struct Login {
    /// Rises with each login; who failed with an older one need not log in again.
    generation: u64,
    api: Option<ApiVersion>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    body: Vec<u8>,
}

impl Answer {
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).trim().chars().take(200).collect()
    }
}

/// What is sent.
enum Body<'a> {
    None,
    Form(&'a [(&'a str, &'a str)]),
    /// Built anew for each try, as a multipart form can be sent once.
    Multipart(&'a (dyn Fn() -> reqwest::multipart::Form + Sync)),
}

impl Session {
    pub(super) fn new(
        client: &str,
        url: &str,
        username: &str,
        password: SecretText,
    ) -> Result<Self, ClientError> {
        let settings = |problem: String| ClientError::Settings { client: client.to_owned(), problem };
        let mut base = Url::parse(url.trim())
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .ok_or_else(|| settings("its address must look like http://127.0.0.1:8080".to_owned()))?;
        if !base.username().is_empty() || base.password().is_some() {
            return Err(settings("user name and password don't belong into its address".to_owned()));
        }
        base.set_query(None);
        base.set_fragment(None);
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        let http = reqwest::Client::builder()
            .cookie_store(true)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(ANSWER_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(|error| settings(error.to_string()))?;
        Ok(Self {
            client: client.to_owned(),
            base,
            username: username.to_owned(),
            password,
            http,
            login: tokio::sync::Mutex::default(),
            refused: Mutex::default(),
        })
    }

    pub(super) fn client(&self) -> &str {
        &self.client
    }

    /// An answer that has no meaning here.
    pub(super) fn unexpected(&self, answer: &Answer) -> ClientError {
        let said = match answer.text() {
            text if text.is_empty() || text.starts_with('<') => String::new(),
            text => format!(": {text}"),
        };
        self.unavailable(format!("HTTP {}{said}", answer.status))
    }

    pub(super) async fn get(&self, call: &str) -> Result<Answer, ClientError> {
        let answer = self.send(Method::GET, call, &[], &Body::None).await?;
        if answer.is_success() { Ok(answer) } else { Err(self.unexpected(&answer)) }
    }

    pub(super) async fn get_json<T: DeserializeOwned>(
        &self,
        call: &str,
        query: &[(&str, &str)],
    ) -> Result<T, ClientError> {
        let answer = self.send(Method::GET, call, query, &Body::None).await?;
        if !answer.is_success() {
            return Err(self.unexpected(&answer));
        }
        serde_json::from_slice(&answer.body)
            .map_err(|error| self.unavailable(format!("its answer to {call} can't be read ({error})")))
    }

    /// Any status but those of the login is for the caller to judge.
    pub(super) async fn post(&self, call: &str, form: &[(&str, &str)]) -> Result<Answer, ClientError> {
        self.send(Method::POST, call, &[], &Body::Form(form)).await
    }

    pub(super) async fn post_multipart(
        &self,
        call: &str,
        form: &(dyn Fn() -> reqwest::multipart::Form + Sync),
    ) -> Result<Answer, ClientError> {
        self.send(Method::POST, call, &[], &Body::Multipart(form)).await
    }

    /// The version of the web API, asked once for each login.
    pub(super) async fn api_version(&self) -> Result<ApiVersion, ClientError> {
        if let Some(api) = self.login.lock().await.api {
            return Ok(api);
        }
        let text = self.get("app/webapiVersion").await?.text();
        let api = text.parse::<ApiVersion>().map_err(|()| ClientError::Settings {
            client: self.client.clone(),
            problem: "what answers at its address is no qBittorrent of version 4.1.9 or later".to_owned(),
        })?;
        self.login.lock().await.api = Some(api);
        Ok(api)
    }

    /// The next call tries to log in even if the last try was refused.
    pub(super) fn forget_refusal(&self) {
        *self.refused.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = None;
    }

    async fn send(
        &self,
        method: Method,
        call: &str,
        query: &[(&str, &str)],
        body: &Body<'_>,
    ) -> Result<Answer, ClientError> {
        let generation = self.log_in_after(0).await?;
        let answer = self.send_once(method.clone(), call, query, body).await?;
        if answer.status != StatusCode::FORBIDDEN.as_u16() {
            return self.judge_gate(answer);
        }
        if self.username.is_empty() {
            return Err(ClientError::LoginRefused { client: self.client.clone() });
        }
        // The cookie has run out, or the client was restarted.
        self.log_in_after(generation).await?;
        let answer = self.send_once(method, call, query, body).await?;
        if answer.status == StatusCode::FORBIDDEN.as_u16() {
            return Err(self.login_refused(&answer));
        }
        self.judge_gate(answer)
    }

    /// 401 is no wrong password there, but a foreign `Host` or `Referer`.
    fn judge_gate(&self, answer: Answer) -> Result<Answer, ClientError> {
        if answer.status == StatusCode::UNAUTHORIZED.as_u16() {
            return Err(ClientError::Settings {
                client: self.client.clone(),
                problem: "it refuses requests under this address (HTTP 401); add the host name to \"Server \
                          domains\" in its web interface settings"
                    .to_owned(),
            });
        }
        Ok(answer)
    }

    /// Logs in unless somebody has done so after `generation`.
    async fn log_in_after(&self, generation: u64) -> Result<u64, ClientError> {
        let mut login = self.login.lock().await;
        if login.generation > generation {
            return Ok(login.generation);
        }
        if self.username.is_empty() {
            // Without a user name the client lets local connections in as they are.
            login.generation += 1;
            login.api = None;
            return Ok(login.generation);
        }
        if let Some(error) = self.remembered_refusal() {
            return Err(error);
        }
        let form = [("username", self.username.as_str()), ("password", self.password.expose())];
        let answer = self.send_once(Method::POST, "auth/login", &[], &Body::Form(&form)).await?;
        let refused = match (answer.status, answer.text().as_str()) {
            (200, "Ok." | "") | (204, _) => None,
            (200, "Fails.") | (401 | 403, _) => Some(self.login_refused(&answer)),
            (404, _) => Some(ClientError::Settings {
                client: self.client.clone(),
                problem: "what answers at its address is no qBittorrent of version 4.1.9 or later".to_owned(),
            }),
            _ => return Err(self.unexpected(&answer)),
        };
        if let Some(error) = refused {
            let mut remembered = self.refused.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            *remembered = Some((Instant::now(), error.clone()));
            return Err(error);
        }
        login.generation += 1;
        login.api = None;
        Ok(login.generation)
    }

    fn remembered_refusal(&self) -> Option<ClientError> {
        let refused = self.refused.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        refused.as_ref().filter(|(at, _)| at.elapsed() < REFUSED_LOGIN_PAUSE).map(|(_, error)| error.clone())
    }

    fn login_refused(&self, answer: &Answer) -> ClientError {
        let client = self.client.clone();
        if answer.text().contains("banned") {
            ClientError::Banned { client }
        } else {
            ClientError::LoginRefused { client }
        }
    }

    async fn send_once(
        &self,
        method: Method,
        call: &str,
        query: &[(&str, &str)],
        body: &Body<'_>,
    ) -> Result<Answer, ClientError> {
        let url =
            self.base.join(&format!("api/v2/{call}")).map_err(|error| self.unavailable(error.to_string()))?;
        let request = self.http.request(method, url).header("Referer", self.base.as_str());
        let request = if query.is_empty() { request } else { request.query(query) };
        let request = match body {
            Body::None => request,
            Body::Form(form) => request.form(form),
            Body::Multipart(form) => request.multipart(form()),
        };
        let response = request.send().await.map_err(|error| self.no_answer(&error))?;
        self.read(response).await
    }

    async fn read(&self, mut response: Response) -> Result<Answer, ClientError> {
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.no_answer(&error))? {
            if body.len() + chunk.len() > ANSWER_BYTES_MAX {
                return Err(self.unavailable(format!("its answer is larger than {ANSWER_BYTES_MAX} bytes")));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, body })
    }

    /// The address itself stays out: the text may end in a log.
    fn no_answer(&self, error: &reqwest::Error) -> ClientError {
        let problem = if error.is_timeout() {
            "no answer in time".to_owned()
        } else if error.is_connect() {
            let root = root_cause(error);
            format!("no connection to {} ({root})", self.base.host_str().unwrap_or_default())
        } else {
            format!("the connection broke ({})", root_cause(error))
        };
        self.unavailable(problem)
    }

    fn unavailable(&self, problem: String) -> ClientError {
        ClientError::Unavailable { client: self.client.clone(), problem }
    }
}

fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
