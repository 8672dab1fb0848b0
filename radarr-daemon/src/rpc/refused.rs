//! Log-ins that were refused, for the audit: one entry for each address and minute, however often it tried.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use radarr_proto::model::EventKind;
use tokio::sync::Notify;
use tracing::warn;

use super::authorise::Doorkeeper;
use crate::flow::Flow;
use crate::security::tries::network;
use crate::storage::Commit;

/// An address has one entry in that time.
const TELL_EVERY: Duration = Duration::from_mins(1);
/// Addresses that have an entry of their own in that time; all others share one.
const ADDRESSES_MAX: usize = 50;
/// Who did it, as the audit names whoever is not known.
const STRANGER: &str = "stranger";

#[derive(Debug)]
struct Noted {
    why: String,
    times: u32,
    told: Option<Instant>,
}

/// What was refused and is not told yet. `None` = addresses that have no entry of their own.
#[derive(Debug, Default)]
pub struct RefusedLogins {
    noted: Mutex<HashMap<Option<IpAddr>, Noted>>,
    come: Notify,
}

/// One entry.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    from: Option<IpAddr>,
    why: String,
    times: u32,
}

impl RefusedLogins {
    /// One more.
    pub fn note(&self, from: IpAddr, why: &str, now: Instant) {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        let from = Some(network(from));
        noted.retain(|_, noted| noted.times > 0 || !is_due(noted, now));
        let key = if noted.contains_key(&from) || noted.len() < ADDRESSES_MAX { from } else { None };
        let entry = noted.entry(key).or_insert_with(|| Noted { why: String::new(), times: 0, told: None });
        why.clone_into(&mut entry.why);
        entry.times = entry.times.saturating_add(1);
        self.come.notify_one();
    }

    fn due(&self, now: Instant) -> Vec<Entry> {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        let mut due = Vec::new();
        for (from, noted) in noted.iter_mut().filter(|(_, noted)| noted.times > 0 && is_due(noted, now)) {
            due.push(Entry { from: *from, why: noted.why.clone(), times: noted.times });
            (noted.times, noted.told) = (0, Some(now));
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
        let due = doorkeeper.refused().due(Instant::now());
        if due.is_empty() {
            continue;
        }
        let entries = due.into_iter().map(|entry| {
            let from = entry.from.map_or("many addresses".to_owned(), |from| from.to_string());
            let kind = EventKind::LoginRefused { why: entry.why, times: entry.times };
            Commit::new(STRANGER, flow.now()).from(Some(from)).event(None, kind)
        });
        for commit in entries {
            if let Err(error) = flow.store.commit(commit).await {
                warn!(%error, "a refused log-in is not in the audit");
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
        let (refused, began) = (RefusedLogins::default(), Instant::now());
        refused.note(at("192.0.2.1"), "wrong", began);
        let entry = |times| Entry { from: Some(at("192.0.2.1")), why: "wrong".to_owned(), times };
        assert_eq!(refused.due(began), [entry(1)], "the first is told at once");
        for second in 1..60 {
            let now = began + Duration::from_secs(second);
            refused.note(at("192.0.2.1"), "wrong", now);
            assert_eq!(refused.due(now), []);
        }
        assert_eq!(refused.due(began + TELL_EVERY), [entry(59)]);
        for number in 0..10_000_u32 {
            refused.note(IpAddr::V4(number.into()), "wrong", began + TELL_EVERY);
        }
        let due = refused.due(began + TELL_EVERY);
        assert!(due.len() <= ADDRESSES_MAX + 1, "{}", due.len());
        assert_eq!(due.iter().map(|entry| entry.times).sum::<u32>(), 10_000);
        assert_eq!(refused.due(began + TELL_EVERY * 3), []);
    }
}
