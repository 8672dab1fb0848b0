//! Many daemons on one PostgreSQL with many clients, a daemon killed every five seconds: each client follows the log,
//! edits a movie of its own, adds movies and has them searched, grabbed and imported, at whichever daemon answers.
//!
//! `RADARR_DAEMONS=10 RADARR_CLIENTS=200 RADARR_SECONDS=120 RADARR_FILMS=12` does it as the figures say; without them
//! it is short. The moments come from a seed that is printed; `RADARR_SEED` repeats one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use radarr_proto::client::{Client, ConnectOptions};
use radarr_proto::endpoint::Endpoint;
use radarr_proto::model::{Cursor, DocVersion, EventKind, MinimumAvailability, MovieId, Slot};
use radarr_proto::request::{EditMovie, ListMovies, NextEvents};
use radarr_tests::harness::postgres::ClusterSettings;
use radarr_tests::harness::{Daemon, Scene, eventually};
use tokio::task::JoinSet;

use crate::crash::{Moments, from_env, nothing_twice_of, seed};
use crate::movie::{add, imported, story};
use crate::postgres::{database, monitored, on};

const DAEMONS: u64 = 3;
const CLIENTS: u64 = 12;
const SECONDS: u64 = 15;
const FILMS: u64 = 4;
const KILL_EVERY: Duration = Duration::from_secs(5);
/// Changes of all clients together in a second, so that two cores are left something for the daemons.
const CHANGES_PER_SECOND: u32 = 20;
/// Ten daemons on two cores catch up.
const WITHIN: Duration = Duration::from_mins(5);

