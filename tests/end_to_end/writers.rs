//! Many clients that change things at the same time, each a release profile of its own, and what each was told.
//!
//! What a profile holds follows from its writer and how often that wrote, so that a profile that is torn, or has two
//! changes mixed, is seen.

use anyhow::{Context, bail, ensure};
use futures::future::join_all;
use radarr_proto::client::Client;
use radarr_proto::error::ErrorCode;
use radarr_proto::model::{DocVersion, ReleaseProfile, ReleaseProfileId};
use radarr_tests::harness::Daemon;

/// Words of the longest list.
const WORDS_MAX: u64 = 40;

/// A writer, and what is known of its profile.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    number: usize,
    id: ReleaseProfileId,
    /// The last change that was acknowledged.
    pub(crate) acknowledged: u64,
    /// The last change that was asked for.
    pub(crate) sent: u64,
}

impl Writer {
    /// That many of them, which have written nothing yet.
    pub(crate) fn several(count: usize) -> Vec<Self> {
        let writer = |number| Self { number, id: ReleaseProfileId(0), acknowledged: 0, sent: 0 };
        (0..count).map(writer).collect()
    }

    /// One change. What is refused because another writer was faster is asked for again.
    pub(crate) async fn write(&mut self, client: &Client) -> anyhow::Result<()> {
        self.sent += 1;
        let profile = ReleaseProfile { id: self.id, ..profile(self.number, self.sent) };
        loop {
            match client.save_release_profile(profile.clone()).await {
                Ok(saved) => {
                    self.id = saved.id;
                    self.acknowledged = self.sent;
                    return Ok(());
                }
                Err(error) if error.code() == Some(ErrorCode::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Changes until it is refused or cut off.
    async fn write_on(&mut self, client: &Client) {
        while self.write(client).await.is_ok() {}
    }

    /// Whether what is stored is the last change that was acknowledged, or a later one that was asked for, and whole.
    pub(crate) fn check(&mut self, stored: &[ReleaseProfile]) -> anyhow::Result<()> {
        let name = profile(self.number, 0).name;
        let Some(found) = stored.iter().find(|found| found.name == name) else {
            ensure!(self.acknowledged == 0, "{name} is lost; {} was acknowledged", self.acknowledged);
            return Ok(());
        };
        let count = found.required.first().and_then(|word| word.strip_prefix("count-")?.parse().ok());
        let count: u64 = count.with_context(|| format!("{name} does not say its count: {found:?}"))?;
        let (acknowledged, sent) = (self.acknowledged, self.sent);
        ensure!(
            (acknowledged..=sent).contains(&count),
            "{name} is at {count}; {acknowledged} was acknowledged, {sent} sent"
        );
        let want =
            ReleaseProfile { id: found.id, doc_version: found.doc_version, ..profile(self.number, count) };
        ensure!(*found == want, "{name} is torn");
        // Kept without an answer: the next change is one of it.
        self.id = found.id;
        Ok(())
    }
}

/// The profile as a writer leaves it at that change.
fn profile(writer: usize, count: u64) -> ReleaseProfile {
    let words = (count * 7 + writer as u64) % WORDS_MAX;
    ReleaseProfile {
        id: ReleaseProfileId(0),
        doc_version: DocVersion(0),
        name: format!("writer {writer}"),
        enabled: count.is_multiple_of(2),
        required: vec![format!("count-{count}")],
        ignored: (0..words).map(|word| format!("{writer}-{count}-{word}-{}", "x".repeat(120))).collect(),
        indexer_id: None,
        tags: Vec::new(),
    }
}

/// Lets all of them write, each over a connection of its own, until `until` is done.
pub(crate) async fn all_write(
    daemon: &Daemon,
    writers: &mut [Writer],
    until: impl Future<Output = anyhow::Result<()>>,
) -> anyhow::Result<()> {
    let mut clients = Vec::new();
    for _ in 0..writers.len() {
        clients.push(daemon.client().await?);
    }
    let all = join_all(writers.iter_mut().zip(&clients).map(|(writer, client)| writer.write_on(client)));
    tokio::pin!(all);
    tokio::select! {
        result = until => result?,
        _ = &mut all => bail!("all writers were refused: {}", daemon.log()),
    }
    Ok(())
}

/// Checks all of them against what the daemon says.
pub(crate) async fn check_all(daemon: &Daemon, writers: &mut [Writer]) -> anyhow::Result<()> {
    let stored = daemon.client().await?.release_profiles().await?;
    writers.iter_mut().try_for_each(|writer| writer.check(&stored))
}
