//! The PostgreSQL database: reachable, which version, encrypted or not, how far away, what time it is there.

use super::line::Line;
use crate::config::Config;

#[cfg(feature = "postgres")]
pub(super) async fn database(config: &Config) -> Vec<Line> {
    use std::time::Duration;

    use super::clock;
    use crate::storage::Schema;
    use crate::storage::postgres::PostgresSettings;
    use crate::storage::postgres::facts::facts;

    const DATABASE: &str = "database";
    /// Each change waits for one of these.
    const SLOW: Duration = Duration::from_millis(20);

    if !config.storage.is_database() {
        return Vec::new();
    }
    let settings =
        PostgresSettings { connections_max: 1, ..PostgresSettings::of(&config.storage, Schema::Leave) };
    let facts = match facts(&settings).await {
        Ok(facts) => facts,
        Err(error) => return vec![Line::failed(DATABASE, error.into())],
    };
    let tls = facts.tls.clone().unwrap_or_else(|| "not encrypted".to_owned());
    let latency = format!("{:.1} ms", facts.latency.as_secs_f64() * 1000.0);
    let message = format!("PostgreSQL {} at {}, {tls}, {latency} for a question", facts.version, facts.host);
    let is_near = facts.host.starts_with(['/', '@'])
        || ["127.", "localhost", "::1", "[::1]"].iter().any(|near| facts.host.starts_with(near));
    let line = if facts.tls.is_none() && !is_near {
        let hint = "add sslmode=verify-full and sslrootcert=/path/ca.crt to the database's URL";
        Line::warning(DATABASE, message, hint)
    } else if facts.latency > SLOW {
        Line::warning(DATABASE, message, "put the daemon nearer to its database: each change waits for it")
    } else {
        Line::ok(DATABASE, message)
    };
    vec![line, clock::compared("the database", facts.now, crate::clock::now())]
}

#[cfg(not(feature = "postgres"))]
pub(super) async fn database(_config: &Config) -> Vec<Line> {
    std::future::ready(Vec::new()).await
}
