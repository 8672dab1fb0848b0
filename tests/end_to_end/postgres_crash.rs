//! PostgreSQL under kills: one daemon with many writers. In the end `verify-database` finds nothing.
//!
//! `RADARR_KILLS=300` does it as often as the figures say; without it a few times. The moments come from a seed that is
//! printed; `RADARR_SEED` repeats one. Many daemons with many clients: `postgres_many.rs`.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, ensure};
use radarr_proto::client::Client;
use radarr_proto::model::{DocVersion, MinimumAvailability, Movie, MovieId};
use radarr_proto::request::EditMovie;
use radarr_tests::harness::Scene;
use radarr_tests::harness::postgres::ClusterSettings;
use tokio::task::JoinSet;

use crate::crash::{Moments, from_env, seed};
use crate::movie::add;
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
    // What stands beside the log and the documents agrees with them.
    scene.daemon.terminate().await?;
    let said = scene.daemon.command(&["verify-database"]).await?;
    println!("{}", said.trim());
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
