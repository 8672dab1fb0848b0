//! How TMDB is asked.

use radarr_proto::model::TmdbSettings;
use radarr_proto::request::SaveTmdb;

use super::{FormDialog, Purpose};
use crate::app::ask::Ask;
use crate::widgets::form::Form;

#[derive(Debug)]
struct Tmdb {
    settings: TmdbSettings,
}

/// The form for these settings.
pub fn form(settings: &TmdbSettings) -> FormDialog {
    let form = Form::new("TMDB", "save")
        .intro("Titles, dates and pictures come from TMDB. A key is free: themoviedb.org, Settings, API.")
        .secret_field(
            "key",
            "API key or read access token; file:/path names a file of the daemon's machine",
            &settings.key,
        )
        .text_field("language", "of titles and overviews, e.g. en-US", &settings.language)
        .text_field("country", "whose dates and age ratings come first, e.g. US", &settings.country)
        .fixed("address", "set by the daemon's configuration", settings.base_url.as_str())
        .with_test();
    FormDialog::new(form, "save", Tmdb { settings: settings.clone() })
}

impl Tmdb {
    fn request(&self, form: &Form) -> Result<SaveTmdb, String> {
        let settings = TmdbSettings {
            language: form.required("language")?,
            country: form.required("country")?.to_uppercase(),
            ..self.settings.clone()
        };
        Ok(SaveTmdb { settings, key: form.secret("key") })
    }
}

impl Purpose for Tmdb {
    fn ask(&self, form: &Form) -> Result<Ask, String> {
        self.request(form).map(Ask::SaveTmdb)
    }

    fn test(&self, form: &Form) -> Option<Result<Ask, String>> {
        Some(self.request(form).map(Ask::TestTmdb))
    }
}
