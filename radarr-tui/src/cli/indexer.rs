//! `indexer`: where releases are searched.

use clap::{Args, Subcommand};
use radarr_proto::client::Client;
use radarr_proto::model::{
    DocVersion, Indexer, IndexerFlag, IndexerId, IndexerKind, IndexerState, Language, SaveIndexer,
    SecretSource,
};

use super::ask::{confirm, secret};
use super::failure::Failure;
use super::output::{Output, Tone, cell, number};
use super::pick;
use crate::text;

/// HDBits allows no figure in public; this many searches an hour have done no harm to anybody.
const HDBITS_REQUESTS_PER_HOUR: u32 = 60;
/// A Torznab server asks others in turn; a search takes two or three requests.
const TORZNAB_REQUESTS_PER_HOUR: u32 = 240;
/// Movies, and the parts of them that servers tell apart. Source: Radarr's defaults.
const TORZNAB_CATEGORIES: [u32; 8] = [2000, 2010, 2020, 2030, 2040, 2045, 2050, 2060];
/// Radarr's priority of an indexer, between 1 and 50.
const PRIORITY: u8 = 25;

#[derive(Debug, Clone, Subcommand)]
pub enum IndexerCommand {
    /// Shows the indexers and what is left of their budgets
    List,
    /// Sets up an indexer
    #[command(subcommand)]
    Add(AddIndexer),
    /// Changes an indexer; what is left out stays
    Edit(EditArgs),
    /// Tries an indexer's address and account
    Test {
        /// Its name or number; all when left out
        indexer: Option<String>,
    },
    /// Deletes an indexer
    Delete {
        /// Its name or number
        indexer: String,
        /// Does not ask
        #[arg(long, short)]
        yes: bool,
    },
}

/// What is said once an HDBits account is set up.
const LEARNING: &str = "what release groups are worth is learned from searches and recent releases; to have the whole \
    listing read for it, with a quarter of the hour's requests at most: radarr-tui library set --learn-groups true";

#[derive(Debug, Clone, Subcommand)]
pub enum AddIndexer {
    /// HDBits
    #[command(
        after_help = "The passkey is read from a file, from standard input (--passkey-file -) or from \
        RADARR_PASSKEY; never from an argument, which others could see.\n\nExample:\n  radarr-tui indexer add hdbits \
        --username me --passkey-file ~/hdbits.key"
    )]
    Hdbits(HdbitsArgs),
    /// A Torznab or Newznab server: Prowlarr, Jackett, or a site that speaks it itself; also a plain RSS feed
    #[command(
        visible_alias = "newznab",
        after_help = "The address is what stands before the API path. Prowlarr: http://HOST:9696/N, where N is the \
        indexer's number there. Jackett: http://HOST:9117/api/v2.0/indexers/NAME/results/torznab. A plain RSS feed: \
        --base-url https://HOST --api-path /feed.xml; it is read and can't be searched.\n\nThe API key is read from a \
        file, from standard input (--api-key-file -) or from RADARR_API_KEY; never from an argument, which others \
        could see.\n\nExample:\n  radarr-tui indexer add torznab --name Prowlarr --base-url http://127.0.0.1:9696/1 \
        --api-key-file ~/prowlarr.key"
    )]
    Torznab(TorznabArgs),
}

#[derive(Debug, Clone, Args)]
pub struct HdbitsArgs {
    /// Its address without path
    #[arg(long, default_value = "https://hdbits.org")]
    base_url: String,
    /// The account's name
    #[arg(long)]
    username: String,
    #[command(flatten)]
    secret: SecretArgs,
    #[command(flatten)]
    common: CommonArgs,
    /// Saves it without trying it first
    #[arg(long)]
    no_test: bool,
}

#[derive(Debug, Clone, Args)]
pub struct TorznabArgs {
    /// Its address, up to the API path
    #[arg(long)]
    base_url: String,
    #[command(flatten)]
    api: ApiArgs,
    #[command(flatten)]
    secret: SecretArgs,
    #[command(flatten)]
    common: CommonArgs,
    /// Saves it without trying it first
    #[arg(long)]
    no_test: bool,
}

