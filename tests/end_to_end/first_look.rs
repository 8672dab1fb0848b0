//! The commands of a cautious operator: to look makes nothing, and a name without a folder is one in this folder.

use std::path::Path;
use std::process::Stdio;

use anyhow::ensure;
use radarr_tests::harness::binaries::{self, DAEMON};
use radarr_tests::harness::{Daemon, DaemonSettings};

/// The exit code, and everything that was said.
async fn run(folder: &Path, arguments: &[&str]) -> anyhow::Result<(Option<i32>, String)> {
    let mut command = tokio::process::Command::new(binaries::ours(DAEMON)?);
    command.args(arguments).current_dir(folder).env_remove("RUST_LOG").env_remove("DATABASE_URL");
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output().await?;
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    Ok((output.status.code(), text))
}

#[tokio::test]
async fn nothing_is_made_by_who_only_looks() -> anyhow::Result<()> {
    let temp = tempfile::tempdir()?;
    let library = temp.path().join("library");
    std::fs::create_dir(&library)?;
    let config = format!(
        "[storage]\npath = {library:?}\n[http]\nlisten = \"\"\n[metrics]\nlisten = \"\"\n[rpc]\nunix = \"\"\n\
         [tmdb]\nbase_url = \"http://127.0.0.1:9/3\"\n"
    );
    std::fs::write(temp.path().join("radarr.toml"), config)?;
    let (_, said) = run(temp.path(), &["doctor", "--config", "radarr.toml"]).await?;
    ensure!(said.contains("there is none yet") && said.contains("the first start makes it"), "{said}");
    for command in [["verify-database"].as_slice(), &["secrets", "rotate"], &["backup", "create"]] {
        let (code, said) = run(temp.path(), &[command, &["--config", "radarr.toml"]].concat()).await?;
        ensure!(code == Some(1) && said.contains("there is no storage at"), "{command:?}: {said}");
    }
    ensure!(std::fs::read_dir(&library)?.count() == 0, "somebody made something in it");
    Ok(())
}

#[tokio::test]
async fn a_lost_key_is_told_and_no_other_one_made_and_a_backup_goes_where_one_stands() -> anyhow::Result<()> {
    let temp = tempfile::tempdir()?;
    let mut daemon = Daemon::start(&temp.path().join("daemon"), DaemonSettings::default()).await?;
    daemon.terminate().await?;
    let config = daemon.config().display().to_string();
    let (code, said) = run(temp.path(), &["backup", "create", "here.gz", "--config", &config]).await?;
    ensure!(code == Some(0) && temp.path().join("here.gz").exists(), "{said}");

    let key = daemon.storage().join("secret.key");
    #[expect(clippy::disallowed_methods, reason = "as whoever loses it")]
    std::fs::remove_file(&key)?;
    let (_, said) = run(temp.path(), &["doctor", "--config", &config]).await?;
    ensure!(said.contains("secret.key is not there") && said.contains("put the file back"), "{said}");
    ensure!(!key.exists(), "the doctor made a key");
    Ok(())
}

#[tokio::test]
async fn the_check_of_a_configuration_reads_its_certificates_and_its_key() -> anyhow::Result<()> {
    let temp = tempfile::tempdir()?;
    std::fs::write(temp.path().join("cert.pem"), "no certificate")?;
    std::fs::write(temp.path().join("key.pem"), "no key")?;
    let config = "[http]\ntls_cert = \"cert.pem\"\ntls_key = \"key.pem\"\n";
    std::fs::write(temp.path().join("radarr.toml"), config)?;
    let (code, said) = run(temp.path(), &["config", "check", "--config", "radarr.toml"]).await?;
    ensure!(code == Some(1) && said.contains("http.tls_cert = cert.pem can't be used"), "{said}");
    std::fs::write(temp.path().join("radarr.toml"), "[security]\nkey = \"CHANGE-ME\"\n")?;
    let (code, said) = run(temp.path(), &["config", "check", "--config", "radarr.toml"]).await?;
    ensure!(code == Some(1) && said.contains("security.key") && said.contains("openssl rand"), "{said}");
    Ok(())
}
