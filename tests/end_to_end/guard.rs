//! Who is let in over HTTP and TCP, who is slowed, and what is too much: at the limit it works, one beyond it does not.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use radarr_daemon::http::{BODY_BYTES_MAX, HEADER_BYTES_MAX, HEADER_TIME_MAX, HEADERS_MAX};
use radarr_daemon::net::{Answer, Http};
use radarr_proto::client::{Client, ConnectError};
use radarr_proto::error::ErrorCode;
use radarr_proto::hello::RefusalCode;
use radarr_proto::model::{EventKind, Role};
use radarr_proto::request::{AuditQuery, CreateToken, CreatedToken};
use radarr_tests::harness::{Daemon, DaemonSettings, eventually};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const PATIENCE: Duration = Duration::from_mins(1);

async fn daemon(env: &[(&str, &str)]) -> (Daemon, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let settings = DaemonSettings { env, ..DaemonSettings::default() };
    (Daemon::start(folder.path(), settings).await.unwrap(), folder)
}

async fn token(daemon: &Daemon, name: &str, role: Role) -> CreatedToken {
    let request = CreateToken { name: name.to_owned(), role, certificate: None };
    daemon.client().await.unwrap().create_token(request).await.unwrap()
}

async fn get(daemon: &Daemon, path: &str, headers: &[(&str, &str)]) -> Answer {
    let http = Http::new().unwrap();
    let mut request = http.get(format!("http://{}{path}", daemon.http).parse().unwrap());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    http.send(request, 1 << 20).await.unwrap()
}

/// What the HTTP port says to these bytes, and whether it closed the connection then.
async fn said(daemon: &Daemon, bytes: &[u8]) -> anyhow::Result<String> {
    let mut stream = TcpStream::connect(daemon.http).await?;
    // What is too long may be refused before all of it is written.
    drop(stream.write_all(bytes).await);
    let mut answer = Vec::new();
    let reading = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer));
    drop(reading.await.context("the connection stays open")?);
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn refused(result: anyhow::Result<Client>) -> (RefusalCode, String) {
    let error = result.unwrap_err().downcast::<ConnectError>().unwrap();
    let ConnectError::Refused { code, hint, .. } = error else { panic!("not refused but {error}") };
    (code, hint.unwrap_or_default())
}

#[tokio::test]
async fn http_beyond_the_probes_needs_a_token_and_no_page_of_another_origin_reads_it() {
    let (daemon, _folder) = daemon(&[]).await;
    let viewer = token(&daemon, "tv", Role::Viewer).await;
    let secret = viewer.secret.expose().to_owned();
    let bearer = format!("Bearer {secret}");
    for path in ["/health", "/ready", "/ping"] {
        assert_eq!(get(&daemon, path, &[]).await.status, 200, "{path}");
    }
    let origin = ("origin", "https://evil.example");
    for headers in [vec![], vec![("x-api-key", "wrong")], vec![("authorization", "Basic eDp5")]] {
        let answer = get(&daemon, "/info", &[&headers[..], &[origin]].concat()).await;
        assert_eq!(answer.status, 401, "{headers:?}");
        let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        assert!(body["hint"].as_str().unwrap().contains("X-Api-Key"), "{body}");
        assert!(body.get("version").is_none());
    }
    for header in [("x-api-key", secret.as_str()), ("authorization", bearer.as_str())] {
        let answer = get(&daemon, "/info", &[header, origin]).await;
        assert_eq!(answer.status, 200, "{}", header.0);
        assert!(!answer.headers.keys().any(|name| name.as_str().starts_with("access-control")));
    }
    // In an address it would be in every log on the way.
    assert_eq!(get(&daemon, &format!("/info?apikey={secret}"), &[]).await.status, 401);
    let asked =
        format!("OPTIONS /info HTTP/1.1\r\nhost: x\r\norigin: {}\r\nconnection: close\r\n\r\n", origin.1);
    let preflight = said(&daemon, asked.as_bytes()).await.unwrap().to_lowercase();
    assert!(!preflight.contains("access-control"), "{preflight}");
    daemon.client().await.unwrap().revoke_token(viewer.token.id).await.unwrap();
    let shut = || async {
        let status = get(&daemon, "/info", &[("x-api-key", &secret)]).await.status;
        ensure!(status == 401, "{status}");
        Ok(())
    };
    eventually("the end of the token", PATIENCE, shut).await.unwrap();
    assert!(!daemon.log().contains(&secret));
}

