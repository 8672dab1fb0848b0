//! A port with as many requests under way as there may be, and one more.

use std::sync::Arc;

use axum::routing::get;
use axum::{Router, middleware};
use radarr_proto::model::Role;
use radarr_proto::request::CreateToken;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::{Notify, Semaphore};

use super::authorise::REQUESTS_MAX;
use super::{Door, Guard, Readiness, listen};
use crate::flow::testing::{bench, caller};
use crate::rpc::authorise::Doorkeeper;
use crate::security::places::Places;
use crate::settings::tokens::create_token;
use crate::tasks::Tasks;

#[tokio::test]
async fn sixty_four_requests_are_worked_on_at_once_and_one_more_is_told_to_ask_again() {
    let bench = bench().await;
    let request = CreateToken { name: "script".to_owned(), role: Role::Viewer, certificate: None };
    let token = create_token(&bench.flow, &caller(), request).await.unwrap().secret;
    let doorkeeper = Arc::new(Doorkeeper::default());
    doorkeeper.read_tokens(&bench.flow.store).await.unwrap();
    let readiness = Arc::new(Readiness::default());
    readiness.set_started();
    let guard = Guard::new(doorkeeper, readiness, Role::Viewer, false);
    let (under_way, goes_on) = (Arc::new(Semaphore::new(0)), Arc::new(Notify::new()));
    let page = {
        let (under_way, goes_on) = (Arc::clone(&under_way), Arc::clone(&goes_on));
        move || {
            let (under_way, goes_on) = (Arc::clone(&under_way), Arc::clone(&goes_on));
            async move {
                let told = goes_on.notified();
                under_way.add_permits(1);
                told.await;
                "done"
            }
        }
    };
    let router = Router::new()
        .route("/slow", get(page))
        .route_layer(middleware::from_fn_with_state(guard, Guard::check));
    let door = Door {
        key: "http.listen",
        address: "127.0.0.1:0".to_owned(),
        tls: None,
        places: Places::new(2 * REQUESTS_MAX, 2 * REQUESTS_MAX),
        refusals: Arc::new(Semaphore::new(1)),
    };
    let tasks = Tasks::new();
    let address = listen(&tasks, door, router).await.unwrap().address;
    let asked = format!(
        "GET /slow HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-api-key: {}\r\n\r\n",
        token.expose()
    );
    let ask = async || {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(asked.as_bytes()).await.unwrap();
        stream
    };
    let answer = async |mut stream: TcpStream| {
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        text
    };
    let mut waiting = Vec::new();
    for _ in 0..REQUESTS_MAX {
        waiting.push(ask().await);
    }
    let all = u32::try_from(REQUESTS_MAX).unwrap();
    under_way.acquire_many(all).await.unwrap().forget();
    let refused = answer(ask().await).await;
    assert!(refused.starts_with("HTTP/1.1 503") && refused.contains("retry-after: 1"), "{refused}");
    goes_on.notify_waiters();
    for stream in waiting {
        let done = answer(stream).await;
        assert!(done.starts_with("HTTP/1.1 200") && done.ends_with("done"), "{done}");
    }
    // Now there is room again.
    goes_on.notify_one();
    let done = answer(ask().await).await;
    assert!(done.starts_with("HTTP/1.1 200"), "{done}");
    tasks.stop(std::time::Duration::from_secs(5)).await;
}
