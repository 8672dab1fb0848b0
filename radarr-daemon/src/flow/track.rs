//! Step 5: the clients are asked how far the grabs are; what is complete goes on to step 6.
//!
//! What a client's word means is told by `domain::track`. While something moves the job looks again every other
//! second; else it ends and the schedule starts it anew. Next: `import/mod.rs`.

use std::time::Duration;

use jiff::SignedDuration;
use radarr_proto::model::{ClientId, DownloadClient, EventKind, Grab, GrabState, InfoHash, JobKind};
use tracing::debug;

use super::after_import::tidy_up;
use super::fail::{Search, failed};
use super::{By, Flow, FlowError};
use crate::clients::{ClientItem, ItemState, Presence};
use crate::domain::track::{Heard, News, Report, Stage, hear, is_moving};
use crate::jobs::{JobContext, Priority};
use crate::storage::{Commit, Expect};

/// Between two looks while something moves.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// A grab that has not reached its client is sent again after so long, when its own job has given up.
const SEND_AGAIN_AFTER_MINUTES: i64 = 30;

/// A download whose import has given up is tried again after so long: there may be room by then.
const IMPORT_AGAIN_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// A grab that never reached its client has failed then.
const SEND_GIVES_UP_AFTER_HOURS: i64 = 24;

/// The job: looks until nothing moves, at most for `look_for`; then the next one goes on.
pub async fn check_downloads(
    flow: &Flow,
    by: &By,
    look_for: Duration,
    job: &JobContext,
) -> Result<String, FlowError> {
    tidy_up(flow, by).await?;
    send_again(flow, by).await?;
    import_again(flow, by).await?;
    let end = flow.now() + SignedDuration::try_from(look_for).unwrap_or_default();
    loop {
        let open = flow.open_grabs().await?;
        for (client, grabs) in by_client(&open) {
            look(flow, by, client, &grabs).await?;
        }
        let moving = open.iter().any(|grab| is_moving(&grab.state));
        if !moving || job.should_stop() || flow.now() >= end {
            return Ok(match open.len() {
                0 => "nothing is on its way".to_owned(),
                1 => "one download is on its way".to_owned(),
                many => format!("{many} downloads are on their way"),
            });
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_AGAIN) => {}
            () = job.stopped() => {}
        }
    }
}

fn by_client(open: &[Grab]) -> Vec<(ClientId, Vec<Grab>)> {
    let mut clients: Vec<(ClientId, Vec<Grab>)> = Vec::new();
    for grab in open.iter().filter(|grab| grab.info_hash.is_some() && grab.state != GrabState::Intended) {
        match clients.iter_mut().find(|(id, _)| *id == grab.client_id) {
            Some((_, grabs)) => grabs.push(grab.clone()),
            None => clients.push((grab.client_id, vec![grab.clone()])),
        }
    }
    clients
}

/// Asks one client of all its grabs and records what is new.
async fn look(flow: &Flow, by: &By, client: ClientId, grabs: &[Grab]) -> Result<(), FlowError> {
    let hashes: Vec<InfoHash> = grabs.iter().filter_map(|grab| grab.info_hash).collect();
    let answers = ask_client(flow, client, &hashes).await?;
    for grab in grabs {
        let heard = grab
            .info_hash
            .and_then(|hash| answers.iter().find(|(answered, _)| *answered == hash))
            .map(|(_, heard)| heard);
        let Some(heard) = heard else { continue };
        match record(flow, by, hear(grab, heard, flow.now())).await {
            // Somebody else has news of it; the next look sees them.
            Err(error) if error.is_conflict() => debug!(grab = %grab.id, "changed meanwhile"),
            result => result?,
        }
    }
    Ok(())
}

async fn ask_client(
    flow: &Flow,
    id: ClientId,
    hashes: &[InfoHash],
) -> Result<Vec<(InfoHash, Heard)>, FlowError> {
    let unknown =
        |why: String| hashes.iter().map(|hash| (*hash, Heard::Unknown { why: why.clone() })).collect();
    let Some(settings) = flow.store.load::<DownloadClient>(id).await? else {
        return Ok(unknown("its download client does not exist any more".to_owned()));
    };
    let client = match flow.outside.client(&settings).await {
        Ok(client) => client,
        Err(error) => return Ok(unknown(error.to_string())),
    };
    let answers = client.status(hashes).await;
    Ok(answers.into_iter().map(|(hash, presence)| (hash, heard(presence))).collect())
}

fn heard(presence: Presence) -> Heard {
    match presence {
        Presence::Absent => Heard::Absent,
        Presence::Unknown(error) => Heard::Unknown { why: error.to_string() },
        Presence::Present(item) => Heard::Present(report(*item)),
    }
}

fn report(item: ClientItem) -> Report {
    let stage = match item.state {
        ItemState::Queued | ItemState::Downloading | ItemState::Moving => Stage::Coming,
        ItemState::Stalled => Stage::Stalled,
        ItemState::Faulty => Stage::Faulty,
        ItemState::Paused => Stage::Paused,
        ItemState::Seeding | ItemState::Complete => Stage::Complete,
    };
    Report { stage, progress: item.progress, output_path: item.output_path, warning: item.warning }
}

