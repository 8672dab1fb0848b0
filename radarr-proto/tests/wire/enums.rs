//! Every enum of the wire: its names are held still, and a value that is not known is read as `Unknown`.

use std::collections::BTreeSet;
use std::fmt::Debug;

use radarr_proto::error::ErrorCode;
use radarr_proto::hello::{RefusalCode, ServerHello};
use radarr_proto::model::{
    ClientKind, ColonMode, Comparison, ConditionTest, DetectedFrom, Event, EventKind, FactKind, Grab, GrabId,
    GrabState, HdrFormat, Indexer, IndexerFlag, IndexerKind, Job, JobId, JobKind, JobRhythm, JobStatus,
    Judgement, Language, LinkMode, MatchedBy, MinimumAvailability, Modifier, MovieId, MovieStatus,
    PendingReason, Permanence, PlacedBy, PropersAndRepacks, Protocol, Quality, QualityModel, QualitySource,
    Role, RuleOutcome, RuleVerdict, SearchKind, SecretInput, SecretSource, SecretText, Severity, Slot,
};
use radarr_proto::request::{BackupSecrets, FindingKind, MovieFilter, Repair, SettingAction, SortKey};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::frames::time;

/// Enums without fields: all their variants. The `match` makes the compiler ask for one that is not listed.
macro_rules! plain {
    ($($name:ident { $($variant:ident)* })*) => {
        fn plain_enums() -> Vec<(&'static str, Vec<Value>)> {
            $(fn $name(value: $name) { match value { $($name::$variant)|* => () } })*
            let mut all = Vec::new();
            $(
                let _: fn($name) = $name;
                read_back(&[$($name::$variant),*]);
                reads_as_unknown(&$name::Unknown, &json!("of_tomorrow"));
                all.push((stringify!($name), vec![$(serde_json::to_value($name::$variant).unwrap()),*]));
            )*
            all
        }
    };
}

#[expect(non_snake_case, reason = "one function for each enum, under its name")]
mod plain_list {
    use super::*;

    plain! {
        Severity { Notice Warning Error Unknown }
        PropersAndRepacks { PreferAndUpgrade DoNotUpgrade DoNotPrefer Unknown }
        DetectedFrom { Name Extension MediaInfo Unknown }
        FactKind {
            Title Year Edition Source Resolution Modifier Revision Language ReleaseGroup HardcodedSubs TmdbId ImdbId
            Unknown
        }
        ColonMode { Delete Dash SpaceDash SpaceDashSpace Smart Unknown }
        PendingReason { Delay ClientUnavailable Fallback Unknown }
        Permanence { Permanent Temporary Unknown }
        PlacedBy { Hardlink Copy Found Unknown }
        JobStatus { Queued Running Done Failed Cancelled Unknown }
        Protocol { Torrent Usenet Unknown }
        IndexerFlag {
            Freeleech Halfleech DoubleUpload Internal Exclusive Scene Nuked PtpGolden PtpApproved Freeleech75 Freeleech25
            Unknown
        }
        SearchKind { Recent Automatic User Push Unknown }
        Judgement { Accepted Delayed Rejected Unknown }
        MatchedBy { ImdbId TmdbId Title AlternativeTitle IdOnly Unknown }
        Comparison {
            Quality Revision CustomFormatScore Protocol IndexerPriority IndexerFlags GroupReputation Seeders Peers Age
            Size Order Unknown
        }
        QualitySource { Cam Telesync Telecine Workprint Dvd Tv Webdl Webrip Bluray Unknown }
        Modifier { None Regional Screener RawHd BrDisk Remux Unknown }
        Role { Viewer Operator Admin Unknown }
        MinimumAvailability { Tba Announced InCinemas Released Unknown }
        MovieStatus { Tba Announced InCinemas Released Deleted Unknown }
        HdrFormat {
            None Pq10 Hdr10 Hdr10Plus Hlg10 DolbyVision DolbyVisionHdr10 DolbyVisionHdr10Plus DolbyVisionHlg
            DolbyVisionSdr Unknown
        }
        LinkMode { HardlinkRequired HardlinkPreferred Copy Unknown }
        ErrorCode {
            Invalid NotFound Conflict Forbidden NeedsConfirmation Upstream RateLimited Disk Unavailable Timeout Busy
            Internal Unknown
        }
        RefusalCode { NotRadarr Protocol NotAllowed Busy ShuttingDown Slowed Unknown }
        SortKey { Title Year Added Size Quality Rating Runtime Unknown }
        BackupSecrets { LeftOut Passphrase OwnKey Unknown }
        FindingKind { Unreadable Reference Index Secret File Unknown }
        Repair { Done Possible ByHand Unknown }
        SettingAction { Add Change Delete Manage Release Unknown }
        MovieFilter { All Monitored Unmonitored Missing Wanted CutoffUnmet Present Unknown }
    }

