//! What was refused before, the file, what is on its way.

use jiff::SignedDuration;
use radarr_proto::model::{
    BlockId, Blocked, IndexerId, InfoHash, MovieId, PropersAndRepacks, Protocol, Quality, SearchKind, Slot,
};

use super::{Case, DAY, NAME, ago, check, rated};
use crate::domain::decide::{Past, PastKind, Queued, rules};

fn queued(quality: Quality, version: u32) -> Queued {
    Queued {
        movie_id: MovieId(1),
        slot: Slot(0),
        title: NAME.to_owned(),
        rated: rated(quality, version, 0),
        failed: false,
    }
}

fn past(kind: PastKind, quality: Quality, minutes: i64) -> Past {
    let download_id = Some(InfoHash([7; 20]).to_string());
    Past { kind, download_id, title: NAME.to_owned(), rated: rated(quality, 1, 0), at: ago(minutes) }
}

#[test]
#[rustfmt::skip]
fn it_is_no_release_that_was_refused_before() {
    fn imported_as(case: &mut Case, quality: Quality) {
        case.has_file(quality, 1, 0);
        case.history = vec![past(PastKind::Imported, quality, 10), past(PastKind::Grabbed, Quality::WebDl1080p, 20)];
    }
    fn block(case: &mut Case) -> &mut Blocked {
        let block = Blocked {
            id: BlockId(1),
            movie_id: MovieId(1),
            title: NAME.to_uppercase(),
            indexer: "HDBits".to_owned(),
            indexer_id: IndexerId(1),
            protocol: Protocol::Torrent,
            size_bytes: case.release.size_bytes,
            info_hash: None,
            published_at: case.release.published_at,
            at: ago(DAY),
            reason: "it failed".to_owned(),
        };
        case.blocklist.push(block);
        case.blocklist.last_mut().unwrap()
    }
    check(rules::blocklisted::judge, &[
        ("empty", |_| (), "pass"),
        ("same name and indexer", |c| { block(c); }, "Blocklisted"),
        ("of another movie", |c| block(c).movie_id = MovieId(2), "pass"),
        ("of another indexer", |c| block(c).indexer = "Other".to_owned(), "pass"),
        ("of an indexer that is gone", |c| block(c).indexer = String::new(), "Blocklisted"),
        ("same hash", |c| {
            c.release.info_hash = Some(InfoHash([7; 20]));
            block(c).info_hash = c.release.info_hash;
            c.named("Another.Name.2012");
        }, "Blocklisted"),
        ("another hash under the same name", |c| { c.release.info_hash = Some(InfoHash([7; 20])); block(c); }, "pass"),
        ("the same post at another indexer", |c| {
            c.release.protocol = Protocol::Usenet;
            let at = ago(60) + SignedDuration::from_secs(120);
            let block = block(c);
            (block.protocol, block.published_at) = (Protocol::Usenet, Some(at));
            block.indexer = "Other".to_owned();
        }, "Blocklisted"),
        ("a post a second later", |c| {
            c.release.protocol = Protocol::Usenet;
            let at = ago(60) + SignedDuration::from_secs(121);
            let block = block(c);
            (block.protocol, block.published_at) = (Protocol::Usenet, Some(at));
            block.indexer = "Other".to_owned();
        }, "pass"),
    ]);
    check(rules::already_imported::judge, &[
        ("no file", |_| (), "skip"),
        ("nothing grabbed", |c| c.has_file(Quality::Sdtv, 1, 0), "skip"),
        ("it was what it said", |c| imported_as(c, Quality::WebDl1080p), "skip"),
        ("it was not", |c| imported_as(c, Quality::WebDl720p), "AlreadyImportedSameName"),
        ("same hash", |c| {
            imported_as(c, Quality::WebDl720p);
            c.release.info_hash = Some(InfoHash([7; 20]));
        }, "AlreadyImportedSameHash"),
        ("another release", |c| {
            imported_as(c, Quality::WebDl720p);
            c.named("Some.Film.2012.1080p.WEB-DL.x264-OTHER");
        }, "pass"),
    ]);
}

