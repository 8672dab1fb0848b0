//! What the demo prints: numbered steps, what came out of each, and how long it took.

use std::io::Write;
use std::time::{Duration, Instant};

/// Lines of the daemon's log that are shown after a failure.
const LOG_LINES: usize = 15;

/// The running account.
#[derive(Debug)]
pub(super) struct Report {
    steps: u32,
    began: Instant,
    last: Instant,
}

impl Report {
    pub(super) fn new() -> Self {
        Self { steps: 0, began: Instant::now(), last: Instant::now() }
    }

    /// A step that is done; the time since the last one counts as its own.
    pub(super) fn done(&mut self, what: &str, details: &[String]) {
        self.steps += 1;
        let took = self.last.elapsed();
        self.last = Instant::now();
        self.line(&format!("{:>2}  {what}  ({})", self.steps, seconds(took)));
        for detail in details {
            self.detail(detail);
        }
    }

    /// Something that a step shows while it goes on, or after it.
    pub(super) fn detail(&self, text: &str) {
        self.line(&format!("      {text}"));
    }

    /// The end.
    pub(super) fn end(&self) {
        self.line(&format!("\nall {} steps done in {}", self.steps, seconds(self.began.elapsed())));
    }

    /// The end of a log.
    pub(super) fn log(&self, log: &str) {
        self.line("\nthe daemon said last:");
        let lines: Vec<&str> = log.lines().collect();
        for line in lines.get(lines.len().saturating_sub(LOG_LINES)..).unwrap_or_default() {
            self.detail(line);
        }
    }

    /// One line. Where nobody reads it there is nobody to tell.
    #[expect(clippy::unused_self, reason = "whoever prints holds the account")]
    pub(super) fn line(&self, text: &str) {
        let mut out = std::io::stdout();
        drop(writeln!(out, "{text}").and_then(|()| out.flush()));
    }
}

fn seconds(took: Duration) -> String {
    format!("{}.{:02} s", took.as_secs(), took.subsec_millis() / 10)
}
