//! Who a client is, and what it may.
//!
//! Over the Unix socket the system tells the peer's user: the daemon's own user and root are admins. Over TCP a
//! token tells. Everybody else is refused, with what to do.

use radarr_proto::error::{ApiError, ErrorCode};
use radarr_proto::hello::RefusalCode;
use radarr_proto::model::{Principal, Role, SecretText};
use tokio::sync::RwLock;

use crate::security::tokens::{self, StoredToken};

/// What the connection itself tells of a client.
#[derive(Debug, Clone, Copy)]
pub enum Credentials {
    /// The user at the other end of a Unix socket; `None` = the system did not say.
    UnixUser(Option<u32>),
    /// Nothing: TCP.
    Remote,
}

/// Why a client may not come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// For programs.
    pub code: RefusalCode,
    /// For people.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

/// Knows the tokens. They are few and rarely change, so that all of them are kept in memory.
#[derive(Debug, Default)]
pub struct Doorkeeper {
    tokens: RwLock<Vec<StoredToken>>,
}

impl Doorkeeper {
    /// Replaces the tokens that are known.
    pub async fn set_tokens(&self, tokens: Vec<StoredToken>) {
        *self.tokens.write().await = tokens;
    }

    /// Who this is, or why not.
    pub async fn admit(
        &self,
        credentials: Credentials,
        token: Option<&SecretText>,
    ) -> Result<Principal, Refusal> {
        if let Some(secret) = token.filter(|secret| !secret.is_empty()) {
            let tokens = self.tokens.read().await;
            return tokens::find(&tokens, secret)
                .map(|token| Principal { name: format!("token:{}", token.info.name), role: token.info.role })
                .ok_or_else(|| refusal("the token is wrong or was revoked"));
        }
        match credentials {
            Credentials::UnixUser(Some(user)) if user == 0 || user == rustix::process::geteuid().as_raw() => {
                Ok(Principal { name: format!("user:{user}"), role: Role::Admin })
            }
            Credentials::UnixUser(Some(user)) => {
                Err(refusal(&format!("user {user} is not the daemon's user, and shows no token")))
            }
            Credentials::UnixUser(None) => Err(refusal("the system does not tell who connects")),
            Credentials::Remote => Err(refusal("a token is needed over TCP")),
        }
    }
}

fn refusal(message: &str) -> Refusal {
    Refusal {
        code: RefusalCode::NotAllowed,
        message: message.to_owned(),
        hint: Some("make a token on the daemon's machine: radarr-tui token create NAME".to_owned()),
    }
}

/// Refuses a call that the role does not allow.
pub fn need(principal: &Principal, needed: Role) -> Result<(), ApiError> {
    if principal.role.allows(needed) {
        return Ok(());
    }
    let name = |role: Role| format!("{role:?}").to_lowercase();
    Err(ApiError::new(
        ErrorCode::Forbidden,
        format!("{} is {}, and this needs {}", principal.name, name(principal.role), name(needed)),
    )
    .with_hint("ask an admin for a token with that role"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_viewer_may_look_and_nothing_else() {
        let viewer = Principal { name: "token:tv".to_owned(), role: Role::Viewer };
        assert!(need(&viewer, Role::Viewer).is_ok());
        let error = need(&viewer, Role::Operator).unwrap_err();
        assert_eq!(error.code, ErrorCode::Forbidden);
        assert!(error.hint.is_some());
        let stranger = Principal { name: "token:x".to_owned(), role: Role::Unknown };
        assert!(need(&stranger, Role::Viewer).is_err());
    }
}
