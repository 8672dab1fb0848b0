//! From a feed to releases; pure. An item without a title or an address is left out, the others stay.
//!
//! Sources: the Torznab and Newznab specifications; which attribute counts when several say the same is as in
//! Radarr's `TorznabRssParser` and `NewznabRssParser`.

use radarr_proto::model::{ImdbId, IndexerFlag, InfoHash, Language, Protocol, Release, SecretText, TmdbId};
use sha1::{Digest, Sha1};
use url::Url;

use super::date::parse_date;
use super::size::{Prefix, parse_size};
use super::xml::Element;
use crate::domain::languages::{language_of_code, two_letter_code};
use crate::indexers::ListedBy;
use crate::torrent::Magnet;

/// Items of one answer that are read. Source: Radarr reads at most 1000 of a query.
pub const ITEMS_MAX: usize = 1_000;
/// A longer guid is replaced by its digest: it is kept to know a release again, and many are.
const GUID_BYTES_MAX: usize = 160;
/// Longer addresses are no addresses; Prowlarr's have about 800 bytes.
const URL_BYTES_MAX: usize = 8 * 1024;
/// Names of parameters that let somebody in, in small letters and without `_` and `-`.
const SECRET_PARAMETERS: [&str; 12] = [
    "apikey",
    "jackettapikey",
    "passkey",
    "torrentpass",
    "authkey",
    "rsskey",
    "token",
    "auth",
    "r",
    "secret",
    "password",
    "downloadtoken",
];

/// How the items of a feed are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Torrents, with attributes.
    Torznab,
    /// Usenet posts, with attributes.
    Newznab,
    /// A plain RSS feed: what the link of an item leads to is what is downloaded.
    Rss,
}

/// An item as the feed has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The release.
    pub release: Release,
    /// Where it is downloaded; may carry a key.
    pub download_url: Option<SecretText>,
    /// Its magnet link.
    pub magnet_url: Option<SecretText>,
    /// Where people talk about it; may carry a key.
    pub comment_url: Option<SecretText>,
}

/// What is said of all items.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The address that was asked: relative ones are resolved against it.
    pub request_url: Option<&'a Url>,
    /// How the items are meant.
    pub dialect: Dialect,
    /// Who lists them.
    pub listed_by: &'a ListedBy,
    /// A key that must not be in anything that is shown.
    pub api_key: &'a SecretText,
}

/// What an answer is, by the names that its root declares: a server of usenet posts speaks of Newznab alone.
pub fn dialect(root: &Element) -> Dialect {
    match (root.attribute("torznab"), root.attribute("newznab")) {
        (None, Some(_)) => Dialect::Newznab,
        (Some(_), _) | (None, None) => Dialect::Torznab,
    }
}

/// The items of an answer, and how many it had, with those that can't be used.
pub fn parse(root: &Element, source: Source<'_>) -> (Vec<Item>, usize) {
    let channel = root.child("channel").unwrap_or(root);
    let items: Vec<&Element> = channel.all("item").take(ITEMS_MAX).collect();
    let found = items.len();
    (items.into_iter().filter_map(|item| read(item, source)).collect(), found)
}

