//! `conformance DIR [--show N]`: checks every `*.jsonl` in DIR and prints passed/total for each file.
//!
//! Exit status 0 when every line that counts passes, 1 when one fails, 2 when the folder cannot be read.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use radarr_tests::conformance::run_folder;

/// Checks our behaviour against the lines of a corpus.
#[derive(Parser)]
struct Arguments {
    /// Folder with the `*.jsonl` files.
    folder: PathBuf,
    /// How many failures to print for each file.
    #[arg(long, default_value_t = usize::MAX)]
    show: usize,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let report = match run_folder(&arguments.folder) {
        Ok(report) => report,
        Err(error) => {
            let written = writeln!(std::io::stderr(), "cannot read {}: {error}", arguments.folder.display());
            return ExitCode::from(if written.is_ok() { 2 } else { 3 });
        }
    };
    let written = write!(std::io::stdout().lock(), "{}{report}", report.failures(arguments.show));
    if written.is_err() {
        return ExitCode::from(3);
    }
    if report.passed() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
