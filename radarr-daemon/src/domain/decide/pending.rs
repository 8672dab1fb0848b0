//! Which releases of a run are sent, which wait, and which are dropped.
//!
//! Source: Radarr's `ProcessDownloadDecisions` and `PendingReleaseService`.

use jiff::{SignedDuration, Timestamp};
use radarr_proto::model::{
    Decision, DelayProfile, Judgement, MovieId, PendingReason, Protocol, QualityModel, QualityProfile,
    Release, Slot,
};

use super::delay;
use crate::domain::quality::order::compare_quality;

/// What is done with one decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It goes to a download client.
    Send,
    /// It waits.
    Pend(PendingReason),
    /// Nothing.
    Skip,
}

/// How sending went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// The client has it.
    Grabbed,
    /// The release is not to be had any more: the next best may be.
    ReleaseGone,
    /// The client does not answer or refuses us: nothing of that protocol is sent in this run.
    ClientUnavailable,
    /// Anything else: the next best may do.
    Failed,
}

/// One walk over ranked decisions, best first.
#[derive(Debug, Clone, Default)]
pub struct Run {
    grabbed: Vec<(MovieId, Slot)>,
    pended: Vec<(MovieId, Slot)>,
    failed: Vec<Protocol>,
}

impl Run {
    /// What to do with the next decision. Only one release of each movie's version is sent.
    pub fn next(&mut self, decision: &Decision) -> Step {
        let Some(movie) = decision.movie_id else { return Step::Skip };
        let version = (movie, decision.slot);
        let has_one = self.grabbed.contains(&version) || self.pended.contains(&version);
        let step = match decision.judgement {
            Judgement::Rejected | Judgement::Unknown => Step::Skip,
            Judgement::Delayed if has_one => Step::Pend(PendingReason::Fallback),
            Judgement::Delayed => Step::Pend(PendingReason::Delay),
            Judgement::Accepted if self.grabbed.contains(&version) => Step::Skip,
            Judgement::Accepted if self.failed.contains(&decision.release.protocol) => {
                let reason = if has_one { PendingReason::Fallback } else { PendingReason::ClientUnavailable };
                Step::Pend(reason)
            }
            Judgement::Accepted => Step::Send,
        };
        if matches!(step, Step::Pend(_)) {
            self.pended.push(version);
        }
        step
    }

    /// Notes how sending went; says why the release waits now, if it does.
    pub fn sent(&mut self, decision: &Decision, outcome: Sent) -> Option<PendingReason> {
        let version = (decision.movie_id?, decision.slot);
        match outcome {
            Sent::Grabbed => self.grabbed.push(version),
            Sent::ReleaseGone | Sent::Failed => {}
            Sent::ClientUnavailable => {
                self.failed.push(decision.release.protocol);
                self.pended.push(version);
                return Some(PendingReason::ClientUnavailable);
            }
        }
        None
    }
}

/// Whether both are the same release on hold: title, date and indexer.
pub fn is_same(left: &Release, right: &Release) -> bool {
    left.title == right.title
        && left.published_at == right.published_at
        && left.indexer.eq_ignore_ascii_case(&right.indexer)
}

/// Whether a release on hold has no more use once another one was grabbed: it is of equal or lower quality.
pub fn is_superseded(profile: &QualityProfile, pending: QualityModel, grabbed: QualityModel) -> bool {
    compare_quality(profile, pending.quality, grabbed.quality).is_le()
}

/// When a delayed release is looked at again: once its delay and the least age are over, not before `now`.
pub fn due_at(
    release: &Release,
    profile: &DelayProfile,
    minimum_age_minutes: u64,
    now: Timestamp,
) -> Timestamp {
    let minutes = delay::minutes(profile, release.protocol).max(minimum_age_minutes);
    let wait = SignedDuration::from_mins(i64::try_from(minutes).unwrap_or(i64::MAX / 60));
    let due = release.published_at.unwrap_or(now).checked_add(wait).unwrap_or(Timestamp::MAX);
    due.max(now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::decide::{Candidate, judged_without_movie};
    use crate::domain::parse::parse_release;
    use crate::domain::samples;

    fn decision(movie: Option<u64>, judgement: Judgement) -> Decision {
        let of_none = Candidate::of_no_movie(samples::release("A.2000"), parse_release("A.2000"));
        Decision { movie_id: movie.map(MovieId), judgement, ..judged_without_movie(of_none) }
    }

    #[test]
    fn one_release_of_a_movie_is_sent_and_what_waits_behind_it_is_a_fallback() {
        use Judgement::{Accepted, Delayed, Rejected};
        let mut run = Run::default();
        assert_eq!(run.next(&decision(None, Accepted)), Step::Skip, "no movie");
        assert_eq!(run.next(&decision(Some(1), Rejected)), Step::Skip);
        let best = decision(Some(1), Accepted);
        assert_eq!((run.next(&best), run.sent(&best, Sent::ReleaseGone)), (Step::Send, None));
        assert_eq!((run.next(&best), run.sent(&best, Sent::Grabbed)), (Step::Send, None), "the next best");
        assert_eq!(run.next(&best), Step::Skip, "it has one");
        assert_eq!(run.next(&decision(Some(1), Delayed)), Step::Pend(PendingReason::Fallback));
        assert_eq!(run.next(&decision(Some(2), Delayed)), Step::Pend(PendingReason::Delay));
        assert_eq!(run.next(&decision(Some(2), Delayed)), Step::Pend(PendingReason::Fallback));
        assert_eq!(run.next(&decision(Some(2), Accepted)), Step::Send, "what need not wait goes first");
    }

    #[test]
    fn nothing_is_sent_to_a_client_that_failed_in_this_run() {
        let mut run = Run::default();
        let first = decision(Some(1), Judgement::Accepted);
        assert_eq!(run.next(&first), Step::Send);
        let waits = Some(PendingReason::ClientUnavailable);
        assert_eq!(run.sent(&first, Sent::ClientUnavailable), waits);
        assert_eq!(run.next(&first), Step::Pend(PendingReason::Fallback));
        let other = decision(Some(2), Judgement::Accepted);
        assert_eq!(run.next(&other), Step::Pend(PendingReason::ClientUnavailable));
    }

    #[test]
    fn a_release_is_due_when_its_delay_and_its_least_age_are_over() {
        let at = |minutes: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes);
        let mut profile = delay::standard();
        let mut release = samples::release("A.2000");
        for (delay_minutes, least, now, want) in
            [(0, 0, 5, 5), (60, 0, 5, 60), (60, 90, 5, 90), (60, 0, 99, 99)]
        {
            profile.torrent_delay_minutes = delay_minutes;
            assert_eq!(due_at(&release, &profile, least, at(now)), at(want), "{delay_minutes} {least} {now}");
        }
        release.published_at = None;
        profile.torrent_delay_minutes = 60;
        assert_eq!(due_at(&release, &profile, 0, at(5)), at(65), "from now on, when its age is unknown");
        profile.torrent_delay_minutes = u32::MAX;
        assert_eq!(due_at(&release, &profile, 0, at(5)), Timestamp::MAX, "as long as there is time");
        release.published_at = Some(Timestamp::MAX);
        assert_eq!(due_at(&release, &profile, u64::MAX, at(5)), Timestamp::MAX);
    }
}
