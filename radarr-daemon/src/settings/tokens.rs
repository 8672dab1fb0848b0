//! Client tokens.

use jiff::SignedDuration;
use radarr_proto::error::{ApiError, ErrorCode};
use radarr_proto::model::{Role, SecretText, TokenId, TokenInfo};
use radarr_proto::request::{CreateToken, CreatedToken};
use tracing::debug;

use super::edit::{Known, Noun, Numbered, change, find, known, refuse_same_name, tidy_name};
use crate::flow::{By, Flow, FlowError};
use crate::security::tokens::{StoredToken, hash, new_secret};
use crate::storage::{Collection, Commit, Document, Expect, SharedStore, StoreError};

/// As long as a name in a certificate may be.
const CERTIFICATE_NAME_MAX: usize = 253;

/// People want to know whether a token is still in use, not to the minute.
const NOTE_USE_EVERY: SignedDuration = SignedDuration::from_mins(10);

impl Numbered for StoredToken {
    const NOUN: Noun = Noun::Token;
    fn number(&self) -> u64 {
        self.info.id.0
    }
    fn set_number(&mut self, number: u64) {
        self.info.id = TokenId(number);
    }
    fn name(&self) -> String {
        self.info.name.clone()
    }
}

/// The tokens by which clients are let in. Read them again after each change of `token`.
pub async fn load_tokens(store: &SharedStore) -> Result<Vec<StoredToken>, StoreError> {
    store.load_all().await
}

/// The tokens, without their secrets.
pub async fn tokens(flow: &Flow) -> Result<Vec<TokenInfo>, FlowError> {
    Ok(load_tokens(&flow.store).await?.into_iter().map(|token| token.info).collect())
}

/// Makes a token. Its secret is in the answer and nowhere else.
pub async fn create_token(flow: &Flow, by: &By, request: CreateToken) -> Result<CreatedToken, FlowError> {
    let name = tidy_name(Noun::Token, &request.name)?;
    if request.role == Role::Unknown {
        return Err(FlowError::invalid(
            "this version does not know that role",
            "use viewer, operator or admin",
        ));
    }
    let certificate = request.certificate.as_deref().map(certificate_name).transpose()?;
    let secret = if certificate.is_some() {
        SecretText::default()
    } else {
        new_secret().map_err(|error| {
            ApiError::new(ErrorCode::Internal, format!("the system gives no random numbers: {error}"))
                .with_hint("see that /dev/urandom can be read")
        })?
    };
    let token = change(flow, by, Noun::Token, |edit| {
        let hash = if certificate.is_some() { String::new() } else { hash(&secret) };
        let (name, certificate) = (name.clone(), certificate.clone());
        async move {
            let known = known::<StoredToken>(&flow.store).await?;
            let id = TokenId(flow.store.next_id(Collection::Token).await?);
            let info = TokenInfo {
                id,
                name,
                role: request.role,
                created_at: edit.now,
                last_used_at: None,
                certificate,
            };
            let token = StoredToken { info, hash };
            refuse_same_name(&known, &token)?;
            refuse_same_certificate(&known, &token)?;
            edit.keep(edit.commit().put(&token, Expect::Absent), &token.info.name).await?;
            Ok(token.info)
        }
    })
    .await?;
    Ok(CreatedToken { token, secret })
}

/// The name of a certificate, as it has to stand in there.
fn certificate_name(text: &str) -> Result<String, FlowError> {
    let name = text.trim();
    if name.is_empty() || name.len() > CERTIFICATE_NAME_MAX || name.chars().any(char::is_control) {
        return Err(FlowError::invalid(
            format!("a certificate's name has 1 to {CERTIFICATE_NAME_MAX} characters"),
            "use the common name or an alternative name of the certificate, such as laptop.example",
        ));
    }
    Ok(name.to_owned())
}

