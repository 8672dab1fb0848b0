//! The disk of the root folder is full when a download is complete: it waits and says why, nothing half is left, and it
//! comes in by itself when there is room.

use anyhow::{Context, ensure};
use radarr_daemon::files::remove_name;
use radarr_proto::client::Client;
use radarr_proto::model::{Grab, GrabState, Movie};
use radarr_tests::harness::disk::MountedDisk;
use radarr_tests::harness::{Scene, SceneSettings};

use crate::movie::{add, files_below, grab_that, imported, named, search, take};

const NOSFERATU: u32 = 653;
const MEGABYTE: u64 = 1024 * 1024;

/// A download under way to a root folder on a disk of its own, which keeps nothing free for others.
async fn on_its_way() -> anyhow::Result<Option<(Scene, Client, Movie, Grab)>> {
    if let Some(why) = MountedDisk::why_not() {
        println!("NOT TESTED, because {why}: a root folder's disk that becomes full");
        return Ok(None);
    }
    let mut settings = SceneSettings { root_disk_megabytes: 64, ..SceneSettings::default() };
    settings.stand_ins.seeder_bytes_per_second = 400_000;
    let scene = Scene::start_set_up(settings).await?;
    scene.daemon.cli()?.ok(&["library", "set", "--minimum-free-bytes", "0"]).await?;
    let client = scene.daemon.client().await?;
    let movie = add(&client, NOSFERATU, false).await?;
    let decisions = search(&client, movie.id).await?;
    let grab = client.grab_release(take(movie.id, named(&decisions, "1080p.WEB-DL")?, false)).await?;
    grab_that(&client, grab.id, "some progress", |grab| grab.progress.percent() > 0).await?;
    Ok(Some((scene, client, movie, grab)))
}

fn disk(scene: &Scene) -> anyhow::Result<&MountedDisk> {
    scene.root_disk.as_ref().context("the root folder is no disk")
}

/// It waits with these words, and nothing of it is in the library.
async fn waits(scene: &Scene, client: &Client, grab: &Grab, words: &str) -> anyhow::Result<()> {
    scene.stand_ins.seeder.set_speed(0);
    let told = |grab: &Grab| grab.warning.as_ref().is_some_and(|warning| warning.contains(words));
    grab_that(client, grab.id, words, |grab| grab.state == GrabState::ImportPending && told(grab)).await?;
    let below = files_below(&disk(scene)?.seen_from_here())?;
    let left: Vec<&String> = below.iter().filter(|path| !path.contains("filler")).collect();
    ensure!(left.is_empty(), "something is left of it: {left:?}");
    Ok(())
}

/// It comes in without anybody's doing; on another disk it is a copy.
async fn comes_in(scene: &Scene, client: &Client, movie: &Movie) -> anyhow::Result<()> {
    let path = imported(client, movie.id).await?;
    let name = path.strip_prefix(&scene.root)?;
    let copy = disk(scene)?.seen_from_here().join(name);
    ensure!(copy.metadata()?.len() > MEGABYTE, "{} is no movie", copy.display());
    Ok(())
}

#[tokio::test]
async fn a_download_waits_for_room_on_the_disk_of_its_root_folder() -> anyhow::Result<()> {
    let Some((scene, client, movie, grab)) = on_its_way().await? else { return Ok(()) };
    disk(&scene)?.fill("filler", MEGABYTE / 4)?;
    waits(&scene, &client, &grab, "there is no room").await?;
    remove_name(&disk(&scene)?.seen_from_here().join("filler"))?;
    comes_in(&scene, &client, &movie).await
}

#[tokio::test]
async fn a_disk_that_says_full_in_the_middle_of_an_import_keeps_nothing_of_it() -> anyhow::Result<()> {
    let Some((scene, client, movie, grab)) = on_its_way().await? else { return Ok(()) };
    // There are bytes enough, as the daemon sees before it begins; it is a name that the disk has no room for.
    disk(&scene)?.fill_names("filler")?;
    waits(&scene, &client, &grab, "no room left").await?;
    std::fs::remove_dir_all(disk(&scene)?.seen_from_here().join("filler"))?;
    comes_in(&scene, &client, &movie).await
}
