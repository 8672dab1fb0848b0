//! The deployment's settings: one typed structure, laid from defaults, a file, the environment and flags (D12).
//!
//! What a user changes at run time (profiles, indexers, clients, naming) is not here; it lives in the storage.
//! Start with [`Config`]; [`layers`] reads the sources, [`show`] prints the result without its secrets.

mod empty;
mod layers;
mod public;
mod show;
mod structure;

pub(crate) use layers::read_secret;
pub use layers::{ConfigError, Sources, file_in_use, load};
pub use public::is_public;
pub use show::to_toml;
pub use structure::{
    BackupConfig, Config, GuidesConfig, HttpConfig, JobsConfig, LogConfig, LogFiles, LogFormat, MediaConfig,
    MetricsConfig, PublicPlain, RpcConfig, SecurityConfig, SettingsConfig, StorageConfig, TmdbConfig,
    TracesConfig,
};
