//! Each procedure of `docs/operations.md`, run as it stands there, on real processes.
//!
//! A stand-in `systemctl` starts and stops the daemon of the test; everything else is what the page says. How the units
//! and the package do on a machine with systemd: `packaging/machine.sh`.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use radarr_proto::model::Movie;
use radarr_proto::request::Status;
use radarr_tests::harness::binaries::{DAEMON, ours, repository};
use radarr_tests::harness::postgres::{Cluster, ClusterSettings, USER};
use radarr_tests::harness::{Cli, Daemon, DaemonSettings, Scene, SceneSettings, WhichClient, eventually};
use radarr_tests::stand_ins::qbittorrent::Version;
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

use crate::movie::{WITHIN, add, imported, story};
use crate::postgres::on;

const NOSFERATU: u32 = 653;
/// Longer than any procedure takes on a loaded machine.
const PROCEDURE_MAX: Duration = Duration::from_mins(3);

/// Starts, stops and tells of the daemon, as systemd would.
const SYSTEMCTL: &str = r#"#!/bin/sh
stop() {
    [ -e "$STATE/pid" ] || return 0
    kill -TERM "$(cat "$STATE/pid")" 2>/dev/null
    while kill -0 "$(cat "$STATE/pid")" 2>/dev/null; do sleep 0.05; done
    rm "$STATE/pid"
}
start() {
    [ -e "$STATE/pid" ] && kill -0 "$(cat "$STATE/pid")" 2>/dev/null && return 0
    radarr-daemon serve --config "$CONFIG" >> "$STATE/log" 2>&1 < /dev/null &
    echo $! > "$STATE/pid"
}
echo "$*" >> "$STATE/asked"
case "$*" in
    *postgresql*) ;;
    start*|enable*--now*) start ;;
    stop*) stop ;;
    restart*) stop; start ;;
    status*) cat "$STATE/pid" ;;
    daemon-reload) ;;
    *) echo "systemctl $* is not known here" >&2; exit 1 ;;
esac
"#;

/// The commands of a part of the page; the first part has the variables of all.
fn commands(heading: &str) -> anyhow::Result<String> {
    Ok(steps(heading)?.concat())
}

/// The commands of a part of the page, step by step; the first step are the variables of all.
fn steps(heading: &str) -> anyhow::Result<Vec<String>> {
    let page = std::fs::read_to_string(repository().join("docs/operations.md"))?;
    let mut parts = page.split("\n## ");
    let first = parts.next().context("no beginning")?;
    let part = parts.find(|part| part.lines().next() == Some(heading));
    let part = part.with_context(|| format!("docs/operations.md has no part {heading:?}"))?;
    let mut found: Vec<String> = Vec::new();
    for text in [first, part] {
        let mut inside = false;
        for line in text.lines() {
            match line {
                "```sh" => {
                    inside = true;
                    found.push(String::new());
                }
                "```" => inside = false,
                line if inside => found.last_mut().context("no step")?.extend([line, "\n"]),
                _ => {}
            }
        }
    }
    Ok(found)
}

/// An operator: variables of the page, programs in the `PATH`, and a service manager.
struct Operator {
    folder: TempDir,
    config: PathBuf,
    data: PathBuf,
    cli: Cli,
    env: Vec<(String, String)>,
}

