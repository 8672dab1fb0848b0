//! All calls of the service with the role that each needs, on one page. What a call does stands in `methods/`.

use std::sync::Arc;

use radarr_proto::error::ApiResult;
use radarr_proto::model::{
    BlockId, Blocked, ClientId, CustomFormat, CustomFormatId, Decision, DelayProfile, DelayProfileId,
    DownloadClient, Grab, GrabId, GroupReputation, HealthItem, IndexerId, IndexerState, Job, JobId,
    LibrarySettings, Movie, MovieFile, MovieId, NamingSettings, ParsedRelease, Principal, ProfileId,
    QualityDefinition, QualityProfile, ReleaseProfile, ReleaseProfileId, Role, RootFolderId, RootFolderState,
    SaveClient, SaveIndexer, ScheduledJob, Slot, Tag, TagId, TestResult, TmdbSettings, TokenId, TokenInfo,
};
use radarr_proto::request::{
    AddMovie, AddRoot, AppliedSettings, ApplySettings, AuditQuery, BackupFile, BackupPart, CreateToken,
    CreatedToken, DeleteMovie, DeletedMovie, EditMovie, EventBatch, ExplainRelease, Explanation,
    FormatTested, GrabRelease, GroupPage, HistoryPage, HistoryQuery, ImportReport, ListGroups, ListMovies,
    LookupHit, ManagedSetting, MovieDetails, MoviePage, NamingPreview, NextEvents, ReadBackup,
    RemoveFromQueue, RenameMovie, RenamePreview, RotatedSecrets, RunJob, SaveTmdb, SearchReleases, Status,
    TestFormat, VerifyReport, VerifyStorage, WantedPage, WantedQuery,
};
use radarr_proto::service::Radarr;
use tarpc::context::Context;

use super::call::{Call, Calls, Kind, answer};
use super::large::Large;
use super::methods::{daemon, events, groups, jobs, movies, queue, releases, settings, tokens, upkeep};

/// The service as one client sees it.
#[derive(Clone)]
pub struct RpcServer {
    /// What the calls work on.
    pub calls: Arc<Calls>,
    /// Who the client is.
    pub principal: Arc<Principal>,
    /// From where it connected.
    pub from: Arc<str>,
    /// Its turns at large answers.
    pub large: Arc<Large>,
}

impl RpcServer {
    fn call(self, context: &Context) -> Call {
        Call {
            calls: self.calls,
            principal: self.principal,
            from: self.from,
            large: self.large,
            request_id: uuid::Uuid::now_v7().to_string(),
            deadline: context.deadline,
        }
    }
}

macro_rules! table {
    ($($role:ident $kind:ident $method:ident($($argument:ident: $type:ty),*) -> $answer:ty = $handler:path;)*) => {
        impl Radarr for RpcServer {
            $(async fn $method(self, context: Context $(, $argument: $type)*) -> ApiResult<$answer> {
                let handler = move |call| $handler(call $(, $argument)*);
                answer(self.call(&context), stringify!($method), Role::$role, Kind::$kind, handler).await
            })*
        }
    };
}

