//! What is wrong and what to do; what is left of the indexers' budgets and of the disks; what the daemon is.

use radarr_proto::model::{HealthItem, JobKind, Severity};
use ratatui::layout::Rect;

use super::forms;
use super::{Screen, title};
use crate::app::ask::{Ask, Topic};
use crate::app::dialog::Dialog;
use crate::app::step::{Context, Step};
use crate::text;
use crate::theme::Tone;
use crate::verbs::{Motion, Place, Verb};
use crate::widgets::canvas::{Canvas, split_top, wrap};

/// The system.
#[derive(Debug, Default)]
pub struct SystemScreen {
    offset: u16,
    lines: (u16, u16),
}

/// Parts of one line.
type Parts = Vec<(String, Tone)>;

impl Screen for SystemScreen {
    fn place(&self) -> Place {
        Place::System
    }

    fn wants(&self) -> Vec<Topic> {
        vec![Topic::Health, Topic::Status, Topic::Indexers, Topic::Roots, Topic::Clients]
    }

    fn act(&mut self, verb: Verb, _context: &Context) -> Vec<Step> {
        match verb {
            Verb::Move(motion) => {
                let most = self.lines.0.saturating_sub(self.lines.1);
                let page = self.lines.1.saturating_sub(2).max(1);
                self.offset = match motion {
                    Motion::Up => self.offset.saturating_sub(1),
                    Motion::Down => self.offset.saturating_add(1),
                    Motion::PageUp | Motion::HalfUp => self.offset.saturating_sub(page),
                    Motion::PageDown | Motion::HalfDown => self.offset.saturating_add(page),
                    Motion::Top => 0,
                    Motion::Bottom => most,
                }
                .min(most);
                Vec::new()
            }
            Verb::Refresh => vec![Step::Do(Ask::RunJob(JobKind::CheckHealth))],
            Verb::RunJob => vec![Step::Dialog(Dialog::Form(Box::new(forms::run_job::form(None))))],
            _ => Vec::new(),
        }
    }

    fn draw(&mut self, canvas: &mut Canvas, area: Rect, context: &Context) {
        let (head, body) = split_top(area, 1);
        let lines = lines(usize::from(body.width.saturating_sub(2)), context);
        self.lines = (u16::try_from(lines.len()).unwrap_or(u16::MAX), body.height);
        self.offset = self.offset.min(self.lines.0.saturating_sub(body.height));
        let more = if self.lines.0 > body.height { "j k scroll" } else { "" };
        title(canvas, head, "system", more);
        for (y, parts) in (0..body.height).zip(lines.iter().skip(usize::from(self.offset))) {
            parts.iter().fold(1, |x, (text, tone)| x + canvas.text(body, x, y, text, *tone));
        }
    }
}

fn plain(lines: &mut Vec<Parts>, wide: usize, indent: usize, text: &str, tone: Tone) {
    let room = wide.saturating_sub(indent);
    lines.extend(
        wrap(text, room).into_iter().map(|line| vec![(" ".repeat(indent), Tone::Normal), (line, tone)]),
    );
}

fn heading(lines: &mut Vec<Parts>, name: &str) {
    if !lines.is_empty() {
        lines.push(Vec::new());
    }
    lines.push(vec![(name.to_owned(), Tone::Strong)]);
}

