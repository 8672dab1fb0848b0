//! What happened to the movies at Radarr: events in our log at their old times, and a grab for each release that was
//! handed to a download client, so that what was imported before is not taken once more.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use radarr_proto::model::{
    ClientId, DocVersion, EventKind, Grab, GrabId, GrabState, Indexer, IndexerId, LinkMode, MatchedBy,
    MovieFacts, MovieId, PlacedBy, Progress, Release, Slot, StoredScore,
};

use super::Taking;
use super::movies::{OurMovies, Ours};
use crate::domain::custom_format::{CompiledFormats, FormatInput};
use crate::domain::parse::parse_release;
use crate::flow::{Flow, FlowError};
use crate::migrate::fields::Fields;
use crate::migrate::nouns::history::{Entry, Grabbed, What, called, entry};
use crate::migrate::paths::{self, MapPath};
use crate::migrate::report::{Noun, count};
use crate::storage::{Collection, Commit, EVENTS_PAGE_MAX, Expect, HistoryRange, Retention};

/// Events in one commit.
const TOGETHER: usize = 200;
/// Pages of a movie's history here that are looked through.
const PAGES_MAX: usize = 50;

/// A grab, and what its commit is based on.
struct Held {
    grab: Grab,
    /// What it was found by, for its score.
    language_and_year: MovieFacts,
    expect: Expect,
    written: bool,
}

/// What an event is told from another by: movie, kind, release or path, second.
type Key = (MovieId, u8, String, i64);

/// An event that will be kept.
struct Coming {
    at: Timestamp,
    movie: MovieId,
    kind: EventKind,
    grab: Option<GrabId>,
}

#[derive(Default)]
struct Work {
    here: HashSet<Key>,
    /// By movie and download.
    by_download: HashMap<(MovieId, String), GrabId>,
    grabs: HashMap<GrabId, Held>,
    events: Vec<Coming>,
}

/// Takes the history over, oldest first.
pub async fn take(taking: &mut Taking<'_>, rows: &[Fields], movies: &OurMovies) -> Result<(), FlowError> {
    let mut noun = Noun::new("history");
    let flow = taking.flow;
    let indexers: Vec<Indexer> = flow.store.load_all().await?;
    let oldest = flow.now().checked_sub(Retention::default().history).unwrap_or(Timestamp::MIN);
    let mut work = Work::default();
    let touched: HashSet<i64> = rows.iter().filter_map(|row| row.int("movieId")).collect();
    for movie in touched.iter().filter_map(|number| movies.get(number)).filter(|movie| movie.was_there) {
        read_what_is_here(flow, movie.id, &mut work).await?;
    }
    for row in rows {
        let entry = match entry(row) {
            Ok(entry) => entry,
            Err(why) => {
                noun.left_out(called(row), why);
                continue;
            }
        };
        let Some(movie) = movies.get(&entry.movie) else {
            noun.left_out(called(row), "its movie is not here");
            continue;
        };
        if entry.at < oldest {
            noun.left_out(called(row), "it is older than the two years that history is kept here");
            continue;
        }
        match coming(flow, &indexers, taking.maps, &mut work, &entry, movie).await? {
            Ok(true) => noun.taken(),
            Ok(false) => noun.there(),
            Err(why) => noun.left_out(called(row), why),
        }
    }
    let unfinished = work
        .grabs
        .values()
        .filter(|held| held.expect == Expect::Absent && held.grab.state == GrabState::Gone);
    let unfinished = unfinished.count();
    commit_all(taking, work).await?;
    if unfinished > 0 {
        noun.changed(
            count(unfinished, "grab"),
            "neither imported nor failed at Radarr: what is still in its queue is best imported by Radarr before you move",
        );
    }
    taking.report.nouns.push(noun);
    Ok(())
}

/// Events and grabs of a movie that is here already.
async fn read_what_is_here(flow: &Flow, movie: MovieId, work: &mut Work) -> Result<(), FlowError> {
    let mut before = None;
    for _ in 0..PAGES_MAX {
        let range = HistoryRange { movie: Some(movie), before };
        let page = flow.store.history(range, EVENTS_PAGE_MAX).await?;
        let Some(last) = page.last() else { break };
        before = Some(last.cursor);
        let is_last = page.len() < EVENTS_PAGE_MAX;
        for event in page {
            work.here.extend(key(movie, &event.kind, event.at));
            if let EventKind::Grabbed { grab_id, .. } = event.kind
                && let Some(grab) = flow.store.load::<Grab>(grab_id).await?
            {
                work.by_download.insert((movie, download_of(&grab)), grab_id);
                let expect = Expect::Version(grab.doc_version);
                work.grabs.insert(
                    grab_id,
                    Held { grab, language_and_year: MovieFacts::default(), expect, written: true },
                );
            }
        }
        if is_last {
            break;
        }
    }
    Ok(())
}

