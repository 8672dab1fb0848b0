//! What can befall a database, for real: away for long, slow, full, promoted; and a daemon that dies while others live.
//!
//! `RADARR_OUTAGE_SECONDS=65` lets the outages last as long as the figures say; without it they are short.

use std::time::{Duration, Instant};

use anyhow::{bail, ensure};
use radarr_proto::client::{CallError, Client};
use radarr_proto::model::{DocVersion, Job, JobStatus, MovieId};
use radarr_proto::request::{ListMovies, NextEvents};
use radarr_tests::harness::postgres::{Cluster, ClusterSettings};
use radarr_tests::harness::{Daemon, Scene, SlowWay, eventually};
use radarr_tests::stand_ins::gate::Fault;

use crate::crash::from_env;
use crate::movie::{WITHIN, add, story};
use crate::postgres::{database, monitored, on};

const NOSFERATU: u32 = 653;
const OUTAGE_SECONDS: u64 = 6;
/// What a call that changes something may take in all before it says that the storage is away.
const CALL_MAX: Duration = Duration::from_secs(12);

/// What somebody was told of a movie, and what the calls were like while the database was not well.
#[derive(Debug, Default)]
struct Told {
    version: DocVersion,
    monitored: bool,
    kept: u32,
    refused: u32,
    longest: Duration,
    others: Vec<String>,
}

impl Told {
    /// Edits the movie until `until`, as fast as it is answered.
    async fn edit(&mut self, client: &Client, movie: MovieId, until: Instant) {
        while Instant::now() < until {
            self.edit_once(client, movie).await;
            if self.refused % 8 == 7 {
                // Whoever is refused at once asks again in a moment.
                drop(client.next_events(NextEvents { after: None, wait_ms: 200, limit: None }).await);
            }
        }
    }

    async fn edit_once(&mut self, client: &Client, movie: MovieId) {
        let began = Instant::now();
        let wanted = !self.monitored;
        match client.edit_movie(monitored(movie, wanted)).await {
            Ok(edited) => {
                (self.version, self.monitored) = (edited.doc_version, edited.monitored);
                self.kept += 1;
            }
            Err(CallError::Api(error)) if error.message.contains("storage unavailable, retrying") => {
                self.refused += 1;
            }
            Err(error) => {
                self.refused += 1;
                self.others.push(error.to_string());
            }
        }
        self.longest = self.longest.max(began.elapsed());
    }

    /// Nothing that was acknowledged is gone. What was not may have been kept all the same.
    async fn holds(&mut self, client: &Client, movie: MovieId) -> anyhow::Result<()> {
        let found = client.get_movie(movie).await?.movie;
        ensure!(found.doc_version >= self.version, "an edit is lost: {} after {self:?}", found.doc_version);
        if found.doc_version == self.version {
            ensure!(found.monitored == self.monitored, "another edit has its version: {self:?}");
        }
        (self.version, self.monitored) = (found.doc_version, found.monitored);
        Ok(())
    }
}

