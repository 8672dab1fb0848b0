//! Download clients: their settings and secrets, and whether they can be used.

use std::path::{Path, PathBuf};

use radarr_proto::model::{
    ClientId, ClientKind, DocVersion, DownloadClient, Grab, Indexer, RootFolder, SaveClient, SecretSource,
    TestResult,
};

use super::edit::{Known, Noun, Numbered, change, count, find, known, place, refuse_same_name, tidy_name};
use super::indexers::{check_priority, tidy_address};
use super::refer;
use super::tmdb::failed;
use crate::clients::{self, ClientFacts};
use crate::files::{LinkCheck, blocking, try_link};
use crate::flow::{By, Flow, FlowError};
use crate::outside::{OutsideError, client_secret};
use crate::security::keeper::SecretKeeper;
use crate::storage::Document;

impl Numbered for DownloadClient {
    const NOUN: Noun = Noun::Client;
    fn number(&self) -> u64 {
        self.id.0
    }
    fn set_number(&mut self, number: u64) {
        self.id = ClientId(number);
    }
    fn name(&self) -> String {
        self.name.clone()
    }
    fn based_on(&self) -> DocVersion {
        self.doc_version
    }
}

/// The download clients.
pub async fn clients(flow: &Flow) -> Result<Vec<DownloadClient>, FlowError> {
    Ok(flow.store.load_all().await?)
}

/// Makes (id 0) or replaces a download client.
pub async fn save_client(flow: &Flow, by: &By, request: SaveClient) -> Result<DownloadClient, FlowError> {
    let tidied = tidy(request.client)?;
    let input = &request.secret;
    change(flow, by, Noun::Client, |edit| {
        let mut client = tidied.clone();
        async move {
            let known = known::<DownloadClient>(&flow.store).await?;
            refuse_same_name(&known, &client)?;
            let before = secret_before(&known, client.id);
            let expect = place(flow, &known, &mut client).await?;
            let (source, secret) = flow
                .outside
                .keeper()
                .take(&client_secret(client.id), input, &before, edit.now)
                .map_err(OutsideError::from)?;
            client.secret = source;
            let commit = refer::tags(flow, edit.commit(), &mut client.tags).await?;
            let version = edit.keep(commit.put(&client, expect).and(secret), &client.name).await?;
            client.set_version(version);
            Ok(client)
        }
    })
    .await
}

/// Deletes a download client with its secret. Refused while downloads of ours are open there, or an indexer sends
/// its releases there only.
pub async fn delete_client(flow: &Flow, by: &By, id: ClientId) -> Result<(), FlowError> {
    change(flow, by, Noun::Client, |edit| async move {
        let known = known::<DownloadClient>(&flow.store).await?;
        let client = find(&known, id.0)?;
        let name = &client.document.name;
        let mut open = 0;
        flow.store
            .for_each::<Grab>(|grab| open += usize::from(grab.client_id == id && grab.state.is_open()))
            .await?;
        if open > 0 {
            return Err(FlowError::conflict(
                format!("{} of the queue is in {name:?}", count(open, "download")),
                "wait until they are imported, or take them out: radarr-tui queue remove",
            ));
        }
        let indexers: Vec<Indexer> = flow.store.load_all().await?;
        let bound: Vec<&str> = indexers
            .iter()
            .filter(|indexer| indexer.client_id == Some(id))
            .map(|indexer| indexer.name.as_str())
            .collect();
        if !bound.is_empty() {
            return Err(FlowError::conflict(
                format!("what is found on {} goes to {name:?} only", bound.join(", ")),
                "give that indexer another client first: radarr-tui indexer edit",
            ));
        }
        let commit = edit
            .commit()
            .delete::<DownloadClient>(id, client.expected())
            .and(SecretKeeper::forget(&client_secret(id), edit.now));
        edit.keep(commit, name).await?;
        Ok(())
    })
    .await
}

/// Tries address, login and folders of a download client as an edit would leave it.
pub async fn test_client(flow: &Flow, request: SaveClient) -> Result<TestResult, FlowError> {
    let client = match tidy(request.client) {
        Ok(client) => client,
        Err(error) => return Ok(failed(&error.into())),
    };
    let known = known::<DownloadClient>(&flow.store).await?;
    let before = secret_before(&known, client.id);
    let name = client_secret(client.id);
    let password = match flow.outside.keeper().preview(&flow.store, &name, &request.secret, &before).await {
        Ok(password) => password,
        Err(error) => return Ok(failed(&error.into())),
    };
    let connected = match clients::connect(&client, password) {
        Ok(connected) => connected,
        Err(error) => return Ok(failed(&FlowError::from(error).into())),
    };
    match connected.test().await {
        Ok(facts) => {
            let roots: Vec<RootFolder> = flow.store.load_all().await?;
            Ok(blocking(move || Ok(words(&client, facts, &roots))).await?)
        }
        Err(error) => Ok(failed(&FlowError::from(error).into())),
    }
}

