//! A terminal: a real pty with a screen model behind it, and a person who types into it.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, ensure};
use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use radarr_tests::harness::eventually;
use rustix::process::{Pid, Signal, kill_process};

/// How long something may take to come onto the screen of a loaded machine.
const SHOWN_WITHIN: Duration = Duration::from_mins(1);

/// A program in a terminal of its own.
pub(crate) struct Terminal {
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    keyboard: Box<dyn Write + Send>,
    screen: Arc<Mutex<vt100::Parser>>,
    bytes: Arc<AtomicU64>,
    /// How the terminal was set before the program took it.
    before: String,
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

/// The screen model has at least one cell.
fn one_or(cells: u16) -> NonZeroU16 {
    NonZeroU16::new(cells).unwrap_or(NonZeroU16::MIN)
}

impl Terminal {
    /// Starts a program in a terminal of that size.
    pub(crate) fn start(mut command: CommandBuilder, columns: u16, rows: u16) -> anyhow::Result<Self> {
        let pair = native_pty_system().openpty(size(columns, rows))?;
        command.env("TERM", "xterm-256color");
        command.env_remove("NO_COLOR");
        let before = settings(&*pair.master)?;
        let child = pair.slave.spawn_command(command)?;
        drop(pair.slave);
        let screen = Arc::new(Mutex::new(vt100::Parser::new(one_or(rows), one_or(columns), 0)));
        let bytes = Arc::new(AtomicU64::new(0));
        let mut reader = pair.master.try_clone_reader()?;
        let (to_screen, counted) = (Arc::clone(&screen), Arc::clone(&bytes));
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            // The pty reports an error when the program has ended.
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                to_screen.lock().unwrap().process(&buffer[..read]);
                counted.fetch_add(read as u64, Ordering::SeqCst);
            }
        });
        let keyboard = pair.master.take_writer()?;
        Ok(Self { master: pair.master, child, keyboard, screen, bytes, before })
    }

    /// Types.
    pub(crate) fn types(&mut self, keys: &str) -> anyhow::Result<()> {
        self.keyboard.write_all(keys.as_bytes())?;
        Ok(self.keyboard.flush()?)
    }

    /// What is on the screen.
    pub(crate) fn screen(&self) -> String {
        self.screen.lock().unwrap().screen().contents()
    }

    /// Waits until a text is on the screen.
    pub(crate) async fn shows(&self, text: &str) -> anyhow::Result<()> {
        self.until(text, |screen| screen.contains(text)).await
    }

    async fn until(&self, what: &str, is_so: impl Fn(&str) -> bool) -> anyhow::Result<()> {
        eventually(&format!("on the screen: {what}"), SHOWN_WITHIN, || async {
            let screen = self.screen();
            if is_so(&screen) { Ok(()) } else { Err(anyhow!("the screen is\n{screen}")) }
        })
        .await
    }

    /// Types, and waits until a text is on the screen.
    pub(crate) async fn types_until(&mut self, keys: &str, text: &str) -> anyhow::Result<()> {
        self.types(keys)?;
        self.shows(text).await
    }

    /// Gives it another size.
    pub(crate) fn resize(&mut self, columns: u16, rows: u16) -> anyhow::Result<()> {
        self.screen.lock().unwrap().screen_mut().set_size(one_or(rows), one_or(columns));
        self.master.resize(size(columns, rows))
    }

    /// Bytes that the program sent so far.
    fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::SeqCst)
    }

    /// Waits until the program sends something, or that long; how many bytes it sent.
    pub(crate) async fn wait_for_bytes(&self, at_most: Duration) -> u64 {
        let (before, began) = (self.bytes(), Instant::now());
        while self.bytes() == before && began.elapsed() < at_most {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.bytes() - before
    }

    /// Processor time that the program used so far, in the kernel's ticks of a hundredth of a second.
    pub(crate) fn processor_ticks(&self) -> anyhow::Result<u64> {
        let id = self.child.process_id().context("the program has no id")?;
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat"))?;
        let behind_name = stat.rsplit(')').next().context("an odd /proc/…/stat")?;
        let fields: Vec<&str> = behind_name.split_whitespace().collect();
        let ticks = |field: usize| fields.get(field).and_then(|text| text.parse::<u64>().ok());
        ticks(11).zip(ticks(12)).map(|(user, system)| user + system).context("an odd /proc/…/stat")
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: Signal) -> anyhow::Result<()> {
        let id = self.child.process_id().and_then(|id| Pid::from_raw(id.cast_signed()));
        kill_process(id.context("the program has no id")?, signal).context("the signal could not be sent")
    }

    /// Waits for the end.
    pub(crate) async fn ends(&mut self) -> anyhow::Result<ExitStatus> {
        let child = &mut self.child;
        eventually("the end of the program", SHOWN_WITHIN, || {
            let ended = child.try_wait();
            async move { ended?.context("it still runs") }
        })
        .await
    }

    /// Whether the terminal is as it was: echo, line mode, main screen, cursor, plain paste.
    pub(crate) async fn is_given_back(&self) -> anyhow::Result<()> {
        eventually("the terminal is given back", Duration::from_secs(5), || async {
            let now = settings(&*self.master)?;
            ensure!(now == self.before, "its settings are {now} and were {}", self.before);
            let parser = self.screen.lock().unwrap();
            ensure!(!parser.screen().alternate_screen(), "the alternate screen is shown");
            ensure!(!parser.screen().hide_cursor(), "the cursor is hidden");
            ensure!(!parser.screen().bracketed_paste(), "paste is bracketed");
            Ok(())
        })
        .await
    }
}

fn settings(master: &(dyn MasterPty + Send)) -> anyhow::Result<String> {
    let termios = master.get_termios().context("the terminal does not tell its settings")?;
    Ok(format!("{:?} {:?} {:?}", termios.local_flags, termios.input_flags, termios.output_flags))
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- the screen at the end\n{}", self.screen());
        }
        // It has ended already where all went well.
        if self.child.try_wait().ok().flatten().is_none() {
            drop(self.child.kill());
            drop(self.child.wait());
        }
    }
}
