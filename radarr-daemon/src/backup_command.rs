//! `radarr-daemon backup`: create, list, verify, restore.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use radarr_proto::client::Client;
use radarr_proto::model::SecretText;
use radarr_proto::request::{BackupFile, BackupSecrets, ReadBackup};

use crate::backup::{self, Backups, Sealing, Target, WithSecrets};
use crate::clock;
use crate::config::Config;
use crate::files::{FileError, remove_name, replace_name};
use crate::presence;
use crate::reach::{self, Reached, reach, run};

/// Writes a backup: into `file`, else into the folder of the backups. Says what was done, one sentence.
pub fn create(config: &Config, file: Option<&Path>) -> anyhow::Result<String> {
    run(async {
        match reach(config).await? {
            Reached::Here { store, keeper } => {
                let written = match file {
                    Some(file) => {
                        let sealing = Sealing::with(&keeper, &config.backup.passphrase);
                        let written = backup::write(&store, file, &sealing, clock::now()).await;
                        written.map(|written| format!("{}: {}", file.display(), written.words()))
                    }
                    None => {
                        let backups = Backups::of(config);
                        let created = backups.create(&store, &keeper, clock::now()).await;
                        created.map(|(made, written)| {
                            format!("{}: {}", backups.folder.join(made.name).display(), written.words())
                        })
                    }
                };
                store.close().await;
                Ok(written?)
            }
            Reached::Running(client) => {
                let made = client.create_backup().await?;
                let (documents, events) = (made.documents.unwrap_or(0), made.events.unwrap_or(0));
                let path = match file {
                    Some(file) => {
                        fetch(&client, &made, file).await?;
                        file.to_owned()
                    }
                    None => Backups::of(config).folder.join(&made.name),
                };
                let secrets = secrets_words(made.secrets);
                Ok(format!("{}: {documents} documents and {events} events, {secrets}", path.display()))
            }
        }
    })
}

/// Fetches a backup from the daemon that runs.
async fn fetch(client: &Client, made: &BackupFile, file: &Path) -> anyhow::Result<()> {
    let mut temp = file.as_os_str().to_owned();
    temp.push(".new");
    let temp = PathBuf::from(temp);
    remove_name(&temp)?;
    let fault = |error| FileError::new("write", &temp, error);
    let mut options = std::fs::OpenOptions::new();
    let mut out = options.write(true).create_new(true).mode(0o600).open(&temp).map_err(fault)?;
    let mut offset = 0;
    while offset < made.size_bytes {
        let part = client.read_backup(ReadBackup { name: made.name.clone(), offset }).await?;
        let data = STANDARD.decode(&part.data)?;
        anyhow::ensure!(!data.is_empty(), "the daemon has no more of {} than {offset} bytes", made.name);
        out.write_all(&data).map_err(fault)?;
        offset += u64::try_from(data.len())?;
    }
    out.sync_all().map_err(fault)?;
    Ok(replace_name(&temp, file)?)
}

/// The backups in the folder, newest first, a line each.
pub fn list(config: &Config) -> anyhow::Result<String> {
    run(async {
        let backups = Backups::of(config);
        let files = backups.list().await?;
        if files.is_empty() {
            return Ok(format!("there are none in {}", backups.folder.display()));
        }
        let lines: Vec<String> = files
            .iter()
            .map(|file| {
                let path = backups.folder.join(&file.name);
                format!("{}  {} bytes, {}", path.display(), file.size_bytes, secrets_words(file.secrets))
            })
            .collect();
        Ok(lines.join("\n"))
    })
}

/// Reads a backup from front to back. Says what is in it.
pub fn verify(file: &Path) -> anyhow::Result<String> {
    let file = &backup::newest(file)?;
    let summary = backup::verify(file)?;
    let mut lines = vec![
        format!(
            "{} is whole: {} documents and {} events, {}",
            file.display(),
            summary.all_documents(),
            summary.events,
            secrets_words(summary.secrets)
        ),
        format!("from {}, by radarr {}, format {}", summary.at, summary.radarr, summary.format),
    ];
    if !summary.storage.is_empty() {
        lines.push(format!("out of a storage of the kind {}", summary.storage));
    }
    lines.extend(
        summary.documents.iter().map(|(collection, count)| format!("{count:>8} {}", collection.name())),
    );
    Ok(lines.join("\n"))
}

/// How a backup is restored.
#[derive(Debug, Clone, Copy)]
pub struct Restoring {
    /// What is there makes room for it.
    pub replace: bool,
    /// Its secrets stay out.
    pub without_secrets: bool,
}

/// Puts a backup into the storage. Says what was done.
pub fn restore(config: &Config, file: &Path, how: Restoring) -> anyhow::Result<String> {
    let file = &backup::newest(file)?;
    // Before a storage is made for it.
    let summary = backup::verify(file)?;
    run(async {
        let (store, keeper) = reach::open(config).await?;
        let living = presence::living(&store, clock::now()).await?.len();
        anyhow::ensure!(
            living == 0,
            "{living} daemons use this storage: end them first (one that was killed counts for some seconds)"
        );
        let folder = config.backup_dir();
        let copies = how.replace.then_some(folder.as_path());
        let with = if how.without_secrets {
            WithSecrets::No
        } else {
            let given: &SecretText = &config.backup.passphrase;
            WithSecrets::Yes((!given.is_empty()).then(|| given.clone()))
        };
        let target = Target { store: &store, keeper: &keeper, copies };
        let restored = backup::restore(&target, file, &with, clock::now()).await;
        store.close().await;
        let restored = restored?;
        let mut lines = vec![format!(
            "{} documents and {} events of {} are in {}, from {}",
            restored.filled.documents,
            restored.filled.events,
            summary.at,
            if config.storage.is_database() {
                "the database".to_owned()
            } else {
                config.storage.path.display().to_string()
            },
            file.display()
        )];
        if let Some(copy) = restored.copy {
            lines.push(format!("what was there before is in {}", copy.display()));
        }
        match (restored.secrets, restored.unreadable) {
            (BackupSecrets::LeftOut, _) => lines.push(
                "the secrets were left out: enter passkeys and passwords again (radarr-tui indexer edit, client edit, \
                 tmdb set)"
                    .to_owned(),
            ),
            (_, 0) => {}
            (_, some) => lines.push(format!(
                "{some} secrets were encrypted with another key than {}: put that key there, or enter them again",
                keeper.keys().source().words()
            )),
        }
        Ok(lines.join("\n"))
    })
}

fn secrets_words(secrets: BackupSecrets) -> &'static str {
    match secrets {
        BackupSecrets::LeftOut => "without the secrets",
        BackupSecrets::Passphrase => "with the secrets, encrypted with a passphrase",
        BackupSecrets::OwnKey => "with the secrets, for the key of the storage that it was made of",
        BackupSecrets::Unknown => "what became of its secrets can't be read",
    }
}