/// How a grab is found by what Radarr calls its download.
fn download_of(grab: &Grab) -> String {
    grab.info_hash.map_or_else(|| grab.release.guid.clone(), |hash| hash.to_string().to_uppercase())
}

/// Adds what happened to the work. `Ok(false)` = it is here already, `Err` = why it stays behind.
async fn coming(
    flow: &Flow,
    indexers: &[Indexer],
    maps: &[MapPath],
    work: &mut Work,
    entry: &Entry,
    movie: &Ours,
) -> Result<Result<bool, &'static str>, FlowError> {
    let download =
        entry.download.clone().unwrap_or_else(|| format!("RADARR-{}-{}", entry.at.as_second(), entry.title));
    let grab = work.by_download.get(&(movie.id, download.clone())).copied();
    let title = movie.title.clone();
    let here = |path: &str| paths::here(path, maps).unwrap_or_else(|_| path.to_owned());
    let needs_grab = "the grab that it belongs to is not known";
    let kind = match &entry.what {
        What::Grabbed(grabbed) => EventKind::Grabbed {
            // Its own number once it is known that it is new.
            grab_id: grab.unwrap_or_default(),
            title,
            release: entry.title.clone(),
            indexer: grabbed.indexer.clone(),
            quality: entry.quality,
            score: grabbed.score,
        },
        What::Imported { path, size_bytes } => EventKind::Imported {
            grab_id: grab,
            title,
            path: here(path),
            quality: entry.quality,
            placed_by: PlacedBy::Unknown,
            link_mode: LinkMode::Unknown,
            replaced: None,
            size_bytes: *size_bytes,
        },
        What::Failed { reason } => match grab {
            Some(grab_id) => {
                EventKind::DownloadFailed { grab_id, release: entry.title.clone(), reason: reason.clone() }
            }
            None => return Ok(Err(needs_grab)),
        },
        What::Ignored => match grab {
            Some(grab_id) => EventKind::QueueRemoved { grab_id, release: entry.title.clone() },
            None => return Ok(Err(needs_grab)),
        },
        What::Deleted { vanished: true } => EventKind::FileVanished { title, path: here(&entry.title) },
        What::Deleted { vanished: false } => {
            EventKind::FileDeleted { title, path: here(&entry.title), recycled_to: None }
        }
        What::Renamed { from, to } => EventKind::FileRenamed { title, from: here(from), to: here(to) },
    };
    let Some(key) = key(movie.id, &kind, entry.at) else { return Ok(Err("nothing like it happens here")) };
    if !work.here.insert(key) {
        return Ok(Ok(false));
    }
    let (kind, grab) = match (&entry.what, kind) {
        (What::Grabbed(grabbed), EventKind::Grabbed { title, release, indexer, quality, score, .. }) => {
            let grab_id = GrabId(flow.store.next_id(Collection::Grab).await?);
            let grab = new_grab(grab_id, indexers, entry, grabbed, movie, &download);
            let language_and_year = MovieFacts {
                original_language: movie.original_language,
                year: movie.year,
                ..MovieFacts::default()
            };
            work.by_download.insert((movie.id, download), grab_id);
            work.grabs
                .insert(grab_id, Held { grab, language_and_year, expect: Expect::Absent, written: false });
            (EventKind::Grabbed { grab_id, title, release, indexer, quality, score }, Some(grab_id))
        }
        (_, kind) => (kind, grab),
    };
    if let Some(held) = grab.and_then(|id| work.grabs.get_mut(&id)) {
        move_on(held, entry);
    }
    work.events.push(Coming { at: entry.at, movie: movie.id, kind, grab });
    Ok(Ok(true))
}

