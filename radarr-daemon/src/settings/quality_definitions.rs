//! Size limits of the qualities.

use radarr_proto::model::{DocVersion, QualityDefinition};

use super::edit::{Noun, based_on, change};
use super::profiles::refuse;
use super::quality_json;
use crate::domain::quality::defaults;
use crate::domain::quality::validate::definition_problems;
use crate::flow::{By, Flow, FlowError};

/// The limits of all qualities, worst quality first. One that is not stored is as it is by default.
pub async fn quality_definitions(flow: &Flow) -> Result<Vec<QualityDefinition>, FlowError> {
    let stored: Vec<QualityDefinition> = flow.store.load_all().await?;
    let mut all = defaults::definitions();
    for definition in &mut all {
        definition.doc_version = DocVersion::ABSENT;
        if let Some(own) = stored.iter().find(|own| own.quality == definition.quality) {
            *definition = own.clone();
        }
    }
    Ok(all)
}

/// Sets the limits of the qualities given; the others stay. Answers with all.
pub async fn save_quality_definitions(
    flow: &Flow,
    by: &By,
    request: Vec<QualityDefinition>,
) -> Result<Vec<QualityDefinition>, FlowError> {
    refuse(request.iter().flat_map(definition_problems).collect())?;
    for (index, definition) in request.iter().enumerate() {
        if request.iter().take(index).any(|other| other.quality == definition.quality) {
            return Err(FlowError::invalid(
                format!("{} is given twice", definition.quality),
                "keep one of them",
            ));
        }
    }
    if request.is_empty() {
        return quality_definitions(flow).await;
    }
    let names: Vec<&str> = request.iter().map(|definition| definition.quality.name()).collect();
    let names = names.join(", ");
    change(flow, by, Noun::QualityDefinition, |edit| {
        let (request, names) = (&request, &names);
        async move {
            let commit = request
                .iter()
                .fold(edit.commit(), |commit, limits| commit.put(limits, based_on(limits.doc_version)));
            edit.keep(commit, names).await
        }
    })
    .await?;
    quality_definitions(flow).await
}

/// All tables of the guides together have 12 kB.
const IMPORT_BYTES_MAX: usize = 1024 * 1024;

/// Takes in a size table as Radarr and the TRaSH guides write it; qualities that it does not name stay. Answers with
/// all.
pub async fn import_quality_definitions(
    flow: &Flow,
    by: &By,
    request: String,
) -> Result<Vec<QualityDefinition>, FlowError> {
    let hint = "export it again from Radarr, or take the file of the guides as it is";
    if request.len() > IMPORT_BYTES_MAX {
        return Err(FlowError::invalid(
            format!("the file has {} bytes: no size table is larger than {IMPORT_BYTES_MAX}", request.len()),
            hint,
        ));
    }
    let read = quality_json::read(&request)
        .map_err(|why| FlowError::invalid(format!("this is no size table: {why}"), hint))?;
    save_quality_definitions(flow, by, read).await
}

/// The size limits as Radarr writes them.
pub async fn export_quality_definitions(flow: &Flow) -> Result<String, FlowError> {
    Ok(quality_json::write(&quality_definitions(flow).await?))
}
