//! The queue: what is on its way, as it moves.

use radarr_proto::model::{Grab, GrabId};
use ratatui::layout::Rect;

use super::add::AddScreen;
use super::forms::{self};
use super::movie::MovieScreen;
use super::{Screen, empty, title};
use crate::app::ask::{Ask, Topic};
use crate::app::dialog::Dialog;
use crate::app::step::{Context, Step};
use crate::verbs::{Place, Verb};
use crate::widgets::canvas::Canvas;
use crate::widgets::list::Selection;

mod draw;

/// The queue.
#[derive(Debug, Default)]
pub struct QueueScreen {
    selection: Selection<GrabId>,
}

impl QueueScreen {
    fn selected<'a>(&self, context: &Context<'a>) -> Option<&'a Grab> {
        self.selection.key().and_then(|id| context.world.grab(*id))
    }
}

impl Screen for QueueScreen {
    fn place(&self) -> Place {
        Place::Queue
    }

    fn refresh(&mut self, context: &Context) -> Vec<Step> {
        let grabs = context.world.queue.as_deref().unwrap_or_default();
        self.selection.follow(grabs.len(), |at| grabs.get(at).map(|grab| grab.id));
        Vec::new()
    }

    fn act(&mut self, verb: Verb, context: &Context) -> Vec<Step> {
        let grabs = context.world.queue.as_deref().unwrap_or_default();
        match (verb, self.selected(context)) {
            (Verb::Move(motion), _) => {
                self.selection.go(motion, grabs.len(), |at| grabs.get(at).map(|grab| grab.id));
                Vec::new()
            }
            (Verb::Add, _) => vec![Step::Open(Box::new(AddScreen::default()))],
            (Verb::Open, Some(grab)) => vec![Step::Open(Box::new(MovieScreen::new(grab.movie_id)))],
            (Verb::Delete, Some(grab)) => {
                vec![Step::Dialog(Dialog::Form(Box::new(forms::queue_remove::form(grab))))]
            }
            (Verb::Import, Some(grab)) => vec![Step::Do(Ask::ImportGrab(grab.id))],
            _ => Vec::new(),
        }
    }

    fn draw(&mut self, canvas: &mut Canvas, area: Rect, context: &Context) {
        let grabs = context.world.queue.as_deref().unwrap_or_default();
        if grabs.is_empty() {
            title(canvas, area, "queue", "");
            let known = context.world.queue.is_some();
            let nothing =
                "Nothing is on its way. s on a movie searches and grabs, i shows what the indexers have.";
            empty(canvas, area, context.world.problem(Topic::Queue), known, nothing);
            return;
        }
        draw::draw(&mut self.selection, grabs, canvas, area, context);
    }
}
