//! The TUI in a real terminal, with the real daemon: what a person does, and how it ends.

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use portable_pty::CommandBuilder;
use radarr_proto::client::{Client, ConnectOptions};
use radarr_proto::endpoint::Endpoint;
use radarr_tests::harness::{
    Daemon, DaemonSettings, Process, Scene, SceneSettings, WhichClient, binaries, eventually, free_port,
};
use radarr_tests::stand_ins::qbittorrent::Version;
use rustix::process::{Pid, Signal, kill_process};

use crate::terminal::Terminal;

const ESC: &str = "\u{1b}";
const ENTER: &str = "\r";
const RIGHT: &str = "\u{1b}[C";
const DOWN: &str = "\u{1b}[B";
const CTRL_S: &str = "\u{13}";

pub(crate) fn tui(endpoint: &Endpoint) -> CommandBuilder {
    let mut command = CommandBuilder::new(binaries::ours(binaries::TUI).unwrap());
    command.args(["--no-spawn", "--connect", &endpoint.to_string()]);
    command
}

async fn scene() -> Scene {
    let settings = SceneSettings { client: WhichClient::StandIn(Version::V4), ..SceneSettings::default() };
    Scene::start_set_up(settings).await.unwrap()
}

/// A daemon with a root folder and nothing else, and a TUI on its empty library.
async fn small(folder: &Path) -> (Daemon, Terminal) {
    let daemon = Daemon::start(&folder.join("radarr"), DaemonSettings::default()).await.unwrap();
    let root = folder.join("movies");
    std::fs::create_dir(&root).unwrap();
    daemon.cli().unwrap().ok(&["root", "add", &root.display().to_string()]).await.unwrap();
    let mut terminal = Terminal::start(tui(&daemon.endpoint()), 80, 24).unwrap();
    terminal.shows("Welcome to radarr").await.unwrap();
    terminal.types_until(ESC, "The library is empty").await.unwrap();
    (daemon, terminal)
}

#[tokio::test]
async fn a_person_adds_a_movie_chooses_a_release_and_watches_it_come_in() {
    let scene = scene().await;
    let mut terminal = Terminal::start(tui(&scene.daemon.endpoint()), 120, 40).unwrap();
    terminal.shows("The library is empty").await.unwrap();
    terminal.types_until("a", "TMDB >").await.unwrap();
    terminal.types_until("nosferatu", "1922").await.unwrap();
    terminal.types_until(ENTER, "add Nosferatu (1922)").await.unwrap();
    terminal.types(DOWN).unwrap();
    let profiles = scene.daemon.client().await.unwrap().profiles().await.unwrap();
    for profile in profiles.iter().skip(1).take_while(|profile| profile.name != "HD-1080p") {
        terminal.types_until(RIGHT, &format!("< {} >", profile.name)).await.unwrap();
    }
    terminal.types_until(RIGHT, "< HD-1080p >").await.unwrap();
    // Not searched for at once: a person chooses.
    terminal.types_until(&[DOWN, DOWN, DOWN, " "].concat(), "[ ] no").await.unwrap();
    terminal.types_until(CTRL_S, "added Nosferatu (1922)").await.unwrap();
    terminal.types_until(ESC, "missing").await.unwrap();
    terminal.types_until("i", " accepted, ").await.unwrap();
    terminal.shows("rules passed").await.unwrap();
    terminal.types_until(ENTER, "grabbed Nosferatu").await.unwrap();
    terminal.types_until("2", "queue").await.unwrap();
    terminal.shows("Nothing is on its way").await.unwrap();
    terminal.types_until("3", "imported").await.unwrap();
    terminal.types_until("1", "file").await.unwrap();
    terminal.types_until(ENTER, "what happened").await.unwrap();
    terminal.types("qq").unwrap();
    assert!(terminal.ends().await.unwrap().success());
    terminal.is_given_back().await.unwrap();
}

