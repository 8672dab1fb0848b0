//! Reads the sources and lays them over each other: defaults, file, environment, short names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use radarr_proto::model::SecretText;
use serde_json::Value;
use tracing_subscriber::EnvFilter;

use super::{Config, empty, public};

/// Where the configuration is read from.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The file that was named; `None` = the usual places, where it may be missing.
    pub file: Option<PathBuf>,
    /// The environment.
    pub env: BTreeMap<String, String>,
}

impl Sources {
    /// The environment of this process, and the file that was named.
    pub fn of_process(file: Option<PathBuf>) -> Self {
        let env = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self { file, env }
    }
}

/// A configuration that can't be used; every text says what to change.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file can't be read or is no TOML or YAML.
    #[error("the configuration file {path} can't be used: {why}")]
    File {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// There is no such setting.
    #[error("{origin} sets {key:?}, which is no setting{}", suggestion.as_ref().map(|s| format!("; did you mean {s:?}?")).unwrap_or_default())]
    UnknownKey {
        /// File or environment.
        origin: String,
        /// The key.
        key: String,
        /// The nearest that exists.
        suggestion: Option<String>,
    },
    /// A setting has a value that it can't have.
    #[error("{0}")]
    Value(String),
}

/// Keys that the short environment names stand for.
const SHORT_NAMES: &[(&str, &str)] = &[
    ("TMDB_API_KEY", "tmdb.api_key"),
    ("TMDB_API_KEY_FILE", "tmdb.api_key_file"),
    ("DATABASE_URL", "storage.url"),
    ("DATABASE_URL_FILE", "storage.url_file"),
    ("DATABASE_PASSWORD_FILE", "storage.password_file"),
    ("RUST_LOG", "log.filter"),
    // As images of this field have it.
    ("UMASK", "files.umask"),
];

/// Reads, lays over, checks.
pub fn load(sources: &Sources) -> Result<Config, ConfigError> {
    let known = known_keys();
    let mut builder = config::Config::builder();
    if let Some(path) = file_in_use(sources) {
        let text = std::fs::read_to_string(&path)
            .map_err(|error| ConfigError::File { path: path.clone(), why: error.to_string() })?;
        let format = match path.extension().and_then(|extension| extension.to_str()) {
            Some("yaml" | "yml") => config::FileFormat::Yaml,
            _ => config::FileFormat::Toml,
        };
        let file = config::File::from_str(&text, format);
        let alone = config::Config::builder()
            .add_source(file.clone())
            .build()
            .map_err(|error| ConfigError::File { path: path.clone(), why: error.to_string() })?;
        let tree: Value = alone
            .try_deserialize()
            .map_err(|error| ConfigError::File { path: path.clone(), why: error.to_string() })?;
        check_keys(&path.display().to_string(), &tree, "", &known)?;
        builder = builder.add_source(file);
    }
    for (name, value) in &sources.env {
        let Some(key) = key_of_env(name) else { continue };
        if !known.contains(&key) {
            return Err(unknown_key(&format!("the environment variable {name}"), &key, &known));
        }
        builder = builder
            .set_override(&key, value.as_str())
            .map_err(|error| ConfigError::Value(format!("the environment variable {name}: {error}")))?;
    }
    let mut config: Config = builder.build().and_then(config::Config::try_deserialize).map_err(|error| {
        let why = wrong_choice(&error.to_string());
        ConfigError::Value(
            why.unwrap_or_else(|| format!("the configuration has a value of the wrong kind: {error}")),
        )
    })?;
    empty::unset(&mut config);
    read_secret_files(&mut config)?;
    check_values(&config)?;
    Ok(config)
}

/// The file that is read; `None` = there is none at the usual places.
pub fn file_in_use(sources: &Sources) -> Option<PathBuf> {
    if let Some(path) = &sources.file {
        return Some(path.clone());
    }
    let user = directories::ProjectDirs::from("", "", "radarr").map(|dirs| dirs.config_dir().to_path_buf());
    let folders = user.into_iter().chain([PathBuf::from("/etc/radarr")]);
    folders
        .flat_map(|folder| ["config.toml", "config.yaml", "config.yml"].map(|name| folder.join(name)))
        .find(|path| path.is_file())
}

