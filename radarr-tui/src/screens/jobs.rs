//! What the daemon is doing, did, and will do.

use jiff::Timestamp;
use radarr_proto::model::{Job, JobId, JobKind, JobStatus, ScheduledJob};
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

/// What a line is about.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Row {
    Job(JobId),
    /// What the schedule starts, by the name of its kind.
    Scheduled(&'static str),
}

/// What a line shows.
enum Line<'a> {
    Job(&'a Job),
    Scheduled(&'a ScheduledJob),
}

impl Line<'_> {
    fn row(&self) -> Row {
        match self {
            Self::Job(job) => Row::Job(job.id),
            Self::Scheduled(job) => Row::Scheduled(job.kind.name()),
        }
    }
}

/// The jobs.
#[derive(Debug, Default)]
pub struct JobsScreen {
    selection: Selection<Row>,
}

fn all<'a>(context: &Context<'a>) -> &'a [Job] {
    context.world.jobs.as_deref().unwrap_or_default()
}

/// What is open, then what will be by the schedule, then what was.
fn lines<'a>(context: &Context<'a>) -> Vec<Line<'a>> {
    let jobs = all(context).iter();
    let scheduled = context.world.schedule.iter().flatten().map(Line::Scheduled);
    let open = jobs.clone().filter(|job| job.status.is_open()).map(Line::Job);
    let ended = jobs.filter(|job| !job.status.is_open()).map(Line::Job);
    open.chain(scheduled).chain(ended).collect()
}

impl Screen for JobsScreen {
    fn place(&self) -> Place {
        Place::Jobs
    }

    fn wants(&self) -> Vec<Topic> {
        vec![Topic::Jobs, Topic::Schedule]
    }

    fn refresh(&mut self, context: &Context) -> Vec<Step> {
        let lines = lines(context);
        let row = |at: usize| lines.get(at).map(Line::row);
        if self.selection.index() > 0 {
            self.selection.follow(lines.len(), row);
        } else {
            // Who looks at the first line wants to see what comes.
            self.selection.go(crate::verbs::Motion::Top, lines.len(), row);
        }
        Vec::new()
    }

    fn act(&mut self, verb: Verb, context: &Context) -> Vec<Step> {
        let lines = lines(context);
        match (verb, lines.get(self.selection.index())) {
            (Verb::Move(motion), _) => {
                self.selection.go(motion, lines.len(), |at| lines.get(at).map(Line::row));
                Vec::new()
            }
            (Verb::RunJob, Some(Line::Scheduled(job))) => run_form(Some(&job.kind)),
            (Verb::RunJob, _) => run_form(None),
            (Verb::Details, Some(Line::Job(job))) => vec![Step::Dialog(Dialog::Text(in_full(job, context)))],
            (Verb::Details, Some(Line::Scheduled(job))) => {
                vec![Step::Dialog(Dialog::Text(scheduled_in_full(job, context)))]
            }
            (Verb::CancelJob, Some(Line::Job(job))) if job.status.is_open() => {
                let confirm = Confirm::new(format!("cancel {}?", name(job, context)), "cancel the job")
                    .line(
                        "What it did already stays; what it was to lead to does not come by itself.",
                        Tone::Normal,
                    )
                    .line("", Tone::Normal);
                vec![Step::Dialog(Dialog::Confirm(confirm, vec![Step::Do(Ask::CancelJob(job.id))]))]
            }
            (Verb::CancelJob, Some(Line::Job(_))) => {
                vec![Step::Say("it has ended already".to_owned(), Tone::Dim)]
            }
            (Verb::CancelJob, Some(Line::Scheduled(_))) => {
                vec![Step::Say("the schedule stays; how often it runs is a setting".to_owned(), Tone::Dim)]
            }
            _ => Vec::new(),
        }
    }

    fn draw(&mut self, canvas: &mut Canvas, area: Rect, context: &Context) {
        let (head, body) = split_top(area, 1);
        let (jobs, lines) = (all(context), lines(context));
        let running = jobs.iter().filter(|job| job.status == JobStatus::Running).count();
        let open = jobs.iter().filter(|job| job.status.is_open()).count();
        title(canvas, head, "jobs", &format!("{running} running, {open} open, {} shown", jobs.len()));
        if lines.is_empty() {
            let known = context.world.jobs.is_some();
            empty(canvas, body, context.world.problem(Topic::Jobs), known, "No jobs. n runs one.");
            return;
        }
        table::draw(canvas, body, COLUMNS, &mut self.selection, lines.len(), |at| {
            lines.get(at).map_or_else(Vec::new, |shown| match shown {
                Line::Job(job) => line(job, context),
                Line::Scheduled(job) => scheduled(job, context),
            })
        });
    }
}

fn run_form(kind: Option<&JobKind>) -> Vec<Step> {
    vec![Step::Dialog(Dialog::Form(Box::new(forms::run_job::form(kind))))]
}

fn scheduled<'a>(job: &ScheduledJob, context: &Context) -> Vec<Cell<'a>> {
    let last =
        job.last_at.map_or(String::new(), |at| format!(", last {} ago", text::age_roughly(context.now, at)));
    vec![
        toned("scheduled", Tone::Dim),
        cell(story::job_kind(&job.kind)),
        cell(job.next_at.map_or(String::new(), |at| text::ahead(context.now, at))),
        cell(String::new()),
        cell(String::new()),
        toned("system", Tone::Dim),
        toned(format!("{}{last}", story::rhythm(&job.runs)), Tone::Dim),
    ]
}

/// What the schedule says of it.
fn scheduled_in_full(job: &ScheduledJob, context: &Context) -> Reading {
    let at = |at: Option<Timestamp>| at.map_or("not yet".to_owned(), |at| text::when(at, context.zone));
    let lines = vec![
        (format!("{}, by itself", story::rhythm(&job.runs)), Tone::Strong),
        (String::new(), Tone::Normal),
        (format!("last {}", at(job.last_at)), Tone::Dim),
        (format!("next {}", at(job.next_at)), Tone::Dim),
    ];
    Reading::new(story::job_kind(&job.kind), lines)
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
