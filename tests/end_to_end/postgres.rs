//! PostgreSQL as the storage, a real one: the way of one movie, two daemons that share it, a database that goes away.

use std::time::{Duration, Instant};

use anyhow::{bail, ensure};
use radarr_proto::client::Client;
use radarr_proto::error::ErrorCode;
use radarr_proto::model::{EventKind, Job, JobKind, JobStatus, MovieId};
use radarr_proto::request::{CreatedToken, EditMovie, ListMovies, NextEvents};
use radarr_tests::harness::postgres::{Cluster, ClusterSettings, PASSWORD};
use radarr_tests::harness::{Daemon, DaemonSettings, Scene, SceneSettings, WhichClient, eventually};
use radarr_tests::stand_ins::gate::Fault;
use radarr_tests::stand_ins::qbittorrent::Version;

use crate::movie::{WITHIN, add, imported, kinds, story};

const NOSFERATU: u32 = 653;

/// A cluster with an empty database.
pub(crate) fn database(settings: &ClusterSettings) -> anyhow::Result<(Cluster, String)> {
    let cluster = Cluster::start(settings)?;
    let name = cluster.database()?;
    Ok((cluster, name))
}

/// A scene whose daemon is on that database.
pub(crate) fn on(url: String) -> SceneSettings {
    SceneSettings {
        client: WhichClient::StandIn(Version::V5),
        daemon_env: vec![("DATABASE_URL".to_owned(), url)],
        ..SceneSettings::default()
    }
}