#[tokio::test]
async fn what_somebody_else_does_shows_by_itself_and_a_restart_of_the_daemon_is_survived() {
    let mut scene = scene().await;
    let mut terminal = Terminal::start(tui(&scene.daemon.endpoint()), 80, 24).unwrap();
    terminal.shows("The library is empty").await.unwrap();
    let cli = scene.daemon.cli().unwrap();
    cli.ok(&["movie", "add", "tmdb:653", "--unmonitored"]).await.unwrap();
    terminal.shows("unmonitored  Nosferatu").await.unwrap();
    scene.daemon.terminate().await.unwrap();
    terminal.shows("offline").await.unwrap();
    scene.daemon.start_again().await.unwrap();
    terminal.shows("live").await.unwrap();
    cli.ok(&["movie", "edit", "tmdb:653", "--monitored", "true"]).await.unwrap();
    terminal.shows("missing      Nosferatu").await.unwrap();
    terminal.types("q").unwrap();
    assert!(terminal.ends().await.unwrap().success());
}

#[tokio::test]
async fn nothing_is_sent_and_nothing_computed_while_nothing_changes() {
    const IDLE: Duration = Duration::from_secs(20);
    let folder = tempfile::tempdir().unwrap();
    let (_daemon, terminal) = small(folder.path()).await;
    let ticks = terminal.processor_ticks().unwrap();
    let bytes = terminal.wait_for_bytes(IDLE).await;
    assert_eq!(bytes, 0, "the screen is now:\n{}", terminal.screen());
    // 0.5 % of twenty seconds are ten of the kernel's ticks.
    let used = terminal.processor_ticks().unwrap() - ticks;
    assert!(used < 10, "{used} hundredths of a second of the processor's time");
}

#[tokio::test]
async fn the_terminal_is_given_back_whatever_ends_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let (daemon, first) = small(folder.path()).await;
    drop(first);
    for signal in [None, Some(Signal::TERM), Some(Signal::INT), Some(Signal::HUP)] {
        let mut terminal = Terminal::start(tui(&daemon.endpoint()), 80, 24).unwrap();
        terminal.shows("Welcome to radarr").await.unwrap();
        match signal {
            None => terminal.types("\u{3}").unwrap(),
            Some(signal) => terminal.signal(signal).unwrap(),
        }
        assert!(terminal.ends().await.unwrap().success(), "{signal:?}");
        terminal.is_given_back().await.with_context(|| format!("{signal:?}")).unwrap();
    }
}

#[tokio::test]
async fn a_panic_gives_the_terminal_back_before_it_is_reported() {
    let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
    command.args(["tui::panics_with_the_terminal_taken", "--exact", "--ignored", "--nocapture"]);
    command.env("RUST_BACKTRACE", "0");
    let mut terminal = Terminal::start(command, 80, 24).unwrap();
    assert!(!terminal.ends().await.unwrap().success());
    terminal.shows("on purpose").await.unwrap();
    // Nothing that is said afterwards writes over the report.
    assert!(terminal.screen().contains("panicked at tests/end_to_end/tui.rs"), "{}", terminal.screen());
    terminal.is_given_back().await.unwrap();
}

#[test]
#[ignore = "runs in a terminal of its own, started by the test above"]
fn panics_with_the_terminal_taken() {
    let mut terminal = radarr_tui::terminal::Terminal::take().unwrap();
    terminal
        .draw(|buffer| {
            buffer.set_string(0, 0, "taken", ratatui::style::Style::new());
            None
        })
        .unwrap();
    panic!("on purpose");
}

#[tokio::test]
async fn a_terminal_without_size_is_no_reason_to_end() {
    let folder = tempfile::tempdir().unwrap();
    let (daemon, first) = small(folder.path()).await;
    drop(first);
    let mut terminal = Terminal::start(tui(&daemon.endpoint()), 0, 0).unwrap();
    for (columns, rows) in [(1, 1), (39, 3), (80, 24), (200, 50), (2, 60), (80, 24)] {
        terminal.resize(columns, rows).unwrap();
        terminal.types("jk").unwrap();
    }
    terminal.shows("Welcome to radarr").await.unwrap();
    terminal.types("\u{3}").unwrap();
    assert!(terminal.ends().await.unwrap().success());
}

