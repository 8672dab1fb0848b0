//! One frame of each kind, held still. A change here is a change of the protocol: fields may come, none may go.

use jiff::Timestamp;
use radarr_proto::error::{ApiError, ErrorCode};
use radarr_proto::hello::{ClientHello, MAGIC, PROTOCOL_MAJOR, PROTOCOL_MINOR, RefusalCode, ServerHello};
use radarr_proto::model::{
    Cursor, Event, EventKind, GrabId, LinkMode, MovieId, MovieRow, MovieStatus, PlacedBy, ProfileId, Quality,
    QualityModel, Revision, RootFolderId, SecretText, TagId, TmdbId,
};
use radarr_proto::request::{AddMovie, EventBatch, ListMovies, MoviePage, NextEvents};
use radarr_proto::service::{RadarrRequest, RadarrResponse};
use serde::Serialize;
use serde_json::{Value, json};
use tarpc::{ClientMessage, Request, Response, ServerError, context};

use super::server::{somebody, welcome};

pub(crate) fn time() -> Timestamp {
    "2026-01-02T03:04:05Z".parse().unwrap()
}

pub(crate) fn row() -> MovieRow {
    MovieRow {
        id: MovieId(1),
        tmdb_id: TmdbId(653),
        title: "Nosferatu".to_owned(),
        sort_title: "nosferatu".to_owned(),
        year: 1922,
        status: MovieStatus::Released,
        monitored: true,
        available: true,
        profile_id: ProfileId(4),
        root_folder_id: RootFolderId(1),
        quality: Some(Quality::Bluray1080p),
        size_bytes: 8_589_934_592,
        cutoff_met: true,
        score: 25,
        runtime_minutes: 94,
        rating_tenths: 77,
        added_at: time(),
        versions: 1,
        tags: vec![TagId(2)],
    }
}

/// One event with fields of its own beside the shared ones.
fn imported() -> Event {
    Event {
        cursor: Cursor(42),
        at: time(),
        actor: "system".to_owned(),
        request_id: Some("job-7".to_owned()),
        from: None,
        movie_id: Some(MovieId(1)),
        kind: EventKind::Imported {
            grab_id: Some(GrabId(3)),
            title: "Nosferatu".to_owned(),
            path: "/movies/Nosferatu (1922)/Nosferatu (1922) Bluray-1080p.mkv".to_owned(),
            quality: QualityModel {
                quality: Quality::Bluray1080p,
                revision: Revision { version: 2, real: 0, is_repack: true },
            },
            placed_by: PlacedBy::Hardlink,
            link_mode: LinkMode::HardlinkPreferred,
            replaced: None,
            size_bytes: 8_589_934_592,
        },
    }
}

fn request(message: RadarrRequest) -> Value {
    let request = Request { context: context::current(), id: 7, message };
    let mut frame = serde_json::to_value(ClientMessage::Request(request)).unwrap();
    // What is left of ten seconds differs from run to run.
    frame["Request"]["context"]["deadline"] = json!({"secs": 9, "nanos": 999_987_100});
    frame
}

fn response(message: Result<RadarrResponse, ServerError>) -> Response<RadarrResponse> {
    Response { request_id: 7, message }
}

#[track_caller]
fn hold(name: &str, frame: &impl Serialize) {
    insta::assert_snapshot!(name, serde_json::to_string_pretty(frame).unwrap());
}

#[test]
fn hellos_are_held_still() {
    let hello = ClientHello {
        magic: MAGIC.to_owned(),
        protocol: PROTOCOL_MAJOR,
        minor: PROTOCOL_MINOR,
        software: "radarr-tui/0.1.0".to_owned(),
        token: Some(SecretText::new("secret")),
    };
    hold("hello", &hello);
    hold("hello_ok", &welcome());
    let refused = ServerHello::Refused {
        code: RefusalCode::NotAllowed,
        message: "the token is wrong or was revoked".to_owned(),
        hint: Some("make a token on the daemon's machine: radarr-tui token create NAME".to_owned()),
    };
    hold("hello_refused", &refused);
}

#[test]
fn requests_are_held_still() {
    hold("request_whoami", &request(RadarrRequest::Whoami {}));
    let list = ListMovies { text: "nosf".to_owned(), limit: Some(50), ..ListMovies::default() };
    hold("request_list", &request(RadarrRequest::ListMovies { request: list }));
    hold("request_get", &request(RadarrRequest::GetMovie { id: MovieId(1) }));
    let next = NextEvents { after: Some(Cursor(41)), wait_ms: 30_000, limit: None };
    hold("request_events", &request(RadarrRequest::NextEvents { request: next }));
    let add = json!({"tmdb_id": 653});
    let add: AddMovie = serde_json::from_value(add).unwrap();
    hold("request_add", &request(RadarrRequest::AddMovie { request: add }));
    let cancel = ClientMessage::<RadarrRequest>::Cancel {
        trace_context: tarpc::trace::Context::default(),
        request_id: 7,
    };
    hold("cancel", &cancel);
}

#[test]
fn responses_are_held_still() {
    hold("response_whoami", &response(Ok(RadarrResponse::Whoami(Ok(somebody())))));
    let page = MoviePage { rows: vec![row()], total: 1, cursor: Cursor(42) };
    hold("response_list", &response(Ok(RadarrResponse::ListMovies(Ok(page)))));
    let error =
        ApiError::new(ErrorCode::NotFound, "there is no movie 9").with_hint("see: radarr-tui movie list");
    hold("response_error", &response(Ok(RadarrResponse::GetMovie(Err(error)))));
    let refused =
        ServerError::new(std::io::ErrorKind::WouldBlock, "server throttled the request.".to_owned());
    hold("response_framework_error", &response(Err(refused)));
    let batch = EventBatch { events: vec![imported()], cursor: Cursor(42), gap: false };
    hold("response_events", &response(Ok(RadarrResponse::NextEvents(Ok(batch)))));
}

#[test]
fn a_movie_with_everything_reads_what_it_writes_and_is_held_still() {
    let details: radarr_proto::request::MovieDetails =
        serde_json::from_str(include_str!("movie_details.json")).unwrap();
    hold("response_get", &response(Ok(RadarrResponse::GetMovie(Ok(details)))));
}

#[test]
fn what_a_script_leaves_out_has_a_value() {
    let add: AddMovie = serde_json::from_str(r#"{"tmdb_id": 653}"#).unwrap();
    assert!(add.monitored && !add.search && add.tags.is_empty());
    let list: ListMovies = serde_json::from_str("{}").unwrap();
    assert_eq!(list, ListMovies::default());
    let events: NextEvents = serde_json::from_str("{}").unwrap();
    assert_eq!(events, NextEvents { after: None, wait_ms: 0, limit: None });
    let hello: ClientHello = serde_json::from_str(r#"{"magic": "radarr", "protocol": 1}"#).unwrap();
    assert_eq!(hello.token, None);
}

/// The names of all calls: what a client may ask.
#[test]
fn the_vocabulary_is_held_still() {
    let source = include_str!("../../src/service.rs");
    let calls: Vec<&str> = source
        .lines()
        .filter_map(|line| line.trim().strip_prefix("async fn "))
        .filter_map(|line| line.split('(').next())
        .collect();
    assert!(calls.len() > 60, "{calls:?}");
    insta::assert_snapshot!("vocabulary", calls.join("\n"));
}
