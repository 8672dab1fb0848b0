//! TMDB, searched as one types. A pause in the typing starts the search; what is typed further drops its answer.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use radarr_proto::model::{Event, EventKind, TmdbId};
use radarr_proto::request::LookupHit;
use ratatui::layout::Rect;

use super::forms;
use super::movie::MovieScreen;
use super::{Screen, empty, title};
use crate::app::ask::{Answer, Ask, Problem, Ticket, Topic};
use crate::app::dialog::Dialog;
use crate::app::step::{Context, Step};
use crate::text;
use crate::theme::Tone;
use crate::verbs::{Place, Verb};
use crate::widgets::canvas::{Canvas, split_left, split_top};
use crate::widgets::input::{Line, Shown};
use crate::widgets::list::Selection;
use crate::widgets::table::{self, Column, cell, toned};

/// Somebody who types pauses no longer than this between two letters.
const PAUSE: Duration = Duration::from_millis(300);
/// Shorter texts say nothing yet.
const CHARACTERS_MIN: usize = 2;
/// From this width on the overview stands beside the hits rather than below them.
const BESIDE_FROM: u16 = 110;

const COLUMNS: &[Column] = &[
    Column::exactly("", 10),
    Column::share("title", 1),
    Column::exactly("year", 4).right(),
    Column::exactly("rating", 6).right().from(50),
    Column::exactly("tmdb", 8).right().from(60),
];

/// The search for a movie to add.
#[derive(Debug, Default)]
pub struct AddScreen {
    term: Line,
    asked: Option<Ticket>,
    /// What the hits are for.
    answered_for: Option<String>,
    hits: Vec<LookupHit>,
    problem: Option<Problem>,
    selection: Selection<TmdbId>,
}

impl AddScreen {
    fn changed(&mut self, context: &Context) -> Vec<Step> {
        let mut steps = self.left();
        self.problem = None;
        let term = self.term.text().trim();
        if term.chars().count() < CHARACTERS_MIN {
            self.hits.clear();
            self.answered_for = None;
            return steps;
        }
        let ticket = context.tickets.next();
        self.asked = Some(ticket);
        steps.push(Step::AskLater(ticket, Ask::Lookup(term.to_owned()), PAUSE));
        steps
    }

    fn selected(&self) -> Option<&LookupHit> {
        self.hits.get(self.selection.index())
    }
}

impl Screen for AddScreen {
    fn place(&self) -> Place {
        Place::Add
    }

    fn wants(&self) -> Vec<Topic> {
        vec![Topic::Profiles, Topic::Roots]
    }

    fn key(&mut self, key: KeyEvent, context: &Context) -> Option<Vec<Step>> {
        // What the text line does not know (arrows, enter, esc, tab) is a verb.
        let plain = key.modifiers.is_empty() || key.modifiers == KeyModifiers::SHIFT;
        let is_text = plain && matches!(key.code, KeyCode::Char(_));
        let cursor = self.term.cursor();
        if self.term.key(key) {
            return Some(self.changed(context));
        }
        (is_text || self.term.cursor() != cursor).then(Vec::new)
    }

    fn paste(&mut self, text: &str, context: &Context) -> Vec<Step> {
        if self.term.paste(text) { self.changed(context) } else { Vec::new() }
    }

