//! `audit`: who changed what, when, from where, before and after.

use std::ops::ControlFlow;

use clap::Args;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use radarr_proto::client::Client;
use radarr_proto::model::{Cursor, Event, EventKind};
use radarr_proto::request::{AuditQuery, NextEvents};

use super::failure::Failure;
use super::follow::follow;
use super::output::{Output, Tone};
use crate::connection::EVENTS_WAIT_MS;
use crate::story;
use crate::text;

/// Entries asked for at once.
const PAGE: u32 = 1_000;

#[derive(Debug, Clone, Args)]
pub struct AuditArgs {
    /// Shows the newest, then waits for what comes, until it is ended
    #[arg(long, short)]
    follow: bool,
    /// Only what this principal did: user:0, token:NAME
    #[arg(long)]
    actor: Option<String>,
    /// Only since then: 2026-11-26, or a moment such as 2026-11-26T08:00:00Z
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Option<Timestamp>,
    /// At most that many, the newest; 0 = all that is kept
    #[arg(long, default_value_t = 100)]
    limit: usize,
}

fn moment(text: &str) -> Result<Timestamp, String> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(moment);
    }
    let day: Date =
        text.parse().map_err(|_| "write a day (2026-11-26) or a moment with its zone".to_owned())?;
    TimeZone::system().to_timestamp(day.at(0, 0, 0, 0)).map_err(|error| error.to_string())
}

/// `audit`: oldest first, with `--json` one entry a line.
pub(super) async fn audit(args: AuditArgs, client: &Client, out: &mut Output) -> Result<(), Failure> {
    // Asked before the past is read: what happens meanwhile is told by the log.
    let newest = client.next_events(NextEvents { after: None, wait_ms: 0, limit: None }).await?.cursor;
    let past = past(&args, client, newest).await?;
    if past.is_empty() && !args.follow && !out.is_json() {
        return out.toned(Tone::Dim, "nothing was changed by anybody");
    }
    past.iter().rev().try_for_each(|event| say(out, event))?;
    out.flush()?;
    if !args.follow {
        return Ok(());
    }
    let again = |_| "start again: radarr-tui audit --follow".to_owned();
    follow(client, Some(newest), EVENTS_WAIT_MS, again, |batch| {
        let is_asked = |event: &&Event| args.actor.as_ref().is_none_or(|actor| *actor == event.actor);
        for event in batch.events.iter().filter(|event| event.is_audit()).filter(is_asked) {
            say(out, event)?;
        }
        out.flush()?;
        Ok(ControlFlow::Continue(()))
    })
    .await
}

/// What is on record up to `newest`, newest first.
async fn past(args: &AuditArgs, client: &Client, newest: Cursor) -> Result<Vec<Event>, Failure> {
    let mut found: Vec<Event> = Vec::new();
    let mut before = Some(Cursor(newest.0.saturating_add(1)));
    let wanted = if args.limit == 0 { usize::MAX } else { args.limit };
    while let Some(cursor) = before
        && found.len() < wanted
    {
        let left = u32::try_from(wanted - found.len()).unwrap_or(PAGE).min(PAGE);
        let request = AuditQuery {
            actor: args.actor.clone(),
            since: args.since,
            before: Some(cursor),
            limit: Some(left),
        };
        let page = client.audit(request).await?;
        found.extend(page.events);
        before = page.next_before;
    }
    Ok(found)
}

fn say(out: &mut Output, event: &Event) -> Result<(), Failure> {
    if out.is_json() {
        return out.json_line(event);
    }
    let at = out.paint(Tone::Dim, &text::when(event.at, &out.zone));
    let word = text::fit(story::event_word(&event.kind), 12);
    let from = event.from.as_ref().map_or(String::new(), |from| format!(" from {from}"));
    let who = out.paint(Tone::Strong, &text::clean(&event.actor));
    let of_movie = match (&event.kind, event.movie_id) {
        (EventKind::JobAsked { .. } | EventKind::JobCancelled { .. }, Some(movie)) => format!(" {movie}"),
        _ => String::new(),
    };
    out.raw(&format!("{at}  {who}{from}  {word}  {}{of_movie}\n", story::event(&event.kind)))?;
    let EventKind::SettingsChanged { changes, .. } = &event.kind else { return Ok(()) };
    for change in changes {
        let shown = |value: &Option<String>| text::clean(value.as_deref().unwrap_or("nothing")).into_owned();
        let line = match (&change.before, &change.after) {
            (None, None) => format!("  {}", change.field),
            (before, after) => format!("  {}: {}, was {}", change.field, shown(after), shown(before)),
        };
        out.toned(Tone::Dim, line)?;
    }
    Ok(())
}
