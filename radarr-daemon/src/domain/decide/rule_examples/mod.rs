//! Examples of every rule: one circumstance is changed, and the rule passes, does not apply, waits or refuses.
//!
//! Numbers at and beyond their limits stand beside each other. Sources: as the rules name them.

mod of_the_release;
mod of_what_we_have;

use jiff::{SignedDuration, Timestamp};
use radarr_proto::model::{
    Blocked, DelayProfile, IndexerId, MatchedBy, Movie, MovieId, Permanence, Quality, QualityModel,
    QualityProfile, Release, Revision, RuleOutcome, SearchKind, Slot,
};

use super::{About, Candidate, HeldFile, IndexerRules, Judge, Past, Queued, Settings, Situation, delay};
use crate::domain::custom_format::CompiledFormats;
use crate::domain::parse::parse_release;
use crate::domain::quality::defaults;
use crate::domain::quality::upgrade::Rated;
use crate::domain::samples;

/// What a rule is asked with.
struct Case {
    release: Release,
    score: i32,
    movie: Movie,
    profile: QualityProfile,
    delay: DelayProfile,
    settings: Settings,
    file: Option<HeldFile>,
    queue: Vec<Queued>,
    history: Vec<Past>,
    blocklist: Vec<Blocked>,
    oldest_pending_age_minutes: Option<u64>,
    free_space_bytes: Option<u64>,
    search: SearchKind,
    searched_movie_id: Option<MovieId>,
}

fn now() -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 20_000 + 12)
}

fn ago(minutes: i64) -> Timestamp {
    now() - SignedDuration::from_mins(minutes)
}

const DAY: i64 = 24 * 60;

/// A release of 1080 lines from the feed, of a movie of 100 minutes that has no file, by the profile for any quality
/// with upgrades up to a remux.
fn plain() -> Case {
    let mut profile = defaults::profiles().remove(0);
    profile.upgrade_allowed = true;
    profile.cutoff = Quality::Remux1080p;
    let mut settings = Settings::default();
    settings.indexers.insert(IndexerId(1), IndexerRules { minimum_seeders: 1, ..IndexerRules::default() });
    Case {
        release: Release { published_at: Some(ago(60)), ..samples::release(NAME) },
        score: 0,
        movie: samples::movie("Some Film", 2012, 100, profile.id),
        profile,
        delay: delay::standard(),
        settings,
        file: None,
        queue: Vec::new(),
        history: Vec::new(),
        blocklist: Vec::new(),
        oldest_pending_age_minutes: None,
        free_space_bytes: Some(1 << 40),
        search: SearchKind::Recent,
        searched_movie_id: None,
    }
}

const NAME: &str = "Some.Film.2012.1080p.WEB-DL.x264-GRP";

impl Case {
    fn named(&mut self, name: &str) {
        name.clone_into(&mut self.release.title);
    }

    fn has_file(&mut self, quality: Quality, version: u32, score: i32) {
        let rated = rated(quality, version, score);
        self.file = Some(HeldFile { rated, group: Some("GRP".to_owned()), added_at: ago(DAY) });
    }

    fn searched_by_a_person(&mut self) {
        self.search = SearchKind::User;
    }

    /// `pass`, `skip`, or the reason; `wait: ` before one that time takes away.
    fn verdict(&self, judge: Judge) -> String {
        let about = About {
            movie: &self.movie,
            matched_by: MatchedBy::Title,
            profile: &self.profile,
            formats: &CompiledFormats::default(),
            multi_languages: &[],
            group_reputation: None,
        };
        let parsed = parse_release(&self.release.title);
        let candidate =
            Candidate { score: self.score, ..Candidate::of_movie(self.release.clone(), parsed, &about) };
        let situation = Situation {
            settings: &self.settings,
            movie: &self.movie,
            slot: Slot(0),
            profile: &self.profile,
            delay: &self.delay,
            file: self.file.as_ref(),
            queue: &self.queue,
            history: &self.history,
            blocklist: &self.blocklist,
            oldest_pending_age_minutes: self.oldest_pending_age_minutes,
            free_space_bytes: self.free_space_bytes,
            search: self.search,
            searched_movie_id: self.searched_movie_id,
            now: now(),
        };
        match judge(&candidate, &situation).outcome {
            RuleOutcome::Pass => "pass".to_owned(),
            RuleOutcome::NotApplicable { .. } => "skip".to_owned(),
            RuleOutcome::Reject { reason, permanence: Permanence::Temporary, .. } => {
                format!("wait: {reason}")
            }
            RuleOutcome::Reject { reason, message, remedy, .. } => {
                assert!(!message.is_empty() && remedy.is_some(), "{reason} says why and what to do");
                reason
            }
            RuleOutcome::Unknown => "unknown".to_owned(),
        }
    }
}

fn rated(quality: Quality, version: u32, score: i32) -> Rated {
    let revision = Revision { version, ..Revision::default() };
    Rated { quality: QualityModel { quality, revision }, score }
}

type Change = fn(&mut Case);

/// Asks the rule once for each row; tells every row that differs.
#[track_caller]
fn check(judge: Judge, rows: &[(&str, Change, &str)]) {
    let answer = |change: Change| {
        let mut case = plain();
        change(&mut case);
        case.verdict(judge)
    };
    let wrong: Vec<String> = rows
        .iter()
        .map(|(what, change, want)| (what, want, answer(*change)))
        .filter(|(_, want, got)| *want != got)
        .map(|(what, want, got)| format!("{what}: wanted {want}, got {got}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
