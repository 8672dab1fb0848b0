//! The disk of the storage is full: changes are refused in words, reads go on, nothing that was acknowledged is lost,
//! nothing spins, and when there is room again the daemon goes on without a restart.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use radarr_daemon::files::remove_name;
use radarr_proto::client::{CallError, Client};
use radarr_proto::error::ErrorCode;
use radarr_proto::request::{HistoryQuery, ListMovies};
use radarr_tests::harness::disk::{MountedDisk, Shim};
use radarr_tests::harness::{Daemon, DaemonSettings, eventually};

use crate::movie::WITHIN;
use crate::writers::{Writer, check_all};

const MEGABYTE: u64 = 1024 * 1024;
const WRITERS: usize = 4;
/// Changes that fit on 16 MB with certainty no more.
const CHANGES_MAX: u64 = 20_000;
/// How long is looked at what the processor does.
const LOOK: Duration = Duration::from_secs(3);

/// Writes until it is refused; why.
async fn until_refused(client: &Client, writers: &mut [Writer]) -> anyhow::Result<CallError> {
    for _ in 0..CHANGES_MAX {
        for writer in writers.iter_mut() {
            if let Err(error) = writer.write(client).await {
                return error.downcast::<CallError>().context("no error of a call");
            }
        }
    }
    bail!("the disk does not become full")
}

fn is_read_only(error: &CallError) -> anyhow::Result<()> {
    let words = format!("{error}; {}", error.hint().unwrap_or_default());
    ensure!(error.code() == Some(ErrorCode::Unavailable), "{words}");
    ensure!(words.contains("read-only: the disk") && words.contains("free some space"), "{words}");
    Ok(())
}

/// Everything that only reads.
async fn reads_go_on(daemon: &Daemon, writers: &mut [Writer]) -> anyhow::Result<()> {
    check_all(daemon, writers).await?;
    let client = daemon.client().await?;
    client.list_movies(ListMovies::default()).await?;
    client.audit(radarr_proto::request::AuditQuery::default()).await?;
    client.history(HistoryQuery::default()).await?;
    client.status().await?;
    Ok(())
}

/// Percent of a processor that the daemon takes while nobody asks for anything.
async fn percent_of_processor(daemon: &mut Daemon) -> anyhow::Result<u64> {
    let stat = format!("/proc/{}/stat", daemon.process()?.id());
    let ticks = || -> anyhow::Result<u64> {
        let text = std::fs::read_to_string(&stat)?;
        let behind_name = text.rsplit_once(") ").context("no stat")?.1;
        let field = |number: usize| -> anyhow::Result<u64> {
            Ok(behind_name.split(' ').nth(number - 3).context("no field")?.parse()?)
        };
        Ok(field(14)? + field(15)?)
    };
    let before = ticks()?;
    let mut clock = tokio::time::interval(LOOK);
    clock.tick().await;
    clock.tick().await;
    // The kernel counts in hundredths of a second.
    Ok((ticks()? - before) / LOOK.as_secs())
}

async fn nothing_spins(daemon: &mut Daemon) -> anyhow::Result<()> {
    let percent = percent_of_processor(daemon).await?;
    ensure!(percent < 15, "it takes {percent} % of a processor: {}", daemon.log());
    Ok(())
}

async fn takes_changes_again(client: &Client, writer: &mut Writer) -> anyhow::Result<()> {
    let writer = &tokio::sync::Mutex::new(writer);
    eventually("a change is taken", WITHIN, || async move { writer.lock().await.write(client).await }).await
}

/// The storage as a person looks at it: by the daemon that runs.
async fn is_whole(daemon: &Daemon) -> anyhow::Result<()> {
    let said = daemon.run(&["verify-database"]).await?;
    ensure!(said.code == 0, "{said:?}");
    Ok(())
}

