//! The rules of the decision engine, and the ranking.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use radarr_daemon::domain::decide::release_profile::CompiledReleaseProfile;
use radarr_daemon::domain::decide::{
    Candidate, HeldFile, IndexerRules, Past, PastKind, Queued, Settings, Situation, delay, rules,
};
use radarr_daemon::domain::quality::size::MEGABYTE;
use radarr_daemon::domain::quality::upgrade::{is_upgradable, is_upgrade_allowed};
use radarr_daemon::domain::rank::{Contender, RankContext, rank};
use radarr_proto::model::{
    DelayProfile, DocVersion, IndexerId, InfoHash, Language, MinimumAvailability, Movie, MovieFacts, MovieId,
    ParsedRelease, Permanence, QualityDefinition, Release, ReleaseProfile, ReleaseProfileId, RuleOutcome,
    RuleVerdict, SearchKind, Slot, TagId,
};
use serde::Deserialize;
use serde_json::Value;
use sha1::{Digest, Sha1};

use super::line::{or_default, same, unknown};
use super::profiles::{self, ProfileLine, QualityKeys};
use super::{Failure, Line, Outcome};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ReleaseLine {
    title: Option<String>,
    size: u64,
    protocol: Option<String>,
    is_torrent_info: bool,
    info_hash: Option<String>,
    seeders: Option<u32>,
    peers: Option<u32>,
    indexer_id: u64,
    indexer_priority: Option<u8>,
    container: Option<String>,
    age_minutes: Option<f64>,
    languages: Vec<String>,
    release_group: Option<String>,
    custom_format_score: Option<i32>,
    quality: Option<String>,
    version: Option<u32>,
    real: u32,
    repack: bool,
    custom_formats: Vec<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct MovieLine {
    id: Option<u64>,
    runtime: u16,
    has_file: Option<bool>,
    monitored: Option<bool>,
    tags: Vec<u64>,
    original_language: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ConfigLine {
    propers_and_repacks: Option<String>,
    completed_download_handling: Option<bool>,
    minimum_free_space_mb: u64,
    skip_free_space_check: bool,
    maximum_size_mb: u64,
    minimum_age_minutes: u64,
    retention_days: u64,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct HistoryLine {
    event: String,
    download_id: Option<String>,
    source_title: String,
    date: Option<Value>,
    #[serde(flatten)]
    quality: QualityKeys,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct DelayLine {
    enable_usenet: Option<bool>,
    enable_torrent: Option<bool>,
    preferred_protocol: Option<String>,
    usenet_delay: u32,
    torrent_delay: u32,
    bypass_if_highest_quality: bool,
    bypass_if_above_custom_format_score: bool,
    minimum_custom_format_score: i32,
}

/// A rule, under the name that the corpus has for it.
type Judge = fn(&Candidate, &Situation<'_>) -> RuleVerdict;

const RULES: &[(&str, Judge)] = &[
    ("AcceptableSize", rules::acceptable_size::judge),
    ("AlreadyImported", rules::already_imported::judge),
    ("BlockedIndexer", rules::blocked_indexer::judge),
    ("CustomFormatAllowedByProfile", rules::custom_format_score::judge),
    ("Delay", rules::delay::judge),
    ("FreeSpace", rules::free_space::judge),
    ("History", rules::history::judge),
    ("IndexerTag", rules::indexer_tag::judge),
    ("Language", rules::language::judge),
    ("MaximumSize", rules::maximum_size::judge),
    ("MinimumAge", rules::minimum_age::judge),
    ("MonitoredMovie", rules::monitored::judge),
    ("Movie", rules::wanted_movie::judge),
    ("Proper", rules::proper::judge),
    ("Protocol", rules::protocol::judge),
    ("QualityAllowedByProfile", rules::quality_allowed::judge),
    ("Queue", rules::queue::judge),
    ("RawDisk", rules::raw_disk::judge),
    ("ReleaseRestrictions", rules::release_restrictions::judge),
    ("Repack", rules::repack::judge),
    ("Retention", rules::retention::judge),
    ("TorrentSeeding", rules::seeders::judge),
    ("UpgradeDisk", rules::upgrade_disk::judge),
];

pub(super) fn decisions(line: &Line) -> Outcome {
    match line.text("kind")? {
        "rule" => rule(line),
        "upgradable" => upgradable(line),
        "upgrade_allowed" => upgrade_allowed(line),
        other => Err(unknown("kind", other)),
    }
}

fn expect(line: &Line) -> Result<Value, Failure> {
    line.read_as("expect")
}

/// What came out against what the line expects.
pub(super) fn check(line: &Line, accepted: bool, reason: &str, permanence: Option<Permanence>) -> Outcome {
    let expect = expect(line)?;
    let wanted = expect.get("accepted").and_then(Value::as_bool);
    same("accepted", &wanted, &Some(accepted))?;
    if let Some(wanted) = expect.get("reason").and_then(Value::as_str) {
        same("reason", &wanted, &reason)?;
    }
    let wanted = match expect.get("rejection").and_then(Value::as_str) {
        None => return Ok(()),
        Some("permanent") => Permanence::Permanent,
        Some("temporary") => Permanence::Temporary,
        Some(other) => return Err(unknown("rejection", other)),
    };
    same("rejection", &Some(wanted), &permanence)
}

fn upgradable(line: &Line) -> Outcome {
    let profile: ProfileLine = line.read_as("profile")?;
    let config = config(line)?;
    let current = line.read_as::<QualityKeys>("current")?.rated(&profile)?;
    let new = line.read_as::<QualityKeys>("new")?.rated(&profile)?;
    let propers = profiles::propers(config.propers_and_repacks.as_deref())?;
    match is_upgradable(&profile.read()?, propers, current, new) {
        Ok(()) => check(line, true, "None", None),
        Err(why) => check(line, false, why.name(), None),
    }
}

fn upgrade_allowed(line: &Line) -> Outcome {
    let profile: ProfileLine = line.read_as("profile")?;
    let current = line.read_as::<QualityKeys>("current")?.rated(&profile)?;
    let new = line.read_as::<QualityKeys>("new")?.rated(&profile)?;
    let allowed = is_upgrade_allowed(&profile.read()?, current, new);
    check(line, allowed, if allowed { "None" } else { "QualityUpgradesDisabled" }, None)
}

fn rule(line: &Line) -> Outcome {
    let name = line.text("rule")?;
    let judge = RULES.iter().find(|(rule, _)| *rule == name).ok_or_else(|| unknown("rule", name))?.1;
    let profile_line: ProfileLine = or_default(line, "profile")?;
    let profile = profile_line.read()?;
    let mut release: ReleaseLine = or_default(line, "release")?;
    // Torrent details make it a torrent, whatever the protocol says; without them it has no seeders.
    if name == "TorrentSeeding" {
        release.protocol = Some(if release.is_torrent_info { "torrent" } else { "usenet" }.to_owned());
    }
    let candidate = release.candidate(&profile_line)?;
    let movie_line: MovieLine = or_default(line, "movie")?;
    let movie = movie_line.read()?;
    let settings = settings(line)?;
    let file = file(line, &movie_line, &profile_line)?;
    let delay_profile = delay_profile(line)?;
    let queue = queue(line, &profile_line)?;
    let history = history(line, &profile_line)?;
    let situation = Situation {
        settings: &settings,
        movie: &movie,
        slot: Slot(0),
        profile: &profile,
        delay: &delay_profile,
        file: file.as_ref(),
        queue: &queue,
        history: &history,
        blocklist: &[],
        oldest_pending_age_minutes: None,
        free_space_bytes: line.get("free_space").and_then(Value::as_u64),
        search: match line.text_opt("search") {
            None => SearchKind::Recent,
            Some("automatic") => SearchKind::Automatic,
            Some("user") => SearchKind::User,
            Some(other) => return Err(unknown("search", other)),
        },
        searched_movie_id: line.get("searched_movie_id").and_then(Value::as_u64).map(MovieId),
        now: profiles::now(),
    };
    match judge(&candidate, &situation).outcome {
        RuleOutcome::Pass | RuleOutcome::NotApplicable { .. } => check(line, true, "None", None),
        // The corpus does not say it, but we do: whoever is refused hears what would change that.
        RuleOutcome::Reject { reason, remedy: None, .. } => {
            Err(Failure::Different(format!("{reason} says nothing of what would change it")))
        }
        RuleOutcome::Reject { reason, permanence, .. } => check(line, false, &reason, Some(permanence)),
        RuleOutcome::Unknown => Err(Failure::Different("the rule gave no verdict".to_owned())),
    }
}

fn config(line: &Line) -> Result<ConfigLine, Failure> {
    or_default(line, "config")
}

/// A text as an info hash: the corpus uses any text where the domain has 20 bytes.
fn hash(text: &str) -> InfoHash {
    InfoHash(Sha1::digest(text.as_bytes()).into())
}

impl ReleaseLine {
    fn candidate(&self, profile: &ProfileLine) -> Result<Candidate, Failure> {
        let keys = QualityKeys {
            quality: self.quality.clone(),
            version: self.version,
            real: self.real,
            repack: self.repack,
            custom_formats: self.custom_formats.clone(),
        };
        #[expect(clippy::cast_possible_truncation, reason = "ages are small")]
        let age = |minutes: f64| SignedDuration::from_secs((minutes * 60.0) as i64);
        let title = self.title.clone().unwrap_or_else(|| "Movie.2001.720p".to_owned());
        let languages = profiles::languages(&self.languages)?;
        Ok(Candidate {
            release: Release {
                guid: "guid".to_owned(),
                indexer_id: IndexerId(self.indexer_id),
                indexer: "Indexer".to_owned(),
                title: title.clone(),
                other_title: None,
                protocol: profiles::protocol(self.protocol.as_deref())?,
                size_bytes: self.size,
                published_at: self
                    .age_minutes
                    .and_then(|minutes| profiles::now().checked_sub(age(minutes)).ok()),
                info_hash: self.info_hash.as_deref().map(|text| hash(&text.to_uppercase())),
                seeders: self.seeders.filter(|_| self.is_torrent_info),
                peers: self.peers.filter(|_| self.is_torrent_info),
                flags: Vec::new(),
                imdb_id: None,
                tmdb_id: None,
                languages: Vec::new(),
                container: self.container.clone(),
                info_url: None,
                sealed_link: None,
                minimum_ratio_hundredths: None,
                minimum_seed_minutes: None,
                indexer_priority: self.indexer_priority.unwrap_or(25),
            },
            parsed: ParsedRelease {
                name: title,
                quality: keys.model()?,
                release_group: self.release_group.clone(),
                languages: languages.clone(),
                ..ParsedRelease::default()
            },
            movie_id: Some(MovieId(1)),
            matched_by: None,
            languages,
            formats: self.custom_formats.clone(),
            score: self.custom_format_score.unwrap_or_else(|| profile.score(&self.custom_formats)),
            first_seen_at: None,
            group_reputation: None,
        })
    }
}

impl MovieLine {
    fn read(&self) -> Result<Movie, Failure> {
        let original_language = self.original_language.as_deref().map(profiles::language).transpose()?;
        Ok(Movie {
            id: MovieId(self.id.unwrap_or(1)),
            doc_version: radarr_proto::model::DocVersion(0),
            facts: MovieFacts {
                title: "Movie".to_owned(),
                runtime_minutes: self.runtime,
                original_language: original_language.unwrap_or(Language::English),
                ..MovieFacts::default()
            },
            sort_title: "movie".to_owned(),
            monitored: self.monitored.unwrap_or(true),
            minimum_availability: MinimumAvailability::Announced,
            tags: self.tags.iter().copied().map(TagId).collect(),
            added_at: profiles::now(),
            added_by: String::new(),
            refreshed_at: profiles::now(),
            versions: Vec::new(),
        })
    }
}

fn settings(line: &Line) -> Result<Settings, Failure> {
    let config = config(line)?;
    let terms = |value: &Value, key: &str| -> Vec<String> {
        let list = value.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
        list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let profiles_given: Vec<Value> = or_default(line, "release_profiles")?;
    let release_profiles: Vec<ReleaseProfile> = profiles_given
        .iter()
        .map(|value| ReleaseProfile {
            doc_version: DocVersion(0),
            id: ReleaseProfileId(1),
            name: "Words".to_owned(),
            enabled: true,
            required: terms(value, "required"),
            ignored: terms(value, "ignored"),
            indexer_id: None,
            tags: Vec::new(),
        })
        .collect();
    let (release_profiles, errors) = CompiledReleaseProfile::compile_all(&release_profiles);
    if let Some(error) = errors.first() {
        return Err(Failure::Different(error.to_string()));
    }
    Ok(Settings {
        propers_and_repacks: profiles::propers(config.propers_and_repacks.as_deref())?,
        completed_download_handling: config.completed_download_handling.unwrap_or(true),
        minimum_free_bytes: config.minimum_free_space_mb * MEGABYTE,
        skip_free_space_check: config.skip_free_space_check,
        maximum_size_bytes: config.maximum_size_mb * MEGABYTE,
        minimum_age_minutes: config.minimum_age_minutes,
        retention_days: config.retention_days,
        definitions: definition(line)?.into_iter().collect(),
        indexers: indexers(line)?,
        release_profiles,
        ..Settings::default()
    })
}

/// MB in tenths.
fn tenths(value: Option<&Value>) -> Option<u32> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sizes per minute are small")]
    value.and_then(Value::as_f64).map(|mb| (mb * 10.0).round() as u32)
}

fn definition(line: &Line) -> Result<Option<QualityDefinition>, Failure> {
    let Some(value) = line.get("quality_definition") else { return Ok(None) };
    let name = value.get("quality").and_then(Value::as_str).unwrap_or_default();
    Ok(Some(QualityDefinition {
        doc_version: DocVersion(0),
        quality: profiles::quality(name)?,
        min_tenths_mb_per_minute: tenths(value.get("min_size_mb_per_minute")).unwrap_or(0),
        preferred_tenths_mb_per_minute: None,
        max_tenths_mb_per_minute: tenths(value.get("max_size_mb_per_minute")),
    }))
}

fn indexers(line: &Line) -> Result<BTreeMap<IndexerId, IndexerRules>, Failure> {
    let mut indexers = BTreeMap::new();
    let given: BTreeMap<String, Value> = or_default(line, "indexers")?;
    for (id, value) in given {
        let id: u64 = id.parse().map_err(|_| unknown("indexer", &id))?;
        let tags = value.get("tags").and_then(Value::as_array).cloned().unwrap_or_default();
        let seeders = value.get("minimum_seeders").and_then(Value::as_u64).unwrap_or(0);
        let indexer = IndexerRules {
            tags: tags.iter().filter_map(Value::as_u64).map(TagId).collect(),
            minimum_seeders: u32::try_from(seeders).unwrap_or(u32::MAX),
            ..IndexerRules::default()
        };
        indexers.insert(IndexerId(id), indexer);
    }
    for id in or_default::<Vec<u64>>(line, "blocked_indexer_ids")? {
        let until = profiles::now().checked_add(SignedDuration::from_hours(1)).ok();
        indexers.entry(IndexerId(id)).or_default().blocked_until = until;
    }
    Ok(indexers)
}

fn file(line: &Line, movie: &MovieLine, profile: &ProfileLine) -> Result<Option<HeldFile>, Failure> {
    let given = line.get("existing_file");
    if !movie.has_file.unwrap_or(given.is_some()) {
        return Ok(None);
    }
    let keys: QualityKeys = or_default(line, "existing_file")?;
    let added = given.and_then(|file| file.get("added")).filter(|added| !added.is_null());
    Ok(Some(HeldFile {
        rated: keys.rated(profile)?,
        group: given.and_then(|file| file.get("release_group")).and_then(Value::as_str).map(str::to_owned),
        added_at: added.map_or_else(|| Ok(profiles::now()), profiles::relative)?,
    }))
}

fn delay_profile(line: &Line) -> Result<DelayProfile, Failure> {
    let given: DelayLine = or_default(line, "delay_profile")?;
    Ok(DelayProfile {
        enable_usenet: given.enable_usenet.unwrap_or(true),
        enable_torrent: given.enable_torrent.unwrap_or(true),
        preferred_protocol: profiles::protocol(given.preferred_protocol.as_deref())?,
        usenet_delay_minutes: given.usenet_delay,
        torrent_delay_minutes: given.torrent_delay,
        bypass_if_highest_quality: given.bypass_if_highest_quality,
        bypass_if_above_custom_format_score: given.bypass_if_above_custom_format_score,
        minimum_custom_format_score: given.minimum_custom_format_score,
        ..delay::standard()
    })
}

fn queue(line: &Line, profile: &ProfileLine) -> Result<Vec<Queued>, Failure> {
    let items: Vec<Value> = or_default(line, "queue")?;
    let read = |item: &Value| {
        let keys: QualityKeys = serde_json::from_value(item.clone())
            .map_err(|error| Failure::NotUnderstood(format!("queue item: {error}")))?;
        let failed = match item.get("state").and_then(Value::as_str) {
            Some("FailedPending") => true,
            None | Some("Downloading") => false,
            Some(other) => return Err(unknown("state", other)),
        };
        Ok(Queued {
            movie_id: MovieId(item.get("movie_id").and_then(Value::as_u64).unwrap_or(1)),
            slot: Slot(0),
            title: "queued".to_owned(),
            rated: keys.rated(profile)?,
            failed,
        })
    };
    items.iter().map(read).collect()
}

fn history(line: &Line, profile: &ProfileLine) -> Result<Vec<Past>, Failure> {
    let mut events: Vec<HistoryLine> = or_default(line, "history")?;
    if line.get("most_recent_history").is_some() {
        events.push(line.read_as("most_recent_history")?);
    }
    let read = |event: &HistoryLine| {
        Ok(Past {
            kind: match event.event.as_str() {
                "Grabbed" => PastKind::Grabbed,
                "DownloadFolderImported" => PastKind::Imported,
                _ => PastKind::Other,
            },
            download_id: event.download_id.as_deref().map(|id| hash(id).to_string()),
            title: event.source_title.clone(),
            rated: event.quality.rated(profile)?,
            at: event.date.as_ref().map_or_else(|| Ok(profiles::now()), profiles::relative)?,
        })
    };
    events.iter().map(read).collect()
}

pub(super) fn ranking(line: &Line) -> Outcome {
    let profile_line: ProfileLine = line.read_as("profile")?;
    let profile = profile_line.read()?;
    let runtime = u16::try_from(line.number_opt("runtime").unwrap_or(0)).unwrap_or(0);
    let preferred = tenths(line.get("preferred_size_mb_per_minute"));
    let definition = |quality: &radarr_proto::model::Quality| QualityDefinition {
        doc_version: DocVersion(0),
        quality: *quality,
        min_tenths_mb_per_minute: 0,
        preferred_tenths_mb_per_minute: preferred,
        max_tenths_mb_per_minute: None,
    };
    let settings = Settings {
        propers_and_repacks: profiles::propers(config(line)?.propers_and_repacks.as_deref())?,
        definitions: radarr_proto::model::Quality::ALL.iter().map(definition).collect(),
        ..Settings::default()
    };
    let context = RankContext {
        profile: &profile,
        settings: &settings,
        preferred_protocol: profiles::protocol(line.text_opt("preferred_protocol"))?,
        runtime_minutes: runtime,
        now: profiles::now(),
    };
    let releases: Vec<ReleaseLine> = line.read_as("releases")?;
    let contender = |release: &ReleaseLine| Ok(Contender::of(&release.candidate(&profile_line)?, &context));
    let contenders = releases.iter().map(contender).collect::<Result<Vec<_>, Failure>>()?;
    let got: Vec<usize> = rank(&contenders).into_iter().map(|ranked| ranked.index).collect();
    let expect = expect(line)?;
    if let Some(first) = expect.get("first").and_then(Value::as_u64) {
        same("first", &Some(first), &got.first().map(|index| *index as u64))?;
    }
    match expect.get("order").and_then(Value::as_array) {
        None => Ok(()),
        Some(order) => {
            let wanted: Vec<u64> = order.iter().filter_map(Value::as_u64).collect();
            same("order", &wanted, &got.iter().map(|index| *index as u64).collect())
        }
    }
}
