//! A torrent of the stand-ins' comes in through the product's own client: with the real qBittorrent, and with what
//! stands in for it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use radarr_daemon::clients::{
    AddOptions, Added, ClientError, ClientItem, DownloadedData, ItemState, Presence, SeedGoal, TorrentClient,
    connect,
};
use radarr_proto::model::{
    ClientId, ClientKind, DocVersion, DownloadClient, InfoHash, SecretSource, SecretText,
};
use radarr_tests::harness::{DownloadProgram, RealQbittorrent, WhichClient, eventually};
use radarr_tests::stand_ins::gate::Fault;
use radarr_tests::stand_ins::qbittorrent::Version;
use radarr_tests::stand_ins::torrent::{self, Torrent};
use radarr_tests::stand_ins::{Settings, StandIns};

const WITHIN: Duration = Duration::from_mins(1);
const NOSFERATU: u32 = 653;

fn client(program: &DownloadProgram, password: &str) -> Arc<dyn TorrentClient> {
    let settings = DownloadClient {
        id: ClientId(1),
        doc_version: DocVersion::default(),
        name: "qBittorrent".to_owned(),
        kind: ClientKind::Qbittorrent {
            username: program.login().0.to_owned(),
            category: "radarr".to_owned(),
            imported_category: Some("radarr-done".to_owned()),
            save_path: None,
            add_stopped: false,
            sequential: false,
        },
        url: program.url(),
        secret: SecretSource::default(),
        enabled: true,
        priority: 1,
        remove_completed: false,
        remove_failed: false,
        path_mappings: Vec::new(),
        tags: Vec::new(),
    };
    connect(&settings, SecretText::new(password)).unwrap()
}

struct Stage {
    program: DownloadProgram,
    client: Arc<dyn TorrentClient>,
    stand_ins: StandIns,
    folder: tempfile::TempDir,
}

async fn stage(which: WhichClient) -> Stage {
    let folder = tempfile::tempdir().unwrap();
    let stand_ins = StandIns::start(Settings::default()).await.unwrap();
    let save_path = folder.path().join("downloads");
    let program =
        DownloadProgram::start(which, &folder.path().join("profile"), &save_path, &stand_ins).await.unwrap();
    let client = client(&program, program.login().1);
    Stage { program, client, stand_ins, folder }
}

impl Stage {
    /// A release with subtitles and a sample beside the movie.
    fn torrent(&self) -> (Arc<Torrent>, Vec<u8>) {
        let mut good = self.stand_ins.world.good_releases(NOSFERATU);
        let found =
            good.find(|(release, _)| release.files > 1).map(|(_, torrent)| Arc::clone(torrent)).unwrap();
        let file = torrent::write(&found.info, &self.stand_ins.tracker.announce_url());
        (found, file)
    }

    async fn item(&self, hash: InfoHash) -> anyhow::Result<ClientItem> {
        match self.client.status(&[hash]).await.pop().context("no answer")?.1 {
            Presence::Present(item) => Ok(*item),
            Presence::Absent => bail!("absent"),
            Presence::Unknown(error) => Err(error.into()),
        }
    }

    async fn complete(&self, hash: InfoHash) -> ClientItem {
        eventually("the whole torrent", WITHIN, || async {
            let item = self.item(hash).await?;
            ensure!(item.state.is_complete(), "{item:?}");
            Ok(item)
        })
        .await
        .unwrap()
    }
}

fn same_files(folder: &Path, torrent: &Torrent) {
    let mut at = 0;
    for file in &torrent.content.files {
        let path = file.path.iter().fold(folder.to_path_buf(), |path, part| path.join(part));
        let want = torrent.content.read(at, usize::try_from(file.size).unwrap());
        assert!(std::fs::read(&path).unwrap() == want, "{} is another", path.display());
        at += file.size;
    }
}

