//! Where the database is: the URL as people write it, with several hosts for a failover, and the password from a file.

use std::str::FromStr as _;

use radarr_proto::model::SecretText;
use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;

use crate::storage::StoreError;

/// Hosts in one URL; a cluster has two or three.
const HOSTS_MAX: usize = 16;

/// What may stand behind the `?`. An unknown word is refused by its name alone: its value may be a secret.
const PARAMETERS: &[&str] = &[
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];

/// One host of the list.
#[derive(Clone)]
pub(super) struct Host {
    /// As people know it: `db1:5432`.
    pub(super) name: String,
    pub(super) options: PgConnectOptions,
}

/// Reads `postgres://user:password@host1:5432,host2:5432/database?sslmode=verify-full&sslrootcert=/etc/ca.crt`.
pub(super) fn parse(url: &SecretText, password: &SecretText) -> Result<Vec<Host>, StoreError> {
    let text = url.expose().trim();
    let rest = ["postgres://", "postgresql://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    let rest = rest.ok_or_else(|| wrong("it does not begin with postgres://"))?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, behind) = rest.split_at(end);
    let (login, hosts) = match authority.rfind('@') {
        Some(at) => authority.split_at(at + 1),
        None => ("", authority),
    };
    let behind = checked_parameters(behind)?;
    let names: Vec<&str> = hosts.split(',').collect();
    if names.len() > HOSTS_MAX {
        return Err(wrong(&format!("it names {} hosts, at most {HOSTS_MAX} are tried", names.len())));
    }
    if names.len() > 1 && names.iter().any(|name| name.is_empty()) {
        return Err(wrong("one of its hosts is empty"));
    }
    names.into_iter().map(|name| host(login, name, &behind, password)).collect()
}

fn host(login: &str, name: &str, behind: &str, password: &SecretText) -> Result<Host, StoreError> {
    // What sqlx says of a URL that it can't read may hold parts of it.
    let mut options = PgConnectOptions::from_str(&format!("postgres://{login}{name}{behind}"))
        .map_err(|_| wrong("its user, host, port or one of its parameters can't be read"))?
        .disable_statement_logging();
    if !password.is_empty() {
        options = options.password(password.expose());
    }
    if options.get_application_name().is_none() {
        options = options.application_name("radarr");
    }
    let name = match options.get_socket() {
        Some(socket) => format!("{}:{}", socket.display(), options.get_port()),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    };
    Ok(Host { name, options })
}

/// The path and the parameters, without `target_session_attrs`: of several hosts the one that takes changes is looked
/// for in any case.
fn checked_parameters(behind: &str) -> Result<String, StoreError> {
    let Some((path, query)) = behind.split_once('?') else { return Ok(behind.to_owned()) };
    let mut kept = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        match key {
            "target_session_attrs" if matches!(value, "any" | "read-write" | "primary") => {}
            "target_session_attrs" => {
                return Err(wrong("target_session_attrs must be read-write: radarr changes its storage"));
            }
            key if PARAMETERS.contains(&key) => kept.push(pair),
            key => return Err(wrong(&format!("its parameter {key:?} is not known"))),
        }
    }
    Ok(if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) })
}

fn wrong(why: &str) -> StoreError {
    StoreError::Database {
        why: format!("the URL of the database can't be used: {why}"),
        hint: "write it as postgres://user@host:5432/database?sslmode=verify-full&sslrootcert=/path/ca.crt, with \
               the password in DATABASE_PASSWORD_FILE"
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(url: &str) -> Result<Vec<String>, StoreError> {
        let hosts = parse(&SecretText::new(url), &SecretText::default())?;
        Ok(hosts.into_iter().map(|host| host.name).collect())
    }

    #[test]
    fn several_hosts_are_tried_in_turn() {
        let attrs = "?target_session_attrs=read-write&sslmode=disable";
        assert_eq!(hosts(&format!("postgres://u:p@a:1,b:2,c/db{attrs}")).unwrap(), ["a:1", "b:2", "c:5432"]);
        assert_eq!(hosts("postgresql://[::1]:7/db").unwrap(), ["[::1]:7"]);
        assert_eq!(hosts("postgres:///db?host=/run/postgresql&user=u").unwrap(), ["/run/postgresql:5432"]);
        // A comma or an @ of a password is no end of it.
        assert_eq!(hosts("postgres://u:p%2C%40x@a/db").unwrap(), ["a:5432"]);
    }

    #[test]
    fn what_is_wrong_is_told_without_its_secrets() {
        let wrong = [
            "mysql://u:hunter2@h/db",
            "postgres://u:hunter2@h:port/db",
            "postgres://u:hunter2@a,,b/db",
            "postgres://u@h/db?passwrd=hunter2",
            "postgres://u:hunter2@h/db?sslmode=hunter2",
            "postgres://u:hunter2@h/db?target_session_attrs=standby",
        ];
        for url in wrong {
            let error = hosts(url).unwrap_err();
            let text = format!("{error} {} {error:?}", error.hint());
            assert!(!text.contains("hunter2") && text.contains("URL"), "{url}: {text}");
        }
    }

    #[test]
    fn the_password_of_the_file_goes_before_that_of_the_url() {
        let url = SecretText::new("postgres://u:old@h/db");
        let host = parse(&url, &SecretText::new("new")).unwrap().remove(0);
        // sqlx shows no password; the URL that it makes of the options does.
        let made = host.options.to_url_lossy().to_string();
        assert!(made.contains("new") && !made.contains("old"));
    }
}
