//! What the indexers have of one movie, best first, with every rule's verdict.

use radarr_proto::model::{Decision, Judgement, MovieId, RuleOutcome, Slot};
use radarr_proto::request::{GrabRelease, SearchReleases};
use ratatui::layout::Rect;

use jiff::Timestamp;

use super::groups::GroupScreen;
use super::{Screen, forms};
use crate::app::ask::{Answer, Ask, Problem, Ticket};
use crate::app::dialog::Dialog;
use crate::app::step::{Context, Step};
use crate::app::world::Search;
use crate::theme::Tone;
use crate::verbs::{Place, Verb};
use crate::widgets::canvas::Canvas;
use crate::widgets::confirm::Confirm;
use crate::widgets::list::Selection;

mod detail;
mod draw;

/// Which releases are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Shown {
    #[default]
    All,
    Accepted,
    Refused,
}

/// How much of the selected release's verdicts is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum DetailPane {
    /// The list and the verdicts.
    #[default]
    Half,
    /// The list alone.
    None,
}

/// The releases of one version of one movie.
#[derive(Debug)]
pub struct ReleasesScreen {
    movie_id: MovieId,
    slot: Slot,
    /// The question under way, and since when.
    searching: Option<(Ticket, Timestamp)>,
    grabbing: Option<Ticket>,
    problem: Option<Problem>,
    shown: Shown,
    pane: DetailPane,
    pane_offset: u16,
    /// Places in the last search that are shown.
    view: Vec<usize>,
    selection: Selection<String>,
}

impl ReleasesScreen {
    /// The releases of that version.
    pub fn new(movie_id: MovieId, slot: Slot, _context: &Context) -> Self {
        Self {
            movie_id,
            slot,
            searching: None,
            grabbing: None,
            problem: None,
            shown: Shown::default(),
            pane: DetailPane::default(),
            pane_offset: 0,
            view: Vec::new(),
            selection: Selection::default(),
        }
    }

    fn search(&mut self, context: &Context) -> Vec<Step> {
        let mut steps = self.left();
        let ticket = context.tickets.next();
        self.searching = Some((ticket, context.now));
        self.problem = None;
        let request = SearchReleases { movie_id: self.movie_id, slot: self.slot };
        steps.push(Step::Ask(ticket, Ask::Releases(request)));
        steps
    }

    fn found<'a>(&self, context: &Context<'a>) -> &'a [Decision] {
        context.world.search(self.movie_id, self.slot).map_or(&[], |search| search.decisions.as_slice())
    }

    fn selected<'a>(&self, context: &Context<'a>) -> Option<&'a Decision> {
        self.view.get(self.selection.index()).and_then(|at| self.found(context).get(*at))
    }

    fn grab(&mut self, decision: &Decision, context: &Context) -> Vec<Step> {
        if self.grabbing.is_some() {
            return vec![Step::Say("one release is being grabbed".to_owned(), Tone::Warn)];
        }
        let request = |force| GrabRelease {
            movie_id: self.movie_id,
            slot: self.slot,
            indexer_id: decision.release.indexer_id,
            guid: decision.release.guid.clone(),
            force,
        };
        let ticket = context.tickets.next();
        if decision.judgement == Judgement::Accepted {
            self.grabbing = Some(ticket);
            return vec![Step::Ask(ticket, Ask::Grab(request(false)))];
        }
        let mut confirm = Confirm::new("grab although it is refused?", "grab it all the same")
            .line(decision.release.title.as_str(), Tone::Strong)
            .line("", Tone::Normal);
        for verdict in &decision.verdicts {
            if let RuleOutcome::Reject { message, remedy, .. } = &verdict.outcome {
                confirm = confirm.line(message.as_str(), Tone::Bad);
                if let Some(remedy) = remedy {
                    confirm = confirm.line(format!("to change that: {remedy}"), Tone::Dim);
                }
            }
        }
        let confirm = confirm.line("", Tone::Normal);
        vec![Step::Dialog(Dialog::Confirm(confirm, vec![Step::Do(Ask::Grab(request(true)))]))]
    }
}

impl Screen for ReleasesScreen {
    fn place(&self) -> Place {
        Place::Releases
    }

