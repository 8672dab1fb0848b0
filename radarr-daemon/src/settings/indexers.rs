//! Indexers: their settings, their secrets, and what is left of their budgets.

use radarr_proto::model::{
    DocVersion, Indexer, IndexerFlag, IndexerId, IndexerKind, IndexerState, Language, ReleaseProfile,
    SaveIndexer, SecretSource, SecretText, TestResult,
};

use super::edit::{Known, Noun, Numbered, change, count, find, known, place, refuse_same_name, tidy_name};
use super::refer;
use super::tmdb::failed;
use crate::flow::indexer_traces::{forget, traces};
use crate::flow::{By, Flow, FlowError};
use crate::indexers::budget::REQUESTS_PER_HOUR_DEFAULT;
use crate::indexers::ledger::load_budget;
use crate::outside::{OutsideError, indexer_secret};
use crate::security::keeper::SecretKeeper;
use crate::storage::Document;

/// More requests in an hour than this no tracker allows; a larger number is a mistake.
const REQUESTS_PER_HOUR_MAX: u32 = 3_600;
/// Categories that fit into the address of a request.
const CATEGORIES_MAX: usize = 100;

impl Numbered for Indexer {
    const NOUN: Noun = Noun::Indexer;
    fn number(&self) -> u64 {
        self.id.0
    }
    fn set_number(&mut self, number: u64) {
        self.id = IndexerId(number);
    }
    fn name(&self) -> String {
        self.name.clone()
    }
    fn based_on(&self) -> DocVersion {
        self.doc_version
    }
}

/// The indexers with what is left of their budgets.
pub async fn indexers(flow: &Flow) -> Result<Vec<IndexerState>, FlowError> {
    let indexers: Vec<Indexer> = flow.store.load_all().await?;
    let mut states = Vec::with_capacity(indexers.len());
    for indexer in indexers {
        states.push(state(flow, indexer).await?);
    }
    Ok(states)
}

async fn state(flow: &Flow, indexer: Indexer) -> Result<IndexerState, FlowError> {
    let budget = load_budget(&flow.store, indexer.id).await?;
    let budget = budget.shown(indexer.requests_per_hour, flow.now());
    Ok(IndexerState { indexer, budget })
}

/// Makes (id 0) or replaces an indexer.
pub async fn save_indexer(flow: &Flow, by: &By, request: SaveIndexer) -> Result<IndexerState, FlowError> {
    let tidied = tidy(request.indexer)?;
    let input = &request.secret;
    let indexer = change(flow, by, Noun::Indexer, |edit| {
        let mut indexer = tidied.clone();
        async move {
            let known = known::<Indexer>(&flow.store).await?;
            refuse_same_name(&known, &indexer)?;
            let before = secret_before(&known, indexer.id);
            let expect = place(flow, &known, &mut indexer).await?;
            let (source, secret) = flow
                .outside
                .keeper()
                .take(&indexer_secret(&indexer), input, &before, edit.now)
                .map_err(OutsideError::from)?;
            refuse_without_secret(&indexer, &source)?;
            indexer.secret = source;
            let commit = refer::tags(flow, edit.commit(), &mut indexer.tags).await?;
            let commit = refer::client(flow, commit, indexer.client_id).await?;
            let version = edit.keep(commit.put(&indexer, expect).and(secret), &indexer.name).await?;
            indexer.set_version(version);
            Ok(indexer)
        }
    })
    .await?;
    state(flow, indexer).await
}

/// Deletes an indexer with its secret and all that was kept of it. What was grabbed from it stays, and what was
/// learned of release groups.
pub async fn delete_indexer(flow: &Flow, by: &By, id: IndexerId) -> Result<(), FlowError> {
    change(flow, by, Noun::Indexer, |edit| async move {
        let known = known::<Indexer>(&flow.store).await?;
        let indexer = find(&known, id.0)?;
        let profiles: Vec<ReleaseProfile> = flow.store.load_all().await?;
        let only: Vec<&str> = profiles
            .iter()
            .filter(|profile| profile.indexer_id == Some(id))
            .map(|profile| profile.name.as_str())
            .collect();
        if !only.is_empty() {
            return Err(FlowError::conflict(
                format!(
                    "{} holds for the indexer {:?} only: {}",
                    count(only.len(), "release profile"),
                    indexer.document.name,
                    only.join(", ")
                ),
                "delete it first, or let it hold for all indexers: radarr-tui words",
            ));
        }
        let commit = edit
            .commit()
            .delete::<Indexer>(id, indexer.expected())
            .and(SecretKeeper::forget(&indexer_secret(&indexer.document), edit.now));
        let commit = forget(commit, traces(&flow.store).await?, |of| of == id);
        edit.keep(commit, &indexer.document.name).await?;
        Ok(())
    })
    .await
}

/// Tries address and account as an edit would leave them. Costs nothing of the budget of searches.
pub async fn test_indexer(flow: &Flow, request: SaveIndexer) -> Result<TestResult, FlowError> {
    let indexer = match tidy(request.indexer) {
        Ok(indexer) => indexer,
        Err(error) => return Ok(failed(&error.into())),
    };
    let known = known::<Indexer>(&flow.store).await?;
    let before = secret_before(&known, indexer.id);
    let name = indexer_secret(&indexer);
    let secret = match flow.outside.keeper().preview(&flow.store, &name, &request.secret, &before).await {
        Ok(secret) => secret,
        Err(error) => return Ok(failed(&error.into())),
    };
    match try_out(flow, &indexer, secret).await {
        Ok(()) => Ok(TestResult {
            ok: true,
            message: match indexer.kind {
                IndexerKind::Torznab { .. } => format!("{} answers, and lists releases", indexer.base_url),
                IndexerKind::Hdbits { .. } | IndexerKind::Unknown => {
                    format!("the account is taken at {}", indexer.base_url)
                }
            },
            hint: None,
        }),
        Err(error) => Ok(failed(&error.into())),
    }
}

