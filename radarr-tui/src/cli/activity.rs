//! `queue`, `history`, `wanted`, `blocklist`: what is on its way, what was, what is to come, what never again.

use clap::{Args, Subcommand};
use radarr_proto::client::Client;
use radarr_proto::model::{Cursor, Grab, GrabId, GrabState};
use radarr_proto::request::{HistoryQuery, RemoveFromQueue, WantedQuery};

use super::ask::confirm;
use super::failure::Failure;
use super::output::{Output, Tone, cell, number};
use super::pick;
use crate::story;
use crate::text;

#[derive(Debug, Clone, Subcommand)]
pub enum QueueCommand {
    /// Shows what is on its way
    List,
    /// Takes a grab out of the queue
    Remove(RemoveArgs),
    /// Imports a complete grab although a rule blocked it, or tries again
    Import {
        /// Its number
        grab: GrabId,
    },
}

#[derive(Debug, Clone, Args)]
pub struct RemoveArgs {
    /// Its number
    grab: GrabId,
    /// The download client forgets it too, with its data
    #[arg(long)]
    from_client: bool,
    /// It is not taken again
    #[arg(long)]
    blocklist: bool,
    /// The next best is searched for
    #[arg(long)]
    search_again: bool,
    /// Does not ask
    #[arg(long, short)]
    yes: bool,
}

impl QueueCommand {
    /// Does it.
    pub async fn run(self, client: &Client, out: &mut Output) -> Result<(), Failure> {
        match self {
            Self::List => {
                let grabs = client.queue().await?;
                out.show(&grabs, |out, grabs| queue(out, grabs))
            }
            Self::Remove(args) => {
                let data = if args.from_client { " and delete its data" } else { "" };
                confirm(&format!("take grab {} out of the queue{data}", args.grab), args.yes)?;
                let request = RemoveFromQueue {
                    id: args.grab,
                    remove_from_client: args.from_client,
                    blocklist: args.blocklist,
                    search_again: args.search_again,
                };
                let grab = client.remove_from_queue(request).await?;
                out.show(&grab, |out, grab| out.line(format!("took {} out of the queue", grab.release.title)))
            }
            Self::Import { grab } => {
                let report = client.import_grab(grab).await?;
                out.show(&report, |out, report| {
                    for path in &report.imported {
                        out.toned(Tone::Good, format!("imported {path}"))?;
                    }
                    for file in &report.refused {
                        out.toned(Tone::Warn, format!("refused {}: {}", file.path, file.reasons.join("; ")))?;
                    }
                    Ok(())
                })
            }
        }
    }
}

fn queue(out: &mut Output, grabs: &[Grab]) -> Result<(), Failure> {
    let lines = grabs.iter().map(|grab| {
        let tone = match grab.state {
            GrabState::ImportBlocked { .. } | GrabState::Failed { .. } => Tone::Bad,
            GrabState::Stalled { .. } | GrabState::Paused | GrabState::Gone => Tone::Warn,
            GrabState::Imported { .. } => Tone::Good,
            GrabState::Intended
            | GrabState::Downloading
            | GrabState::ImportPending
            | GrabState::Importing
            | GrabState::Removed
            | GrabState::Unknown => Tone::Normal,
        };
        vec![
            number(grab.id),
            cell(story::grab_state(&grab.state)).tone(tone),
            cell(&grab.movie_title),
            number(format!("{} %", grab.progress.percent())),
            number(text::size_short(grab.progress.left_bytes)),
            number(grab.progress.eta_seconds.map_or(String::new(), text::span)),
            cell(&grab.release.title),
            cell(story::grab_note(grab).unwrap_or_default()).tone(Tone::Warn),
        ]
    });
    out.table(
        &["#", "state", "movie", "done", "left", "eta", "release", ""],
        &lines.collect::<Vec<_>>(),
        "nothing is on its way",
    )
}

#[derive(Debug, Clone, Args)]
pub struct HistoryArgs {
    /// Only this movie: its number, tmdb:N, imdb:tt… or its title
    #[arg(long)]
    movie: Option<String>,
    /// At most that many
    #[arg(long, default_value_t = 50)]
    limit: u32,
    /// Only what was before this event
    #[arg(long, value_name = "EVENT")]
    before: Option<Cursor>,
}

/// `history`.
pub async fn history(args: HistoryArgs, client: &Client, out: &mut Output) -> Result<(), Failure> {
    let movie_id = match args.movie {
        None => None,
        Some(movie) => Some(pick::movie(client, &movie).await?),
    };
    let page =
        client.history(HistoryQuery { movie_id, before: args.before, limit: Some(args.limit) }).await?;
    out.show(&page, |out, page| {
        let zone = out.zone.clone();
        let lines = page.events.iter().map(|event| {
            vec![
                cell(text::when(event.at, &zone)).tone(Tone::Dim),
                cell(&event.actor).tone(Tone::Dim),
                cell(story::event_word(&event.kind)),
                cell(story::event(&event.kind)),
            ]
        });
        // The sentence stands last, so that a long one pushes nothing away.
        out.table(&["when", "who", "what", ""], &lines.collect::<Vec<_>>(), "nothing happened yet")?;
        if let Some(before) = page.next_before {
            out.toned(Tone::Dim, format!("older: radarr-tui history --before {before}"))?;
        }
        Ok(())
    })
}

#[derive(Debug, Clone, Args)]
pub struct WantedArgs {
    /// Those below their cutoff rather than those without a file
    #[arg(long)]
    cutoff_unmet: bool,
    /// At most that many
    #[arg(long)]
    limit: Option<u64>,
    /// Skips that many
    #[arg(long, default_value_t = 0)]
    offset: u64,
}

/// `wanted`.
pub async fn wanted(args: WantedArgs, client: &Client, out: &mut Output) -> Result<(), Failure> {
    let request = WantedQuery { cutoff_unmet: args.cutoff_unmet, offset: args.offset, limit: args.limit };
    let page = client.wanted(request).await?;
    out.show(&page, |out, page| {
        let nothing = if args.cutoff_unmet { "every file meets its cutoff" } else { "nothing is missing" };
        super::movie::rows(out, &page.rows, nothing)?;
        if page.rows.is_empty() { Ok(()) } else { out.toned(Tone::Dim, text::count(page.total, "movie")) }
    })
}

#[derive(Debug, Clone, Subcommand)]
pub enum BlocklistCommand {
    /// Shows the releases that are not taken again
    List,
    /// Allows a release again
    Remove {
        /// Its number
        #[arg(required = true)]
        ids: Vec<radarr_proto::model::BlockId>,
    },
}

impl BlocklistCommand {
    /// Does it.
    pub async fn run(self, client: &Client, out: &mut Output) -> Result<(), Failure> {
        match self {
            Self::List => {
                let blocked = client.blocklist().await?;
                out.show(&blocked, |out, blocked| {
                    let zone = out.zone.clone();
                    let lines = blocked.iter().map(|one| {
                        vec![
                            number(one.id),
                            cell(text::when(one.at, &zone)).tone(Tone::Dim),
                            cell(&one.title),
                            cell(&one.indexer),
                            cell(&one.reason).tone(Tone::Warn),
                        ]
                    });
                    out.table(
                        &["#", "since", "release", "indexer", "why"],
                        &lines.collect::<Vec<_>>(),
                        "the blocklist is empty",
                    )
                })
            }
            Self::Remove { ids } => {
                for id in ids {
                    client.unblock(id).await?;
                    out.show(&id, |out, id| out.line(format!("entry {id} left the blocklist")))?;
                }
                Ok(())
            }
        }
    }
}
