//! A folder of files that declare settings: read at the start, and looked at every few seconds.
//!
//! It is looked at and not waited for: Kubernetes swaps a link (`..data`) when a `ConfigMap` changes, network folders
//! tell nobody, and a look costs a few small reads. What is in the folder is applied when it changes, when a secret
//! that it refers to changes, and when settings were changed past the guard. A folder that can't be used changes
//! nothing: what was applied before stays, and the health page says what is wrong.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use radarr_proto::declared::{SecretRef, TEXT_BYTES_MAX, parse, secret_refs};
use radarr_proto::error::ApiError;
use radarr_proto::model::{Cursor, EventKind, JobKind};
use radarr_proto::request::{AppliedSettings, DeclaredFile};
use sha2::{Digest, Sha256};
use tracing::{info, warn};

use super::apply::{Wish, bring_about, declarations};
use super::folder_fault::{self, FolderFault};
use super::generation::{Seen, counts};
use super::guides::Guides;
use super::secrets::Secrets;
use crate::files::blocking;
use crate::flow::{By, Flow, FlowError};
use crate::jobs::Priority;
use crate::settings::managed::Manager;
use crate::storage::EVENTS_PAGE_MAX;

/// Between two looks.
const EVERY: Duration = Duration::from_secs(3);
/// What could not be applied is tried again after this: a root folder may be mounted by then.
const AGAIN_AFTER_FAULT: Duration = Duration::from_secs(30);
/// The start does not wait longer for a disk that does not answer.
const FIRST_LOOK_MAX: Duration = Duration::from_secs(15);
/// Files in the folder.
const FILES_MAX: usize = 1_000;
/// Tries to read the folder while it is being changed.
const READS_MAX: usize = 5;

/// What was read.
struct Content {
    files: Vec<DeclaredFile>,
    digest: String,
    secrets: Secrets,
}

/// The folder, and what is known of it since the last look.
pub struct Folder {
    flow: Flow,
    dir: PathBuf,
    digest: Option<String>,
    secrets: Secrets,
    cursor: Cursor,
    /// When it could not be applied.
    failed: Option<Instant>,
    fault: Option<FolderFault>,
}

impl Folder {
    /// That folder; nothing is read yet.
    pub fn new(flow: Flow, dir: PathBuf) -> Self {
        let cursor = flow.store.last_cursor();
        Self { flow, dir, digest: None, secrets: Secrets::default(), cursor, failed: None, fault: None }
    }

    /// The first look, which is over before anybody is served.
    pub async fn first_look(&mut self) {
        if tokio::time::timeout(FIRST_LOOK_MAX, self.look()).await.is_err() {
            warn!(dir = %self.dir.display(), "the folder of settings does not answer; it is tried again");
        }
    }

    /// Looks again and again.
    pub async fn watch(mut self) {
        loop {
            tokio::time::sleep(EVERY).await;
            self.look().await;
        }
    }

    /// One look. What is wrong is told by the health page and in the log, once.
    pub(super) async fn look(&mut self) {
        let fault = match self.take_over().await {
            Ok(fault) => fault,
            // The storage is away, or somebody else was at it too often; the next look tries again.
            Err(error @ FlowError::Store(_)) => {
                self.failed = Some(Instant::now());
                warn!(%error, "the folder of settings is applied later");
                return;
            }
            Err(error) => {
                self.failed = Some(Instant::now());
                let error: ApiError = error.into();
                Some(FolderFault::error(&self.dir, error.message, error.hint.unwrap_or_default()))
            }
        };
        if fault != self.fault {
            if let Err(error) = self.tell(fault.clone()).await {
                warn!(%error, "what is wrong with the folder of settings could not be written down");
                return;
            }
            self.fault = fault;
        }
    }

    async fn tell(&self, fault: Option<FolderFault>) -> Result<(), FlowError> {
        match &fault {
            Some(fault) => {
                let (error, hint) = (&fault.message, &fault.hint);
                warn!(dir = %self.dir.display(), error, hint, "settings are not taken over from the folder");
            }
            None => info!(dir = %self.dir.display(), "the folder of settings is in order"),
        }
        folder_fault::keep(&self.flow, fault).await?;
        let now = self.flow.now();
        let due = now.checked_add(SignedDuration::from_secs(1)).unwrap_or(now);
        self.flow.queue.enqueue(JobKind::CheckHealth, Priority::Story, due, "system", now).await?;
        Ok(())
    }

