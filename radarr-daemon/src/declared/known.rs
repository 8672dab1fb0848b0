//! All settings of a storage at one moment, and each in the form that files have.

use radarr_proto::model::{
    CustomFormat, DelayProfile, DownloadClient, Indexer, LibrarySettings, NamingSettings, QualityDefinition,
    QualityProfile, ReleaseProfile, RootFolder, SecretSource, Tag, TagId, TmdbSettings,
};
use serde_json::Value;

use super::nouns::{self, Section};
use crate::domain::quality::defaults;
use crate::outside::{TMDB_SECRET, client_secret, indexer_secret};
use crate::security::tokens::StoredToken;
use crate::storage::{DocKey, Document, Only, SharedStore, StoreError};

/// All settings.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    pub(super) roots: Vec<RootFolder>,
    pub(super) tags: Vec<Tag>,
    pub(super) formats: Vec<CustomFormat>,
    pub(super) profiles: Vec<QualityProfile>,
    pub(super) definitions: Vec<QualityDefinition>,
    pub(super) clients: Vec<DownloadClient>,
    pub(super) indexers: Vec<Indexer>,
    pub(super) delays: Vec<DelayProfile>,
    pub(super) words: Vec<ReleaseProfile>,
    pub(super) tokens: Vec<StoredToken>,
    pub(super) naming: NamingSettings,
    pub(super) library: LibrarySettings,
    pub(super) tmdb: TmdbSettings,
}

/// A setting as files have it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Thing {
    /// Where it is stored.
    pub(super) key: DocKey,
    /// Its kind.
    pub(super) section: Section,
    /// Its name; that of the section for what there is one of.
    pub(super) name: String,
    /// Its fields, secrets left out.
    pub(super) form: Value,
    /// Its secret, where it has one: the field, the name that it is stored under, and whether there is one.
    pub(super) secret: Option<SecretOf>,
}

/// The secret of a setting.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SecretOf {
    pub(super) field: &'static str,
    pub(super) stored_as: String,
    pub(super) source: SecretSource,
    /// Its hash, where only that is kept.
    pub(super) hash: Option<String>,
}

impl Known {
    /// Reads them all.
    pub(super) async fn read(store: &SharedStore) -> Result<Self, StoreError> {
        let stored: Vec<QualityDefinition> = store.load_all().await?;
        let mut definitions = defaults::definitions();
        for definition in &mut definitions {
            if let Some(own) = stored.iter().find(|own| own.quality == definition.quality) {
                definition.clone_from(own);
            }
        }
        Ok(Self {
            roots: store.load_all().await?,
            tags: store.load_all().await?,
            formats: store.load_all().await?,
            profiles: store.load_all().await?,
            definitions,
            clients: store.load_all().await?,
            indexers: store.load_all().await?,
            delays: store.load_all().await?,
            words: store.load_all().await?,
            tokens: store.load_all().await?,
            naming: store.load(Only).await?.unwrap_or_default(),
            library: store.load(Only).await?.unwrap_or_default(),
            tmdb: store.load(Only).await?.unwrap_or_else(nouns::tmdb::unset),
        })
    }

    /// The labels of tags, in the order of the alphabet.
    pub(super) fn labels(&self, ids: &[TagId]) -> Vec<String> {
        let mut labels: Vec<String> =
            self.tags.iter().filter(|tag| ids.contains(&tag.id)).map(|tag| tag.label.clone()).collect();
        labels.sort();
        labels
    }

    /// Each setting in the form of the files, in the order of the sections.
    pub(super) fn things(&self) -> Vec<Thing> {
        let mut things = Vec::new();
        let mut add = |section: Section, key: DocKey, name: String, form: Value, secret: Option<SecretOf>| {
            things.push(Thing { key, section, name, form, secret });
        };
        for root in &self.roots {
            add(
                Section::RootFolders,
                root.key(),
                root.path.clone(),
                value(&nouns::root_folders::form(root)),
                None,
            );
        }
        for tag in &self.tags {
            add(Section::Tags, tag.key(), tag.label.clone(), value(&tag.label), None);
        }
        for format in &self.formats {
            let form = value(&nouns::custom_formats::form(format));
            add(Section::CustomFormats, format.key(), format.name.clone(), form, None);
        }
        for profile in &self.profiles {
            let form = value(&nouns::profiles::form(profile, &self.formats));
            add(Section::Profiles, profile.key(), profile.name.clone(), form, None);
        }
        for limits in &self.definitions {
            let form = value(&nouns::quality_sizes::form(limits));
            add(Section::QualitySizes, limits.key(), limits.quality.name().to_owned(), form, None);
        }
        for client in &self.clients {
            let secret = SecretOf {
                field: nouns::download_clients::SECRET,
                stored_as: client_secret(client.id),
                source: client.secret.clone(),
                hash: None,
            };
            let form = value(&nouns::download_clients::form(client, self));
            add(Section::DownloadClients, client.key(), client.name.clone(), form, Some(secret));
        }
        for indexer in &self.indexers {
            let secret = SecretOf {
                field: nouns::indexers::secret_field(&indexer.kind),
                stored_as: indexer_secret(indexer),
                source: indexer.secret.clone(),
                hash: None,
            };
            let form = value(&nouns::indexers::form(indexer, self));
            add(Section::Indexers, indexer.key(), indexer.name.clone(), form, Some(secret));
        }
        for delay in nouns::delay_profiles::in_order(&self.delays) {
            let form = nouns::delay_profiles::form(delay, self);
            add(Section::DelayProfiles, delay.key(), form.name(), value(&form), None);
        }
        for words in &self.words {
            let form = value(&nouns::release_profiles::form(words, self));
            add(Section::ReleaseProfiles, words.key(), words.name.clone(), form, None);
        }
        for token in &self.tokens {
            let form = value(&nouns::tokens::form(token));
            let secret = SecretOf {
                field: nouns::tokens::SECRET,
                stored_as: String::new(),
                source: SecretSource::Stored,
                hash: Some(token.hash.clone()),
            };
            add(Section::Tokens, token.key(), token.info.name.clone(), form, Some(secret));
        }
        let single = |section: Section| section.name().to_owned();
        add(
            Section::Naming,
            self.naming.key(),
            single(Section::Naming),
            nouns::without_version(&self.naming),
            None,
        );
        add(
            Section::Library,
            self.library.key(),
            single(Section::Library),
            nouns::without_version(&self.library),
            None,
        );
        let secret = SecretOf {
            field: nouns::tmdb::SECRET,
            stored_as: TMDB_SECRET.to_owned(),
            source: self.tmdb.key.clone(),
            hash: None,
        };
        let form = value(&nouns::tmdb::form(&self.tmdb));
        add(Section::Tmdb, self.tmdb.key(), single(Section::Tmdb), form, Some(secret));
        things
    }
}

/// A form as JSON. Names, numbers and lists alone: there is nothing in it that can't be written.
pub(super) fn value<T: serde::Serialize>(form: &T) -> Value {
    serde_json::to_value(form).unwrap_or_default()
}