fn read(item: &Element, source: Source<'_>) -> Option<Item> {
    let title = item.text_of("title")?.to_owned();
    let enclosure = item.child("enclosure");
    let enclosed =
        enclosure.and_then(|enclosure| enclosure.attribute("url")).filter(|url| !url.trim().is_empty());
    let link = item.text_of("link");
    let address = match source.dialect {
        Dialect::Rss => link.or(enclosed),
        Dialect::Torznab | Dialect::Newznab => enclosed.or(link),
    };
    let download_url = address.and_then(|url| resolved(url, source.request_url));
    let magnet_url = attribute(item, "magneturl")
        .map(str::to_owned)
        .or_else(|| download_url.clone())
        .filter(|url| is_magnet(url));
    let download_url = download_url.or_else(|| magnet_url.clone());

    let comments = item.text_of("comments");
    let comment_url = comments.and_then(|url| resolved(url, source.request_url));
    let info_url = comments
        .and_then(|url| resolved(url.strip_suffix("#comments").unwrap_or(url), source.request_url))
        .filter(|url| !carries_a_secret(url, source.api_key));

    let info_hash: Option<InfoHash> = attribute(item, "infohash")
        .and_then(|hash| hash.parse().ok())
        .or_else(|| Some(Magnet::read(magnet_url.as_deref()?).ok()?.info_hash));
    let seeders = number(item, "seeders");
    let leechers: Option<u32> = number(item, "leechers");
    let peers = number(item, "peers");
    let published_at = attribute(item, "usenetdate")
        .filter(|_| source.dialect == Dialect::Newznab)
        .and_then(parse_date)
        .or_else(|| item.text_of("pubDate").and_then(parse_date));
    let guid = guid(item.text_of("guid"), download_url.as_deref(), source.api_key)?;
    let release = Release {
        guid,
        indexer_id: source.listed_by.id,
        indexer: source.listed_by.name.clone(),
        title,
        other_title: None,
        protocol: protocol(item, download_url.as_deref(), source.dialect),
        size_bytes: size(item, enclosure),
        published_at,
        info_hash,
        seeders,
        peers: peers.or_else(|| seeders?.checked_add(leechers?)),
        flags: flags(item),
        imdb_id: ["imdb", "imdbid"]
            .into_iter()
            .find_map(|name| attribute(item, name)?.parse::<ImdbId>().ok()),
        tmdb_id: ["tmdbid", "tmdb"]
            .into_iter()
            .find_map(|name| number(item, name))
            .filter(|id| *id > 0)
            .map(TmdbId),
        languages: languages(item),
        container: None,
        info_url,
        sealed_link: None,
        minimum_ratio_hundredths: attribute(item, "minimumratio").and_then(hundredths),
        minimum_seed_minutes: number(item, "minimumseedtime")
            .map(|seconds| seconds.div_ceil(60))
            .filter(|m| *m > 0),
        indexer_priority: source.listed_by.priority,
    };
    Some(Item {
        release,
        download_url: download_url.map(SecretText::new),
        magnet_url: magnet_url.map(SecretText::new),
        comment_url: comment_url.map(SecretText::new),
    })
}

/// The first attribute of that name, of either family, when it says anything.
fn attribute<'a>(item: &'a Element, name: &str) -> Option<&'a str> {
    attributes(item, name).next()
}

fn attributes<'a>(item: &'a Element, name: &str) -> impl Iterator<Item = &'a str> {
    let named = item
        .all("attr")
        .filter(move |attr| attr.attribute("name").is_some_and(|n| n.eq_ignore_ascii_case(name)));
    named.filter_map(|attr| attr.attribute("value")).map(str::trim).filter(|value| !value.is_empty())
}

fn number(item: &Element, name: &str) -> Option<u32> {
    attribute(item, name)?.parse().ok()
}

/// `1.05` as 105.
fn hundredths(text: &str) -> Option<u32> {
    let number: f64 = text.parse().ok()?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100,000")]
    (number > 0.0 && number <= 1_000.0).then(|| (number * 100.0).round() as u32)
}

/// What is enclosed may be only the file that leads to the release, so the attribute goes first.
fn size(item: &Element, enclosure: Option<&Element>) -> u64 {
    let whole = |text: &str| text.trim().parse::<u64>().ok().filter(|size| *size > 0);
    attribute(item, "size")
        .and_then(whole)
        .or_else(|| enclosure?.attribute("length").and_then(whole))
        .or_else(|| parse_size(item.text_of("size")?, Prefix::Binary))
        .or_else(|| {
            parse_size(item.text_of("description")?, Prefix::Binary)
                .filter(|_| !item.children.iter().any(is_attr))
        })
        .unwrap_or(0)
}

fn is_attr(element: &Element) -> bool {
    element.name == "attr"
}

fn flags(item: &Element) -> Vec<IndexerFlag> {
    let factor = |name| attribute(item, name).and_then(hundredths_or_zero);
    let tagged = |tag: &str| attributes(item, "tag").any(|value| value.eq_ignore_ascii_case(tag));
    let set = |name| attribute(item, name) == Some("1");
    let (down, up) = (factor("downloadvolumefactor"), factor("uploadvolumefactor"));
    let all = [
        (down == Some(0), IndexerFlag::Freeleech),
        (down == Some(50), IndexerFlag::Halfleech),
        (down == Some(75), IndexerFlag::Freeleech25),
        (down == Some(25), IndexerFlag::Freeleech75),
        (up == Some(200), IndexerFlag::DoubleUpload),
        (tagged("internal"), IndexerFlag::Internal),
        (tagged("scene") || set("prematch") || set("haspretime"), IndexerFlag::Scene),
        (set("nuked"), IndexerFlag::Nuked),
    ];
    all.into_iter().filter(|(set, _)| *set).map(|(_, flag)| flag).collect()
}

