//! The whole way of one movie, on a real qBittorrent: add, search, decide, grab, follow, import, upgrade.

use anyhow::{Context, bail};
use radarr_proto::error::ErrorCode;
use radarr_proto::model::{EventKind, GrabState, Judgement, PlacedBy, RuleOutcome, Slot};
use radarr_tests::harness::{Scene, SceneSettings, eventually};
use radarr_tests::stand_ins::gate::Fault;

use crate::movie::{
    HD_1080, WITHIN, add, files_below, imported, imported_as, in_short, kinds, named, other_name, search,
    story, take,
};

const NOSFERATU: u32 = 653;
const THE_GENERAL: u32 = 961;

#[tokio::test]
async fn a_movie_that_is_added_comes_into_the_library_by_itself() -> anyhow::Result<()> {
    let scene = Scene::start_set_up(SceneSettings::default()).await?;
    let client = scene.daemon.client().await?;
    let movie = add(&client, NOSFERATU, true).await?;

    let file = imported(&client, movie.id).await?;
    assert!(file.starts_with(&scene.root), "{}", file.display());
    let name = file.strip_prefix(&scene.root)?.display().to_string();
    assert!(name.starts_with("Nosferatu (1922)/Nosferatu (1922) Remux-1080p"), "{name}");
    let download = other_name(&file, &scene.save_path)?;
    assert!(download.is_some(), "it is not the same file as the download");

    let events = story(&client, movie.id).await?;
    let told = kinds(&events);
    let want = ["movie_added", "searched", "grabbed", "download_completed", "imported"];
    assert_eq!(told, want);
    let linked = events
        .iter()
        .any(|event| matches!(event.kind, EventKind::Imported { placed_by: PlacedBy::Hardlink, .. }));
    assert!(linked, "{events:#?}");
    assert_eq!(client.queue().await?.len(), 0);

    let details = client.get_movie(movie.id).await?;
    let media = details.movie.versions[0].file.as_ref().and_then(|file| file.media_info.clone());
    assert_eq!(media.context("no media info")?.height, 1080);
    let secrets = scene.stand_ins.hdbits.gate.requests.places_of_secrets();
    assert_eq!(secrets, ["body of /api/test", "body of /api/torrents", "query of /download.php"]);
    assert!(!scene.daemon.log().contains(&scene.stand_ins.hdbits.account.passkey));
    Ok(())
}

#[tokio::test]
async fn every_release_of_a_search_explains_itself_and_a_refused_one_needs_force() -> anyhow::Result<()> {
    let scene = Scene::start_set_up(SceneSettings::default()).await?;
    let client = scene.daemon.client().await?;
    let movie = add(&client, NOSFERATU, false).await?;

    let decisions = search(&client, movie.id).await?;
    let best = &decisions[0];
    assert!(best.release.title.contains("REMUX"), "{:#?}", in_short(&decisions));
    assert_eq!(best.judgement, Judgement::Accepted);
    assert!(best.ranked_by.is_some() && best.verdicts.len() > 20);
    let small = named(&decisions, "DVDRip")?;
    let refusal = small.verdicts.iter().find_map(|verdict| match &verdict.outcome {
        RuleOutcome::Reject { reason, remedy, .. } => Some((reason.clone(), remedy.is_some())),
        RuleOutcome::Pass | RuleOutcome::NotApplicable { .. } | RuleOutcome::Unknown => None,
    });
    assert_eq!(refusal, Some(("QualityNotWanted".to_owned(), true)));

    let refused = client.grab_release(take(movie.id, small, false)).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::NeedsConfirmation), "{refused}");
    client.grab_release(take(movie.id, small, true)).await?;
    let again = client.grab_release(take(movie.id, small, true)).await.unwrap_err();
    assert_eq!(again.code(), Some(ErrorCode::Conflict), "{again}");
    let file = imported(&client, movie.id).await?;
    assert!(file.display().to_string().contains("DVD"), "{}", file.display());
    Ok(())
}

