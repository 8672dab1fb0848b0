//! Why a release would be taken or not: by its name, or by its id at an indexer.

use radarr_proto::model::{MovieId, Slot};
use radarr_proto::request::{ExplainRelease, Explanation};

use super::{FormDialog, Purpose};
use crate::app::ask::Ask;
use crate::app::dialog::Reading;
use crate::text;
use crate::theme::Tone;
use crate::widgets::form::Form;

#[derive(Debug)]
struct Explain {
    movie_id: MovieId,
    slot: Slot,
}

/// The form for a movie's version.
pub fn form(movie_id: MovieId, slot: Slot) -> FormDialog {
    let form = Form::new("explain a release", "explain")
        .intro("It is judged for this movie, and ranked against the releases of its last search.")
        .text_field("release", "a release's name, or its id at an indexer", "")
        .text_field("MiB", "its size; empty = not known", "");
    FormDialog::new(form, "explain", Explain { movie_id, slot })
}

impl Purpose for Explain {
    fn ask(&self, form: &Form) -> Result<Ask, String> {
        let mebibytes: u64 = if form.text("MiB").is_empty() { 0 } else { form.number("MiB")? };
        Ok(Ask::Explain(ExplainRelease {
            movie_id: Some(self.movie_id),
            slot: self.slot,
            release: form.required("release")?,
            size_bytes: mebibytes.saturating_mul(1024 * 1024),
        }))
    }
}

/// The explanation to read.
pub fn reading(explanation: &Explanation) -> Reading {
    let decision = &explanation.decision;
    let mut lines: Vec<(String, Tone)> =
        explanation.sentences.iter().map(|sentence| (sentence.clone(), Tone::Normal)).collect();
    let group = text::group(decision.parsed.release_group.as_deref(), decision.group_reputation);
    if !group.is_empty() {
        lines.push((format!("Its group is {group}."), Tone::Normal));
    }
    if !explanation.remedies.is_empty() {
        lines.push((String::new(), Tone::Normal));
        lines.push(("To change that:".to_owned(), Tone::Strong));
        lines.extend(explanation.remedies.iter().map(|remedy| (format!("- {remedy}"), Tone::Accent)));
    }
    lines.push((String::new(), Tone::Normal));
    Reading::new("why", lines)
}
