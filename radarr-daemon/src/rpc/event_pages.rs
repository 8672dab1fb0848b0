//! The newest pages of the log, read once for all who wait for them.
//!
//! A thousand followers wait behind the same cursor, and all of them ask for the same page in the moment when something
//! happens.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use radarr_proto::model::Cursor;
use tokio::sync::OnceCell;

use crate::storage::{EventPage, SharedStore, StoreError};

/// Pages that are kept: followers are at most a few events apart.
const KEPT_MAX: usize = 4;

/// What is asked, and the state of the log that it is asked of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Asked {
    after: Cursor,
    limit: usize,
    newest: Cursor,
}

type Kept = Arc<OnceCell<Arc<EventPage>>>;

/// The pages.
#[derive(Debug, Default)]
pub struct EventPages {
    kept: Mutex<VecDeque<(Asked, Kept)>>,
}

impl EventPages {
    /// The events behind a cursor, from whoever read them first.
    pub async fn after(
        &self,
        store: &SharedStore,
        after: Cursor,
        limit: usize,
    ) -> Result<Arc<EventPage>, StoreError> {
        let page = self.place_of(Asked { after, limit, newest: store.last_cursor() });
        let read = || async { store.events_after(after, limit).await.map(Arc::new) };
        page.get_or_try_init(read).await.map(Arc::clone)
    }

    fn place_of(&self, asked: Asked) -> Kept {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, page)) = kept.iter().find(|(known, _)| *known == asked) {
            return Arc::clone(page);
        }
        kept.truncate(KEPT_MAX - 1);
        let page = Kept::default();
        kept.push_front((asked, Arc::clone(&page)));
        page
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use radarr_proto::model::EventKind;

    use super::*;
    use crate::flow::testing::bench;
    use crate::storage::Commit;

    #[tokio::test]
    async fn all_who_wait_get_the_page_that_one_read_and_nobody_an_old_one() {
        let bench = bench().await;
        let store = &bench.flow.store;
        let pages = EventPages::default();
        let start = store.last_cursor();
        let happen = async || {
            let kind = EventKind::SettingsChanged {
                what: "tag".to_owned(),
                name: "x".to_owned(),
                changes: Vec::new(),
            };
            store.commit(Commit::new("test", Timestamp::UNIX_EPOCH).event(None, kind)).await.unwrap();
        };
        happen().await;
        let (one, two) = tokio::join!(pages.after(store, start, 10), pages.after(store, start, 10));
        let (one, two) = (one.unwrap(), two.unwrap());
        assert!(Arc::ptr_eq(&one, &two) && one.events.len() == 1);
        happen().await;
        assert_eq!(pages.after(store, start, 10).await.unwrap().events.len(), 2);
        assert_eq!(pages.after(store, start, 1).await.unwrap().events.len(), 1);
        for limit in 1..20 {
            pages.after(store, start, limit).await.unwrap();
        }
        assert_eq!(pages.kept.lock().unwrap().len(), KEPT_MAX);
    }
}
