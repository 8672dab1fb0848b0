//! Backups with the real programs: made while others write, fetched, put back, cut off in the middle, refused when they
//! are not whole, made by the clock, and taken from one kind of storage to the other.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, ensure};
use jiff::SignedDuration;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use radarr_daemon::config::{self, Config, Sources};
use radarr_daemon::reach;
use radarr_daemon::storage::{
    Change, Collection, Commit, DocKey, EVENTS_PAGE_MAX, Expect, HistoryRange, SharedStore, Write,
};
use radarr_proto::model::{Cursor, Event, SecretInput, SecretSource, SecretText};
use radarr_proto::request::SaveTmdb;
use radarr_tests::harness::postgres::ClusterSettings;
use radarr_tests::harness::{Daemon, DaemonSettings, Said, binaries, eventually};
use serde_json::Value;

use crate::crash::{Moments, from_env, seed};
use crate::movie::WITHIN;
use crate::postgres::database;
use crate::writers::{Writer, all_write, check_all};

const PASSPHRASE: &str = "correct horse battery";
const TMDB_KEY: &str = "marker-tmdb-key-4711";
const WRITERS: usize = 8;
/// Kills without `RADARR_RESTORE_KILLS`.
const KILLS: u64 = 10;

fn with_passphrase(more: &str) -> DaemonSettings {
    DaemonSettings {
        env: vec![("RADARR__BACKUP__PASSPHRASE".to_owned(), PASSPHRASE.to_owned())],
        more: more.to_owned(),
        ..DaemonSettings::default()
    }
}

/// `radarr-daemon backup verify`.
async fn verify(file: &Path) -> anyhow::Result<Said> {
    let mut command = tokio::process::Command::new(binaries::ours(binaries::DAEMON)?);
    let output = command.args(["backup", "verify"]).arg(file).kill_on_drop(true).output().await?;
    Ok(Said::of(&output))
}

fn ok(said: anyhow::Result<Said>) -> anyhow::Result<String> {
    let said = said?;
    ensure!(said.code == 0, "{said:?}");
    Ok(said.out)
}

fn text(path: &Path) -> anyhow::Result<&str> {
    path.to_str().context("no UTF-8")
}

/// A secret, so that there is one; kept as a user's.
async fn store_a_secret(daemon: &Daemon) -> anyhow::Result<()> {
    let client = daemon.client().await?;
    let key = SecretInput::Value { value: SecretText::new(TMDB_KEY) };
    client.save_tmdb_settings(SaveTmdb { settings: client.tmdb_settings().await?, key }).await?;
    Ok(())
}

/// What a storage holds: documents without those by which daemons run (which come and go with each start), the past,
/// and the secret that was stored.
#[derive(Debug, PartialEq)]
struct Content {
    documents: Vec<(DocKey, Value)>,
    past: Vec<Event>,
    secret: Option<String>,
}

/// Collections that a daemon changes by living.
const OF_A_RUN: [Collection; 5] =
    [Collection::Job, Collection::EndedJob, Collection::Checkpoint, Collection::Health, Collection::Secret];

fn configuration(daemon: &Daemon) -> anyhow::Result<Config> {
    let sources = Sources { file: Some(daemon.config()), ..Sources::default() };
    Ok(config::load(&sources)?)
}

/// All of a storage that no daemon has open.
async fn content(config: &Config) -> anyhow::Result<Content> {
    let (store, keeper) = reach::open(config).await?;
    let mut documents = Vec::new();
    for collection in Collection::ALL.iter().filter(|collection| !OF_A_RUN.contains(collection)) {
        for (id, stored) in store.list(*collection, None, usize::MAX).await? {
            documents.push((DocKey::new(*collection, id), serde_json::from_slice(&stored.body)?));
        }
    }
    let past = past(&store).await?;
    let secret = keeper.read(&store, "tmdb", &SecretSource::Stored).await;
    let secret = secret.ok().map(|secret| secret.expose().to_owned());
    store.close().await;
    Ok(Content { documents, past, secret })
}

