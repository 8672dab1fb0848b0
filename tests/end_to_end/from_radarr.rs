//! Moving in from a Radarr, by the daemon's own program: from its database and over its API.

use std::path::Path;

use anyhow::{Context, ensure};
use jiff::SignedDuration;
use radarr_proto::model::{EventKind, MovieId, Quality};
use radarr_proto::request::{HistoryQuery, ListMovies};
use radarr_tests::harness::postgres::ClusterSettings;
use radarr_tests::harness::{Daemon, DaemonSettings, Said};
use radarr_tests::stand_ins::radarr::{API_KEY, Library, PASSKEY, PASSWORD, Radarr, database};
use radarr_tests::stand_ins::serve::ANY_PORT;
use serde_json::{Value, json};

use crate::crash::from_env;
use crate::postgres::database as postgres_database;

/// Movies: more than go into one commit, so that there are several.
const MOVIES: usize = 230;

/// Movies on the disk, as Radarr left them.
fn library(folder: &Path) -> anyhow::Result<Library> {
    let root = folder.join("movies");
    let library = Library::new(root.display().to_string(), MOVIES);
    for title in library.titles() {
        let folder = root.join(&title.folder);
        std::fs::create_dir_all(&folder)?;
        if let Some(file) = title.file {
            std::fs::write(folder.join(file), "7 bytes")?;
        }
    }
    Ok(library)
}

/// `radarr-daemon import radarr`.
async fn import(daemon: &Daemon, arguments: &[&str]) -> anyhow::Result<Said> {
    let said = daemon.run(&[&["import", "radarr"], arguments].concat()).await?;
    for secret in [PASSKEY, PASSWORD, API_KEY] {
        ensure!(!said.out.contains(secret) && !said.err.contains(secret), "a secret is told");
    }
    Ok(said)
}

async fn report(daemon: &Daemon, arguments: &[&str]) -> anyhow::Result<Value> {
    let said = import(daemon, &[arguments, &["--json"]].concat()).await?;
    ensure!(said.code == 0, "{said:?}");
    serde_json::from_str(&said.out).context("the report is no JSON")
}

/// Taken, here already, left out.
fn counts(report: &Value, noun: &str) -> anyhow::Result<[u64; 3]> {
    let nouns = report["nouns"].as_array().context("no nouns")?;
    let found = nouns.iter().find(|found| found["noun"] == noun).with_context(|| format!("no {noun}"))?;
    Ok(["taken", "there", "left_out"].map(|count| found[count].as_u64().unwrap_or(u64::MAX)))
}

/// The names of everything below a folder.
fn names(folder: &Path) -> anyhow::Result<Vec<String>> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name();
    entries.into_iter().map(|entry| Ok(entry?.path().display().to_string())).collect()
}

