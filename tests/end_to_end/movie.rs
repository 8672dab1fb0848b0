//! What stories have in common: a movie is added, its grab is followed, its file is looked at.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use radarr_proto::client::Client;
use radarr_proto::model::{
    Decision, Event, EventKind, Grab, GrabId, Judgement, MinimumAvailability, Movie, MovieId, ProfileId,
    Slot, TmdbId,
};
use radarr_proto::request::{AddMovie, GrabRelease, HistoryQuery, SearchReleases};
use radarr_tests::harness::eventually;
use walkdir::WalkDir;

/// A download of some megabytes with its import, on a loaded machine.
pub(crate) const WITHIN: Duration = Duration::from_secs(90);

/// The default profile that takes 1080p.
pub(crate) const HD_1080: ProfileId = ProfileId(4);

/// Takes a movie into the library.
pub(crate) async fn add(client: &Client, tmdb: u32, search: bool) -> anyhow::Result<Movie> {
    let request = AddMovie {
        tmdb_id: TmdbId(tmdb),
        root_folder_id: None,
        profile_id: Some(HD_1080),
        monitored: true,
        minimum_availability: MinimumAvailability::Announced,
        tags: Vec::new(),
        search,
    };
    Ok(client.add_movie(request).await?)
}

/// A person's search.
pub(crate) async fn search(client: &Client, movie: MovieId) -> anyhow::Result<Vec<Decision>> {
    Ok(client.search_releases(SearchReleases { movie_id: movie, slot: Slot(0) }).await?)
}

/// The first decision whose release name has this part.
pub(crate) fn named<'a>(decisions: &'a [Decision], part: &str) -> anyhow::Result<&'a Decision> {
    let found = decisions.iter().find(|decision| decision.release.title.contains(part));
    found.with_context(|| format!("no release has {part:?} in its name: {:#?}", in_short(decisions)))
}

/// Names with what came out.
pub(crate) fn in_short(decisions: &[Decision]) -> Vec<(String, Judgement)> {
    decisions.iter().map(|decision| (decision.release.title.clone(), decision.judgement)).collect()
}

/// What takes that release.
pub(crate) fn take(movie: MovieId, decision: &Decision, force: bool) -> GrabRelease {
    GrabRelease {
        movie_id: movie,
        slot: Slot(0),
        indexer_id: decision.release.indexer_id,
        guid: decision.release.guid.clone(),
        force,
    }
}

/// The file of a movie, once it has one.
pub(crate) async fn imported(client: &Client, movie: MovieId) -> anyhow::Result<PathBuf> {
    imported_as(client, movie, "").await
}

/// The file of a movie, once the one it has came from a release with this part in its name.
pub(crate) async fn imported_as(client: &Client, movie: MovieId, part: &str) -> anyhow::Result<PathBuf> {
    eventually("the import", WITHIN, || async {
        let details = client.get_movie(movie).await?;
        let version = details.movie.versions.first().context("no version")?;
        let Some(file) = &version.file else { bail!("no file yet: {:#?}", client.queue().await?) };
        let scene = file.scene_name.clone().unwrap_or_default();
        if !scene.contains(part) {
            bail!("the file is still {scene}");
        }
        let folder = details.paths.first().context("no folder")?;
        Ok(Path::new(folder).join(&file.relative_path))
    })
    .await
}

/// A grab, once it is in a state that is wanted.
pub(crate) async fn grab_that(
    client: &Client,
    id: GrabId,
    what: &str,
    wanted: impl Fn(&Grab) -> bool,
) -> anyhow::Result<Grab> {
    let wanted = &wanted;
    eventually(what, WITHIN, || async move {
        let queue = client.queue().await?;
        let grab = queue.into_iter().find(|grab| grab.id == id).context("it is not in the queue")?;
        if !wanted(&grab) {
            bail!("it is {:?} ({:?})", grab.state, grab.warning);
        }
        Ok(grab)
    })
    .await
}

/// The story of a movie, oldest first.
pub(crate) async fn story(client: &Client, movie: MovieId) -> anyhow::Result<Vec<Event>> {
    let mut events = Vec::new();
    let mut before = None;
    loop {
        let query = HistoryQuery { movie_id: Some(movie), before, limit: Some(1000) };
        let mut page = client.history(query).await?;
        events.append(&mut page.events);
        before = page.next_before;
        if before.is_none() {
            events.reverse();
            return Ok(events);
        }
    }
}

/// The kinds of events, by the names that the wire has for them.
pub(crate) fn kinds(events: &[Event]) -> Vec<String> {
    let name = |kind: &EventKind| {
        let json = serde_json::to_value(kind).unwrap_or_default();
        json.get("kind").and_then(|name| name.as_str()).unwrap_or_default().to_owned()
    };
    events.iter().map(|event| name(&event.kind)).collect()
}

/// Another name of the same file below `folder`.
pub(crate) fn other_name(file: &Path, folder: &Path) -> anyhow::Result<Option<PathBuf>> {
    let wanted = file.metadata().with_context(|| file.display().to_string())?;
    for entry in WalkDir::new(folder) {
        let entry = entry?;
        let found = entry.metadata()?;
        if found.is_file()
            && (found.dev(), found.ino()) == (wanted.dev(), wanted.ino())
            && entry.path() != file
        {
            return Ok(Some(entry.into_path()));
        }
    }
    Ok(None)
}

/// All files below a folder, relative to it, sorted.
pub(crate) fn files_below(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut files = Vec::new();
    for entry in WalkDir::new(folder) {
        let entry = entry?;
        if entry.file_type().is_file() {
            files.push(entry.path().strip_prefix(folder)?.display().to_string());
        }
    }
    files.sort();
    Ok(files)
}
