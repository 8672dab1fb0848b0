//! The demo goes its whole way and leaves nothing behind.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::time::Duration;

use radarr_tests::harness::{Process, eventually};

const DEMO: &str = env!("CARGO_BIN_EXE_radarr-demo");

/// Runs it with a temporary folder of its own; what it printed, and what is left in that folder.
fn headless(arguments: &[&str]) -> (i32, String, usize) {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(DEMO)
        .arg("--headless")
        .args(arguments)
        .env("TMPDIR", folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&said).into_owned(), left)
}

#[test]
fn the_demo_goes_the_whole_way_with_a_real_qbittorrent() {
    let (code, said, left) = headless(&["--speed", "0"]);
    assert_eq!((code, left), (0, 0), "{said}");
    for part in ["a real qBittorrent", "by hardlink", "2 names", "all 12 steps done"] {
        assert!(said.contains(part), "{part:?} is missing: {said}");
    }
}

#[test]
fn the_demo_goes_the_whole_way_with_the_stand_in_and_says_so() {
    let (code, said, left) = headless(&["--speed", "0", "--stand-in-client"]);
    assert_eq!((code, left), (0, 0), "{said}");
    assert!(said.contains("a stand-in of qBittorrent") && said.contains("all 12 steps done"), "{said}");
}

#[test]
fn a_step_that_fails_fails_the_demo() {
    let folder = tempfile::tempdir().unwrap();
    let (code, said, left) = headless(&["--keep", folder.path().to_str().unwrap()]);
    assert_eq!((code, left), (1, 0), "{said}");
    assert!(said.contains("can't be made"), "the folder exists: {said}");
}

#[tokio::test]
async fn a_demo_that_is_asked_to_end_ends_everything_that_it_started() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let temporary = folder.path().join("tmp");
    std::fs::create_dir(&temporary).unwrap();
    let mut command = Command::new(DEMO);
    command.args(["--headless", "--speed", "1000"]).env("TMPDIR", &temporary);
    let mut demo = Process::start(&mut command, &log).unwrap();
    eventually("the grab", Duration::from_mins(2), || {
        let log = demo.log();
        async move {
            anyhow::ensure!(log.contains("grabbed the best"), "{log}");
            Ok(())
        }
    })
    .await
    .unwrap();
    assert_eq!(started(&temporary), 2, "the daemon and qBittorrent");
    let (status, _) = demo.terminate(Duration::from_secs(30)).await.unwrap();
    assert!(!status.success() && status.signal().is_none(), "{status}");
    assert_eq!(started(&temporary), 0);
    assert_eq!(std::fs::read_dir(&temporary).unwrap().count(), 0);
}

/// Running programs that were told of that folder.
fn started(folder: &std::path::Path) -> usize {
    let processes = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let lines = processes.filter_map(|process| std::fs::read_to_string(process.path().join("cmdline")).ok());
    lines.filter(|line| line.contains(folder.to_str().unwrap())).count()
}