#[test]
#[rustfmt::skip]
fn it_is_better_than_the_file() {
    check(rules::upgrade_disk::judge, &[
        ("no file", |_| (), "skip"),
        ("better", |c| c.has_file(Quality::Hdtv1080p, 1, 0), "pass"),
        ("worse", |c| c.has_file(Quality::Bluray1080p, 1, 0), "DiskHigherPreference"),
        ("at the cutoff", |c| c.has_file(Quality::Remux1080p, 1, 0), "DiskCutoffMet"),
        ("a later revision", |c| c.has_file(Quality::WebDl1080p, 2, 0), "DiskHigherRevision"),
        ("the same", |c| c.has_file(Quality::WebDl1080p, 1, 0), "DiskCustomFormatScore"),
        ("scores more", |c| {
            c.has_file(Quality::WebDl1080p, 1, 0);
            c.score = 1;
            c.profile.cutoff_format_score = 100;
        }, "pass"),
        ("scores too little more", |c| {
            c.has_file(Quality::WebDl1080p, 1, 0);
            c.score = 1;
            c.profile.cutoff_format_score = 100;
            c.profile.min_upgrade_format_score = 2;
        }, "DiskCustomFormatScoreIncrement"),
        ("extremes", |c| { c.has_file(Quality::WebDl1080p, 1, i32::MIN); c.score = i32::MAX; }, "pass"),
        ("a proper", |c| {
            c.has_file(Quality::WebDl1080p, 1, 0);
            c.named("Some.Film.2012.PROPER.1080p.WEB-DL");
        }, "pass"),
    ]);
    check(rules::upgrade_allowed::judge, &[
        ("no file", |_| (), "skip"),
        ("better", |c| c.has_file(Quality::Hdtv1080p, 1, 0), "pass"),
        ("no upgrades", |c| {
            c.has_file(Quality::Hdtv1080p, 1, 0);
            c.profile.upgrade_allowed = false;
        }, "QualityUpgradesDisabled"),
        ("but propers", |c| {
            c.has_file(Quality::WebDl1080p, 1, 0);
            c.profile.upgrade_allowed = false;
            c.named("Some.Film.2012.PROPER.1080p.WEB-DL");
        }, "pass"),
    ]);
}

#[test]
#[rustfmt::skip]
fn propers_and_repacks_replace_what_they_repair() {
    fn proper(case: &mut Case) {
        case.has_file(Quality::WebDl1080p, 1, 0);
        case.named("Some.Film.2012.PROPER.1080p.WEB-DL.x264-GRP");
    }
    fn repack(case: &mut Case) {
        proper(case);
        case.named("Some.Film.2012.REPACK.1080p.WEB-DL.x264-GRP");
    }
    fn added(case: &mut Case, minutes: i64) {
        case.file.as_mut().unwrap().added_at = ago(minutes);
    }
    check(rules::proper::judge, &[
        ("no file", |c| c.named("Some.Film.2012.PROPER.1080p.WEB-DL"), "skip"),
        ("fresh", proper, "pass"),
        ("no proper", |c| c.has_file(Quality::WebDl1080p, 1, 0), "skip"),
        ("of another quality", |c| { proper(c); c.has_file(Quality::WebRip1080p, 1, 0); }, "skip"),
        // It is noon: the day of a week ago began 7 days and 12 hours ago.
        ("of that day", |c| { proper(c); added(c, 7 * DAY + DAY / 2); }, "pass"),
        ("of the day before", |c| { proper(c); added(c, 7 * DAY + DAY / 2 + 1); }, "ProperForOldFile"),
        ("old, but searched", |c| { proper(c); added(c, 90 * DAY); c.search = SearchKind::Automatic; }, "skip"),
        ("not upgraded", |c| {
            proper(c);
            c.settings.propers_and_repacks = PropersAndRepacks::DoNotUpgrade;
        }, "PropersDisabled"),
        ("not preferred", |c| {
            proper(c);
            c.settings.propers_and_repacks = PropersAndRepacks::DoNotPrefer;
        }, "skip"),
    ]);
    check(rules::repack::judge, &[
        ("no repack", proper, "skip"),
        ("same group", repack, "pass"),
        ("another group", |c| {
            repack(c);
            c.named("Some.Film.2012.REPACK.1080p.WEB-DL.x264-ABC");
        }, "RepackReleaseGroupDoesNotMatch"),
        ("in another case", |c| {
            repack(c);
            c.named("Some.Film.2012.REPACK.1080p.WEB-DL.x264-grp");
        }, "pass"),
        ("without a group", |c| {
            repack(c);
            c.named("Some.Film.2012.REPACK.1080p.WEB-DL.x264");
        }, "RepackUnknownReleaseGroup"),
        ("of a file without a group", |c| {
            repack(c);
            c.file.as_mut().unwrap().group = None;
        }, "RepackUnknownReleaseGroup"),
        ("not upgraded", |c| {
            repack(c);
            c.settings.propers_and_repacks = PropersAndRepacks::DoNotUpgrade;
        }, "RepackDisabled"),
        ("not preferred", |c| {
            repack(c);
            c.settings.propers_and_repacks = PropersAndRepacks::DoNotPrefer;
        }, "skip"),
        ("no file", |c| { repack(c); c.file = None; }, "skip"),
    ]);
}

