//! One method for each call of the service: whether it may be repeated, and its deadline in seconds.

use std::time::Duration;

use super::{CallError, Client, Repeat};
use crate::model::{
    BlockId, Blocked, ClientId, CustomFormat, CustomFormatId, Decision, DelayProfile, DelayProfileId,
    DownloadClient, Grab, GrabId, GroupReputation, HealthItem, IndexerId, IndexerState, Job, JobId,
    LibrarySettings, Movie, MovieFile, MovieId, NamingSettings, ParsedRelease, Principal, ProfileId,
    QualityDefinition, QualityProfile, ReleaseProfile, ReleaseProfileId, RootFolderId, RootFolderState,
    SaveClient, SaveIndexer, ScheduledJob, Slot, Tag, TagId, TestResult, TmdbSettings, TokenId, TokenInfo,
};
use crate::request::{
    AddMovie, AddRoot, AppliedSettings, ApplySettings, AuditQuery, BackupFile, BackupPart, CreateToken,
    CreatedToken, DeleteMovie, DeletedMovie, EditMovie, EventBatch, ExplainRelease, Explanation,
    FormatTested, GrabRelease, GroupPage, HistoryPage, HistoryQuery, ImportReport, ListGroups, ListMovies,
    LookupHit, ManagedSetting, MovieDetails, MoviePage, NamingPreview, NextEvents, ReadBackup,
    RemoveFromQueue, RenameMovie, RenamePreview, RotatedSecrets, RunJob, SaveTmdb, SearchReleases, Status,
    TestFormat, VerifyReport, VerifyStorage, WantedPage, WantedQuery,
};

macro_rules! repeat {
    (read) => {
        Repeat::Safe
    };
    (change) => {
        Repeat::Never
    };
}

