//! Quality profiles.

use radarr_proto::model::{CustomFormat, CustomFormatId, ProfileId, QualityProfile};

use super::edit::{Noun, Numbered, change, find, known, place, refuse_same_name, tidy_name};
use super::movies::users;
use super::refer;
use crate::domain::quality::validate::{Problem, profile_problems};
use crate::flow::{By, Flow, FlowError};

impl Numbered for QualityProfile {
    const NOUN: Noun = Noun::Profile;
    fn number(&self) -> u64 {
        self.id.0
    }
    fn set_number(&mut self, number: u64) {
        self.id = ProfileId(number);
    }
    fn name(&self) -> String {
        self.name.clone()
    }
}

/// The quality profiles, in the order in which they were made.
pub async fn profiles(flow: &Flow) -> Result<Vec<QualityProfile>, FlowError> {
    Ok(flow.store.load_all().await?)
}

/// Makes (id 0) or replaces a profile. What is in the library is judged by it from then on.
pub async fn save_profile(
    flow: &Flow,
    by: &By,
    request: QualityProfile,
) -> Result<QualityProfile, FlowError> {
    change(flow, by, Noun::Profile, |edit| {
        let mut profile = request.clone();
        async move {
            let formats: Vec<CustomFormat> = flow.store.load_all().await?;
            let format_ids: Vec<CustomFormatId> = formats.iter().map(|format| format.id).collect();
            refuse(profile_problems(&profile, &format_ids))?;
            profile.name = tidy_name(Noun::Profile, &profile.name)?;
            let known = known::<QualityProfile>(&flow.store).await?;
            refuse_same_name(&known, &profile)?;
            let expect = place(flow, &known, &mut profile).await?;
            let scored = profile.format_scores.iter().map(|line| line.format_id);
            let commit = refer::formats(flow, edit.commit(), scored).await?;
            edit.keep(commit.put(&profile, expect), &profile.name).await?;
            Ok(profile)
        }
    })
    .await
}

/// Deletes a profile that no version of a movie uses.
pub async fn delete_profile(flow: &Flow, by: &By, id: ProfileId) -> Result<(), FlowError> {
    change(flow, by, Noun::Profile, |edit| async move {
        let known = known::<QualityProfile>(&flow.store).await?;
        let profile = find(&known, id.0)?;
        let users = users(flow, |version| version.profile_id == id).await?;
        if !users.is_empty() {
            return Err(FlowError::conflict(
                format!("the quality profile {:?} is used by {}", profile.document.name, users.words()),
                "give them another one first: radarr-tui movie edit MOVIE --profile NAME",
            ));
        }
        let commit = edit.commit().delete::<QualityProfile>(id, profile.expected());
        edit.keep(commit, &profile.document.name).await?;
        Ok(())
    })
    .await
}

/// Refuses what has problems, and names all of them.
pub(super) fn refuse(problems: Vec<Problem>) -> Result<(), FlowError> {
    let (messages, hints): (Vec<String>, Vec<String>) =
        problems.into_iter().map(|problem| (problem.message, problem.hint)).unzip();
    if messages.is_empty() { Ok(()) } else { Err(FlowError::invalid(messages.join("; "), hints.join("; "))) }
}
