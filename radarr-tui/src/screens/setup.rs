//! The first run: four things, in the order in which they are needed, each tried when it is saved.

use ratatui::layout::Rect;

use radarr_proto::model::{IndexerKind, SecretSource};

use super::Screen;
use super::settings::{self, Item};
use crate::app::ask::Topic;
use crate::app::step::{Context, Step};
use crate::theme::Tone;
use crate::verbs::{Motion, Place, Verb};
use crate::widgets::canvas::{Canvas, split_top};

/// One thing to set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Task {
    Root,
    Tmdb,
    Indexer,
    Client,
}

const TASKS: &[(Task, &str, &str)] = &[
    (Task::Root, "root folder", "where the movies lie"),
    (Task::Tmdb, "TMDB key", "where titles, dates and overviews come from"),
    (Task::Indexer, "HDBits account", "where releases are searched"),
    (Task::Client, "download client", "what downloads them: qBittorrent"),
];

/// What the user decides about HDBits once it is set up.
const LEARNING: &str = "What release groups are worth is learned from searches and recent releases. To have HDBits' whole \
    listing read for it, with a quarter of the hour's requests at most: 8 Settings, library, learn groups.";

/// The set-up.
#[derive(Debug, Default)]
pub struct Setup {
    at: usize,
    /// What was done when it was last looked at.
    done: Vec<bool>,
}

/// What is set up; `None` = not known yet.
fn is_done(task: Task, context: &Context) -> Option<String> {
    let world = context.world;
    match task {
        Task::Root => world.roots.as_ref()?.first().map(|state| state.root.path.clone()),
        Task::Tmdb => world.tmdb.as_ref().and_then(|tmdb| match &tmdb.key {
            SecretSource::None | SecretSource::Unknown => None,
            SecretSource::Stored => Some("a key is stored".to_owned()),
            SecretSource::File { path } => Some(format!("a key is read from {path}")),
            SecretSource::Deployment => Some("the key is set by the deployment, read-only here".to_owned()),
        }),
        Task::Indexer => world.indexers.as_ref()?.first().map(|state| state.indexer.name.clone()),
        Task::Client => {
            world.clients.as_ref()?.first().map(|client| format!("{} at {}", client.name, client.url))
        }
    }
}

impl Screen for Setup {
    fn place(&self) -> Place {
        Place::Setup
    }

    fn wants(&self) -> Vec<Topic> {
        vec![Topic::Roots, Topic::Tmdb, Topic::Indexers, Topic::Clients, Topic::Library]
    }

    fn refresh(&mut self, context: &Context) -> Vec<Step> {
        let done: Vec<bool> = TASKS.iter().map(|(task, ..)| is_done(*task, context).is_some()).collect();
        // Something was finished: on to what is missing.
        if done != self.done
            && let Some(next) = done.iter().position(|done| !done)
        {
            self.at = next;
        }
        self.done = done;
        Vec::new()
    }

    fn act(&mut self, verb: Verb, context: &Context) -> Vec<Step> {
        match verb {
            Verb::Move(Motion::Down | Motion::PageDown | Motion::HalfDown) => {
                self.at = (self.at + 1).min(TASKS.len() - 1);
                Vec::new()
            }
            Verb::Move(Motion::Up | Motion::PageUp | Motion::HalfUp) => {
                self.at = self.at.saturating_sub(1);
                Vec::new()
            }
            Verb::Move(Motion::Top) => {
                self.at = 0;
                Vec::new()
            }
            Verb::Move(Motion::Bottom) => {
                self.at = TASKS.len() - 1;
                Vec::new()
            }
            Verb::Open if self.done.iter().all(|done| *done) => vec![Step::Leave],
            Verb::Open => {
                let world = context.world;
                let item = match TASKS.get(self.at).map(|(task, ..)| *task) {
                    Some(Task::Root) | None => Item::NewRoot,
                    Some(Task::Tmdb) => Item::Tmdb,
                    Some(Task::Indexer) => {
                        let first = world.indexers.as_ref().and_then(|all| all.first());
                        first.map_or(Item::NewHdbits, |state| Item::Indexer(state.indexer.id))
                    }
                    Some(Task::Client) => {
                        let first = world.clients.as_ref().and_then(|all| all.first());
                        first.map_or(Item::NewClient, |client| Item::Client(client.id))
                    }
                };
                settings::edit(item, context)
            }
            _ => Vec::new(),
        }
    }

    fn draw(&mut self, canvas: &mut Canvas, area: Rect, context: &Context) {
        let room = Rect { x: area.x.saturating_add(2), width: area.width.saturating_sub(4).min(90), ..area };
        let (_, room) = split_top(room, 1);
        let mut y = canvas.wrapped(room, 0, "Welcome to radarr.", Tone::Strong);
        let intro = "Four things are needed before movies come by themselves. Each is tried on the spot when you save it.";
        y += canvas.wrapped(room, y, intro, Tone::Normal) + 1;
        for (at, (task, name, what)) in TASKS.iter().enumerate() {
            let selected = at == self.at;
            let found = is_done(*task, context);
            let (mark, tone) = if found.is_some() { ("[x]", Tone::Good) } else { ("[ ]", Tone::Normal) };
            let pointer = if selected { "> " } else { "  " };
            let name = format!("{name:<16}");
            let name_tone = if selected { Tone::Selected } else { Tone::Strong };
            let told = found.as_deref().unwrap_or(what);
            let parts = [
                (pointer, Tone::Accent),
                (mark, tone),
                (" ", Tone::Normal),
                (name.as_str(), name_tone),
                ("  ", Tone::Normal),
                (told, Tone::Dim),
            ];
            canvas.texts(room, 0, y, &parts);
            y += 2;
        }
        let end = if self.done.iter().all(|done| *done) {
            "All is set up. enter goes on to the library; a there adds the first movie."
        } else {
            "enter sets the marked one up, esc goes on without; 8 Settings has all of it later."
        };
        y += canvas.wrapped(room, y, end, Tone::Accent) + 1;
        let world = context.world;
        let has_hdbits = world
            .indexers
            .iter()
            .flatten()
            .any(|state| matches!(state.indexer.kind, IndexerKind::Hdbits { .. }));
        if has_hdbits && world.library_settings.as_ref().is_some_and(|settings| !settings.learn_groups) {
            canvas.wrapped(room, y, LEARNING, Tone::Dim);
        }
    }
}