#[derive(Debug, Clone, Args)]
pub struct ApiArgs {
    /// Path of the API below the address (Torznab); /api when it is left out
    #[arg(long, value_name = "PATH")]
    api_path: Option<String>,
    /// Number of a category that is asked for (Torznab), e.g. 2000 for all movies; may be repeated; 0 is all there is
    #[arg(long = "category", value_name = "NUMBER")]
    categories: Vec<u32>,
}

impl ApiArgs {
    fn apply(self, kind: IndexerKind) -> IndexerKind {
        match kind {
            IndexerKind::Torznab { api_path, categories } => IndexerKind::Torznab {
                api_path: self.api_path.unwrap_or(api_path),
                categories: if self.categories.is_empty() { categories } else { self.categories },
            },
            other @ (IndexerKind::Hdbits { .. } | IndexerKind::Unknown) => other,
        }
    }

    fn is_empty(&self) -> bool {
        self.api_path.is_none() && self.categories.is_empty()
    }
}

#[derive(Debug, Clone, Args)]
pub struct SecretArgs {
    /// File with the passkey or API key; - is standard input
    #[arg(long, visible_alias = "api-key-file", value_name = "FILE")]
    passkey_file: Option<String>,
    /// File on the daemon's machine, read each time it is needed
    #[arg(long, value_name = "PATH", conflicts_with = "passkey_file")]
    passkey_daemon_file: Option<String>,
}

impl SecretArgs {
    fn read(self, variable: &str) -> Result<radarr_proto::model::SecretInput, Failure> {
        secret(self.passkey_file.as_deref(), self.passkey_daemon_file, variable)
    }
}

#[derive(Debug, Clone, Args)]
pub struct CommonArgs {
    /// Its name here
    #[arg(long)]
    name: Option<String>,
    /// Whether it is used at all
    #[arg(long, value_name = "true|false")]
    enabled: Option<bool>,
    /// Whether its recent releases are read
    #[arg(long, value_name = "true|false")]
    recent: Option<bool>,
    /// Whether it is searched without a person asking
    #[arg(long, value_name = "true|false")]
    automatic_search: Option<bool>,
    /// Whether it is searched when a person asks
    #[arg(long, value_name = "true|false")]
    interactive_search: Option<bool>,
    /// 1 is best, 50 is worst
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=50))]
    priority: Option<u8>,
    /// Releases with fewer seeders are refused
    #[arg(long)]
    minimum_seeders: Option<u32>,
    /// A release must have one of these, e.g. freeleech, internal; may be repeated
    #[arg(long = "required-flag", value_parser = flag)]
    required_flags: Vec<IndexerFlag>,
    /// What `MULTi` means there; may be repeated
    #[arg(long = "multi-language", value_parser = language)]
    multi_languages: Vec<Language>,
    /// Only for movies with one of these tags; may be repeated
    #[arg(long = "tag")]
    tags: Vec<String>,
    /// Only this download client, by name or number
    #[arg(long)]
    client: Option<String>,
    /// Seed ratio that the client is told, in hundredths: 150 is 1.5
    #[arg(long)]
    seed_ratio_hundredths: Option<u32>,
    /// Seeding time that the client is told
    #[arg(long)]
    seed_time_minutes: Option<u32>,
    /// Searches in an hour
    #[arg(long)]
    requests_per_hour: Option<u32>,
}

fn flag(name: &str) -> Result<IndexerFlag, String> {
    match serde_json::from_value(serde_json::Value::String(name.to_lowercase())) {
        Ok(IndexerFlag::Unknown) | Err(_) => {
            Err("write freeleech, halfleech, double_upload, internal, exclusive, scene or nuked".to_owned())
        }
        Ok(flag) => Ok(flag),
    }
}

fn language(name: &str) -> Result<Language, String> {
    Language::from_name(name).ok_or_else(|| format!("there is no language {name:?}; write e.g. English"))
}

