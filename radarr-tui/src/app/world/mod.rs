//! What the daemon said, kept here so that screens can be drawn at once, and what of it must be read anew.
//!
//! Nothing is polled: an event of the daemon's log marks what it touched as stale, and what is stale is asked for
//! when something on the screen wants it. While a question is under way further events only note that it must be
//! asked once more, so that a flood of events costs two calls and not a flood of them.

mod events;
mod library;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use radarr_proto::model::{
    Blocked, CustomFormat, Decision, DownloadClient, Grab, GrabId, GroupReputation, HealthItem, IndexerState,
    Job, JobId, LibrarySettings, MovieId, NamingSettings, ProfileId, QualityProfile, RootFolderId,
    RootFolderState, ScheduledJob, Severity, Slot, TmdbSettings,
};
use radarr_proto::request::{ManagedSetting, Status, WantedPage};

use super::ask::{Answer, Ask, Heard, Problem, Topic};

pub use library::{Library, Order, PAGE_ROWS, fold};

/// Searches whose releases are kept, so that coming back costs the tracker nothing.
const SEARCHES_KEPT_MAX: usize = 4;

/// How a topic stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fetch {
    /// What is here is as the daemon has it.
    Fresh,
    /// It changed there.
    Stale,
    /// It is being read.
    Asked,
    /// It is being read, and changed meanwhile.
    AskedAndStale,
}

/// The releases that a search found.
#[derive(Debug, Clone)]
pub struct Search {
    /// For which movie.
    pub movie_id: MovieId,
    /// For which of its versions.
    pub slot: Slot,
    /// When.
    pub at: Timestamp,
    /// What was found, best first.
    pub decisions: Vec<Decision>,
}

/// What the daemon said.
#[derive(Debug, Default)]
#[expect(missing_docs, reason = "each is what the call of that name answered; `None` = not heard yet")]
pub struct World {
    pub library: Library,
    pub queue: Option<Vec<Grab>>,
    pub health: Option<Vec<HealthItem>>,
    pub status: Option<Status>,
    pub jobs: Option<Vec<Job>>,
    /// What the daemon starts by itself, what comes first in front.
    pub schedule: Option<Vec<ScheduledJob>>,
    pub profiles: Option<Vec<QualityProfile>>,
    pub roots: Option<Vec<RootFolderState>>,
    pub indexers: Option<Vec<IndexerState>>,
    pub clients: Option<Vec<DownloadClient>>,
    pub tmdb: Option<TmdbSettings>,
    pub naming: Option<NamingSettings>,
    pub library_settings: Option<LibrarySettings>,
    pub blocklist: Option<Vec<Blocked>>,
    pub missing: Option<WantedPage>,
    pub cutoff_unmet: Option<WantedPage>,
    pub custom_formats: Option<Vec<CustomFormat>>,
    pub config: Option<String>,
    pub groups: Option<Vec<GroupReputation>>,
    /// Another number with every list of groups.
    pub groups_revision: u64,
    pub managed: Option<Vec<ManagedSetting>>,
    /// Jobs at work that a person may wonder about, by what they do.
    pub running: BTreeMap<JobId, String>,
    /// The last searches, newest first.
    pub searches: Vec<Search>,
    fetch: BTreeMap<Topic, Fetch>,
    problems: BTreeMap<Topic, Problem>,
    /// Movies whose changed rows could not be read.
    rows_failed: BTreeSet<MovieId>,
}

impl World {
    /// Why a topic could not be read, when it could not.
    pub fn problem(&self, topic: Topic) -> Option<&Problem> {
        self.problems.get(&topic)
    }

    /// Everything is stale: there is a new connection, or events were missed.
    pub fn forget_freshness(&mut self) {
        self.fetch.clear();
        self.running.clear();
    }

    /// What could not be read while there was no connection is stale.
    pub fn retry_failed(&mut self) {
        for topic in std::mem::take(&mut self.problems).into_keys() {
            self.mark(topic);
        }
        for id in std::mem::take(&mut self.rows_failed) {
            self.library.mark_row(id);
        }
    }

