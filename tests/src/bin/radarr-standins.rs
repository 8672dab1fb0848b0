//! Serves TMDB, HDBits, a Torznab server, a tracker, a seeder and, when asked to, qBittorrent, until it is ended;
//! prints where they are.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use radarr_tests::stand_ins::hdbits::{Account, PASSKEY, USERNAME};
use radarr_tests::stand_ins::qbittorrent::{self, Qbittorrent};
use radarr_tests::stand_ins::serve::ANY_PORT;
use radarr_tests::stand_ins::tmdb::KEY;
use radarr_tests::stand_ins::torznab::{self, API_KEY};
use radarr_tests::stand_ins::world::Size;
use radarr_tests::stand_ins::{Settings, StandIns};

/// Stand-ins of TMDB, HDBits and a Torznab server, with a tracker and a peer that has what these list
#[derive(Parser)]
#[command(
    version,
    max_term_width = 110,
    after_help = "Each server tells what it was asked under /_requests and misbehaves on request under /_faults:\n  \
        curl -d '{\"next\": [\"429\", \"cut\"]}' HDBITS/_faults\n  \
        curl -d '{\"always\": \"hang\", \"path\": \"/3/search\"}' TMDB/_faults\n  curl -X DELETE HDBITS/_faults\n\
        Faults: hang, slow:MS, a status such as 403, status:N, html, login, empty, cut, garbage, huge."
)]
struct Arguments {
    /// Where TMDB listens; port 0 is any free one
    #[arg(long, default_value_t = ANY_PORT)]
    tmdb: SocketAddr,
    /// Where HDBits listens
    #[arg(long, default_value_t = ANY_PORT)]
    hdbits: SocketAddr,
    /// Where the tracker listens
    #[arg(long, default_value_t = ANY_PORT)]
    tracker: SocketAddr,
    /// Where the seeder listens
    #[arg(long, default_value_t = ANY_PORT)]
    seeder: SocketAddr,
    /// Where the Torznab server listens
    #[arg(long, default_value_t = ANY_PORT)]
    torznab: SocketAddr,
    /// Starts a stand-in of qBittorrent as well, which downloads to this folder
    #[arg(long, value_name = "FOLDER")]
    qbittorrent: Option<PathBuf>,
    /// Where qBittorrent listens
    #[arg(long, default_value_t = ANY_PORT, requires = "qbittorrent")]
    qbittorrent_listen: SocketAddr,
    /// TMDB's key: 32 hexadecimal digits, or a read access token
    #[arg(long, default_value = KEY)]
    tmdb_key: String,
    /// Requests in a second that TMDB takes; 0 = no limit
    #[arg(long, default_value_t = 40)]
    tmdb_per_second: u32,
    /// HDBits' account
    #[arg(long, default_value = USERNAME)]
    username: String,
    /// Its passkey; qBittorrent's password is "loopback only"
    #[arg(long, default_value = PASSKEY)]
    passkey: String,
    /// The Torznab server's key
    #[arg(long, default_value = API_KEY)]
    api_key: String,
    /// Searches in an hour that HDBits takes; 0 = no limit
    #[arg(long, default_value_t = 150)]
    requests_per_hour: u32,
    /// Movies that nobody made, beside the films
    #[arg(long, default_value_t = 0)]
    generated: u32,
    /// Sizes of releases are those of the real world divided by this
    #[arg(long, default_value_t = Size::DEMO.shrink, value_parser = clap::value_parser!(u64).range(1..))]
    shrink: u64,
    /// Bytes in a second that the seeder sends; 0 = as fast as it goes
    #[arg(long, default_value_t = 8_000_000)]
    speed: u64,
    /// Prints the addresses as one line of JSON
    #[arg(long)]
    json: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let told = writeln!(std::io::stderr(), "radarr-standins: {error:#}");
            ExitCode::from(if told.is_ok() { 1 } else { 2 })
        }
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let settings = Settings {
        size: Size { shrink: arguments.shrink, generated: arguments.generated },
        tmdb_key: arguments.tmdb_key.clone(),
        tmdb_per_second: arguments.tmdb_per_second,
        account: Account {
            username: arguments.username.clone(),
            passkey: arguments.passkey.clone(),
            requests_per_hour: arguments.requests_per_hour,
        },
        torznab: torznab::Settings { api_key: arguments.api_key.clone(), ..torznab::Settings::default() },
        seeder_bytes_per_second: arguments.speed,
        listen: [arguments.tmdb, arguments.hdbits, arguments.tracker, arguments.seeder, arguments.torznab],
    };
    let stand_ins = StandIns::start(settings).await?;
    let qbittorrent = match arguments.qbittorrent {
        None => None,
        Some(save_path) => {
            let settings = qbittorrent::Settings {
                version: qbittorrent::Version::V5,
                username: "admin".to_owned(),
                password: "loopback only".to_owned(),
                save_path: std::path::absolute(save_path)?,
            };
            Some(Qbittorrent::start(&stand_ins.seeder, arguments.qbittorrent_listen, settings).await?)
        }
    };
    let mut places = vec![
        ("tmdb", stand_ins.tmdb.url()),
        ("tmdb_key", arguments.tmdb_key),
        ("hdbits", stand_ins.hdbits.url()),
        ("username", arguments.username),
        ("passkey", arguments.passkey),
        ("torznab", stand_ins.torznab.url()),
        ("api_key", arguments.api_key),
        ("tracker", stand_ins.tracker.announce_url()),
        ("seeder", stand_ins.seeder.address.to_string()),
    ];
    places.extend(qbittorrent.as_ref().map(|client| ("qbittorrent", client.url())));
    say(&places, arguments.json)?;
    ended().await
}

fn say(places: &[(&str, String)], json: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if json {
        let object: serde_json::Map<_, _> =
            places.iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into())).collect();
        writeln!(out, "{}", serde_json::Value::Object(object))?;
    } else {
        for (name, value) in places {
            writeln!(out, "{name:<12} {value}")?;
        }
    }
    out.flush().context("standard output")
}

/// Ctrl-C or SIGTERM.
async fn ended() -> anyhow::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed?,
        _ = terminate.recv() => {}
    }
    Ok(())
}
