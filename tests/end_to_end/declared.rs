//! Settings in files: applied by hand, watched in a folder as Kubernetes mounts it, by daemons that share a storage;
//! and what the doctor says of an installation.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use radarr_proto::client::Client;
use radarr_proto::error::ErrorCode;
use radarr_proto::model::{Indexer, JobKind, JobRhythm, SaveIndexer, ScheduledJob, SecretInput};
use radarr_tests::harness::binaries::{self, DAEMON};
use radarr_tests::harness::postgres::ClusterSettings;
use radarr_tests::harness::{Daemon, DaemonSettings, eventually};
use serde_json::Value;

use crate::postgres::database;

const WITHIN: Duration = Duration::from_mins(1);

fn indexer(name: &str, priority: u8) -> String {
    format!(
        "version: 1\nindexers:\n  - name: {name}\n    kind: torznab\n    base_url: http://127.0.0.1:9/1\n    priority: {priority}\n"
    )
}

async fn indexers(client: &Client) -> anyhow::Result<Vec<Indexer>> {
    Ok(client.indexers().await?.into_iter().map(|state| state.indexer).collect())
}

async fn priority(client: &Client) -> anyhow::Result<Option<u8>> {
    Ok(indexers(client).await?.first().map(|indexer| indexer.priority))
}

async fn until_priority(client: &Client, wanted: u8, log: impl Fn() -> String) -> anyhow::Result<()> {
    eventually("the priority of the file", WITHIN, || async {
        let found = priority(client).await?;
        if found == Some(wanted) { Ok(()) } else { bail!("{found:?}") }
    })
    .await
    .with_context(log)
}

async fn until_health(client: &Client, check: &str, words: &str) -> anyhow::Result<()> {
    eventually("the health entry", WITHIN, || async {
        let items = client.health().await?;
        let found = items.iter().any(|item| item.check == check && item.message.contains(words));
        if found { Ok(()) } else { bail!("{words:?} is not in {items:?}") }
    })
    .await
}

async fn until_health_is_well(client: &Client, check: &str) -> anyhow::Result<()> {
    eventually("no health entry", WITHIN, || async {
        let items = client.health().await?;
        if items.iter().any(|item| item.check == check) {
            bail!("{items:?}")
        }
        Ok(())
    })
    .await
}

/// A folder as Kubernetes mounts a `ConfigMap`: files are links through `..data`, which is swapped as a whole.
struct ConfigMap {
    folder: PathBuf,
    number: u32,
}

impl ConfigMap {
    fn new(folder: &Path, text: &str) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let mut map = Self { folder: folder.to_owned(), number: 0 };
        map.swap(text)?;
        symlink("..data/settings.yaml", folder.join("settings.yaml"))?;
        Ok(map)
    }

    fn swap(&mut self, text: &str) -> anyhow::Result<()> {
        self.number += 1;
        let name = format!("..2026_{}", self.number);
        std::fs::create_dir(self.folder.join(&name))?;
        std::fs::write(self.folder.join(&name).join("settings.yaml"), text)?;
        symlink(&name, self.folder.join("..data_tmp"))?;
        #[expect(clippy::disallowed_methods, reason = "as the kubelet swaps a link")]
        std::fs::rename(self.folder.join("..data_tmp"), self.folder.join("..data"))?;
        Ok(())
    }
}

fn watching(folder: &Path) -> DaemonSettings {
    DaemonSettings {
        more: format!("[settings]\ndir = {:?}\n", folder.display().to_string()),
        ..DaemonSettings::default()
    }
}