#[tokio::test]
async fn the_daemon_is_started_when_none_runs_and_goes_on_without_the_tui() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let mut command = CommandBuilder::new(binaries::ours(binaries::TUI).unwrap());
    for (name, value) in [
        ("HOME", at("home")),
        ("XDG_RUNTIME_DIR", at("run")),
        ("XDG_STATE_HOME", at("state")),
        ("XDG_DATA_HOME", at("data")),
        ("XDG_CONFIG_HOME", at("config")),
        ("RADARR__HTTP__LISTEN", free_port().unwrap().to_string()),
        ("RADARR__METRICS__LISTEN", free_port().unwrap().to_string()),
    ] {
        command.env(name, value);
    }
    // Else it would start in the home folder, which does not exist.
    command.cwd(folder.path());
    let no_spawn = {
        let mut command = command.clone();
        command.arg("--no-spawn");
        command
    };
    let mut alone = Terminal::start(no_spawn, 80, 24).unwrap();
    alone.shows("There is no connection to the daemon").await.unwrap();
    alone.types("q").unwrap();
    assert!(alone.ends().await.unwrap().success());

    let mut terminal = Terminal::start(command, 80, 24).unwrap();
    terminal.shows("Welcome to radarr").await.unwrap();
    terminal.types("\u{3}").unwrap();
    assert!(terminal.ends().await.unwrap().success());
    let endpoint = Endpoint::Unix(folder.path().join("run/radarr/radarr.sock"));
    let client = Client::connect(&endpoint, ConnectOptions::default()).await.unwrap();
    assert_eq!(client.status().await.unwrap().movies, 0);
    end_daemon_of(folder.path()).await.unwrap();
}

/// Ends the daemon whose runtime folder lies in that folder.
async fn end_daemon_of(folder: &Path) -> anyhow::Result<()> {
    let wanted = format!("XDG_RUNTIME_DIR={}", folder.join("run").display());
    let is_ours = |process: &Path| {
        let environment = std::fs::read(process.join("environ")).unwrap_or_default();
        let name = std::fs::read_to_string(process.join("comm")).unwrap_or_default();
        name.trim() == binaries::DAEMON
            && environment.split(|byte| *byte == 0).any(|one| one == wanted.as_bytes())
    };
    let processes: Vec<_> =
        std::fs::read_dir("/proc")?.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    let found = processes.into_iter().find(|process| is_ours(process)).context("the daemon was not found")?;
    let id = found.file_name().and_then(|name| name.to_str()?.parse().ok()).and_then(Pid::from_raw);
    kill_process(id.context("it has no id")?, Signal::TERM)?;
    eventually("the end of the daemon", Duration::from_secs(20), || async {
        anyhow::ensure!(!is_ours(&found), "it still runs");
        Ok(())
    })
    .await
}

/// A tmux server of its own; it ends with its handle.
struct Tmux {
    program: std::path::PathBuf,
    socket: std::path::PathBuf,
}

impl Tmux {
    fn run(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let mut command = std::process::Command::new(&self.program);
        let output =
            command.arg("-S").arg(&self.socket).args(["-f", "/dev/null"]).args(arguments).output()?;
        anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    async fn shows(&self, text: &str) -> anyhow::Result<()> {
        eventually(&format!("in tmux: {text}"), Duration::from_mins(1), || async {
            let screen = self.run(&["capture-pane", "-p"])?;
            anyhow::ensure!(screen.contains(text), "the screen is\n{screen}");
            Ok(())
        })
        .await
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        // Where it never started there is nothing to end.
        drop(self.run(&["kill-server"]));
    }
}

#[tokio::test]
async fn in_tmux_it_goes_to_the_shell_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let (daemon, first) = small(folder.path()).await;
    drop(first);
    let tmux =
        Tmux { program: binaries::needed("tmux", "tmux").unwrap(), socket: folder.path().join("tmux.sock") };
    tmux.run(&["new-session", "-d", "-x", "90", "-y", "24", "sh"]).unwrap();
    let program = binaries::ours(binaries::TUI).unwrap();
    let line = format!("set -m; {} --no-spawn --connect {}", program.display(), daemon.endpoint());
    tmux.run(&["send-keys", &line, "Enter"]).unwrap();
    tmux.shows("Welcome to radarr").await.unwrap();
    tmux.run(&["send-keys", "7"]).unwrap();
    tmux.shows("storage sled").await.unwrap();
    tmux.run(&["send-keys", "C-z"]).unwrap();
    tmux.shows("Stopped").await.unwrap();
    tmux.run(&["send-keys", "fg; echo en''ded", "Enter"]).unwrap();
    tmux.shows("storage sled").await.unwrap();
    tmux.run(&["send-keys", "C-c"]).unwrap();
    // Until then it would take the keys that are meant for the shell.
    tmux.shows("ended").await.unwrap();
    tmux.run(&["send-keys", "stty -a; echo back", "Enter"]).unwrap();
    tmux.shows("\nback").await.unwrap();
    assert!(tmux.run(&["capture-pane", "-p"]).unwrap().contains(" echo "), "the keys are shown again");
}

