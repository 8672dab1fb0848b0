//! `radarr-measure`: makes a storage of many movies, starts the daemon on it, asks it over its Unix socket, and prints
//! what it found as a table for the README.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use radarr_tests::measure::{Settings, measure};

/// Measures the daemon that lies beside this program.
#[derive(Parser)]
struct Arguments {
    /// Movies in the storage.
    #[arg(long, default_value_t = 10_000)]
    movies: u64,
    /// Seconds for which 64 clients change movies.
    #[arg(long, default_value_t = 5)]
    commit_seconds: u64,
    /// Seconds for which nothing is done but following events.
    #[arg(long, default_value_t = 20)]
    idle_seconds: u64,
    /// URL of an empty PostgreSQL database that is measured instead of the embedded storage.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, default_value = "")]
    database: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let settings = Settings {
        movies: arguments.movies,
        commits_for: Duration::from_secs(arguments.commit_seconds),
        idle_for: Duration::from_secs(arguments.idle_seconds),
        database: arguments.database,
    };
    let (told, code) = match measure(&settings).await {
        Ok(report) => (write!(std::io::stdout(), "{report}"), ExitCode::SUCCESS),
        Err(error) => (writeln!(std::io::stderr(), "radarr-measure: {error:#}"), ExitCode::FAILURE),
    };
    if told.is_ok() { code } else { ExitCode::from(3) }
}