async fn record(flow: &Flow, by: &By, news: News) -> Result<(), FlowError> {
    let now = flow.now();
    let put = |grab: &Grab| by.commit(now).put(grab, Expect::Version(grab.doc_version));
    let commit: Commit = match news {
        News::Nothing => return Ok(()),
        News::Progressed(grab) => {
            let event = EventKind::DownloadProgressed {
                grab_id: grab.id,
                percent: grab.progress.percent(),
                speed_bytes: grab.progress.speed_bytes,
            };
            put(&grab).event(Some(grab.movie_id), event)
        }
        News::Changed(grab) => put(&grab).event(Some(grab.movie_id), changed(&grab)),
        News::Completed(grab) => {
            let event =
                EventKind::DownloadCompleted { grab_id: grab.id, release: grab.release.title.clone() };
            let job = JobKind::ImportGrab { grab_id: grab.id };
            let (_, queued) = flow.queue.queued(job, Priority::Story, now, &by.actor, now).await?;
            put(&grab).event(Some(grab.movie_id), event).and(queued)
        }
        News::Gone(grab) => {
            let event = EventKind::QueueRemoved { grab_id: grab.id, release: grab.release.title.clone() };
            put(&grab).event(Some(grab.movie_id), event)
        }
        News::Failed { grab, reason } => {
            let job = JobKind::HandleFailure { grab_id: grab.id, reason };
            let (_, queued) = flow.queue.queued(job, Priority::Story, now, &by.actor, now).await?;
            put(&grab).and(queued)
        }
    };
    flow.store.commit(commit).await?;
    Ok(())
}

/// The event of a change that has no story of its own.
pub(super) fn changed(grab: &Grab) -> EventKind {
    let state = match &grab.state {
        GrabState::Intended => "intended",
        GrabState::Downloading => "downloading",
        GrabState::Stalled { .. } => "stalled",
        GrabState::Paused => "paused",
        GrabState::ImportPending => "import_pending",
        GrabState::Importing => "importing",
        GrabState::ImportBlocked { .. } => "import_blocked",
        GrabState::Imported { .. } => "imported",
        GrabState::Failed { .. } => "failed",
        GrabState::Removed => "removed",
        GrabState::Gone => "gone",
        GrabState::Unknown => "unknown",
    };
    EventKind::DownloadChanged { grab_id: grab.id, state: state.to_owned(), note: grab.warning.clone() }
}

/// A grab whose job gave up before it was sent is sent again: its client or its indexer may be back. After a day it
/// has failed.
async fn send_again(flow: &Flow, by: &By) -> Result<(), FlowError> {
    let now = flow.now();
    let waits = |grab: &&Grab| {
        let age_minutes = now.duration_since(grab.grabbed_at).as_mins();
        grab.state == GrabState::Intended && age_minutes >= SEND_AGAIN_AFTER_MINUTES
    };
    let open = flow.open_grabs().await?;
    let waiting: Vec<&Grab> = open.iter().filter(waits).collect();
    if waiting.is_empty() {
        return Ok(());
    }
    let jobs = flow.queue.open_jobs().await?;
    for grab in waiting {
        if now.duration_since(grab.grabbed_at).as_hours() >= SEND_GIVES_UP_AFTER_HOURS {
            let why = grab.warning.as_deref().unwrap_or("nothing more is known");
            let reason = format!("it could not be sent for {SEND_GIVES_UP_AFTER_HOURS} hours: {why}");
            failed(flow, by, grab.id, &reason, Search::ByTheSettings).await?;
            continue;
        }
        let kind = JobKind::SendGrab { grab_id: grab.id };
        if !jobs.iter().any(|job| job.kind == kind) {
            flow.queue.enqueue(kind, Priority::Story, now, &by.actor, now).await?;
        }
    }
    Ok(())
}

/// A complete download whose import waits for something (room, a disk, a mapping) is tried once an hour when its job has
/// given up, for as long as it is there. What a person has to decide is blocked and not tried.
async fn import_again(flow: &Flow, by: &By) -> Result<(), FlowError> {
    let open = flow.open_grabs().await?;
    let waiting: Vec<&Grab> = open.iter().filter(|grab| grab.state == GrabState::ImportPending).collect();
    if waiting.is_empty() {
        return Ok(());
    }
    let (now, jobs) = (flow.now(), flow.queue.open_jobs().await?);
    for grab in waiting {
        let kind = JobKind::ImportGrab { grab_id: grab.id };
        if !jobs.iter().any(|job| job.kind == kind) {
            flow.queue.enqueue(kind, Priority::Story, now + IMPORT_AGAIN_AFTER, &by.actor, now).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use radarr_proto::model::GrabId;

    use super::*;
    use crate::flow::testing::{bench, grab};

    #[tokio::test]
    async fn an_import_that_gave_up_is_tried_once_an_hour_and_one_that_is_blocked_is_not() {
        let bench = bench().await;
        let flow = &bench.flow;
        let by = By::system();
        let movie = bench.movie(1, "Heat", 1995).await;
        bench.put(&Grab { state: GrabState::ImportPending, ..grab(GrabId(1), &movie) }).await;
        let blocked = GrabState::ImportBlocked { reasons: vec!["a sample".to_owned()] };
        bench.put(&Grab { state: blocked, ..grab(GrabId(2), &movie) }).await;
        for look in 0..2 {
            import_again(flow, &by).await.unwrap();
            let jobs = flow.queue.open_jobs().await.unwrap();
            let [job] = &jobs[..] else { panic!("look {look}: {jobs:#?}") };
            assert_eq!(job.kind, JobKind::ImportGrab { grab_id: GrabId(1) });
            let waits = job.due_at.duration_since(job.queued_at);
            assert_eq!(waits, IMPORT_AGAIN_AFTER, "look {look}");
        }
    }
}