    /// A changed row could not be read; the next connection brings it.
    pub fn row_failed(&mut self, id: MovieId) {
        self.rows_failed.insert(id);
    }

    /// A topic changed at the daemon's.
    pub fn mark(&mut self, topic: Topic) {
        let fetch = match self.fetch.get(&topic) {
            Some(Fetch::Asked | Fetch::AskedAndStale) => Fetch::AskedAndStale,
            Some(Fetch::Fresh | Fetch::Stale) | None => Fetch::Stale,
        };
        self.fetch.insert(topic, fetch);
    }

    /// What must be asked so that these topics are as the daemon has them. They count as asked from here on.
    pub fn due(&mut self, wanted: &[Topic]) -> Vec<Ask> {
        let mut asks: Vec<Ask> = Vec::new();
        for topic in wanted {
            if matches!(self.fetch.get(topic), Some(Fetch::Stale) | None) {
                self.fetch.insert(*topic, Fetch::Asked);
                asks.push(match topic {
                    Topic::Rows => {
                        self.library.begin();
                        Ask::Rows { offset: 0 }
                    }
                    other => Ask::Topic(*other),
                });
            }
        }
        if self.library.is_complete() {
            match self.library.rows_due() {
                Some(rows) => asks.extend(rows.into_iter().map(Ask::Row)),
                None => self.mark(Topic::Rows),
            }
        }
        asks
    }

    fn settled(&mut self, topic: Topic) {
        let fetch = match self.fetch.get(&topic) {
            Some(Fetch::AskedAndStale) | None => Fetch::Stale,
            Some(Fetch::Asked | Fetch::Fresh | Fetch::Stale) => Fetch::Fresh,
        };
        self.fetch.insert(topic, fetch);
    }

    /// A question about the world could not be answered.
    pub fn failed(&mut self, topic: Topic, problem: Problem) {
        // It is asked again when the daemon says that it changed, on reload, or with the next connection.
        self.settled(topic);
        self.problems.insert(topic, problem);
    }

    /// Takes an answer about the world in; gives back what must be asked to have all of it, and other answers.
    pub fn take(&mut self, answer: Answer) -> Result<Option<Ask>, Answer> {
        match answer {
            Answer::Rows { offset, page } => {
                self.problems.remove(&Topic::Rows);
                let more = self.library.take_page(offset, page);
                if more.is_none() {
                    self.settled(Topic::Rows);
                }
                Ok(more.map(|offset| Ask::Rows { offset }))
            }
            Answer::Row(id, row) => {
                self.library.take_row(id, row.map(|row| *row));
                Ok(None)
            }
            Answer::Heard(topic, heard) => {
                self.problems.remove(&topic);
                self.hear(heard);
                self.settled(topic);
                Ok(None)
            }
            other => Err(other),
        }
    }

    fn hear(&mut self, heard: Heard) {
        match heard {
            Heard::Queue(grabs) => self.queue = Some(grabs),
            Heard::Health(items) => self.health = Some(items),
            Heard::Status(status) => self.status = Some(*status),
            Heard::Jobs(jobs) => self.jobs = Some(jobs),
            Heard::Schedule(schedule) => self.schedule = Some(schedule),
            Heard::Profiles(profiles) => self.profiles = Some(profiles),
            Heard::Roots(roots) => self.roots = Some(roots),
            Heard::Indexers(indexers) => self.indexers = Some(indexers),
            Heard::Clients(clients) => self.clients = Some(clients),
            Heard::Tmdb(settings) => self.tmdb = Some(settings),
            Heard::Naming(settings) => self.naming = Some(settings),
            Heard::Library(settings) => self.library_settings = Some(settings),
            Heard::Blocklist(blocked) => self.blocklist = Some(blocked),
            Heard::Missing(page) => self.missing = Some(page),
            Heard::CutoffUnmet(page) => self.cutoff_unmet = Some(page),
            Heard::CustomFormats(formats) => self.custom_formats = Some(formats),
            Heard::Groups(groups) => {
                self.groups = Some(groups);
                self.groups_revision += 1;
            }
            Heard::Config(text) => self.config = Some(text),
            Heard::Managed(managed) => self.managed = Some(managed),
        }
    }

