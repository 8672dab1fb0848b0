//! Root folders: where movies lie.

use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use radarr_proto::model::{RootFolder, RootFolderId, RootFolderState};
use radarr_proto::request::AddRoot;

use super::edit::{Noun, Numbered, change, count, find, known};
use super::movies::users;
use crate::files::{blocking, check_writable, free_space};
use crate::flow::{By, Flow, FlowError};
use crate::library_view::Snapshot;
use crate::storage::{Collection, Expect};

/// The bin's name when none is given.
pub(crate) const RECYCLE_BIN_DEFAULT: &str = ".recycle";
/// Days in the bin when none are given.
pub(crate) const RECYCLE_DAYS_DEFAULT: u32 = 7;
/// A disk that wakes up needs some seconds; a network folder whose server is gone never answers.
const LOOK_TIMEOUT: Duration = Duration::from_secs(10);
/// A folder that the file system makes by itself.
const NOT_CONTENT: &[&str] = &["lost+found"];

impl Numbered for RootFolder {
    const NOUN: Noun = Noun::Root;
    fn number(&self) -> u64 {
        self.id.0
    }
    fn set_number(&mut self, number: u64) {
        self.id = RootFolderId(number);
    }
    fn name(&self) -> String {
        self.path.clone()
    }
}

/// The root folders as they are at the moment.
pub async fn roots(flow: &Flow) -> Result<Vec<RootFolderState>, FlowError> {
    let roots: Vec<RootFolder> = flow.store.load_all().await?;
    let library = flow.library.latest().await;
    // All at once: one that does not answer shall not hold up the others.
    Ok(futures::future::join_all(roots.into_iter().map(|root| state(&library, root))).await)
}

/// Makes a folder a root folder. It must be there, be writable, and lie apart from the others.
pub async fn add_root(flow: &Flow, by: &By, request: AddRoot) -> Result<RootFolderState, FlowError> {
    let path = tidy_path(&request.path)?;
    let recycle_bin = tidy_bin(request.recycle_bin.as_deref())?;
    let storage = flow.outside.storage_folder.clone();
    let root = change(flow, by, Noun::Root, |edit| {
        let (path, recycle_bin, storage) = (path.clone(), recycle_bin.clone(), storage.clone());
        async move {
            let known = known::<RootFolder>(&flow.store).await?;
            let others: Vec<String> = known.into_iter().map(|known| known.document.path).collect();
            check(path.clone(), others, storage).await?;
            let root = RootFolder {
                id: RootFolderId(flow.store.next_id(Collection::Root).await?),
                path,
                recycle_bin,
                recycle_days: request.recycle_days.unwrap_or(RECYCLE_DAYS_DEFAULT),
            };
            edit.keep(edit.commit().put(&root, Expect::Absent), &root.path).await?;
            Ok(root)
        }
    })
    .await?;
    Ok(state(&*flow.library.latest().await, root).await)
}

/// What is kept in a root folder's recycle bin, and how long. The folder itself need not be mounted for it.
pub(crate) async fn save_root(flow: &Flow, by: &By, root: RootFolder) -> Result<RootFolder, FlowError> {
    let recycle_bin = tidy_bin(Some(root.recycle_bin.as_deref().unwrap_or_default()))?;
    let root = RootFolder { recycle_bin, ..root };
    change(flow, by, Noun::Root, |edit| {
        let root = root.clone();
        async move {
            let known = known::<RootFolder>(&flow.store).await?;
            let expect = find(&known, root.id.0)?.expected();
            edit.keep(edit.commit().put(&root, expect), &root.path).await?;
            Ok(root)
        }
    })
    .await
}

/// Forgets a root folder that no version of a movie lies in. Nothing on disk changes.
pub async fn delete_root(flow: &Flow, by: &By, id: RootFolderId) -> Result<(), FlowError> {
    change(flow, by, Noun::Root, |edit| async move {
        let known = known::<RootFolder>(&flow.store).await?;
        let root = find(&known, id.0)?;
        let users = users(flow, |version| version.root_folder_id == id).await?;
        if !users.is_empty() {
            return Err(FlowError::conflict(
                format!("{} is used by {}", root.document.path, users.words()),
                "move them to another root folder, or take them out of the library: radarr-tui movie edit, delete",
            ));
        }
        let commit = edit.commit().delete::<RootFolder>(id, root.expected());
        edit.keep(commit, &root.document.path).await?;
        Ok(())
    })
    .await
}

