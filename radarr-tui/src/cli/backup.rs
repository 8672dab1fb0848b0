//! `backup`: everything in one file, made and kept by the daemon.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Subcommand;
use radarr_proto::client::Client;
use radarr_proto::request::{BackupFile, BackupSecrets, ReadBackup};

use super::failure::{Exit, Failure};
use super::output::{Output, cell, number};
use crate::text;

#[derive(Debug, Clone, Subcommand)]
pub enum BackupCommand {
    /// Shows the backups that the daemon keeps, newest first
    List,
    /// Lets the daemon write one
    ///
    /// Secrets are in it only when the daemon has a passphrase for backups (`backup.passphrase_file`).
    Create,
    /// Fetches one from the daemon
    Fetch {
        /// Its name, as the list shows it; the newest when left out
        name: Option<String>,
        /// Where to; under its name into this folder when left out. No file is replaced
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

impl BackupCommand {
    /// Does it.
    pub async fn run(self, client: &Client, out: &mut Output) -> Result<(), Failure> {
        if !client.greeting().await?.can("upkeep") {
            let failure =
                Failure::new(Exit::Failed, "this daemon is an older one, which has no such backups");
            return Err(failure.with_hint("update the daemon"));
        }
        match self {
            Self::List => {
                let files = client.backups().await?;
                out.show(&files, |out, files| list(out, files))
            }
            Self::Create => {
                let made = client.create_backup().await?;
                out.show(&made, |out, made| {
                    let count = |number: Option<u64>| number.unwrap_or(0);
                    out.line(format!(
                        "{}: {} documents and {} events, {}",
                        made.name,
                        count(made.documents),
                        count(made.events),
                        secrets(made.secrets)
                    ))
                })
            }
            Self::Fetch { name, output } => {
                let files = client.backups().await?;
                let wanted = match &name {
                    Some(name) => files.into_iter().find(|file| file.name == *name),
                    None => files.into_iter().next(),
                };
                let wanted = wanted.ok_or_else(|| {
                    Failure::not_found(match name {
                        Some(name) => format!("there is no backup {name:?}"),
                        None => "there is no backup yet".to_owned(),
                    })
                    .with_hint("radarr-tui backup list, radarr-tui backup create")
                })?;
                let target = output.unwrap_or_else(|| PathBuf::from(&wanted.name));
                fetch(client, &wanted, &target).await?;
                out.show(&wanted, |out, wanted| {
                    out.line(format!("{}: {} bytes", target.display(), wanted.size_bytes))
                })
            }
        }
    }
}

/// Fetches it part by part into a file that is there as a whole or not at all.
async fn fetch(client: &Client, wanted: &BackupFile, target: &Path) -> Result<(), Failure> {
    let fault = |path: &Path, error: std::io::Error| {
        Failure::new(Exit::Failed, format!("{} can't be written: {error}", path.display()))
            .with_hint("choose another place: --output FILE")
    };
    if target.exists() {
        return Err(fault(target, std::io::ErrorKind::AlreadyExists.into()));
    }
    let mut temp = target.as_os_str().to_owned();
    temp.push(".part");
    let temp = PathBuf::from(temp);
    let options = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temp);
    let mut file = options.map_err(|error| fault(&temp, error))?;
    let mut offset = 0;
    while offset < wanted.size_bytes {
        let part = client.read_backup(ReadBackup { name: wanted.name.clone(), offset }).await?;
        let data = STANDARD.decode(&part.data).unwrap_or_default();
        if data.is_empty() {
            let message = format!("the daemon has no more than {offset} bytes of {}", wanted.name);
            return Err(Failure::new(Exit::Failed, message).with_hint("fetch it again"));
        }
        file.write_all(&data).map_err(|error| fault(&temp, error))?;
        offset += u64::try_from(data.len()).unwrap_or(u64::MAX);
    }
    file.sync_all().map_err(|error| fault(&temp, error))?;
    // A second name does not replace a file that appeared meanwhile.
    std::fs::hard_link(&temp, target).map_err(|error| fault(target, error))?;
    #[expect(clippy::disallowed_methods, reason = "its own second name, made some lines above")]
    std::fs::remove_file(&temp).map_err(|error| fault(&temp, error))
}

fn list(out: &mut Output, files: &[BackupFile]) -> Result<(), Failure> {
    let zone = out.zone.clone();
    let lines = files.iter().map(|file| {
        vec![
            cell(&file.name),
            cell(text::when(file.at, &zone)),
            number(text::size(file.size_bytes)),
            cell(secrets(file.secrets)),
        ]
    });
    out.table(&["name", "shows", "size", ""], &lines.collect::<Vec<_>>(), "no backups yet")
}

fn secrets(secrets: BackupSecrets) -> &'static str {
    match secrets {
        BackupSecrets::LeftOut => "without the secrets",
        BackupSecrets::Passphrase => "with the secrets, encrypted with the passphrase",
        BackupSecrets::OwnKey => "with the secrets, for the daemon's own key",
        BackupSecrets::Unknown => "what became of its secrets is not known",
    }
}
