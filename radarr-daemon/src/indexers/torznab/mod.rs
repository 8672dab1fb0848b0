//! Torznab and Newznab: an XML API that Prowlarr, Jackett and many sites of their own speak; also plain RSS feeds.
//!
//! [`caps`] is what a server can do, [`request`] what it is asked, [`mod@feed`] reads what it lists, `answer.rs` tells
//! its errors apart; [`xml`], [`mod@date`] and [`mod@size`] read what comes from outside. The API key is in the query
//! of each request, because the API knows no other place. The address of a download carries it too, or another one:
//! so a [`Release`] has it only sealed ([`SealedText`]), and it is opened when the torrent is fetched.

mod answer;
pub mod caps;
pub mod date;
pub mod feed;
mod known;
pub mod request;
pub mod size;
pub mod xml;

use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use radarr_proto::model::{Release, SealedText, SecretText};
use url::Url;

pub use known::KnownCaps;

use self::answer::Whose;
use self::caps::{Answers, Caps};
use self::feed::{Dialect, Item, Source, dialect};
use self::request::{Plan, caps_url};
use self::xml::Element;
use super::error::counted;
use super::{Fetched, Indexer, IndexerError, ListedBy, Page, Query, Step};
use crate::clock;
use crate::net::{Answer, Http};
use crate::security::keyring::Keyring;
use crate::torrent::TORRENT_BYTES_MAX;

/// A page of 100 with long descriptions is about 1 MB.
const LIST_BYTES_MAX: usize = 10 * 1024 * 1024;
/// Prowlarr sends on to the tracker, and that to its file server or to a magnet link.
const REDIRECTS_MAX: usize = 5;

/// What an address is sealed as: nothing else that is sealed can be taken for one.
pub const SEALED_AS: &str = "release";

/// Where a server is, and who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TorznabConfig {
    /// The address up to the path of the API.
    pub base_url: String,
    /// The path of the API below it, `/api`.
    pub api_path: String,
    /// The key; empty where none is asked for.
    pub api_key: SecretText,
    /// Numbers of the categories that are asked for; empty = all.
    pub categories: Vec<u32>,
}

/// A Torznab or Newznab server.
#[derive(Debug, Clone)]
pub struct Torznab {
    config: TorznabConfig,
    listed_by: ListedBy,
    http: Http,
    known: Arc<KnownCaps>,
    secrets: Arc<Keyring>,
}

impl Torznab {
    /// A client; asks nothing yet. `known` is what was found out of servers before, `secrets` seals addresses.
    pub fn new(
        config: TorznabConfig,
        listed_by: ListedBy,
        http: Http,
        known: Arc<KnownCaps>,
        secrets: Arc<Keyring>,
    ) -> Self {
        Self { config, listed_by, http, known, secrets }
    }

    /// One step of a list; the first one finds out what the server can do, when that is not known.
    async fn list(&self, plan: impl FnOnce(&Caps) -> Plan, step: Step) -> Result<Page, IndexerError> {
        let now = clock::now();
        let known = if step == Step::default() {
            self.known.fresh(&self.config, now)
        } else {
            self.known.any(&self.config)
        };
        let Some(caps) = known else {
            let (caps, kept_for) = self.ask_caps().await?;
            self.known.keep(&self.config, caps, kept_for, now);
            // A request was spent on it: the list is for the next one.
            return Ok(Page { releases: Vec::new(), next: Some(step) });
        };
        let plan = plan(&caps);
        let Some(ask) = plan.at(step) else { return Ok(Page::default()) };
        let url = self.parsed(&ask.url(&self.config, &caps, step.page))?;
        let root = self.ask(url.clone()).await?;
        let (items, found) = self.items(&root, &url, &caps)?;
        let releases = items.into_iter().map(|item| self.sealed(item)).collect::<Result<_, _>>()?;
        Ok(Page { releases, next: plan.after(step, found, &caps) })
    }