#[tokio::test]
async fn a_file_is_applied_once_and_what_it_declares_is_edited_there_alone() -> anyhow::Result<()> {
    let temp = tempfile::tempdir()?;
    let daemon = Daemon::start(&temp.path().join("daemon"), DaemonSettings::default()).await?;
    let (cli, client) = (daemon.cli()?, daemon.client().await?);
    let file = temp.path().join("settings.yaml");
    std::fs::write(temp.path().join("key"), "api-key-0123456789\n")?;
    std::fs::write(&file, format!("{}    api_key: {{file: key}}\n", indexer("Prowlarr", 7)))?;
    let path = file.display().to_string();

    let dry = cli.run(&["apply", "-f", &path, "--dry-run", "--exit-code"]).await?;
    ensure!(
        dry.code == 2 && dry.out.contains("+ indexers \"Prowlarr\"") && dry.out.contains("api_key: set"),
        "{dry:?}"
    );
    ensure!(dry.err.is_empty() && !dry.out.contains("0123456789"), "{dry:?}");
    ensure!(indexers(&client).await?.is_empty());
    let applied = cli.ok(&["apply", "-f", &path]).await?;
    ensure!(applied.contains("1 added"), "{applied}");
    let again = cli.run(&["apply", "-f", &path, "--dry-run", "--exit-code"]).await?;
    ensure!(again.code == 0 && again.out.contains("nothing changes"), "{again:?}");

    let list = cli.ok(&["indexer", "list"]).await?;
    ensure!(list.contains("[file] Prowlarr: managed by radarr-tui apply settings.yaml"), "{list}");
    let refused = cli.run(&["indexer", "edit", "Prowlarr", "--priority", "1"]).await?;
    ensure!(refused.code == 5 && refused.err.contains("is managed by"), "{refused:?}");

    // What is written is applied again without a change, and has no secret.
    let exported = cli.ok(&["export"]).await?;
    ensure!(exported.contains("file: CHANGE-ME") && !exported.contains("0123456789"), "{exported}");
    let copy = temp.path().join("copy.yaml");
    std::fs::write(&copy, &exported)?;
    let said: Value = cli.json(&["apply", "-f", &copy.display().to_string(), "--dry-run"]).await?;
    let changed = said["changes"]
        .as_array()
        .context("no changes")?
        .iter()
        .filter(|change| change["action"] != "manage");
    ensure!(changed.count() == 0, "{said}");

    std::fs::write(&file, indexer("Prowlarr", 7).replace("priority", "priorty"))?;
    let wrong = cli.run(&["apply", "-f", &path]).await?;
    ensure!(
        wrong.code == 2
            && wrong.err.contains("settings.yaml, line 6")
            && wrong.err.contains("did you mean \"priority\"?"),
        "{wrong:?}"
    );
    let released = cli.ok(&["apply", "--release"]).await?;
    ensure!(released.contains("1 released"), "{released}");
    cli.ok(&["indexer", "edit", "Prowlarr", "--priority", "1"]).await?;
    Ok(())
}

