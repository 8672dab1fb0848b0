//! Torznab servers: the product's own client understands the stand-in, a movie that is found there comes in, and the
//! key is where it must be and nowhere else.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use radarr_daemon::indexers::torznab::{KnownCaps, Torznab, TorznabConfig};
use radarr_daemon::indexers::{Fetched, Indexer, IndexerError, ListedBy, Page, Query, Step};
use radarr_daemon::net::Http;
use radarr_daemon::security::key_source::KeySource;
use radarr_daemon::security::keyring::Keyring;
use radarr_daemon::torrent::{Magnet, MetaInfo};
use radarr_proto::error::ErrorCode;
use radarr_proto::model::{
    IndexerFlag, IndexerId, IndexerKind, Judgement, Protocol, RuleOutcome, SecretText, TmdbId,
};
use radarr_tests::harness::{Scene, SceneSettings, WhichClient};
use radarr_tests::stand_ins::gate::Fault;
use radarr_tests::stand_ins::qbittorrent::Version;
use radarr_tests::stand_ins::torznab::{Gives, Settings as ServerSettings};
use radarr_tests::stand_ins::{Settings, StandIns};
use walkdir::WalkDir;

use crate::movie::{add, imported, in_short, kinds, named, search, story, take};

const NOSFERATU: u32 = 653;

async fn start(settings: ServerSettings) -> StandIns {
    StandIns::start(Settings { torznab: settings, ..Settings::default() }).await.unwrap()
}

/// The product's client, and the folder of the key that seals.
fn client(base_url: String, api_path: &str, api_key: &str) -> (Torznab, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let config = TorznabConfig {
        base_url,
        api_path: api_path.to_owned(),
        api_key: SecretText::new(api_key),
        categories: vec![2000],
    };
    let listed_by = ListedBy { id: IndexerId(1), name: "Prowlarr".to_owned(), priority: 25 };
    let secrets = Arc::new(Keyring::open(KeySource::Own(folder.path().join("key"))).unwrap());
    let known = Arc::new(KnownCaps::default());
    (Torznab::new(config, listed_by, Http::new().unwrap(), known, secrets), folder)
}

fn of_stand_in(stand_ins: &StandIns) -> (Torznab, tempfile::TempDir) {
    client(stand_ins.torznab.url(), "/api", &stand_ins.torznab.settings.api_key)
}

fn of_movie(stand_ins: &StandIns, tmdb: u32) -> Query {
    let movie = stand_ins.world.movie(tmdb).unwrap();
    Query {
        titles: vec![movie.title.clone()],
        year: movie.year(),
        imdb_id: movie.imdb_id().map(|id| id.parse().unwrap()),
        tmdb_id: Some(TmdbId(tmdb)),
    }
}

/// Every step of a search.
async fn search_all(torznab: &Torznab, query: &Query) -> Vec<Page> {
    let mut pages = vec![torznab.search(query, Step::default()).await.unwrap()];
    while let Some(step) = pages.last().and_then(|page| page.next) {
        pages.push(torznab.search(query, step).await.unwrap());
        assert!(pages.len() < 20, "it has no end");
    }
    pages
}

#[tokio::test]
async fn a_server_is_asked_what_it_can_do_then_by_ids() {
    let stand_ins = start(ServerSettings::default()).await;
    let (torznab, _key) = of_stand_in(&stand_ins);
    torznab.test().await.unwrap();
    stand_ins.torznab.gate.requests.clear();
    let pages = search_all(&torznab, &of_movie(&stand_ins, NOSFERATU)).await;
    let found: Vec<usize> = pages.iter().map(|page| page.releases.len()).collect();
    assert!(found.len() == 2 && found[0] == 0 && found[1] >= 8, "{found:?}");
    let asked: Vec<String> =
        stand_ins.torznab.gate.requests.all().into_iter().map(|seen| seen.query).collect();
    assert_eq!(
        asked,
        [
            "t=caps&apikey=***",
            "t=movie&cat=2000&extended=1&apikey=***&offset=0&limit=100&tmdbid=653&imdbid=0013442"
        ]
    );
    let again = search_all(&torznab, &of_movie(&stand_ins, NOSFERATU)).await;
    assert_eq!(again.len(), 1, "what it can do is known");

    let releases = &pages[1].releases;
    assert!(releases.iter().all(|release| release.title.contains("1922") && release.size_bytes > 0));
    let internal = releases.iter().find(|release| release.title.ends_with("LUMEN")).unwrap();
    assert_eq!(internal.flags, [IndexerFlag::Internal]);
    assert_eq!((internal.tmdb_id, internal.minimum_ratio_hundredths), (Some(TmdbId(653)), Some(105)));
    assert!(internal.info_hash.is_some() && internal.seeders.is_some() && internal.published_at.is_some());
    let usenet = releases.iter().filter(|release| release.protocol == Protocol::Usenet).count();
    assert!(usenet > 0 && usenet < releases.len());
    let told = format!("{releases:?} {}", serde_json::to_string(releases).unwrap());
    assert!(!told.contains(&stand_ins.torznab.settings.api_key), "{told}");
}

