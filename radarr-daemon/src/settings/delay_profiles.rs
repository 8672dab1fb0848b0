//! Delay profiles: how long is waited for something better.

use radarr_proto::model::{DelayProfile, DelayProfileId, DocVersion, Protocol};

use super::edit::{Known, Noun, Numbered, change, find, known, place};
use super::refer;
use crate::flow::{By, Flow, FlowError};
use crate::storage::Document;

/// A year: nobody waits longer.
const DELAY_MINUTES_MAX: u32 = 365 * 24 * 60;

impl Numbered for DelayProfile {
    const NOUN: Noun = Noun::DelayProfile;
    fn number(&self) -> u64 {
        self.id.0
    }
    fn set_number(&mut self, number: u64) {
        self.id = DelayProfileId(number);
    }
    fn name(&self) -> String {
        if self.tags.is_empty() { "standard".to_owned() } else { format!("delay profile {}", self.id) }
    }
    fn based_on(&self) -> DocVersion {
        self.doc_version
    }
}

/// The delay profiles in the order in which they are asked; the one for all movies is the last.
pub async fn delay_profiles(flow: &Flow) -> Result<Vec<DelayProfile>, FlowError> {
    let mut profiles: Vec<DelayProfile> = flow.store.load_all().await?;
    profiles.sort_by_key(|profile| (profile.order, profile.id));
    Ok(profiles)
}

/// Makes (id 0) or replaces a delay profile. A new one with order 0 comes last before the one for all movies.
pub async fn save_delay_profile(
    flow: &Flow,
    by: &By,
    request: DelayProfile,
) -> Result<DelayProfile, FlowError> {
    refuse(&request)?;
    change(flow, by, Noun::DelayProfile, |edit| {
        let mut profile = request.clone();
        async move {
            let known = known::<DelayProfile>(&flow.store).await?;
            order(&known, &mut profile)?;
            let expect = place(flow, &known, &mut profile).await?;
            let commit = refer::tags(flow, edit.commit(), &mut profile.tags).await?;
            let version = edit.keep(commit.put(&profile, expect), &profile.name()).await?;
            profile.set_version(version);
            Ok(profile)
        }
    })
    .await
}

/// Deletes a delay profile; the one for all movies stays.
pub async fn delete_delay_profile(flow: &Flow, by: &By, id: DelayProfileId) -> Result<(), FlowError> {
    change(flow, by, Noun::DelayProfile, |edit| async move {
        let known = known::<DelayProfile>(&flow.store).await?;
        let profile = find(&known, id.0)?;
        if profile.document.tags.is_empty() {
            return Err(FlowError::conflict(
                "the delay profile without tags holds for all movies that have none of their own, and stays",
                "set its delays to 0 instead",
            ));
        }
        let commit = edit.commit().delete::<DelayProfile>(id, profile.expected());
        edit.keep(commit, &profile.document.name()).await?;
        Ok(())
    })
    .await
}

/// Exactly one profile has no tags, and it comes last.
fn order(known: &[Known<DelayProfile>], profile: &mut DelayProfile) -> Result<(), FlowError> {
    let others = || known.iter().map(|known| &known.document).filter(|other| other.id != profile.id);
    let standard = others().find(|other| other.tags.is_empty());
    match (profile.tags.is_empty(), standard) {
        (true, Some(standard)) => Err(FlowError::conflict(
            format!("delay profile {} holds for all movies without tags already", standard.id),
            "give this one a tag, or edit that one",
        )),
        (true, None) => {
            profile.order = u32::MAX;
            Ok(())
        }
        (false, None) => Err(FlowError::conflict(
            "this delay profile holds for all movies, and one must",
            "make another one for the tags, and leave this one without",
        )),
        (false, Some(_)) => {
            if profile.order == 0 || profile.order == u32::MAX {
                let last = others().filter(|other| !other.tags.is_empty()).map(|other| other.order).max();
                profile.order = last.unwrap_or(0).saturating_add(1).min(u32::MAX - 1);
            }
            Ok(())
        }
    }
}

fn refuse(profile: &DelayProfile) -> Result<(), FlowError> {
    if !profile.enable_usenet && !profile.enable_torrent {
        return Err(FlowError::invalid(
            "neither usenet nor torrents may be used, so that nothing could be taken",
            "enable one of them",
        ));
    }
    if profile.preferred_protocol == Protocol::Unknown {
        return Err(FlowError::invalid("this version does not know that protocol", "use torrent or usenet"));
    }
    let longest = profile.usenet_delay_minutes.max(profile.torrent_delay_minutes);
    if longest > DELAY_MINUTES_MAX {
        return Err(FlowError::invalid(
            format!("a delay of {longest} minutes is longer than a year"),
            "give the delay in minutes",
        ));
    }
    Ok(())
}
