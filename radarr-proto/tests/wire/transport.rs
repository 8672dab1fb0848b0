//! The daemon's side of a connection, on what a wrong or hostile client sends.

use std::sync::Arc;

use radarr_proto::frame::REQUEST_BYTES_MAX;
use radarr_proto::service::{RadarrRequest, RadarrResponse};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::sync::Notify;

use super::raw::{Raw, request};
use super::server::{Place, Server, answers, only_whoami, somebody};

const WHOAMI: &str = r#"{"Whoami":{}}"#;

fn whoami(id: u64) -> Value {
    request(id, &serde_json::from_str(WHOAMI).unwrap())
}

async fn still_answers(raw: &mut Raw) {
    raw.send(&whoami(99)).await;
    let answer = raw.receive().await.expect("the connection was closed");
    assert_eq!(answer["request_id"], 99, "{answer}");
    assert_eq!(answer["message"]["Ok"]["Whoami"]["Ok"]["role"], "admin", "{answer}");
}

#[tokio::test]
async fn what_is_not_understood_is_answered_and_the_connection_stays() {
    let place = Place::new();
    let _server = Server::start(&place, 10, only_whoami());
    let mut raw = Raw::connect(&place).await;
    for message in [
        json!({"PolishTheMoon": {}}),
        json!({"GetMovie": {}}),
        json!({"GetMovie": {"id": "seven"}}),
        json!("Whoami"),
        json!(null),
        json!([1, 2]),
        json!({}),
    ] {
        raw.send(&request(5, &message)).await;
        let answer = raw.receive().await.unwrap_or_else(|| panic!("{message} closed the connection"));
        assert_eq!(answer["request_id"], 5, "{answer}");
        let detail = answer["message"]["Err"]["detail"].as_str().unwrap();
        assert!(detail.starts_with("the daemon does not understand the call"), "{detail}");
    }
    still_answers(&mut raw).await;
}

#[tokio::test]
async fn an_argument_that_the_daemon_does_not_know_is_ignored() {
    let place = Place::new();
    let _server = Server::start(&place, 10, only_whoami());
    let mut raw = Raw::connect(&place).await;
    raw.send(&request(3, &json!({"Whoami": {"of_tomorrow": true}}))).await;
    assert_eq!(raw.receive().await.unwrap()["message"]["Ok"]["Whoami"]["Ok"]["name"], "user:1000");
}

#[tokio::test]
async fn deadlines_of_any_length_and_form_end_no_connection() {
    let place = Place::new();
    let _server = Server::start(&place, 10, only_whoami());
    let mut raw = Raw::connect(&place).await;
    let deadlines = [
        json!({"secs": u64::MAX, "nanos": 0}),
        json!({"secs": u64::MAX, "nanos": u32::MAX}),
        json!({"secs": 100_000_000, "nanos": 0}),
        json!({"secs": 119, "nanos": u32::MAX}),
        json!([u64::MAX, 0]),
        json!({"secs": -1, "nanos": 0}),
        json!({"secs": 1e19, "nanos": 0}),
        json!(null),
    ];
    for deadline in deadlines {
        let context = json!({"deadline": deadline});
        raw.send(&json!({"Request": {"context": context, "id": 4, "message": {"Whoami": {}}}})).await;
        let answer = raw.receive().await.unwrap_or_else(|| panic!("{deadline} closed the connection"));
        assert_eq!(answer["request_id"], 4);
    }
    still_answers(&mut raw).await;
}

#[tokio::test]
async fn a_frame_that_is_not_json_ends_its_own_connection_and_no_other() {
    let place = Place::new();
    let _server = Server::start(&place, 10, only_whoami());
    let mut other = Raw::connect(&place).await;
    for frame in [&b"hello"[..], b"", b"\xff\xfe", b"{\"Request\":", &b"[".repeat(100_000)] {
        let mut raw = Raw::connect(&place).await;
        raw.send_bytes(frame).await;
        assert_eq!(raw.receive().await, None, "{frame:?}");
    }
    still_answers(&mut other).await;
}