#[tokio::test]
async fn words_are_for_servers_without_ids_and_for_movies_that_ids_do_not_find() {
    let stand_ins = start(ServerSettings { movie_parameters: "q", ..ServerSettings::default() }).await;
    let (torznab, _key) = of_stand_in(&stand_ins);
    let pages = search_all(&torznab, &of_movie(&stand_ins, NOSFERATU)).await;
    assert!(pages[1].releases.len() >= 8, "{pages:#?}");
    let last = stand_ins.torznab.gate.requests.all().pop().unwrap().query;
    assert!(last.starts_with("t=search&") && last.ends_with("&q=Nosferatu%201922"), "{last}");

    let stand_ins = start(ServerSettings::default()).await;
    let (torznab, _key) = of_stand_in(&stand_ins);
    let wrong_ids = Query { tmdb_id: Some(TmdbId(1)), imdb_id: None, ..of_movie(&stand_ins, NOSFERATU) };
    let found: Vec<usize> =
        search_all(&torznab, &wrong_ids).await.iter().map(|page| page.releases.len()).collect();
    assert!(found.len() == 3 && found[1] == 0 && found[2] >= 8, "{found:?}");
}

#[tokio::test]
async fn a_release_is_fetched_as_what_the_server_gives() {
    for gives in [Gives::Torrents, Gives::Magnets, Gives::Redirects] {
        let stand_ins = start(ServerSettings { gives, ..ServerSettings::default() }).await;
        let (torznab, _key) = of_stand_in(&stand_ins);
        let pages = search_all(&torznab, &of_movie(&stand_ins, NOSFERATU)).await;
        let release = pages[1].releases.iter().find(|release| release.title.contains("WEB-DL")).unwrap();
        match (gives, torznab.fetch(release).await.unwrap()) {
            (Gives::Torrents, Fetched::Torrent(torrent)) => {
                let meta = MetaInfo::read_expected(&torrent, release.info_hash).unwrap();
                assert_eq!(meta.size_bytes, release.size_bytes);
            }
            (Gives::Magnets | Gives::Redirects, Fetched::Magnet(link)) => {
                Magnet::read_expected(&link, release.info_hash).unwrap();
            }
            (_, other) => panic!("{gives:?} came as {other:?}"),
        }
        let places = stand_ins.torznab.gate.requests.places_of_secrets();
        assert!(places.iter().all(|place| place.starts_with("query of /1/")), "{places:?}");
        let (other, _other_key) = of_stand_in(&stand_ins);
        let error = other.fetch(release).await.unwrap_err();
        assert!(error.to_string().contains("can't be read with this key file"), "{error}");
    }
}

#[tokio::test]
async fn recent_releases_come_in_pages_newest_first() {
    let stand_ins = start(ServerSettings::default()).await;
    let (torznab, _key) = of_stand_in(&stand_ins);
    let caps = torznab.recent(Step::default()).await.unwrap();
    let first = torznab.recent(caps.next.unwrap()).await.unwrap();
    let second = torznab.recent(first.next.unwrap()).await.unwrap();
    assert_eq!((first.releases.len(), second.releases.len()), (100, 100));
    let dates: Vec<_> =
        first.releases.iter().chain(&second.releases).filter_map(|release| release.published_at).collect();
    assert!(dates.is_sorted_by(|newer, older| newer >= older) && dates.len() == 200);
    assert!(
        first.releases.iter().all(|release| !second.releases.iter().any(|other| other.guid == release.guid))
    );
}

