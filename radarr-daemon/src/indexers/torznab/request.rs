//! What a server is asked: by ids first, by words when these found nothing.
//!
//! A [`Plan`] has tiers; the next one is only asked when the last found nothing. Source: Radarr's
//! `NewznabRequestGenerator`.

use radarr_proto::model::SecretText;

use super::TorznabConfig;
use super::caps::{Answers, Caps, TextEngine};
use crate::domain::title::search_title;
use crate::indexers::Query;
use crate::indexers::indexer::Step;

/// Pages of one request. Source: Radarr.
pub const PAGES_MAX: u32 = 30;
/// Titles of a movie that are asked for by words: its own and the original one.
const TITLES_MAX: usize = 2;

/// One request, of which the first page and those after it can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// `movie` or `search`; empty for a plain feed.
    function: &'static str,
    /// What follows the usual parameters, beginning with `&`.
    parameters: String,
}

/// Everything that is asked for one thing, in tiers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    tiers: Vec<Vec<Ask>>,
}

impl Plan {
    /// What was listed last.
    pub fn recent(caps: &Caps) -> Self {
        let function = match (caps.answers, &caps.movie_search, &caps.search) {
            (Answers::Feed, ..) => "",
            (Answers::Api, Some(_), _) => "movie",
            (Answers::Api, None, Some(_)) => "search",
            (Answers::Api, None, None) => return Self::default(),
        };
        Self { tiers: vec![vec![Ask { function, parameters: String::new() }]] }
    }

    /// A movie.
    pub fn search(caps: &Caps, query: &Query) -> Self {
        let tiers = [by_ids(caps, query), by_words(caps, query)];
        Self { tiers: tiers.into_iter().filter(|tier| !tier.is_empty()).collect() }
    }

    /// The requests, tier by tier.
    pub fn tiers(&self) -> &[Vec<Ask>] {
        &self.tiers
    }

    /// The request of a step; `None` when there is none.
    pub(super) fn at(&self, step: Step) -> Option<&Ask> {
        self.tiers.get(step.tier)?.get(step.request)
    }

    /// What comes after a step that gave `found` items; `None` at the end.
    pub(super) fn after(&self, step: Step, found: usize, caps: &Caps) -> Option<Step> {
        let tier = self.tiers.get(step.tier)?;
        let found_any = step.found_any || found > 0;
        let is_full = found >= caps.page_size() as usize;
        if is_full && caps.answers == Answers::Api && step.page + 1 < PAGES_MAX {
            return Some(Step { page: step.page + 1, found_any, ..step });
        }
        if step.request + 1 < tier.len() {
            return Some(Step { request: step.request + 1, page: 0, found_any, ..step });
        }
        let next = Step { tier: step.tier + 1, ..Step::default() };
        self.at(next).filter(|_| !found_any).map(|_| next)
    }
}

impl Ask {
    /// The address of a page, with the key in it.
    pub fn url(&self, config: &TorznabConfig, caps: &Caps, page: u32) -> SecretText {
        let mut url = address(config);
        if self.function.is_empty() {
            // A plain feed knows no parameters, but for the key that lets one in.
            push_key(&mut url, config, '?');
            return SecretText::new(url);
        }
        let size = caps.page_size();
        url.push_str(&format!("?t={}", self.function));
        let mut categories: Vec<u32> = Vec::new();
        config.categories.iter().filter(|category| **category > 0).for_each(|category| {
            if !categories.contains(category) {
                categories.push(*category);
            }
        });
        if !categories.is_empty() {
            let list: Vec<String> = categories.iter().map(ToString::to_string).collect();
            url.push_str(&format!("&cat={}", list.join(",")));
        }
        url.push_str("&extended=1");
        push_key(&mut url, config, '&');
        url.push_str(&format!("&offset={}&limit={size}{}", page.saturating_mul(size), self.parameters));
        SecretText::new(url)
    }
}

/// Where capabilities are asked for.
pub(super) fn caps_url(config: &TorznabConfig) -> SecretText {
    let mut url = format!("{}?t=caps", address(config));
    push_key(&mut url, config, '&');
    SecretText::new(url)
}

fn address(config: &TorznabConfig) -> String {
    format!("{}{}", config.base_url.trim_end_matches('/'), config.api_path.trim_end_matches('/'))
}

fn push_key(url: &mut String, config: &TorznabConfig, joint: char) {
    let key = config.api_key.expose().trim();
    if !key.is_empty() {
        url.push(joint);
        url.push_str("apikey=");
        url.push_str(&encoded(key));
    }
}

fn by_ids(caps: &Caps, query: &Query) -> Vec<Ask> {
    let tmdb = query.tmdb_id.filter(|id| id.0 > 0 && caps.movie_takes("tmdbid"));
    let tmdb = tmdb.map(|id| format!("&tmdbid={}", id.0));
    let imdb = query.imdb_id.as_ref().filter(|_| caps.movie_takes("imdbid"));
    let imdb = imdb.map(|id| format!("&imdbid={}", id.as_str().trim_start_matches("tt")));
    let parameters = match (tmdb, imdb) {
        (Some(tmdb), Some(imdb)) if caps.several_ids => tmdb + &imdb,
        (Some(one), _) | (None, Some(one)) => one,
        (None, None) => return Vec::new(),
    };
    vec![Ask { function: "movie", parameters }]
}

