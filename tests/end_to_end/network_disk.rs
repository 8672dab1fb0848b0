//! A storage on a file system in user space is refused with what to do instead; media may lie there.

use anyhow::ensure;
use radarr_proto::request::AddRoot;
use radarr_tests::harness::disk::MountedDisk;
use radarr_tests::harness::{Daemon, DaemonSettings, binaries};

#[tokio::test]
async fn a_storage_on_fuse_is_refused_and_a_root_folder_there_is_not() -> anyhow::Result<()> {
    if let Some(why) = MountedDisk::why_not() {
        println!("NOT TESTED, because {why}: a storage on FUSE");
        return Ok(());
    }
    if binaries::installed("bindfs").is_none() || !std::path::Path::new("/dev/fuse").exists() {
        println!("NOT TESTED, because bindfs or /dev/fuse is not there: a storage on FUSE");
        return Ok(());
    }
    let home = tempfile::tempdir()?;
    let (behind, media) = (home.path().join("behind"), home.path().join("media"));
    for folder in [&behind, &media] {
        std::fs::create_dir(folder)?;
    }
    let disk = MountedDisk::by_fuse(&media, &behind)?;
    let settings = DaemonSettings { through: disk.through()?, ..DaemonSettings::default() };
    let mut daemon = Daemon::prepare(&home.path().join("daemon"), settings)?;
    let config = std::fs::read_to_string(daemon.config())?;
    let on_fuse =
        config.replace(&daemon.storage().display().to_string(), &media.join("library").display().to_string());
    std::fs::write(daemon.config(), on_fuse)?;
    let refused = format!("{:#}", daemon.start_again().await.expect_err("it starts on FUSE"));
    for word in ["FUSE", "a folder on a disk of this machine", "PostgreSQL"] {
        ensure!(refused.contains(word), "{refused}");
    }
    ensure!(std::fs::read_dir(behind.join("library"))?.next().is_none(), "something was written");
    daemon.ended()?;

    std::fs::write(daemon.config(), config)?;
    daemon.start_again().await?;
    let client = daemon.client().await?;
    let path = media.display().to_string();
    let root = client.add_root(AddRoot { path, recycle_bin: None, recycle_days: None }).await?;
    ensure!(root.accessible, "{root:#?}");
    daemon.terminate().await?;
    Ok(())
}
