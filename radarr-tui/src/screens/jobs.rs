//! What the daemon is doing, did, and will do.

use jiff::Timestamp;
use radarr_proto::model::{Job, JobId, JobKind, JobStatus};
use ratatui::layout::Rect;

use super::forms;
use super::{Screen, empty, title};
use crate::app::ask::{Ask, Topic};
use crate::app::dialog::{Dialog, Reading};
use crate::app::step::{Context, Step};
use crate::story;
use crate::text;
use crate::theme::Tone;
use crate::verbs::{Place, Verb};
use crate::widgets::canvas::{Canvas, split_top};
use crate::widgets::confirm::Confirm;
use crate::widgets::list::Selection;
use crate::widgets::table::{self, Cell, Column, cell, toned};

const COLUMNS: &[Column] = &[
    Column::exactly("status", 9),
    Column::share("job", 2),
    Column::exactly("when", 10).right(),
    Column::exactly("steps", 9).right().from(90),
    Column::exactly("tries", 5).right().from(100),
    Column::exactly("by", 12).from(90),
    Column::share("note", 3).from(60),
];

/// The jobs.
#[derive(Debug, Default)]
pub struct JobsScreen {
    selection: Selection<JobId>,
}

fn all<'a>(context: &Context<'a>) -> &'a [Job] {
    context.world.jobs.as_deref().unwrap_or_default()
}

impl Screen for JobsScreen {
    fn place(&self) -> Place {
        Place::Jobs
    }

    fn wants(&self) -> Vec<Topic> {
        vec![Topic::Jobs]
    }

    fn refresh(&mut self, context: &Context) -> Vec<Step> {
        let jobs = all(context);
        if self.selection.index() > 0 {
            self.selection.follow(jobs.len(), |at| jobs.get(at).map(|job| job.id));
        } else {
            // Who looks at the first line wants to see what comes.
            self.selection.go(crate::verbs::Motion::Top, jobs.len(), |at| jobs.get(at).map(|job| job.id));
        }
        Vec::new()
    }

    fn act(&mut self, verb: Verb, context: &Context) -> Vec<Step> {
        let jobs = all(context);
        match (verb, jobs.get(self.selection.index())) {
            (Verb::Move(motion), _) => {
                self.selection.go(motion, jobs.len(), |at| jobs.get(at).map(|job| job.id));
                Vec::new()
            }
            (Verb::RunJob, _) => vec![Step::Dialog(Dialog::Form(Box::new(forms::run_job::form())))],
            (Verb::Details, Some(job)) => vec![Step::Dialog(Dialog::Text(in_full(job, context)))],
            (Verb::CancelJob, Some(job)) if job.status.is_open() => {
                let confirm = Confirm::new(format!("cancel {}?", name(job, context)), "cancel the job")
                    .line(
                        "What it did already stays; what it was to lead to does not come by itself.",
                        Tone::Normal,
                    )
                    .line("", Tone::Normal);
                vec![Step::Dialog(Dialog::Confirm(confirm, vec![Step::Do(Ask::CancelJob(job.id))]))]
            }
            (Verb::CancelJob, Some(_)) => vec![Step::Say("it has ended already".to_owned(), Tone::Dim)],
            _ => Vec::new(),
        }
    }

    fn draw(&mut self, canvas: &mut Canvas, area: Rect, context: &Context) {
        let (head, body) = split_top(area, 1);
        let jobs = all(context);
        let running = jobs.iter().filter(|job| job.status == JobStatus::Running).count();
        let open = jobs.iter().filter(|job| job.status.is_open()).count();
        title(canvas, head, "jobs", &format!("{running} running, {open} open, {} shown", jobs.len()));
        if jobs.is_empty() {
            let known = context.world.jobs.is_some();
            empty(canvas, body, context.world.problem(Topic::Jobs), known, "No jobs. n runs one.");
            return;
        }
        table::draw(canvas, body, COLUMNS, &mut self.selection, jobs.len(), |at| {
            jobs.get(at).map(|job| line(job, context)).unwrap_or_default()
        });
    }
}

/// What it is about, with the movie's title where it is known.
fn name(job: &Job, context: &Context) -> String {
    let title = match &job.kind {
        JobKind::SearchMovie { movie_id, .. }
        | JobKind::RefreshMovie { movie_id }
        | JobKind::RescanMovie { movie_id } => context.world.library.row(*movie_id).map(|row| &row.title),
        _ => None,
    };
    match title {
        Some(title) => format!("{}: {title}", job.kind.name().replace('_', " ")),
        None => story::job_kind(&job.kind),
    }
}

/// What the daemon says of it now.
fn note(job: &Job) -> String {
    let asked_to_end = if job.cancel_asked && job.status.is_open() { "asked to end; " } else { "" };
    format!("{asked_to_end}{}", job.note.as_deref().unwrap_or_default())
}

/// Everything that is known of it.
fn in_full(job: &Job, context: &Context) -> Reading {
    let at = |at: Timestamp| Some(text::when(at, context.zone));
    let facts = [
        ("asked for by", Some(job.asked_by.clone())),
        ("due", at(job.due_at)),
        ("started", job.started_at.and_then(at)),
        ("ended", job.ended_at.and_then(at)),
        ("tries", Some(job.tries.to_string())),
        ("steps", job.progress.map(|(done, of)| format!("{done} of {of}"))),
    ];
    let said = note(job);
    let mut lines = vec![(format!("job {}, {}", job.id, story::job_status(job.status)), Tone::Strong)];
    if !said.is_empty() {
        lines.push((said, Tone::Normal));
    }
    lines.push((String::new(), Tone::Normal));
    let told = |(name, fact): (&str, Option<String>)| Some((format!("{name} {}", fact?), Tone::Dim));
    lines.extend(facts.into_iter().filter_map(told));
    Reading::new(name(job, context), lines)
}

fn line<'a>(job: &'a Job, context: &Context) -> Vec<Cell<'a>> {
    let tone = match job.status {
        JobStatus::Running => Tone::Accent,
        JobStatus::Failed => Tone::Bad,
        JobStatus::Done => Tone::Good,
        JobStatus::Cancelled | JobStatus::Unknown => Tone::Dim,
        JobStatus::Queued => Tone::Normal,
    };
    let when = match (job.ended_at, job.started_at) {
        (Some(ended), _) => format!("{} ago", text::age_roughly(context.now, ended)),
        (None, Some(started)) if job.status == JobStatus::Running => {
            format!("for {}", text::age_roughly(context.now, started))
        }
        (None, _) => text::ahead(context.now, job.due_at),
    };
    vec![
        toned(story::job_status(job.status), tone),
        cell(name(job, context)),
        cell(when),
        cell(job.progress.map_or(String::new(), |(done, of)| format!("{done}/{of}"))),
        cell(job.tries.to_string()),
        toned(job.asked_by.as_str(), Tone::Dim),
        cell(note(job)),
    ]
}
