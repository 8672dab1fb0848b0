//! `apply` and `export`: settings that are declared in files.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;
use radarr_proto::client::Client;
use radarr_proto::declared::{SecretRef, TEXT_BYTES_MAX, parse, secret_refs};
use radarr_proto::model::{FieldChange, SecretText};
use radarr_proto::request::{
    AppliedSettings, ApplySettings, DeclaredFile, ManagedSetting, SettingAction, SettingChange,
};

use super::args::Verb;
use super::download_client::ClientCommand;
use super::failure::{Exit, Failure};
use super::indexer::IndexerCommand;
use super::output::{Output, Tone};
use super::profile::ProfileCommand;
use super::rules::{DelayCommand, FormatCommand, QualityCommand, WordsCommand};
use super::settings::{LibraryCommand, NamingCommand, RootCommand, TagCommand, TmdbCommand};
use super::system::TokenCommand;

/// Files of one call; a folder has no more.
const FILES_MAX: usize = 1_000;
/// What stands for standard input.
const STDIN: &str = "-";

#[derive(Debug, Clone, Args)]
pub struct ApplyArgs {
    /// A file, a folder of files, or - for standard input; may be repeated
    #[arg(long = "file", short = 'f', value_name = "PATH", required_unless_present = "release")]
    files: Vec<PathBuf>,
    /// Under which name the settings are managed; the first file's name when left out
    #[arg(long)]
    name: Option<String>,
    /// Shows what would change, and changes nothing
    #[arg(long)]
    dry_run: bool,
    /// With --dry-run: exits 2 when something would change
    #[arg(long, requires = "dry_run")]
    exit_code: bool,
    /// Deletes what was applied under this name before and is not declared any more
    #[arg(long, conflicts_with = "release")]
    prune: bool,
    /// Deletes although it is more than a few things
    #[arg(long)]
    yes: bool,
    /// Gives up the management of what the files declare, without a file of all that was applied; the settings stay
    #[arg(long)]
    release: bool,
}

/// Brings about what files declare.
pub async fn apply(args: ApplyArgs, client: &Client, out: &mut Output) -> Result<(), Failure> {
    needs_feature(client).await?;
    let read = read_files(&args.files)?;
    let first = read.first().map(|file| file.declared.name.clone());
    let request = ApplySettings {
        source: args.name.or(first).unwrap_or_else(|| "all".to_owned()),
        secrets: if args.release { BTreeMap::new() } else { secrets(&read)? },
        files: read.into_iter().map(|file| file.declared).collect(),
        dry_run: args.dry_run,
        prune: args.prune,
        confirmed: args.yes,
        release: args.release,
    };
    let applied = client.apply_settings(request).await?;
    out.show(&applied, print)?;
    if args.exit_code && !applied.changes.is_empty() {
        return Err(Failure::new(Exit::Differs, ""));
    }
    Ok(())
}

/// Writes all settings in the form of such a file.
pub async fn export(client: &Client, out: &mut Output) -> Result<(), Failure> {
    needs_feature(client).await?;
    let text = client.export_settings().await?;
    out.show(&text, |out, text| out.raw(text))
}

async fn needs_feature(client: &Client) -> Result<(), Failure> {
    if has_feature(client).await? {
        return Ok(());
    }
    let failure = Failure::new(Exit::Failed, "this daemon is an older one, which knows no declared settings");
    Err(failure.with_hint("update the daemon"))
}

async fn has_feature(client: &Client) -> Result<bool, Failure> {
    Ok(client.greeting().await?.can("declared"))
}

/// Which section a verb shows, and of one thing its name or number, so that it can be said what of it is managed.
#[expect(clippy::wildcard_enum_match_arm, reason = "a few of the many verbs show a section")]
pub fn section_shown(verb: &Verb) -> Option<(&'static str, Option<String>)> {
    let one = |section, name: &String| Some((section, Some(name.clone())));
    let section = match verb {
        Verb::Profile(ProfileCommand::Show { profile }) => return one("profiles", profile),
        Verb::Format(FormatCommand::Show { format }) => return one("custom_formats", format),
        Verb::Root(RootCommand::List) => Some("root_folders"),
        Verb::Tag(TagCommand::List) => Some("tags"),
        Verb::Profile(ProfileCommand::List) => Some("profiles"),
        Verb::Format(FormatCommand::List) => Some("custom_formats"),
        Verb::Quality(QualityCommand::List) => Some("quality_sizes"),
        Verb::Indexer(IndexerCommand::List) => Some("indexers"),
        Verb::Client(ClientCommand::List) => Some("download_clients"),
        Verb::Delay(DelayCommand::List) => Some("delay_profiles"),
        Verb::Words(WordsCommand::List) => Some("release_profiles"),
        Verb::Token(TokenCommand::List) => Some("tokens"),
        Verb::Naming(NamingCommand::Show) => Some("naming"),
        Verb::Library(LibraryCommand::Show) => Some("library"),
        Verb::Tmdb(TmdbCommand::Show) => Some("tmdb"),
        _ => None,
    };
    Some((section?, None))
}

/// Says below a list what of it is managed by files, and can't be edited here.
pub async fn say_managed(
    section: &str,
    one: Option<&str>,
    client: &Client,
    out: &mut Output,
) -> Result<(), Failure> {
    if out.is_json() || !has_feature(client).await? {
        return Ok(());
    }
    let mut by: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let is_shown = |managed: &ManagedSetting| {
        let is_one = |one: &str| {
            managed.name.eq_ignore_ascii_case(one) || managed.id.is_some_and(|id| id.to_string() == one)
        };
        managed.section == section && one.is_none_or(is_one)
    };
    for managed in client.managed_settings().await?.into_iter().filter(is_shown) {
        by.entry(managed.by).or_default().push(managed.name);
    }
    for (by, names) in by {
        let names = if names == [section] { String::new() } else { format!(" {}", names.join(", ")) };
        out.toned(Tone::Dim, format!("[file]{names}: managed by {by}, and changed there"))?;
    }
    Ok(())
}

