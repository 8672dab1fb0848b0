//! The harness itself: what it starts is up, what it ends is gone.

use radarr_proto::error::ErrorCode;
use radarr_proto::request::Status;
use radarr_tests::harness::{Daemon, DaemonSettings, Process, binaries};

async fn daemon() -> (Daemon, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (Daemon::start(folder.path(), DaemonSettings::default()).await.unwrap(), folder)
}

fn runs(process: u32) -> bool {
    std::path::Path::new(&format!("/proc/{process}")).exists()
}

#[tokio::test]
async fn a_daemon_is_ready_answers_on_every_door_and_ends_when_asked() {
    let (mut daemon, _folder) = daemon().await;
    for path in ["/health", "/ready", "/ping"] {
        assert_eq!(daemon.http_get(path).await.unwrap().status, 200, "{path}");
    }
    assert!(daemon.metrics_page().await.unwrap().contains("radarr_movies_total"));
    let client = daemon.client().await.unwrap();
    let status: Status = daemon.cli().unwrap().json(&["status"]).await.unwrap();
    assert_eq!((status.movies, client.status().await.unwrap().started_at), (0, status.started_at));
    let (ended, took) = daemon.terminate().await.unwrap();
    assert!(ended.success(), "{ended} after {took:?}");
    assert_eq!(daemon.cli().unwrap().run(&["status"]).await.unwrap().code, 5, "no connection");
    daemon.start_again().await.unwrap();
    assert_eq!(client.status().await.unwrap().movies, 0, "the client connects again by itself");
}

#[tokio::test]
async fn a_daemon_that_is_killed_starts_again_on_its_data() {
    let (mut daemon, _folder) = daemon().await;
    for _ in 0..3 {
        let process = daemon.process().unwrap().id();
        daemon.kill_9().unwrap();
        assert!(!runs(process));
        daemon.start_again().await.unwrap();
    }
    assert_eq!(daemon.client().await.unwrap().status().await.unwrap().storage, "sled");
}

#[tokio::test]
async fn a_daemon_that_does_not_start_is_told_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let settings = DaemonSettings { more: "[jobz]\nworkers = 1\n".to_owned(), ..DaemonSettings::default() };
    let error = Daemon::start(folder.path(), settings).await.unwrap_err();
    let text = format!("{error:#}");
    assert!(text.contains("jobz") && text.contains("jobs"), "it names the key and a better one: {text}");
}

#[tokio::test]
async fn a_second_daemon_on_the_same_data_is_refused() {
    let (first, folder) = daemon().await;
    let mut second = Daemon::prepare(&folder.path().join("second"), DaemonSettings::default()).unwrap();
    let config = std::fs::read_to_string(second.config()).unwrap();
    let config = config.replace(second.storage().to_str().unwrap(), first.storage().to_str().unwrap());
    std::fs::write(second.config(), config).unwrap();
    let error = format!("{:#}", second.start_again().await.unwrap_err());
    assert!(error.contains(first.storage().to_str().unwrap()), "{error}");
}

#[tokio::test]
async fn a_wrong_token_over_tcp_is_refused() {
    let (daemon, _folder) = daemon().await;
    assert!(daemon.tcp_client("no such token").await.is_err());
    let created: radarr_proto::request::CreatedToken =
        daemon.cli().unwrap().json(&["token", "create", "test", "--role", "viewer"]).await.unwrap();
    let client = daemon.tcp_client(created.secret.expose()).await.unwrap();
    assert_eq!(client.status().await.unwrap().movies, 0);
    let refused = client.refresh_movie(radarr_proto::model::MovieId(1)).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::Forbidden), "{refused}");
}

#[tokio::test]
async fn what_was_started_is_gone_when_its_handle_is() {
    let (mut daemon, folder) = daemon().await;
    let process = daemon.process().unwrap().id();
    drop(daemon);
    assert!(!runs(process));
    let path = folder.path().to_path_buf();
    let mut sleeper = std::process::Command::new("sleep");
    let sleeper = Process::start(sleeper.arg("1000"), &path.join("log")).unwrap();
    let id = sleeper.id();
    drop(sleeper);
    drop(folder);
    assert!(!runs(id) && !path.exists());
    assert!(binaries::ours("radarr-nothing").unwrap_err().to_string().contains("build it"));
}
