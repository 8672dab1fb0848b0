//! How many bytes of large answers may wait for their readers, over all connections of a daemon.
//!
//! Without it a few hundred clients that ask for the whole library and read slowly would fill the memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// An answer of this size counts as large.
pub const LARGE_ANSWER_BYTES: usize = 256 * 1024;

/// The room that all connections share.
#[derive(Debug)]
pub struct AnswerRoom {
    bytes_max: usize,
    taken: AtomicUsize,
}

impl AnswerRoom {
    /// Room for that many bytes; one answer always fits.
    pub fn new(bytes_max: usize) -> Arc<Self> {
        Arc::new(Self { bytes_max, taken: AtomicUsize::new(0) })
    }

    /// Bytes that wait at the moment.
    pub fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }

    pub(crate) fn share(self: &Arc<Self>) -> Share {
        Share { room: Some(Arc::clone(self)), unread: Unread::default() }
    }
}

/// Whether large answers of one connection wait for their reader.
#[derive(Debug, Clone, Default)]
pub struct Unread(Arc<AtomicUsize>);

impl Unread {
    /// Whether any does.
    pub fn is_waiting(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }
}

/// What one connection takes of the room; it is free again when the connection ends.
#[derive(Debug, Default)]
pub(crate) struct Share {
    room: Option<Arc<AnswerRoom>>,
    unread: Unread,
}

impl Share {
    /// Takes room for an answer, if there is any.
    pub(crate) fn take(&self, bytes: usize) -> bool {
        if let Some(room) = &self.room {
            let before = room.taken.fetch_add(bytes, Ordering::Relaxed);
            if before > 0 && before.saturating_add(bytes) > room.bytes_max {
                room.taken.fetch_sub(bytes, Ordering::Relaxed);
                return false;
            }
        }
        self.unread.0.fetch_add(bytes, Ordering::Relaxed);
        true
    }

    /// Everything was read.
    pub(crate) fn give_back(&self) {
        let bytes = self.unread.0.swap(0, Ordering::Relaxed);
        if let Some(room) = &self.room {
            room.taken.fetch_sub(bytes, Ordering::Relaxed);
        }
    }

    pub(crate) fn unread(&self) -> Unread {
        self.unread.clone()
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.give_back();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_room_is_shared_and_free_again_when_an_answer_was_read_or_its_connection_ended() {
        let room = AnswerRoom::new(100);
        let (one, two) = (room.share(), room.share());
        assert!(one.take(60) && two.take(40) && !two.take(1));
        assert!(one.unread().is_waiting());
        one.give_back();
        assert!(!one.unread().is_waiting() && two.take(60) && !one.take(1));
        drop(two);
        assert_eq!(room.taken(), 0);
        assert!(one.take(1000), "an answer that is larger than the room goes alone");
        assert!(!room.share().take(1));
    }
}
