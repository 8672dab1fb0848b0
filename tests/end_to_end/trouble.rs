//! What is outside fails, and what a person does wrong: each is told in words, and nothing is lost.

use anyhow::Context;
use radarr_daemon::files::rename_folder;
use radarr_proto::error::ErrorCode;
use radarr_proto::model::{EventKind, GrabState, Slot};
use radarr_proto::request::{EditMovie, SearchReleases};
use radarr_tests::harness::{Scene, SceneSettings, WhichClient, eventually};
use radarr_tests::stand_ins::gate::Fault;
use radarr_tests::stand_ins::qbittorrent::Version;

use crate::movie::{WITHIN, add, files_below, grab_that, imported, named, search, take};

const NOSFERATU: u32 = 653;

fn with_stand_in() -> SceneSettings {
    SceneSettings { client: WhichClient::StandIn(Version::V5), ..SceneSettings::default() }
}

#[tokio::test]
async fn a_qbittorrent_that_dies_in_the_middle_has_not_lost_its_torrents() -> anyhow::Result<()> {
    let mut settings = SceneSettings::default();
    settings.stand_ins.seeder_bytes_per_second = 400_000;
    let mut scene = Scene::start_set_up(settings).await?;
    let client = scene.daemon.client().await?;
    let movie = add(&client, NOSFERATU, false).await?;
    let decisions = search(&client, movie.id).await?;
    let grab = client.grab_release(take(movie.id, named(&decisions, "1080p.WEB-DL")?, false)).await?;
    grab_that(&client, grab.id, "some progress", |grab| grab.progress.percent() > 0).await?;

    scene.downloads.real()?.kill_9()?;
    let down = grab_that(&client, grab.id, "the warning", |grab| grab.warning.is_some()).await?;
    assert!(down.state.is_open(), "{down:#?}");
    let warning = down.warning.context("no warning")?;
    assert!(warning.contains("qBittorrent"), "{warning}");

    scene.downloads.real()?.start_again().await?;
    scene.stand_ins.seeder.set_speed(0);
    imported(&client, movie.id).await?;
    Ok(())
}

#[tokio::test]
async fn a_grab_waits_for_a_client_that_is_down_and_is_sent_once() -> anyhow::Result<()> {
    let mut scene = Scene::start_set_up(SceneSettings::default()).await?;
    let client = scene.daemon.client().await?;
    let movie = add(&client, NOSFERATU, false).await?;
    let decisions = search(&client, movie.id).await?;
    scene.downloads.real()?.kill_9()?;
    let grab = client.grab_release(take(movie.id, named(&decisions, "1080p.WEB-DL")?, false)).await?;
    assert_eq!(grab.state, GrabState::Intended);
    assert!(grab.warning.as_ref().is_some_and(|words| words.contains("qBittorrent")), "{grab:#?}");

    // The daemon dies as well; what it meant to do is on record.
    scene.daemon.kill_9()?;
    scene.downloads.real()?.start_again().await?;
    scene.daemon.start_again().await?;
    let client = scene.daemon.client().await?;
    imported(&client, movie.id).await?;
    let events = crate::movie::story(&client, movie.id).await?;
    let grabs = events.iter().filter(|event| matches!(event.kind, EventKind::Grabbed { .. })).count();
    assert_eq!(grabs, 1);
    Ok(())
}

