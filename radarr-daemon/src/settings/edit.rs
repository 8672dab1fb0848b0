//! What all changes of settings share: one at a time per noun, names told apart, one commit with its event.

use std::future::Future;

use jiff::Timestamp;
use radarr_proto::model::{DocVersion, EventKind, FieldChange};
use serde::{Deserialize, Serialize};

use super::field_changes::{limited, of_document};
use super::managed;
use crate::flow::{By, Flow, FlowError};
use crate::storage::{
    BODY_BYTES_MAX, Change, Collection, Commit, DocKey, Document, Expect, SharedStore, StoreError,
};

/// Tries to be the only one who changes a noun.
const TRIES_MAX: usize = 16;

/// Longest name, in characters; fits a column of the terminal.
pub(super) const NAME_CHARS_MAX: usize = 100;

/// Documents read at a time.
const PAGE: usize = 256;

/// What is kept beside the settings; nobody set it, so it is no change of them.
const BESIDE: [Collection; 3] = [Collection::Checkpoint, Collection::Budget, Collection::SeenRelease];

/// What is changed, as events name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Noun {
    Profile,
    QualityDefinition,
    CustomFormat,
    DelayProfile,
    ReleaseProfile,
    Indexer,
    Client,
    Root,
    Tag,
    Naming,
    Library,
    Tmdb,
    Token,
}

impl Noun {
    /// The word in events.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::QualityDefinition => "quality_definition",
            Self::CustomFormat => "custom_format",
            Self::DelayProfile => "delay_profile",
            Self::ReleaseProfile => "release_profile",
            Self::Indexer => "indexer",
            Self::Client => "client",
            Self::Root => "root",
            Self::Tag => "tag",
            Self::Naming => "naming",
            Self::Library => "library",
            Self::Tmdb => "tmdb",
            Self::Token => "token",
        }
    }

    /// The words for people.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Profile => "quality profile",
            Self::QualityDefinition => "quality definition",
            Self::CustomFormat => "custom format",
            Self::DelayProfile => "delay profile",
            Self::ReleaseProfile => "release profile",
            Self::Indexer => "indexer",
            Self::Client => "download client",
            Self::Root => "root folder",
            Self::Tag => "tag",
            Self::Naming => "naming",
            Self::Library => "library settings",
            Self::Tmdb => "TMDB settings",
            Self::Token => "token",
        }
    }
}

/// Moves with every change of a noun, so that what was read of all its documents (is the name free?) still holds
/// when the change is kept, whichever daemon makes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct EditMark {
    noun: String,
}

impl Document for EditMark {
    type Id = String;
    const COLLECTION: Collection = Collection::Checkpoint;
    fn id(&self) -> String {
        format!("settings/{}", self.noun)
    }
}

/// A change of a noun that is under way.
#[derive(Clone)]
pub(super) struct Edit<'a> {
    flow: &'a Flow,
    by: &'a By,
    noun: Noun,
    mark: Expect,
    /// The time of the change.
    pub(super) now: Timestamp,
}

impl<'a> Edit<'a> {
    async fn begin(flow: &'a Flow, by: &'a By, noun: Noun) -> Result<Self, StoreError> {
        let found = flow.store.get(&mark_key(noun)).await?;
        let mark = found.map_or(Expect::Absent, |stored| Expect::Version(stored.version));
        Ok(Self { flow, by, noun, mark, now: flow.now() })
    }

    /// The change, empty as yet.
    pub(super) fn commit(&self) -> Commit {
        let mark = EditMark { noun: self.noun.word().to_owned() };
        self.by.commit(self.now).put(&mark, self.mark)
    }

    /// Keeps the change, with the event that says what of the noun it was. Answers with the documents' version.
    pub(super) async fn keep(&self, commit: Commit, name: &str) -> Result<DocVersion, FlowError> {
        let changes = self.changes(&commit).await?;
        let commit =
            if self.by.declares { commit } else { managed::guarded(&self.flow.store, commit).await? };
        refuse_too_large(self.noun, &commit)?;
        let commit = commit.event(None, changed_so(self.noun, name, changes));
        Ok(self.flow.store.commit(commit).await?.version)
    }