#[tokio::test]
async fn a_radarr_in_use_is_taken_over_from_its_database_once() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let library = library(folder.path())?;
    let theirs = folder.path().join("radarr");
    std::fs::create_dir(&theirs)?;
    let path = theirs.join("radarr.db");
    let in_use = database::write(&library, &path)?;
    let source = path.to_str().context("no UTF-8")?;
    let (before, movies_before) = (names(&theirs)?, names(Path::new(&library.root))?);
    let mut daemon = Daemon::prepare(&folder.path().join("ours"), DaemonSettings::default())?;

    let trial = import(&daemon, &[source]).await?;
    ensure!(trial.code == 0 && trial.out.contains("nothing was changed"), "{trial:?}");
    ensure!(!daemon.storage().exists(), "a trial made a storage");

    let files = (MOVIES - MOVIES / 10) as u64;
    let done = report(&daemon, &[source, "--yes"]).await?;
    ensure!(counts(&done, "movies")? == [MOVIES as u64, 0, 0], "{done:#}");
    ensure!(counts(&done, "files")? == [files, 0, 0], "{done:#}");
    ensure!(counts(&done, "history")? == [2 * files, 0, 0], "{done:#}");
    ensure!(
        names(&theirs)? == before && names(Path::new(&library.root))? == movies_before,
        "something was written"
    );

    daemon.start_again().await?;
    let client = daemon.client().await?;
    let rows = client.list_movies(ListMovies::default()).await?.rows;
    ensure!(rows.len() == MOVIES, "{} movies", rows.len());
    let first = client.get_movie(MovieId(1)).await?;
    let file = first.movie.versions[0].file.as_ref().context("no file")?;
    ensure!(file.quality.quality == Quality::Remux1080p && file.media_info.is_some(), "{file:#?}");
    ensure!(file.stored_score.score == 50, "{file:#?}");
    let past = client.history(HistoryQuery { movie_id: Some(MovieId(1)), ..HistoryQuery::default() }).await?;
    let grabbed = past.events.iter().find(|event| matches!(event.kind, EventKind::Grabbed { .. }));
    let then = library.happened_at + SignedDuration::from_millis(60_100);
    ensure!(grabbed.context("no grab")?.at == then, "{past:#?}");

    // Our own storage is in use.
    let refused = import(&daemon, &[source]).await?;
    ensure!(refused.code == 1 && refused.err.contains("in use by another daemon"), "{refused:?}");
    daemon.terminate().await?;

    let again = report(&daemon, &[source, "--yes"]).await?;
    ensure!(counts(&again, "movies")? == [0, MOVIES as u64, 0], "{again:#}");
    ensure!(counts(&again, "history")? == [0, 2 * files, 0], "{again:#}");
    for noun in again["nouns"].as_array().context("no nouns")? {
        ensure!(noun["taken"] == 0, "{noun:#}");
    }
    ensure!(!daemon.log().contains(PASSKEY) && !daemon.log().contains(PASSWORD), "a secret is in the log");
    drop(in_use);
    Ok(())
}

/// Rows as years of use and of tools beside Radarr leave them.
fn odd_rows(database: &rusqlite::Connection, root: &str) -> anyhow::Result<()> {
    let add = |table: &str, row: Value| database::insert(database, table, &row);
    let movie = |id: usize, metadata: usize, path: Value| {
        json!({ "Id": id, "Path": path, "Monitored": 1, "QualityProfileId": 1, "Added": null, "Tags": "[]",
            "MovieFileId": 0, "MinimumAvailability": 3, "MovieMetadataId": metadata })
    };
    let metadata = |id: usize, tmdb: usize| {
        json!({ "Id": id, "TmdbId": tmdb, "Title": format!("Odd {id}"), "OriginalTitle": null, "Year": 0, "Runtime": 0,
            "Overview": null, "Genres": "no json" })
    };
    // A movie of which nothing is known, one that lies in no root folder, one with a profile that is gone.
    add("Movies", movie(9001, 77_777, format!("{root}/Nothing").into()))?;
    add("MovieMetadata", metadata(9002, 900_002))?;
    add("Movies", movie(9002, 9002, "/elsewhere/Odd 9002".into()))?;
    add("MovieMetadata", metadata(9003, 900_003))?;
    let mut without_profile = movie(9003, 9003, format!("{root}/Odd 9003").into());
    without_profile["QualityProfileId"] = 77.into();
    add("Movies", without_profile)?;
    // A file of no movie, and one whose quality is no JSON.
    let file = |id: usize, movie: usize, quality: &str| {
        json!({ "Id": id, "MovieId": movie, "Quality": quality, "Size": -1, "DateAdded": "once", "SceneName": null,
            "RelativePath": "odd.mkv", "Languages": "[]", "ReleaseGroup": null, "MediaInfo": "{" })
    };
    add("MovieFiles", file(9001, 66_666, "{}"))?;
    add("MovieFiles", file(9003, 9003, "no json"))
}

