//! The files of a movie get the names that the settings give today.
//!
//! A preview says which names would change and carries a mark of the state that it was made from; the renaming itself
//! asks for that mark and is refused when anything is different by then (D15). It is written down before the first
//! file is touched (`folder_work/renaming.rs`, D6), and subtitles and whatever else lies beside a video under its name
//! go with it.

use std::hash::{DefaultHasher, Hash, Hasher};

use radarr_proto::error::{ApiError, ErrorCode};
use radarr_proto::model::{
    CustomFormat, DocVersion, Movie, MovieId, MovieVersion, NamingSettings, RootFolder,
};
use radarr_proto::request::{RenameMovie, RenamePreview, RenamedFolder, RenamedName};

use super::add::called;
use super::claim;
use super::delete::{busy, without_imports};
use super::files::movie;
use super::folder_work::{FolderIntent, FolderWork, Place, RenamedFile, renaming, settle_quickly};
use super::{By, Flow, FlowError};
use crate::domain::import::scan::{extension, is_movie_file};
use crate::domain::naming::rename::renames;
use crate::domain::naming::{NamedFile, NamedMovie, NamingSource, file_name, file_stem, folder};
use crate::files::{FileError, FoundFile, ScanError, blocking, scan};
use crate::storage::{Expect, Only};

/// What would be renamed.
struct Plan {
    movie: Movie,
    files: Vec<RenamedFile>,
    /// Folders that the settings would give another name; nothing is done to them.
    folders: Vec<RenamedFolder>,
    /// Tells one state from another.
    state: u64,
}

/// Which names would change.
pub async fn preview_rename(flow: &Flow, id: MovieId) -> Result<RenamePreview, FlowError> {
    Ok(shown(&plan(flow, id).await?))
}

/// Changes the names that a preview showed, and nothing else.
pub async fn rename_movie(flow: &Flow, by: &By, request: RenameMovie) -> Result<RenamePreview, FlowError> {
    settle_quickly(flow, request.id).await?;
    let plan = plan(flow, request.id).await?;
    let done = shown(&plan);
    if done.state != request.state {
        let message = format!("the names of {} are not those that were shown any more", done.title);
        let hint = format!("look at them again: radarr-tui movie rename {} --preview", request.id);
        return Err(FlowError::Refused(ApiError::new(ErrorCode::NeedsConfirmation, message).with_hint(hint)));
    }
    if plan.files.is_empty() {
        return Ok(done);
    }
    let mut intent = FolderIntent {
        movie_id: plan.movie.id,
        work: FolderWork::Rename { files: plan.files },
        actor: by.actor.clone(),
        planned_at: flow.now(),
        owner: flow.queue.owner().to_owned(),
        doc_version: DocVersion(0),
    };
    let commit = by
        .commit(flow.now())
        .put(&intent, Expect::Absent)
        .guard::<Movie>(plan.movie.id, Expect::Version(plan.movie.doc_version));
    let begun = flow.store.commit(without_imports(commit, &plan.movie)).await;
    intent.doc_version = begun.map_err(|error| busy(error, &plan.movie))?.version;
    renaming::finish(flow, by, &intent).await?;
    Ok(done)
}

fn shown(plan: &Plan) -> RenamePreview {
    let name = |file: &RenamedFile| RenamedName {
        slot: file.slot,
        folder: file.place.path().to_string_lossy().into_owned(),
        from: file.from.clone(),
        to: file.to.clone(),
    };
    RenamePreview {
        id: plan.movie.id,
        title: called(&plan.movie.facts),
        files: plan.files.iter().map(name).collect(),
        folders: plan.folders.clone(),
        state: format!("{:016x}", plan.state),
    }
}

/// Reads what is stored, looks into the folders, and says which names change.
async fn plan(flow: &Flow, id: MovieId) -> Result<Plan, FlowError> {
    let movie = movie(flow, id).await?;
    let naming: NamingSettings = flow.store.load(Only).await?.unwrap_or_default();
    if !naming.rename {
        return Err(FlowError::conflict(
            "files keep the names that they came with: renaming is switched off",
            "switch it on: radarr-tui naming set --rename true",
        ));
    }
    let formats: Vec<CustomFormat> = flow.store.load_all().await?;
    let roots: Vec<RootFolder> = flow.store.load_all().await?;
    let mut files = Vec::new();
    let mut folders = Vec::new();
    let mut hasher = DefaultHasher::new();
    for version in &movie.versions {
        let Some(root) = roots.iter().find(|root| root.id == version.root_folder_id) else { continue };
        if version.file.is_none() {
            continue;
        }
        let place = Place { root_id: root.id, root: root.path.clone(), folder: version.folder.clone() };
        folders.extend(folder_of(flow, &movie, version, &place, &naming).await?);
        let found = look(&place).await?;
        for file in names_of(&movie, version, &place, &found, &naming, &formats)? {
            let size =
                found.iter().find(|found| found.relative_path == file.from).map(|found| found.size_bytes);
            (file.slot.0, file.place.path(), &file.from, &file.to, size).hash(&mut hasher);
            files.push(file);
        }
    }
    let state = hasher.finish();
    Ok(Plan { movie, files, folders, state })
}

