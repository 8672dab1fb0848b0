//! Who a client is, and what it may.
//!
//! Over the Unix socket the system tells the peer's user: the daemon's own user and root are admins. Over TCP and HTTP
//! a token tells, or a client certificate. Everybody else is refused, with what to do. Addresses that show wrong tokens
//! are slowed, and so are principals that ask too often.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use radarr_proto::error::{ApiError, ErrorCode};
use radarr_proto::hello::RefusalCode;
use radarr_proto::model::{Principal, Role, SecretText, TokenId};
use tokio::sync::{Mutex, watch};

use super::refused::Refused;
use crate::security::rates::Rates;
use crate::security::tokens::{self, StoredToken};
use crate::security::tries::Tries;
use crate::settings::tokens::load_tokens;
use crate::storage::{SharedStore, StoreError};

/// The place of whoever comes over the Unix socket.
const UNIX: &str = "unix";

/// What the connection itself tells of a client.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// The user at the other end of a Unix socket; `None` = the system did not say.
    UnixUser(Option<u32>),
    /// Nothing but the address: TCP.
    Remote(IpAddr),
    /// An address, and the names in a client certificate that TLS found good.
    Certificate(IpAddr, Vec<String>),
}

impl Credentials {
    /// The place that the audit names.
    pub fn place(&self) -> String {
        match self {
            Self::UnixUser(_) => UNIX.to_owned(),
            Self::Remote(address) | Self::Certificate(address, _) => address.to_string(),
        }
    }

