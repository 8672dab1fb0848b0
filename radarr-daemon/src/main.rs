//! The daemon's binary: arguments, then the part that they ask for.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use radarr_daemon::parse_command;

#[derive(Parser)]
#[command(name = "radarr-daemon", version, about = "radarr's background daemon")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Reads release names from standard input, one a line, and prints what each says as a JSON object.
    Parse {
        /// The names are folder names: forms that only folders have, such as `(1995) Title`, are tried as well.
        #[arg(long)]
        folder: bool,
    },
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Parse { folder } => parse(folder),
    }
}

fn parse(folder: bool) -> ExitCode {
    match parse_command::run(io::stdin().lock(), BufWriter::new(io::stdout().lock()), folder) {
        Ok(()) => ExitCode::SUCCESS,
        // The reader has seen enough (`| head`).
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            let told = writeln!(io::stderr(), "radarr-daemon parse: {error}");
            ExitCode::from(if told.is_ok() { 1 } else { 2 })
        }
    }
}