/// A root folder as it is at the moment.
pub(crate) async fn state(library: &Snapshot, root: RootFolder) -> RootFolderState {
    let inside = library.rows.values().filter(|row| row.shown.root_folder_id == root.id);
    let (mut movies, mut with_file) = (0_u32, 0_usize);
    for row in inside {
        movies += 1;
        with_file += usize::from(row.shown.quality.is_some());
    }
    let shown = RootFolderState { root, accessible: false, free_bytes: None, movies, problem: None };
    let folder = PathBuf::from(&shown.root.path);
    let bin = shown.root.recycle_bin.clone();
    let look = blocking(move || Ok(look(&folder, bin.as_deref(), with_file)));
    match tokio::time::timeout(LOOK_TIMEOUT, look).await {
        Ok(Ok((free_bytes, None))) => RootFolderState { accessible: true, free_bytes, ..shown },
        Ok(Ok((free_bytes, problem))) => RootFolderState { free_bytes, problem, ..shown },
        Ok(Err(error)) => RootFolderState { problem: Some(error.to_string()), ..shown },
        Err(_) => RootFolderState {
            problem: Some(format!("it did not answer within {} s", LOOK_TIMEOUT.as_secs())),
            ..shown
        },
    }
}

/// Free bytes, and what is wrong. Blocks.
fn look(folder: &Path, bin: Option<&str>, with_file: usize) -> (Option<u64>, Option<String>) {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return (None, Some(format!("it can't be opened: {error}"))),
    };
    // Of a folder above it the room would be that of another disk.
    let free_bytes = free_space(folder).ok().map(|space| space.free_bytes);
    let is_content = |name: &str| !NOT_CONTENT.contains(&name) && bin != Some(name);
    let empty = !entries.flatten().any(|entry| is_content(&entry.file_name().to_string_lossy()));
    let problem = if empty && with_file > 0 {
        let movies = count(with_file, "movie");
        Some(format!("it is empty, though {movies} should have files in it: it is taken as not mounted"))
    } else {
        check_writable(folder).err().map(|error| error.to_string())
    };
    (free_bytes, problem)
}

/// A path as root folders are kept under it.
pub(crate) fn tidy_path(path: &str) -> Result<String, FlowError> {
    let given = Path::new(path.trim());
    if !given.is_absolute() {
        return Err(FlowError::invalid(
            format!("{path:?} is no absolute path"),
            "give the path from / on, as the daemon's machine has it",
        ));
    }
    if given.components().any(|part| matches!(part, Component::ParentDir)) {
        return Err(FlowError::invalid(format!("{path:?} has .. in it"), "give the path without"));
    }
    let tidy: PathBuf = given.components().collect();
    if tidy == Path::new("/") {
        return Err(FlowError::invalid(
            "the folder / holds the whole system",
            "give a folder of its own to the movies",
        ));
    }
    Ok(tidy.to_string_lossy().into_owned())
}

fn tidy_bin(bin: Option<&str>) -> Result<Option<String>, FlowError> {
    let bin = bin.unwrap_or(RECYCLE_BIN_DEFAULT).trim().trim_end_matches('/');
    if bin.is_empty() {
        return Ok(None);
    }
    let inside = Path::new(bin).components().all(|part| matches!(part, Component::Normal(_)));
    if !inside || bin.chars().any(char::is_control) {
        return Err(FlowError::invalid(
            format!("the recycle bin {bin:?} does not lie in the root folder"),
            format!("give a name such as {RECYCLE_BIN_DEFAULT}; it is made in the root folder"),
        ));
    }
    Ok(Some(bin.to_owned()))
}

async fn check(path: String, others: Vec<String>, storage: PathBuf) -> Result<(), FlowError> {
    let look = blocking(move || Ok(check_folder(Path::new(&path), &others, &storage)));
    match tokio::time::timeout(LOOK_TIMEOUT, look).await {
        Ok(found) => found?,
        Err(_) => Err(FlowError::invalid(
            format!("the folder did not answer within {} s", LOOK_TIMEOUT.as_secs()),
            "see whether the disk or the server that it lies on is there",
        )),
    }
}

/// Whether the folder can be a root folder. Blocks.
fn check_folder(path: &Path, others: &[String], storage: &Path) -> Result<(), FlowError> {
    let shown = path.display();
    if !path.exists() {
        return Err(FlowError::invalid(
            format!("{shown} is not there"),
            "make it, or mount it, where the daemon runs",
        ));
    }
    if !path.is_dir() {
        return Err(FlowError::invalid(
            format!("{shown} is no folder"),
            "give the folder that holds the movies",
        ));
    }
    check_writable(path)?;
    // By their true places: a link must not lead one root folder into another.
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let ours = real(path);
    for other in others {
        let theirs = real(Path::new(other));
        let relation = if ours == theirs {
            "is already"
        } else if ours.starts_with(&theirs) {
            "lies in"
        } else if theirs.starts_with(&ours) {
            "holds"
        } else {
            continue;
        };
        return Err(FlowError::conflict(
            format!("{shown} {relation} the root folder {other}"),
            "root folders lie beside each other",
        ));
    }
    let storage = real(storage);
    if ours.starts_with(&storage) {
        return Err(FlowError::invalid(
            format!("{shown} lies in the daemon's own storage, {}", storage.display()),
            "give the movies a folder of their own",
        ));
    }
    Ok(())
}