/// An sshd on loopback for the user who runs the tests, with keys of its own.
fn sshd(folder: &Path, port: u16) -> anyhow::Result<Process> {
    for name in ["host", "user"] {
        let key = folder.join(name).display().to_string();
        let made = std::process::Command::new(binaries::needed("ssh-keygen", "openssh-client")?)
            .args(["-q", "-t", "ed25519", "-N", "", "-f", &key])
            .status()?;
        anyhow::ensure!(made.success(), "ssh-keygen made no key");
    }
    let config = format!(
        "ListenAddress 127.0.0.1\nPort {port}\nHostKey {0}/host\nAuthorizedKeysFile {0}/user.pub\nStrictModes no\n\
        UsePAM no\nPidFile none\nPasswordAuthentication no\nPermitRootLogin yes\nLogLevel ERROR\n",
        folder.display()
    );
    std::fs::write(folder.join("sshd_config"), config)?;
    // Where it runs as root it wants this folder, which its service makes at the start of the system.
    drop(std::fs::create_dir("/run/sshd"));
    let mut command = std::process::Command::new("/usr/sbin/sshd");
    command.arg("-D").arg("-e").arg("-f").arg(folder.join("sshd_config"));
    Process::start(&mut command, &folder.join("sshd.log"))
}

#[tokio::test]
async fn over_ssh_it_works_as_it_does_at_home() {
    let folder = tempfile::tempdir().unwrap();
    let (daemon, first) = small(folder.path()).await;
    drop(first);
    let keys = folder.path().join("ssh");
    std::fs::create_dir(&keys).unwrap();
    let port = free_port().unwrap().port();
    let _sshd = sshd(&keys, port).unwrap();
    eventually("sshd listens", Duration::from_secs(10), || async {
        Ok(tokio::net::TcpStream::connect(("127.0.0.1", port)).await?)
    })
    .await
    .unwrap();
    let user = std::process::Command::new("id").arg("-un").output().unwrap();
    let user = String::from_utf8(user.stdout).unwrap();
    let mut command = CommandBuilder::new(binaries::needed("ssh", "openssh-client").unwrap());
    let program = binaries::ours(binaries::TUI).unwrap();
    let remote = format!("{} --no-spawn --connect {}", program.display(), daemon.endpoint());
    let key = keys.join("user").display().to_string();
    command.args(["-tt", "-i", &key, "-p", &port.to_string(), "-l", user.trim(), "-F", "none"]);
    command.args([
        "-o",
        "StrictHostKeyChecking=no",
        "-o",
        "UserKnownHostsFile=/dev/null",
        "-o",
        "LogLevel=ERROR",
    ]);
    command.args(["127.0.0.1", &remote]);
    let mut terminal = Terminal::start(command, 80, 24).unwrap();
    terminal.shows("Welcome to radarr").await.unwrap();
    terminal.types_until(ESC, "The library is empty").await.unwrap();
    terminal.types_until("7", "storage sled").await.unwrap();
    terminal.resize(120, 40).unwrap();
    terminal.types_until("3", "history").await.unwrap();
    terminal.types("q").unwrap();
    assert!(terminal.ends().await.unwrap().success());
    terminal.is_given_back().await.unwrap();
}
