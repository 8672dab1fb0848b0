//! Invented movies, grabs and releases for tests.

#![expect(clippy::missing_panics_doc, reason = "the values are right, and it is for tests only")]

use jiff::Timestamp;
use radarr_proto::model::{
    AudioTrack, BlockId, Blocked, ClientId, Comparison, Credit, Cursor, Decision, DocVersion, DownloadClient,
    Event, EventKind, Grab, GrabId, GrabState, HdrFormat, HealthItem, IndexerBudget, IndexerFlag, IndexerId,
    IndexerState, Job, JobId, JobKind, JobRhythm, JobStatus, Judgement, Language, LibrarySettings, LinkMode,
    Looked, MatchedBy, MediaInfo, MinimumAvailability, Movie, MovieFacts, MovieFile, MovieId, MovieRow,
    MovieStatus, MovieVersion, NamingSettings, ParsedRelease, Permanence, PlacedBy, ProfileId, ProfileItem,
    Progress, Protocol, Quality, QualityModel, QualityProfile, RankedBy, Release, ReleaseDates, RootFolder,
    RootFolderId, RootFolderState, RuleOutcome, RuleVerdict, ScheduledJob, SearchKind, SecretSource,
    Severity, Slot, SourcedDate, StoredScore, TmdbId, TmdbSettings,
};
use radarr_proto::request::{LookupHit, ManagedSetting, MovieDetails, Status};

mod scored;

pub use scored::{custom_formats, groups};

/// The time in tests.
pub fn now() -> Timestamp {
    at("2026-11-26T10:00:30Z")
}

/// A time.
pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A movie that is missing.
pub fn row(id: u64, title: &str, year: u16) -> MovieRow {
    MovieRow {
        id: MovieId(id),
        tmdb_id: TmdbId(u32::try_from(id).unwrap() + 600),
        title: title.to_owned(),
        sort_title: title.to_lowercase(),
        year,
        status: MovieStatus::Released,
        monitored: true,
        available: true,
        profile_id: ProfileId(1),
        root_folder_id: RootFolderId(1),
        quality: None,
        size_bytes: 0,
        cutoff_met: false,
        score: 0,
        runtime_minutes: 96,
        rating_tenths: 74,
        added_at: at("2026-11-20T08:00:00Z"),
        versions: 1,
        tags: Vec::new(),
    }
}

/// The same with a file.
pub fn with_file(mut row: MovieRow, quality: Quality, size_bytes: u64, cutoff_met: bool) -> MovieRow {
    (row.quality, row.size_bytes, row.cutoff_met) = (Some(quality), size_bytes, cutoff_met);
    row
}

/// A small library with one movie of each state.
pub fn rows() -> Vec<MovieRow> {
    let gib = 1 << 30;
    let mut later = row(4, "Next Year's Picture Show", 2027);
    later.available = false;
    let mut unwanted = row(5, "The Cabinet of Dr. Caligari", 1920);
    unwanted.monitored = false;
    vec![
        with_file(row(1, "Night of the Living Dead", 1968), Quality::Bluray1080p, 9 * gib, true),
        with_file(row(2, "Nosferatu", 1922), Quality::WebDl720p, 3 * gib, false),
        row(3, "東京の夜", 1987),
        later,
        unwanted,
        row(6, "His Girl Friday\u{1b}[2J with a title that is far too long for any column of a list", 1940),
        row(7, "Charade", 1963),
    ]
}

/// What a release name says.
pub fn parsed(name: &str, quality: Quality) -> ParsedRelease {
    ParsedRelease {
        name: name.to_owned(),
        titles: vec!["Charade".to_owned()],
        year: Some(1963),
        quality: QualityModel { quality, ..QualityModel::default() },
        languages: vec![Language::English],
        release_group: Some("GRP".to_owned()),
        ..ParsedRelease::default()
    }
}

/// A release.
pub fn release(guid: &str, title: &str, size_bytes: u64) -> Release {
    Release {
        guid: guid.to_owned(),
        indexer_id: IndexerId(1),
        indexer: "HDBits".to_owned(),
        title: title.to_owned(),
        other_title: None,
        protocol: Protocol::Torrent,
        size_bytes,
        published_at: Some(at("2026-11-23T10:00:00Z")),
        info_hash: None,
        seeders: Some(42),
        peers: Some(50),
        flags: vec![IndexerFlag::Freeleech, IndexerFlag::Internal],
        imdb_id: None,
        tmdb_id: None,
        languages: Vec::new(),
        container: None,
        info_url: None,
        sealed_link: None,
        minimum_ratio_hundredths: None,
        minimum_seed_minutes: None,
        indexer_priority: 25,
    }
}

