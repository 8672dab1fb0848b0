//! What is known of release groups, in memory: what the indexers list, stored by group, and what came of our own
//! grabs, told by the grabs as they are stored.
//!
//! A score is told at once: it is asked for every release that is judged. What is listed changes by
//! [`GroupView::note`] alone, which counts a release once and keeps that in the storage; our own grabs are followed in
//! the event log. What is made of the counts is told by [`crate::domain::reputation`].

mod own;
mod seen;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use radarr_proto::model::{Cursor, DocVersion, Event, EventKind, GroupReputation, IndexerId, JobStatus};
use radarr_proto::request::{GROUPS_PAGE_MAX, GroupPage, ListGroups};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use tracing::warn;

use crate::domain::reputation::{All, Listed, Own, Sighting, reputation, score};
use crate::jobs::JobContext;
use crate::storage::{
    Collection, Commit, DocKey, Document, EVENTS_PAGE_MAX, Expect, SharedStore, StoreError,
};
use crate::telemetry::metrics::GROUPS_READER;
use own::OwnGrabs;
use seen::{Seen, SeenPage};

/// Groups that are remembered. Of more, those with the fewest releases go: they say least.
const GROUPS_MAX: usize = 20_000;
/// Longer is no group's name but a mistake.
const GROUP_CHARS_MAX: usize = 40;
/// So many go at a time, so that not each further one makes room anew.
const GO_AT_ONCE: usize = GROUPS_MAX / 20;
/// Tries against another daemon that counts as well.
const TRIES_MAX: usize = 4;
/// The pause after the storage could not be read.
const AFTER_TROUBLE: Duration = Duration::from_secs(1);

/// A release that an indexer listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighted {
    /// Which indexer.
    pub indexer_id: IndexerId,
    /// Its name there: each is counted once.
    pub guid: String,
    /// Its group.
    pub group: String,
    /// What is counted of it.
    pub seen: Sighting,
}

/// What is listed of a group, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Group {
    /// As the first release had it.
    name: String,
    listed: Listed,
    #[serde(skip)]
    doc_version: DocVersion,
}

impl Document for Group {
    type Id = String;
    const COLLECTION: Collection = Collection::Group;
    fn id(&self) -> String {
        key_of(&self.name)
    }
    fn set_version(&mut self, version: DocVersion) {
        self.doc_version = version;
    }
}

/// Names of groups are compared without case.
fn key_of(name: &str) -> String {
    name.trim().to_lowercase()
}

/// What groups are ordered by: score, grabs, releases.
type Rank = (u8, u32, u32);

#[derive(Debug, Default)]
struct State {
    groups: HashMap<String, Group>,
    seen: Seen,
    own: OwnGrabs,
    all: All,
}

/// What a list of releases changes.
#[derive(Debug, Default)]
struct Change {
    groups: BTreeMap<String, Group>,
    seen: Seen,
    gone: Vec<String>,
    /// All that is new, added up.
    sum: Listed,
    counted: usize,
}

/// The groups in memory. Hold it in an [`Arc`].
pub struct GroupView {
    store: SharedStore,
    state: RwLock<State>,
    /// One change at a time; held while it is kept, so that readers need not wait for the disk.
    writing: Mutex<()>,
    /// The event that our own grabs are known up to when this was built.
    built_at: Cursor,
}

impl GroupView {
    /// Reads what is known. Then spawn [`follow`](Self::follow).
    pub async fn build(store: SharedStore) -> Result<Self, StoreError> {
        // Before the grabs: what changes while they are read is read again when the log is followed.
        let built_at = store.last_cursor();
        let mut state = read_listed(&store).await?;
        state.own.read_all(&store).await?;
        state.add_up();
        Ok(Self { store, state: RwLock::new(state), writing: Mutex::new(()), built_at })
    }

    /// The score of a group, 0 to 100; `None` when nothing is known of it.
    pub fn score(&self, group: Option<&str>) -> Option<u8> {
        let key = key_of(group?);
        let state = self.read();
        let (listed, own) = state.known(&key)?;
        Some(score(listed.unwrap_or(&Listed::default()), &own, &state.all))
    }

    /// All that is known of a group.
    pub fn group(&self, name: &str) -> Option<GroupReputation> {
        self.read().told(&key_of(name))
    }