/// `RADARR__TMDB__BASE_URL` is `tmdb.base_url`; some names have a short form.
fn key_of_env(name: &str) -> Option<String> {
    if let Some(rest) = name.strip_prefix("RADARR__") {
        return Some(rest.to_ascii_lowercase().replace("__", "."));
    }
    SHORT_NAMES.iter().find(|(short, _)| *short == name).map(|(_, key)| (*key).to_owned())
}

/// Every key there is, told from the defaults, so that none can be forgotten.
fn known_keys() -> Vec<String> {
    let mut keys = Vec::new();
    let tree = serde_json::to_value(Config::default()).unwrap_or_default();
    if let Value::Object(sections) = tree {
        for (section, fields) in sections {
            if let Value::Object(fields) = fields {
                keys.extend(fields.keys().map(|field| format!("{section}.{field}")));
            }
        }
    }
    keys
}

fn check_keys(origin: &str, tree: &Value, prefix: &str, known: &[String]) -> Result<(), ConfigError> {
    let Value::Object(fields) = tree else { return Ok(()) };
    for (name, value) in fields {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        let is_section = known.iter().any(|known| known.split('.').next() == Some(key.as_str()));
        if is_section && value.is_object() {
            check_keys(origin, value, &key, known)?;
        } else if !known.contains(&key) {
            return Err(unknown_key(origin, &key, known));
        }
    }
    Ok(())
}

fn unknown_key(origin: &str, key: &str, known: &[String]) -> ConfigError {
    let sections = known.iter().filter_map(|known| known.split('.').next());
    let suggestion = known
        .iter()
        .map(String::as_str)
        .chain(sections)
        .map(|candidate| (strsim::damerau_levenshtein(candidate, key), candidate))
        .min()
        // Further away than that it is not the same word misspelt.
        .filter(|(distance, _)| *distance <= 3.max(key.len() / 3))
        .map(|(_, candidate)| candidate.to_owned());
    ConfigError::UnknownKey { origin: origin.to_owned(), key: key.to_owned(), suggestion }
}

/// A secret is given as it is or by a file. The key of the secrets is read where it is used, because it may change.
fn read_secret_files(config: &mut Config) -> Result<(), ConfigError> {
    let (tmdb, storage, backup) = (&mut config.tmdb, &mut config.storage, &mut config.backup);
    read_secret_file("tmdb.api_key", &mut tmdb.api_key, tmdb.api_key_file.as_deref())?;
    read_secret_file("storage.url", &mut storage.url, storage.url_file.as_deref())?;
    read_secret_file("storage.password", &mut storage.password, storage.password_file.as_deref())?;
    read_secret_file("backup.passphrase", &mut backup.passphrase, backup.passphrase_file.as_deref())?;
    if !config.security.key.is_empty() && config.security.key_file.is_some() {
        return Err(both_are_set("security.key"));
    }
    Ok(())
}

fn both_are_set(key: &str) -> ConfigError {
    ConfigError::Value(format!("both {key} and {key}_file are set: keep one"))
}

fn read_secret_file(key: &str, secret: &mut SecretText, file: Option<&Path>) -> Result<(), ConfigError> {
    let Some(path) = file else { return Ok(()) };
    if !secret.is_empty() {
        return Err(both_are_set(key));
    }
    *secret = read_secret(path).map_err(ConfigError::Value)?;
    Ok(())
}

/// Settings that are one of a few words.
const CHOICES: &[(&str, &str)] = &[
    ("http.public_plain", "refuse, probes or all"),
    ("log.format", "auto, text or json"),
    ("log.files", "auto, on or off"),
];

/// Says which words there are, where the reader speaks of our types.
fn wrong_choice(why: &str) -> Option<String> {
    let (_, told) = why.split_once(" does not have variant constructor ")?;
    let (value, key) = told.split_once(" for key `")?;
    let (key, choices) = CHOICES.iter().find(|(known, _)| key.starts_with(known))?;
    Some(format!("{key} = {value:?} is none of {choices}"))
}

