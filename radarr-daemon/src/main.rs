//! The daemon's binary: arguments, then the part that they ask for.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use radarr_daemon::config::{self, Config, Sources};
use radarr_daemon::migrate::{self, MapPath, RadarrImport};
use radarr_daemon::{backup_command, daemon, healthcheck, hint, one_heap, parse_command};

const ABOUT: &str = "radarr's background daemon: keeps the library, searches, grabs, imports";

const LONG_ABOUT: &str = "\
radarr's background daemon: keeps the library, searches, grabs, imports.

Steer it with `radarr-tui`. Settings of the deployment come from a file, then the environment
(RADARR__SECTION__KEY, for example RADARR__HTTP__LISTEN; also DATABASE_URL, DATABASE_PASSWORD_FILE, TMDB_API_KEY,
TMDB_API_KEY_FILE, RUST_LOG).";

#[derive(Parser)]
#[command(name = "radarr-daemon", version, about = ABOUT, long_about = LONG_ABOUT, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the daemon until SIGTERM or SIGINT
    Serve {
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Asks a running daemon whether it lives; exits 0 or 1. For exec probes
    ///
    /// Needs nothing but http.listen: no storage, no library.
    Healthcheck {
        /// Asks whether it can serve as well
        #[arg(long)]
        ready: bool,
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Looks at the configuration without starting anything
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Writes the whole storage into a file, as JSON lines; the daemon must not be running
    ///
    /// A running daemon does so by itself once a day, and on `radarr-tui job run backup`: see the folder `backups`
    /// in storage.path. Secrets are in it only encrypted; keep secret.key of storage.path as well.
    Export {
        /// Where to; a file of that name is replaced
        file: PathBuf,
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Reads such a file into an empty storage, or takes a Radarr over; the daemon must not be running
    #[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
    Import {
        #[command(subcommand)]
        command: Option<ImportCommand>,
        /// The file
        #[arg(required = true)]
        file: Option<PathBuf>,
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Reads release names from standard input, one a line, and prints what each says as a JSON object
    Parse {
        /// The names are folder names: forms that only folders have, such as `(1995) Title`, are tried as well
        #[arg(long)]
        folder: bool,
    },
}

#[derive(Subcommand)]
enum ImportCommand {
    /// Takes the library, the rules and the history of a Radarr over; without --yes it only says what it would do
    ///
    /// Nothing is written at Radarr or into a root folder. Radarr may run; radarr's daemon must not. What is here
    /// already stays as it is: a second run changes nothing. Indexers and download clients come in out of use.
    Radarr {
        /// The file radarr.db, the folder that it lies in, or the address of the API: http://HOST:7878
        source: String,
        /// Holds the key of the API
        #[arg(long, value_name = "FILE")]
        api_key_file: Option<PathBuf>,
        /// A folder as Radarr says it, and the same one here; may be given several times
        #[arg(long = "map-path", value_name = "FROM=TO")]
        map_paths: Vec<MapPath>,
        /// Does it
        #[arg(long)]
        yes: bool,
        /// Prints the report as JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        config: ConfigFile,
    },
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Says whether the configuration can be used; exits 0 or 1
    Check {
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Prints the configuration in force as TOML, without its secrets
    Show {
        #[command(flatten)]
        file: ConfigFile,
    },
}

#[derive(Args)]
struct ConfigFile {
    /// TOML or YAML file; without it config.toml, .yaml or .yml in ~/.config/radarr, then in /etc/radarr
    #[arg(long = "config", value_name = "FILE")]
    path: Option<PathBuf>,
}

impl ConfigFile {
    fn load(self) -> anyhow::Result<Config> {
        Ok(config::load(&Sources::of_process(self.path))?)
    }
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        // The reader has seen enough (`| head`).
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let hint = hint::of(&error).map_or_else(String::new, |hint| format!("\nhint: {hint}"));
            let told = writeln!(io::stderr(), "radarr-daemon: {error:#}{hint}");
            ExitCode::from(if told.is_ok() { 1 } else { 2 })
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve { file } => {
            let config = file.load()?;
            one_heap::use_it();
            daemon::serve(&config)
        }
        Command::Healthcheck { ready, file } => {
            let page = if ready { healthcheck::Page::Ready } else { healthcheck::Page::Health };
            healthcheck::ask(&file.load()?.http, page)
        }
        Command::Config { command: ConfigCommand::Check { file } } => {
            file.load()?;
            say("the configuration can be used")
        }
        Command::Config { command: ConfigCommand::Show { file } } => {
            Ok(write!(io::stdout(), "{}", config::to_toml(&file.load()?))?)
        }
        Command::Export { file, config } => say(&backup_command::export(&config.load()?, &file)?),
        Command::Import { command: Some(command), .. } => {
            let ImportCommand::Radarr { source, api_key_file, map_paths, yes, json, config } = command;
            let request = RadarrImport { source, api_key_file, maps: map_paths, yes, json };
            say(&migrate::import(&config.load()?, &request)?)
        }
        Command::Import { command: None, file, config } => {
            // clap asks for it.
            say(&backup_command::import(&config.load()?, &file.unwrap_or_default())?)
        }
        Command::Parse { folder } => {
            Ok(parse_command::run(io::stdin().lock(), BufWriter::new(io::stdout().lock()), folder)?)
        }
    }
}

fn say(sentence: &str) -> anyhow::Result<()> {
    Ok(writeln!(io::stdout(), "{sentence}")?)
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