pub(crate) fn monitored(id: MovieId, monitored: bool) -> EditMovie {
    EditMovie { id, monitored: Some(monitored), ..EditMovie::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_way_of_one_movie_on_postgres_over_verified_tls() -> anyhow::Result<()> {
    let (cluster, database) = database(&ClusterSettings { tls: true, ..ClusterSettings::default() })?;
    let folder = tempfile::tempdir()?;
    let password = folder.path().join("password");
    std::fs::write(&password, format!("{PASSWORD}\n"))?;
    let url = cluster.url(&database).replace(&format!(":{}@", PASSWORD.replace(' ', "%20")), "@");
    let mut settings = on(url.clone());
    settings.daemon_env.push(("DATABASE_PASSWORD_FILE".to_owned(), password.display().to_string()));
    let mut scene = Scene::start_set_up(settings).await?;
    let client = scene.daemon.client().await?;
    assert_eq!(client.status().await?.storage, "postgres");
    let movie = add(&client, NOSFERATU, true).await?;
    let file = imported(&client, movie.id).await?;
    assert!(file.is_file());
    let told = kinds(&story(&client, movie.id).await?);
    for kind in ["movie_added", "searched", "grabbed", "download_completed", "imported"] {
        assert!(told.iter().any(|other| other == kind), "{kind} is missing: {told:?}");
    }
    let encrypted = format!(
        "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE datname = '{database}' AND client_addr IS NOT NULL"
    );
    assert_eq!(cluster.sql("postgres", &encrypted)?, "t");

    // The columns are told from the documents.
    let found = cluster.sql(&database, "SELECT tmdb_id, monitored FROM radarr.movie")?;
    assert_eq!(found, format!("{NOSFERATU}|t"));
    let open = cluster.sql(&database, "SELECT count(*) FROM radarr.grab WHERE state = 'imported'")?;
    assert_eq!(open, "1");

    scene.daemon.terminate().await?;
    scene.daemon.start_again().await?;
    let page = scene.daemon.client().await?.list_movies(ListMovies::default()).await?;
    assert_eq!((page.total, page.rows[0].quality.is_some()), (1, true));
    let text = scene.daemon.client().await?.config_text().await?;
    for said in [text, scene.daemon.log()] {
        assert!(!said.contains(PASSWORD), "{said}");
    }
    // A certificate of another authority is refused, with words that help.
    let other = Cluster::start(&ClusterSettings { tls: true, ..ClusterSettings::default() })?;
    let wrong =
        url.replace(&cluster.authority().display().to_string(), &other.authority().display().to_string());
    let env = vec![("DATABASE_URL".to_owned(), wrong)];
    let settings = DaemonSettings { env, ..DaemonSettings::default() };
    let mut stranger = Daemon::prepare(&folder.path().join("stranger"), settings)?;
    let error = format!("{:#}", stranger.start_again().await.unwrap_err());
    assert!(error.contains("TLS") && error.to_lowercase().contains("certificate"), "{error}");
    // So is one that was made for another host's name.
    let wrong = url.replace("@localhost:", "@127.0.0.1:");
    let env = vec![
        ("DATABASE_URL".to_owned(), wrong),
        ("DATABASE_PASSWORD_FILE".to_owned(), password.display().to_string()),
    ];
    let settings = DaemonSettings { env, ..DaemonSettings::default() };
    let mut elsewhere = Daemon::prepare(&folder.path().join("elsewhere"), settings)?;
    let error = format!("{:#}", elsewhere.start_again().await.unwrap_err());
    assert!(error.contains("TLS") && error.contains("host name"), "{error}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_daemons_on_one_database_are_one_library() -> anyhow::Result<()> {
    let (cluster, database) = database(&ClusterSettings::default())?;
    let mut scene = Scene::start_set_up(on(cluster.url(&database))).await?;
    let second = scene.another_daemon("second").await?;
    let (here, there) = (scene.daemon.client().await?, second.client().await?);

    // A change at one shows at the other, in its list and to whoever waits for events.
    let newest = there.status().await?.cursor;
    let waiting = there.next_events(NextEvents { after: Some(newest), wait_ms: 20_000, limit: None });
    let (movie, batch) = tokio::join!(add(&here, NOSFERATU, false), waiting);
    let (movie, batch) = (movie?, batch?);
    assert!(!batch.events.is_empty() && !batch.gap);
    eventually("the movie in the other list", WITHIN, || async {
        let page = there.list_movies(ListMovies::default()).await?;
        ensure!(page.rows.iter().any(|row| row.id == movie.id), "{} movies", page.total);
        Ok(())
    })
    .await?;

    // So do tokens, and settings with their secrets.
    let token: CreatedToken =
        scene.daemon.cli()?.json(&["token", "create", "test", "--role", "viewer"]).await?;
    eventually("the token at the other daemon", WITHIN, || async {
        second.tcp_client(token.secret.expose()).await?.status().await?;
        Ok(())
    })
    .await?;
    there.search_movie(movie.id, radarr_proto::model::Slot(0)).await?;
    imported(&there, movie.id).await?;
    let told = story(&here, movie.id).await?;
    let grabs = told.iter().filter(|event| matches!(event.kind, EventKind::Grabbed { .. })).count();
    assert_eq!(grabs, 1, "{told:#?}");
    assert_eq!(told, story(&there, movie.id).await?);

    // The clock's jobs are queued once, not once for each daemon.
    let scheduled = eventually("the first check of health by the clock", WITHIN, || async {
        let jobs = there.jobs().await?;
        let count = jobs.iter().filter(|job| job.kind == JobKind::ReviewPending).count();
        ensure!(count > 0, "{jobs:#?}");
        Ok(count)
    })
    .await?;
    assert_eq!(scheduled, 1);

    // One that can't read the others' secrets is no help.
    let mut stranger = scene.prepare_daemon("stranger")?;
    let error = format!("{:#}", stranger.start_again().await.unwrap_err());
    assert!(error.contains("secret.key"), "{error}");

    // One goes, the other goes on with everything.
    scene.daemon.kill_9()?;
    there.edit_movie(monitored(movie.id, false)).await?;
    assert!(!there.get_movie(movie.id).await?.movie.monitored);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_goes_away_is_told_and_waited_for() -> anyhow::Result<()> {
    let (mut cluster, database) = database(&ClusterSettings::default())?;
    let mut scene = Scene::start_set_up(on(cluster.url(&database))).await?;
    let client = scene.daemon.client().await?;
    let movie = add(&client, NOSFERATU, false).await?;
    eventually("the movie in the list", WITHIN, || async {
        ensure!(client.list_movies(ListMovies::default()).await?.total == 1);
        Ok(())
    })
    .await?;
    let process = scene.daemon.process()?.id();

    cluster.stop("QUIT")?;
    eventually("not ready", WITHIN, || async {
        let answer = scene.daemon.http_get("/ready").await?;
        ensure!(answer.status == 503, "{}", answer.status);
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        ensure!(text.contains("storage"), "{text}");
        Ok(())
    })
    .await?;
    assert_eq!(scene.daemon.http_get("/health").await?.status, 200, "it lives all the same");
    let error = client.edit_movie(monitored(movie.id, false)).await.unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::Unavailable), "{error}");
    assert!(error.to_string().contains("storage unavailable, retrying"), "{error}");
    // What is in memory is still shown.
    assert_eq!(client.list_movies(ListMovies::default()).await?.total, 1);

    cluster.start_again()?;
    back(&scene, &client, movie.id).await?;
    assert_eq!(scene.daemon.process()?.id(), process);
    Ok(())
}

/// Ready again, and changes are taken.
async fn back(scene: &Scene, client: &Client, movie: MovieId) -> anyhow::Result<()> {
    eventually("ready again", WITHIN, || async {
        let answer = scene.daemon.http_get("/ready").await?;
        ensure!(answer.status == 200, "{}", String::from_utf8_lossy(&answer.body));
        Ok(())
    })
    .await?;
    client.edit_movie(monitored(movie, false)).await?;
    assert!(!client.get_movie(movie).await?.movie.monitored);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_hangs_keeps_no_call_beyond_its_deadline() -> anyhow::Result<()> {
    let (cluster, database) = database(&ClusterSettings::default())?;
    let scene = Scene::start_set_up(on(cluster.url(&database))).await?;
    let client = scene.daemon.client().await?;
    let movie = add(&client, NOSFERATU, false).await?;

    cluster.signal_all("STOP")?;
    let began = Instant::now();
    let error = client.edit_movie(monitored(movie.id, false)).await.unwrap_err();
    // The daemon says so itself: it is not the client that gave up.
    assert!(error.to_string().contains("storage unavailable, retrying"), "{error}");
    println!("a server that hangs is told after {:?}", began.elapsed());
    // From now on it is known.
    let began = Instant::now();
    let error = client.edit_movie(monitored(movie.id, false)).await.unwrap_err();
    assert!(error.to_string().contains("storage unavailable, retrying"), "{error}");
    println!("and then after {:?}", began.elapsed());
    cluster.signal_all("CONT")?;
    back(&scene, &client, movie.id).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_that_is_promoted_takes_over_with_everything_that_was_acknowledged() -> anyhow::Result<()> {
    let (mut primary, database) = database(&ClusterSettings::default())?;
    let standby = primary.standby()?;
    primary.sql("postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'")?;
    primary.sql("postgres", "SELECT pg_reload_conf()")?;
    standby.wait_for(&primary)?;
    let both = primary.url(&database).replace(
        &format!("localhost:{}", primary.port),
        &format!("localhost:{},localhost:{}", primary.port, standby.port),
    );
    let scene = Scene::start_set_up(on(format!("{both}&target_session_attrs=read-write"))).await?;
    let client = scene.daemon.client().await?;
    let movie = add(&client, NOSFERATU, false).await?;
    let mut version = movie.doc_version;
    for number in 0..20 {
        version = client.edit_movie(monitored(movie.id, number % 2 == 0)).await?.doc_version;
    }
    let cursor = client.status().await?.cursor;

    primary.stop("QUIT")?;
    standby.promote()?;
    let began = Instant::now();
    eventually("a change at the new primary", WITHIN, || async {
        Ok(client.edit_movie(monitored(movie.id, true)).await?)
    })
    .await?;
    println!("changes were taken {:?} after the promotion", began.elapsed());
    let page = client.next_events(NextEvents { after: Some(cursor), wait_ms: 0, limit: None }).await?;
    assert!(!page.gap, "nothing was lost");
    assert!(client.get_movie(movie.id).await?.movie.doc_version > version);
    let events = story(&client, movie.id).await?;
    assert!(events.iter().map(|event| event.cursor).is_sorted_by(|a, b| a < b));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_daemon_that_is_paused_finds_its_job_taken_over() -> anyhow::Result<()> {
    let (cluster, database) = database(&ClusterSettings::default())?;
    let mut scene = Scene::start_set_up(on(cluster.url(&database))).await?;
    let here = scene.daemon.client().await?;
    // The indexer answers late, so that the first daemon holds the job when it falls asleep.
    let faults = &scene.stand_ins.hdbits.gate.faults;
    faults.next("/api/torrents", &[Fault::Slow(3_000)]);
    let movie = add(&here, NOSFERATU, true).await?;
    eventually("the search at work", WITHIN, || async {
        let jobs = here.jobs().await?;
        let at_work = |job: &Job| job.status == JobStatus::Running && job.kind.name() == "search_movie";
        ensure!(jobs.iter().any(at_work), "{jobs:#?}");
        Ok(())
    })
    .await?;
    scene.daemon.process()?.signal(rustix::process::Signal::STOP)?;
    let began = Instant::now();
    let second = scene.another_daemon("second").await?;
    let there = second.client().await?;
    let imported = imported(&there, movie.id).await;
    let took = began.elapsed();
    scene.daemon.process()?.signal(rustix::process::Signal::CONT)?;
    imported?;
    println!("another daemon brought it home {took:?} after the first one was paused, its start included");
    assert!(took > Duration::from_secs(5), "the lease was not waited for: {took:?}");

    // It wakes up, and nothing is done twice.
    let here = scene.daemon.client().await?;
    let events = eventually("the same story at both", WITHIN, || async {
        let (one, other) = (story(&here, movie.id).await?, story(&there, movie.id).await?);
        if one != other {
            bail!("{} and {} events", one.len(), other.len());
        }
        Ok(one)
    })
    .await?;
    let count = |kind: &str| kinds(&events).iter().filter(|other| *other == kind).count();
    assert_eq!((count("grabbed"), count("imported")), (1, 1), "{events:#?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_whose_daemon_died_in_the_middle_is_finished_by_another() -> anyhow::Result<()> {
    let (cluster, database) = database(&ClusterSettings::default())?;
    let mut scene = Scene::start_set_up(on(cluster.url(&database))).await?;
    // The files are in place and the record of it hangs in the database: there the daemon is killed.
    let hangs = "CREATE FUNCTION radarr.hangs() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$; \
                 CREATE TRIGGER hangs BEFORE INSERT ON radarr.event FOR EACH ROW \
                 WHEN (NEW.body ->> 'kind' = 'imported') EXECUTE FUNCTION radarr.hangs()";
    cluster.sql(&database, hangs)?;
    let movie = add(&scene.daemon.client().await?, NOSFERATU, true).await?;
    let asleep = "FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
    eventually("the record of the import", WITHIN, || async {
        let count = cluster.sql(&database, &format!("SELECT count(*) {asleep}"))?;
        ensure!(count == "1", "{count}");
        Ok(())
    })
    .await?;
    scene.daemon.kill_9()?;
    cluster.sql(&database, &format!("SELECT pg_terminate_backend(pid) {asleep}"))?;
    cluster.sql(&database, "DROP TRIGGER hangs ON radarr.event")?;
    let intents = "SELECT count(*) FROM radarr.document WHERE collection = 'import_intent'";
    assert_eq!(cluster.sql(&database, intents)?, "1", "the import is open");

    let began = Instant::now();
    let second = scene.another_daemon("second").await?;
    let client = second.client().await?;
    let file = imported(&client, movie.id).await?;
    println!("the import was finished {:?} after its daemon was killed", began.elapsed());
    assert!(file.is_file(), "{}", file.display());
    assert_eq!(cluster.sql(&database, intents)?, "0");
    let told = kinds(&story(&client, movie.id).await?);
    assert_eq!(told.iter().filter(|kind| *kind == "imported").count(), 1, "{told:?}");
    Ok(())
}
