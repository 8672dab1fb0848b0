//! Reads what releases of one movie's version are judged against.

use std::sync::Arc;

use jiff::Timestamp;
use radarr_proto::model::{
    Blocked, DelayProfile, Grab, GrabId, Indexer, IndexerState, LibrarySettings, Movie, MovieId,
    PendingRelease, QualityDefinition, QualityProfile, ReleaseProfile, RootFolder, SearchKind, Slot,
};
use radarr_proto::model::{Event, EventKind};

use super::format_cache::ReadyFormats;
use super::{Flow, FlowError};
use crate::domain::decide::release_profile::CompiledReleaseProfile;
use crate::domain::decide::{HeldFile, IndexerRules, Past, PastKind, Queued, Settings, Situation, delay};
use crate::domain::quality::upgrade::Rated;
use crate::files::{self, blocking};
use crate::indexers::ledger::load_budget;
use crate::storage::{HistoryRange, Only};

/// Events of a movie that are looked through for earlier grabs.
const HISTORY_MAX: usize = 200;

/// What holds for all movies, read once for a whole list of releases.
pub(super) struct Rulebook {
    /// When the reading began. What was grabbed or imported later is not in it.
    pub(super) read_at: Timestamp,
    pub(super) settings: Settings,
    pub(super) formats: Arc<ReadyFormats>,
    pub(super) indexers: Vec<Indexer>,
    delays: Vec<DelayProfile>,
    blocklist: Vec<Blocked>,
    grabs: Vec<Grab>,
}

/// What holds for one version of one movie.
pub(super) struct Circumstances {
    pub(super) movie: Movie,
    pub(super) slot: Slot,
    pub(super) profile: QualityProfile,
    delay: DelayProfile,
    file: Option<HeldFile>,
    queue: Vec<Queued>,
    history: Vec<Past>,
    oldest_pending_age_minutes: Option<u64>,
    free_space_bytes: Option<u64>,
}

/// Reads what holds for all movies.
pub(super) async fn rulebook(flow: &Flow) -> Result<Rulebook, FlowError> {
    let read_at = flow.now();
    let store = &flow.store;
    let library = store.load::<LibrarySettings>(Only).await?.unwrap_or_default();
    let indexers = store.load_all::<Indexer>().await?;
    let mut settings = Settings::from(&library);
    let definitions = store.load_all::<QualityDefinition>().await?;
    if !definitions.is_empty() {
        settings.definitions = definitions;
    }
    for indexer in &indexers {
        let budget = load_budget(store, indexer.id).await?;
        let state = IndexerState {
            budget: budget.shown(indexer.requests_per_hour, flow.now()),
            indexer: indexer.clone(),
        };
        settings.indexers.insert(indexer.id, IndexerRules::from(&state));
    }
    // What can't be compiled is told by the health page; the rest holds.
    let profiles = store.load_all::<ReleaseProfile>().await?;
    settings.release_profiles = CompiledReleaseProfile::compile_all(&profiles).0;
    Ok(Rulebook {
        read_at,
        settings,
        formats: flow.formats.ready(store).await?,
        indexers,
        delays: store.load_all::<DelayProfile>().await?,
        blocklist: store.load_all::<Blocked>().await?,
        grabs: flow.open_grabs().await?,
    })
}

