//! What a client's word about a download means for its grab. The time is an argument.
//!
//! Nothing here takes an error for "gone" (D10): who can't be asked is [`Heard::Unknown`], and one answer without the
//! torrent is not yet [`News::Gone`]: a client that was just started may not have read all of its torrents.

use jiff::{SignedDuration, Timestamp};
use radarr_proto::model::{Grab, GrabState, Progress};

/// A torrent has to be missing for so long, and be looked for again then, before it counts as taken out.
pub const GONE_AFTER: SignedDuration = SignedDuration::from_secs(60);

/// A download that nobody has sent a byte of for so long will not come: three days bridge a week-end without seeders.
pub const STALLED_FAILS_AFTER: SignedDuration = SignedDuration::from_hours(72);

/// Progress that is no whole percent is told after so long, so that speed and time left stay true.
const TELL_AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(10);

/// What the client does with a download.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It comes in, waits for its turn, is checked or moved.
    Coming,
    /// It would come in, but nobody sends.
    Stalled,
    /// A person stopped it.
    Paused,
    /// The client can't go on with it: its disk is full, its files are gone.
    Faulty,
    /// All of it is there, in its place.
    Complete,
}

/// What the client says of a download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What it does.
    pub stage: Stage,
    /// How far it is.
    pub progress: Progress,
    /// Where it lies, as the daemon sees it.
    pub output_path: Option<String>,
    /// What it says is wrong.
    pub warning: Option<String>,
}

/// What was heard of a download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// The client has it.
    Present(Report),
    /// The client answered and does not have it.
    Absent,
    /// The client could not be asked.
    Unknown {
        /// Why, for people.
        why: String,
    },
}

/// What that means.
#[derive(Debug, Clone, PartialEq)]
pub enum News {
    /// Nothing that is worth a word.
    Nothing,
    /// It moved on.
    Progressed(Grab),
    /// Its state or its warning changed.
    Changed(Grab),
    /// It is complete: import it.
    Completed(Grab),
    /// A person took it out there.
    Gone(Grab),
    /// It will not come.
    Failed {
        /// The grab as it was.
        grab: Grab,
        /// Why, for people.
        reason: String,
    },
}

/// What is new of `grab` after this was heard of it.
pub fn hear(grab: &Grab, heard: &Heard, now: Timestamp) -> News {
    match heard {
        Heard::Unknown { why } => with_warning(grab, Some(why.clone())),
        Heard::Absent => absent(grab, now),
        Heard::Present(report) => present(grab, report, now),
    }
}

fn with_warning(grab: &Grab, warning: Option<String>) -> News {
    if grab.warning == warning {
        return News::Nothing;
    }
    News::Changed(Grab { warning, ..grab.clone() })
}

fn absent(grab: &Grab, now: Timestamp) -> News {
    // What is complete is imported from the disk, whether the client still lists it or not.
    if matches!(grab.state, GrabState::ImportPending | GrabState::Importing) {
        return News::Nothing;
    }
    let missing = format!("{} does not list it any more; it is looked for again", grab.client);
    if grab.warning.as_ref() != Some(&missing) {
        return News::Changed(Grab { warning: Some(missing), seen_at: Some(now), ..grab.clone() });
    }
    let since = grab.seen_at.unwrap_or(now);
    if now.duration_since(since) < GONE_AFTER {
        return News::Nothing;
    }
    News::Gone(Grab { state: GrabState::Gone, warning: None, ..grab.clone() })
}

fn present(grab: &Grab, report: &Report, now: Timestamp) -> News {
    // From here on the import has the word.
    if matches!(grab.state, GrabState::ImportPending | GrabState::Importing | GrabState::ImportBlocked { .. })
    {
        return News::Nothing;
    }
    let mut next = grab.clone();
    next.progress = report.progress.clone();
    next.output_path.clone_from(&report.output_path);
    next.warning.clone_from(&report.warning);
    next.seen_at = Some(now);
    match report.stage {
        // Without a place it can't be imported; the warning says so, and it is asked again.
        Stage::Complete if next.output_path.is_some() => {
            next.state = GrabState::ImportPending;
            return News::Completed(next);
        }
        Stage::Complete | Stage::Coming => next.state = GrabState::Downloading,
        Stage::Paused => next.state = GrabState::Paused,
        // A person has to help the client; until then nothing is given up.
        Stage::Faulty => {
            next.state = GrabState::Stalled { since: stalled_since(&grab.state).unwrap_or(now) };
        }
        Stage::Stalled => {
            let moved = next.progress.left_bytes < grab.progress.left_bytes;
            let since = stalled_since(&grab.state).filter(|_| !moved).unwrap_or(now);
            if now.duration_since(since) >= STALLED_FAILS_AFTER {
                let hours = STALLED_FAILS_AFTER.as_hours();
                let reason = format!("nobody sent a byte of it for {hours} hours");
                return News::Failed { grab: next, reason };
            }
            next.state = GrabState::Stalled { since };
        }
    }
    if next.state != grab.state || next.warning != grab.warning {
        return News::Changed(next);
    }
    let percent_moved = next.progress.percent() != grab.progress.percent();
    let long_ago = grab.seen_at.is_none_or(|seen| now.duration_since(seen) >= TELL_AGAIN_AFTER);
    if percent_moved || (long_ago && next.progress != grab.progress) {
        News::Progressed(next)
    } else {
        News::Nothing
    }
}

fn stalled_since(state: &GrabState) -> Option<Timestamp> {
    if let GrabState::Stalled { since } = state { Some(*since) } else { None }
}