#[tokio::test]
async fn a_folder_is_followed_through_swaps_faults_rotations_and_changes_past_it() -> anyhow::Result<()> {
    let temp = tempfile::tempdir()?;
    let folder = temp.path().join("settings.d");
    let secret = temp.path().join("secret");
    std::fs::write(&secret, "api-key-first\n")?;
    let text =
        |priority| format!("{}    api_key: {{file: {}}}\n", indexer("Prowlarr", priority), secret.display());
    let mut map = ConfigMap::new(&folder, &text(1))?;
    let mut daemon = Daemon::start(&temp.path().join("daemon"), watching(&folder)).await?;
    let client = daemon.client().await?;
    ensure!(
        priority(&client).await? == Some(1),
        "it is applied before the daemon is ready: {}",
        daemon.log()
    );

    map.swap(&text(2))?;
    until_priority(&client, 2, || daemon.log()).await?;
    let managed = client.managed_settings().await?;
    ensure!(
        managed.len() == 1 && managed[0].watched && managed[0].by.starts_with("settings.yaml in /"),
        "{managed:?}"
    );
    let mut edit = indexers(&client).await?.remove(0);
    edit.priority = 9;
    let refused = client.save_indexer(SaveIndexer { indexer: edit, secret: SecretInput::Keep }).await;
    let refused = refused.err().context("it was saved")?;
    ensure!(
        matches!(&refused, radarr_proto::client::CallError::Api(error) if error.code == ErrorCode::Forbidden),
        "{refused}"
    );

    // A file that can't be used changes nothing and says where it is wrong.
    map.swap("version: 1\nindexers:\n  - name: Prowlarr\n    kind: torznap\n")?;
    until_health(&client, "settings_folder", "settings.yaml, line 4").await?;
    ensure!(priority(&client).await? == Some(2));
    map.swap(&text(3))?;
    until_priority(&client, 3, || daemon.log()).await?;
    until_health_is_well(&client, "settings_folder").await?;

    // A secret that changes is taken over; the audit tells of it without it.
    let version = indexers(&client).await?[0].doc_version;
    std::fs::write(&secret, "api-key-second\n")?;
    eventually("the new secret", WITHIN, || async {
        if indexers(&client).await?[0].doc_version == version {
            bail!("still the old one")
        }
        Ok(())
    })
    .await?;
    let audit = daemon.cli()?.ok(&["audit", "--json"]).await?;
    ensure!(audit.contains("file:") && !audit.contains("api-key-"), "{audit}");
    ensure!(!daemon.log().contains("api-key-"));

    // What is taken out stays, and can be edited again.
    map.swap("version: 1\n")?;
    eventually("the release", WITHIN, || async {
        if client.managed_settings().await?.is_empty() { Ok(()) } else { bail!("still managed") }
    })
    .await?;
    ensure!(priority(&client).await? == Some(3));

    // What was changed meanwhile is put right at the next start.
    let mut edit = indexers(&client).await?.remove(0);
    edit.priority = 44;
    client.save_indexer(SaveIndexer { indexer: edit, secret: SecretInput::Keep }).await?;
    daemon.terminate().await?;
    map.swap(&text(3))?;
    daemon.start_again().await?;
    let client = daemon.client().await?;
    ensure!(priority(&client).await? == Some(3), "{}", daemon.log());
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn daemons_with_other_folders_do_not_fight_and_the_newer_one_counts() -> anyhow::Result<()> {
    let (cluster, name) = database(&ClusterSettings::default())?;
    let temp = tempfile::tempdir()?;
    let (old, new) = (temp.path().join("old.d"), temp.path().join("new.d"));
    let _old_map = ConfigMap::new(&old, &indexer("Prowlarr", 1))?;
    let _new_map = ConfigMap::new(&new, &indexer("Prowlarr", 2))?;
    let key = temp.path().join("key");
    std::fs::write(&key, "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n")?;
    let on = |folder: &Path| DaemonSettings {
        env: vec![
            ("DATABASE_URL".to_owned(), cluster.url(&name)),
            ("RADARR__SECURITY__KEY_FILE".to_owned(), key.display().to_string()),
        ],
        ..watching(folder)
    };
    let mut first = Daemon::start(&temp.path().join("first"), on(&old)).await?;
    let client = first.client().await?;
    ensure!(priority(&client).await? == Some(1), "{}", first.log());
    let mut second = Daemon::start(&temp.path().join("second"), on(&new)).await?;
    ensure!(priority(&client).await? == Some(2), "{}", second.log());
    until_health(&client, "settings_folder", "is another one than that").await?;
    // The old one is started again: it is known to be older, and waits.
    first.kill_9()?;
    first.start_again().await?;
    let client = first.client().await?;
    ensure!(priority(&client).await? == Some(2), "{}", first.log());
    // The update is taken back: the newer one goes, and the old folder counts again.
    second.terminate().await?;
    until_priority(&client, 1, || first.log()).await?;
    until_health_is_well(&client, "settings_folder").await?;
    Ok(())
}

/// What the doctor says: its exit code and its output.
async fn doctor(daemon: &Daemon, arguments: &[&str]) -> anyhow::Result<(Option<i32>, String)> {
    let mut command = tokio::process::Command::new(binaries::ours(DAEMON)?);
    command.arg("doctor").arg("--config").arg(daemon.config()).args(arguments);
    let output = command.env_remove("RUST_LOG").stdin(Stdio::null()).kill_on_drop(true).output().await?;
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    Ok((output.status.code(), text))
}

#[tokio::test]
async fn the_doctor_says_what_is_wrong_beside_a_daemon_and_without_one() -> anyhow::Result<()> {
    let temp = tempfile::tempdir()?;
    let settings = DaemonSettings {
        tmdb_key: "0123456789abcdef0123456789abcdef".to_owned(),
        ..DaemonSettings::default()
    };
    let mut daemon = Daemon::start(&temp.path().join("daemon"), settings).await?;
    let cli = daemon.cli()?;
    let movies = temp.path().join("movies");
    std::fs::create_dir(&movies)?;
    cli.ok(&["root", "add", &movies.display().to_string()]).await?;

    let (code, said) = doctor(&daemon, &[]).await?;
    // TMDB does not answer here.
    ensure!(code == Some(1) && said.contains("problem") && said.contains("tmdb"), "{said}");
    for words in [
        "configuration",
        "a daemon listens there",
        "runs since",
        &format!("{}: 0 movies", movies.display()),
        "in use, by the daemon",
    ] {
        ensure!(said.contains(words), "{words} is missing: {said}");
    }
    ensure!(!said.contains("0123456789abcdef") && !said.contains('\u{1b}'), "{said}");

    daemon.terminate().await?;
    let taken = std::net::TcpListener::bind(daemon.http)?;
    let (code, said) = doctor(&daemon, &["--json"]).await?;
    let lines: Vec<Value> = serde_json::from_str(&said).with_context(|| said.clone())?;
    let has = |state: &str, words: &str| {
        lines.iter().any(|line| {
            line["state"] == state && line["message"].as_str().is_some_and(|said| said.contains(words))
        })
    };
    ensure!(code == Some(1) && has("problem", "is taken by another program"), "{said}");
    ensure!(has("ok", "none runs here") && has("ok", "events are as they should be"), "{said}");
    ensure!(lines.iter().all(|line| line["state"] == "ok" || line["hint"].is_string()), "{said}");
    drop(taken);

    // Nothing of the storage was changed, so that the daemon starts as ever.
    daemon.start_again().await?;
    std::fs::write(daemon.config(), "[http]\nlisten = 1\nlistn = 2\n")?;
    let (code, said) = doctor(&daemon, &[]).await?;
    ensure!(
        code == Some(1) && said.contains("problem  configuration") && said.contains("did you mean"),
        "{said}"
    );
    Ok(())
}

/// What the daemon starts by itself: how often, and when next.
async fn scheduled(client: &Client, wanted: &JobKind) -> anyhow::Result<ScheduledJob> {
    let schedule = client.schedule().await?;
    schedule.into_iter().find(|job| job.kind == *wanted).with_context(|| format!("{wanted:?} is not in it"))
}

#[tokio::test]
async fn a_schedule_that_a_file_declares_counts_at_once_and_is_told() -> anyhow::Result<()> {
    let temp = tempfile::tempdir()?;
    let daemon = Daemon::start(&temp.path().join("daemon"), DaemonSettings::default()).await?;
    let (cli, client) = (daemon.cli()?, daemon.client().await?);
    let kind = JobKind::RefreshLibrary;
    let before = scheduled(&client, &kind).await?;
    ensure!(before.runs == JobRhythm::Every { seconds: 12 * 3600 } && before.last_at.is_none(), "{before:?}");

    let file = temp.path().join("settings.yaml");
    std::fs::write(&file, "version: 1\nlibrary: {refresh_interval_hours: 6}\n")?;
    cli.ok(&["apply", "-f", &file.display().to_string()]).await?;
    eventually("the other interval", WITHIN, || async {
        let now = scheduled(&client, &kind).await?;
        ensure!(now.runs == JobRhythm::Every { seconds: 6 * 3600 }, "{now:?}");
        Ok(())
    })
    .await?;
    let shown = cli.ok(&["job", "schedule"]).await?;
    ensure!(shown.contains("refresh library") && shown.contains("every 6h"), "{shown}");
    ensure!(shown.contains("daily 02:00"), "{shown}");
    // What is due within seconds of the first start was done, and is told as such.
    eventually("the first check of the health", WITHIN, || async {
        let health = scheduled(&client, &JobKind::CheckHealth).await?;
        ensure!(health.last_at.is_some() && health.next_at > health.last_at, "{health:?}");
        Ok(())
    })
    .await
}
