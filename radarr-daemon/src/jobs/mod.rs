//! Work that lasts (D5): a queue of jobs in the storage, a schedule, and the worker that runs them.
//!
//! The next step of a story is queued in the same commit as the event that caused it:
//!
//! ```ignore
//! let (job, queued) =
//!     queue.queued(JobKind::ImportGrab { grab_id }, Priority::Story, due_at, "system", now).await?;
//! let commit = Commit::new("system", now).put(&grab, ..).event(..).and(queued);
//! ```
//!
//! A job is leased before it runs; each lease writes a new token, and everything that the job commits through
//! [`JobContext::commit`] holds only while that lease does. A daemon that dies leaves a lease that runs out, and the
//! job is taken over; what a job does with the storage of [`JobContext::store`] is fenced likewise. Jobs of equal kind
//! do not run at the same time; those that wait when one begins are merged into it. Open jobs are in
//! [`Collection::Job`](crate::storage::Collection::Job), ended ones in `EndedJob`.
//!
//! Files: [`queue`] (what is stored), [`schedule`] (what runs by the clock), [`worker`] (what runs it all). What a
//! job does is not known here: the daemon hands in a [`Handler`].

mod leased_store;
mod policy;
mod pulse;
mod queue;
mod schedule;
mod worker;

#[cfg(test)]
mod tests;

pub use policy::{Policy, policy};
pub use pulse::Pulse;
pub use queue::{JobQueue, Leased, Priority};
pub(crate) use schedule::check_next_run;
pub use schedule::{Interval, Rhythm, SCHEDULE, Schedule, Scheduled};
pub use worker::{Done, Handler, JobContext, JobError, Worker};
