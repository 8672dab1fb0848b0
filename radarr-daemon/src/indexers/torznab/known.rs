//! What servers said that they can do, kept in memory: asked again after a restart, and after a week.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::TorznabConfig;
use super::caps::Caps;

/// How long what a server said holds. Source: Radarr.
const LONG: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long is done with the defaults before a server that said nothing is asked again.
const SHORT: SignedDuration = SignedDuration::from_hours(1);
/// Servers that are remembered; the oldest is forgotten first.
const SERVERS_MAX: usize = 64;

/// How long capabilities hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeptFor {
    /// The server said them.
    Long,
    /// They are only taken for granted.
    Short,
}

#[derive(Debug)]
struct Known {
    config: TorznabConfig,
    caps: Arc<Caps>,
    until: Timestamp,
}

/// Capabilities by the settings that they were asked with.
#[derive(Debug, Default)]
pub struct KnownCaps {
    known: Mutex<Vec<Known>>,
}

impl KnownCaps {
    /// Those that still hold.
    pub(super) fn fresh(&self, config: &TorznabConfig, now: Timestamp) -> Option<Arc<Caps>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.iter().find(|known| known.config == *config && known.until > now);
        found.map(|known| Arc::clone(&known.caps))
    }

    /// Those of a list that was begun with them, however old.
    pub(super) fn any(&self, config: &TorznabConfig) -> Option<Arc<Caps>> {
        self.fresh(config, Timestamp::MIN)
    }

    pub(super) fn keep(&self, config: &TorznabConfig, caps: Caps, kept_for: KeptFor, now: Timestamp) {
        let time = match kept_for {
            KeptFor::Long => LONG,
            KeptFor::Short => SHORT,
        };
        let until = now.checked_add(time).unwrap_or(Timestamp::MAX);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|known| known.config != *config);
        if known.len() >= SERVERS_MAX {
            known.remove(0);
        }
        known.push(Known { config: config.clone(), caps: Arc::new(caps), until });
    }
}

#[cfg(test)]
mod tests {
    use radarr_proto::model::SecretText;

    use super::*;

    fn config(number: usize) -> TorznabConfig {
        TorznabConfig {
            base_url: format!("http://127.0.0.1/{number}"),
            api_path: "/api".to_owned(),
            api_key: SecretText::default(),
            categories: Vec::new(),
        }
    }

    #[test]
    fn what_a_server_said_holds_for_a_week_and_the_defaults_for_an_hour() {
        let (known, now) = (KnownCaps::default(), Timestamp::UNIX_EPOCH);
        known.keep(&config(1), Caps::feed(), KeptFor::Long, now);
        known.keep(&config(2), Caps::default(), KeptFor::Short, now);
        let later = now + SignedDuration::from_hours(2);
        assert_eq!(known.fresh(&config(1), later).as_deref(), Some(&Caps::feed()));
        assert_eq!(known.fresh(&config(2), later), None);
        assert!(known.any(&config(2)).is_some(), "a list is read to its end with what it began with");
        assert_eq!(known.fresh(&config(1), now + LONG), None);
        for number in 0..=SERVERS_MAX {
            known.keep(&config(10 + number), Caps::default(), KeptFor::Long, now);
        }
        assert_eq!(known.any(&config(1)), None);
        assert!(known.any(&config(10 + SERVERS_MAX)).is_some());
    }
}