#[tokio::test]
async fn a_plain_feed_is_read_and_never_searched() {
    let stand_ins = start(ServerSettings::default()).await;
    let key = &stand_ins.torznab.settings.api_key;
    let (feed, _key) = client(stand_ins.torznab.server_url(), "/feed.xml", key);
    feed.test().await.unwrap();
    let caps = feed.recent(Step::default()).await.unwrap();
    let page = feed.recent(caps.next.unwrap()).await.unwrap();
    assert_eq!((page.releases.len(), page.next), (100, None));
    assert!(page.releases.iter().all(|release| release.size_bytes > 0 && release.published_at.is_some()));
    assert!(matches!(feed.fetch(&page.releases[0]).await.unwrap(), Fetched::Torrent(_)));
    stand_ins.torznab.gate.requests.clear();
    assert_eq!(
        feed.search(&of_movie(&stand_ins, NOSFERATU), Step::default()).await.unwrap(),
        Page::default()
    );
    assert_eq!(stand_ins.torznab.gate.requests.total(), 0);
}

#[tokio::test]
async fn each_way_to_say_no_is_told_in_words_without_the_key() {
    let stand_ins = start(ServerSettings { requests_per_hour: 1, ..ServerSettings::default() }).await;
    let (torznab, _key) = of_stand_in(&stand_ins);
    let ready = torznab.recent(Step::default()).await.unwrap().next.unwrap();
    torznab.recent(ready).await.unwrap();
    let limited = torznab.recent(ready).await.unwrap_err();
    assert!(
        matches!(&limited, IndexerError::Limit { wait, said, .. }
            if *wait == Duration::from_secs(1) && said == "error 500: Request limit reached"),
        "{limited}"
    );
    let (wrong, _wrong_key) = client(stand_ins.torznab.url(), "/api", "wrong");
    let error = wrong.test().await.unwrap_err();
    assert_eq!(error.to_string(), "Prowlarr refused the account (error 100: Incorrect user credentials)");
    let (elsewhere, _elsewhere_key) = client(stand_ins.torznab.url(), "/wrong", "wrong");
    let error = elsewhere.test().await.unwrap_err().to_string();
    assert!(error.contains("no such API at that address"), "{error}");

    for (fault, want) in [
        (Fault::Status(500), "Prowlarr is out of order: HTTP 500"),
        (Fault::Status(403), "Prowlarr refused the account (HTTP 403)"),
        (
            Fault::Status(429),
            "Prowlarr has had enough requests for now (error 500: Request limit reached); next in 1 min",
        ),
        (Fault::ApiStatus(101), "Prowlarr refused the account (error 101: Account suspended)"),
        (Fault::ApiStatus(201), "Prowlarr refused the request (error 201: Incorrect parameter)"),
        (Fault::ApiStatus(910), "Prowlarr is out of order: error 910: API disabled"),
        (Fault::Html, "Prowlarr is out of order: a web page instead of data"),
        (
            Fault::Login,
            "Prowlarr is out of order: HTTP 302, sent elsewhere: a log-in page, or not the API's address",
        ),
        (Fault::Empty, "Prowlarr is out of order: no XML"),
        (Fault::Garbage, "Prowlarr is out of order: no XML"),
        (Fault::Cut, "Prowlarr is out of order: the answer broke off"),
        (Fault::Huge, "Prowlarr is out of order: the answer is larger than 10485760 bytes"),
    ] {
        stand_ins.torznab.gate.faults.next("/1/api", &[fault]);
        let error = torznab.recent(ready).await.unwrap_err();
        assert_eq!(error.to_string(), want, "{fault}");
        let told = format!("{error:?} {}", error.hint());
        assert!(!told.contains(&stand_ins.torznab.settings.api_key), "{told}");
    }
}

async fn scene(gives: Gives, client: WhichClient) -> anyhow::Result<Scene> {
    let mut settings = SceneSettings { client, ..SceneSettings::default() };
    settings.stand_ins.torznab.gives = gives;
    let scene = Scene::start(settings).await?;
    let cli = scene.daemon.cli()?;
    scene.add_root(&cli).await?;
    scene.add_torznab(&cli).await?;
    scene.add_client(&cli).await?;
    Ok(scene)
}

