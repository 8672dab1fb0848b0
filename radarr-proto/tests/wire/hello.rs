//! What a client makes of the answer to its hello.

use std::time::Duration;

use radarr_proto::client::{Client, ConnectError, ConnectOptions};
use radarr_proto::hello::{RefusalCode, ServerHello};

use super::raw::{strange_hello, strange_server};
use super::server::{Place, Server, client, only_whoami, somebody};

async fn error_of(place: &Place) -> ConnectError {
    Client::connect(&place.endpoint(), ConnectOptions::default()).await.unwrap_err()
}

fn refused(code: RefusalCode) -> ServerHello {
    ServerHello::Refused { code, message: "because".to_owned(), hint: Some("do this".to_owned()) }
}

#[tokio::test]
async fn the_greeting_says_who_both_are() {
    let place = Place::new();
    let _server = Server::start(&place, 10, only_whoami());
    let greeting = client(&place, Duration::ZERO).await.greeting().await.unwrap();
    assert_eq!(greeting.principal, somebody());
    assert_eq!(greeting.software, "test");
    assert!(greeting.features.contains(&"events".to_owned()));
}

#[tokio::test]
async fn a_refusal_is_told_with_its_reason_and_its_hint() {
    for (code, temporary) in [
        (RefusalCode::NotRadarr, false),
        (RefusalCode::Protocol, false),
        (RefusalCode::NotAllowed, false),
        (RefusalCode::Busy, true),
        (RefusalCode::ShuttingDown, true),
        (RefusalCode::Unknown, false),
    ] {
        let place = Place::new();
        strange_server(&place, &refused(code), Vec::new());
        let error = error_of(&place).await;
        assert!(error.to_string().ends_with("refuses: because"), "{error}");
        assert_eq!(error.hint(), "do this");
        assert_eq!(error.is_temporary(), temporary, "{code:?}");
        assert!(matches!(error, ConnectError::Refused { code: said, .. } if said == code));
    }
}

#[tokio::test]
async fn a_refusal_of_a_newer_daemon_is_told_although_its_code_is_not_known() {
    let place = Place::new();
    let hello = br#"{"status":"refused","code":"eclipse","message":"the moon is dark","phase":3}"#;
    strange_hello(&place, hello.to_vec(), Vec::new());
    let error = error_of(&place).await;
    assert!(matches!(&error, ConnectError::Refused { code: RefusalCode::Unknown, .. }), "{error}");
    assert!(error.to_string().contains("the moon is dark"));
}

#[tokio::test]
async fn what_is_no_radarr_daemon_is_named_so() {
    let http = b"HTTP/1.1 400 Bad Request".to_vec();
    let later = br#"{"status":"redirect","to":"elsewhere"}"#.to_vec();
    let number = b"7".to_vec();
    for hello in [http, later, number, vec![b' '; 5000], Vec::new()] {
        let place = Place::new();
        strange_hello(&place, hello.clone(), Vec::new());
        let error = error_of(&place).await;
        assert!(matches!(error, ConnectError::NotRadarr { .. }), "{hello:?}: {error}");
        assert!(!error.is_temporary());
    }
}

#[tokio::test]
async fn nobody_there_says_how_to_start_a_daemon() {
    let place = Place::new();
    let error = error_of(&place).await;
    assert!(error.is_temporary());
    assert!(error.hint().contains("radarr-daemon serve"), "{}", error.hint());
}
