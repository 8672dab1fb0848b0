//! Gives up the management of settings: they stay as they are, and can be edited again.

use std::collections::BTreeSet;

use radarr_proto::model::FieldChange;
use radarr_proto::request::{AppliedSettings, ApplySettings, SettingAction, SettingChange};

use super::nouns::Section;
use super::read::Declarations;
use crate::flow::{By, Flow, FlowError};
use crate::settings::edit::changed_so;
use crate::settings::managed::Managed;
use crate::storage::{Document, Expect};

/// Gives up what the declarations name; without any, all that was applied. What a watched folder manages is given up
/// only where this daemon watches none any more.
pub(super) async fn release(
    flow: &Flow,
    by: &By,
    declarations: &Declarations,
    request: &ApplySettings,
) -> Result<AppliedSettings, FlowError> {
    let declared: BTreeSet<(&str, String)> = declarations
        .iter()
        .map(|placed| (placed.form.section().name(), placed.form.name().to_lowercase()))
        .collect();
    let marks: Vec<Managed> = flow.store.load_all().await?;
    let mut applied = AppliedSettings { applied: !request.dry_run, ..AppliedSettings::default() };
    let mut commit = by.commit(flow.now());
    for mark in marks {
        let is_meant =
            request.files.is_empty() || declared.contains(&(mark.section.as_str(), mark.name.to_lowercase()));
        if !is_meant {
            continue;
        }
        if mark.by.watched && flow.outside.settings_folder.is_some() {
            applied.notes.push(format!(
                "{} {:?} is managed by {}: take it out there",
                mark.section,
                mark.name,
                mark.by.words()
            ));
            continue;
        }
        let field =
            FieldChange { field: "managed_by".to_owned(), before: Some(mark.by.words()), after: None };
        if let Some(section) = Section::named(&mark.section) {
            commit = commit.event(None, changed_so(section.noun(), &mark.name, vec![field.clone()]));
        }
        commit = commit.delete::<Managed>(mark.id(), Expect::Any);
        applied.changes.push(SettingChange {
            section: mark.section,
            name: mark.name,
            action: SettingAction::Release,
            fields: vec![field],
        });
    }
    if applied.applied && !commit.is_empty() {
        flow.store.commit(commit).await?;
    }
    Ok(applied)
}
