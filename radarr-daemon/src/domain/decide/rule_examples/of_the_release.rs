//! The movie, the release itself, where it comes from.

use radarr_proto::model::{
    DocVersion, IndexerFlag, IndexerId, Language, MinimumAvailability, MovieId, Protocol, Quality,
    ReleaseProfile, ReleaseProfileId, SearchKind, TagId,
};

use super::{Case, DAY, ago, check};
use crate::domain::decide::release_profile::CompiledReleaseProfile;
use crate::domain::decide::{IndexerRules, rules};
use crate::domain::quality::size::MEGABYTE;

#[test]
#[rustfmt::skip]
fn the_movie_is_wanted() {
    check(rules::wanted_movie::judge, &[
        ("feed", |_| (), "skip"),
        ("searched", |c| { c.search = SearchKind::Automatic; c.searched_movie_id = Some(MovieId(1)); }, "pass"),
        ("another was", |c| { c.search = SearchKind::User; c.searched_movie_id = Some(MovieId(2)); }, "WrongMovie"),
    ]);
    check(rules::monitored::judge, &[
        ("monitored", |_| (), "pass"),
        ("not monitored", |c| c.movie.monitored = false, "MovieNotMonitored"),
        ("by a person", |c| { c.movie.monitored = false; c.searched_by_a_person(); }, "skip"),
    ]);
    check(rules::availability::judge, &[
        ("announced", |_| (), "pass"),
        ("never out", |c| c.movie.minimum_availability = MinimumAvailability::Released, "Availability"),
        ("by a person", |c| {
            c.movie.minimum_availability = MinimumAvailability::Released;
            c.searched_by_a_person();
        }, "skip"),
    ]);
}

#[test]
#[rustfmt::skip]
fn the_release_is_of_a_kind_that_is_wanted() {
    check(rules::quality_allowed::judge, &[
        ("allowed", |_| (), "pass"),
        ("raw", |c| c.named("Some.Film.2012.1080p.RAW-HD"), "QualityNotWanted"),
        ("in a group", |c| c.named("Some.Film.2012.1080p.WEBRip"), "pass"),
        ("group switched off", |c| {
            c.profile.items.iter_mut().filter(|item| item.group.is_some()).for_each(|item| item.allowed = false);
        }, "QualityNotWanted"),
        ("an empty profile", |c| c.profile.items.clear(), "QualityNotWanted"),
    ]);
    check(rules::language::judge, &[
        ("original", |_| (), "pass"),
        ("another", |c| c.named("Some.Film.2012.German.1080p.WEB-DL"), "WantedLanguage"),
        ("any", |c| { c.profile.language = Language::Any; c.named("Some.Film.2012.German.1080p.WEB-DL"); }, "skip"),
        ("wanted", |c| {
            c.profile.language = Language::German;
            c.named("Some.Film.2012.German.1080p.WEB-DL");
        }, "pass"),
        ("the original of a German one", |c| {
            c.movie.facts.original_language = Language::German;
            c.named("Some.Film.2012.German.1080p.WEB-DL");
        }, "pass"),
        ("the indexer knows better", |c| c.release.languages = vec![Language::French], "WantedLanguage"),
    ]);
    check(rules::custom_format_score::judge, &[
        ("at the least", |c| { c.profile.min_format_score = 10; c.score = 10; }, "pass"),
        ("below", |c| { c.profile.min_format_score = 10; c.score = 9; }, "CustomFormatMinimumScore"),
        ("least possible", |c| c.score = i32::MIN, "CustomFormatMinimumScore"),
    ]);
}

