//! Brings about what files declare: everything is tried and checked first, and kept as one change or not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use radarr_proto::error::{ApiError, ErrorCode};
use radarr_proto::model::{
    ClientId, CustomFormatId, DelayProfileId, FieldChange, IndexerId, ProfileId, ReleaseProfileId,
    RootFolderId, TagId, TokenId,
};
use radarr_proto::request::{AppliedSettings, ApplySettings, DeclaredFile, SettingAction, SettingChange};

use super::applying::{Applying, Misfit};
use super::difference::{Difference, between, fingerprint};
use super::guides::Guides;
use super::known::{Known, Thing};
use super::nouns::{self, Section};
use super::read::{Declarations, FAULTS_MAX, read};
use super::secrets::Secrets;
use crate::flow::{By, Flow, FlowError};
use crate::settings;
use crate::settings::edit::changed_so;
use crate::settings::managed::{Managed, Manager};
use crate::storage::{Change, Collection, DocKey, Expect, Gathered, SharedStore, Trial};

/// Tries to be the only one who changes settings.
const TRIES_MAX: usize = 8;

/// The name of the delay profile for all movies.
const STANDARD_DELAY: &str = "standard";

/// What one call or one look into a folder asks for.
pub(super) struct Wish<'a> {
    pub(super) manager: &'a (dyn Fn(&str) -> Manager + Send + Sync),
    pub(super) declarations: &'a Declarations,
    pub(super) secrets: &'a Secrets,
    pub(super) guides: &'a Guides,
    pub(super) dry_run: bool,
    pub(super) prune: bool,
    pub(super) confirmed: bool,
}

/// What a client asks for.
pub async fn apply_settings(
    flow: &Flow,
    by: &By,
    request: ApplySettings,
) -> Result<AppliedSettings, FlowError> {
    let source = request.source.trim().to_owned();
    if source.is_empty() || source.chars().any(char::is_control) {
        return Err(FlowError::invalid(
            "the source of the settings has no name",
            "name it, by default by its file: --name NAME",
        ));
    }
    let declarations = declarations(&request.files)?;
    let manager = move |file: &str| Manager { watched: false, source: source.clone(), file: file.to_owned() };
    if request.release {
        return super::release::release(flow, by, &declarations, &request).await;
    }
    let guides = Guides::new(flow.outside.guides.clone());
    let secrets = Secrets::sent(request.secrets);
    let wish = Wish {
        manager: &manager,
        declarations: &declarations,
        secrets: &secrets,
        guides: &guides,
        dry_run: request.dry_run,
        prune: request.prune,
        confirmed: request.confirmed,
    };
    bring_about(flow, by, &wish).await
}

/// The declarations of files, or all their faults in one error.
pub(super) fn declarations(files: &[DeclaredFile]) -> Result<Declarations, FlowError> {
    read(files).map_err(|mut faults| {
        let more = faults.len().saturating_sub(FAULTS_MAX);
        faults.truncate(FAULTS_MAX);
        if more > 0 {
            faults.push(format!("and {more} more"));
        }
        FlowError::invalid(
            faults.join("\n"),
            "correct the file; nothing was changed. Its form: docs/settings.md",
        )
    })
}

/// Plans, checks, and keeps it; once more when somebody else changed a setting meanwhile.
pub(super) async fn bring_about(flow: &Flow, by: &By, wish: &Wish<'_>) -> Result<AppliedSettings, FlowError> {
    let by = by.clone().declaring();
    let mut tries = 1;
    loop {
        match once(flow, &by, wish).await {
            Err(error) if error.is_conflict() && tries < TRIES_MAX => tries += 1,
            result => return result,
        }
    }
}

