//! How files and folders are named, with what sample movies would be called.

use radarr_proto::model::{ColonMode, NamingSettings};

use super::{FormDialog, Lines, Purpose};
use crate::app::ask::{Answer, Ask};
use crate::theme::Tone;
use crate::widgets::form::{Form, Value};

const COLONS: &[(ColonMode, &str)] = &[
    (ColonMode::Smart, "smart: ' - ' before a space, else '-'"),
    (ColonMode::Dash, "'-'"),
    (ColonMode::SpaceDash, "' -'"),
    (ColonMode::SpaceDashSpace, "' - '"),
    (ColonMode::Delete, "it goes"),
];

/// Sample movies that are shown.
const SAMPLES: usize = 2;

#[derive(Debug)]
struct Naming {
    settings: NamingSettings,
}

/// The form for these settings.
pub fn form(settings: &NamingSettings) -> FormDialog {
    let colon = COLONS.iter().position(|(mode, _)| *mode == settings.colon).unwrap_or(0);
    let colons = COLONS.iter().map(|(_, name)| (*name).to_owned()).collect();
    let form = Form::new("naming", "save")
        .field("rename", "whether files are renamed at all", Value::Switch(settings.rename))
        .text_field("folder", "e.g. {Movie Title} ({Release Year})", &settings.folder_format)
        .text_field("file", "a file's name without its ending", &settings.file_format)
        .field("colon", "what becomes of a colon", Value::Choice(colons, colon))
        .field(
            "replace illegal",
            "illegal characters are replaced rather than removed",
            Value::Switch(settings.replace_illegal),
        );
    FormDialog::new(form, "save", Naming { settings: settings.clone() })
}

impl Naming {
    fn settings(&self, form: &Form) -> NamingSettings {
        NamingSettings {
            rename: form.switch("rename"),
            folder_format: form.text("folder").to_owned(),
            file_format: form.text("file").to_owned(),
            colon: COLONS.get(form.choice("colon")).map_or(ColonMode::Smart, |(mode, _)| *mode),
            replace_illegal: form.switch("replace illegal"),
            ..self.settings.clone()
        }
    }
}

impl Purpose for Naming {
    fn ask(&self, form: &Form) -> Result<Ask, String> {
        Ok(Ask::SaveNaming(self.settings(form)))
    }

    fn preview(&self, form: &Form) -> Option<Ask> {
        Some(Ask::PreviewNaming(self.settings(form)))
    }

    fn previewed(&self, answer: &Answer) -> Lines {
        let Answer::Naming(samples) = answer else { return Vec::new() };
        samples
            .iter()
            .take(SAMPLES)
            .map(|sample| (format!("{}/{}", sample.folder, sample.file), Tone::Good))
            .collect()
    }
}
