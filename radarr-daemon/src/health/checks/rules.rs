//! Profiles and formats that do not mean what they say any more.

use radarr_proto::model::CustomFormatId;

use crate::domain::decide::release_profile::CompiledReleaseProfile;
use crate::domain::quality::validate::profile_problems;
use crate::health::finding::Finding;
use crate::health::look::Look;

/// What of the rules can't be used; they were checked when they were saved, maybe by another version.
pub(super) fn check(look: &Look) -> Vec<Finding> {
    let mut findings = Vec::new();
    for error in &look.formats.faults {
        let message = format!("{error}: the format matches nothing");
        findings.push(Finding::error(
            "custom_format",
            &error.format,
            message,
            "correct it: radarr-tui format",
        ));
    }
    let known: Vec<CustomFormatId> = look.formats.given.iter().map(|format| format.id).collect();
    for profile in &look.profiles {
        if let Some(problem) = profile_problems(profile, &known).into_iter().next() {
            let message = format!("the quality profile {:?} is wrong: {}", profile.name, problem.message);
            findings.push(Finding::error("profile", &profile.name, message, problem.hint));
        }
    }
    let lost = look
        .library
        .rows
        .values()
        .filter(|row| look.profiles.iter().all(|profile| profile.id != row.shown.profile_id));
    let lost = lost.count();
    if lost > 0 {
        findings.push(Finding::error(
            "profile",
            "unknown",
            format!(
                "movies whose quality profile is not there any more: {lost}; nothing is searched for them"
            ),
            "give them another one: radarr-tui movie edit MOVIE --profile NAME",
        ));
    }
    for profile in &look.release_profiles {
        let (_, errors) = CompiledReleaseProfile::compile_all(std::slice::from_ref(profile));
        if let Some(error) = errors.into_iter().next() {
            let message = format!("release profile {:?}: {error}; the term is left out", profile.name);
            findings.push(Finding::error(
                "release_profile",
                &profile.name,
                message,
                "correct it: radarr-tui words",
            ));
        }
    }
    findings
}
