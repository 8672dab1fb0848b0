//! The product's own clients understand the stand-ins, and say in words what is wrong when these misbehave.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use radarr_daemon::indexers::hdbits::{Hdbits, HdbitsConfig};
use radarr_daemon::indexers::{Fetched, Indexer, IndexerError, ListedBy, Query, Step};
use radarr_daemon::metadata::tmdb::{LookupTerm, Tmdb, TmdbConfig, TmdbError};
use radarr_daemon::net::Http;
use radarr_daemon::torrent::{MetaInfo, TorrentError};
use radarr_proto::model::{IndexerFlag, IndexerId, Release, SecretText, TmdbId};
use radarr_tests::stand_ins::gate::Fault;
use radarr_tests::stand_ins::hdbits::Account;
use radarr_tests::stand_ins::world::Size;
use radarr_tests::stand_ins::world::hostile::Harm;
use radarr_tests::stand_ins::{Settings, StandIns};

const NOSFERATU: u32 = 653;

fn tmdb(stand_ins: &StandIns, key: &str) -> Tmdb {
    let config = TmdbConfig {
        base_url: stand_ins.tmdb.url(),
        key: SecretText::new(key),
        language: "en-US".to_owned(),
        country: "US".to_owned(),
    };
    Tmdb::new(config, Http::new().unwrap())
}

