//! Step 4, second half: what is on record goes to the download client, once.
//!
//! A crash may come anywhere: so the client is asked first whether it has the torrent already, by its hash. A grab
//! whose hash the indexer does not tell learns it from the torrent, and it is on record before the torrent is sent.

use futures::FutureExt;
use jiff::SignedDuration;
use radarr_proto::model::{
    DownloadClient, EventKind, Grab, GrabId, GrabState, Indexer, InfoHash, JobKind, Release,
};
use tracing::{info, warn};

use super::ask::{JOB_WAITS, ask};
use super::fail::{Search, failed};
use super::{By, Flow, FlowError};
use crate::clients::{AddOptions, ClientError, Presence, SeedGoal, TorrentClient};
use crate::indexers::budget::Purpose;
use crate::indexers::{Fetched, IndexerError};
use crate::jobs::Priority;
use crate::storage::Expect;
use crate::torrent::{Magnet, MetaInfo};

/// What is done when this release is not to be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfItFails {
    /// The caller goes on to the next best.
    Stop,
    /// The movie is searched for again.
    SearchAgain,
}

/// How it went.
#[derive(Debug, Clone, PartialEq)]
pub enum Sent {
    /// The client has it.
    Yes(Grab),
    /// Not yet; the job tries again.
    Later(Grab),
    /// Never: it is on the blocklist.
    Failed {
        /// The grab as it is now.
        grab: Grab,
        /// Why.
        reason: String,
    },
}

/// Makes sure that a grab reached its client.
pub async fn send(flow: &Flow, by: &By, grab_id: GrabId, if_it_fails: IfItFails) -> Result<Sent, FlowError> {
    let Some(grab) = flow.store.load::<Grab>(grab_id).await? else {
        return Err(FlowError::not_found(format!("there is no grab {grab_id}")));
    };
    if grab.state != GrabState::Intended {
        return Ok(Sent::Yes(grab));
    }
    match try_to_send(flow, by, &grab).await {
        Ok(hash) => arrived(flow, by, grab, hash).await.map(Sent::Yes),
        Err(error) if is_the_releases_fault(&error) => {
            let reason = error.to_string();
            let search = match if_it_fails {
                IfItFails::Stop => Search::No,
                IfItFails::SearchAgain => Search::ByTheSettings,
            };
            let grab = failed(flow, by, grab.id, &reason, search).await?.unwrap_or(grab);
            Ok(Sent::Failed { grab, reason })
        }
        Err(error) => {
            warn!(grab = %grab.id, %error, "a grab could not be sent yet");
            later(flow, by, grab, &error).await.map(Sent::Later)
        }
    }
}

/// Who grabs sends at once; a grab that is still not sent after that long was left by a daemon that died, or waits.
const SENDING_LASTS: SignedDuration = SignedDuration::from_secs(15);

/// Brings forward what a dead daemon was sending. For the start of a daemon, and for the death of another one: what
/// others may be sending at this moment is left to them.
pub async fn send_interrupted(flow: &Flow) -> Result<(), FlowError> {
    let now = flow.now();
    let is_left = |grab: &&Grab| {
        let is_old = now.duration_since(grab.grabbed_at) >= SENDING_LASTS;
        grab.state == GrabState::Intended && (is_old || !flow.store.is_shared())
    };
    for grab in flow.open_grabs().await?.iter().filter(is_left) {
        let kind = JobKind::SendGrab { grab_id: grab.id };
        flow.queue.enqueue(kind, Priority::Story, now, "system", now).await?;
    }
    Ok(())
}

/// Whether another release would do better: nothing about the client or the network is to blame.
fn is_the_releases_fault(error: &FlowError) -> bool {
    matches!(
        error,
        FlowError::Client(ClientError::Rejected { .. })
            | FlowError::Indexer(IndexerError::Gone { .. })
            | FlowError::Torrent(_)
    )
}