fn hundredths_or_zero(text: &str) -> Option<u32> {
    if text.parse::<f64>().is_ok_and(|number| number == 0.0) { Some(0) } else { hundredths(text) }
}

/// Names or codes, one an attribute or several with marks between them; each once.
fn languages(item: &Element) -> Vec<Language> {
    let in_attributes: Vec<&str> = attributes(item, "language").collect();
    let said = if in_attributes.is_empty() {
        item.all("language").map(|element| element.text.trim()).collect()
    } else {
        in_attributes
    };
    let mut languages = Vec::new();
    for name in
        said.iter().flat_map(|text| text.split([',', ';', '/', '|'])).flat_map(|text| text.split(" - "))
    {
        let name = name.trim();
        let found = Language::from_name(name).or_else(|| language_of_code(name));
        // `Any` and `Original` are names of ours, and no languages.
        let found = found.filter(|language| two_letter_code(*language).is_some());
        if let Some(language) = found.filter(|language| !languages.contains(language)) {
            languages.push(language);
        }
    }
    languages
}

fn protocol(item: &Element, url: Option<&str>, dialect: Dialect) -> Protocol {
    let kind = item.child("enclosure").and_then(|enclosure| enclosure.attribute("type")).unwrap_or_default();
    let ends_in = |ending: &str| {
        url.and_then(|url| url.split(['?', '#']).next())
            .is_some_and(|path| path.to_lowercase().ends_with(ending))
    };
    if kind.contains("nzb") {
        Protocol::Usenet
    } else if kind.contains("bittorrent")
        || url.is_some_and(is_magnet)
        || attribute(item, "infohash").is_some()
    {
        Protocol::Torrent
    } else if ends_in(".nzb") {
        Protocol::Usenet
    } else if ends_in(".torrent") {
        Protocol::Torrent
    } else {
        match dialect {
            Dialect::Newznab => Protocol::Usenet,
            Dialect::Torznab | Dialect::Rss => Protocol::Torrent,
        }
    }
}

fn is_magnet(url: &str) -> bool {
    url.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("magnet:"))
}

/// An address as it stands when it is whole; a relative one is found from the address that was asked.
fn resolved(url: &str, base: Option<&Url>) -> Option<String> {
    let url = url.trim();
    if url.is_empty() || url.len() > URL_BYTES_MAX || url.chars().any(char::is_control) {
        return None;
    }
    match Url::parse(url) {
        Ok(_) => Some(url.to_owned()),
        Err(url::ParseError::RelativeUrlWithoutBase) => base?.join(url).ok().map(String::from),
        Err(_) => None,
    }
}

/// Whether an address lets somebody in.
fn carries_a_secret(url: &str, api_key: &SecretText) -> bool {
    let key = api_key.expose().trim();
    if !key.is_empty() && url.contains(key) {
        return true;
    }
    let Ok(url) = Url::parse(url) else { return false };
    let is_secret = |name: &str| {
        let name: String = name.to_lowercase().chars().filter(|c| !matches!(c, '_' | '-')).collect();
        SECRET_PARAMETERS.contains(&name.as_str())
    };
    url.password().is_some() || url.query_pairs().any(|(name, _)| is_secret(&name))
}