async fn once(flow: &Flow, by: &By, wish: &Wish<'_>) -> Result<AppliedSettings, FlowError> {
    let below = Arc::clone(&flow.store);
    let trial = Arc::new(if wish.dry_run { Trial::over(below) } else { Trial::to_keep(below) });
    let on_trial = Flow { store: Arc::clone(&trial) as SharedStore, ..flow.clone() };
    let before = Known::read(&on_trial.store).await?;
    let marks: Vec<Managed> = flow.store.load_all().await?;
    let mut plan = Plan { wish, marks: &marks, own: Vec::new(), notes: Vec::new() };

    plan.declare(&on_trial, by, before.clone()).await?;
    plan.let_go(&on_trial, by, &before).await?;

    let after = Known::read(&on_trial.store).await?;
    let (before, after) = (before.things(), after.things());
    let gathered = trial.gathered();
    let sealed: BTreeSet<String> = gathered
        .iter()
        .filter(|part| part.key.collection == Collection::Secret && part.change != Change::Keep)
        .map(|part| part.key.id.clone())
        .collect();
    let differences = between(&before, &after, &sealed);
    let marked = plan.marks(&after);
    let changes = shown(&differences, &marked);
    let mut applied = AppliedSettings { applied: !wish.dry_run, changes, notes: plan.notes };
    if wish.dry_run || (differences.is_empty() && marked.is_empty()) {
        return Ok(applied);
    }
    keep(flow, by, gathered, &differences, &marked, &applied.changes, (&before, &after)).await?;
    applied.notes.dedup();
    Ok(applied)
}

/// What becomes of the marks.
#[derive(Debug, Clone)]
struct Marked {
    key: DocKey,
    before: Option<Managed>,
    after: Option<Managed>,
    /// Whether the thing is there.
    is_there: bool,
}

struct Plan<'a> {
    wish: &'a Wish<'a>,
    marks: &'a [Managed],
    /// What is declared: where it is stored, and in which file.
    own: Vec<(DocKey, String)>,
    notes: Vec<String>,
}