    /// What the commit changes, from what is stored. Nobody else changes the noun meanwhile: the mark tells.
    async fn changes(&self, commit: &Commit) -> Result<Vec<FieldChange>, StoreError> {
        let mut changes = Vec::new();
        for write in commit.writes.iter().filter(|write| !BESIDE.contains(&write.key.collection)) {
            let after = match &write.change {
                Change::Put(body) => Some(body.as_slice()),
                Change::Delete => None,
                Change::Keep => continue,
            };
            let before = self.flow.store.get(&write.key).await?.map(|stored| stored.body);
            changes.extend(of_document(write.key.collection, before.as_deref(), after));
        }
        Ok(limited(changes))
    }
}

/// Refuses what the storage would, and says which one it is.
fn refuse_too_large(noun: Noun, commit: &Commit) -> Result<(), FlowError> {
    let mut bodies = commit.writes.iter().filter_map(|write| match &write.change {
        Change::Put(body) => Some(body),
        Change::Delete | Change::Keep => None,
    });
    let Some(body) = bodies.find(|body| body.len() > BODY_BYTES_MAX) else { return Ok(()) };
    let document: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let name = document.get("name").and_then(serde_json::Value::as_str).unwrap_or_default();
    let (words, bytes) = (noun.words(), body.len());
    Err(FlowError::invalid(
        format!("the {words} {name:?} takes {bytes} bytes, and it may take {BODY_BYTES_MAX}"),
        "shorten its texts and lists, or make several of it",
    ))
}

/// Refuses more of a noun than there may be. `words` says what it is, in the plural.
pub(super) fn refuse_too_many(
    words: &str,
    count: usize,
    max: usize,
    hint: &'static str,
) -> Result<(), FlowError> {
    if count <= max {
        return Ok(());
    }
    Err(FlowError::invalid(format!("that would be {count} {words}, and there may be {max}"), hint))
}

