//! What a search picks, and how it is written down.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Gives, Inner, Params};
use crate::stand_ins::world::movie::Movie;
use crate::stand_ins::world::release::Listed;

/// Items at once, whatever is asked for.
const LIMIT_MAX: usize = 100;
/// Each so-manieth release is listed as a usenet post as well.
const USENET_EVERY: u64 = 4;
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// What the server can do.
pub(super) fn caps(movie_parameters: &str) -> String {
    format!(
        "{DECLARATION}<caps>\n  <server title=\"stand-in\"/>\n  <limits max=\"{LIMIT_MAX}\" default=\"{LIMIT_MAX}\"/>\n  \
         <searching>\n    <search available=\"yes\" supportedParams=\"q\"/>\n    <tv-search available=\"no\" \
         supportedParams=\"q\"/>\n    <movie-search available=\"yes\" supportedParams=\"{movie_parameters}\"/>\n  \
         </searching>\n  <categories>\n    <category id=\"2000\" name=\"Movies\">\n      <subcat id=\"2030\" \
         name=\"Movies/SD\"/>\n      <subcat id=\"2040\" name=\"Movies/HD\"/>\n      <subcat id=\"2045\" \
         name=\"Movies/UHD\"/>\n    </category>\n  </categories>\n</caps>\n"
    )
}

/// A search as it was asked for.
#[derive(Debug, Default)]
pub(super) struct Search {
    words: Vec<String>,
    imdb: Option<u32>,
    tmdb: Option<u32>,
    categories: BTreeSet<u32>,
    offset: usize,
    limit: usize,
}

impl Search {
    /// Reads a request. The error is the specification's code and words.
    pub(super) fn read(params: &Params) -> Result<Self, (i64, &'static str)> {
        let number =
            |text: &Option<String>| match text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
                None => Ok(None),
                Some(text) => {
                    text.trim_start_matches("tt").parse().map(Some).map_err(|_| (201, "Incorrect parameter"))
                }
            };
        let by_movie = params.t.as_deref() == Some("movie");
        if !by_movie && params.t.as_deref() != Some("search") {
            return Err((202, "No such function"));
        }
        let categories = params.cat.as_deref().unwrap_or_default().split(',').filter(|text| !text.is_empty());
        let words = params.q.as_deref().unwrap_or_default().to_lowercase();
        Ok(Self {
            words: words
                .split(|c: char| !c.is_alphanumeric())
                .filter(|w| !w.is_empty())
                .map(str::to_owned)
                .collect(),
            // Ids are for the search of movies; another search knows nothing of them.
            imdb: number(&params.imdbid)?.filter(|_| by_movie),
            tmdb: number(&params.tmdbid)?.filter(|_| by_movie),
            categories: categories
                .map(|text| text.parse().map_err(|_| (201, "Incorrect parameter")))
                .collect::<Result<_, _>>()?,
            offset: params.offset.unwrap_or(0),
            limit: params.limit.unwrap_or(LIMIT_MAX).min(LIMIT_MAX),
        })
    }

    /// The feed of what was asked for, newest first.
    pub(super) fn answer(&self, inner: &Inner) -> String {
        let found = inner.world.releases.iter().filter(|release| self.fits(release, inner));
        let items = found.flat_map(|release| {
            let usenet = release.id.is_multiple_of(USENET_EVERY).then(|| usenet(release, inner));
            std::iter::once(torrent(release, inner)).chain(usenet)
        });
        let items: String = items.skip(self.offset).take(self.limit).collect();
        format!(
            "{DECLARATION}<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\" \
             xmlns:torznab=\"http://torznab.com/schemas/2015/feed\">\n<channel>\n<title>stand-in</title>\n{items}</channel>\n</rss>\n"
        )
    }

    fn fits(&self, release: &Listed, inner: &Inner) -> bool {
        let name = title(release).to_lowercase();
        let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
        let movie = inner.world.movies.get(release.movie);
        let in_category = |wanted: &u32| *wanted == 2_000 || *wanted == category(release);
        self.imdb.is_none_or(|imdb| release.imdb == Some(imdb))
            && self.tmdb.is_none_or(|tmdb| movie.is_some_and(|movie| movie.tmdb == tmdb))
            && self.words.iter().all(|word| words.contains(&word.as_str()))
            && (self.categories.is_empty() || self.categories.iter().any(in_category))
    }
}

