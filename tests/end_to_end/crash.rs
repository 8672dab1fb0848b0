//! The daemon is killed at random moments of the whole way, again and again. Nothing that it acknowledged may be lost,
//! no half file may lie in the library, and no movie may be grabbed twice.
//!
//! `RADARR_KILLS=200` does it as often as the figures in the README say; without it a few times. The moments come from
//! a seed that is printed; `RADARR_SEED` repeats one.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, bail};
use radarr_proto::client::Client;
use radarr_proto::model::{EventKind, MovieId};
use radarr_proto::request::EditMovie;
use radarr_tests::harness::{Scene, SceneSettings, eventually};

use crate::movie::{add, files_below, other_name, story};

/// Kills without `RADARR_KILLS`.
const KILLS: u64 = 10;
/// The longest that the daemon lives.
const LIFE_MS_MAX: u64 = 1_800;
/// Movies that go the way meanwhile.
const MOVIES: usize = 6;
/// What is under way at the last kill comes to its end: a grab that was cut off is looked after once a minute.
const END_WITHIN: Duration = Duration::from_mins(5);

/// A small generator of numbers (xorshift): moments need to be varied, not secret.
pub(crate) struct Moments(u64);

impl Moments {
    /// The same moments for the same seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }
}

/// `RADARR_SEED`, or one of its own.
pub(crate) fn seed() -> anyhow::Result<u64> {
    let now = std::time::UNIX_EPOCH.elapsed()?.as_nanos();
    from_env("RADARR_SEED", u64::try_from(now % 1_000_000_007)? + 1)
}

/// A number of the environment.
pub(crate) fn from_env(name: &str, otherwise: u64) -> anyhow::Result<u64> {
    match std::env::var(name) {
        Ok(text) => text.parse().with_context(|| format!("{name} = {text:?} is no number")),
        Err(_) => Ok(otherwise),
    }
}

