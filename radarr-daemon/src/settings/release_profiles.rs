//! Release profiles: required and ignored words.

use radarr_proto::model::{ReleaseProfile, ReleaseProfileId};

use super::edit::{Noun, Numbered, change, find, known, place, refuse_same_name, tidy_name};
use super::refer;
use crate::domain::decide::release_profile::Term;
use crate::flow::{By, Flow, FlowError};

impl Numbered for ReleaseProfile {
    const NOUN: Noun = Noun::ReleaseProfile;
    fn number(&self) -> u64 {
        self.id.0
    }
    fn set_number(&mut self, number: u64) {
        self.id = ReleaseProfileId(number);
    }
    fn name(&self) -> String {
        self.name.clone()
    }
}

/// The release profiles.
pub async fn release_profiles(flow: &Flow) -> Result<Vec<ReleaseProfile>, FlowError> {
    Ok(flow.store.load_all().await?)
}

/// Makes (id 0) or replaces a release profile.
pub async fn save_release_profile(
    flow: &Flow,
    by: &By,
    request: ReleaseProfile,
) -> Result<ReleaseProfile, FlowError> {
    let tidied = tidy(request)?;
    change(flow, by, Noun::ReleaseProfile, |edit| {
        let mut profile = tidied.clone();
        async move {
            let known = known::<ReleaseProfile>(&flow.store).await?;
            refuse_same_name(&known, &profile)?;
            let expect = place(flow, &known, &mut profile).await?;
            let commit = refer::tags(flow, edit.commit(), &mut profile.tags).await?;
            let commit = refer::indexer(flow, commit, profile.indexer_id).await?;
            edit.keep(commit.put(&profile, expect), &profile.name).await?;
            Ok(profile)
        }
    })
    .await
}

/// Deletes a release profile.
pub async fn delete_release_profile(flow: &Flow, by: &By, id: ReleaseProfileId) -> Result<(), FlowError> {
    change(flow, by, Noun::ReleaseProfile, |edit| async move {
        let known = known::<ReleaseProfile>(&flow.store).await?;
        let profile = find(&known, id.0)?;
        let commit = edit.commit().delete::<ReleaseProfile>(id, profile.expected());
        edit.keep(commit, &profile.document.name).await?;
        Ok(())
    })
    .await
}

fn tidy(mut profile: ReleaseProfile) -> Result<ReleaseProfile, FlowError> {
    profile.name = tidy_name(Noun::ReleaseProfile, &profile.name)?;
    profile.indexer_id = profile.indexer_id.filter(|id| id.0 != 0);
    for terms in [&mut profile.required, &mut profile.ignored] {
        terms.retain(|term| !term.trim().is_empty());
        for term in terms.iter() {
            Term::compile(term).map_err(|error| {
                FlowError::invalid(error.to_string(), "correct the expression, or write the word without /")
            })?;
        }
    }
    if profile.required.is_empty() && profile.ignored.is_empty() {
        return Err(FlowError::invalid(
            format!("the release profile {:?} has no words", profile.name),
            "give it a required or an ignored word",
        ));
    }
    Ok(profile)
}
