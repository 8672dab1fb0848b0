//! Releases that are not taken again.

use radarr_proto::model::{BlockId, Blocked};
use ratatui::layout::Rect;

use super::movie::MovieScreen;
use super::{Screen, empty, title};
use crate::app::ask::{Ask, Topic};
use crate::app::step::{Context, Step};
use crate::text;
use crate::theme::Tone;
use crate::verbs::{Place, Verb};
use crate::widgets::canvas::{Canvas, split_top};
use crate::widgets::list::Selection;
use crate::widgets::table::{self, Column, cell, toned};

const COLUMNS: &[Column] = &[
    Column::exactly("since", 16).from(70),
    Column::share("release", 3),
    Column::share("why", 2),
    Column::exactly("size", 7).right().from(100),
    Column::exactly("indexer", 10).from(100),
];

/// The blocklist.
#[derive(Debug, Default)]
pub struct BlocklistScreen {
    selection: Selection<BlockId>,
}

fn all<'a>(context: &Context<'a>) -> &'a [Blocked] {
    context.world.blocklist.as_deref().unwrap_or_default()
}

impl Screen for BlocklistScreen {
    fn place(&self) -> Place {
        Place::Blocklist
    }

    fn wants(&self) -> Vec<Topic> {
        vec![Topic::Blocklist]
    }

    fn refresh(&mut self, context: &Context) -> Vec<Step> {
        let blocked = all(context);
        self.selection.follow(blocked.len(), |at| blocked.get(at).map(|one| one.id));
        Vec::new()
    }

    fn act(&mut self, verb: Verb, context: &Context) -> Vec<Step> {
        let blocked = all(context);
        match (verb, blocked.get(self.selection.index())) {
            (Verb::Move(motion), _) => {
                self.selection.go(motion, blocked.len(), |at| blocked.get(at).map(|one| one.id));
                Vec::new()
            }
            (Verb::Open, Some(one)) => vec![Step::Open(Box::new(MovieScreen::new(one.movie_id)))],
            (Verb::Unblock, Some(one)) => vec![Step::Do(Ask::Unblock(one.id))],
            _ => Vec::new(),
        }
    }

    fn draw(&mut self, canvas: &mut Canvas, area: Rect, context: &Context) {
        let (head, body) = split_top(area, 1);
        let blocked = all(context);
        title(
            canvas,
            head,
            "releases that are not taken again",
            &text::count(blocked.len() as u64, "release"),
        );
        if blocked.is_empty() {
            let known = context.world.blocklist.is_some();
            let nothing = "The blocklist is empty. What fails, and what you remove with it, comes here.";
            empty(canvas, body, context.world.problem(Topic::Blocklist), known, nothing);
            return;
        }
        table::draw(canvas, body, COLUMNS, &mut self.selection, blocked.len(), |at| {
            blocked.get(at).map_or_else(Vec::new, |one| {
                vec![
                    toned(text::when(one.at, context.zone), Tone::Dim),
                    cell(one.title.as_str()),
                    toned(one.reason.as_str(), Tone::Warn),
                    cell(text::size_short(one.size_bytes)),
                    toned(one.indexer.as_str(), Tone::Dim),
                ]
            })
        });
    }
}