fn rule(rule: &str, outcome: RuleOutcome, looked: &[(&str, &str)]) -> RuleVerdict {
    let looked = looked.iter().map(|(at, value)| Looked { at: (*at).to_owned(), value: (*value).to_owned() });
    RuleVerdict { rule: rule.to_owned(), outcome, looked: looked.collect() }
}

/// One release that may be taken, one that must wait, one that is refused.
pub fn decisions() -> Vec<Decision> {
    let gib: u64 = 1 << 30;
    let decision = |guid: &str, title: &str, quality, size, judgement, verdicts, ranked_by| Decision {
        release: release(guid, title, size),
        parsed: parsed(title, quality),
        movie_id: Some(MovieId(7)),
        slot: Slot(0),
        matched_by: Some(MatchedBy::ImdbId),
        languages: vec![Language::English],
        custom_formats: vec!["x264".to_owned()],
        custom_format_score: 120,
        judgement,
        verdicts,
        ranked_by,
        group_reputation: Some(64),
    };
    let pass =
        rule("AcceptableSize", RuleOutcome::Pass, &[("size", "12.9 GiB"), ("limit", "2.0 to 40.0 GiB")]);
    let other = rule("Repack", RuleOutcome::NotApplicable { because: "it is no repack".to_owned() }, &[]);
    let reject = rule(
        "AcceptableSize",
        RuleOutcome::Reject {
            reason: "BelowMinimumSize".to_owned(),
            permanence: Permanence::Permanent,
            message: "0.4 GiB is less than the least size for Bluray-1080p at 113 minutes, 1.9 GiB"
                .to_owned(),
            remedy: Some("lower the least size of Bluray-1080p".to_owned()),
        },
        &[("size", "0.4 GiB")],
    );
    let delay = rule(
        "Delay",
        RuleOutcome::Reject {
            reason: "MinimumAgeDelay".to_owned(),
            permanence: Permanence::Temporary,
            message: "waits for something better until 18:20".to_owned(),
            remedy: None,
        },
        &[],
    );
    let ranked = RankedBy { comparison: Comparison::Seeders, ours: "42".to_owned(), theirs: "7".to_owned() };
    vec![
        decision(
            "HDBits-1",
            "Charade.1963.1080p.BluRay.x264-GRP",
            Quality::Bluray1080p,
            12 * gib,
            Judgement::Accepted,
            vec![pass.clone(), other.clone()],
            Some(ranked),
        ),
        decision(
            "HDBits-2",
            "Charade.1963.1080p.WEB-DL.x264-OTHER",
            Quality::WebDl1080p,
            6 * gib,
            Judgement::Delayed,
            vec![pass, delay],
            None,
        ),
        decision(
            "HDBits-3",
            "Charade.1963.1080p.BluRay.x264-tiny",
            Quality::Bluray1080p,
            gib / 2,
            Judgement::Rejected,
            vec![reject, other],
            None,
        ),
    ]
}

/// A grab in that state.
pub fn grab(id: u64, state: GrabState, left_bytes: u64) -> Grab {
    let title = "Charade.1963.1080p.BluRay.x264-GRP";
    Grab {
        id: GrabId(id),
        doc_version: DocVersion(1),
        movie_id: MovieId(7),
        slot: Slot(0),
        movie_title: "Charade".to_owned(),
        release: release(&format!("HDBits-{id}"), title, 12 << 30),
        parsed: parsed(title, Quality::Bluray1080p),
        languages: vec![Language::English],
        score: StoredScore { score: 120, formats: vec!["x264".to_owned()] },
        matched_by: MatchedBy::ImdbId,
        found_by: SearchKind::User,
        asked_by: "user:me".to_owned(),
        client_id: ClientId(1),
        client: "qBittorrent".to_owned(),
        protocol: Protocol::Torrent,
        info_hash: None,
        grabbed_at: at("2026-11-26T09:50:00Z"),
        state,
        progress: Progress {
            size_bytes: 12 << 30,
            left_bytes,
            speed_bytes: 18 << 20,
            eta_seconds: Some(left_bytes / (18 << 20)),
            ratio_thousandths: 120,
        },
        output_path: Some("/downloads/Charade.1963".to_owned()),
        warning: None,
        seen_at: None,
    }
}