/// Files below a folder that hold a text, but for the one that a person wrote it into.
fn files_that_hold(folder: &Path, text: &str) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in WalkDir::new(folder) {
        let entry = entry?;
        if entry.file_type().is_file() && entry.file_name() != "api-key" {
            let bytes = std::fs::read(entry.path())?;
            if bytes.windows(text.len()).any(|window| window == text.as_bytes()) {
                found.push(entry.path().display().to_string());
            }
        }
    }
    Ok(found)
}

#[tokio::test]
async fn a_movie_that_is_found_on_torznab_comes_in_and_the_key_is_written_nowhere() -> anyhow::Result<()> {
    let mut scene = scene(Gives::Torrents, WhichClient::Real).await?;
    let client = scene.daemon.client().await?;
    let movie = add(&client, NOSFERATU, true).await?;
    let file = imported(&client, movie.id).await?;
    assert!(file.starts_with(&scene.root), "{}", file.display());
    let events = story(&client, movie.id).await?;
    assert_eq!(kinds(&events), ["movie_added", "searched", "grabbed", "download_completed", "imported"]);

    let key = scene.stand_ins.torznab.settings.api_key.clone();
    let cli = scene.daemon.cli()?;
    let shown = [
        cli.ok(&["indexer", "list"]).await?,
        cli.ok(&["--json", "indexer", "list"]).await?,
        cli.ok(&["--json", "history"]).await?,
        cli.ok(&["indexer", "test"]).await?,
        cli.ok(&["indexer", "edit", "Prowlarr", "--category", "2000", "--api-path", "api/"]).await?,
        scene.daemon.metrics_page().await?,
        scene.daemon.log(),
        format!("{events:?}"),
    ];
    for text in &shown {
        assert!(!text.contains(&key), "{text}");
    }
    let indexer = client.indexers().await?.remove(0).indexer;
    let kind = IndexerKind::Torznab { api_path: "/api".to_owned(), categories: vec![2000] };
    assert_eq!((indexer.name.as_str(), indexer.kind), ("Prowlarr", kind));
    let places = scene.stand_ins.torznab.gate.requests.places_of_secrets();
    assert_eq!(places, ["query of /1/api", "query of /1/download"]);
    scene.daemon.terminate().await?;
    assert_eq!(files_that_hold(&scene.folder.join("radarr"), &key)?, Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn a_magnet_link_comes_in_when_the_indexer_gives_only_one() -> anyhow::Result<()> {
    let scene = scene(Gives::Redirects, WhichClient::StandIn(Version::V5)).await?;
    let client = scene.daemon.client().await?;
    let movie = add(&client, NOSFERATU, true).await?;
    imported(&client, movie.id).await?;
    assert!(!scene.daemon.log().contains(&scene.stand_ins.torznab.settings.api_key));
    Ok(())
}

#[tokio::test]
async fn a_usenet_release_is_told_and_never_grabbed() -> anyhow::Result<()> {
    let scene = scene(Gives::Torrents, WhichClient::StandIn(Version::V5)).await?;
    let client = scene.daemon.client().await?;
    let movie = add(&client, NOSFERATU, false).await?;
    let decisions = search(&client, movie.id).await?;
    assert_eq!(named(&decisions, "1080p.WEB-DL")?.judgement, Judgement::Accepted);
    assert!(
        decisions.iter().all(|decision| decision.release.sealed_link.is_none()),
        "it stays with the daemon"
    );
    let post = decisions.iter().find(|decision| decision.release.protocol == Protocol::Usenet);
    let post = post.with_context(|| format!("{:?}", in_short(&decisions)))?;
    let told = post.verdicts.iter().any(|verdict| {
        matches!(&verdict.outcome, RuleOutcome::Reject { message, .. } if message.contains("no client for usenet"))
    });
    assert!(told && post.judgement == Judgement::Rejected, "{post:#?}");
    let error = client.grab_release(take(movie.id, post, true)).await.unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::Invalid), "{error}");
    assert!(error.to_string().contains("no client for usenet"), "{error}");
    assert_eq!(client.queue().await?, []);
    Ok(())
}