/// What a client knows in the end.
struct Lived {
    number: u64,
    own: MovieId,
    version: DocVersion,
    edits: u32,
    searches: u32,
    seen: Vec<u64>,
    at: Cursor,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_daemons_grab_nothing_twice_and_tell_everybody_everything_once() -> anyhow::Result<()> {
    let count = from_env("RADARR_DAEMONS", DAEMONS)?;
    let clients = from_env("RADARR_CLIENTS", CLIENTS)?;
    let seconds = from_env("RADARR_SECONDS", SECONDS)?;
    let films = usize::try_from(from_env("RADARR_FILMS", FILMS)?)?;
    let seed = seed()?;
    println!("RADARR_SEED={seed} RADARR_DAEMONS={count} RADARR_CLIENTS={clients} RADARR_SECONDS={seconds}");
    let mut moments = Moments::new(seed);
    let (cluster, database) = database(&ClusterSettings::default())?;
    let mut settings = on(cluster.url(&database));
    settings.daemon_env.push(("RADARR__STORAGE__CONNECTIONS_MAX".to_owned(), "5".to_owned()));
    settings.stand_ins.size.generated = u32::try_from(clients)?;
    let mut scene = Scene::start_set_up(settings).await?;
    let here = scene.daemon.client().await?;
    let world = &scene.stand_ins.world;
    // One of its own for each client, which nobody looks for; and those that all of them want.
    let mut own = Vec::new();
    for movie in world.movies.iter().rev().take(usize::try_from(clients)?) {
        let movie = add(&here, movie.tmdb, false).await?;
        own.push(here.edit_movie(monitored(movie.id, false)).await?);
    }
    let good = |tmdb: &u32| world.good_releases(*tmdb).count() >= 3;
    let wanted = world.movies.iter().map(|movie| movie.tmdb).filter(good).take(films);
    let wanted: Arc<Vec<u32>> = Arc::new(wanted.collect());
    let mut others = Vec::new();
    for number in 1..count {
        others.push(scene.another_daemon(&format!("daemon{number}")).await?);
    }
    let doors: Arc<Vec<Endpoint>> =
        Arc::new(std::iter::once(&scene.daemon).chain(&others).map(Daemon::endpoint).collect());
    let begin = here.status().await?.cursor;
    let stop = Arc::new(AtomicBool::new(false));
    let pace = Duration::from_secs(clients) / CHANGES_PER_SECOND;
    let mut living = JoinSet::new();
    for (number, own) in (0..).zip(own) {
        let lived = Lived {
            number,
            own: own.id,
            version: own.doc_version,
            edits: 0,
            searches: 0,
            seen: Vec::new(),
            at: begin,
        };
        living.spawn(live(lived, Arc::clone(&doors), Arc::clone(&wanted), pace, Arc::clone(&stop)));
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
    // Everything comes to its end, once; the clients are there until then.
    let client = scene.daemon.client().await?;
    let movies = all_imported(&client, &wanted).await.with_context(|| format!("seed {seed}"))?;
    stop.store(true, Ordering::Release);
    nothing_twice_of(&scene, &client, &movies).await.with_context(|| format!("seed {seed}"))?;

    // Every client has seen every event up to now, each once, and no change that it was told of is lost.
    let end = client.status().await?.cursor;
    let (mut edits, mut searches, mut idle) = (0, 0, 0);
    while let Some(lived) = living.join_next().await {
        let mut lived = lived??;
        let client = connect(&doors, lived.number).await?;
        lived.seen.extend(rest(&client, lived.at, end).await?);
        let want: Vec<u64> = (begin.0 + 1..=end.0).collect();
        let seen: Vec<u64> = lived.seen.iter().copied().filter(|cursor| *cursor <= end.0).collect();
        if seen != want {
            let missing: Vec<_> =
                want.iter().filter(|cursor| seen.binary_search(cursor).is_err()).take(10).collect();
            bail!("client {} saw {} of {} events, not {missing:?}", lived.number, seen.len(), want.len());
        }
        let movie = client.get_movie(lived.own).await?.movie;
        ensure!(movie.doc_version >= lived.version, "client {} lost an edit, seed {seed}", lived.number);
        (edits, searches) = (edits + lived.edits, searches + lived.searches);
        idle += u32::from(lived.edits == 0);
    }
    ensure!(idle == 0, "{idle} clients changed nothing");

    // Every daemon shows the same list.
    let mut lists = Vec::new();
    for daemon in std::iter::once(&scene.daemon).chain(&others) {
        let client = daemon.client().await?;
        let list = eventually("the list of a daemon", WITHIN, || async {
            ensure!(client.status().await?.cursor >= end, "it is behind");
            Ok(client.list_movies(ListMovies { limit: Some(1_000), ..ListMovies::default() }).await?.rows)
        });
        lists.push(list.await?);
    }
    assert!(lists.iter().all(|list| Some(list) == lists.first()), "{lists:#?}");
    println!(
        "{count} daemons, {clients} clients that all make changes, {kills} kills: {edits} edits, {searches} searches \
         asked for, {} movies grabbed and imported once each, {} events, each seen once by each client",
        movies.len(),
        end.0 - begin.0
    );
    Ok(())
}

/// The movies that all want, once each has its file.
async fn all_imported(client: &Client, wanted: &[u32]) -> anyhow::Result<Vec<MovieId>> {
    let mut movies = Vec::new();
    for tmdb in wanted {
        drop(add(client, *tmdb, true).await);
    }
    let page = client.list_movies(ListMovies { limit: Some(1_000), ..ListMovies::default() }).await?;
    for row in page.rows.iter().filter(|row| row.monitored) {
        eventually("an import", WITHIN, || async {
            if story(client, row.id)
                .await?
                .iter()
                .any(|event| matches!(event.kind, EventKind::Imported { .. }))
            {
                return Ok(());
            }
            let details = client.get_movie(row.id).await?;
            if details.grabs.is_empty() {
                client.search_movie(row.id, Slot(0)).await?;
            }
            bail!("{} waits: {:?}", row.title, details.grabs)
        })
        .await?;
        imported(client, row.id).await?;
        movies.push(row.id);
    }
    ensure!(movies.len() == wanted.len(), "{} of {} movies", movies.len(), wanted.len());
    Ok(movies)
}

pub(crate) async fn connect(doors: &[Endpoint], number: u64) -> anyhow::Result<Client> {
    let door = doors.get(usize::try_from(number)? % doors.len().max(1)).context("no daemon")?;
    let options = ConnectOptions { software: "radarr-tests".to_owned(), ..ConnectOptions::default() };
    Ok(Client::connect(door, options).await?)
}

/// Follows the log and makes changes, at the next daemon when one does not answer.
async fn live(
    mut lived: Lived,
    doors: Arc<Vec<Endpoint>>,
    wanted: Arc<Vec<u32>>,
    pace: Duration,
    stop: Arc<AtomicBool>,
) -> anyhow::Result<Lived> {
    let mut door = lived.number;
    let mut next_change = Instant::now();
    while !stop.load(Ordering::Acquire) {
        let Ok(client) = connect(&doors, door).await else {
            door += 1;
            continue;
        };
        while !stop.load(Ordering::Acquire) {
            let next = NextEvents { after: Some(lived.at), wait_ms: 500, limit: Some(500) };
            let Ok(batch) = client.next_events(next).await else { break };
            ensure!(!batch.gap, "client {} was told of a gap behind {}", lived.number, lived.at);
            lived.seen.extend(batch.events.iter().map(|event| event.cursor.0));
            lived.at = batch.cursor;
            if Instant::now() >= next_change {
                next_change = Instant::now() + pace;
                change(&client, &mut lived, &wanted).await;
            }
        }
        door += 1;
    }
    Ok(lived)
}

/// An edit each time, and by turns one of the movies that all want: added, then searched as long as it has no file.
async fn change(client: &Client, lived: &mut Lived, wanted: &[u32]) {
    let minimum_availability = match lived.edits % 2 {
        0 => MinimumAvailability::Released,
        _ => MinimumAvailability::Announced,
    };
    let edit =
        EditMovie { id: lived.own, minimum_availability: Some(minimum_availability), ..EditMovie::default() };
    if let Ok(edited) = client.edit_movie(edit).await {
        lived.version = edited.doc_version;
        lived.edits += 1;
    }
    let turn = usize::try_from(lived.number).unwrap_or(0) + usize::try_from(lived.edits).unwrap_or(0);
    let Some(tmdb) = wanted.get(turn % wanted.len().max(1)) else { return };
    if add(client, *tmdb, true).await.is_ok() {
        return;
    }
    // It is there already.
    let query = ListMovies { limit: Some(1_000), ..ListMovies::default() };
    let Ok(page) = client.list_movies(query).await else { return };
    let row = page.rows.iter().find(|row| row.tmdb_id.0 == *tmdb && row.quality.is_none());
    if let Some(row) = row
        && client.search_movie(row.id, Slot(0)).await.is_ok()
    {
        lived.searches += 1;
    }
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
