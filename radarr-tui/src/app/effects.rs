//! Asks the daemon beside the drawing: each question in a task of its own, each with its ticket.

use std::collections::BTreeMap;
use std::io::Write;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use radarr_proto::client::{CallError, Client};
use radarr_proto::error::{ApiError, ErrorCode};
use radarr_proto::model::CustomFormat;
use radarr_proto::request::{ListMovies, RunJob, SortKey, WantedQuery};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::AbortHandle;

use super::ask::{Answer, Ask, Heard, Problem, Ticket, Topic};
use super::event::Event;
use super::world::PAGE_ROWS;
use crate::cli::ask::read_json_list;
use crate::cli::failure::{Exit, Failure};
use crate::cli::rules;
use crate::gather;
use crate::tasks;
use crate::text;

/// Questions under way at once. The daemon refuses a client's eleventh call; one is the wait for events.
const CALLS_MAX: usize = 6;

/// What the state wants done outside of it.
#[derive(Debug, PartialEq)]
pub enum Effect {
    /// Ask this, perhaps after a pause.
    Ask(Ticket, Ask, Option<Duration>),
    /// Its answer is not wanted any more.
    Drop(Ticket),
    /// Back to the shell until the user returns.
    Suspend,
    /// Draw everything anew.
    Repaint,
    /// End.
    Quit,
}

/// Runs questions.
pub struct Runner {
    client: watch::Receiver<Option<Client>>,
    events: mpsc::Sender<Event>,
    permits: Arc<Semaphore>,
    running: BTreeMap<Ticket, AbortHandle>,
}

impl Runner {
    /// A runner whose answers go to `events`.
    pub fn new(client: watch::Receiver<Option<Client>>, events: mpsc::Sender<Event>) -> Self {
        Self { client, events, permits: Arc::new(Semaphore::new(CALLS_MAX)), running: BTreeMap::new() }
    }

    /// Asks.
    pub fn ask(&mut self, ticket: Ticket, ask: Ask, after: Option<Duration>) {
        self.running.retain(|_, task| !task.is_finished());
        let client = self.client.borrow().clone();
        let (events, permits) = (self.events.clone(), Arc::clone(&self.permits));
        let task = tasks::spawn(async move {
            if let Some(after) = after {
                tokio::time::sleep(after).await;
            }
            // The semaphore is never closed.
            let permit = permits.acquire_owned().await;
            let answer = match client {
                None => Err(Problem::new("there is no connection to the daemon yet", None)),
                Some(client) => AssertUnwindSafe(call(&client, ask)).catch_unwind().await.map_or_else(
                    |_| {
                        Err(Problem::new(
                            "a fault in this program ended the question",
                            Some("its log says more: ~/.local/state/radarr"),
                        ))
                    },
                    |answer| answer.map_err(Problem::from),
                ),
            };
            drop(permit);
            // Nobody listens any more when the program ends.
            drop(events.send(Event::Answered(ticket, answer)).await);
        });
        self.running.insert(ticket, task.abort_handle());
    }

    /// Ends a question; the daemon hears of it.
    pub fn drop_question(&mut self, ticket: Ticket) {
        if let Some(task) = self.running.remove(&ticket) {
            task.abort();
        }
    }
}