/// One that moves and one that a person must look at.
pub fn queue() -> Vec<Grab> {
    let reasons =
        vec!["sample.mkv is a sample".to_owned(), "the year 1998 is not that of the movie".to_owned()];
    let mut blocked = grab(12, GrabState::ImportBlocked { reasons }, 0);
    blocked.movie_title = "Nosferatu".to_owned();
    blocked.movie_id = MovieId(2);
    vec![grab(11, GrabState::Downloading, 5 << 30), blocked]
}

/// Everything about the movie 2.
pub fn details() -> MovieDetails {
    let sourced = |date: &str, note: &str| {
        Some(SourcedDate { date: date.parse().unwrap(), country: "US".to_owned(), note: note.to_owned() })
    };
    let facts = MovieFacts {
        tmdb_id: TmdbId(653),
        imdb_id: "tt0013442".parse().ok(),
        title: "Nosferatu".to_owned(),
        original_title: "Nosferatu, eine Symphonie des Grauens".to_owned(),
        original_language: Language::German,
        year: 1922,
        overview:
            "The mysterious Count Orlok summons Thomas Hutter to his remote castle in the mountains. The \
            eerie Orlok seeks to buy a house near Hutter and his wife, Ellen."
                .to_owned(),
        runtime_minutes: 95,
        status: MovieStatus::Released,
        dates: ReleaseDates {
            in_cinemas: sourced("1922-03-04", "premiere"),
            digital: sourced("2007-11-20", ""),
            physical: sourced("2000-12-12", "DVD"),
        },
        genres: vec!["Horror".to_owned(), "Fantasy".to_owned()],
        certification: Some("NR".to_owned()),
        rating_tenths: 77,
        votes: 2345,
        cast: vec![Credit { name: "Max Schreck".to_owned(), role: "Count Orlok".to_owned() }],
        crew: vec![Credit { name: "F. W. Murnau".to_owned(), role: "Director".to_owned() }],
        ..MovieFacts::default()
    };
    let media_info = MediaInfo {
        duration_seconds: 5700,
        video_codec: "h264".to_owned(),
        width: 1280,
        height: 720,
        video_bit_depth: 8,
        frames_per_1000_seconds: 23_976,
        hdr: HdrFormat::None,
        audio: vec![AudioTrack {
            language: "ger".to_owned(),
            codec: "ac3".to_owned(),
            channels_tenths: 20,
            ..AudioTrack::default()
        }],
        subtitles: vec!["eng".to_owned()],
        ..MediaInfo::default()
    };
    let file = MovieFile {
        relative_path: "Nosferatu (1922) WEBDL-720p.mkv".to_owned(),
        size_bytes: 3 << 30,
        added_at: at("2026-11-21T08:00:00Z"),
        quality: QualityModel { quality: Quality::WebDl720p, ..QualityModel::default() },
        languages: vec![Language::German],
        release_group: Some("GRP".to_owned()),
        edition: None,
        scene_name: Some("Nosferatu.1922.720p.WEB-DL-GRP".to_owned()),
        original_path: None,
        flags: Vec::new(),
        stored_score: StoredScore { score: 20, formats: vec!["x264".to_owned()] },
        grab_id: None,
        media_info: Some(media_info),
        extras: Vec::new(),
    };
    let version = MovieVersion {
        slot: Slot(0),
        name: String::new(),
        profile_id: ProfileId(1),
        root_folder_id: RootFolderId(1),
        folder: "Nosferatu (1922)".to_owned(),
        file: Some(file),
        last_searched_at: Some(at("2026-11-26T07:00:00Z")),
    };
    let movie = Movie {
        id: MovieId(2),
        doc_version: DocVersion(3),
        facts,
        sort_title: "nosferatu".to_owned(),
        monitored: true,
        minimum_availability: MinimumAvailability::Released,
        tags: Vec::new(),
        added_at: at("2026-11-20T08:00:00Z"),
        added_by: "user:me".to_owned(),
        refreshed_at: at("2026-11-25T08:00:00Z"),
        versions: vec![version],
    };
    MovieDetails {
        movie,
        row: rows().remove(1),
        paths: vec!["/movies/Nosferatu (1922)".to_owned()],
        profiles: vec!["HD-1080p".to_owned()],
        grabs: Vec::new(),
        group_reputations: vec![Some(64)],
    }
}

