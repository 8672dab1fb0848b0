//! The power is cut while clients write: from what the daemon wrote and synced, the disks are made that the syncs
//! permit (`harness/disk/power_cut.rs`), and each is opened. What was acknowledged before is there, whole; `verify`
//! finds nothing; the storage takes changes.
//!
//! `RADARR_POWER_CUTS=20000` opens that many disks at random moments, besides those at each sync; without it a few
//! dozen of both. Seeds are printed; `RADARR_SEED` repeats one.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use radarr_daemon::config::Config;
use radarr_daemon::storage::{Commit, Expect};
use radarr_daemon::{clock, reach, verify};
use radarr_proto::model::{ReleaseProfile, Tag, TagId};
use radarr_proto::request::VerifyStorage;
use radarr_tests::harness::disk::power_cut::{Chance, Disk, Unsynced};
use radarr_tests::harness::disk::{Record, Shim, Step};
use radarr_tests::harness::{Daemon, DaemonSettings};

use crate::crash::{from_env, seed};
use crate::writers::Writer;

/// Disks at random moments, and at most so many at syncs, without `RADARR_POWER_CUTS`.
const CUTS: u64 = 60;
const WRITERS: usize = 8;
/// Changes that are acknowledged while it is recorded, at least.
const CHANGES: u64 = 300;

/// What all writers had been told when the record was that long.
struct Told {
    position: u64,
    writer: usize,
    acknowledged: u64,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_power_cut_loses_nothing_that_was_acknowledged() -> anyhow::Result<()> {
    let (cuts, seed) = (from_env("RADARR_POWER_CUTS", CUTS)?, seed()?);
    println!("RADARR_SEED={seed} RADARR_POWER_CUTS={cuts}");
    let work = tempfile::tempdir()?;
    let home = work.path().join("daemon");
    let shim = Shim::build(work.path(), &home.join("library"))?;
    let mut daemon =
        Daemon::start(&home, DaemonSettings { env: shim.env(), ..DaemonSettings::default() }).await?;
    let (mut writers, mut told) = (Writer::several(WRITERS), Vec::new());
    let changes = CHANGES.max(cuts / 20);
    write(&daemon, &shim, &mut writers, &mut told, changes / 2).await?;
    // A start is recorded as well: it writes a snapshot of sled's, and cleans up.
    daemon.kill_9()?;
    daemon.start_again().await?;
    write(&daemon, &shim, &mut writers, &mut told, changes).await?;
    daemon.terminate().await?;
    let record = shim.record()?;

    let began = Instant::now();
    let moments = moments(&record, cuts, seed);
    let (mut disk, mut done) = (Disk::new(), 0);
    for (moment, unsynced) in &moments {
        while done < *moment && disk.step(&record) {
            done += 1;
        }
        let folder = tempfile::tempdir()?;
        disk.after_a_power_cut(*unsynced, folder.path())?;
        let position = record.steps.get(done.saturating_sub(1)).map_or(0, |(position, _)| *position);
        let opened = open(folder.path(), &mut known_at(&writers, &told, position)).await;
        opened
            .with_context(|| format!("seed {seed}, step {moment} of {}, {unsynced:?}", record.steps.len()))?;
    }
    let syncs = record.steps.iter().filter(|(_, step)| matches!(step, Step::Synced { .. })).count();
    let acknowledged: u64 = writers.iter().map(|writer| writer.acknowledged).sum();
    println!(
        "{} disks after a power cut were opened in {} s: {acknowledged} changes acknowledged in {} steps with {syncs} \
         syncs; nothing lost, nothing torn, verify found nothing",
        moments.len(),
        began.elapsed().as_secs(),
        record.steps.len()
    );
    Ok(())
}

/// Lets all write until so many changes in all were acknowledged, and remembers how long the record was then.
async fn write(
    daemon: &Daemon,
    shim: &Shim,
    writers: &mut [Writer],
    told: &mut Vec<Told>,
    changes: u64,
) -> anyhow::Result<()> {
    let each = changes.div_ceil(u64::try_from(writers.len())?);
    let all = writers.iter_mut().enumerate().map(|(number, writer)| async move {
        let client = daemon.client().await?;
        let mut told = Vec::new();
        while writer.acknowledged < each {
            writer.write(&client).await?;
            let position = shim.position()?;
            told.push(Told { position, writer: number, acknowledged: writer.acknowledged });
        }
        anyhow::Ok(told)
    });
    for of_one in futures::future::try_join_all(all).await? {
        told.extend(of_one);
    }
    Ok(())
}

/// The writers as they stood when the record was that long.
fn known_at(writers: &[Writer], told: &[Told], position: u64) -> Vec<Writer> {
    let mut known = writers.to_vec();
    for (number, writer) in known.iter_mut().enumerate() {
        let before = told.iter().filter(|told| told.writer == number && told.position <= position);
        writer.acknowledged = before.map(|told| told.acknowledged).max().unwrap_or(0);
    }
    known
}

/// When the power goes, and what becomes of what was not synced; in the order of the record. At syncs nothing or
/// everything of it is there, in between any of it.
fn moments(record: &Record, cuts: u64, seed: u64) -> Vec<(usize, Unsynced)> {
    let is_sync = |step: &Step| matches!(step, Step::Synced { .. });
    let syncs: Vec<usize> =
        (1..).zip(&record.steps).filter(|(_, (_, step))| is_sync(step)).map(|(number, _)| number).collect();
    let every = syncs.len().div_ceil(usize::try_from(cuts.max(1)).unwrap_or(usize::MAX)).max(1);
    let at_syncs = syncs.iter().step_by(every).flat_map(|moment| {
        // Right before the sync ended, and right after it.
        [(moment - 1, Unsynced::Lost), (*moment, Unsynced::Lost), (*moment, Unsynced::Kept)]
    });
    let mut chance = Chance::new(seed);
    let at_random = (0..cuts).map(|number| {
        let moment = chance.below(record.steps.len()) + 1;
        (moment, Unsynced::Some(seed.wrapping_mul(1_000_003).wrapping_add(number)))
    });
    let mut moments: Vec<_> = at_syncs.chain(at_random).collect();
    moments.sort_by_key(|(moment, _)| *moment);
    moments
}

/// Opens what the power cut left, as a command does, looks at it, and changes something.
async fn open(folder: &Path, writers: &mut [Writer]) -> anyhow::Result<()> {
    let mut config = Config::default();
    config.storage.path = folder.to_path_buf();
    let (store, keeper) = reach::open(&config).await.context("it can't be opened")?;
    let stored: Vec<ReleaseProfile> = store.load_all().await?;
    for writer in writers {
        writer.check(&stored)?;
    }
    let look = VerifyStorage { deep: true, repair: false };
    let report = verify::verify(&store, &keeper, look, clock::now()).await?;
    ensure!(report.findings.is_empty(), "verify finds {:#?}", report.findings);
    let tag = Tag { id: TagId(7), label: "written after the power cut".to_owned() };
    store.commit(Commit::new("test", clock::now()).put(&tag, Expect::Absent)).await?;
    tokio::time::timeout(Duration::from_mins(1), store.close()).await.context("it does not close")
}
