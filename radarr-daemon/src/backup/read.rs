//! Reading a backup: whether it is whole, and line by line as a snapshot that a storage is filled from.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use flate2::bufread::MultiGzDecoder;
use jiff::Timestamp;
use radarr_proto::model::{DocVersion, Event};
use radarr_proto::request::BackupSecrets;
use sha2::{Digest as _, Sha256};

use super::BackupError;
use super::line::{FORMAT, Head, LINE_BYTES_MAX, Line};
use super::write::hexadecimal;
use crate::storage::{
    BODY_BYTES_MAX, Collection, DocKey, EVENTS_PAGE_MAX, Marks, SNAPSHOT_PAGE, Snapshot, StoreError,
    StoredDoc,
};

/// What a whole backup holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Its format.
    pub format: u32,
    /// Version of the daemon that wrote it.
    pub radarr: String,
    /// The moment that it shows.
    pub at: Timestamp,
    /// Which storage it was written from; empty = it does not say.
    pub storage: String,
    /// What became of the secrets.
    pub secrets: BackupSecrets,
    /// Documents, by collection.
    pub documents: BTreeMap<Collection, u64>,
    /// Events.
    pub events: u64,
}

impl Summary {
    /// Documents of all collections.
    pub fn all_documents(&self) -> u64 {
        self.documents.values().sum()
    }
}

/// Reads a file from front to back, and says whether it is whole. Blocks.
pub fn verify(path: &Path) -> Result<Summary, BackupError> {
    let mut reader = Reader::open(path)?;
    let head = reader.head.clone();
    let mut documents: BTreeMap<Collection, u64> = BTreeMap::new();
    let mut last_key: Option<DocKey> = None;
    let mut events = 0;
    let mut last_cursor = 0;
    while let Some(line) = reader.next()? {
        let number = reader.number;
        let wrong = |why: String| Err(BackupError::no_backup(path, format!("line {number}: {why}")));
        match line {
            Entry::Document(key, stored) => {
                if events > 0 || last_key.as_ref().is_some_and(|last| *last >= key) && head.format >= 2 {
                    return wrong(format!("{key} stands out of order"));
                }
                if stored.body.len() > BODY_BYTES_MAX {
                    return wrong(format!("{key} has {} bytes", stored.body.len()));
                }
                *documents.entry(key.collection).or_default() += 1;
                last_key = Some(key);
            }
            Entry::Deleted(key) => {
                *documents.entry(key.collection).or_default() += 1;
            }
            Entry::Event(event) => {
                if event.cursor.0 <= last_cursor {
                    return wrong(format!("event {} stands out of order", event.cursor));
                }
                last_cursor = event.cursor.0;
                events += 1;
            }
        }
    }
    Ok(Summary {
        format: head.format,
        radarr: head.radarr,
        at: head.at,
        storage: head.storage,
        secrets: head.secrets.kind(),
        documents,
        events,
    })
}

/// What stands between the head and the end.
enum Entry {
    Document(DocKey, StoredDoc),
    Deleted(DocKey),
    Event(Box<Event>),
}

/// A file that is read line by line. Its end is checked when it comes.
struct Reader {
    path: PathBuf,
    lines: Box<dyn BufRead + Send>,
    head: Head,
    sum: Sha256,
    /// Of the line that was read last.
    number: u64,
    documents: u64,
    events: u64,
    has_ended: bool,
}

impl Reader {
    fn open(path: &Path) -> Result<Self, BackupError> {
        let fault =
            |error: std::io::Error| BackupError::File { path: path.to_owned(), why: error.to_string() };
        let mut file = BufReader::new(File::open(path).map_err(fault)?);
        let is_gzip = file.fill_buf().map_err(fault)?.starts_with(&[0x1f, 0x8b]);
        let lines: Box<dyn BufRead + Send> =
            if is_gzip { Box::new(BufReader::new(MultiGzDecoder::new(file))) } else { Box::new(file) };
        let head = Head {
            format: 0,
            radarr: String::new(),
            at: Timestamp::UNIX_EPOCH,
            storage: String::new(),
            marks: Marks::default(),
            secrets: super::secrets::HeadSecrets::LeftOut,
        };
        let mut reader = Self {
            path: path.to_owned(),
            lines,
            head,
            sum: Sha256::new(),
            number: 0,
            documents: 0,
            events: 0,
            has_ended: false,
        };
        match reader.line()? {
            Some(Line::Head(head)) if head.format > FORMAT => Err(reader.wrong(format!(
                "radarr {} wrote it in format {}, this one knows {FORMAT}",
                head.radarr, head.format
            ))),
            Some(Line::Head(head)) => {
                reader.head = head;
                Ok(reader)
            }
            Some(_) => Err(reader.wrong("it has no head")),
            None => Err(reader.wrong("it ends early")),
        }
    }