async fn try_out(flow: &Flow, indexer: &Indexer, secret: SecretText) -> Result<(), FlowError> {
    if secret.is_empty() {
        refuse_without_secret(indexer, &SecretSource::None)?;
    }
    Ok(flow.outside.indexer_tried(indexer, secret)?.test().await?)
}

fn secret_before(known: &[Known<Indexer>], id: IndexerId) -> SecretSource {
    let before = known.iter().find(|known| known.document.id == id);
    before.map(|known| known.document.secret.clone()).unwrap_or_default()
}

fn refuse_without_secret(indexer: &Indexer, source: &SecretSource) -> Result<(), FlowError> {
    // A Torznab server may be open to everybody.
    let needs_one = matches!(indexer.kind, IndexerKind::Hdbits { .. });
    if needs_one && indexer.enabled && *source == SecretSource::None {
        return Err(FlowError::invalid(
            format!("{} needs a passkey", indexer.name),
            "copy it from your profile page there",
        ));
    }
    Ok(())
}

/// The settings as they are kept, if they make sense.
fn tidy(mut indexer: Indexer) -> Result<Indexer, FlowError> {
    indexer.name = tidy_name(Noun::Indexer, &indexer.name)?;
    indexer.base_url = tidy_address(&indexer.base_url)?;
    match &mut indexer.kind {
        IndexerKind::Hdbits { username } => {
            *username = username.trim().to_owned();
            if username.is_empty() {
                return Err(FlowError::invalid(
                    format!("{} needs a user name", indexer.name),
                    "give the name that you log in with there",
                ));
            }
        }
        IndexerKind::Torznab { api_path, categories } => {
            *api_path = tidy_api_path(api_path)?;
            // An address that was copied whole has the path at its end already.
            if let Some(base) =
                indexer.base_url.strip_suffix(api_path.as_str()).filter(|base| !base.ends_with('/'))
            {
                indexer.base_url = base.to_owned();
            }
            categories.retain(|category| *category > 0);
            categories.sort_unstable();
            categories.dedup();
            if categories.len() > CATEGORIES_MAX {
                return Err(FlowError::invalid(
                    format!("{} categories are more than a request takes", categories.len()),
                    "name the whole category instead of its parts: 2000 is all movies",
                ));
            }
        }
        IndexerKind::Unknown => {
            return Err(FlowError::invalid(
                "this version does not know that kind of indexer",
                "update the older of the two programs",
            ));
        }
    }
    check_priority(indexer.priority)?;
    if indexer.requests_per_hour == 0 {
        indexer.requests_per_hour = REQUESTS_PER_HOUR_DEFAULT;
    }
    if indexer.requests_per_hour > REQUESTS_PER_HOUR_MAX {
        return Err(FlowError::invalid(
            format!("{} requests in an hour are more than any tracker allows", indexer.requests_per_hour),
            format!("use at most {REQUESTS_PER_HOUR_MAX}; {REQUESTS_PER_HOUR_DEFAULT} is the default"),
        ));
    }
    if indexer.required_flags.contains(&IndexerFlag::Unknown)
        || indexer.multi_languages.contains(&Language::Unknown)
    {
        return Err(FlowError::invalid(
            "a required flag or a language is one that this version does not know",
            "correct its name",
        ));
    }
    Ok(indexer)
}

/// The path of an API below its address, with `/` at its start and none at its end; empty = the address itself.
fn tidy_api_path(path: &str) -> Result<String, FlowError> {
    let path = path.trim().trim_end_matches('/');
    if path.contains(['?', '#']) || path.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(FlowError::invalid(
            "the API path is none",
            "write it as /api, without what follows ?; the key has a field of its own",
        ));
    }
    let joint = if path.is_empty() || path.starts_with('/') { "" } else { "/" };
    Ok(format!("{joint}{path}"))
}

/// 1 is best, 50 is worst.
pub(super) fn check_priority(priority: u8) -> Result<(), FlowError> {
    if (1..=50).contains(&priority) {
        return Ok(());
    }
    Err(FlowError::invalid(format!("the priority is {priority}"), "use 1 (best) to 50 (worst); 25 is usual"))
}

/// An address of a service without `/` at its end, if it is one that can be asked.
pub(super) fn tidy_address(address: &str) -> Result<String, FlowError> {
    let address = address.trim().trim_end_matches('/');
    let refuse = |why: &str, hint: &str| Err(FlowError::invalid(format!("the address {why}"), hint));
    let Ok(url) = url::Url::parse(address) else {
        return refuse(&format!("{address:?} is none"), "write it as http://HOST:PORT or https://HOST");
    };
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return refuse(&format!("{address:?} is none of the web"), "begin it with http:// or https://");
    }
    // Not repeated in the message: what is in there may be secret.
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("has a user name or a password in it", "give them in their own fields");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse("has more than host and path", "leave out what follows ? or #");
    }
    Ok(address.to_owned())
}
