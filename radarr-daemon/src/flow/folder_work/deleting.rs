//! A movie goes with its folders: they get another name first (in the recycle bin, or a temporary one), then the movie
//! goes, then what was not recycled. Until the movie is gone everything can be taken back.

use std::path::{Path, PathBuf};

use super::{FolderIntent, FolderWork, GoingFolder, still_ours};
use crate::files::{
    FileError, blocking, create_folders, discard_folder, remove_empty_folders, rename_folder,
};
use crate::flow::{By, Flow, FlowError};

/// Gives the folders their other names; all, or none.
pub(in crate::flow) async fn put_away(folders: &[GoingFolder]) -> Result<(), FileError> {
    let folders = folders.to_vec();
    blocking(move || {
        for (number, folder) in folders.iter().enumerate() {
            if let Err(error) = put_one_away(folder) {
                let done = folders.iter().take(number);
                return done.rev().try_for_each(put_one_back).and(Err(error));
            }
        }
        Ok(())
    })
    .await
}

fn put_one_away(folder: &GoingFolder) -> Result<(), FileError> {
    let away = Path::new(&folder.away);
    create_folders(Path::new(&folder.place.root), away.parent().unwrap_or(away))?;
    let place = folder.place.path();
    rename_folder(&place, away)?;
    remove_empty_folders(Path::new(&folder.place.root), place.parent().unwrap_or(&place))
}

fn put_one_back(folder: &GoingFolder) -> Result<(), FileError> {
    let (place, away) = (folder.place.path(), PathBuf::from(&folder.away));
    if !away.exists() {
        return Ok(());
    }
    if !Path::new(&folder.place.root).is_dir() {
        return Err(FileError::NotThere { path: PathBuf::from(&folder.place.root) });
    }
    create_folders(Path::new(&folder.place.root), place.parent().unwrap_or(&place))?;
    match rename_folder(&away, &place) {
        // Somebody made the folder anew: what was in it stays in the bin, where a person finds it.
        Err(FileError::TargetExists { .. }) if folder.is_recycled => Ok(()),
        result => result,
    }
}

/// Takes back a deletion that a crash cut off before the movie was gone.
pub(in crate::flow) async fn take_back(
    flow: &Flow,
    by: &By,
    intent: &FolderIntent,
    folders: &[GoingFolder],
) -> Result<(), FlowError> {
    still_ours(flow, intent).await?;
    let there = folders.to_vec();
    blocking(move || there.iter().rev().try_for_each(put_one_back)).await?;
    flow.store.commit(intent.ended(by.commit(flow.now()))).await?;
    Ok(())
}

/// Removes for good what was not recycled. The movie is gone.
pub(in crate::flow) async fn discard(
    flow: &Flow,
    by: &By,
    intent: &FolderIntent,
    folders: &[GoingFolder],
) -> Result<(), FlowError> {
    still_ours(flow, intent).await?;
    let folders: Vec<GoingFolder> = folders.iter().filter(|folder| !folder.is_recycled).cloned().collect();
    blocking(move || {
        folders.iter().try_for_each(|folder| {
            if !Path::new(&folder.place.root).is_dir() {
                return Err(FileError::NotThere { path: PathBuf::from(&folder.place.root) });
            }
            discard_folder(Path::new(&folder.away))
        })
    })
    .await?;
    flow.store.commit(intent.ended(by.commit(flow.now()))).await?;
    Ok(())
}

/// What is left to do for the folders once the movie is gone; `None` = nothing.
pub(in crate::flow) fn rest(folders: &[GoingFolder]) -> Option<FolderWork> {
    let has_rest = folders.iter().any(|folder| !folder.is_recycled);
    has_rest.then(|| FolderWork::Discard { folders: folders.to_vec() })
}