    /// Keeps what a search found.
    pub fn keep_search(&mut self, search: Search) {
        self.searches.retain(|kept| (kept.movie_id, kept.slot) != (search.movie_id, search.slot));
        self.searches.insert(0, search);
        self.searches.truncate(SEARCHES_KEPT_MAX);
    }

    /// The last search of a movie's version.
    pub fn search(&self, movie_id: MovieId, slot: Slot) -> Option<&Search> {
        self.searches.iter().find(|kept| (kept.movie_id, kept.slot) == (movie_id, slot))
    }

    /// A profile's name; its number where it is not known.
    pub fn profile_name(&self, id: ProfileId) -> String {
        let known = self.profiles.iter().flatten().find(|profile| profile.id == id);
        known.map_or_else(|| format!("profile {id}"), |profile| profile.name.clone())
    }

    /// By what a setting is managed, when it is: its section, and its number where there are several.
    pub fn managed_by(&self, section: &str, id: Option<u64>) -> Option<&str> {
        let found =
            self.managed.iter().flatten().find(|managed| managed.section == section && managed.id == id);
        found.map(|managed| managed.by.as_str())
    }

    /// A root folder's path; its number where it is not known.
    pub fn root_path(&self, id: RootFolderId) -> String {
        let known = self.roots.iter().flatten().find(|state| state.root.id == id);
        known.map_or_else(|| format!("root folder {id}"), |state| state.root.path.clone())
    }

    /// The open grab of a movie that is furthest.
    pub fn grab_of(&self, movie_id: MovieId) -> Option<&Grab> {
        let of_it = self.queue.iter().flatten().filter(|grab| grab.movie_id == movie_id);
        of_it.max_by_key(|grab| grab.progress.percent())
    }

    /// A grab by its number.
    pub fn grab(&self, id: GrabId) -> Option<&Grab> {
        self.queue.iter().flatten().find(|grab| grab.id == id)
    }

    /// How many things are wrong, notices not counted.
    pub fn problems_open(&self) -> usize {
        self.health.iter().flatten().filter(|item| item.severity != Severity::Notice).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_changes_costs_two_calls() {
        let mut world = World::default();
        assert_eq!(world.due(&[Topic::Queue]), [Ask::Topic(Topic::Queue)]);
        for _ in 0..100 {
            world.mark(Topic::Queue);
            assert!(world.due(&[Topic::Queue]).is_empty(), "it is being read");
        }
        world.take(Answer::Heard(Topic::Queue, Heard::Queue(Vec::new()))).unwrap();
        assert_eq!(world.due(&[Topic::Queue]), [Ask::Topic(Topic::Queue)]);
        world.take(Answer::Heard(Topic::Queue, Heard::Queue(Vec::new()))).unwrap();
        assert!(world.due(&[Topic::Queue]).is_empty());
    }

    #[test]
    fn what_nobody_looks_at_is_not_asked_for() {
        let mut world = World::default();
        world.due(&[Topic::Blocklist]);
        world.take(Answer::Heard(Topic::Blocklist, Heard::Blocklist(Vec::new()))).unwrap();
        world.mark(Topic::Blocklist);
        assert!(world.due(&[Topic::Queue]).iter().all(|ask| *ask != Ask::Topic(Topic::Blocklist)));
        assert_eq!(world.due(&[Topic::Blocklist]), [Ask::Topic(Topic::Blocklist)]);
    }

    #[test]
    fn a_question_that_failed_is_not_repeated_without_a_reason() {
        let mut world = World::default();
        world.due(&[Topic::Health]);
        world.failed(Topic::Health, Problem::new("no", None));
        assert!(world.due(&[Topic::Health]).is_empty());
        assert!(world.problem(Topic::Health).is_some());
        world.forget_freshness();
        assert_eq!(world.due(&[Topic::Health]).len(), 1);
    }
}
