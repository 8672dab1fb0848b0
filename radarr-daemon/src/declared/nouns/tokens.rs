//! `tokens`: who is let in with which role, by a secret or by a client certificate. Without either only the role of a
//! token that is there is declared.

use radarr_proto::declared::SecretRef;
use radarr_proto::model::Role;
use serde::{Deserialize, Serialize};

use super::super::applying::{Applying, Misfit, Placed};
use crate::security::tokens::{StoredToken, hash};
use crate::settings::tokens::{Shown, save_token};
use crate::storage::{DocKey, Document};

/// The field of the secret.
pub(in crate::declared) const SECRET: &str = "secret";
/// A shorter secret could be guessed; only its plain hash is kept.
const SECRET_CHARS_MIN: usize = 32;

/// A client token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::declared) struct TokenForm {
    name: String,
    role: RoleForm,
    /// The name in a client certificate that is let in, in the place of a secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    certificate: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::declared) secret: Option<SecretRef>,
}

/// What a token allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RoleForm {
    Viewer,
    Operator,
    Admin,
}

pub(in crate::declared) fn name(form: &TokenForm) -> String {
    form.name.trim().to_owned()
}

pub(in crate::declared) fn form(token: &StoredToken) -> TokenForm {
    let role = match token.info.role {
        Role::Viewer | Role::Unknown => RoleForm::Viewer,
        Role::Operator => RoleForm::Operator,
        Role::Admin => RoleForm::Admin,
    };
    TokenForm {
        name: token.info.name.clone(),
        role,
        certificate: token.info.certificate.clone(),
        secret: None,
    }
}

pub(in crate::declared) async fn apply(
    applying: &mut Applying<'_>,
    forms: Vec<Placed<TokenForm>>,
) -> Result<Vec<DocKey>, Misfit> {
    let mut keys = Vec::with_capacity(forms.len());
    for Placed { place, form: declared } in forms {
        let name = declared.name.trim().to_owned();
        let lower = name.to_lowercase();
        let there =
            applying.known.tokens.iter().find(|known| known.info.name.to_lowercase() == lower).cloned();
        let reference = declared.secret.as_ref().filter(|reference| !reference.is_placeholder());
        if reference.is_some() && declared.certificate.is_some() {
            return Err(place.refuse(
                format!("the token {name:?} has a secret and a certificate"),
                "keep one: who shows a certificate needs no secret",
            ));
        }
        let mut shown = match &declared.certificate {
            Some(certificate)
                if there.as_ref().and_then(|there| there.info.certificate.as_deref())
                    != Some(certificate.trim()) =>
            {
                Shown::Certificate(certificate.clone())
            }
            Some(_) | None => Shown::AsBefore,
        };
        if let Some(reference) = reference {
            let (value, is_news) = applying.secrets.get(reference).map_err(|why| {
                place.refuse(
                    format!("the secret of the token {name:?} can't be read: {why}"),
                    "mend the reference or what it names",
                )
            })?;
            if value.expose().chars().count() < SECRET_CHARS_MIN {
                return Err(place.refuse(
                    format!("the secret of the token {name:?} has fewer than {SECRET_CHARS_MIN} characters"),
                    "make a longer one, by chance: openssl rand -hex 32",
                ));
            }
            let is_same = there.as_ref().is_some_and(|there| there.hash == hash(&value));
            if !is_same && (is_news || there.is_none()) {
                shown = Shown::Secret(value);
            }
        }
        let role = match declared.role {
            RoleForm::Viewer => Role::Viewer,
            RoleForm::Operator => Role::Operator,
            RoleForm::Admin => Role::Admin,
        };
        if let Some(there) = &there
            && there.info.role == role
            && matches!(shown, Shown::AsBefore)
        {
            keys.push(there.key());
            continue;
        }
        let saved = save_token(applying.flow, applying.by, &name, role, shown).await;
        keys.push(saved.map_err(place.misfit())?.key());
    }
    Ok(keys)
}
