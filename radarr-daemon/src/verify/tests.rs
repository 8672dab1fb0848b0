//! A library that is well, and one with something wrong in each place.

use radarr_proto::model::{Movie, MovieId, Tag, TagId};
use serde_json::json;

use super::*;
use crate::flow::testing::{Bench, bench};
use crate::storage::{Change, Collection, DocKey, Expect, Write};

async fn look(bench: &Bench, deep: bool, repair: bool) -> VerifyReport {
    let request = VerifyStorage { deep, repair };
    let flow = &bench.flow;
    verify(&flow.store, flow.outside.keeper(), request, flow.now()).await.unwrap()
}

fn whys(report: &VerifyReport) -> Vec<String> {
    let mut whys: Vec<_> = report.findings.iter().map(|it| format!("{}: {}", it.what, it.why)).collect();
    whys.sort();
    whys
}

async fn put(bench: &Bench, collection: Collection, id: &str, body: &str) {
    let write = Write {
        key: DocKey::new(collection, id),
        expect: Expect::Any,
        change: Change::Put(body.as_bytes().to_vec()),
    };
    bench.flow.store.commit(Commit::new("test", bench.flow.now()).write(write)).await.unwrap();
}

/// A movie with its claims.
async fn movie(bench: &Bench, tmdb: u32, title: &str) -> Movie {
    let movie = bench.movie(tmdb, title, 1922).await;
    let folders = movie.versions.iter().map(|version| (version.root_folder_id, version.folder.as_str()));
    let mut commit = Commit::new("test", bench.flow.now());
    for what in crate::flow::stored::claims_of(movie.facts.tmdb_id, folders) {
        commit = crate::flow::stored::put_claim(commit, what, movie.id, Expect::Absent);
    }
    bench.flow.store.commit(commit).await.unwrap();
    movie
}

#[tokio::test]
async fn a_library_that_is_well_has_no_findings() {
    let bench = bench().await;
    let movie = movie(&bench, 653, "Nosferatu").await;
    bench.with_file(movie, "Nosferatu.mkv", "film").await;
    let report = look(&bench, true, true).await;
    assert_eq!(report.findings, []);
    assert_eq!(report.files, Some(1));
    assert!(report.documents > 5 && report.events > 0, "{report:?}");
}

#[tokio::test]
async fn claims_are_made_again_and_what_nobody_has_is_taken_away() {
    let bench = bench().await;
    let movie = movie(&bench, 653, "Nosferatu").await;
    let store = &bench.flow.store;
    let claims = store.list(Collection::Claim, None, 10).await.unwrap();
    let gone = Write {
        key: DocKey::new(Collection::Claim, claims[0].0.clone()),
        expect: Expect::Any,
        change: Change::Delete,
    };
    store.commit(Commit::new("test", bench.flow.now()).write(gone)).await.unwrap();
    put(&bench, Collection::Claim, "tmdb/99", &json!({ "what": "tmdb/99", "movie_id": 77 }).to_string())
        .await;
    put(&bench, Collection::Secret, "indexer-9", &json!({ "name": "indexer-9", "sealed": "x" }).to_string())
        .await;

    let report = look(&bench, false, false).await;
    assert_eq!(report.findings.len(), 3, "{:#?}", report.findings);
    assert!(report.findings.iter().all(|finding| finding.repair == Repair::Possible));
    assert!(
        whys(&report).iter().any(|why| why.contains(&format!("its claim on {} is missing", claims[0].0)))
    );
    let report = look(&bench, false, true).await;
    assert!(report.findings.iter().all(|finding| finding.repair == Repair::Done), "{report:#?}");
    assert_eq!(look(&bench, false, false).await.findings, []);
    let after = store.list(Collection::Claim, None, 10).await.unwrap();
    assert_eq!(
        after.iter().map(|(id, _)| id).collect::<Vec<_>>(),
        claims.iter().map(|(id, _)| id).collect::<Vec<_>>()
    );
    assert!(store.load::<Movie>(movie.id).await.unwrap().is_some());
}

#[tokio::test]
async fn what_cannot_be_read_and_what_names_nothing_is_told_and_left_alone() {
    let bench = bench().await;
    let mut movie = movie(&bench, 653, "Nosferatu").await;
    movie.tags.push(TagId(12));
    bench.put(&movie).await;
    let id = crate::storage::number_id;
    put(&bench, Collection::Tag, &id(3), "{}").await;
    put(&bench, Collection::Tag, &id(4), &json!({ "id": 5, "label": "x" }).to_string()).await;
    put(&bench, Collection::Grab, &id(1), "not even JSON").await;
    let tmdb = json!({ "key": { "from": "stored" }, "base_url": "", "language": "en-US", "country": "US" });
    put(&bench, Collection::Setting, "tmdb", &tmdb.to_string()).await;

    for repair in [false, true] {
        let report = look(&bench, false, repair).await;
        let whys = whys(&report);
        assert_eq!(whys.len(), 5, "{whys:#?}");
        for why in [
            "grab 1: expected",
            &format!("movie {} (Nosferatu): it names tag 12, which is not there", movie.id),
            "setting tmdb: its secret is not stored",
            "tag 3: missing field",
            "tag 4: it says that it is tag 5",
        ] {
            assert!(whys.iter().any(|told| told.starts_with(why)), "{why} is not in {whys:#?}");
        }
        assert!(report.findings.iter().all(|told| told.repair == Repair::ByHand && told.hint.is_some()));
    }
    assert_eq!(bench.flow.store.load::<Movie>(MovieId(movie.id.0)).await.unwrap().unwrap().tags, [TagId(12)]);
    assert!(bench.flow.store.load::<Tag>(TagId(3)).await.is_err());
}

#[tokio::test]
async fn a_deep_look_tells_files_that_are_gone_or_have_another_size() {
    let bench = bench().await;
    let mut paths = Vec::new();
    for (tmdb, title) in [(653, "Nosferatu"), (234, "Caligari"), (10098, "Metropolis")] {
        let movie = movie(&bench, tmdb, title).await;
        let movie = bench.with_file(movie, &format!("{title}.mkv"), "film").await;
        paths.push(bench.movie_folder(&movie).join(format!("{title}.mkv")));
    }
    std::fs::write(&paths[0], "longer film").unwrap();
    std::fs::write(paths[1].with_extension("away"), "").unwrap();
    std::fs::copy(&paths[1], paths[1].with_extension("elsewhere")).unwrap();
    std::fs::File::create(&paths[1]).unwrap();
    std::fs::remove_dir_all(paths[2].parent().unwrap()).unwrap();
    assert_eq!(look(&bench, false, false).await.findings, []);
    let report = look(&bench, true, false).await;
    let whys = whys(&report);
    assert_eq!((whys.len(), report.files), (3, Some(3)), "{whys:#?}");
    assert!(whys.iter().any(|why| why.ends_with("it has 11 bytes, and 4 are recorded")), "{whys:#?}");
    assert!(whys.iter().any(|why| why.ends_with("it has 0 bytes, and 4 are recorded")), "{whys:#?}");
    assert!(whys.iter().any(|why| why.ends_with("it is not there")), "{whys:#?}");

    std::fs::remove_dir_all(&bench.root).unwrap();
    let report = look(&bench, true, false).await;
    assert_eq!(report.findings.len(), 1, "{report:#?}");
    assert!(report.findings[0].what.starts_with("the root folder"));
}