/// Reads what holds for one version of one movie.
///
/// The movie is read here, after the rulebook with its open grabs: were it the other way round, a download imported
/// between the two would be neither an open grab nor a file, and its movie would be grabbed once more.
pub(super) async fn circumstances(
    flow: &Flow,
    rulebook: &Rulebook,
    movie_id: MovieId,
    slot: Slot,
) -> Result<Circumstances, FlowError> {
    let movie = flow.store.load::<Movie>(movie_id).await?.ok_or_else(|| FlowError::no_movie(movie_id))?;
    let title = movie.facts.title.clone();
    let version = movie
        .versions
        .iter()
        .find(|version| version.slot == slot)
        .cloned()
        .ok_or_else(|| FlowError::not_found(format!("{title} has no version {}", slot.0)))?;
    let profile = flow.store.load::<QualityProfile>(version.profile_id).await?.ok_or_else(|| {
        FlowError::invalid(
            format!("the quality profile of {title} does not exist any more"),
            "choose another: radarr-tui movie edit",
        )
    })?;
    let root = flow.store.load::<RootFolder>(version.root_folder_id).await?;
    let free_space_bytes = match root {
        Some(root) => {
            let path = std::path::PathBuf::from(root.path);
            blocking(move || files::free_space(&path)).await.ok().map(|space| space.free_bytes)
        }
        None => None,
    };
    let delay = delay::best_for(&rulebook.delays, &movie.tags).cloned().unwrap_or_else(delay::standard);
    let file = version.file.as_ref().map(|file| HeldFile::of(file, &profile, &rulebook.formats.formats));
    let queue = rulebook
        .grabs
        .iter()
        .filter_map(|grab| Queued::of(grab, &profile, &rulebook.formats.formats))
        .collect();
    let history = history(flow, rulebook, &profile, movie.id, slot).await?;
    let oldest_pending_age_minutes = oldest_pending(flow, movie.id, slot).await?;
    Ok(Circumstances {
        movie,
        slot,
        profile,
        delay,
        file,
        queue,
        history,
        oldest_pending_age_minutes,
        free_space_bytes,
    })
}

impl Circumstances {
    /// As the domain takes it.
    pub(super) fn situation<'a>(
        &'a self,
        flow: &Flow,
        rulebook: &'a Rulebook,
        search: SearchKind,
    ) -> Situation<'a> {
        let searched = matches!(search, SearchKind::User | SearchKind::Automatic);
        Situation {
            settings: &rulebook.settings,
            movie: &self.movie,
            slot: self.slot,
            profile: &self.profile,
            delay: &self.delay,
            file: self.file.as_ref(),
            queue: &self.queue,
            history: &self.history,
            blocklist: &rulebook.blocklist,
            oldest_pending_age_minutes: self.oldest_pending_age_minutes,
            free_space_bytes: self.free_space_bytes,
            search,
            searched_movie_id: searched.then_some(self.movie.id),
            now: flow.now(),
        }
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "only an import knows better than the grab")]
/// Earlier grabs and imports of a version, newest first.
async fn history(
    flow: &Flow,
    rulebook: &Rulebook,
    profile: &QualityProfile,
    movie: MovieId,
    slot: Slot,
) -> Result<Vec<Past>, FlowError> {
    let range = HistoryRange { movie: Some(movie), before: None };
    let mut past = Vec::new();
    for event in flow.store.history(range, HISTORY_MAX).await? {
        let Some((kind, grab_id)) = told(&event) else { continue };
        let Some(grab) = flow.store.load::<Grab>(grab_id).await? else { continue };
        if grab.slot != slot {
            continue;
        }
        let quality = match &event.kind {
            EventKind::Imported { quality, .. } => *quality,
            _ => grab.parsed.quality,
        };
        past.push(Past {
            kind,
            download_id: grab.info_hash.map(|hash| hash.to_string().to_uppercase()),
            title: grab.release.title.clone(),
            rated: Rated {
                quality,
                score: rulebook.formats.formats.score_of_names(profile, &grab.score.formats),
            },
            at: event.at,
        });
    }
    Ok(past)
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the log has many kinds, and three are of use here")]
fn told(event: &Event) -> Option<(PastKind, GrabId)> {
    match &event.kind {
        EventKind::Grabbed { grab_id, .. } => Some((PastKind::Grabbed, *grab_id)),
        EventKind::Imported { grab_id: Some(grab_id), .. } => Some((PastKind::Imported, *grab_id)),
        EventKind::DownloadFailed { grab_id, .. } => Some((PastKind::Other, *grab_id)),
        _ => None,
    }
}

async fn oldest_pending(flow: &Flow, movie: MovieId, slot: Slot) -> Result<Option<u64>, FlowError> {
    let now = flow.now();
    let pending = flow.store.load_all::<PendingRelease>().await?;
    let ages = pending
        .iter()
        .filter(|pending| pending.decision.movie_id == Some(movie) && pending.decision.slot == slot)
        .map(|pending| {
            let since = pending.decision.release.published_at.unwrap_or(pending.added_at);
            u64::try_from(now.duration_since(since).as_mins()).unwrap_or(0)
        });
    Ok(ages.max())
}