#[test]
#[rustfmt::skip]
fn nothing_as_good_is_on_its_way() {
    check(rules::queue::judge, &[
        ("empty", |_| (), "skip"),
        ("worse", |c| c.queue = vec![queued(Quality::Hdtv1080p, 1)], "pass"),
        ("better", |c| c.queue = vec![queued(Quality::Bluray1080p, 1)], "QueueHigherPreference"),
        ("the same", |c| c.queue = vec![queued(Quality::WebDl1080p, 1)], "QueueCustomFormatScore"),
        ("at the cutoff", |c| c.queue = vec![queued(Quality::Remux1080p, 1)], "QueueCutoffMet"),
        ("one of two", |c| {
            c.queue = vec![queued(Quality::Hdtv1080p, 1), queued(Quality::Bluray1080p, 1)];
        }, "QueueHigherPreference"),
        ("failed", |c| c.queue = vec![Queued { failed: true, ..queued(Quality::Bluray1080p, 1) }], "skip"),
        ("of another movie", |c| {
            c.queue = vec![Queued { movie_id: MovieId(2), ..queued(Quality::Bluray1080p, 1) }];
        }, "skip"),
        ("of another version", |c| {
            c.queue = vec![Queued { slot: Slot(1), ..queued(Quality::Bluray1080p, 1) }];
        }, "skip"),
        ("propers replace nothing", |c| {
            c.queue = vec![queued(Quality::WebDl1080p, 1)];
            c.named("Some.Film.2012.PROPER.1080p.WEB-DL");
            c.settings.propers_and_repacks = PropersAndRepacks::DoNotUpgrade;
        }, "QueuePropersDisabled"),
    ]);
    check(rules::history::judge, &[
        ("empty", |_| (), "skip"),
        ("imported last", |c| c.history = vec![past(PastKind::Imported, Quality::Bluray1080p, 1)], "skip"),
        ("better, grabbed just now", |c| {
            c.history = vec![past(PastKind::Grabbed, Quality::Bluray1080p, 719)];
        }, "HistoryHigherPreference"),
        ("twelve hours ago", |c| c.history = vec![past(PastKind::Grabbed, Quality::Bluray1080p, 720)], "skip"),
        ("worse, grabbed just now", |c| c.history = vec![past(PastKind::Grabbed, Quality::Hdtv720p, 1)], "pass"),
        ("at the cutoff", |c| {
            c.history = vec![past(PastKind::Grabbed, Quality::Remux1080p, 1)];
        }, "HistoryRecentCutoffMet"),
        ("long ago, and imports are not followed", |c| {
            c.settings.completed_download_handling = false;
            c.history = vec![past(PastKind::Grabbed, Quality::Remux1080p, 9 * DAY)];
        }, "HistoryCdhDisabledCutoffMet"),
        ("searched", |c| {
            c.history = vec![past(PastKind::Grabbed, Quality::Bluray1080p, 1)];
            c.search = SearchKind::Automatic;
        }, "skip"),
    ]);
}
