//! Logs: readable text in a terminal, JSON elsewhere, daily files for a user's own daemon.
//!
//! Messages are constant, variables are fields. A request's id stands in the span `request`, a job's in `job`, so
//! that one search over the log tells one story.

use std::io::IsTerminal;

use tracing_appender::non_blocking::{NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt};

use crate::config::{Config, LogFiles, LogFormat};

/// Lines that may wait for a slow reader; more are dropped rather than slow the daemon down. The library's own
/// default of 128,000 takes 4 MB.
const LINES_WAITING_MAX: usize = 4096;

/// Keeps the writers alive; what waits is written when it is dropped.
#[derive(Debug)]
pub struct LogGuard {
    _writers: Vec<WorkerGuard>,
    #[cfg(feature = "otlp")]
    _traces: Option<super::traces::Sending>,
}

fn writer<W: std::io::Write + Send + 'static>(target: W, guards: &mut Vec<WorkerGuard>) -> NonBlocking {
    let (writer, guard) =
        NonBlockingBuilder::default().buffered_lines_limit(LINES_WAITING_MAX).finish(target);
    guards.push(guard);
    writer
}

/// Starts the logs.
pub fn start(config: &Config) -> anyhow::Result<LogGuard> {
    let mut guards = Vec::new();
    let filter = || {
        // tarpc's own span repeats what `request` says, with a trace that nobody sends. Whoever names it gets it.
        let quieter = if config.log.filter.contains("tarpc") { "" } else { ",tarpc=warn" };
        // What the database's server says of a connection that it ends is told once, by the storage.
        let silent = if config.log.filter.contains("sqlx") { "" } else { ",sqlx=off" };
        EnvFilter::try_new(format!("{}{quieter}{silent}", config.log.filter))
            .map_err(|error| anyhow::anyhow!("log.filter = {:?} can't be used: {error}", config.log.filter))
    };
    let in_terminal = std::io::stdout().is_terminal();
    let as_json = match config.log.format {
        LogFormat::Json => true,
        LogFormat::Text => false,
        LogFormat::Auto => !in_terminal,
    };
    let out = writer(std::io::stdout(), &mut guards);
    let colours = in_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let lines: Box<dyn Layer<Registry> + Send + Sync> = if as_json {
        fmt::layer().json().flatten_event(true).with_writer(out).with_filter(filter()?).boxed()
    } else {
        fmt::layer().with_ansi(colours).with_target(false).with_writer(out).with_filter(filter()?).boxed()
    };
    let to_files = match config.log.files {
        LogFiles::On => true,
        LogFiles::Off => false,
        LogFiles::Auto => config.storage.is_users_own(),
    };
    let files = if to_files { Some(daily_files(config, &mut guards)?.with_filter(filter()?)) } else { None };
    let subscriber = tracing_subscriber::registry().with(lines).with(files);
    #[cfg(feature = "otlp")]
    let (subscriber, sending) = {
        let started = match config.traces.endpoint.as_str() {
            "" => None,
            endpoint => Some(super::traces::start(endpoint)?),
        };
        let (layer, sending) = started.unzip();
        (
            subscriber.with(layer.map(|layer| filter().map(|filter| layer.with_filter(filter))).transpose()?),
            sending,
        )
    };
    subscriber.try_init()?;
    Ok(LogGuard {
        _writers: guards,
        #[cfg(feature = "otlp")]
        _traces: sending,
    })
}

fn daily_files<S>(config: &Config, guards: &mut Vec<WorkerGuard>) -> anyhow::Result<impl Layer<S> + use<S>>
where
    S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
{
    let no_log = |error: &dyn std::fmt::Display| {
        anyhow::anyhow!("no log can be written to {}: {error}", config.log.dir.display())
    };
    // What writes the files says so on standard error when the folder is not there yet.
    std::fs::create_dir_all(&config.log.dir).map_err(|error| no_log(&error))?;
    let files = tracing_appender::rolling::Builder::new()
        .rotation(tracing_appender::rolling::Rotation::DAILY)
        .filename_prefix("radarr-daemon")
        .filename_suffix("log")
        .max_log_files(config.log.keep_days.max(1))
        .build(&config.log.dir)
        .map_err(|error| no_log(&error))?;
    Ok(fmt::layer().json().flatten_event(true).with_writer(writer(files, guards)))
}
