//! The daemon's side of the protocol, on raw sockets: what strangers, broken clients and hostile ones get.
//!
//! How the client library bears with a daemon that misbehaves: `radarr-proto/tests/wire/`.

use std::time::{Duration, Instant};

use anyhow::ensure;
use radarr_proto::client::{Client, ConnectError, ConnectOptions};
use radarr_proto::endpoint::Endpoint;
use radarr_proto::error::ErrorCode;
use radarr_proto::frame::REQUEST_BYTES_MAX;
use radarr_proto::hello::{HELLO_BYTES_MAX, RefusalCode};
use radarr_proto::model::{Role, SecretText};
use radarr_proto::request::{CreateToken, NextEvents};
use radarr_tests::harness::{Daemon, DaemonSettings, binaries, eventually};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};

const PATIENCE: Duration = Duration::from_secs(20);

trait Duplex: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Duplex for S {}

/// A client that writes what it is told.
struct Raw {
    stream: Box<dyn Duplex>,
}

/// How a client comes in.
#[derive(Debug, Clone, Copy)]
enum Way {
    Unix,
    Tcp,
}

impl Raw {
    async fn open(daemon: &Daemon, way: Way) -> Self {
        let stream: Box<dyn Duplex> = match way {
            Way::Unix => Box::new(UnixStream::connect(daemon.socket()).await.unwrap()),
            Way::Tcp => Box::new(TcpStream::connect(daemon.tcp).await.unwrap()),
        };
        Self { stream }
    }

    /// Opens and says hello.
    async fn connect(daemon: &Daemon, way: Way, token: &str) -> Self {
        let mut raw = Self::open(daemon, way).await;
        raw.send(&json!({"magic": "radarr", "protocol": 1, "token": token})).await;
        let answer = raw.receive().await.expect("the daemon hung up on the hello");
        assert_eq!(answer["status"], "ok", "{answer}");
        raw
    }

    async fn send(&mut self, value: &Value) {
        self.send_bytes(value.to_string().as_bytes()).await;
    }

    async fn send_bytes(&mut self, body: &[u8]) {
        self.stream.write_u32(u32::try_from(body.len()).unwrap()).await.unwrap();
        self.stream.write_all(body).await.unwrap();
    }

    /// The next frame; `None` when the daemon hung up.
    async fn receive(&mut self) -> Option<Value> {
        let reading = async {
            let length = self.stream.read_u32().await.ok()?;
            let mut body = vec![0; usize::try_from(length).unwrap()];
            self.stream.read_exact(&mut body).await.ok()?;
            Some(serde_json::from_slice(&body).unwrap())
        };
        tokio::time::timeout(PATIENCE, reading).await.expect("neither a frame nor an end")
    }

    async fn still_answers(&mut self) {
        self.send(&request(99, &json!({"Whoami": {}}))).await;
        let answer = self.receive().await.expect("the connection was closed");
        assert_eq!(answer["request_id"], 99, "{answer}");
        assert_eq!(answer["message"]["Ok"]["Whoami"]["Ok"]["role"], "admin", "{answer}");
    }
}

fn request(id: u64, message: &Value) -> Value {
    json!({"Request": {"context": {"deadline": {"secs": 30, "nanos": 0}}, "id": id, "message": message}})
}

fn long_poll(id: u64) -> Value {
    request(id, &json!({"NextEvents": {"request": {"wait_ms": 60_000}}}))
}

/// A daemon, the folder that it lives in, and an admin's token.
struct Bench {
    daemon: Daemon,
    token: String,
    _folder: TempDir,
}

async fn bench(env: &[(&str, &str)]) -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let daemon =
        Daemon::start(folder.path(), DaemonSettings { env, ..DaemonSettings::default() }).await.unwrap();
    let token = token(&daemon, Role::Admin).await;
    Bench { daemon, token, _folder: folder }
}

async fn token(daemon: &Daemon, role: Role) -> String {
    let request = CreateToken { name: format!("{role:?}"), role, certificate: None };
    let created = daemon.client().await.unwrap().create_token(request).await.unwrap();
    created.secret.expose().to_owned()
}

