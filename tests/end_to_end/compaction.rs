//! The embedded storage is compacted again and again while something writes, and is killed (SIGKILL) at random moments.
//! What was acknowledged is there afterwards, and nothing lies around.
//!
//! `RADARR_COMPACTION_KILLS=500` does it as often as that; without it a few times. Seeds are printed; `RADARR_SEED`
//! repeats one.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use radarr_daemon::clock;
use radarr_daemon::storage::sled::SledStore;
use radarr_daemon::storage::{Commit, Expect, SharedStore};
use radarr_proto::model::{EventKind, Tag, TagId};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

use crate::crash::{Moments, from_env, seed};

/// Kills without `RADARR_COMPACTION_KILLS`.
const KILLS: u64 = 12;
/// The longest that it is left alone.
const LIFE_MS_MAX: u64 = 900;
const DOCUMENTS: u64 = 24;
/// Bytes of a document: all of them together take some milliseconds to be copied.
const BYTES: usize = 20_000;
/// Says the child where to work.
const FOLDER: &str = "RADARR_COMPACTED_FOLDER";

/// A document as it is after so many changes.
fn tag(id: u64, count: u64) -> Tag {
    let letter = char::from(b'a' + u8::try_from(count % 26).unwrap_or(0));
    Tag { id: TagId(id), label: format!("{count} {}", letter.to_string().repeat(BYTES)) }
}

fn count_of(tag: &Tag) -> anyhow::Result<u64> {
    Ok(tag.label.split_once(' ').context("no count")?.0.parse()?)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_compaction_that_is_killed_loses_nothing_and_leaves_nothing_behind() -> anyhow::Result<()> {
    let (kills, seed) = (from_env("RADARR_COMPACTION_KILLS", KILLS)?, seed()?);
    println!("RADARR_SEED={seed} RADARR_COMPACTION_KILLS={kills}");
    let mut moments = Moments::new(seed);
    let folder = tempfile::tempdir()?;
    let (mut acknowledged, mut compactions) = (BTreeMap::new(), 0_u64);
    for kill in 1..=kills {
        let life = Duration::from_millis(moments.next(LIFE_MS_MAX));
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["--exact", "compaction::the_child_that_is_killed", "--ignored", "--nocapture"]);
        let mut child = command.env(FOLDER, folder.path()).stdout(std::process::Stdio::piped()).spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
        let mut note = |line: &str| match line.split(' ').collect::<Vec<_>>().as_slice() {
            ["wrote", id, count] => {
                acknowledged.insert(id.parse::<u64>()?, count.parse::<u64>()?);
                anyhow::Ok(())
            }
            ["compacted"] => {
                compactions += 1;
                Ok(())
            }
            _ => Ok(()),
        };
        // It is killed some time after it has begun to work.
        let working = async {
            while let Some(line) = lines.next_line().await? {
                note(&line)?;
            }
            anyhow::Ok(())
        };
        if let Ok(ended) = tokio::time::timeout(life, working).await {
            ended?;
        }
        child.kill().await?;
        while let Some(line) = lines.next_line().await? {
            note(&line)?;
        }
        check(folder.path(), &acknowledged).await.with_context(|| format!("kill {kill} of seed {seed}"))?;
    }
    println!(
        "{kills} kills, {compactions} compactions came to their end in between; nothing lost, nothing left"
    );
    Ok(())
}

async fn check(folder: &Path, acknowledged: &BTreeMap<u64, u64>) -> anyhow::Result<()> {
    let store: SharedStore = Arc::new(SledStore::open(folder)?);
    let tags: Vec<Tag> = store.load_all().await?;
    for (id, least) in acknowledged {
        let found =
            tags.iter().find(|tag| tag.id.0 == *id).with_context(|| format!("document {id} is lost"))?;
        let count = count_of(found)?;
        // One more may have been kept than was answered.
        ensure!(
            (*least..=least + 1).contains(&count),
            "document {id} is at {count}, {least} was acknowledged"
        );
        ensure!(*found == tag(*id, count), "document {id} is torn");
    }
    let told = store.check(false).await?;
    ensure!(told.is_empty(), "{told:#?}");
    store.close().await;
    for entry in walkdir::WalkDir::new(folder) {
        let name = entry?.file_name().to_string_lossy().into_owned();
        ensure!(!name.ends_with(".generating") && name != "sled.new" && name != "sled.old", "{name} is left");
    }
    Ok(())
}

/// Writes and compacts until it is killed; says what was acknowledged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it is the child of the test above"]
async fn the_child_that_is_killed() -> anyhow::Result<()> {
    let Ok(folder) = std::env::var(FOLDER) else { return Ok(()) };
    let sled = Arc::new(SledStore::open(Path::new(&folder))?);
    let store: SharedStore = Arc::clone(&sled) as SharedStore;
    let mut counts: BTreeMap<u64, u64> = BTreeMap::new();
    for tag in store.load_all::<Tag>().await? {
        counts.insert(tag.id.0, count_of(&tag)?);
    }
    let write = async {
        for id in (1..=DOCUMENTS).cycle() {
            let count = counts.get(&id).copied().unwrap_or(0) + 1;
            let event =
                EventKind::SettingsChanged { what: "tag".into(), name: id.to_string(), changes: Vec::new() };
            let commit =
                Commit::new("test", clock::now()).put(&tag(id, count), Expect::Any).event(None, event);
            store.commit(commit).await?;
            counts.insert(id, count);
            println!("wrote {id} {count}");
        }
        anyhow::Ok(())
    };
    let compact = async {
        loop {
            sled.compact_anyway().await?;
            println!("compacted");
        }
    };
    tokio::select! {
        ended = write => ended,
        ended = compact => ended,
    }
}
