//! Starts everything and puts a library there that is worth looking at.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, ensure};
use radarr_proto::client::Client;
use radarr_proto::model::{Movie, MovieId};

use super::Arguments;
use super::report::Report;
use crate::harness::{DownloadProgram, Scene, SceneSettings, WhichClient, eventually};
use crate::stand_ins::Settings as StandInSettings;
use crate::stand_ins::media::Picture;
use crate::stand_ins::qbittorrent::Version;
use crate::stand_ins::torrent::write_video;
use crate::stand_ins::world::Size;

/// A rescan of one folder takes a moment; ten of them on a loaded machine take longer.
const FOUND_WITHIN: Duration = Duration::from_mins(1);

/// Films whose file lies in the root folder already: number at TMDB, the release it came as, how large its picture is.
const PRESENT: [(u32, &str, Picture); 7] = [
    (961, "The.General.1926.1080p.BluRay.FLAC.2.0.x264-REEL", Picture::FullHd),
    (19, "Metropolis.1927.1080p.BluRay.REMUX.AVC.FLAC.2.0-KiNOLUX", Picture::FullHd),
    (10_331, "Night.of.the.Living.Dead.1968.2160p.WEB-DL.AAC2.0.H.264-ARCH", Picture::Uhd),
    (4_808, "Charade.1963.720p.BluRay.FLAC.2.0.x264-REEL", Picture::Hd),
    (3_085, "His.Girl.Friday.1940.1080p.WEB-DL.AAC2.0.H.264-ARCH", Picture::FullHd),
    (10_098, "The.Kid.1921.DVDRip.XviD-OLDS", Picture::Sd),
    (775, "A.Trip.to.the.Moon.1902.1080p.BluRay.FLAC.2.0.x264-REEL", Picture::FullHd),
];

/// Films that are in the library without a file, and are not looked for by themselves.
const MISSING: [u32; 4] = [234, 643, 57_283, 20_367];

/// A film that comes in while the person looks around: Sherlock Jr.
const COMING: &str = "tmdb:992";
/// One that is wanted: Steamboat Bill, Jr.
const WANTED: &str = "tmdb:25768";

/// Starts the stand-ins, qBittorrent and the daemon, and sets the daemon up.
pub(super) async fn start(arguments: &Arguments, report: &mut Report) -> anyhow::Result<Scene> {
    let client = if arguments.stand_in_client {
        WhichClient::StandIn(Version::V5)
    } else {
        WhichClient::RealIfInstalled
    };
    let speed = arguments.speed.unwrap_or(if arguments.headless { 20_000_000 } else { 4_000_000 });
    let settings = SceneSettings {
        stand_ins: StandInSettings {
            size: Size::DEMO,
            seeder_bytes_per_second: speed,
            ..StandInSettings::default()
        },
        client,
        keep: arguments.keep.clone(),
        ..SceneSettings::default()
    };
    let mut scene = Scene::start(settings).await?;
    let world = &scene.stand_ins.world;
    let videos = if world.videos.real {
        "videos of twenty minutes, made by ffmpeg".to_owned()
    } else {
        "files that only look like videos: ffmpeg is not installed".to_owned()
    };
    let client = match &scene.downloads {
        DownloadProgram::Real(_) => format!("a real qBittorrent at {}", scene.downloads.url()),
        DownloadProgram::StandIn(..) if arguments.stand_in_client => {
            format!("a stand-in of qBittorrent at {}, as was asked for", scene.downloads.url())
        }
        DownloadProgram::StandIn(..) => {
            format!(
                "a stand-in of qBittorrent at {}: qbittorrent-nox is not installed",
                scene.downloads.url()
            )
        }
    };
    let process = scene.daemon.process()?.id();
    let details = [
        format!("TMDB at {} knows {} movies", scene.stand_ins.tmdb.url(), world.movies.len()),
        format!(
            "HDBits at {} lists {} releases; {videos}",
            scene.stand_ins.hdbits.url(),
            world.releases.len()
        ),
        format!("a tracker and a peer that has them at {}", scene.stand_ins.seeder.address),
        client,
        format!("radarr-daemon, process {process}, ready at {}", scene.daemon.endpoint()),
    ];
    report.done("started everything", &details);
    let cli = scene.daemon.cli()?;
    let mut said = Vec::new();
    for text in [scene.add_root(&cli).await?, scene.add_indexer(&cli).await?, scene.add_client(&cli).await?] {
        said.extend(text.lines().map(str::to_owned));
    }
    report.done("set up a root folder, HDBits and qBittorrent with the command line", &said);
    Ok(scene)
}

/// Adds films, and lets the daemon find the files of those that have one.
pub(super) async fn furnish(scene: &Scene, report: &mut Report) -> anyhow::Result<()> {
    let (cli, client) = (scene.daemon.cli()?, scene.daemon.client().await?);
    let mut present = Vec::new();
    for (number, release, picture) in PRESENT {
        let of_tmdb = format!("tmdb:{number}");
        let movie: Movie = cli.json(&["movie", "add", &of_tmdb, "--profile", "HD-1080p"]).await?;
        let details = client.get_movie(movie.id).await?;
        let folder = details.paths.first().context("a movie has no folder")?;
        put_file(scene, Path::new(folder), release, picture)?;
        cli.ok(&["movie", "rescan", &of_tmdb]).await?;
        present.push(movie.id);
    }
    for number in MISSING {
        cli.ok(&["movie", "add", &format!("tmdb:{number}"), "--profile", "HD-1080p", "--unmonitored"])
            .await?;
    }
    for id in &present {
        eventually("the file of a film to be found", FOUND_WITHIN, || has_file(&client, *id)).await?;
    }
    let list = cli.ok(&["movie", "list"]).await?;
    let details: Vec<String> = list.lines().map(str::to_owned).collect();
    report.done("filled the library: files that lay in their folders were found", &details);
    Ok(())
}

/// Has one film come in and another one wanted, so that there is something to watch.
pub(super) async fn set_in_motion(scene: &Scene, report: &mut Report) -> anyhow::Result<()> {
    let cli = scene.daemon.cli()?;
    let coming = cli.ok(&["movie", "add", COMING, "--profile", "HD-1080p", "--search"]).await?;
    let wanted = cli.ok(&["movie", "add", WANTED, "--profile", "HD-1080p"]).await?;
    let details = [format!("{}, and searched for it", coming.trim()), wanted.trim().to_owned()];
    report.done("set something in motion", &details);
    Ok(())
}

fn put_file(scene: &Scene, folder: &Path, release: &str, picture: Picture) -> anyhow::Result<()> {
    let world = &scene.stand_ins.world;
    let video = world.videos.of(picture)?;
    let listed = world.releases.iter().find(|listed| listed.file_name == release);
    let size = listed.with_context(|| format!("HDBits lists no {release}"))?.size;
    std::fs::create_dir_all(folder)?;
    write_video(&folder.join(format!("{release}.{}", video.extension)), &video, size)?;
    Ok(())
}

async fn has_file(client: &Client, id: MovieId) -> anyhow::Result<()> {
    let files = client.movie_files(id).await?;
    ensure!(!files.is_empty(), "movie {id} has no file");
    Ok(())
}
