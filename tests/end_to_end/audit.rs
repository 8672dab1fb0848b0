//! Who changed what, from where, before and after: for admins, and without a secret.

use anyhow::Context;
use radarr_proto::model::{Cursor, Event, EventKind, JobKind, JobStatus, SecretInput, SecretText};
use radarr_proto::request::{HistoryQuery, NextEvents, RunJob};
use radarr_tests::harness::{Daemon, DaemonSettings, eventually};
use serde_json::Value;

use crate::movie::WITHIN;

const PASSKEY: &str = "marker-passkey-7319";

fn lines(out: &str) -> anyhow::Result<Vec<Event>> {
    out.lines().map(|line| serde_json::from_str(line).with_context(|| line.to_owned())).collect()
}

#[tokio::test]
async fn the_audit_tells_who_changed_what_and_no_secret() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let daemon = Daemon::start(folder.path(), DaemonSettings::default()).await?;
    let client = daemon.client().await?;
    // The first save writes what was a default until then.
    let mut library = client.save_library_settings(client.library_settings().await?).await?;
    let days = library.recent_interval_minutes;
    library.recent_interval_minutes = days + 5;
    client.save_library_settings(library).await?;
    let mut tmdb = radarr_proto::request::SaveTmdb {
        settings: client.tmdb_settings().await?,
        key: SecretInput::Value { value: SecretText::new(PASSKEY) },
    };
    tmdb.settings.country = "GB".to_owned();
    client.save_tmdb_settings(tmdb).await?;

    let said = daemon.cli()?.run(&["--json", "audit"]).await?;
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(!said.out.contains(PASSKEY), "{}", said.out);
    let told = lines(&said.out)?;
    let field = |what: &str, field: &str| {
        told.iter().rev().find_map(|event| {
            let EventKind::SettingsChanged { what: found, changes, .. } = &event.kind else { return None };
            let change = changes.iter().find(|change| found == what && change.field == field)?.clone();
            Some((event.actor.clone(), event.from.clone(), change.before, change.after))
        })
    };
    let (actor, from, before, after) =
        field("library", "recent_interval_minutes").context("the setting is not told")?;
    assert!(actor.starts_with("user:"), "{actor}");
    assert_eq!(from.as_deref(), Some("unix"));
    assert_eq!((before, after), (Some(days.to_string()), Some((days + 5).to_string())));
    let (.., secret) = field("tmdb", "secret").context("the secret is not told")?;
    assert_eq!(secret.as_deref(), Some("***"));

    let nobody = daemon.cli()?.run(&["--json", "audit", "--actor", "token:nobody"]).await?;
    assert_eq!(nobody.out, "");
    let later = daemon.cli()?.run(&["--json", "audit", "--since", "2999-01-01"]).await?;
    assert_eq!(later.out, "");
    Ok(())
}

#[tokio::test]
async fn jobs_asked_for_or_cancelled_by_hand_are_in_the_audit_and_in_no_history() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let daemon = Daemon::start(folder.path(), DaemonSettings::default()).await?;
    let client = daemon.client().await?;
    let made: Value = daemon.cli()?.json(&["token", "create", "tv", "--role", "viewer"]).await?;
    let viewer = daemon.tcp_client(made["secret"].as_str().context("no secret")?).await?;
    let job = client.run_job(RunJob { job: JobKind::Backup }).await?;

    let told = lines(&daemon.cli()?.ok(&["--json", "audit"]).await?)?;
    let is_it = |event: &&Event| matches!(event.kind, EventKind::JobAsked { job_id, .. } if job_id == job.id);
    let asked = told.iter().find(is_it).context("the job is not told")?;
    assert!(asked.actor.starts_with("user:") && asked.from.as_deref() == Some("unix"), "{asked:#?}");
    let words = daemon.cli()?.ok(&["audit"]).await?;
    assert!(words.contains("asked for") && words.contains("job backup"), "{words}");

    // So are those that are cancelled by hand.
    let waits = client.jobs().await?.into_iter().find(|job| job.status == JobStatus::Queued);
    let waits = waits.context("no job of the schedule waits")?;
    client.cancel_job(waits.id).await?;
    let told = lines(&daemon.cli()?.ok(&["--json", "audit"]).await?)?;
    let is_it =
        |event: &&Event| matches!(event.kind, EventKind::JobCancelled { job_id, .. } if job_id == waits.id);
    let cancelled = told.iter().find(is_it).context("the cancelling is not told")?;
    assert!(cancelled.actor.starts_with("user:") && cancelled.from.as_deref() == Some("unix"), "{told:#?}");

    let history = client.history(HistoryQuery::default()).await?.events;
    assert!(history.iter().all(|event| !event.kind.is_for_admins()), "{history:#?}");
    let all = NextEvents { after: Some(Cursor(0)), wait_ms: 0, limit: None };
    let seen = viewer.next_events(all).await?.events;
    assert!(!seen.is_empty() && seen.iter().all(|event| !event.kind.is_for_admins()), "{seen:#?}");
    Ok(())
}

#[tokio::test]
async fn a_viewer_sees_no_audit_and_followers_see_what_comes() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let daemon = Daemon::start(folder.path(), DaemonSettings::default()).await?;
    let made: Value = daemon.cli()?.json(&["token", "create", "tv", "--role", "viewer"]).await?;
    let secret = made["secret"].as_str().context("no secret")?;
    let viewer = daemon.tcp_client(secret).await?;
    let refused = viewer.audit(radarr_proto::request::AuditQuery::default()).await.unwrap_err();
    assert_eq!(refused.code(), Some(radarr_proto::error::ErrorCode::Forbidden), "{refused}");
    // That it tried is in the audit: the first try at once, and all of a flood in one entry a minute later.
    for _ in 0..200 {
        viewer.add_tag("kids".to_owned()).await.unwrap_err();
    }
    eventually("the refused call in the audit", WITHIN, || async {
        let told = lines(&daemon.cli()?.ok(&["--json", "audit", "--actor", "token:tv"]).await?)?;
        let first = told.first().context("nothing is told")?;
        anyhow::ensure!(told.len() <= 2 && first.from.as_deref() == Some("127.0.0.1"), "{told:#?}");
        let is_it = matches!(&first.kind, EventKind::CallsRefused { calls, .. } if calls == &["audit"]);
        anyhow::ensure!(is_it, "{first:#?}");
        Ok(())
    })
    .await?;
    let words = daemon.cli()?.ok(&["audit"]).await?;
    let want = "1 call refused, audit: token:tv is viewer, and this needs admin";
    assert!(words.contains(want), "{words}");
    let page = viewer.history(radarr_proto::request::HistoryQuery::default()).await?;
    assert!(page.events.iter().all(|event| event.from.is_none()), "{page:?}");

    let mut follower = daemon.cli()?.command();
    let output = tempfile::NamedTempFile::new()?;
    let mut follower =
        follower.args(["--json", "audit", "--follow"]).stdout(output.reopen()?).kill_on_drop(true).spawn()?;
    let client = daemon.client().await?;
    eventually("the follower", WITHIN, || async {
        let label = format!("kids-{}", client.tags().await?.len());
        client.add_tag(label.clone()).await?;
        let told = std::fs::read_to_string(output.path())?;
        let told = lines(&told)?;
        let is_new =
            |event: &Event| matches!(&event.kind, EventKind::SettingsChanged { what, .. } if what == "tag");
        anyhow::ensure!(told.iter().filter(|event| is_new(event)).count() >= 2, "{told:?}");
        Ok(())
    })
    .await?;
    follower.kill().await?;
    Ok(())
}
