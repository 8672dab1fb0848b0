//! What a user sets at run time, in one list: enter edits, `n` makes a new one of the same kind.

use radarr_proto::model::{
    ClientId, IndexerId, IndexerKind, ProfileId, RootFolderId, SaveClient, SaveIndexer, SecretInput,
};
use radarr_proto::request::SaveTmdb;
use ratatui::layout::Rect;

use super::formats::FormatsScreen;
use super::forms::{self, FormDialog};
use super::groups::GroupsScreen;
use super::profile::ProfileScreen;
use super::setup::Setup;
use super::{Screen, editing, title};
use crate::app::ask::{Answer, Ask, Problem, Ticket, Topic};
use crate::app::dialog::{Dialog, Reading};
use crate::app::step::{Context, Step};
use crate::cli;
use crate::theme::Tone;
use crate::verbs::{Place, Verb};
use crate::widgets::canvas::{Canvas, split_top};
use crate::widgets::confirm::Confirm;
use crate::widgets::list::Selection;
use crate::widgets::table::{self, Column, cell, toned};

mod items;

use items::items;

/// HDBits' address, as the form offers it.
const HDBITS: &str = "https://hdbits.org";
/// Prowlarr's first indexer, where nobody moved it.
const PROWLARR: &str = "http://127.0.0.1:9696/1";
/// Where qBittorrent's web page is when nobody moved it.
const QBITTORRENT: &str = "http://127.0.0.1:8080";

const COLUMNS: &[Column] = &[
    Column::exactly("what", 15),
    Column::share("name", 1),
    Column::share("", 1).from(70),
    Column::exactly("state", 10),
];

/// One line of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// A root folder.
    Root(RootFolderId),
    /// One more root folder.
    NewRoot,
    /// TMDB.
    Tmdb,
    /// An indexer.
    Indexer(IndexerId),
    /// One more HDBits account.
    NewHdbits,
    /// One more Torznab server.
    NewTorznab,
    /// A download client.
    Client(ClientId),
    /// One more download client.
    NewClient,
    /// How the library is kept.
    Library,
    /// How files are named.
    Naming,
    /// A quality profile.
    Profile(ProfileId),
    /// The custom formats.
    Formats,
    /// What is known of release groups.
    Groups,
    /// What the operator set.
    Config,
}

impl Item {
    /// Its section in a file of settings, and its number; `None` where no file can manage it.
    fn in_files(self) -> Option<(&'static str, Option<u64>)> {
        match self {
            Self::Root(id) => Some(("root_folders", Some(id.0))),
            Self::Indexer(id) => Some(("indexers", Some(id.0))),
            Self::Client(id) => Some(("download_clients", Some(id.0))),
            Self::Profile(id) => Some(("profiles", Some(id.0))),
            Self::Library => Some(("library", None)),
            Self::Naming => Some(("naming", None)),
            Self::Tmdb => Some(("tmdb", None)),
            Self::NewRoot
            | Self::NewHdbits
            | Self::NewTorznab
            | Self::NewClient
            | Self::Formats
            | Self::Groups
            | Self::Config => None,
        }
    }

    /// By which file it is managed, when it is.
    fn managed_by<'a>(self, context: &'a Context<'_>) -> Option<&'a str> {
        let (section, id) = self.in_files()?;
        context.world.managed_by(section, id)
    }
}

/// The settings.
#[derive(Debug, Default)]
pub struct SettingsScreen {
    selection: Selection<Item>,
    testing: Option<(Ticket, String)>,
}

/// What the list is made of.
pub const TOPICS: &[Topic] = &[
    Topic::Roots,
    Topic::Tmdb,
    Topic::Indexers,
    Topic::Clients,
    Topic::Naming,
    Topic::Library,
    Topic::Profiles,
    Topic::CustomFormats,
    Topic::Config,
    Topic::Managed,
];

fn open(form: FormDialog) -> Vec<Step> {
    vec![Step::Dialog(Dialog::Form(Box::new(form)))]
}

