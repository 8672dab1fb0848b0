//! How the database is reached and used.

use std::time::Duration;

use crate::config::StorageConfig;
use crate::security::mounted::Mounted;
use crate::storage::Schema;

/// How the database is reached.
#[derive(Debug, Clone)]
pub struct PostgresSettings {
    /// `postgres://user@host1:5432,host2:5432/database?sslmode=verify-full&sslrootcert=...`.
    pub url: Mounted,
    /// Goes before the password of the URL; empty = that one.
    pub password: Mounted,
    /// Connections at once, the listener's included.
    pub connections_max: u32,
    /// How long a connection may take to be made.
    pub connect: Duration,
    /// How long a statement may take.
    pub statement: Duration,
    /// What becomes of a schema that is not up to date.
    pub schema: Schema,
}

impl PostgresSettings {
    /// As the deployment gives them.
    pub fn of(config: &StorageConfig, schema: Schema) -> Self {
        Self {
            url: Mounted::new(config.url.clone(), config.url_file.clone()),
            password: Mounted::new(config.password.clone(), config.password_file.clone()),
            connections_max: config.connections_max,
            connect: Duration::from_secs(config.connect_seconds.into()),
            statement: Duration::from_secs(config.statement_seconds.into()),
            schema,
        }
    }
}
