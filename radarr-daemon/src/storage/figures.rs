//! How long a storage takes for what is asked of it most. Run by hand, in release and on a quiet machine:
//! `cargo test --release --workspace --lib figures_of -- --ignored --nocapture`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use radarr_proto::model::MovieId;

use super::contract::{now, tag, vanished};
use super::{Commit, Document as _, Expect, HistoryRange, SharedStore};

const EVENTS: u64 = 100_000;
const MOVIES: u64 = 1_000;
const DOCUMENTS: u64 = 100;
const ROUNDS: u64 = 1_000;
const WRITERS: u64 = 64;
const ROUNDS_EACH: u64 = 50;

/// Prints the figures of an empty storage, which it fills.
pub(super) async fn print_figures(store: &SharedStore) {
    for number in 0..EVENTS / MOVIES {
        let commits = (0..MOVIES).fold(put(number % DOCUMENTS, "x"), |commit, movie| {
            commit.event(Some(MovieId(movie)), vanished("The Strange Journey"))
        });
        store.commit(commits).await.unwrap();
    }
    let mut times = [const { Vec::new() }; 4];
    for number in 0..ROUNDS {
        let began = Instant::now();
        store.get(&tag(number % DOCUMENTS + 1, "").key()).await.unwrap().unwrap();
        times[0].push(began.elapsed());
        let began = Instant::now();
        assert_eq!(store.history(HistoryRange::default(), 50).await.unwrap().len(), 50);
        times[1].push(began.elapsed());
        let began = Instant::now();
        let range = HistoryRange { movie: Some(MovieId(number % MOVIES)), before: None };
        assert_eq!(store.history(range, 50).await.unwrap().len(), 50);
        times[2].push(began.elapsed());
        let began = Instant::now();
        store.commit(put(number % DOCUMENTS, "y")).await.unwrap();
        times[3].push(began.elapsed());
    }
    let [get, newest, of_movie, commit] = times.map(median);
    println!(
        "{}, medians: one by its id {get:?}, the 50 newest of {EVENTS} {newest:?}, 50 of one movie {of_movie:?}, a commit \
         alone {commit:?}",
        store.name()
    );
    let began = Instant::now();
    let writers = (0..WRITERS).map(|writer| {
        let store = Arc::clone(store);
        async move {
            for round in 0..ROUNDS_EACH {
                store.commit(put(writer, &round.to_string())).await.unwrap();
            }
        }
    });
    futures::future::join_all(writers).await;
    let a_second = Duration::from_secs(WRITERS * ROUNDS_EACH).as_secs_f64() / began.elapsed().as_secs_f64();
    println!("{}: {a_second:.0} commits/s by {WRITERS} writers", store.name());
}

fn put(number: u64, label: &str) -> Commit {
    Commit::new("system", now()).put(&tag(number + 1, label), Expect::Any)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