    fn address(&self) -> Option<IpAddr> {
        match self {
            Self::UnixUser(_) => None,
            Self::Remote(address) | Self::Certificate(address, _) => Some(*address),
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
    /// When another try is looked at.
    pub wait_seconds: Option<u64>,
}

/// Knows the tokens. They are few and rarely change, so that all of them are kept in memory.
#[derive(Debug, Default)]
pub struct Doorkeeper {
    tokens: watch::Sender<Vec<StoredToken>>,
    reading: Mutex<()>,
    tries: Tries,
    rates: Rates,
    refused: Refused,
}

impl Doorkeeper {
    /// One that lets a principal ask so often; 0 = as often as it likes.
    pub fn new(calls_per_second: u32) -> Self {
        Self { rates: Rates::new(calls_per_second), ..Self::default() }
    }

    /// Refuses a call that the principal's role does not allow, and notes it for the audit.
    pub fn need(&self, caller: &Principal, from: &str, call: &str, needed: Role) -> Result<(), ApiError> {
        need(caller, needed).inspect_err(|error| {
            self.refused.call(&caller.name, from, call, &error.message, Instant::now());
        })
    }

    /// Counts a call of a principal from afar. The error says when to ask again. Who may end the daemon anyway, over
    /// its Unix socket, is not counted.
    pub fn count(&self, principal: &Principal, from: &str) -> Result<(), ApiError> {
        if from == UNIX {
            return Ok(());
        }
        self.rates.take(&principal.name, Instant::now()).map_err(|wait| {
            ApiError::busy(&format!("{} asks too often (security.calls_per_second)", principal.name), wait)
        })
    }

    /// Reads the tokens again; one at a time, so that an older list never takes the place of a newer one.
    pub async fn read_tokens(&self, store: &SharedStore) -> Result<(), StoreError> {
        let _alone = self.reading.lock().await;
        self.set_tokens(load_tokens(store).await?);
        Ok(())
    }

    fn set_tokens(&self, tokens: Vec<StoredToken>) {
        self.tokens.send_replace(tokens);
    }

    /// What was refused, for the audit.
    pub fn refused(&self) -> &Refused {
        &self.refused
    }

    /// Who this is, or why not.
    pub fn admit(&self, credentials: Credentials, token: Option<&SecretText>) -> Result<Admitted, Refusal> {
        let address = credentials.address();
        self.judge(credentials, token).inspect_err(|refusal| {
            if let Some(address) = address {
                self.refused.login(address, &refusal.message, Instant::now());
            }
        })
    }

    fn judge(&self, credentials: Credentials, token: Option<&SecretText>) -> Result<Admitted, Refusal> {
        let (address, now) = (credentials.address(), Instant::now());
        if let Some(wait) = address.and_then(|address| self.tries.wait(address, now)) {
            return Err(slowed(wait));
        }
        let wrong = |message: &str| {
            if let Some(address) = address {
                self.tries.wrong(address, now);
            }
            refusal(message)
        };
        if let Some(secret) = token.filter(|secret| !secret.is_empty()) {
            let tokens = self.tokens.borrow();
            return tokens::find(&tokens, secret)
                .map(|token| admitted("token", token))
                .ok_or_else(|| wrong("the token is wrong or was revoked"));
        }
        match credentials {
            Credentials::Certificate(_, names) => {
                let tokens = self.tokens.borrow();
                tokens::find_certificate(&tokens, &names)
                    .map(|token| admitted("certificate", token))
                    .ok_or_else(|| Refusal {
                        hint: Some(FOR_CERTIFICATE.to_owned()),
                        ..wrong("the client certificate stands for nobody, or was revoked")
                    })
            }
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

/// What a certificate needs is a record, not a token beside it.
const FOR_CERTIFICATE: &str =
    "on the daemon's machine: radarr-tui token create NAME --certificate NAME-IN-IT, or show a token";

fn admitted(kind: &str, token: &StoredToken) -> Admitted {
    let principal = Principal { name: format!("{kind}:{}", token.info.name), role: token.info.role };
    Admitted { principal, token: Some(token.info.id) }
}

fn slowed(wait: Duration) -> Refusal {
    let seconds = wait.as_secs() + 1;
    Refusal {
        code: RefusalCode::Slowed,
        message: "too many wrong tokens came from this address".to_owned(),
        hint: Some(format!("try again in {seconds} s")),
        wait_seconds: Some(seconds),
    }
}

fn refusal(message: &str) -> Refusal {
    Refusal {
        code: RefusalCode::NotAllowed,
        message: message.to_owned(),
        hint: Some("make a token on the daemon's machine: radarr-tui token create NAME".to_owned()),
        wait_seconds: None,
    }
}

/// Refuses a call that the role does not allow.
fn need(principal: &Principal, needed: Role) -> Result<(), ApiError> {
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

    fn stored(name: &str, role: Role, hash: String) -> StoredToken {
        let info = TokenInfo {
            id: TokenId(7),
            name: name.to_owned(),
            role,
            created_at: jiff::Timestamp::UNIX_EPOCH,
            last_used_at: None,
            certificate: None,
        };
        StoredToken { info, hash }
    }

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
        let doorkeeper = Doorkeeper::default();
        doorkeeper.set_tokens(vec![stored("tv", Role::Viewer, tokens::hash(&secret))]);
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
        let certificate = Credentials::Certificate(IpAddr::from([192, 0, 2, 8]), vec!["laptop".to_owned()]);
        assert_eq!(admit(Credentials::UnixUser(Some(own))), Ok(Role::Admin));
        for stranger in [
            Credentials::Remote(IpAddr::from([192, 0, 2, 7])),
            Credentials::UnixUser(None),
            Credentials::UnixUser(Some(own + 1)),
            certificate,
        ] {
            let shown = format!("{stranger:?}");
            assert_eq!(admit(stranger).unwrap_err().code, RefusalCode::NotAllowed, "{shown}");
        }
    }

    #[test]
    fn a_certificate_is_who_its_record_says_and_its_record_has_no_secret() {
        let doorkeeper = Doorkeeper::default();
        let mut laptop = stored("laptop", Role::Operator, String::new());
        laptop.info.certificate = Some("laptop.example".to_owned());
        doorkeeper.set_tokens(vec![laptop]);
        let from = IpAddr::from([192, 0, 2, 7]);
        let names = vec!["somebody".to_owned(), "laptop.example".to_owned()];
        let admitted = doorkeeper.admit(Credentials::Certificate(from, names), None).unwrap();
        assert_eq!(
            admitted.principal,
            Principal { name: "certificate:laptop".to_owned(), role: Role::Operator }
        );
        let strange = Credentials::Certificate(from, vec!["somebody".to_owned()]);
        assert!(doorkeeper.admit(strange, None).unwrap_err().hint.unwrap().contains("--certificate"));
        for secret in ["", "laptop.example", "laptop"] {
            assert!(doorkeeper.admit(Credentials::Remote(from), Some(&SecretText::new(secret))).is_err());
        }
    }

    #[test]
    fn an_address_that_shows_wrong_tokens_waits_whatever_it_shows_then_and_another_does_not() {
        let secret = tokens::new_secret().unwrap();
        let doorkeeper = Doorkeeper::default();
        doorkeeper.set_tokens(vec![stored("tv", Role::Viewer, tokens::hash(&secret))]);
        let admit = |last, secret| {
            doorkeeper.admit(Credentials::Remote(IpAddr::from([192, 0, 2, last])), Some(secret))
        };
        let wrong = SecretText::new("radarr_wrong");
        for _ in 0..6 {
            assert_eq!(admit(1, &wrong).unwrap_err().code, RefusalCode::NotAllowed);
        }
        let refused = admit(1, &secret).unwrap_err();
        assert_eq!(refused.code, RefusalCode::Slowed);
        assert!(refused.hint.unwrap().contains("try again in 1 s") || refused.wait_seconds == Some(1));
        assert!(admit(2, &secret).is_ok());
    }

    #[test]
    fn a_principal_that_asks_too_often_is_told_when_to_ask_again_and_the_daemons_user_is_not() {
        let doorkeeper = Doorkeeper::new(1);
        let principal = Principal { name: "token:tv".to_owned(), role: Role::Viewer };
        let answers: Vec<_> = (0..7).map(|_| doorkeeper.count(&principal, "192.0.2.7")).collect();
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 5);
        let error = answers.into_iter().find_map(Result::err).unwrap();
        assert_eq!(error.code, ErrorCode::Busy);
        assert!(error.retry_after_ms.is_some_and(|wait| wait > 0 && wait <= 1000), "{error:?}");
        assert!(error.hint.unwrap().contains("try again in 1 s"));
        assert!((0..100).all(|_| doorkeeper.count(&principal, "unix").is_ok()));
    }
}