#[derive(Debug, Clone, Args)]
pub struct EditArgs {
    /// Its name or number
    indexer: String,
    /// Its address: HDBits' without path, a Torznab server's up to the API path
    #[arg(long)]
    base_url: Option<String>,
    /// The account's name (HDBits)
    #[arg(long)]
    username: Option<String>,
    #[command(flatten)]
    api: ApiArgs,
    #[command(flatten)]
    secret: SecretArgs,
    #[command(flatten)]
    common: CommonArgs,
}

impl IndexerCommand {
    /// Does it.
    pub async fn run(self, client: &Client, out: &mut Output) -> Result<(), Failure> {
        match self {
            Self::List => {
                let indexers = client.indexers().await?;
                out.show(&indexers, |out, indexers| list(out, indexers))
            }
            Self::Add(AddIndexer::Hdbits(args)) => {
                let kind = IndexerKind::Hdbits { username: args.username };
                let new = indexer("HDBits", kind, args.base_url, HDBITS_REQUESTS_PER_HOUR);
                let secret = args.secret.read("RADARR_PASSKEY")?;
                let indexer = args.common.apply(client, new).await?;
                save(client, out, SaveIndexer { indexer, secret }, args.no_test).await?;
                if out.is_json() { Ok(()) } else { out.toned(Tone::Dim, LEARNING) }
            }
            Self::Add(AddIndexer::Torznab(args)) => {
                let mut new = torznab(args.base_url);
                new.kind = args.api.apply(new.kind);
                let secret = args.secret.read("RADARR_API_KEY")?;
                let indexer = args.common.apply(client, new).await?;
                save(client, out, SaveIndexer { indexer, secret }, args.no_test).await
            }
            Self::Edit(args) => edit(args, client, out).await,
            Self::Test { indexer } => test(indexer, client, out).await,
            Self::Delete { indexer, yes } => {
                let found = pick::indexer(client, &indexer).await?.indexer;
                confirm(&format!("delete the indexer {}", found.name), yes)?;
                client.delete_indexer(found.id).await?;
                out.show(&found, |out, found| out.line(format!("deleted the indexer {}", found.name)))
            }
        }
    }
}

/// An indexer with the defaults for its kind.
pub fn indexer(name: &str, kind: IndexerKind, base_url: String, requests_per_hour: u32) -> Indexer {
    Indexer {
        id: IndexerId(0),
        doc_version: DocVersion(0),
        name: name.to_owned(),
        kind,
        base_url,
        secret: SecretSource::None,
        enabled: true,
        use_recent: true,
        use_automatic_search: true,
        use_interactive_search: true,
        priority: PRIORITY,
        minimum_seeders: 1,
        required_flags: Vec::new(),
        multi_languages: Vec::new(),
        tags: Vec::new(),
        client_id: None,
        seed_ratio_hundredths: None,
        seed_time_minutes: None,
        requests_per_hour,
    }
}

/// HDBits with its defaults, as the set-up of the TUI offers it.
pub fn hdbits(base_url: String, username: String) -> Indexer {
    indexer("HDBits", IndexerKind::Hdbits { username }, base_url, HDBITS_REQUESTS_PER_HOUR)
}

/// A Torznab server with its defaults.
pub fn torznab(base_url: String) -> Indexer {
    let kind = IndexerKind::Torznab { api_path: "/api".to_owned(), categories: TORZNAB_CATEGORIES.to_vec() };
    indexer("Torznab", kind, base_url, TORZNAB_REQUESTS_PER_HOUR)
}

impl CommonArgs {
    async fn apply(self, client: &Client, mut indexer: Indexer) -> Result<Indexer, Failure> {
        indexer.name = self.name.unwrap_or(indexer.name);
        indexer.enabled = self.enabled.unwrap_or(indexer.enabled);
        indexer.use_recent = self.recent.unwrap_or(indexer.use_recent);
        indexer.use_automatic_search = self.automatic_search.unwrap_or(indexer.use_automatic_search);
        indexer.use_interactive_search = self.interactive_search.unwrap_or(indexer.use_interactive_search);
        indexer.priority = self.priority.unwrap_or(indexer.priority);
        indexer.minimum_seeders = self.minimum_seeders.unwrap_or(indexer.minimum_seeders);
        indexer.seed_ratio_hundredths = self.seed_ratio_hundredths.or(indexer.seed_ratio_hundredths);
        indexer.seed_time_minutes = self.seed_time_minutes.or(indexer.seed_time_minutes);
        indexer.requests_per_hour = self.requests_per_hour.unwrap_or(indexer.requests_per_hour);
        if !self.required_flags.is_empty() {
            indexer.required_flags = self.required_flags;
        }
        if !self.multi_languages.is_empty() {
            indexer.multi_languages = self.multi_languages;
        }
        if !self.tags.is_empty() {
            indexer.tags = pick::tags(client, &self.tags).await?;
        }
        if let Some(name) = self.client {
            indexer.client_id = Some(pick::download_client(client, &name).await?.id);
        }
        Ok(indexer)
    }
}