    /// A page of the groups, best first. All are ranked, and only those of the page are told in full.
    pub fn page(&self, request: &ListGroups) -> GroupPage {
        let wanted = key_of(&request.text);
        let state = self.read();
        let only_own = state.own.keys().filter(|key| !state.groups.contains_key(*key));
        let mut ranked: Vec<(Rank, &String)> = state
            .groups
            .keys()
            .chain(only_own)
            .filter(|key| key.contains(&wanted))
            .filter_map(|key| Some((state.rank(key)?, key)))
            .collect();
        // Equal ones have one order, so that pages neither repeat nor skip.
        ranked.sort_unstable_by(|(left, name), (right, other)| right.cmp(left).then_with(|| name.cmp(other)));
        let size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let limit = request.limit.unwrap_or(GROUPS_PAGE_MAX).min(GROUPS_PAGE_MAX);
        let of_page = ranked.iter().skip(size(request.offset)).take(size(limit));
        GroupPage {
            groups: of_page.filter_map(|(_, key)| state.told(key)).collect(),
            total: u64::try_from(ranked.len()).unwrap_or(u64::MAX),
        }
    }

    /// How many of these were not counted before.
    pub fn count_new(&self, sighted: &[Sighted]) -> usize {
        self.read().change(sighted).counted
    }

