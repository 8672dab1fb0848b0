//! What becomes of the secrets in a backup.
//!
//! A backup travels: to another disk, another machine, somebody's cloud. So secrets are in it only when there is a
//! passphrase to encrypt them with.

use std::num::NonZeroU32;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use radarr_proto::model::SecretText;
use radarr_proto::request::BackupSecrets;
use serde::{Deserialize, Serialize};

use super::links::Link;
use crate::indexers::torznab::SEALED_AS;
use crate::security::keeper::{SecretKeeper, StoredSecret};
use crate::security::secrets::{SecretBox, SecretError, random};
use crate::storage::{DocKey, Document, StoredDoc};

/// Hashes that a guess at the passphrase costs: what OWASP's cheat sheet on storing passwords asks of PBKDF2 with
/// HMAC-SHA256. About a fifth of a second.
const ROUNDS: NonZeroU32 = NonZeroU32::new(600_000).unwrap();

/// A file that asks for more is not waited for.
const ROUNDS_MAX: u32 = 10_000_000;

/// Sealed in the head, so that a wrong passphrase is noticed before anything else.
const CHECK: &str = "radarr";

/// A passphrase, or none.
pub type Passphrase = Option<SecretText>;

/// What a head says of the secrets.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum HeadSecrets {
    /// They are not there.
    LeftOut,
    /// They are encrypted with a key that is made of a passphrase by PBKDF2 with HMAC-SHA256.
    Passphrase {
        /// Base64.
        salt: String,
        /// Hashes.
        rounds: u32,
        /// A known text, sealed with the key.
        check: String,
    },
    /// They are as they were stored. So it was in format 1, whose heads do not say so.
    #[default]
    OwnKey,
}

impl HeadSecrets {
    pub(super) fn kind(&self) -> BackupSecrets {
        match self {
            Self::LeftOut => BackupSecrets::LeftOut,
            Self::Passphrase { .. } => BackupSecrets::Passphrase,
            Self::OwnKey => BackupSecrets::OwnKey,
        }
    }

    /// What opens them; says why not.
    pub(super) fn open(&self, passphrase: &Passphrase) -> Result<Option<SecretBox>, &'static str> {
        let Self::Passphrase { salt, rounds, check } = self else { return Ok(None) };
        let Some(passphrase) = passphrase else {
            return Err("they are encrypted with a passphrase, and none is given");
        };
        let rounds = NonZeroU32::new(*rounds).filter(|rounds| rounds.get() <= ROUNDS_MAX);
        let salt = STANDARD.decode(salt).ok();
        let (Some(salt), Some(rounds)) = (salt, rounds) else {
            return Err("the head says nothing sensible of the key");
        };
        let opens = SecretBox::of_passphrase(passphrase, &salt, rounds)
            .ok_or("no key can be made of the passphrase")?;
        match opens.open_sealed(CHECK, check) {
            Ok(_) => Ok(Some(opens)),
            Err(_) => Err("the passphrase is another one"),
        }
    }
}

/// How the secrets go into a backup.
pub enum Sealing<'a> {
    /// Not at all.
    LeftOut,
    /// Encrypted with a passphrase.
    Passphrase {
        /// Opens them as they are stored.
        keeper: &'a SecretKeeper,
        /// The passphrase.
        passphrase: &'a SecretText,
    },
    /// As they are stored: for the storage's own key.
    OwnKey,
}

impl<'a> Sealing<'a> {
    /// With a passphrase if there is one; else they are left out.
    pub fn with(keeper: &'a SecretKeeper, passphrase: &'a SecretText) -> Self {
        if passphrase.is_empty() { Self::LeftOut } else { Self::Passphrase { keeper, passphrase } }
    }

    pub(super) fn begin(&self) -> Result<(HeadSecrets, Sealer<'a>), SecretError> {
        match self {
            Self::LeftOut => Ok((HeadSecrets::LeftOut, Sealer::LeaveOut)),
            Self::OwnKey => Ok((HeadSecrets::OwnKey, Sealer::Keep)),
            Self::Passphrase { keeper, passphrase } => {
                let salt = random::<16>()?;
                let seals =
                    SecretBox::of_passphrase(passphrase, &salt, ROUNDS).ok_or(SecretError::NoRandomness)?;
                let head = HeadSecrets::Passphrase {
                    salt: STANDARD.encode(salt),
                    rounds: ROUNDS.get(),
                    check: seals.seal(CHECK, &SecretText::new(CHECK))?,
                };
                Ok((head, Sealer::Seal { keeper, seals: Box::new(seals) }))
            }
        }
    }
}

/// Turns a stored secret into what goes into the backup.
pub(super) enum Sealer<'a> {
    LeaveOut,
    Keep,
    Seal { keeper: &'a SecretKeeper, seals: Box<SecretBox> },
}

/// What a sealer makes of a secret.
pub(super) enum SealedAs {
    /// This goes in.
    Text(Vec<u8>),
    /// It stays out, as all of them do.
    LeftOut,
    /// It stays out: no key opens it.
    Unreadable,
}

impl Sealer<'_> {
    pub(super) fn seal(&self, key: &DocKey, stored: StoredDoc) -> Result<SealedAs, super::BackupError> {
        match self {
            Self::LeaveOut => Ok(SealedAs::LeftOut),
            Self::Keep => Ok(SealedAs::Text(stored.body)),
            Self::Seal { keeper, seals } => {
                let secret = StoredSecret::decode(key, &stored)?;
                match keeper.open_sealed(&secret.name, &secret.sealed) {
                    Ok(open) => Ok(SealedAs::Text(text(&secret.name, seals.seal(&secret.name, &open)?))),
                    Err(SecretError::OtherKey) => Ok(SealedAs::Unreadable),
                    Err(error) => Err(error.into()),
                }
            }
        }
    }

    /// What goes in of the address of a download.
    pub(super) fn seal_link(&self, sealed: &str) -> Link {
        match self {
            Self::LeaveOut => Link::LeftOut,
            Self::Keep => Link::Sealed(sealed.to_owned()),
            Self::Seal { keeper, seals } => {
                sealed_again(keeper.open_sealed(SEALED_AS, sealed), |open| seals.seal(SEALED_AS, open))
            }
        }
    }
}

/// The address of a download for another key. One that can't be opened is of no use to anybody.
pub(super) fn sealed_again(
    opened: Result<SecretText, SecretError>,
    seal: impl FnOnce(&SecretText) -> Result<String, SecretError>,
) -> Link {
    let sealed = opened.and_then(|open| seal(&open));
    sealed.map_or(Link::LeftOut, Link::Sealed)
}

/// A secret as a document.
pub(super) fn text(name: &str, sealed: String) -> Vec<u8> {
    serde_json::json!({ "name": name, "sealed": sealed }).to_string().into_bytes()
}
