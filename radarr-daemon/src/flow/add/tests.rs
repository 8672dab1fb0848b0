use radarr_proto::error::ErrorCode;
use radarr_proto::model::{RootFolderId, TmdbId};

use super::*;
use crate::flow::testing::{Bench, ROOT, bench, caller};

fn request(id: u32) -> AddMovie {
    AddMovie {
        tmdb_id: TmdbId(id),
        root_folder_id: None,
        profile_id: None,
        monitored: true,
        minimum_availability: MinimumAvailability::Released,
        tags: Vec::new(),
        search: false,
    }
}

fn refused(error: FlowError) -> radarr_proto::error::ApiError {
    error.into()
}

#[tokio::test]
async fn a_movie_comes_in_with_its_event_and_its_next_steps_in_one_commit() {
    let bench = bench().await;
    bench.tmdb_knows(961, "The General", 1926);
    bench.file("movies/The General (1926)/somebodys.mkv", "video");
    let before = bench.flow.store.last_cursor();
    let movie = add_movie(&bench.flow, &caller(), AddMovie { search: true, ..request(961) }).await.unwrap();
    assert_eq!(movie.sort_title, "general");
    assert_eq!((movie.added_by.as_str(), movie.versions[0].root_folder_id), ("alice", ROOT));
    assert_eq!(movie.versions[0].folder, "The General (1926)");
    assert_eq!(movie, bench.load(movie.id).await);
    let [event] = &bench.history().await[..] else { panic!() };
    assert_eq!(event.kind, EventKind::MovieAdded { title: "The General".into(), year: 1926 });
    assert_eq!((event.actor.as_str(), event.movie_id), ("alice", Some(movie.id)));
    let jobs = bench.jobs().await;
    assert_eq!(
        jobs,
        [
            JobKind::SearchMovie { movie_id: movie.id, slot: Slot(0), by: SearchKind::Automatic },
            JobKind::RescanMovie { movie_id: movie.id },
        ]
    );
    // One commit: the movie's event and both jobs' follow each other without a gap.
    assert_eq!(bench.flow.store.last_cursor().0, before.0 + 3);
}

#[tokio::test]
async fn a_movie_that_is_there_already_is_a_conflict_that_names_it() {
    let bench = bench().await;
    bench.tmdb_knows(961, "The General", 1926);
    let movie = add_movie(&bench.flow, &caller(), request(961)).await.unwrap();
    let error = refused(add_movie(&bench.flow, &caller(), request(961)).await.unwrap_err());
    assert_eq!(error.code, ErrorCode::Conflict);
    assert_eq!(error.message, format!("The General (1926) is in the library already, as movie {}", movie.id));
    let hits = lookup_movies(&bench.flow, "the general").await.unwrap();
    assert_eq!(hits[0].in_library, Some(movie.id));
}

#[tokio::test]
async fn of_many_clients_that_add_the_same_movie_at_once_one_wins() {
    let bench = bench().await;
    bench.tmdb_knows(961, "The General", 1926);
    let by = caller();
    let tries = (0..12).map(|_| add_movie(&bench.flow, &by, request(961)));
    let results = futures::future::join_all(tries).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    for error in results.into_iter().filter_map(Result::err) {
        let error = refused(error);
        assert!(error.message.starts_with("The General (1926) is in the library already"), "{error:?}");
    }
    assert_eq!(bench.flow.store.load_all::<Movie>().await.unwrap().len(), 1);
}

#[tokio::test]
async fn movies_of_one_title_and_year_get_folders_of_their_own_also_at_once() {
    let bench = bench().await;
    for id in 1..=4 {
        bench.tmdb_knows(id, "Twins", 1988);
    }
    let by = caller();
    let added = futures::future::join_all((1..=4).map(|id| add_movie(&bench.flow, &by, request(id)))).await;
    let mut folders: Vec<String> =
        added.into_iter().map(|movie| movie.unwrap().versions[0].folder.clone()).collect();
    folders.sort();
    folders.dedup();
    assert_eq!(folders.len(), 4, "{folders:?}");
    assert!(folders.contains(&"Twins (1988)".to_owned()));
}

#[tokio::test]
async fn what_can_not_be_added_is_refused_with_what_to_do() {
    let bench = bench().await;
    let code = |error| refused(error).code;
    let by = caller();
    let add = |request| add_movie(&bench.flow, &by, request);
    assert_eq!(code(add(request(1)).await.unwrap_err()), ErrorCode::NotFound);
    let unknown_root = AddMovie { root_folder_id: Some(RootFolderId(9)), ..request(1) };
    assert_eq!(code(add(unknown_root).await.unwrap_err()), ErrorCode::NotFound);
    let unknown_profile = AddMovie { profile_id: Some(ProfileId(99)), ..request(1) };
    assert_eq!(code(add(unknown_profile).await.unwrap_err()), ErrorCode::NotFound);
    let unknown_tag = AddMovie { tags: vec![TagId(7)], ..request(1) };
    assert_eq!(code(add(unknown_tag).await.unwrap_err()), ErrorCode::NotFound);
    bench.put(&Bench::root_folder(RootFolderId(2), &bench.folder.path().join("more"))).await;
    let error = refused(add(request(1)).await.unwrap_err());
    assert_eq!((error.code, error.message.as_str()), (ErrorCode::Invalid, "there are 2 root folders"));
    assert_eq!(code(lookup_movies(&bench.flow, "tmdb:x").await.unwrap_err()), ErrorCode::Invalid);
    bench.tmdb.lock().unwrap().broken = Some(401);
    let error = refused(lookup_movies(&bench.flow, "anything").await.unwrap_err());
    assert_eq!(error.code, ErrorCode::Upstream);
    assert!(error.message.contains("refused the key"), "{}", error.message);
}
