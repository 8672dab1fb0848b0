//! The whole vocabulary of a client, on one page.
//!
//! Each call takes at most one request struct, whose later fields are optional: a method or an argument that the
//! daemon does not know would close the connection, so ask the feature list of the hello
//! before you call what is younger than protocol 1. Calls are marked *read* (safe to repeat) or *change*.

use crate::error::ApiResult;
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

/// Radarr over tarpc.
#[tarpc::service]
pub trait Radarr {
    // --- who and how -------------------------------------------------------------------------------------------
    /// read: who the daemon takes the caller for.
    async fn whoami() -> ApiResult<Principal>;
    /// read: version, uptime, storage, counts.
    async fn status() -> ApiResult<Status>;
    /// read: what is wrong and what to do.
    async fn health() -> ApiResult<Vec<HealthItem>>;
    /// read: the events behind a cursor; waits for the first one up to `wait_ms`.
    async fn next_events(request: NextEvents) -> ApiResult<EventBatch>;

    // --- movies ------------------------------------------------------------------------------------------------
    /// read: a page of the library.
    async fn list_movies(request: ListMovies) -> ApiResult<MoviePage>;
    /// read: everything about one movie.
    async fn get_movie(id: MovieId) -> ApiResult<MovieDetails>;
    /// read: TMDB's answer to a title, `title year`, `tmdb:N`, `imdb:ttN` or a pasted address.
    async fn lookup_movies(term: String) -> ApiResult<Vec<LookupHit>>;
    /// change: takes a movie of TMDB's into the library.
    async fn add_movie(request: AddMovie) -> ApiResult<Movie>;
    /// change: what is wanted of a movie.
    async fn edit_movie(request: EditMovie) -> ApiResult<Movie>;
    /// change: takes a movie out of the library.
    async fn delete_movie(request: DeleteMovie) -> ApiResult<DeletedMovie>;
    /// read: the files of a movie.
    async fn movie_files(id: MovieId) -> ApiResult<Vec<MovieFile>>;
    /// change: asks TMDB again for one movie.
    async fn refresh_movie(id: MovieId) -> ApiResult<Job>;
    /// change: looks what lies in one movie's folder.
    async fn rescan_movie(id: MovieId) -> ApiResult<Job>;
    /// read: which of a movie's files the naming settings would give another name. Feature `rename`.
    async fn preview_rename(id: MovieId) -> ApiResult<RenamePreview>;
    /// change: gives a movie's files the names that a preview showed. Feature `rename`.
    async fn rename_movie(request: RenameMovie) -> ApiResult<RenamePreview>;
    /// change: searches one movie on all indexers and grabs the best.
    async fn search_movie(id: MovieId, slot: Slot) -> ApiResult<Job>;
    /// read: movies that are missing or below their cutoff.
    async fn wanted(request: WantedQuery) -> ApiResult<WantedPage>;

    // --- releases ----------------------------------------------------------------------------------------------
    /// read: asks all indexers for one movie; every release with every rule's verdict, best first.
    async fn search_releases(request: SearchReleases) -> ApiResult<Vec<Decision>>;
    /// change: hands one release of the last search to a download client.
    async fn grab_release(request: GrabRelease) -> ApiResult<Grab>;
    /// read: why a release was or would be taken or refused, and what would have to change.
    async fn explain_release(request: ExplainRelease) -> ApiResult<Explanation>;
    /// read: what a name says.
    async fn parse_release(name: String) -> ApiResult<ParsedRelease>;

    // --- queue, history, blocklist -----------------------------------------------------------------------------
    /// read: the open grabs.
    async fn queue() -> ApiResult<Vec<Grab>>;
    /// change: takes a grab out of the queue.
    async fn remove_from_queue(request: RemoveFromQueue) -> ApiResult<Grab>;
    /// change: imports a complete grab although a rule blocked it, or tries again.
    async fn import_grab(id: GrabId) -> ApiResult<ImportReport>;
    /// read: the past, newest first.
    async fn history(request: HistoryQuery) -> ApiResult<HistoryPage>;
    /// read: releases that are not taken again.
    async fn blocklist() -> ApiResult<Vec<Blocked>>;
    /// change: allows a release again.
    async fn unblock(id: BlockId) -> ApiResult<()>;