impl Plan<'_> {
    /// Brings about all declarations, section by section.
    async fn declare(&mut self, flow: &Flow, by: &By, known: Known) -> Result<(), FlowError> {
        let mut applying = Applying {
            flow,
            by,
            known,
            secrets: self.wish.secrets,
            guides: self.wish.guides,
            scored: Vec::new(),
            notes: Vec::new(),
        };
        for section in Section::ALL {
            let forms: Vec<_> = self
                .wish
                .declarations
                .iter()
                .filter(|placed| placed.form.section() == *section)
                .cloned()
                .collect();
            if forms.is_empty() {
                continue;
            }
            let keys = nouns::apply(*section, &mut applying, &forms).await.map_err(|misfit: Misfit| {
                let at = forms.iter().find(|placed| misfit.place.as_ref() == Some(&placed.place));
                let name = at.map(|placed| format!("{} {:?}", section.name(), placed.form.name()));
                misfit.into_error(&name.unwrap_or_else(|| section.name().to_owned()))
            })?;
            for (placed, key) in forms.iter().zip(keys) {
                if let Some(mark) = self.mark(&key)
                    && !self.may_take(&mark.by, &placed.place.file)
                {
                    let message = format!(
                        "{}, {} {:?}: it is managed by {}",
                        placed.place,
                        section.name(),
                        placed.form.name(),
                        mark.by.words()
                    );
                    let error = ApiError::new(ErrorCode::Forbidden, message)
                        .with_hint("declare it in one place: take it out there, or here");
                    return Err(error.into());
                }
                self.own.push((key, placed.place.file.clone()));
            }
        }
        self.notes.append(&mut applying.notes);
        Ok(())
    }

    fn mark(&self, key: &DocKey) -> Option<&Managed> {
        let id = Managed::mark_of(key);
        self.marks.iter().find(|mark| mark.of == id)
    }

    /// The deployment's folder goes before what somebody applied; what was applied under another name is taken over.
    fn may_take(&self, from: &Manager, file: &str) -> bool {
        let ours = (self.wish.manager)(file);
        ours.watched || !from.watched
    }

    /// What this source managed and does not declare any more.
    fn left(&self) -> Vec<&Managed> {
        let ours = (self.wish.manager)("");
        let is_declared = |mark: &&Managed| self.own.iter().any(|(key, _)| Managed::mark_of(key) == mark.of);
        let own = self.marks.iter().filter(|mark| mark.by.is_same_owner(&ours));
        own.filter(|mark| !is_declared(mark)).collect()
    }

    /// Deletes what is not declared any more, when it is asked for.
    async fn let_go(&mut self, flow: &Flow, by: &By, before: &Known) -> Result<(), FlowError> {
        let there: BTreeMap<String, Section> =
            before.things().iter().map(|thing| (Managed::mark_of(&thing.key), thing.section)).collect();
        let left: Vec<Managed> =
            self.left().into_iter().filter(|mark| there.contains_key(&mark.of)).cloned().collect();
        let watched = (self.wish.manager)("").watched;
        if !self.wish.prune {
            for mark in left {
                let what = format!("{} {:?} is not declared any more", mark.section, mark.name);
                self.notes.push(if watched {
                    format!("{what}: it stays as it is, and can be edited again")
                } else {
                    format!("{what}: it stays, still managed; --prune deletes it, --release gives it up")
                });
            }
            return Ok(());
        }
        let can_go = |mark: &&Managed| {
            there.get(&mark.of).is_some_and(|section| section.is_list() && *section != Section::QualitySizes)
        };
        let mut going: Vec<&Managed> = left.iter().filter(can_go).collect();
        let asks_above = usize::try_from(before.library.delete_without_asking_max).unwrap_or(usize::MAX);
        if going.len() > asks_above && !self.wish.confirmed && !self.wish.dry_run {
            let message = format!(
                "{} settings would be deleted, and more than {asks_above} are not without a word",
                going.len()
            );
            let error = ApiError::new(ErrorCode::NeedsConfirmation, message)
                .with_hint("look at them with --dry-run; then say --yes as well");
            return Err(error.into());
        }
        // What refers to others goes first.
        going.sort_by_key(|mark| std::cmp::Reverse(there.get(&mark.of).copied()));
        for mark in going {
            delete(flow, by, mark).await?;
        }
        Ok(())
    }

    /// The marks that change.
    fn marks(&self, after: &[Thing]) -> Vec<Marked> {
        let things: BTreeMap<String, &Thing> =
            after.iter().map(|thing| (Managed::mark_of(&thing.key), thing)).collect();
        let mut marked = Vec::new();
        for (key, file) in &self.own {
            let Some(thing) = things.get(&Managed::mark_of(key)) else { continue };
            let mark = Managed {
                of: Managed::mark_of(key),
                section: thing.section.name().to_owned(),
                name: thing.name.clone(),
                by: (self.wish.manager)(file),
                declared: fingerprint(&thing.form),
            };
            let before = self.mark(key).cloned();
            if before.as_ref() != Some(&mark) {
                marked.push(Marked { key: key.clone(), before, after: Some(mark), is_there: true });
            }
        }
        let watched = (self.wish.manager)("").watched;
        for mark in self.left() {
            let is_there = things.contains_key(&mark.of);
            let stays = is_there && !watched && !self.wish.prune;
            if let Some(key) = mark.key_of_setting().filter(|_| !stays) {
                marked.push(Marked { key, before: Some(mark.clone()), after: None, is_there });
            }
        }
        marked
    }
}

