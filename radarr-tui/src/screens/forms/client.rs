//! A program that downloads.

use radarr_proto::model::{ClientKind, DownloadClient, PathMapping, SaveClient};

use super::{FormDialog, Purpose, optional};
use crate::app::ask::Ask;
use crate::widgets::form::{Form, Value};

#[derive(Debug)]
struct Edit {
    client: DownloadClient,
}

/// The form for a download client; a new one has the number 0 and the defaults of its kind.
pub fn form(client: &DownloadClient) -> FormDialog {
    let mappings: Vec<String> =
        client.path_mappings.iter().map(|one| format!("{}={}", one.remote, one.local)).collect();
    let form = Form::new(format!("download client {}", client.name), "save")
        .text_field("name", "its name here", &client.name)
        .text_field("address", "of its web page, e.g. http://127.0.0.1:8080", &client.url);
    let form = match &client.kind {
        ClientKind::Qbittorrent {
            username,
            category,
            imported_category,
            save_path,
            add_stopped,
            sequential,
        } => form
            .text_field("user name", "its login; empty when it asks for none", username)
            .secret_field("password", "file:/path names a file of the daemon's machine", &client.secret)
            .text_field("category", "of our torrents; also tells ours from others", category)
            .text_field(
                "imported",
                "category after the import; empty = unchanged",
                imported_category.as_deref().unwrap_or_default(),
            )
            .text_field(
                "save path",
                "folder to download to, as the client says it; empty = its own",
                save_path.as_deref().unwrap_or_default(),
            )
            .field("add stopped", "whether torrents are added stopped", Value::Switch(*add_stopped))
            .field("sequential", "whether pieces are fetched in their order", Value::Switch(*sequential)),
        ClientKind::Unknown => form.fixed("kind", "", "this kind needs a newer radarr-tui"),
    };
    let form = form
        .text_field(
            "paths",
            "where its paths differ from the daemon's: /theirs=/ours, with commas between",
            &mappings.join(", "),
        )
        .field("enabled", "whether it is used at all", Value::Switch(client.enabled))
        .text_field("priority", "1 is best, 50 is worst", &client.priority.to_string())
        .field(
            "take out done",
            "what was imported is taken out once it has seeded enough",
            Value::Switch(client.remove_completed),
        )
        .field("take out failed", "what failed is taken out", Value::Switch(client.remove_failed))
        .with_test();
    FormDialog::new(form, "save", Edit { client: client.clone() })
}

impl Edit {
    fn request(&self, form: &Form) -> Result<Box<SaveClient>, String> {
        let kind = match &self.client.kind {
            ClientKind::Qbittorrent { .. } => ClientKind::Qbittorrent {
                username: form.text("user name").to_owned(),
                category: form.required("category")?,
                imported_category: optional(form.text("imported")),
                save_path: optional(form.text("save path")),
                add_stopped: form.switch("add stopped"),
                sequential: form.switch("sequential"),
            },
            ClientKind::Unknown => return Err("this kind of client needs a newer radarr-tui".to_owned()),
        };
        let client = DownloadClient {
            name: form.required("name")?,
            url: form.required("address")?.trim_end_matches('/').to_owned(),
            kind,
            path_mappings: mappings(form.text("paths"))?,
            enabled: form.switch("enabled"),
            priority: form.number("priority")?,
            remove_completed: form.switch("take out done"),
            remove_failed: form.switch("take out failed"),
            ..self.client.clone()
        };
        Ok(Box::new(SaveClient { client, secret: form.secret("password") }))
    }
}

fn mappings(text: &str) -> Result<Vec<PathMapping>, String> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| match part.split_once('=') {
            Some((remote, local)) if !remote.is_empty() && local.starts_with('/') => {
                Ok(PathMapping { remote: remote.to_owned(), local: local.to_owned() })
            }
            _ => Err(format!("paths: {part:?} is not /theirs=/ours")),
        })
        .collect()
}

impl Purpose for Edit {
    fn ask(&self, form: &Form) -> Result<Ask, String> {
        self.request(form).map(Ask::SaveClient)
    }

    fn test(&self, form: &Form) -> Option<Result<Ask, String>> {
        Some(self.request(form).map(Ask::TestClient))
    }
}