async fn past(store: &SharedStore) -> anyhow::Result<Vec<Event>> {
    let mut past: Vec<Event> = Vec::new();
    loop {
        let before: Option<Cursor> = past.last().map(|event| event.cursor);
        let page = store.history(HistoryRange { movie: None, before }, EVENTS_PAGE_MAX).await?;
        if page.is_empty() {
            return Ok(past);
        }
        past.extend(page);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_made_while_others_write_is_fetched_and_comes_back_elsewhere() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut daemon = Daemon::start(&folder.path().join("one"), with_passphrase("")).await?;
    store_a_secret(&daemon).await?;
    let mut writers = Writer::several(WRITERS);
    let mut made = Vec::new();
    all_write(&daemon, &mut writers, async {
        for _ in 0..3 {
            let said = ok(daemon.run(&["backup", "create"]).await)?;
            let name = said.split(": ").next().context("no name")?.to_owned();
            made.push(PathBuf::from(name));
        }
        Ok(())
    })
    .await?;
    let cli = daemon.cli()?;
    let listed = cli.ok(&["backup", "list"]).await?;
    for file in &made {
        let said = ok(verify(file).await)?;
        ensure!(said.contains("is whole") && said.contains("encrypted with a passphrase"), "{said}");
        let name = file.file_name().context("no name")?.to_string_lossy().into_owned();
        ensure!(listed.contains(&name), "{name} is not in {listed}");
        ensure!(!unpacked(file)?.contains(TMDB_KEY), "the secret can be read in {name}");
    }

    // The last one shows everything that is there when nobody writes, also what was cut off on its way to the daemon;
    // it comes over the connection.
    daemon.terminate().await?;
    daemon.start_again().await?;
    cli.ok(&["backup", "create"]).await?;
    let fetched = folder.path().join("fetched.jsonl.gz");
    cli.ok(&["backup", "fetch", "-o", text(&fetched)?]).await?;
    ok(verify(&fetched).await)?;
    check_all(&daemon, &mut writers).await?;
    daemon.terminate().await?;
    let want = content(&configuration(&daemon)?).await?;
    ensure!(
        want.secret.as_deref() == Some(TMDB_KEY) && want.past.len() > WRITERS,
        "{} events",
        want.past.len()
    );

    let mut other = Daemon::prepare(&folder.path().join("other"), DaemonSettings::default())?;
    let refused = other.run(&["backup", "restore", text(&fetched)?]).await?;
    ensure!(refused.code == 1 && refused.err.contains("none is given"), "{refused:?}");
    let without = ok(other.run(&["backup", "restore", text(&fetched)?, "--without-secrets"]).await)?;
    ensure!(without.contains("enter passkeys and passwords again"), "{without}");
    let found = content(&configuration(&other)?).await?;
    ensure!(
        found == Content { secret: None, ..content(&configuration(&daemon)?).await? },
        "it is another one"
    );

    let mut third = Daemon::prepare(&folder.path().join("third"), with_passphrase(""))?;
    ok(third.run(&["backup", "restore", text(&fetched)?]).await)?;
    let mut config = configuration(&third)?;
    config.backup.passphrase = SecretText::default();
    ensure!(content(&config).await? == want, "it is another one");
    // And it is a storage that works.
    for daemon in [&mut other, &mut third] {
        daemon.start_again().await?;
        check_all(daemon, &mut writers).await?;
        let said = daemon.run(&["verify-database"]).await?;
        // Without its secrets the settings name one that is not there.
        ensure!(said.code == 0 || said.out.contains("tmdb"), "{said:?}");
        daemon.terminate().await?;
    }
    Ok(())
}

fn unpacked(file: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(std::fs::File::open(file)?).read_to_string(&mut text)?;
    Ok(text)
}

#[tokio::test]
async fn a_backup_that_is_not_whole_or_from_the_future_is_refused_in_words() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut daemon = Daemon::start(&folder.path().join("one"), with_passphrase("")).await?;
    store_a_secret(&daemon).await?;
    let whole = folder.path().join("whole.jsonl.gz");
    ok(daemon.run(&["backup", "create", text(&whole)?]).await)?;
    daemon.terminate().await?;
    let bytes = std::fs::read(&whole)?;
    let head_end = unpacked(&whole)?.find('\n').context("no line")?;
    let newer = unpacked(&whole)?.replacen("\"format\":2", "\"format\":99", 1);
    ensure!(newer.len() > head_end);
    let mut changed = bytes.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 0x10;
    let rewritten = unpacked(&whole)?.replacen("\"name\":\"Any\"", "\"name\":\"All\"", 1);
    ensure!(rewritten != unpacked(&whole)?, "nothing to change in it");

    let mut target = Daemon::prepare(&folder.path().join("target"), with_passphrase(""))?;
    let wrong = folder.path().join("wrong.jsonl.gz");
    for (content, words) in [
        (bytes[..bytes.len() * 2 / 3].to_vec(), "is no whole backup"),
        (bytes[..bytes.len() - 1].to_vec(), "is no whole backup"),
        (changed, "is no whole backup"),
        (pack(&newer)?, "format 99"),
        (pack(&rewritten)?, "checksum"),
        (b"PK\x03\x04 something else".to_vec(), "is no whole backup"),
        (Vec::new(), "is no whole backup"),
    ] {
        std::fs::write(&wrong, content)?;
        for said in [verify(&wrong).await?, target.run(&["backup", "restore", text(&wrong)?]).await?] {
            ensure!(said.code == 1 && said.err.contains(words), "{words}: {said:?}");
            ensure!(said.err.contains("hint:"), "no hint: {said:?}");
        }
        ensure!(!target.storage().join("sled").exists(), "a refused file made a storage ({words})");
    }
    let other_phrase = [("RADARR__BACKUP__PASSPHRASE".to_owned(), "wrong horse".to_owned())];
    let mut stranger = Daemon::prepare(
        &folder.path().join("stranger"),
        DaemonSettings { env: other_phrase.into(), ..DaemonSettings::default() },
    )?;
    let said = stranger.run(&["backup", "restore", text(&whole)?]).await?;
    ensure!(said.code == 1 && said.err.contains("the passphrase is another one"), "{said:?}");
    for daemon in [&mut stranger, &mut target] {
        daemon.start_again().await?;
        ensure!(daemon.client().await?.tags().await?.is_empty());
        daemon.terminate().await?;
    }
    Ok(())
}