fn lines(wide: usize, context: &Context) -> Vec<Parts> {
    let world = context.world;
    let mut lines = Vec::new();
    heading(&mut lines, "health");
    match (&world.health, world.problem(Topic::Health)) {
        (_, Some(problem)) => plain(&mut lines, wide, 2, &problem.message, Tone::Bad),
        (None, None) => plain(&mut lines, wide, 2, "reading …", Tone::Dim),
        (Some(items), None) if items.is_empty() => plain(&mut lines, wide, 2, "all is well", Tone::Good),
        (Some(items), None) => items.iter().for_each(|item| health(&mut lines, wide, item, context)),
    }
    heading(&mut lines, "indexers");
    indexers(&mut lines, wide, context);
    heading(&mut lines, "root folders");
    for state in world.roots.iter().flatten() {
        let free = state
            .free_bytes
            .map_or("free space not known".to_owned(), |free| format!("{} free", text::size(free)));
        let movies = text::count(u64::from(state.movies), "movie");
        let tone = if state.accessible { Tone::Normal } else { Tone::Bad };
        plain(&mut lines, wide, 2, &format!("{}  {free}, {movies}", state.root.path), tone);
        if let Some(problem) = &state.problem {
            plain(&mut lines, wide, 4, problem, Tone::Warn);
        }
    }
    heading(&mut lines, "daemon");
    if let Some(status) = &world.status {
        let commit = if status.commit.is_empty() { String::new() } else { format!(" ({})", status.commit) };
        let up = text::age_roughly(context.now, status.started_at);
        plain(&mut lines, wide, 2, &format!("radarr {}{commit}, up {up}", status.version), Tone::Normal);
        let bytes = status.storage_bytes.map_or(String::new(), |bytes| format!(", {}", text::size(bytes)));
        plain(
            &mut lines,
            wide,
            2,
            &format!("storage {}{bytes}, event {}", status.storage, status.cursor),
            Tone::Normal,
        );
        let counts = format!(
            "{}, {} monitored, {} missing, {} of files, {} open",
            text::count(status.movies, "movie"),
            status.monitored,
            status.missing,
            text::size(status.size_bytes),
            text::count(status.jobs, "job"),
        );
        plain(&mut lines, wide, 2, &counts, Tone::Normal);
        if !status.not_set_up.is_empty() {
            let missing = format!("not set up yet: {} (8 Settings)", status.not_set_up.join(", "));
            plain(&mut lines, wide, 2, &missing, Tone::Warn);
        }
    }
    lines
}

fn health(lines: &mut Vec<Parts>, wide: usize, item: &HealthItem, context: &Context) {
    let (mark, tone) = match item.severity {
        Severity::Error => ("error  ", Tone::Bad),
        Severity::Warning => ("warning", Tone::Warn),
        Severity::Notice | Severity::Unknown => ("notice ", Tone::Dim),
    };
    let subject =
        if item.subject.is_empty() { item.check.clone() } else { format!("{} {}", item.check, item.subject) };
    let since = text::age_roughly(context.now, item.since);
    lines.push(vec![
        (format!("  {mark} "), tone),
        (subject, Tone::Strong),
        (format!("  for {since}"), Tone::Dim),
    ]);
    plain(lines, wide, 10, &item.message, Tone::Normal);
    plain(lines, wide, 10, &item.hint, Tone::Accent);
}

fn indexers(lines: &mut Vec<Parts>, wide: usize, context: &Context) {
    if context.world.indexers.as_ref().is_some_and(Vec::is_empty) {
        plain(lines, wide, 2, "none set up yet (8 Settings)", Tone::Warn);
    }
    for state in context.world.indexers.iter().flatten() {
        let budget = &state.budget;
        let left = budget.allowed.saturating_sub(budget.used);
        let next = match (budget.blocked_until, budget.next_at) {
            (Some(until), _) if until > context.now => {
                format!(", out of use, again {}", text::ahead(context.now, until))
            }
            (_, Some(at)) if at > context.now => format!(", next request {}", text::ahead(context.now, at)),
            _ => String::new(),
        };
        let off = if state.indexer.enabled { "" } else { " (off)" };
        let line = format!(
            "{}{off}  {left} of {} requests left this hour{next}",
            state.indexer.name, budget.allowed
        );
        let blocked = budget.blocked_until.is_some_and(|until| until > context.now);
        plain(lines, wide, 2, &line, if blocked { Tone::Warn } else { Tone::Normal });
        if let Some(error) = &budget.last_error {
            plain(lines, wide, 4, error, Tone::Warn);
        }
    }
}
