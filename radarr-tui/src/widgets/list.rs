//! Where one is in a list. What is selected is remembered by what it is, not by its place, so that it stays selected
//! while lines come and go around it.

use crate::verbs::Motion;

/// Lines that stay visible above and below the selection, where there are that many.
const MARGIN: usize = 3;

/// The selection in a list whose lines have keys of type `K`.
#[derive(Debug, Clone)]
pub struct Selection<K> {
    key: Option<K>,
    index: usize,
    offset: usize,
    height: usize,
}

impl<K> Default for Selection<K> {
    fn default() -> Self {
        Self { key: None, index: 0, offset: 0, height: 1 }
    }
}

impl<K: Clone + PartialEq> Selection<K> {
    /// The selected line's place.
    pub fn index(&self) -> usize {
        self.index
    }

    /// What is selected.
    pub fn key(&self) -> Option<&K> {
        self.key.as_ref()
    }

    /// The first visible line.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Moves; `key_at` tells what lies at a place.
    pub fn go(&mut self, motion: Motion, len: usize, key_at: impl Fn(usize) -> Option<K>) {
        let last = len.saturating_sub(1);
        let page = self.height.saturating_sub(1).max(1);
        let half = (self.height / 2).max(1);
        self.index = match motion {
            Motion::Up => self.index.saturating_sub(1),
            Motion::Down => self.index.saturating_add(1),
            Motion::PageUp => self.index.saturating_sub(page),
            Motion::PageDown => self.index.saturating_add(page),
            Motion::HalfUp => self.index.saturating_sub(half),
            Motion::HalfDown => self.index.saturating_add(half),
            Motion::Top => 0,
            Motion::Bottom => last,
        }
        .min(last);
        self.key = key_at(self.index);
    }

    /// Selects that one.
    pub fn select(&mut self, key: K) {
        self.key = Some(key);
    }

    /// Finds the selected line again after the list changed. What vanished hands the selection to its neighbour.
    pub fn follow(&mut self, len: usize, key_at: impl Fn(usize) -> Option<K>) {
        let last = len.saturating_sub(1);
        let still_there = self.key.is_some() && key_at(self.index) == self.key;
        if !still_there {
            let found =
                self.key.as_ref().and_then(|key| (0..len).find(|place| key_at(*place).as_ref() == Some(key)));
            self.index = found.unwrap_or(self.index.min(last));
            self.key = key_at(self.index);
        }
        self.index = self.index.min(last);
    }

    /// Takes note of how many lines are visible, and scrolls so that the selection is among them.
    pub fn show(&mut self, height: usize, len: usize) {
        self.height = height;
        let margin = MARGIN.min(height.saturating_sub(1) / 2);
        let lowest = (self.index + margin + 1).saturating_sub(height);
        let highest = self.index.saturating_sub(margin);
        self.offset = self.offset.max(lowest).min(highest).min(len.saturating_sub(height));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_selection_stays_on_its_line_while_others_come_and_go() {
        let mut list = vec!["a", "b", "c"];
        let mut selection = Selection::default();
        selection.follow(3, |at| list.get(at).copied());
        selection.go(Motion::Down, 3, |at| list.get(at).copied());
        list.insert(0, "new");
        selection.follow(4, |at| list.get(at).copied());
        assert_eq!((selection.index(), selection.key()), (2, Some(&"b")));
        list.retain(|one| *one != "b");
        selection.follow(3, |at| list.get(at).copied());
        assert_eq!((selection.index(), selection.key()), (2, Some(&"c")));
    }

    proptest! {
        #[test]
        fn the_selection_is_always_visible_and_inside(
            motions in proptest::collection::vec(0_usize..8, 0..40), len in 0_usize..200, height in 0_usize..60,
        ) {
            let all = [
                Motion::Up, Motion::Down, Motion::PageUp, Motion::PageDown,
                Motion::HalfUp, Motion::HalfDown, Motion::Top, Motion::Bottom,
            ];
            let key_at = |at: usize| (at < len).then_some(at);
            let mut selection = Selection::default();
            selection.follow(len, key_at);
            for motion in motions {
                selection.go(all[motion], len, key_at);
                selection.show(height, len);
                prop_assert!(selection.index() < len.max(1));
                if height > 0 {
                    prop_assert!(selection.offset() <= selection.index());
                    prop_assert!(selection.index() < selection.offset() + height);
                }
            }
        }
    }
}