/// Whether it moves, so that it is worth looking again soon.
pub fn is_moving(state: &GrabState) -> bool {
    match state {
        GrabState::Intended | GrabState::Downloading => true,
        GrabState::Stalled { .. }
        | GrabState::Paused
        | GrabState::ImportPending
        | GrabState::Importing
        | GrabState::ImportBlocked { .. }
        | GrabState::Imported { .. }
        | GrabState::Failed { .. }
        | GrabState::Removed
        | GrabState::Gone
        | GrabState::Unknown => false,
    }
}

#[cfg(test)]
mod tests {
    use radarr_proto::model::{
        ClientId, DocVersion, GrabId, MatchedBy, MovieId, ParsedRelease, Protocol, SearchKind, Slot,
        StoredScore,
    };

    use super::super::samples;
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
    }

    fn grab(state: GrabState) -> Grab {
        Grab {
            id: GrabId(1),
            doc_version: DocVersion(1),
            movie_id: MovieId(1),
            slot: Slot(0),
            movie_title: "Nosferatu".into(),
            release: samples::release("Nosferatu.1922.1080p.BluRay.x264-GRP"),
            parsed: ParsedRelease::default(),
            languages: Vec::new(),
            score: StoredScore::default(),
            matched_by: MatchedBy::Title,
            found_by: SearchKind::User,
            asked_by: "alice".into(),
            client_id: ClientId(1),
            client: "qBittorrent".into(),
            protocol: Protocol::Torrent,
            info_hash: None,
            grabbed_at: at(0),
            state,
            progress: Progress { size_bytes: 1000, left_bytes: 1000, ..Progress::default() },
            output_path: None,
            warning: None,
            seen_at: Some(at(0)),
        }
    }

    fn report(stage: Stage, left_bytes: u64) -> Heard {
        Heard::Present(Report {
            stage,
            progress: Progress { size_bytes: 1000, left_bytes, ..Progress::default() },
            output_path: Some("/downloads/movie".into()),
            warning: None,
        })
    }

    #[test]
    fn progress_is_told_for_each_percent_and_else_every_ten_seconds() {
        let grab = grab(GrabState::Downloading);
        let told = |left, seconds| hear(&grab, &report(Stage::Coming, left), at(seconds));
        assert!(matches!(told(990, 1), News::Progressed(next) if next.progress.percent() == 1));
        assert_eq!(told(999, 1), News::Nothing, "not a whole percent");
        assert!(matches!(told(999, 10), News::Progressed(_)));
        assert_eq!(told(1000, 100), News::Nothing, "nothing moved");
    }

    #[test]
    fn what_is_complete_is_imported_once_it_has_a_place() {
        let loading = grab(GrabState::Downloading);
        let News::Completed(done) = hear(&loading, &report(Stage::Complete, 0), at(1)) else { panic!() };
        assert_eq!(
            (done.state, done.output_path),
            (GrabState::ImportPending, Some("/downloads/movie".into()))
        );
        let Heard::Present(placeless) = report(Stage::Complete, 0) else { panic!() };
        let placeless = Heard::Present(Report { output_path: None, ..placeless });
        assert!(
            matches!(hear(&loading, &placeless, at(1)), News::Progressed(next) if next.state == GrabState::Downloading)
        );
        for state in [GrabState::ImportPending, GrabState::Importing] {
            assert_eq!(
                hear(&grab(state), &report(Stage::Complete, 0), at(1)),
                News::Nothing,
                "the import has the word"
            );
        }
    }

    #[test]
    fn an_error_is_never_taken_for_gone_and_is_told_once() {
        let unknown = Heard::Unknown { why: "no connection".into() };
        let News::Changed(warned) = hear(&grab(GrabState::Downloading), &unknown, at(100_000)) else {
            panic!()
        };
        assert_eq!(
            (warned.state.clone(), warned.warning.as_deref()),
            (GrabState::Downloading, Some("no connection"))
        );
        assert_eq!(hear(&warned, &unknown, at(900_000)), News::Nothing);
    }

    #[test]
    fn a_torrent_is_gone_when_it_is_missing_twice_a_minute_apart() {
        // The daemon slept for a day: the first look alone proves nothing.
        let News::Changed(missing) = hear(&grab(GrabState::Downloading), &Heard::Absent, at(86_400)) else {
            panic!()
        };
        assert!(missing.state.is_open());
        assert_eq!(hear(&missing, &Heard::Absent, at(86_459)), News::Nothing);
        assert!(
            matches!(hear(&missing, &Heard::Absent, at(86_460)), News::Gone(gone) if gone.state == GrabState::Gone)
        );
        let back = hear(&missing, &report(Stage::Coming, 1000), at(86_430));
        assert!(matches!(back, News::Changed(next) if next.warning.is_none()));
        assert_eq!(hear(&grab(GrabState::ImportPending), &Heard::Absent, at(9_999)), News::Nothing);
    }

    #[test]
    fn only_what_nobody_sends_for_three_days_has_failed() {
        let stalled = grab(GrabState::Stalled { since: at(0) });
        let limit = STALLED_FAILS_AFTER.as_secs();
        assert_eq!(hear(&stalled, &report(Stage::Stalled, 1000), at(limit - 1)), News::Nothing);
        assert!(matches!(hear(&stalled, &report(Stage::Stalled, 1000), at(limit)), News::Failed { .. }));
        let moved = hear(&stalled, &report(Stage::Stalled, 500), at(limit));
        assert!(
            matches!(moved, News::Changed(next) if next.state == GrabState::Stalled { since: at(limit) })
        );
        assert_eq!(
            hear(&stalled, &report(Stage::Faulty, 1000), at(limit * 9)),
            News::Nothing,
            "a person can help"
        );
    }
}
