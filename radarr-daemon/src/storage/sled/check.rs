//! Whether what is kept beside documents and events agrees with them. The writer calls it, so that nothing changes
//! meanwhile.

use std::collections::HashMap;

use ::sled::Batch;

use super::engine::Engine;
use super::events::decode;
use super::index::Index;
use super::layout::{self, LogState};
use crate::storage::{Collection, DISAGREEMENTS_MAX, Disagreement, StoreError};

/// What was found, and what would mend it.
#[derive(Default)]
struct Findings {
    found: Vec<Disagreement>,
    batch: Batch,
    mends: bool,
}

impl Findings {
    fn tell(&mut self, what: String, why: impl Into<String>) {
        self.add(what, why.into(), false);
    }

    fn put(&mut self, what: String, why: impl Into<String>, key: Vec<u8>, value: Vec<u8>) {
        self.batch.insert(key, value);
        self.add(what, why.into(), true);
    }

    fn remove(&mut self, what: String, why: impl Into<String>, key: &[u8]) {
        self.batch.remove(key);
        self.add(what, why.into(), true);
    }

    fn add(&mut self, what: String, why: String, can_mend: bool) {
        self.mends |= can_mend;
        if self.found.len() < DISAGREEMENTS_MAX {
            self.found.push(Disagreement { what, why, can_mend, mended: false });
        }
    }
}

/// Looks at every key of the database.
pub(super) fn check(engine: &Engine, index: &Index, mend: bool) -> Result<Vec<Disagreement>, StoreError> {
    let mut findings = Findings::default();
    let log = match engine.get(layout::LOG_KEY)? {
        Some(bytes) => LogState::decode(&bytes)?,
        None => LogState::default(),
    };
    strange_keys(engine, &mut findings)?;
    documents(engine, index, log, &mut findings)?;
    events(engine, log, &mut findings)?;
    history(engine, &mut findings)?;
    if mend && findings.mends {
        engine.apply(findings.batch)?;
        engine.sync()?;
        findings.found.iter_mut().filter(|found| found.can_mend).for_each(|found| found.mended = true);
    }
    Ok(findings.found)
}

/// Keys of a kind that this version does not write.
fn strange_keys(engine: &Engine, findings: &mut Findings) -> Result<(), StoreError> {
    for item in engine.scan_all() {
        let (key, _) = item?;
        let known = match key.first() {
            Some(b'd' | b'e' | b'h' | b'm' | b'n') => true,
            Some(b's') => *key == *layout::LOG_KEY || *key == *layout::SCHEMA_KEY,
            Some(_) | None => false,
        };
        engine.walked_past(&key)?;
        if !known {
            let what = format!("the key {:?}", String::from_utf8_lossy(&key));
            findings.tell(what, "it is none of this version's");
        }
    }
    Ok(())
}

fn documents(
    engine: &Engine,
    index: &Index,
    log: LogState,
    findings: &mut Findings,
) -> Result<(), StoreError> {
    let mut count = 0;
    let mut used: HashMap<Collection, u64> = HashMap::new();
    for item in engine.scan(layout::DOCUMENTS, layout::DOCUMENTS) {
        let (key, value) = item?;
        engine.walked_past(&key)?;
        let doc_key = match layout::read_document_key(&key) {
            Ok(doc_key) => doc_key,
            Err(error) => {
                findings.tell("a document".to_owned(), error.to_string());
                continue;
            }
        };
        let stored = match layout::read_document(&doc_key, &value) {
            Ok(stored) => stored,
            Err(error) => {
                findings.tell(doc_key.to_string(), error.to_string());
                continue;
            }
        };
        count += 1;
        if let Ok(number) = doc_key.id.parse::<u64>() {
            let largest = used.entry(doc_key.collection).or_insert(0);
            *largest = number.max(*largest);
        }
        let version = stored.version.0;
        if version == 0 || version > log.version {
            let why = format!("its version is {version}, and the last that was given is {}", log.version);
            findings.tell(doc_key.to_string(), why);
        }
        if index.find(&doc_key).map(|known| known.version) != Some(version) {
            let why = "memory has another version of it than the disk; restart the daemon";
            findings.tell(doc_key.to_string(), why);
        }
    }
    if index.len() != count {
        let why = format!("memory knows {}, the disk has {count}; restart the daemon", index.len());
        findings.tell("the documents".to_owned(), why);
    }
    for (collection, largest) in used {
        let stored = engine.get(&layout::counter_key(collection))?;
        let counted = stored.as_deref().and_then(layout::number).unwrap_or(0);
        if counted < largest {
            findings.put(
                format!("the numbers of {}", collection.name()),
                format!("{counted} is the last that was used, and there is one with {largest}"),
                layout::counter_key(collection),
                largest.to_be_bytes().to_vec(),
            );
        }
    }
    Ok(())
}

/// Every event between the marks is there, can be read, and stands in the lists of the past that it belongs to.
fn events(engine: &Engine, log: LogState, findings: &mut Findings) -> Result<(), StoreError> {
    // Behind this mark nothing was cleaned away, and cursors were given one by one.
    let mut reached = log.trimmed_noise.max(log.anew_before);
    for item in engine.scan(b"e", b"e") {
        let (key, body) = item?;
        engine.walked_past(&key)?;
        let cursor = layout::cursor_of(&key).unwrap_or(0);
        let what = || format!("event {cursor}");
        if cursor <= log.trimmed_all || cursor > log.cursor {
            let why = format!("the log goes from {} to {}", log.trimmed_all + 1, log.cursor);
            findings.tell(what(), why);
        }
        if cursor > reached {
            if cursor > reached + 1 {
                findings.tell(what(), format!("the events behind {reached} are missing before it"));
            }
            reached = cursor;
        }
        let event = match decode(cursor, &body) {
            Ok(event) => event,
            Err(error) => {
                findings.tell(what(), error.to_string());
                continue;
            }
        };
        if event.cursor.0 != cursor {
            findings.tell(what(), format!("it says that it is {}", event.cursor));
        }
        for name in layout::history_keys(&event) {
            if engine.get(&name)?.is_none() {
                findings.put(what(), "it is missing in a list of the past", name, Vec::new());
            }
        }
    }
    if reached < log.cursor {
        findings.tell("the log".to_owned(), format!("the events behind {reached} are missing"));
    }
    Ok(())
}

/// The lists of the past hold nothing but events that belong there.
fn history(engine: &Engine, findings: &mut Findings) -> Result<(), StoreError> {
    for list in [b"h", b"m"] {
        for item in engine.scan(list, list) {
            let (key, _) = item?;
            engine.walked_past(&key)?;
            let cursor = layout::cursor_of(&key).unwrap_or(0);
            let belongs = match engine.get(&layout::event_key(cursor))? {
                // One that can't be read was told before; what it belongs to is not known.
                Some(body) => decode(cursor, &body)
                    .map_or(true, |event| layout::history_keys(&event).any(|name| name == *key)),
                None => false,
            };
            if !belongs {
                let what = format!("event {cursor}");
                findings.remove(what, "it stands in a list of the past that it does not belong to", &key);
            }
        }
    }
    Ok(())
}
