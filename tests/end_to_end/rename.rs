//! Files get the names that the settings give today, on the command line and in the TUI; a folder moves when a person
//! says so.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use radarr_proto::client::Client;
use radarr_proto::model::{EventKind, MovieId};
use radarr_tests::harness::{Scene, eventually};

use crate::library::{VIDEO, put_a_file, scene};
use crate::movie::{WITHIN, add, files_below, story};
use crate::terminal::Terminal;
use crate::tui::tui;

const NOSFERATU: u32 = 653;
const NAMED: &str = "Nosferatu (1922) Bluray-1080p.mkv";

async fn with_a_file() -> anyhow::Result<(Scene, Client, MovieId, PathBuf)> {
    let scene = scene().await?;
    let client = scene.daemon.client().await?;
    let movie = add(&client, NOSFERATU, false).await?;
    let folder = put_a_file(&client, movie.id).await?;
    Ok((scene, client, movie.id, folder))
}

async fn names_in(client: &Client, id: MovieId) -> anyhow::Result<Vec<String>> {
    let details = client.get_movie(id).await?;
    files_below(Path::new(details.paths.first().context("no folder")?))
}

#[tokio::test]
async fn a_file_gets_its_name_with_what_lies_beside_it_and_the_folder_stays_until_it_is_moved()
-> anyhow::Result<()> {
    let (scene, client, id, folder) = with_a_file().await?;
    let cli = scene.daemon.cli()?;
    let shown = cli.ok(&["movie", "rename", "Nosferatu", "--preview"]).await?;
    assert!(shown.contains(VIDEO) && shown.contains(NAMED), "{shown}");
    assert!(folder.join(VIDEO).exists(), "a preview does nothing");

    cli.ok(&["movie", "rename", "Nosferatu", "--yes"]).await?;
    let want = ["Nosferatu (1922) Bluray-1080p.de.srt", NAMED];
    assert_eq!(names_in(&client, id).await?, want);
    let details = client.get_movie(id).await?;
    let file = details.movie.versions[0].file.as_ref().context("its file is gone")?;
    assert_eq!((file.relative_path.as_str(), file.extras.len()), (NAMED, 1));
    let events = story(&client, id).await?;
    assert!(events.iter().any(|event| matches!(event.kind, EventKind::FileRenamed { .. })), "{events:#?}");
    let again = cli.ok(&["movie", "rename", "--all", "--yes"]).await?;
    assert!(again.contains("all files have their names"), "{again}");

    // Another format for folders renames no folder: that is a move, and a person asks for it.
    cli.ok(&["naming", "set", "--folder-format", "{Movie CleanTitle} {Release Year}"]).await?;
    let shown = cli.ok(&["movie", "rename", "--all", "--yes"]).await?;
    let told = "its folder \"Nosferatu (1922)\" would be \"Nosferatu 1922\", and stays";
    assert!(shown.contains(told) && shown.contains("all files have their names"), "{shown}");
    assert!(folder.join(NAMED).exists());
    cli.ok(&["movie", "edit", "Nosferatu", "--folder", "Nosferatu 1922"]).await?;
    let moved = folder.with_file_name("Nosferatu 1922");
    eventually("the folder's new name", WITHIN, || async {
        ensure!(moved.join(NAMED).exists() && !folder.exists(), "{:?}", files_below(&scene.root));
        Ok(())
    })
    .await?;
    assert_eq!(names_in(&client, id).await?, want);
    let shown = cli.ok(&["movie", "rename", "--all", "--preview"]).await?;
    assert!(!shown.contains("its folder"), "{shown}");
    Ok(())
}

#[tokio::test]
async fn the_tui_shows_the_new_names_and_renames_what_it_showed() -> anyhow::Result<()> {
    let (scene, client, id, folder) = with_a_file().await?;
    let mut terminal = Terminal::start(tui(&scene.daemon.endpoint()), 100, 30)?;
    terminal.shows("Nosferatu").await?;
    terminal.types_until("N", "Rename 2 files of Nosferatu (1922)?").await?;
    terminal.shows(NAMED).await?;
    // Somebody puts something there in between: what is done would not be what was shown.
    std::fs::write(folder.join(VIDEO), "another video, which is longer")?;
    terminal.types_until("y", "are not those that were shown any more").await?;
    terminal.types_until("N", NAMED).await?;
    terminal.types_until("y", "renamed 2 files").await?;
    assert_eq!(names_in(&client, id).await?, ["Nosferatu (1922) Bluray-1080p.de.srt", NAMED]);
    Ok(())
}
