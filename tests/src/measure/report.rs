//! The figures as a table.

use std::fmt;
use std::time::Duration;

/// What was measured.
#[derive(Debug, Clone)]
pub struct Report {
    /// Movies in the storage.
    pub movies: u64,
    /// From the start of the process until `/ready` says yes.
    pub ready: Duration,
    /// Resident memory then.
    pub rss_ready: u64,
    /// All rows of the list over the Unix socket, read by the client library: the median.
    pub list: Duration,
    /// One movie with everything: the median.
    pub get: Duration,
    /// Resident memory after all that.
    pub rss_asked: u64,
    /// Percent of one core with a client that follows events.
    pub idle_percent: f64,
    /// Acknowledged changes in a second, by 64 clients.
    pub commits_per_second: u64,
    /// Resident memory after that.
    pub rss_end: u64,
    /// From SIGTERM to the end.
    pub end: Duration,
    /// Where.
    pub machine: String,
}

/// The processor, how many of it, and the kernel.
pub fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let processors = read("/proc/cpuinfo");
    let models = || processors.lines().filter_map(|line| line.strip_prefix("model name")?.split_once(':'));
    let model = models().next().map_or("unknown processor", |(_, model)| model.trim());
    let kernel = read("/proc/sys/kernel/osrelease");
    format!("{} x {model}, Linux {}", models().count(), kernel.trim())
}

fn megabytes(bytes: u64) -> String {
    let tenths = bytes.saturating_mul(10) / 1_000_000;
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

fn milliseconds(time: Duration) -> String {
    let hundredths = time.as_micros() / 10;
    format!("{}.{:02} ms", hundredths / 100, hundredths % 100)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| {} movies | Measured | Wanted |", self.movies)?;
        writeln!(f, "|---|---|---|")?;
        writeln!(f, "| ready after start | {} | 400 ms |", milliseconds(self.ready))?;
        writeln!(f, "| resident memory when ready | {} | 45 MB |", megabytes(self.rss_ready))?;
        writeln!(
            f,
            "| all rows of the list over the Unix socket, median | {} | 40 ms |",
            milliseconds(self.list)
        )?;
        writeln!(f, "| one movie, median | {} \u{b5}s | 200 \u{b5}s |", self.get.as_micros())?;
        writeln!(f, "| resident memory after these | {} | |", megabytes(self.rss_asked))?;
        writeln!(
            f,
            "| idle with a client that follows events, of one core | {:.2} % | 0.5 % |",
            self.idle_percent
        )?;
        writeln!(f, "| durable changes by 64 clients | {}/s | 1,000/s |", self.commits_per_second)?;
        writeln!(f, "| resident memory after these | {} | |", megabytes(self.rss_end))?;
        writeln!(f, "| end after SIGTERM | {} | 10 s |", milliseconds(self.end))?;
        writeln!(f, "\nMeasured on {}.", self.machine)
    }
}
