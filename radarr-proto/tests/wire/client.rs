//! The client library on connections that break, refuse and come back.

use std::io::ErrorKind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures::SinkExt as _;
use futures::future::join_all;
use radarr_proto::client::{CallError, Client, ConnectError, ConnectOptions};
use radarr_proto::error::{ApiError, ErrorCode};
use radarr_proto::frame::frames;
use radarr_proto::hello::HELLO_BYTES_MAX;
use radarr_proto::model::{Cursor, Tag, TagId};
use radarr_proto::request::{EventBatch, NextEvents};
use radarr_proto::service::{RadarrRequest, RadarrResponse};
use tarpc::ServerError;
use tokio::sync::Semaphore;
use tokio_util::bytes::Bytes;

use super::raw::strange_server;
use super::server::{
    Answers, Place, Server, answers, client, hang_up, listen, only_whoami, somebody, spawn, welcome,
};

const PATIENT: Duration = Duration::from_secs(20);

/// Answers `whoami` and `add_tag`, but hangs up or refuses as many times as `trouble` says first.
fn troubled(trouble: usize, error: Option<ErrorKind>) -> (Answers, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    let answers = answers(move |request, token| {
        let turn = counter.fetch_add(1, Ordering::SeqCst);
        async move {
            if turn < trouble {
                return match error {
                    Some(kind) => Err(ServerError::new(kind, "server throttled the request.".to_owned())),
                    None => hang_up(token).await,
                };
            }
            match request {
                RadarrRequest::AddTag { label } => {
                    Ok(RadarrResponse::AddTag(Ok(Tag { id: TagId(1), label })))
                }
                _ => Ok(RadarrResponse::Whoami(Ok(somebody()))),
            }
        }
    });
    (answers, asked)
}

#[tokio::test]
async fn a_read_is_repeated_on_a_new_connection() {
    let place = Place::new();
    let (answers, asked) = troubled(2, None);
    let server = Server::start(&place, 10, answers);
    let client = client(&place, PATIENT).await;
    assert_eq!(client.whoami().await.unwrap(), somebody());
    assert_eq!(asked.load(Ordering::SeqCst), 3);
    assert_eq!(server.connections(), 3);
}

#[tokio::test]
async fn a_change_whose_answer_is_lost_is_never_repeated() {
    let place = Place::new();
    let (answers, asked) = troubled(1, None);
    let _server = Server::start(&place, 10, answers);
    let client = client(&place, PATIENT).await;
    let error = client.add_tag("kids".to_owned()).await.unwrap_err();
    assert!(matches!(error, CallError::OutcomeUnknown { call: "add_tag" }), "{error}");
    assert!(error.hint().unwrap().contains("before you repeat it"));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    // The next call finds a new connection.
    assert_eq!(client.add_tag("kids".to_owned()).await.unwrap().label, "kids");
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_call_that_was_refused_before_it_began_is_sent_again_even_when_it_changes_something() {
    let place = Place::new();
    let (answers, asked) = troubled(2, Some(ErrorKind::WouldBlock));
    let server = Server::start(&place, 10, answers);
    let client = client(&place, PATIENT).await;
    assert_eq!(client.add_tag("kids".to_owned()).await.unwrap().label, "kids");
    assert_eq!(asked.load(Ordering::SeqCst), 3);
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn the_eleventh_call_of_ten_is_refused_and_the_others_do_not_notice() {
    let place = Place::new();
    let (arrived, open) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let (arriving, opening) = (arrived.clone(), open.clone());
    let _server = Server::start(
        &place,
        10,
        answers(move |_, _| {
            arriving.add_permits(1);
            let open = opening.clone();
            async move {
                open.acquire().await.unwrap().forget();
                Ok(RadarrResponse::Whoami(Ok(somebody())))
            }
        }),
    );
    let client = client(&place, Duration::from_millis(300)).await;
    let ten: Vec<_> = (0..10)
        .map(|_| {
            let client = client.clone();
            spawn(async move { client.whoami().await })
        })
        .collect();
    arrived.acquire_many(10).await.unwrap().forget();
    let error = client.whoami().await.unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::RateLimited), "{error}");
    assert_eq!(arrived.available_permits(), 0, "the eleventh reached the handler");
    open.add_permits(11);
    for answer in join_all(ten).await {
        assert_eq!(answer.unwrap().unwrap(), somebody());
    }
    assert_eq!(client.whoami().await.unwrap(), somebody());
}

#[tokio::test]
async fn a_daemon_that_is_away_is_asked_again_after_pauses_that_grow() {
    let place = Place::new();
    let first = Server::start(&place, 10, only_whoami());
    let client = client(&place, PATIENT).await;
    client.whoami().await.unwrap();
    drop(first);
    // Whoever listens now hangs up four times before it says hello again.
    let listener = listen(&place.path());
    let tries = Arc::new(Mutex::new(Vec::new()));
    let seen = tries.clone();
    let answers = only_whoami();
    let place = Arc::new(place);
    let later = place.clone();
    let comes_back = spawn(async move {
        while seen.lock().unwrap().len() < 4 {
            let (stream, _) = listener.accept().await.unwrap();
            seen.lock().unwrap().push(Instant::now());
            drop(stream);
        }
        Server::start(&later, 10, answers)
    });
    assert_eq!(client.whoami().await.unwrap(), somebody());
    let _server = comes_back.await.unwrap();
    let tries = tries.lock().unwrap().clone();
    let pauses: Vec<Duration> = tries.windows(2).map(|pair| pair[1] - pair[0]).collect();
    for (pause, least) in pauses.iter().zip([50, 100, 200]) {
        assert!(*pause >= Duration::from_millis(least), "{pauses:?}");
    }
}

