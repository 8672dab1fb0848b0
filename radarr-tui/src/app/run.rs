//! The loop: wait for something to happen, take everything that happened in, draw once.

use std::process::ExitCode;
use std::time::Duration;

use crossterm::event::{Event as Input, EventStream};
use futures::StreamExt;
use jiff::tz::TimeZone;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, watch};

use super::draw;
use super::effects::{Effect, Runner};
use super::event::Event;
use super::state::State;
use super::update::update;
use crate::cli::args::Global;
use crate::cli::failure::Failure;
use crate::terminal::Terminal;
use crate::theme::Theme;
use crate::{clock, connection, tasks};

/// Events that wait to be taken in. Whoever brings more waits.
const EVENTS_WAITING_MAX: usize = 256;
/// Events taken in before a frame is drawn: a held key must not keep the screen from following.
const EVENTS_PER_FRAME_MAX: usize = 64;

/// Days of which a log is kept.
const LOG_FILES_MAX: usize = 3;

/// Whether the loop goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Frame,
    End,
}

/// Runs the TUI until the user or the system ends it.
pub async fn run(global: &Global) -> Result<ExitCode, Failure> {
    let target = global.target()?;
    let theme = Theme::detect(global.no_color);
    let (sender, mut events) = mpsc::channel(EVENTS_WAITING_MAX);
    let (set_client, client) = watch::channel(None);
    log_to_file();
    listen(&sender)?;
    let mut terminal = Terminal::take()?;
    tasks::spawn(read_keys(sender.clone()));
    tasks::spawn(connection::keep(target, sender.clone(), set_client));
    let mut runner = Runner::new(client, sender);
    let mut state = State::new(clock::now(), TimeZone::system());
    loop {
        terminal.draw(|buffer| draw::draw(&mut state, buffer, theme))?;
        let pause = Duration::from_secs(state.next_tick_seconds());
        let first = match tokio::time::timeout(pause, events.recv()).await {
            Err(_) => Event::Tick,
            Ok(Some(event)) => event,
            Ok(None) => Event::Stop,
        };
        let mut next = Some(first);
        let mut taken = 0;
        while let Some(event) = next {
            for effect in update(&mut state, event, clock::now()) {
                if carry_out(effect, &mut runner, &mut terminal)? == Next::End {
                    return Ok(ExitCode::SUCCESS);
                }
            }
            taken += 1;
            next = if taken < EVENTS_PER_FRAME_MAX { events.try_recv().ok() } else { None };
        }
    }
}

fn carry_out(effect: Effect, runner: &mut Runner, terminal: &mut Terminal) -> Result<Next, Failure> {
    match effect {
        Effect::Ask(ticket, ask, after) => runner.ask(ticket, ask, after),
        Effect::Drop(ticket) => runner.drop_question(ticket),
        Effect::Suspend => terminal.suspend()?,
        Effect::Repaint => terminal.forget(),
        Effect::Quit => return Ok(Next::End),
    }
    Ok(Next::Frame)
}

/// What goes wrong beside the drawing is written to `radarr-tui.DATE.log` in the user's state folder: the screen is not
/// the place for it. Where no file can be written there is no log, and the TUI works all the same.
fn log_to_file() {
    let Some(folder) =
        directories::BaseDirs::new().and_then(|dirs| dirs.state_dir().map(|dir| dir.join("radarr")))
    else {
        return;
    };
    let file = tracing_appender::rolling::Builder::new()
        .rotation(tracing_appender::rolling::Rotation::DAILY)
        .filename_prefix("radarr-tui")
        .filename_suffix("log")
        .max_log_files(LOG_FILES_MAX)
        .build(folder);
    if let Ok(file) = file {
        let log = tracing_subscriber::fmt().with_writer(file).with_ansi(false);
        drop(log.with_max_level(tracing::Level::WARN).try_init());
    }
}

/// Signals that end the program end it in order, with the terminal given back.
fn listen(events: &mpsc::Sender<Event>) -> Result<(), Failure> {
    for kind in [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()] {
        let mut signals = signal(kind)?;
        let events = events.clone();
        tasks::spawn(async move {
            signals.recv().await;
            drop(events.send(Event::Stop).await);
        });
    }
    Ok(())
}

async fn read_keys(events: mpsc::Sender<Event>) {
    let mut inputs = EventStream::new();
    while let Some(input) = inputs.next().await {
        let event = match input {
            Ok(Input::Key(key)) => Event::Key(key),
            Ok(Input::Paste(text)) => Event::Paste(text),
            Ok(Input::Resize(..)) => Event::Resized,
            Ok(Input::FocusGained | Input::FocusLost | Input::Mouse(_)) => continue,
            Err(_) => break,
        };
        if events.send(event).await.is_err() {
            return;
        }
    }
    // Nobody can type any more: the terminal is gone.
    drop(events.send(Event::Stop).await);
}