fn storage_of(home: &Path) -> anyhow::Result<std::path::PathBuf> {
    let storage = home.join("library");
    std::fs::create_dir_all(&storage)?;
    Ok(storage)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_of_16_mb_becomes_full_and_is_left_again() -> anyhow::Result<()> {
    if let Some(why) = MountedDisk::why_not() {
        println!("NOT TESTED, because {why}: a full disk of 16 MB");
        return Ok(());
    }
    let home = tempfile::tempdir()?;
    let disk = MountedDisk::of_megabytes(&storage_of(home.path())?, 16)?;
    let settings = DaemonSettings { through: disk.through()?, ..DaemonSettings::default() };
    let mut daemon = Daemon::start(home.path(), settings).await?;
    let client = daemon.client().await?;
    let mut writers = Writer::several(WRITERS);
    for writer in &mut writers {
        writer.write(&client).await?;
    }

    // Changes fill it up to the reserve, then something else fills the rest.
    disk.fill("filler", 4 * MEGABYTE)?;
    is_read_only(&until_refused(&client, &mut writers).await?)?;
    reads_go_on(&daemon, &mut writers).await?;
    nothing_spins(&mut daemon).await?;
    disk.fill("more filler", 0)?;
    is_read_only(&until_refused(&client, &mut writers).await?)?;
    reads_go_on(&daemon, &mut writers).await?;
    nothing_spins(&mut daemon).await?;
    let ready = daemon.http_get("/ready").await?;
    let words = String::from_utf8_lossy(&ready.body).into_owned();
    ensure!(ready.status == 503 && words.contains("read-only: the disk"), "{} {words}", ready.status);

    remove_name(&disk.seen_from_here().join("more filler"))?;
    remove_name(&disk.seen_from_here().join("filler"))?;
    takes_changes_again(&client, &mut writers[0]).await?;
    reads_go_on(&daemon, &mut writers).await?;
    is_whole(&daemon).await?;

    // Killed while it is full, and started while it is full: it says so.
    disk.fill("filler", 0)?;
    is_read_only(&until_refused(&client, &mut writers).await?)?;
    daemon.kill_9()?;
    let refused = format!("{:#}", daemon.start_again().await.expect_err("it starts on a full disk"));
    ensure!(refused.contains("is full") && refused.contains("free some space"), "{refused}");
    daemon.ended()?;
    remove_name(&disk.seen_from_here().join("filler"))?;
    daemon.start_again().await?;
    check_all(&daemon, &mut writers).await?;
    is_whole(&daemon).await?;
    let (ended, _) = daemon.terminate().await?;
    ensure!(ended.success(), "{ended}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_becomes_full_in_the_middle_of_a_write_is_left_again() -> anyhow::Result<()> {
    let work = tempfile::tempdir()?;
    let home = work.path().join("daemon");
    let shim = Shim::build(work.path(), &storage_of(&home)?)?;
    let settings = DaemonSettings { env: shim.env(), ..DaemonSettings::default() };
    let mut daemon = Daemon::start(&home, settings).await?;
    let client = daemon.client().await?;
    let mut writers = Writer::several(WRITERS);
    for round in 0..3 {
        for _ in 0..40 {
            for writer in &mut writers {
                writer.write(&client).await?;
            }
        }
        // The free space that the daemon asks for is there; it is the write itself that fails.
        shim.fill()?;
        let refused = until_refused(&client, &mut writers).await?;
        ensure!(refused.code() == Some(ErrorCode::Unavailable), "{refused}");
        // What is counted in the storage is not known while that is closed; lists are served from memory.
        client.list_movies(ListMovies::default()).await?;
        nothing_spins(&mut daemon).await?;
        shim.free()?;
        takes_changes_again(&client, &mut writers[0]).await.with_context(|| daemon.log())?;
        check_all(&daemon, &mut writers).await.with_context(|| format!("round {round}"))?;
        is_whole(&daemon).await?;
    }
    shim.fill()?;
    until_refused(&client, &mut writers).await?;
    daemon.kill_9()?;
    shim.free()?;
    daemon.start_again().await?;
    check_all(&daemon, &mut writers).await?;
    is_whole(&daemon).await
}
