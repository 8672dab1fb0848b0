//! The Python example speaks the protocol.

use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use radarr_proto::error::{ApiError, ErrorCode};
use radarr_proto::model::{Cursor, Event, EventKind, MovieId};
use radarr_proto::request::{EventBatch, MoviePage};
use radarr_proto::service::{RadarrRequest, RadarrResponse};
use tokio::io::AsyncReadExt as _;
use tokio::process::Command;

use super::frames::{row, time};
use super::server::{Answers, Place, Server, answers, somebody};

fn python(place: &Place) -> Command {
    let mut command = Command::new("python3");
    command
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/client.py"))
        .args(["--connect", &place.endpoint().to_string()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

fn library() -> Answers {
    let polls = Arc::new(AtomicUsize::new(0));
    answers(move |request, _| {
        let turn = polls.clone();
        async move {
            match request {
                RadarrRequest::ListMovies { .. } => {
                    let page = MoviePage { rows: vec![row()], total: 1, cursor: Cursor(9) };
                    Ok(RadarrResponse::ListMovies(Ok(page)))
                }
                RadarrRequest::NextEvents { request } => {
                    let cursor = Cursor(request.after.map_or(9, |after| after.0 + 1));
                    if turn.fetch_add(1, Ordering::SeqCst) == 2 {
                        return std::future::pending().await;
                    }
                    let events = vec![Event {
                        cursor,
                        at: time(),
                        actor: "system".to_owned(),
                        request_id: None,
                        from: None,
                        movie_id: Some(MovieId(1)),
                        kind: EventKind::MovieAdded { title: "Nosferatu".to_owned(), year: 1922 },
                    }];
                    Ok(RadarrResponse::NextEvents(Ok(EventBatch { events, cursor, gap: false })))
                }
                RadarrRequest::GetMovie { id } => {
                    let error = ApiError::new(ErrorCode::NotFound, format!("there is no movie {id}"))
                        .with_hint("see: radarr-tui movie list");
                    Ok(RadarrResponse::GetMovie(Err(error)))
                }
                _ => Ok(RadarrResponse::Whoami(Ok(somebody()))),
            }
        }
    })
}

#[tokio::test]
async fn it_lists_the_movies() {
    let place = Place::new();
    let _server = Server::start(&place, 10, library());
    let done = python(&place).arg("list").output().await.expect("python3 is needed for this test");
    let printed = String::from_utf8(done.stdout).unwrap();
    assert_eq!(printed, "     1  Nosferatu (1922)  Bluray-1080p\n1 movies\n", "{:?}", done.stderr);
}

#[tokio::test]
async fn it_follows_the_events_from_cursor_to_cursor() {
    let place = Place::new();
    let _server = Server::start(&place, 10, library());
    let mut watching = python(&place).arg("watch").spawn().expect("python3 is needed for this test");
    let mut printed = String::new();
    let mut out = watching.stdout.take().unwrap();
    while printed.lines().count() < 2 {
        let mut piece = [0; 4096];
        let length = out.read(&mut piece).await.unwrap();
        assert_ne!(length, 0, "it ended: {printed}");
        printed.push_str(std::str::from_utf8(&piece[..length]).unwrap());
    }
    let cursors: Vec<u64> =
        printed.lines().map(|line| serde_json::from_str::<Event>(line).unwrap().cursor.0).collect();
    assert_eq!(cursors, [9, 10]);
}

#[tokio::test]
async fn it_says_what_went_wrong_and_what_to_do() {
    let place = Place::new();
    let _server = Server::start(&place, 10, library());
    let done = python(&place).args(["call", "get_movie", r#"{"id": 7}"#]).output().await.unwrap();
    assert_eq!(done.status.code(), Some(1));
    assert_eq!(String::from_utf8(done.stderr).unwrap(), "there is no movie 7\nsee: radarr-tui movie list\n");
    let done = python(&place).args(["call", "polish_the_moon"]).output().await.unwrap();
    assert_eq!(done.status.code(), Some(1));
    assert!(String::from_utf8(done.stderr).unwrap().contains("does not understand the call"));
}
