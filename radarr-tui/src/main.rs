//! No verb: the TUI. A verb: the command line.

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Parser;
use radarr_tui::app;
use radarr_tui::cli::args::{Cli, Global};
use radarr_tui::cli::failure::Failure;
use radarr_tui::cli::run;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match &cli.verb {
        Some(_) => tokio::runtime::Builder::new_current_thread().enable_all().build(),
        // Drawing happens here, in the main thread; everything that waits happens in the other.
        None => tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build(),
    };
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    let code = match cli.verb {
        Some(verb) => runtime.block_on(run::run(&cli.global, verb)),
        None => tui(&cli.global, &runtime),
    };
    // A key that is waited for would hold the end up.
    runtime.shutdown_background();
    code
}

fn tui(global: &Global, runtime: &tokio::runtime::Runtime) -> ExitCode {
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        return failed(
            &Failure::usage("the TUI needs a terminal").with_hint("say what to do: radarr-tui --help"),
        );
    }
    runtime.block_on(app::run::run(global)).unwrap_or_else(|failure| failed(&failure))
}

fn failed(failure: &Failure) -> ExitCode {
    run::say(failure);
    failure.exit.into()
}