/// One question to its call, and the answer in words where nobody needs more.
async fn call(client: &Client, ask: Ask) -> Result<Answer, CallError> {
    let done = |what: String| Ok(Answer::Done(what));
    match ask {
        Ask::Rows { offset } => {
            let request =
                ListMovies { offset, limit: Some(PAGE_ROWS), sort: SortKey::Title, ..ListMovies::default() };
            Ok(Answer::Rows { offset, page: client.list_movies(request).await? })
        }
        Ask::Row(id) => match client.get_movie(id).await {
            Ok(details) => Ok(Answer::Row(id, Some(Box::new(details.row)))),
            Err(CallError::Api(error)) if error.code == ErrorCode::NotFound => Ok(Answer::Row(id, None)),
            Err(error) => Err(error),
        },
        Ask::Topic(topic) => Ok(Answer::Heard(topic, hear(client, topic).await?)),
        Ask::Movie(id) => Ok(Answer::Movie(Box::new(client.get_movie(id).await?))),
        Ask::History(query) => Ok(Answer::History(client.history(query).await?)),
        Ask::Releases(request) => Ok(Answer::Releases(client.search_releases(request).await?)),
        Ask::Explain(request) => Ok(Answer::Explained(Box::new(client.explain_release(request).await?))),
        Ask::Group(name) => Ok(Answer::Group(Box::new(client.group(name).await?))),
        Ask::Lookup(term) => Ok(Answer::Hits(client.lookup_movies(term).await?)),
        Ask::Add(request) => {
            let movie = client.add_movie(request).await?;
            done(format!("added {}", text::titled(&movie.facts.title, movie.facts.year)))
        }
        Ask::Edit(request) => {
            let movie = client.edit_movie(request).await?;
            let watched = if movie.monitored { "monitored" } else { "not monitored" };
            done(format!("saved {}, {watched}", text::titled(&movie.facts.title, movie.facts.year)))
        }
        Ask::Delete(request) => Ok(Answer::Deleted(client.delete_movie(request).await?)),
        Ask::SearchMovie(id, slot) => {
            let job = client.search_movie(id, slot).await?;
            done(format!("the search is on its way (job {})", job.id))
        }
        Ask::RefreshMovie(id) => {
            let job = client.refresh_movie(id).await?;
            done(format!("TMDB is asked again (job {})", job.id))
        }
        Ask::PreviewRename(id) => Ok(Answer::Renames(client.preview_rename(id).await?)),
        Ask::Rename(request) => {
            let renamed = client.rename_movie(request).await?;
            done(format!("renamed {} of {}", text::count(renamed.files.len() as u64, "file"), renamed.title))
        }
        Ask::RescanMovie(id) => {
            let job = client.rescan_movie(id).await?;
            done(format!("its folder is looked into (job {})", job.id))
        }
        Ask::Grab(request) => {
            let grab = client.grab_release(request).await?;
            done(format!("grabbed {} to {}", grab.release.title, grab.client))
        }
        Ask::RemoveGrab(request) => {
            let grab = client.remove_from_queue(request).await?;
            done(format!("took {} out of the queue", grab.release.title))
        }
        Ask::ImportGrab(id) => done(imported(&client.import_grab(id).await?)),
        Ask::Unblock(id) => {
            client.unblock(id).await?;
            done("it may be taken again".to_owned())
        }
        Ask::RunJob(job) => {
            let job = client.run_job(RunJob { job }).await?;
            done(format!("{} is queued (job {})", crate::story::job_kind(&job.kind), job.id))
        }
        Ask::CancelJob(id) => {
            let job = client.cancel_job(id).await?;
            done(format!("job {} was asked to end", job.id))
        }
        Ask::AddRoot(request) => {
            let state = client.add_root(request).await?;
            done(format!("{} is a root folder", state.root.path))
        }
        Ask::DeleteRoot(id) => {
            client.delete_root(id).await?;
            done("the root folder is forgotten; nothing on disk changed".to_owned())
        }
        Ask::SaveTmdb(request) => {
            client.save_tmdb_settings(request).await?;
            done("saved how TMDB is asked".to_owned())
        }
        Ask::TestTmdb(request) => Ok(Answer::Tested(client.test_tmdb(request).await?)),
        Ask::SaveIndexer(request) => {
            let saved = client.save_indexer(*request).await?;
            done(format!("saved the indexer {}", saved.indexer.name))
        }
        Ask::TestIndexer(request) => Ok(Answer::Tested(client.test_indexer(*request).await?)),
        Ask::DeleteIndexer(id) => {
            client.delete_indexer(id).await?;
            done("deleted the indexer".to_owned())
        }
        Ask::SaveClient(request) => {
            let saved = client.save_client(*request).await?;
            done(format!("saved the download client {}", saved.name))
        }
        Ask::TestClient(request) => Ok(Answer::Tested(client.test_client(*request).await?)),
        Ask::DeleteClient(id) => {
            client.delete_client(id).await?;
            done("deleted the download client".to_owned())
        }
        Ask::SaveNaming(settings) => {
            client.save_naming(settings).await?;
            done("saved how files are named".to_owned())
        }
        Ask::PreviewNaming(settings) => Ok(Answer::Naming(client.preview_naming(settings).await?)),
        Ask::SaveLibrary(settings) => {
            client.save_library_settings(settings).await?;
            done("saved how the library is kept".to_owned())
        }
        Ask::SaveProfile(profile) => {
            let saved = client.save_profile(*profile).await?;
            done(format!("saved the profile {}", saved.name))
        }
        Ask::TestFormat(request) => Ok(Answer::FormatTested(rules::test_format(client, *request).await?)),
        Ask::SaveFormat(format) => {
            let saved = client.save_custom_format(*format).await?;
            done(format!("saved the custom format {}", saved.name))
        }
        Ask::DeleteFormat(id) => {
            client.delete_custom_format(id).await?;
            done("deleted the custom format".to_owned())
        }
        Ask::ImportFormats(json) => done(taken_in(&client.import_custom_formats(json).await?)),
        Ask::ImportFormatFiles(path) => {
            let json = of_this_machine(move || read_json_list(&[path])).await?;
            done(taken_in(&client.import_custom_formats(json).await?))
        }
        Ask::ExportFormat { id, path } => {
            let json = client.export_custom_format(id).await?;
            let written = path.clone();
            of_this_machine(move || write_new(&path, &json)).await?;
            done(format!("wrote {written}"))
        }
        Ask::DeleteProfile(id) => {
            client.delete_profile(id).await?;
            done("deleted the profile".to_owned())
        }
    }
}

