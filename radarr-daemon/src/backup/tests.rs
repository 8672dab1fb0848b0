//! Backups of real storages, and what comes of them.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use radarr_proto::model::{Event, EventKind, SecretInput, SecretSource, SecretText, Tag, TagId};
use radarr_proto::request::ReadBackup;

use super::*;
use crate::config::Config;
use crate::flow::testing::{Bench, bench};
use crate::indexers::torznab::SEALED_AS;
use crate::security::keeper::SecretKeeper;
use crate::security::key_source::KeySource;
use crate::storage::sled::SledStore;
use crate::storage::{
    Change, Collection, Commit, DocKey, Expect, HistoryRange, SharedStore, StoredDoc, Write,
};

/// A new storage with a key of its own.
fn empty(folder: &Path) -> (SharedStore, SecretKeeper) {
    let path = folder.join("other");
    let store = Arc::new(SledStore::open(&path).unwrap());
    (store, SecretKeeper::open(KeySource::Own(path.join("secret.key"))).unwrap())
}

async fn everything(store: &SharedStore) -> Vec<(DocKey, serde_json::Value)> {
    let mut all = Vec::new();
    for collection in Collection::ALL {
        let found = store.list(*collection, None, 1000).await.unwrap();
        let read = |doc: StoredDoc| serde_json::from_slice(&doc.body).unwrap();
        all.extend(found.into_iter().map(|(id, doc)| (DocKey::new(*collection, id), read(doc))));
    }
    all
}

async fn past(store: &SharedStore) -> Vec<Event> {
    store.history(HistoryRange::default(), 1000).await.unwrap()
}

async fn put_tag(store: &SharedStore, label: &str) {
    let tag = Tag { id: TagId(1), label: label.to_owned() };
    let event =
        EventKind::SettingsChanged { what: "tag".to_owned(), name: label.to_owned(), changes: Vec::new() };
    let at = "2026-02-03T04:05:06Z".parse().unwrap();
    let commit = Commit::new("user:0", at).request(Some("r".to_owned())).put(&tag, Expect::Any);
    store.commit(commit.event(None, event)).await.unwrap();
}

async fn put_secret(store: &SharedStore, keeper: &SecretKeeper, secret: &str) {
    let input = SecretInput::Value { value: SecretText::new(secret) };
    let now = jiff::Timestamp::UNIX_EPOCH;
    let (_, commit) = keeper.take("indexer-1", &input, &SecretSource::None, now).unwrap();
    store.commit(commit).await.unwrap();
}

async fn secret(store: &SharedStore, keeper: &SecretKeeper) -> Result<String, String> {
    let read = keeper.read(store, "indexer-1", &SecretSource::Stored).await;
    read.map(|secret| secret.expose().to_owned()).map_err(|error| error.to_string())
}

/// A backup of a storage with a tag and a secret.
async fn backup_of(bench: &Bench, passphrase: &str) -> (PathBuf, Written) {
    let (store, keeper) = (&bench.flow.store, bench.flow.outside.keeper());
    put_tag(store, "ümläut").await;
    put_secret(store, keeper, "hunter2").await;
    let file = bench.folder.path().join("backup/all.jsonl.gz");
    let passphrase = SecretText::new(passphrase);
    let written = write(store, &file, &Sealing::with(keeper, &passphrase), bench.flow.now()).await.unwrap();
    (file, written)
}

fn unpacked(file: &Path) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(file).unwrap()).read_to_string(&mut text).unwrap();
    text
}