async fn delete(flow: &Flow, by: &By, mark: &Managed) -> Result<(), FlowError> {
    let section = Section::named(&mark.section);
    let number = mark.key_of_setting().and_then(|key| key.id.parse::<u64>().ok());
    let (Some(section), Some(number)) = (section, number) else { return Ok(()) };
    let deleted = match section {
        Section::RootFolders => settings::roots::delete_root(flow, by, RootFolderId(number)).await,
        Section::Tags => settings::tags::delete_tag(flow, by, TagId(number)).await,
        Section::CustomFormats => {
            settings::custom_formats::delete_custom_format(flow, by, CustomFormatId(number)).await
        }
        Section::Profiles => settings::profiles::delete_profile(flow, by, ProfileId(number)).await,
        Section::DownloadClients => settings::clients::delete_client(flow, by, ClientId(number)).await,
        Section::Indexers => settings::indexers::delete_indexer(flow, by, IndexerId(number)).await,
        // The one for all movies stays; it is only given up.
        Section::DelayProfiles if mark.name == STANDARD_DELAY => Ok(()),
        Section::DelayProfiles => {
            settings::delay_profiles::delete_delay_profile(flow, by, DelayProfileId(number)).await
        }
        Section::ReleaseProfiles => {
            settings::release_profiles::delete_release_profile(flow, by, ReleaseProfileId(number)).await
        }
        Section::Tokens => settings::tokens::revoke_token(flow, by, TokenId(number)).await,
        Section::QualitySizes | Section::Naming | Section::Library | Section::Tmdb => Ok(()),
    };
    deleted.map_err(|error| {
        let FlowError::Refused(refused) = error else { return error };
        let message = format!("{} {:?} can't be deleted: {}", mark.section, mark.name, refused.message);
        ApiError { message, ..refused }.into()
    })
}

/// What a person reads of it: a mark alone is told where no difference of the setting is.
fn shown(differences: &[Difference], marked: &[Marked]) -> Vec<SettingChange> {
    let mut changes: Vec<SettingChange> =
        differences.iter().map(|difference| difference.change.clone()).collect();
    for mark in marked.iter().filter(|mark| mark.is_there) {
        let shown = mark.after.as_ref().or(mark.before.as_ref());
        let (Some(shown), false) = (shown, differences.iter().any(|difference| difference.key == mark.key))
        else {
            continue;
        };
        let owner = |mark: &Option<Managed>| mark.as_ref().map(|mark| mark.by.words());
        if owner(&mark.before) == owner(&mark.after) {
            continue;
        }
        let action = if mark.after.is_some() { SettingAction::Manage } else { SettingAction::Release };
        let field = FieldChange {
            field: "managed_by".to_owned(),
            before: owner(&mark.before),
            after: owner(&mark.after),
        };
        changes.push(SettingChange {
            section: shown.section.clone(),
            name: shown.name.clone(),
            action,
            fields: vec![field],
        });
    }
    changes
}

/// Keeps all of it as one change.
async fn keep(
    flow: &Flow,
    by: &By,
    gathered: Vec<Gathered>,
    differences: &[Difference],
    marked: &[Marked],
    changes: &[SettingChange],
    (before, after): (&[Thing], &[Thing]),
) -> Result<(), FlowError> {
    let is_thing = |key: &DocKey| before.iter().chain(after).any(|thing| thing.key == *key);
    let differs: BTreeSet<&DocKey> = differences.iter().map(|difference| &difference.key).collect();
    let mut commit = by.commit(flow.now());
    for part in gathered {
        // What was written again as it was stays as it is, but nobody may have changed it meanwhile.
        let unchanged = is_thing(&part.key) && !differs.contains(&part.key);
        let change = if unchanged { Change::Keep } else { part.change.clone() };
        commit = commit.write(Gathered { change, ..part }.write());
    }
    for mark in marked {
        let stored = flow.store.get(&DocKey::new(Collection::Managed, Managed::mark_of(&mark.key))).await?;
        let expect = stored.map_or(Expect::Absent, |stored| Expect::Version(stored.version));
        commit = match &mark.after {
            Some(after) => commit.put(after, expect),
            None => commit.delete::<Managed>(Managed::mark_of(&mark.key), expect),
        };
    }
    for change in changes {
        if let Some(section) = Section::named(&change.section) {
            commit = commit.event(None, changed_so(section.noun(), &change.name, change.fields.clone()));
        }
    }
    flow.store.commit(commit).await?;
    Ok(())
}
