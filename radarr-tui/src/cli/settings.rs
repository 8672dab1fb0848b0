//! `root`, `tag`, `naming`, `library`, `tmdb`: how the library is kept.

use clap::{Args, Subcommand, ValueEnum};
use radarr_proto::client::Client;
use radarr_proto::model::{
    ColonMode, LibrarySettings, LinkMode, NamingSettings, PropersAndRepacks, RootFolderState, TestResult,
    TmdbSettings,
};
use radarr_proto::request::{AddRoot, SaveTmdb};
use serde::Serialize;
use serde_json::Value;

use super::ask::{confirm, secret};
use super::failure::{Exit, Failure};
use super::output::{Output, Tone, cell, number};
use super::pick;
use crate::text;

/// A connection that was tried and can't be used is a failure.
pub(super) fn usable(tested: &TestResult, but: &str) -> Result<(), Failure> {
    if tested.ok {
        return Ok(());
    }
    let hint = tested.hint.as_ref().map_or(but.to_owned(), |hint| format!("{hint}; {but}"));
    Err(Failure::new(Exit::Failed, tested.message.clone()).with_hint(hint))
}

/// Says what tests found; one that failed makes the command fail.
pub(super) fn tested(out: &mut Output, all: &[(String, TestResult)]) -> Result<(), Failure> {
    let failed = all.iter().find(|(_, result)| !result.ok);
    out.show(&all, |out, all| {
        for (name, result) in *all {
            let tone = if result.ok { Tone::Good } else { Tone::Bad };
            out.toned(tone, format!("{name}: {}", result.message))?;
        }
        Ok(())
    })?;
    match failed {
        Some((name, result)) => {
            let failure = Failure::new(Exit::Failed, format!("{name} can't be used"));
            Err(Failure { hint: result.hint.clone(), ..failure })
        }
        None => Ok(()),
    }
}

/// The fields of a settings document, one a line.
fn fields<T: Serialize>(out: &mut Output, settings: &T) -> Result<(), Failure> {
    let Value::Object(fields) = serde_json::to_value(settings)? else { return Ok(()) };
    let written = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Array(all) => all
            .iter()
            .map(|one| one.as_str().map_or(one.to_string(), str::to_owned))
            .collect::<Vec<_>>()
            .join(", "),
        Value::Object(inner) => inner.get("from").and_then(Value::as_str).unwrap_or_default().to_owned(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    };
    let lines: Vec<(String, String)> = fields
        .iter()
        .filter(|(name, _)| *name != "doc_version")
        .map(|(name, value)| (name.replace('_', " "), written(value)))
        .collect();
    let lines: Vec<(&str, String)> =
        lines.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    out.facts(&lines)
}

#[derive(Debug, Clone, Subcommand)]
pub enum RootCommand {
    /// Shows the root folders
    List,
    /// Makes a folder a root folder
    Add {
        /// Absolute path on the daemon's machine
        path: String,
        /// Folder inside it for what is replaced or deleted; empty = deleted at once
        #[arg(long)]
        recycle_bin: Option<String>,
        /// Days that things stay there; 0 = for ever
        #[arg(long)]
        recycle_days: Option<u32>,
    },
    /// Forgets a root folder that no movie uses; nothing on disk changes
    Delete {
        /// Its path or number
        root: String,
        /// Does not ask
        #[arg(long, short)]
        yes: bool,
    },
}

impl RootCommand {
    /// Does it.
    pub async fn run(self, client: &Client, out: &mut Output) -> Result<(), Failure> {
        match self {
            Self::List => {
                let roots = client.roots().await?;
                out.show(&roots, |out, roots| root_list(out, roots))
            }
            Self::Add { path, recycle_bin, recycle_days } => {
                let root = client.add_root(AddRoot { path, recycle_bin, recycle_days }).await?;
                out.show(&root, |out, root| root_list(out, std::slice::from_ref(root)))
            }
            Self::Delete { root, yes } => {
                let found = pick::root(client, &root).await?.root;
                confirm(&format!("forget the root folder {}", found.path), yes)?;
                client.delete_root(found.id).await?;
                out.show(&found, |out, found| out.line(format!("forgot the root folder {}", found.path)))
            }
        }
    }
}

