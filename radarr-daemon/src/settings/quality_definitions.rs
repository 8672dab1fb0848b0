//! Size limits of the qualities.

use radarr_proto::model::QualityDefinition;

use super::edit::{Noun, change};
use super::profiles::refuse;
use crate::domain::quality::defaults;
use crate::domain::quality::validate::definition_problems;
use crate::flow::{By, Flow, FlowError};
use crate::storage::Expect;

/// The limits of all qualities, worst quality first. One that is not stored is as it is by default.
pub async fn quality_definitions(flow: &Flow) -> Result<Vec<QualityDefinition>, FlowError> {
    let stored: Vec<QualityDefinition> = flow.store.load_all().await?;
    let mut all = defaults::definitions();
    for definition in &mut all {
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
            let commit = request.iter().fold(edit.commit(), |commit, limits| commit.put(limits, Expect::Any));
            edit.keep(commit, names).await
        }
    })
    .await?;
    quality_definitions(flow).await
}