table! {
    Viewer   Read   whoami() -> Principal = daemon::whoami;
    Viewer   Read   status() -> Status = daemon::status;
    Viewer   Read   health() -> Vec<HealthItem> = daemon::health;
    Viewer   Read   next_events(request: NextEvents) -> EventBatch = events::next_events;

    Viewer   Read   list_movies(request: ListMovies) -> MoviePage = movies::list_movies;
    Viewer   Read   get_movie(id: MovieId) -> MovieDetails = movies::get_movie;
    Viewer   Read   lookup_movies(term: String) -> Vec<LookupHit> = movies::lookup_movies;
    Operator Change add_movie(request: AddMovie) -> Movie = movies::add_movie;
    Operator Change edit_movie(request: EditMovie) -> Movie = movies::edit_movie;
    Operator Change delete_movie(request: DeleteMovie) -> DeletedMovie = movies::delete_movie;
    Viewer   Read   movie_files(id: MovieId) -> Vec<MovieFile> = movies::movie_files;
    Operator Change refresh_movie(id: MovieId) -> Job = movies::refresh_movie;
    Operator Change rescan_movie(id: MovieId) -> Job = movies::rescan_movie;
    Viewer   Read   preview_rename(id: MovieId) -> RenamePreview = movies::preview_rename;
    Operator Change rename_movie(request: RenameMovie) -> RenamePreview = movies::rename_movie;
    Operator Change search_movie(id: MovieId, slot: Slot) -> Job = movies::search_movie;
    Viewer   Read   wanted(request: WantedQuery) -> WantedPage = movies::wanted;

    // Asking the indexers spends their budget (D17).
    Operator Read   search_releases(request: SearchReleases) -> Vec<Decision> = releases::search_releases;
    Operator Change grab_release(request: GrabRelease) -> Grab = releases::grab_release;
    Viewer   Read   explain_release(request: ExplainRelease) -> Explanation = releases::explain_release;
    Viewer   Read   parse_release(name: String) -> ParsedRelease = releases::parse_release;

    Viewer   Read   queue() -> Vec<Grab> = queue::queue;
    Operator Change remove_from_queue(request: RemoveFromQueue) -> Grab = queue::remove_from_queue;
    Operator Change import_grab(id: GrabId) -> ImportReport = queue::import_grab;
    Viewer   Read   history(request: HistoryQuery) -> HistoryPage = events::history;
    Viewer   Read   blocklist() -> Vec<Blocked> = queue::blocklist;
    Operator Change unblock(id: BlockId) -> () = queue::unblock;

    Viewer   Read   jobs() -> Vec<Job> = jobs::jobs;
    Viewer   Read   schedule() -> Vec<ScheduledJob> = jobs::schedule;
    Operator Change run_job(request: RunJob) -> Job = jobs::run_job;
    Operator Change cancel_job(id: JobId) -> Job = jobs::cancel_job;

    Viewer   Read   profiles() -> Vec<QualityProfile> = settings::profiles;
    Admin    Change save_profile(profile: QualityProfile) -> QualityProfile = settings::save_profile;
    Admin    Change delete_profile(id: ProfileId) -> () = settings::delete_profile;
    Admin    Change import_profiles(json: String) -> Vec<QualityProfile> = settings::import_profiles;
    Viewer   Read   export_profile(id: ProfileId) -> String = settings::export_profile;
    Admin    Change import_quality_definitions(json: String) -> Vec<QualityDefinition>
        = settings::import_quality_definitions;
    Viewer   Read   export_quality_definitions() -> String = settings::export_quality_definitions;
    Viewer   Read   quality_definitions() -> Vec<QualityDefinition> = settings::quality_definitions;
    Admin    Change save_quality_definitions(definitions: Vec<QualityDefinition>) -> Vec<QualityDefinition>
        = settings::save_quality_definitions;
    Viewer   Read   custom_formats() -> Vec<CustomFormat> = settings::custom_formats;
    Admin    Change save_custom_format(format: CustomFormat) -> CustomFormat = settings::save_custom_format;
    Admin    Change delete_custom_format(id: CustomFormatId) -> () = settings::delete_custom_format;
    Admin    Change import_custom_formats(json: String) -> Vec<CustomFormat> = settings::import_custom_formats;
    Viewer   Read   export_custom_format(id: CustomFormatId) -> String = settings::export_custom_format;
    Viewer   Read   test_custom_format(request: TestFormat) -> FormatTested = settings::test_custom_format;
    Viewer   Read   delay_profiles() -> Vec<DelayProfile> = settings::delay_profiles;
    Admin    Change save_delay_profile(profile: DelayProfile) -> DelayProfile = settings::save_delay_profile;
    Admin    Change delete_delay_profile(id: DelayProfileId) -> () = settings::delete_delay_profile;
    Viewer   Read   release_profiles() -> Vec<ReleaseProfile> = settings::release_profiles;
    Admin    Change save_release_profile(profile: ReleaseProfile) -> ReleaseProfile
        = settings::save_release_profile;
    Admin    Change delete_release_profile(id: ReleaseProfileId) -> () = settings::delete_release_profile;
    Viewer   Read   indexers() -> Vec<IndexerState> = settings::indexers;
    Admin    Change save_indexer(request: SaveIndexer) -> IndexerState = settings::save_indexer;
    Admin    Change delete_indexer(id: IndexerId) -> () = settings::delete_indexer;
    Admin    Read   test_indexer(request: SaveIndexer) -> TestResult = settings::test_indexer;
    Viewer   Read   clients() -> Vec<DownloadClient> = settings::clients;
    Admin    Change save_client(request: SaveClient) -> DownloadClient = settings::save_client;
    Admin    Change delete_client(id: ClientId) -> () = settings::delete_client;
    Admin    Read   test_client(request: SaveClient) -> TestResult = settings::test_client;
    Viewer   Read   roots() -> Vec<RootFolderState> = settings::roots;
    Admin    Change add_root(request: AddRoot) -> RootFolderState = settings::add_root;
    Admin    Change delete_root(id: RootFolderId) -> () = settings::delete_root;
    Viewer   Read   tags() -> Vec<Tag> = settings::tags;
    Operator Change add_tag(label: String) -> Tag = settings::add_tag;
    Admin    Change delete_tag(id: TagId) -> () = settings::delete_tag;
    Viewer   Read   naming() -> NamingSettings = settings::naming;
    Admin    Change save_naming(request: NamingSettings) -> NamingSettings = settings::save_naming;
    Viewer   Read   preview_naming(request: NamingSettings) -> Vec<NamingPreview> = settings::preview_naming;
    Viewer   Read   library_settings() -> LibrarySettings = settings::library_settings;
    Admin    Change save_library_settings(request: LibrarySettings) -> LibrarySettings
        = settings::save_library_settings;
    Viewer   Read   tmdb_settings() -> TmdbSettings = settings::tmdb_settings;
    Admin    Change save_tmdb_settings(request: SaveTmdb) -> TmdbSettings = settings::save_tmdb_settings;
    Admin    Read   test_tmdb(request: SaveTmdb) -> TestResult = settings::test_tmdb;
    Viewer   Read   config_text() -> String = daemon::config_text;

    Admin    Change apply_settings(request: ApplySettings) -> AppliedSettings = settings::apply_settings;
    Admin    Read   export_settings() -> String = settings::export_settings;
    Viewer   Read   managed_settings() -> Vec<ManagedSetting> = settings::managed_settings;

    Admin    Read   audit(request: AuditQuery) -> HistoryPage = events::audit;

    Viewer   Read   groups() -> Vec<GroupReputation> = groups::groups;
    Viewer   Read   list_groups(request: ListGroups) -> GroupPage = groups::list_groups;
    Viewer   Read   group(name: String) -> GroupReputation = groups::group;
    Admin    Read   tokens() -> Vec<TokenInfo> = tokens::tokens;
    Admin    Change create_token(request: CreateToken) -> CreatedToken = tokens::create_token;
    Admin    Change revoke_token(id: TokenId) -> () = tokens::revoke_token;

    // A backup holds everything.
    Admin    Read   backups() -> Vec<BackupFile> = upkeep::backups;
    Admin    Change create_backup() -> BackupFile = upkeep::create_backup;
    Admin    Read   read_backup(request: ReadBackup) -> BackupPart = upkeep::read_backup;
    Admin    Change verify_storage(request: VerifyStorage) -> VerifyReport = upkeep::verify_storage;
    Admin    Change rotate_secrets() -> RotatedSecrets = upkeep::rotate_secrets;
}
