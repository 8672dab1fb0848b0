//! What a user sets at run time. Every call is the function of the same name in `settings/`.

use radarr_proto::error::ApiResult;
use radarr_proto::model::{
    ClientId, CustomFormat, CustomFormatId, DelayProfile, DelayProfileId, DownloadClient, IndexerId,
    IndexerState, LibrarySettings, NamingSettings, ProfileId, QualityDefinition, QualityProfile,
    ReleaseProfile, ReleaseProfileId, RootFolderId, RootFolderState, SaveClient, SaveIndexer, Tag, TagId,
    TestResult, TmdbSettings,
};
use radarr_proto::request::{AddRoot, NamingPreview, SaveTmdb};

use crate::rpc::call::Call;

macro_rules! interim {
    ($($method:ident($($argument:ident: $type:ty)?) -> $answer:ty;)*) => {$(
        /// Interim.
        pub async fn $method(_call: Call $(, _: $type)?) -> ApiResult<$answer> {
            Err(super::not_built_in_yet())
        }
    )*};
}

interim! {
    profiles() -> Vec<QualityProfile>;
    quality_definitions() -> Vec<QualityDefinition>;
    custom_formats() -> Vec<CustomFormat>;
    delay_profiles() -> Vec<DelayProfile>;
    release_profiles() -> Vec<ReleaseProfile>;
    indexers() -> Vec<IndexerState>;
    clients() -> Vec<DownloadClient>;
    roots() -> Vec<RootFolderState>;
    tags() -> Vec<Tag>;
    naming() -> NamingSettings;
    library_settings() -> LibrarySettings;
    tmdb_settings() -> TmdbSettings;
    export_custom_format(id: CustomFormatId) -> String;
    test_indexer(request: SaveIndexer) -> TestResult;
    test_client(request: SaveClient) -> TestResult;
    preview_naming(request: NamingSettings) -> Vec<NamingPreview>;
    test_tmdb(request: SaveTmdb) -> TestResult;
    save_profile(profile: QualityProfile) -> QualityProfile;
    delete_profile(id: ProfileId) -> ();
    save_quality_definitions(definitions: Vec<QualityDefinition>) -> Vec<QualityDefinition>;
    save_custom_format(format: CustomFormat) -> CustomFormat;
    delete_custom_format(id: CustomFormatId) -> ();
    import_custom_formats(json: String) -> Vec<CustomFormat>;
    save_delay_profile(profile: DelayProfile) -> DelayProfile;
    delete_delay_profile(id: DelayProfileId) -> ();
    save_release_profile(profile: ReleaseProfile) -> ReleaseProfile;
    delete_release_profile(id: ReleaseProfileId) -> ();
    save_indexer(request: SaveIndexer) -> IndexerState;
    delete_indexer(id: IndexerId) -> ();
    save_client(request: SaveClient) -> DownloadClient;
    delete_client(id: ClientId) -> ();
    add_root(request: AddRoot) -> RootFolderState;
    delete_root(id: RootFolderId) -> ();
    add_tag(label: String) -> Tag;
    delete_tag(id: TagId) -> ();
    save_naming(request: NamingSettings) -> NamingSettings;
    save_library_settings(request: LibrarySettings) -> LibrarySettings;
    save_tmdb_settings(request: SaveTmdb) -> TmdbSettings;
}