/// Waits until what is due at a start is done, so that a long-poll is not answered by that.
async fn until_quiet(daemon: &Daemon) {
    let client = daemon.client().await.unwrap();
    let began = Instant::now();
    let mut after = None;
    loop {
        let batch = client.next_events(NextEvents { after, wait_ms: 2000, limit: None }).await.unwrap();
        if batch.events.is_empty() {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "something always happens: {:?}", batch.events);
        after = Some(batch.cursor);
    }
}

/// What Prometheus would read.
async fn gauge(daemon: &Daemon, name: &str) -> anyhow::Result<u64> {
    let page = daemon.metrics_page().await?;
    let line = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    Ok(line.unwrap_or_default().trim().parse()?)
}

async fn until_gauge(daemon: &Daemon, name: &str, wanted: u64) {
    let look = || async {
        let is = gauge(daemon, name).await?;
        ensure!(is == wanted, "{name} is {is}");
        Ok(())
    };
    eventually(&format!("{name} = {wanted}"), PATIENCE, look).await.unwrap();
}

#[tokio::test]
async fn what_the_daemon_does_not_understand_is_answered_and_the_connection_stays() {
    let bench = bench(&[]).await;
    for way in [Way::Unix, Way::Tcp] {
        let mut raw = Raw::connect(&bench.daemon, way, &bench.token).await;
        for message in [
            json!({"PolishTheMoon": {}}),
            json!({"GetMovie": {}}),
            json!({"GetMovie": {"id": "seven"}}),
            json!("Whoami"),
            json!(null),
        ] {
            raw.send(&request(5, &message)).await;
            let answer =
                raw.receive().await.unwrap_or_else(|| panic!("{way:?}: {message} closed the connection"));
            assert_eq!(answer["request_id"], 5);
            assert!(
                answer["message"]["Err"]["detail"].as_str().unwrap().contains("does not understand"),
                "{answer}"
            );
        }
        raw.still_answers().await;
    }
}

#[tokio::test]
async fn deadlines_of_any_length_and_form_end_no_connection() {
    let bench = bench(&[]).await;
    for way in [Way::Unix, Way::Tcp] {
        let mut raw = Raw::connect(&bench.daemon, way, &bench.token).await;
        for deadline in [
            json!({"secs": u64::MAX, "nanos": 0}),
            json!({"secs": 100_000_000, "nanos": 0}),
            json!({"secs": 119, "nanos": u32::MAX}),
            json!([u64::MAX, 0]),
            json!({"secs": -1, "nanos": 0}),
            json!(null),
        ] {
            let context = json!({"deadline": deadline});
            raw.send(&json!({"Request": {"context": context, "id": 4, "message": {"Whoami": {}}}})).await;
            let answer =
                raw.receive().await.unwrap_or_else(|| panic!("{way:?}: {deadline} closed the connection"));
            assert_eq!(answer["request_id"], 4);
        }
        raw.still_answers().await;
    }
    assert_eq!(gauge(&bench.daemon, "radarr_panics_total").await.unwrap(), 0);
}

#[tokio::test]
async fn frames_that_are_no_json_or_too_long_end_their_own_connection_and_no_other() {
    let bench = bench(&[]).await;
    for way in [Way::Unix, Way::Tcp] {
        let mut other = Raw::connect(&bench.daemon, way, &bench.token).await;
        for frame in [&b"hello"[..], b"", b"\xff\xfe", b"{\"Request\":", &b"[".repeat(100_000)] {
            let mut raw = Raw::connect(&bench.daemon, way, &bench.token).await;
            raw.send_bytes(frame).await;
            assert_eq!(raw.receive().await, None, "{way:?} {frame:?}");
        }
        let mut raw = Raw::connect(&bench.daemon, way, &bench.token).await;
        raw.stream.write_u32(u32::try_from(REQUEST_BYTES_MAX).unwrap() + 1).await.unwrap();
        assert_eq!(raw.receive().await, None, "{way:?}");
        other.still_answers().await;
    }
    until_gauge(&bench.daemon, "radarr_rpc_connections", 0).await;
}

