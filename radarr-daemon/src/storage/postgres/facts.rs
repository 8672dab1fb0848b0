//! What a database says of itself, asked without touching the schema.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use sqlx::ConnectOptions as _;

use super::{PostgresSettings, address};
use crate::storage::StoreError;

/// What a database says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseFacts {
    /// The host that takes changes.
    pub host: String,
    /// The server's version.
    pub version: String,
    /// The version of TLS; `None` = the connection is not encrypted.
    pub tls: Option<String>,
    /// How long a question takes.
    pub latency: Duration,
    /// What time it is there.
    pub now: Timestamp,
}

/// What the query gives.
type Row = (String, String, bool, f64);

/// Asks the first host that takes changes; the errors of all where none does.
pub async fn facts(settings: &PostgresSettings) -> Result<DatabaseFacts, StoreError> {
    let mut said = Vec::new();
    for host in address::parse(&settings.url.current(), &settings.password.current())? {
        let asked = async {
            let mut db = host.options.connect().await?;
            let began = Instant::now();
            let row: Row = sqlx::query_as(
                "SELECT current_setting('server_version'), \
                 coalesce((SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl), ''), \
                 pg_is_in_recovery(), extract(epoch FROM clock_timestamp())::float8",
            )
            .fetch_one(&mut db)
            .await?;
            Ok::<_, sqlx::Error>((row, began.elapsed()))
        };
        match tokio::time::timeout(settings.connect + settings.statement, asked).await {
            Ok(Ok(((version, tls, false, seconds), latency))) => {
                let now = Timestamp::UNIX_EPOCH
                    .checked_add(jiff::SignedDuration::try_from_secs_f64(seconds).unwrap_or_default())
                    .unwrap_or_default();
                let tls = Some(tls).filter(|tls| !tls.is_empty());
                return Ok(DatabaseFacts { host: host.name, version, tls, latency, now });
            }
            Ok(Ok(_)) => said.push(format!("{} is a standby", host.name)),
            Ok(Err(error)) => said.push(format!("{}: {error}", host.name)),
            Err(_) => said.push(format!("{} does not answer in time", host.name)),
        }
    }
    Err(StoreError::Database {
        why: format!("no host of the database can be used: {}", said.join("; ")),
        hint: "see that PostgreSQL runs, that its pg_hba.conf lets this machine in, and that the password is right"
            .to_owned(),
    })
}
