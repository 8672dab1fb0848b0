//! The history: what happened, newest first, read as far back as one scrolls.

use radarr_proto::model::{Cursor, Event};
use radarr_proto::request::HistoryQuery;
use ratatui::layout::Rect;

use super::movie::MovieScreen;
use super::{Screen, empty, title};
use crate::app::ask::{Answer, Ask, Problem, Ticket};
use crate::app::dialog::{Dialog, Reading};
use crate::app::step::{Context, Step};
use crate::story;
use crate::text;
use crate::theme::Tone;
use crate::verbs::{Place, Verb};
use crate::widgets::canvas::{Canvas, split_top};
use crate::widgets::list::Selection;
use crate::widgets::table::{self, Cell, Column, cell, toned};

/// Events in one answer.
const PAGE_EVENTS: u32 = 200;
/// Events that are kept; who wants older ones asks the command line.
const EVENTS_MAX: usize = 5000;
/// Older events are asked for this many lines before the end.
const AHEAD: usize = 40;

const COLUMNS: &[Column] = &[
    Column::exactly("when", 16).from(60),
    Column::exactly("what", 12),
    Column::share("", 1),
    Column::exactly("who", 14).from(100),
];

/// What happened.
#[derive(Debug, Default)]
pub struct HistoryScreen {
    events: Vec<Event>,
    known: bool,
    next_before: Option<Cursor>,
    asked: Option<Ticket>,
    problem: Option<Problem>,
    selection: Selection<Cursor>,
}

impl HistoryScreen {
    fn ask(&mut self, before: Option<Cursor>, context: &Context) -> Vec<Step> {
        let ticket = context.tickets.next();
        self.asked = Some(ticket);
        let query = HistoryQuery { movie_id: None, before, limit: Some(PAGE_EVENTS) };
        vec![Step::Ask(ticket, Ask::History(query))]
    }

    fn more(&mut self, context: &Context) -> Vec<Step> {
        let near_the_end = self.selection.index() + AHEAD >= self.events.len();
        match self.next_before {
            Some(before) if near_the_end && self.asked.is_none() && self.events.len() < EVENTS_MAX => {
                self.ask(Some(before), context)
            }
            _ => Vec::new(),
        }
    }
}

impl Screen for HistoryScreen {
    fn place(&self) -> Place {
        Place::History
    }

    fn entered(&mut self, context: &Context) -> Vec<Step> {
        // From the first reading on every event comes by itself; a new connection reads again.
        self.ask(None, context)
    }

    fn happened(&mut self, event: &Event, _context: &Context) -> Vec<Step> {
        let newest = self.events.first().map_or(Cursor(0), |event| event.cursor);
        if self.known && event.kind.is_history() && event.cursor > newest {
            self.events.insert(0, event.clone());
            self.events.truncate(EVENTS_MAX);
        }
        Vec::new()
    }

    fn refresh(&mut self, _context: &Context) -> Vec<Step> {
        let events = &self.events;
        // Who looks at the newest event goes on looking at the newest.
        if self.selection.index() > 0 {
            self.selection.follow(events.len(), |at| events.get(at).map(|event| event.cursor));
        } else {
            self.selection
                .go(crate::verbs::Motion::Top, events.len(), |at| events.get(at).map(|event| event.cursor));
        }
        Vec::new()
    }

    fn answered(
        &mut self,
        ticket: Ticket,
        answer: &Result<Answer, Problem>,
        _context: &Context,
    ) -> Option<Vec<Step>> {
        if self.asked != Some(ticket) {
            return None;
        }
        self.asked = None;
        match answer {
            Ok(Answer::History(page)) => {
                self.problem = None;
                self.known = true;
                let oldest = self.events.last().map(|event| event.cursor);
                let newest_read = page.events.first().map(|event| event.cursor);
                // An answer that goes on behind what is here is appended; any other one begins anew.
                if oldest.zip(newest_read).is_some_and(|(oldest, newest)| newest < oldest) {
                    self.events.extend(page.events.iter().cloned());
                } else {
                    // What came by itself while the answer was on its way stays.
                    self.events.retain(|event| newest_read.is_some_and(|newest| event.cursor > newest));
                    self.events.extend(page.events.iter().cloned());
                }
                self.next_before = page.next_before;
            }
            Ok(_) => {}
            Err(problem) => self.problem = Some(problem.clone()),
        }
        Some(Vec::new())
    }

    fn act(&mut self, verb: Verb, context: &Context) -> Vec<Step> {
        let events = &self.events;
        let selected = events.get(self.selection.index());
        match (verb, selected) {
            (Verb::Move(motion), _) => {
                self.selection.go(motion, events.len(), |at| events.get(at).map(|event| event.cursor));
                self.more(context)
            }
            (Verb::Open, Some(event)) => match event.movie_id {
                Some(id) => vec![Step::Open(Box::new(MovieScreen::new(id)))],
                None => vec![Step::Say("this is about no movie; v shows it in full".to_owned(), Tone::Dim)],
            },
            (Verb::Details, Some(event)) => vec![Step::Dialog(Dialog::Text(in_full(event, context)))],
            _ => Vec::new(),
        }
    }

    fn draw(&mut self, canvas: &mut Canvas, area: Rect, context: &Context) {
        let (head, body) = split_top(area, 1);
        let more = if self.next_before.is_some() { ", older ones follow" } else { "" };
        title(canvas, head, "history", &format!("{}{more}", text::count(self.events.len() as u64, "event")));
        if self.events.is_empty() {
            empty(canvas, body, self.problem.as_ref(), self.known, "Nothing happened yet.");
            return;
        }
        let events = &self.events;
        table::draw(canvas, body, COLUMNS, &mut self.selection, events.len(), |at| {
            events.get(at).map(|event| line(event, context)).unwrap_or_default()
        });
    }
}

/// How a kind of event looks.
pub fn tone(event: &Event) -> Tone {
    match story::event_word(&event.kind) {
        "imported" | "file found" => Tone::Good,
        "failed" | "blocked" | "file gone" => Tone::Bad,
        "deleted" | "file deleted" | "blocklisted" | "removed" => Tone::Warn,
        "grabbed" | "complete" => Tone::Accent,
        _ => Tone::Normal,
    }
}

/// An event as a line of a table: when, what, its sentence, who.
pub fn line<'a>(event: &Event, context: &Context) -> Vec<Cell<'a>> {
    vec![
        toned(text::when(event.at, context.zone), Tone::Dim),
        toned(story::event_word(&event.kind), tone(event)),
        cell(story::event_in_list(&event.kind)),
        toned(event.actor.clone(), Tone::Dim),
    ]
}

fn in_full(event: &Event, context: &Context) -> Reading {
    let mut lines = vec![
        (story::event(&event.kind), Tone::Normal),
        (String::new(), Tone::Normal),
        (format!("{} by {}", text::when(event.at, context.zone), event.actor), Tone::Dim),
        (format!("event {}", event.cursor), Tone::Dim),
    ];
    if let Some(request) = &event.request_id {
        lines.push((format!("request {request}"), Tone::Dim));
    }
    Reading::new(story::event_word(&event.kind), lines)
}
