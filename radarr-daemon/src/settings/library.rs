//! How the library is kept: how files come in, what is refused, how often is looked.

use std::ops::RangeInclusive;

use radarr_proto::model::{DocVersion, LibrarySettings, LinkMode, PropersAndRepacks};

use super::edit::{Noun, based_on, change};
use crate::flow::{By, Flow, FlowError};
use crate::storage::{Document, Only};

/// Minutes between two reads of the recent releases, or two runs of the steady search: trackers ask for no less than
/// ten.
const MINUTES: RangeInclusive<u32> = 10..=24 * 60;
/// Hours between two runs of what goes through the whole library: a week at most, or what vanished is noticed too late.
const HOURS: RangeInclusive<u32> = 1..=7 * 24;
/// Ten years either way.
const DAYS_MAX: u32 = 3_650;

/// How the library is kept.
pub async fn library_settings(flow: &Flow) -> Result<LibrarySettings, FlowError> {
    let stored: Option<LibrarySettings> = flow.store.load(Only).await?;
    Ok(stored
        .unwrap_or_else(|| LibrarySettings { doc_version: DocVersion::ABSENT, ..LibrarySettings::default() }))
}

/// Sets how the library is kept.
pub async fn save_library_settings(
    flow: &Flow,
    by: &By,
    request: LibrarySettings,
) -> Result<LibrarySettings, FlowError> {
    let tidied = tidy(request)?;
    change(flow, by, Noun::Library, |edit| {
        let mut settings = tidied.clone();
        async move {
            let expect = based_on(settings.doc_version);
            let version = edit.keep(edit.commit().put(&settings, expect), "library").await?;
            settings.set_version(version);
            Ok(settings)
        }
    })
    .await
}

fn tidy(mut settings: LibrarySettings) -> Result<LibrarySettings, FlowError> {
    if settings.link_mode == LinkMode::Unknown || settings.propers_and_repacks == PropersAndRepacks::Unknown {
        return Err(FlowError::invalid(
            "the link mode or the choice for propers is one that this version does not know",
            "use hardlink_required, hardlink_preferred or copy; prefer_and_upgrade, do_not_upgrade or do_not_prefer",
        ));
    }
    let schedules = [
        ("the recent releases can't be read", settings.recent_interval_minutes, MINUTES, "minutes"),
        ("what is wanted can't be searched for", settings.wanted_interval_minutes, MINUTES, "minutes"),
        ("the library can't be refreshed", settings.refresh_interval_hours, HOURS, "hours"),
        ("the folders can't be looked into", settings.rescan_interval_hours, HOURS, "hours"),
    ];
    for (what, every, allowed, unit) in schedules {
        if !allowed.contains(&every) {
            return Err(FlowError::invalid(
                format!("{what} every {every} {unit}"),
                format!("use {} to {} {unit}", allowed.start(), allowed.end()),
            ));
        }
    }
    let days = [settings.availability_delay_days.unsigned_abs(), settings.released_after_cinemas_days];
    if let Some(days) = days.into_iter().find(|days| *days > DAYS_MAX) {
        return Err(FlowError::invalid(
            format!("{days} days are too many"),
            format!("use at most {DAYS_MAX}"),
        ));
    }
    let mut extensions: Vec<String> = Vec::new();
    for written in &settings.extra_extensions {
        let extension = written.trim().trim_start_matches('.').to_lowercase();
        if extension.is_empty() || !extension.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(FlowError::invalid(
                format!("{written:?} is no ending of a file"),
                "write it as srt or .srt",
            ));
        }
        if !extensions.contains(&extension) {
            extensions.push(extension);
        }
    }
    settings.extra_extensions = extensions;
    Ok(settings)
}
