//! What indexers are asked, what their answers say, and the odd forms of sizes and dates in them.

use jiff::Timestamp;
use radarr_daemon::indexers::hdbits::{self, Hdbits, HdbitsConfig};
use radarr_daemon::indexers::torznab::caps::{Caps, TextEngine};
use radarr_daemon::indexers::torznab::date::parse_date;
use radarr_daemon::indexers::torznab::feed::{self, Dialect, Source};
use radarr_daemon::indexers::torznab::request::{PAGES_MAX, Plan};
use radarr_daemon::indexers::torznab::size::{Prefix, parse_size};
use radarr_daemon::indexers::torznab::{TorznabConfig, xml::Element};
use radarr_daemon::indexers::{ListedBy, Query};
use radarr_daemon::net::Http;
use radarr_proto::model::{IndexerFlag, IndexerId, Protocol, Release, SecretText, TmdbId};
use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use super::line::{same, same_set, unknown};
use super::{Failure, Line, Outcome};

/// What is found in an answer.
struct Found {
    release: Release,
    download_url: Option<String>,
    magnet_url: Option<String>,
    comment_url: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Settings {
    base_url: String,
    api_key: String,
    request_url: Option<String>,
    categories: Vec<u32>,
}

fn listed_by() -> ListedBy {
    ListedBy { id: IndexerId(1), name: "an indexer".to_owned(), priority: 25 }
}

fn odd(why: impl std::fmt::Display) -> Failure {
    Failure::NotUnderstood(why.to_string())
}

fn different(why: impl std::fmt::Display) -> Failure {
    Failure::Different(why.to_string())
}

pub(super) fn indexer_parse(line: &Line) -> Outcome {
    let settings: Settings = line.read_as("settings")?;
    let document = line.text("document")?;
    let found = match line.text("kind")? {
        "hdbits" => of_hdbits(&settings, document)?,
        "torznab" => of_feed(&settings, document, Dialect::Torznab)?,
        "newznab" => of_feed(&settings, document, Dialect::Newznab)?,
        "rss" => of_feed(&settings, document, Dialect::Rss)?,
        other => return Err(unknown("kind", other)),
    };
    let expected: Vec<Map<String, Value>> = line.read_as("expect")?;
    same("number of releases", &expected.len(), &found.len())?;
    expected.iter().zip(&found).try_for_each(|(expected, found)| {
        expected.iter().try_for_each(|(key, wanted)| check_key(key, wanted, found))
    })
}

fn of_hdbits(settings: &Settings, document: &str) -> Result<Vec<Found>, Failure> {
    let answer: Value = serde_json::from_str(document).map_err(different)?;
    let data = answer.get("data").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let config = HdbitsConfig {
        base_url: settings.base_url.clone(),
        username: String::new(),
        passkey: SecretText::new(settings.api_key.as_str()),
    };
    let client = Hdbits::new(config, listed_by(), Http::new().map_err(odd)?);
    let releases = hdbits::parse(data, &settings.base_url, &listed_by());
    releases
        .into_iter()
        .map(|release| {
            let download_url = client.download_url(&release.guid).map_err(different)?.map(String::from);
            Ok(Found { release, download_url, magnet_url: None, comment_url: None })
        })
        .collect()
}

fn of_feed(settings: &Settings, document: &str, dialect: Dialect) -> Result<Vec<Found>, Failure> {
    let root = Element::read(document.as_bytes()).map_err(different)?;
    let asked = settings.request_url.as_deref().unwrap_or(&settings.base_url);
    let request_url: Option<Url> = asked.parse().ok();
    let (listed_by, api_key) = (listed_by(), SecretText::new(settings.api_key.as_str()));
    let source =
        Source { request_url: request_url.as_ref(), dialect, listed_by: &listed_by, api_key: &api_key };
    let exposed = |url: Option<SecretText>| url.map(|url| url.expose().to_owned());
    let found = feed::parse(&root, source).0.into_iter().map(|item| Found {
        release: item.release,
        download_url: exposed(item.download_url),
        magnet_url: exposed(item.magnet_url),
        comment_url: exposed(item.comment_url),
    });
    Ok(found.collect())
}

/// One key of an expected release; `null` = it must not be there.
fn check_key(key: &str, wanted: &Value, found: &Found) -> Outcome {
    let release = &found.release;
    let text = |got: Option<&str>| same(key, &wanted.as_str(), &got);
    let number = |got: Option<u64>| same(key, &wanted.as_u64(), &got);
    match key {
        "guid" => text(Some(&release.guid)),
        "title" => text(Some(&release.title)),
        "download_protocol" => text(Some(match release.protocol {
            Protocol::Torrent => "torrent",
            Protocol::Usenet => "usenet",
            Protocol::Unknown => "unknown",
        })),
        "download_url" => text(found.download_url.as_deref()),
        "magnet_url" => text(found.magnet_url.as_deref()),
        "comment_url" => text(found.comment_url.as_deref()),
        "info_url" => text(release.info_url.as_deref()),
        "publish_date" => {
            let wanted = wanted.as_str().map(|text| text.parse::<Timestamp>().map_err(odd)).transpose()?;
            same(key, &wanted, &release.published_at)
        }
        // 0 is how we say that it is not known.
        "size" => number(Some(release.size_bytes).filter(|size| !wanted.is_null() || *size > 0)),
        "info_hash" => {
            let wanted = wanted.as_str().map(str::to_lowercase);
            same(key, &wanted, &release.info_hash.map(|hash| hash.to_string()))
        }
        "seeders" => number(release.seeders.map(u64::from)),
        "peers" => number(release.peers.map(u64::from)),
        // The original's way to say that there is none is 0.
        "tmdb_id" => {
            let wanted = wanted.as_u64().filter(|id| *id > 0);
            same(key, &wanted, &release.tmdb_id.map(|id| u64::from(id.0)))
        }
        "indexer_flags" => same_set(key, &names(wanted)?, &flags(&release.flags)),
        "languages" => {
            let got: Vec<String> = release.languages.iter().map(ToString::to_string).collect();
            same_set(key, &names(wanted)?, &got)
        }
        other => Err(unknown("key", other)),
    }
}

fn names(list: &Value) -> Result<Vec<String>, Failure> {
    let names: Option<Vec<String>> = serde_json::from_value(list.clone()).map_err(odd)?;
    Ok(names.unwrap_or_default())
}

fn flags(flags: &[IndexerFlag]) -> Vec<String> {
    let name = |flag: &IndexerFlag| match flag {
        IndexerFlag::Freeleech => "G_Freeleech",
        IndexerFlag::Halfleech => "G_Halfleech",
        IndexerFlag::DoubleUpload => "G_DoubleUpload",
        IndexerFlag::Internal => "G_Internal",
        IndexerFlag::Exclusive => "Exclusive",
        IndexerFlag::Scene => "G_Scene",
        IndexerFlag::Nuked => "Nuked",
        IndexerFlag::PtpGolden => "PTP_Golden",
        IndexerFlag::PtpApproved => "PTP_Approved",
        IndexerFlag::Freeleech75 => "G_Freeleech75",
        IndexerFlag::Freeleech25 => "G_Freeleech25",
        IndexerFlag::Unknown => "Unknown",
    };
    flags.iter().map(|flag| name(flag).to_owned()).collect()
}

pub(super) fn indexer_caps(line: &Line) -> Outcome {
    let root = Element::read(line.text("document")?.as_bytes()).map_err(different)?;
    let caps = Caps::read(&root).ok_or_else(|| different("these are no capabilities"))?;
    let expected: Map<String, Value> = line.read_as("expect")?;
    expected.iter().try_for_each(|(key, wanted)| match key.as_str() {
        "default_page_size" => same(key, &wanted.as_u64(), &Some(u64::from(caps.default_page_size))),
        "max_page_size" => same(key, &wanted.as_u64(), &Some(u64::from(caps.max_page_size))),
        "text_search_engine" => same(key, &wanted.as_str(), &Some(caps.text_engine.name())),
        "movie_text_search_engine" => same(key, &wanted.as_str(), &Some(caps.movie_text_engine.name())),
        // It came so far.
        "parses" => same(key, &wanted.as_bool(), &Some(true)),
        other => Err(unknown("key", other)),
    })
}

#[derive(Debug, Deserialize)]
struct SaidCaps {
    supported_movie_search_parameters: Option<Vec<String>>,
    #[serde(default)]
    supports_aggregate_id_search: bool,
    text_search_engine: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Movie {
    title: String,
    year: Option<u16>,
    imdb_id: Option<String>,
    tmdb_id: Option<u32>,
}

#[derive(Debug, Deserialize)]
struct Check {
    check: String,
    tier: Option<usize>,
    page: Option<u32>,
    text: Option<String>,
    count: Option<usize>,
}

pub(super) fn indexer_request(line: &Line) -> Outcome {
    let settings: Settings = line.read_as("settings")?;
    match line.text("protocol")? {
        "newznab" | "torznab" => {}
        other => return Err(unknown("protocol", other)),
    }
    let said: SaidCaps = line.read_as("caps")?;
    let mut caps = Caps { several_ids: said.supports_aggregate_id_search, ..Caps::default() };
    if said.supported_movie_search_parameters.is_some() {
        caps.movie_search = said.supported_movie_search_parameters;
    }
    if let Some(engine) = said.text_search_engine {
        caps.text_engine = TextEngine::from_name(&engine);
    }
    let config = TorznabConfig {
        base_url: settings.base_url,
        api_path: "/api".to_owned(),
        api_key: SecretText::new(settings.api_key),
        categories: settings.categories,
    };
    let plan = match line.text("request")? {
        "recent" => Plan::recent(&caps),
        "search" => Plan::search(&caps, &query(line.read_as("movie")?)?),
        other => return Err(unknown("request", other)),
    };
    let checks: Vec<Check> = line.read_as("expect")?;
    checks.iter().try_for_each(|wanted| check(wanted, &plan, &config, &caps))
}

fn query(movie: Movie) -> Result<Query, Failure> {
    Ok(Query {
        titles: vec![movie.title],
        year: movie.year,
        imdb_id: movie.imdb_id.map(|id| id.parse().map_err(odd)).transpose()?,
        tmdb_id: movie.tmdb_id.map(TmdbId),
    })
}

fn check(wanted: &Check, plan: &Plan, config: &TorznabConfig, caps: &Caps) -> Outcome {
    let tiers = plan.tiers();
    let tier = || {
        let found = tiers.get(wanted.tier.unwrap_or(0));
        found.ok_or_else(|| different(format!("there is no tier {:?}", wanted.tier)))
    };
    let count = || wanted.count.ok_or_else(|| odd("no count"));
    let contains = || {
        let ask = tier()?.first().ok_or_else(|| different("the tier is empty"))?;
        let url = ask.url(config, caps, wanted.page.unwrap_or(0)).expose().to_owned();
        let text = wanted.text.as_deref().ok_or_else(|| odd("no text"))?;
        Ok::<_, Failure>((url.contains(text), url))
    };
    match wanted.check.as_str() {
        "request_chains" => same("requests", &count()?, &tiers.iter().map(Vec::len).sum()),
        "tiers" => same("tiers", &count()?, &tiers.len()),
        "requests_in_tier" => same("requests of the tier", &count()?, &tier()?.len()),
        "pages_below" => same("fewer pages", &true, &((PAGES_MAX as usize) < count()?)),
        "url_contains" | "url_lacks" => {
            let (is_there, url) = contains()?;
            if is_there == (wanted.check == "url_contains") {
                return Ok(());
            }
            Err(different(format!("{} {:?}: {url}", wanted.check, wanted.text)))
        }
        other => Err(unknown("check", other)),
    }
}

pub(super) fn rss_size(line: &Line) -> Outcome {
    let prefix = match line.get("default_binary_prefix").and_then(Value::as_bool) {
        Some(false) => Prefix::Decimal,
        Some(true) | None => Prefix::Binary,
    };
    let got = parse_size(line.text("input")?, prefix).unwrap_or(0);
    same("bytes", &line.get("bytes").and_then(Value::as_u64), &Some(got))
}

pub(super) fn rss_date(line: &Line) -> Outcome {
    // Every moment of ours is in UTC.
    if line.text("kind")? != "utc" {
        return Err(unknown("kind", line.text("kind")?));
    }
    let at = parse_date(line.text("input")?).ok_or_else(|| different("this is no date"))?;
    let year = at.to_zoned_datetime(jiff::tz::TimeZone::UTC).year();
    same("year", &line.number("year")?, &i64::from(year))
}