#[tokio::test]
async fn a_frame_over_the_limit_ends_its_own_connection_and_no_other() {
    let place = Place::new();
    let _server = Server::start(&place, 10, only_whoami());
    let mut other = Raw::connect(&place).await;
    for length in [u32::try_from(REQUEST_BYTES_MAX).unwrap() + 1, u32::MAX] {
        let mut raw = Raw::connect(&place).await;
        raw.stream.write_u32(length).await.unwrap();
        assert_eq!(raw.receive().await, None, "{length}");
    }
    still_answers(&mut other).await;
}

#[tokio::test]
async fn a_frame_that_is_sent_too_slowly_ends_its_own_connection_and_no_other() {
    let place = Place::new();
    let _server = Server::start(&place, 10, only_whoami());
    let (mut idle, mut slow) = (Raw::connect(&place).await, Raw::connect(&place).await);
    slow.stream.write_u32(100).await.unwrap();
    slow.stream.write_all(b"{").await.unwrap();
    assert_eq!(slow.receive().await, None);
    // Who has begun no frame may be silent as long as they like.
    still_answers(&mut idle).await;
}

#[tokio::test]
async fn a_frame_at_the_limit_is_read() {
    let place = Place::new();
    let _server = Server::start(&place, 10, only_whoami());
    let mut raw = Raw::connect(&place).await;
    let mut frame = whoami(1).to_string().into_bytes();
    frame.resize(REQUEST_BYTES_MAX, b' ');
    raw.send_bytes(&frame).await;
    assert_eq!(raw.receive().await.unwrap()["request_id"], 1);
}

#[tokio::test]
async fn the_calls_of_a_client_that_hung_up_are_dropped_at_once() {
    struct Dropped(Arc<Notify>);
    impl Drop for Dropped {
        fn drop(&mut self) {
            self.0.notify_one();
        }
    }
    let place = Place::new();
    let (started, dropped) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (starting, dropping) = (started.clone(), dropped.clone());
    let _server = Server::start(
        &place,
        10,
        answers(move |_, _| {
            let guard = Dropped(dropping.clone());
            starting.notify_one();
            async move {
                let _guard = guard;
                std::future::pending().await
            }
        }),
    );
    let mut raw = Raw::connect(&place).await;
    let context = json!({"deadline": {"secs": 3600, "nanos": 0}});
    let poll = json!({"NextEvents": {"request": {"wait_ms": 60_000}}});
    raw.send(&json!({"Request": {"context": context, "id": 1, "message": poll}})).await;
    started.notified().await;
    drop(raw);
    tokio::time::timeout(std::time::Duration::from_secs(20), dropped.notified())
        .await
        .expect("it is still there");
}

#[tokio::test]
async fn a_cancelled_call_is_dropped_and_not_answered() {
    let place = Place::new();
    let _server = Server::start(
        &place,
        10,
        answers(|request, _| async move {
            match request {
                RadarrRequest::Whoami {} => Ok(RadarrResponse::Whoami(Ok(somebody()))),
                _ => std::future::pending().await,
            }
        }),
    );
    let mut raw = Raw::connect(&place).await;
    raw.send(&request(1, &json!({"Status": {}}))).await;
    let trace = json!({"trace_id": vec![0; 16], "span_id": 0, "sampling_decision": "Unsampled"});
    raw.send(&json!({"Cancel": {"trace_context": trace, "request_id": 1}})).await;
    still_answers(&mut raw).await;
}

#[tokio::test]
async fn a_client_that_sends_nonsense_and_reads_nothing_is_not_read_any_further() {
    let place = Place::new();
    let _server = Server::start(&place, 10, only_whoami());
    let mut raw = Raw::connect(&place).await;
    let nonsense = request(1, &json!({"PolishTheMoon": {}})).to_string().into_bytes();
    let mut frame = u32::try_from(nonsense.len()).unwrap().to_be_bytes().to_vec();
    frame.extend(&nonsense);
    // The socket's buffers fill up; from then on nothing more is taken.
    let mut sent = 0_usize;
    let stopped = loop {
        let writing = raw.stream.write_all(&frame);
        match tokio::time::timeout(std::time::Duration::from_secs(2), writing).await {
            Ok(written) => written.unwrap(),
            Err(_) => break sent,
        }
        sent += 1;
        assert!(sent < 100_000, "{sent} answers wait in the daemon's memory");
    };
    assert!(stopped > 0);
}