/// What the entry means for its grab. One of ours that is open stays so: we know better.
fn move_on(held: &mut Held, entry: &Entry) {
    if held.grab.state.is_open() {
        return;
    }
    let state = match &entry.what {
        What::Imported { .. } => GrabState::Imported { at: entry.at },
        What::Failed { reason } => GrabState::Failed { reason: reason.clone() },
        What::Ignored => GrabState::Removed,
        What::Grabbed(_) | What::Deleted { .. } | What::Renamed { .. } => return,
    };
    if held.grab.state != state {
        held.grab.state = state;
        held.written = false;
    }
}

fn new_grab(
    id: GrabId,
    indexers: &[Indexer],
    entry: &Entry,
    grabbed: &Grabbed,
    movie: &Ours,
    download: &str,
) -> Grab {
    let indexer = indexers.iter().find(|indexer| indexer.name.eq_ignore_ascii_case(&grabbed.indexer));
    Grab {
        id,
        doc_version: DocVersion(0),
        movie_id: movie.id,
        slot: Slot(0),
        movie_title: movie.title.clone(),
        release: Release {
            // Radarr's own may be an address with a key in it.
            guid: download.to_owned(),
            indexer_id: indexer.map_or(IndexerId(0), |indexer| indexer.id),
            indexer: grabbed.indexer.clone(),
            title: entry.title.clone(),
            other_title: None,
            protocol: grabbed.protocol,
            size_bytes: grabbed.size_bytes,
            published_at: grabbed.published_at,
            info_hash: grabbed.info_hash,
            seeders: None,
            peers: None,
            flags: grabbed.flags.clone(),
            imdb_id: None,
            tmdb_id: None,
            languages: Vec::new(),
            container: None,
            info_url: None,
            indexer_priority: indexer.map_or(25, |indexer| indexer.priority),
            sealed_link: None,
            minimum_ratio_hundredths: None,
            minimum_seed_minutes: None,
        },
        parsed: radarr_proto::model::ParsedRelease::default(),
        languages: entry.languages.clone(),
        score: StoredScore { score: grabbed.score, formats: Vec::new() },
        matched_by: MatchedBy::Title,
        found_by: grabbed.found_by,
        asked_by: "Radarr".to_owned(),
        client_id: ClientId(0),
        client: grabbed.client.clone(),
        protocol: grabbed.protocol,
        info_hash: grabbed.info_hash,
        grabbed_at: entry.at,
        state: GrabState::Gone,
        progress: Progress { size_bytes: grabbed.size_bytes, ..Progress::default() },
        output_path: None,
        warning: None,
        seen_at: None,
    }
}

/// The API gives times in whole seconds, the database in parts of them.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the log has many kinds, and those of Radarr's are of use here"
)]
fn key(movie: MovieId, kind: &EventKind, at: Timestamp) -> Option<Key> {
    let (number, text) = match kind {
        EventKind::Grabbed { release, .. } => (1, release),
        EventKind::Imported { path, .. } => (3, path),
        EventKind::DownloadFailed { release, .. } => (4, release),
        EventKind::FileVanished { path, .. } => (5, path),
        EventKind::FileDeleted { path, .. } => (6, path),
        EventKind::FileRenamed { to, .. } => (8, to),
        EventKind::QueueRemoved { release, .. } => (9, release),
        _ => return None,
    };
    Some((movie, number, text.clone(), at.as_second()))
}

async fn commit_all(taking: &Taking<'_>, mut work: Work) -> Result<(), FlowError> {
    let flow = taking.flow;
    let ready = flow.formats.ready(&flow.store).await?;
    let mut events = work.events.into_iter().peekable();
    while events.peek().is_some() {
        let mut commit: Commit = taking.by.commit(flow.now());
        for coming in events.by_ref().take(TOGETHER) {
            if let Some(held) =
                coming.grab.and_then(|id| work.grabs.get_mut(&id)).filter(|held| !held.written)
            {
                if held.expect == Expect::Absent {
                    describe(&ready.formats, &mut held.grab, &held.language_and_year);
                }
                commit = commit.put(&held.grab, held.expect);
                held.written = true;
            }
            commit = commit.event_at(coming.at, Some(coming.movie), coming.kind);
        }
        flow.store.commit(commit).await?;
    }
    Ok(())
}

/// What the release's name says, and which formats match it.
fn describe(formats: &CompiledFormats, grab: &mut Grab, facts: &MovieFacts) {
    grab.parsed = parse_release(&grab.release.title);
    let input = FormatInput::of_release(&grab.release, &grab.parsed, &grab.languages, Some(facts));
    grab.score.formats = formats.matching(&input).into_iter().map(|format| format.name).collect();
}
