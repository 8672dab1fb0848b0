//! `radarr-demo`: radarr at work on this machine alone. See `radarr_tests::demo`.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use radarr_tests::demo::{self, Arguments};

#[tokio::main]
async fn main() -> ExitCode {
    match demo::run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let told = writeln!(std::io::stderr(), "\nthe demo failed: {error:#}");
            ExitCode::from(if told.is_ok() { 1 } else { 2 })
        }
    }
}
