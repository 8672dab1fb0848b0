//! What is at hand while declarations are brought about.

use std::collections::BTreeMap;

use radarr_proto::declared::SecretRef;
use radarr_proto::error::ApiError;
use radarr_proto::model::{CustomFormat, SecretInput, SecretSource, Tag, TagId};

use super::guides::Guides;
use super::known::Known;
use super::read::Place;
use super::secrets::Secrets;
use crate::flow::{By, Flow, FlowError};
use crate::settings;

/// A declaration with the place that it stands in.
#[derive(Debug, Clone)]
pub(super) struct Placed<T> {
    pub(super) place: Place,
    pub(super) form: T,
}

/// A declaration that can't be brought about, and where it stands.
#[derive(Debug)]
pub(super) struct Misfit {
    pub(super) place: Option<Place>,
    pub(super) error: FlowError,
}

impl From<FlowError> for Misfit {
    fn from(error: FlowError) -> Self {
        Self { place: None, error }
    }
}

impl Misfit {
    /// The error as a client sees it: the place comes first.
    pub(super) fn into_error(self, name: &str) -> FlowError {
        let Some(place) = self.place else { return self.error };
        // The storage and the disk speak for themselves, and a conflict is tried again.
        let FlowError::Refused(refused) = self.error else { return self.error };
        let message = format!("{place}, {name}: {}", refused.message);
        ApiError { message, ..refused }.into()
    }
}

impl Place {
    /// Ties an error to this place.
    pub(super) fn misfit(&self) -> impl FnOnce(FlowError) -> Misfit + use<> {
        let place = self.clone();
        move |error| Misfit { place: Some(place), error }
    }

    /// A declaration here makes no sense.
    pub(super) fn refuse(&self, message: impl Into<String>, hint: impl Into<String>) -> Misfit {
        self.misfit()(FlowError::invalid(message, hint))
    }
}

/// What is at hand: the storage (a trial of it), what is known by now, the secrets, the guides.
pub(super) struct Applying<'a> {
    pub(super) flow: &'a Flow,
    pub(super) by: &'a By,
    pub(super) known: Known,
    pub(super) secrets: &'a Secrets,
    pub(super) guides: &'a Guides,
    /// The custom formats of the files with what they are to count in which profile.
    pub(super) scored: Vec<(Place, CustomFormat, BTreeMap<String, String>)>,
    /// What a person should know besides.
    pub(super) notes: Vec<String>,
}

impl Applying<'_> {
    /// The numbers of tags; those that are not there are made.
    pub(super) async fn tags(&mut self, place: &Place, labels: &[String]) -> Result<Vec<TagId>, Misfit> {
        let mut ids = Vec::with_capacity(labels.len());
        for label in labels {
            ids.push(self.tag(place, label).await?.id);
        }
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }

    /// A tag; made when it is not there.
    pub(super) async fn tag(&mut self, place: &Place, label: &str) -> Result<Tag, Misfit> {
        let lower = label.trim().to_lowercase();
        if let Some(tag) = self.known.tags.iter().find(|tag| tag.label == lower) {
            return Ok(tag.clone());
        }
        let tag = settings::tags::add_tag(self.flow, self.by, lower).await.map_err(place.misfit())?;
        self.known.tags.push(tag.clone());
        Ok(tag)
    }

    /// What becomes of a secret: kept when it is the one that is there already.
    pub(super) async fn secret(
        &mut self,
        place: &Place,
        what: &str,
        reference: Option<&SecretRef>,
        stored_as: &str,
        before: &SecretSource,
    ) -> Result<SecretInput, Misfit> {
        let Some(reference) = reference else { return Ok(SecretInput::Keep) };
        if reference.is_placeholder() {
            if *before == SecretSource::None {
                return Err(place.refuse(
                    format!("the secret of {what} is still to be filled in"),
                    "refer to it as {env: NAME} or {file: /path}",
                ));
            }
            self.notes
                .push(format!("{place}: the secret of {what} stays as it is; the file has a placeholder"));
            return Ok(SecretInput::Keep);
        }
        let (value, is_news) = self.secrets.get(reference).map_err(|why| {
            place.refuse(
                format!("the secret of {what} can't be read: {why}"),
                "mend the reference or what it names",
            )
        })?;
        let keeper = self.flow.outside.keeper();
        let there = keeper.read(&self.flow.store, stored_as, before).await;
        let is_same = there.is_ok_and(|there| there == value);
        if is_same || (!is_news && *before != SecretSource::None) {
            return Ok(SecretInput::Keep);
        }
        Ok(SecretInput::Value { value })
    }
}
