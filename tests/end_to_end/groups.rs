//! What is known of release groups is read from the tracker's listing, page by page, and survives a kill.

use std::time::Duration;

use anyhow::{Context, bail};
use radarr_proto::client::Client;
use radarr_proto::model::{
    Condition, ConditionTest, CustomFormat, CustomFormatId, DocVersion, GroupReputation, Job, JobKind,
    JobStatus,
};
use radarr_proto::request::{Explanation, RunJob};
use radarr_tests::harness::{Scene, SceneSettings, WhichClient, eventually};
use radarr_tests::stand_ins::Settings;
use radarr_tests::stand_ins::qbittorrent::Version;
use radarr_tests::stand_ins::world::Size;

use crate::movie::{add, search};

const NOSFERATU: u32 = 653;
/// Movies that nobody made, with a release each: some pages of a hundred.
const GENERATED: u32 = 450;
/// Two seconds lie between two pages.
const WITHIN: Duration = Duration::from_secs(90);

/// The pages that were asked for, in their order.
fn pages(scene: &Scene) -> Vec<u64> {
    let all = scene.stand_ins.hdbits.gate.requests.all();
    let body = |body: &str| serde_json::from_str::<serde_json::Value>(body).ok();
    all.iter().filter_map(|seen| body(&seen.body)?.get("page")?.as_u64()).collect()
}

async fn learning(client: &Client) -> anyhow::Result<Job> {
    let jobs = client.jobs().await?;
    jobs.into_iter().find(|job| job.kind == JobKind::LearnGroups).context("no such job")
}

#[tokio::test]
async fn groups_are_learned_from_the_listing_and_a_kill_goes_on_where_it_was() -> anyhow::Result<()> {
    let size = Size { generated: GENERATED, ..Size::TESTS };
    let mut scene = Scene::start_set_up(SceneSettings {
        stand_ins: Settings { size, ..Settings::default() },
        client: WhichClient::StandIn(Version::V4),
        ..SceneSettings::default()
    })
    .await?;
    let client = scene.daemon.client().await?;
    let movie = add(&client, NOSFERATU, false).await?;
    // Nobody's listing is read before the user said so.
    client.run_job(RunJob { job: JobKind::LearnGroups }).await?;
    eventually("the job that does nothing", WITHIN, || async {
        let note = learning(&client).await?.note.unwrap_or_default();
        if note.contains("switched off") { Ok(()) } else { bail!("{note}") }
    })
    .await?;
    assert_eq!(pages(&scene), Vec::<u64>::new());
    scene.daemon.cli()?.ok(&["library", "set", "--learn-groups", "true"]).await?;
    client.run_job(RunJob { job: JobKind::LearnGroups }).await?;

    eventually("three pages", WITHIN, || async {
        let note = learning(&client).await?.note.unwrap_or_default();
        if pages(&scene).len() >= 3 && note.contains("page") { Ok(()) } else { bail!("{note}") }
    })
    .await?;
    scene.daemon.kill_9()?;
    let before = pages(&scene);
    scene.daemon.start_again().await?;
    let client = scene.daemon.client().await?;
    eventually("the end of the listing", WITHIN, || async {
        let job = learning(&client).await?;
        if job.status == JobStatus::Done { Ok(()) } else { bail!("{job:?}") }
    })
    .await
    .with_context(|| scene.daemon.log())?;

    // What was on its way at the kill is asked for once more; nothing else is.
    let all = pages(&scene);
    let again = *all.get(before.len()).context("nothing was asked after the kill")?;
    let last = *before.last().context("nothing was asked before the kill")?;
    assert!(again == last || again == last + 1, "{all:?}");
    assert!(all.windows(2).all(|pair| pair[1] == pair[0] + 1 || pair[1] == pair[0]), "{all:?}");
    let by_arch = |name: &str| name.ends_with("-ARCH");
    let listed = scene.stand_ins.world.releases.iter().filter(|release| by_arch(&release.file_name)).count();
    assert!(listed > GENERATED as usize);
    let arch = client.group("arch".to_owned()).await?;
    assert_eq!((arch.releases as usize, arch.web as usize), (listed, listed), "{arch:?}");

    let found = scene.daemon.cli()?.ok(&["group", "list", "--text", "arc"]).await?;
    assert!(found.contains("ARCH"), "{found}");
    let none = scene.daemon.cli()?.ok(&["group", "list", "--text", "no such group"]).await?;
    assert!(none.contains("nothing is known"), "{none}");

    told_of_a_release(&scene, &client, &arch).await?;
    // What a search lists was counted already.
    search(&client, movie.id).await?;
    assert_eq!(client.group("ARCH".to_owned()).await?.releases, arch.releases);
    Ok(())
}

/// The score stands in the explanation of a release, and a custom format can ask for it.
async fn told_of_a_release(scene: &Scene, client: &Client, arch: &GroupReputation) -> anyhow::Result<()> {
    let format = CustomFormat {
        doc_version: DocVersion(0),
        id: CustomFormatId(0),
        name: "known group".to_owned(),
        include_when_renaming: false,
        conditions: vec![Condition {
            name: String::new(),
            required: false,
            negate: false,
            test: ConditionTest::GroupReputation { min: arch.score, max: arch.score },
        }],
        guide: None,
    };
    client.save_custom_format(format).await?;
    let cli = scene.daemon.cli()?;
    let explain = |name: &'static str| {
        let cli = cli.clone();
        async move { cli.json::<Explanation>(&["release", "explain", name]).await }
    };
    let known = explain("Nosferatu.1922.1080p.WEB-DL.AAC2.0.H.264-ARCH").await?.decision;
    assert_eq!(known.group_reputation, Some(arch.score));
    assert_eq!(known.custom_formats, ["known group"]);
    let unknown = explain("Nosferatu.1922.1080p.WEB-DL.AAC2.0.H.264-NEVERSEEN").await?.decision;
    assert_eq!((unknown.group_reputation, unknown.custom_formats.len()), (None, 0));

    let shown = cli.ok(&["group", "show", "arch"]).await?;
    assert!(shown.starts_with(&format!("ARCH: {} of 100", arch.score)), "{shown}");
    let list: Vec<GroupReputation> = cli.json(&["group", "list"]).await?;
    assert!(list.len() > 5 && list.is_sorted_by(|a, b| a.score >= b.score), "{list:?}");
    Ok(())
}
