//! Which of a movie's files would get another name, and whether they shall.

use radarr_proto::request::{RenameMovie, RenamePreview, RenamedFolder};

use crate::app::ask::Ask;
use crate::app::dialog::Dialog;
use crate::app::step::Step;
use crate::text;
use crate::theme::Tone;
use crate::widgets::confirm::Confirm;

/// Names that a question shows; a movie has a handful of subtitles.
const NAMES_MAX: usize = 5;

/// That a folder stays although the settings would call it otherwise.
fn words(folder: &RenamedFolder) -> String {
    format!("the folder stays {}, not {} (movie edit --folder moves it)", folder.from, folder.to)
}

/// Asks whether exactly the names that the preview has shall change; says so when none would.
pub fn question(preview: RenamePreview) -> Step {
    if preview.files.is_empty() {
        let named = format!("no file of {} would get another name", preview.title);
        return match preview.folders.first() {
            None => Step::Say(named, Tone::Dim),
            Some(folder) => Step::Say(format!("{named}; {}", words(folder)), Tone::Warn),
        };
    }
    let count = preview.files.len();
    let title = format!("Rename {} of {}?", text::count(count as u64, "file"), preview.title);
    let mut confirm = Confirm::new(title, "rename");
    for file in preview.files.iter().take(NAMES_MAX) {
        confirm = confirm.line(file.from.clone(), Tone::Dim).line(format!("→ {}", file.to), Tone::Normal);
    }
    if count > NAMES_MAX {
        confirm = confirm.line(format!("and {} more", count - NAMES_MAX), Tone::Dim);
    }
    for folder in &preview.folders {
        confirm = confirm.line(words(folder), Tone::Warn);
    }
    let rename = Ask::Rename(RenameMovie { id: preview.id, state: preview.state });
    Step::Dialog(Dialog::Confirm(confirm, vec![Step::Do(rename)]))
}