fn by_words(caps: &Caps, query: &Query) -> Vec<Ask> {
    let Some(year) = query.year.filter(|_| caps.takes_words()) else { return Vec::new() };
    let mut asks: Vec<Ask> = Vec::new();
    for title in query.titles.iter().take(TITLES_MAX) {
        let words = match caps.text_engine {
            TextEngine::Raw => title.trim().to_owned(),
            TextEngine::Sphinx => search_title(title).replace('+', " "),
        };
        if words.is_empty() {
            continue;
        }
        let ask =
            Ask { function: "search", parameters: format!("&q={}", encoded(&format!("{words} {year}"))) };
        if !asks.contains(&ask) {
            asks.push(ask);
        }
    }
    asks
}

/// A text as the value of a parameter; all but the unreserved characters of RFC 3986 as `%XX`.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use radarr_proto::model::TmdbId;

    use super::*;

    fn config() -> TorznabConfig {
        TorznabConfig {
            base_url: "http://127.0.0.1:9696/1/".to_owned(),
            api_path: "/api".to_owned(),
            api_key: SecretText::new(" k&y\n"),
            categories: vec![2000, 2040, 2000],
        }
    }

    fn query() -> Query {
        Query {
            titles: vec!["Tom & Jerry: The Movie".to_owned(), "Том и Джерри".to_owned(), "Tom".to_owned()],
            year: Some(1992),
            imdb_id: "tt0105616".parse().ok(),
            tmdb_id: Some(TmdbId(22582)),
        }
    }

    fn caps(movie: &[&str], several_ids: bool) -> Caps {
        let movie_search = Some(movie.iter().map(|name| (*name).to_owned()).collect());
        Caps { movie_search, several_ids, ..Caps::default() }
    }

    fn urls(caps: &Caps, plan: &Plan) -> Vec<Vec<String>> {
        let url = |ask: &Ask| {
            let url = ask.url(&config(), caps, 0).expose().to_owned();
            url.split_once("limit=100").map(|(_, rest)| rest.to_owned()).unwrap_or(url)
        };
        plan.tiers().iter().map(|tier| tier.iter().map(url).collect()).collect()
    }

    #[test]
    fn an_address_has_each_category_once_and_the_key_encoded() {
        let caps = Caps::default();
        let plan = Plan::recent(&caps);
        assert_eq!(
            plan.tiers()[0][0].url(&config(), &caps, 2).expose(),
            "http://127.0.0.1:9696/1/api?t=movie&cat=2000,2040&extended=1&apikey=k%26y&offset=200&limit=100"
        );
        assert_eq!(caps_url(&config()).expose(), "http://127.0.0.1:9696/1/api?t=caps&apikey=k%26y");
        let open = TorznabConfig { api_key: SecretText::default(), categories: Vec::new(), ..config() };
        assert_eq!(
            plan.tiers()[0][0].url(&open, &caps, 0).expose(),
            "http://127.0.0.1:9696/1/api?t=movie&extended=1&offset=0&limit=100"
        );
        let feed = Plan::recent(&Caps::feed());
        assert_eq!(
            feed.tiers()[0][0].url(&config(), &Caps::feed(), 0).expose(),
            "http://127.0.0.1:9696/1/api?apikey=k%26y"
        );
    }

    #[test]
    fn ids_go_before_words_and_tmdb_before_imdb() {
        let words = "&q=Tom%20and%20Jerry%20The%20Movie%201992";
        for (movie, several, want) in [
            (&["q", "tmdbid", "imdbid"][..], true, Some("&tmdbid=22582&imdbid=0105616")),
            (&["q", "tmdbid", "imdbid"], false, Some("&tmdbid=22582")),
            (&["q", "imdbid"], true, Some("&imdbid=0105616")),
            (&["q"], true, None),
        ] {
            let caps = caps(movie, several);
            let tiers = urls(&caps, &Plan::search(&caps, &query()));
            let ids: Vec<Vec<String>> = want.iter().map(|ids| vec![(*ids).to_owned()]).collect();
            assert_eq!(tiers.len(), ids.len() + 1, "{movie:?}");
            assert_eq!(tiers.first().cloned().filter(|_| want.is_some()), ids.first().cloned());
            let last = tiers.last().unwrap();
            assert_eq!((last[0].as_str(), last.len()), (words, 2), "the first two titles");
        }
        let raw = Caps { text_engine: TextEngine::Raw, movie_search: None, ..Caps::default() };
        let tiers = urls(&raw, &Plan::search(&raw, &query()));
        assert_eq!(tiers[0][0], "&q=Tom%20%26%20Jerry%3A%20The%20Movie%201992");
        let unknown_year = Query { year: None, imdb_id: None, tmdb_id: None, ..query() };
        assert_eq!(Plan::search(&raw, &unknown_year), Plan::default());
        assert_eq!(Plan::search(&Caps::feed(), &query()), Plan::default());
    }

    #[test]
    fn full_pages_go_on_and_the_next_tier_is_for_when_nothing_was_found() {
        let caps = caps(&["tmdbid"], false);
        let plan = Plan::search(&caps, &query());
        let first = Step::default();
        let second = plan.after(first, 100, &caps).unwrap();
        assert_eq!((second.tier, second.page), (0, 1));
        assert_eq!(plan.after(second, 0, &caps), None, "the first page found something");
        let words = plan.after(first, 0, &caps).unwrap();
        assert_eq!((words.tier, words.request, words.page), (1, 0, 0));
        let last = Step { page: PAGES_MAX - 1, ..first };
        assert_eq!(plan.after(last, 100, &caps), None);
        let mut steps = vec![first];
        while let Some(next) = plan.after(*steps.last().unwrap(), 0, &caps) {
            steps.push(next);
            assert!(steps.len() < 10);
        }
        assert_eq!(steps.len(), 1 + plan.tiers()[1].len());
    }
}
