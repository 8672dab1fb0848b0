//! The key of the secrets is changed, and whoever changes it is killed (SIGKILL) at random moments: the command, or the
//! daemon that it asks. Every secret can be read afterwards.
//!
//! `RADARR_ROTATION_KILLS=200` does it as often as that; without it a few times. Seeds are printed; `RADARR_SEED`
//! repeats one.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use radarr_daemon::config::{self, Config, Sources};
use radarr_daemon::{clock, reach};
use radarr_proto::model::{SecretInput, SecretSource, SecretText};
use radarr_tests::harness::{Daemon, DaemonSettings};

use crate::crash::{Moments, from_env, seed};

/// Kills without `RADARR_ROTATION_KILLS`.
const KILLS: u64 = 12;
const SECRETS: usize = 40;

fn name(number: usize) -> String {
    format!("indexer-{number}")
}

async fn all_can_be_read(config: &Config) -> anyhow::Result<()> {
    let (store, keeper) = reach::open(config).await?;
    for number in 0..SECRETS {
        let secret = keeper.read(&store, &name(number), &SecretSource::Stored).await?;
        ensure!(secret.expose() == format!("passkey {number}"), "{} is another one", name(number));
    }
    store.close().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rotation_that_is_killed_leaves_every_secret_readable() -> anyhow::Result<()> {
    let (kills, seed) = (from_env("RADARR_ROTATION_KILLS", KILLS)?, seed()?);
    println!("RADARR_SEED={seed} RADARR_ROTATION_KILLS={kills}");
    let mut moments = Moments::new(seed);
    let folder = tempfile::tempdir()?;
    let mut daemon = Daemon::start(folder.path(), DaemonSettings::default()).await?;
    daemon.terminate().await?;
    let config = config::load(&Sources { file: Some(daemon.config()), ..Sources::default() })?;
    let (store, keeper) = reach::open(&config).await?;
    for number in 0..SECRETS {
        let input = SecretInput::Value { value: SecretText::new(format!("passkey {number}")) };
        let (_, commit) = keeper.take(&name(number), &input, &SecretSource::None, clock::now())?;
        store.commit(commit).await?;
    }
    store.close().await;
    let began = Instant::now();
    let said = daemon.run(&["secrets", "rotate"]).await?;
    ensure!(said.code == 0, "{said:?}");
    let takes = u64::try_from(began.elapsed().as_micros())?;
    all_can_be_read(&config).await?;

    let mut cut_off = 0;
    for kill in 0..kills {
        let of_kill = || format!("kill {kill} of seed {seed}");
        let life = Duration::from_micros(moments.next(takes * 11 / 10));
        let asks_a_daemon = kill % 3 == 0;
        if asks_a_daemon {
            daemon.start_again().await.with_context(of_kill)?;
        }
        let mut command = tokio::process::Command::from(daemon.program(&["secrets", "rotate"]));
        let nowhere = std::process::Stdio::null;
        let mut rotating = command.stdout(nowhere()).stderr(nowhere()).kill_on_drop(true).spawn()?;
        cut_off += u64::from(tokio::time::timeout(life, rotating.wait()).await.is_err());
        if asks_a_daemon {
            daemon.kill_9()?;
            rotating.wait().await?;
        } else {
            rotating.kill().await?;
        }
        all_can_be_read(&config).await.with_context(of_kill)?;
    }
    // What was left half done is no obstacle.
    let said = daemon.run(&["secrets", "rotate"]).await?;
    ensure!(said.code == 0, "{said:?}");
    all_can_be_read(&config).await?;
    println!("{kills} rotations, {cut_off} cut off in the middle; all {SECRETS} secrets can be read");
    Ok(())
}