    pub(super) fn all() -> Vec<(&'static str, Vec<Value>)> {
        let mut all = plain_enums();
        read_back(Language::ALL);
        reads_as_unknown(&Language::Unknown, &json!("Klingon"));
        all.push(("Language", Language::ALL.iter().map(|one| json!(one)).collect()));
        read_back(Quality::ALL);
        reads_as_unknown(&Quality::Unknown, &json!("Bluray-8640p"));
        all.push(("Quality", Quality::ALL.iter().map(|one| json!(one)).collect()));
        all
    }
}

/// One value of each variant. The `match` makes the compiler ask for a variant that is not listed.
macro_rules! listed {
    ($values:expr, $name:ident { $($variant:ident)* }) => {{
        let values: Vec<$name> = $values;
        for wanted in [$(stringify!($variant)),*] {
            let there = values.iter().any(|value| match value { $($name::$variant { .. } => wanted == stringify!($variant)),* });
            assert!(there, "no value of {}::{wanted}", stringify!($name));
        }
        values
    }};
}

/// Enums whose variants have fields: where the tag is, and one value of each.
fn tagged_enums() -> Vec<(&'static str, &'static str, Vec<Value>)> {
    let mut all = Vec::new();
    let mut add = |name, tag, values: Vec<Value>| all.push((name, tag, values));
    add("EventKind", "kind", checked(&event_kinds(), &EventKind::Unknown, "kind"));
    add("JobKind", "kind", checked(&job_kinds(), &JobKind::Unknown, "kind"));
    let rhythms =
        [JobRhythm::Every { seconds: 900 }, JobRhythm::Daily { at: text("02:00") }, JobRhythm::Unknown];
    add("JobRhythm", "rhythm", checked(&rhythms, &JobRhythm::Unknown, "rhythm"));
    add("GrabState", "state", checked(&grab_states(), &GrabState::Unknown, "state"));
    add("RuleOutcome", "outcome", checked(&rule_outcomes(), &RuleOutcome::Unknown, "outcome"));
    add("IndexerKind", "kind", checked(&indexer_kinds(), &IndexerKind::Unknown, "kind"));
    add("ClientKind", "kind", checked(&client_kinds(), &ClientKind::Unknown, "kind"));
    add("ConditionTest", "kind", checked(&condition_tests(), &ConditionTest::Unknown, "kind"));
    add("SecretSource", "from", checked(&secret_sources(), &SecretSource::Unknown, "from"));
    add("SecretInput", "set", checked(&secret_inputs(), &SecretInput::Unknown, "set"));
    add("ServerHello", "status", checked(&server_hellos(), &ServerHello::Unknown, "status"));
    all
}

fn read_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(values: &[T]) {
    for value in values {
        let text = serde_json::to_string(value).unwrap();
        assert_eq!(&serde_json::from_str::<T>(&text).unwrap(), value, "{text}");
    }
}

