//! `delay_profiles`: one is known by its tags; the one without holds for all other movies.

use radarr_proto::model::{DelayProfile, DelayProfileId, DocVersion, Protocol};
use serde::{Deserialize, Serialize};

use super::super::applying::{Applying, Misfit, Placed};
use super::super::known::Known;
use super::yes;
use crate::settings::delay_profiles::save_delay_profile;
use crate::storage::{DocKey, Document};

/// A delay profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::declared) struct DelayForm {
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default = "yes")]
    enable_usenet: bool,
    #[serde(default = "yes")]
    enable_torrent: bool,
    #[serde(default)]
    preferred_protocol: Protocol,
    #[serde(default)]
    usenet_delay_minutes: u32,
    #[serde(default)]
    torrent_delay_minutes: u32,
    #[serde(default)]
    bypass_if_highest_quality: bool,
    #[serde(default)]
    bypass_if_above_custom_format_score: bool,
    #[serde(default)]
    minimum_custom_format_score: i32,
    /// The lowest that fits is used; nothing = where it is, a new one behind the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    order: Option<u32>,
}

impl DelayForm {
    /// What it is called: by its tags.
    pub(in crate::declared) fn name(&self) -> String {
        if self.tags.is_empty() {
            return "standard".to_owned();
        }
        let mut tags: Vec<String> = self.tags.iter().map(|tag| tag.trim().to_lowercase()).collect();
        tags.sort();
        tags.dedup();
        tags.join(", ")
    }
}

pub(in crate::declared) fn name(form: &DelayForm) -> String {
    form.name()
}

/// In the order in which they are asked.
pub(in crate::declared) fn in_order(delays: &[DelayProfile]) -> Vec<&DelayProfile> {
    let mut sorted: Vec<&DelayProfile> = delays.iter().collect();
    sorted.sort_by_key(|delay| (delay.order, delay.id));
    sorted
}

pub(in crate::declared) fn form(delay: &DelayProfile, known: &Known) -> DelayForm {
    DelayForm {
        tags: known.labels(&delay.tags),
        enable_usenet: delay.enable_usenet,
        enable_torrent: delay.enable_torrent,
        preferred_protocol: delay.preferred_protocol,
        usenet_delay_minutes: delay.usenet_delay_minutes,
        torrent_delay_minutes: delay.torrent_delay_minutes,
        bypass_if_highest_quality: delay.bypass_if_highest_quality,
        bypass_if_above_custom_format_score: delay.bypass_if_above_custom_format_score,
        minimum_custom_format_score: delay.minimum_custom_format_score,
        order: Some(delay.order).filter(|_| !delay.tags.is_empty()),
    }
}

pub(in crate::declared) async fn apply(
    applying: &mut Applying<'_>,
    forms: Vec<Placed<DelayForm>>,
) -> Result<Vec<DocKey>, Misfit> {
    let mut keys = Vec::with_capacity(forms.len());
    for Placed { place, form: declared } in forms {
        let tags = applying.tags(&place, &declared.tags).await?;
        let same_tags = |known: &&DelayProfile| {
            let mut theirs = known.tags.clone();
            theirs.sort_unstable();
            theirs == tags
        };
        let there = applying.known.delays.iter().find(same_tags).cloned();
        let profile = DelayProfile {
            doc_version: DocVersion(0),
            id: there.as_ref().map_or(DelayProfileId(0), |there| there.id),
            enable_usenet: declared.enable_usenet,
            enable_torrent: declared.enable_torrent,
            preferred_protocol: declared.preferred_protocol,
            usenet_delay_minutes: declared.usenet_delay_minutes,
            torrent_delay_minutes: declared.torrent_delay_minutes,
            order: declared.order.or(there.as_ref().map(|there| there.order)).unwrap_or(0),
            bypass_if_highest_quality: declared.bypass_if_highest_quality,
            bypass_if_above_custom_format_score: declared.bypass_if_above_custom_format_score,
            minimum_custom_format_score: declared.minimum_custom_format_score,
            tags,
        };
        if let Some(there) = &there
            && form(there, &applying.known) == form(&profile, &applying.known)
        {
            keys.push(there.key());
            continue;
        }
        let saved = save_delay_profile(applying.flow, applying.by, profile).await.map_err(place.misfit())?;
        keys.push(saved.key());
    }
    Ok(keys)
}