    fn wrong(&self, why: impl Into<String>) -> BackupError {
        BackupError::no_backup(&self.path, why)
    }

    /// The next entry; `None` = the end came, and everything before it is as it says.
    fn next(&mut self) -> Result<Option<Entry>, BackupError> {
        if self.has_ended {
            return Ok(None);
        }
        let sum = self.sum.clone();
        let Some(line) = self.line()? else { return Err(self.wrong("it ends early")) };
        match line {
            Line::Head(_) => Err(self.wrong(format!("line {} is a head", self.number))),
            Line::Document { collection, id, version, body } => {
                self.documents += 1;
                let key = self.key(&collection, id)?;
                let body = body.to_string().into_bytes();
                Ok(Some(Entry::Document(key, StoredDoc { version: DocVersion(version), body })))
            }
            Line::Deleted { collection, id } => {
                self.documents += 1;
                Ok(Some(Entry::Deleted(self.key(&collection, id)?)))
            }
            Line::Event { event } => {
                self.events += 1;
                Ok(Some(Entry::Event(Box::new(event))))
            }
            Line::End { documents, events, sha256 } => {
                if (documents, events) != (self.documents, self.events) {
                    return Err(self.wrong(format!(
                        "it should hold {documents} documents and {events} events, and holds {} and {}",
                        self.documents, self.events
                    )));
                }
                if self.head.format >= 2 && sha256 != hexadecimal(sum) {
                    return Err(self.wrong("its checksum is another one: something in it was changed"));
                }
                if self.line()?.is_some() {
                    return Err(self.wrong("something stands behind its end"));
                }
                self.has_ended = true;
                Ok(None)
            }
        }
    }

    fn key(&self, collection: &str, id: String) -> Result<DocKey, BackupError> {
        let known = Collection::from_name(collection);
        let known = known
            .ok_or_else(|| self.wrong(format!("it holds {collection}, which this version does not know")))?;
        Ok(DocKey::new(known, id))
    }

    fn line(&mut self) -> Result<Option<Line>, BackupError> {
        let mut text = Vec::new();
        let read = (&mut self.lines).take(LINE_BYTES_MAX).read_until(b'\n', &mut text);
        self.number += 1;
        match read {
            Ok(0) => return Ok(None),
            Ok(_) => {}
            // A stream that is cut off or damaged is told by gzip's own sums.
            Err(error) => return Err(self.wrong(format!("line {}: {error}", self.number))),
        }
        self.sum.update(&text);
        match serde_json::from_slice(&text) {
            Ok(line) => Ok(Some(line)),
            Err(error) => Err(self.wrong(format!("line {}: {error}", self.number))),
        }
    }
}

/// A backup as a snapshot. Check it with [`verify`] first.
pub(super) struct Source {
    reader: Option<Reader>,
    marks: Marks,
    /// What was read and not given yet.
    documents: std::vec::IntoIter<(DocKey, StoredDoc)>,
    events: std::vec::IntoIter<Event>,
}

/// A page of a backup.
enum Page {
    Documents(Vec<(DocKey, StoredDoc)>, Vec<Event>),
    Events(Vec<Event>),
}

impl Source {
    /// Opens it; blocks.
    pub(super) fn open(path: &Path) -> Result<(Head, Self), BackupError> {
        let reader = Reader::open(path)?;
        let head = reader.head.clone();
        if head.format >= 2 {
            let marks = head.marks.clone();
            let none = (Vec::new().into_iter(), Vec::new().into_iter());
            return Ok((head, Self { reader: Some(reader), marks, documents: none.0, events: none.1 }));
        }
        let (marks, documents, events) = read_format_1(reader)?;
        Ok((head, Self { reader: None, marks, documents: documents.into_iter(), events: events.into_iter() }))
    }

