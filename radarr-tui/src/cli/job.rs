//! `job`: what the daemon is doing, did and will do.

use clap::Subcommand;
use radarr_proto::client::Client;
use radarr_proto::model::{Job, JobId, JobKind, JobStatus, ScheduledJob};
use radarr_proto::request::RunJob;

use super::failure::Failure;
use super::output::{Output, Tone, cell, number};
use crate::gather;
use crate::story;
use crate::text;

#[derive(Debug, Clone, Subcommand)]
pub enum JobCommand {
    /// Shows open jobs and the last that ended
    List {
        /// Only those that have yet to end
        #[arg(long)]
        open: bool,
    },
    /// Shows what the daemon starts by itself, and when
    Schedule,
    /// Starts a job by name
    Run {
        /// Its name
        #[arg(value_parser = names())]
        name: String,
    },
    /// Asks a job to end
    Cancel {
        /// Its number
        job: JobId,
    },
}

fn names() -> clap::builder::PossibleValuesParser {
    JobKind::BY_NAME.iter().map(JobKind::name).collect::<Vec<_>>().into()
}

impl JobCommand {
    /// Does it.
    pub async fn run(self, client: &Client, out: &mut Output) -> Result<(), Failure> {
        match self {
            Self::List { open } => {
                let mut jobs = client.jobs().await?;
                jobs.retain(|job| !open || job.status.is_open());
                out.show(&jobs, |out, jobs| list(out, jobs))
            }
            Self::Schedule => {
                let scheduled = gather::schedule(client).await?;
                out.show(&scheduled, |out, scheduled| schedule(out, scheduled))
            }
            Self::Run { name } => {
                let known = JobKind::BY_NAME.iter().find(|kind| kind.name() == name);
                let job =
                    known.cloned().ok_or_else(|| Failure::not_found(format!("there is no job {name:?}")))?;
                queued(&client.run_job(RunJob { job }).await?, out)
            }
            Self::Cancel { job } => {
                let job = client.cancel_job(job).await?;
                out.show(&job, |out, job| out.line(format!("asked job {} to end", job.id)))
            }
        }
    }
}

/// Says that a job was queued.
pub(super) fn queued(job: &Job, out: &mut Output) -> Result<(), Failure> {
    out.show(job, |out, job| {
        out.line(format!(
            "job {}: {} is {}",
            job.id,
            story::job_kind(&job.kind),
            story::job_status(job.status)
        ))
    })
}

fn schedule(out: &mut Output, jobs: &[ScheduledJob]) -> Result<(), Failure> {
    let now = out.now;
    let lines = jobs.iter().map(|job| {
        vec![
            cell(story::job_kind(&job.kind)),
            cell(story::rhythm(&job.runs)),
            cell(job.last_at.map_or("never".to_owned(), |at| format!("{} ago", text::age(now, at)))),
            cell(job.next_at.map_or(String::new(), |at| text::ahead(now, at))),
            cell(job.kind.name()).tone(Tone::Dim),
        ]
    });
    let nothing = "the daemon does not tell its schedule; it is an older one";
    out.table(&["job", "runs", "last", "next", "name"], &lines.collect::<Vec<_>>(), nothing)
}

fn list(out: &mut Output, jobs: &[Job]) -> Result<(), Failure> {
    let now = out.now;
    let lines = jobs.iter().map(|job| {
        let tone = match job.status {
            JobStatus::Running => Tone::Good,
            JobStatus::Failed => Tone::Bad,
            JobStatus::Done | JobStatus::Cancelled | JobStatus::Unknown => Tone::Dim,
            JobStatus::Queued => Tone::Normal,
        };
        let when = match (job.ended_at, job.started_at) {
            (Some(ended), _) => format!("{} ago", text::age(now, ended)),
            (None, Some(started)) if job.status == JobStatus::Running => {
                format!("for {}", text::age(now, started))
            }
            (None, _) => text::ahead(now, job.due_at),
        };
        let progress = job.progress.map_or(String::new(), |(done, all)| format!("{done}/{all}"));
        vec![
            number(job.id),
            cell(story::job_status(job.status)).tone(tone),
            cell(story::job_kind(&job.kind)),
            cell(when),
            number(progress),
            cell(&job.asked_by).tone(Tone::Dim),
            cell(job.note.as_deref().unwrap_or_default()),
        ]
    });
    out.table(&["#", "status", "job", "when", "steps", "by", ""], &lines.collect::<Vec<_>>(), "no jobs")
}