/// All of it without attributes.
pub(super) fn plain(inner: &Inner) -> String {
    let items: String = inner
        .world
        .releases
        .iter()
        .take(LIMIT_MAX)
        .map(|release| {
            format!(
                "<item><title>{title}</title><guid>{id}</guid><link>/1/download?apikey={key}&amp;link={id}</link>\
                 <pubDate>{date}</pubDate><description>Size: {size}</description></item>\n",
                title = escaped(title(release)),
                id = release.id,
                key = inner.settings.api_key,
                date = date(release, inner),
                size = format_args!("{:.2} KiB", bytes_in_kib(release.size)),
            )
        })
        .collect();
    format!("{DECLARATION}<rss version=\"2.0\"><channel><title>stand-in</title>\n{items}</channel></rss>\n")
}

#[expect(
    clippy::cast_precision_loss,
    reason = "sizes of stand-ins are small, and it is shown with two digits"
)]
fn bytes_in_kib(bytes: u64) -> f64 {
    bytes as f64 / 1024.0
}

/// A disc goes by its display name: the name of its file is any.
fn title(release: &Listed) -> &str {
    if release.medium == 1 { &release.name } else { &release.file_name }
}

fn category(release: &Listed) -> u32 {
    match release.file_name.to_lowercase() {
        name if name.contains("2160p") => 2_045,
        name if name.contains("1080p") || name.contains("720p") => 2_040,
        _ => 2_030,
    }
}

fn date(release: &Listed, inner: &Inner) -> String {
    let at = inner.world.made_at.as_second() - i64::try_from(release.age_seconds).unwrap_or(0);
    let at = Timestamp::from_second(at).unwrap_or(inner.world.made_at);
    at.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

fn torrent(release: &Listed, inner: &Inner) -> String {
    let url = match inner.settings.gives {
        Gives::Torrents | Gives::Redirects => address(release, inner),
        Gives::Magnets => inner.magnet(release),
    };
    let factor = if release.freeleech { "0" } else { "1" };
    let mut attributes = vec![
        ("seeders", release.seeders.to_string()),
        ("peers", (release.seeders + release.leechers).to_string()),
        ("infohash", release.hash.to_lowercase()),
        ("downloadvolumefactor", factor.to_owned()),
        ("uploadvolumefactor", "1".to_owned()),
        ("minimumratio", "1.05".to_owned()),
    ];
    if release.origin == 1 {
        attributes.push(("tag", "internal".to_owned()));
    }
    item(release, inner, &url, "application/x-bittorrent", attributes)
}

fn usenet(release: &Listed, inner: &Inner) -> String {
    let url = format!("{}&nzb=1", address(release, inner));
    let grabs = vec![("grabs", "12".to_owned()), ("usenetdate", date(release, inner))];
    item(release, inner, &url, "application/x-nzb", grabs)
}

fn address(release: &Listed, inner: &Inner) -> String {
    // A path alone: it is found from the address of the request.
    format!("/1/download?apikey={}&link={}", inner.settings.api_key, release.id)
}

fn item(
    release: &Listed,
    inner: &Inner,
    url: &str,
    kind: &str,
    mut attributes: Vec<(&'static str, String)>,
) -> String {
    let movie = inner.world.movies.get(release.movie);
    attributes.push(("category", category(release).to_string()));
    attributes.push(("size", release.size.to_string()));
    attributes.extend(release.imdb.map(|imdb| ("imdb", format!("{imdb:07}"))));
    attributes.extend(movie.map(|movie: &Movie| ("tmdbid", movie.tmdb.to_string())));
    let attributes: String = attributes
        .iter()
        .map(|(name, value)| format!("  <torznab:attr name=\"{name}\" value=\"{}\"/>\n", escaped(value)))
        .collect();
    let number = if kind.contains("nzb") { format!("nzb/{}", release.id) } else { release.id.to_string() };
    format!(
        "<item>\n  <title>{title}</title>\n  <guid>https://stand-in.example/release/{number}</guid>\n  \
         <comments>https://stand-in.example/release/{number}#comments</comments>\n  <pubDate>{date}</pubDate>\n  \
         <size>{size}</size>\n  <link>{url}</link>\n  <enclosure url=\"{url}\" length=\"{size}\" type=\"{kind}\"/>\n\
         {attributes}</item>\n",
        title = escaped(title(release)),
        date = date(release, inner),
        size = release.size,
        url = escaped(url),
    )
}

/// As XML takes it; what it takes in no way is left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            character if character.is_control() => {}
            character => escaped.push(character),
        }
    }
    escaped
}