#[tokio::test]
async fn a_daemon_that_stays_away_is_given_up_and_the_error_says_where_it_was_looked_for() {
    let place = Place::new();
    let server = Server::start(&place, 10, only_whoami());
    let client = client(&place, Duration::from_millis(200)).await;
    client.whoami().await.unwrap();
    drop(server);
    let error = loop {
        // The connection that was open may answer once more before it ends.
        if let Err(error) = client.whoami().await {
            break error;
        }
    };
    let unknown = matches!(error, CallError::Connect(_) | CallError::OutcomeUnknown { .. });
    assert!(unknown, "{error}");
    let error = client.add_tag("kids".to_owned()).await.unwrap_err();
    assert!(error.to_string().contains(&place.endpoint().to_string()), "{error}");
    assert!(error.hint().unwrap().contains("radarr-daemon serve"), "{error}");
}

#[tokio::test]
async fn endless_patience_and_an_endless_wait_do_not_panic() {
    let place = Place::new();
    let _server = Server::start(
        &place,
        10,
        answers(|_, _| async {
            let batch = EventBatch { events: Vec::new(), cursor: Cursor(7), gap: false };
            Ok(RadarrResponse::NextEvents(Ok(batch)))
        }),
    );
    let client = client(&place, Duration::MAX).await;
    let request = NextEvents { after: None, wait_ms: u64::MAX, limit: None };
    assert_eq!(client.next_events(request).await.unwrap().cursor, Cursor(7));
}

#[tokio::test]
async fn an_error_of_the_daemon_comes_back_as_it_was_and_is_not_repeated() {
    let place = Place::new();
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    let wanted = ApiError::new(ErrorCode::Conflict, "tag kids exists").with_hint("use it");
    let answer = wanted.clone();
    let _server = Server::start(
        &place,
        10,
        answers(move |_, _| {
            counter.fetch_add(1, Ordering::SeqCst);
            let answer = answer.clone();
            async move { Ok(RadarrResponse::AddTag(Err(answer))) }
        }),
    );
    let client = client(&place, PATIENT).await;
    let CallError::Api(error) = client.add_tag("kids".to_owned()).await.unwrap_err() else {
        panic!("no answer")
    };
    assert_eq!(error, wanted);
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_frame_over_the_limit_ends_the_connection_with_an_error() {
    let place = Place::new();
    strange_server(&place, &welcome(), vec![0xff; 8]);
    let client = client(&place, Duration::ZERO).await;
    let error = client.add_tag("kids".to_owned()).await.unwrap_err();
    assert!(matches!(error, CallError::OutcomeUnknown { .. }), "{error}");
}

#[tokio::test]
async fn an_answer_that_is_no_json_ends_the_connection_with_an_error() {
    let place = Place::new();
    strange_server(&place, &welcome(), b"\0\0\0\x05hello".to_vec());
    let client = client(&place, Duration::ZERO).await;
    let error = client.whoami().await.unwrap_err();
    assert!(matches!(error, CallError::OutcomeUnknown { .. }), "{error}");
}

#[tokio::test]
async fn an_answer_over_the_limit_is_an_error_that_says_to_ask_in_pages() {
    let place = Place::new();
    let _server = Server::start(
        &place,
        10,
        answers(|request, _| async move {
            match request {
                RadarrRequest::ConfigText {} => {
                    Ok(RadarrResponse::ConfigText(Ok("x".repeat(radarr_proto::frame::FRAME_BYTES_MAX))))
                }
                _ => Ok(RadarrResponse::Whoami(Ok(somebody()))),
            }
        }),
    );
    let client = client(&place, Duration::ZERO).await;
    let error = client.config_text().await.unwrap_err();
    assert!(error.to_string().contains("in pages"), "{error}");
    assert_eq!(client.whoami().await.unwrap(), somebody());
}

#[tokio::test]
async fn a_token_is_shown_in_the_hello_and_nowhere_else() {
    let place = Place::new();
    let listener = listen(&place.path());
    let options = ConnectOptions {
        token: Some(radarr_proto::model::SecretText::new("swordfish")),
        ..ConnectOptions::default()
    };
    let endpoint = place.endpoint();
    assert!(!format!("{options:?}").contains("swordfish"));
    let connecting = spawn(async move { Client::connect(&endpoint, options).await.map(|_| ()) });
    let mut frames = frames(listener.accept().await.unwrap().0, HELLO_BYTES_MAX);
    let hello = futures::StreamExt::next(&mut frames).await.unwrap().unwrap();
    let hello: serde_json::Value = serde_json::from_slice(&hello).unwrap();
    assert_eq!(hello["token"], "swordfish");
    let refused =
        serde_json::json!({"status": "refused", "code": "not_allowed", "message": "the token is wrong"});
    frames.send(Bytes::from(refused.to_string())).await.unwrap();
    let error: ConnectError = connecting.await.unwrap().unwrap_err();
    assert!(!format!("{error} {error:?} {}", error.hint()).contains("swordfish"));
}
