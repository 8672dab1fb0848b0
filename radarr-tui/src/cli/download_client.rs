//! `client`: the programs that download.

use clap::{Args, Subcommand};
use radarr_proto::client::Client;
use radarr_proto::model::{
    ClientId, ClientKind, DocVersion, DownloadClient, PathMapping, SaveClient, SecretInput, SecretSource,
};

use super::ask::{confirm, secret};
use super::failure::Failure;
use super::output::{Output, Tone, cell, number};
use super::pick;

#[derive(Debug, Clone, Subcommand)]
pub enum ClientCommand {
    /// Shows the download clients
    List,
    /// Sets up a download client
    #[command(subcommand)]
    Add(AddClient),
    /// Changes a download client; what is left out stays
    Edit {
        /// Its name or number
        client: String,
        #[command(flatten)]
        fields: Fields,
    },
    /// Tries a download client's address, login and folders
    Test {
        /// Its name or number; all when left out
        client: Option<String>,
    },
    /// Deletes a download client
    Delete {
        /// Its name or number
        client: String,
        /// Does not ask
        #[arg(long, short)]
        yes: bool,
    },
}

#[derive(Debug, Clone, Subcommand)]
pub enum AddClient {
    /// qBittorrent by its web API
    #[command(
        after_help = "The password is read from a file, from standard input (--password-file -) or from \
        RADARR_CLIENT_PASSWORD.\n\nExample:\n  radarr-tui client add qbittorrent --url http://127.0.0.1:8080 \
        --username admin --password-file pw \\\n    --path-mapping /downloads=/mnt/nas/downloads"
    )]
    Qbittorrent {
        #[command(flatten)]
        fields: Fields,
        /// Saves it without trying it first
        #[arg(long)]
        no_test: bool,
    },
}

#[derive(Debug, Clone, Args)]
pub struct Fields {
    /// Its address, e.g. `http://127.0.0.1:8080`
    #[arg(long)]
    url: Option<String>,
    /// Its name here
    #[arg(long)]
    name: Option<String>,
    /// Login name; empty when the client asks for none
    #[arg(long)]
    username: Option<String>,
    /// File with the password; - is standard input
    #[arg(long, value_name = "FILE")]
    password_file: Option<String>,
    /// File on the daemon's machine, read each time it is needed
    #[arg(long, value_name = "PATH", conflicts_with = "password_file")]
    password_daemon_file: Option<String>,
    /// Category of the torrents; also tells ours from others
    #[arg(long)]
    category: Option<String>,
    /// Category after the import
    #[arg(long)]
    imported_category: Option<String>,
    /// Folder to download to, as the client says it
    #[arg(long)]
    save_path: Option<String>,
    /// A path as the client says it and as the daemon sees it; may be repeated
    #[arg(long = "path-mapping", value_name = "REMOTE=LOCAL", value_parser = mapping)]
    path_mappings: Vec<PathMapping>,
    /// Whether torrents are added stopped
    #[arg(long, value_name = "true|false")]
    add_stopped: Option<bool>,
    /// Whether pieces are fetched in their order
    #[arg(long, value_name = "true|false")]
    sequential: Option<bool>,
    /// Whether it is used at all
    #[arg(long, value_name = "true|false")]
    enabled: Option<bool>,
    /// 1 is best, 50 is worst
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=50))]
    priority: Option<u8>,
    /// Whether what was imported is taken out once it has seeded enough
    #[arg(long, value_name = "true|false")]
    remove_completed: Option<bool>,
    /// Whether what failed is taken out
    #[arg(long, value_name = "true|false")]
    remove_failed: Option<bool>,
    /// Only for movies with one of these tags; may be repeated
    #[arg(long = "tag")]
    tags: Vec<String>,
}

fn mapping(text: &str) -> Result<PathMapping, String> {
    match text.split_once('=') {
        Some((remote, local)) if !remote.is_empty() && local.starts_with('/') => {
            Ok(PathMapping { remote: remote.to_owned(), local: local.to_owned() })
        }
        _ => Err("write REMOTE=LOCAL, e.g. /downloads=/mnt/nas/downloads".to_owned()),
    }
}

