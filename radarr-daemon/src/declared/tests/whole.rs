//! A whole file: what it brings about, that it does so once, and what is left when a part of it can't be.

use radarr_proto::model::{EventKind, Role};

use super::*;
use crate::settings::{clients, indexers, profiles, tokens};
use crate::storage::{Collection, HistoryRange};

fn whole(root: &std::path::Path) -> String {
    format!(
        "version: 1
root_folders:
  - path: {}
    recycle_days: 30
tags: [kids]
tmdb: {{language: de-DE, country: DE}}
download_clients:
  - name: seedbox
    kind: qbittorrent
    url: http://127.0.0.1:9
    username: me
    password: {{file: /password}}
    path_mappings: [{{remote: /downloads, local: /mnt}}]
indexers:
  - name: HDBits
    kind: hdbits
    username: me
    passkey: {{env: PASSKEY}}
    client: Seedbox
    tags: [Kids, other]
  - {{name: Prowlarr, kind: torznab, base_url: 'http://127.0.0.1:9/1', enabled: false}}
custom_formats:
  - name: x265
    conditions: [{{kind: release_title, name: x265, pattern: '[xh]265', required: true}}]
    scores: {{Living room: -100}}
profiles:
  - name: Living room
    cutoff: WEB 1080p
    qualities:
      - Bluray-1080p
      - {{group: WEB 1080p, qualities: [WEBDL-1080p, WEBRip-1080p]}}
      - {{quality: Bluray-720p, allowed: false}}
quality_sizes: [{{quality: Bluray-1080p, min: 12.5, preferred: 100, max: 200}}]
delay_profiles:
  - torrent_delay_minutes: 60
  - {{tags: [kids], torrent_delay_minutes: 5}}
release_profiles:
  - {{name: no cams, ignored: [CAM], indexer: HDBits}}
naming: {{file_format: '{{Movie Title}} ({{Release Year}})'}}
library:
  {{recent_interval_minutes: 30, refresh_interval_hours: 6, wanted_interval_minutes: 45, rescan_interval_hours: 48}}
tokens:
  - {{name: script, role: operator, secret: {{env: TOKEN}}}}
",
        root.display()
    )
}

fn with_token(text: &str) -> ApplySettings {
    let mut request = request(text);
    request.secrets.insert("env:TOKEN".to_owned(), SecretText::new("0123456789abcdef0123456789abcdef"));
    request
}

#[tokio::test]
async fn a_whole_file_is_brought_about_at_once_and_a_second_time_changes_nothing() {
    let (flow, temp) = seeded().await;
    let root = temp.path().join("movies");
    std::fs::create_dir(&root).unwrap();
    let text = whole(&root);

    let dry = ApplySettings { dry_run: true, ..with_token(&text) };
    let planned = apply_settings(&flow, &by(), dry).await.unwrap();
    assert!(!planned.applied && planned.changes.len() > 12, "{planned:?}");
    assert!(indexers::indexers(&flow).await.unwrap().is_empty(), "a dry run changes nothing");

    let before = flow.store.last_cursor();
    let applied = apply_settings(&flow, &by(), with_token(&text)).await.unwrap();
    assert_eq!((applied.applied, &applied.changes), (true, &planned.changes), "as it was planned");
    let indexer = &indexers::indexers(&flow).await.unwrap()[0].indexer;
    let client = &clients::clients(&flow).await.unwrap()[0];
    assert_eq!((indexer.client_id, indexer.tags.len()), (Some(client.id), 2));
    let keeper = flow.outside.keeper();
    let secret = keeper.read(&flow.store, "indexer-1", &indexer.secret).await.unwrap();
    assert_eq!(secret.expose(), "passkey-1");
    let made =
        profiles::profiles(&flow).await.unwrap().into_iter().find(|made| made.name == "Living room").unwrap();
    assert_eq!(made.format_scores[0].score, -100);
    assert_eq!(
        (made.cutoff.name(), made.items.last().unwrap().qualities[0].name()),
        ("WEBDL-1080p", "Bluray-1080p")
    );
    assert_eq!(tokens::tokens(&flow).await.unwrap()[0].role, Role::Operator);
    let versions = flow.store.versions(Collection::Indexer).await.unwrap();
    let marks = flow.store.versions(Collection::Managed).await.unwrap();
    assert_eq!(marks[0].1, versions[0].1, "one commit for all of it");

    // Every change is told to who reads the log, with who made it, and no secret is.
    let events = flow.store.history(HistoryRange::default(), 1000).await.unwrap();
    let told = events
        .iter()
        .filter(|event| event.cursor > before && matches!(event.kind, EventKind::SettingsChanged { .. }));
    assert_eq!(told.clone().count(), applied.changes.len());
    assert!(told.clone().all(|event| event.actor == "alice"));
    let all = format!("{events:?} {applied:?}");
    assert!(
        !all.contains("passkey-1") && !all.contains("password-1") && !all.contains("0123456789abcdef"),
        "{all}"
    );

    let cursor = flow.store.last_cursor();
    let again = apply_settings(&flow, &by(), with_token(&text)).await.unwrap();
    assert_eq!((again.changes, flow.store.last_cursor()), (Vec::new(), cursor));
    assert_eq!(flow.store.versions(Collection::Indexer).await.unwrap(), versions);
}

