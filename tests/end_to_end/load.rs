//! Many clients at once, and more than there are places for. How many and how fast is `radarr-load`'s to measure; here
//! it is shown that nothing fails, nothing grows without end, and the daemon is as before when it is over.

use std::time::Duration;

use radarr_daemon::descriptors;
use radarr_tests::load::{Bench, Settings, Storm, overload, run};

use crate::postgres::database;

/// Of an unoptimised build, which takes more than what is released.
const MEMORY_MAX: u64 = 250_000_000;

async fn many_clients(url: &str) -> anyhow::Result<()> {
    descriptors::ask_for_more();
    let settings = Settings {
        movies: 1000,
        clients: vec![150],
        calls_per_second: 60,
        requests_per_second: 60,
        run_for: Duration::from_secs(6),
        database: url.to_owned(),
    };
    let mut bench = Bench::start(settings.movies, 150, &settings.database).await?;
    let figures = run(&mut bench, &settings, 150).await?;
    assert_eq!(figures.calls.failed(), 0, "{:?}", figures.calls.errors);
    assert_eq!(figures.requests.failed(), 0, "{:?}", figures.requests.errors);
    assert!(figures.calls.count() > 50 && figures.requests.count() > 50, "{figures:?}");
    assert!(figures.memory_max < MEMORY_MAX, "{} bytes", figures.memory_max);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_clients_at_once_get_their_answers_from_the_embedded_storage() -> anyhow::Result<()> {
    many_clients("").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_clients_at_once_get_their_answers_from_postgres() -> anyhow::Result<()> {
    let (cluster, name) = database(&radarr_tests::harness::postgres::ClusterSettings::default())?;
    many_clients(&cluster.url(&name)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_of_connections_is_told_busy_and_all_is_well_when_it_is_over() -> anyhow::Result<()> {
    descriptors::ask_for_more();
    // Places for 100 clients; twenty of them read nothing of the library that they ask for.
    let mut bench = Bench::start(2000, 50, "").await?;
    let storm = Storm { connections: 900, slow_readers: 20 };
    let bore = overload(&mut bench, &storm).await?;
    assert!(bore.connected >= 600, "{bore:?}");
    assert!(bore.told_busy > 0, "nobody was told that there is no place: {bore:?}");
    assert!(bore.admin_worked, "the storm kept the admin out: {bore:?}");
    assert!(bore.probes_answered, "a cluster would have ended the daemon: {bore:?}");
    assert!(bore.memory.1 < MEMORY_MAX, "{bore:?}");
    bench.daemon.process()?.still_runs()?;
    let panics = bench.daemon.metrics_page().await?;
    assert!(panics.contains("radarr_panics_total 0"), "{panics}");
    Ok(())
}