#[track_caller]
fn reads_as_unknown<T: DeserializeOwned + PartialEq + Debug>(unknown: &T, wire: &Value) {
    let read = serde_json::from_str::<T>(&wire.to_string());
    assert_eq!(&read.unwrap_or_else(|error| panic!("{wire}: {error}")), unknown);
    let read = serde_json::from_value::<T>(wire.clone());
    assert_eq!(&read.unwrap_or_else(|error| panic!("{wire}: {error}")), unknown);
}

/// A value of tomorrow: its tag, and fields of every shape.
fn of_tomorrow(tag: &str) -> Value {
    json!({
        tag: "of_tomorrow", "title": "Nosferatu", "number": -7, "big": u64::MAX, "list": [1, {"a": null}],
        "nested": {"kind": "deeper", "state": {}}, "nothing": null, "yes": true,
    })
}

fn checked<T>(values: &[T], unknown: &T, tag: &str) -> Vec<Value>
where
    T: Serialize + DeserializeOwned + PartialEq + Debug,
{
    read_back(values);
    reads_as_unknown(unknown, &of_tomorrow(tag));
    reads_as_unknown(unknown, &json!({tag: "of_tomorrow"}));
    // What is known survives fields that are not.
    for value in values {
        let mut wire = serde_json::to_value(value).unwrap();
        wire["of_tomorrow"] = json!({"a": [1]});
        assert_eq!(&serde_json::from_value::<T>(wire.clone()).unwrap(), value, "{wire}");
    }
    values.iter().map(|value| serde_json::to_value(value).unwrap()).collect()
}

fn text(of: &str) -> String {
    of.to_owned()
}

fn event_kinds() -> Vec<EventKind> {
    let title = || text("Nosferatu");
    let release = || text("Nosferatu.1922.1080p.BluRay-GRP");
    let quality = QualityModel::default();
    let grab_id = GrabId(3);
    let kinds = vec![
        EventKind::MovieAdded { title: title(), year: 1922 },
        EventKind::MovieEdited { title: title(), changes: vec![text("monitored: no")] },
        EventKind::MovieDeleted { title: title(), year: 1922, files_deleted: true },
        EventKind::MovieRefreshed { title: title(), changes: Vec::new() },
        EventKind::Searched { title: title(), found: 5, accepted: 1, note: None },
        EventKind::Grabbed {
            grab_id,
            title: title(),
            release: release(),
            indexer: text("HDBits"),
            quality,
            score: -5,
        },
        EventKind::GrabDelayed { title: title(), release: release(), until: time(), because: text("delay") },
        EventKind::DownloadProgressed { grab_id, percent: 50, speed_bytes: 1000 },
        EventKind::DownloadChanged { grab_id, state: text("stalled"), note: None },
        EventKind::DownloadCompleted { grab_id, release: release() },
        EventKind::DownloadFailed { grab_id, release: release(), reason: text("gone") },
        EventKind::Imported {
            grab_id: Some(grab_id),
            title: title(),
            path: text("/movies/n.mkv"),
            quality,
            placed_by: PlacedBy::Hardlink,
            link_mode: LinkMode::HardlinkPreferred,
            replaced: None,
            size_bytes: 1,
        },
        EventKind::ImportBlocked { grab_id, release: release(), reasons: vec![text("sample")] },
        EventKind::FileRenamed { title: title(), from: text("a"), to: text("b") },
        EventKind::FileDeleted { title: title(), path: text("a"), recycled_to: None },
        EventKind::FileVanished { title: title(), path: text("a") },
        EventKind::FileFound { title: title(), path: text("a"), quality },
        EventKind::Blocklisted { title: title(), release: release(), reason: text("failed") },
        EventKind::Unblocked { release: release() },
        EventKind::QueueRemoved { grab_id, release: release() },
        EventKind::JobChanged { job_id: JobId(1), job: text("backup"), status: JobStatus::Done, note: None },
        EventKind::SettingsChanged { what: text("tag"), name: text("kids"), changes: Vec::new() },
        EventKind::JobAsked { job_id: JobId(1), job: text("backup") },
        EventKind::JobCancelled { job_id: JobId(1), job: text("backup") },
        EventKind::HealthChanged { check: text("tmdb"), ok: true, message: text("TMDB answers") },
        EventKind::LoginRefused { why: text("the token is wrong or was revoked"), times: 3 },
        EventKind::CallsRefused {
            calls: vec![text("save_indexer")],
            why: text("token:tv is viewer, and this needs admin"),
            times: 3,
        },
        EventKind::Unknown,
    ];
    listed!(kinds, EventKind {
        MovieAdded MovieEdited MovieDeleted MovieRefreshed Searched Grabbed GrabDelayed DownloadProgressed
        DownloadChanged DownloadCompleted DownloadFailed Imported ImportBlocked FileRenamed FileDeleted FileVanished
        FileFound Blocklisted Unblocked QueueRemoved JobChanged SettingsChanged JobAsked JobCancelled
        HealthChanged LoginRefused CallsRefused Unknown
    })
}

