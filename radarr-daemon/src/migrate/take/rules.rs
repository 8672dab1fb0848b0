//! What is wanted of a release: custom formats, quality profiles, release profiles.

use radarr_proto::model::{
    CustomFormat, CustomFormatId, DocVersion, ProfileId, QualityProfile, ReleaseProfile, ReleaseProfileId,
};

use super::Taking;
use super::named::{self, Named};
use crate::domain::quality::defaults;
use crate::flow::{By, Flow, FlowError};
use crate::migrate::fields::Fields;
use crate::migrate::nouns::{self, Mapped};
use crate::settings;

impl Named for CustomFormat {
    type With = ();
    const CALLED: &'static str = "custom formats";
    const STORED: &'static str = "custom_format";

    fn number(&self) -> u64 {
        self.id.0
    }
    fn name(&self) -> &str {
        &self.name
    }
    fn placed(self, number: u64, name: String) -> Self {
        Self { id: CustomFormatId(number), name, ..self }
    }
    fn is_same(&self, other: &Self) -> bool {
        (self.include_when_renaming, &self.conditions) == (other.include_when_renaming, &other.conditions)
    }
    async fn here(flow: &Flow) -> Result<Vec<Self>, FlowError> {
        settings::custom_formats::custom_formats(flow).await
    }
    async fn save(self, _with: (), flow: &Flow, by: &By) -> Result<Self, FlowError> {
        settings::custom_formats::save_custom_format(flow, by, self).await
    }
}

/// Takes custom formats over.
pub async fn formats(taking: &mut Taking<'_>, rows: &[Fields]) -> Result<(), FlowError> {
    let members = ["name", "specifications", "includeCustomFormatWhenRenaming"];
    let called = |row: &Fields| nouns::name_of(row, "Custom format");
    let map = |row: &Fields, _: &Taking<'_>| {
        nouns::formats::format(row).map(|format| Mapped { value: (format, ()), changes: Vec::new() })
    };
    let numbers = named::take::<CustomFormat>(taking, rows, &members, called, map).await?;
    taking.known.formats = numbers.into_iter().map(|(theirs, ours)| (theirs, CustomFormatId(ours))).collect();
    Ok(())
}

impl Named for QualityProfile {
    type With = ();
    const CALLED: &'static str = "quality profiles";
    const STORED: &'static str = "profile";

    fn number(&self) -> u64 {
        self.id.0
    }
    fn name(&self) -> &str {
        &self.name
    }
    fn placed(self, number: u64, name: String) -> Self {
        Self { id: ProfileId(number), name, ..self }
    }
    fn is_same(&self, other: &Self) -> bool {
        *self == Self { id: self.id, doc_version: self.doc_version, name: self.name.clone(), ..other.clone() }
    }
    /// Everybody who comes from Radarr has its default profiles, too, and has set them up there.
    fn is_replaceable(&self) -> bool {
        defaults::profiles().contains(&Self { doc_version: DocVersion(0), ..self.clone() })
    }
    async fn here(flow: &Flow) -> Result<Vec<Self>, FlowError> {
        settings::profiles::profiles(flow).await
    }
    async fn save(self, _with: (), flow: &Flow, by: &By) -> Result<Self, FlowError> {
        settings::profiles::save_profile(flow, by, self).await
    }
}

/// Takes quality profiles over.
pub async fn profiles(taking: &mut Taking<'_>, rows: &[Fields]) -> Result<(), FlowError> {
    let members = [
        "name",
        "cutoff",
        "items",
        "language",
        "formatItems",
        "upgradeAllowed",
        "minFormatScore",
        "cutoffFormatScore",
        "minUpgradeFormatScore",
    ];
    let called = |row: &Fields| nouns::name_of(row, "Profile");
    let map = |row: &Fields, taking: &Taking<'_>| {
        let mapped = nouns::profiles::profile(row, &taking.known)?;
        Ok(Mapped { value: (mapped.value, ()), changes: mapped.changes })
    };
    let numbers = named::take::<QualityProfile>(taking, rows, &members, called, map).await?;
    taking.known.profiles = numbers.into_iter().map(|(theirs, ours)| (theirs, ProfileId(ours))).collect();
    Ok(())
}

impl Named for ReleaseProfile {
    type With = ();
    const CALLED: &'static str = "release profiles";
    const STORED: &'static str = "release_profile";

    fn number(&self) -> u64 {
        self.id.0
    }
    fn name(&self) -> &str {
        &self.name
    }
    fn placed(self, number: u64, name: String) -> Self {
        Self { id: ReleaseProfileId(number), name, ..self }
    }
    fn is_same(&self, other: &Self) -> bool {
        *self == Self { id: self.id, doc_version: self.doc_version, name: self.name.clone(), ..other.clone() }
    }
    async fn here(flow: &Flow) -> Result<Vec<Self>, FlowError> {
        settings::release_profiles::release_profiles(flow).await
    }
    async fn save(self, _with: (), flow: &Flow, by: &By) -> Result<Self, FlowError> {
        settings::release_profiles::save_release_profile(flow, by, self).await
    }
}

/// Takes release profiles over.
pub async fn words(taking: &mut Taking<'_>, rows: &[Fields]) -> Result<(), FlowError> {
    let members = ["id", "name", "required", "ignored", "indexerId", "tags", "enabled"];
    let map = |row: &Fields, taking: &Taking<'_>| {
        let mapped = nouns::words::words(row, &taking.known)?;
        Ok(Mapped { value: (mapped.value, ()), changes: mapped.changes })
    };
    named::take::<ReleaseProfile>(taking, rows, &members, nouns::words::called, map).await?;
    Ok(())
}