    /// A page of what was listed last; what the server can do is asked for by the way.
    async fn numbered(&self, number: u32) -> Result<Vec<Release>, IndexerError> {
        let step = Step { page: number, ..Step::default() };
        let page = self.list(Plan::recent, step).await?;
        if page.releases.is_empty() && page.next == Some(step) {
            return Ok(self.list(Plan::recent, step).await?.releases);
        }
        Ok(page.releases)
    }

    fn items(&self, root: &Element, url: &Url, caps: &Caps) -> Result<(Vec<Item>, usize), IndexerError> {
        if root.name != "rss" {
            return Err(self.outage(format!("an answer that is no feed, but <{:.40}>", root.name)));
        }
        let dialect = match caps.answers {
            Answers::Feed => Dialect::Rss,
            Answers::Api => dialect(root),
        };
        let (listed_by, api_key) = (&self.listed_by, &self.config.api_key);
        Ok(feed::parse(root, Source { request_url: Some(url), dialect, listed_by, api_key }))
    }

    /// The release of an item, with its address sealed: the torrent file before the magnet link.
    fn sealed(&self, item: Item) -> Result<Release, IndexerError> {
        let mut release = item.release;
        if let Some(link) = item.download_url.or(item.magnet_url) {
            let sealed =
                self.secrets.seal(SEALED_AS, &link).map_err(|error| self.settings(error.to_string()))?;
            release.sealed_link = Some(SealedText::new(sealed));
        }
        Ok(release)
    }

    async fn ask_caps(&self) -> Result<(Caps, known::KeptFor), IndexerError> {
        let answer = self.get(self.parsed(&caps_url(&self.config))?, LIST_BYTES_MAX).await?;
        match answer::read(self.whose(), &answer) {
            Ok(root) => match Caps::read(&root) {
                Some(caps) => Ok((caps, known::KeptFor::Long)),
                None => Ok((Caps::default(), known::KeptFor::Short)),
            },
            // It has no capabilities, but may well answer a search.
            Err(IndexerError::Refused { .. }) => Ok((Caps::default(), known::KeptFor::Short)),
            Err(error) => Err(error),
        }
    }

    async fn ask(&self, url: Url) -> Result<Element, IndexerError> {
        let answer = self.get(url, LIST_BYTES_MAX).await?;
        answer::read(self.whose(), &answer)
    }

    async fn get(&self, url: Url, limit_bytes: usize) -> Result<Answer, IndexerError> {
        let sent = self.http.send(self.http.get(url), limit_bytes).await;
        sent.map_err(|error| IndexerError::of_net(&self.listed_by.name, error))
    }

    async fn fetch_release(&self, release: &Release) -> Result<Fetched, IndexerError> {
        let gone = || IndexerError::Gone { indexer: self.listed_by.name.clone(), guid: release.guid.clone() };
        let sealed = release.sealed_link.as_ref().ok_or_else(gone)?;
        let link = self.secrets.open_sealed(SEALED_AS, sealed.as_str()).map_err(|_| {
            self.settings(
                "the address of this release can't be read with this key file; search again".to_owned(),
            )
        })?;
        let mut link = link.expose().to_owned();
        // No credential is in a header, so that following shows nobody more than the address says already.
        for _ in 0..=REDIRECTS_MAX {
            if is_magnet(&link) {
                return Ok(Fetched::Magnet(link));
            }
            let url = self
                .web_address(&link)
                .ok_or_else(|| self.outage("a download without an address".to_owned()))?;
            let answer = self.get(url.clone(), TORRENT_BYTES_MAX).await?;
            match answer.location().filter(|_| answer.status.is_redirection()) {
                Some(to) if is_magnet(to) => to.clone_into(&mut link),
                Some(to) => {
                    let next = url.join(to).map_err(|_| self.outage("sent to no address".to_owned()))?;
                    link = next.into();
                }
                None => {
                    // Some answer with the link itself.
                    if let Some(magnet) =
                        std::str::from_utf8(&answer.body).ok().filter(|text| is_magnet(text))
                    {
                        return Ok(Fetched::Magnet(magnet.trim_end().to_owned()));
                    }
                    answer::check_torrent(self.whose(), &release.guid, &answer)?;
                    return Ok(Fetched::Torrent(answer.body));
                }
            }
        }
        Err(self.outage(format!("sent on more than {REDIRECTS_MAX} times")))
    }

