//! The terminal: taken over at the start, given back at the end, whatever the end is. Only cells that changed are
//! sent, in one write, and nothing at all when none did.

use std::io::{self, BufWriter, Stdout, Write};
use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};

mod scroll;

/// Room for a whole screen, so that a frame is one write.
const FRAME_BYTES: usize = 64 * 1024;

/// The screen as it is shown.
pub struct Terminal {
    backend: CrosstermBackend<BufWriter<Stdout>>,
    shown: Buffer,
    cursor: Option<Position>,
    /// What the terminal shows is not known: the next frame draws all of it.
    lost: bool,
}

impl Terminal {
    /// Takes the terminal over. A panic gives it back before it is reported.
    pub fn take() -> io::Result<Self> {
        restore_on_panic();
        enter()?;
        let writer = BufWriter::with_capacity(FRAME_BYTES, io::stdout());
        Ok(Self {
            backend: CrosstermBackend::new(writer),
            shown: Buffer::empty(size()),
            cursor: None,
            lost: true,
        })
    }

    /// The terminal has another size, or something else wrote on it.
    pub fn forget(&mut self) {
        self.lost = true;
        self.shown = Buffer::empty(size());
    }

    /// Draws a frame: `paint` fills the cells and says where the text cursor stands.
    pub fn draw(&mut self, paint: impl FnOnce(&mut Buffer) -> Option<Position>) -> io::Result<()> {
        let mut next = Buffer::empty(self.shown.area);
        let cursor = paint(&mut next);
        let started = std::mem::take(&mut self.lost);
        if !started && cursor == self.cursor && next.content == self.shown.content {
            return Ok(());
        }
        queue!(self.backend, BeginSynchronizedUpdate)?;
        if started {
            queue!(self.backend, Clear(ClearType::All))?;
            self.shown = Buffer::empty(next.area);
            self.cursor = None;
        } else if let Some(shift) = scroll::find(&self.shown, &next) {
            shift.send(&mut self.backend)?;
            shift.apply(&mut self.shown);
        }
        let changed: Vec<(u16, u16, &Cell)> = self.shown.diff(&next);
        self.backend.draw(changed.into_iter())?;
        match cursor {
            Some(at) => queue!(self.backend, MoveTo(at.x, at.y), Show)?,
            None if self.cursor.is_some() || started => queue!(self.backend, Hide)?,
            None => {}
        }
        queue!(self.backend, EndSynchronizedUpdate)?;
        Write::flush(&mut self.backend)?;
        self.cursor = cursor;
        self.shown = next;
        Ok(())
    }

    /// Gives the terminal back until the user comes back to the program (`fg`).
    pub fn suspend(&mut self) -> io::Result<()> {
        leave();
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TSTP)?;
        enter()?;
        self.forget();
        Ok(())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        leave();
    }
}

/// The size of the terminal; nothing at all where it can't be told.
fn size() -> Rect {
    let (wide, high) = crossterm::terminal::size().unwrap_or_default();
    Rect::new(0, 0, wide, high)
}

/// Whether the terminal is ours. Leaving the alternate screen twice would put the cursor into what was said between.
static TAKEN: AtomicBool = AtomicBool::new(false);

fn enter() -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, Hide)
}

/// Gives the terminal back. One that is gone (a closed window) can't be given back, and that is fine.
fn leave() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    drop(execute!(io::stdout(), EndSynchronizedUpdate, DisableBracketedPaste, LeaveAlternateScreen, Show));
    drop(disable_raw_mode());
}

/// A panic of the drawing gives the terminal back first, so that its report can be read. Questions to the daemon run
/// in other threads; theirs are caught and shown as an error, and must not paint over the screen.
fn restore_on_panic() {
    let before = panic::take_hook();
    let drawing = std::thread::current().id();
    panic::set_hook(Box::new(move |report| {
        if std::thread::current().id() == drawing {
            leave();
            before(report);
        } else {
            tracing::error!(%report, "a panic beside the drawing");
        }
    }));
}