#[tokio::test]
async fn the_real_one_takes_a_magnet_link_and_waits_for_what_is_in_it() {
    let stage = stage(WhichClient::Real).await;
    let hash = stage.torrent().0.info_hash;
    let options = AddOptions { info_hash: Some(hash), ..AddOptions::default() };
    let link = format!("magnet:?xt=urn:btih:{hash}&dn=a+movie");
    assert_eq!(stage.client.add_magnet(&link, &options).await.unwrap(), Added::New);
    let item = stage.item(hash).await.unwrap();
    assert!(!item.state.is_complete() && item.category == "radarr", "{item:?}");
    stage.client.remove(hash, DownloadedData::Delete).await.unwrap();
}

async fn goes_the_whole_way(stage: &Stage) {
    let facts = stage.client.test().await.unwrap();
    assert_eq!(
        facts.download_folder.as_deref().map(|path| path.trim_end_matches('/')),
        stage.folder.path().join("downloads").to_str()
    );
    let (torrent, file) = stage.torrent();
    let hash = torrent.info_hash;
    assert!(stage.item(hash).await.is_err(), "absent before");
    let goal = SeedGoal { ratio_hundredths: Some(150), time_minutes: Some(60) };
    let options = AddOptions { info_hash: Some(hash), seed_goal: goal };
    // About two seconds, so that something is seen of it.
    stage.stand_ins.seeder.set_speed(torrent.content.size() / 2);
    assert_eq!(stage.client.add(&file, &options).await.unwrap(), Added::New);
    assert_eq!(stage.client.add(&file, &options).await.unwrap(), Added::AlreadyThere);
    eventually("some progress", WITHIN, || async {
        let item = stage.item(hash).await?;
        ensure!(item.progress.percent() > 0 && !item.state.is_complete(), "{item:?}");
        Ok(())
    })
    .await
    .unwrap();
    let item = stage.complete(hash).await;
    assert_eq!((item.category.as_str(), item.progress.left_bytes), ("radarr", 0));
    assert!(!item.seed_goal_reached);
    let output = item.output_path.unwrap();
    assert_eq!(
        output,
        stage.folder.path().join("downloads").join(&torrent.content.name).display().to_string()
    );
    same_files(Path::new(&output), &torrent);
    stage.client.mark_imported(hash).await.unwrap();
    assert_eq!(stage.item(hash).await.unwrap().category, "radarr-done");
    stage.client.remove(hash, DownloadedData::Delete).await.unwrap();
    eventually("its files to go", WITHIN, || async {
        ensure!(!Path::new(&output).exists(), "{output} is there");
        Ok(())
    })
    .await
    .unwrap();
    assert!(matches!(stage.client.status(&[hash]).await[0].1, Presence::Absent));
}

#[tokio::test]
async fn a_real_qbittorrent_downloads_from_the_tracker_and_the_seeder() {
    let mut stage = stage(WhichClient::Real).await;
    goes_the_whole_way(&stage).await;
    let (torrent, _) = stage.torrent();
    let announced = stage.stand_ins.tracker.announced(torrent.info_hash);
    for event in ["started", "completed", "stopped"] {
        assert!(announced.iter().any(|one| one.event == event), "{event}: {announced:?}");
    }
    stage.program.real().unwrap().terminate().await.unwrap();
}

#[tokio::test]
async fn the_stand_in_of_either_version_is_taken_for_a_qbittorrent() {
    for version in [Version::V4, Version::V5] {
        goes_the_whole_way(&stage(WhichClient::StandIn(version)).await).await;
    }
}

#[tokio::test]
async fn a_real_qbittorrent_that_is_killed_goes_on_where_it_was() {
    let mut stage = stage(WhichClient::Real).await;
    let (torrent, file) = stage.torrent();
    let options = AddOptions { info_hash: Some(torrent.info_hash), ..AddOptions::default() };
    stage.stand_ins.seeder.set_speed(200_000);
    stage.client.add(&file, &options).await.unwrap();
    stage.program.real().unwrap().kill_9().unwrap();
    let gone = stage.client.status(&[torrent.info_hash]).await.remove(0).1;
    assert!(
        matches!(gone, Presence::Unknown(ClientError::Unavailable { .. })),
        "an error is not absence: {gone:?}"
    );
    stage.stand_ins.seeder.set_speed(0);
    stage.program.real().unwrap().start_again().await.unwrap();
    // The cookie is void: the client logs in again by itself. A killed one may have forgotten what was just added.
    if stage.item(torrent.info_hash).await.is_err() {
        stage.client.add(&file, &options).await.unwrap();
    }
    stage.complete(torrent.info_hash).await;
}