fn job_kinds() -> Vec<JobKind> {
    let mut kinds = JobKind::BY_NAME.to_vec();
    let movie_id = MovieId(1);
    kinds.extend([
        JobKind::SearchMovie { movie_id, slot: Slot(0), by: SearchKind::User },
        JobKind::SendGrab { grab_id: GrabId(3) },
        JobKind::ImportGrab { grab_id: GrabId(3) },
        JobKind::HandleFailure { grab_id: GrabId(3), reason: text("gone") },
        JobKind::RefreshMovie { movie_id },
        JobKind::RescanMovie { movie_id },
        JobKind::Unknown,
    ]);
    for kind in &kinds {
        assert_eq!(kind_name(kind), kind.name());
    }
    listed!(kinds, JobKind {
        SearchMovie SearchWanted ReadRecent ReviewPending SendGrab CheckDownloads ImportGrab HandleFailure RefreshMovie
        RefreshLibrary RescanMovie RescanLibrary CleanRecycleBins CheckHealth Backup LearnGroups Unknown
    })
}

fn kind_name(kind: &JobKind) -> String {
    serde_json::to_value(kind).unwrap()["kind"].as_str().unwrap().to_owned()
}

fn grab_states() -> Vec<GrabState> {
    let values = vec![
        GrabState::Intended,
        GrabState::Downloading,
        GrabState::Stalled { since: time() },
        GrabState::Paused,
        GrabState::ImportPending,
        GrabState::Importing,
        GrabState::ImportBlocked { reasons: vec![text("sample")] },
        GrabState::Imported { at: time() },
        GrabState::Failed { reason: text("gone") },
        GrabState::Removed,
        GrabState::Gone,
        GrabState::Unknown,
    ];
    listed!(values, GrabState { Intended Downloading Stalled Paused ImportPending Importing ImportBlocked Imported Failed Removed Gone Unknown })
}

fn rule_outcomes() -> Vec<RuleOutcome> {
    let values = vec![
        RuleOutcome::Pass,
        RuleOutcome::NotApplicable { because: text("no file yet") },
        RuleOutcome::Reject {
            reason: text("BelowMinimumSize"),
            permanence: Permanence::Permanent,
            message: text("too small"),
            remedy: None,
        },
        RuleOutcome::Unknown,
    ];
    listed!(values, RuleOutcome { Pass NotApplicable Reject Unknown })
}

fn indexer_kinds() -> Vec<IndexerKind> {
    let values = vec![
        IndexerKind::Hdbits { username: text("me") },
        IndexerKind::Torznab { api_path: text("/api"), categories: vec![2000] },
        IndexerKind::Unknown,
    ];
    listed!(values, IndexerKind { Hdbits Torznab Unknown })
}