#[test]
#[rustfmt::skip]
fn its_size_is_sound() {
    // 100 MB a minute at most, and 110 minutes where the runtime is unknown.
    check(rules::acceptable_size::judge, &[
        ("fits", |_| (), "pass"),
        ("no size", |c| c.release.size_bytes = 0, "skip"),
        ("at the maximum", |c| c.release.size_bytes = 100 * 100 * MEGABYTE, "pass"),
        ("beyond", |c| c.release.size_bytes = 100 * 100 * MEGABYTE + 1, "AboveMaximumSize"),
        ("2^63", |c| c.release.size_bytes = 1 << 63, "AboveMaximumSize"),
        ("2^64 - 1", |c| c.release.size_bytes = u64::MAX, "AboveMaximumSize"),
        ("2^64 - 1 without a limit", |c| {
            c.release.size_bytes = u64::MAX;
            c.named("Some.Film.2012.1080p.BluRay.REMUX.AVC");
        }, "pass"),
        ("runtime unknown", |c| {
            c.movie.facts.runtime_minutes = 0;
            c.release.size_bytes = 110 * 100 * MEGABYTE;
        }, "pass"),
        ("runtime unknown, beyond", |c| {
            c.movie.facts.runtime_minutes = 0;
            c.release.size_bytes = 110 * 100 * MEGABYTE + 1;
        }, "AboveMaximumSize"),
        ("the longest runtime", |c| { c.movie.facts.runtime_minutes = u16::MAX; c.release.size_bytes = 1; }, "pass"),
        ("no definition", |c| { c.settings.definitions.clear(); c.release.size_bytes = u64::MAX; }, "skip"),
    ]);
    check(rules::maximum_size::judge, &[
        ("none set", |c| c.release.size_bytes = u64::MAX, "skip"),
        ("no size", |c| { c.settings.maximum_size_bytes = 10; c.release.size_bytes = 0; }, "skip"),
        ("at it", |c| { c.settings.maximum_size_bytes = 10; c.release.size_bytes = 10; }, "pass"),
        ("beyond", |c| { c.settings.maximum_size_bytes = 10; c.release.size_bytes = 11; }, "MaximumSizeExceeded"),
    ]);
    check(rules::not_sample::judge, &[
        ("small", |c| c.release.size_bytes = 1, "pass"),
        ("sample", |c| { c.named("Some.Film.2012.SAMPLE.1080p"); c.release.size_bytes = 70 * MEGABYTE - 1; }, "Sample"),
        ("large", |c| { c.named("Some.Film.2012.Sample.1080p"); c.release.size_bytes = 70 * MEGABYTE; }, "pass"),
    ]);
    check(rules::free_space::judge, &[
        ("room", |_| (), "pass"),
        ("unknown", |c| c.free_space_bytes = None, "skip"),
        ("not checked", |c| { c.settings.skip_free_space_check = true; c.free_space_bytes = Some(0); }, "skip"),
        ("what is kept is left", |c| {
            c.free_space_bytes = Some(c.release.size_bytes + c.settings.minimum_free_bytes);
        }, "pass"),
        ("a byte less", |c| {
            c.free_space_bytes = Some(c.release.size_bytes + c.settings.minimum_free_bytes - 1);
        }, "MinimumFreeSpace"),
        ("nothing kept, nothing left", |c| {
            c.settings.minimum_free_bytes = 0;
            c.free_space_bytes = Some(c.release.size_bytes);
        }, "MinimumFreeSpace"),
        ("2^64 - 1", |c| c.release.size_bytes = u64::MAX, "MinimumFreeSpace"),
    ]);
}

/// A release profile of that number.
fn words(required: &[&str], ignored: &[&str]) -> Vec<CompiledReleaseProfile> {
    let all = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let profile = ReleaseProfile {
        id: ReleaseProfileId(1),
        doc_version: DocVersion::default(),
        name: "words".to_owned(),
        enabled: true,
        required: all(required),
        ignored: all(ignored),
        indexer_id: None,
        tags: Vec::new(),
    };
    CompiledReleaseProfile::compile_all(&[profile]).0
}

