//! Tells the daemon which revision it was built from. Only for releases: in between every commit would build it anew.

use std::process::Command;

fn git(arguments: &[&str]) -> Option<String> {
    let output =
        Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}

fn main() {
    println!("cargo::rerun-if-env-changed=RADARR_COMMIT");
    let is_release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let given = std::env::var("RADARR_COMMIT").ok();
    let log = git(&["rev-parse", "--git-path", "logs/HEAD"]).filter(|_| is_release);
    if let Some(log) = &log {
        println!("cargo::rerun-if-changed={log}");
    } else {
        println!("cargo::rerun-if-changed=build.rs");
    }
    let commit = given.or_else(|| log.and_then(|_| git(&["rev-parse", "--short=12", "HEAD"])));
    println!("cargo::rustc-env=RADARR_COMMIT={}", commit.unwrap_or_default());
}