async fn save(client: &Client, out: &mut Output, request: SaveIndexer, no_test: bool) -> Result<(), Failure> {
    if !no_test {
        let tested = client.test_indexer(request.clone()).await?;
        super::settings::usable(&tested, "it was not saved; --no-test saves it all the same")?;
    }
    let saved = client.save_indexer(request).await?;
    out.show(&saved, |out, saved| {
        out.line(format!("saved the indexer {} as {}", saved.indexer.name, saved.indexer.id))
    })
}

async fn edit(args: EditArgs, client: &Client, out: &mut Output) -> Result<(), Failure> {
    let mut found = pick::indexer(client, &args.indexer).await?.indexer;
    found.base_url = args.base_url.unwrap_or(found.base_url);
    let mut variable = "RADARR_PASSKEY";
    found.kind = match found.kind {
        IndexerKind::Hdbits { .. } if !args.api.is_empty() => {
            return Err(Failure::usage("HDBits has no API path and no categories to set"));
        }
        IndexerKind::Torznab { .. } if args.username.is_some() => {
            return Err(
                Failure::usage("a Torznab server has no user name").with_hint("it has an API key alone")
            );
        }
        IndexerKind::Hdbits { username } => {
            IndexerKind::Hdbits { username: args.username.unwrap_or(username) }
        }
        torznab @ IndexerKind::Torznab { .. } => {
            variable = "RADARR_API_KEY";
            args.api.apply(torznab)
        }
        IndexerKind::Unknown => {
            return Err(
                Failure::usage("this client is too old for that indexer").with_hint("update radarr-tui")
            );
        }
    };
    let secret = args.secret.read(variable)?;
    let indexer = args.common.apply(client, found).await?;
    save(client, out, SaveIndexer { indexer, secret }, true).await
}

async fn test(wanted: Option<String>, client: &Client, out: &mut Output) -> Result<(), Failure> {
    let indexers = match wanted {
        Some(name) => vec![pick::indexer(client, &name).await?],
        None => client.indexers().await?,
    };
    let mut all = Vec::new();
    for state in indexers {
        let name = state.indexer.name.clone();
        let request = SaveIndexer { indexer: state.indexer, secret: radarr_proto::model::SecretInput::Keep };
        all.push((name, client.test_indexer(request).await?));
    }
    super::settings::tested(out, &all)
}

fn list(out: &mut Output, indexers: &[IndexerState]) -> Result<(), Failure> {
    let now = out.now;
    let lines = indexers.iter().map(|state| {
        let indexer = &state.indexer;
        let budget = &state.budget;
        let (mark, tone) = match (indexer.enabled, budget.blocked_until) {
            (false, _) => ("off".to_owned(), Tone::Dim),
            (true, Some(until)) if until > now => (format!("waits, {}", text::ahead(now, until)), Tone::Bad),
            (true, _) => ("on".to_owned(), Tone::Good),
        };
        vec![
            number(indexer.id),
            cell(&indexer.name),
            cell(mark).tone(tone),
            cell(&indexer.base_url),
            number(format!("{}/{}", budget.used, budget.allowed)),
            cell(budget.last_error.as_deref().unwrap_or_default()).tone(Tone::Warn),
        ]
    });
    out.table(
        &["#", "name", "state", "address", "used/h", "last error"],
        &lines.collect::<Vec<_>>(),
        "no indexer; set one up: radarr-tui indexer add --help",
    )
}