/// Opens the form of an item.
pub fn edit(item: Item, context: &Context) -> Vec<Step> {
    let world = context.world;
    let form = match item {
        Item::NewRoot => Some(forms::root::form()),
        Item::Root(_) => {
            let say = "a root folder has nothing to edit; d forgets it, n adds another".to_owned();
            return vec![Step::Say(say, Tone::Dim)];
        }
        Item::Tmdb => world.tmdb.as_ref().map(forms::tmdb::form),
        Item::Indexer(id) => world
            .indexers
            .iter()
            .flatten()
            .find(|state| state.indexer.id == id)
            .map(|state| forms::indexer::form(&state.indexer)),
        Item::NewHdbits => {
            Some(forms::indexer::form(&cli::indexer::hdbits(HDBITS.to_owned(), String::new())))
        }
        Item::NewTorznab => Some(forms::indexer::form(&cli::indexer::torznab(PROWLARR.to_owned()))),
        Item::Client(id) => {
            world.clients.iter().flatten().find(|client| client.id == id).map(forms::client::form)
        }
        Item::NewClient => {
            let new = cli::download_client::qbittorrent(QBITTORRENT.to_owned(), "admin".to_owned());
            Some(forms::client::form(&new))
        }
        Item::Library => world.library_settings.as_ref().map(forms::library_settings::form),
        Item::Naming => world.naming.as_ref().map(forms::naming::form),
        Item::Profile(id) => {
            let profile = world.profiles.iter().flatten().find(|profile| profile.id == id);
            return profile
                .map(|profile| Step::Open(Box::new(ProfileScreen::new(profile.clone()))))
                .into_iter()
                .collect();
        }
        Item::Formats => return vec![Step::Open(Box::new(FormatsScreen::default()))],
        Item::Groups => return vec![Step::Open(Box::new(GroupsScreen::default()))],
        Item::Config => {
            let text = world.config.as_deref().unwrap_or("reading …");
            let intro = "set by the operator, in the file or the environment; read-only here";
            let lines = std::iter::once((intro.to_owned(), Tone::Dim))
                .chain(text.lines().map(|line| (line.to_owned(), Tone::Normal)));
            return vec![Step::Dialog(Dialog::Text(Reading::new("configuration", lines.collect())))];
        }
    };
    form.map_or_else(|| vec![Step::Say("it is being read".to_owned(), Tone::Dim)], open)
}

impl SettingsScreen {
    fn new_like(item: Item, context: &Context) -> Vec<Step> {
        match item {
            Item::Root(_) | Item::NewRoot => edit(Item::NewRoot, context),
            Item::NewHdbits => edit(Item::NewHdbits, context),
            Item::NewTorznab => edit(Item::NewTorznab, context),
            Item::Indexer(id) => {
                let known = context.world.indexers.iter().flatten().find(|state| state.indexer.id == id);
                let is_torznab =
                    known.is_some_and(|state| matches!(state.indexer.kind, IndexerKind::Torznab { .. }));
                edit(if is_torznab { Item::NewTorznab } else { Item::NewHdbits }, context)
            }
            Item::Client(_) | Item::NewClient => edit(Item::NewClient, context),
            Item::Profile(id) => {
                let profile = context.world.profiles.iter().flatten().find(|profile| profile.id == id);
                let screen = profile.map(ProfileScreen::like);
                screen.map(|screen| Step::Open(Box::new(screen))).into_iter().collect()
            }
            Item::Tmdb | Item::Library | Item::Naming | Item::Formats | Item::Groups | Item::Config => {
                vec![Step::Say(
                    "there is one of these; choose a root folder, an indexer, a client or a profile"
                        .to_owned(),
                    Tone::Dim,
                )]
            }
        }
    }

    fn test(&mut self, item: Item, context: &Context) -> Vec<Step> {
        let world = context.world;
        let (name, ask) = match item {
            Item::Tmdb => {
                let Some(settings) = world.tmdb.clone() else { return Vec::new() };
                ("TMDB".to_owned(), Ask::TestTmdb(SaveTmdb { settings, key: SecretInput::Keep }))
            }
            Item::Indexer(id) => {
                let Some(state) = world.indexers.iter().flatten().find(|state| state.indexer.id == id) else {
                    return Vec::new();
                };
                let request = SaveIndexer { indexer: state.indexer.clone(), secret: SecretInput::Keep };
                (state.indexer.name.clone(), Ask::TestIndexer(Box::new(request)))
            }
            Item::Client(id) => {
                let Some(client) = world.clients.iter().flatten().find(|client| client.id == id) else {
                    return Vec::new();
                };
                let request = SaveClient { client: client.clone(), secret: SecretInput::Keep };
                (client.name.clone(), Ask::TestClient(Box::new(request)))
            }
            _ => {
                return vec![Step::Say(
                    "TMDB, indexers and download clients can be tested".to_owned(),
                    Tone::Dim,
                )];
            }
        };
        let ticket = context.tickets.next();
        let say = Step::Say(format!("trying {name} …"), Tone::Accent);
        self.testing = Some((ticket, name));
        vec![say, Step::Ask(ticket, ask)]
    }

