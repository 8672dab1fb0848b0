//! HDBits: a JSON API that takes user name and passkey in the body.
//!
//! [`request`] makes the body, [`mod@parse`] reads the answer, [`status`] tells its errors apart. The passkey is in
//! the body of a list's request and in the query of a torrent's, and nowhere else: a [`Release`] carries no
//! download address, it is made of the guid when the torrent is fetched.

mod parse;
mod request;
mod status;

use futures::future::BoxFuture;
use futures::{FutureExt, TryFutureExt};
use radarr_proto::model::{Release, SecretText};
use url::Url;

pub use parse::{parse, torrent_number};
pub use request::Wanted;

use super::error::counted;
use super::{Fetched, Indexer, IndexerError, ListedBy, Page, Query, Step};
use crate::clock;
use crate::net::{Answer, Http};

/// A page of 100 with long descriptions is about 1 MB.
const LIST_BYTES_MAX: usize = 10 * 1024 * 1024;
/// The torrent of a full disc with small pieces is about 2 MB.
const TORRENT_BYTES_MAX: usize = 10 * 1024 * 1024;

/// Where HDBits is, and who asks.
#[derive(Debug, Clone)]
pub struct HdbitsConfig {
    /// The address, `https://hdbits.org`.
    pub base_url: String,
    /// The account's name.
    pub username: String,
    /// The account's passkey.
    pub passkey: SecretText,
}

/// HDBits.
#[derive(Debug, Clone)]
pub struct Hdbits {
    config: HdbitsConfig,
    listed_by: ListedBy,
    http: Http,
}

impl Hdbits {
    /// A client; asks nothing yet.
    pub fn new(config: HdbitsConfig, listed_by: ListedBy, http: Http) -> Self {
        Self { config, listed_by, http }
    }

    async fn list(&self, wanted: Wanted) -> Result<Vec<Release>, IndexerError> {
        let answer = self.post("api/torrents", &request::body(&self.config, Some(&wanted))).await?;
        let data = status::read(&self.listed_by.name, &answer, clock::now())?;
        Ok(parse(&data, &self.config.base_url, &self.listed_by))
    }

    async fn post(&self, path: &str, body: &serde_json::Value) -> Result<Answer, IndexerError> {
        let request = self.http.post(self.address(path)?).header("accept", "application/json").json(body);
        self.http
            .send(request, LIST_BYTES_MAX)
            .await
            .map_err(|error| IndexerError::of_net(&self.listed_by.name, error))
    }

    async fn search_all(&self, query: &Query) -> Result<Vec<Release>, IndexerError> {
        match Wanted::of_movie(query) {
            Some(wanted) => self.list(wanted).await,
            None => Ok(Vec::new()),
        }
    }

    /// Where a torrent is downloaded, with the passkey in it; `None` when the guid is none of HDBits.
    pub fn download_url(&self, guid: &str) -> Result<Option<Url>, IndexerError> {
        let Some(number) = torrent_number(guid) else { return Ok(None) };
        let mut url = self.address("download.php")?;
        url.query_pairs_mut()
            .append_pair("id", &number.to_string())
            .append_pair("passkey", self.config.passkey.expose());
        Ok(Some(url))
    }

    async fn fetch_torrent(&self, release: &Release) -> Result<Fetched, IndexerError> {
        let gone = || IndexerError::Gone { indexer: self.listed_by.name.clone(), guid: release.guid.clone() };
        let url = self.download_url(&release.guid)?.ok_or_else(gone)?;
        let answer = self
            .http
            .send(self.http.get(url), TORRENT_BYTES_MAX)
            .await
            .map_err(|error| IndexerError::of_net(&self.listed_by.name, error))?;
        status::check_torrent(&self.listed_by.name, &release.guid, &answer, clock::now())?;
        Ok(Fetched::Torrent(answer.body))
    }

    async fn try_account(&self) -> Result<(), IndexerError> {
        let answer = self.post("api/test", &request::body(&self.config, None)).await?;
        status::read(&self.listed_by.name, &answer, clock::now()).map(drop)
    }

    fn address(&self, path: &str) -> Result<Url, IndexerError> {
        let base = self.config.base_url.trim_end_matches('/');
        let url = Url::parse(&format!("{base}/{path}")).ok();
        url.filter(|url| matches!(url.scheme(), "https" | "http") && url.has_host()).ok_or_else(|| {
            IndexerError::Settings {
                indexer: self.listed_by.name.clone(),
                problem: "the address is none; it looks like https://hdbits.org".to_owned(),
            }
        })
    }
}

impl Indexer for Hdbits {
    fn recent(&self, _only: Step) -> BoxFuture<'_, Result<Page, IndexerError>> {
        counted("hdbits", self.list(Wanted::Recent)).map_ok(Page::last).boxed()
    }

    fn page(&self, number: u32) -> BoxFuture<'_, Result<Vec<Release>, IndexerError>> {
        counted("hdbits", self.list(Wanted::Page(number))).boxed()
    }

    fn search<'a>(&'a self, query: &'a Query, _only: Step) -> BoxFuture<'a, Result<Page, IndexerError>> {
        counted("hdbits", self.search_all(query)).map_ok(Page::last).boxed()
    }

    fn fetch<'a>(&'a self, release: &'a Release) -> BoxFuture<'a, Result<Fetched, IndexerError>> {
        counted("hdbits", self.fetch_torrent(release)).boxed()
    }

    fn test(&self) -> BoxFuture<'_, Result<(), IndexerError>> {
        counted("hdbits", self.try_account()).boxed()
    }
}