impl Operator {
    /// Of a daemon that does not run now, but will when it is asked for.
    fn of(daemon: &Daemon) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let programs = folder.path().join("programs");
        std::fs::create_dir_all(&programs)?;
        for (name, text) in [("systemctl", SYSTEMCTL), ("useradd", "#!/bin/sh\n")] {
            let path = programs.join(name);
            std::fs::write(&path, text)?;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755))?;
        }
        let ours = ours(DAEMON)?.parent().context("no folder")?.to_path_buf();
        let path = std::env::var("PATH")?;
        let shown = |path: &Path| path.display().to_string();
        let at = |name: &str| shown(&folder.path().join(name));
        let variables = [
            ("PATH", format!("{}:{}:{path}", programs.display(), ours.display())),
            ("STATE", shown(folder.path())),
            ("CONFIG", shown(&daemon.config())),
            ("DATA", shown(&daemon.storage())),
            ("BACKUP", at("backup.jsonl.gz")),
            ("AS_RADARR", String::new()),
            ("RADARR_CONNECT", daemon.endpoint().to_string()),
            ("PREFIX", at("prefix")),
            ("UNITS", at("units")),
            ("PROGRAMS", shown(&ours)),
            ("SOURCE", shown(repository())),
            ("TOKEN_FILE", at("laptop.token")),
            ("PASSKEY_FILE", at("passkey")),
            ("TMDB_KEY_FILE", at("tmdb.key")),
            ("URL_FILE", at("database.url")),
            ("NEW_KEY", at("secret.key.new")),
        ];
        let env = variables.map(|(name, value)| (name.to_owned(), value)).to_vec();
        let (config, data, cli) = (daemon.config(), daemon.storage(), daemon.cli()?);
        Ok(Self { folder, config, data, cli, env })
    }

    fn write(&self, name: &str, text: &str) -> anyhow::Result<()> {
        Ok(std::fs::write(self.folder.path().join(name), text)?)
    }

    /// What the stand-in of systemd was asked.
    fn asked(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("asked")).unwrap_or_default()
    }

    fn command(&self, script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-eu", "-c", script]).current_dir(self.folder.path());
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    async fn run(&self, script: &str) -> anyhow::Result<String> {
        // What a shell starts holds its pipes: a file has no end to wait for.
        let (out, err) = (self.folder.path().join("out"), self.folder.path().join("err"));
        let mut command = self.command(script);
        command.stdout(std::fs::File::create(&out)?).stderr(std::fs::File::create(&err)?);
        let status = tokio::time::timeout(PROCEDURE_MAX, command.status()).await;
        let text = |path: &Path| std::fs::read_to_string(path).unwrap_or_default();
        let log = || text(&self.folder.path().join("log"));
        let (out, err) = (text(&out), text(&err));
        match status {
            Ok(status) if status.as_ref().is_ok_and(std::process::ExitStatus::success) => Ok(out),
            ended => {
                bail!("{ended:?}\n{script}\n--- output\n{out}\n--- errors\n{err}\n--- daemon\n{}", log())
            }
        }
    }

    /// Does what the page says under that heading.
    async fn follow(&self, heading: &str) -> anyhow::Result<String> {
        self.run(&commands(heading)?).await
    }

    async fn start(&self) -> anyhow::Result<()> {
        let until_ready = "until radarr-daemon healthcheck --ready --config \"$CONFIG\"; do sleep 0.1; done";
        self.run(&format!("systemctl start radarr.service; {until_ready}")).await?;
        Ok(())
    }
}

impl Drop for Operator {
    fn drop(&mut self) {
        let stopped: std::io::Result<Output> = std::process::Command::new("sh")
            .args(["-c", "systemctl stop radarr.service"])
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .output();
        if let Err(error) = stopped {
            println!("the daemon may still run: {error}");
        }
    }
}

/// An operator of an empty library that is served.
async fn of_an_empty_library() -> anyhow::Result<(Operator, TempDir)> {
    let folder = tempfile::tempdir()?;
    let operator = Operator::of(&Daemon::prepare(folder.path(), DaemonSettings::default())?)?;
    operator.start().await?;
    Ok((operator, folder))
}

/// A library with a movie that came in, and everything around it; its daemon runs under the operator.
struct InUse {
    operator: Operator,
    scene: Scene,
    movie: Movie,
    _folder: TempDir,
}