#[tokio::test]
async fn strangers_are_refused_with_a_reason() {
    let bench = bench(&[]).await;
    let hello = |changes: Value| {
        let mut hello = json!({"magic": "radarr", "protocol": 1, "token": bench.token});
        hello.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        hello.to_string().into_bytes()
    };
    let strangers = [
        (b"GET / HTTP/1.1\r\n".to_vec(), "not_radarr"),
        (b"{}".to_vec(), "not_radarr"),
        (hello(json!({"magic": "sonarr"})), "not_radarr"),
        (hello(json!({"protocol": "one"})), "not_radarr"),
        (hello(json!({"protocol": 2})), "protocol"),
        (hello(json!({"protocol": 0})), "protocol"),
        (hello(json!({"token": "wrong"})), "not_allowed"),
        (hello(json!({"token": null})), "not_allowed"),
        (hello(json!({"token": ""})), "not_allowed"),
        (hello(json!({"software": "x".repeat(HELLO_BYTES_MAX)})), "not_radarr"),
        (vec![b'x'; 60_000], "not_radarr"),
    ];
    for (first, code) in strangers {
        let mut raw = Raw::open(&bench.daemon, Way::Tcp).await;
        raw.send_bytes(&first).await;
        let answer = raw.receive().await.expect("it hung up without a word");
        let shown = String::from_utf8_lossy(&first).chars().take(80).collect::<String>();
        assert_eq!(
            (&answer["status"], &answer["code"]),
            (&json!("refused"), &json!(code)),
            "{shown}: {answer}"
        );
        assert!(!answer["hint"].as_str().unwrap().is_empty(), "{answer}");
        assert_eq!(raw.receive().await, None, "{shown}: the connection stays open");
    }
    // Over the Unix socket the daemon's own user needs no token, but a wrong one is not let in.
    let mut raw = Raw::open(&bench.daemon, Way::Unix).await;
    raw.send_bytes(&hello(json!({"token": "wrong"}))).await;
    assert_eq!(raw.receive().await.unwrap()["code"], "not_allowed");
    let mut raw = Raw::open(&bench.daemon, Way::Unix).await;
    raw.send_bytes(&hello(json!({"token": null}))).await;
    assert_eq!(raw.receive().await.unwrap()["principal"]["role"], "admin");
    let log = bench.daemon.log();
    assert!(!log.contains(&bench.token), "a token is in the log");
}

#[tokio::test]
async fn a_client_that_says_no_hello_is_let_go_and_holds_no_place() {
    let bench = bench(&[("RADARR__RPC__MAX_CONNECTIONS", "1")]).await;
    until_gauge(&bench.daemon, "radarr_rpc_connections", 0).await;
    // There is only one place: one of two gets it, and the other is told so at once.
    let (mut one, mut two) =
        (Raw::open(&bench.daemon, Way::Tcp).await, Raw::open(&bench.daemon, Way::Tcp).await);
    let (one, two) = tokio::join!(one.receive(), two.receive());
    let told = [one, two].into_iter().flatten().collect::<Vec<_>>();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["code"], "busy", "{told:?}");
    assert!(told[0]["hint"].as_str().unwrap().contains("rpc.max_connections"), "{told:?}");
    let look = || async {
        let mut raw = Raw::open(&bench.daemon, Way::Tcp).await;
        raw.send(&json!({"magic": "radarr", "protocol": 1, "token": bench.token})).await;
        let answer = raw.receive().await.unwrap_or_default();
        ensure!(answer["status"] == "ok", "{answer}");
        Ok(())
    };
    eventually("the place is free again", PATIENCE, look).await.unwrap();
}

#[tokio::test]
async fn the_long_polls_of_a_client_that_hung_up_are_dropped_at_once() {
    let bench = bench(&[]).await;
    until_quiet(&bench.daemon).await;
    for way in [Way::Unix, Way::Tcp] {
        until_gauge(&bench.daemon, "radarr_rpc_connections", 0).await;
        let mut raw = Raw::connect(&bench.daemon, way, &bench.token).await;
        for id in 1..=5 {
            raw.send(&long_poll(id)).await;
        }
        until_gauge(&bench.daemon, "radarr_rpc_calls_open", 5).await;
        assert_eq!(gauge(&bench.daemon, "radarr_rpc_connections").await.unwrap(), 1);
        drop(raw);
        until_gauge(&bench.daemon, "radarr_rpc_calls_open", 0).await;
        until_gauge(&bench.daemon, "radarr_rpc_connections", 0).await;
    }
}