/// What a client that answers means for imports. Blocks.
fn words(client: &DownloadClient, facts: ClientFacts, roots: &[RootFolder]) -> TestResult {
    let mut sentences = vec![format!("{} answers at {} and takes the login", facts.version, client.url)];
    let mut hint = None;
    if let Some(folder) = facts.download_folder.map(PathBuf::from) {
        match seen_from_here(&folder) {
            Seen::There => {
                sentences.push(format!("it downloads to {}, which the daemon sees", folder.display()));
                for root in roots {
                    let (words, advice) = link_words(&folder, root);
                    sentences.push(words);
                    hint = hint.or(advice);
                }
            }
            Seen::NotYet => sentences.push(format!(
                "it downloads to {}, which is not there yet and will be made",
                folder.display()
            )),
            Seen::Not => {
                let message = format!("it downloads to {}, which the daemon does not see", folder.display());
                sentences.push(message);
                return TestResult {
                    ok: false,
                    message: sentences.join("; "),
                    hint: Some(
                        "mount that folder for the daemon as well; when it has another path here, add a path \
                         mapping: radarr-tui client edit NAME --path-mapping REMOTE=LOCAL"
                            .to_owned(),
                    ),
                };
            }
        }
    }
    sentences.extend(facts.warnings);
    TestResult { ok: true, message: sentences.join("; "), hint }
}

/// How the daemon sees a folder that another program names.
enum Seen {
    There,
    /// The folder above is there.
    NotYet,
    Not,
}

fn seen_from_here(folder: &Path) -> Seen {
    if folder.is_dir() {
        Seen::There
    } else if folder.parent().is_some_and(|above| above.is_dir() && above != Path::new("/")) {
        Seen::NotYet
    } else {
        Seen::Not
    }
}

fn link_words(folder: &Path, root: &RootFolder) -> (String, Option<String>) {
    match try_link(folder, Path::new(&root.path)) {
        LinkCheck::CanLink => (format!("imports into {} are hardlinks", root.path), None),
        LinkCheck::CannotLink { why } => {
            (format!("imports into {} can't be hardlinks", root.path), Some(why))
        }
        LinkCheck::Unknown { why } => {
            (format!("whether imports into {} are hardlinks could not be tried: {why}", root.path), None)
        }
    }
}

fn secret_before(known: &[Known<DownloadClient>], id: ClientId) -> SecretSource {
    let before = known.iter().find(|known| known.document.id == id);
    before.map(|known| known.document.secret.clone()).unwrap_or_default()
}

/// The settings as they are kept, if they make sense.
fn tidy(mut client: DownloadClient) -> Result<DownloadClient, FlowError> {
    client.name = tidy_name(Noun::Client, &client.name)?;
    client.url = tidy_address(&client.url)?;
    check_priority(client.priority)?;
    match &mut client.kind {
        ClientKind::Qbittorrent { category, imported_category, save_path, .. } => {
            let tidy = |text: &mut Option<String>| {
                *text = text.take().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
            };
            tidy(imported_category);
            tidy(save_path);
            *category = category.trim().to_owned();
            if imported_category.as_deref() == Some(category.as_str()) {
                return Err(FlowError::invalid(
                    format!("the category after the import is {category:?}, as before it"),
                    "give it another name, or leave it out",
                ));
            }
        }
        ClientKind::Unknown => {
            return Err(FlowError::invalid(
                "this version does not know that kind of download client",
                "update the older of the two programs",
            ));
        }
    }
    for mapping in &mut client.path_mappings {
        mapping.remote = mapping.remote.trim().to_owned();
        mapping.local = mapping.local.trim().to_owned();
        if mapping.remote.is_empty() || !Path::new(&mapping.local).is_absolute() {
            return Err(FlowError::invalid(
                format!("the path mapping {:?} to {:?} can't be used", mapping.remote, mapping.local),
                "give the path as the client says it and an absolute path of this machine",
            ));
        }
    }
    Ok(client)
}