/// Does something with files of this machine, beside the drawing.
async fn of_this_machine<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, CallError> {
    let failed = |message: String, hint: Option<String>| {
        CallError::Api(ApiError { hint, ..ApiError::new(ErrorCode::Disk, message) })
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(failure)) => Err(failed(failure.message, failure.hint)),
        Err(error) => Err(failed(format!("it was broken off: {error}"), None)),
    }
}

/// Writes a file that was not there.
fn write_new(path: &str, text: &str) -> Result<(), Failure> {
    let wrong = |error: std::io::Error| {
        Failure::new(Exit::Failed, format!("{path} could not be written: {error}"))
            .with_hint("choose another name; a file that is there stays as it is")
    };
    let mut file = std::fs::File::create_new(path).map_err(wrong)?;
    file.write_all(text.as_bytes()).map_err(wrong)
}

fn taken_in(formats: &[CustomFormat]) -> String {
    match formats {
        [one] => format!("took in {}", one.name),
        all => format!("took in {}", text::count(all.len() as u64, "custom format")),
    }
}

fn imported(report: &radarr_proto::request::ImportReport) -> String {
    match (report.imported.as_slice(), report.refused.first()) {
        ([], Some(file)) => format!("refused {}: {}", file.path, file.reasons.join("; ")),
        ([], None) => "there was nothing to import".to_owned(),
        (files, _) => format!("imported {}", files.join(", ")),
    }
}

async fn hear(client: &Client, topic: Topic) -> Result<Heard, CallError> {
    let wanted = |cutoff_unmet| WantedQuery { cutoff_unmet, ..WantedQuery::default() };
    Ok(match topic {
        Topic::Queue => Heard::Queue(client.queue().await?),
        Topic::Health => Heard::Health(client.health().await?),
        // The rows have a question of their own; their topic is never asked for here.
        Topic::Rows | Topic::Status => Heard::Status(Box::new(client.status().await?)),
        Topic::Jobs => Heard::Jobs(client.jobs().await?),
        Topic::Schedule => Heard::Schedule(gather::schedule(client).await?),
        Topic::Profiles => Heard::Profiles(client.profiles().await?),
        Topic::Roots => Heard::Roots(client.roots().await?),
        Topic::Indexers => Heard::Indexers(client.indexers().await?),
        Topic::Clients => Heard::Clients(client.clients().await?),
        Topic::Tmdb => Heard::Tmdb(client.tmdb_settings().await?),
        Topic::Naming => Heard::Naming(client.naming().await?),
        Topic::Library => Heard::Library(client.library_settings().await?),
        Topic::Blocklist => Heard::Blocklist(client.blocklist().await?),
        Topic::Missing => Heard::Missing(client.wanted(wanted(false)).await?),
        Topic::CutoffUnmet => Heard::CutoffUnmet(client.wanted(wanted(true)).await?),
        Topic::CustomFormats => Heard::CustomFormats(client.custom_formats().await?),
        Topic::Groups => Heard::Groups(gather::groups(client, "", u64::MAX).await?),
        Topic::Config => Heard::Config(client.config_text().await?),
        Topic::Managed => {
            // An older daemon manages nothing, and does not know the call.
            let knows = client.greeting().await?.can("declared");
            Heard::Managed(if knows { client.managed_settings().await? } else { Vec::new() })
        }
    })
}