#[tokio::test]
async fn the_eleventh_call_of_ten_is_refused_and_the_ten_are_answered() {
    let bench = bench(&[("RADARR__RPC__MAX_CALLS_PER_CONNECTION", "10")]).await;
    until_quiet(&bench.daemon).await;
    let mut raw = Raw::connect(&bench.daemon, Way::Unix, "").await;
    for id in 1..=10 {
        raw.send(&long_poll(id)).await;
    }
    until_gauge(&bench.daemon, "radarr_rpc_calls_open", 10).await;
    raw.send(&request(11, &json!({"Whoami": {}}))).await;
    let refused = raw.receive().await.unwrap();
    assert_eq!(
        (&refused["request_id"], &refused["message"]["Err"]["kind"]),
        (&json!(11), &json!(10)),
        "{refused}"
    );
    // What happens wakes all ten.
    bench.daemon.client().await.unwrap().add_tag("kids".to_owned()).await.unwrap();
    let mut answered = Vec::new();
    for _ in 1..=10 {
        let answer = raw.receive().await.unwrap();
        let events = &answer["message"]["Ok"]["NextEvents"]["Ok"]["events"];
        assert_eq!(events[0]["kind"], "settings_changed", "{answer}");
        answered.push(answer["request_id"].as_u64().unwrap());
    }
    answered.sort_unstable();
    assert_eq!(answered, (1..=10).collect::<Vec<_>>());
    raw.still_answers().await;
}

#[tokio::test]
async fn a_role_allows_what_it_says_and_a_revoked_token_nothing() {
    let bench = bench(&[]).await;
    let secret = token(&bench.daemon, Role::Viewer).await;
    let viewer = bench.daemon.tcp_client(&secret).await.unwrap();
    assert_eq!(viewer.whoami().await.unwrap().role, Role::Viewer);
    let error = viewer.add_tag("kids".to_owned()).await.unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::Forbidden), "{error}");
    assert!(error.hint().is_some());
    let admin = bench.daemon.client().await.unwrap();
    assert!(admin.tags().await.unwrap().is_empty());
    let tokens = admin.tokens().await.unwrap();
    assert!(!format!("{tokens:?}").contains(&secret));
    let id = tokens.iter().find(|token| token.role == Role::Viewer).unwrap().id;
    admin.revoke_token(id).await.unwrap();
    let error = bench.daemon.tcp_client(&secret).await.unwrap_err().downcast::<ConnectError>().unwrap();
    assert!(matches!(error, ConnectError::Refused { code: RefusalCode::NotAllowed, .. }), "{error}");
    // The connection that was open ends as well.
    let ended = || async {
        let said = viewer.whoami().await;
        ensure!(said.as_ref().is_err_and(|error| error.to_string().contains("revoked")), "{said:?}");
        Ok(())
    };
    eventually("the end of the open connection", PATIENCE, ended).await.unwrap();
}

fn options(ca_file: Option<std::path::PathBuf>, token: &str) -> ConnectOptions {
    ConnectOptions { ca_file, token: Some(SecretText::new(token)), ..ConnectOptions::default() }
}

#[tokio::test]
async fn tls_is_spoken_with_the_configured_certificate_and_with_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let ours = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let write = |name: &str, text: String| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let certificate = write("cert.pem", ours.cert.pem());
    let key = write("key.pem", ours.signing_key.serialize_pem());
    let other = write("other.pem", other.cert.pem());
    let env = [
        ("RADARR__RPC__TLS_CERT", certificate.to_str().unwrap()),
        ("RADARR__RPC__TLS_KEY", key.to_str().unwrap()),
    ];
    let bench = bench(&env).await;
    let port = bench.daemon.tcp.port();
    let endpoint = Endpoint::Tls { host: "localhost".to_owned(), port };
    let client = Client::connect(&endpoint, options(Some(certificate), &bench.token)).await.unwrap();
    assert_eq!(client.whoami().await.unwrap().role, Role::Admin);
    // Another authority, another name, no TLS at all, and no token: each is refused, and says why.
    let error = Client::connect(&endpoint, options(Some(other), &bench.token)).await.unwrap_err();
    assert!(error.to_string().contains("certificate"), "{error}");
    let error = Client::connect(&endpoint, options(None, &bench.token)).await.unwrap_err();
    assert!(error.to_string().contains("certificate"), "{error}");
    let plain = Endpoint::Tcp { host: "localhost".to_owned(), port };
    assert!(Client::connect(&plain, options(None, &bench.token)).await.is_err());
    let certificate = folder.path().join("cert.pem");
    let error = Client::connect(&endpoint, options(Some(certificate), "wrong")).await.unwrap_err();
    assert!(matches!(error, ConnectError::Refused { code: RefusalCode::NotAllowed, .. }), "{error}");
    assert_eq!(client.whoami().await.unwrap().role, Role::Admin);
}

