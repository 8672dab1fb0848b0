use std::sync::Arc;

use futures::FutureExt;
use radarr_proto::model::{JobKind, JobStatus, TmdbId};

use super::*;
use crate::flow::testing::{Bench, bench, caller};
use crate::jobs::{Done, Handler};

async fn refreshed(bench: &Bench) -> Vec<Vec<String>> {
    let history = bench.history().await.into_iter();
    history
        .filter_map(|event| {
            let EventKind::MovieRefreshed { changes, .. } = event.kind else { return None };
            Some(changes)
        })
        .collect()
}

fn handler(flow: &Flow) -> Handler {
    let flow = flow.clone();
    Arc::new(move |_, context| {
        let flow = flow.clone();
        async move {
            let by = By::job(context.request_id().await);
            let done = refresh_due(&flow, &by, &context).await?;
            Ok(Done::note(done.sentence()))
        }
        .boxed()
    })
}

#[tokio::test]
async fn what_changed_is_told_once_and_what_did_not_leaves_no_event() {
    let bench = bench().await;
    bench.tmdb_knows(5, "Film", 2020);
    let movie = bench.movie(5, "Film", 2020).await;
    assert!(matches!(refresh_movie(&bench.flow, &caller(), movie.id).await.unwrap(), Refreshed::Changed(_)));
    bench.tmdb_knows(5, "The Film", 2021);
    let got = refresh_movie(&bench.flow, &caller(), movie.id).await.unwrap();
    let want = ["title: The Film, was Film", "original title: The Film, was Film", "year: 2021, was 2020"];
    let Refreshed::Changed(changes) = got else { panic!("{got:?}") };
    assert_eq!(changes, want);
    assert_eq!(refresh_movie(&bench.flow, &caller(), movie.id).await.unwrap(), Refreshed::Same);
    assert_eq!(refreshed(&bench).await.len(), 2);
    let stored: Movie = bench.load(movie.id).await;
    assert_eq!((stored.sort_title.as_str(), stored.versions), ("film", movie.versions));
}

#[tokio::test]
async fn a_movie_that_left_tmdb_stays_and_says_so_once() {
    let bench = bench().await;
    let movie = bench.movie(5, "Film", 2020).await;
    assert_eq!(refresh_movie(&bench.flow, &caller(), movie.id).await.unwrap(), Refreshed::Gone);
    assert_eq!(refresh_movie(&bench.flow, &caller(), movie.id).await.unwrap(), Refreshed::Same);
    let stored: Movie = bench.load(movie.id).await;
    assert_eq!((stored.facts.status, stored.facts.title.as_str()), (MovieStatus::Deleted, "Film"));
    assert_eq!(refreshed(&bench).await.len(), 1);
}

#[tokio::test]
async fn a_refused_key_changes_nothing() {
    let bench = bench().await;
    let movie = bench.movie(5, "Film", 2020).await;
    bench.tmdb.lock().unwrap().broken = Some(401);
    let error = refresh_movie(&bench.flow, &caller(), movie.id).await.unwrap_err();
    assert!(matches!(error, FlowError::Tmdb(TmdbError::Key { .. })), "{error:?}");
    assert_eq!(bench.load::<Movie>(movie.id).await, movie);
}

#[tokio::test]
async fn a_run_asks_about_what_is_due_and_the_next_one_about_what_changed() {
    let bench = bench().await;
    for id in 1..=3 {
        bench.tmdb_knows(id, "Film", 2020);
        bench.movie(id, "Film", 2020).await;
    }
    let job = bench.run_job(JobKind::RefreshLibrary, handler(&bench.flow)).await;
    assert_eq!(job.status, JobStatus::Done, "{job:?}");
    let want = "asked TMDB about 3 movies: 3 changed, 0 not there any more, 0 failed";
    assert_eq!(job.note.as_deref(), Some(want));

    // A day later TMDB says that one of them changed.
    for mut movie in bench.flow.store.load_all::<Movie>().await.unwrap() {
        movie.refreshed_at -= jiff::SignedDuration::from_hours(24);
        bench.put(&movie).await;
    }
    bench.tmdb.lock().unwrap().changed = vec![2, 900];
    bench.tmdb.lock().unwrap().asked.clear();
    bench.run_job(JobKind::RefreshLibrary, handler(&bench.flow)).await;
    assert_eq!(bench.tmdb.lock().unwrap().asked, ["changes", "movie/2"]);
    let two = bench.flow.library.latest().await.by_tmdb(TmdbId(2)).unwrap();
    assert!(
        bench.load::<Movie>(two).await.refreshed_at > bench.flow.now() - jiff::SignedDuration::from_mins(5)
    );
}