fn client_kinds() -> Vec<ClientKind> {
    let values = vec![
        ClientKind::Qbittorrent {
            username: text("admin"),
            category: text("radarr"),
            imported_category: None,
            save_path: None,
            add_stopped: false,
            sequential: false,
        },
        ClientKind::Unknown,
    ];
    listed!(values, ClientKind { Qbittorrent Unknown })
}

fn condition_tests() -> Vec<ConditionTest> {
    let values = vec![
        ConditionTest::ReleaseTitle { pattern: text("x265") },
        ConditionTest::Edition { pattern: text("IMAX") },
        ConditionTest::ReleaseGroup { pattern: text("GRP") },
        ConditionTest::Language { language: Language::Original, except_language: false },
        ConditionTest::IndexerFlag { flag: IndexerFlag::Freeleech },
        ConditionTest::Source { source: QualitySource::Bluray },
        ConditionTest::Resolution { resolution: 1080 },
        ConditionTest::QualityModifier { modifier: Modifier::Remux },
        ConditionTest::Size { min_bytes: 0, max_bytes: 1 },
        ConditionTest::Year { min: 1900, max: 1930 },
        ConditionTest::GroupReputation { min: 50, max: 100 },
        ConditionTest::Unknown,
    ];
    listed!(values, ConditionTest { ReleaseTitle Edition ReleaseGroup Language IndexerFlag Source Resolution QualityModifier Size Year GroupReputation Unknown })
}

fn secret_sources() -> Vec<SecretSource> {
    let values = vec![
        SecretSource::None,
        SecretSource::Stored,
        SecretSource::File { path: text("/run/secrets/key") },
        SecretSource::Deployment,
        SecretSource::Unknown,
    ];
    listed!(values, SecretSource { None Stored File Deployment Unknown })
}

fn secret_inputs() -> Vec<SecretInput> {
    let values = vec![
        SecretInput::Keep,
        SecretInput::Value { value: SecretText::new("secret") },
        SecretInput::File { path: text("/run/secrets/key") },
        SecretInput::Clear,
        SecretInput::Unknown,
    ];
    listed!(values, SecretInput { Keep Value File Clear Unknown })
}

fn server_hellos() -> Vec<ServerHello> {
    let values = vec![
        super::server::welcome(),
        ServerHello::Refused { code: RefusalCode::Busy, message: text("busy"), hint: None },
        ServerHello::Unknown,
    ];
    listed!(values, ServerHello { Ok Refused Unknown })
}

#[test]
fn the_names_of_every_enum_are_held_still() {
    let mut lines = Vec::new();
    for (name, values) in plain_list::all() {
        let names: Vec<&str> = values.iter().map(|value| value.as_str().unwrap()).collect();
        lines.push(format!("{name}: {}", names.join(", ")));
    }
    for (name, tag, values) in tagged_enums() {
        lines.push(format!("{name} (by {tag}):"));
        lines.extend(values.iter().map(|value| format!("  {value}")));
    }
    insta::assert_snapshot!("enums", lines.join("\n"));
}

/// The enums that never cross the wire.
const NOT_ON_THE_WIRE: [&str; 5] = ["Endpoint", "ConnectError", "CallError", "Tree", "SecretRef"];

#[test]
fn no_enum_of_the_wire_is_left_out_here() {
    let mut sources = Vec::new();
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                sources.push(std::fs::read_to_string(path).unwrap());
            }
        }
    }
    let there: BTreeSet<&str> = sources
        .iter()
        .flat_map(|source| source.lines())
        .filter_map(|line| line.trim().strip_prefix("pub enum "))
        .filter_map(|line| line.split([' ', '{']).next())
        .filter(|name| !NOT_ON_THE_WIRE.contains(name))
        .collect();
    let plain = plain_list::all();
    let tagged = tagged_enums();
    let tested: BTreeSet<&str> =
        plain.iter().map(|(name, _)| *name).chain(tagged.iter().map(|(name, ..)| *name)).collect();
    assert_eq!(there, tested);
}

