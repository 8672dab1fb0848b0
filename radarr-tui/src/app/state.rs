//! Everything the TUI is at a moment. Changed only in `update.rs`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use radarr_proto::client::Greeting;

use super::ask::{Ask, Problem, Ticket};
use super::dialog::Dialog;
use super::step::{Context, Tickets};
use super::world::World;
use crate::screens::{self, Screen};
use crate::theme::Tone;

/// The link to the daemon.
#[derive(Debug, Clone)]
pub enum Link {
    /// There was none yet; what is being done about it.
    Opening(String),
    /// It is there.
    Live(Greeting),
    /// It is not.
    Lost {
        /// Why.
        problem: Problem,
        /// Since when.
        since: Timestamp,
        /// When it is tried again.
        retry_at: Timestamp,
        /// Who the daemon was, when there was one.
        last: Option<Greeting>,
    },
}

/// What is said on the last line.
#[derive(Debug, Clone)]
pub struct Message {
    /// What happened.
    pub text: String,
    /// What to do.
    pub hint: Option<String>,
    /// How bad.
    pub tone: Tone,
    /// Since when.
    pub at: Timestamp,
}

/// Everything the TUI is at a moment.
#[derive(Debug)]
pub struct State {
    /// What the daemon said.
    pub world: World,
    /// The link to it.
    pub link: Link,
    /// The screens that are always there.
    pub(super) tabs: Vec<Box<dyn Screen>>,
    /// Which of them.
    pub(super) tab: usize,
    /// Screens opened above it.
    pub(super) above: Vec<Box<dyn Screen>>,
    /// What stands above the screen.
    pub(super) dialog: Option<Dialog>,
    /// What is said.
    pub(super) message: Option<Message>,
    /// Questions about the world that are under way.
    pub(super) asked: BTreeMap<Ticket, Ask>,
    /// Things that are being done and that nobody in particular waits for.
    pub(super) doing: BTreeMap<Ticket, Timestamp>,
    /// The set-up was opened by itself once.
    pub(super) set_up_offered: bool,
    pub(super) tickets: Tickets,
    /// The time of the last event.
    pub now: Timestamp,
    /// The user's zone.
    pub zone: TimeZone,
}

impl State {
    /// A TUI that has heard nothing yet.
    pub fn new(now: Timestamp, zone: TimeZone) -> Self {
        Self {
            world: World::default(),
            link: Link::Opening("connecting".to_owned()),
            tabs: screens::tabs(),
            tab: 0,
            above: Vec::new(),
            dialog: None,
            message: None,
            asked: BTreeMap::new(),
            doing: BTreeMap::new(),
            set_up_offered: false,
            tickets: Tickets::default(),
            now,
            zone,
        }
    }

    /// The screen that is shown.
    pub fn screen(&self) -> Option<&dyn Screen> {
        self.above.last().or_else(|| self.tabs.get(self.tab)).map(AsRef::as_ref)
    }

    /// The screen that is shown, and what it may see.
    pub(super) fn on_screen(&mut self) -> Option<(&mut Box<dyn Screen>, Context<'_>)> {
        let context = Context { world: &self.world, now: self.now, zone: &self.zone, tickets: &self.tickets };
        let screen = self.above.last_mut().or_else(|| self.tabs.get_mut(self.tab))?;
        Some((screen, context))
    }

    /// In how many seconds the screen may look different although nothing happens.
    pub fn next_tick_seconds(&self) -> u64 {
        let counts = matches!(self.link, Link::Lost { .. })
            || self.screen().is_some_and(Screen::is_busy)
            || !self.doing.is_empty();
        if counts {
            return 1;
        }
        if let Some(message) = self.message.as_ref().filter(|message| message.tone != Tone::Bad) {
            let age = self.now.as_second() - message.at.as_second();
            return u64::try_from(super::update::MESSAGE_SECONDS - age).unwrap_or(0).max(1);
        }
        60 - u64::try_from(self.now.as_second().rem_euclid(60)).unwrap_or(0)
    }
}
