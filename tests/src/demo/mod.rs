//! The demo: radarr with everything around it, on loopback and in a temporary folder that is gone afterwards.
//!
//! `stage.rs` starts and furnishes it, `way.rs` goes the whole way of one movie and checks the result, `report.rs`
//! prints each step.

mod report;
mod stage;
mod way;

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, bail};
use clap::Parser;

use crate::harness::{Scene, binaries};
use report::Report;

/// Shows radarr at work on this machine alone: stand-in TMDB and HDBits, a tracker and a seeding peer, qBittorrent
#[derive(Debug, Parser)]
#[command(version, max_term_width = 110)]
pub struct Arguments {
    /// Goes the whole way by itself, prints each step, checks the result; exits 1 when a step fails
    #[arg(long)]
    pub headless: bool,
    /// Takes the stand-in of qBittorrent even where the real one is installed
    #[arg(long)]
    pub stand_in_client: bool,
    /// Bytes in a second that the seeding peer sends; 4 MB to watch in the TUI, 20 MB headless when left out
    #[arg(long)]
    pub speed: Option<u64>,
    /// Keeps all files in this folder, which must not exist yet, to look at them afterwards
    #[arg(long, value_name = "FOLDER")]
    pub keep: Option<PathBuf>,
}

/// Runs it to its end, or until it is asked to end.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    let mut hangup = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())?;
    let wish = if arguments.headless { Wish::Headless } else { Wish::Terminal };
    // Whichever ends first, the scene is dropped, and with it every program that it started.
    tokio::select! {
        done = show(&arguments, wish) => done,
        _ = tokio::signal::ctrl_c(), if wish == Wish::Headless => bail!("interrupted"),
        _ = terminate.recv() => bail!("asked to end"),
        _ = hangup.recv() => bail!("the terminal is gone"),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Headless,
    Terminal,
}

async fn show(arguments: &Arguments, wish: Wish) -> anyhow::Result<()> {
    let mut report = Report::new();
    let scene = stage::start(arguments, &mut report).await?;
    stage::furnish(&scene, &mut report).await?;
    let shown = match wish {
        Wish::Headless => way::go(&scene, &mut report).await,
        Wish::Terminal => {
            stage::set_in_motion(&scene, &mut report).await?;
            open_tui(&scene, &report).await
        }
    };
    if shown.is_err() {
        report.log(&scene.daemon.log());
    }
    if let Some(folder) = &arguments.keep {
        report.line(&format!("everything is kept in {}", folder.display()));
    }
    shown
}

/// The TUI in this terminal, until the person leaves it.
async fn open_tui(scene: &Scene, report: &Report) -> anyhow::Result<()> {
    let tui = binaries::ours(binaries::TUI)?;
    report.line("");
    report.line("Now the TUI. Try: add \"Nosferatu\", search its releases, grab one, watch the queue.");
    report.line(&format!(
        "From another terminal: {} --connect {} status",
        tui.display(),
        scene.daemon.endpoint()
    ));
    let status = tokio::process::Command::new(tui)
        .args(["--no-spawn", "--connect", &scene.daemon.endpoint().to_string()])
        .stdin(Stdio::inherit())
        .kill_on_drop(true)
        .status()
        .await
        .context("the TUI does not start")?;
    if !status.success() {
        bail!("the TUI ended with {status}");
    }
    Ok(())
}
