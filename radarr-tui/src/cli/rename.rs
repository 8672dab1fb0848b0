//! `movie rename`: files get the names that the naming settings give today.
//!
//! What is done is what was shown: each preview carries a mark of the state that it was made from, and the daemon
//! refuses to rename anything that is different by then.

use clap::Args;
use radarr_proto::client::Client;
use radarr_proto::model::MovieId;
use radarr_proto::request::{ListMovies, MovieFilter, RenameMovie, RenamePreview};

use super::ask::confirm;
use super::failure::{Exit, Failure};
use super::output::{Output, Tone};
use super::pick;
use crate::text;

/// Movies that are asked for at once.
const PAGE: u64 = 500;

#[derive(Debug, Clone, Args)]
pub struct RenameArgs {
    /// Its number, tmdb:N, imdb:tt… or its title
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    movies: Vec<String>,
    /// All movies that have a file
    #[arg(long)]
    all: bool,
    /// Shows which names would change, and does nothing
    #[arg(long, visible_alias = "dry-run")]
    preview: bool,
    /// Does not ask
    #[arg(long, short)]
    yes: bool,
}

impl RenameArgs {
    /// Does it.
    pub async fn run(self, client: &Client, out: &mut Output) -> Result<(), Failure> {
        let mut ids = Vec::new();
        for movie in &self.movies {
            ids.push(pick::movie(client, movie).await?);
        }
        if self.all {
            ids = with_file(client).await?;
        }
        let mut failed = Vec::new();
        let mut would = Vec::new();
        for id in ids {
            keep(client.preview_rename(id).await, id, &mut would, &mut failed);
        }
        would.retain(|preview: &RenamePreview| !preview.files.is_empty() || !preview.folders.is_empty());
        if self.preview || files(&would) == 0 {
            out.show(&would, |out, would| {
                would.iter().try_for_each(|preview| names(out, preview))?;
                out.toned(Tone::Dim, counted("would get", would))
            })?;
            return told(failed);
        }
        let shows_first = !self.yes && !out.is_json();
        if shows_first {
            would.iter().try_for_each(|preview| names(out, preview))?;
            out.flush()?;
        }
        confirm(&format!("rename {}", text::count(files(&would), "file")), self.yes)?;
        let mut done = Vec::new();
        would.retain(|preview| !preview.files.is_empty());
        for preview in would {
            let request = RenameMovie { id: preview.id, state: preview.state };
            keep(client.rename_movie(request).await, preview.id, &mut done, &mut failed);
        }
        out.show(&done, |out, done| {
            if !shows_first {
                done.iter().try_for_each(|preview| names(out, preview))?;
            }
            out.toned(Tone::Good, counted("got", done))
        })?;
        told(failed)
    }
}

async fn with_file(client: &Client) -> Result<Vec<MovieId>, Failure> {
    let mut ids: Vec<MovieId> = Vec::new();
    loop {
        let request = ListMovies {
            filter: MovieFilter::Present,
            offset: ids.len() as u64,
            limit: Some(PAGE),
            ..ListMovies::default()
        };
        let page = client.list_movies(request).await?;
        ids.extend(page.rows.iter().map(|row| row.id));
        if page.rows.is_empty() || ids.len() as u64 >= page.total {
            return Ok(ids);
        }
    }
}

/// One movie that can't be renamed does not keep the others from it.
fn keep<E: Into<Failure>>(
    answer: Result<RenamePreview, E>,
    id: MovieId,
    kept: &mut Vec<RenamePreview>,
    failed: &mut Vec<(MovieId, Failure)>,
) {
    match answer {
        Ok(preview) => kept.push(preview),
        Err(error) => failed.push((id, error.into())),
    }
}

/// A single failure is told as it is; of several the first one speaks for all.
fn told(mut failed: Vec<(MovieId, Failure)>) -> Result<(), Failure> {
    let count = failed.len();
    if count == 0 {
        return Ok(());
    }
    let (id, first) = failed.swap_remove(0);
    if count == 1 {
        return Err(first);
    }
    let message = format!("{count} movies could not be renamed; the first is movie {id}: {}", first.message);
    Err(Failure::new(Exit::Failed, message))
}

fn names(out: &mut Output, preview: &RenamePreview) -> Result<(), Failure> {
    out.toned(Tone::Strong, &preview.title)?;
    for file in &preview.files {
        out.line(format!("  {}", file.from))?;
        out.line(format!("    {}", file.to))?;
    }
    for folder in &preview.folders {
        let (id, slot) = (preview.id, folder.slot);
        let slot = if slot.0 == 0 { String::new() } else { format!(" --slot {}", slot.0) };
        out.toned(
            Tone::Dim,
            format!(
                "  its folder {:?} would be {:?}, and stays: radarr-tui movie edit {id}{slot} --folder {:?} moves it",
                folder.from, folder.to, folder.to
            ),
        )?;
    }
    Ok(())
}

fn files(previews: &[RenamePreview]) -> u64 {
    previews.iter().map(|preview| preview.files.len() as u64).sum()
}

fn counted(verb: &str, previews: &[RenamePreview]) -> String {
    match files(previews) {
        0 => "all files have their names".to_owned(),
        count => format!(
            "{} of {} {verb} another name",
            text::count(count, "file"),
            text::count(previews.len() as u64, "movie")
        ),
    }
}
