//! Custom formats from files and into files, of the machine that this program runs on.

use radarr_proto::model::{CustomFormat, CustomFormatId};

use super::{FormDialog, Purpose};
use crate::app::ask::Ask;
use crate::widgets::form::Form;

#[derive(Debug)]
struct TakeIn;

/// The form that takes files in.
pub fn take_in() -> FormDialog {
    let form = Form::new("take in custom formats", "take in")
        .intro("As Radarr and the TRaSH guides write them. Formats of the same name are replaced.")
        .text_field("file", "a .json file, or a folder of them, on this machine", "");
    FormDialog::new(form, "take in", TakeIn)
}

impl Purpose for TakeIn {
    fn ask(&self, form: &Form) -> Result<Ask, String> {
        form.required("file").map(Ask::ImportFormatFiles)
    }
}

#[derive(Debug)]
struct WriteOut {
    id: CustomFormatId,
}

/// The form that writes one into a file.
pub fn write_out(format: &CustomFormat) -> FormDialog {
    let file: String = format
        .name
        .chars()
        .map(|letter| if letter.is_alphanumeric() { letter.to_ascii_lowercase() } else { '-' })
        .collect();
    let form = Form::new(format!("write {} out", format.name), "write")
        .intro("As Radarr writes it. A file that is there is not written over.")
        .text_field("file", "on this machine", &format!("{}.json", file.trim_matches('-')));
    FormDialog::new(form, "write", WriteOut { id: format.id })
}

impl Purpose for WriteOut {
    fn ask(&self, form: &Form) -> Result<Ask, String> {
        Ok(Ask::ExportFormat { id: self.id, path: form.required("file")? })
    }
}
