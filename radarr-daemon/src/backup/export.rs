//! Writing everything into a file, while the daemon works on.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use radarr_proto::model::{DocVersion, Event};

use super::line::{FORMAT, Line};
use crate::files::{FileError, blocking, remove_name, replace_name};
use crate::flow::FlowError;
use crate::storage::{Collection, DocKey, HistoryRange, SharedStore, StoreError};

/// Documents that are read at a time.
const PAGE: usize = 256;

/// Events that are kept: some years of a home library. The storage keeps its own for longer.
const EVENTS_MAX: usize = 5_000;

/// What changes while it is read is read again, so that the documents fit together; nobody changes something at every
/// look.
const LOOKS_MAX: usize = 10;

/// What a file is called besides until it is whole.
pub(super) const HALF_SUFFIX: &str = ".new";

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Exported {
    /// Lines of documents.
    pub documents: u64,
    /// Lines of events.
    pub events: u64,
}

/// Writes everything to `target`, which is there as a whole or not at all.
pub async fn export(store: &SharedStore, target: &Path, now: Timestamp) -> Result<Exported, FlowError> {
    let mut name = target.as_os_str().to_owned();
    name.push(HALF_SUFFIX);
    let temp = PathBuf::from(name);
    let mut writer = Writer::create(temp.clone()).await?;
    match write_all(store, &mut writer, now).await {
        Ok(()) => {
            let written = writer.written;
            writer.finish(target.to_path_buf()).await?;
            Ok(written)
        }
        Err(error) => {
            drop(writer);
            blocking(move || remove_name(&temp)).await?;
            Err(error)
        }
    }
}

async fn write_all(store: &SharedStore, writer: &mut Writer, now: Timestamp) -> Result<(), FlowError> {
    let radarr = env!("CARGO_PKG_VERSION").to_owned();
    writer.write(vec![Line::Head { format: FORMAT, radarr, at: now }]).await?;
    let mut known: BTreeMap<DocKey, DocVersion> = BTreeMap::new();
    for collection in Collection::ALL {
        write_collection(store, writer, *collection, &mut known).await?;
    }
    let mut looks = 0;
    while write_changes(store, writer, &mut known).await? && looks < LOOKS_MAX {
        looks += 1;
    }
    let mut events: Vec<Event> = Vec::new();
    let mut before = None;
    while events.len() < EVENTS_MAX {
        let page = store.history(HistoryRange { movie: None, before }, PAGE).await?;
        let Some(last) = page.last() else { break };
        before = Some(last.cursor);
        events.extend(page);
    }
    events.reverse();
    writer.write(events.into_iter().map(|event| Line::Event { event }).collect()).await?;
    let Exported { documents, events } = writer.written;
    writer.write(vec![Line::End { documents, events }]).await?;
    Ok(())
}

async fn write_collection(
    store: &SharedStore,
    writer: &mut Writer,
    collection: Collection,
    known: &mut BTreeMap<DocKey, DocVersion>,
) -> Result<(), FlowError> {
    let mut after: Option<String> = None;
    loop {
        let page = store.list(collection, after.as_deref(), PAGE).await?;
        let is_full = page.len() == PAGE;
        after = page.last().map(|(id, _)| id.clone());
        let mut lines = Vec::with_capacity(page.len());
        for (id, stored) in page {
            let key = DocKey::new(collection, id);
            lines.push(document(&key, &stored.body)?);
            known.insert(key, stored.version);
        }
        writer.write(lines).await?;
        if !is_full {
            return Ok(());
        }
    }
}

/// Writes what changed since it was written; whether there was anything.
async fn write_changes(
    store: &SharedStore,
    writer: &mut Writer,
    known: &mut BTreeMap<DocKey, DocVersion>,
) -> Result<bool, FlowError> {
    let mut gone = known.clone();
    let mut lines = Vec::new();
    for collection in Collection::ALL {
        for (id, version) in store.versions(*collection).await? {
            let key = DocKey::new(*collection, id);
            gone.remove(&key);
            if known.get(&key) == Some(&version) {
                continue;
            }
            if let Some(stored) = store.get(&key).await? {
                lines.push(document(&key, &stored.body)?);
                known.insert(key, stored.version);
            }
        }
    }
    for key in gone.into_keys() {
        known.remove(&key);
        lines.push(Line::Deleted { collection: key.collection.name().to_owned(), id: key.id });
    }
    let has_changed = !lines.is_empty();
    writer.write(lines).await?;
    Ok(has_changed)
}

fn document(key: &DocKey, body: &[u8]) -> Result<Line, StoreError> {
    let body = serde_json::from_slice(body)
        .map_err(|error| StoreError::Corrupt { what: key.to_string(), why: error.to_string() })?;
    Ok(Line::Document { collection: key.collection.name().to_owned(), id: key.id.clone(), body })
}

/// A file on its way. Its writing happens off the runtime's threads.
struct Writer {
    temp: PathBuf,
    /// `None` only while it is away for writing.
    file: Option<BufWriter<File>>,
    written: Exported,
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
        Ok(Self { temp, file: Some(BufWriter::new(file)), written: Exported::default() })
    }

    async fn write(&mut self, lines: Vec<Line>) -> Result<(), FileError> {
        let Some(mut file) = self.file.take() else { return Ok(()) };
        let temp = self.temp.clone();
        let (file, written) = blocking(move || {
            let mut written = Exported::default();
            for line in lines {
                match line {
                    Line::Document { .. } | Line::Deleted { .. } => written.documents += 1,
                    Line::Event { .. } => written.events += 1,
                    Line::Head { .. } | Line::End { .. } => {}
                }
                serde_json::to_writer(&mut file, &line)
                    .map_err(std::io::Error::from)
                    .and_then(|()| file.write_all(b"\n"))
                    .map_err(|error| FileError::new("write", &temp, error))?;
            }
            Ok((file, written))
        })
        .await?;
        self.file = Some(file);
        self.written.documents += written.documents;
        self.written.events += written.events;
        Ok(())
    }

    /// Brings it to the disk and gives it its name.
    async fn finish(self, target: PathBuf) -> Result<(), FileError> {
        let Some(file) = self.file else { return Ok(()) };
        blocking(move || {
            let synced = file.into_inner().map_err(std::io::IntoInnerError::into_error);
            synced
                .and_then(|file| file.sync_all())
                .map_err(|error| FileError::new("write", &self.temp, error))?;
            replace_name(&self.temp, &target)
        })
        .await
    }
}
