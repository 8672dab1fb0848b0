//! All verbs of the command line, on one page.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use radarr_proto::endpoint::Endpoint;

use super::activity::{BlocklistCommand, HistoryArgs, QueueCommand, WantedArgs};
use super::audit::AuditArgs;
use super::backup::BackupCommand;
use super::declared::ApplyArgs;
use super::download_client::ClientCommand;
use super::group::GroupCommand;
use super::indexer::IndexerCommand;
use super::job::JobCommand;
use super::movie::MovieCommand;
use super::profile::ProfileCommand;
use super::release::ReleaseCommand;
use super::rules::{DelayCommand, FormatCommand, QualityCommand, WordsCommand};
use super::settings::{LibraryCommand, NamingCommand, RootCommand, TagCommand, TmdbCommand};
use super::system::{EventsArgs, TokenCommand};

/// radarr in the terminal: the TUI without a verb, one thing with one
#[derive(Debug, Clone, Parser)]
#[command(
    name = "radarr-tui",
    version,
    max_term_width = 110,
    after_help = "Examples:\n  radarr-tui                                    the TUI; starts the daemon when none runs\n  \
        radarr-tui movie add \"Nosferatu 1922\" --search  add a movie and search for it\n  \
        radarr-tui release search Nosferatu           what the indexers have, and why or why not\n  \
        radarr-tui events --follow                    what happens, as it happens\n  \
        radarr-tui --connect tls:nas:7879 --token-file ~/nas.token status\n\nExit codes: 0 done, 1 failed, \
        2 usage, 3 not found, 4 conflict, 5 no connection or not allowed"
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub verb: Option<Verb>,
}

/// What goes with every verb. Of an endpoint or a token that is given twice, as behind a shell's alias, the last counts.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// The daemon: unix:PATH, tcp:HOST:PORT or tls:HOST:PORT; the user's own when left out
    #[arg(
        long,
        global = true,
        env = "RADARR_CONNECT",
        value_name = "ENDPOINT",
        help_heading = "Everywhere",
        overrides_with = "connect"
    )]
    pub connect: Option<Endpoint>,
    /// File with a client token, needed over tcp and tls; `RADARR_TOKEN` holds one as well
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help_heading = "Everywhere",
        overrides_with = "token_file"
    )]
    pub token_file: Option<PathBuf>,
    /// A certificate authority to trust, as PEM
    #[arg(long, global = true, env = "RADARR_CA_FILE", value_name = "FILE", help_heading = "Everywhere")]
    pub ca_file: Option<PathBuf>,
    /// A client certificate to show over tls, as PEM, and those that lead to its authority
    #[arg(
        long,
        global = true,
        env = "RADARR_CERT",
        value_name = "FILE",
        requires = "key",
        help_heading = "Everywhere"
    )]
    pub cert: Option<PathBuf>,
    /// The key of the client certificate, as PEM
    #[arg(
        long,
        global = true,
        env = "RADARR_KEY",
        value_name = "FILE",
        requires = "cert",
        help_heading = "Everywhere"
    )]
    pub key: Option<PathBuf>,
    /// Prints JSON, as the protocol has it
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub json: bool,
    /// No colours; `NO_COLOR` does the same
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub no_color: bool,
    /// Does not start a daemon when none runs; `--connect` never does
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub no_spawn: bool,
}

#[derive(Debug, Clone, Subcommand)]
pub enum Verb {
    /// The library
    #[command(subcommand)]
    Movie(MovieCommand),
    /// What the indexers have, and why one is taken and another is not
    #[command(subcommand)]
    Release(ReleaseCommand),
    /// What is on its way
    #[command(subcommand)]
    Queue(QueueCommand),
    /// What happened
    History(HistoryArgs),
    /// What is missing, or below its cutoff
    Wanted(WantedArgs),
    /// Releases that are not taken again
    #[command(subcommand)]
    Blocklist(BlocklistCommand),
    /// What the daemon is doing
    #[command(subcommand)]
    Job(JobCommand),
    /// Quality profiles
    #[command(subcommand)]
    Profile(ProfileCommand),
    /// Custom formats
    #[command(subcommand)]
    Format(FormatCommand),
    /// Where releases are searched
    #[command(subcommand)]
    Indexer(IndexerCommand),
    /// The programs that download
    #[command(subcommand)]
    Client(ClientCommand),
    /// The folders that movies lie in
    #[command(subcommand)]
    Root(RootCommand),
    /// Tags
    #[command(subcommand)]
    Tag(TagCommand),
    /// How files and folders are named
    #[command(subcommand)]
    Naming(NamingCommand),
    /// How the library is kept
    #[command(subcommand)]
    Library(LibraryCommand),
    /// How TMDB is asked
    #[command(subcommand)]
    Tmdb(TmdbCommand),
    /// Size limits of the qualities
    #[command(subcommand)]
    Quality(QualityCommand),
    /// How long is waited for something better
    #[command(subcommand)]
    Delay(DelayCommand),
    /// Words that a release name must or must not have
    #[command(subcommand)]
    Words(WordsCommand),
    /// What is known of release groups
    #[command(subcommand)]
    Group(GroupCommand),
    /// What happens, as it happens
    Events(EventsArgs),
    /// Who changed what, when, from where, before and after
    Audit(AuditArgs),
    /// What is wrong and what to do; exits 1 when something must be mended
    Health,
    /// Version, uptime and counts of the daemon
    Status,
    /// Everything in one file, made and kept by the daemon
    #[command(subcommand)]
    Backup(BackupCommand),
    /// Brings about the settings that files declare
    #[command(
        after_help = "Secrets are never written into such a file: {env: NAME} or {file: /path} says where one \
        is, and it is read on this machine. Applying a file twice changes nothing; what it declares can't be \
        edited elsewhere.\n\nExit codes: 0 applied, or nothing to do; with --dry-run --exit-code 2 when \
        something would change\n\nExamples:\n  radarr-tui export > settings.yaml\n  \
        radarr-tui apply -f settings.yaml --dry-run\n  radarr-tui apply -f settings.d"
    )]
    Apply(ApplyArgs),
    /// Writes all settings as a file that can be applied; secrets as CHANGE-ME
    Export,
    /// Client tokens, for tcp and tls
    #[command(subcommand)]
    Token(TokenCommand),
    /// The daemon's configuration, secrets masked
    Config,
    /// Prints a completion script
    #[command(
        after_help = "Example:\n  radarr-tui completions bash > ~/.local/share/bash-completion/completions/radarr-tui"
    )]
    Completions {
        /// For which shell
        shell: clap_complete::Shell,
    },
    /// Writes the manual pages, one for each command
    #[command(after_help = "Example:\n  radarr-tui man ~/.local/share/man/man1")]
    Man {
        /// Into which folder
        folder: PathBuf,
    },
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[test]
    fn of_an_endpoint_that_is_given_twice_the_last_counts() {
        let given = ["radarr-tui", "--connect", "unix:/one", "--token-file", "/a", "status"];
        let again = ["--connect", "unix:/two", "--token-file", "/b"];
        let cli = Cli::try_parse_from([&given[..], &again].concat()).unwrap();
        assert_eq!(cli.global.connect.map(|endpoint| endpoint.to_string()), Some("unix:/two".to_owned()));
        assert_eq!(cli.global.token_file, Some(PathBuf::from("/b")));
    }
}