    // --- jobs --------------------------------------------------------------------------------------------------
    /// read: open jobs and the last that ended.
    async fn jobs() -> ApiResult<Vec<Job>>;
    /// read: what the daemon starts by itself, and when. Feature `schedule`.
    async fn schedule() -> ApiResult<Vec<ScheduledJob>>;
    /// change: queues a job by the name of its kind.
    async fn run_job(request: RunJob) -> ApiResult<Job>;
    /// change: asks a job to end.
    async fn cancel_job(id: JobId) -> ApiResult<Job>;

    // --- settings ----------------------------------------------------------------------------------------------
    /// read: quality profiles.
    async fn profiles() -> ApiResult<Vec<QualityProfile>>;
    /// change: makes (id 0) or replaces a profile.
    async fn save_profile(profile: QualityProfile) -> ApiResult<QualityProfile>;
    /// change: deletes a profile that no movie uses.
    async fn delete_profile(id: ProfileId) -> ApiResult<()>;
    /// change: takes in quality profiles as Radarr and the TRaSH guides write them; replaces those of the same name.
    async fn import_profiles(json: String) -> ApiResult<Vec<QualityProfile>>;
    /// read: a quality profile as Radarr writes it.
    async fn export_profile(id: ProfileId) -> ApiResult<String>;
    /// change: takes in a size table as Radarr and the TRaSH guides write it; other qualities stay.
    async fn import_quality_definitions(json: String) -> ApiResult<Vec<QualityDefinition>>;
    /// read: all size limits as Radarr writes them.
    async fn export_quality_definitions() -> ApiResult<String>;
    /// read: size limits.
    async fn quality_definitions() -> ApiResult<Vec<QualityDefinition>>;
    /// change: size limits of the qualities given.
    async fn save_quality_definitions(
        definitions: Vec<QualityDefinition>,
    ) -> ApiResult<Vec<QualityDefinition>>;
    /// read: custom formats.
    async fn custom_formats() -> ApiResult<Vec<CustomFormat>>;
    /// change: makes (id 0) or replaces a custom format.
    async fn save_custom_format(format: CustomFormat) -> ApiResult<CustomFormat>;
    /// change: deletes a custom format; profiles lose its score.
    async fn delete_custom_format(id: CustomFormatId) -> ApiResult<()>;
    /// change: takes in a file as Radarr and the TRaSH guides write it; replaces formats of the same name.
    async fn import_custom_formats(json: String) -> ApiResult<Vec<CustomFormat>>;
    /// read: a custom format as Radarr writes it.
    async fn export_custom_format(id: CustomFormatId) -> ApiResult<String>;
    /// read: what a custom format that is not saved yet says of a release name. Feature `format_test`.
    async fn test_custom_format(request: TestFormat) -> ApiResult<FormatTested>;
    /// read: delay profiles.
    async fn delay_profiles() -> ApiResult<Vec<DelayProfile>>;
    /// change: makes (id 0) or replaces a delay profile.
    async fn save_delay_profile(profile: DelayProfile) -> ApiResult<DelayProfile>;
    /// change: deletes a delay profile; the one without tags stays.
    async fn delete_delay_profile(id: DelayProfileId) -> ApiResult<()>;
    /// read: required and ignored words.
    async fn release_profiles() -> ApiResult<Vec<ReleaseProfile>>;
    /// change: makes (id 0) or replaces a release profile.
    async fn save_release_profile(profile: ReleaseProfile) -> ApiResult<ReleaseProfile>;
    /// change: deletes a release profile.
    async fn delete_release_profile(id: ReleaseProfileId) -> ApiResult<()>;
    /// read: indexers with what is left of their budgets.
    async fn indexers() -> ApiResult<Vec<IndexerState>>;
    /// change: makes (id 0) or replaces an indexer.
    async fn save_indexer(request: SaveIndexer) -> ApiResult<IndexerState>;
    /// change: deletes an indexer.
    async fn delete_indexer(id: IndexerId) -> ApiResult<()>;
    /// read: tries an indexer's address and account without spending its budget.
    async fn test_indexer(request: SaveIndexer) -> ApiResult<TestResult>;
    /// read: download clients.
    async fn clients() -> ApiResult<Vec<DownloadClient>>;
    /// change: makes (id 0) or replaces a download client.
    async fn save_client(request: SaveClient) -> ApiResult<DownloadClient>;
    /// change: deletes a download client.
    async fn delete_client(id: ClientId) -> ApiResult<()>;
    /// read: tries a download client's address, login and folders.
    async fn test_client(request: SaveClient) -> ApiResult<TestResult>;
    /// read: root folders as they are at the moment.
    async fn roots() -> ApiResult<Vec<RootFolderState>>;
    /// change: makes a folder a root folder.
    async fn add_root(request: AddRoot) -> ApiResult<RootFolderState>;
    /// change: forgets a root folder that no movie uses; nothing on disk changes.
    async fn delete_root(id: RootFolderId) -> ApiResult<()>;
    /// read: tags.
    async fn tags() -> ApiResult<Vec<Tag>>;
    /// change: makes a tag, or gives back the one of that name.
    async fn add_tag(label: String) -> ApiResult<Tag>;
    /// change: deletes a tag everywhere.
    async fn delete_tag(id: TagId) -> ApiResult<()>;
    /// read: how files and folders are named.
    async fn naming() -> ApiResult<NamingSettings>;
    /// change: how files and folders are named.
    async fn save_naming(settings: NamingSettings) -> ApiResult<NamingSettings>;
    /// read: what sample movies would be called.
    async fn preview_naming(settings: NamingSettings) -> ApiResult<Vec<NamingPreview>>;
    /// read: how the library is kept.
    async fn library_settings() -> ApiResult<LibrarySettings>;
    /// change: how the library is kept.
    async fn save_library_settings(settings: LibrarySettings) -> ApiResult<LibrarySettings>;
    /// read: how TMDB is asked.
    async fn tmdb_settings() -> ApiResult<TmdbSettings>;
    /// change: how TMDB is asked.
    async fn save_tmdb_settings(request: SaveTmdb) -> ApiResult<TmdbSettings>;
    /// read: tries a TMDB key.
    async fn test_tmdb(request: SaveTmdb) -> ApiResult<TestResult>;
    /// read: the daemon's configuration, secrets masked, as TOML.
    async fn config_text() -> ApiResult<String>;

