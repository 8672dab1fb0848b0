//! The daemon under a service manager: it says when it is ready, that it works, and when it ends, and takes the socket
//! that was opened for it.

use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use radarr_proto::model::{JobStatus, Slot};
use radarr_tests::harness::{
    Cli, Daemon, DaemonSettings, Process, Scene, SceneSettings, WhichClient, binaries, eventually,
};
use radarr_tests::stand_ins::gate::Fault;
use radarr_tests::stand_ins::qbittorrent::Version;

use crate::movie::{add, imported};

const NOSFERATU: u32 = 653;

/// A loaded machine takes its time.
const WITHIN: Duration = Duration::from_secs(30);

/// The service manager's end of the notifications.
struct Manager {
    socket: UnixDatagram,
    lines: Vec<String>,
}

impl Manager {
    /// Listens in `folder`, and gives the environment that a daemon under it has.
    fn listen(folder: &Path, watchdog: Duration) -> anyhow::Result<(Self, Vec<(String, String)>)> {
        let path = folder.join("notify");
        let socket = UnixDatagram::bind(&path)?;
        socket.set_nonblocking(true)?;
        let env = vec![
            ("NOTIFY_SOCKET".to_owned(), path.display().to_string()),
            ("WATCHDOG_USEC".to_owned(), watchdog.as_micros().to_string()),
        ];
        Ok((Self { socket, lines: Vec::new() }, env))
    }

    /// Reads what is there.
    fn read(&mut self) {
        let mut buffer = [0; 4096];
        while let Ok(length) = self.socket.recv(&mut buffer) {
            let text = String::from_utf8_lossy(buffer.get(..length).unwrap_or_default()).into_owned();
            self.lines.extend(text.lines().map(str::to_owned));
        }
    }

    fn has(&mut self, line: &str) -> bool {
        self.read();
        self.lines.iter().any(|found| found.starts_with(line))
    }

    async fn hears(&mut self, line: &str) -> anyhow::Result<()> {
        eventually(line, WITHIN, || {
            let heard = if self.has(line) { Ok(()) } else { Err(anyhow::anyhow!("heard {:?}", self.lines)) };
            async move { heard }
        })
        .await
    }

    fn forget(&mut self) {
        self.read();
        self.lines.clear();
    }
}

#[tokio::test]
async fn a_service_manager_hears_when_the_daemon_is_ready_works_and_ends() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let (mut manager, env) = Manager::listen(folder.path(), Duration::from_secs(2))?;
    let mut daemon = Daemon::prepare(folder.path(), DaemonSettings { env, ..DaemonSettings::default() })?;
    daemon.spawn()?;
    manager.hears("READY=1").await?;
    assert!(daemon.http_get("/ready").await?.status.is_success(), "what is said is true");
    let starting = manager.lines.iter().position(|line| line.starts_with("STATUS=starting"));
    let ready = manager.lines.iter().position(|line| line == "READY=1");
    assert!(starting.is_some() && starting < ready, "{:?}", manager.lines);
    manager.hears("WATCHDOG=1").await?;
    assert!(!manager.has("STOPPING=1"));
    let (ended, took) = daemon.terminate().await?;
    assert!(ended.success(), "{ended} after {took:?}");
    assert!(manager.has("STOPPING=1"), "{:?}", manager.lines);
    Ok(())
}

#[tokio::test]
async fn a_daemon_that_is_told_to_end_hands_its_running_jobs_over() -> anyhow::Result<()> {
    let settings = SceneSettings { client: WhichClient::StandIn(Version::V5), ..SceneSettings::default() };
    let mut scene = Scene::start_set_up(settings).await?;
    let client = scene.daemon.client().await?;
    let movie = add(&client, NOSFERATU, false).await?;
    // The indexer does not answer: the search would go on for a while.
    scene.stand_ins.hdbits.gate.faults.always("/api/torrents", Fault::Hang);
    let job = client.search_movie(movie.id, Slot(0)).await?;
    let status = || async {
        let jobs = client.jobs().await?;
        let found = jobs.into_iter().find(|found| found.id == job.id);
        found.map(|job| job.status).context("the job is gone")
    };
    eventually("the job at work", WITHIN, || async {
        let now = status().await?;
        if now == JobStatus::Running { Ok(()) } else { bail!("{now:?}") }
    })
    .await?;

    let (ended, took) = scene.daemon.terminate().await?;
    assert!(ended.success(), "{ended} after {took:?}");
    scene.stand_ins.hdbits.gate.faults.clear();
    scene.daemon.start_again().await?;
    eventually("the end of the job", WITHIN, || async {
        let now = status().await?;
        if now == JobStatus::Done { Ok(()) } else { bail!("{now:?}") }
    })
    .await?;
    imported(&client, movie.id).await?;
    Ok(())
}

/// An ext4 of its own in a file; its disk can be made to hang.
struct Disk<'a>(&'a Path);

impl<'a> Disk<'a> {
    fn mount(image: &Path, at: &'a Path) -> anyhow::Result<Option<Self>> {
        std::fs::create_dir_all(at)?;
        std::fs::File::create(image)?.set_len(64 << 20)?;
        let made = run(Command::new("mkfs.ext4").args(["-q", "-m", "0"]).arg(image))
            .and_then(|()| run(Command::new("mount").args(["-o", "loop"]).arg(image).arg(at)));
        if let Err(error) = made {
            println!("skipped: no disk can be mounted here: {error:#}");
            return Ok(None);
        }
        Ok(Some(Self(at)))
    }

