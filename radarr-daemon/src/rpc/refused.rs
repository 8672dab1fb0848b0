//! What was refused, for the audit: log-ins, by address, and calls that a role does not allow, by who asked. Each of
//! them has one entry a minute, however often it tried, so that nobody fills the storage with tries.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use radarr_proto::model::EventKind;
use tokio::sync::Notify;
use tracing::warn;

use super::authorise::Doorkeeper;
use crate::flow::Flow;
use crate::security::tries::network;
use crate::storage::Commit;

/// Who tries has one entry in that time.
const TELL_EVERY: Duration = Duration::from_mins(1);
/// Those that have an entry of their own in that time; all others share one.
const ENTRIES_MAX: usize = 50;
/// Calls that an entry names.
const CALLS_NAMED_MAX: usize = 8;
/// Characters of such a name: the path of a request is as long as its sender likes.
const CALL_LEN_MAX: usize = 100;
/// Who did it, as the audit names whoever is not known.
const STRANGER: &str = "stranger";

/// What was refused and is not told yet.
#[derive(Debug, Default)]
pub struct Refused {
    logins: Tally<IpAddr>,
    calls: Tally<Caller>,
    come: Notify,
}

/// Somebody who was let in, and from where.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Caller {
    name: String,
    from: String,
}

impl Refused {
    /// One more log-in.
    pub fn login(&self, from: IpAddr, why: &str, now: Instant) {
        self.logins.note(network(from), None, why, now);
        self.come.notify_one();
    }

    /// One more call that its caller's role does not allow.
    pub fn call(&self, name: &str, from: &str, call: &str, why: &str, now: Instant) {
        let caller = Caller { name: name.to_owned(), from: from.to_owned() };
        self.calls.note(caller, Some(call), why, now);
        self.come.notify_one();
    }

    /// The entries that are due.
    fn due(&self, now: Instant, at: Timestamp) -> Vec<Commit> {
        let logins = self.logins.due(now).into_iter().map(|entry| {
            let from = entry.by.map_or("many addresses".to_owned(), |from| from.to_string());
            let kind = EventKind::LoginRefused { why: entry.why, times: entry.times };
            Commit::new(STRANGER, at).from(Some(from)).event(None, kind)
        });
        let calls = self.calls.due(now).into_iter().map(|entry| {
            let many = || Caller { name: "many callers".to_owned(), from: "many addresses".to_owned() };
            let Caller { name, from } = entry.by.unwrap_or_else(many);
            let kind = EventKind::CallsRefused { calls: entry.calls, why: entry.why, times: entry.times };
            Commit::new(name, at).from(Some(from)).event(None, kind)
        });
        logins.chain(calls).collect()
    }
}

/// Tries, counted by who tried. `None` = those that have no entry of their own.
#[derive(Debug)]
struct Tally<K> {
    noted: Mutex<HashMap<Option<K>, Noted>>,
}

impl<K> Default for Tally<K> {
    fn default() -> Self {
        Self { noted: Mutex::default() }
    }
}

#[derive(Debug, Default)]
struct Noted {
    calls: Vec<String>,
    why: String,
    times: u32,
    told: Option<Instant>,
}

/// One entry.
#[derive(Debug, PartialEq, Eq)]
struct Entry<K> {
    by: Option<K>,
    calls: Vec<String>,
    why: String,
    times: u32,
}

impl<K: Clone + Eq + Hash> Tally<K> {
    fn note(&self, by: K, call: Option<&str>, why: &str, now: Instant) {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        noted.retain(|_, noted| noted.times > 0 || !is_due(noted, now));
        let by = Some(by);
        let key = if noted.contains_key(&by) || noted.len() < ENTRIES_MAX { by } else { None };
        let entry = noted.entry(key).or_default();
        if let Some(call) = call.map(|call| call.chars().take(CALL_LEN_MAX).collect::<String>())
            && entry.calls.len() < CALLS_NAMED_MAX
            && !entry.calls.contains(&call)
        {
            entry.calls.push(call);
        }
        why.clone_into(&mut entry.why);
        entry.times = entry.times.saturating_add(1);
    }