#[tokio::test]
async fn odd_rows_stay_behind_with_a_reason_and_a_movie_that_came_is_renamed_on_the_disk()
-> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let library = library(folder.path())?;
    let path = folder.path().join("radarr.db");
    let theirs = database::write(&library, &path)?;
    odd_rows(&theirs, &library.root)?;
    drop(theirs);
    let source = path.to_str().context("no UTF-8")?;
    let temporary = folder.path().join("tmp");
    std::fs::create_dir(&temporary)?;
    let settings = DaemonSettings {
        env: vec![("TMPDIR".to_owned(), temporary.display().to_string())],
        ..DaemonSettings::default()
    };
    let mut daemon = Daemon::prepare(&folder.path().join("ours"), settings)?;

    let trial = import(&daemon, &[source]).await?;
    ensure!(trial.code == 0, "{trial:?}");
    for word in ["Odd 9002", "/elsewhere", "nothing was changed"] {
        ensure!(trial.out.contains(word), "{word}: {}", trial.out);
    }
    ensure!(!daemon.storage().exists(), "a trial made a storage");
    let done = report(&daemon, &[source, "--yes"]).await?;
    let [taken, _, left_out] = counts(&done, "movies")?;
    ensure!(taken >= MOVIES as u64 && left_out >= 1 && taken + left_out <= MOVIES as u64 + 3, "{done:#}");
    let again = report(&daemon, &[source, "--yes"]).await?;
    ensure!(counts(&again, "movies")? == [0, taken, left_out], "{again:#}");
    ensure!(std::fs::read_dir(&temporary)?.next().is_none(), "a copy of the database is left");

    daemon.start_again().await?;
    let cli = daemon.cli()?;
    let client = daemon.client().await?;
    let mut naming = client.naming().await?;
    naming.file_format = "{Movie Title} ({Release Year}) - renamed".to_owned();
    naming.rename = true;
    client.save_naming(naming).await?;
    let before = client.get_movie(MovieId(1)).await?;
    let home = Path::new(before.paths.first().context("no folder")?).to_owned();
    let shown = cli.ok(&["movie", "rename", "1", "--preview"]).await?;
    ensure!(shown.contains("renamed.mkv"), "{shown}");
    ensure!(home.join("Picture 00001 (1926) Remux-1080p.mkv").exists(), "a preview renamed it");
    cli.ok(&["movie", "rename", "1", "--yes"]).await?;
    let now: Vec<String> = names(&home)?.into_iter().skip(1).collect();
    let want = home.join("Picture 00001 (1926) - renamed.mkv").display().to_string();
    ensure!(now == [want], "{now:?}");
    let file = client.get_movie(MovieId(1)).await?.movie.versions[0].file.clone().context("no file")?;
    ensure!(file.relative_path == "Picture 00001 (1926) - renamed.mkv", "{file:#?}");
    let said = daemon.run(&["verify-database", "--deep"]).await?;
    ensure!(said.code == 0 || !said.out.contains("Picture 00001"), "{said:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_radarr_is_taken_over_into_postgres() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let library = library(folder.path())?;
    let path = folder.path().join("radarr.db");
    drop(database::write(&library, &path)?);
    let source = path.to_str().context("no UTF-8")?;
    let (cluster, name) = postgres_database(&ClusterSettings::default())?;
    let env = vec![("DATABASE_URL".to_owned(), cluster.url(&name))];
    let mut daemon =
        Daemon::prepare(&folder.path().join("ours"), DaemonSettings { env, ..DaemonSettings::default() })?;
    let trial = report(&daemon, &[source]).await?;
    ensure!(counts(&trial, "movies")? == [MOVIES as u64, 0, 0], "{trial:#}");
    let done = report(&daemon, &[source, "--yes"]).await?;
    ensure!(counts(&done, "movies")? == [MOVIES as u64, 0, 0], "{done:#}");
    let again = report(&daemon, &[source, "--yes"]).await?;
    ensure!(counts(&again, "movies")? == [0, MOVIES as u64, 0], "{again:#}");
    daemon.start_again().await?;
    let client = daemon.client().await?;
    ensure!(client.status().await?.storage == "postgres");
    ensure!(client.list_movies(ListMovies::default()).await?.total == MOVIES as u64);
    ensure!(client.get_movie(MovieId(1)).await?.movie.versions[0].file.is_some());
    Ok(())
}

