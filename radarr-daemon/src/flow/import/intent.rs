//! An import as it is stored before the first file is touched: all that is needed to finish or to undo it.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use radarr_proto::model::{DocVersion, GrabId, LinkMode, MovieFile, MovieId, Slot};
use serde::{Deserialize, Serialize};

use crate::storage::{Collection, Document, DocumentId, number_id};

/// One version of one movie. At most one import of it is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotId {
    /// Which movie.
    pub movie_id: MovieId,
    /// Which of its versions.
    pub slot: Slot,
}

impl DocumentId for SlotId {
    fn id_text(&self) -> String {
        format!("{}-{:03}", number_id(self.movie_id.0), self.slot.0)
    }
}

/// A file that comes in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedFile {
    /// Absolute path in the download.
    pub source: String,
    /// Its place, relative to the movie's folder.
    pub target: String,
    /// Bytes.
    pub size_bytes: u64,
}

/// A file that makes room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplacedFile {
    /// Relative to the movie's folder.
    pub path: String,
    /// Absolute path of the name that it gets in the recycle bin, free when the import was planned; `None` = it is
    /// deleted.
    pub recycled_to: Option<String>,
    /// Number of the file on its disk: tells it from the one that takes over its name.
    pub inode: u64,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportIntent {
    /// For which version of which movie.
    pub slot: SlotId,
    /// From which grab.
    pub grab_id: GrabId,
    /// The root folder.
    pub root: String,
    /// The movie's folder, relative to the root folder.
    pub folder: String,
    /// The movie first, then what comes with it.
    pub files: Vec<PlannedFile>,
    /// The movie's old file first, then what came with it.
    pub replaces: Vec<ReplacedFile>,
    /// The file as the movie will have it.
    pub movie_file: MovieFile,
    /// How the files come in.
    pub link_mode: LinkMode,
    /// When it was planned.
    pub planned_at: Timestamp,
    /// The daemon that works on it, by its name in leases.
    #[serde(default)]
    pub owner: String,
    /// Version of the stored document: another one means that another daemon took it over.
    #[serde(skip)]
    pub doc_version: DocVersion,
}

impl ImportIntent {
    /// Absolute path of the movie's folder.
    pub fn movie_folder(&self) -> PathBuf {
        Path::new(&self.root).join(&self.folder)
    }

    /// Absolute path of a name in the movie's folder.
    pub fn place(&self, relative: &str) -> PathBuf {
        self.movie_folder().join(relative)
    }

    /// The temporary name of the file with this number: the same at each try, so that no try leaves another behind.
    pub fn temp(&self, number: usize, file: &PlannedFile) -> PathBuf {
        crate::files::temp_path(&self.place(&file.target), &format!("{}-{number}", self.grab_id))
    }

    /// Whether the root folder is mounted, as far as that can be told: one with a file to replace in it is not empty.
    pub fn is_mounted(&self) -> bool {
        match std::fs::read_dir(&self.root) {
            Ok(mut entries) => self.replaces.is_empty() || entries.next().is_some(),
            Err(_) => false,
        }
    }

    /// The file whose name a planned one takes over, if it does.
    pub fn takes_over(&self, file: &PlannedFile) -> Option<&ReplacedFile> {
        self.replaces.iter().find(|replaced| replaced.path == file.target)
    }
}

impl Document for ImportIntent {
    type Id = SlotId;
    const COLLECTION: Collection = Collection::ImportIntent;

    fn id(&self) -> SlotId {
        self.slot
    }

    fn set_version(&mut self, version: DocVersion) {
        self.doc_version = version;
    }
}
