//! Files of a movie get other names in its folder: all, or none. Each rename can be repeated; one that was done counts
//! as done, so that after a crash the list is gone through again and then recorded.

use std::path::{Path, PathBuf};

use radarr_proto::model::{EventKind, Movie};
use tracing::info;

use super::{FolderIntent, FolderWork, RenamedFile, still_ours};
use crate::files::{
    FileError, blocking, create_folders, remove_empty_folders, rename_name, replace_name, same_file,
};
use crate::flow::{By, Flow, FlowError};
use crate::storage::Expect;

/// Somebody edits the movie while its new names are recorded; nobody does so more often in a row.
const RECORD_TRIES: u32 = 10;

/// Brings the renames to their end. What can't be done is taken back, unless the disk may be there again later.
pub(in crate::flow) async fn finish(flow: &Flow, by: &By, intent: &FolderIntent) -> Result<(), FlowError> {
    let FolderWork::Rename { files } = &intent.work else { return Ok(()) };
    still_ours(flow, intent).await?;
    let all = files.clone();
    match blocking(move || rename_all(&all)).await {
        Ok(()) => record(flow, by, intent, files).await,
        Err(error) => {
            if !matches!(error, FileError::NotThere { .. } | FileError::Ended) {
                let commit = intent.ended(by.commit(flow.now()));
                flow.store.commit(commit).await?;
            }
            Err(error.into())
        }
    }
}

/// Renames all; when one can't be, those before it get their old names again.
fn rename_all(files: &[RenamedFile]) -> Result<(), FileError> {
    for file in files {
        // An empty root folder is one that is not mounted.
        if !std::fs::read_dir(&file.place.root).is_ok_and(|mut entries| entries.next().is_some()) {
            return Err(FileError::NotThere { path: PathBuf::from(&file.place.root) });
        }
    }
    for (number, file) in files.iter().enumerate() {
        if let Err(error) = rename_one(file, &file.from, &file.to) {
            let mut done = files.iter().take(number).rev();
            return done.try_for_each(|file| rename_one(file, &file.to, &file.from)).and(Err(error));
        }
    }
    Ok(())
}

fn rename_one(file: &RenamedFile, from: &str, to: &str) -> Result<(), FileError> {
    let folder = file.place.path();
    let (old, new) = (folder.join(from), folder.join(to));
    create_folders(Path::new(&file.place.root), new.parent().unwrap_or(&folder))?;
    // On a file system that does not tell capitals the other spelling of a name is the file itself.
    if from.to_lowercase() == to.to_lowercase() && same_file(&old, &new) {
        replace_name(&old, &new)?;
    } else {
        rename_name(&old, &new)?;
    }
    remove_empty_folders(&folder, old.parent().unwrap_or(&folder))
}

/// Writes the new names down.
async fn record(flow: &Flow, by: &By, intent: &FolderIntent, files: &[RenamedFile]) -> Result<(), FlowError> {
    let mut tries = 0;
    loop {
        tries += 1;
        let mut commit = intent.ended(by.commit(flow.now()));
        if let Some(mut movie) = flow.store.load::<Movie>(intent.movie_id).await? {
            let renamed = files.iter().filter(|file| take_over(&mut movie, file)).count();
            for file in files.iter().filter(|file| file.is_video) {
                let path = |name: &str| file.place.path().join(name).to_string_lossy().into_owned();
                let (title, from, to) = (movie.facts.title.clone(), path(&file.from), path(&file.to));
                info!(movie = %movie.id, from, to, "renamed");
                commit = commit.event(Some(movie.id), EventKind::FileRenamed { title, from, to });
            }
            if renamed > 0 {
                commit = commit.put(&movie, Expect::Version(movie.doc_version));
            }
        }
        match flow.store.commit(commit).await {
            Err(error) if error.is_conflict() && tries < RECORD_TRIES => still_ours(flow, intent).await?,
            Err(error) => return Err(error.into()),
            Ok(_) => return Ok(()),
        }
    }
}

/// Writes one new name into the movie; whether the movie knows the file.
fn take_over(movie: &mut Movie, renamed: &RenamedFile) -> bool {
    let version = movie.versions.iter_mut().find(|version| version.slot == renamed.slot);
    let Some(file) = version.and_then(|version| version.file.as_mut()) else { return false };
    let extras = file.extras.iter_mut().map(|extra| &mut extra.relative_path);
    let mut names = std::iter::once(&mut file.relative_path).chain(extras);
    match names.find(|name| **name == renamed.from) {
        Some(name) => {
            name.clone_from(&renamed.to);
            true
        }
        None => false,
    }
}