fn pack(file: &Path, text: &str) {
    let mut packed =
        flate2::write::GzEncoder::new(std::fs::File::create(file).unwrap(), flate2::Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    packed.finish().unwrap();
}

async fn restore_into(
    (store, keeper): &(SharedStore, SecretKeeper),
    file: &Path,
    passphrase: Option<&str>,
) -> Result<Restored, BackupError> {
    let target = Target { store, keeper, copies: None };
    let with = WithSecrets::Yes(passphrase.map(SecretText::new));
    restore(&target, file, &with, jiff::Timestamp::UNIX_EPOCH).await
}

#[tokio::test]
async fn everything_comes_back_as_it_was_and_the_secrets_by_the_passphrase() {
    let bench = bench().await;
    let store = &bench.flow.store;
    let (file, written) = backup_of(&bench, "correct horse").await;
    let text = unpacked(&file);
    assert!(!text.contains("hunter2"));
    let summary = verify(&file).unwrap();
    assert_eq!((summary.all_documents(), summary.events), (written.documents, written.events));
    assert_eq!(summary.documents.get(&Collection::Secret), Some(&1));

    let other = empty(bench.folder.path());
    for wrong in [None, Some("wrong horse")] {
        let error = restore_into(&other, &file, wrong).await.unwrap_err();
        assert!(matches!(error, BackupError::Passphrase { .. }), "{error}");
        assert!(everything(&other.0).await.is_empty());
    }
    let restored = restore_into(&other, &file, Some("correct horse")).await.unwrap();
    assert_eq!((restored.filled.documents, restored.filled.events), (written.documents, written.events));
    let without_secrets = |all: Vec<(DocKey, serde_json::Value)>| -> Vec<_> {
        all.into_iter().filter(|(key, _)| key.collection != Collection::Secret).collect()
    };
    assert_eq!(without_secrets(everything(&other.0).await), without_secrets(everything(store).await));
    assert_eq!(past(&other.0).await, past(store).await);
    assert_eq!(secret(&other.0, &other.1).await.unwrap(), "hunter2");
    assert_eq!(other.0.check(false).await.unwrap(), []);
    let again = restore_into(&other, &file, Some("correct horse")).await.unwrap_err();
    assert!(matches!(again, BackupError::NotEmpty { .. }), "{again}");
}

#[tokio::test]
async fn without_a_passphrase_no_secret_is_in_it_in_any_form() {
    let bench = bench().await;
    let (file, written) = backup_of(&bench, "").await;
    assert!(written.words().contains("without the secrets"), "{}", written.words());
    let text = unpacked(&file);
    assert!(!text.contains("hunter2") && !text.contains("sealed"));
    let other = empty(bench.folder.path());
    restore_into(&other, &file, None).await.unwrap();
    assert!(secret(&other.0, &other.1).await.unwrap_err().contains("no secret is stored"));
}

#[tokio::test]
async fn the_address_of_a_download_goes_the_way_of_the_other_secrets() {
    let bench = bench().await;
    let (store, keeper) = (&bench.flow.store, bench.flow.outside.keeper());
    put_tag(store, "ümläut").await;
    let link = keeper.seal(SEALED_AS, &SecretText::new("https://h/d?key=hunter2")).unwrap();
    let body = serde_json::json!({ "id": 1, "release": { "guid": "g", "sealed_link": link } });
    let key = DocKey::new(Collection::Pending, "1");
    let change = Change::Put(body.to_string().into_bytes());
    let put = Write { key: key.clone(), expect: Expect::Any, change };
    store.commit(Commit::new("test", bench.flow.now()).write(put)).await.unwrap();
    let link_in = async |store: &SharedStore, keeper: &SecretKeeper| {
        let body = store.get(&key).await.unwrap().unwrap().body;
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let sealed = body["release"].get("sealed_link")?.as_str()?;
        Some(keeper.open_sealed(SEALED_AS, sealed).unwrap().expose().to_owned())
    };
    let file = bench.folder.path().join("all.jsonl.gz");
    for (passphrase, want) in [("correct horse", Some("https://h/d?key=hunter2")), ("", None)] {
        let passphrase = SecretText::new(passphrase);
        let sealing = Sealing::with(keeper, &passphrase);
        write(store, &file, &sealing, bench.flow.now()).await.unwrap();
        assert!(!unpacked(&file).contains(&link));
        let folder = tempfile::tempdir().unwrap();
        let other = empty(folder.path());
        restore_into(&other, &file, Some(passphrase.expose())).await.unwrap();
        assert_eq!(link_in(&other.0, &other.1).await.as_deref(), want);
    }
    // The copy that a restore makes is for this storage's key alone.
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.jsonl.gz");
    write(store, &copy, &Sealing::OwnKey, bench.flow.now()).await.unwrap();
    let other = empty(folder.path());
    restore_into(&other, &copy, None).await.unwrap();
    assert_eq!(link_in(&other.0, &other.1).await, None, "another key opens nothing");
}

#[tokio::test]
async fn a_file_that_is_cut_off_changed_or_strange_changes_nothing() {
    let bench = bench().await;
    let (file, _) = backup_of(&bench, "").await;
    let whole = unpacked(&file);
    let lines: Vec<&str> = whole.lines().collect();
    let half: String = lines[..2].iter().map(|line| format!("{line}\n")).collect();
    let swapped = [&[lines[0], lines[2], lines[1]], &lines[3..]].concat().join("\n");
    let other = empty(bench.folder.path());
    let check = async |why: &str| {
        let error = restore_into(&other, &file, None).await.unwrap_err();
        assert!(error.to_string().contains(why), "{error} does not say {why:?}");
        assert!(verify(&file).is_err());
        assert!(everything(&other.0).await.is_empty());
    };
    for (text, why) in [
        (half, "ends early"),
        (whole.replacen("\"format\":2", "\"format\":3", 1), "format 3"),
        (whole.replacen("\"collection\":\"tag\"", "\"collection\":\"moons\"", 1), "moons"),
        (whole.replacen("ümläut", "umlaut", 1), "checksum"),
        (swapped, "out of order"),
        (format!("{whole}{}\n", lines[1]), "behind its end"),
        (lines[1..].join("\n"), "no head"),
        (String::new(), "ends early"),
        ("{}\n".to_owned(), "line 1"),
        ("x".repeat(3 << 20), "line 1"),
    ] {
        pack(&file, &text);
        check(why).await;
    }
    pack(&file, &whole);
    let packed = std::fs::read(&file).unwrap();
    std::fs::write(&file, &packed[..packed.len() - 10]).unwrap();
    check("line").await;
    std::fs::write(&file, "\x1f\u{8b} no gzip").unwrap();
    check("line").await;
}

#[tokio::test]
async fn what_is_replaced_is_copied_first_and_can_be_brought_back_with_its_secrets() {
    let bench = bench().await;
    let (store, keeper) = (&bench.flow.store, bench.flow.outside.keeper());
    let (file, _) = backup_of(&bench, "").await;
    put_tag(store, "after the backup").await;
    let (before, past_before) = (everything(store).await, past(store).await);
    let copies = bench.folder.path().join("copies");
    let target = Target { store, keeper, copies: Some(&copies) };
    let restored = restore(&target, &file, &WithSecrets::No, bench.flow.now()).await.unwrap();
    assert_eq!(store.load::<Tag>(TagId(1)).await.unwrap().unwrap().label, "ümläut");
    assert!(secret(store, keeper).await.is_err());

    let copy = restored.copy.unwrap();
    let back = restore(&target, &copy, &WithSecrets::Yes(None), bench.flow.now()).await;
    let back = back.unwrap();
    assert_eq!(back.unreadable, 0);
    assert_eq!(everything(store).await, before);
    assert_eq!(past(store).await, past_before);
    assert_eq!(secret(store, keeper).await.unwrap(), "hunter2");

    // Elsewhere the key is another one; that is told.
    let other = empty(bench.folder.path());
    assert_eq!(restore_into(&other, &copy, None).await.unwrap().unreadable, 1);
}

#[tokio::test]
async fn a_file_of_the_first_format_is_still_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("radarr-2026-01-02-030405.jsonl");
    let event = |cursor| {
        format!(
            r#"{{"line":"event","event":{{"cursor":{cursor},"at":"2026-01-01T00:00:00Z","actor":"user:0","request_id":null,"movie_id":null,"kind":"settings_changed","what":"tag","name":"b"}}}}"#
        )
    };
    let tag = |id, label: &str| {
        format!(
            r#"{{"line":"document","collection":"tag","id":"{id:020}","body":{{"id":{id},"label":"{label}"}}}}"#
        )
    };
    let lines = [
        r#"{"line":"head","format":1,"radarr":"0.1.0","at":"2026-01-02T03:04:05Z"}"#.to_owned(),
        tag(1, "a"),
        tag(2, "gone"),
        tag(1, "b"),
        format!(r#"{{"line":"deleted","collection":"tag","id":"{:020}"}}"#, 2),
        event(7),
        event(9),
        r#"{"line":"end","documents":4,"events":2}"#.to_owned(),
    ];
    std::fs::write(&file, lines.join("\n")).unwrap();
    let other = empty(folder.path());
    restore_into(&other, &file, None).await.unwrap();
    let tags: Vec<Tag> = other.0.load_all().await.unwrap();
    assert_eq!(tags, [Tag { id: TagId(1), label: "b".to_owned() }]);
    assert_eq!(past(&other.0).await.iter().map(|event| event.cursor.0).collect::<Vec<_>>(), [9, 7]);
    assert_eq!(other.0.check(false).await.unwrap(), []);
}

#[tokio::test]
async fn the_daemons_backups_are_listed_and_fetched_part_by_part_and_nothing_else_is() {
    let bench = bench().await;
    let (store, keeper, now) = (&bench.flow.store, bench.flow.outside.keeper(), bench.flow.now());
    let mut config = Config::default();
    config.storage.path = bench.folder.path().to_owned();
    let backups = Backups::of(&config);
    assert_eq!(backups.list().await.unwrap(), []);
    // More than a part: labels that do not shrink.
    for number in 0..300 {
        let noise: String = STANDARD.encode(
            (0..3000)
                .map(|byte: u32| {
                    let [low, ..] = ((byte * byte * 31 + number * 7919) ^ (byte >> 3)).to_le_bytes();
                    low
                })
                .collect::<Vec<u8>>(),
        );
        let tag = Tag { id: TagId(100 + u64::from(number)), label: noise };
        store.commit(Commit::new("test", now).put(&tag, Expect::Any)).await.unwrap();
    }
    let (first, _) = backups.create(store, keeper, now).await.unwrap();
    let (second, _) = backups.create(store, keeper, now).await.unwrap();
    assert_ne!(first.name, second.name);
    std::fs::write(backups.folder.join("notes.txt"), "mine").unwrap();
    let names: Vec<_> = backups.list().await.unwrap().into_iter().map(|file| file.name).collect();
    assert_eq!(names.len(), 2);
    assert_eq!(backups.tidy(now).await.unwrap(), 0);

    let mut fetched = Vec::new();
    loop {
        let request = ReadBackup { name: first.name.clone(), offset: fetched.len() as u64 };
        let part = backups.read(request).await.unwrap();
        assert_eq!(part.size_bytes, first.size_bytes);
        if part.data.is_empty() {
            break;
        }
        fetched.extend(STANDARD.decode(part.data).unwrap());
    }
    assert_eq!(fetched, std::fs::read(backups.folder.join(&first.name)).unwrap());
    for name in ["notes.txt", "../other/secret.key", "radarr-2020-01-01-000000.jsonl.gz"] {
        let error = backups.read(ReadBackup { name: name.to_owned(), offset: 0 }).await.unwrap_err();
        assert!(matches!(error, BackupError::NoSuch { .. }), "{error}");
    }
}
