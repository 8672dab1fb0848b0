//! The whole way of one movie, from the look-up to the file in the library, and the proof that it is right.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use radarr_proto::client::Client;
use radarr_proto::model::{
    Cursor, Decision, Event, EventKind, Grab, Judgement, Movie, PlacedBy, RuleOutcome,
};
use radarr_proto::request::{LookupHit, MovieDetails, NextEvents};

use super::report::Report;
use crate::harness::{Cli, Scene};

/// The movie that goes the way: Nosferatu.
const TERM: [&str; 2] = ["Nosferatu", "1922"];
/// A download of some ten megabytes at the demo's speed takes ten seconds.
const HERE_WITHIN: Duration = Duration::from_mins(3);
/// Releases that are printed.
const SHOWN: usize = 12;
/// Longest wait for an event in one call.
const POLL_MS: u64 = 5_000;

/// Goes it.
pub(super) async fn go(scene: &Scene, report: &mut Report) -> anyhow::Result<()> {
    let (cli, client) = (scene.daemon.cli()?, scene.daemon.client().await?);
    let from = client.status().await?.cursor;
    let movie = add(&cli, report).await?;
    let best = search(&cli, &movie, report).await?;
    let grab = grab(&cli, &movie, &best, report).await?;
    follow(&client, &grab, from, report).await?;
    hardlink(&file(&client, &movie).await?, &scene.save_path, report)?;
    story(&client, &movie, from, report).await?;
    secrets(scene, report)?;
    report.end();
    Ok(())
}

async fn add(cli: &Cli, report: &mut Report) -> anyhow::Result<Movie> {
    let hits: Vec<LookupHit> = cli.json(&[&["movie", "lookup"], &TERM[..]].concat()).await?;
    let hit = hits.first().context("TMDB knows no such movie")?;
    report.done(
        &format!("looked up \"{}\"", TERM.join(" ")),
        &[format!("tmdb:{}  {} ({})", hit.tmdb_id, hit.title, hit.year)],
    );
    let of_tmdb = format!("tmdb:{}", hit.tmdb_id);
    let movie: Movie = cli.json(&["movie", "add", &of_tmdb, "--profile", "HD-1080p"]).await?;
    report.done("added it", &[format!("movie {}, monitored, profile HD-1080p", movie.id)]);
    Ok(movie)
}

async fn search(cli: &Cli, movie: &Movie, report: &mut Report) -> anyhow::Result<Decision> {
    let found: Vec<Decision> = cli.json(&["release", "search", &movie.id.to_string()]).await?;
    let accepted = found.iter().filter(|decision| decision.judgement == Judgement::Accepted).count();
    let mut lines: Vec<String> = found.iter().take(SHOWN).map(verdict).collect();
    lines.push(format!("{} releases, {accepted} may be taken", found.len()));
    report.done("searched HDBits, judged and ranked what it has", &lines);
    ensure!(accepted < found.len(), "every release was accepted, although some must not be");
    found
        .into_iter()
        .find(|decision| decision.judgement == Judgement::Accepted)
        .context("nothing may be taken")
}

fn verdict(decision: &Decision) -> String {
    let word = match decision.judgement {
        Judgement::Accepted => "yes",
        Judgement::Delayed => "later",
        Judgement::Rejected => "no",
        Judgement::Unknown => "?",
    };
    let refused = decision.verdicts.iter().find_map(|verdict| match &verdict.outcome {
        RuleOutcome::Reject { message, .. } => Some(message.clone()),
        RuleOutcome::Pass | RuleOutcome::NotApplicable { .. } | RuleOutcome::Unknown => None,
    });
    let ranked = decision.ranked_by.as_ref().map(|by| format!("{} before {}", by.ours, by.theirs));
    format!("{word:<5} {:<62} {}", decision.release.title, refused.or(ranked).unwrap_or_default())
}

async fn grab(cli: &Cli, movie: &Movie, best: &Decision, report: &mut Report) -> anyhow::Result<Grab> {
    let grab: Grab = cli.json(&["release", "grab", &movie.id.to_string(), &best.release.guid]).await?;
    let hash = grab.info_hash.map_or_else(|| "unknown".to_owned(), |hash| hash.to_string());
    report.done(
        "grabbed the best",
        &[grab.release.title.clone(), format!("handed to {} as {hash}", grab.client)],
    );
    Ok(grab)
}

