//! Who manages what: refusals elsewhere, giving up, deleting what is not declared any more.

use radarr_proto::model::{SaveIndexer, SecretInput};

use super::*;
use crate::declared::drifts;
use crate::settings::managed::managed_settings;
use crate::settings::{indexers, library, tags};
use crate::storage::{Commit, Expect};

const TWO: &str = "version: 1\nindexers:\n  - {name: A, kind: torznab, base_url: 'http://h/1'}\n  - {name: B, kind: torznab, base_url: 'http://h/2', tags: [t]}\n";
const ONE: &str = "version: 1\nindexers:\n  - {name: A, kind: torznab, base_url: 'http://h/1'}\n";

#[tokio::test]
async fn what_a_file_manages_is_edited_there_alone() {
    let (flow, _temp) = seeded().await;
    apply(&flow, TWO).await.unwrap();
    let managed = managed_settings(&flow).await.unwrap();
    assert_eq!(
        (managed.len(), managed[0].id, managed[0].by.as_str()),
        (2, Some(1), "radarr-tui apply settings.yaml")
    );

    let mut edit = indexers::indexers(&flow).await.unwrap()[0].indexer.clone();
    edit.priority = 3;
    let edit = SaveIndexer { indexer: edit, secret: SecretInput::Keep };
    let error = refused(
        indexers::save_indexer(&flow, &by(), edit.clone()).await,
        ErrorCode::Forbidden,
        "it is managed by radarr-tui apply settings.yaml",
    );
    assert!(error.hint.unwrap().contains("--release"));
    refused(indexers::delete_indexer(&flow, &by(), edit.indexer.id).await, ErrorCode::Forbidden, "managed");
    // Nor by a way round: without its tag it would be another one.
    let tag = tags::tags(&flow).await.unwrap()[0].id;
    let on_two = indexers::indexers(&flow).await.unwrap()[1].indexer.id;
    assert_eq!(on_two.0, 2);
    assert!(tags::delete_tag(&flow, &by(), tag).await.is_err());
    // What no file declares is edited as ever.
    library::save_library_settings(&flow, &by(), library::library_settings(&flow).await.unwrap())
        .await
        .unwrap();

    let release = ApplySettings { release: true, ..request(ONE) };
    assert_eq!(words(&apply_settings(&flow, &by(), release).await.unwrap()), ["! indexers A"]);
    indexers::save_indexer(&flow, &by(), edit).await.unwrap();
    let all = ApplySettings { release: true, source: "all".to_owned(), ..ApplySettings::default() };
    assert_eq!(words(&apply_settings(&flow, &by(), all).await.unwrap()), ["! indexers B"]);
    assert!(managed_settings(&flow).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_there_already_is_managed_as_it_is() {
    let (flow, _temp) = seeded().await;
    indexers::save_indexer(&flow, &by(), testing::torznab("Prowlarr")).await.unwrap();
    let exported = export_settings(&flow).await.unwrap();
    let applied = apply(&flow, &exported).await.unwrap();
    assert!(words(&applied).iter().all(|words| words.starts_with("= ")), "{applied:?}");
    assert!(applied.notes.iter().any(|note| note.contains("has a placeholder")), "{applied:?}");
    assert_eq!(apply(&flow, &exported).await.unwrap().changes, []);
}

#[tokio::test]
async fn what_is_not_declared_any_more_stays_managed_until_it_is_pruned() {
    let (flow, _temp) = seeded().await;
    apply(&flow, TWO).await.unwrap();
    let left = apply(&flow, ONE).await.unwrap();
    assert_eq!((left.changes.len(), left.notes.len()), (0, 1), "{left:?}");
    let prune = || ApplySettings { prune: true, ..request(ONE) };
    let dry = ApplySettings { dry_run: true, ..prune() };
    assert_eq!(words(&apply_settings(&flow, &by(), dry).await.unwrap()), ["- indexers B"]);
    // Another source prunes only what is its own.
    let other = ApplySettings { source: "other.yaml".to_owned(), ..prune() };
    let other = apply_settings(&flow, &by(), other).await.unwrap();
    assert_eq!(words(&other), ["= indexers A"], "it is taken over");
    apply(&flow, ONE).await.unwrap();
    assert_eq!(words(&apply_settings(&flow, &by(), prune()).await.unwrap()), ["- indexers B"]);
    assert_eq!(indexers::indexers(&flow).await.unwrap().len(), 1);
    assert_eq!(managed_settings(&flow).await.unwrap().len(), 1);
}

#[tokio::test]
async fn to_delete_more_than_a_few_things_is_asked_for_twice() {
    let (flow, _temp) = seeded().await;
    let labels: Vec<String> = (0..9).map(|number| format!("t{number}")).collect();
    apply(&flow, &format!("version: 1\ntags: [{}]\n", labels.join(", "))).await.unwrap();
    let prune = ApplySettings { prune: true, ..request("version: 1\ntags: [t0]\n") };
    refused(
        apply_settings(&flow, &by(), prune.clone()).await,
        ErrorCode::NeedsConfirmation,
        "8 settings would be deleted",
    );
    let sure = ApplySettings { confirmed: true, ..prune };
    assert_eq!(apply_settings(&flow, &by(), sure).await.unwrap().changes.len(), 8);
}

#[tokio::test]
async fn what_was_changed_past_the_guard_is_told_with_its_fields() {
    let (flow, _temp) = seeded().await;
    apply(&flow, TWO).await.unwrap();
    assert_eq!(drifts(&flow.store).await.unwrap(), []);
    let mut changed = indexers::indexers(&flow).await.unwrap()[0].indexer.clone();
    changed.priority = 7;
    let older = Commit::new("older", flow.now()).put(&changed, Expect::Any);
    flow.store.commit(older).await.unwrap();
    let found = drifts(&flow.store).await.unwrap();
    assert_eq!(
        (found.len(), found[0].name.as_str(), &found[0].fields[..]),
        (1, "A", &["priority is 7 and not 25".to_owned()][..])
    );
    assert_eq!(words(&apply(&flow, TWO).await.unwrap()), ["~ indexers A"]);
    assert_eq!(drifts(&flow.store).await.unwrap(), []);
}
