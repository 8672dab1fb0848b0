//! The size limits and the profiles that a new installation starts with.

use radarr_proto::model::{
    DocVersion, Language, ProfileId, ProfileItem, Quality, QualityDefinition, QualityProfile, QualitySource,
};

/// From this quality on, in the order of [`Quality::ALL`], size is not limited by default.
const FIRST_UNLIMITED: Quality = Quality::Bluray1080p;

/// The definitions of all qualities: at most 100 MB for each minute up to `WEBRip-1080p`, preferred 95; no limit
/// from `Bluray-1080p` on. Source: Radarr's `Quality.DefaultQualityDefinitions`.
pub fn definitions() -> Vec<QualityDefinition> {
    let rank = |wanted: Quality| Quality::ALL.iter().position(|quality| *quality == wanted);
    let limited = |quality: Quality| rank(quality) < rank(FIRST_UNLIMITED);
    let definition = |quality: &Quality| QualityDefinition {
        doc_version: DocVersion(0),
        quality: *quality,
        min_tenths_mb_per_minute: 0,
        preferred_tenths_mb_per_minute: limited(*quality).then_some(950),
        max_tenths_mb_per_minute: limited(*quality).then_some(1000),
    };
    Quality::ALL.iter().map(definition).collect()
}

/// The lines of a profile in their default order, worst first, with the web qualities of one resolution grouped.
pub fn items(allowed: impl Fn(Quality) -> bool) -> Vec<ProfileItem> {
    let mut items: Vec<ProfileItem> = Vec::new();
    for quality in Quality::ALL.iter().copied() {
        let web = matches!(quality.source(), QualitySource::Webdl | QualitySource::Webrip);
        let group = web.then(|| format!("WEB {}p", quality.resolution()));
        match items.last_mut() {
            Some(last) if group.is_some() && last.group == group => last.qualities.push(quality),
            _ => items.push(ProfileItem { group, qualities: vec![quality], allowed: allowed(quality) }),
        }
    }
    items
}

/// Television, web and disc of 720p.
const HD_720: &[Quality] = &[Quality::Hdtv720p, Quality::WebDl720p, Quality::WebRip720p, Quality::Bluray720p];

/// Television, web and disc of 1080p.
const HD_1080: &[Quality] = &[
    Quality::Hdtv1080p,
    Quality::WebDl1080p,
    Quality::WebRip1080p,
    Quality::Bluray1080p,
    Quality::Remux1080p,
];

/// Television, web and disc of 2160p.
const UHD: &[Quality] = &[
    Quality::Hdtv2160p,
    Quality::WebDl2160p,
    Quality::WebRip2160p,
    Quality::Bluray2160p,
    Quality::Remux2160p,
];

/// Everything below 720p but DVD-R.
const SD: &[Quality] = &[
    Quality::Workprint,
    Quality::Cam,
    Quality::Telesync,
    Quality::Telecine,
    Quality::DvdScr,
    Quality::Regional,
    Quality::Sdtv,
    Quality::Dvd,
    Quality::WebDl480p,
    Quality::WebRip480p,
    Quality::Bluray480p,
    Quality::Bluray576p,
];

/// The six profiles of a new installation, numbered from 1. Source: Radarr's `QualityProfileService`.
pub fn profiles() -> Vec<QualityProfile> {
    // Radarr's "Any" takes full discs too; they can't be imported here, so that one would only fill the disk.
    let any = |quality| !matches!(quality, Quality::Unknown | Quality::RawHd | Quality::BrDisk);
    let rows = [
        ("Any", Quality::Bluray480p, items(any)),
        ("SD", Quality::Bluray480p, items(|quality| SD.contains(&quality))),
        ("HD-720p", Quality::Bluray720p, items(|quality| HD_720.contains(&quality))),
        ("HD-1080p", Quality::Bluray1080p, items(|quality| HD_1080.contains(&quality))),
        ("Ultra-HD", Quality::Remux2160p, items(|quality| UHD.contains(&quality))),
        (
            "HD - 720p/1080p",
            Quality::Bluray720p,
            items(|quality| HD_720.contains(&quality) || HD_1080.contains(&quality)),
        ),
    ];
    let profile =
        |(number, (name, cutoff, items)): (u64, (&str, Quality, Vec<ProfileItem>))| QualityProfile {
            doc_version: DocVersion(0),
            id: ProfileId(number),
            name: name.to_owned(),
            upgrade_allowed: false,
            cutoff,
            items,
            language: Language::Original,
            min_format_score: 0,
            cutoff_format_score: 0,
            min_upgrade_format_score: 1,
            format_scores: Vec::new(),
        };
    (1..).zip(rows).map(profile).collect()
}

#[cfg(test)]
mod tests {
    use super::super::validate::profile_problems;
    use super::*;

    #[test]
    fn the_default_profiles_are_valid_and_hold_every_quality_once() {
        for profile in profiles() {
            assert_eq!(profile_problems(&profile, &[]), [], "{}", profile.name);
            let count: usize = profile.items.iter().map(|item| item.qualities.len()).sum();
            assert_eq!(count, Quality::ALL.len(), "{}", profile.name);
        }
    }

    #[test]
    fn sizes_are_limited_below_the_1080p_disc_only() {
        let limited: Vec<Quality> = definitions()
            .iter()
            .filter(|d| d.max_tenths_mb_per_minute.is_some())
            .map(|d| d.quality)
            .collect();
        assert_eq!(limited.last(), Some(&Quality::WebRip1080p));
        assert_eq!(limited.len(), 21);
    }
}