    /// Applies what is there when there is a reason to. Answers with what a person should know.
    async fn take_over(&mut self) -> Result<Option<FolderFault>, FlowError> {
        let dir = self.dir.clone();
        let content = match blocking(move || Ok(read(&dir))).await? {
            Ok(content) => content,
            Err((message, hint)) => return Ok(Some(FolderFault::error(&self.dir, message, hint))),
        };
        let seen = match &self.digest {
            None => Seen::AtStart,
            Some(digest) if *digest != content.digest => Seen::Changed,
            Some(_) => Seen::Before,
        };
        if !counts(&self.flow, &content.digest, seen).await? {
            self.digest = Some(content.digest);
            return Ok(Some(FolderFault::waiting(&self.dir)));
        }
        let was_waiting = self.fault.as_ref().is_some_and(FolderFault::is_waiting);
        let is_due = self.failed.is_some_and(|failed| failed.elapsed() >= AGAIN_AFTER_FAULT);
        // Who starts with a folder has all secrets as news; later only those that change.
        let news = if seen == Seen::AtStart { None } else { Some(content.secrets.other_than(&self.secrets)) };
        let settings_changed = self.settings_changed().await?;
        let has_news = news.as_ref().is_none_or(|news| !news.is_empty());
        if seen == Seen::Before && !has_news && !settings_changed && !is_due && !was_waiting {
            return Ok(self.fault.clone());
        }
        self.digest = Some(content.digest.clone());
        self.failed = None;
        let applied = self.apply(&content, news).await?;
        // Only now: what changed of them is news until it was taken over.
        self.secrets = content.secrets;
        self.log(&applied);
        Ok(None)
    }

    async fn apply(
        &self,
        content: &Content,
        news: Option<BTreeSet<String>>,
    ) -> Result<AppliedSettings, FlowError> {
        let declarations = declarations(&content.files)?;
        let source = self.dir.display().to_string();
        let manager =
            move |file: &str| Manager { watched: true, source: source.clone(), file: file.to_owned() };
        let secrets = match news {
            Some(news) => content.secrets.with_news(news),
            None => content.secrets.clone(),
        };
        let guides = Guides::new(self.flow.outside.guides.clone());
        let wish = Wish {
            manager: &manager,
            declarations: &declarations,
            secrets: &secrets,
            guides: &guides,
            dry_run: false,
            prune: false,
            confirmed: false,
        };
        let by = By { actor: format!("file:{}", self.dir.display()), ..By::system() };
        bring_about(&self.flow, &by, &wish).await
    }

    fn log(&self, applied: &AppliedSettings) {
        for change in &applied.changes {
            let (section, name) = (&change.section, &change.name);
            info!(section, name, action = ?change.action, "a setting is as its file says");
        }
        for note in &applied.notes {
            info!(note, "of the folder of settings");
        }
    }

    /// Whether anybody changed settings since the last look.
    async fn settings_changed(&mut self) -> Result<bool, FlowError> {
        let mut changed = false;
        while self.flow.store.last_cursor() > self.cursor {
            let page = self.flow.store.events_after(self.cursor, EVENTS_PAGE_MAX).await?;
            let any = page.events.iter().any(|event| matches!(event.kind, EventKind::SettingsChanged { .. }));
            changed |= any || page.gap;
            if page.cursor == self.cursor {
                break;
            }
            self.cursor = page.cursor;
        }
        Ok(changed)
    }
}

/// Reads the folder, all of it at one moment as far as that can be told. An error is a sentence and what to do. Blocks.
fn read(dir: &Path) -> Result<Content, (String, String)> {
    let mut content = read_once(dir)?;
    for _ in 1..READS_MAX {
        let again = read_once(dir)?;
        if again.digest == content.digest {
            break;
        }
        content = again;
    }
    let mut references: Vec<SecretRef> = Vec::new();
    for file in &content.files {
        // What can't be read is told when it is applied.
        references.extend(secret_refs(&parse(&file.text).unwrap_or_default()));
    }
    content.secrets = Secrets::here(&references, dir);
    Ok(content)
}

fn read_once(dir: &Path) -> Result<Content, (String, String)> {
    let fault = |what: &Path, error: std::io::Error| {
        let message = format!("{} can't be read: {error}", what.display());
        (message, "mount the folder, and let the daemon's user read it; or unset settings.dir".to_owned())
    };
    let entries = std::fs::read_dir(dir).map_err(|error| fault(dir, error))?;
    let is_ours = |path: &PathBuf| {
        let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        !hidden && matches!(ending, "yaml" | "yml" | "json") && path.is_file()
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(is_ours).collect();
    paths.sort();
    if paths.len() > FILES_MAX {
        let message = format!("{} has {} files, and {FILES_MAX} are read", dir.display(), paths.len());
        return Err((message, "put several settings into one file".to_owned()));
    }
    let mut hash = Sha256::new();
    let mut files = Vec::with_capacity(paths.len());
    for path in paths {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let size = std::fs::metadata(&path).map_err(|error| fault(&path, error))?.len();
        if size > u64::try_from(TEXT_BYTES_MAX).unwrap_or(u64::MAX) {
            let message = format!("{} has {size} bytes, and {TEXT_BYTES_MAX} may come in", path.display());
            return Err((message, "make several files of it".to_owned()));
        }
        let text = std::fs::read_to_string(&path).map_err(|error| fault(&path, error))?;
        for part in [name.as_bytes(), text.as_bytes()] {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part);
        }
        files.push(DeclaredFile { name, text });
    }
    let digest = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Content { files, digest, secrets: Secrets::default() })
}
