//! What is known of release groups: a list to sort and to filter, and a page of each.

use crossterm::event::{KeyCode, KeyEvent};
use radarr_proto::model::GroupReputation;
use ratatui::layout::Rect;

use super::{Screen, empty, title};
use crate::app::ask::Topic;
use crate::app::step::{Context, Step};
use crate::keymap;
use crate::text;
use crate::theme::Tone;
use crate::verbs::{Motion, Place, Verb};
use crate::widgets::canvas::{Canvas, split_top};
use crate::widgets::input::{Line, Shown};
use crate::widgets::list::Selection;
use crate::widgets::table::{self, Cell, Column, cell, toned};

mod page;

pub use page::GroupScreen;

const COLUMNS: &[Column] = &[
    Column::exactly("score", 5).right(),
    Column::share("group", 1),
    Column::exactly("releases", 8).right(),
    Column::exactly("internal", 8).right(),
    Column::exactly("grabs", 6).right().from(60),
    Column::exactly("failed", 6).right(),
    Column::exactly("replaced", 8).right().from(60),
    Column::exactly("encodes", 7).right().from(96),
    Column::exactly("remuxes", 7).right().from(96),
    Column::exactly("web", 5).right().from(96),
];

/// What groups are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Sort {
    /// As the daemon has them: best first.
    #[default]
    Score,
    Name,
    Releases,
    Internal,
    Failed,
    Replaced,
}

/// The orders that `o` goes through, each with its name.
const SORTS: &[(Sort, &str)] = &[
    (Sort::Score, "score"),
    (Sort::Name, "name"),
    (Sort::Releases, "releases"),
    (Sort::Internal, "internal share"),
    (Sort::Failed, "failures"),
    (Sort::Replaced, "replaced"),
];

/// The groups.
#[derive(Debug, Default)]
pub struct GroupsScreen {
    sort: Sort,
    reversed: bool,
    filter: Line,
    typing: bool,
    /// Places in the daemon's list that are shown, in their order.
    view: Vec<usize>,
    /// Of which revision of the list, in which order, the view is.
    seen: Option<(u64, Sort, bool, String)>,
    selection: Selection<String>,
}

/// A share in percent; `None` of nothing.
fn percent(part: u32, all: u32) -> Option<u64> {
    u64::from(part).saturating_mul(100).checked_div(u64::from(all))
}

/// A share as a column shows it.
fn share(part: u32, all: u32) -> String {
    percent(part, all).map_or_else(|| "-".to_owned(), |percent| format!("{percent} %"))
}

/// How a score looks.
fn score_tone(score: u8) -> Tone {
    match score {
        0..40 => Tone::Bad,
        40..60 => Tone::Normal,
        60.. => Tone::Good,
    }
}

impl GroupsScreen {
    fn go(&mut self, motion: Motion, all: &[GroupReputation]) {
        let view = &self.view;
        let key_at = |at: usize| view.get(at).and_then(|at| all.get(*at)).map(|one| one.group.clone());
        self.selection.go(motion, view.len(), key_at);
    }

    fn arrange(&mut self, all: &[GroupReputation]) {
        let wanted = self.filter.text().to_lowercase();
        let of = |at: &usize| all.get(*at);
        self.view = (0..all.len())
            .filter(|at| of(at).is_some_and(|one| one.group.to_lowercase().contains(&wanted)))
            .collect();
        // The list comes best first, and sorting keeps that among equals.
        let key = |at: &usize| {
            let one = of(at);
            let figure = |figure: fn(&GroupReputation) -> u64| one.map_or(0, figure);
            match self.sort {
                Sort::Score | Sort::Name => 0,
                Sort::Releases => figure(|one| u64::from(one.releases)),
                Sort::Internal => figure(|one| percent(one.internal, one.releases).unwrap_or(0)),
                Sort::Failed => figure(|one| u64::from(one.failures)),
                Sort::Replaced => figure(|one| u64::from(one.replaced)),
            }
        };
        if self.sort == Sort::Name {
            self.view.sort_by_cached_key(|at| of(at).map(|one| one.group.to_lowercase()));
        } else {
            self.view.sort_by_key(|at| std::cmp::Reverse(key(at)));
        }
        if self.reversed {
            self.view.reverse();
        }
    }

    fn row(one: &GroupReputation) -> Vec<Cell<'_>> {
        let counted =
            |number: u32, tone| toned(number.to_string(), if number == 0 { Tone::Dim } else { tone });
        vec![
            toned(one.score.to_string(), score_tone(one.score)),
            cell(one.group.as_str()),
            cell(one.releases.to_string()),
            cell(share(one.internal, one.releases)),
            counted(one.grabs, Tone::Normal),
            counted(one.failures, Tone::Bad),
            counted(one.replaced, Tone::Warn),
            cell(share(one.encodes, one.releases)),
            cell(share(one.remuxes, one.releases)),
            cell(share(one.web, one.releases)),
        ]
    }
}

