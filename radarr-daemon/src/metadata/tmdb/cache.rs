//! Answers kept for a while, so that typing, adding and looking again ask TMDB once.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A map whose entries age out; at the limit the oldest goes.
#[derive(Debug)]
pub(super) struct Cache<K, V> {
    keep: Duration,
    len_max: usize,
    entries: Mutex<HashMap<K, (Instant, V)>>,
}

impl<K: Eq + Hash + Clone, V: Clone> Cache<K, V> {
    pub(super) fn new(keep: Duration, len_max: usize) -> Self {
        Self { keep, len_max, entries: Mutex::new(HashMap::new()) }
    }

    pub(super) fn get(&self, key: &K, now: Instant) -> Option<V> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let (put_at, value) = entries.get(key)?;
        (now.saturating_duration_since(*put_at) < self.keep).then(|| value.clone())
    }

    pub(super) fn put(&self, key: K, value: V, now: Instant) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= self.len_max && !entries.contains_key(&key) {
            let oldest = entries.iter().min_by_key(|(_, (put_at, _))| *put_at).map(|(key, _)| key.clone());
            if let Some(oldest) = oldest {
                entries.remove(&oldest);
            }
        }
        entries.insert(key, (now, value));
    }

    pub(super) fn forget(&self, key: &K) {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_age_out_and_the_oldest_makes_room() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let cache = Cache::new(Duration::from_secs(10), 2);
        cache.put("a", 1, at(0));
        cache.put("b", 2, at(1));
        cache.put("c", 3, at(2));
        assert_eq!(
            (cache.get(&"a", at(3)), cache.get(&"b", at(3)), cache.get(&"c", at(3))),
            (None, Some(2), Some(3))
        );
        assert_eq!(cache.get(&"b", at(11)), None);
        cache.forget(&"c");
        assert_eq!(cache.get(&"c", at(3)), None);
    }
}
