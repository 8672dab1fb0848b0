//! What is remembered of all documents while they are read, to compare them with each other.

use std::collections::{BTreeMap, BTreeSet};

use radarr_proto::model::{
    ClientId, CustomFormatId, DocVersion, GrabId, IndexerId, MovieId, ProfileId, RootFolderId, TagId, TmdbId,
};

/// A version of a movie.
#[derive(Debug)]
pub(super) struct SeenVersion {
    pub(super) profile: ProfileId,
    pub(super) root: RootFolderId,
    pub(super) folder: String,
    /// Path in the folder, and bytes.
    pub(super) file: Option<(String, u64)>,
}

/// A movie.
#[derive(Debug)]
pub(super) struct SeenMovie {
    pub(super) version: DocVersion,
    pub(super) tmdb: TmdbId,
    pub(super) title: String,
    pub(super) tags: Vec<TagId>,
    pub(super) versions: Vec<SeenVersion>,
}

/// What names something else, in words, and what it names.
#[derive(Debug)]
pub(super) struct Names<T> {
    pub(super) by: String,
    pub(super) id: T,
}

/// Everything that is compared.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) movies: BTreeMap<MovieId, SeenMovie>,
    pub(super) roots: BTreeMap<RootFolderId, String>,
    pub(super) profiles: BTreeSet<ProfileId>,
    pub(super) formats: BTreeSet<CustomFormatId>,
    pub(super) tags: BTreeSet<TagId>,
    pub(super) indexers: BTreeSet<IndexerId>,
    pub(super) clients: BTreeSet<ClientId>,
    pub(super) grabs: BTreeSet<GrabId>,
    /// Claims with their versions and whose they are.
    pub(super) claims: BTreeMap<String, (DocVersion, MovieId)>,
    /// Movies whose folders are on their way.
    pub(super) moving: BTreeSet<MovieId>,
    /// Secrets with their versions.
    pub(super) secrets: BTreeMap<String, (DocVersion, String)>,
    /// Secrets that settings say are stored, and who says so.
    pub(super) wanted_secrets: BTreeMap<String, String>,
    /// What names a movie that has to be there.
    pub(super) name_movies: Vec<Names<MovieId>>,
    pub(super) name_grabs: Vec<Names<GrabId>>,
    pub(super) name_formats: Vec<Names<CustomFormatId>>,
    pub(super) name_tags: Vec<Names<TagId>>,
    pub(super) name_indexers: Vec<Names<IndexerId>>,
    pub(super) name_clients: Vec<Names<ClientId>>,
}
