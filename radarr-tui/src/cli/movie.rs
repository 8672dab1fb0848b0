//! `movie`: the library.

use clap::{Args, Subcommand, ValueEnum};
use radarr_proto::client::Client;
use radarr_proto::model::{MinimumAvailability, MovieFile, MovieRow, Slot};
use radarr_proto::request::{
    AddMovie, DeleteMovie, EditMovie, ListMovies, MovieDetails, MovieFilter, SortKey,
};

use super::ask::confirm;
use super::failure::Failure;
use super::output::{Output, Tone, cell, number};
use super::pick;
use crate::story::Has;
use crate::text;

#[derive(Debug, Clone, Subcommand)]
pub enum MovieCommand {
    /// Shows the movies of the library
    List(ListArgs),
    /// Shows everything about one movie
    Show {
        /// Its number, tmdb:N, imdb:tt… or its title
        movie: String,
    },
    /// Searches TMDB: a title, `title year`, tmdb:N, imdb:tt… or a pasted address
    Lookup {
        /// What to search for
        #[arg(required = true, num_args = 1..)]
        term: Vec<String>,
    },
    /// Takes a movie into the library
    #[command(after_help = "Examples:\n  radarr-tui movie add tmdb:603 --search\n  radarr-tui movie add \
        \"Night of the Living Dead 1968\" --profile HD-1080p --root /movies")]
    Add(AddArgs),
    /// Changes what is wanted of a movie
    Edit(EditArgs),
    /// Takes a movie out of the library
    Delete(DeleteArgs),
    /// Searches the indexers for a movie and grabs the best release
    Search {
        /// Its number, tmdb:N, imdb:tt… or its title
        #[arg(required = true)]
        movies: Vec<String>,
        /// Which of its versions
        #[arg(long, default_value_t = 0)]
        slot: u8,
    },
    /// Shows the files of a movie
    Files {
        /// Its number, tmdb:N, imdb:tt… or its title
        movie: String,
    },
    /// Asks TMDB again
    Refresh {
        /// Its number, tmdb:N, imdb:tt… or its title
        #[arg(required = true)]
        movies: Vec<String>,
    },
    /// Gives files the names that the naming settings give today; subtitles and the like go with them
    #[command(
        after_help = "Folders keep their names, as in Radarr: movie edit MOVIE --folder NAME moves one.\n\n\
        Examples:\n  radarr-tui movie rename --all --preview\n  radarr-tui movie rename 12 --yes"
    )]
    Rename(super::rename::RenameArgs),
    /// Looks what lies in the movie's folder
    Rescan {
        /// Its number, tmdb:N, imdb:tt… or its title
        #[arg(required = true)]
        movies: Vec<String>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FilterArg {
    All,
    Monitored,
    Unmonitored,
    Missing,
    Wanted,
    CutoffUnmet,
    Present,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SortArg {
    Title,
    Year,
    Added,
    Size,
    Quality,
    Rating,
    Runtime,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AvailabilityArg {
    Tba,
    Announced,
    InCinemas,
    Released,
}

impl From<AvailabilityArg> for MinimumAvailability {
    fn from(argument: AvailabilityArg) -> Self {
        match argument {
            AvailabilityArg::Tba => Self::Tba,
            AvailabilityArg::Announced => Self::Announced,
            AvailabilityArg::InCinemas => Self::InCinemas,
            AvailabilityArg::Released => Self::Released,
        }
    }
}

#[derive(Debug, Clone, Args)]
pub struct ListArgs {
    /// Words that must be in the title, in any order
    text: Vec<String>,
    /// Which movies
    #[arg(long, value_enum, default_value_t = FilterArg::All)]
    filter: FilterArg,
    /// By what
    #[arg(long, value_enum, default_value_t = SortArg::Title)]
    sort: SortArg,
    /// Largest first
    #[arg(long)]
    descending: bool,
    /// At most that many
    #[arg(long)]
    limit: Option<u64>,
    /// Skips that many
    #[arg(long, default_value_t = 0)]
    offset: u64,
}

#[derive(Debug, Clone, Args)]
pub struct AddArgs {
    /// Its number at TMDB, tmdb:N, imdb:tt…, an address of its page, or a title that means one movie only
    #[arg(required = true, num_args = 1..)]
    movie: Vec<String>,
    /// Root folder, by path or number; may be left out when there is only one
    #[arg(long)]
    root: Option<String>,
    /// Quality profile, by name or number; the first one when left out
    #[arg(long)]
    profile: Option<String>,
    /// Does not look for it
    #[arg(long)]
    unmonitored: bool,
    /// From when on it is looked for
    #[arg(long, value_enum, default_value_t = AvailabilityArg::Released)]
    min_availability: AvailabilityArg,
    /// A tag, by name or number; may be repeated
    #[arg(long = "tag")]
    tags: Vec<String>,
    /// Searches for it at once
    #[arg(long)]
    search: bool,
}

#[derive(Debug, Clone, Args)]
pub struct EditArgs {
    /// Its number, tmdb:N, imdb:tt… or its title
    movie: String,
    /// Whether it is looked for
    #[arg(long, value_name = "true|false")]
    monitored: Option<bool>,
    /// Quality profile, by name or number
    #[arg(long)]
    profile: Option<String>,
    /// Root folder, by path or number; files are moved there
    #[arg(long)]
    root: Option<String>,
    /// Folder below the root folder; files are moved there
    #[arg(long)]
    folder: Option<String>,
    /// From when on it is looked for
    #[arg(long, value_enum)]
    min_availability: Option<AvailabilityArg>,
    /// The tags it has from now on, by name or number; may be repeated
    #[arg(long = "tag", conflicts_with = "no_tags")]
    tags: Vec<String>,
    /// Takes all tags away
    #[arg(long)]
    no_tags: bool,
    /// Which of its versions
    #[arg(long, default_value_t = 0)]
    slot: u8,
    /// Makes that version, under this name
    #[arg(long, value_name = "NAME")]
    add_version: Option<String>,
    /// Takes that version away; its file must be gone
    #[arg(long, conflicts_with = "add_version")]
    remove_version: bool,
}

#[derive(Debug, Clone, Args)]
pub struct DeleteArgs {
    /// Its number, tmdb:N, imdb:tt… or its title
    movie: String,
    /// Its files go too, to the recycle bin where there is one
    #[arg(long)]
    delete_files: bool,
    /// Shows what would go, and does nothing
    #[arg(long)]
    dry_run: bool,
    /// Does not ask
    #[arg(long, short)]
    yes: bool,
}

impl MovieCommand {
    /// Does it.
    pub async fn run(self, client: &Client, out: &mut Output) -> Result<(), Failure> {
        match self {
            Self::List(args) => list(args, client, out).await,
            Self::Show { movie } => {
                let id = pick::movie(client, &movie).await?;
                let details = client.get_movie(id).await?;
                out.show(&details, show)
            }
            Self::Lookup { term } => lookup(&term.join(" "), client, out).await,
            Self::Add(args) => add(args, client, out).await,
            Self::Edit(args) => edit(args, client, out).await,
            Self::Delete(args) => delete(args, client, out).await,
            Self::Search { movies, slot } => {
                for movie in movies {
                    let id = pick::movie(client, &movie).await?;
                    let job = client.search_movie(id, Slot(slot)).await?;
                    super::job::queued(&job, out)?;
                }
                Ok(())
            }
            Self::Files { movie } => {
                let id = pick::movie(client, &movie).await?;
                let found = client.movie_files(id).await?;
                out.show(&found, |out, found| files(out, found))
            }
            Self::Refresh { movies } => {
                for movie in movies {
                    let job = client.refresh_movie(pick::movie(client, &movie).await?).await?;
                    super::job::queued(&job, out)?;
                }
                Ok(())
            }
            Self::Rename(args) => args.run(client, out).await,
            Self::Rescan { movies } => {
                for movie in movies {
                    let job = client.rescan_movie(pick::movie(client, &movie).await?).await?;
                    super::job::queued(&job, out)?;
                }
                Ok(())
            }
        }
    }
}

async fn list(args: ListArgs, client: &Client, out: &mut Output) -> Result<(), Failure> {
    let request = ListMovies {
        text: args.text.join(" "),
        filter: match args.filter {
            FilterArg::All => MovieFilter::All,
            FilterArg::Monitored => MovieFilter::Monitored,
            FilterArg::Unmonitored => MovieFilter::Unmonitored,
            FilterArg::Missing => MovieFilter::Missing,
            FilterArg::Wanted => MovieFilter::Wanted,
            FilterArg::CutoffUnmet => MovieFilter::CutoffUnmet,
            FilterArg::Present => MovieFilter::Present,
        },
        sort: match args.sort {
            SortArg::Title => SortKey::Title,
            SortArg::Year => SortKey::Year,
            SortArg::Added => SortKey::Added,
            SortArg::Size => SortKey::Size,
            SortArg::Quality => SortKey::Quality,
            SortArg::Rating => SortKey::Rating,
            SortArg::Runtime => SortKey::Runtime,
        },
        descending: args.descending,
        offset: args.offset,
        limit: args.limit,
    };
    let page = client.list_movies(request).await?;
    out.show(&page, |out, page| {
        rows(out, &page.rows, "no movie; add one: radarr-tui movie add TITLE")?;
        let shown = page.rows.len() as u64;
        if shown < page.total {
            out.toned(Tone::Dim, format!("{shown} of {}", text::count(page.total, "movie")))?;
        }
        Ok(())
    })
}

/// Movies as a table.
pub(super) fn rows(out: &mut Output, rows: &[MovieRow], empty: &str) -> Result<(), Failure> {
    let lines = rows.iter().map(|row| {
        let has = Has::of(row);
        let tone = match has {
            Has::File => Tone::Good,
            Has::BelowCutoff => Tone::Warn,
            Has::FileUnmonitored => Tone::Normal,
            Has::Unmonitored | Has::NotYetOut => Tone::Dim,
            Has::Missing => Tone::Bad,
        };
        vec![
            number(row.id),
            cell(&row.title),
            number(if row.year == 0 { String::new() } else { row.year.to_string() }),
            cell(has.word()).tone(tone),
            cell(row.quality.map_or("-", radarr_proto::model::Quality::name)),
            number(text::size_short(row.size_bytes)),
            cell(format!("tmdb:{}", row.tmdb_id)).tone(Tone::Dim),
        ]
    });
    out.table(&["#", "title", "year", "state", "quality", "size", "id"], &lines.collect::<Vec<_>>(), empty)
}

fn show(out: &mut Output, details: &MovieDetails) -> Result<(), Failure> {
    let movie = &details.movie;
    let facts = &movie.facts;
    out.toned(Tone::Strong, text::titled(&facts.title, facts.year))?;
    let date = |date: &Option<radarr_proto::model::SourcedDate>| {
        date.as_ref().map_or(String::new(), |date| format!("{} ({})", date.date, date.country))
    };
    let imdb = facts.imdb_id.as_ref().map_or(String::new(), |id| format!(", imdb:{id}"));
    out.facts(&[
        ("number", format!("{} (tmdb:{}{imdb})", movie.id, facts.tmdb_id)),
        ("monitored", if movie.monitored { "yes" } else { "no" }.to_owned()),
        ("wanted from", word(&movie.minimum_availability)),
        ("status", word(&facts.status)),
        ("in cinemas", date(&facts.dates.in_cinemas)),
        ("digital", date(&facts.dates.digital)),
        ("physical", date(&facts.dates.physical)),
        (
            "runtime",
            if facts.runtime_minutes == 0 { String::new() } else { format!("{} min", facts.runtime_minutes) },
        ),
        ("genres", facts.genres.join(", ")),
        ("collection", facts.collection.as_ref().map_or(String::new(), |one| one.title.clone())),
        ("added", text::when(movie.added_at, &out.zone)),
    ])?;
    for ((version, path), profile) in movie.versions.iter().zip(&details.paths).zip(&details.profiles) {
        let name = if version.name.is_empty() { String::new() } else { format!("{} ", version.name) };
        let file = version.file.as_ref().map_or("no file".to_owned(), |file| {
            format!("{}, {}", file.quality.quality, text::size(file.size_bytes))
        });
        out.facts(&[
            ("version", name),
            ("profile", profile.clone()),
            ("folder", path.clone()),
            ("file", file),
        ])?;
    }
    for grab in &details.grabs {
        out.line(format!("in the queue: {} ({} %)", grab.release.title, grab.progress.percent()))?;
    }
    if !facts.overview.is_empty() {
        out.line(&facts.overview)?;
    }
    Ok(())
}

/// The name of a plain enum as it travels, with spaces: `in cinemas`.
pub(super) fn word<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name.replace('_', " "),
        _ => String::new(),
    }
}

fn files(out: &mut Output, files: &[MovieFile]) -> Result<(), Failure> {
    let zone = out.zone.clone();
    let lines = files.iter().map(|file| {
        let languages: Vec<String> = file.languages.iter().map(ToString::to_string).collect();
        vec![
            cell(&file.relative_path),
            cell(file.quality.quality.name()),
            number(text::size_short(file.size_bytes)),
            cell(languages.join(", ")),
            cell(file.release_group.as_deref().unwrap_or("-")),
            cell(text::when(file.added_at, &zone)).tone(Tone::Dim),
        ]
    });
    out.table(
        &["file", "quality", "size", "languages", "group", "added"],
        &lines.collect::<Vec<_>>(),
        "no file",
    )
}

async fn lookup(term: &str, client: &Client, out: &mut Output) -> Result<(), Failure> {
    let hits = client.lookup_movies(term.to_owned()).await?;
    out.show(&hits, |out, hits| {
        let lines = hits.iter().map(|hit| {
            vec![
                cell(format!("tmdb:{}", hit.tmdb_id)),
                cell(&hit.title),
                number(if hit.year == 0 { String::new() } else { hit.year.to_string() }),
                number(format!("{}.{}", hit.rating_tenths / 10, hit.rating_tenths % 10)),
                match hit.in_library {
                    Some(id) => cell(format!("in the library as {id}")).tone(Tone::Good),
                    None => cell(""),
                },
            ]
        });
        out.table(
            &["id", "title", "year", "rating", ""],
            &lines.collect::<Vec<_>>(),
            "TMDB knows no such movie",
        )
    })
}

async fn add(args: AddArgs, client: &Client, out: &mut Output) -> Result<(), Failure> {
    let wanted = args.movie.join(" ");
    let tmdb_id = if let Ok(id) = wanted.strip_prefix("tmdb:").unwrap_or(&wanted).parse() {
        id
    } else {
        let hits = client.lookup_movies(wanted.clone()).await?;
        pick::choose_hit(&hits, &wanted)?.tmdb_id
    };
    let request = AddMovie {
        tmdb_id,
        root_folder_id: pick::root_id(client, args.root.as_deref()).await?,
        profile_id: pick::profile_id(client, args.profile.as_deref()).await?,
        monitored: !args.unmonitored,
        minimum_availability: args.min_availability.into(),
        tags: pick::tags(client, &args.tags).await?,
        search: args.search,
    };
    let movie = client.add_movie(request).await?;
    out.show(&movie, |out, movie| {
        out.line(format!(
            "added {} as movie {}",
            text::titled(&movie.facts.title, movie.facts.year),
            movie.id
        ))
    })
}

async fn edit(args: EditArgs, client: &Client, out: &mut Output) -> Result<(), Failure> {
    let id = pick::movie(client, &args.movie).await?;
    let tags = match (args.no_tags, args.tags.as_slice()) {
        (true, _) => Some(Vec::new()),
        (false, []) => None,
        (false, tags) => Some(pick::tags(client, tags).await?),
    };
    let request = EditMovie {
        id,
        doc_version: None,
        monitored: args.monitored,
        minimum_availability: args.min_availability.map(Into::into),
        profile_id: pick::profile_id(client, args.profile.as_deref()).await?,
        root_folder_id: pick::root_id(client, args.root.as_deref()).await?,
        folder: args.folder,
        slot: Slot(args.slot),
        add_version: args.add_version,
        remove_version: args.remove_version,
        tags,
    };
    if request == (EditMovie { id, slot: Slot(args.slot), ..EditMovie::default() }) {
        return Err(Failure::usage("nothing to change").with_hint("see: radarr-tui movie edit --help"));
    }
    let movie = client.edit_movie(request).await?;
    out.show(&movie, |out, movie| {
        out.line(format!("changed {}", text::titled(&movie.facts.title, movie.facts.year)))
    })
}

async fn delete(args: DeleteArgs, client: &Client, out: &mut Output) -> Result<(), Failure> {
    let id = pick::movie(client, &args.movie).await?;
    let request = |preview| DeleteMovie { id, delete_files: args.delete_files, preview };
    let would = client.delete_movie(request(true)).await?;
    if args.dry_run {
        return out.show(&would, |out, would| {
            out.line(format!("would take {} out of the library", would.title))?;
            gone(out, &would.files, would.recycled_to.as_deref())
        });
    }
    let files = match (args.delete_files, would.recycled_to.as_deref()) {
        (false, _) => String::new(),
        (true, Some(_)) => {
            format!(" and move {} to the recycle bin", text::count(would.files.len() as u64, "file"))
        }
        (true, None) => format!(" and delete {} for ever", text::count(would.files.len() as u64, "file")),
    };
    confirm(&format!("take {} out of the library{files}", would.title), args.yes)?;
    let done = client.delete_movie(request(false)).await?;
    out.show(&done, |out, done| {
        out.line(format!("took {} out of the library", done.title))?;
        gone(out, &done.files, done.recycled_to.as_deref())
    })
}

fn gone(out: &mut Output, files: &[String], recycled_to: Option<&str>) -> Result<(), Failure> {
    let place = recycled_to.map_or("deleted".to_owned(), |place| format!("to {place}"));
    files.iter().try_for_each(|file| out.line(format!("  {file}  {place}")))
}
