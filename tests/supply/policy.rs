//! `deny.toml`, the one place where licences, bans and reasons stand; `cargo deny` reads the same file.

use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(crate) struct Policy {
    pub(crate) licenses: Licenses,
    pub(crate) bans: Bans,
    pub(crate) advisories: Advisories,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Licenses {
    pub(crate) allow: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Bans {
    pub(crate) deny: Vec<Banned>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Banned {
    #[serde(rename = "crate")]
    pub(crate) name: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Advisories {
    pub(crate) ignore: Vec<Accepted>,
}

/// An advisory that is known and lived with.
#[derive(Debug, Deserialize)]
pub(crate) struct Accepted {
    pub(crate) id: String,
    pub(crate) reason: String,
}

pub(crate) fn policy() -> Policy {
    toml::from_str(&crate::read("deny.toml")).unwrap()
}