#[tokio::test]
async fn a_wrong_password_is_said_and_not_tried_until_the_ban() {
    let stage = stage(WhichClient::StandIn(Version::V4)).await;
    let wrong = client(&stage.program, "wrong");
    for _ in 0..10 {
        let presence = wrong.status(&[InfoHash([1; 20])]).await.remove(0).1;
        assert!(matches!(presence, Presence::Unknown(ClientError::LoginRefused { .. })), "{presence:?}");
    }
    let stand_in = stage.program.stand_in().unwrap();
    assert_eq!(stand_in.gate.requests.count("/api/v2/auth/login"), 1, "remembered");
    for _ in 0..4 {
        assert!(matches!(wrong.test().await.unwrap_err(), ClientError::LoginRefused { .. }));
    }
    assert!(matches!(wrong.test().await.unwrap_err(), ClientError::Banned { .. }));
    stand_in.end_ban();
    stage.client.test().await.unwrap();
}

#[tokio::test]
async fn states_that_the_real_one_seldom_has_are_understood() {
    let stage = stage(WhichClient::StandIn(Version::V5)).await;
    let (torrent, file) = stage.torrent();
    let hash = torrent.info_hash;
    stage.client.add(&file, &AddOptions { info_hash: Some(hash), ..AddOptions::default() }).await.unwrap();
    stage.complete(hash).await;
    let stand_in = stage.program.stand_in().unwrap();
    for (state, want) in [
        ("missingFiles", ItemState::Faulty),
        ("error", ItemState::Faulty),
        ("moving", ItemState::Moving),
        ("metaDL", ItemState::Queued),
        ("stoppedUP", ItemState::Complete),
    ] {
        assert!(stand_in.set_state(hash, Some(state)));
        assert_eq!(stage.item(hash).await.unwrap().state, want, "{state}");
    }
    stand_in.set_state(hash, None);
    stand_in.forget_sessions();
    assert_eq!(stage.item(hash).await.unwrap().state, ItemState::Seeding, "logged in again");
    for fault in [Fault::Status(500), Fault::Garbage, Fault::Cut, Fault::Html] {
        stand_in.gate.faults.next("/api/v2/torrents", &[fault]);
        let presence = stage.client.status(&[hash]).await.remove(0).1;
        assert!(
            matches!(presence, Presence::Unknown(ClientError::Unavailable { .. })),
            "{fault}: {presence:?}"
        );
    }
}

#[tokio::test]
async fn a_torrent_that_nobody_has_stalls() {
    for which in [WhichClient::Real, WhichClient::StandIn(Version::V4)] {
        let stage = stage(which).await;
        let dead = stage.stand_ins.world.releases.iter().find(|release| release.seeders == 0).unwrap();
        let hash: InfoHash = dead.hash.parse().unwrap();
        let torrent = &stage.stand_ins.world.torrents[&hash];
        let file = torrent::write(&torrent.info, &stage.stand_ins.tracker.announce_url());
        stage
            .client
            .add(&file, &AddOptions { info_hash: Some(hash), ..AddOptions::default() })
            .await
            .unwrap();
        eventually("the stall", WITHIN, || async {
            let item = stage.item(hash).await?;
            ensure!(item.state == ItemState::Stalled && item.progress.percent() == 0, "{item:?}");
            Ok(())
        })
        .await
        .unwrap();
    }
}

#[tokio::test]
async fn the_machine_has_what_the_stories_need() {
    assert!(RealQbittorrent::is_installed(), "apt-get install qbittorrent-nox");
}
