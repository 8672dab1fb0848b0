//! The sections that a file may have, one file each: what a setting looks like there, and how it is brought about.
//!
//! `form` makes what files have of what is stored; `apply` goes the other way, through `settings/`. What a declared
//! setting does not mention is as for a new one, its secret excepted: that stays as it is.

pub(super) mod custom_formats;
pub(super) mod delay_profiles;
pub(super) mod download_clients;
pub(super) mod indexers;
pub(super) mod library;
pub(super) mod naming;
pub(super) mod profiles;
pub(super) mod quality_sizes;
pub(super) mod release_profiles;
pub(super) mod root_folders;
pub(super) mod tags;
pub(super) mod tmdb;
pub(super) mod tokens;

use radarr_proto::declared::{Fault, Node, read};
use serde_json::Value;

use super::applying::{Applying, Misfit, Placed};
use crate::settings::edit::Noun;
use crate::storage::DocKey;

macro_rules! sections {
    ($($section:ident $module:ident $name:literal $many:literal $form:ty;)*) => {
        /// A section of a file. What others refer to comes first; so they are applied in this order.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(in crate::declared) enum Section {
            $($section,)*
        }

        impl Section {
            /// All of them, in the order in which they are applied.
            pub(in crate::declared) const ALL: &'static [Self] = &[$(Self::$section,)*];

            /// Its name in a file.
            pub(in crate::declared) fn name(self) -> &'static str {
                match self { $(Self::$section => $name,)* }
            }

            /// Whether it is a list of settings that have names; else there is one of it.
            pub(in crate::declared) fn is_list(self) -> bool {
                match self { $(Self::$section => $many,)* }
            }
        }

        /// A setting as a file declares it.
        #[derive(Debug, Clone)]
        pub(in crate::declared) enum Form {
            $(#[doc = concat!("Of `", $name, "`.")] $section($form),)*
        }

        impl Form {
            /// Reads it.
            pub(in crate::declared) fn read(section: Section, node: &Node) -> Result<Self, Fault> {
                Ok(match section { $(Section::$section => Self::$section(read(node)?),)* })
            }

            /// Which section it belongs to.
            pub(in crate::declared) fn section(&self) -> Section {
                match self { $(Self::$section(_) => Section::$section,)* }
            }

            /// What tells it from the others of its section.
            pub(in crate::declared) fn name(&self) -> String {
                match self { $(Self::$section(form) => $module::name(form),)* }
            }
        }

        /// Brings about all of a section; answers where each is stored, in their order.
        pub(in crate::declared) async fn apply(
            section: Section,
            applying: &mut Applying<'_>,
            forms: &[Placed<Form>],
        ) -> Result<Vec<DocKey>, Misfit> {
            match section {
                $(Section::$section => {
                    let own = forms.iter().filter_map(|placed| match &placed.form {
                        Form::$section(form) => {
                            Some(Placed { place: placed.place.clone(), form: form.clone() })
                        }
                        #[allow(unreachable_patterns, reason = "one section would be all")]
                        _ => None,
                    });
                    $module::apply(applying, own.collect()).await
                })*
            }
        }
    };
}

sections! {
    Tags tags "tags" true String;
    RootFolders root_folders "root_folders" true root_folders::RootForm;
    CustomFormats custom_formats "custom_formats" true custom_formats::FormatForm;
    Profiles profiles "profiles" true profiles::ProfileForm;
    QualitySizes quality_sizes "quality_sizes" true quality_sizes::SizesForm;
    DownloadClients download_clients "download_clients" true download_clients::ClientForm;
    Indexers indexers "indexers" true indexers::IndexerForm;
    DelayProfiles delay_profiles "delay_profiles" true delay_profiles::DelayForm;
    ReleaseProfiles release_profiles "release_profiles" true release_profiles::WordsForm;
    Naming naming "naming" false naming::NamingForm;
    Library library "library" false library::LibraryForm;
    Tmdb tmdb "tmdb" false tmdb::TmdbForm;
    Tokens tokens "tokens" true tokens::TokenForm;
}

impl Section {
    /// The section of that name.
    pub(in crate::declared) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|section| section.name() == name)
    }

    /// What events call it.
    pub(in crate::declared) fn noun(self) -> Noun {
        match self {
            Self::Tags => Noun::Tag,
            Self::RootFolders => Noun::Root,
            Self::CustomFormats => Noun::CustomFormat,
            Self::Profiles => Noun::Profile,
            Self::QualitySizes => Noun::QualityDefinition,
            Self::DownloadClients => Noun::Client,
            Self::Indexers => Noun::Indexer,
            Self::DelayProfiles => Noun::DelayProfile,
            Self::ReleaseProfiles => Noun::ReleaseProfile,
            Self::Naming => Noun::Naming,
            Self::Library => Noun::Library,
            Self::Tmdb => Noun::Tmdb,
            Self::Tokens => Noun::Token,
        }
    }
}

/// The field that stored settings have for the storage; no file has it.
const VERSION_FIELD: &str = "doc_version";

/// A set of settings as a file has it.
pub(super) fn without_version<T: serde::Serialize>(settings: &T) -> Value {
    let mut value = super::known::value(settings);
    if let Value::Object(fields) = &mut value {
        fields.remove(VERSION_FIELD);
    }
    value
}

fn yes() -> bool {
    true
}
