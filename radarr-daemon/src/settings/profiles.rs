//! Quality profiles.

use radarr_proto::model::{CustomFormat, CustomFormatId, DocVersion, ProfileId, QualityProfile};

use super::edit::{self, Noun, Numbered, change, find, known, place, refuse_same_name, several, tidy_name};
use super::movies::users;
use super::profile_json::{self as json, ProfileFault};
use super::refer;
use crate::domain::quality::validate::{Problem, profile_problems};
use crate::flow::{By, Flow, FlowError};
use crate::storage::{Collection, Commit, Document, Expect};

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
    fn based_on(&self) -> DocVersion {
        self.doc_version
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
            refuse_too_many(known.len() + usize::from(profile.id.0 == 0))?;
            let expect = place(flow, &known, &mut profile).await?;
            let scored = profile.format_scores.iter().map(|line| line.format_id);
            let commit = refer::formats(flow, edit.commit(), scored).await?;
            let version = edit.keep(commit.put(&profile, expect), &profile.name).await?;
            profile.set_version(version);
            Ok(profile)
        }
    })
    .await
}

/// Profiles that there may be; the guides have about 40.
const PROFILES_MAX: usize = 500;

fn refuse_too_many(count: usize) -> Result<(), FlowError> {
    edit::refuse_too_many("quality profiles", count, PROFILES_MAX, "delete those that no movie uses")
}

/// All profiles of the guides together have 200 kB.
const IMPORT_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Takes in profiles as Radarr and the TRaSH guides write them, all or none. One of a name that is there replaces it.
/// The custom formats that they score must be there.
pub async fn import_profiles(
    flow: &Flow,
    by: &By,
    request: String,
) -> Result<Vec<QualityProfile>, FlowError> {
    if request.len() > IMPORT_BYTES_MAX {
        return Err(FlowError::invalid(
            format!("the file has {} bytes, and {IMPORT_BYTES_MAX} may come in at a time", request.len()),
            "take in fewer profiles at a time",
        ));
    }
    let request = &request;
    change(flow, by, Noun::Profile, |edit| async move {
        let formats: Vec<CustomFormat> = flow.store.load_all().await?;
        let format_ids: Vec<CustomFormatId> = formats.iter().map(|format| format.id).collect();
        let mut profiles = json::read(request, &formats).map_err(|fault| not_read(&fault))?;
        let known = known::<QualityProfile>(&flow.store).await?;
        let is_there = |profile: &&QualityProfile| {
            let name = profile.name.trim().to_lowercase();
            known.iter().any(|known| known.document.name.to_lowercase() == name)
        };
        refuse_too_many(known.len() + profiles.len() - profiles.iter().filter(is_there).count())?;
        let mut commit: Commit = edit.commit();
        let mut names: Vec<String> = Vec::new();
        let mut scored: Vec<CustomFormatId> = Vec::new();
        for profile in &mut profiles {
            profile.name = tidy_name(Noun::Profile, &profile.name)?;
            refuse_in(&profile.name, profile_problems(profile, &format_ids))?;
            let name = profile.name.to_lowercase();
            if names.iter().any(|other| other.to_lowercase() == name) {
                return Err(FlowError::invalid(
                    format!("the quality profile {:?} is in the file twice", profile.name),
                    "keep one of them",
                ));
            }
            let same = known.iter().find(|known| known.document.name.to_lowercase() == name);
            let expect = if let Some(same) = same {
                profile.id = same.document.id;
                same.expected()
            } else {
                profile.id = ProfileId(flow.store.next_id(Collection::Profile).await?);
                Expect::Absent
            };
            scored.extend(profile.format_scores.iter().map(|line| line.format_id));
            names.push(profile.name.clone());
            commit = commit.put(profile, expect);
        }
        scored.sort_unstable();
        scored.dedup();
        let commit = refer::formats(flow, commit, scored.into_iter()).await?;
        let version = edit.keep(commit, &several(names.iter().map(String::as_str))).await?;
        for profile in &mut profiles {
            profile.set_version(version);
        }
        Ok(profiles)
    })
    .await
}

fn not_read(fault: &ProfileFault) -> FlowError {
    let hint = match fault {
        ProfileFault::FormatsMissing { .. } => "take them in first: radarr-tui format import FILES",
        ProfileFault::NotAProfile { .. } | ProfileFault::Wrong { .. } => {
            "export it again from Radarr, or take the file of the guides as it is"
        }
    };
    FlowError::invalid(fault.to_string(), hint)
}

/// A profile as Radarr writes it.
pub async fn export_profile(flow: &Flow, id: ProfileId) -> Result<String, FlowError> {
    let known = known::<QualityProfile>(&flow.store).await?;
    let formats: Vec<CustomFormat> = flow.store.load_all().await?;
    Ok(json::write(&find(&known, id.0)?.document, &formats))
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

/// The same for one of several profiles: its name stands before the problems.
fn refuse_in(profile: &str, mut problems: Vec<Problem>) -> Result<(), FlowError> {
    if let Some(first) = problems.first_mut() {
        first.message = format!("quality profile {profile:?}: {}", first.message);
    }
    refuse(problems)
}

/// Refuses what has problems, and names all of them.
pub(super) fn refuse(problems: Vec<Problem>) -> Result<(), FlowError> {
    let (messages, hints): (Vec<String>, Vec<String>) =
        problems.into_iter().map(|problem| (problem.message, problem.hint)).unzip();
    if messages.is_empty() { Ok(()) } else { Err(FlowError::invalid(messages.join("; "), hints.join("; "))) }
}
