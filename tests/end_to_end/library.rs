//! The library as people keep it by hand: files that they put there, folders that move, movies that go.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use radarr_proto::client::Client;
use radarr_proto::error::ErrorCode;
use radarr_proto::model::{Movie, MovieId, RootFolderId};
use radarr_proto::request::{AddRoot, DeleteMovie, EditMovie, ListMovies};
use radarr_tests::harness::{Scene, SceneSettings, WhichClient, eventually};
use radarr_tests::stand_ins::qbittorrent::Version;

use crate::movie::{WITHIN, add, files_below};

const NOSFERATU: u32 = 653;
pub(crate) const VIDEO: &str = "Nosferatu.1922.1080p.BluRay.x264-GRP.mkv";
/// Kills while folders move.
const KILLS: u64 = 12;

pub(crate) async fn scene() -> anyhow::Result<Scene> {
    let client = WhichClient::StandIn(Version::V5);
    // What a person puts there is no real video.
    let daemon_config = "[media]\nffprobe = \"/nowhere/ffprobe\"\n".to_owned();
    Scene::start_set_up(SceneSettings { client, daemon_config, ..SceneSettings::default() }).await
}

/// Puts a file with a subtitle into a movie's folder, and waits until it is found.
pub(crate) async fn put_a_file(client: &Client, id: MovieId) -> anyhow::Result<PathBuf> {
    let details = client.get_movie(id).await?;
    let folder = PathBuf::from(details.paths.first().context("no folder")?);
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join(VIDEO), "a video")?;
    std::fs::write(folder.join(VIDEO.replace(".mkv", ".de.srt")), "1")?;
    client.rescan_movie(id).await?;
    eventually("the file that was put there", WITHIN, || async {
        let files = client.movie_files(id).await?;
        let file = files.first().context("it was not found yet")?;
        ensure!(file.relative_path == VIDEO && file.extras.len() == 1, "{file:#?}");
        Ok(())
    })
    .await?;
    Ok(folder)
}

/// A root folder on another file system, where there is one; else another one on the same.
async fn another_root(client: &Client) -> anyhow::Result<(tempfile::TempDir, RootFolderId)> {
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir())?;
    let path = folder.path().to_str().context("no UTF-8")?.to_owned();
    let root = client.add_root(AddRoot { path, recycle_bin: None, recycle_days: None }).await?;
    Ok((folder, root.root.id))
}

fn moving(id: MovieId, root: RootFolderId, folder: &str) -> EditMovie {
    EditMovie { id, root_folder_id: Some(root), folder: Some(folder.to_owned()), ..EditMovie::default() }
}

/// Waits until the movie lies in that folder, and gives back its details.
async fn lies_in(client: &Client, id: MovieId, folder: &Path) -> anyhow::Result<Movie> {
    eventually("the movie's new place", WITHIN, || async {
        let details = client.get_movie(id).await?;
        let path = details.paths.first().context("no folder")?;
        ensure!(Path::new(path) == folder, "it lies in {path}");
        ensure!(folder.join(VIDEO).exists(), "its file is not there");
        Ok(details.movie)
    })
    .await
}

#[tokio::test]
async fn a_movie_is_found_moved_to_another_disk_and_deleted_as_it_was_shown() -> anyhow::Result<()> {
    let scene = scene().await?;
    let client = scene.daemon.client().await?;
    let movie = add(&client, NOSFERATU, false).await?;
    let old = put_a_file(&client, movie.id).await?;

    let (other, root) = another_root(&client).await?;
    client.edit_movie(moving(movie.id, root, "N/Nosferatu")).await?;
    let new = other.path().join("N/Nosferatu");
    lies_in(&client, movie.id, &new).await?;
    eventually("the end of the old folder", WITHIN, || async {
        ensure!(!old.exists(), "{} is still there", old.display());
        Ok(())
    })
    .await?;
    assert_eq!(files_below(other.path())?.len(), 2, "a temporary file stays behind");

    for number in 0..5 {
        std::fs::write(new.join(format!("extra {number}.jpg")), "1")?;
    }
    let delete = |preview| DeleteMovie { id: movie.id, delete_files: true, preview };
    let refused = client.delete_movie(delete(false)).await.err().and_then(|error| error.code());
    assert_eq!(refused, Some(ErrorCode::NeedsConfirmation));
    let shown = client.delete_movie(delete(true)).await?;
    assert_eq!(shown.files.len(), 7, "{shown:#?}");
    let done = client.delete_movie(delete(false)).await?;
    assert_eq!((&done.files, &done.recycled_to), (&shown.files, &shown.recycled_to));
    let bin = done.recycled_to.context("no recycle bin")?;
    assert!(Path::new(&bin).join(VIDEO).exists() && !new.exists());
    assert_eq!(client.list_movies(ListMovies::default()).await?.total, 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_that_moves_loses_nothing_by_kills() -> anyhow::Result<()> {
    let mut scene = scene().await?;
    let client = scene.daemon.client().await?;
    let movie = add(&client, NOSFERATU, false).await?;
    put_a_file(&client, movie.id).await?;
    let home = client.get_movie(movie.id).await?.movie.versions[0].root_folder_id;
    let (other, root) = another_root(&client).await?;

    for number in 0..KILLS {
        let client = scene.daemon.client().await?;
        let (place, id) = if number % 3 == 0 { (other.path(), root) } else { (scene.root.as_path(), home) };
        let folder = format!("Place {number}");
        // The moments are spread over the milliseconds that a move takes.
        let life = Duration::from_millis(number * 4);
        let answered = tokio::time::timeout(life, client.edit_movie(moving(movie.id, id, &folder))).await;
        let new = place.join(&folder);
        scene.daemon.kill_9()?;
        scene.daemon.start_again().await?;

        let client = scene.daemon.client().await?;
        let there = |folder: &Path| files_below(folder).map(|files| files.len());
        if matches!(answered, Ok(Ok(_))) {
            lies_in(&client, movie.id, &new).await.with_context(|| scene.daemon.log())?;
        }
        eventually("one whole copy", WITHIN, || async {
            let details = client.get_movie(movie.id).await?;
            let path = details.paths.first().context("no folder")?;
            let video = std::fs::read_to_string(Path::new(path).join(VIDEO))?;
            let all = there(&scene.root)? + there(other.path())?;
            if video != "a video" || all != 2 {
                bail!("{all} files, {video:?}");
            }
            Ok(())
        })
        .await
        .with_context(|| format!("after kill {number}: {}", scene.daemon.log()))?;
    }
    Ok(())
}
