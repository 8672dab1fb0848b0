//! The library: all movies, filtered as one types.

use crossterm::event::{KeyCode, KeyEvent};
use radarr_proto::model::{MovieId, Slot};
use radarr_proto::request::{MovieFilter, SortKey};
use ratatui::layout::Rect;

use super::add::AddScreen;
use super::{Screen, movie_verbs};
use crate::app::step::{Context, Step};
use crate::app::world::Order;
use crate::keymap;
use crate::verbs::{Motion, Place, Verb};
use crate::widgets::canvas::Canvas;
use crate::widgets::input::Line;
use crate::widgets::list::Selection;

mod draw;

pub use draw::state_mark;

/// The orders that `o` goes through, with the name and the direction that one wants first.
const SORTS: &[(SortKey, &str, bool)] = &[
    (SortKey::Title, "title", false),
    (SortKey::Year, "year", true),
    (SortKey::Added, "added", true),
    (SortKey::Size, "size", true),
    (SortKey::Quality, "quality", true),
    (SortKey::Rating, "rating", true),
];

/// The choices that `f` goes through.
const FILTERS: &[(MovieFilter, &str)] = &[
    (MovieFilter::All, "all"),
    (MovieFilter::Wanted, "wanted"),
    (MovieFilter::CutoffUnmet, "cutoff unmet"),
    (MovieFilter::Missing, "without file"),
    (MovieFilter::Present, "with file"),
    (MovieFilter::Monitored, "monitored"),
    (MovieFilter::Unmonitored, "unmonitored"),
];

/// The library.
#[derive(Debug, Default)]
pub struct LibraryScreen {
    order: Order,
    filter: Line,
    typing: bool,
    view: Vec<MovieId>,
    /// Of which revision of the library, in which order, the view is.
    seen: Option<(u64, Order)>,
    selection: Selection<MovieId>,
}

impl LibraryScreen {
    fn reorder(&mut self, context: &Context) -> Vec<Step> {
        self.refresh(context)
    }

    fn go(&mut self, motion: Motion) {
        self.selection.go(motion, self.view.len(), |at| self.view.get(at).copied());
    }

    fn filter_changed(&mut self, context: &Context) {
        self.text_changed();
        self.refresh(context);
        self.go(Motion::Top);
    }

    fn text_changed(&mut self) {
        self.filter.text().clone_into(&mut self.order.text);
    }
}

impl Screen for LibraryScreen {
    fn place(&self) -> Place {
        Place::Library
    }

    fn refresh(&mut self, context: &Context) -> Vec<Step> {
        let library = &context.world.library;
        let same = self
            .seen
            .as_ref()
            .is_some_and(|(revision, order)| *revision == library.revision() && *order == self.order);
        if !same {
            self.view = library.view(&self.order);
            self.seen = Some((library.revision(), self.order.clone()));
            self.selection.follow(self.view.len(), |at| self.view.get(at).copied());
        }
        Vec::new()
    }

    fn act(&mut self, verb: Verb, context: &Context) -> Vec<Step> {
        match verb {
            Verb::Move(motion) => {
                self.go(motion);
                Vec::new()
            }
            Verb::Add => vec![Step::Open(Box::new(AddScreen::default()))],
            Verb::Filter => {
                self.typing = true;
                Vec::new()
            }
            Verb::Show => {
                let at = FILTERS.iter().position(|(filter, _)| *filter == self.order.filter).unwrap_or(0);
                self.order.filter =
                    FILTERS.get((at + 1) % FILTERS.len()).map_or(MovieFilter::All, |(filter, _)| *filter);
                self.reorder(context)
            }
            Verb::Sort => {
                let at = SORTS.iter().position(|(sort, ..)| *sort == self.order.sort).unwrap_or(0);
                if let Some((sort, _, descending)) = SORTS.get((at + 1) % SORTS.len()) {
                    (self.order.sort, self.order.descending) = (*sort, *descending);
                }
                self.reorder(context)
            }
            Verb::Reverse => {
                self.order.descending = !self.order.descending;
                self.reorder(context)
            }
            other => self
                .selection
                .key()
                .and_then(|id| context.world.library.row(*id))
                .and_then(|row| movie_verbs::act(other, row, Slot(0), context))
                .unwrap_or_default(),
        }
    }

    fn key(&mut self, key: KeyEvent, context: &Context) -> Option<Vec<Step>> {
        if !self.typing {
            return None;
        }
        match key.code {
            KeyCode::Enter => self.typing = false,
            KeyCode::Esc => {
                self.typing = false;
                self.filter = Line::default();
                self.text_changed();
                self.refresh(context);
            }
            _ => match keymap::choosing(&key) {
                Some(motion) => self.go(motion),
                None if self.filter.key(key) => self.filter_changed(context),
                None => {}
            },
        }
        Some(Vec::new())
    }

    fn paste(&mut self, text: &str, context: &Context) -> Vec<Step> {
        if self.typing && self.filter.paste(text) {
            self.filter_changed(context);
        }
        Vec::new()
    }

    fn back(&mut self, context: &Context) -> Option<Vec<Step>> {
        let plain = Order { filter: MovieFilter::All, text: String::new(), ..self.order.clone() };
        if plain == self.order {
            return None;
        }
        self.filter = Line::default();
        self.order = plain;
        Some(self.reorder(context))
    }

    fn hints(&self) -> Option<Vec<(&'static str, &'static str)>> {
        self.typing.then(|| vec![("enter", "keep the filter"), ("up down", "choose"), ("esc", "show all")])
    }

    fn draw(&mut self, canvas: &mut Canvas, area: Rect, context: &Context) {
        draw::draw(self, canvas, area, context);
    }
}