/// Reads a secret from a file as Kubernetes and Docker mount them; the line end is not part of it.
pub(crate) fn read_secret(path: &Path) -> Result<SecretText, String> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("the secret file {} can't be read: {error}", path.display()))?;
    let text = text.trim();
    if text.is_empty() {
        return Err(format!("the secret file {} is empty", path.display()));
    }
    Ok(SecretText::new(text))
}

fn check_values(config: &Config) -> Result<(), ConfigError> {
    let wrong = |text: String| Err(ConfigError::Value(text));
    let url = config.storage.url.expose();
    if config.storage.is_database() && !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return wrong(
            "storage.url is no address of a PostgreSQL database: it begins with postgres://".to_owned(),
        );
    }
    if config.storage.is_database() && cfg!(not(feature = "postgres")) {
        return wrong(
            "storage.url asks for PostgreSQL, which this build does not have; unset it to use the embedded storage"
                .to_owned(),
        );
    }
    if config.storage.connect_seconds == 0 || config.storage.statement_seconds == 0 {
        return wrong("storage.connect_seconds and storage.statement_seconds must be 1 or more".to_owned());
    }
    if let Err(error) = EnvFilter::try_new(&config.log.filter) {
        return wrong(format!("log.filter = {:?} can't be used: {error}", config.log.filter));
    }
    public::check(config).map_err(ConfigError::Value)?;
    if config.backup.time().is_none() {
        return wrong(format!("backup.at = {:?} is no time of the day, such as 02:00", config.backup.at));
    }
    if !config.files.umask_bits().is_ok_and(|bits| bits.is_none_or(|bits| bits <= 0o777)) {
        return wrong(format!(
            "files.umask = {:?} is none: write three octal digits, such as 022",
            config.files.umask
        ));
    }
    if config.backup.keep_daily == 0 {
        return wrong("backup.keep_daily must be at least 1".to_owned());
    }
    if !config.traces.endpoint.is_empty() {
        if cfg!(not(feature = "otlp")) {
            return wrong(
                "traces.endpoint is set, and this build sends no traces: unset it, or build with --features otlp"
                    .to_owned(),
            );
        }
        if url::Url::parse(&config.traces.endpoint).is_err() {
            return wrong(format!("traces.endpoint = {:?} is no address", config.traces.endpoint));
        }
    }
    if url::Url::parse(&config.tmdb.base_url).is_err() {
        return wrong(format!("tmdb.base_url = {:?} is no address", config.tmdb.base_url));
    }
    for (key, value) in [
        ("rpc.max_connections", config.rpc.max_connections),
        ("rpc.max_connections_per_address", config.rpc.max_connections_per_address),
        ("rpc.max_calls_per_connection", config.rpc.max_calls_per_connection),
        ("http.max_connections", config.http.max_connections),
        ("jobs.workers", u32::try_from(config.jobs.workers).unwrap_or(u32::MAX)),
    ] {
        if value == 0 {
            return wrong(format!("{key} must be at least 1"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_env(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        std::fs::write(&file, "[http]\nlisten = \"127.0.0.1:1\"\n").unwrap();
        let env = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        load(&Sources { file: Some(file), env })
    }

    #[test]
    fn the_environment_goes_before_the_file_and_the_file_before_the_defaults() {
        let config = with_env(&[("RADARR__HTTP__LISTEN", "127.0.0.1:2"), ("TMDB_API_KEY", "k")]).unwrap();
        assert_eq!(config.http.listen, "127.0.0.1:2");
        assert_eq!(config.tmdb.api_key.expose(), "k");
        assert_eq!(with_env(&[]).unwrap().http.listen, "127.0.0.1:1");
        assert_eq!(config.metrics.listen, "127.0.0.1:8080");
    }

    #[test]
    fn a_umask_is_octal() {
        let umask = |text| with_env(&[("UMASK", text)]).map(|config| config.files.umask_bits().unwrap());
        assert_eq!(umask("002").unwrap(), Some(0o002));
        assert_eq!(umask("77").unwrap(), Some(0o077));
        assert_eq!(umask("").unwrap(), None);
        for wrong in ["9", "1000", "-2", "u=rwx"] {
            assert!(umask(wrong).unwrap_err().to_string().contains("022"), "{wrong}");
        }
    }

    #[test]
    fn numbers_in_the_environment_are_numbers() {
        assert_eq!(with_env(&[("RADARR__JOBS__WORKERS", "7")]).unwrap().jobs.workers, 7);
        assert!(with_env(&[("RADARR__JOBS__WORKERS", "seven")]).is_err());
    }

    #[test]
    fn a_wrong_word_is_told_with_those_that_there_are() {
        let error = with_env(&[("RUST_LOG", "radarr_daemon=debgu")]).unwrap_err().to_string();
        assert!(error.contains("log.filter") && error.contains("\"debug\""), "{error}");
        for (name, words) in [
            ("RADARR__LOG__FORMAT", "log.format = \"xml\" is none of auto, text or json"),
            ("RADARR__LOG__FILES", "log.files = \"xml\" is none of auto, on or off"),
            ("RADARR__HTTP__PUBLIC_PLAIN", "http.public_plain = \"xml\" is none of refuse, probes or all"),
        ] {
            assert_eq!(with_env(&[(name, "xml")]).unwrap_err().to_string(), words);
        }
    }

    #[test]
    fn a_misspelt_key_gets_a_suggestion() {
        let text = with_env(&[("RADARR__TMDB__BASE_ULR", "x")]).unwrap_err().to_string();
        assert!(text.contains("tmdb.base_url"), "{text}");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.yaml");
        std::fs::write(&file, "htpp:\n  listen: x\n").unwrap();
        let text = load(&Sources { file: Some(file), env: BTreeMap::new() }).unwrap_err().to_string();
        assert!(text.contains("\"http\""), "{text}");
    }

    #[test]
    fn a_secret_comes_from_a_file_without_its_line_end() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        std::fs::write(&file, "secret\n").unwrap();
        let config = with_env(&[("TMDB_API_KEY_FILE", file.to_str().unwrap())]).unwrap();
        assert_eq!(config.tmdb.api_key.expose(), "secret");
        assert!(
            with_env(&[("TMDB_API_KEY_FILE", "/nowhere/key")])
                .unwrap_err()
                .to_string()
                .contains("/nowhere/key")
        );
    }

    #[test]
    fn a_secret_is_given_once_and_never_shown() {
        let both = [("RADARR__SECURITY__KEY", "k"), ("RADARR__SECURITY__KEY_FILE", "/key")];
        assert!(with_env(&both).unwrap_err().to_string().contains("security.key_file"));
        let given = [("RADARR__SECURITY__KEY", "hunter2"), ("RADARR__BACKUP__PASSPHRASE", "hunter2")];
        let config = with_env(&given).unwrap();
        assert_eq!(config.backup.passphrase.expose(), "hunter2");
        let text = super::super::to_toml(&config);
        assert!(text.contains("passphrase = \"***\"") && !text.contains("hunter2"), "{text}");
    }

    #[test]
    fn the_time_of_the_backup_is_a_time_of_the_day() {
        assert!(with_env(&[("RADARR__BACKUP__AT", "23:59")]).is_ok());
        for wrong in ["24:00", "2", "", "two"] {
            let text = with_env(&[("RADARR__BACKUP__AT", wrong)]).unwrap_err().to_string();
            assert!(text.contains("backup.at"), "{text}");
        }
    }

    #[test]
    fn a_database_is_set_by_its_usual_names_and_its_password_by_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        std::fs::write(&file, "hunter2\n").unwrap();
        let url = ("DATABASE_URL", "postgres://u@h/db");
        let config = with_env(&[url, ("DATABASE_PASSWORD_FILE", file.to_str().unwrap())]).unwrap();
        assert_eq!(config.storage.url.expose(), "postgres://u@h/db");
        assert_eq!(config.storage.password.expose(), "hunter2");
        assert!(!with_env(&[("DATABASE_URL", "")]).unwrap().storage.is_database());
        let text = with_env(&[("DATABASE_URL", "mysql://u:hunter2@h/db")]).unwrap_err().to_string();
        assert!(text.contains("storage.url") && !text.contains("hunter2"), "{text}");
    }
}