    fn freeze(&self, how: &str) -> anyhow::Result<()> {
        run(Command::new("fsfreeze").arg(how).arg(self.0))
    }
}

impl Drop for Disk<'_> {
    fn drop(&mut self) {
        // It hangs only when the test ended in the middle.
        if self.freeze("-u").is_ok() {
            println!("the disk was still frozen");
        }
        if let Err(error) = run(Command::new("umount").arg("-l").arg(self.0)) {
            println!("{error:#}");
        }
    }
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let output =
        command.output().with_context(|| format!("{} does not run", command.get_program().display()))?;
    if !output.status.success() {
        bail!("{}: {}", command.get_program().display(), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

#[tokio::test]
async fn a_daemon_whose_disk_hangs_gives_no_sign_of_life_until_it_answers() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let (mut manager, env) = Manager::listen(folder.path(), Duration::from_secs(2))?;
    let mut daemon = Daemon::prepare(folder.path(), DaemonSettings { env, ..DaemonSettings::default() })?;
    let storage = daemon.storage();
    let Some(disk) = Disk::mount(&folder.path().join("disk"), &storage)? else { return Ok(()) };
    daemon.start_again().await?;
    manager.hears("WATCHDOG=1").await?;

    disk.freeze("-f")?;
    let mut change = daemon.cli()?.command().args(["tag", "add", "stuck"]).spawn()?;
    eventually("the daemon's word of it", WITHIN, || {
        let log = daemon.log();
        async move { if log.contains("the storage does not answer") { Ok(()) } else { bail!("{log}") } }
    })
    .await?;
    manager.forget();
    let (until, mut answers) = (Instant::now() + Duration::from_secs(4), 0);
    while Instant::now() < until {
        // The process lives and its probe answers: no probe would tell.
        assert!(daemon.http_get("/health").await?.status.is_success());
        answers += 1;
        tokio::task::yield_now().await;
    }
    assert!(answers > 1 && !manager.has("WATCHDOG=1"), "{:?}", manager.lines);

    disk.freeze("-u")?;
    manager.hears("WATCHDOG=1").await?;
    change.wait().await?;
    daemon.terminate().await?;
    Ok(())
}

#[tokio::test]
async fn a_socket_that_was_opened_for_the_daemon_is_served_and_stays() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let daemon = Daemon::prepare(folder.path(), DaemonSettings::default())?;
    let (socket, program) = (folder.path().join("handed.sock"), binaries::ours(binaries::DAEMON)?);
    let mut launcher = Command::new(binaries::needed("systemd-socket-activate", "systemd")?);
    launcher.arg("--listen").arg(&socket).arg("--fdname=rpc").arg(program).arg("serve");
    launcher.arg("--config").arg(daemon.config());
    let mut process = Process::start(&mut launcher, &folder.path().join("launcher.log"))?;
    let cli = Cli::new(radarr_proto::endpoint::Endpoint::Unix(socket.clone()))?;
    // The first connection starts the daemon.
    let status = eventually("the daemon behind the socket", WITHIN, || {
        let (runs, cli) = (process.still_runs(), &cli);
        async move {
            runs?;
            cli.ok(&["--json", "status"]).await
        }
    });
    assert!(status.await?.contains("\"movies\": 0"), "{}", process.log());
    assert!(!daemon.socket().exists(), "rpc.unix is not opened beside it");
    let (ended, _) = process.terminate(WITHIN).await?;
    assert!(ended.success(), "{}", process.log());
    assert!(socket.exists(), "the socket belongs to who opened it");
    Ok(())
}

#[test]
fn the_units_are_in_order_and_give_the_daemon_no_more_than_it_needs() -> anyhow::Result<()> {
    let (folder, units) = (tempfile::tempdir()?, binaries::repository().join("packaging/systemd"));
    let program = binaries::ours(binaries::DAEMON)?.display().to_string();
    for place in ["", "user"] {
        let mut there = Vec::new();
        for name in ["radarr.service", "radarr.socket"] {
            let unit = std::fs::read_to_string(units.join(place).join(name))?;
            let path = folder.path().join(name);
            std::fs::write(&path, unit.replace("/usr/bin/radarr-daemon", &program))?;
            there.push(path);
        }
        let analyze = binaries::needed("systemd-analyze", "systemd")?;
        let verified = Command::new(&analyze).args(["verify", "--man=no"]).args(&there).output()?;
        // It says what is wrong and ends well all the same.
        let said = String::from_utf8_lossy(&[verified.stdout, verified.stderr].concat()).into_owned();
        assert!(verified.status.success() && said.is_empty(), "{place}: {said}");
        // Tenths: 2.0.
        let mut judged = Command::new(&analyze);
        run(judged.args(["security", "--offline=true", "--threshold=20", "--no-pager"]).args(&there[..1]))
            .with_context(|| format!("the unit of {place:?} has more rights than it needs"))?;
    }
    let config = units.join("config.toml");
    run(Command::new(program).args(["config", "check", "--config"]).arg(config))
}