    /// Reads the next page off the runtime's threads.
    async fn page(&mut self, read: fn(&mut Reader) -> Result<Page, BackupError>) -> Result<Page, StoreError> {
        let ended = || StoreError::Unavailable {
            why: "the reading of the backup was ended".to_owned(),
            hint: "repeat it".to_owned(),
        };
        let mut reader = self.reader.take().ok_or_else(ended)?;
        let read = tokio::task::spawn_blocking(move || {
            let page = read(&mut reader);
            (reader, page)
        });
        let (reader, page) = read.await.map_err(|_| ended())?;
        self.reader = Some(reader);
        page.map_err(|error| StoreError::Corrupt { what: "the backup".to_owned(), why: error.to_string() })
    }
}

fn next_documents(reader: &mut Reader) -> Result<Page, BackupError> {
    let mut page = Vec::new();
    while page.len() < SNAPSHOT_PAGE {
        match reader.next()? {
            Some(Entry::Document(key, stored)) => page.push((key, stored)),
            Some(Entry::Deleted(key)) => return Err(reader.wrong(format!("{key} is deleted in it"))),
            Some(Entry::Event(event)) => return Ok(Page::Documents(page, vec![*event])),
            None => break,
        }
    }
    Ok(Page::Documents(page, Vec::new()))
}

fn next_events(reader: &mut Reader) -> Result<Page, BackupError> {
    let mut page = Vec::new();
    while page.len() < EVENTS_PAGE_MAX {
        match reader.next()? {
            Some(Entry::Event(event)) => page.push(*event),
            Some(Entry::Document(key, _) | Entry::Deleted(key)) => {
                return Err(reader.wrong(format!("{key} stands behind an event")));
            }
            None => break,
        }
    }
    Ok(Page::Events(page))
}

#[async_trait]
impl Snapshot for Source {
    fn marks(&self) -> &Marks {
        &self.marks
    }

    async fn documents(&mut self) -> Result<Vec<(DocKey, StoredDoc)>, StoreError> {
        if self.reader.is_none() {
            return Ok(self.documents.by_ref().take(SNAPSHOT_PAGE).collect());
        }
        // The first event was read in search of another document.
        if !self.events.as_slice().is_empty() {
            return Ok(Vec::new());
        }
        match self.page(next_documents).await? {
            Page::Documents(documents, first_event) => {
                self.events = first_event.into_iter();
                Ok(documents)
            }
            Page::Events(_) => Ok(Vec::new()),
        }
    }

    async fn events(&mut self) -> Result<Vec<Event>, StoreError> {
        let held: Vec<Event> = self.events.by_ref().take(EVENTS_PAGE_MAX).collect();
        if !held.is_empty() || self.reader.is_none() {
            return Ok(held);
        }
        match self.page(next_events).await? {
            Page::Events(events) => Ok(events),
            Page::Documents(..) => Ok(Vec::new()),
        }
    }
}

type Format1 = (Marks, Vec<(DocKey, StoredDoc)>, Vec<Event>);

/// A file of format 1 as a whole: a later line of a document goes before an earlier one, versions are made up, and of
/// the events it has no more than the last 5,000 that a history shows.
fn read_format_1(mut reader: Reader) -> Result<Format1, BackupError> {
    let mut documents: BTreeMap<DocKey, Vec<u8>> = BTreeMap::new();
    let mut events: Vec<Event> = Vec::new();
    while let Some(entry) = reader.next()? {
        match entry {
            Entry::Document(key, stored) => {
                documents.insert(key, stored.body);
            }
            Entry::Deleted(key) => {
                documents.remove(&key);
            }
            Entry::Event(event) => events.push(*event),
        }
    }
    let versions = 1_u64..;
    let documents: Vec<_> = versions
        .zip(documents)
        .map(|(version, (key, body))| (key, StoredDoc { version: DocVersion(version), body }))
        .collect();
    let cursor = events.last().map_or(0, |event| event.cursor.0);
    let marks = Marks {
        version: u64::try_from(documents.len()).unwrap_or(u64::MAX),
        cursor,
        gone_all: events.first().map_or(0, |event| event.cursor.0.saturating_sub(1)),
        gone_noise: cursor,
        numbers: BTreeMap::new(),
    };
    Ok((marks, documents, events))
}