/// A file with the folder that its references are meant from.
struct ReadFile {
    declared: DeclaredFile,
    folder: PathBuf,
}

fn read_files(paths: &[PathBuf]) -> Result<Vec<ReadFile>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if path == Path::new(STDIN) {
            let mut text = String::new();
            let limit = u64::try_from(TEXT_BYTES_MAX).unwrap_or(u64::MAX);
            let read = std::io::stdin().take(limit).read_to_string(&mut text);
            read.map_err(|error| unreadable("standard input", &error))?;
            let declared = DeclaredFile { name: "standard input".to_owned(), text };
            files.push(ReadFile { declared, folder: PathBuf::from(".") });
            continue;
        }
        for path in files_of(path)? {
            let text = std::fs::read_to_string(&path)
                .map_err(|error| unreadable(&path.display().to_string(), &error))?;
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
            files.push(ReadFile { declared: DeclaredFile { name, text }, folder });
        }
    }
    if files.len() > FILES_MAX {
        return Err(Failure::usage(format!("{} files are more than {FILES_MAX}", files.len())));
    }
    Ok(files)
}

/// The file itself, or what a folder has of them in the order of their names.
fn files_of(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = std::fs::read_dir(path).map_err(|error| unreadable(&path.display().to_string(), &error))?;
    let is_ours = |path: &PathBuf| {
        let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        !is_hidden && matches!(ending, "yaml" | "yml" | "json") && path.is_file()
    };
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(is_ours).collect();
    files.sort();
    if files.is_empty() {
        let failure = Failure::usage(format!("{} has no .yaml, .yml or .json file", path.display()));
        return Err(failure.with_hint("give a file, or the folder that the files lie in"));
    }
    Ok(files)
}

fn unreadable(what: &str, error: &std::io::Error) -> Failure {
    Failure::new(Exit::Failed, format!("{what} can't be read: {error}"))
        .with_hint("see whether the path is right and may be read")
}

/// The secrets that the files refer to, read here. What a text says wrong is told by the daemon.
fn secrets(files: &[ReadFile]) -> Result<BTreeMap<String, SecretText>, Failure> {
    let mut secrets: BTreeMap<String, SecretText> = BTreeMap::new();
    for file in files {
        let Ok(documents) = parse(&file.declared.text) else { continue };
        for reference in secret_refs(&documents) {
            if reference.is_placeholder() {
                continue;
            }
            let name = &file.declared.name;
            let value = SecretText::new(read_secret(&reference, &file.folder).map_err(|why| {
                Failure::usage(format!("{name} refers to a secret that can't be read: {why}"))
                    .with_hint("set the variable, or put the secret into that file")
            })?);
            let key = reference.key();
            if secrets.get(&key).is_some_and(|before| *before != value) {
                let failure =
                    Failure::usage(format!("{key} is another secret in {name} than in the file before"));
                return Err(failure.with_hint("give the path from / on"));
            }
            secrets.insert(key, value);
        }
    }
    Ok(secrets)
}

fn read_secret(reference: &SecretRef, folder: &Path) -> Result<String, String> {
    match reference {
        SecretRef::Env(name) => std::env::var(name).map_err(|_| format!("the variable {name} is not set")),
        SecretRef::File(path) => {
            let path = folder.join(path);
            std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
        }
    }
}

fn print(out: &mut Output, applied: &AppliedSettings) -> Result<(), Failure> {
    for change in &applied.changes {
        let (sign, tone, words) = match change.action {
            SettingAction::Add => ("+", Tone::Good, ""),
            SettingAction::Change | SettingAction::Unknown => ("~", Tone::Warn, ""),
            SettingAction::Delete => ("-", Tone::Bad, ""),
            SettingAction::Manage => ("=", Tone::Dim, ", as it is"),
            SettingAction::Release => ("=", Tone::Dim, ", as it is"),
        };
        out.toned(tone, format!("{sign} {}{words}", title(change)))?;
        for field in &change.fields {
            out.line(format!("    {}", field_words(field)))?;
        }
    }
    for note in &applied.notes {
        out.toned(Tone::Dim, format!("note: {note}"))?;
    }
    out.line(summary(applied))
}

fn title(change: &SettingChange) -> String {
    if change.section == change.name {
        change.name.clone()
    } else {
        format!("{} {:?}", change.section, change.name)
    }
}

fn field_words(field: &FieldChange) -> String {
    let name = &field.field;
    match (&field.before, &field.after) {
        (None, Some(after)) => format!("{name}: {after}"),
        (Some(before), None) => format!("{name}: {before} -> nothing"),
        (Some(before), Some(after)) => format!("{name}: {before} -> {after}"),
        (None, None) => name.clone(),
    }
}

fn summary(applied: &AppliedSettings) -> String {
    if applied.changes.is_empty() {
        return "nothing changes: all is as declared".to_owned();
    }
    let count =
        |action: SettingAction| applied.changes.iter().filter(|change| change.action == action).count();
    let parts = [
        (SettingAction::Add, "to add", "added"),
        (SettingAction::Change, "to change", "changed"),
        (SettingAction::Delete, "to delete", "deleted"),
        (SettingAction::Manage, "to manage", "managed from now on"),
        (SettingAction::Release, "to release", "released"),
    ];
    let parts = parts.into_iter().filter(|(action, ..)| count(*action) > 0).map(|(action, to_do, done)| {
        format!("{} {}", count(action), if applied.applied { done } else { to_do })
    });
    parts.collect::<Vec<_>>().join(", ")
}
