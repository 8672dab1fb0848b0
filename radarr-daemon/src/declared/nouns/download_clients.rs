//! `download_clients`.

use radarr_proto::declared::SecretRef;
use radarr_proto::model::{
    ClientId, ClientKind, DocVersion, DownloadClient, PathMapping, SaveClient, SecretInput, SecretSource,
};
use serde::{Deserialize, Serialize};

use super::super::applying::{Applying, Misfit, Placed};
use super::super::known::Known;
use super::yes;
use crate::outside::client_secret;
use crate::settings::clients::save_client;
use crate::storage::{DocKey, Document};

/// The field of the secret.
pub(in crate::declared) const SECRET: &str = "password";

/// A download client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::declared) struct ClientForm {
    name: String,
    kind: Kind,
    #[serde(default = "yes")]
    enabled: bool,
    url: String,
    #[serde(default)]
    username: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::declared) password: Option<SecretRef>,
    #[serde(default = "category")]
    category: String,
    #[serde(default)]
    imported_category: Option<String>,
    #[serde(default)]
    save_path: Option<String>,
    #[serde(default)]
    add_stopped: bool,
    #[serde(default)]
    sequential: bool,
    #[serde(default = "best")]
    priority: u8,
    #[serde(default)]
    remove_completed: bool,
    #[serde(default = "yes")]
    remove_failed: bool,
    #[serde(default)]
    path_mappings: Vec<PathMapping>,
    #[serde(default)]
    tags: Vec<String>,
}

/// Which program it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Qbittorrent,
}

fn category() -> String {
    "radarr".to_owned()
}

fn best() -> u8 {
    1
}

pub(in crate::declared) fn name(form: &ClientForm) -> String {
    form.name.trim().to_owned()
}

pub(in crate::declared) fn form(client: &DownloadClient, known: &Known) -> ClientForm {
    let mut form = ClientForm {
        name: client.name.clone(),
        kind: Kind::Qbittorrent,
        enabled: client.enabled,
        url: client.url.clone(),
        username: String::new(),
        password: None,
        category: String::new(),
        imported_category: None,
        save_path: None,
        add_stopped: false,
        sequential: false,
        priority: client.priority,
        remove_completed: client.remove_completed,
        remove_failed: client.remove_failed,
        path_mappings: client.path_mappings.clone(),
        tags: known.labels(&client.tags),
    };
    match &client.kind {
        ClientKind::Qbittorrent {
            username,
            category,
            imported_category,
            save_path,
            add_stopped,
            sequential,
        } => {
            form.username.clone_from(username);
            form.category.clone_from(category);
            form.imported_category.clone_from(imported_category);
            form.save_path.clone_from(save_path);
            form.add_stopped = *add_stopped;
            form.sequential = *sequential;
        }
        ClientKind::Unknown => {}
    }
    form
}

pub(in crate::declared) async fn apply(
    applying: &mut Applying<'_>,
    forms: Vec<Placed<ClientForm>>,
) -> Result<Vec<DocKey>, Misfit> {
    let mut keys = Vec::with_capacity(forms.len());
    for Placed { place, form: declared } in forms {
        let name = declared.name.trim().to_owned();
        let there =
            applying.known.clients.iter().find(|known| known.name.to_lowercase() == name.to_lowercase());
        let there = there.cloned();
        let (id, before) = there
            .as_ref()
            .map_or((ClientId(0), SecretSource::None), |there| (there.id, there.secret.clone()));
        let secret =
            applying.secret(&place, &name, declared.password.as_ref(), &client_secret(id), &before).await?;
        let client = DownloadClient {
            id,
            doc_version: DocVersion(0),
            name,
            kind: match declared.kind {
                Kind::Qbittorrent => ClientKind::Qbittorrent {
                    username: declared.username,
                    category: declared.category,
                    imported_category: declared.imported_category,
                    save_path: declared.save_path,
                    add_stopped: declared.add_stopped,
                    sequential: declared.sequential,
                },
            },
            url: declared.url,
            secret: before,
            enabled: declared.enabled,
            priority: declared.priority,
            remove_completed: declared.remove_completed,
            remove_failed: declared.remove_failed,
            path_mappings: declared.path_mappings,
            tags: applying.tags(&place, &declared.tags).await?,
        };
        if let Some(there) = &there
            && secret == SecretInput::Keep
            && form(there, &applying.known) == form(&client, &applying.known)
        {
            keys.push(there.key());
            continue;
        }
        let saved = save_client(applying.flow, applying.by, SaveClient { client, secret }).await;
        let saved = saved.map_err(place.misfit())?;
        keys.push(saved.key());
        applying.known.clients.retain(|known| known.id != saved.id);
        applying.known.clients.push(saved);
    }
    Ok(keys)
}
