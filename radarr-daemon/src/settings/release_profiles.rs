//! Release profiles: required and ignored words.

use radarr_proto::model::{DocVersion, ReleaseProfile, ReleaseProfileId};

use super::edit::{Noun, Numbered, change, find, known, place, refuse_same_name, tidy_name};
use super::refer;
use crate::domain::decide::release_profile::Term;
use crate::flow::{By, Flow, FlowError};
use crate::storage::Document;

/// Required or ignored words of one profile.
const TERMS_MAX: usize = 500;

/// Bytes of a word that is no expression; names are not longer.
const WORD_BYTES_MAX: usize = 1_024;

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
    fn based_on(&self) -> DocVersion {
        self.doc_version
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
            let version = edit.keep(commit.put(&profile, expect), &profile.name).await?;
            profile.set_version(version);
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
    let lists = [("required", &mut profile.required), ("ignored", &mut profile.ignored)];
    for (list, terms) in lists {
        let place = format!("release profile {:?}, {list} words", profile.name);
        terms.retain(|term| !term.trim().is_empty());
        if terms.len() > TERMS_MAX {
            return Err(FlowError::invalid(
                format!("{place}: there are {}, and there may be {TERMS_MAX}", terms.len()),
                "make several profiles of it, or one expression of several words",
            ));
        }
        if let Some(long) = terms.iter().find(|term| !term.starts_with('/') && term.len() > WORD_BYTES_MAX) {
            let front: String = long.chars().take(40).collect();
            return Err(FlowError::invalid(
                format!(
                    "{place}: \"{front}…\" has {} bytes, and a word may have {WORD_BYTES_MAX}",
                    long.len()
                ),
                "shorten it: no release name is longer",
            ));
        }
        for term in terms.iter() {
            Term::compile(term).map_err(|error| {
                FlowError::invalid(
                    format!("{place}: {error}"),
                    "correct the expression, or write the word without /",
                )
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