/// The folder that the settings would give a version, where it has another. One that is taken is nobody's to have.
async fn folder_of(
    flow: &Flow,
    movie: &Movie,
    version: &MovieVersion,
    place: &Place,
    naming: &NamingSettings,
) -> Result<Option<RenamedFolder>, FlowError> {
    let source = NamingSource { movie: NamedMovie::from(&movie.facts), ..NamingSource::default() };
    let to = folder(naming, &source);
    let of_other_version = |other: &MovieVersion| other.slot != version.slot && other.folder == to;
    if version.folder == to || movie.versions.iter().any(of_other_version) {
        return Ok(None);
    }
    let holder = claim::holder_of_folder(&flow.store, place.root_id, &to).await?;
    if holder.is_some_and(|holder| holder != movie.id) {
        return Ok(None);
    }
    let (root, from) = (place.root.clone(), version.folder.clone());
    Ok(Some(RenamedFolder { slot: version.slot, root, from, to }))
}

/// What lies in a movie's folder. Of a root folder that is not mounted nothing can be said.
async fn look(place: &Place) -> Result<Vec<FoundFile>, FlowError> {
    let place = place.clone();
    Ok(blocking(move || {
        let folder = place.path();
        match scan(&folder) {
            Ok(scan) => Ok(scan.files),
            Err(ScanError::NotThere { path }) => Err(FileError::NotThere { path }),
            Err(error) => {
                let source = std::io::Error::other(error.to_string());
                Err(FileError::Io { doing: "look into", path: folder, source })
            }
        }
    })
    .await?)
}

/// The names of one version's files that change. A video whose new name is taken is refused; a file beside it whose
/// new name is taken stays as it is.
fn names_of(
    movie: &Movie,
    version: &MovieVersion,
    place: &Place,
    found: &[FoundFile],
    naming: &NamingSettings,
    formats: &[CustomFormat],
) -> Result<Vec<RenamedFile>, FlowError> {
    let Some(file) = &version.file else { return Ok(Vec::new()) };
    let named: Vec<String> = formats
        .iter()
        .filter(|format| format.include_when_renaming && file.stored_score.formats.contains(&format.name))
        .map(|format| format.name.clone())
        .collect();
    let source = NamingSource {
        movie: NamedMovie::from(&movie.facts),
        file: Some(NamedFile::from(file)),
        formats: &named,
    };
    let target = file_name(naming, &source, &extension(&file.relative_path).unwrap_or_default());
    let stem = file_stem(naming, &source);
    let all: Vec<&str> = found.iter().map(|found| found.relative_path.as_str()).collect();
    if !all.contains(&file.relative_path.as_str()) {
        return Err(FileError::NotThere { path: place.path().join(&file.relative_path) }.into());
    }
    let is_other_video = |path: &&&str| is_movie_file(path) && **path != file.relative_path;
    let videos: Vec<&str> = all.iter().filter(is_other_video).copied().collect();
    let mut renamed = Vec::new();
    for (number, rename) in
        renames(&file.relative_path, &target, &stem, &all, &videos).into_iter().enumerate()
    {
        let is_video = number == 0;
        // On a file system that does not tell capitals a name that only changes its case is its own.
        let is_taken =
            all.iter().any(|path| *path == rename.to) && !rename.from.eq_ignore_ascii_case(&rename.to);
        if is_taken && is_video {
            return Err(FlowError::conflict(
                format!("{} is there already", place.path().join(&rename.to).display()),
                "move it away, or choose a file format that tells the versions apart, such as {Edition Tags} or \
                 {Quality Full}",
            ));
        }
        if !is_taken {
            let (slot, place) = (version.slot, place.clone());
            renamed.push(RenamedFile { slot, place, from: rename.from, to: rename.to, is_video });
        }
    }
    Ok(renamed)
}

#[cfg(test)]
mod tests;
