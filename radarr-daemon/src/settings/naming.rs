//! How files and folders are named.

use radarr_proto::model::{ColonMode, DocVersion, NamingSettings};
use radarr_proto::request::NamingPreview;

use super::edit::{Noun, based_on, change};
use crate::domain::naming;
use crate::flow::{By, Flow, FlowError};
use crate::storage::{Document, Only};

/// How files and folders are named.
pub async fn naming(flow: &Flow) -> Result<NamingSettings, FlowError> {
    let stored: Option<NamingSettings> = flow.store.load(Only).await?;
    Ok(stored
        .unwrap_or_else(|| NamingSettings { doc_version: DocVersion::ABSENT, ..NamingSettings::default() }))
}

/// Sets how files and folders are named. What is in the library keeps its names until it is renamed.
pub async fn save_naming(flow: &Flow, by: &By, request: NamingSettings) -> Result<NamingSettings, FlowError> {
    refuse(&request)?;
    change(flow, by, Noun::Naming, |edit| {
        let mut settings = request.clone();
        async move {
            let expect = based_on(settings.doc_version);
            let version = edit.keep(edit.commit().put(&settings, expect), "naming").await?;
            settings.set_version(version);
            Ok(settings)
        }
    })
    .await
}

/// What sample movies would be called.
pub fn preview_naming(request: &NamingSettings) -> Result<Vec<NamingPreview>, FlowError> {
    refuse(request)?;
    let previews = naming::preview::preview(request).into_iter();
    Ok(previews
        .map(|preview| NamingPreview { movie: preview.movie, folder: preview.folder, file: preview.file })
        .collect())
}

fn refuse(settings: &NamingSettings) -> Result<(), FlowError> {
    if settings.colon == ColonMode::Unknown {
        return Err(FlowError::invalid(
            "this version does not know that way to replace a colon",
            "use delete, dash, space_dash, space_dash_space or smart",
        ));
    }
    let faults = naming::validate::validate(settings);
    let Some(first) = faults.first() else { return Ok(()) };
    let messages: Vec<String> = faults.iter().map(ToString::to_string).collect();
    Err(FlowError::invalid(messages.join("; "), first.hint()))
}