/// An event about a movie.
pub fn event(cursor: u64, movie: Option<u64>, kind: EventKind) -> Event {
    Event {
        cursor: Cursor(cursor),
        at: at("2026-11-26T09:59:00Z"),
        actor: "user:me".to_owned(),
        request_id: None,
        from: None,
        movie_id: movie.map(MovieId),
        kind,
    }
}

/// Some of the past, newest first.
pub fn events() -> Vec<Event> {
    let quality = QualityModel { quality: Quality::WebDl720p, ..QualityModel::default() };
    vec![
        event(
            30,
            Some(2),
            EventKind::Imported {
                grab_id: Some(GrabId(9)),
                title: "Nosferatu".to_owned(),
                path: "/movies/Nosferatu (1922)/Nosferatu (1922) WEBDL-720p.mkv".to_owned(),
                quality,
                placed_by: PlacedBy::Hardlink,
                link_mode: LinkMode::HardlinkPreferred,
                replaced: None,
                size_bytes: 3 << 30,
            },
        ),
        event(
            20,
            Some(7),
            EventKind::DownloadFailed {
                grab_id: GrabId(8),
                release: "Charade.1963.1080p-BAD".to_owned(),
                reason: "the tracker does not know it".to_owned(),
            },
        ),
        event(10, Some(2), EventKind::MovieAdded { title: "Nosferatu".to_owned(), year: 1922 }),
    ]
}

/// What is wrong.
pub fn health() -> Vec<HealthItem> {
    vec![
        HealthItem {
            check: "indexer".to_owned(),
            subject: "HDBits".to_owned(),
            severity: Severity::Error,
            message: "HDBits refused the passkey (HTTP 403)".to_owned(),
            hint: "copy it again from your profile: 8 Settings, HDBits".to_owned(),
            since: at("2026-11-26T08:00:00Z"),
        },
        HealthItem {
            check: "root".to_owned(),
            subject: "/movies".to_owned(),
            severity: Severity::Warning,
            message: "2.1 % of the disk is free".to_owned(),
            hint: "make room, or add another root folder".to_owned(),
            since: at("2026-11-25T08:00:00Z"),
        },
    ]
}

/// What the daemon is.
pub fn status() -> Status {
    Status {
        version: "0.1.0".to_owned(),
        commit: "abc1234".to_owned(),
        started_at: at("2026-11-26T06:00:00Z"),
        storage: "sled".to_owned(),
        storage_bytes: Some(12 << 20),
        movies: 7,
        monitored: 6,
        missing: 3,
        size_bytes: 12 << 30,
        queue: 2,
        jobs: 1,
        cursor: Cursor(30),
        problems: 2,
        not_set_up: Vec::new(),
    }
}

/// A profile.
pub fn profile() -> QualityProfile {
    let item = |quality, allowed| ProfileItem { group: None, qualities: vec![quality], allowed };
    QualityProfile {
        doc_version: DocVersion(0),
        id: ProfileId(1),
        name: "HD-1080p".to_owned(),
        upgrade_allowed: true,
        cutoff: Quality::Bluray1080p,
        items: vec![
            item(Quality::WebDl720p, false),
            item(Quality::WebDl1080p, true),
            item(Quality::Bluray1080p, true),
        ],
        language: Language::Any,
        min_format_score: 0,
        cutoff_format_score: 0,
        min_upgrade_format_score: 1,
        format_scores: Vec::new(),
    }
}

/// A root folder.
pub fn root() -> RootFolderState {
    RootFolderState {
        root: RootFolder {
            id: RootFolderId(1),
            path: "/movies".to_owned(),
            recycle_bin: Some(".recycle".to_owned()),
            recycle_days: 7,
        },
        accessible: true,
        free_bytes: Some(900 << 30),
        movies: 7,
        problem: None,
    }
}

/// An indexer with most of its budget left.
pub fn indexer() -> IndexerState {
    let mut indexer = crate::cli::indexer::hdbits("https://hdbits.org".to_owned(), "me".to_owned());
    (indexer.id, indexer.secret) = (IndexerId(1), SecretSource::Stored);
    IndexerState { indexer, budget: IndexerBudget { used: 4, allowed: 60, ..IndexerBudget::default() } }
}

