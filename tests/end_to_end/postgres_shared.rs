//! What several daemons on one database have in common: a tracker's budget, the key of the secrets; and a new
//! version that comes in beside an old one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use radarr_daemon::files::atomic_file::write_private;
use radarr_proto::client::Client;
use radarr_proto::model::{Cursor, DocVersion, MovieId};
use radarr_proto::request::NextEvents;
use radarr_tests::harness::postgres::ClusterSettings;
use radarr_tests::harness::{Daemon, Scene, eventually};
use tokio::task::JoinSet;

use crate::movie::{WITHIN, add, imported, search};
use crate::postgres::{database, monitored, on};

const NOSFERATU: u32 = 653;
/// Requests that the tracker of the test allows in an hour.
const PER_HOUR: u32 = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_daemons_share_the_budget_of_a_tracker() -> anyhow::Result<()> {
    let (cluster, database) = database(&ClusterSettings::default())?;
    let scene = Scene::start_set_up(on(cluster.url(&database))).await?;
    let second = scene.another_daemon("second").await?;
    let (here, there) = (scene.daemon.client().await?, second.client().await?);
    let films: Vec<u32> = scene.stand_ins.world.movies.iter().map(|movie| movie.tmdb).take(6).collect();
    let mut movies = Vec::new();
    for film in films {
        movies.push(add(&here, film, false).await?.id);
    }
    let limit = PER_HOUR.to_string();
    scene.daemon.cli()?.ok(&["indexer", "edit", "hdbits", "--requests-per-hour", &limit]).await?;
    let asked = |client: Client| {
        let movies = movies.clone();
        async move {
            let mut refused = Vec::new();
            for movie in movies {
                if let Err(error) = search(&client, movie).await {
                    refused.push(error.to_string());
                }
            }
            refused
        }
    };
    let (one, other) = tokio::join!(asked(here.clone()), asked(there.clone()));
    let states = there.indexers().await?;
    let budget = states.first().context("no indexer")?.budget.clone();
    let counted = scene.stand_ins.hdbits.gate.requests.count("/api/torrents");
    println!(
        "{} and {} of twelve searches were refused; the tracker counted {counted}",
        one.len(),
        other.len()
    );
    ensure!(counted == u64::from(PER_HOUR), "the tracker counted {counted}, {budget:?}");
    ensure!((budget.used, budget.allowed) == (PER_HOUR, PER_HOUR), "{budget:?}");
    ensure!(here.indexers().await?.first().map(|state| state.budget.used) == Some(PER_HOUR));
    Ok(())
}

/// Puts these keys into a daemon's key file, as a person does.
fn put_keys(daemon: &Daemon, keys: &[String]) -> anyhow::Result<()> {
    Ok(write_private(&daemon.storage().join("secret.key"), keys.join("\n").as_bytes())?)
}

