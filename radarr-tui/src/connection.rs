//! The link to the daemon: opened, kept, and mended beside the drawing. It follows the event log from one cursor,
//! so that a break costs nothing but the events that happened meanwhile.

use std::time::Duration;

use jiff::SignedDuration;
use radarr_proto::client::{CallError, Client};
use radarr_proto::model::Cursor;
use radarr_proto::request::NextEvents;
use tokio::sync::{mpsc, watch};

use crate::app::ask::Problem;
use crate::app::event::{Event, Since};
use crate::clock;
use crate::open::Target;

/// How long the daemon holds a question for events open when nothing happens. Below a minute, which it allows at
/// most and which many firewalls allow a silent connection.
pub const EVENTS_WAIT_MS: u64 = 25_000;
/// First pause between two tries to connect; doubles up to [`PAUSE_MAX`].
const PAUSE_FIRST: Duration = Duration::from_secs(1);
/// Longest pause between two tries to connect.
const PAUSE_MAX: Duration = Duration::from_secs(15);

/// Keeps the link until the program ends. `client` gets the client as soon as there is one.
pub async fn keep(target: Target, events: mpsc::Sender<Event>, client: watch::Sender<Option<Client>>) {
    let link = Link { events };
    let Some(open) = link.open(&target).await else { return };
    client.send_replace(Some(open.clone()));
    let mut cursor = None;
    let mut pause = PAUSE_FIRST;
    loop {
        let lost = match link.follow(&open, &mut cursor, &mut pause).await {
            Followed::Nobody => return,
            Followed::Lost(problem) => problem,
        };
        if link.lost(lost, &mut pause).await.is_err() {
            return;
        }
    }
}

struct Link {
    events: mpsc::Sender<Event>,
}

enum Followed {
    /// The TUI has ended.
    Nobody,
    /// The link broke.
    Lost(Problem),
}

impl Link {
    async fn open(&self, target: &Target) -> Option<Client> {
        let mut pause = PAUSE_FIRST;
        loop {
            let said = |what: &str| drop(self.events.try_send(Event::Connecting(what.to_owned())));
            match target.open(said).await {
                Ok(client) => return Some(client),
                Err(error) => self.lost(error.into(), &mut pause).await.ok()?,
            }
        }
    }

    /// Says that there is no link, and waits before the next try.
    async fn lost(
        &self,
        problem: Problem,
        pause: &mut Duration,
    ) -> Result<(), mpsc::error::SendError<Event>> {
        let wait = SignedDuration::try_from(*pause).unwrap_or(SignedDuration::ZERO);
        self.events.send(Event::Lost { problem, retry_at: clock::now() + wait }).await?;
        tokio::time::sleep(*pause).await;
        *pause = (*pause * 2).min(PAUSE_MAX);
        Ok(())
    }

    /// Follows the log until the link breaks.
    async fn follow(&self, client: &Client, cursor: &mut Option<Cursor>, pause: &mut Duration) -> Followed {
        let greeting = match client.greeting().await {
            Ok(greeting) => greeting,
            Err(error) => return Followed::Lost(error.into()),
        };
        let mut since = if cursor.is_some() { Since::Resumed } else { Since::Anew };
        let mut greeted = false;
        loop {
            let wait_ms = if greeted { EVENTS_WAIT_MS } else { 0 };
            let batch = match client.next_events(NextEvents { after: *cursor, wait_ms, limit: None }).await {
                Ok(batch) => batch,
                Err(error) => return Followed::Lost(why(error)),
            };
            // A log that is shorter than what we saw of it is another one.
            let other_log = cursor.is_some_and(|ours| batch.cursor < ours);
            if other_log || batch.gap {
                since = Since::Anew;
                greeted = false;
            }
            *cursor = Some(batch.cursor);
            *pause = PAUSE_FIRST;
            if !greeted {
                greeted = true;
                if self.events.send(Event::Connected(greeting.clone(), since)).await.is_err() {
                    return Followed::Nobody;
                }
            }
            if !batch.events.is_empty() && self.events.send(Event::Happened(batch)).await.is_err() {
                return Followed::Nobody;
            }
        }
    }
}

fn why(error: CallError) -> Problem {
    match error {
        CallError::OutcomeUnknown { .. } => {
            Problem::new("the connection to the daemon was lost", Some("it is tried again by itself"))
        }
        other @ (CallError::Api(_) | CallError::Connect(_) | CallError::Timeout { .. }) => other.into(),
    }
}
