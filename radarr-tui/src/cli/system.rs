//! `events`, `health`, `status`, `token`: the daemon itself.

use std::ops::ControlFlow;

use clap::{Args, Subcommand, ValueEnum};
use radarr_proto::client::Client;
use radarr_proto::model::{Cursor, Event, HealthItem, Role, Severity};
use radarr_proto::request::{CreateToken, HistoryQuery, Status};

use super::ask::confirm;
use super::failure::{Exit, Failure};
use super::follow::follow;
use super::movie::word;
use super::output::{Output, Tone, cell, number};
use super::pick;
use crate::connection::EVENTS_WAIT_MS;
use crate::story;
use crate::text;

#[derive(Debug, Clone, Args)]
pub struct EventsArgs {
    /// Waits for what comes, until it is ended
    #[arg(long, short)]
    follow: bool,
    /// Only those behind this one; from now on when left out
    #[arg(long, value_name = "EVENT")]
    after: Option<Cursor>,
    /// Download progress and jobs too
    #[arg(long)]
    all: bool,
    /// Without --follow: at most that many
    #[arg(long, default_value_t = 100)]
    limit: u32,
}

/// `events`: with `--json` one event a line.
pub async fn events(args: EventsArgs, client: &Client, out: &mut Output) -> Result<(), Failure> {
    if !args.follow && args.after.is_none() {
        // The newest that there are, oldest first.
        let request = HistoryQuery { movie_id: None, before: None, limit: Some(args.limit) };
        let page = client.history(request).await?;
        return page.events.iter().rev().try_for_each(|event| say(out, event));
    }
    let mut left = usize::try_from(args.limit).unwrap_or(usize::MAX);
    let wait_ms = if args.follow { EVENTS_WAIT_MS } else { 0 };
    let again = |cursor| format!("go on with: --after {cursor}");
    follow(client, args.after, wait_ms, again, |batch| {
        for event in batch.events.iter().filter(|event| args.all || event.kind.is_history()) {
            if !args.follow && left == 0 {
                return Ok(ControlFlow::Break(()));
            }
            left = left.saturating_sub(1);
            say(out, event)?;
        }
        out.flush()?;
        let at_end = !args.follow && batch.events.is_empty();
        Ok(if at_end { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })
    .await
}

fn say(out: &mut Output, event: &Event) -> Result<(), Failure> {
    if out.is_json() {
        return out.json_line(event);
    }
    let at = out.paint(Tone::Dim, &text::when(event.at, &out.zone));
    let word = text::fit(story::event_word(&event.kind), 12);
    out.raw(&format!("{at}  {word}  {}\n", story::event(&event.kind)))
}

/// `health`: exits 1 when something is an error.
pub async fn health(client: &Client, out: &mut Output) -> Result<(), Failure> {
    let items = client.health().await?;
    out.show(&items, |out, items| {
        if items.is_empty() {
            return out.toned(Tone::Good, "all is well");
        }
        items.iter().try_for_each(|item| health_item(out, item))
    })?;
    let errors = items.iter().filter(|item| item.severity == Severity::Error).count();
    if errors == 0 {
        return Ok(());
    }
    out.flush()?;
    Err(Failure::new(Exit::Failed, format!("{} must be mended", text::count(errors as u64, "problem"))))
}

fn health_item(out: &mut Output, item: &HealthItem) -> Result<(), Failure> {
    let tone = match item.severity {
        Severity::Error => Tone::Bad,
        Severity::Warning => Tone::Warn,
        Severity::Notice | Severity::Unknown => Tone::Normal,
    };
    let since = text::when(item.since, &out.zone);
    out.toned(tone, format!("{} {}: {}", word(&item.severity), item.subject, item.message))?;
    out.toned(Tone::Dim, format!("  since {since}; {}", item.hint))
}

/// `status`.
pub async fn status(client: &Client, out: &mut Output) -> Result<(), Failure> {
    let status = client.status().await?;
    out.show(&status, show_status)
}

fn show_status(out: &mut Output, status: &Status) -> Result<(), Failure> {
    let commit = if status.commit.is_empty() { String::new() } else { format!(" ({})", status.commit) };
    let storage = status.storage_bytes.map_or(String::new(), |bytes| format!(", {}", text::size(bytes)));
    let up = text::age(out.now, status.started_at);
    out.facts(&[
        ("version", format!("{}{commit}", status.version)),
        ("up", format!("{up}, since {}", text::when(status.started_at, &out.zone))),
        ("storage", format!("{}{storage}", status.storage)),
        (
            "library",
            format!(
                "{}, {} monitored, {} missing, {}",
                text::count(status.movies, "movie"),
                status.monitored,
                status.missing,
                text::size(status.size_bytes)
            ),
        ),
        ("queue", text::count(status.queue, "grab")),
        ("jobs", format!("{} open", status.jobs)),
        ("problems", status.problems.to_string()),
        ("newest event", status.cursor.to_string()),
    ])?;
    if !status.not_set_up.is_empty() {
        out.toned(Tone::Warn, format!("not set up yet: {}", status.not_set_up.join(", ")))?;
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleArg {
    /// Look
    Viewer,
    /// Add, search, grab, remove
    Operator,
    /// Settings and tokens as well
    Admin,
}

#[derive(Debug, Clone, Subcommand)]
pub enum TokenCommand {
    /// Makes a client token and prints its secret, this once
    Create {
        /// Its name
        name: String,
        /// What it allows
        #[arg(long, value_enum, default_value_t = RoleArg::Operator)]
        role: RoleArg,
        /// Makes no secret: a client certificate with this name (common name or alternative name) stands for it
        #[arg(long, value_name = "NAME")]
        certificate: Option<String>,
    },
    /// Shows the client tokens, without their secrets
    List,
    /// Ends a client token
    Revoke {
        /// Its number or name
        token: String,
        /// Does not ask
        #[arg(long, short)]
        yes: bool,
    },
}

impl TokenCommand {
    /// Does it.
    pub async fn run(self, client: &Client, out: &mut Output) -> Result<(), Failure> {
        match self {
            Self::Create { name, role, certificate } => {
                let role = match role {
                    RoleArg::Viewer => Role::Viewer,
                    RoleArg::Operator => Role::Operator,
                    RoleArg::Admin => Role::Admin,
                };
                if certificate.is_some() && !client.greeting().await?.can("certificates") {
                    return Err(Failure::usage("this daemon does not know client certificates")
                        .with_hint("update the daemon"));
                }
                let created = client.create_token(CreateToken { name, role, certificate }).await?;
                // The secret alone, so that it can go straight into a file.
                out.show(&created, |out, created| match &created.token.certificate {
                    Some(name) => out.line(format!("a client certificate for {name} lets in")),
                    None => out.line(created.secret.expose()),
                })
            }
            Self::List => {
                let tokens = client.tokens().await?;
                out.show(&tokens, |out, tokens| {
                    let zone = out.zone.clone();
                    let lines = tokens.iter().map(|token| {
                        vec![
                            number(token.id),
                            cell(&token.name),
                            cell(word(&token.role)),
                            cell(token.certificate.as_deref().unwrap_or("")),
                            cell(text::when(token.created_at, &zone)),
                            cell(token.last_used_at.map_or("never".to_owned(), |at| text::when(at, &zone))),
                        ]
                    });
                    out.table(
                        &["#", "name", "role", "certificate", "made", "last used"],
                        &lines.collect::<Vec<_>>(),
                        "no tokens",
                    )
                })
            }
            Self::Revoke { token, yes } => {
                let token = pick::token(client, &token).await?;
                confirm(&format!("end the token {}", token.name), yes)?;
                client.revoke_token(token.id).await?;
                out.show(&token.id, |out, _| out.line(format!("ended the token {}", token.name)))
            }
        }
    }
}