fn root_list(out: &mut Output, roots: &[RootFolderState]) -> Result<(), Failure> {
    let lines = roots.iter().map(|state| {
        vec![
            number(state.root.id),
            cell(&state.root.path),
            if state.accessible { cell("there").tone(Tone::Good) } else { cell("not there").tone(Tone::Bad) },
            number(state.free_bytes.map_or("?".to_owned(), text::size_short)),
            number(state.movies),
            cell(state.problem.as_deref().unwrap_or_default()).tone(Tone::Warn),
        ]
    });
    out.table(
        &["#", "path", "state", "free", "movies", ""],
        &lines.collect::<Vec<_>>(),
        "no root folder; add one: radarr-tui root add /path/to/movies",
    )
}

#[derive(Debug, Clone, Subcommand)]
pub enum TagCommand {
    /// Shows the tags
    List,
    /// Makes a tag
    Add {
        /// Its name
        label: String,
    },
    /// Deletes a tag everywhere
    Delete {
        /// Its name or number
        tag: String,
        /// Does not ask
        #[arg(long, short)]
        yes: bool,
    },
}

impl TagCommand {
    /// Does it.
    pub async fn run(self, client: &Client, out: &mut Output) -> Result<(), Failure> {
        match self {
            Self::List => {
                let tags = client.tags().await?;
                out.show(&tags, |out, tags| {
                    let lines = tags.iter().map(|tag| vec![number(tag.id), cell(&tag.label)]);
                    out.table(&["#", "name"], &lines.collect::<Vec<_>>(), "no tags")
                })
            }
            Self::Add { label } => {
                let tag = client.add_tag(label).await?;
                out.show(&tag, |out, tag| out.line(format!("tag {} is {}", tag.label, tag.id)))
            }
            Self::Delete { tag, yes } => {
                let id = pick::tags(client, std::slice::from_ref(&tag))
                    .await?
                    .first()
                    .copied()
                    .unwrap_or_default();
                confirm(&format!("delete the tag {tag} everywhere"), yes)?;
                client.delete_tag(id).await?;
                out.show(&id, |out, _| out.line(format!("deleted the tag {tag}")))
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColonArg {
    Delete,
    Dash,
    SpaceDash,
    SpaceDashSpace,
    Smart,
}

#[derive(Debug, Clone, Args)]
pub struct NamingArgs {
    /// A file's name without its ending, e.g. "{Movie Title} ({Release Year}) {Quality Full}"
    #[arg(long)]
    file_format: Option<String>,
    /// A movie's folder, e.g. "{Movie Title} ({Release Year})"
    #[arg(long)]
    folder_format: Option<String>,
    /// Whether files are renamed at all
    #[arg(long, value_name = "true|false")]
    rename: Option<bool>,
    /// Whether illegal characters are replaced rather than removed
    #[arg(long, value_name = "true|false")]
    replace_illegal: Option<bool>,
    /// What becomes of a colon
    #[arg(long, value_enum)]
    colon: Option<ColonArg>,
}

impl NamingArgs {
    fn apply(self, mut to: NamingSettings) -> NamingSettings {
        to.file_format = self.file_format.unwrap_or(to.file_format);
        to.folder_format = self.folder_format.unwrap_or(to.folder_format);
        to.rename = self.rename.unwrap_or(to.rename);
        to.replace_illegal = self.replace_illegal.unwrap_or(to.replace_illegal);
        to.colon = match self.colon {
            None => to.colon,
            Some(ColonArg::Delete) => ColonMode::Delete,
            Some(ColonArg::Dash) => ColonMode::Dash,
            Some(ColonArg::SpaceDash) => ColonMode::SpaceDash,
            Some(ColonArg::SpaceDashSpace) => ColonMode::SpaceDashSpace,
            Some(ColonArg::Smart) => ColonMode::Smart,
        };
        to
    }
}

#[derive(Debug, Clone, Subcommand)]
pub enum NamingCommand {
    /// Shows how files and folders are named
    Show,
    /// Changes how files and folders are named; what is left out stays
    Set(NamingArgs),
    /// Shows what sample movies would be called, with these settings laid over the present ones
    Preview(NamingArgs),
}

impl NamingCommand {
    /// Does it.
    pub async fn run(self, client: &Client, out: &mut Output) -> Result<(), Failure> {
        let present = client.naming().await?;
        match self {
            Self::Show => out.show(&present, fields),
            Self::Set(args) => {
                let saved = client.save_naming(args.apply(present)).await?;
                out.show(&saved, fields)
            }
            Self::Preview(args) => {
                let previews = client.preview_naming(args.apply(present)).await?;
                out.show(&previews, |out, previews| {
                    let lines =
                        previews.iter().map(|one| vec![cell(&one.movie), cell(&one.folder), cell(&one.file)]);
                    out.table(&["movie", "folder", "file"], &lines.collect::<Vec<_>>(), "no samples")
                })
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LinkArg {
    HardlinkRequired,
    HardlinkPreferred,
    Copy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PropersArg {
    PreferAndUpgrade,
    DoNotUpgrade,
    DoNotPrefer,
}

#[derive(Debug, Clone, Args)]
pub struct LibraryArgs {
    /// How files come in
    #[arg(long, value_enum)]
    link_mode: Option<LinkArg>,
    /// What is done with propers and repacks
    #[arg(long, value_enum)]
    propers: Option<PropersArg>,
    /// Bytes that must stay free after an import
    #[arg(long)]
    minimum_free_bytes: Option<u64>,
    /// Whether subtitles come in with the movie
    #[arg(long, value_name = "true|false")]
    import_extras: Option<bool>,
    /// Endings of the files that come in with the movie, without dot, with commas
    #[arg(long, value_delimiter = ',')]
    extra_extensions: Vec<String>,
    /// Days added to a movie's dates before it counts as available
    #[arg(long, allow_negative_numbers = true)]
    availability_delay_days: Option<i32>,
    /// Larger releases are refused; 0 = no limit
    #[arg(long)]
    maximum_size_bytes: Option<u64>,
    /// Whether a failed download is searched for again
    #[arg(long, value_name = "true|false")]
    search_again_after_failure: Option<bool>,
    /// Whether hardcoded subtitles are fine
    #[arg(long, value_name = "true|false")]
    allow_hardcoded_subs: Option<bool>,
    /// Whether freeleech and internal releases win among equals
    #[arg(long, value_name = "true|false")]
    prefer_indexer_flags: Option<bool>,
    /// Whether a better group reputation wins among equals
    #[arg(long, value_name = "true|false")]
    prefer_group_reputation: Option<bool>,
    /// Whether HDBits' whole listing is read page by page for what is known of groups, with a quarter of the hour's
    /// requests at most; off until you say so, because a tracker may take it for scraping
    #[arg(long, value_name = "true|false")]
    learn_groups: Option<bool>,
    /// Minutes between two reads of the recent releases
    #[arg(long)]
    recent_interval_minutes: Option<u32>,
    /// Minutes between two runs of the steady search for what is wanted
    #[arg(long)]
    wanted_interval_minutes: Option<u32>,
    /// Hours between two refreshes of the library from TMDB
    #[arg(long)]
    refresh_interval_hours: Option<u32>,
    /// Hours between two looks into the folders of all movies
    #[arg(long)]
    rescan_interval_hours: Option<u32>,
    /// Days after cinemas from which a movie without other dates counts as released; 0 = never
    #[arg(long)]
    released_after_cinemas_days: Option<u32>,
    /// A run that would delete more files than this asks first
    #[arg(long)]
    delete_without_asking_max: Option<u32>,
}

impl LibraryArgs {
    fn apply(self, mut to: LibrarySettings) -> LibrarySettings {
        to.link_mode = match self.link_mode {
            None => to.link_mode,
            Some(LinkArg::HardlinkRequired) => LinkMode::HardlinkRequired,
            Some(LinkArg::HardlinkPreferred) => LinkMode::HardlinkPreferred,
            Some(LinkArg::Copy) => LinkMode::Copy,
        };
        to.propers_and_repacks = match self.propers {
            None => to.propers_and_repacks,
            Some(PropersArg::PreferAndUpgrade) => PropersAndRepacks::PreferAndUpgrade,
            Some(PropersArg::DoNotUpgrade) => PropersAndRepacks::DoNotUpgrade,
            Some(PropersArg::DoNotPrefer) => PropersAndRepacks::DoNotPrefer,
        };
        if !self.extra_extensions.is_empty() {
            to.extra_extensions = self.extra_extensions;
        }
        to.minimum_free_bytes = self.minimum_free_bytes.unwrap_or(to.minimum_free_bytes);
        to.import_extras = self.import_extras.unwrap_or(to.import_extras);
        to.availability_delay_days = self.availability_delay_days.unwrap_or(to.availability_delay_days);
        to.maximum_size_bytes = self.maximum_size_bytes.unwrap_or(to.maximum_size_bytes);
        to.search_again_after_failure =
            self.search_again_after_failure.unwrap_or(to.search_again_after_failure);
        to.allow_hardcoded_subs = self.allow_hardcoded_subs.unwrap_or(to.allow_hardcoded_subs);
        to.prefer_indexer_flags = self.prefer_indexer_flags.unwrap_or(to.prefer_indexer_flags);
        to.prefer_group_reputation = self.prefer_group_reputation.unwrap_or(to.prefer_group_reputation);
        to.learn_groups = self.learn_groups.unwrap_or(to.learn_groups);
        to.recent_interval_minutes = self.recent_interval_minutes.unwrap_or(to.recent_interval_minutes);
        to.wanted_interval_minutes = self.wanted_interval_minutes.unwrap_or(to.wanted_interval_minutes);
        to.refresh_interval_hours = self.refresh_interval_hours.unwrap_or(to.refresh_interval_hours);
        to.rescan_interval_hours = self.rescan_interval_hours.unwrap_or(to.rescan_interval_hours);
        to.released_after_cinemas_days =
            self.released_after_cinemas_days.unwrap_or(to.released_after_cinemas_days);
        to.delete_without_asking_max = self.delete_without_asking_max.unwrap_or(to.delete_without_asking_max);
        to
    }
}

#[derive(Debug, Clone, Subcommand)]
pub enum LibraryCommand {
    /// Shows how the library is kept
    Show,
    /// Changes how the library is kept; what is left out stays
    Set(Box<LibraryArgs>),
}

impl LibraryCommand {
    /// Does it.
    pub async fn run(self, client: &Client, out: &mut Output) -> Result<(), Failure> {
        let present = client.library_settings().await?;
        match self {
            Self::Show => out.show(&present, fields),
            Self::Set(args) => {
                let saved = client.save_library_settings(args.apply(present)).await?;
                out.show(&saved, fields)
            }
        }
    }
}

#[derive(Debug, Clone, Args)]
pub struct TmdbArgs {
    /// File with the key or bearer token; - is standard input; `TMDB_API_KEY` is read as well
    #[arg(long, value_name = "FILE")]
    key_file: Option<String>,
    /// File on the daemon's machine, read each time it is needed
    #[arg(long, value_name = "PATH", conflicts_with = "key_file")]
    key_daemon_file: Option<String>,
    /// Language of titles and overviews, e.g. en-US
    #[arg(long)]
    language: Option<String>,
    /// Country whose dates and age ratings come first, e.g. US
    #[arg(long)]
    country: Option<String>,
}

impl TmdbArgs {
    fn apply(self, mut settings: TmdbSettings) -> Result<SaveTmdb, Failure> {
        settings.language = self.language.unwrap_or(settings.language);
        settings.country = self.country.unwrap_or(settings.country);
        let key = secret(self.key_file.as_deref(), self.key_daemon_file, "TMDB_API_KEY")?;
        Ok(SaveTmdb { settings, key })
    }
}

#[derive(Debug, Clone, Subcommand)]
pub enum TmdbCommand {
    /// Shows how TMDB is asked
    Show,
    /// Changes how TMDB is asked; what is left out stays
    #[command(after_help = "Example:\n  radarr-tui tmdb set --key-file ~/tmdb.key --country DE")]
    Set(TmdbArgs),
    /// Tries the key, or another one
    Test(TmdbArgs),
}

impl TmdbCommand {
    /// Does it.
    pub async fn run(self, client: &Client, out: &mut Output) -> Result<(), Failure> {
        let present = client.tmdb_settings().await?;
        match self {
            Self::Show => out.show(&present, fields),
            Self::Set(args) => {
                let saved = client.save_tmdb_settings(args.apply(present)?).await?;
                out.show(&saved, fields)
            }
            Self::Test(args) => {
                let result = client.test_tmdb(args.apply(present)?).await?;
                tested(out, &[("TMDB".to_owned(), result)])
            }
        }
    }
}
