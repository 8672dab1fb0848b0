//! What is missing, and what is below its cutoff.

use radarr_proto::model::{MovieId, MovieRow, Slot};
use radarr_proto::request::WantedPage;
use ratatui::layout::Rect;

use super::add::AddScreen;
use super::library::state_mark;
use super::{Screen, empty, movie_verbs, title};
use crate::app::ask::Topic;
use crate::app::step::{Context, Step};
use crate::text;
use crate::theme::Tone;
use crate::verbs::{Place, Verb};
use crate::widgets::canvas::{Canvas, split_top};
use crate::widgets::list::Selection;
use crate::widgets::table::{self, Cell, Column, cell, toned};

const COLUMNS: &[Column] = &[
    Column::exactly("state", 12),
    Column::share("title", 3),
    Column::exactly("year", 4).right(),
    Column::exactly("quality", 14).from(60),
    Column::exactly("score", 6).right().from(80),
    Column::share("profile", 1).from(70),
];

/// Which movies are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Shown {
    #[default]
    Missing,
    CutoffUnmet,
}

/// What is wanted.
#[derive(Debug, Default)]
pub struct WantedScreen {
    shown: Shown,
    selection: Selection<MovieId>,
}

impl WantedScreen {
    fn topic(&self) -> Topic {
        match self.shown {
            Shown::Missing => Topic::Missing,
            Shown::CutoffUnmet => Topic::CutoffUnmet,
        }
    }

    fn page<'a>(&self, context: &Context<'a>) -> Option<&'a WantedPage> {
        match self.shown {
            Shown::Missing => context.world.missing.as_ref(),
            Shown::CutoffUnmet => context.world.cutoff_unmet.as_ref(),
        }
    }

    fn rows<'a>(&self, context: &Context<'a>) -> &'a [MovieRow] {
        self.page(context).map_or(&[], |page| page.rows.as_slice())
    }
}

impl Screen for WantedScreen {
    fn place(&self) -> Place {
        Place::Wanted
    }

    fn wants(&self) -> Vec<Topic> {
        vec![self.topic()]
    }

    fn refresh(&mut self, context: &Context) -> Vec<Step> {
        let rows = self.rows(context);
        self.selection.follow(rows.len(), |at| rows.get(at).map(|row| row.id));
        Vec::new()
    }

    fn act(&mut self, verb: Verb, context: &Context) -> Vec<Step> {
        let rows = self.rows(context);
        match verb {
            Verb::Move(motion) => {
                self.selection.go(motion, rows.len(), |at| rows.get(at).map(|row| row.id));
                Vec::new()
            }
            Verb::Add => vec![Step::Open(Box::new(AddScreen::default()))],
            Verb::Show => {
                self.shown = match self.shown {
                    Shown::Missing => Shown::CutoffUnmet,
                    Shown::CutoffUnmet => Shown::Missing,
                };
                Vec::new()
            }
            other => rows
                .get(self.selection.index())
                .and_then(|row| movie_verbs::act(other, row, Slot(0), context))
                .unwrap_or_default(),
        }
    }

    fn draw(&mut self, canvas: &mut Canvas, area: Rect, context: &Context) {
        let (head, body) = split_top(area, 1);
        let page = self.page(context);
        let name = match self.shown {
            Shown::Missing => "missing: monitored, available, without a file",
            Shown::CutoffUnmet => "below the cutoff of their profile",
        };
        title(canvas, head, name, &page.map_or(String::new(), |page| text::count(page.total, "movie")));
        let rows = self.rows(context);
        if rows.is_empty() {
            let nothing = match self.shown {
                Shown::Missing => "Nothing is missing. f shows what is below its cutoff.",
                Shown::CutoffUnmet => "Every file meets its cutoff. f shows what is missing.",
            };
            empty(canvas, body, context.world.problem(self.topic()), page.is_some(), nothing);
            return;
        }
        table::draw(canvas, body, COLUMNS, &mut self.selection, rows.len(), |at| {
            rows.get(at).map(|row| line(row, context)).unwrap_or_default()
        });
    }
}

fn line<'a>(row: &'a MovieRow, context: &Context) -> Vec<Cell<'a>> {
    let (state, tone) = state_mark(row, context.world);
    vec![
        toned(state, tone),
        cell(row.title.as_str()),
        cell(if row.year == 0 { String::new() } else { row.year.to_string() }),
        cell(row.quality.map_or("-", radarr_proto::model::Quality::name)),
        cell(if row.quality.is_some() { format!("{:+}", row.score) } else { "-".to_owned() }),
        toned(context.world.profile_name(row.profile_id), Tone::Dim),
    ]
}
