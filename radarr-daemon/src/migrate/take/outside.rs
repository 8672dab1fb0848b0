//! Download clients and indexers. They come in out of use: Radarr still has them.

use radarr_proto::model::{
    ClientId, DownloadClient, Indexer, IndexerId, SaveClient, SaveIndexer, SecretInput,
};

use super::Taking;
use super::named::{self, Named};
use crate::flow::{By, Flow, FlowError};
use crate::migrate::fields::Fields;
use crate::migrate::nouns::{self, Mapped};
use crate::settings;

impl Named for DownloadClient {
    type With = SecretInput;
    const CALLED: &'static str = "download clients";
    const STORED: &'static str = "client";
    const WHATEVER_CALLED: bool = true;

    fn number(&self) -> u64 {
        self.id.0
    }
    fn name(&self) -> &str {
        &self.name
    }
    fn placed(self, number: u64, name: String) -> Self {
        Self { id: ClientId(number), name, ..self }
    }
    fn is_same(&self, other: &Self) -> bool {
        self.kind == other.kind && self.url == other.url
    }
    async fn here(flow: &Flow) -> Result<Vec<Self>, FlowError> {
        settings::clients::clients(flow).await
    }
    async fn save(self, secret: SecretInput, flow: &Flow, by: &By) -> Result<Self, FlowError> {
        settings::clients::save_client(flow, by, SaveClient { client: self, secret }).await
    }
}

/// Takes download clients over.
pub async fn clients(taking: &mut Taking<'_>, rows: &[Fields], paths: &[Fields]) -> Result<(), FlowError> {
    let map = |row: &Fields, taking: &Taking<'_>| {
        let mapped = nouns::clients::client(row, paths, taking.maps, &taking.known)?;
        Ok(Mapped { value: (mapped.value.client, mapped.value.secret), changes: mapped.changes })
    };
    let members = ["id", "name", "implementation"];
    let numbers = named::take::<DownloadClient>(taking, rows, &members, nouns::clients::called, map).await?;
    taking.known.clients = numbers.into_iter().map(|(theirs, ours)| (theirs, ClientId(ours))).collect();
    Ok(())
}

impl Named for Indexer {
    type With = SecretInput;
    const CALLED: &'static str = "indexers";
    const STORED: &'static str = "indexer";
    const WHATEVER_CALLED: bool = true;

    fn number(&self) -> u64 {
        self.id.0
    }
    fn name(&self) -> &str {
        &self.name
    }
    fn placed(self, number: u64, name: String) -> Self {
        Self { id: IndexerId(number), name, ..self }
    }
    fn is_same(&self, other: &Self) -> bool {
        self.kind == other.kind && self.base_url.trim_end_matches('/') == other.base_url.trim_end_matches('/')
    }
    async fn here(flow: &Flow) -> Result<Vec<Self>, FlowError> {
        Ok(flow.store.load_all().await?)
    }
    async fn save(self, secret: SecretInput, flow: &Flow, by: &By) -> Result<Self, FlowError> {
        let saved = settings::indexers::save_indexer(flow, by, SaveIndexer { indexer: self, secret }).await?;
        Ok(saved.indexer)
    }
}

/// Takes indexers over.
pub async fn indexers(taking: &mut Taking<'_>, rows: &[Fields]) -> Result<(), FlowError> {
    let map = |row: &Fields, taking: &Taking<'_>| {
        let mapped = nouns::indexers::indexer(row, &taking.known)?;
        Ok(Mapped { value: (mapped.value.indexer, mapped.value.secret), changes: mapped.changes })
    };
    let members = ["id", "name", "implementation"];
    let numbers = named::take::<Indexer>(taking, rows, &members, nouns::indexers::called, map).await?;
    taking.known.indexers = numbers.into_iter().map(|(theirs, ours)| (theirs, IndexerId(ours))).collect();
    Ok(())
}