/// An event of tomorrow as it comes: the tag of its kind lies among the fields that all events share.
#[test]
fn an_unknown_kind_is_read_beside_the_fields_that_are_shared() {
    let event = json!({
        "cursor": 42, "at": "2026-01-02T03:04:05Z", "actor": "system", "kind": "eclipsed", "moon": {"phase": 3},
        "movie_id": 1, "title": ["not", "a", "text"], "at_night": true,
    });
    let event: Event = serde_json::from_value(event).unwrap();
    assert_eq!(event.kind, EventKind::Unknown);
    assert_eq!((event.cursor.0, event.movie_id), (42, Some(MovieId(1))));

    let job = json!({
        "id": 1, "kind": "polish_the_moon", "with": {"cloth": 1}, "status": "melting", "priority": 0,
        "due_at": "2026-01-02T03:04:05Z", "queued_at": "2026-01-02T03:04:05Z", "asked_by": "user:1000",
    });
    let job: Job = serde_json::from_value(job).unwrap();
    assert_eq!((job.kind, job.status), (JobKind::Unknown, JobStatus::Unknown));

    let verdict = json!({"rule": "FullMoon", "outcome": "howl", "volume": 11, "looked": [{"at": "moon", "value": "full"}]});
    let verdict: RuleVerdict = serde_json::from_value(verdict).unwrap();
    assert_eq!(verdict.outcome, RuleOutcome::Unknown);
    assert_eq!((verdict.rule.as_str(), verdict.looked.len()), ("FullMoon", 1));
    assert!(!verdict.is_reject());
}

/// One unknown value inside a larger thing costs that value and nothing else.
#[test]
fn an_unknown_value_inside_a_document_leaves_the_rest_readable() {
    let indexer = json!({
        "id": 1, "name": "Moon", "kind": {"kind": "moonznab", "craters": [1]}, "base_url": "http://moon",
        "secret": {"from": "vault", "path": {"a": 1}}, "enabled": true, "use_recent": true,
        "use_automatic_search": true, "use_interactive_search": true, "priority": 25, "minimum_seeders": 1,
        "required_flags": ["freeleech", "moonlit"], "multi_languages": ["Klingon"], "requests_per_hour": 60,
    });
    let indexer: Indexer = serde_json::from_value(indexer).unwrap();
    assert_eq!((indexer.kind, indexer.secret), (IndexerKind::Unknown, SecretSource::Unknown));
    assert_eq!(indexer.required_flags, [IndexerFlag::Freeleech, IndexerFlag::Unknown]);
    assert_eq!(indexer.multi_languages, [Language::Unknown]);

    let grab = json!({
        "id": 3, "movie_id": 1, "movie_title": "Nosferatu", "languages": [], "score": {"score": 0},
        "release": {
            "guid": "HDBits-1", "indexer_id": 1, "indexer": "HDBits", "title": "N", "protocol": "pigeon",
            "size_bytes": 1, "published_at": null, "info_hash": null, "seeders": null, "peers": null,
            "imdb_id": null, "tmdb_id": null, "info_url": null, "indexer_priority": 25,
        },
        "parsed": {
            "name": "N", "year": null, "edition": null, "quality": {"quality": "Bluray-8640p"},
            "release_group": null, "hardcoded_subs": null, "tmdb_id": null, "imdb_id": null,
        },
        "matched_by": "telepathy", "found_by": "accident", "asked_by": "system", "client_id": 1, "client": "qb",
        "protocol": "pigeon", "info_hash": null, "grabbed_at": "2026-01-02T03:04:05Z",
        "state": {"state": "orbiting", "since": 7},
    });
    let grab: Grab = serde_json::from_value(grab).unwrap();
    assert_eq!((grab.state.clone(), grab.protocol), (GrabState::Unknown, Protocol::Unknown));
    assert!(!grab.state.is_open());
    assert_eq!(grab.parsed.quality.quality, Quality::Unknown);
}