/// `RADARR_MOVIES=10000` takes over that many, and prints how long it takes.
#[tokio::test]
async fn a_large_radarr_is_taken_over() -> anyhow::Result<()> {
    let movies = usize::try_from(from_env("RADARR_MOVIES", 400)?)?;
    let folder = tempfile::tempdir()?;
    // The files are not there: the folders of 10,000 movies would be what takes the time.
    let library = Library::new(folder.path().join("movies").display().to_string(), movies);
    std::fs::create_dir(&library.root)?;
    let path = folder.path().join("radarr.db");
    drop(database::write(&library, &path)?);
    let source = path.to_str().context("no UTF-8")?;
    let daemon = Daemon::prepare(&folder.path().join("ours"), DaemonSettings::default())?;
    for (what, arguments) in
        [("trial", &[source][..]), ("import", &[source, "--yes"]), ("second import", &[source, "--yes"])]
    {
        let began = std::time::Instant::now();
        let done = report(&daemon, arguments).await?;
        println!("{what} of {movies} movies: {} ms", began.elapsed().as_millis());
        let [taken, there, left_out] = counts(&done, "movies")?;
        ensure!(taken + there == movies as u64 && left_out == 0, "{done:#}");
    }
    Ok(())
}

#[tokio::test]
async fn a_radarr_is_taken_over_by_its_api_with_other_paths() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let here = library(folder.path())?;
    let radarr = Radarr::start(Library { root: "/films".to_owned(), ..here.clone() }, ANY_PORT).await?;
    let daemon = Daemon::prepare(&folder.path().join("ours"), DaemonSettings::default())?;
    let key = folder.path().join("key");
    std::fs::write(&key, API_KEY)?;
    let (url, key) = (radarr.url(), key.to_str().context("no UTF-8")?);

    let without = import(&daemon, &[&url]).await?;
    ensure!(without.code == 1 && without.err.contains("--api-key-file"), "{without:?}");
    let wrong = folder.path().join("wrong");
    std::fs::write(&wrong, "fedcba")?;
    let refused = import(&daemon, &[&url, "--api-key-file", wrong.to_str().context("no UTF-8")?]).await?;
    ensure!(refused.code == 1 && refused.err.contains("refuses the key"), "{refused:?}");

    let of_api = [url.as_str(), "--api-key-file", key];
    let unmapped = report(&daemon, &of_api).await?;
    ensure!(counts(&unmapped, "movies")? == [0, 0, MOVIES as u64], "{unmapped:#}");

    let map = format!("/films={}", here.root);
    let mapped = [&of_api[..], &["--map-path", &map, "--yes"]].concat();
    let done = report(&daemon, &mapped).await?;
    ensure!(counts(&done, "movies")? == [MOVIES as u64, 0, 0], "{done:#}");
    for (noun, want) in [
        ("root folders", [1, 0, 0]),
        ("tags", [1, 0, 0]),
        ("custom formats", [1, 0, 0]),
        ("quality profiles", [1, 0, 0]),
        ("size limits", [1, 0, 0]),
        ("delay profiles", [1, 0, 0]),
        ("release profiles", [1, 0, 0]),
        ("naming", [1, 0, 0]),
        ("indexers", [1, 0, 0]),
        ("download clients", [1, 0, 0]),
        ("history", [2, 0, 0]),
        ("blocklist", [1, 0, 0]),
        ("notifications", [0, 0, 1]),
    ] {
        ensure!(counts(&done, noun)? == want, "{noun}: {done:#}");
    }
    let again = report(&daemon, &mapped).await?;
    ensure!(counts(&again, "movies")? == [0, MOVIES as u64, 0], "{again:#}");
    for noun in again["nouns"].as_array().context("no nouns")? {
        ensure!(noun["taken"] == 0, "{noun:#}");
    }
    Ok(())
}
