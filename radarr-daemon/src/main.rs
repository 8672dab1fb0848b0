//! The daemon's binary: arguments, then the part that they ask for.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory as _, Parser, Subcommand};
use radarr_daemon::backup_command::{self, Restoring};
use radarr_daemon::config::{self, Config, Sources};
use radarr_daemon::doctor::{self, ClientView, Saying};
use radarr_daemon::migrate::{self, MapPath, RadarrImport};
use radarr_daemon::security::key_source::KeySource;
use radarr_daemon::security::tls::TlsFiles;
use radarr_daemon::{
    daemon, descriptors, healthcheck, hint, one_heap, parse_command, secrets_command, verify_command,
};
use radarr_proto::request::VerifyStorage;

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
    /// Everything in one portable file, and back
    Backup {
        #[command(subcommand)]
        command: BackupCommand,
    },
    /// Looks whether the storage is as it should be; exits 1 when anything is wrong
    ///
    /// Every document can be read, what it names is there, indexes and claims agree, the event log has no gap. A
    /// running daemon is asked to do it, within two minutes; stop it when that is too short.
    #[command(visible_alias = "verify")]
    VerifyDatabase {
        /// Looks at the files of the library as well: there, with the recorded size
        #[arg(long)]
        deep: bool,
        /// Mends what can be made again from something else; no document of yours is changed or removed
        #[arg(long)]
        repair: bool,
        /// Prints JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Looks at the installation from the outside in and says what to do; exits 1 on a problem
    ///
    /// Configuration, folders, umask, ports, certificates, clock, database, storage, root folders, clients and their
    /// links, indexers, TMDB. A running daemon is asked over its socket; nothing is changed, and no secret is printed.
    Doctor {
        /// The authority that clients trust, as PEM; left out: those that this machine trusts
        #[arg(long, value_name = "FILE", env = "RADARR_CA_FILE")]
        ca_file: Option<PathBuf>,
        /// The name or address by which clients reach the daemon; left out: the first of its certificate
        #[arg(long, value_name = "NAME")]
        host: Option<String>,
        /// Prints JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Takes another program's library over; the daemon must not be running
    Import {
        #[command(subcommand)]
        command: ImportCommand,
    },
    /// The key that passkeys, API keys and passwords are encrypted with
    Secrets {
        #[command(subcommand)]
        command: SecretsCommand,
    },
    /// Prints a completion script
    Completions {
        /// For which shell
        shell: clap_complete::Shell,
    },
    /// Writes the manual pages, one for each command
    Man {
        /// Into which folder
        folder: PathBuf,
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
        /// The file radarr.db, the folder that it lies in, or the address of the API: `http://HOST:7878`
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
enum BackupCommand {
    /// Writes a backup, also while the daemon runs
    ///
    /// Secrets are in it only with `backup.passphrase_file` (`RADARR__BACKUP__PASSPHRASE_FILE`), encrypted with that
    /// passphrase; else they are left out. A running daemon writes one each day by itself (backup.at).
    Create {
        /// Where to; a file of that name is replaced. Left out: into backup.dir, under the name of the moment
        file: Option<PathBuf>,
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Shows the backups in backup.dir
    List {
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Reads a backup from front to back and says whether it is whole
    Verify {
        /// The file; of a folder the newest backup in it
        file: PathBuf,
    },
    /// Puts a backup into the storage; the daemon must not be running
    ///
    /// The storage changes in one step: when this is cut off, everything is as it was.
    Restore {
        /// The file; of a folder the newest backup in it
        file: PathBuf,
        /// Replaces what is there, after writing it into backup.dir as before-restore-TIME.jsonl.gz
        #[arg(long)]
        replace: bool,
        /// Leaves the secrets of the backup out
        #[arg(long)]
        without_secrets: bool,
        #[command(flatten)]
        config: ConfigFile,
    },
}

#[derive(Subcommand)]
enum SecretsCommand {
    /// Makes a new key and encrypts all secrets with it, also while the daemon runs
    ///
    /// With security.key, or a key file that the daemon can't write: put the new key before the old one there first.
    Rotate {
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
        Ok(code) => code,
        // The reader has seen enough (`| head`).
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let hint = hint::of(&error).map_or_else(String::new, |hint| format!("\nhint: {hint}"));
            let told = writeln!(io::stderr(), "radarr-daemon: {error:#}{hint}");
            ExitCode::from(if told.is_ok() { 1 } else { 2 })
        }
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve { file } => {
            let config = file.load()?;
            descriptors::ask_for_more();
            one_heap::use_it();
            set_umask(&config);
            daemon::serve(&config)?;
        }
        Command::Healthcheck { ready, file } => {
            let page = if ready { healthcheck::Page::Ready } else { healthcheck::Page::Health };
            healthcheck::ask(&file.load()?.http, page)?;
        }
        Command::Config { command: ConfigCommand::Check { file } } => {
            let config = file.load()?;
            for files in
                [TlsFiles::of_rpc(&config.rpc), TlsFiles::of_http(&config.http)].into_iter().flatten()
            {
                files.load()?;
            }
            // One of our own is made by the first start.
            let key = KeySource::of(&config);
            if !matches!(key, KeySource::Own(_)) {
                key.read()?;
            }
            say("the configuration can be used")?;
        }
        Command::Config { command: ConfigCommand::Show { file } } => {
            write!(io::stdout(), "{}", config::to_toml(&file.load()?))?;
        }
        Command::Backup { command } => say(&back_up(command)?)?,
        Command::VerifyDatabase { deep, repair, json, config } => {
            let report = verify_command::verify(&config.load()?, VerifyStorage { deep, repair })?;
            if json {
                say(&serde_json::to_string_pretty(&report)?)?;
            } else {
                say(&verify_command::in_words(&report))?;
            }
            return Ok(ExitCode::from(u8::from(!verify_command::is_well(&report))));
        }
        Command::Secrets { command: SecretsCommand::Rotate { config } } => {
            say(&secrets_command::rotate(&config.load()?)?)?;
        }
        Command::Doctor { ca_file, host, json, config } => {
            let view = ClientView { ca_file, host };
            if !doctor::examine(config.path.as_deref(), &view, Saying { json })? {
                return Ok(ExitCode::FAILURE);
            }
        }
        Command::Import { command } => {
            let ImportCommand::Radarr { source, api_key_file, map_paths, yes, json, config } = command;
            let request = RadarrImport { source, api_key_file, maps: map_paths, yes, json };
            say(&migrate::import(&config.load()?, &request)?)?;
        }
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "radarr-daemon", &mut script);
            io::stdout().write_all(&script)?;
        }
        Command::Man { folder } => {
            std::fs::create_dir_all(&folder)?;
            clap_mangen::generate_to(Arguments::command(), folder)?;
        }
        Command::Parse { folder } => {
            parse_command::run(io::stdin().lock(), BufWriter::new(io::stdout().lock()), folder)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Before the first thread starts: it counts for all of them.
fn set_umask(config: &Config) {
    if let Ok(Some(bits)) = config.files.umask_bits() {
        rustix::process::umask(rustix::fs::Mode::from_bits_truncate(bits));
    }
}

fn back_up(command: BackupCommand) -> anyhow::Result<String> {
    match command {
        BackupCommand::Create { file, config } => backup_command::create(&config.load()?, file.as_deref()),
        BackupCommand::List { config } => backup_command::list(&config.load()?),
        BackupCommand::Verify { file } => backup_command::verify(&file),
        BackupCommand::Restore { file, replace, without_secrets, config } => {
            backup_command::restore(&config.load()?, &file, Restoring { replace, without_secrets })
        }
    }
}

fn say(sentence: &str) -> anyhow::Result<()> {
    Ok(writeln!(io::stdout(), "{sentence}")?)
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
