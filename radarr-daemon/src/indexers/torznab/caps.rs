//! What a server says that it can do: `t=caps`.
//!
//! Source: the Torznab and Newznab specifications; the defaults for what is left out are Radarr's
//! (`NewznabCapabilities`).

use std::collections::BTreeSet;

use super::xml::Element;

/// Items on a page when the server does not say.
const PAGE_SIZE_DEFAULT: u32 = 100;
/// Categories that are kept of a list; the longest known one has about 200.
const CATEGORIES_MAX: usize = 2_000;

/// How a server reads the words of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextEngine {
    /// Words; marks only disturb.
    Sphinx,
    /// The title as it is.
    Raw,
}

impl TextEngine {
    /// Its name in the capabilities.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sphinx => "sphinx",
            Self::Raw => "raw",
        }
    }

    /// By its name; one that is not known is asked as most are.
    pub fn from_name(name: &str) -> Self {
        if name.eq_ignore_ascii_case("raw") { Self::Raw } else { Self::Sphinx }
    }
}

/// What answers at the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    /// A Torznab or Newznab API.
    Api,
    /// A plain RSS feed, whatever it is asked.
    Feed,
}

/// What a server can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caps {
    /// What it is.
    pub answers: Answers,
    /// Items on a page when no number is asked for.
    pub default_page_size: u32,
    /// The most items on a page.
    pub max_page_size: u32,
    /// Parameters of `t=search`; `None` = it has none.
    pub search: Option<Vec<String>>,
    /// Parameters of `t=movie`; `None` = it has none.
    pub movie_search: Option<Vec<String>>,
    /// How `t=search` reads words.
    pub text_engine: TextEngine,
    /// How `t=movie` reads words.
    pub movie_text_engine: TextEngine,
    /// Whether several ids go into one request.
    pub several_ids: bool,
    /// Numbers of its categories; empty = it does not say.
    pub categories: BTreeSet<u32>,
}

impl Default for Caps {
    /// What is taken for granted of a server that says nothing.
    fn default() -> Self {
        Self {
            answers: Answers::Api,
            default_page_size: PAGE_SIZE_DEFAULT,
            max_page_size: PAGE_SIZE_DEFAULT,
            search: Some(vec!["q".to_owned()]),
            movie_search: Some(vec!["q".to_owned(), "imdbid".to_owned()]),
            text_engine: TextEngine::Sphinx,
            movie_text_engine: TextEngine::Sphinx,
            several_ids: false,
            categories: BTreeSet::new(),
        }
    }
}

impl Caps {
    /// A feed that can only be read.
    pub fn feed() -> Self {
        Self { answers: Answers::Feed, search: None, movie_search: None, ..Self::default() }
    }

    /// From the root of the answer; `None` when it is neither capabilities nor a feed. What is odd in it counts as
    /// not said.
    pub fn read(root: &Element) -> Option<Self> {
        match root.name.as_str() {
            "caps" => Some(Self::of_api(root)),
            "rss" => Some(Self::feed()),
            _ => None,
        }
    }

    fn of_api(root: &Element) -> Self {
        let mut caps = Self::default();
        if let Some(limits) = root.child("limits") {
            let limit = |name| limits.attribute(name).and_then(|text| text.trim().parse().ok());
            caps.default_page_size = limit("default").filter(|size| *size > 0).unwrap_or(PAGE_SIZE_DEFAULT);
            caps.max_page_size = limit("max").filter(|size| *size > 0).unwrap_or(PAGE_SIZE_DEFAULT);
        }
        if let Some(searching) = root.child("searching") {
            if let Some(search) = searching.child("search") {
                caps.search = parameters(search, caps.search);
                caps.text_engine = engine(search);
            }
            if let Some(movie) = searching.child("movie-search") {
                caps.several_ids = movie.attribute("supportedParams").is_some();
                caps.movie_search = parameters(movie, caps.movie_search);
                caps.movie_text_engine = engine(movie);
            }
        }
        let categories = root.child("categories").into_iter().flat_map(|list| list.all("category"));
        caps.categories = categories
            .flat_map(|category| std::iter::once(category).chain(category.all("subcat")))
            .filter_map(|category| category.attribute("id")?.trim().parse().ok())
            .take(CATEGORIES_MAX)
            .collect();
        caps
    }

    /// Whether `t=movie` takes this parameter.
    pub fn movie_takes(&self, parameter: &str) -> bool {
        self.movie_search.as_ref().is_some_and(|known| known.iter().any(|name| name == parameter))
    }

    /// Whether `t=search` takes words.
    pub fn takes_words(&self) -> bool {
        self.search.as_ref().is_some_and(|known| known.iter().any(|name| name == "q"))
    }

    /// Items that are asked for at once: as many as the server gives, and at most 100.
    pub fn page_size(&self) -> u32 {
        self.default_page_size.max(self.max_page_size).min(PAGE_SIZE_DEFAULT)
    }
}

fn parameters(search: &Element, default: Option<Vec<String>>) -> Option<Vec<String>> {
    if search.attribute("available").is_some_and(|available| !available.eq_ignore_ascii_case("yes")) {
        return None;
    }
    match search.attribute("supportedParams") {
        Some(list) => Some(list.split(',').map(|name| name.trim().to_lowercase()).collect()),
        None => default,
    }
}

fn engine(search: &Element) -> TextEngine {
    search.attribute("searchEngine").map_or(TextEngine::Sphinx, TextEngine::from_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(document: &str) -> Option<Caps> {
        Caps::read(&Element::read(document.as_bytes()).unwrap())
    }

    #[test]
    fn capabilities_are_read_and_what_is_odd_counts_as_not_said() {
        let caps = read(
            r#"<caps><limits max="60" default="many"/><searching>
            <search available="yes" supportedParams="q" searchEngine="raw"/>
            <movie-search available="yes" supportedParams="q,imdbid, TmdbId"/></searching>
            <categories><category id="2000"><subcat id="2040"/><subcat id="asdf"/></category></categories></caps>"#,
        )
        .unwrap();
        assert_eq!((caps.default_page_size, caps.max_page_size, caps.page_size()), (100, 60, 100));
        assert_eq!((caps.text_engine, caps.movie_text_engine), (TextEngine::Raw, TextEngine::Sphinx));
        assert!(caps.movie_takes("tmdbid") && caps.movie_takes("imdbid") && caps.several_ids);
        assert_eq!(caps.categories, BTreeSet::from([2000, 2040]));
        assert_eq!(read("<caps/>"), Some(Caps::default()));
    }

    #[test]
    fn a_search_that_is_not_available_is_none() {
        let caps = read(
            r#"<caps><searching><search available="no"/><movie-search available="no" supportedParams="q,imdbid"/>
            </searching></caps>"#,
        )
        .unwrap();
        assert_eq!((caps.search, caps.movie_search), (None, None));
    }

    #[test]
    fn a_plain_feed_is_taken_for_one_and_anything_else_for_nothing() {
        assert_eq!(read("<rss><channel/></rss>"), Some(Caps::feed()));
        assert_eq!(read("<html/>"), None);
    }
}
