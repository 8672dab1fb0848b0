//! The daemon is killed (SIGKILL) at random moments while sixteen clients write, and while it starts. Every change that
//! was acknowledged is there afterwards, none is torn, and `verify-database` finds nothing.
//!
//! `RADARR_KILL_ROUNDS=1000` does it as often as that; without it a few times. The moments come from a seed that is
//! printed; `RADARR_SEED` repeats one.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use radarr_tests::harness::{Daemon, DaemonSettings};

use crate::crash::{Moments, from_env, seed};
use crate::writers::{Writer, all_write, check_all};

/// Rounds without `RADARR_KILL_ROUNDS`.
const ROUNDS: u64 = 12;
const WRITERS: usize = 16;
/// The longest that the writers are left alone.
const LIFE_MS_MAX: u64 = 600;
/// The longest that a start is left alone, where it is the start that is killed.
const START_MS_MAX: u64 = 250;
/// Rounds from one look at the whole storage to the next.
const VERIFIED_EVERY: u64 = 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_writers_lose_nothing_by_kills() -> anyhow::Result<()> {
    let (rounds, seed) = (from_env("RADARR_KILL_ROUNDS", ROUNDS)?, seed()?);
    println!("RADARR_SEED={seed} RADARR_KILL_ROUNDS={rounds}");
    let mut moments = Moments::new(seed);
    let folder = tempfile::tempdir()?;
    let mut daemon = Daemon::start(folder.path(), DaemonSettings::default()).await?;
    let mut writers = Writer::several(WRITERS);
    let (began, mut starts_killed, mut verified) = (Instant::now(), 0_u64, 0_u64);

    for round in 1..=rounds {
        let life = Duration::from_millis(moments.next(LIFE_MS_MAX));
        // What is in the middle of its call is given up with the daemon; it may or may not have been kept.
        all_write(&daemon, &mut writers, async {
            wait(life).await;
            Ok(())
        })
        .await?;
        daemon.kill_9()?;
        if moments.next(4) == 0 {
            daemon.spawn()?;
            wait(Duration::from_millis(moments.next(START_MS_MAX))).await;
            daemon.kill_9()?;
            starts_killed += 1;
        }
        let of_round = || format!("after kill {round} of seed {seed}");
        if round % VERIFIED_EVERY == 0 || round == rounds {
            let said = daemon.run(&["verify-database"]).await?;
            ensure!(said.code == 0, "{}: {said:?}", of_round());
            verified += 1;
        }
        daemon.start_again().await.with_context(of_round)?;
        check_all(&daemon, &mut writers).await.with_context(of_round)?;
    }

    let acknowledged: u64 = writers.iter().map(|writer| writer.acknowledged).sum();
    println!(
        "{rounds} kills among {WRITERS} writers and {starts_killed} during a start in {} s: {acknowledged} changes \
         acknowledged, none lost, none torn; verify-database found nothing in {verified} looks",
        began.elapsed().as_secs()
    );
    Ok(())
}

/// Lets time pass, in which others are at work.
async fn wait(time: Duration) {
    tokio::time::sleep(time).await;
}
