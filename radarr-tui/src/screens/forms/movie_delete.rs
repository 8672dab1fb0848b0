//! Taking a movie out of the library: what would go is shown before it goes.

use radarr_proto::model::{MovieId, MovieRow};
use radarr_proto::request::DeleteMovie;

use super::{FormDialog, Lines, Purpose};
use crate::app::ask::{Answer, Ask};
use crate::text;
use crate::theme::Tone;
use crate::widgets::form::{Form, Value};

/// Files that are named one by one.
const FILES_SHOWN_MAX: usize = 6;

#[derive(Debug)]
struct Delete {
    id: MovieId,
}

/// The form for that movie; `is_loading` when a release of it is on its way.
pub fn form(row: &MovieRow, is_loading: bool) -> FormDialog {
    let download =
        if is_loading { " Its download leaves the queue, and goes on in the download client." } else { "" };
    let intro = "It leaves the library. Its files stay where they are unless you say so.";
    let form = Form::new(format!("delete {}", text::titled(&row.title, row.year)), "delete")
        .intro(format!("{intro}{download}"))
        .field("files too", "its files go to the recycle bin, where there is one", Value::Switch(false))
        .careful();
    FormDialog::new(form, "delete", Delete { id: row.id })
}

impl Delete {
    fn request(&self, form: &Form, preview: bool) -> DeleteMovie {
        DeleteMovie { id: self.id, delete_files: form.switch("files too"), preview }
    }
}

impl Purpose for Delete {
    fn ask(&self, form: &Form) -> Result<Ask, String> {
        Ok(Ask::Delete(self.request(form, false)))
    }

    fn preview(&self, form: &Form) -> Option<Ask> {
        Some(Ask::Delete(self.request(form, true)))
    }

    fn previewed(&self, answer: &Answer) -> Lines {
        let Answer::Deleted(would) = answer else { return Vec::new() };
        if would.files.is_empty() {
            return vec![("No file on disk is touched.".to_owned(), Tone::Good)];
        }
        let files = text::count(would.files.len() as u64, "file");
        let first = match &would.recycled_to {
            Some(bin) => (format!("{files} would go to {bin}:"), Tone::Warn),
            None => (format!("{files} would be deleted for ever:"), Tone::Bad),
        };
        let shown = would.files.iter().take(FILES_SHOWN_MAX).map(|file| (format!("  {file}"), Tone::Normal));
        let more = would.files.len().saturating_sub(FILES_SHOWN_MAX);
        let rest = (more > 0).then(|| (format!("  and {more} more"), Tone::Dim));
        std::iter::once(first).chain(shown).chain(rest).collect()
    }
}
