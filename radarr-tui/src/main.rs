//! No verb: the TUI. A verb: the command line.

use std::process::ExitCode;

use clap::Parser;
use radarr_tui::cli::args::Cli;
use radarr_tui::cli::run;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let failure = radarr_tui::cli::failure::Failure::from(error);
            run::say(&failure);
            return failure.exit.into();
        }
    };
    match cli.verb {
        Some(verb) => runtime.block_on(run::run(&cli.global, verb)),
        None => {
            let mut help = <Cli as clap::CommandFactory>::command();
            if help.print_help().is_ok() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}