#[tokio::test]
async fn hdbits_in_trouble_is_told_and_never_taken_for_nothing_found() -> anyhow::Result<()> {
    for (fault, words) in [
        (Fault::Status(403), "HDBits"),
        (Fault::Html, "out of order"),
        (Fault::Cut, "HDBits"),
        (Fault::Garbage, "HDBits"),
        (Fault::Huge, "larger than"),
        (Fault::ApiStatus(5), "refused the account"),
    ] {
        let scene = Scene::start_set_up(with_stand_in()).await?;
        let client = scene.daemon.client().await?;
        let movie = add(&client, NOSFERATU, false).await?;
        scene.stand_ins.hdbits.gate.faults.next("/api/torrents", &[fault]);
        let request = SearchReleases { movie_id: movie.id, slot: Slot(0) };
        let error = client.search_releases(request).await.map(|found| found.len()).unwrap_err();
        let text = format!("{error}; {}", error.hint().unwrap_or_default());
        assert!(text.contains(words), "{fault:?}: {text}");
        assert!(!text.contains(&scene.stand_ins.hdbits.account.passkey), "{text}");
        let code = error.code().context("no code")?;
        assert!(matches!(code, ErrorCode::Upstream | ErrorCode::RateLimited), "{fault:?}: {code:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_root_folder_that_is_not_mounted_loses_nothing() -> anyhow::Result<()> {
    let scene = Scene::start_set_up(with_stand_in()).await?;
    let client = scene.daemon.client().await?;
    let movie = add(&client, NOSFERATU, true).await?;
    imported(&client, movie.id).await?;
    let away = scene.folder.join("movies is not mounted");
    rename_folder(&scene.root, &away)?;

    for empty in [false, true] {
        if empty {
            std::fs::create_dir(&scene.root)?;
        }
        let job = client.rescan_movie(movie.id).await?;
        eventually("the end of the rescan", WITHIN, || async {
            let jobs = client.jobs().await?;
            let job = jobs.iter().find(|other| other.id == job.id).context("no such job")?;
            anyhow::ensure!(job.tries > 0, "it has not run yet");
            Ok(())
        })
        .await?;
        let details = client.get_movie(movie.id).await?;
        assert!(details.movie.versions[0].file.is_some(), "the file was taken out of the library");
        let root = client.roots().await?.remove(0);
        assert!(!root.accessible && root.problem.is_some(), "{root:#?}");
    }
    std::fs::remove_dir(&scene.root)?;
    rename_folder(&away, &scene.root)?;
    assert!(client.roots().await?.remove(0).accessible);
    Ok(())
}

#[tokio::test]
async fn two_people_who_edit_the_same_movie_get_one_success_and_one_conflict() -> anyhow::Result<()> {
    let scene = Scene::start_set_up(with_stand_in()).await?;
    let (one, two) = (scene.daemon.client().await?, scene.daemon.client().await?);
    let movie = add(&one, NOSFERATU, false).await?;
    let edit = |monitored| EditMovie {
        id: movie.id,
        doc_version: Some(movie.doc_version),
        monitored: Some(monitored),
        ..EditMovie::default()
    };
    let (first, second) = tokio::join!(one.edit_movie(edit(false)), two.edit_movie(edit(false)));
    let codes = [first.err().and_then(|error| error.code()), second.err().and_then(|error| error.code())];
    assert_eq!(codes.iter().filter(|code| **code == Some(ErrorCode::Conflict)).count(), 1, "{codes:?}");
    Ok(())
}

#[tokio::test]
async fn a_wrong_tmdb_key_is_told_with_what_to_do() -> anyhow::Result<()> {
    let scene = Scene::start(with_stand_in()).await?;
    let cli = scene.daemon.cli()?;
    scene.add_root(&cli).await?;
    scene.stand_ins.tmdb.gate.faults.next("/3/movie/653", &[Fault::Status(401)]);
    let said = cli.run(&["movie", "add", "653"]).await?;
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.err.contains("TMDB") && said.err.contains("hint:"), "{}", said.err);
    assert_eq!(files_below(&scene.root)?, Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn a_failed_download_goes_to_the_blocklist_and_the_next_best_comes_in() -> anyhow::Result<()> {
    let scene = Scene::start_set_up(with_stand_in()).await?;
    let client = scene.daemon.client().await?;
    let movie = add(&client, NOSFERATU, false).await?;
    scene.stand_ins.seeder.set_speed(50_000);
    let decisions = search(&client, movie.id).await?;
    let grab = client.grab_release(take(movie.id, named(&decisions, "REMUX")?, false)).await?;
    let cli = scene.daemon.cli()?;
    let id = grab.id.to_string();
    cli.ok(&["queue", "remove", &id, "--from-client", "--blocklist", "--search-again", "--yes"]).await?;
    scene.stand_ins.seeder.set_speed(0);
    let file = imported(&client, movie.id).await?;
    assert!(!file.display().to_string().contains("Remux"), "{}", file.display());
    assert_eq!(client.blocklist().await?.len(), 1);
    Ok(())
}
