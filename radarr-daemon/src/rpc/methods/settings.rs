//! What a user sets at run time. Every call is the function of the same name in `settings/`.

use radarr_proto::error::ApiResult;
use radarr_proto::model::{
    ClientId, CustomFormat, CustomFormatId, DelayProfile, DelayProfileId, DownloadClient, IndexerId,
    IndexerState, LibrarySettings, NamingSettings, ProfileId, QualityDefinition, QualityProfile,
    ReleaseProfile, ReleaseProfileId, RootFolderId, RootFolderState, SaveClient, SaveIndexer, Tag, TagId,
    TestResult, TmdbSettings,
};
use radarr_proto::request::{
    AddRoot, AppliedSettings, ApplySettings, FormatTested, ManagedSetting, NamingPreview, SaveTmdb,
    TestFormat,
};

use crate::declared;
use crate::rpc::call::Call;
use crate::settings::{
    clients as client, custom_formats as custom_format, delay_profiles as delay_profile, format_test,
    indexers as indexer, library, managed, naming as names, profiles as profile,
    quality_definitions as quality_definition, release_profiles as release_profile, roots as root,
    tags as tag, tmdb,
};

macro_rules! reads {
    ($($noun:ident::$method:ident($($argument:ident: $type:ty)?) -> $answer:ty;)*) => {$(
        /// The function of this name in `settings/`.
        pub async fn $method(call: Call $(, $argument: $type)?) -> ApiResult<$answer> {
            Ok($noun::$method(call.flow() $(, $argument)?).await?)
        }
    )*};
}

macro_rules! changes {
    ($($noun:ident::$method:ident($argument:ident: $type:ty) -> $answer:ty;)*) => {$(
        /// The function of this name in `settings/`.
        pub async fn $method(call: Call, $argument: $type) -> ApiResult<$answer> {
            Ok($noun::$method(call.flow(), &call.by(), $argument).await?)
        }
    )*};
}

/// What sample movies would be called.
pub async fn preview_naming(_call: Call, request: NamingSettings) -> ApiResult<Vec<NamingPreview>> {
    Ok(names::preview_naming(&request)?)
}

reads! {
    profile::profiles() -> Vec<QualityProfile>;
    profile::export_profile(id: ProfileId) -> String;
    quality_definition::quality_definitions() -> Vec<QualityDefinition>;
    quality_definition::export_quality_definitions() -> String;
    custom_format::custom_formats() -> Vec<CustomFormat>;
    custom_format::export_custom_format(id: CustomFormatId) -> String;
    format_test::test_custom_format(request: TestFormat) -> FormatTested;
    delay_profile::delay_profiles() -> Vec<DelayProfile>;
    release_profile::release_profiles() -> Vec<ReleaseProfile>;
    indexer::indexers() -> Vec<IndexerState>;
    indexer::test_indexer(request: SaveIndexer) -> TestResult;
    client::clients() -> Vec<DownloadClient>;
    client::test_client(request: SaveClient) -> TestResult;
    root::roots() -> Vec<RootFolderState>;
    tag::tags() -> Vec<Tag>;
    names::naming() -> NamingSettings;
    library::library_settings() -> LibrarySettings;
    tmdb::tmdb_settings() -> TmdbSettings;
    declared::export_settings() -> String;
    managed::managed_settings() -> Vec<ManagedSetting>;
    tmdb::test_tmdb(request: SaveTmdb) -> TestResult;
}

changes! {
    declared::apply_settings(request: ApplySettings) -> AppliedSettings;
    profile::import_profiles(json: String) -> Vec<QualityProfile>;
    quality_definition::import_quality_definitions(json: String) -> Vec<QualityDefinition>;
    profile::save_profile(profile: QualityProfile) -> QualityProfile;
    profile::delete_profile(id: ProfileId) -> ();
    quality_definition::save_quality_definitions(definitions: Vec<QualityDefinition>) -> Vec<QualityDefinition>;
    custom_format::save_custom_format(format: CustomFormat) -> CustomFormat;
    custom_format::delete_custom_format(id: CustomFormatId) -> ();
    custom_format::import_custom_formats(json: String) -> Vec<CustomFormat>;
    delay_profile::save_delay_profile(profile: DelayProfile) -> DelayProfile;
    delay_profile::delete_delay_profile(id: DelayProfileId) -> ();
    release_profile::save_release_profile(profile: ReleaseProfile) -> ReleaseProfile;
    release_profile::delete_release_profile(id: ReleaseProfileId) -> ();
    indexer::save_indexer(request: SaveIndexer) -> IndexerState;
    indexer::delete_indexer(id: IndexerId) -> ();
    client::save_client(request: SaveClient) -> DownloadClient;
    client::delete_client(id: ClientId) -> ();
    root::add_root(request: AddRoot) -> RootFolderState;
    root::delete_root(id: RootFolderId) -> ();
    tag::add_tag(label: String) -> Tag;
    tag::delete_tag(id: TagId) -> ();
    names::save_naming(request: NamingSettings) -> NamingSettings;
    library::save_library_settings(request: LibrarySettings) -> LibrarySettings;
    tmdb::save_tmdb_settings(request: SaveTmdb) -> TmdbSettings;
}