impl ClientCommand {
    /// Does it.
    pub async fn run(self, client: &Client, out: &mut Output) -> Result<(), Failure> {
        match self {
            Self::List => {
                let clients = client.clients().await?;
                out.show(&clients, |out, clients| list(out, clients))
            }
            Self::Add(AddClient::Qbittorrent { fields, no_test }) => {
                let url = fields.url.clone().ok_or_else(|| {
                    Failure::usage("--url is missing").with_hint("for example: --url http://127.0.0.1:8080")
                })?;
                let request = fields.apply(client, qbittorrent(url, String::new())).await?;
                save(client, out, request, no_test).await
            }
            Self::Edit { client: name, fields } => {
                let found = pick::download_client(client, &name).await?;
                let request = fields.apply(client, found).await?;
                save(client, out, request, true).await
            }
            Self::Test { client: name } => {
                let clients = match name {
                    Some(name) => vec![pick::download_client(client, &name).await?],
                    None => client.clients().await?,
                };
                let mut all = Vec::new();
                for one in clients {
                    let name = one.name.clone();
                    let request = SaveClient { client: one, secret: SecretInput::Keep };
                    all.push((name, client.test_client(request).await?));
                }
                super::settings::tested(out, &all)
            }
            Self::Delete { client: name, yes } => {
                let found = pick::download_client(client, &name).await?;
                confirm(&format!("delete the download client {}", found.name), yes)?;
                client.delete_client(found.id).await?;
                out.show(&found, |out, found| out.line(format!("deleted the download client {}", found.name)))
            }
        }
    }
}

/// qBittorrent with its defaults, as the set-up of the TUI offers it.
pub fn qbittorrent(url: String, username: String) -> DownloadClient {
    DownloadClient {
        id: ClientId(0),
        doc_version: DocVersion(0),
        name: "qBittorrent".to_owned(),
        kind: ClientKind::Qbittorrent {
            username,
            category: "radarr".to_owned(),
            imported_category: None,
            save_path: None,
            add_stopped: false,
            sequential: false,
        },
        url,
        secret: SecretSource::None,
        enabled: true,
        priority: 1,
        remove_completed: false,
        remove_failed: true,
        path_mappings: Vec::new(),
        tags: Vec::new(),
    }
}

impl Fields {
    async fn apply(self, client: &Client, mut to: DownloadClient) -> Result<SaveClient, Failure> {
        let secret =
            secret(self.password_file.as_deref(), self.password_daemon_file, "RADARR_CLIENT_PASSWORD")?;
        to.url = self.url.unwrap_or(to.url);
        to.name = self.name.unwrap_or(to.name);
        to.kind = match to.kind {
            ClientKind::Qbittorrent {
                username,
                category,
                imported_category,
                save_path,
                add_stopped,
                sequential,
            } => ClientKind::Qbittorrent {
                username: self.username.unwrap_or(username),
                category: self.category.unwrap_or(category),
                imported_category: self.imported_category.or(imported_category),
                save_path: self.save_path.or(save_path),
                add_stopped: self.add_stopped.unwrap_or(add_stopped),
                sequential: self.sequential.unwrap_or(sequential),
            },
            ClientKind::Unknown => {
                return Err(Failure::usage("this client is too old for that download client")
                    .with_hint("update radarr-tui"));
            }
        };
        to.enabled = self.enabled.unwrap_or(to.enabled);
        to.priority = self.priority.unwrap_or(to.priority);
        to.remove_completed = self.remove_completed.unwrap_or(to.remove_completed);
        to.remove_failed = self.remove_failed.unwrap_or(to.remove_failed);
        if !self.path_mappings.is_empty() {
            to.path_mappings = self.path_mappings;
        }
        if !self.tags.is_empty() {
            to.tags = pick::tags(client, &self.tags).await?;
        }
        Ok(SaveClient { client: to, secret })
    }
}

async fn save(client: &Client, out: &mut Output, request: SaveClient, no_test: bool) -> Result<(), Failure> {
    if !no_test {
        let tested = client.test_client(request.clone()).await?;
        super::settings::usable(&tested, "it was not saved; --no-test saves it all the same")?;
    }
    let saved = client.save_client(request).await?;
    out.show(&saved, |out, saved| {
        out.line(format!("saved the download client {} as {}", saved.name, saved.id))
    })
}

fn list(out: &mut Output, clients: &[DownloadClient]) -> Result<(), Failure> {
    let lines = clients.iter().map(|client| {
        let (kind, category) = match &client.kind {
            ClientKind::Qbittorrent { category, .. } => ("qBittorrent", category.as_str()),
            ClientKind::Unknown => ("?", ""),
        };
        let mark = if client.enabled { cell("on").tone(Tone::Good) } else { cell("off").tone(Tone::Dim) };
        let mappings: Vec<String> =
            client.path_mappings.iter().map(|one| format!("{}={}", one.remote, one.local)).collect();
        vec![
            number(client.id),
            cell(&client.name),
            mark,
            cell(kind),
            cell(&client.url),
            cell(category),
            cell(mappings.join(" ")).tone(Tone::Dim),
        ]
    });
    out.table(
        &["#", "name", "state", "kind", "address", "category", "paths"],
        &lines.collect::<Vec<_>>(),
        "no download client; set one up: radarr-tui client add qbittorrent --help",
    )
}
