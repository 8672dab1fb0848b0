//! `radarr-load`: many clients at the daemon that lies beside this program, or a storm, and what came of it as a table.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use radarr_daemon::descriptors;
use radarr_tests::load::{Bench, Settings, Storm, load, overload};

/// Puts load on the daemon that lies beside this program.
#[derive(Parser)]
struct Arguments {
    /// Movies in the storage.
    #[arg(long, default_value_t = 10_000)]
    movies: u64,
    /// Clients over RPC; may be repeated.
    #[arg(long, default_values_t = [1, 100, 1000])]
    clients: Vec<usize>,
    /// Calls over RPC in a second, of all clients together.
    #[arg(long, default_value_t = 500)]
    calls: u32,
    /// Requests over HTTP in a second.
    #[arg(long, default_value_t = 500)]
    requests: u32,
    /// Seconds for each number of clients.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Makes a storm of so many connections instead.
    #[arg(long)]
    storm: Option<usize>,
    /// Clients of the storm that ask for a lot and read nothing.
    #[arg(long, default_value_t = 100)]
    slow_readers: usize,
    /// URL of an empty PostgreSQL database that is used instead of the embedded storage.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, default_value = "")]
    database: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    descriptors::ask_for_more();
    let (told, code) = match run(Arguments::parse()).await {
        Ok(text) => (write!(std::io::stdout(), "{text}"), ExitCode::SUCCESS),
        Err(error) => (writeln!(std::io::stderr(), "radarr-load: {error:#}"), ExitCode::FAILURE),
    };
    if told.is_ok() { code } else { ExitCode::from(3) }
}

async fn run(arguments: Arguments) -> anyhow::Result<String> {
    if let Some(connections) = arguments.storm {
        let mut bench = Bench::start(arguments.movies, 1000, &arguments.database).await?;
        let storm = Storm { connections, slow_readers: arguments.slow_readers };
        return Ok(format!("{:#?}\n", overload(&mut bench, &storm).await?));
    }
    let settings = Settings {
        movies: arguments.movies,
        clients: arguments.clients,
        calls_per_second: arguments.calls,
        requests_per_second: arguments.requests,
        run_for: Duration::from_secs(arguments.seconds),
        database: arguments.database,
    };
    Ok(load(&settings).await?.to_string())
}