#[test]
#[rustfmt::skip]
fn its_name_says_nothing_that_is_not_wanted() {
    check(rules::release_restrictions::judge, &[
        ("no profile", |_| (), "skip"),
        ("one of the required", |c| c.settings.release_profiles = words(&["nope", "WEB"], &[]), "pass"),
        ("none of them", |c| c.settings.release_profiles = words(&["nope"], &[]), "MustContainMissing"),
        ("an ignored one", |c| c.settings.release_profiles = words(&[], &["x264"]), "MustNotContainPresent"),
        ("an expression", |c| c.settings.release_profiles = words(&["/some.film/"], &[]), "MustContainMissing"),
        ("that ignores case", |c| c.settings.release_profiles = words(&["/some.film/i"], &[]), "pass"),
    ]);
    check(rules::raw_disk::judge, &[
        ("a file", |_| (), "pass"),
        ("a disc", |c| c.named("Some.Film.2012.PAL.DVD9"), "Raw"),
        ("by its container", |c| c.release.container = Some("ISO".to_owned()), "Raw"),
        ("another container", |c| c.release.container = Some("mkv".to_owned()), "pass"),
    ]);
    check(rules::hardcoded_subs::judge, &[
        ("none", |_| (), "pass"),
        ("some", |c| c.named("Some.Film.2012.1080p.KORSUBS.WEB-DL"), "HardcodeSubtitles"),
        ("allowed", |c| {
            c.settings.allow_hardcoded_subs = true;
            c.named("Some.Film.2012.1080p.KORSUBS.WEB-DL");
        }, "skip"),
        ("these allowed", |c| {
            c.settings.whitelisted_hardcoded_subs = vec![String::new(), " korsub ".to_owned()];
            c.named("Some.Film.2012.1080p.KORSUBS.WEB-DL");
        }, "pass"),
    ]);
}

#[test]
#[rustfmt::skip]
fn its_indexer_may_be_used() {
    fn indexer(case: &mut Case) -> &mut IndexerRules {
        case.settings.indexers.entry(IndexerId(1)).or_default()
    }
    check(rules::blocked_indexer::judge, &[
        ("in use", |_| (), "pass"),
        ("unknown", |c| c.settings.indexers.clear(), "pass"),
        ("blocked", |c| indexer(c).blocked_until = Some(ago(-1)), "wait: IndexerDisabled"),
        ("no longer", |c| indexer(c).blocked_until = Some(ago(0)), "pass"),
    ]);
    check(rules::indexer_tag::judge, &[
        ("unknown", |c| c.settings.indexers.clear(), "skip"),
        ("without tags", |_| (), "skip"),
        ("a tag in common", |c| { indexer(c).tags = vec![TagId(1), TagId(2)]; c.movie.tags = vec![TagId(2)]; }, "pass"),
        ("none in common", |c| { indexer(c).tags = vec![TagId(1)]; c.movie.tags = vec![TagId(2)]; }, "NoMatchingTag"),
        ("also by a person", |c| { indexer(c).tags = vec![TagId(1)]; c.searched_by_a_person(); }, "NoMatchingTag"),
    ]);
    check(rules::required_flags::judge, &[
        ("none required", |_| (), "skip"),
        ("one of them", |c| {
            indexer(c).required_flags = vec![IndexerFlag::Freeleech, IndexerFlag::Internal];
            c.release.flags = vec![IndexerFlag::Internal];
        }, "pass"),
        ("another", |c| {
            indexer(c).required_flags = vec![IndexerFlag::Freeleech];
            c.release.flags = vec![IndexerFlag::Internal];
        }, "RequiredFlags"),
    ]);
    check(rules::seeders::judge, &[
        ("enough", |c| c.release.seeders = Some(1), "pass"),
        ("too few", |c| c.release.seeders = Some(0), "MinimumSeeders"),
        ("unknown", |c| c.release.seeders = None, "skip"),
        ("usenet", |c| { c.release.seeders = Some(0); c.release.protocol = Protocol::Usenet; }, "skip"),
        ("the indexer is unknown", |c| { c.release.seeders = Some(0); c.settings.indexers.clear(); }, "skip"),
    ]);
}

