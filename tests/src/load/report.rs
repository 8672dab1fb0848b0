//! What was measured, as a table.

use std::fmt;
use std::time::{Duration, Instant};

pub use crate::measure::machine;

/// Errors that are kept in words.
const ERRORS_KEPT: usize = 20;

/// How long answers took, and what failed.
#[derive(Debug, Clone, Default)]
pub struct Latencies {
    times: Vec<Duration>,
    last: Option<Instant>,
    /// What failed, in words.
    pub errors: Vec<String>,
    failed: usize,
}

impl Latencies {
    /// One answer.
    pub fn note(&mut self, took: Duration, error: Option<String>) {
        self.times.push(took);
        self.last = Some(Instant::now());
        if let Some(error) = error {
            self.failed += 1;
            if self.errors.len() < ERRORS_KEPT {
                self.errors.push(error);
            }
        }
    }

    /// Those of others.
    pub fn add(&mut self, other: Self) {
        self.times.extend(other.times);
        self.last = self.last.max(other.last);
        self.failed += other.failed.max(other.errors.len());
        let room = ERRORS_KEPT.saturating_sub(self.errors.len());
        self.errors.extend(other.errors.into_iter().take(room));
    }

    /// How many answers.
    pub fn count(&self) -> usize {
        self.times.len()
    }

    /// How many failed.
    pub fn failed(&self) -> usize {
        self.failed
    }

    /// How many in a second, from this moment until the last one.
    fn per_second(&self, began: Instant) -> usize {
        let over = self.last.map_or(Duration::ZERO, |last| last.saturating_duration_since(began));
        let milliseconds = usize::try_from(over.as_millis()).unwrap_or(usize::MAX).max(1);
        self.count().saturating_mul(1000) / milliseconds
    }

    /// So many of a thousand were as quick as this or quicker.
    pub fn per_mille(&self, share: usize) -> Duration {
        let mut times = self.times.clone();
        times.sort_unstable();
        let at = (times.len() * share / 1000).min(times.len().saturating_sub(1));
        times.get(at).copied().unwrap_or_default()
    }
}

/// What one run gave.
#[derive(Debug, Clone)]
pub struct Figures {
    /// Clients over RPC.
    pub clients: usize,
    /// When it began.
    pub began: Instant,
    /// Calls over RPC.
    pub calls: Latencies,
    /// Events that came to the clients.
    pub events: u64,
    /// Requests over HTTP.
    pub requests: Latencies,
    /// Resident memory at the end.
    pub memory: u64,
    /// The most it ever was.
    pub memory_max: u64,
}

/// All runs.
#[derive(Debug, Clone)]
pub struct Report {
    /// Movies in the library.
    pub movies: u64,
    /// Resident memory before the first client.
    pub memory_before: u64,
    /// One for each number of clients.
    pub runs: Vec<Figures>,
    /// Where.
    pub machine: String,
}

fn milliseconds(time: Duration) -> String {
    format!("{}.{} ms", time.as_millis(), time.as_micros() / 100 % 10)
}

fn megabytes(bytes: u64) -> String {
    format!("{} MB", bytes.div_ceil(1_000_000))
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| {} movies, clients | calls/s | median, 99 %, most | HTTP/s | median, 99 %, most | events | failed | memory, most |",
            self.movies
        )?;
        writeln!(f, "|---|---|---|---|---|---|---|---|")?;
        for run in &self.runs {
            let times = |latencies: &Latencies| {
                [500, 990, 1000].map(|share| milliseconds(latencies.per_mille(share))).join(", ")
            };
            writeln!(
                f,
                "| {} | {} | {} | {} | {} | {} | {} | {}, {} |",
                run.clients,
                run.calls.per_second(run.began),
                times(&run.calls),
                run.requests.per_second(run.began),
                times(&run.requests),
                run.events,
                run.calls.failed() + run.requests.failed(),
                megabytes(run.memory),
                megabytes(run.memory_max),
            )?;
        }
        writeln!(
            f,
            "\n{} before the first client. Measured on {}.",
            megabytes(self.memory_before),
            self.machine
        )?;
        for run in &self.runs {
            for error in run.calls.errors.iter().chain(&run.requests.errors) {
                writeln!(f, "{} clients: {error}", run.clients)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_a_thousand_are_counted_from_the_quickest() {
        let mut latencies = Latencies::default();
        for number in (1..=200).rev() {
            latencies.note(Duration::from_millis(number), (number == 7).then(|| "late".to_owned()));
        }
        let at = |share| latencies.per_mille(share).as_millis();
        assert_eq!((at(0), at(500), at(990), at(1000)), (1, 101, 199, 200));
        assert_eq!((latencies.failed(), latencies.errors.len()), (1, 1));
        assert_eq!(Latencies::default().per_mille(990), Duration::ZERO);
    }
}