    fn delete(item: Item, context: &Context) -> Vec<Step> {
        let world = context.world;
        let (title, line, ask) = match item {
            Item::Root(id) => (
                format!("forget {}?", world.root_path(id)),
                "Nothing on disk changes. A folder that movies use is refused.",
                Ask::DeleteRoot(id),
            ),
            Item::Indexer(id) => {
                let found = world.indexers.iter().flatten().find(|state| state.indexer.id == id);
                let name = found.map_or("indexer", |state| state.indexer.name.as_str());
                (format!("delete {name}?"), "Its passkey is forgotten too.", Ask::DeleteIndexer(id))
            }
            Item::Client(id) => {
                let found = world.clients.iter().flatten().find(|client| client.id == id);
                let name = found.map_or("download client", |client| client.name.as_str());
                (
                    format!("delete {name}?"),
                    "What it downloads goes on there, unseen by us.",
                    Ask::DeleteClient(id),
                )
            }
            Item::Profile(id) => (
                format!("delete the profile {}?", world.profile_name(id)),
                "A profile that movies use is refused.",
                Ask::DeleteProfile(id),
            ),
            _ => return vec![Step::Say("this can't be deleted".to_owned(), Tone::Dim)],
        };
        let confirm = Confirm::new(title, "delete").line(line, Tone::Normal).line("", Tone::Normal);
        vec![Step::Dialog(Dialog::Confirm(confirm, vec![Step::Do(ask)]))]
    }
}

impl Screen for SettingsScreen {
    fn place(&self) -> Place {
        Place::Settings
    }

    fn wants(&self) -> Vec<Topic> {
        TOPICS.to_vec()
    }

    fn refresh(&mut self, context: &Context) -> Vec<Step> {
        let items = items(context);
        self.selection.follow(items.len(), |at| items.get(at).map(|line| line.item));
        Vec::new()
    }

    fn act(&mut self, verb: Verb, context: &Context) -> Vec<Step> {
        let items = items(context);
        match (verb, self.selection.key().copied()) {
            (Verb::Move(motion), _) => {
                self.selection.go(motion, items.len(), |at| items.get(at).map(|line| line.item));
                Vec::new()
            }
            (Verb::Edit | Verb::Delete, Some(item)) if item.managed_by(context).is_some() => {
                editing::refuse_managed(item.managed_by(context).unwrap_or_default())
            }
            (Verb::Edit, Some(item)) => edit(item, context),
            (Verb::New, Some(item)) => Self::new_like(item, context),
            (Verb::Test, Some(item)) => self.test(item, context),
            (Verb::Delete, Some(item)) => Self::delete(item, context),
            (Verb::SetUp, _) => vec![Step::Open(Box::new(Setup::default()))],
            _ => Vec::new(),
        }
    }

    fn answered(
        &mut self,
        ticket: Ticket,
        answer: &Result<Answer, Problem>,
        _context: &Context,
    ) -> Option<Vec<Step>> {
        let name = match &self.testing {
            Some((asked, name)) if *asked == ticket => name.clone(),
            _ => return None,
        };
        self.testing = None;
        Some(match answer {
            Ok(Answer::Tested(result)) if result.ok => {
                vec![Step::Say(format!("{name}: {}", result.message), Tone::Good)]
            }
            Ok(Answer::Tested(result)) => {
                vec![Step::Trouble(Problem::new(
                    format!("{name}: {}", result.message),
                    result.hint.as_deref(),
                ))]
            }
            Ok(_) => Vec::new(),
            Err(problem) => vec![Step::Trouble(problem.clone())],
        })
    }

    fn draw(&mut self, canvas: &mut Canvas, area: Rect, context: &Context) {
        let (head, body) = split_top(area, 1);
        title(canvas, head, "settings", "");
        let items = items(context);
        table::draw(canvas, body, COLUMNS, &mut self.selection, items.len(), |at| {
            items.get(at).map_or_else(Vec::new, |line| {
                let new = line.name.starts_with('+');
                let is_managed = line.item.managed_by(context).is_some();
                let badge = if is_managed { "[file] " } else { "" };
                let summary = format!("{badge}{}", line.summary);
                vec![
                    toned(line.what, Tone::Dim),
                    if new { toned(line.name.as_str(), Tone::Accent) } else { cell(line.name.as_str()) },
                    toned(summary, Tone::Dim),
                    toned(line.state.0, line.state.1),
                ]
            })
        });
    }
}