fn groups<'a>(context: &Context<'a>) -> &'a [GroupReputation] {
    context.world.groups.as_deref().unwrap_or_default()
}

impl Screen for GroupsScreen {
    fn place(&self) -> Place {
        Place::Groups
    }

    fn wants(&self) -> Vec<Topic> {
        vec![Topic::Groups]
    }

    fn refresh(&mut self, context: &Context) -> Vec<Step> {
        let all = groups(context);
        let now = (context.world.groups_revision, self.sort, self.reversed, self.filter.text().to_owned());
        if self.seen.as_ref() != Some(&now) {
            self.arrange(all);
            self.seen = Some(now);
            let view = &self.view;
            let key_at = |at: usize| view.get(at).and_then(|at| all.get(*at)).map(|one| one.group.clone());
            self.selection.follow(view.len(), key_at);
        }
        Vec::new()
    }

    fn act(&mut self, verb: Verb, context: &Context) -> Vec<Step> {
        match verb {
            Verb::Move(motion) => self.go(motion, groups(context)),
            Verb::Filter => self.typing = true,
            Verb::Sort => {
                let at = SORTS.iter().position(|(sort, _)| *sort == self.sort).unwrap_or(0);
                self.sort = SORTS.get((at + 1) % SORTS.len()).map_or(Sort::Score, |(sort, _)| *sort);
                self.reversed = false;
            }
            Verb::Reverse => self.reversed = !self.reversed,
            Verb::Open => {
                let selected = self.selection.key().map(|group| GroupScreen::new(group.clone()));
                return selected.map(|page| Step::Open(Box::new(page))).into_iter().collect();
            }
            _ => {}
        }
        Vec::new()
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
            }
            _ => match keymap::choosing(&key) {
                Some(motion) => self.go(motion, groups(context)),
                None => drop(self.filter.key(key)),
            },
        }
        Some(Vec::new())
    }

    fn paste(&mut self, text: &str, _context: &Context) -> Vec<Step> {
        if self.typing {
            self.filter.paste(text);
        }
        Vec::new()
    }

    fn back(&mut self, _context: &Context) -> Option<Vec<Step>> {
        if self.filter.is_empty() {
            return None;
        }
        self.filter = Line::default();
        Some(Vec::new())
    }

    fn hints(&self) -> Option<Vec<(&'static str, &'static str)>> {
        self.typing.then(|| vec![("enter", "keep the filter"), ("up down", "choose"), ("esc", "show all")])
    }

    fn draw(&mut self, canvas: &mut Canvas, area: Rect, context: &Context) {
        let all = groups(context);
        let (head, body) = split_top(area, 1);
        let sort = SORTS.iter().find(|(sort, _)| *sort == self.sort).map_or("score", |(_, name)| *name);
        let arrow = if self.reversed { ", turned round" } else { "" };
        let count = if self.view.len() == all.len() {
            text::count(all.len() as u64, "group")
        } else {
            format!("{} of {}", self.view.len(), text::count(all.len() as u64, "group"))
        };
        title(canvas, head, "release groups", &format!("{count}, by {sort}{arrow}"));
        let typing = u16::from(self.typing || !self.filter.is_empty());
        let (line, body) = split_top(body, typing);
        if typing > 0 {
            let room = Rect { x: line.x + 1, width: line.width.saturating_sub(2), ..line };
            canvas.text(room, 0, 0, "/ ", Tone::Accent);
            let typed = Rect { x: room.x + 2, width: room.width.saturating_sub(2), ..room };
            self.filter.draw(canvas, typed, 0, Shown::Open, self.typing);
        }
        if self.view.is_empty() {
            let nothing = if all.is_empty() {
                "Nothing is known of any group yet. It comes with searches and recent releases; HDBits' whole listing \
                 is read for it when you say so: 8 Settings, library, learn groups."
            } else {
                "No group has that in its name; esc shows all."
            };
            let known = context.world.groups.is_some();
            empty(canvas, body, context.world.problem(Topic::Groups), known, nothing);
            return;
        }
        let view = &self.view;
        table::draw(canvas, body, COLUMNS, &mut self.selection, view.len(), |at| {
            view.get(at).and_then(|at| all.get(*at)).map(Self::row).unwrap_or_default()
        });
    }
}