#[tokio::test]
async fn a_public_address_without_tls_is_refused_unless_the_operator_says_so() {
    for (name, value, word) in [
        ("RADARR__HTTP__LISTEN", "0.0.0.0:0", "http.public_plain"),
        ("RADARR__METRICS__LISTEN", "0.0.0.0:0", "metrics.open"),
        ("RADARR__RPC__TCP", "0.0.0.0:0", "rpc.public_plain"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let env = vec![(name.to_owned(), value.to_owned())];
        let settings = DaemonSettings { env, ..DaemonSettings::default() };
        let error = format!("{:#}", Daemon::start(folder.path(), settings).await.unwrap_err());
        assert!(error.contains(word), "{name}: {error}");
    }
    let (daemon, _folder) = daemon(&[
        ("RADARR__RPC__TCP", "0.0.0.0:0"),
        ("RADARR__RPC__PUBLIC_PLAIN", "true"),
        ("RADARR__METRICS__LISTEN", "0.0.0.0:0"),
        ("RADARR__METRICS__OPEN", "true"),
    ])
    .await;
    assert_eq!(get(&daemon, "/ready", &[]).await.status, 200);
}

#[tokio::test]
async fn wrong_tokens_slow_their_address_over_rpc_and_http_and_keep_no_admin_out() {
    let (daemon, _folder) = daemon(&[]).await;
    let right = token(&daemon, "tv", Role::Viewer).await.secret.expose().to_owned();
    assert_eq!(refused(daemon.tcp_client("wrong").await).0, RefusalCode::NotAllowed);
    assert_eq!(get(&daemon, "/info", &[("x-api-key", "wrong")]).await.status, 401);
    // The sixth is one too many, and then each makes the wait longer: until it is long enough for a slow machine.
    let slowed = || async {
        let (code, hint) = refused(daemon.tcp_client("wrong").await);
        ensure!(code == RefusalCode::Slowed, "{code:?}");
        let seconds: u64 = hint.trim_start_matches("try again in ").trim_end_matches(" s").parse()?;
        ensure!(seconds > 10, "{hint}");
        Ok(())
    };
    eventually("a long wait", PATIENCE, slowed).await.unwrap();
    // Now nothing that comes from there is looked at, over neither port.
    assert_eq!(refused(daemon.tcp_client(&right).await).0, RefusalCode::Slowed);
    let answer = get(&daemon, "/info", &[("x-api-key", &right)]).await;
    assert_eq!(answer.status, 429);
    assert!(answer.headers.contains_key("retry-after"));
    let refusals = || async {
        let told = daemon.client().await?.audit(AuditQuery::default()).await?.events;
        let told: Vec<_> =
            told.iter().filter(|event| matches!(event.kind, EventKind::LoginRefused { .. })).collect();
        let event = told.first().context("the audit does not tell it")?;
        ensure!(event.from.as_deref() == Some("127.0.0.1") && event.actor == "stranger", "{event:?}");
        // The first is told at once, the others together a minute later.
        ensure!(told.len() <= 2, "{told:?}");
        Ok(())
    };
    eventually("the audit", PATIENCE, refusals).await.unwrap();
    // Over the Unix socket all goes on.
    assert_eq!(daemon.client().await.unwrap().whoami().await.unwrap().role, Role::Admin);
    let let_in = || async { daemon.tcp_client(&right).await.map(drop) };
    eventually("the end of the wait", PATIENCE, let_in).await.unwrap();
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_ask_again_and_the_client_library_does() {
    let (daemon, _folder) = daemon(&[("RADARR__SECURITY__CALLS_PER_SECOND", "4")]).await;
    let secret = token(&daemon, "tv", Role::Viewer).await.secret.expose().to_owned();
    let client = daemon.tcp_client(&secret).await.unwrap();
    let began = Instant::now();
    // Twenty at once are free, and four come each second.
    for _ in 0..26 {
        client.whoami().await.unwrap();
    }
    assert!(began.elapsed() >= Duration::from_secs(1), "{:?}", began.elapsed());
    let statuses = || async {
        let answer = get(&daemon, "/info", &[("x-api-key", &secret)]).await;
        ensure!(answer.status == 429, "{}", answer.status);
        ensure!(answer.headers.contains_key("retry-after"), "no word on when");
        Ok(())
    };
    eventually("HTTP counts for the same principal", PATIENCE, statuses).await.unwrap();
    let admin = daemon.client().await.unwrap();
    for _ in 0..100 {
        admin.whoami().await.unwrap();
    }
    // Without patience the caller sees it.
    let options = radarr_proto::client::ConnectOptions {
        token: Some(radarr_proto::model::SecretText::new(secret.as_str())),
        retry_for: Duration::ZERO,
        ..radarr_proto::client::ConnectOptions::default()
    };
    let endpoint = format!("tcp:{}", daemon.tcp).parse().unwrap();
    let hurried = Client::connect(&endpoint, options).await.unwrap();
    let busy = || async {
        let error = hurried.whoami().await.err().context("it was let through")?;
        ensure!(error.code() == Some(ErrorCode::Busy), "{error}");
        ensure!(error.hint().is_some_and(|hint| hint.contains("try again in")), "{error}");
        Ok(())
    };
    eventually("busy", PATIENCE, busy).await.unwrap();
}

#[tokio::test]
async fn one_client_more_than_an_address_may_have_is_told_so_and_the_socket_has_places_of_its_own() {
    let env = [("RADARR__RPC__MAX_CONNECTIONS", "4"), ("RADARR__RPC__MAX_CONNECTIONS_PER_ADDRESS", "3")];
    let (daemon, _folder) = daemon(&env).await;
    let secret = token(&daemon, "tv", Role::Viewer).await.secret.expose().to_owned();
    let mut clients = Vec::new();
    for _ in 0..3 {
        clients.push(daemon.tcp_client(&secret).await.unwrap());
    }
    let (code, hint) = refused(daemon.tcp_client(&secret).await);
    assert_eq!(code, RefusalCode::Busy);
    assert!(hint.contains("rpc.max_connections_per_address"), "{hint}");
    for _ in 0..4 {
        daemon.client().await.unwrap().whoami().await.unwrap();
    }
    clients.pop();
    let free = || async { daemon.tcp_client(&secret).await.map(drop) };
    eventually("the place is free again", PATIENCE, free).await.unwrap();
}

#[tokio::test]
async fn an_http_request_beyond_its_limits_is_refused_and_one_at_them_is_answered() {
    let (daemon, _folder) = daemon(&[]).await;
    let with = |lines: &str| format!("GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{lines}\r\n");
    let status = |answer: String| answer.split(' ').nth(1).unwrap_or_default().to_owned();
    let ask = |text: String| {
        let daemon = &daemon;
        async move { status(said(daemon, text.as_bytes()).await.unwrap()) }
    };
    let headers = |count: usize| (0..count).map(|number| format!("x-{number}: y\r\n")).collect::<String>();
    assert_eq!(ask(with(&headers(HEADERS_MAX - 2))).await, "200");
    assert_eq!(ask(with(&headers(HEADERS_MAX - 1))).await, "431");
    let long = |bytes: usize| {
        let empty = with("x: \r\n").len();
        with(&format!("x: {}\r\n", "y".repeat(bytes - empty)))
    };
    assert_eq!(ask(long(HEADER_BYTES_MAX)).await, "200");
    assert_eq!(ask(long(HEADER_BYTES_MAX + 1)).await, "431");
    let body =
        |bytes: usize| format!("{}{}", with(&format!("content-length: {bytes}\r\n")), "y".repeat(bytes));
    assert_eq!(ask(body(BODY_BYTES_MAX)).await, "200");
    assert_eq!(ask(body(BODY_BYTES_MAX + 1)).await, "413");
}

#[tokio::test]
async fn connections_that_send_slowly_are_cut_and_one_more_than_fit_hears_busy() {
    let (daemon, _folder) = daemon(&[("RADARR__HTTP__MAX_CONNECTIONS", "6")]).await;
    // Half of the places are for one address.
    let began = Instant::now();
    let mut slow = Vec::new();
    for _ in 0..3 {
        let mut stream = TcpStream::connect(daemon.http).await.unwrap();
        stream.write_all(b"GET /health HTTP/1.1\r\nx: ").await.unwrap();
        slow.push(stream);
    }
    let busy = || async {
        let answer = said(&daemon, b"").await?;
        ensure!(answer.starts_with("HTTP/1.1 503") && answer.contains("retry-after"), "{answer:?}");
        Ok(())
    };
    eventually("the fourth connection hears busy", PATIENCE, busy).await.unwrap();
    let mut cut = 0;
    for mut stream in slow {
        let mut answer = Vec::new();
        drop(tokio::time::timeout(HEADER_TIME_MAX * 3, stream.read_to_end(&mut answer)).await.unwrap());
        // The last of them may have come before the place of whoever asked first was free again.
        cut += usize::from(!answer.starts_with(b"HTTP/1.1 503"));
    }
    assert!(cut >= 2 && began.elapsed() >= HEADER_TIME_MAX / 2, "{cut} after {:?}", began.elapsed());
    let free = || async {
        let answer = said(&daemon, b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await?;
        ensure!(answer.starts_with("HTTP/1.1 200"), "{answer:?}");
        Ok(())
    };
    eventually("there are places again", PATIENCE, free).await.unwrap();
}