/// Follows the grab through the event log until it is in the library.
async fn follow(client: &Client, grab: &Grab, from: Cursor, report: &mut Report) -> anyhow::Result<()> {
    let deadline = tokio::time::sleep(HERE_WITHIN);
    tokio::pin!(deadline);
    let (mut after, mut told) = (from, 0);
    loop {
        let request = NextEvents { after: Some(after), wait_ms: POLL_MS, limit: None };
        let batch = tokio::select! {
            batch = client.next_events(request) => batch?,
            () = &mut deadline => bail!("not in the library within {} s: {}", HERE_WITHIN.as_secs(), state(client, grab).await),
        };
        after = batch.cursor;
        for event in &batch.events {
            #[expect(clippy::wildcard_enum_match_arm, reason = "all others belong to other stories")]
            match &event.kind {
                EventKind::DownloadProgressed { grab_id, percent, speed_bytes }
                    if *grab_id == grab.id && *percent >= told + 10 =>
                {
                    told = *percent;
                    report.detail(&format!("{percent:>3} %  {:>5} kB/s", speed_bytes / 1000));
                }
                EventKind::DownloadCompleted { grab_id, .. } if *grab_id == grab.id => {
                    report.done("downloaded it from the seeding peer", &[]);
                }
                EventKind::Imported { grab_id: Some(grab_id), path, placed_by, quality, .. }
                    if *grab_id == grab.id =>
                {
                    let how = match placed_by {
                        PlacedBy::Hardlink => "by hardlink",
                        PlacedBy::Copy => "as a copy",
                        PlacedBy::Found | PlacedBy::Unknown => "in another way",
                    };
                    report.done("imported it", &[path.clone(), format!("{how}, as {}", quality.quality)]);
                    return Ok(());
                }
                EventKind::ImportBlocked { grab_id, reasons, .. } if *grab_id == grab.id => {
                    bail!("the import was refused: {}", reasons.join("; "));
                }
                EventKind::DownloadFailed { grab_id, reason, .. } if *grab_id == grab.id => {
                    bail!("the download failed: {reason}");
                }
                _ => {}
            }
        }
    }
}

async fn state(client: &Client, grab: &Grab) -> String {
    match client.queue().await {
        Ok(queue) => match queue.iter().find(|open| open.id == grab.id) {
            Some(open) => format!("{:?}, {} %, {:?}", open.state, open.progress.percent(), open.warning),
            None => "it is not in the queue any more".to_owned(),
        },
        Err(error) => error.to_string(),
    }
}

/// The movie's file in the library.
async fn file(client: &Client, movie: &Movie) -> anyhow::Result<PathBuf> {
    let details: MovieDetails = client.get_movie(movie.id).await?;
    let folder = details.paths.first().context("the movie has no folder")?;
    let version = details.movie.versions.first().context("the movie has no version")?;
    let file = version.file.as_ref().context("the movie has no file")?;
    let open =
        client.queue().await?.into_iter().find(|open| open.movie_id == movie.id && open.state.is_open());
    ensure!(open.is_none(), "its grab is still in the queue");
    Ok(Path::new(folder).join(&file.relative_path))
}

fn hardlink(in_library: &Path, downloads: &Path, report: &mut Report) -> anyhow::Result<()> {
    let library = std::fs::metadata(in_library).with_context(|| in_library.display().to_string())?;
    ensure!(library.nlink() >= 2, "{} has only one name", in_library.display());
    let original = same_file(downloads, &library)?
        .with_context(|| format!("no file in {} is the one in the library", downloads.display()))?;
    report.done(
        "looked at the file itself: one file with two names",
        &[
            format!("{}, {} bytes", in_library.display(), library.size()),
            format!("{}, the same inode {}, {} names", original.display(), library.ino(), library.nlink()),
        ],
    );
    Ok(())
}

/// The file below a folder that is the same one.
fn same_file(folder: &Path, wanted: &Metadata) -> std::io::Result<Option<PathBuf>> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        let found = if metadata.is_dir() {
            same_file(&entry.path(), wanted)?
        } else {
            let same = metadata.ino() == wanted.ino() && metadata.dev() == wanted.dev();
            same.then(|| entry.path())
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// What the history must tell, in this order.
const STORY: [&str; 5] = ["movie_added", "searched", "grabbed", "download_completed", "imported"];

async fn story(client: &Client, movie: &Movie, from: Cursor, report: &mut Report) -> anyhow::Result<()> {
    let request = NextEvents { after: Some(from), wait_ms: 0, limit: Some(1_000) };
    let events: Vec<Event> = client.next_events(request).await?.events;
    let of_movie: Vec<&Event> =
        events.iter().filter(|event| event.movie_id == Some(movie.id) && event.kind.is_history()).collect();
    let kinds: Vec<String> = of_movie.iter().map(|event| kind(event)).collect();
    let mut rest = kinds.iter();
    for wanted in STORY {
        ensure!(
            rest.any(|kind| kind == wanted),
            "the event log tells {kinds:?}, without {wanted} in its place"
        );
    }
    let lines: Vec<String> = of_movie
        .iter()
        .zip(&kinds)
        .map(|(event, kind)| format!("{:>4}  {:<20} by {}", event.cursor, kind, event.actor))
        .collect();
    report.done("read the story in the event log", &lines);
    Ok(())
}

/// The kind of an event as it travels.
fn kind(event: &Event) -> String {
    let value = serde_json::to_value(&event.kind).unwrap_or_default();
    value.get("kind").and_then(|kind| kind.as_str()).unwrap_or_default().to_owned()
}

fn secrets(scene: &Scene, report: &mut Report) -> anyhow::Result<()> {
    let passkey = &scene.stand_ins.hdbits.account.passkey;
    ensure!(!scene.daemon.log().contains(passkey), "the daemon's log holds the passkey");
    let places = scene.stand_ins.hdbits.gate.requests.places_of_secrets();
    ensure!(
        places.iter().all(|place| ["body of /api/torrents", "body of /api/test", "query of /download.php"]
            .contains(&place.as_str())),
        "the passkey was sent in {places:?}"
    );
    report.done("looked for the passkey: only where HDBits wants it, and not in the log", &[]);
    Ok(())
}