#[tokio::test]
async fn a_client_lives_through_kill_9_of_the_daemon_and_misses_no_event() {
    let mut bench = bench(&[]).await;
    let client = bench.daemon.client().await.unwrap();
    let start = client.status().await.unwrap().cursor;
    let mut labels = Vec::new();
    for round in 0..3 {
        for number in 0..5 {
            let label = format!("round-{round}-{number}");
            client.add_tag(label.clone()).await.unwrap();
            labels.push(label);
        }
        bench.daemon.kill_9().unwrap();
        bench.daemon.start_again().await.unwrap();
        // The same client: it finds the new daemon by itself.
        assert_eq!(client.tags().await.unwrap().len(), labels.len());
    }
    let mut after = Some(start);
    let mut seen = Vec::new();
    while seen.len() < labels.len() {
        let batch = client.next_events(NextEvents { after, wait_ms: 1000, limit: Some(4) }).await.unwrap();
        assert!(!batch.gap);
        for event in &batch.events {
            assert!(Some(event.cursor) > after, "the cursor went back");
            if let radarr_proto::model::EventKind::SettingsChanged { what, name, .. } = &event.kind
                && what == "tag"
            {
                seen.push(name.clone());
            }
        }
        after = Some(batch.cursor);
    }
    assert_eq!(seen, labels);
}

#[tokio::test]
async fn a_call_that_waits_is_answered_when_the_daemon_is_told_to_end() {
    let mut bench = bench(&[]).await;
    until_quiet(&bench.daemon).await;
    let mut raw = Raw::connect(&bench.daemon, Way::Unix, "").await;
    let mut idle = Raw::connect(&bench.daemon, Way::Tcp, &bench.token).await;
    raw.send(&long_poll(1)).await;
    until_gauge(&bench.daemon, "radarr_rpc_calls_open", 1).await;
    let (status, took) = bench.daemon.terminate().await.unwrap();
    assert!(status.success(), "{status} after {took:?}");
    let answer = raw.receive().await.expect("it hung up without an answer");
    assert!(answer["message"]["Ok"]["NextEvents"]["Ok"]["events"].as_array().unwrap().is_empty(), "{answer}");
    assert_eq!(raw.receive().await, None);
    assert_eq!(idle.receive().await, None);
    assert!(!bench.daemon.socket().exists(), "the socket file stays behind");
}

#[tokio::test]
async fn the_examples_speak_to_a_real_daemon() {
    let bench = bench(&[]).await;
    let tcp = format!("tcp:{}", bench.daemon.tcp);
    let unix = bench.daemon.endpoint().to_string();
    let python = binaries::repository().join("radarr-proto/examples/client.py");
    let list = binaries::ours("examples/list").unwrap();
    for endpoint in [&unix, &tcp] {
        let mut command = tokio::process::Command::new("python3");
        command.arg(&python).args(["--connect", endpoint.as_str(), "list"]);
        let by_python = command.env("RADARR_TOKEN", &bench.token).output().await.expect("python3 is needed");
        let mut command = tokio::process::Command::new(&list);
        let by_rust = command.arg(endpoint).env("RADARR_TOKEN", &bench.token).output().await.unwrap();
        for said in [by_python, by_rust] {
            let errors = String::from_utf8_lossy(&said.stderr);
            assert_eq!(String::from_utf8_lossy(&said.stdout), "0 movies\n", "{endpoint}: {errors}");
        }
    }
    let mut command = tokio::process::Command::new("python3");
    command.arg(&python).args(["--connect", tcp.as_str(), "call", "status"]).env_remove("RADARR_TOKEN");
    let said = command.output().await.unwrap();
    assert_eq!(said.status.code(), Some(1));
    let errors = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(errors.contains("a token is needed") && errors.contains("radarr-tui token create"), "{errors}");
}