#[test]
#[rustfmt::skip]
fn its_protocol_and_age_are_right() {
    fn waits(case: &mut Case) {
        case.delay.torrent_delay_minutes = 61;
    }
    check(rules::protocol::judge, &[
        ("enabled", |_| (), "pass"),
        ("torrents off", |c| c.delay.enable_torrent = false, "ProtocolDisabled"),
        ("usenet off", |c| {
            c.delay.enable_usenet = false;
            c.release.protocol = Protocol::Usenet;
        }, "ProtocolDisabled"),
        ("unknown", |c| c.release.protocol = Protocol::Unknown, "ProtocolDisabled"),
    ]);
    check(rules::download_client::judge, &[
        ("torrent", |_| (), "pass"),
        ("usenet", |c| c.release.protocol = Protocol::Usenet, "NoDownloadClient"),
    ]);
    check(rules::minimum_age::judge, &[
        ("torrent", |c| c.settings.minimum_age_minutes = 90, "skip"),
        ("not set", |c| c.release.protocol = Protocol::Usenet, "skip"),
        ("too young", |c| {
            c.release.protocol = Protocol::Usenet;
            c.settings.minimum_age_minutes = 61;
        }, "wait: MinimumAge"),
        ("old enough", |c| { c.release.protocol = Protocol::Usenet; c.settings.minimum_age_minutes = 60; }, "pass"),
        ("age unknown", |c| {
            c.release.protocol = Protocol::Usenet;
            c.settings.minimum_age_minutes = 60;
            c.release.published_at = None;
        }, "skip"),
    ]);
    check(rules::retention::judge, &[
        ("torrent", |c| { c.settings.retention_days = 1; c.release.published_at = Some(ago(9 * DAY)); }, "skip"),
        ("kept", |c| {
            c.release.protocol = Protocol::Usenet;
            c.settings.retention_days = 9;
            c.release.published_at = Some(ago(10 * DAY - 1));
        }, "pass"),
        ("gone", |c| {
            c.release.protocol = Protocol::Usenet;
            c.settings.retention_days = 9;
            c.release.published_at = Some(ago(10 * DAY));
        }, "MaximumAge"),
    ]);
    check(rules::delay::judge, &[
        ("no delay", |_| (), "skip"),
        ("young", waits, "wait: MinimumAgeDelay"),
        ("old enough", |c| c.delay.torrent_delay_minutes = 60, "pass"),
        ("by a person", |c| { waits(c); c.searched_by_a_person(); }, "skip"),
        ("it repairs the file", |c| {
            waits(c);
            c.has_file(Quality::WebDl1080p, 1, 0);
            c.named("Some.Film.2012.PROPER.1080p.WEB-DL");
        }, "skip"),
        ("of the best quality", |c| {
            waits(c);
            c.delay.bypass_if_highest_quality = true;
            c.profile.items.retain(|item| item.qualities.contains(&Quality::WebDl1080p));
        }, "skip"),
        ("better is possible", |c| { waits(c); c.delay.bypass_if_highest_quality = true; }, "wait: MinimumAgeDelay"),
        ("its score is enough", |c| { waits(c); c.delay.bypass_if_above_custom_format_score = true; }, "skip"),
        ("its score is not", |c| {
            waits(c);
            c.delay.bypass_if_above_custom_format_score = true;
            c.delay.minimum_custom_format_score = 1;
        }, "wait: MinimumAgeDelay"),
        ("not the preferred protocol", |c| {
            waits(c);
            c.delay.bypass_if_above_custom_format_score = true;
            c.delay.preferred_protocol = Protocol::Usenet;
        }, "wait: MinimumAgeDelay"),
        ("another waited long enough", |c| { waits(c); c.oldest_pending_age_minutes = Some(62); }, "pass"),
        ("age unknown", |c| { waits(c); c.release.published_at = None; }, "skip"),
    ]);
}