    /// Counts releases that were not counted before, and keeps that together with `with`: both or neither. How many
    /// were new. A job says who it is, so that nothing is kept for one that another daemon took over.
    pub async fn note(
        &self,
        sighted: &[Sighted],
        with: Commit,
        job: Option<&JobContext>,
    ) -> Result<usize, StoreError> {
        let one_at_a_time = self.writing.lock().await;
        let mut tries = 1;
        loop {
            let change = self.read().change(sighted);
            let commit = change.clone_into(with.clone());
            if commit.is_empty() {
                return Ok(0);
            }
            let kept = match job {
                Some(job) => job.commit(commit).await,
                None => self.store.commit(commit).await,
            };
            match kept {
                Ok(committed) => {
                    let counted = change.counted;
                    self.write().apply(change, committed.version);
                    drop(one_at_a_time);
                    return Ok(counted);
                }
                Err(error) if is_about_groups(&error) && tries < TRIES_MAX => {
                    tries += 1;
                    self.read_changed().await?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Keeps in step with the log: our own grabs, and what other daemons counted. Runs for ever: spawn it as one task
    /// that is dropped at the end.
    pub async fn follow(self: Arc<Self>) {
        let mut changes = self.store.watch();
        let mut cursor = self.built_at;
        loop {
            changes.mark_unchanged();
            GROUPS_READER.reach(cursor);
            match self.catch_up(cursor).await {
                Ok(reached) if reached == cursor => {
                    if changes.changed().await.is_err() {
                        return;
                    }
                }
                Ok(reached) => cursor = reached,
                Err(error) => {
                    warn!(%error, "what is known of groups can't follow the storage");
                    tokio::time::sleep(AFTER_TROUBLE).await;
                }
            }
        }
    }

    async fn catch_up(&self, cursor: Cursor) -> Result<Cursor, StoreError> {
        let page = self.store.events_after(cursor, EVENTS_PAGE_MAX).await?;
        if page.gap || page.events.iter().any(counts_releases) {
            let one_at_a_time = self.writing.lock().await;
            self.read_changed().await?;
            drop(one_at_a_time);
        }
        if page.gap {
            let mut own = OwnGrabs::default();
            own.read_all(&self.store).await?;
            let mut state = self.write();
            state.own = own;
            state.add_up();
            return Ok(page.cursor);
        }
        let changed = own::read_changed(&self.store, &page.events).await?;
        if !changed.is_empty() {
            let mut state = self.write();
            state.own.take_in(changed);
            state.all.own = state.own.sum();
        }
        Ok(page.cursor)
    }

    /// Reads what another daemon counted: documents of another version than the one that is known, and no others.
    async fn read_changed(&self) -> Result<(), StoreError> {
        let known_groups: HashMap<String, DocVersion> =
            self.read().groups.iter().map(|(key, group)| (key.clone(), group.doc_version)).collect();
        let known_pages = self.read().seen.versions();
        let stored = self.store.versions(Collection::Group).await?;
        let mut groups: Vec<Group> = Vec::new();
        for (id, version) in &stored {
            if known_groups.get(id) != Some(version) {
                groups.extend(self.store.load::<Group>(id.clone()).await?);
            }
        }
        let mut pages: Vec<SeenPage> = Vec::new();
        let stored_pages: HashMap<String, DocVersion> =
            self.store.versions(Collection::SeenRelease).await?.into_iter().collect();
        for (id, version) in &stored_pages {
            if known_pages.get(id) != Some(version) {
                let key = DocKey::new(Collection::SeenRelease, id.clone());
                let page = self.store.get(&key).await?;
                pages.extend(page.map(|page| SeenPage::decode(&key, &page)).transpose()?);
            }
        }
        let there: HashSet<String> = stored.into_iter().map(|(id, _)| id).collect();
        let gone = known_groups.keys().any(|key| !there.contains(key))
            || known_pages.keys().any(|id| !stored_pages.contains_key(id));
        if groups.is_empty() && pages.is_empty() && !gone {
            return Ok(());
        }
        let mut state = self.write();
        state.groups.retain(|key, _| there.contains(key));
        state.groups.extend(groups.into_iter().map(|group| (group.id(), group)));
        state.seen.keep_stored(|id| stored_pages.contains_key(id));
        for page in &pages {
            state.seen.take_in(page);
        }
        state.add_up();
        Ok(())
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn read_listed(store: &SharedStore) -> Result<State, StoreError> {
    let mut state = State::default();
    store
        .for_each::<Group>(|group| {
            state.groups.insert(group.id(), group);
        })
        .await?;
    let seen = &mut state.seen;
    store.for_each::<SeenPage>(|page| seen.take_in(&page)).await?;
    Ok(state)
}

fn based_on(version: DocVersion) -> Expect {
    if version == DocVersion(0) { Expect::Absent } else { Expect::Version(version) }
}

/// Jobs after which another daemon may know more than this one, and changes of indexers, whose marks go with them.
/// Each comes a few times an hour at most.
fn counts_releases(event: &Event) -> bool {
    let counted = matches!(&event.kind, EventKind::JobChanged { job, status: JobStatus::Done, .. }
        if matches!(job.as_str(), "learn_groups" | "read_recent"));
    counted || matches!(&event.kind, EventKind::SettingsChanged { what, .. } if what == "indexer")
}

fn is_about_groups(error: &StoreError) -> bool {
    matches!(error, StoreError::Conflict { key, .. }
        if matches!(key.collection, Collection::Group | Collection::SeenRelease))
}

impl State {
    fn known(&self, key: &str) -> Option<(Option<&Listed>, Own)> {
        let listed = self.groups.get(key).map(|group| &group.listed);
        let own = self.own.of(key);
        (listed.is_some() || own.is_some()).then(|| (listed, own.unwrap_or_default()))
    }

    fn rank(&self, key: &str) -> Option<Rank> {
        let (listed, own) = self.known(key)?;
        let nothing = Listed::default();
        let listed = listed.unwrap_or(&nothing);
        Some((score(listed, &own, &self.all), own.grabs, listed.releases.max(own.grabs)))
    }

    fn told(&self, key: &str) -> Option<GroupReputation> {
        let (listed, own) = self.known(key)?;
        let name = self.groups.get(key).map(|group| group.name.as_str()).or_else(|| self.own.name(key))?;
        Some(reputation(name, listed.unwrap_or(&Listed::default()), &own, &self.all))
    }

    fn add_up(&mut self) {
        self.all = All { listed: Listed::default(), own: self.own.sum() };
        for group in self.groups.values() {
            self.all.listed.merge(&group.listed);
        }
    }

    fn change(&self, sighted: &[Sighted]) -> Change {
        let mut change = Change::default();
        for one in sighted {
            let key = key_of(&one.group);
            if key.is_empty() || key.chars().count() > GROUP_CHARS_MAX {
                continue;
            }
            if !change.seen.mark_beside(&self.seen, one.indexer_id, &one.guid) {
                continue;
            }
            let group = change.groups.entry(key).or_insert_with_key(|key| {
                self.groups.get(key).cloned().unwrap_or_else(|| Group {
                    name: one.group.trim().to_owned(),
                    listed: Listed::default(),
                    doc_version: DocVersion(0),
                })
            });
            group.listed.add(&one.seen);
            change.sum.add(&one.seen);
            change.counted += 1;
        }
        let added = change.groups.keys().filter(|key| !self.groups.contains_key(*key)).count();
        if self.groups.len() + added > GROUPS_MAX {
            let mut known: Vec<(&String, &Group)> = self
                .groups
                .iter()
                .filter(|(key, _)| !change.groups.contains_key(*key) && self.own.of(key).is_none())
                .collect();
            known.sort_by(|(left, a), (right, b)| {
                a.listed.releases.cmp(&b.listed.releases).then(left.cmp(right))
            });
            change.gone = known.into_iter().take(GO_AT_ONCE.max(added)).map(|(key, _)| key.clone()).collect();
        }
        change
    }

    fn apply(&mut self, change: Change, version: DocVersion) {
        self.seen.extend(change.seen, version);
        for key in &change.gone {
            self.groups.remove(key);
        }
        for (key, group) in change.groups {
            self.groups.insert(key, Group { doc_version: version, ..group });
        }
        if change.gone.is_empty() {
            self.all.listed.merge(&change.sum);
        } else {
            self.add_up();
        }
    }
}

impl Change {
    /// Adds the change to a commit.
    fn clone_into(&self, mut commit: Commit) -> Commit {
        for group in self.groups.values() {
            commit = commit.put(group, based_on(group.doc_version));
        }
        commit = self.seen.pages().fold(commit, |commit, page| commit.put(&page, based_on(page.doc_version)));
        self.gone.iter().fold(commit, |commit, key| commit.delete::<Group>(key.clone(), Expect::Any))
    }
}

#[cfg(test)]
mod tests;