fn hdbits(stand_ins: &StandIns, passkey: &str) -> Hdbits {
    let config = HdbitsConfig {
        base_url: stand_ins.hdbits.url(),
        username: stand_ins.hdbits.account.username.clone(),
        passkey: SecretText::new(passkey),
    };
    let listed_by = ListedBy { id: IndexerId(1), name: "HDBits".to_owned(), priority: 25 };
    Hdbits::new(config, listed_by, Http::new().unwrap())
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

/// The torrent file that an indexer gives for a release.
async fn torrent_of(indexer: &impl Indexer, release: &Release) -> Result<Vec<u8>, IndexerError> {
    match indexer.fetch(release).await? {
        Fetched::Torrent(torrent) => Ok(torrent),
        Fetched::Magnet(_) => panic!("a magnet link for {}", release.title),
    }
}

async fn start() -> StandIns {
    StandIns::start(Settings::default()).await.unwrap()
}

#[tokio::test]
async fn tmdb_finds_a_film_by_title_year_number_and_imdb_id() {
    let stand_ins = start().await;
    let tmdb = tmdb(&stand_ins, &stand_ins.tmdb.key);
    tmdb.test().await.unwrap();
    for term in ["nosferatu", "Nosferatu 1922", "tmdb:653", "imdb:tt0013442", "symphonie des grauens"] {
        let hits = tmdb.search(&term.parse::<LookupTerm>().unwrap()).await.unwrap();
        assert_eq!(hits.first().map(|hit| hit.tmdb_id), Some(TmdbId(NOSFERATU)), "{term}");
    }
    assert!(tmdb.search(&"no such film".parse::<LookupTerm>().unwrap()).await.unwrap().is_empty());
    assert!(tmdb.search(&"imdb:tt9999999".parse::<LookupTerm>().unwrap()).await.unwrap().is_empty());
}

#[tokio::test]
async fn tmdb_details_carry_dates_people_and_titles() {
    let stand_ins = start().await;
    let facts = tmdb(&stand_ins, &stand_ins.tmdb.key).details(TmdbId(NOSFERATU)).await.unwrap().unwrap();
    assert_eq!((facts.title.as_str(), facts.year, facts.runtime_minutes), ("Nosferatu", 1922, 94));
    assert_eq!(facts.imdb_id.unwrap().as_str(), "tt0013442");
    assert_eq!(facts.dates.in_cinemas.unwrap().date.to_string(), "1922-03-05");
    assert_eq!(facts.dates.physical.unwrap().country, "US");
    assert_eq!(facts.cast.first().unwrap().name, "Max Schreck");
    assert!(facts.alternative_titles.iter().any(|other| other.title == "Nosferatu: A Symphony of Horror"));
    assert_eq!(facts.studio.as_deref(), Some("Prana-Film"));
}

#[tokio::test]
async fn tmdb_movies_with_missing_and_wrong_fields_are_read_as_far_as_they_go() {
    let stand_ins = start().await;
    let tmdb = tmdb(&stand_ins, &stand_ins.tmdb.key);
    let empty = tmdb.details(TmdbId(9_000_001)).await.unwrap().unwrap();
    assert_eq!(
        (empty.title.as_str(), empty.year, empty.runtime_minutes, empty.imdb_id),
        ("Paper Lantern", 0, 0, None)
    );
    let wrong = tmdb.details(TmdbId(9_000_002)).await.unwrap().unwrap();
    assert_eq!((wrong.title.as_str(), wrong.year, wrong.collection), ("The Glass Harbour", 2031, None));
    assert_eq!(tmdb.details(TmdbId(1)).await.unwrap(), None, "a movie that TMDB does not have");
}

#[tokio::test]
async fn tmdb_changes_come_in_pages() {
    let size = Size { generated: 1_500, ..Size::TESTS };
    let stand_ins = StandIns::start(Settings { size, ..Settings::default() }).await.unwrap();
    let now: Timestamp = "2026-01-10T00:00:00Z".parse().unwrap();
    let since = now - SignedDuration::from_hours(24);
    let changed = tmdb(&stand_ins, &stand_ins.tmdb.key).changed_since(since, now).await.unwrap().unwrap();
    assert_eq!(changed.len(), stand_ins.world.movies.len().div_ceil(7));
    assert_eq!(stand_ins.tmdb.gate.requests.count("/3/movie/changes"), 3, "a hundred a page");
}

#[tokio::test]
async fn tmdb_key_goes_as_key_or_as_bearer_and_a_wrong_one_is_said() {
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJ4In0.c2lnbmF0dXJl";
    for key in [radarr_tests::stand_ins::tmdb::KEY, token] {
        let settings = Settings { tmdb_key: key.to_owned(), ..Settings::default() };
        let stand_ins = StandIns::start(settings).await.unwrap();
        tmdb(&stand_ins, key).test().await.unwrap();
        let place = if key == token { "header of /3/configuration" } else { "query of /3/configuration" };
        assert_eq!(stand_ins.tmdb.gate.requests.places_of_secrets(), [place]);
        let error = tmdb(&stand_ins, "ffffffffffffffffffffffffffffffff").test().await.unwrap_err();
        assert!(matches!(error, TmdbError::Key { http: 401, code: 7, .. }), "{error}");
        assert!(!error.to_string().contains("ffffffff"), "{error}");
    }
}

#[tokio::test]
async fn tmdb_in_trouble_is_asked_again_and_then_told() {
    let stand_ins = start().await;
    let tmdb = tmdb(&stand_ins, &stand_ins.tmdb.key);
    let faults = &stand_ins.tmdb.gate.faults;
    for fault in [Fault::Status(429), Fault::Status(500), Fault::Cut, Fault::Garbage, Fault::Html] {
        faults.next("/3/configuration", &[fault]);
        match tmdb.test().await {
            Ok(()) => assert_ne!(fault, Fault::Html),
            // A page where data belongs is no passing trouble: some other program answers.
            Err(TmdbError::Unreadable { message }) => {
                assert_eq!((fault, message.as_str()), (Fault::Html, "HTTP 200 without JSON"));
            }
            Err(other) => panic!("{fault}: {other}"),
        }
    }
    faults.always("", Fault::Huge);
    let error = tmdb.test().await.unwrap_err();
    assert!(error.to_string().contains("larger than"), "{error}");
}

#[tokio::test]
async fn tmdb_limit_is_kept_by_waiting() {
    let settings = Settings { tmdb_per_second: 2, ..Settings::default() };
    let stand_ins = StandIns::start(settings).await.unwrap();
    let tmdb = tmdb(&stand_ins, &stand_ins.tmdb.key);
    let began = Instant::now();
    for id in [653, 961, 19, 4808, 3085] {
        assert!(tmdb.details(TmdbId(id)).await.unwrap().is_some(), "{id}");
    }
    assert!(began.elapsed() >= Duration::from_secs(1), "five requests at two a second");
}

#[tokio::test]
async fn hdbits_lists_by_imdb_id_by_words_and_what_is_recent() {
    let stand_ins = start().await;
    let hdbits = hdbits(&stand_ins, &stand_ins.hdbits.account.passkey);
    hdbits.test().await.unwrap();
    let by_id = hdbits.search(&of_movie(&stand_ins, NOSFERATU), Step::default()).await.unwrap().releases;
    assert!(by_id.len() >= 8, "{by_id:#?}");
    assert!(by_id.iter().all(|release| release.title.contains("1922")));
    let mut without_id = of_movie(&stand_ins, NOSFERATU);
    without_id.imdb_id = None;
    assert_eq!(hdbits.search(&without_id, Step::default()).await.unwrap().releases.len(), by_id.len());
    let recent = hdbits.recent(Step::default()).await.unwrap().releases;
    assert_eq!(recent.len(), 100, "a page");
    let dates: Vec<_> = recent.iter().filter_map(|release| release.published_at).collect();
    assert!(dates.is_sorted_by(|newer, older| newer >= older), "newest first");
    let internal = by_id.iter().find(|release| release.title.ends_with("LUMEN")).unwrap();
    assert_eq!(internal.flags, [IndexerFlag::Halfleech, IndexerFlag::Internal]);
    let disc = by_id.iter().find(|release| release.title.contains("DiSCS")).unwrap();
    assert_eq!(disc.other_title.as_deref(), Some("N_D1"), "a disc goes by its display name");
    let documentary = hdbits.search(&of_movie(&stand_ins, 57_283), Step::default()).await.unwrap().releases;
    assert!(!documentary.is_empty(), "a film that is filed under documentaries");
}

#[tokio::test]
async fn hdbits_gives_the_torrent_that_its_list_tells_of() {
    let stand_ins = start().await;
    let hdbits = hdbits(&stand_ins, &stand_ins.hdbits.account.passkey);
    for release in hdbits.search(&of_movie(&stand_ins, NOSFERATU), Step::default()).await.unwrap().releases {
        let torrent = torrent_of(&hdbits, &release).await.unwrap();
        let meta = MetaInfo::read_expected(&torrent, release.info_hash).unwrap();
        assert_eq!(meta.size_bytes, release.size_bytes, "{}", release.title);
        assert!(meta.private);
    }
    let places = stand_ins.hdbits.gate.requests.places_of_secrets();
    assert_eq!(places, ["body of /api/torrents", "query of /download.php"]);
}

#[tokio::test]
async fn hdbits_refuses_a_wrong_passkey_in_both_places() {
    let stand_ins = start().await;
    let wrong = hdbits(&stand_ins, "wrong");
    let query = of_movie(&stand_ins, NOSFERATU);
    for error in [wrong.test().await.unwrap_err(), wrong.search(&query, Step::default()).await.unwrap_err()] {
        assert_eq!(error.to_string(), "HDBits refused the account (status 5: Auth failed)");
    }
    let right = hdbits(&stand_ins, &stand_ins.hdbits.account.passkey);
    let release = right.search(&query, Step::default()).await.unwrap().releases.remove(0);
    let error = torrent_of(&wrong, &release).await.unwrap_err();
    assert_eq!(error.to_string(), "HDBits is out of order: a web page instead of a torrent");
}

#[tokio::test]
async fn hdbits_over_its_limit_answers_403_and_the_wait_is_told() {
    let account = Account { requests_per_hour: 2, ..Account::default() };
    let stand_ins = StandIns::start(Settings { account, ..Settings::default() }).await.unwrap();
    let hdbits = hdbits(&stand_ins, &stand_ins.hdbits.account.passkey);
    for _ in 0..2 {
        hdbits.recent(Step::default()).await.unwrap();
    }
    let error = hdbits.recent(Step::default()).await.unwrap_err();
    assert!(matches!(error, IndexerError::Limit { wait, .. } if wait == Duration::from_mins(15)), "{error}");
    hdbits.test().await.unwrap();
}

#[tokio::test]
async fn hdbits_misbehaving_is_an_outage_or_a_limit_and_never_an_empty_list() {
    let stand_ins = start().await;
    let hdbits = hdbits(&stand_ins, &stand_ins.hdbits.account.passkey);
    for (fault, want) in [
        (Fault::Status(403), "HDBits has had enough requests for now (HTTP 403); next in 15 min"),
        (Fault::Status(429), "HDBits has had enough requests for now (HTTP 429); next in 15 min"),
        (Fault::Status(500), "HDBits is out of order: HTTP 500"),
        (Fault::Html, "HDBits is out of order: a web page instead of data"),
        (
            Fault::Login,
            "HDBits is out of order: HTTP 302, sent elsewhere: a log-in page, or not the API's address",
        ),
        (Fault::ApiStatus(5), "HDBits refused the account (status 5: Auth failed)"),
        (Fault::ApiStatus(1), "HDBits is out of order: status 1: Failure"),
        (Fault::Cut, "HDBits is out of order: the answer broke off"),
        (Fault::Garbage, "HDBits is out of order: half an answer, or no JSON"),
        (Fault::Empty, "HDBits is out of order: half an answer, or no JSON"),
        (Fault::Huge, "HDBits is out of order: the answer is larger than 10485760 bytes"),
    ] {
        stand_ins.hdbits.gate.faults.next("/api", &[fault]);
        assert_eq!(hdbits.recent(Step::default()).await.unwrap_err().to_string(), want, "{fault}");
        assert_eq!(
            hdbits.recent(Step::default()).await.unwrap().releases.len(),
            100,
            "the next one is right again"
        );
    }
}

#[tokio::test]
async fn hdbits_that_never_answers_is_given_up() {
    let stand_ins = start().await;
    let hdbits = hdbits(&stand_ins, &stand_ins.hdbits.account.passkey);
    stand_ins.hdbits.gate.faults.next("", &[Fault::Hang]);
    let error = hdbits.recent(Step::default()).await.unwrap_err();
    assert!(matches!(error, IndexerError::Unreachable { .. }), "{error}");
    stand_ins.hdbits.gate.faults.next("", &[Fault::Slow(1_500)]);
    assert_eq!(hdbits.recent(Step::default()).await.unwrap().releases.len(), 100, "slow is no fault");
}

#[tokio::test]
async fn hostile_releases_are_listed_and_their_torrents_refused() {
    let stand_ins = start().await;
    let hdbits = hdbits(&stand_ins, &stand_ins.hdbits.account.passkey);
    let releases = hdbits.search(&of_movie(&stand_ins, 10_513), Step::default()).await.unwrap().releases;
    for harm in Harm::ALL {
        let guid = format!("HDBits-{}", harm.id());
        let release =
            releases.iter().find(|release| release.guid == guid).unwrap_or_else(|| panic!("{harm:?}"));
        let checked = match torrent_of(&hdbits, release).await {
            Ok(torrent) => {
                MetaInfo::read_expected(&torrent, release.info_hash).map_err(|error| error.to_string())
            }
            Err(error) => Err(error.to_string()),
        };
        let says = |words: &str| checked.as_ref().is_err_and(|error| error.contains(words));
        match harm {
            Harm::LongName => assert!(release.title.len() > 9_900 && checked.is_ok(), "{checked:?}"),
            Harm::ControlCharacters | Harm::ClimbingName | Harm::OddFields => {
                assert!(checked.is_ok(), "{checked:?}");
            }
            Harm::ClimbingFiles => assert!(says("climbs out of its folder"), "{checked:?}"),
            Harm::OtherHash => assert!(says("was chosen"), "{checked:?}"),
            Harm::WebPage => assert!(says("a web page instead of a torrent"), "{checked:?}"),
            Harm::HalfATorrent => {
                let torrent = torrent_of(&hdbits, release).await.unwrap();
                assert!(matches!(MetaInfo::read(&torrent), Err(TorrentError::NotATorrent(_))), "{checked:?}");
            }
        }
    }
}

#[tokio::test]
async fn faults_and_requests_are_steered_over_http() {
    let stand_ins = start().await;
    let http = Http::new().unwrap();
    let url = |path: &str| format!("{}{path}", stand_ins.hdbits.url()).parse().unwrap();
    let set = http.post(url("/_faults")).body(r#"{"next": ["500", "hang"], "path": "/details"}"#);
    assert_eq!(http.send(set, 1 << 16).await.unwrap().status, 200);
    let asked = http.send(http.get(url("/details.php?id=1")), 1 << 16).await.unwrap();
    assert_eq!(asked.status, 500);
    let wrong = http.post(url("/_faults")).body(r#"{"next": ["explode"]}"#);
    let answer = http.send(wrong, 1 << 16).await.unwrap();
    assert_eq!(answer.status, 400);
    assert!(String::from_utf8_lossy(&answer.body).contains("write hang"));
    let seen = http.send(http.get(url("/_requests")), 1 << 16).await.unwrap();
    let seen: serde_json::Value = serde_json::from_slice(&seen.body).unwrap();
    assert_eq!(seen["paths"], serde_json::json!({"/details.php": 1}));
}
