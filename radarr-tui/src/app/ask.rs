//! What is asked of the daemon, and what it answers. How it is asked: `effects.rs`.

use radarr_proto::client::{CallError, ConnectError};
use radarr_proto::error::ErrorCode;
use radarr_proto::model::{
    BlockId, Blocked, ClientId, CustomFormat, CustomFormatId, DownloadClient, Grab, GrabId, GroupReputation,
    HealthItem, IndexerId, IndexerState, Job, JobId, JobKind, LibrarySettings, MovieId, MovieRow,
    NamingSettings, ProfileId, QualityProfile, RootFolderId, RootFolderState, SaveClient, SaveIndexer,
    ScheduledJob, Slot, TestResult, TmdbSettings,
};
use radarr_proto::request::{
    AddMovie, AddRoot, DeleteMovie, DeletedMovie, EditMovie, ExplainRelease, Explanation, FormatTested,
    GrabRelease, HistoryPage, HistoryQuery, LookupHit, ManagedSetting, MovieDetails, MoviePage,
    NamingPreview, RemoveFromQueue, RenameMovie, RenamePreview, SaveTmdb, SearchReleases, Status, TestFormat,
    WantedPage,
};

use crate::open::OpenError;

/// Which question an answer belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Ticket(pub u64);

/// A part of what the daemon knows that is kept here and read anew when it changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the call of that name")]
pub enum Topic {
    Rows,
    Queue,
    Health,
    Status,
    Jobs,
    Schedule,
    Profiles,
    Roots,
    Indexers,
    Clients,
    Tmdb,
    Naming,
    Library,
    Blocklist,
    Missing,
    CutoffUnmet,
    CustomFormats,
    Config,
    Groups,
    Managed,
}

/// One question.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each is the call of that name")]
pub enum Ask {
    /// Rows of the library from that one on.
    Rows {
        offset: u64,
    },
    /// One row of the library.
    Row(MovieId),
    Topic(Topic),
    Movie(MovieId),
    History(HistoryQuery),
    Releases(SearchReleases),
    Explain(ExplainRelease),
    Group(String),
    Lookup(String),
    Add(AddMovie),
    Edit(EditMovie),
    Delete(DeleteMovie),
    SearchMovie(MovieId, Slot),
    RefreshMovie(MovieId),
    RescanMovie(MovieId),
    PreviewRename(MovieId),
    Rename(RenameMovie),
    Grab(GrabRelease),
    RemoveGrab(RemoveFromQueue),
    ImportGrab(GrabId),
    Unblock(BlockId),
    RunJob(JobKind),
    CancelJob(JobId),
    AddRoot(AddRoot),
    DeleteRoot(RootFolderId),
    SaveTmdb(SaveTmdb),
    TestTmdb(SaveTmdb),
    SaveIndexer(Box<SaveIndexer>),
    TestIndexer(Box<SaveIndexer>),
    DeleteIndexer(IndexerId),
    SaveClient(Box<SaveClient>),
    TestClient(Box<SaveClient>),
    DeleteClient(ClientId),
    SaveNaming(NamingSettings),
    PreviewNaming(NamingSettings),
    SaveLibrary(LibrarySettings),
    SaveProfile(Box<QualityProfile>),
    DeleteProfile(ProfileId),
    TestFormat(Box<TestFormat>),
    SaveFormat(Box<CustomFormat>),
    DeleteFormat(CustomFormatId),
    ImportFormats(String),
    /// Files of this machine.
    ImportFormatFiles(String),
    /// Into a file of this machine.
    ExportFormat {
        id: CustomFormatId,
        path: String,
    },
}

/// What was heard of a topic.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each is the answer of the call of that name")]
pub enum Heard {
    Queue(Vec<Grab>),
    Health(Vec<HealthItem>),
    Status(Box<Status>),
    Jobs(Vec<Job>),
    Schedule(Vec<ScheduledJob>),
    Profiles(Vec<QualityProfile>),
    Roots(Vec<RootFolderState>),
    Indexers(Vec<IndexerState>),
    Clients(Vec<DownloadClient>),
    Tmdb(TmdbSettings),
    Naming(NamingSettings),
    Library(LibrarySettings),
    Blocklist(Vec<Blocked>),
    Missing(WantedPage),
    CutoffUnmet(WantedPage),
    CustomFormats(Vec<CustomFormat>),
    Config(String),
    Groups(Vec<GroupReputation>),
    Managed(Vec<ManagedSetting>),
}

/// One answer.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each is the answer to the question of that name")]
pub enum Answer {
    Rows {
        offset: u64,
        page: MoviePage,
    },
    /// `None` = it is not in the library any more.
    Row(MovieId, Option<Box<MovieRow>>),
    Heard(Topic, Heard),
    Movie(Box<MovieDetails>),
    History(HistoryPage),
    Releases(Vec<radarr_proto::model::Decision>),
    Explained(Box<Explanation>),
    Group(Box<GroupReputation>),
    Hits(Vec<LookupHit>),
    Deleted(DeletedMovie),
    /// Which names would change.
    Renames(RenamePreview),
    Tested(TestResult),
    FormatTested(FormatTested),
    Naming(Vec<NamingPreview>),
    /// It is done; the sentence says what.
    Done(String),
}

/// Why a question was not answered: what happened, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What happened.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
    /// The daemon's code, when it answered.
    pub code: Option<ErrorCode>,
}

impl Problem {
    /// A problem without a code.
    pub fn new(message: impl Into<String>, hint: Option<&str>) -> Self {
        Self { message: message.into(), hint: hint.map(str::to_owned), code: None }
    }
}

impl From<CallError> for Problem {
    fn from(error: CallError) -> Self {
        Self { message: error.to_string(), hint: error.hint(), code: error.code() }
    }
}

impl From<ConnectError> for Problem {
    fn from(error: ConnectError) -> Self {
        Self { message: error.to_string(), hint: Some(error.hint()), code: None }
    }
}

impl From<OpenError> for Problem {
    fn from(error: OpenError) -> Self {
        Self { message: error.to_string(), hint: error.hint(), code: None }
    }
}