    fn entered(&mut self, context: &Context) -> Vec<Step> {
        // Coming back to a search that was made costs the tracker nothing.
        let known = context.world.search(self.movie_id, self.slot).is_some();
        if known || self.searching.is_some() { Vec::new() } else { self.search(context) }
    }

    fn refresh(&mut self, context: &Context) -> Vec<Step> {
        let found = self.found(context);
        self.view = (0..found.len())
            .filter(|at| {
                found.get(*at).is_some_and(|decision| match self.shown {
                    Shown::All => true,
                    Shown::Accepted => decision.judgement == Judgement::Accepted,
                    Shown::Refused => decision.judgement != Judgement::Accepted,
                })
            })
            .collect();
        let view = &self.view;
        let key_at =
            |at: usize| view.get(at).and_then(|at| found.get(*at)).map(|one| one.release.guid.clone());
        self.selection.follow(view.len(), key_at);
        Vec::new()
    }

    fn act(&mut self, verb: Verb, context: &Context) -> Vec<Step> {
        let found = self.found(context);
        match verb {
            Verb::Move(motion) => {
                let view = &self.view;
                let key_at = |at: usize| {
                    view.get(at).and_then(|at| found.get(*at)).map(|one| one.release.guid.clone())
                };
                self.selection.go(motion, view.len(), key_at);
                self.pane_offset = 0;
                Vec::new()
            }
            Verb::Interactive if self.searching.is_some() => {
                vec![Step::Say("the search is under way; esc ends it".to_owned(), Tone::Warn)]
            }
            Verb::Interactive => self.search(context),
            Verb::Show => {
                self.shown = match self.shown {
                    Shown::All => Shown::Accepted,
                    Shown::Accepted => Shown::Refused,
                    Shown::Refused => Shown::All,
                };
                Vec::new()
            }
            Verb::Details => {
                self.pane = match self.pane {
                    DetailPane::Half => DetailPane::None,
                    DetailPane::None => DetailPane::Half,
                };
                Vec::new()
            }
            Verb::DetailsDown => {
                self.pane_offset = self.pane_offset.saturating_add(3);
                Vec::new()
            }
            Verb::DetailsUp => {
                self.pane_offset = self.pane_offset.saturating_sub(3);
                Vec::new()
            }
            Verb::Explain => {
                let form = forms::explain::form(self.movie_id, self.slot);
                vec![Step::Dialog(Dialog::Form(Box::new(form)))]
            }
            Verb::Group => {
                let group = self.selected(context).and_then(|decision| decision.parsed.release_group.clone());
                group.map_or_else(
                    || vec![Step::Say("its name gives no group".to_owned(), Tone::Dim)],
                    |group| vec![Step::Open(Box::new(GroupScreen::new(group)))],
                )
            }
            Verb::Grab => {
                self.selected(context).map_or_else(Vec::new, |decision| self.grab(decision, context))
            }
            _ => Vec::new(),
        }
    }

    fn answered(
        &mut self,
        ticket: Ticket,
        answer: &Result<Answer, Problem>,
        context: &Context,
    ) -> Option<Vec<Step>> {
        if self.grabbing == Some(ticket) {
            self.grabbing = None;
            return Some(match answer {
                Ok(Answer::Done(what)) => vec![Step::Say(what.clone(), Tone::Good)],
                Ok(_) => Vec::new(),
                Err(problem) => vec![Step::Trouble(problem.clone())],
            });
        }
        if self.searching.is_none_or(|(asked, _)| asked != ticket) {
            return None;
        }
        self.searching = None;
        Some(match answer {
            Ok(Answer::Releases(decisions)) => vec![Step::Keep(Box::new(Search {
                movie_id: self.movie_id,
                slot: self.slot,
                at: context.now,
                decisions: decisions.clone(),
            }))],
            Ok(_) => Vec::new(),
            Err(problem) => {
                self.problem = Some(problem.clone());
                Vec::new()
            }
        })
    }

    fn left(&mut self) -> Vec<Step> {
        self.searching.take().map(|(ticket, _)| Step::Drop(ticket)).into_iter().collect()
    }

    fn is_busy(&self) -> bool {
        self.searching.is_some() || self.grabbing.is_some()
    }

    fn draw(&mut self, canvas: &mut Canvas, area: Rect, context: &Context) {
        draw::draw(self, canvas, area, context);
    }
}