fn pack(text: &str) -> anyhow::Result<Vec<u8>> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(text.as_bytes())?;
    Ok(packed.finish()?)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restore_that_replaces_keeps_a_copy_and_one_that_is_killed_leaves_one_whole_state()
-> anyhow::Result<()> {
    let (kills, seed) = (from_env("RADARR_RESTORE_KILLS", KILLS)?, seed()?);
    println!("RADARR_SEED={seed} RADARR_RESTORE_KILLS={kills}");
    let mut moments = Moments::new(seed);
    let folder = tempfile::tempdir()?;
    let mut daemon = Daemon::start(&folder.path().join("one"), DaemonSettings::default()).await?;
    let client = daemon.client().await?;
    let mut writers = Writer::several(WRITERS);
    for writer in &mut writers {
        for _ in 0..20 {
            writer.write(&client).await?;
        }
    }
    client.add_tag("of-the-backup".to_owned()).await?;
    let file = folder.path().join("backup.jsonl.gz");
    ok(daemon.run(&["backup", "create", text(&file)?]).await)?;
    client.add_tag("since-then".to_owned()).await?;
    daemon.terminate().await?;
    let config = configuration(&daemon)?;
    let newer = content(&config).await?;

    let refused = daemon.run(&["backup", "restore", text(&file)?]).await?;
    ensure!(refused.code == 1 && refused.err.contains("not empty"), "{refused:?}");
    ensure!(content(&config).await? == newer);

    // Killed at any moment of the time that it takes.
    let began = std::time::Instant::now();
    let said = ok(daemon.run(&["backup", "restore", text(&file)?, "--replace"]).await)?;
    let takes = began.elapsed();
    let copy = copies(&config)?.pop().context("no copy")?;
    ensure!(said.contains(text(&copy)?), "{said}");
    let older = content(&config).await?;
    ensure!(older.documents.len() + 1 == newer.documents.len(), "one tag less");
    ok(daemon.run(&["backup", "restore", text(&copy)?, "--replace"]).await)?;
    let back = content(&config).await?;
    ensure!(back.documents == newer.documents && back.past == newer.past, "the copy is another one");

    let (mut left_old, mut went_through) = (0, 0);
    for kill in 0..kills {
        let life = Duration::from_micros(moments.next(u64::try_from(takes.as_micros())? * 11 / 10));
        let restore = daemon.program(&["backup", "restore", text(&file)?, "--replace"]);
        let mut command = tokio::process::Command::from(restore);
        let nowhere = std::process::Stdio::null;
        let mut restoring = command.stdout(nowhere()).stderr(nowhere()).kill_on_drop(true).spawn()?;
        if tokio::time::timeout(life, restoring.wait()).await.is_err() {
            restoring.kill().await?;
        }
        let found = content(&config).await.with_context(|| format!("kill {kill} of seed {seed}"))?;
        if found.documents == newer.documents && found.past == newer.past {
            left_old += 1;
        } else {
            ensure!(
                found.documents == older.documents && found.past == older.past,
                "neither the old state nor the new one, kill {kill} of seed {seed}"
            );
            went_through += 1;
            ok(daemon.run(&["backup", "restore", text(&copy)?, "--replace"]).await)?;
        }
    }
    println!("{kills} kills: {left_old} left the old state, {went_through} came after the change");
    let said = daemon.run(&["verify-database"]).await?;
    ensure!(said.code == 0, "{said:?}");
    Ok(())
}

