//! What both sides say before tarpc starts: one small JSON frame each.
//!
//! The client names the protocol it speaks and shows its token; the daemon answers who the client is taken for and
//! what it can do, or refuses with a reason. Peers with the same [`PROTOCOL_MAJOR`] understand each other: fields
//! are added, never renamed.

use serde::{Deserialize, Serialize};

use crate::model::{Principal, SecretText};

/// Peers with another number do not understand each other.
pub const PROTOCOL_MAJOR: u32 = 1;
/// Rises when calls or fields are added.
pub const PROTOCOL_MINOR: u32 = 0;
/// The first word of every hello: tells radarr's clients from strangers.
pub const MAGIC: &str = "radarr";
/// A hello is small: whoever has not shown a token yet may not make the daemon hold more.
pub const HELLO_BYTES_MAX: usize = 4096;
/// Seconds that either side waits for the other's hello.
pub const HELLO_TIMEOUT_SECONDS: u64 = 5;

/// What this daemon can do beyond the first protocol 1.0; a client asks here before it calls what is younger.
pub const FEATURES: &[&str] = &[
    "events",
    "explain",
    "versions",
    "groups",
    "custom_formats",
    "rename",
    "audit",
    "upkeep",
    FORMAT_TEST,
    "certificates",
    "declared",
    GROUP_PAGES,
    SCHEDULE,
];

/// The feature of [`test_custom_format`](crate::service::Radarr::test_custom_format).
pub const FORMAT_TEST: &str = "format_test";

/// The feature of [`list_groups`](crate::service::Radarr::list_groups).
pub const GROUP_PAGES: &str = "group_pages";

/// The feature of [`schedule`](crate::service::Radarr::schedule).
pub const SCHEDULE: &str = "schedule";

/// The client's first frame.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientHello {
    /// [`MAGIC`].
    pub magic: String,
    /// [`PROTOCOL_MAJOR`] of the client.
    pub protocol: u32,
    /// [`PROTOCOL_MINOR`] of the client.
    #[serde(default)]
    pub minor: u32,
    /// The client's name and version, for the log.
    #[serde(default)]
    pub software: String,
    /// Its token; not needed over the Unix socket of one's own daemon.
    #[serde(default)]
    pub token: Option<SecretText>,
}

/// Why a client is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalCode {
    /// The first frame was no hello.
    NotRadarr,
    /// The protocols do not fit.
    Protocol,
    /// There is no token, or it is wrong or revoked.
    NotAllowed,
    /// Too many clients at once.
    Busy,
    /// The daemon ends.
    ShuttingDown,
    /// Too many wrong tokens came from the client's address: it has to wait, whatever it shows.
    Slowed,
    /// A reason that a newer daemon knows.
    #[serde(other)]
    Unknown,
}

/// The daemon's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum ServerHello {
    /// Welcome; tarpc starts with the next frame.
    Ok {
        /// [`PROTOCOL_MAJOR`] of the daemon.
        protocol: u32,
        /// [`PROTOCOL_MINOR`] of the daemon.
        #[serde(default)]
        minor: u32,
        /// The daemon's version.
        software: String,
        /// Who the client is taken for.
        principal: Principal,
        /// What the daemon can do.
        #[serde(default)]
        features: Vec<String>,
    },
    /// No; the connection closes.
    Refused {
        /// Why, for programs.
        code: RefusalCode,
        /// Why, for people.
        message: String,
        /// What to do.
        #[serde(default)]
        hint: Option<String>,
    },
    /// An answer that a newer daemon knows.
    #[serde(other)]
    Unknown,
}
