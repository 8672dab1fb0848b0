//! Clients over RPC: each follows the events as the TUI does, and asks what a person or a script would.

use std::time::{Duration, Instant};

use radarr_proto::client::CallError;
use radarr_proto::client::Client;
use radarr_proto::model::MovieId;
use radarr_proto::request::{EditMovie, ListMovies, NextEvents, WantedQuery};

use super::Latencies;

/// Movies on a page of the list.
const PAGE: u64 = 60;
/// One call in so many changes something; each change is told to every client.
const CALLS_FOR_A_CHANGE: u64 = 250;
/// The longest that a follower waits in one call.
const POLL_MS: u64 = 20_000;

/// What all clients do.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) movies: u64,
    pub(super) end: Instant,
    /// Between two calls of one client.
    pub(super) pause: Duration,
}

/// What one client did.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) calls: Latencies,
    pub(super) events: u64,
}

/// So long does each of them wait between two calls.
pub(super) fn pause_of(clients: usize, calls_per_second: u32) -> Duration {
    let clients = u32::try_from(clients).unwrap_or(u32::MAX);
    Duration::from_secs(1).saturating_mul(clients) / calls_per_second.max(1)
}

/// Asks and follows until the end.
pub(super) async fn work(client: Client, number: usize, plan: &Plan) -> Done {
    let (calls, events) = tokio::join!(ask(&client, number, plan), follow(&client, plan));
    let (events, failed) = events;
    let mut done = Done { calls, events };
    done.calls.errors.extend(failed);
    done
}

async fn ask(client: &Client, number: usize, plan: &Plan) -> Latencies {
    let mut latencies = Latencies::default();
    // Each begins at another moment and goes another way through the library.
    let mut at = u64::try_from(number).unwrap_or_default() * 7919;
    let share = f64::from(u32::try_from(number % 1000).unwrap_or_default()) / 1000.0;
    // The pace is kept, and what an answer is late behind its moment counts: a slow answer hides no other.
    let mut due = Instant::now() + plan.pause.mul_f64(share);
    while due < plan.end {
        tokio::time::sleep_until(due.into()).await;
        at = at.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let answer = call(client, at >> 33, plan.movies).await;
        latencies.note(due.elapsed(), answer.err().map(|error| error.to_string()));
        due += plan.pause;
    }
    latencies
}

async fn call(client: &Client, dice: u64, movies: u64) -> Result<(), CallError> {
    let id = MovieId(dice / 1000 % movies + 1);
    if dice.is_multiple_of(CALLS_FOR_A_CHANGE) {
        let monitored = Some(dice.is_multiple_of(2));
        return client.edit_movie(EditMovie { id, monitored, ..EditMovie::default() }).await.map(drop);
    }
    match dice % 20 {
        0..8 => {
            let offset = dice / 1000 % movies;
            client
                .list_movies(ListMovies { offset, limit: Some(PAGE), ..ListMovies::default() })
                .await
                .map(drop)
        }
        8..14 => client.get_movie(id).await.map(drop),
        14..17 => client.queue().await.map(drop),
        17 => client.status().await.map(drop),
        18 => client.wanted(WantedQuery { limit: Some(PAGE), ..WantedQuery::default() }).await.map(drop),
        _ => client.health().await.map(drop),
    }
}

/// Events that came, and what went wrong.
async fn follow(client: &Client, plan: &Plan) -> (u64, Vec<String>) {
    let (mut after, mut events, mut errors) = (None, 0, Vec::new());
    while Instant::now() < plan.end {
        let left = u64::try_from(plan.end.saturating_duration_since(Instant::now()).as_millis());
        let wait_ms = left.unwrap_or(POLL_MS).min(POLL_MS);
        match client.next_events(NextEvents { after, wait_ms, limit: None }).await {
            Ok(batch) => {
                events += u64::try_from(batch.events.len()).unwrap_or_default();
                if batch.gap {
                    errors.push("events were missed".to_owned());
                }
                after = Some(batch.cursor);
            }
            Err(error) => errors.push(error.to_string()),
        }
    }
    (events, errors)
}
