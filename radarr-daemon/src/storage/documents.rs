//! Which types are stored, where, and under which id.
//!
//! A type of another module joins by implementing [`Document`] beside it; this file has those of the model.

use radarr_proto::model::{
    BlockId, Blocked, ClientId, CustomFormat, CustomFormatId, DelayProfile, DelayProfileId, DocVersion,
    DownloadClient, Grab, GrabId, Indexer, IndexerId, Job, JobId, LibrarySettings, Movie, MovieId,
    NamingSettings, PendingRelease, ProfileId, Quality, QualityDefinition, QualityProfile, ReleaseProfile,
    ReleaseProfileId, RootFolder, RootFolderId, Tag, TagId, TmdbSettings,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Collection, DocKey, StoreError, StoredDoc};

/// An id as the text that it is stored under.
pub trait DocumentId: Send + Sync {
    /// The text: numbers by [`number_id`].
    fn id_text(&self) -> String;
}

/// A number as an id: padded to the 20 digits of the largest `u64`, so that order of text is order of number.
pub fn number_id(number: u64) -> String {
    format!("{number:020}")
}

/// A type that is stored.
pub trait Document: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What names one of them.
    type Id: DocumentId;

    /// Where they are.
    const COLLECTION: Collection;

    /// The id of this one.
    fn id(&self) -> Self::Id;

    /// Takes the version that the storage holds. Types without a field for it leave this as it is.
    fn set_version(&mut self, _version: DocVersion) {}

    /// The key of the one with that id.
    fn key_of(id: &Self::Id) -> DocKey {
        DocKey::new(Self::COLLECTION, id.id_text())
    }

    /// The key of this one.
    fn key(&self) -> DocKey {
        Self::key_of(&self.id())
    }

    /// Reads a stored one.
    fn decode(key: &DocKey, stored: &StoredDoc) -> Result<Self, StoreError> {
        let mut document: Self = serde_json::from_slice(&stored.body)
            .map_err(|error| StoreError::Corrupt { what: key.to_string(), why: error.to_string() })?;
        document.set_version(stored.version);
        Ok(document)
    }
}

impl DocumentId for u64 {
    fn id_text(&self) -> String {
        number_id(*self)
    }
}

impl DocumentId for String {
    fn id_text(&self) -> String {
        self.clone()
    }
}

impl DocumentId for &'static str {
    fn id_text(&self) -> String {
        (*self).to_owned()
    }
}

impl DocumentId for Quality {
    fn id_text(&self) -> String {
        number_id(u64::try_from(self.number()).unwrap_or(0))
    }
}

macro_rules! numbered {
    ($($document:ty, $id:ident, $collection:ident $(, $version:ident)?;)*) => {$(
        impl Document for $document {
            type Id = $id;
            const COLLECTION: Collection = Collection::$collection;
            fn id(&self) -> $id {
                self.id
            }
            $(fn set_version(&mut self, version: DocVersion) {
                self.$version = version;
            })?
        }
    )*};
}

macro_rules! number_keys {
    ($($id:ty),*) => {$(
        impl DocumentId for $id {
            fn id_text(&self) -> String {
                number_id(self.0)
            }
        }
    )*};
}

number_keys!(
    MovieId,
    ProfileId,
    CustomFormatId,
    DelayProfileId,
    ReleaseProfileId,
    IndexerId,
    ClientId,
    RootFolderId,
    TagId,
    GrabId,
    JobId,
    BlockId,
    radarr_proto::model::TokenId
);

numbered! {
    Movie, MovieId, Movie, doc_version;
    QualityProfile, ProfileId, Profile, doc_version;
    CustomFormat, CustomFormatId, CustomFormat, doc_version;
    DelayProfile, DelayProfileId, DelayProfile, doc_version;
    ReleaseProfile, ReleaseProfileId, ReleaseProfile, doc_version;
    Indexer, IndexerId, Indexer, doc_version;
    DownloadClient, ClientId, Client, doc_version;
    RootFolder, RootFolderId, Root;
    Tag, TagId, Tag;
    Grab, GrabId, Grab, doc_version;
    PendingRelease, GrabId, Pending;
    Blocked, BlockId, Block;
    Job, JobId, Job, doc_version;
}

impl Document for QualityDefinition {
    type Id = Quality;
    const COLLECTION: Collection = Collection::QualityDefinition;
    fn id(&self) -> Quality {
        self.quality
    }
    fn set_version(&mut self, version: DocVersion) {
        self.doc_version = version;
    }
}

/// The id of a set of settings of which there is one: `load::<NamingSettings>(Only)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Only<const WHICH: u8>;

macro_rules! settings {
    ($($document:ty, $which:literal, $name:literal $(, $version:ident)?;)*) => {$(
        impl DocumentId for Only<$which> {
            fn id_text(&self) -> String {
                $name.to_owned()
            }
        }

        impl Document for $document {
            type Id = Only<$which>;
            const COLLECTION: Collection = Collection::Setting;
            fn id(&self) -> Only<$which> {
                Only
            }
            $(fn set_version(&mut self, version: DocVersion) {
                self.$version = version;
            })?
        }
    )*};
}

settings! {
    LibrarySettings, 0, "library", doc_version;
    NamingSettings, 1, "naming", doc_version;
    TmdbSettings, 2, "tmdb", doc_version;
}