#[tokio::test]
async fn an_upgrade_replaces_the_old_file_and_keeps_it_in_the_recycle_bin() -> anyhow::Result<()> {
    let scene = Scene::start_set_up(SceneSettings::default()).await?;
    let client = scene.daemon.client().await?;
    let mut profiles = client.profiles().await?;
    let profile = profiles.iter_mut().find(|profile| profile.id == HD_1080).context("no profile")?;
    profile.upgrade_allowed = true;
    profile.cutoff = radarr_proto::model::Quality::Remux1080p;
    client.save_profile(profile.clone()).await?;

    let movie = add(&client, THE_GENERAL, false).await?;
    let decisions = search(&client, movie.id).await?;
    client.grab_release(take(movie.id, named(&decisions, "1080p.WEB-DL")?, false)).await?;
    let old = imported_as(&client, movie.id, "WEB-DL").await?;
    let old_bytes = std::fs::read(&old)?;

    let decisions = search(&client, movie.id).await?;
    assert_eq!(named(&decisions, "1080p.WEB-DL")?.judgement, Judgement::Rejected);
    client.grab_release(take(movie.id, named(&decisions, "REMUX")?, false)).await?;
    let new = imported_as(&client, movie.id, "REMUX").await?;

    assert!(!old.exists() && new.exists());
    let kept = files_below(&scene.root.join(".recycle"))?;
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(std::fs::read(scene.root.join(".recycle").join(&kept[0]))?, old_bytes);
    let files = files_below(&scene.root.join("The General (1926)"))?;
    let videos: Vec<&String> = files.iter().filter(|name| name.contains(".mkv")).collect();
    assert_eq!(videos.len(), 1, "{files:?}");
    Ok(())
}

#[tokio::test]
async fn what_may_not_be_passed_on_goes_to_the_blocklist_and_the_next_best_is_taken() -> anyhow::Result<()> {
    use radarr_tests::stand_ins::world::hostile;
    let scene = Scene::start_set_up(SceneSettings::default()).await?;
    let client = scene.daemon.client().await?;
    let movie = add(&client, hostile::FILM, false).await?;
    let decisions = search(&client, movie.id).await?;

    for (part, words) in [("x264-OUT", "climbs out"), ("x264-SWAP", "was chosen"), ("x264-HALF", "torrent")] {
        let error = client.grab_release(take(movie.id, named(&decisions, part)?, true)).await.unwrap_err();
        let text = format!("{error} ({})", error.hint().unwrap_or_default());
        assert!(text.contains(words) && text.contains("blocklist"), "{part}: {text}");
    }
    let blocked = client.blocklist().await?;
    assert_eq!(blocked.len(), 3, "{blocked:#?}");
    assert_eq!(client.queue().await?, []);

    for decision in &decisions {
        let name = &decision.release.title;
        assert!(name.chars().count() <= 1_000 && !name.chars().any(char::is_control), "{name:?}");
    }

    client.search_movie(movie.id, radarr_proto::model::Slot(0)).await?;
    let file = imported(&client, movie.id).await?;
    assert!(file.starts_with(scene.root.join("Plan 9 from Outer Space (1957)")), "{}", file.display());
    let stray: Vec<String> = files_below(&scene.folder)?
        .into_iter()
        .filter(|name| {
            name.contains("CLIMB") && !name.starts_with("downloads/") && !name.starts_with("movies/")
        })
        .collect();
    assert_eq!(stray, Vec::<String>::new());

    // A web page may be an outage of the site: it is no fault of the release, and is tried again.
    let page = client.grab_release(take(movie.id, named(&decisions, "x264-PAGE")?, true)).await?;
    assert_eq!(page.state, GrabState::Intended);
    assert!(page.warning.as_ref().is_some_and(|words| words.contains("web page")), "{page:?}");
    Ok(())
}

#[tokio::test]
async fn what_is_imported_while_the_indexer_is_asked_is_not_grabbed_once_more() -> anyhow::Result<()> {
    let scene = Scene::start_set_up(SceneSettings::default()).await?;
    let client = scene.daemon.client().await?;
    let movie = add(&client, NOSFERATU, false).await?;
    let decisions = search(&client, movie.id).await?;

    let gate = &scene.stand_ins.hdbits.gate;
    gate.faults.always("/api/torrents", Fault::Hold);
    gate.requests.clear();
    let job = client.search_movie(movie.id, Slot(0)).await?;
    eventually("the search at the indexer", WITHIN, || async {
        if gate.requests.count("/api/torrents") > 0 { Ok(()) } else { bail!("nothing was asked yet") }
    })
    .await?;
    client.grab_release(take(movie.id, &decisions[0], false)).await?;
    imported(&client, movie.id).await?;

    gate.faults.clear();
    eventually("the end of the search", WITHIN, || async {
        let jobs = client.jobs().await?;
        let job = jobs.iter().find(|known| known.id == job.id).context("the job is not there")?;
        if job.status.is_open() {
            bail!("it is {:?}", job.status);
        }
        Ok(())
    })
    .await?;
    let grabs = kinds(&story(&client, movie.id).await?).iter().filter(|kind| *kind == "grabbed").count();
    assert_eq!(grabs, 1);
    Ok(())
}