impl InUse {
    async fn start() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let passphrase = folder.path().join("passphrase");
        std::fs::write(&passphrase, "a sentence that only we know")?;
        let settings = SceneSettings {
            client: WhichClient::StandIn(Version::V5),
            daemon_config: format!("[backup]\npassphrase_file = \"{}\"\n", passphrase.display()),
            keep: Some(folder.path().join("scene")),
            ..SceneSettings::default()
        };
        let mut scene = Scene::start_set_up(settings).await?;
        let client = scene.daemon.client().await?;
        let movie = add(&client, NOSFERATU, true).await?;
        imported(&client, movie.id).await?;
        let cli = scene.daemon.cli()?;
        cli.ok(&["tag", "add", "silent"]).await?;
        cli.ok(&["token", "create", "laptop", "--role", "operator"]).await?;
        scene.daemon.terminate().await?;
        let operator = Operator::of(&scene.daemon)?;
        operator.start().await?;
        Ok(Self { operator, scene, movie, _folder: folder })
    }

    /// Everything that a person would miss.
    async fn library(&self) -> anyhow::Result<Value> {
        let number = self.movie.id.to_string();
        let mut found = Vec::new();
        for verb in [
            &["movie", "list"][..],
            &["movie", "show", &number],
            &["movie", "files", &number],
            &["root", "list"],
            &["tag", "list"],
            &["token", "list"],
            &["profile", "list"],
            &["format", "list"],
            &["client", "list"],
            &["tmdb", "show"],
            &["library", "show"],
            &["naming", "show"],
        ] {
            let mut said: Value = self.operator.cli.json(verb).await?;
            // The room on the disk is no part of the library, nor is where the log of another storage stands.
            forget(&mut said, &["free_bytes", "cursor"]);
            found.push(said);
        }
        let client = self.scene.daemon.client().await?;
        found.push(serde_json::to_value(story(&client, self.movie.id).await?)?);
        Ok(Value::Array(found))
    }
}

/// Takes fields out, wherever they are.
fn forget(value: &mut Value, names: &[&str]) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !names.contains(&name.as_str()));
            fields.values_mut().for_each(|value| forget(value, names));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| forget(value, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[tokio::test]
async fn the_drill_everything_but_the_backup_is_gone_and_the_library_is_as_before() -> anyhow::Result<()> {
    let in_use = InUse::start().await?;
    let operator = &in_use.operator;
    operator.follow("Back up").await?;
    let before = in_use.library().await?;

    operator.run("systemctl stop radarr.service").await?;
    let config = std::fs::read_to_string(&operator.config)?;
    let folder = operator.config.parent().context("no folder")?;
    std::fs::remove_dir_all(folder)?;
    assert!(!operator.data.exists());

    // A new machine: installed, the same configuration, an empty library.
    std::fs::create_dir_all(folder)?;
    std::fs::write(&operator.config, config)?;
    operator.start().await?;
    let empty: Status = operator.cli.json(&["status"]).await?;
    assert_eq!(empty.movies, 0);

    let said = operator.follow("Disaster recovery").await?;
    assert!(said.contains("Nosferatu"), "{said}");
    assert_eq!(in_use.library().await?, before);
    operator.cli.ok(&["indexer", "test", "HDBits"]).await?;
    operator.cli.ok(&["client", "test"]).await?;
    Ok(())
}

#[tokio::test]
async fn a_restore_brings_back_what_was() -> anyhow::Result<()> {
    let (operator, _folder) = of_an_empty_library().await?;
    operator.cli.ok(&["tag", "add", "before"]).await?;
    operator.follow("Back up").await?;
    operator.cli.ok(&["tag", "add", "after"]).await?;
    operator.follow("Restore").await?;
    let tags = operator.cli.ok(&["tag", "list"]).await?;
    assert!(tags.contains("before") && !tags.contains("after"), "{tags}");
    let copies = std::fs::read_dir(operator.data.join("backups"))?;
    let is_copy = |name: String| name.starts_with("before-restore-");
    let mut names = copies.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    assert!(names.any(|name: std::io::Result<String>| name.is_ok_and(is_copy)), "what was replaced is kept");
    Ok(())
}

#[tokio::test]
async fn an_installation_is_served_and_an_upgrade_keeps_everything() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let operator = Operator::of(&Daemon::prepare(folder.path(), DaemonSettings::default())?)?;
    let said = operator.follow("Install").await?;
    assert!(said.contains(env!("CARGO_PKG_VERSION")), "{said}");
    for file in
        ["prefix/bin/radarr-daemon", "prefix/bin/radarr-tui", "units/radarr.service", "units/radarr.socket"]
    {
        assert!(operator.folder.path().join(file).is_file(), "{file}");
    }
    operator.cli.ok(&["tag", "add", "kept"]).await?;
    operator.follow("Upgrade").await?;
    assert!(operator.cli.ok(&["tag", "list"]).await?.contains("kept"));
    assert!(operator.asked().contains("restart radarr.service"), "{}", operator.asked());
    Ok(())
}