/// One certificate is one principal.
fn refuse_same_certificate(known: &[Known<StoredToken>], token: &StoredToken) -> Result<(), FlowError> {
    let Some(name) = &token.info.certificate else { return Ok(()) };
    let mut others = known.iter().filter(|other| other.document.info.id != token.info.id);
    match others.find(|other| other.document.info.certificate.as_ref() == Some(name)) {
        None => Ok(()),
        Some(other) => Err(ApiError::new(
            ErrorCode::Conflict,
            format!("the certificate {name} stands for {} already", other.document.info.name),
        )
        .with_hint("revoke that one first: radarr-tui token revoke")
        .into()),
    }
}

/// What somebody shows who is let in.
#[derive(Debug, Clone)]
pub(crate) enum Shown {
    /// What one that is there shows already.
    AsBefore,
    /// A secret that somebody else made.
    Secret(SecretText),
    /// A client certificate with that name.
    Certificate(String),
}

/// Whoever shows that is let in under that name and role.
pub(crate) async fn save_token(
    flow: &Flow,
    by: &By,
    name: &str,
    role: Role,
    shown: Shown,
) -> Result<StoredToken, FlowError> {
    let name = tidy_name(Noun::Token, name)?;
    let (hashed, certificate) = match &shown {
        Shown::AsBefore => (None, None),
        Shown::Secret(secret) => (Some(hash(secret)), None),
        Shown::Certificate(name) => (Some(String::new()), Some(certificate_name(name)?)),
    };
    change(flow, by, Noun::Token, |edit| {
        let (name, hashed, certificate) = (name.clone(), hashed.clone(), certificate.clone());
        async move {
            let known = known::<StoredToken>(&flow.store).await?;
            let lower = name.to_lowercase();
            let before = known.iter().find(|known| known.document.info.name.to_lowercase() == lower);
            let mut token = match (before, &hashed) {
                (Some(before), _) => before.document.clone(),
                (None, Some(hash)) => {
                    let id = TokenId(flow.store.next_id(Collection::Token).await?);
                    let info = TokenInfo {
                        id,
                        name,
                        role,
                        created_at: edit.now,
                        last_used_at: None,
                        certificate: None,
                    };
                    StoredToken { info, hash: hash.clone() }
                }
                (None, None) => {
                    return Err(FlowError::invalid(
                        format!("there is no token {name:?}, and no secret to make it with"),
                        format!("give its secret by reference, or make it: radarr-tui token create {name:?}"),
                    ));
                }
            };
            token.info.role = role;
            if let Some(hash) = hashed {
                (token.hash, token.info.certificate) = (hash, certificate);
            }
            refuse_same_certificate(&known, &token)?;
            let expect = before.map_or(Expect::Absent, super::edit::Known::expected);
            edit.keep(edit.commit().put(&token, expect), &token.info.name).await?;
            Ok(token)
        }
    })
    .await
}

/// Notes that a client came in by a token; nobody is told, and not every connection of a busy script is written down.
pub async fn note_use(flow: &Flow, id: TokenId) {
    let now = flow.now();
    let noted = async {
        let key = StoredToken::key_of(&id);
        let Some(stored) = flow.store.get(&key).await? else { return Ok(()) };
        let mut token = StoredToken::decode(&key, &stored)?;
        if token.info.last_used_at.is_some_and(|last| now.duration_since(last) < NOTE_USE_EVERY) {
            return Ok(());
        }
        token.info.last_used_at = Some(now);
        // One that was revoked or got another role meanwhile must not come back.
        let version = stored.version;
        let commit = Commit::new("system", now).put(&token, Expect::Version(version));
        flow.store.commit(commit).await.map(|_| ())
    };
    if let Err(error) = noted.await {
        debug!(%error, "the use of a token was not noted");
    }
}

/// Ends a token.
pub async fn revoke_token(flow: &Flow, by: &By, id: TokenId) -> Result<(), FlowError> {
    change(flow, by, Noun::Token, |edit| async move {
        let known = known::<StoredToken>(&flow.store).await?;
        let token = find(&known, id.0)?;
        // That its use was noted in the same moment is no reason to let it live.
        let commit = edit.commit().delete::<StoredToken>(id, Expect::Any);
        edit.keep(commit, &token.document.info.name).await?;
        Ok(())
    })
    .await
}