/// What the daemon acknowledged.
#[derive(Default)]
struct Acknowledged {
    movies: BTreeMap<u32, MovieId>,
    monitored: BTreeMap<MovieId, bool>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_and_nothing_is_done_twice_by_kills() -> anyhow::Result<()> {
    let kills = from_env("RADARR_KILLS", KILLS)?;
    let seed = seed()?;
    println!("RADARR_SEED={seed} RADARR_KILLS={kills}");
    let mut moments = Moments::new(seed);

    let mut scene = Scene::start_set_up(SceneSettings::default()).await?;
    let films: Vec<u32> = scene.stand_ins.world.movies.iter().map(|movie| movie.tmdb).collect();
    let good = |tmdb: &u32| scene.stand_ins.world.good_releases(*tmdb).count() >= 3;
    let films: Vec<u32> = films.into_iter().filter(good).take(MOVIES).collect();
    let mut acknowledged = Acknowledged::default();

    for number in 0..kills {
        let life = Duration::from_millis(moments.next(LIFE_MS_MAX));
        let client = scene.daemon.client().await?;
        let missing = films.iter().copied().find(|tmdb| !acknowledged.movies.contains_key(tmdb));
        let wanted = missing.filter(|_| number % 2 == 0);
        // Whatever is answered before the kill counts; the rest may or may not have been done.
        let busy = tokio::time::timeout(life, keep_busy(&client, wanted, &mut acknowledged));
        drop(busy.await);
        scene.daemon.kill_9()?;
        scene.daemon.start_again().await?;
        check(&scene, &acknowledged).await.with_context(|| format!("after kill {number} of seed {seed}"))?;
    }

    let client = scene.daemon.client().await?;
    for tmdb in films.iter().filter(|tmdb| !acknowledged.movies.contains_key(tmdb)) {
        // It may have been added without the answer having come through.
        drop(add(&client, *tmdb, true).await);
    }
    let page = client.list_movies(radarr_proto::request::ListMovies::default()).await?;
    assert_eq!(page.total, films.len() as u64, "a movie is there twice or not at all");
    all_come_in(&scene, &client).await.with_context(|| format!("seed {seed}"))?;
    nothing_twice(&scene, &client).await.with_context(|| format!("seed {seed}"))
}

/// Changes things until it is cut off.
async fn keep_busy(client: &Client, wanted: Option<u32>, acknowledged: &mut Acknowledged) {
    if let Some(tmdb) = wanted
        && let Ok(movie) = add(client, tmdb, true).await
    {
        acknowledged.movies.insert(tmdb, movie.id);
    }
    let ids: Vec<MovieId> = acknowledged.movies.values().copied().collect();
    let Some(id) = ids.first().copied() else { return std::future::pending().await };
    // The movie is looked for while it is monitored only, so it is left so in the end of each round.
    for monitored in [false, true].into_iter().cycle() {
        // Until it is answered neither value is known.
        acknowledged.monitored.remove(&id);
        let edit = EditMovie { id, monitored: Some(monitored), ..EditMovie::default() };
        let Ok(movie) = client.edit_movie(edit).await else { return };
        acknowledged.monitored.insert(id, movie.monitored);
    }
}

async fn check(scene: &Scene, acknowledged: &Acknowledged) -> anyhow::Result<()> {
    let client = scene.daemon.client().await?;
    for (tmdb, id) in &acknowledged.movies {
        let details = client.get_movie(*id).await.with_context(|| format!("movie {id} is lost"))?;
        if details.movie.facts.tmdb_id.0 != *tmdb {
            bail!("movie {id} is another one");
        }
        if let Some(monitored) = acknowledged.monitored.get(id)
            && details.movie.monitored != *monitored
        {
            bail!("an edit of movie {id} is lost");
        }
        if let Some(file) = details.movie.versions.first().and_then(|version| version.file.as_ref()) {
            let folder = details.paths.first().context("no folder")?;
            let path = std::path::Path::new(folder).join(&file.relative_path);
            let found = path.metadata().with_context(|| format!("{} is not there", path.display()))?;
            if found.len() != file.size_bytes {
                bail!("{} has {} of {} bytes", path.display(), found.len(), file.size_bytes);
            }
        }
    }
    Ok(())
}

/// Every movie gets its file.
async fn all_come_in(scene: &Scene, client: &Client) -> anyhow::Result<()> {
    eventually("every movie's import", END_WITHIN, || async {
        let page = client.list_movies(radarr_proto::request::ListMovies::default()).await?;
        for row in &page.rows {
            if !row.monitored {
                let edit = EditMovie { id: row.id, monitored: Some(true), ..EditMovie::default() };
                client.edit_movie(edit).await?;
            }
            let has_grab = !client.get_movie(row.id).await?.grabs.is_empty();
            if row.quality.is_none() && !has_grab {
                let waits = client.jobs().await?.into_iter().any(|job| {
                    let of_it = serde_json::to_value(&job.kind).unwrap_or_default();
                    job.status.is_open() && of_it.get("movie_id") == Some(&serde_json::json!(row.id))
                });
                if !waits {
                    client.search_movie(row.id, radarr_proto::model::Slot(0)).await?;
                }
            }
        }
        let waiting: Vec<_> = page.rows.iter().filter(|row| row.quality.is_none()).collect();
        if waiting.is_empty() {
            Ok(())
        } else {
            bail!("{} wait: {:#?}", waiting.len(), client.queue().await?)
        }
    })
    .await
    .with_context(|| scene.daemon.log())
}

/// One grab, one torrent, one whole file for each movie, and no temporary name.
async fn nothing_twice(scene: &Scene, client: &Client) -> anyhow::Result<()> {
    let page = client.list_movies(radarr_proto::request::ListMovies::default()).await?;
    let all: Vec<MovieId> = page.rows.iter().map(|row| row.id).collect();
    nothing_twice_of(scene, client, &all).await
}

/// The same for some movies of a library.
pub(crate) async fn nothing_twice_of(
    scene: &Scene,
    client: &Client,
    movies: &[MovieId],
) -> anyhow::Result<()> {
    for id in movies {
        let events = story(client, *id).await?;
        let grabs = events.iter().filter(|event| matches!(event.kind, EventKind::Grabbed { .. })).count();
        let details = client.get_movie(*id).await?;
        let row = &details.row;
        if grabs != 1 {
            bail!("{} was grabbed {grabs} times: {events:#?}", row.title);
        }
        let folder = std::path::PathBuf::from(details.paths.first().context("no folder")?);
        let videos: Vec<String> =
            files_below(&folder)?.into_iter().filter(|name| !name.contains(".srt")).collect();
        let [video] = videos.as_slice() else { bail!("{} has {videos:?}", row.title) };
        if other_name(&folder.join(video), &scene.save_path)?.is_none() {
            bail!("{video} is not the file that was downloaded");
        }
    }
    let half: Vec<String> =
        files_below(&scene.root)?.into_iter().filter(|name| name.contains(".radarr-")).collect();
    if half.is_empty() { Ok(()) } else { bail!("half files are left: {half:?}") }
}
