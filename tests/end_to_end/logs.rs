//! The log as a collector reads it: every line a JSON object with the fields that `docs/logs.md` promises.

use std::collections::BTreeSet;

use anyhow::Context;
use radarr_tests::harness::{Scene, SceneSettings, WhichClient};
use radarr_tests::stand_ins::qbittorrent::Version;
use serde_json::{Map, Value};

use crate::movie::{add, imported};

const NOSFERATU: u32 = 653;

fn names(value: &Value) -> BTreeSet<&str> {
    value.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect()
}

#[tokio::test]
async fn every_line_of_the_log_is_json_with_the_fields_that_are_promised() -> anyhow::Result<()> {
    let settings = SceneSettings {
        client: WhichClient::StandIn(Version::V5),
        daemon_env: vec![("RADARR__LOG__FORMAT".to_owned(), "json".to_owned())],
        ..SceneSettings::default()
    };
    let mut scene = Scene::start_set_up(settings).await?;
    let client = scene.daemon.client().await?;
    let movie = add(&client, NOSFERATU, true).await?;
    imported(&client, movie.id).await?;
    scene.daemon.terminate().await?;

    let log = scene.daemon.log();
    assert!(!log.contains(&scene.stand_ins.hdbits.account.passkey));
    let (mut messages, mut spans) = (BTreeSet::new(), BTreeSet::new());
    for line in log.lines() {
        let said: Map<String, Value> = serde_json::from_str(line).with_context(|| line.to_owned())?;
        let text =
            |name: &str| said.get(name).and_then(Value::as_str).with_context(|| format!("{name}: {line}"));
        let at: jiff::Timestamp = text("timestamp")?.parse()?;
        assert!(at.as_second() > 0 && text("target")?.starts_with("radarr_daemon"), "{line}");
        assert!(["ERROR", "WARN", "INFO"].contains(&text("level")?), "{line}");
        messages.insert(text("message")?.to_owned());
        if let Some(span) = said.get("span") {
            let all = said.get("spans").and_then(Value::as_array).with_context(|| line.to_owned())?;
            assert_eq!(all.last(), Some(span), "the innermost is the last: {line}");
            let want = match span["name"].as_str() {
                Some("request") => BTreeSet::from(["name", "id", "method", "by"]),
                Some("job") => BTreeSet::from(["name", "job", "kind"]),
                other => anyhow::bail!("the span {other:?} is not promised: {line}"),
            };
            assert_eq!(names(span), want, "{line}");
            spans.extend(span["name"].as_str().map(str::to_owned));
        }
    }
    for message in ["starting", "ready", "grabbed", "imported", "ending", "ended"] {
        assert!(messages.contains(message), "{message:?} is not among {messages:?}");
    }
    assert!(spans.contains("job"), "{spans:?}");
    Ok(())
}