    fn happened(&mut self, event: &Event, context: &Context) -> Vec<Step> {
        // A movie that was added or deleted meanwhile: its mark must follow.
        match event.kind {
            EventKind::MovieAdded { .. } | EventKind::MovieDeleted { .. } if self.asked.is_none() => {
                if self.hits.is_empty() { Vec::new() } else { self.changed(context) }
            }
            _ => Vec::new(),
        }
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
            Ok(Answer::Hits(hits)) => {
                self.problem = None;
                let fresh = self.answered_for.as_deref() != Some(self.term.text());
                self.answered_for = Some(self.term.text().to_owned());
                self.hits.clone_from(hits);
                let hits = &self.hits;
                let key_at = |at: usize| hits.get(at).map(|hit| hit.tmdb_id);
                if fresh {
                    self.selection.go(crate::verbs::Motion::Top, hits.len(), key_at);
                } else {
                    self.selection.follow(hits.len(), key_at);
                }
            }
            Ok(_) => {}
            Err(problem) => {
                // Hits of another text would stand for those of this one.
                self.hits.clear();
                self.answered_for = None;
                self.problem = Some(problem.clone());
            }
        }
        Some(Vec::new())
    }

    fn act(&mut self, verb: Verb, context: &Context) -> Vec<Step> {
        match verb {
            Verb::Move(motion) => {
                let hits = &self.hits;
                self.selection.go(motion, hits.len(), |at| hits.get(at).map(|hit| hit.tmdb_id));
                Vec::new()
            }
            // The hits are still those of what was typed before.
            Verb::Open if self.asked.is_some() => vec![Step::Say("TMDB is asked …".to_owned(), Tone::Dim)],
            Verb::Open => {
                let Some(hit) = self.selected() else { return Vec::new() };
                if let Some(id) = hit.in_library {
                    return vec![Step::Open(Box::new(MovieScreen::new(id)))];
                }
                if context.world.roots.as_ref().is_none_or(Vec::is_empty) {
                    return vec![Step::Trouble(Problem::new(
                        "there is no root folder yet",
                        Some("esc, then 8 Settings: add one there"),
                    ))];
                }
                vec![Step::Dialog(Dialog::Form(Box::new(forms::movie_add::form(hit, context))))]
            }
            _ => Vec::new(),
        }
    }

    fn left(&mut self) -> Vec<Step> {
        self.asked.take().map(Step::Drop).into_iter().collect()
    }

    fn hints(&self) -> Option<Vec<(&'static str, &'static str)>> {
        Some(vec![("enter", "add this one"), ("up down", "choose"), ("f1", "all keys"), ("esc", "leave")])
    }

    fn draw(&mut self, canvas: &mut Canvas, area: Rect, _context: &Context) {
        let (head, rest) = split_top(area, 2);
        let right = match (self.asked, self.answered_for.as_deref()) {
            (Some(_), _) => "asking TMDB …".to_owned(),
            (None, Some(_)) => text::count(self.hits.len() as u64, "hit"),
            (None, None) => String::new(),
        };
        title(canvas, head, "add a movie", &right);
        let x = canvas.texts(head, 1, 1, &[("TMDB ", Tone::Dim), ("> ", Tone::Accent)]);
        let room = Rect {
            x: head.x.saturating_add(x),
            y: head.y,
            width: head.width.saturating_sub(x),
            height: head.height,
        };
        self.term.draw(canvas, room, 1, Shown::Open, true);
        if self.hits.is_empty() {
            let nothing = match self.answered_for {
                Some(_) => "TMDB knows no such movie. Try its original title, tmdb:603 or imdb:tt0133093.",
                None => "Type a title, a title and a year, tmdb:603, imdb:tt0133093, or paste an address.",
            };
            empty(canvas, rest, self.problem.as_ref(), true, nothing);
            return;
        }
        let (list, pane) = if rest.width >= BESIDE_FROM {
            split_left(rest, rest.width * 3 / 5)
        } else {
            split_top(rest, rest.height.saturating_sub(rest.height / 3))
        };
        let hits = &self.hits;
        table::draw(canvas, list, COLUMNS, &mut self.selection, hits.len(), |at| {
            hits.get(at).map(line).unwrap_or_default()
        });
        if let Some(hit) = hits.get(self.selection.index()) {
            overview(hit, canvas, pane, rest.width >= BESIDE_FROM);
        }
    }
}

fn line(hit: &LookupHit) -> Vec<table::Cell<'_>> {
    let mark = if hit.in_library.is_some() { "in library" } else { "" };
    vec![
        toned(mark, Tone::Good),
        cell(hit.title.as_str()),
        cell(if hit.year == 0 { String::new() } else { hit.year.to_string() }),
        cell(format!("{}.{}", hit.rating_tenths / 10, hit.rating_tenths % 10)),
        toned(hit.tmdb_id.to_string(), Tone::Dim),
    ]
}

fn overview(hit: &LookupHit, canvas: &mut Canvas, area: Rect, beside: bool) {
    if !beside {
        canvas.rule(area, 0, &text::titled(&hit.title, hit.year));
    }
    let room = Rect { x: area.x.saturating_add(2), width: area.width.saturating_sub(3), ..area };
    let mut y = 1;
    if beside {
        y += canvas.wrapped(room, y, &text::titled(&hit.title, hit.year), Tone::Strong);
    }
    if hit.original_title != hit.title {
        y += canvas.wrapped(room, y, &hit.original_title, Tone::Dim);
    }
    canvas.wrapped(room, y, &hit.overview, Tone::Normal);
}