/// Both read the indexer's secret, and what each of them stores the other one reads.
async fn secrets_are_read(scene: &Scene, daemons: [&Daemon; 2], tag: &str) -> anyhow::Result<()> {
    for (number, daemon) in daemons.into_iter().enumerate() {
        let cli = daemon.cli()?;
        let passkey = scene.folder.join("passkey").display().to_string();
        cli.ok(&["indexer", "edit", "hdbits", "--passkey-file", &passkey]).await?;
        for reader in daemons {
            let said = reader.cli()?.run(&["indexer", "test", "hdbits"]).await?;
            ensure!(said.code == 0, "{tag}, stored at {number}: {} {}", said.out, said.err);
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_key_of_the_secrets_changes_only_when_all_daemons_have_it() -> anyhow::Result<()> {
    let (cluster, database) = database(&ClusterSettings::default())?;
    let scene = Scene::start_set_up(on(cluster.url(&database))).await?;
    let mut second = scene.another_daemon("second").await?;
    let old = std::fs::read_to_string(scene.daemon.storage().join("secret.key"))?.trim().to_owned();
    secrets_are_read(&scene, [&scene.daemon, &second], "before").await?;

    // Each has a key file of its own: a key that one makes is none of the other's.
    let refused = scene.daemon.client().await?.rotate_secrets().await.unwrap_err().to_string();
    ensure!(refused.contains("have not the new key"), "{refused}");
    secrets_are_read(&scene, [&scene.daemon, &second], "after the refusal").await?;

    let new = STANDARD.encode([7; 32]);
    for keys in [[old.clone(), new.clone()], [new.clone(), old.clone()]] {
        for daemon in [&scene.daemon, &second] {
            put_keys(daemon, &keys)?;
        }
    }
    let rotated = eventually("the change of the key", WITHIN, || async {
        Ok(scene.daemon.client().await?.rotate_secrets().await?)
    })
    .await?;
    ensure!(rotated.secrets >= 3 && rotated.unreadable == 0, "{rotated:?}");
    secrets_are_read(&scene, [&scene.daemon, &second], "after the change").await?;

    // With the old key gone all goes on, also after a start.
    for daemon in [&scene.daemon, &second] {
        put_keys(daemon, std::slice::from_ref(&new))?;
    }
    second.terminate().await?;
    second.start_again().await?;
    secrets_are_read(&scene, [&scene.daemon, &second], "with the new key alone").await?;
    second.terminate().await?;
    put_keys(&second, &[old])?;
    let error = format!("{:#}", second.start_again().await.unwrap_err());
    ensure!(error.contains("secret.key"), "{error}");
    Ok(())
}

/// Follows the log and edits a movie, at the next daemon when one does not answer.
async fn live(
    doors: Arc<Vec<radarr_proto::endpoint::Endpoint>>,
    movie: MovieId,
    begin: Cursor,
    stop: Arc<AtomicBool>,
) -> anyhow::Result<(Vec<u64>, DocVersion, u32)> {
    let (mut seen, mut at, mut turn, mut version, mut edits) = (Vec::new(), begin, 0, DocVersion(0), 0);
    while !stop.load(Ordering::Acquire) {
        turn += 1;
        let Ok(client) = crate::postgres_many::connect(&doors, turn).await else { continue };
        while !stop.load(Ordering::Acquire) {
            let Ok(batch) =
                client.next_events(NextEvents { after: Some(at), wait_ms: 200, limit: Some(50) }).await
            else {
                break;
            };
            ensure!(!batch.gap, "a gap behind {at}");
            seen.extend(batch.events.iter().map(|event| event.cursor.0));
            at = batch.cursor;
            if let Ok(edited) = client.edit_movie(monitored(movie, edits % 2 == 0)).await {
                (version, edits) = (edited.doc_version, edits + 1);
            }
        }
    }
    Ok((seen, version, edits))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn daemons_that_are_replaced_one_after_the_other_lose_nothing() -> anyhow::Result<()> {
    let (cluster, database) = database(&ClusterSettings::default())?;
    let mut settings = on(cluster.url(&database));
    settings.stand_ins.size.generated = 4;
    let mut scene = Scene::start_set_up(settings).await?;
    let mut second = scene.another_daemon("second").await?;
    let here = scene.daemon.client().await?;
    let generated: Vec<u32> =
        scene.stand_ins.world.movies.iter().rev().take(4).map(|movie| movie.tmdb).collect();
    let mut movies = Vec::new();
    for tmdb in generated {
        movies.push(add(&here, tmdb, false).await?.id);
    }
    let wanted = add(&here, NOSFERATU, true).await?;
    let begin = here.status().await?.cursor;
    let doors = Arc::new(vec![scene.daemon.endpoint(), second.endpoint()]);
    let stop = Arc::new(AtomicBool::new(false));
    let mut clients = JoinSet::new();
    for movie in movies.clone() {
        clients.spawn({
            let (doors, stop) = (Arc::clone(&doors), Arc::clone(&stop));
            async move { (movie, live(doors, movie, begin, stop).await) }
        });
    }
    let mut slowest = std::time::Duration::ZERO;
    for round in 0..4 {
        let daemon = if round % 2 == 0 { &mut scene.daemon } else { &mut second };
        let (status, took) = daemon.terminate().await?;
        ensure!(status.success(), "{status}");
        slowest = slowest.max(took);
        daemon.start_again().await?;
    }
    let there = second.client().await?;
    imported(&there, wanted.id).await?;
    stop.store(true, Ordering::Release);
    let mut all = 0;
    while let Some(ended) = clients.join_next().await {
        let (movie, lived) = ended?;
        let (seen, version, edits) = lived?;
        ensure!(
            seen.iter().copied().eq(begin.0 + 1..begin.0 + 1 + seen.len() as u64),
            "skipped or seen twice"
        );
        ensure!(
            edits > 0 && there.get_movie(movie).await?.movie.doc_version == version,
            "an edit of {movie} is lost"
        );
        all += edits;
    }
    println!("4 ends and starts, each end within {slowest:?}: {all} edits of 4 clients, none lost");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schema_that_is_too_new_is_refused_and_one_that_fits_is_worked_with() -> anyhow::Result<()> {
    let (cluster, database) = database(&ClusterSettings::default())?;
    let mut scene = Scene::start_set_up(on(cluster.url(&database))).await?;
    let newest: i32 = cluster.sql(&database, "SELECT max(number) FROM radarr.migration")?.parse()?;
    let step = |number: i32, works_with: i32| {
        let sql = format!(
            "INSERT INTO radarr.migration (number, name, checksum, works_with) VALUES ({number}, 'x', 'x', {works_with})"
        );
        cluster.sql(&database, &sql)
    };
    // A newer daemon comes in beside this one, and this one goes on and starts again.
    step(newest + 1, newest)?;
    let movie = add(&scene.daemon.client().await?, NOSFERATU, false).await?;
    scene.daemon.terminate().await?;
    scene.daemon.start_again().await?;
    ensure!(scene.daemon.client().await?.get_movie(movie.id).await?.movie.monitored);
    // The release after that takes away what this one needs.
    step(newest + 2, newest + 1)?;
    scene.daemon.terminate().await?;
    let error = format!("{:#}", scene.daemon.start_again().await.unwrap_err());
    let said = format!("the storage has schema {}, this radarr knows up to {newest}", newest + 2);
    if !error.contains(&said) {
        bail!("{error}");
    }
    Ok(())
}