async fn try_to_send(flow: &Flow, by: &By, grab: &Grab) -> Result<InfoHash, FlowError> {
    let settings = flow.store.load::<DownloadClient>(grab.client_id).await?.ok_or_else(|| {
        FlowError::invalid(
            format!("the download client {} does not exist any more", grab.client),
            "remove the grab from the queue, then take the release again",
        )
    })?;
    let client = flow.outside.client(&settings).await?;
    if let Some(hash) = grab.info_hash
        && has(&*client, hash).await?
    {
        return Ok(hash);
    }
    let indexer = flow.store.load::<Indexer>(grab.release.indexer_id).await?.ok_or_else(|| {
        FlowError::invalid(
            format!("the indexer {} does not exist any more", grab.release.indexer),
            "remove the grab from the queue, then search again",
        )
    })?;
    let release = grab.release.clone();
    let fetched = ask(flow, &indexer, Purpose::Fetch, JOB_WAITS, move |connection| {
        async move { connection.fetch(&release).await }.boxed()
    })
    .await?;
    let info_hash = match &fetched {
        Fetched::Torrent(torrent) => MetaInfo::read_expected(torrent, grab.info_hash)?.info_hash,
        Fetched::Magnet(link) => Magnet::read_expected(link, grab.info_hash)?.info_hash,
    };
    if grab.info_hash.is_none() {
        let known = Grab { info_hash: Some(info_hash), ..grab.clone() };
        flow.store.commit(by.commit(flow.now()).put(&known, Expect::Version(grab.doc_version))).await?;
    }
    let options = AddOptions { info_hash: Some(info_hash), seed_goal: seed_goal(&indexer, &grab.release) };
    match &fetched {
        Fetched::Torrent(torrent) => client.add(torrent, &options).await?,
        Fetched::Magnet(link) => client.add_magnet(link, &options).await?,
    };
    Ok(info_hash)
}

/// What the settings say, and never less than what the tracker asks for. Where the settings say nothing the client's
/// own rule stays, which may be to seed for ever.
fn seed_goal(indexer: &Indexer, release: &Release) -> SeedGoal {
    let at_least = |set: Option<u32>, least: Option<u32>| set.map(|set| set.max(least.unwrap_or(0)));
    SeedGoal {
        ratio_hundredths: at_least(indexer.seed_ratio_hundredths, release.minimum_ratio_hundredths),
        time_minutes: at_least(indexer.seed_time_minutes, release.minimum_seed_minutes),
    }
}

async fn has(client: &dyn TorrentClient, hash: InfoHash) -> Result<bool, FlowError> {
    match client.status(&[hash]).await.into_iter().next() {
        Some((_, Presence::Present(_))) => Ok(true),
        Some((_, Presence::Absent)) | None => Ok(false),
        Some((_, Presence::Unknown(error))) => Err(error.into()),
    }
}

/// Records that the client has it, and looks at it soon.
async fn arrived(flow: &Flow, by: &By, grab: Grab, hash: InfoHash) -> Result<Grab, FlowError> {
    loop {
        let Some(mut grab) = flow.store.load::<Grab>(grab.id).await? else { return Ok(grab) };
        if grab.state != GrabState::Intended {
            return Ok(grab);
        }
        let now = flow.now();
        grab.state = GrabState::Downloading;
        grab.info_hash = Some(hash);
        grab.warning = None;
        grab.seen_at = Some(now);
        let event = EventKind::Grabbed {
            grab_id: grab.id,
            title: grab.movie_title.clone(),
            release: grab.release.title.clone(),
            indexer: grab.release.indexer.clone(),
            quality: grab.parsed.quality,
            score: grab.score.score,
        };
        let (_, queued) =
            flow.queue.queued(JobKind::CheckDownloads, Priority::Story, now, &by.actor, now).await?;
        let commit = by
            .commit(now)
            .put(&grab, Expect::Version(grab.doc_version))
            .event(Some(grab.movie_id), event)
            .and(queued);
        match flow.store.commit(commit).await {
            Ok(committed) => {
                info!(grab = %grab.id, release = grab.release.title, client = grab.client, "grabbed");
                grab.doc_version = committed.version;
                return Ok(grab);
            }
            Err(error) if error.is_conflict() => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Why it waits stands in the queue, so that a person sees it.
async fn later(flow: &Flow, by: &By, grab: Grab, because: &FlowError) -> Result<Grab, FlowError> {
    let Some(mut grab) = flow.store.load::<Grab>(grab.id).await? else { return Ok(grab) };
    let warning = Some(because.to_string());
    if grab.warning == warning || grab.state != GrabState::Intended {
        return Ok(grab);
    }
    grab.warning = warning;
    let note = EventKind::DownloadChanged {
        grab_id: grab.id,
        state: "intended".to_owned(),
        note: grab.warning.clone(),
    };
    let commit =
        by.commit(flow.now()).put(&grab, Expect::Version(grab.doc_version)).event(Some(grab.movie_id), note);
    match flow.store.commit(commit).await {
        Ok(committed) => grab.doc_version = committed.version,
        Err(error) if error.is_conflict() => {}
        Err(error) => return Err(error.into()),
    }
    Ok(grab)
}