fn copies(config: &Config) -> anyhow::Result<Vec<PathBuf>> {
    let mut copies = Vec::new();
    for entry in std::fs::read_dir(config.backup_dir())? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("before-restore-")) {
            copies.push(path);
        }
    }
    Ok(copies)
}

#[tokio::test]
async fn a_backup_is_made_each_day_and_the_last_of_seven_days_and_four_weeks_stay() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let settings =
        DaemonSettings { env: vec![("TZ".to_owned(), "UTC".to_owned())], ..DaemonSettings::default() };
    let mut daemon = Daemon::start(folder.path(), settings).await?;
    eventually("the schedule", WITHIN, || async {
        ensure!(daemon.metrics_page().await?.contains("radarr_"));
        Ok(())
    })
    .await?;
    daemon.terminate().await?;
    let config = configuration(&daemon)?;
    // It was down over the time at which the backup is made, and finds forty older ones.
    let (store, _) = reach::open(&config).await?;
    let now = radarr_daemon::clock::now();
    let missed =
        serde_json::json!({ "job": "backup", "at": now.checked_sub(SignedDuration::from_hours(1))? });
    let write = Write {
        key: DocKey::new(Collection::Checkpoint, "schedule/backup"),
        expect: Expect::Any,
        change: Change::Put(missed.to_string().into_bytes()),
    };
    store.commit(Commit::new("test", now).write(write)).await?;
    store.close().await;
    let backups = config.backup_dir();
    std::fs::create_dir_all(&backups)?;
    for days in 1..=40 {
        let at: DateTime = TimeZone::UTC.to_datetime(now.checked_sub(SignedDuration::from_hours(24 * days))?);
        std::fs::write(backups.join(format!("radarr-{}.jsonl.gz", at.strftime("%Y-%m-%d-%H%M%S"))), "older")?;
    }

    daemon.start_again().await?;
    let client = daemon.client().await?;
    let names = eventually("the backup of the night", WITHIN, || async {
        let listed = client.backups().await?;
        ensure!(listed.len() <= 10, "{} are there", listed.len());
        Ok(listed.into_iter().map(|file| file.name).collect::<Vec<_>>())
    })
    .await?;
    // The new one and six days before it; of the four newest weeks those whose last day is none of these.
    let newest = backups.join(names.first().context("none")?);
    ok(verify(&newest).await)?;
    let weeks: std::collections::BTreeSet<_> = names
        .iter()
        .filter_map(|name| DateTime::strptime("%Y-%m-%d-%H%M%S", name.get(7..24)?).ok())
        .map(|at| (at.date().iso_week_date().year(), at.date().iso_week_date().week()))
        .collect();
    ensure!((9..=10).contains(&names.len()) && weeks.len() == 4, "{names:#?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_library_goes_to_postgres_and_back_by_the_file() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut one = Daemon::start(&folder.path().join("one"), with_passphrase("")).await?;
    store_a_secret(&one).await?;
    let client = one.client().await?;
    let mut writers = Writer::several(WRITERS);
    for writer in &mut writers {
        writer.write(&client).await?;
    }
    let file = folder.path().join("from-sled.jsonl.gz");
    one.terminate().await?;
    ok(one.run(&["backup", "create", text(&file)?]).await)?;
    let want = content(&configuration(&one)?).await?;

    let (cluster, name) = database(&ClusterSettings::default())?;
    let mut settings = with_passphrase("");
    settings.env.push(("DATABASE_URL".to_owned(), cluster.url(&name)));
    let mut shared = Daemon::prepare(&folder.path().join("shared"), settings)?;
    ok(shared.run(&["backup", "restore", text(&file)?]).await)?;
    let mut config = configuration(&shared)?;
    config.storage.url = SecretText::new(cluster.url(&name));
    ensure!(content(&config).await? == want, "PostgreSQL holds something else");
    shared.start_again().await?;
    check_all(&shared, &mut writers).await?;
    shared.terminate().await?;
    let again = folder.path().join("from-postgres.jsonl.gz");
    ok(shared.run(&["backup", "create", text(&again)?]).await)?;
    let served = content(&config).await?;

    let last = Daemon::prepare(&folder.path().join("last"), with_passphrase(""))?;
    ok(last.run(&["backup", "restore", text(&again)?]).await)?;
    let back = content(&configuration(&last)?).await?;
    ensure!(back == served, "sled holds something else than PostgreSQL");
    ensure!(back.documents == want.documents && back.secret == want.secret, "it came back as another one");
    ensure!(back.past.ends_with(&want.past), "the past came back as another one");
    Ok(())
}