#[tokio::test]
async fn what_lets_people_in_and_out_is_rotated() -> anyhow::Result<()> {
    let in_use = InUse::start().await?;
    let operator = &in_use.operator;
    operator.write("passkey", &in_use.scene.stand_ins.hdbits.account.passkey)?;
    operator.write("tmdb.key", &in_use.scene.stand_ins.tmdb.key)?;
    let key = std::fs::read(operator.data.join("secret.key"))?;
    operator.follow("Rotate").await?;
    assert_ne!(std::fs::read(operator.data.join("secret.key"))?, key, "the key is another one");
    let token = std::fs::read_to_string(operator.folder.path().join("laptop.token"))?;
    let client = in_use.scene.daemon.tcp_client(token.trim()).await?;
    assert_eq!(client.status().await?.movies, 1);
    let tokens: Value = operator.cli.json(&["token", "list"]).await?;
    let names: Vec<&str> =
        tokens.as_array().context("no list")?.iter().filter_map(|token| token["name"].as_str()).collect();
    assert!(names.len() == 1 && names[0].starts_with("laptop-"), "{names:?}");
    operator.cli.ok(&["indexer", "test", "HDBits"]).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_key_of_several_daemons_is_rotated_and_each_reads_its_secrets_at_every_step() -> anyhow::Result<()>
{
    if !Cluster::is_installed() {
        println!("skipped: PostgreSQL is not installed");
        return Ok(());
    }
    let cluster = Cluster::start(&ClusterSettings::default())?;
    let settings = on(cluster.url(&cluster.database()?));
    let url = settings.daemon_env.clone();
    let scene = Scene::start_set_up(settings).await?;
    let second = scene.another_daemon("second").await?;
    let mut operators = [Operator::of(&scene.daemon)?, Operator::of(&second)?];
    for operator in &mut operators {
        operator.env.extend(url.iter().cloned());
    }
    let all_read = async |step: usize| {
        for operator in &operators {
            let tested = operator.cli.ok(&["indexer", "test", "HDBits"]).await;
            tested.with_context(|| format!("after step {step}"))?;
        }
        anyhow::Ok(())
    };
    let key = |operator: &Operator| std::fs::read_to_string(operator.data.join("secret.key"));
    let old = key(&operators[0])?;

    let steps = steps("Rotate the key of several daemons")?;
    let [variables, new_key, behind, before, rotate, away] = &steps[..] else { bail!("{steps:?}") };
    let follow = async |operator: &Operator, step: &str| operator.run(&format!("{variables}{step}")).await;
    follow(&operators[0], new_key).await?;
    let new = std::fs::read_to_string(operators[0].folder.path().join("secret.key.new"))?;
    operators[1].write("secret.key.new", &new)?;
    for (number, step) in [(2, behind), (3, before)] {
        for operator in &operators {
            follow(operator, step).await?;
            all_read(number).await?;
        }
    }
    assert_eq!(key(&operators[1])?, format!("{new}{old}"));
    let said = follow(&operators[0], rotate).await?;
    assert!(
        said.contains("are encrypted with the new key") && !said.contains("can be read with no key"),
        "{said}"
    );
    all_read(4).await?;
    for operator in &operators {
        follow(operator, away).await?;
        assert_eq!(key(operator)?, new);
        all_read(5).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_daemon_that_was_killed_answers_again() -> anyhow::Result<()> {
    let (operator, _folder) = of_an_empty_library().await?;
    operator.run("kill -9 \"$(cat \"$STATE/pid\")\"").await?;
    operator.follow("The daemon does not answer").await?;
    assert_eq!(operator.cli.json::<Status>(&["status"]).await?.movies, 0);
    Ok(())
}

#[tokio::test]
async fn what_is_outside_is_looked_at() -> anyhow::Result<()> {
    let in_use = InUse::start().await?;
    let said = in_use.operator.follow("A download client is stuck").await?;
    assert!(said.contains("qBittorrent"), "{said}");
    let said = in_use.operator.follow("An indexer or TMDB is in trouble").await?;
    assert!(said.contains("HDBits"), "{said}");
    Ok(())
}

#[tokio::test]
async fn the_library_moves_to_a_database_and_the_daemon_outlasts_its_outage() -> anyhow::Result<()> {
    if !Cluster::is_installed() {
        println!("skipped: PostgreSQL is not installed");
        return Ok(());
    }
    let mut in_use = InUse::start().await?;
    let before = in_use.library().await?;
    let mut cluster = Cluster::start(&ClusterSettings::default())?;
    let psql = format!("psql -h {} -p {} -U {USER} -d postgres", cluster.folder().display(), cluster.port);
    in_use.operator.env.push(("PSQL".to_owned(), psql));
    let operator = &in_use.operator;
    operator.write("database.url", &cluster.url(&cluster.database()?))?;
    operator.follow("Move to PostgreSQL").await?;
    let status: Status = operator.cli.json(&["status"]).await?;
    assert_eq!((status.storage.as_str(), status.movies), ("postgres", 1));
    assert_eq!(in_use.library().await?, before);

    let process = operator.run("cat \"$STATE/pid\"").await?;
    let url = std::fs::read_to_string(operator.folder.path().join("database.url"))?;
    operator.follow("Rotate the database's password").await?;
    assert_ne!(std::fs::read_to_string(operator.folder.path().join("database.url"))?, url);
    // Open connections ask for no password: all are cut, and have to be made anew.
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE client_addr IS NOT NULL";
    cluster.sql("postgres", cut)?;
    eventually("a change with the new password", WITHIN, || async {
        operator.cli.ok(&["tag", "add", "renewed"]).await
    })
    .await?;
    assert_eq!(operator.run("cat \"$STATE/pid\"").await?, process, "the daemon was started anew");

    cluster.stop("QUIT")?;
    let mut following = operator.command(&commands("The database is away")?);
    let mut following = following.stdout(Stdio::null()).spawn()?;
    eventually("the restart of the database", WITHIN, || {
        let asked = operator.asked();
        async move { if asked.contains("restart postgresql") { Ok(()) } else { bail!("{asked}") } }
    })
    .await?;
    cluster.start_again()?;
    let status = tokio::time::timeout(PROCEDURE_MAX, following.wait()).await??;
    ensure!(status.success(), "{status}");
    operator.cli.ok(&["tag", "add", "again"]).await?;
    drop(in_use);
    Ok(())
}

/// A small file system of its own at `path`, as long as it lives.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(path: &Path) -> anyhow::Result<Option<Self>> {
        std::fs::create_dir_all(path)?;
        let options = ["-t", "tmpfs", "-o", "size=96m", "tmpfs"];
        let made = std::process::Command::new("mount").args(options).arg(path).output()?;
        if !made.status.success() {
            println!("skipped: no disk can be mounted here");
            return Ok(None);
        }
        Ok(Some(Self(path.to_path_buf())))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let gone = std::process::Command::new("umount").arg("-l").arg(&self.0).status();
        assert!(gone.is_ok_and(|status| status.success()), "{} stays mounted", self.0.display());
    }
}

#[tokio::test]
async fn a_full_disk_is_cleared_and_changes_go_on() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let daemon = Daemon::prepare(folder.path(), DaemonSettings::default())?;
    let Some(_disk) = SmallDisk::mount(&daemon.storage())? else { return Ok(()) };
    let operator = Operator::of(&daemon)?;
    operator.start().await?;
    let fill = "mkdir -p \"$DATA/backups\"; dd if=/dev/zero of=\"$DATA/backups/before-restore-x.jsonl.gz\" bs=1M || true";
    operator.run(fill).await?;
    let said = operator.cli.run(&["tag", "add", "no-room"]).await?;
    assert!(said.code != 0 && said.err.contains("read-only: the disk"), "{said:?}");
    operator.follow("A disk is full").await?;
    operator.cli.ok(&["tag", "add", "room"]).await?;
    Ok(())
}
