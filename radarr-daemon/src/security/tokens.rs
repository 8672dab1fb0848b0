//! Client tokens: made of 32 random bytes, shown once, stored as a hash (D11).
//!
//! A token is random enough that a plain SHA-256 of it can't be searched; a slow hash is for passwords.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use radarr_proto::model::{SecretText, TokenId, TokenInfo};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::storage::{Collection, Document};

/// Marks our tokens, so that people and secret scanners recognise one.
const PREFIX: &str = "radarr_";
const RANDOM_BYTES: usize = 32;

/// A token as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredToken {
    /// What clients see of it.
    pub info: TokenInfo,
    /// SHA-256 of the secret, hexadecimal; empty where a certificate stands for it.
    pub hash: String,
}

impl Document for StoredToken {
    type Id = TokenId;
    const COLLECTION: Collection = Collection::Token;
    fn id(&self) -> TokenId {
        self.info.id
    }
}

/// Makes a secret. Fails when the system has no randomness.
pub fn new_secret() -> Result<SecretText, getrandom::Error> {
    let mut bytes = [0_u8; RANDOM_BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(SecretText::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))))
}

/// What is stored of a secret.
pub fn hash(secret: &SecretText) -> String {
    Sha256::digest(secret.expose().as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The token that a secret belongs to. Hashes are compared, so that the time taken tells nothing of a secret.
pub fn find<'a>(tokens: &'a [StoredToken], secret: &SecretText) -> Option<&'a StoredToken> {
    let wanted = hash(secret);
    tokens.iter().find(|token| token.hash == wanted)
}

/// The token that a client certificate with these names stands for.
pub fn find_certificate<'a>(tokens: &'a [StoredToken], names: &[String]) -> Option<&'a StoredToken> {
    tokens.iter().find(|token| token.info.certificate.as_ref().is_some_and(|name| names.contains(name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use radarr_proto::model::Role;

    #[test]
    fn only_the_right_secret_finds_its_token() {
        let secret = new_secret().unwrap();
        let info = TokenInfo {
            id: TokenId(1),
            name: "script".to_owned(),
            role: Role::Viewer,
            created_at: jiff::Timestamp::UNIX_EPOCH,
            last_used_at: None,
            certificate: None,
        };
        let tokens = [StoredToken { info, hash: hash(&secret) }];
        assert!(find(&tokens, &secret).is_some());
        assert!(find(&tokens, &new_secret().unwrap()).is_none());
        assert!(!serde_json::to_string(&tokens).unwrap().contains(secret.expose()));
    }
}