#[tokio::test]
async fn a_difference_is_told_field_by_field_and_of_a_secret_only_that_it_changed() {
    let (flow, _temp) = seeded().await;
    let text = |priority: u8| {
        format!(
            "version: 1\nindexers:\n  - {{name: HDBits, kind: hdbits, username: me, passkey: {{env: PASSKEY}}, priority: {priority}}}\n"
        )
    };
    let made = apply(&flow, &text(25)).await.unwrap();
    let secret = made.changes[0].fields.iter().find(|field| field.field == "passkey").unwrap();
    assert_eq!((secret.before.as_deref(), secret.after.as_deref()), (None, Some("set")));
    let mut other = request(&text(3));
    other.secrets.insert("env:PASSKEY".to_owned(), SecretText::new("passkey-2"));
    let changed = apply_settings(&flow, &by(), other).await.unwrap();
    let fields: Vec<_> = changed.changes[0]
        .fields
        .iter()
        .map(|field| (field.field.as_str(), field.before.as_deref(), field.after.as_deref()))
        .collect();
    assert_eq!(fields, [("priority", Some("25"), Some("3")), ("passkey", Some("set"), Some("changed"))]);
}

#[tokio::test]
async fn one_part_that_can_not_be_leaves_everything_as_it_is() {
    let (flow, _temp) = seeded().await;
    let cursor = flow.store.last_cursor();
    let text = "version: 1\ntags: [new]\nindexers:\n  - {name: A, kind: torznab, base_url: 'http://h/1'}\n  - {name: B, kind: torznab, base_url: 'ftp://h'}\n";
    refused(
        apply(&flow, text).await,
        ErrorCode::Invalid,
        "settings.yaml, line 5, indexers \"B\": the address",
    );
    assert_eq!(flow.store.last_cursor(), cursor);
    assert!(flow.store.versions(Collection::Tag).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_format_of_the_guides_comes_from_the_copy_by_its_id() {
    let guides = tempfile::tempdir().unwrap();
    let json = r#"{"trash_id": "ABC1", "trash_scores": {"default": 25, "german": 7}, "name": "Remux Tier",
        "specifications": [{"name": "r", "implementation": "ReleaseTitleSpecification", "negate": false,
        "required": true, "fields": {"value": "remux"}}]}"#;
    std::fs::write(guides.path().join("remux.json"), json).unwrap();
    let (flow, _temp) =
        testing::flow_with(|config| config.guides.path = Some(guides.path().to_owned())).await;
    let text = |id: &str, score: &str| {
        format!(
            "version: 1\ncustom_formats: [{{trash_id: {id}, scores: {{P: {score}}}}}]\nprofiles: [{{name: P, qualities: [DVD]}}]\n"
        )
    };
    refused(
        apply(&flow, &text("fff", "1")).await,
        ErrorCode::Invalid,
        "no custom format with trash_id fff among the 1",
    );
    for (score, want) in [("guide", 25), ("guide:german", 7), ("-3", -3)] {
        apply(&flow, &text("abc1", score)).await.unwrap();
        let made = profiles::profiles(&flow).await.unwrap();
        assert_eq!(made[0].format_scores[0].score, want, "{score}");
    }
    let (without, _temp) = testing::flow().await;
    refused(apply(&without, &text("abc1", "guide")).await, ErrorCode::Invalid, "no copy of the TRaSH guides");
}

#[tokio::test]
async fn two_who_apply_at_once_both_come_through() {
    let (flow, _temp) = seeded().await;
    let text = |name: &str| {
        format!("version: 1\nindexers: [{{name: {name}, kind: torznab, base_url: 'http://h/1'}}]\n")
    };
    let (a, b) = (text("A"), text("B"));
    let (first, second) = tokio::join!(apply(&flow, &a), apply(&flow, &b));
    assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
    assert_eq!(indexers::indexers(&flow).await.unwrap().len(), 2);
}

/// The reference of the file, as it is published.
const REFERENCE: &str = include_str!("../../../../docs/settings.md");

#[tokio::test]
async fn the_example_of_the_reference_is_applied_and_has_every_section() {
    let (flow, temp) = seeded().await;
    let root = temp.path().join("movies");
    std::fs::create_dir(&root).unwrap();
    let example = REFERENCE.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    for section in crate::declared::nouns::Section::ALL {
        assert!(example.contains(&format!("\n{}:", section.name())), "{} is missing", section.name());
    }
    let mut request = request(&example.replace("/srv/movies", &root.display().to_string()));
    for name in ["TMDB_KEY", "QBITTORRENT_PASSWORD", "HDBITS_PASSKEY", "PROWLARR_KEY", "SCRIPT_TOKEN"] {
        request.secrets.insert(format!("env:{name}"), SecretText::new("0123456789abcdef0123456789abcdef"));
    }
    let applied = apply_settings(&flow, &by(), request.clone()).await.unwrap();
    assert!(applied.changes.len() > 12, "{applied:?}");
    assert_eq!(apply_settings(&flow, &by(), request).await.unwrap().changes, []);
    let exported = export_settings(&flow).await.unwrap();
    assert!(!exported.contains("0123456789abcdef"), "{exported}");
    assert!(
        apply(&flow, &exported)
            .await
            .unwrap()
            .changes
            .iter()
            .all(|change| change.action == SettingAction::Manage)
    );
}
