//! How far a text that does not fit into its window was scrolled.

use crossterm::event::KeyEvent;

use crate::keymap::{self, Key};

/// The lines above the window, and what the last drawing found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scroll {
    above: u16,
    all: u16,
    visible: u16,
}

impl Scroll {
    /// Of so many lines so many are visible: how many stand above these.
    pub fn fit(&mut self, all: usize, visible: u16) -> usize {
        (self.all, self.visible) = (u16::try_from(all).unwrap_or(u16::MAX), visible);
        self.above = self.above.min(self.most());
        usize::from(self.above)
    }

    /// Whether some lines are not visible.
    pub fn is_needed(&self) -> bool {
        self.most() > 0
    }

    /// Whether that key moves in a text; then it was done.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        let Some(motion) = Key::pressed(&key).and_then(keymap::motion) else { return false };
        self.above = motion.scrolled(self.above, self.visible.saturating_sub(1).max(1), self.most());
        true
    }

    fn most(&self) -> u16 {
        self.all.saturating_sub(self.visible)
    }
}
