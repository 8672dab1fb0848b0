//! PostgreSQL under kills: one daemon with many writers, and many daemons with many clients.
//!
//! `RADARR_KILLS=300` does the first as often as the figures say, `RADARR_DAEMONS=10 RADARR_CLIENTS=200
//! RADARR_SECONDS=120` the second; without them both are short. The moments come from a seed that is printed;
//! `RADARR_SEED` repeats one.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use radarr_proto::client::{Client, ConnectOptions};
use radarr_proto::endpoint::Endpoint;
use radarr_proto::model::{Cursor, DocVersion, MinimumAvailability, Movie, MovieId};
use radarr_proto::request::{EditMovie, ListMovies, NextEvents};
use radarr_tests::harness::postgres::ClusterSettings;
use radarr_tests::harness::{Daemon, Scene, eventually};
use tokio::task::JoinSet;

use crate::crash::{Moments, all_come_in, from_env, nothing_twice, seed};
use crate::movie::{WITHIN, add};
use crate::postgres::{database, on};

const KILLS: u64 = 4;
const WRITERS: usize = 16;
/// The longest that the daemon lives.
const LIFE_MS_MAX: u64 = 700;

/// What a writer was told last.
#[derive(Debug, Clone, Copy)]
struct Told {
    version: DocVersion,
    monitored: bool,
    edits: u64,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_sixteen_writers_were_told_is_lost_by_kills() -> anyhow::Result<()> {
    let kills = from_env("RADARR_KILLS", KILLS)?;
    let seed = seed()?;
    println!("RADARR_SEED={seed} RADARR_KILLS={kills}");
    let mut moments = Moments::new(seed);
    let (cluster, database) = database(&ClusterSettings::default())?;
    let mut settings = on(cluster.url(&database));
    settings.stand_ins.size.generated = u32::try_from(WRITERS)?;
    let mut scene = Scene::start_set_up(settings).await?;
    let client = scene.daemon.client().await?;
    let generated: Vec<u32> =
        scene.stand_ins.world.movies.iter().rev().take(WRITERS).map(|movie| movie.tmdb).collect();
    let mut told: BTreeMap<MovieId, Told> = BTreeMap::new();
    for tmdb in generated {
        let movie = add(&client, tmdb, false).await?;
        told.insert(movie.id, Told { version: movie.doc_version, monitored: movie.monitored, edits: 0 });
    }

    for number in 0..kills {
        let life = Duration::from_millis(moments.next(LIFE_MS_MAX));
        let mut writers = JoinSet::new();
        for (id, last) in told.clone() {
            let client = scene.daemon.client().await?;
            writers.spawn(async move { (id, write_until_cut_off(&client, id, last).await) });
        }
        // Nobody ends by itself: this is how long the daemon lives.
        drop(tokio::time::timeout(life, std::future::pending::<()>()).await);
        scene.daemon.kill_9()?;
        while let Some(ended) = writers.join_next().await {
            let (id, last) = ended?;
            told.insert(id, last);
        }
        scene.daemon.start_again().await?;
        let client = scene.daemon.client().await?;
        for (id, told) in &mut told {
            let movie = client.get_movie(*id).await.with_context(|| format!("movie {id} is lost"))?.movie;
            whole(&movie, told).with_context(|| format!("after kill {number} of seed {seed}"))?;
            (told.version, told.monitored) = (movie.doc_version, movie.monitored);
        }
    }
    let edits: u64 = told.values().map(|told| told.edits).sum();
    println!("{kills} kills, {edits} acknowledged edits");
    // The log has no hole and no double, and each edit stands in it.
    let log = cluster.sql(&database, "SELECT count(*) = max(cursor), max(cursor) = (SELECT cursor FROM radarr.log_state) FROM radarr.event")?;
    assert_eq!(log, "t|t");
    let logged = "SELECT count(*) FROM radarr.event WHERE kind = 'movie_edited'";
    let logged: u64 = cluster.sql(&database, logged)?.parse()?;
    assert!(logged >= edits, "{logged} of {edits} edits are in the log");
    Ok(())
}

/// Two fields that are always changed together, until an answer does not come.
async fn write_until_cut_off(client: &Client, id: MovieId, mut last: Told) -> Told {
    loop {
        let monitored = !last.monitored;
        let edit = EditMovie {
            id,
            monitored: Some(monitored),
            minimum_availability: Some(availability(monitored)),
            ..EditMovie::default()
        };
        match client.edit_movie(edit).await {
            Ok(movie) => {
                last = Told { version: movie.doc_version, monitored: movie.monitored, edits: last.edits + 1 };
            }
            Err(_) => return last,
        }
    }
}

fn availability(monitored: bool) -> MinimumAvailability {
    if monitored { MinimumAvailability::Announced } else { MinimumAvailability::Released }
}

fn whole(movie: &Movie, told: &Told) -> anyhow::Result<()> {
    ensure!(movie.minimum_availability == availability(movie.monitored), "a torn edit: {movie:#?}");
    ensure!(movie.doc_version >= told.version, "an edit is lost: {} after {told:?}", movie.doc_version);
    if movie.doc_version == told.version {
        ensure!(movie.monitored == told.monitored, "another edit has the version of {told:?}");
    }
    Ok(())
}

const DAEMONS: u64 = 3;
const CLIENTS: u64 = 12;
const SECONDS: u64 = 15;
const KILL_EVERY: Duration = Duration::from_secs(5);
const MOVIES: usize = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_daemons_grab_nothing_twice_and_tell_everybody_everything_once() -> anyhow::Result<()> {
    let count = from_env("RADARR_DAEMONS", DAEMONS)?;
    let clients = from_env("RADARR_CLIENTS", CLIENTS)?;
    let seconds = from_env("RADARR_SECONDS", SECONDS)?;
    let seed = seed()?;
    println!("RADARR_SEED={seed} RADARR_DAEMONS={count} RADARR_CLIENTS={clients} RADARR_SECONDS={seconds}");
    let mut moments = Moments::new(seed);
    let (cluster, database) = database(&ClusterSettings::default())?;
    let mut settings = on(cluster.url(&database));
    settings.daemon_env.push(("RADARR__STORAGE__CONNECTIONS_MAX".to_owned(), "5".to_owned()));
    let mut scene = Scene::start_set_up(settings).await?;
    let mut others = Vec::new();
    for number in 1..count {
        others.push(scene.another_daemon(&format!("daemon{number}")).await?);
    }
    let doors: Arc<Vec<Endpoint>> =
        Arc::new(std::iter::once(&scene.daemon).chain(&others).map(Daemon::endpoint).collect());
    let begin = scene.daemon.client().await?.status().await?.cursor;
    let stop = Arc::new(AtomicBool::new(false));
    let good = |tmdb: &u32| scene.stand_ins.world.good_releases(*tmdb).count() >= 3;
    let films = scene.stand_ins.world.movies.iter().map(|movie| movie.tmdb);
    let films: Arc<Vec<u32>> = Arc::new(films.filter(good).take(MOVIES).collect());

    let mut followers = JoinSet::new();
    for number in 0..clients {
        followers.spawn(follow(Arc::clone(&doors), number, begin, Arc::clone(&stop)));
    }
    let mut workers = JoinSet::new();
    for number in 0..clients.min(16) {
        workers.spawn(work(Arc::clone(&doors), number, Arc::clone(&films), Arc::clone(&stop)));
    }
    let until = Instant::now() + Duration::from_secs(seconds);
    let mut kills = 0;
    while Instant::now() < until {
        // Nobody ends by itself before it is told to.
        let life = KILL_EVERY.min(until.saturating_duration_since(Instant::now()));
        drop(tokio::time::timeout(life, std::future::pending::<()>()).await);
        let victim = usize::try_from(moments.next(count))?;
        let daemon = others.get_mut(victim).unwrap_or(&mut scene.daemon);
        daemon.kill_9()?;
        daemon.start_again().await?;
        kills += 1;
    }
    stop.store(true, Ordering::Release);
    let mut edits = 0;
    while let Some(worked) = workers.join_next().await {
        edits += worked?;
    }

    // Everything comes to its end, once.
    let client = scene.daemon.client().await?;
    for tmdb in films.iter() {
        drop(add(&client, *tmdb, true).await);
    }
    all_come_in(&scene, &client).await.with_context(|| format!("seed {seed}"))?;
    nothing_twice(&scene, &client).await.with_context(|| format!("seed {seed}"))?;

    // Every follower has seen every event up to now, each once.
    let end = client.status().await?.cursor;
    let mut first: Option<Vec<u64>> = None;
    while let Some(followed) = followers.join_next().await {
        let (number, mut seen, at) = followed??;
        let client = connect(&doors, number).await?;
        seen.extend(rest(&client, at, end).await?);
        let want: Vec<u64> = (begin.0 + 1..=end.0).collect();
        if seen != want {
            let missing: Vec<_> =
                want.iter().filter(|cursor| seen.binary_search(cursor).is_err()).take(10).collect();
            bail!("client {number} saw {} of {} events, not {missing:?}", seen.len(), want.len());
        }
        first.get_or_insert(seen);
    }
    let seen = first.context("nobody followed")?.len();

    // Every daemon shows the same list.
    let mut lists = Vec::new();
    for daemon in std::iter::once(&scene.daemon).chain(&others) {
        let client = daemon.client().await?;
        let list = eventually("the list of a daemon", WITHIN, || async {
            ensure!(client.status().await?.cursor >= end, "it is behind");
            Ok(client.list_movies(ListMovies::default()).await?.rows)
        });
        lists.push(list.await?);
    }
    assert!(lists.iter().all(|list| Some(list) == lists.first()), "{lists:#?}");
    println!(
        "{count} daemons, {clients} clients, {kills} kills, {edits} edits: {seen} events, each seen once by each"
    );
    Ok(())
}

async fn connect(doors: &[Endpoint], number: u64) -> anyhow::Result<Client> {
    let door = doors.get(usize::try_from(number)? % doors.len().max(1)).context("no daemon")?;
    let options = ConnectOptions { software: "radarr-tests".to_owned(), ..ConnectOptions::default() };
    Ok(Client::connect(door, options).await?)
}

/// Follows the log, at the next daemon when one does not answer. The cursors it saw, and where it stands.
async fn follow(
    doors: Arc<Vec<Endpoint>>,
    number: u64,
    begin: Cursor,
    stop: Arc<AtomicBool>,
) -> anyhow::Result<(u64, Vec<u64>, Cursor)> {
    let (mut seen, mut at, mut door) = (Vec::new(), begin, number);
    while !stop.load(Ordering::Acquire) {
        let Ok(client) = connect(&doors, door).await else {
            door += 1;
            continue;
        };
        while !stop.load(Ordering::Acquire) {
            match client.next_events(NextEvents { after: Some(at), wait_ms: 500, limit: Some(50) }).await {
                Ok(batch) => {
                    ensure!(!batch.gap, "client {number} was told of a gap behind {at}");
                    seen.extend(batch.events.iter().map(|event| event.cursor.0));
                    at = batch.cursor;
                }
                Err(_) => break,
            }
        }
        door += 1;
    }
    Ok((number, seen, at))
}

async fn rest(client: &Client, mut at: Cursor, end: Cursor) -> anyhow::Result<Vec<u64>> {
    let mut seen = Vec::new();
    while at < end {
        let batch = client.next_events(NextEvents { after: Some(at), wait_ms: 2_000, limit: None }).await?;
        ensure!(!batch.gap, "a gap behind {at}");
        seen.extend(batch.events.iter().map(|event| event.cursor.0).filter(|cursor| *cursor <= end.0));
        at = batch.cursor;
    }
    Ok(seen)
}

/// Adds movies, edits them, asks for searches, each time at another daemon. How many edits were acknowledged.
async fn work(doors: Arc<Vec<Endpoint>>, number: u64, films: Arc<Vec<u32>>, stop: Arc<AtomicBool>) -> u64 {
    let (mut edits, mut turn) = (0, number);
    while !stop.load(Ordering::Acquire) {
        turn += 1;
        let Ok(client) = connect(&doors, turn).await else { continue };
        let film = usize::try_from(turn).ok().and_then(|turn| films.get(turn % films.len().max(1)));
        if let Some(tmdb) = film {
            // Mostly it is there already.
            drop(add(&client, *tmdb, true).await);
        }
        let Ok(page) = client.list_movies(ListMovies::default()).await else { continue };
        for row in page.rows {
            // It is monitored in the end, so that it is looked for.
            for monitored in [false, true] {
                let edit = EditMovie { id: row.id, monitored: Some(monitored), ..EditMovie::default() };
                edits += u64::from(client.edit_movie(edit).await.is_ok());
            }
            if row.quality.is_none() {
                drop(client.search_movie(row.id, radarr_proto::model::Slot(0)).await);
            }
        }
    }
    edits
}
