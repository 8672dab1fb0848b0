//! Where releases are searched.

use radarr_proto::model::{Indexer, IndexerKind, SaveIndexer};

use super::{FormDialog, Purpose, optional_number};
use crate::app::ask::Ask;
use crate::widgets::form::{Form, Value};

#[derive(Debug)]
struct Edit {
    indexer: Indexer,
}

/// The form for an indexer; a new one has the number 0 and the defaults of its kind.
pub fn form(indexer: &Indexer) -> FormDialog {
    let address = match &indexer.kind {
        IndexerKind::Hdbits { .. } | IndexerKind::Unknown => "without path, e.g. https://hdbits.org",
        IndexerKind::Torznab { .. } => "up to the API path, e.g. http://127.0.0.1:9696/1 for Prowlarr",
    };
    let form = Form::new(format!("indexer {}", indexer.name), "save")
        .text_field("name", "its name here", &indexer.name)
        .text_field("address", address, &indexer.base_url);
    let form = match &indexer.kind {
        IndexerKind::Hdbits { username } => {
            form.text_field("user name", "the account's name", username).secret_field(
                "passkey",
                "from your profile; file:/path names a file of the daemon's machine",
                &indexer.secret,
            )
        }
        IndexerKind::Torznab { api_path, categories } => {
            let categories: Vec<String> = categories.iter().map(ToString::to_string).collect();
            form.text_field("API path", "below the address, usually /api", api_path)
                .text_field(
                    "categories",
                    "numbers, with commas between them; empty = all",
                    &categories.join(", "),
                )
                .secret_field("API key", "file:/path names a file of the daemon's machine", &indexer.secret)
        }
        IndexerKind::Unknown => form.fixed("kind", "", "this kind needs a newer radarr-tui"),
    };
    let number = |number: Option<u32>| number.map_or(String::new(), |number| number.to_string());
    let form = form
        .field("enabled", "whether it is used at all", Value::Switch(indexer.enabled))
        .field("recent", "whether its recent releases are read", Value::Switch(indexer.use_recent))
        .field(
            "automatic",
            "whether it is searched without a person asking",
            Value::Switch(indexer.use_automatic_search),
        )
        .field(
            "interactive",
            "whether it is searched when a person asks",
            Value::Switch(indexer.use_interactive_search),
        )
        .text_field("priority", "1 is best, 50 is worst", &indexer.priority.to_string())
        .text_field("least seeders", "releases with fewer are refused", &indexer.minimum_seeders.to_string())
        .text_field(
            "searches/hour",
            "its budget; see the tracker's rules",
            &indexer.requests_per_hour.to_string(),
        )
        .text_field(
            "seed ratio",
            "hundredths that the client is told, 150 is 1.5; empty = its own",
            &number(indexer.seed_ratio_hundredths),
        )
        .text_field(
            "seed minutes",
            "seeding time that the client is told; empty = its own",
            &number(indexer.seed_time_minutes),
        )
        .with_test();
    FormDialog::new(form, "save", Edit { indexer: indexer.clone() })
}

impl Edit {
    fn request(&self, form: &Form) -> Result<Box<SaveIndexer>, String> {
        let (kind, secret) = match &self.indexer.kind {
            IndexerKind::Hdbits { .. } => {
                (IndexerKind::Hdbits { username: form.required("user name")? }, form.secret("passkey"))
            }
            IndexerKind::Torznab { .. } => {
                let categories = form
                    .text("categories")
                    .split(',')
                    .map(str::trim)
                    .filter(|part| !part.is_empty())
                    .map(|part| part.parse().map_err(|_| format!("categories: {part:?} is no number")))
                    .collect::<Result<Vec<u32>, String>>()?;
                (
                    IndexerKind::Torznab { api_path: form.text("API path").trim().to_owned(), categories },
                    form.secret("API key"),
                )
            }
            IndexerKind::Unknown => return Err("this kind of indexer needs a newer radarr-tui".to_owned()),
        };
        let indexer = Indexer {
            name: form.required("name")?,
            base_url: form.required("address")?.trim_end_matches('/').to_owned(),
            kind,
            enabled: form.switch("enabled"),
            use_recent: form.switch("recent"),
            use_automatic_search: form.switch("automatic"),
            use_interactive_search: form.switch("interactive"),
            priority: form.number("priority")?,
            minimum_seeders: form.number("least seeders")?,
            requests_per_hour: form.number("searches/hour")?,
            seed_ratio_hundredths: optional_number(form, "seed ratio")?,
            seed_time_minutes: optional_number(form, "seed minutes")?,
            ..self.indexer.clone()
        };
        Ok(Box::new(SaveIndexer { indexer, secret }))
    }
}

impl Purpose for Edit {
    fn ask(&self, form: &Form) -> Result<Ask, String> {
        self.request(form).map(Ask::SaveIndexer)
    }

    fn test(&self, form: &Form) -> Option<Result<Ask, String>> {
        Some(self.request(form).map(Ask::TestIndexer))
    }
}