    // --- settings in files (feature `declared`) ----------------------------------------------------------------
    /// change: brings about what files declare, or says what that would change.
    async fn apply_settings(request: ApplySettings) -> ApiResult<AppliedSettings>;
    /// read: all settings in the form of such a file.
    async fn export_settings() -> ApiResult<String>;
    /// read: the settings that are managed by files, and can't be edited elsewhere.
    async fn managed_settings() -> ApiResult<Vec<ManagedSetting>>;

    // --- audit -------------------------------------------------------------------------------------------------
    /// read: who changed what, when, from where; newest first.
    async fn audit(request: AuditQuery) -> ApiResult<HistoryPage>;

    // --- groups, tokens ----------------------------------------------------------------------------------------
    /// read: the first page of what is known of release groups, best first.
    async fn groups() -> ApiResult<Vec<GroupReputation>>;
    /// read: a page of what is known of release groups. Feature `group_pages`.
    async fn list_groups(request: ListGroups) -> ApiResult<GroupPage>;
    /// read: what is known of one release group.
    async fn group(name: String) -> ApiResult<GroupReputation>;
    /// read: client tokens, without their secrets.
    async fn tokens() -> ApiResult<Vec<TokenInfo>>;
    /// change: makes a client token; its secret is shown this once.
    async fn create_token(request: CreateToken) -> ApiResult<CreatedToken>;
    /// change: ends a client token.
    async fn revoke_token(id: TokenId) -> ApiResult<()>;

    // --- upkeep (feature `upkeep`) -----------------------------------------------------------------------------
    /// read: the backups in the daemon's folder, newest first.
    async fn backups() -> ApiResult<Vec<BackupFile>>;
    /// change: writes a backup into the daemon's folder.
    async fn create_backup() -> ApiResult<BackupFile>;
    /// read: a part of a backup.
    async fn read_backup(request: ReadBackup) -> ApiResult<BackupPart>;
    /// change: looks whether the storage is as it should be; mends what it can when asked to.
    async fn verify_storage(request: VerifyStorage) -> ApiResult<VerifyReport>;
    /// change: encrypts all stored secrets with a new key.
    async fn rotate_secrets() -> ApiResult<RotatedSecrets>;
}
