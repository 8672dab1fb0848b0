//! Everything a user can do in the TUI, in one table: keys, help, hints and the palette come from [`VERBS`].
//!
//! A verb that the command line has too names it, so that what is learned in one place is known in the other.
//! How a key finds its verb: `keymap.rs`.

mod table;

use radarr_proto::model::Role;

pub use table::VERBS;

/// Where the user is: which verbs are at hand depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// On any screen.
    Everywhere,
    /// On any screen with a list.
    Lists,
    /// The list of movies.
    Library,
    /// One movie.
    Movie,
    /// What the indexers have of one movie.
    Releases,
    /// What is on its way.
    Queue,
    /// What happened.
    History,
    /// What is missing or below its cutoff.
    Wanted,
    /// What is not taken again.
    Blocklist,
    /// What the daemon is doing.
    Jobs,
    /// What is wrong, and what the daemon is.
    System,
    /// Root folders, TMDB, indexers, clients and the rest.
    Settings,
    /// A quality profile that is edited.
    Profile,
    /// TMDB, searched as one types.
    Add,
    /// The first run.
    Setup,
    /// What is known of release groups.
    Groups,
    /// One release group.
    Group,
    /// The custom formats.
    Formats,
    /// A custom format that is edited.
    Format,
}

impl Place {
    /// All screens.
    pub const SCREENS: &'static [Self] = &[
        Self::Library,
        Self::Movie,
        Self::Releases,
        Self::Queue,
        Self::History,
        Self::Wanted,
        Self::Blocklist,
        Self::Jobs,
        Self::System,
        Self::Settings,
        Self::Profile,
        Self::Add,
        Self::Setup,
        Self::Groups,
        Self::Group,
        Self::Formats,
        Self::Format,
    ];

    /// Its name, as tabs and the help page write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Everywhere => "everywhere",
            Self::Lists => "lists",
            Self::Library => "library",
            Self::Movie => "movie",
            Self::Releases => "releases",
            Self::Queue => "queue",
            Self::History => "history",
            Self::Wanted => "wanted",
            Self::Blocklist => "blocklist",
            Self::Jobs => "jobs",
            Self::System => "system",
            Self::Settings => "settings",
            Self::Profile => "profile",
            Self::Add => "add",
            Self::Setup => "set-up",
            Self::Groups => "release groups",
            Self::Group => "release group",
            Self::Formats => "custom formats",
            Self::Format => "custom format",
        }
    }

    /// Whether it shows a list that one moves in. In the search for a movie to add the letters go into the text.
    pub fn is_list(self) -> bool {
        !matches!(self, Self::Everywhere | Self::Add)
    }
}

/// How one moves in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Motion {
    /// One line up.
    Up,
    /// One line down.
    Down,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// Half a page up.
    HalfUp,
    /// Half a page down.
    HalfDown,
    /// To the first line.
    Top,
    /// To the last line.
    Bottom,
}

impl Motion {
    /// How many lines of a text are above the window after it; `page` are as many as a page is, `last` the most.
    pub fn scrolled(self, above: u16, page: u16, last: u16) -> u16 {
        let moved = match self {
            Self::Up => above.saturating_sub(1),
            Self::Down => above.saturating_add(1),
            Self::PageUp => above.saturating_sub(page),
            Self::PageDown => above.saturating_add(page),
            Self::HalfUp => above.saturating_sub(page / 2),
            Self::HalfDown => above.saturating_add(page / 2),
            Self::Top => 0,
            Self::Bottom => last,
        };
        moved.min(last)
    }
}

/// One thing that a user can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the table says what each of them does")]
pub enum Verb {
    Move(Motion),
    Open,
    Back,
    Quit,
    QuitNow,
    Help,
    Palette,
    Go(Place),
    NextTab,
    PreviousTab,
    Reload,
    Repaint,
    Suspend,
    Add,
    Filter,
    Show,
    Sort,
    Reverse,
    Search,
    Interactive,
    Monitor,
    Edit,
    Delete,
    Refresh,
    Rescan,
    Rename,
    NextMovie,
    PreviousMovie,
    Version,
    Grab,
    Details,
    DetailsDown,
    DetailsUp,
    Import,
    Unblock,
    RunJob,
    CancelJob,
    New,
    Save,
    Cutoff,
    Raise,
    Lower,
    Join,
    Split,
    Test,
    SetUp,
    Explain,
    Groups,
    Group,
    TakeIn,
    WriteOut,
    Sample,
    Name,
    Kind,
    Must,
    Not,
}

/// What is known of a verb.
#[derive(Debug, Clone, Copy)]
pub struct VerbInfo {
    /// The verb.
    pub verb: Verb,
    /// Its name, as the palette shows it.
    pub name: &'static str,
    /// Its keys, the one that is shown first.
    pub keys: &'static [&'static str],
    /// Where it is at hand.
    pub places: &'static [Place],
    /// What it does, in a few words.
    pub help: &'static str,
    /// The same on the command line.
    pub cli: Option<&'static str>,
    /// Who may do it.
    pub role: Role,
}

impl VerbInfo {
    /// Its first key.
    pub fn key(&self) -> &'static str {
        self.keys.first().copied().unwrap_or_default()
    }
}

/// The verbs at hand at a place, the place's own first.
pub fn at_hand(place: Place) -> impl Iterator<Item = &'static VerbInfo> {
    let of = |wanted: Place| VERBS.iter().filter(move |info| info.places.contains(&wanted));
    let lists = if place.is_list() { Some(of(Place::Lists)) } else { None };
    of(place).chain(lists.into_iter().flatten()).chain(of(Place::Everywhere))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory;

    use super::*;
    use crate::keymap::{Key, meaning};

    #[test]
    fn every_key_in_the_help_is_bound_to_what_the_help_says() {
        for place in Place::SCREENS {
            for info in at_hand(*place) {
                for name in info.keys {
                    let key: Key = name.parse().unwrap();
                    let found = meaning(*place, key).unwrap();
                    let own = info.places.contains(place);
                    assert!(
                        found.verb == info.verb || !own,
                        "{name} at {place:?} is {:?} and not {:?}",
                        found.verb,
                        info.verb
                    );
                }
                let reachable = info.keys.iter().any(|name| {
                    meaning(*place, name.parse().unwrap()).is_some_and(|found| found.verb == info.verb)
                });
                assert!(reachable, "{} has no key of its own at {place:?}", info.name);
            }
        }
    }

    #[test]
    fn no_key_means_two_things_at_one_place() {
        for place in Place::SCREENS.iter().chain(&[Place::Everywhere, Place::Lists]) {
            let mut seen = BTreeSet::new();
            for info in VERBS.iter().filter(|info| info.places.contains(place)) {
                for key in info.keys {
                    assert!(seen.insert(*key), "{key} is bound twice at {place:?}");
                }
            }
        }
    }

    #[test]
    fn every_verb_of_the_command_line_that_is_named_exists() {
        let command = crate::cli::args::Cli::command();
        for info in VERBS {
            let Some(path) = info.cli else { continue };
            let mut at = &command;
            for word in path.split(' ') {
                at = at.find_subcommand(word).unwrap_or_else(|| panic!("there is no `radarr-tui {path}`"));
            }
        }
    }
}