    /// Capabilities often need no key, so a list is asked for as well.
    async fn try_out(&self) -> Result<(), IndexerError> {
        let (caps, _) = self.ask_caps().await?;
        if !caps.categories.is_empty()
            && !self.config.categories.is_empty()
            && !self.config.categories.iter().any(|wanted| offers(&caps, *wanted))
        {
            let offered: Vec<String> = caps.categories.iter().take(12).map(ToString::to_string).collect();
            return Err(self.settings(format!(
                "it offers none of the categories that are set, but {}",
                offered.join(", ")
            )));
        }
        let plan = Plan::recent(&caps);
        let Some(ask) = plan.at(Step::default()) else {
            return Err(self.settings("it says that it can neither be searched nor read".to_owned()));
        };
        let url = self.parsed(&ask.url(&self.config, &caps, 0))?;
        let root = self.ask(url.clone()).await?;
        self.items(&root, &url, &caps).map(drop)
    }

    fn parsed(&self, url: &SecretText) -> Result<Url, IndexerError> {
        self.web_address(url.expose()).ok_or_else(|| {
            self.settings("the address is none; it looks like http://127.0.0.1:9696/1".to_owned())
        })
    }

    fn web_address(&self, url: &str) -> Option<Url> {
        let url = Url::parse(url).ok();
        url.filter(|url| matches!(url.scheme(), "https" | "http") && url.has_host())
    }

    fn whose(&self) -> Whose<'_> {
        Whose { indexer: &self.listed_by.name, api_key: &self.config.api_key, now: clock::now() }
    }

    fn outage(&self, seen: String) -> IndexerError {
        IndexerError::Outage { indexer: self.listed_by.name.clone(), seen }
    }

    fn settings(&self, problem: String) -> IndexerError {
        IndexerError::Settings { indexer: self.listed_by.name.clone(), problem }
    }
}

fn is_magnet(link: &str) -> bool {
    link.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("magnet:"))
}

/// Whether a category is offered: itself, what it is a part of, or a part of it (2000 holds 2001 to 2999).
fn offers(caps: &Caps, wanted: u32) -> bool {
    caps.categories.iter().any(|offered| {
        let whole = |category: u32| category.is_multiple_of(1_000);
        *offered == wanted || (offered / 1_000 == wanted / 1_000 && (whole(*offered) || whole(wanted)))
    })
}

impl Indexer for Torznab {
    fn recent(&self, step: Step) -> BoxFuture<'_, Result<Page, IndexerError>> {
        counted("torznab", self.list(Plan::recent, step)).boxed()
    }

    fn page(&self, number: u32) -> BoxFuture<'_, Result<Vec<Release>, IndexerError>> {
        counted("torznab", self.numbered(number)).boxed()
    }

    fn search<'a>(&'a self, query: &'a Query, step: Step) -> BoxFuture<'a, Result<Page, IndexerError>> {
        counted("torznab", self.list(move |caps| Plan::search(caps, query), step)).boxed()
    }

    fn fetch<'a>(&'a self, release: &'a Release) -> BoxFuture<'a, Result<Fetched, IndexerError>> {
        counted("torznab", self.fetch_release(release)).boxed()
    }

    fn test(&self) -> BoxFuture<'_, Result<(), IndexerError>> {
        counted("torznab", self.try_out()).boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_is_offered_with_its_whole_and_its_parts() {
        let caps =
            |categories: &[u32]| Caps { categories: categories.iter().copied().collect(), ..Caps::default() };
        assert!(offers(&caps(&[2000]), 2040));
        assert!(offers(&caps(&[2040]), 2000));
        assert!(offers(&caps(&[2040]), 2040));
        assert!(!offers(&caps(&[2040]), 2045));
        assert!(!offers(&caps(&[5000, 5040]), 2000));
    }
}