/// A root folder and a custom format that a file manages.
pub fn managed() -> Vec<ManagedSetting> {
    let of = |section: &str, id, name: &str| ManagedSetting {
        section: section.to_owned(),
        id: Some(id),
        name: name.to_owned(),
        by: "settings.yaml in /config/settings.d".to_owned(),
        watched: true,
    };
    vec![of("root_folders", 1, "/movies"), of("custom_formats", 2, "no HDR")]
}

/// A download client.
pub fn client() -> DownloadClient {
    let mut client =
        crate::cli::download_client::qbittorrent("http://127.0.0.1:8080".to_owned(), "admin".to_owned());
    (client.id, client.secret) = (ClientId(1), SecretSource::Stored);
    client
}

/// TMDB with the key of the deployment.
pub fn tmdb() -> TmdbSettings {
    TmdbSettings {
        doc_version: DocVersion(0),
        key: SecretSource::Deployment,
        base_url: "https://api.themoviedb.org/3".to_owned(),
        language: "en-US".to_owned(),
        country: "US".to_owned(),
    }
}

/// How files are named.
pub fn naming() -> NamingSettings {
    NamingSettings::default()
}

/// How the library is kept.
pub fn library_settings() -> LibrarySettings {
    LibrarySettings::default()
}

/// What a daemon starts by itself.
pub fn schedule() -> Vec<ScheduledJob> {
    let job = |kind, runs, last: Option<&str>, next| ScheduledJob {
        kind,
        runs,
        last_at: last.map(at),
        next_at: Some(at(next)),
    };
    let every = |seconds| JobRhythm::Every { seconds };
    let last = "2026-11-26T09:55:00Z";
    vec![
        job(JobKind::ReadRecent, every(900), Some(last), "2026-11-26T10:10:00Z"),
        job(JobKind::RefreshLibrary, every(43_200), Some(last), "2026-11-26T21:55:00Z"),
        job(JobKind::Backup, JobRhythm::Daily { at: "02:00".to_owned() }, None, "2026-11-27T02:00:00Z"),
    ]
}

/// A job of each status that matters.
pub fn jobs() -> Vec<Job> {
    let job = |id, kind, status, note: Option<&str>| Job {
        id: JobId(id),
        doc_version: DocVersion(1),
        kind,
        status,
        priority: 1,
        due_at: at("2026-11-26T10:05:00Z"),
        queued_at: at("2026-11-26T09:58:00Z"),
        started_at: Some(at("2026-11-26T09:59:00Z")),
        ended_at: (!status.is_open()).then(|| at("2026-11-26T09:59:20Z")),
        tries: 1,
        lease: None,
        asked_by: "user:me".to_owned(),
        note: note.map(str::to_owned),
        progress: None,
        cancel_asked: false,
    };
    let search = JobKind::SearchMovie { movie_id: MovieId(7), slot: Slot(0), by: SearchKind::User };
    vec![
        job(3, search, JobStatus::Running, Some("asking HDBits")),
        job(2, JobKind::RefreshLibrary, JobStatus::Queued, None),
        job(1, JobKind::ReadRecent, JobStatus::Failed, Some("HDBits refused the passkey (HTTP 403)")),
    ]
}

/// A release that is not taken again.
pub fn blocked() -> Blocked {
    Blocked {
        id: BlockId(1),
        movie_id: MovieId(7),
        title: "Charade.1963.1080p-BAD".to_owned(),
        indexer: "HDBits".to_owned(),
        indexer_id: IndexerId(1),
        protocol: Protocol::Torrent,
        size_bytes: 4 << 30,
        info_hash: None,
        published_at: None,
        at: at("2026-11-26T09:00:00Z"),
        reason: "the tracker does not know it".to_owned(),
    }
}

/// Movies at TMDB, one of them in the library.
pub fn hits() -> Vec<LookupHit> {
    let hit = |id, title: &str, year, in_library: Option<u64>| LookupHit {
        tmdb_id: TmdbId(id),
        title: title.to_owned(),
        original_title: title.to_owned(),
        year,
        overview: format!("What {title} is about, in a sentence or two."),
        rating_tenths: 71,
        poster_path: None,
        in_library: in_library.map(MovieId),
    };
    vec![
        hit(4808, "Charade", 1963, Some(7)),
        hit(99, "Charade", 1953, None),
        hit(98, "Charade in Colour", 2004, None),
    ]
}