async fn readiness(daemon: &Daemon, wanted: u16) -> anyhow::Result<String> {
    eventually(&format!("/ready with {wanted}"), WITHIN, || async {
        let answer = daemon.http_get("/ready").await?;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        ensure!(answer.status == wanted, "{}: {text}", answer.status);
        Ok(text)
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage_of_a_minute_costs_nothing_but_the_minute() -> anyhow::Result<()> {
    let lasts = Duration::from_secs(from_env("RADARR_OUTAGE_SECONDS", OUTAGE_SECONDS)?);
    let (mut cluster, database) = database(&ClusterSettings::default())?;
    let mut scene = Scene::start_set_up(on(cluster.url(&database))).await?;
    let mut second = scene.another_daemon("second").await?;
    let (here, there) = (scene.daemon.client().await?, second.client().await?);
    let movie = add(&here, NOSFERATU, false).await?;
    let before = here.status().await?.cursor;
    let processes = (scene.daemon.process()?.id(), second.process()?.id());
    let mut told = Told { version: movie.doc_version, monitored: movie.monitored, ..Told::default() };
    told.edit(&here, movie.id, Instant::now() + Duration::from_secs(1)).await;
    ensure!(told.kept > 0 && told.refused == 0, "{told:?}");

    cluster.stop("QUIT")?;
    told.longest = Duration::ZERO;
    told.edit(&here, movie.id, Instant::now() + lasts).await;
    let (longest, refused) = (told.longest, told.refused);
    ensure!(longest < CALL_MAX && refused > 0, "{told:?}");
    ensure!(
        told.others.len() <= 1,
        "only the call at the moment of the crash may say something else: {told:?}"
    );
    for daemon in [&scene.daemon, &second] {
        readiness(daemon, 503).await?;
        ensure!(daemon.http_get("/health").await?.status == 200);
    }
    ensure!(there.list_movies(ListMovies::default()).await?.total == 1, "lists are shown from memory");
    cluster.start_again()?;
    let began = Instant::now();
    eventually("a change after the outage", WITHIN, || async {
        Ok(there.edit_movie(monitored(movie.id, true)).await?)
    })
    .await?;
    println!(
        "away for {lasts:?}: {refused} calls were refused, the longest took {longest:?}; a change was taken {:?} after \
         the database was back",
        began.elapsed()
    );
    readiness(&scene.daemon, 200).await?;
    readiness(&second, 200).await?;
    told.holds(&here, movie.id).await?;
    ensure!(
        processes == (scene.daemon.process()?.id(), second.process()?.id()),
        "a daemon was started again"
    );
    let page = here.next_events(NextEvents { after: Some(before), wait_ms: 0, limit: None }).await?;
    ensure!(!page.gap);
    ensure!(page.events.iter().map(|event| event.cursor.0).eq(before.0 + 1..=page.cursor.0), "{page:#?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_takes_five_seconds_for_each_statement_keeps_nobody_beyond_the_deadline()
-> anyhow::Result<()> {
    let lasts = Duration::from_secs(from_env("RADARR_OUTAGE_SECONDS", 2 * OUTAGE_SECONDS)?);
    let (cluster, database) = database(&ClusterSettings::default())?;
    let way = SlowWay::start(cluster.port).await?;
    let url = cluster.url(&database).replace(&format!(":{}/", cluster.port), &format!(":{}/", way.port));
    let scene = Scene::start_set_up(on(url)).await?;
    let client = scene.daemon.client().await?;
    let movie = add(&client, NOSFERATU, false).await?;
    let mut told = Told { version: movie.doc_version, monitored: movie.monitored, ..Told::default() };
    told.edit_once(&client, movie.id).await;
    ensure!(told.kept == 1, "{told:?}");

    way.delay(Duration::from_secs(5));
    let until = Instant::now() + lasts;
    let reads = async {
        let mut longest = Duration::ZERO;
        while Instant::now() < until {
            let began = Instant::now();
            ensure!(client.list_movies(ListMovies::default()).await?.total == 1);
            longest = longest.max(began.elapsed());
        }
        Ok(longest)
    };
    let (list, ()) = tokio::join!(reads, told.edit(&client, movie.id, until));
    let text = readiness(&scene.daemon, 503).await?;
    ensure!(text.contains("storage"), "{text}");
    println!(
        "five seconds for each statement: {} calls were refused, the longest took {:?}; the slowest list {:?}",
        told.refused, told.longest, list?
    );
    ensure!(told.longest < CALL_MAX && told.refused > 0, "{told:?}");

    way.delay(Duration::ZERO);
    readiness(&scene.daemon, 200).await?;
    told.holds(&client, movie.id).await?;
    let kept = told.kept;
    told.edit_once(&client, movie.id).await;
    ensure!(told.kept == kept + 1, "{told:?}");
    told.holds(&client, movie.id).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_whose_disk_is_full_takes_no_changes_loses_none_and_goes_on_when_there_is_room()
-> anyhow::Result<()> {
    if !rustix::process::geteuid().is_root() {
        println!("SKIPPED: a small disk can be mounted by root only");
        return Ok(());
    }
    let (cluster, database) =
        database(&ClusterSettings { small_disk_mib: Some(48), ..ClusterSettings::default() })?;
    let mut scene = Scene::start_set_up(on(cluster.url(&database))).await?;
    let client = scene.daemon.client().await?;
    let movie = add(&client, NOSFERATU, false).await?;
    let process = scene.daemon.process()?.id();
    let mut told = Told { version: movie.doc_version, monitored: movie.monitored, ..Told::default() };
    told.edit_once(&client, movie.id).await;

    cluster.fill_disk()?;
    // Pages that are there already take some more.
    let began = Instant::now();
    let error = loop {
        match client.edit_movie(monitored(movie.id, !told.monitored)).await {
            Ok(edited) => {
                (told.version, told.monitored) = (edited.doc_version, edited.monitored);
                told.kept += 1;
            }
            Err(error) => break error.to_string(),
        }
        ensure!(began.elapsed() < WITHIN, "the disk is not full: {told:?}");
    };
    ensure!(error.contains("has no room") && error.contains("No space left on device"), "{error}");
    let text = readiness(&scene.daemon, 503).await?;
    ensure!(text.contains("no room"), "{text}");
    told.holds(&client, movie.id).await?;
    ensure!(client.list_movies(ListMovies::default()).await?.total == 1);
    // It stays so until there is room.
    let until = Instant::now() + Duration::from_secs(from_env("RADARR_OUTAGE_SECONDS", OUTAGE_SECONDS)?);
    let kept = told.kept;
    while Instant::now() < until {
        let answer = scene.daemon.http_get("/ready").await?;
        ensure!(answer.status == 503, "ready though there is no room");
        told.edit_once(&client, movie.id).await;
    }
    println!(
        "full: {} edits before it, {} of those after it were taken, said: {error}",
        kept,
        told.kept - kept
    );
    cluster.clear_disk()?;
    readiness(&scene.daemon, 200).await?;
    told.holds(&client, movie.id).await?;
    told.edit_once(&client, movie.id).await;
    told.holds(&client, movie.id).await?;
    ensure!(scene.daemon.process()?.id() == process);
    let log = "SELECT count(*) = max(cursor) FROM radarr.event";
    ensure!(cluster.sql(&database, log)? == "t", "the log has a hole");
    Ok(())
}

/// A primary and a standby, and the URL that names both.
fn pair(settings: &ClusterSettings) -> anyhow::Result<(Cluster, Cluster, String, String)> {
    let (primary, database) = database(settings)?;
    let standby = primary.standby()?;
    let (one, both) = (
        format!("localhost:{}", primary.port),
        format!("localhost:{},localhost:{}", primary.port, standby.port),
    );
    let url = format!("{}&target_session_attrs=read-write", primary.url(&database).replace(&one, &both));
    Ok((primary, standby, database, url))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_asynchronous_standby_had_not_yet_is_said_to_be_lost_and_nothing_is_given_twice()
-> anyhow::Result<()> {
    let (mut primary, standby, database, url) = pair(&ClusterSettings::default())?;
    let scene = Scene::start_set_up(on(url)).await?;
    let client = scene.daemon.client().await?;
    let movie = add(&client, NOSFERATU, false).await?;
    standby.wait_for(&primary)?;
    standby.signal_receiver("STOP")?;
    let edited = client.edit_movie(monitored(movie.id, false)).await?;
    let seen = client.status().await?.cursor;
    primary.stop("KILL")?;
    standby.end_receiver()?;
    standby.promote()?;
    let began = Instant::now();
    let after = eventually("a change at the new primary", WITHIN, || async {
        Ok(client.edit_movie(monitored(movie.id, false)).await?)
    })
    .await?;
    println!("asynchronous: changes were taken {:?} after the promotion", began.elapsed());
    ensure!(scene.daemon.log().contains("the database has lost changes"), "{}", scene.daemon.log());
    ensure!(after.doc_version > edited.doc_version, "a version was given twice");
    let page = client.next_events(NextEvents { after: Some(seen), wait_ms: 0, limit: None }).await?;
    ensure!(page.gap, "who saw what is lost is told to read anew");
    ensure!(standby.sql(&database, "SELECT pg_is_in_recovery()")? == "f");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_work_of_a_daemon_that_is_killed_goes_on_at_another_within_fifteen_seconds() -> anyhow::Result<()>
{
    let (cluster, database) = database(&ClusterSettings::default())?;
    let mut scene = Scene::start_set_up(on(cluster.url(&database))).await?;
    let faults = &scene.stand_ins.hdbits.gate.faults;
    faults.next("/api/torrents", &[Fault::Slow(60_000)]);
    let here = scene.daemon.client().await?;
    let movie = add(&here, NOSFERATU, true).await?;
    let at_work = |job: &Job| job.status == JobStatus::Running && job.kind.name() == "search_movie";
    eventually("the search at work", WITHIN, || async {
        ensure!(here.jobs().await?.iter().any(at_work));
        Ok(())
    })
    .await?;
    // The other one has nothing to do until then.
    let second = scene.another_daemon("second").await?;
    let there = second.client().await?;
    let holder =
        there.jobs().await?.into_iter().find(at_work).and_then(|job| job.lease).map(|lease| lease.owner);
    scene.daemon.kill_9()?;
    let began = Instant::now();
    let took_over = eventually("the search at another", WITHIN, || async {
        let searches = there.jobs().await?.into_iter().filter(|job| job.kind.name() == "search_movie");
        let taken = searches.filter_map(|job| job.lease).any(|lease| Some(lease.owner) != holder);
        ensure!(taken, "it is still the dead one's");
        Ok(began.elapsed())
    })
    .await?;
    eventually("the grab", WITHIN, || async {
        let grabbed = story(&there, movie.id)
            .await?
            .iter()
            .any(|event| matches!(event.kind, radarr_proto::model::EventKind::Grabbed { .. }));
        if !grabbed {
            bail!("not yet");
        }
        Ok(())
    })
    .await?;
    println!(
        "another daemon took the search over {took_over:?} after its daemon was killed, and grabbed after {:?}",
        began.elapsed()
    );
    Ok(())
}
