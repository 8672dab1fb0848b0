//! Why a name would be taken, and custom formats and profiles that two people edit at once.

use anyhow::Context;
use radarr_proto::error::ErrorCode;
use radarr_proto::model::{Judgement, Slot};
use radarr_proto::request::{ExplainRelease, Explanation};
use radarr_tests::harness::{Daemon, DaemonSettings, Scene, SceneSettings, WhichClient};
use radarr_tests::stand_ins::qbittorrent::Version;

use crate::movie::{add, named, search};
use crate::terminal::Terminal;
use crate::tui::tui;

const NOSFERATU: u32 = 653;

#[tokio::test]
async fn a_bare_name_is_ranked_among_the_last_search_and_an_id_is_found_without_its_movie()
-> anyhow::Result<()> {
    let client = WhichClient::StandIn(Version::V4);
    let scene = Scene::start_set_up(SceneSettings { client, ..SceneSettings::default() }).await?;
    let client = scene.daemon.client().await?;
    let cli = scene.daemon.cli()?;
    let movie = add(&client, NOSFERATU, false).await?;
    let bare = "Nosferatu.1922.1080p.WEB-DL.AAC2.0.H.264-NEWGROUP";
    let before = cli.json::<Explanation>(&["release", "explain", bare]).await?;
    assert!(before.sentences.iter().any(|said| said.contains("was not searched")), "{:#?}", before.sentences);

    let decisions = search(&client, movie.id).await?;
    let best = &decisions[0];
    assert!(best.release.title.contains("REMUX"));
    let after = cli.json::<Explanation>(&["release", "explain", bare]).await?;
    let said = after.sentences.join("\n");
    assert_eq!(after.decision.judgement, Judgement::Accepted, "{said}");
    assert!(said.contains("stand before it") || said.contains("stands before it"), "{said}");
    assert!(said.contains("by quality: Bluray-1080p against WEB 1080p"), "{said}");
    assert!(said.contains("equals it in quality, revision and score"), "another WEB-DL is there: {said}");

    // The id alone says neither title nor movie; it is in the last search, though nothing was grabbed.
    let small = named(&decisions, "DVDRip")?;
    let by_id =
        ExplainRelease { movie_id: None, slot: Slot(0), release: small.release.guid.clone(), size_bytes: 0 };
    let found = client.explain_release(by_id).await?;
    assert_eq!(
        (&found.decision.release.title, found.decision.movie_id),
        (&small.release.title, Some(movie.id))
    );
    assert!(found.decided_at.is_some());

    let mut terminal = Terminal::start(tui(&scene.daemon.endpoint()), 120, 40)?;
    terminal.shows("Nosferatu").await?;
    terminal.types_until("i", "rules passed").await?;
    terminal.types_until("x", "explain a release").await?;
    terminal.types(bare)?;
    terminal.types_until("\u{13}", "Bluray-1080p against WEB 1080p").await?;
    Ok(())
}

#[tokio::test]
async fn of_two_who_edit_a_profile_the_second_is_told() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let daemon = Daemon::start(&folder.path().join("radarr"), DaemonSettings::default()).await?;
    let client = daemon.client().await?;
    let cli = daemon.cli()?;
    // The same profile, read twice: as JSON in a file, and by the library.
    let shown = cli.ok(&["profile", "show", "HD-1080p", "--json"]).await?;
    let file = folder.path().join("profile.json");
    std::fs::write(&file, &shown)?;
    let mut ours =
        client.profiles().await?.into_iter().find(|one| one.name == "HD-1080p").context("no profile")?;
    ours.min_upgrade_format_score = 5;
    let theirs = ours.clone();
    client.save_profile(ours).await?;
    let refused = client.save_profile(theirs).await.err().and_then(|error| error.code());
    assert_eq!(refused, Some(ErrorCode::Conflict));
    let file = file.to_str().context("no UTF-8")?;
    let said = cli.run(&["profile", "save", file]).await?;
    assert_eq!(said.code, 4, "{said:?}");
    assert!(said.err.contains("changed by somebody else"), "{said:?}");
    // What was read anew is taken.
    std::fs::write(file, cli.ok(&["profile", "show", "HD-1080p", "--json"]).await?)?;
    cli.ok(&["profile", "save", file]).await?;
    Ok(())
}

#[tokio::test]
async fn a_custom_format_is_made_tested_and_saved_in_the_tui() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let daemon = Daemon::start(&folder.path().join("radarr"), DaemonSettings::default()).await?;
    let mut terminal = Terminal::start(tui(&daemon.endpoint()), 120, 40)?;
    terminal.shows("Welcome to radarr").await?;
    terminal.types_until("\u{1b}", "The library is empty").await?;
    terminal.types_until("8", "custom formats").await?;
    terminal.types_until("Gkk\r", "There are none").await?;
    terminal.types_until("n", "new custom format").await?;
    terminal.types_until("a", "> ").await?;
    terminal.types_until("(x265\r", "wrong").await?;
    terminal.types_until("\r\u{15}", "> ").await?;
    terminal.types_until("\\bx265\\b\r", "\\bx265\\b").await?;
    terminal.types("t")?;
    terminal.types_until("Heat.1995.1080p.x265-GRP\r", "matches").await?;
    terminal.types_until("s", "saved the custom format new format").await?;
    let saved = daemon.client().await?.custom_formats().await?;
    assert_eq!((saved.len(), saved[0].conditions.len()), (1, 1));

    // Written out and taken in again, as files of this machine.
    let file = folder.path().join("out.json");
    terminal.types_until("w", "write new format out").await?;
    terminal.types(&format!("\u{15}{}", file.display()))?;
    terminal.types_until("\u{13}", "wrote ").await?;
    assert!(std::fs::read_to_string(&file)?.contains("x265"));
    terminal.types_until("i", "take in custom formats").await?;
    terminal.types(&file.display().to_string())?;
    terminal.types_until("\u{13}", "took in new format").await?;
    terminal.types_until("dy", "deleted the custom format").await?;
    Ok(())
}
