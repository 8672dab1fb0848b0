//! One movie: what is known of it, its dates with their sources, its file, what is on its way, what happened.

use radarr_proto::model::{Event, EventKind, MovieId, MovieRow, Slot};
use radarr_proto::request::{HistoryQuery, MovieDetails};
use ratatui::layout::Rect;

use super::{Screen, movie_verbs};
use crate::app::ask::{Answer, Ask, Problem, Ticket};
use crate::app::step::{Context, Step};
use crate::app::world::Order;
use crate::theme::Tone;
use crate::verbs::{Motion, Place, Verb};
use crate::widgets::canvas::Canvas;

mod draw;

/// Events of a movie that are shown.
const EVENTS: u32 = 100;

/// One movie.
#[derive(Debug)]
pub struct MovieScreen {
    id: MovieId,
    slot: Slot,
    details: Option<Box<MovieDetails>>,
    events: Vec<Event>,
    problem: Option<Problem>,
    asked: Option<Ticket>,
    asked_history: Option<Ticket>,
    /// It changed while it was read.
    again: bool,
    offset: u16,
    /// Lines of the last drawing, and of these visible.
    lines: (u16, u16),
}

impl MovieScreen {
    /// The screen of that movie.
    pub fn new(id: MovieId) -> Self {
        Self {
            id,
            slot: Slot(0),
            details: None,
            events: Vec::new(),
            problem: None,
            asked: None,
            asked_history: None,
            again: false,
            offset: 0,
            lines: (0, 0),
        }
    }

    fn read(&mut self, context: &Context) -> Vec<Step> {
        if self.asked.is_some() {
            self.again = true;
            return Vec::new();
        }
        let ticket = context.tickets.next();
        self.asked = Some(ticket);
        vec![Step::Ask(ticket, Ask::Movie(self.id))]
    }

    fn row<'a>(&'a self, context: &Context<'a>) -> Option<&'a MovieRow> {
        context.world.library.row(self.id).or_else(|| self.details.as_ref().map(|details| &details.row))
    }

    /// Another movie of the library, in the order of its titles.
    fn neighbour(&self, step: isize, context: &Context) -> Option<MovieId> {
        let view = context.world.library.view(&Order::default());
        let at = view.iter().position(|id| *id == self.id)?;
        view.get(at.checked_add_signed(step)?).copied()
    }

    fn scroll(&mut self, motion: Motion) {
        let (all, visible) = self.lines;
        let most = all.saturating_sub(visible);
        let page = visible.saturating_sub(2).max(1);
        self.offset = motion.scrolled(self.offset, page, most);
    }
}

impl Screen for MovieScreen {
    fn place(&self) -> Place {
        Place::Movie
    }

    fn entered(&mut self, context: &Context) -> Vec<Step> {
        let ticket = context.tickets.next();
        self.asked_history = Some(ticket);
        let query = HistoryQuery { movie_id: Some(self.id), before: None, limit: Some(EVENTS) };
        let mut steps = self.read(context);
        steps.push(Step::Ask(ticket, Ask::History(query)));
        steps
    }

    fn happened(&mut self, event: &Event, context: &Context) -> Vec<Step> {
        if event.movie_id != Some(self.id) {
            return Vec::new();
        }
        if event.kind.is_history() {
            self.events.insert(0, event.clone());
        }
        if matches!(event.kind, EventKind::DownloadProgressed { .. }) {
            return Vec::new();
        }
        self.read(context)
    }

    fn answered(
        &mut self,
        ticket: Ticket,
        answer: &Result<Answer, Problem>,
        context: &Context,
    ) -> Option<Vec<Step>> {
        if self.asked_history == Some(ticket) {
            self.asked_history = None;
            if let Ok(Answer::History(page)) = answer {
                self.events.clone_from(&page.events);
            }
            return Some(Vec::new());
        }
        if self.asked != Some(ticket) {
            return None;
        }
        self.asked = None;
        match answer {
            Ok(Answer::Movie(details)) => {
                self.details = Some(details.clone());
                self.problem = None;
            }
            Ok(_) => {}
            Err(problem) => self.problem = Some(problem.clone()),
        }
        Some(if std::mem::take(&mut self.again) { self.read(context) } else { Vec::new() })
    }

    fn act(&mut self, verb: Verb, context: &Context) -> Vec<Step> {
        let neighbour = match verb {
            Verb::Move(motion) => {
                self.scroll(motion);
                return Vec::new();
            }
            Verb::Version => {
                let versions = self.details.as_ref().map_or(1, |details| details.movie.versions.len());
                if versions < 2 {
                    return vec![Step::Say("this movie has one version only".to_owned(), Tone::Dim)];
                }
                let next = (usize::from(self.slot.0) + 1) % versions;
                self.slot = Slot(u8::try_from(next).unwrap_or(0));
                return Vec::new();
            }
            Verb::NextMovie => 1,
            Verb::PreviousMovie => -1,
            other => {
                return self
                    .row(context)
                    .and_then(|row| movie_verbs::act(other, row, self.slot, context))
                    .unwrap_or_default();
            }
        };
        match self.neighbour(neighbour, context) {
            Some(id) => {
                *self = Self::new(id);
                self.entered(context)
            }
            None => vec![Step::Say("there is no further movie that way".to_owned(), Tone::Dim)],
        }
    }

    fn draw(&mut self, canvas: &mut Canvas, area: Rect, context: &Context) {
        draw::draw(self, canvas, area, context);
    }
}
