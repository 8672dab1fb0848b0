//! A program that runs: its output goes to a file, and it is ended with its handle.

use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process};

use super::eventually;

/// Lines of its log that a failure shows.
const LOG_LINES: usize = 25;
/// How long a program may take to end once it was asked to, when its handle is dropped.
const END_PATIENCE: Duration = Duration::from_secs(10);

/// A program that runs.
#[derive(Debug)]
pub struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts it. What it says goes behind what `log` holds already.
    pub fn start(command: &mut Command, log: &Path) -> anyhow::Result<Self> {
        let open = || OpenOptions::new().create(true).append(true).open(log);
        let file = open().with_context(|| format!("{} can't be written", log.display()))?;
        let errors = file.try_clone()?;
        let child = command
            .stdin(Stdio::null())
            .stdout(file)
            .stderr(errors)
            .spawn()
            .with_context(|| format!("{} does not start", Path::new(command.get_program()).display()))?;
        Ok(Self { child, log: log.to_path_buf() })
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it did.
    pub fn ended(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// An error when it has ended.
    pub fn still_runs(&mut self) -> anyhow::Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => bail!("it ended ({status}); its log:\n{}", self.log_end()),
        }
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) -> anyhow::Result<()> {
        kill_process(Pid::from_child(&self.child), signal).context("the signal could not be sent")
    }

    /// Kills it as a power cut would (SIGKILL) and waits for the end.
    pub fn kill_9(mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to end (SIGTERM) and waits; how it ended and how long it took.
    pub async fn terminate(&mut self, within: Duration) -> anyhow::Result<(ExitStatus, Duration)> {
        let began = Instant::now();
        self.signal(Signal::TERM)?;
        let mut look = || self.child.try_wait();
        let status = eventually("the end after SIGTERM", within, || {
            let ended = look();
            async move { ended?.context("it still runs") }
        });
        Ok((status.await?, began.elapsed()))
    }

    /// All it said.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// The end of what it said.
    pub fn log_end(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        lines.get(lines.len().saturating_sub(LOG_LINES)..).unwrap_or_default().join("\n")
    }

    fn end(&mut self) -> std::io::Result<()> {
        if self.child.try_wait()?.is_some() {
            return Ok(());
        }
        // It may have ended by itself meanwhile.
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap_or(());
        let began = Instant::now();
        while self.child.try_wait()?.is_none() {
            if began.elapsed() > END_PATIENCE {
                self.child.kill()?;
                self.child.wait()?;
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let program = self.log.file_name().unwrap_or_else(|| OsStr::new("program"));
            let told = writeln!(std::io::stderr(), "--- {}\n{}", program.display(), self.log_end());
            drop(told);
        }
        if let Err(error) = self.end() {
            drop(writeln!(std::io::stderr(), "process {} could not be ended: {error}", self.id()));
        }
    }
}
