//! A folder, look by look.

use std::path::Path;

use radarr_proto::model::{EventKind, SecretText};

use super::*;
use crate::declared::generation::{Seen, counts};
use crate::declared::{Folder, folder_faults};
use crate::settings::indexers;
use crate::storage::{Commit, Expect};

fn text(priority: u8) -> String {
    format!(
        "version: 1\nindexers:\n  - {{name: A, kind: torznab, base_url: 'http://h/1', priority: {priority}, api_key: {{file: ../key}}}}\n"
    )
}

async fn priority(flow: &Flow) -> u8 {
    indexers::indexers(flow).await.unwrap()[0].indexer.priority
}

async fn secret(flow: &Flow) -> SecretText {
    let indexer = indexers::indexers(flow).await.unwrap().remove(0).indexer;
    flow.outside.keeper().read(&flow.store, "indexer-1", &indexer.secret).await.unwrap()
}

fn write(temp: &Path, name: &str, text: &str) {
    std::fs::create_dir_all(temp.join("settings.d")).unwrap();
    std::fs::write(temp.join("settings.d").join(name), text).unwrap();
}

#[tokio::test]
async fn a_folder_is_applied_when_something_of_it_changed_and_only_then() {
    let (flow, temp) = seeded().await;
    let temp = temp.path();
    write(temp, "a.yaml", &text(1));
    write(temp, ".hidden.yaml", "no");
    write(temp, "notes.txt", "no");
    std::fs::write(temp.join("key"), "first").unwrap();
    let mut folder = Folder::new(flow.clone(), temp.join("settings.d"));
    folder.look().await;
    assert_eq!((priority(&flow).await, secret(&flow).await.expose().to_owned()), (1, "first".to_owned()));
    folder.look().await;
    let cursor = flow.store.last_cursor();
    folder.look().await;
    assert_eq!(flow.store.last_cursor(), cursor, "nothing happens without a reason");

    write(temp, "a.yaml", &text(2));
    folder.look().await;
    assert_eq!(priority(&flow).await, 2);
    std::fs::write(temp.join("key"), "second").unwrap();
    folder.look().await;
    assert_eq!(secret(&flow).await.expose(), "second");

    // Past the guard, as an older daemon would; the event tells.
    let mut changed = indexers::indexers(&flow).await.unwrap().remove(0).indexer;
    changed.priority = 50;
    let event =
        EventKind::SettingsChanged { what: "indexer".to_owned(), name: "A".to_owned(), changes: Vec::new() };
    let past = Commit::new("older", flow.now()).put(&changed, Expect::Any).event(None, event);
    flow.store.commit(past).await.unwrap();
    folder.look().await;
    assert_eq!(priority(&flow).await, 2, "it is put right");
}

#[tokio::test]
async fn a_folder_that_can_not_be_used_changes_nothing_and_is_told_until_it_can() {
    let (flow, temp) = seeded().await;
    let temp = temp.path();
    std::fs::write(temp.join("key"), "first").unwrap();
    let mut folder = Folder::new(flow.clone(), temp.join("settings.d"));
    folder.look().await;
    let told = |faults: Vec<crate::declared::FolderFault>| -> Vec<String> {
        faults.into_iter().map(|fault| fault.message).collect()
    };
    let faults = told(folder_faults(&flow).await.unwrap());
    assert!(faults.len() == 1 && faults[0].contains("can't be read"), "{faults:?}");
    write(temp, "a.yaml", &text(1));
    folder.look().await;
    assert_eq!((priority(&flow).await, folder_faults(&flow).await.unwrap().len()), (1, 0));
    write(temp, "b.yaml", "version: 1\nlibary: {}\nnaming: {renam: true}\n");
    folder.look().await;
    let faults = told(folder_faults(&flow).await.unwrap());
    assert!(faults[0].contains("\"library\"?; b.yaml, line 3: naming"), "{faults:?}");
    write(temp, "b.yaml", "version: 1\nindexers: [{name: a, kind: torznab, base_url: 'http://h/2'}]\n");
    folder.look().await;
    let faults = told(folder_faults(&flow).await.unwrap());
    assert!(faults[0].contains("in a.yaml, line 3, and in b.yaml, line 2"), "{faults:?}");
    assert_eq!(priority(&flow).await, 1);
    // What was applied under a name of its own is the folder's from now on, and not the other way round.
    write(temp, "b.yaml", "version: 1\ntags: [t]\n");
    folder.look().await;
    assert_eq!(folder_faults(&flow).await.unwrap(), []);
    let error = apply(&flow, "version: 1\ntags: [t]\n").await;
    refused(error, ErrorCode::Forbidden, "settings.yaml, line 2, tags \"t\": it is managed by b.yaml in ");
}

#[tokio::test]
async fn on_a_storage_of_ones_own_every_content_counts() {
    let (flow, _temp) = seeded().await;
    for (digest, seen) in [
        ("a", Seen::AtStart),
        ("b", Seen::Changed),
        ("a", Seen::AtStart),
        ("a", Seen::Before),
        ("b", Seen::Before),
    ] {
        assert!(counts(&flow, digest, seen).await.unwrap(), "{digest} {seen:?}");
    }
}
