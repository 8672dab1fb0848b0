//! Who a client is, and what it may.
//!
//! Over the Unix socket the system tells the peer's user: the daemon's own user and root are admins. Over TCP a
//! token tells. Everybody else is refused, with what to do.

use std::net::IpAddr;

use radarr_proto::error::{ApiError, ErrorCode};
use radarr_proto::hello::RefusalCode;
use radarr_proto::model::{Principal, Role, SecretText, TokenId};
use tokio::sync::{Mutex, watch};

use crate::security::tokens::{self, StoredToken};
use crate::settings::tokens::load_tokens;
use crate::storage::{SharedStore, StoreError};

/// What the connection itself tells of a client.
#[derive(Debug, Clone, Copy)]
pub enum Credentials {
    /// The user at the other end of a Unix socket; `None` = the system did not say.
    UnixUser(Option<u32>),
    /// Nothing but the address: TCP.
    Remote(IpAddr),
}

impl Credentials {
    /// The place that the audit names.
    pub fn place(&self) -> String {
        match self {
            Self::UnixUser(_) => "unix".to_owned(),
            Self::Remote(address) => address.to_string(),
        }
    }
}

/// A client that may come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// Who it is.
    pub principal: Principal,
    /// The token that it showed.
    pub token: Option<TokenId>,
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
    tokens: watch::Sender<Vec<StoredToken>>,
    reading: Mutex<()>,
}

impl Doorkeeper {
    /// Reads the tokens again; one at a time, so that an older list never takes the place of a newer one.
    pub async fn read_tokens(&self, store: &SharedStore) -> Result<(), StoreError> {
        let _alone = self.reading.lock().await;
        self.set_tokens(load_tokens(store).await?);
        Ok(())
    }

    fn set_tokens(&self, tokens: Vec<StoredToken>) {
        self.tokens.send_replace(tokens);
    }

    /// Who this is, or why not.
    pub fn admit(&self, credentials: Credentials, token: Option<&SecretText>) -> Result<Admitted, Refusal> {
        if let Some(secret) = token.filter(|secret| !secret.is_empty()) {
            let tokens = self.tokens.borrow();
            return tokens::find(&tokens, secret)
                .map(|token| Admitted {
                    principal: Principal {
                        name: format!("token:{}", token.info.name),
                        role: token.info.role,
                    },
                    token: Some(token.info.id),
                })
                .ok_or_else(|| refusal("the token is wrong or was revoked"));
        }
        match credentials {
            Credentials::UnixUser(Some(user)) if user == 0 || user == rustix::process::geteuid().as_raw() => {
                let principal = Principal { name: format!("user:{user}"), role: Role::Admin };
                Ok(Admitted { principal, token: None })
            }
            Credentials::UnixUser(Some(user)) => {
                Err(refusal(&format!("user {user} is not the daemon's user, and shows no token")))
            }
            Credentials::UnixUser(None) => Err(refusal("the system does not tell who connects")),
            Credentials::Remote(_) => Err(refusal("a token is needed over TCP")),
        }
    }

    /// Ends when the token is revoked; never for who came without one.
    pub async fn revoked(&self, token: Option<TokenId>) {
        let Some(id) = token else { return std::future::pending().await };
        let mut tokens = self.tokens.subscribe();
        let gone = tokens.wait_for(|tokens| !tokens.iter().any(|token| token.info.id == id));
        // An error means that the daemon ends.
        if gone.await.is_err() {
            std::future::pending::<()>().await;
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
    use radarr_proto::model::TokenInfo;

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

    #[tokio::test]
    async fn a_revoked_token_ends_its_connections_and_opens_no_other() {
        let secret = tokens::new_secret().unwrap();
        let info = TokenInfo {
            id: TokenId(7),
            name: "tv".to_owned(),
            role: Role::Viewer,
            created_at: jiff::Timestamp::UNIX_EPOCH,
            last_used_at: None,
        };
        let doorkeeper = Doorkeeper::default();
        doorkeeper.set_tokens(vec![StoredToken { info, hash: tokens::hash(&secret) }]);
        let admitted =
            doorkeeper.admit(Credentials::Remote(IpAddr::from([192, 0, 2, 7])), Some(&secret)).unwrap();
        assert_eq!(admitted.principal.name, "token:tv");
        let mut revoked = std::pin::pin!(doorkeeper.revoked(admitted.token));
        assert!(futures::poll!(&mut revoked).is_pending());
        doorkeeper.set_tokens(Vec::new());
        revoked.await;
        assert!(doorkeeper.admit(Credentials::Remote(IpAddr::from([192, 0, 2, 7])), Some(&secret)).is_err());
    }

    #[test]
    fn over_tcp_nobody_comes_in_without_a_token_and_over_the_socket_only_the_daemons_user() {
        let doorkeeper = Doorkeeper::default();
        let own = rustix::process::geteuid().as_raw();
        let admit = |credentials| doorkeeper.admit(credentials, None).map(|admitted| admitted.principal.role);
        assert_eq!(admit(Credentials::UnixUser(Some(own))), Ok(Role::Admin));
        for stranger in [
            Credentials::Remote(IpAddr::from([192, 0, 2, 7])),
            Credentials::UnixUser(None),
            Credentials::UnixUser(Some(own + 1)),
        ] {
            assert_eq!(admit(stranger).unwrap_err().code, RefusalCode::NotAllowed, "{stranger:?}");
        }
    }
}