/// What several that are changed at once are called in their event.
pub(super) fn several<'a>(mut names: impl Iterator<Item = &'a str>) -> String {
    let first = names.next().unwrap_or_default().to_owned();
    match names.count() {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

fn mark_key(noun: Noun) -> DocKey {
    EditMark { noun: noun.word().to_owned() }.key()
}

/// The event of a changed setting.
pub(crate) fn changed(noun: Noun, name: &str) -> EventKind {
    changed_so(noun, name, Vec::new())
}

pub(crate) fn changed_so(noun: Noun, name: &str, changes: Vec<FieldChange>) -> EventKind {
    EventKind::SettingsChanged { what: noun.word().to_owned(), name: name.to_owned(), changes }
}

/// Makes a change of a noun; when another one came in between, once more on what is there then.
pub(super) async fn change<'a, T, F>(
    flow: &'a Flow,
    by: &'a By,
    noun: Noun,
    attempt: impl Fn(Edit<'a>) -> F,
) -> Result<T, FlowError>
where
    F: Future<Output = Result<T, FlowError>>,
{
    let key = mark_key(noun);
    let mut tries = 1;
    loop {
        let result = attempt(Edit::begin(flow, by, noun).await?).await;
        let came_second =
            matches!(&result, Err(FlowError::Store(StoreError::Conflict { key: at, .. })) if *at == key);
        if !came_second || tries >= TRIES_MAX {
            return result;
        }
        tries += 1;
    }
}

/// A document as it was read.
#[derive(Debug, Clone)]
pub(super) struct Known<T> {
    pub(super) document: T,
    pub(super) version: DocVersion,
}

impl<T> Known<T> {
    /// What a commit that was based on it expects.
    pub(super) fn expected(&self) -> Expect {
        Expect::Version(self.version)
    }
}

/// All documents of a type with their versions, in the order of their ids.
pub(super) async fn known<T: Document>(store: &SharedStore) -> Result<Vec<Known<T>>, StoreError> {
    let mut all = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let page = store.list(T::COLLECTION, after.as_deref(), PAGE).await?;
        let full = page.len() == PAGE;
        for (id, stored) in page {
            let key = DocKey::new(T::COLLECTION, id);
            all.push(Known { document: T::decode(&key, &stored)?, version: stored.version });
            after = Some(key.id);
        }
        if !full {
            return Ok(all);
        }
    }
}

/// A noun of which there are many, each with a number and a name.
pub(super) trait Numbered: Document {
    /// Which noun.
    const NOUN: Noun;
    /// Its number; 0 = it has none yet.
    fn number(&self) -> u64;
    /// Gives it a number.
    fn set_number(&mut self, number: u64);
    /// Its name.
    fn name(&self) -> String;
    /// The version that an edit says it was based on; 0 = whatever is there.
    fn based_on(&self) -> DocVersion {
        DocVersion(0)
    }
}

/// The one with that number.
pub(super) fn find<T: Numbered>(known: &[Known<T>], number: u64) -> Result<&Known<T>, FlowError> {
    let found = known.iter().find(|known| known.document.number() == number);
    found.ok_or_else(|| FlowError::not_found(format!("there is no {} {number}", T::NOUN.words())))
}

/// What must be in the place that the edit goes to; a new one gets its number.
pub(super) async fn place<T: Numbered>(
    flow: &Flow,
    known: &[Known<T>],
    document: &mut T,
) -> Result<Expect, FlowError> {
    if document.number() == 0 {
        document.set_number(flow.store.next_id(T::COLLECTION).await?);
        return Ok(Expect::Absent);
    }
    let before = find(known, document.number())?;
    let based_on = document.based_on();
    if based_on != DocVersion(0) && based_on != before.version {
        let (what, name) = (T::NOUN.words(), before.document.name());
        return Err(FlowError::conflict(
            format!("the {what} {name:?} was changed by somebody else in between"),
            "look at it again, then repeat the change",
        ));
    }
    Ok(before.expected())
}

/// What a set of settings must be when an edit was based on that version; 0 = whatever it is.
pub(super) fn based_on(version: DocVersion) -> Expect {
    match version {
        DocVersion(0) => Expect::Any,
        DocVersion::ABSENT => Expect::Absent,
        version => Expect::Version(version),
    }
}

/// A name without space around it, if it can be one.
pub(super) fn tidy_name(noun: Noun, name: &str) -> Result<String, FlowError> {
    let name = name.trim();
    if name.is_empty() {
        return Err(FlowError::invalid(format!("the {} has no name", noun.words()), "give it one"));
    }
    if name.chars().count() > NAME_CHARS_MAX {
        return Err(FlowError::invalid(
            format!("the name of the {} is longer than {NAME_CHARS_MAX} characters", noun.words()),
            "shorten it",
        ));
    }
    if name.chars().any(char::is_control) {
        return Err(FlowError::invalid(
            format!("the name {name:?} has characters that can't be shown"),
            "leave them out",
        ));
    }
    Ok(name.to_owned())
}

/// Refuses a name that another one has; letters are compared without case.
pub(super) fn refuse_same_name<T: Numbered>(known: &[Known<T>], document: &T) -> Result<(), FlowError> {
    let name = document.name().to_lowercase();
    let other = known
        .iter()
        .map(|known| &known.document)
        .find(|other| other.number() != document.number() && other.name().to_lowercase() == name);
    match other {
        None => Ok(()),
        Some(other) => Err(FlowError::conflict(
            format!(
                "the {} {:?} is there already (number {})",
                T::NOUN.words(),
                other.name(),
                other.number()
            ),
            "choose another name, or edit that one",
        )),
    }
}

/// `1 movie`, `2 movies`.
pub(super) fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
