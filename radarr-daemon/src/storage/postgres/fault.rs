//! What the database's errors mean for us. No text of a row, no password and no URL leaves this file.

use sqlx::Error;
use sqlx::postgres::PgDatabaseError;

use crate::storage::StoreError;

/// What an error says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// The connection or the server is gone: another connection is needed, perhaps to another host.
    Lost(String),
    /// The server is there and does not take this now: slow, locked.
    Busy(String),
    /// The server is there and takes no changes: no room.
    Full(String),
    /// The server does not take the user's password, or the user.
    Login(String),
    /// This will never work: a right or a database that is missing.
    Refused(String),
    /// The commit itself can't be kept.
    Data(String),
}

/// SQLSTATEs by what they mean. Source: appendix A of PostgreSQL's manual.
const LOST: &[&str] = &[
    "08",    // connection exceptions
    "25006", // read-only transaction: a standby, or a primary that was demoted
    "25P03", // idle in a transaction for too long
    "53300", // too many connections
    "57P",   // the server ends, starts, or ended this connection
    "58",    // the system under the server
    "XX",    // internal errors: a corrupt page, for one
];
const BUSY: &[&str] = &["57014", "55P03", "40"];
const FULL: &[&str] = &["53"];
const LOGIN: &[&str] = &["28"];
const REFUSED: &[&str] = &["3D", "42", "0A", "3F"];

impl Fault {
    /// Reads an error of sqlx's.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the enum is open: sqlx may add to it")]
    pub(super) fn of(error: &Error) -> Self {
        match error {
            Error::Database(database) => {
                let code = database.code().unwrap_or_default();
                // The detail would quote values; the message names columns and constraints at most.
                let text = match database.try_downcast_ref::<PgDatabaseError>() {
                    Some(error) => format!("{} ({code})", error.message()),
                    None => format!("error {code}"),
                };
                let is = |states: &[&str]| states.iter().any(|state| code.starts_with(state));
                if is(LOST) {
                    Self::Lost(text)
                } else if is(BUSY) {
                    Self::Busy(text)
                } else if is(FULL) {
                    Self::Full(text)
                } else if is(LOGIN) {
                    Self::Login(text)
                } else if is(REFUSED) {
                    Self::Refused(text)
                } else {
                    Self::Data(text)
                }
            }
            // A certificate that does not fit mends itself by no waiting.
            Error::Io(error)
                if error
                    .get_ref()
                    .is_some_and(<dyn std::error::Error + Send + Sync>::is::<rustls::Error>) =>
            {
                Self::Refused(format!("TLS: {error}"))
            }
            Error::Io(error) => Self::Lost(error.to_string()),
            Error::Tls(error) => Self::Refused(format!("TLS: {error}")),
            Error::PoolTimedOut => Self::Busy("all connections are in use, or none can be made".to_owned()),
            Error::PoolClosed | Error::WorkerCrashed => Self::Lost("the connection was closed".to_owned()),
            Error::Configuration(error) => Self::Refused(error.to_string()),
            Error::ColumnDecode { index, .. } => Self::Data(format!("column {index} can't be read")),
            other => Self::Lost(kind(other).to_owned()),
        }
    }

    /// The error that a caller gets.
    pub(super) fn store_error(self, database: &str) -> StoreError {
        match self {
            Self::Lost(why) => unavailable(database, &why),
            Self::Busy(why) => StoreError::Unavailable {
                why: format!("the database at {database} does not answer in time: {why}"),
                hint: "it is tried again by itself; if it stays so, look at the database's load and locks"
                    .to_owned(),
            },
            Self::Full(why) => StoreError::Unavailable {
                why: format!("the database at {database} has no room: {why}"),
                hint: "free some space there; nothing needs to be restarted".to_owned(),
            },
            Self::Login(why) | Self::Refused(why) => StoreError::Database {
                why: format!("the database at {database} refuses: {why}"),
                hint: "check the user, the password, the database's name, the user's rights, and the certificate's \
                       authority and host name"
                    .to_owned(),
            },
            Self::Data(why) => StoreError::Corrupt { what: "what was to be kept".to_owned(), why },
        }
    }
}

/// A daemon that runs is not let in any more. It goes on as soon as it is.
pub(super) fn locked_out(database: &str, why: &str) -> StoreError {
    StoreError::Unavailable {
        why: format!("storage unavailable, retrying: {database} does not let radarr in any more: {why}"),
        hint: "put the password that the database has into storage.password_file; the daemon reads it again by itself"
            .to_owned(),
    }
}

/// The storage is away. The words that a person and a test look for.
pub(super) fn unavailable(database: &str, why: &str) -> StoreError {
    StoreError::Unavailable {
        why: format!("storage unavailable, retrying: {database}: {why}"),
        hint: "start the database again or mend the way to it; the daemon goes on by itself".to_owned(),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the enum is open: sqlx may add to it")]
fn kind(error: &Error) -> &'static str {
    match error {
        Error::Protocol(_) => "the server answered what was not understood",
        Error::RowNotFound => "a row that must be there is missing",
        Error::ColumnNotFound(_) | Error::ColumnIndexOutOfBounds { .. } => {
            "a column that must be there is missing"
        }
        Error::TypeNotFound { .. } | Error::Decode(_) | Error::Encode(_) => "a value has an unexpected type",
        _ => "the connection failed",
    }
}
