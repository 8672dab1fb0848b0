//! Writing a snapshot into a file, while the daemon works on.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use radarr_proto::request::BackupSecrets;
use sha2::{Digest as _, Sha256};

use super::BackupError;
use super::line::{FORMAT, Head, Line};
use super::links::change_links;
use super::secrets::{SealedAs, Sealing};
use crate::files::{FileError, blocking, remove_name, replace_name};
use crate::storage::{Collection, DocKey, SharedStore, Snapshot, StoreError, StoredDoc};

/// What a file is called besides until it is whole.
pub(super) const HALF_SUFFIX: &str = ".new";

/// gzip's levels go from 1 to 9. 3 is near the smallest file for this text, at a third of the time of the usual 6.
const LEVEL: u32 = 3;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// Documents.
    pub documents: u64,
    /// Events.
    pub events: u64,
    /// What became of the secrets.
    pub secrets: BackupSecrets,
    /// Secrets that were left out because no key opens them.
    pub unreadable: u64,
    /// Bytes of the file.
    pub size_bytes: u64,
}

impl Written {
    /// What is in it, in words.
    pub fn words(&self) -> String {
        let secrets = match self.secrets {
            BackupSecrets::LeftOut => "without the secrets (set backup.passphrase_file to have them in it)",
            BackupSecrets::Passphrase => "with the secrets, encrypted with the passphrase",
            BackupSecrets::OwnKey => "with the secrets, for the key of this storage",
            BackupSecrets::Unknown => "with secrets of an unknown kind",
        };
        let unreadable = match self.unreadable {
            0 => String::new(),
            some => format!("; {some} secrets are left out because the key does not open them"),
        };
        format!("{} documents and {} events, {secrets}{unreadable}", self.documents, self.events)
    }
}

/// Writes everything to `target`, which is there as a whole or not at all.
pub async fn write(
    store: &SharedStore,
    target: &Path,
    sealing: &Sealing<'_>,
    now: Timestamp,
) -> Result<Written, BackupError> {
    let mut name = target.as_os_str().to_owned();
    name.push(HALF_SUFFIX);
    let temp = PathBuf::from(name);
    let mut writer = Writer::create(temp.clone()).await?;
    match write_all(store, &mut writer, sealing, now).await {
        Ok(written) => {
            let size_bytes = writer.finish(target.to_path_buf()).await?;
            Ok(Written { size_bytes, ..written })
        }
        Err(error) => {
            drop(writer);
            blocking(move || remove_name(&temp)).await?;
            Err(error)
        }
    }
}

async fn write_all(
    store: &SharedStore,
    writer: &mut Writer,
    sealing: &Sealing<'_>,
    now: Timestamp,
) -> Result<Written, BackupError> {
    let (secrets, sealer) = sealing.begin()?;
    let mut written = Written { secrets: secrets.kind(), ..Written::default() };
    let mut snapshot: Box<dyn Snapshot> = store.snapshot().await?;
    let head = Head {
        format: FORMAT,
        radarr: env!("CARGO_PKG_VERSION").to_owned(),
        at: now,
        storage: store.name().to_owned(),
        marks: snapshot.marks().clone(),
        secrets,
    };
    writer.write(vec![Line::Head(head)]).await?;
    loop {
        let page = snapshot.documents().await?;
        if page.is_empty() {
            break;
        }
        let mut lines = Vec::with_capacity(page.len());
        for (key, mut stored) in page {
            if key.collection == Collection::Secret {
                let version = stored.version;
                match sealer.seal(&key, stored)? {
                    SealedAs::Text(body) => stored = StoredDoc { version, body },
                    SealedAs::LeftOut => continue,
                    SealedAs::Unreadable => {
                        written.unreadable += 1;
                        continue;
                    }
                }
            } else {
                stored = change_links(stored, |sealed| sealer.seal_link(sealed));
            }
            lines.push(document(key, &stored)?);
        }
        written.documents += u64::try_from(lines.len()).unwrap_or(u64::MAX);
        writer.write(lines).await?;
    }
    loop {
        let page = snapshot.events().await?;
        if page.is_empty() {
            break;
        }
        written.events += u64::try_from(page.len()).unwrap_or(u64::MAX);
        writer.write(page.into_iter().map(|event| Line::Event { event }).collect()).await?;
    }
    let sha256 = writer.sum();
    writer.write(vec![Line::End { documents: written.documents, events: written.events, sha256 }]).await?;
    Ok(written)
}

fn document(key: DocKey, stored: &StoredDoc) -> Result<Line, StoreError> {
    let body = serde_json::from_slice(&stored.body)
        .map_err(|error| StoreError::Corrupt { what: key.to_string(), why: error.to_string() })?;
    let collection = key.collection.name().to_owned();
    Ok(Line::Document { collection, id: key.id, version: stored.version.0, body })
}

/// A file on its way. Its writing happens off the runtime's threads.
struct Writer {
    temp: PathBuf,
    /// `None` only while it is away for writing.
    file: Option<(GzEncoder<BufWriter<File>>, Sha256)>,
}

impl Writer {
    async fn create(temp: PathBuf) -> Result<Self, FileError> {
        let path = temp.clone();
        let file = blocking(move || {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder).map_err(|error| FileError::new("make", folder, error))?;
            }
            remove_name(&path)?;
            let options = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
            options.map_err(|error| FileError::new("write", &path, error))
        })
        .await?;
        let encoder = GzEncoder::new(BufWriter::new(file), Compression::new(LEVEL));
        Ok(Self { temp, file: Some((encoder, Sha256::new())) })
    }

    async fn write(&mut self, lines: Vec<Line>) -> Result<(), FileError> {
        let Some((mut file, mut sum)) = self.file.take() else { return Err(FileError::Ended) };
        let temp = self.temp.clone();
        self.file = Some(
            blocking(move || {
                let mut text = Vec::new();
                for line in lines {
                    text.clear();
                    serde_json::to_writer(&mut text, &line)
                        .map_err(|error| FileError::new("write", &temp, error.into()))?;
                    text.push(b'\n');
                    sum.update(&text);
                    file.write_all(&text).map_err(|error| FileError::new("write", &temp, error))?;
                }
                Ok((file, sum))
            })
            .await?,
        );
        Ok(())
    }

    /// The sum of what was written so far.
    fn sum(&self) -> String {
        self.file.as_ref().map_or_else(String::new, |(_, sum)| hexadecimal(sum.clone()))
    }

    /// Brings it to the disk and gives it its name; how large it is.
    async fn finish(self, target: PathBuf) -> Result<u64, FileError> {
        let Some((file, _)) = self.file else { return Err(FileError::Ended) };
        blocking(move || {
            let fault = |error| FileError::new("write", &self.temp, error);
            let file = file.finish().map_err(fault)?;
            let file = file.into_inner().map_err(|error| fault(error.into_error()))?;
            file.sync_all().map_err(fault)?;
            let size_bytes = file.metadata().map_err(fault)?.len();
            replace_name(&self.temp, &target)?;
            Ok(size_bytes)
        })
        .await
    }
}

/// A sum as a text.
pub(super) fn hexadecimal(sum: Sha256) -> String {
    sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