    fn due(&self, now: Instant) -> Vec<Entry<K>> {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        let mut due = Vec::new();
        for (by, noted) in noted.iter_mut().filter(|(_, noted)| noted.times > 0 && is_due(noted, now)) {
            let Noted { calls, why, times, .. } =
                std::mem::replace(noted, Noted { told: Some(now), ..Noted::default() });
            due.push(Entry { by: by.clone(), calls, why, times });
        }
        due
    }
}

fn is_due(noted: &Noted, now: Instant) -> bool {
    noted.told.is_none_or(|told| now.saturating_duration_since(told) >= TELL_EVERY)
}

/// Writes them down, for ever.
pub async fn tell(flow: Flow, doorkeeper: Arc<Doorkeeper>) {
    let mut ticks = tokio::time::interval(TELL_EVERY);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = doorkeeper.refused().come.notified() => {}
        }
        for commit in doorkeeper.refused().due(Instant::now(), flow.now()) {
            if let Err(error) = flow.store.commit(commit).await {
                warn!(%error, "what was refused is not in the audit");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_has_one_entry_a_minute_and_a_million_addresses_have_one_together() {
        let (refused, began) = (Tally::default(), Instant::now());
        let note = |from, now| refused.note(from, None, "wrong", now);
        note(at("192.0.2.1"), began);
        let entry = |times| {
            let (by, why) = (Some(at("192.0.2.1")), "wrong".to_owned());
            Entry { by, calls: Vec::new(), why, times }
        };
        assert_eq!(refused.due(began), [entry(1)], "the first is told at once");
        for second in 1..60 {
            let now = began + Duration::from_secs(second);
            note(at("192.0.2.1"), now);
            assert_eq!(refused.due(now), []);
        }
        assert_eq!(refused.due(began + TELL_EVERY), [entry(59)]);
        for number in 0..10_000_u32 {
            note(IpAddr::V4(number.into()), began + TELL_EVERY);
        }
        let due = refused.due(began + TELL_EVERY);
        assert!(due.len() <= ENTRIES_MAX + 1, "{}", due.len());
        assert_eq!(due.iter().map(|entry| entry.times).sum::<u32>(), 10_000);
        assert_eq!(refused.due(began + TELL_EVERY * 3), []);
    }

    #[test]
    fn a_caller_that_may_not_has_one_entry_a_minute_that_names_its_calls() {
        let (refused, began) = (Refused::default(), Instant::now());
        let kinds = |now| {
            let due = refused.due(now, Timestamp::UNIX_EPOCH);
            let events = due.into_iter().flat_map(|commit| {
                let (actor, from) = (commit.actor.clone(), commit.from.clone());
                commit.events.into_iter().map(move |event| (actor.clone(), from.clone(), event.kind))
            });
            events.collect::<Vec<_>>()
        };
        let told = |calls: &[&str], times| {
            let calls = calls.iter().map(|&call| call.to_owned()).collect();
            let kind = EventKind::CallsRefused { calls, why: "no".to_owned(), times };
            ("token:tv".to_owned(), Some("192.0.2.7".to_owned()), kind)
        };
        let call = |call: &str| refused.call("token:tv", "192.0.2.7", call, "no", began);
        call("audit");
        assert_eq!(kinds(began), [told(&["audit"], 1)], "the first is told at once");
        for number in 0..1_000 {
            call(["audit", "delete_movie"][number % 2]);
        }
        assert_eq!(kinds(began), []);
        assert_eq!(kinds(began + TELL_EVERY), [told(&["audit", "delete_movie"], 1_000)]);
        for number in 0..1_000 {
            call(&format!("{number}{}", "/long".repeat(100)));
        }
        let last = kinds(began + TELL_EVERY * 2);
        let (.., EventKind::CallsRefused { calls, times: 1_000, .. }) = &last[0] else { panic!("{last:?}") };
        assert_eq!((last.len(), calls.len(), calls[0].len()), (1, CALLS_NAMED_MAX, CALL_LEN_MAX));
    }
}