/// The indexer's own name of a release: its guid, unless that can't be shown; then a digest of it. Without a guid the
/// address has to do, as a digest because of what is in it.
fn guid(guid: Option<&str>, url: Option<&str>, api_key: &SecretText) -> Option<String> {
    let digest = |text: &str| format!("sha1:{}", InfoHash(Sha1::digest(text.as_bytes()).into()));
    match guid {
        Some(guid) => {
            let fits = guid.len() <= GUID_BYTES_MAX
                && !guid.chars().any(char::is_control)
                && !is_magnet(guid)
                && !carries_a_secret(guid, api_key);
            Some(if fits { guid.to_owned() } else { digest(guid) })
        }
        None => url.map(digest),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use radarr_proto::model::IndexerId;

    use super::*;

    fn items(dialect: Dialect, items: &str) -> Vec<Item> {
        let document = format!("<rss><channel>{items}</channel></rss>");
        let root = Element::read(document.as_bytes()).unwrap();
        let listed_by = ListedBy { id: IndexerId(3), name: "Prowlarr".to_owned(), priority: 25 };
        let url: Url = "http://127.0.0.1:9696/1/api?t=movie&apikey=k3y".parse().unwrap();
        let api_key = SecretText::new("k3y");
        let source = Source { request_url: Some(&url), dialect, listed_by: &listed_by, api_key: &api_key };
        parse(&root, source).0
    }

    fn one(dialect: Dialect, inner: &str) -> Item {
        let item = format!(
            "<item><title>Paper.2021.1080p.WEB-DL-X</title><guid>https://x.example/1</guid>{inner}</item>"
        );
        items(dialect, &item).pop().unwrap()
    }

    fn exposed(url: Option<&SecretText>) -> Option<&str> {
        url.map(SecretText::expose)
    }

    #[test]
    fn an_item_becomes_a_release() {
        let item = one(
            Dialect::Torznab,
            r#"<comments>https://x.example/t/1#comments</comments><pubDate>Sat, 14 Mar 2015 17:10:42 -0400</pubDate>
            <enclosure url="/dl/1?jackett_apikey=k3y&amp;file=Paper" length="11" type="application/x-bittorrent"/>
            <attr name="size" value="2538463390"/><attr name="seeders" value="7"/><attr name="leechers" value="2"/>
            <attr name="infohash" value="63E07FF523710CA268567DAD344CE1E0E6B7E8A3"/><attr name="imdb" value="0013442"/>
            <attr name="tmdbid" value="653"/><attr name="language" value="English"/><attr name="language" value="de"/>
            <attr name="downloadvolumefactor" value="0.0"/><attr name="uploadvolumefactor" value="2"/>
            <attr name="tag" value="Internal"/><attr name="minimumratio" value="1.05"/>
            <attr name="minimumseedtime" value="172800"/>"#,
        );
        let release = &item.release;
        assert_eq!(
            exposed(item.download_url.as_ref()),
            Some("http://127.0.0.1:9696/dl/1?jackett_apikey=k3y&file=Paper")
        );
        assert_eq!(
            (release.guid.as_str(), release.info_url.as_deref()),
            ("https://x.example/1", Some("https://x.example/t/1"))
        );
        assert_eq!((release.size_bytes, release.seeders, release.peers), (2_538_463_390, Some(7), Some(9)));
        assert_eq!(release.info_hash.unwrap().to_string(), "63e07ff523710ca268567dad344ce1e0e6b7e8a3");
        assert_eq!(release.imdb_id.as_ref().unwrap().as_str(), "tt0013442");
        assert_eq!((release.tmdb_id, release.protocol), (Some(TmdbId(653)), Protocol::Torrent));
        assert_eq!(release.languages, [Language::English, Language::German]);
        assert_eq!(release.flags, [IndexerFlag::Freeleech, IndexerFlag::DoubleUpload, IndexerFlag::Internal]);
        assert_eq!(
            (release.minimum_ratio_hundredths, release.minimum_seed_minutes),
            (Some(105), Some(2_880))
        );
        assert!(!format!("{item:?}").contains("k3y"), "{item:?}");
    }

    #[test]
    fn a_magnet_link_tells_its_hash() {
        let magnet = "magnet:?xt=urn:btih:9fb267cff5ae5603f07a347676ec3bf3e35f75e1&amp;dn=x&amp;tr=udp:%2F%2Ft.example:1";
        let item = one(Dialect::Torznab, &format!(r#"<enclosure url="{magnet}" length="388895872"/>"#));
        assert_eq!(item.magnet_url, item.download_url);
        assert_eq!(item.release.info_hash.unwrap().to_string(), "9fb267cff5ae5603f07a347676ec3bf3e35f75e1");
        let both = one(
            Dialect::Torznab,
            &format!(r#"<link>https://x.example/1.torrent</link><attr name="magneturl" value="{magnet}"/>"#),
        );
        assert_eq!(exposed(both.download_url.as_ref()), Some("https://x.example/1.torrent"));
        assert!(both.magnet_url.is_some() && both.release.info_hash.is_some());
    }

    #[test]
    fn what_is_enclosed_says_whether_it_is_of_usenet() {
        let nzb = r#"<enclosure url="https://x.example/get?id=1" length="5" type="application/x-nzb"/>"#;
        assert_eq!(one(Dialect::Torznab, nzb).release.protocol, Protocol::Usenet);
        let link = "<link>https://x.example/1.nzb?a=b</link>";
        assert_eq!(one(Dialect::Torznab, link).release.protocol, Protocol::Usenet);
        let bare = "<link>https://x.example/get/1</link>";
        assert_eq!(one(Dialect::Newznab, bare).release.protocol, Protocol::Usenet);
        assert_eq!(one(Dialect::Torznab, bare).release.protocol, Protocol::Torrent);
        for (root, want) in [
            ("<rss xmlns:newznab='n'/>", Dialect::Newznab),
            ("<rss xmlns:newznab='n' xmlns:torznab='t'/>", Dialect::Torznab),
            ("<rss/>", Dialect::Torznab),
        ] {
            assert_eq!(dialect(&Element::read(root.as_bytes()).unwrap()), want, "{root}");
        }
    }

    #[test]
    fn nothing_that_is_shown_carries_a_key() {
        for secret in [
            "http://127.0.0.1/dl?apikey=other",
            "https://x.example/k3y/1",
            "https://x.example/?torrent_pass=1",
            "magnet:?xt=urn:btih:9fb267cff5ae5603f07a347676ec3bf3e35f75e1",
        ] {
            let escaped = secret.replace('&', "&amp;");
            let item = format!(
                "<item><title>x</title><guid>{escaped}</guid><comments>{escaped}#comments</comments><link>/1</link></item>"
            );
            let release = items(Dialect::Torznab, &item).pop().unwrap().release;
            assert!(release.guid.starts_with("sha1:"), "{}", release.guid);
            assert!(!release.info_url.unwrap_or_default().contains("k3y"));
        }
        let long = format!("<item><title>x</title><guid>{}</guid></item>", "g".repeat(GUID_BYTES_MAX + 1));
        assert!(items(Dialect::Torznab, &long)[0].release.guid.starts_with("sha1:"));
    }

    #[test]
    fn odd_items_lose_what_is_odd_and_nothing_else() {
        let item = one(
            Dialect::Torznab,
            r#"<pubDate>yesterday</pubDate><attr name="size" value="-5"/><attr name="seeders" value="many"/>
            <attr name="infohash" value="xyz"/><attr name="imdb" value="0"/><attr name="tmdbid" value="0"/><attr/>
            <attr name="language" value="Klingon"/><attr name="language" value="Unknown"/><attr name="minimumratio" value="NaN"/><link>http://[bad</link>"#,
        );
        let release = item.release;
        assert_eq!((release.size_bytes, release.seeders, release.info_hash), (0, None, None));
        assert_eq!((release.published_at, release.imdb_id, release.tmdb_id), (None, None, None));
        assert_eq!(
            (release.languages, release.minimum_ratio_hundredths, item.download_url),
            (vec![], None, None)
        );
        assert_eq!(
            items(Dialect::Torznab, "<item/><item><title> </title></item><item><title>x</title></item>"),
            []
        );
    }

    #[test]
    fn a_plain_feed_gives_links_and_sizes_in_words() {
        let item = one(
            Dialect::Rss,
            r#"<link>getnzb/1?i=7&amp;r=8</link><enclosure url="other" length="0"/><description>Size: 1.5 GB</description>"#,
        );
        assert_eq!(exposed(item.download_url.as_ref()), Some("http://127.0.0.1:9696/1/getnzb/1?i=7&r=8"));
        assert_eq!(item.release.size_bytes, 1_610_612_736);
    }

    proptest! {
        #[test]
        fn any_item_is_read_to_an_end(
            name in "(size|seeders|infohash|magneturl|imdb|language|minimumratio|downloadvolumefactor|usenetdate)",
            value in ".{0,80}",
        ) {
            let value = value.replace(['<', '&', '"'], "");
            let inner = format!(r#"<attr name="{name}" value="{value}"/><link>{value}</link><size>{value}</size>"#);
            items(Dialect::Newznab, &format!("<item><title>x</title>{inner}</item>"));
        }
    }
}