macro_rules! calls {
    ($($(#[$doc:meta])* $kind:ident $seconds:literal $name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)*) => {
        impl Client {$(
            $(#[$doc])*
            pub async fn $name(&self, $($argument: $type),*) -> Result<$answer, CallError> {
                self.call(stringify!($name), repeat!($kind), Duration::from_secs($seconds), |rpc, context| {
                    $(let $argument = $argument.clone();)*
                    async move { rpc.$name(context, $($argument),*).await }
                })
                .await
            }
        )*}
    };
}

/// The longest that a daemon lets a long-poll wait, milliseconds.
const EVENTS_WAIT_MS_MAX: u64 = 60_000;

impl Client {
    /// The events behind a cursor; waits for the first one up to `wait_ms`.
    pub async fn next_events(&self, request: NextEvents) -> Result<EventBatch, CallError> {
        // A long-poll's deadline is what it waits and five seconds for the way. tarpc panics on deadlines of years.
        let deadline =
            Duration::from_millis(request.wait_ms.min(EVENTS_WAIT_MS_MAX)) + Duration::from_secs(5);
        self.call("next_events", Repeat::Safe, deadline, |rpc, context| {
            let request = request.clone();
            async move { rpc.next_events(context, request).await }
        })
        .await
    }
}

calls! {
    /// Who the daemon takes the caller for.
    read 10 whoami() -> Principal;
    /// Version, uptime, storage, counts.
    read 10 status() -> Status;
    /// What is wrong and what to do.
    read 10 health() -> Vec<HealthItem>;
    /// A page of the library.
    read 10 list_movies(request: ListMovies) -> MoviePage;
    /// Everything about one movie.
    read 10 get_movie(id: MovieId) -> MovieDetails;
    /// TMDB's answer to a title, `title year`, `tmdb:N`, `imdb:ttN` or a pasted address.
    read 30 lookup_movies(term: String) -> Vec<LookupHit>;
    /// Takes a movie of TMDB's into the library.
    change 60 add_movie(request: AddMovie) -> Movie;
    /// What is wanted of a movie.
    change 115 edit_movie(request: EditMovie) -> Movie;
    /// Takes a movie out of the library.
    change 115 delete_movie(request: DeleteMovie) -> DeletedMovie;
    /// Which of a movie's files the naming settings would give another name.
    read 60 preview_rename(id: MovieId) -> RenamePreview;
    /// Gives a movie's files the names that a preview showed.
    change 115 rename_movie(request: RenameMovie) -> RenamePreview;
    /// The files of a movie.
    read 10 movie_files(id: MovieId) -> Vec<MovieFile>;
    /// Asks TMDB again for one movie.
    change 10 refresh_movie(id: MovieId) -> Job;
    /// Looks what lies in one movie's folder.
    change 10 rescan_movie(id: MovieId) -> Job;
    /// Searches one movie on all indexers and grabs the best.
    change 10 search_movie(id: MovieId, slot: Slot) -> Job;
    /// Movies that are missing or below their cutoff.
    read 10 wanted(request: WantedQuery) -> WantedPage;
    /// Asks all indexers for one movie; every release with every rule's verdict, best first.
    read 90 search_releases(request: SearchReleases) -> Vec<Decision>;
    /// Hands one release of the last search to a download client.
    change 90 grab_release(request: GrabRelease) -> Grab;
    /// Why a release was or would be taken or refused, and what would have to change.
    read 30 explain_release(request: ExplainRelease) -> Explanation;
    /// What a name says.
    read 10 parse_release(name: String) -> ParsedRelease;
    /// The open grabs.
    read 10 queue() -> Vec<Grab>;
    /// Takes a grab out of the queue.
    change 60 remove_from_queue(request: RemoveFromQueue) -> Grab;
    /// Imports a complete grab although a rule blocked it, or tries again.
    change 115 import_grab(id: GrabId) -> ImportReport;
    /// The past, newest first.
    read 10 history(request: HistoryQuery) -> HistoryPage;
    /// Who changed what, newest first.
    read 30 audit(request: AuditQuery) -> HistoryPage;
    /// Releases that are not taken again.
    read 10 blocklist() -> Vec<Blocked>;
    /// Allows a release again.
    change 10 unblock(id: BlockId) -> ();
    /// Open jobs and the last that ended.
    read 10 jobs() -> Vec<Job>;
    /// What the daemon starts by itself, and when.
    read 10 schedule() -> Vec<ScheduledJob>;
    /// Queues a job by the name of its kind.
    change 10 run_job(request: RunJob) -> Job;
    /// Asks a job to end.
    change 10 cancel_job(id: JobId) -> Job;
    /// Quality profiles.
    read 10 profiles() -> Vec<QualityProfile>;
    /// Makes (id 0) or replaces a profile.
    change 10 save_profile(profile: QualityProfile) -> QualityProfile;
    /// Deletes a profile that no movie uses.
    change 10 delete_profile(id: ProfileId) -> ();
    /// Takes in quality profiles as Radarr and the TRaSH guides write them; replaces those of the same name.
    change 10 import_profiles(json: String) -> Vec<QualityProfile>;
    /// A quality profile as Radarr writes it.
    read 10 export_profile(id: ProfileId) -> String;
    /// Takes in a size table as Radarr and the TRaSH guides write it; other qualities stay.
    change 10 import_quality_definitions(json: String) -> Vec<QualityDefinition>;
    /// All size limits as Radarr writes them.
    read 10 export_quality_definitions() -> String;
    /// Size limits.
    read 10 quality_definitions() -> Vec<QualityDefinition>;
    /// Size limits of the qualities given.
    change 10 save_quality_definitions(definitions: Vec<QualityDefinition>) -> Vec<QualityDefinition>;
    /// Custom formats.
    read 10 custom_formats() -> Vec<CustomFormat>;
    /// Makes (id 0) or replaces a custom format.
    change 10 save_custom_format(format: CustomFormat) -> CustomFormat;
    /// Deletes a custom format; profiles lose its score.
    change 10 delete_custom_format(id: CustomFormatId) -> ();
    /// Takes in a file as Radarr and the TRaSH guides write it; replaces formats of the same name.
    change 10 import_custom_formats(json: String) -> Vec<CustomFormat>;
    /// A custom format as Radarr writes it.
    read 10 export_custom_format(id: CustomFormatId) -> String;
    /// What a custom format that is not saved yet says of a release name.
    read 10 test_custom_format(request: TestFormat) -> FormatTested;
    /// Delay profiles.
    read 10 delay_profiles() -> Vec<DelayProfile>;
    /// Makes (id 0) or replaces a delay profile.
    change 10 save_delay_profile(profile: DelayProfile) -> DelayProfile;
    /// Deletes a delay profile; the one without tags stays.
    change 10 delete_delay_profile(id: DelayProfileId) -> ();
    /// Required and ignored words.
    read 10 release_profiles() -> Vec<ReleaseProfile>;
    /// Makes (id 0) or replaces a release profile.
    change 10 save_release_profile(profile: ReleaseProfile) -> ReleaseProfile;
    /// Deletes a release profile.
    change 10 delete_release_profile(id: ReleaseProfileId) -> ();
    /// Indexers with what is left of their budgets.
    read 10 indexers() -> Vec<IndexerState>;
    /// Makes (id 0) or replaces an indexer.
    change 10 save_indexer(request: SaveIndexer) -> IndexerState;
    /// Deletes an indexer.
    change 10 delete_indexer(id: IndexerId) -> ();
    /// Tries an indexer's address and account without spending its budget.
    read 60 test_indexer(request: SaveIndexer) -> TestResult;
    /// Download clients.
    read 10 clients() -> Vec<DownloadClient>;
    /// Makes (id 0) or replaces a download client.
    change 10 save_client(request: SaveClient) -> DownloadClient;
    /// Deletes a download client.
    change 10 delete_client(id: ClientId) -> ();
    /// Tries a download client's address, login and folders.
    read 60 test_client(request: SaveClient) -> TestResult;
    /// Root folders as they are at the moment.
    read 30 roots() -> Vec<RootFolderState>;
    /// Makes a folder a root folder.
    change 30 add_root(request: AddRoot) -> RootFolderState;
    /// Forgets a root folder that no movie uses; nothing on disk changes.
    change 10 delete_root(id: RootFolderId) -> ();
    /// Tags.
    read 10 tags() -> Vec<Tag>;
    /// Makes a tag, or gives back the one of that name.
    change 10 add_tag(label: String) -> Tag;
    /// Deletes a tag everywhere.
    change 10 delete_tag(id: TagId) -> ();
    /// How files and folders are named.
    read 10 naming() -> NamingSettings;
    /// How files and folders are named.
    change 10 save_naming(settings: NamingSettings) -> NamingSettings;
    /// What sample movies would be called.
    read 10 preview_naming(settings: NamingSettings) -> Vec<NamingPreview>;
    /// How the library is kept.
    read 10 library_settings() -> LibrarySettings;
    /// How the library is kept.
    change 10 save_library_settings(settings: LibrarySettings) -> LibrarySettings;
    /// How TMDB is asked.
    read 10 tmdb_settings() -> TmdbSettings;
    /// How TMDB is asked.
    change 10 save_tmdb_settings(request: SaveTmdb) -> TmdbSettings;
    /// Tries a TMDB key.
    read 60 test_tmdb(request: SaveTmdb) -> TestResult;
    /// The daemon's configuration, secrets masked, as TOML.
    read 10 config_text() -> String;
    /// Brings about what files declare, or says what that would change.
    change 110 apply_settings(request: ApplySettings) -> AppliedSettings;
    /// All settings in the form of such a file.
    read 30 export_settings() -> String;
    /// The settings that are managed by files, and can't be edited elsewhere.
    read 10 managed_settings() -> Vec<ManagedSetting>;
    /// The first page of what is known of release groups, best first.
    read 10 groups() -> Vec<GroupReputation>;
    /// A page of what is known of release groups.
    read 10 list_groups(request: ListGroups) -> GroupPage;
    /// What is known of one release group.
    read 10 group(name: String) -> GroupReputation;
    /// Client tokens, without their secrets.
    read 10 tokens() -> Vec<TokenInfo>;
    /// Makes a client token; its secret is shown this once.
    change 10 create_token(request: CreateToken) -> CreatedToken;
    /// Ends a client token.
    change 10 revoke_token(id: TokenId) -> ();
    /// The backups in the daemon's folder, newest first.
    read 30 backups() -> Vec<BackupFile>;
    /// Writes a backup into the daemon's folder.
    change 115 create_backup() -> BackupFile;
    /// A part of a backup.
    read 30 read_backup(request: ReadBackup) -> BackupPart;
    /// Looks whether the storage is as it should be; mends what it can when asked to.
    change 115 verify_storage(request: VerifyStorage) -> VerifyReport;
    /// Encrypts all stored secrets with a new key.
    change 30 rotate_secrets() -> RotatedSecrets;
}
