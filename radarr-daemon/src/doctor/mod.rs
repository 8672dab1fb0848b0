//! `radarr-daemon doctor`: looks at an installation from the outside in, and says what to do.
//!
//! Configuration, folders, umask, ports, certificates, clock, database, storage, root folders, clients with their
//! links, indexers, TMDB, and what the health page says: in this order, all at the same time, each with an end. A
//! daemon that runs is asked over its socket; else the storage is opened, and nothing of it is changed.

mod asked;
mod certificates;
mod clock;
mod database;
mod line;
mod place;
mod ports;
mod served;
mod services;

use std::io::{IsTerminal as _, Write};
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use futures::StreamExt as _;
use futures::future::BoxFuture;
use futures::stream::FuturesOrdered;

use crate::config::{self, Config, Sources, file_in_use};
use crate::files::{FileError, blocking};
use crate::net::Http;
use asked::Asked;
pub use line::{Line, State};
pub use served::ClientView;

/// A check that has not ended by then is a problem of its own.
const CHECK_MAX: Duration = Duration::from_secs(45);
/// Reading all of a large storage takes longer.
const STORAGE_MAX: Duration = Duration::from_mins(2);

/// How it is said.
#[derive(Debug, Clone, Copy)]
pub struct Saying {
    /// For programs.
    pub json: bool,
}

/// Looks at everything and says it. Whether there is no problem.
pub fn examine(file: Option<&Path>, view: &ClientView, saying: Saying) -> anyhow::Result<bool> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.context("the system gives no threads")?;
    let lines = runtime.block_on(look(&Sources::of_process(file.map(Path::to_path_buf)), view, saying))?;
    // A disk that does not answer holds a thread; it is not waited for.
    runtime.shutdown_background();
    if saying.json {
        writeln!(std::io::stdout(), "{}", serde_json::to_string_pretty(&lines)?)?;
    } else {
        let count = |state: State| lines.iter().filter(|line| line.state == state).count();
        let (problems, warnings) = (count(State::Problem), count(State::Warning));
        let last = match (problems, warnings) {
            (0, 0) => "all is well".to_owned(),
            (0, warnings) => format!("no problem, {warnings} to look at"),
            (problems, warnings) => format!("problems: {problems}, warnings: {warnings}"),
        };
        writeln!(std::io::stdout(), "\n{last}")?;
    }
    Ok(lines.iter().all(|line| line.state != State::Problem))
}

async fn look(sources: &Sources, view: &ClientView, saying: Saying) -> anyhow::Result<Vec<Line>> {
    let mut report = Report::new(saying);
    let config = match config::load(sources) {
        Ok(config) => config,
        Err(error) => {
            let hint = "correct it; radarr-daemon config check says whether it is right";
            report.say(vec![Line::problem(CONFIGURATION, error.to_string(), hint)])?;
            return Ok(report.lines);
        }
    };
    report.say(vec![configuration(sources)])?;
    let http = Http::new()?;
    let daemon = asked::daemon(&config).await;
    let runs = daemon.is_some();
    let mut outer: FuturesOrdered<BoxFuture<'static, Vec<Line>>> = FuturesOrdered::new();
    let at_disk = |work: fn(&Config) -> Vec<Line>| {
        let config = config.clone();
        Box::pin(limited("folder", CHECK_MAX, async move { on_disk(move || work(&config)).await }))
    };
    outer.push_back(at_disk(place::folders));
    outer.push_back(at_disk(place::umask));
    let ported = config.clone();
    outer.push_back(Box::pin(limited("port", CHECK_MAX, async move {
        on_disk(move || ports::ports(&ported, runs)).await
    })));
    outer.push_back(at_disk(|config| certificates::certificates(config, crate::clock::now())));
    let (shown, view) = (config.clone(), view.clone());
    outer.push_back(Box::pin(limited("certificate", CHECK_MAX, async move {
        served::served(&shown, &view, runs, crate::clock::now()).await
    })));
    let (timed, net) = (config.clone(), http.clone());
    outer.push_back(Box::pin(limited("clock", CHECK_MAX, async move { clock::of_tmdb(&timed, &net).await })));
    let stored = config.clone();
    outer.push_back(Box::pin(limited(
        "database",
        CHECK_MAX,
        async move { database::database(&stored).await },
    )));
    while let Some(lines) = outer.next().await {
        report.say(lines)?;
    }
    let asked = match daemon {
        Some(client) => Asked::Daemon(client),
        None => match asked::storage(&config, &http).await {
            Ok(asked) => asked,
            Err(line) => {
                report.say(vec![line])?;
                return Ok(report.lines);
            }
        },
    };
    let mut inner: FuturesOrdered<BoxFuture<'static, Vec<Line>>> = FuturesOrdered::new();
    inner.push_back(Box::pin(limited("daemon", CHECK_MAX, services::daemon(asked.clone()))));
    inner.push_back(Box::pin(limited("storage", STORAGE_MAX, services::storage(asked.clone()))));
    inner.push_back(Box::pin(limited("root folder", CHECK_MAX, services::roots(asked.clone()))));
    inner.push_back(Box::pin(limited("client", CHECK_MAX, services::clients(asked.clone()))));
    inner.push_back(Box::pin(limited("indexer", CHECK_MAX, services::indexers(asked.clone()))));
    inner.push_back(Box::pin(limited("tmdb", CHECK_MAX, services::tmdb(asked.clone()))));
    inner.push_back(Box::pin(limited("health", CHECK_MAX, services::health(asked.clone()))));
    while let Some(lines) = inner.next().await {
        report.say(lines)?;
    }
    asked.close().await;
    Ok(report.lines)
}

const CONFIGURATION: &str = "configuration";

fn configuration(sources: &Sources) -> Line {
    let variables = sources.env.keys().filter(|name| name.starts_with("RADARR__")).count();
    let file = file_in_use(sources).map_or_else(|| "no file".to_owned(), |path| path.display().to_string());
    Line::ok(CONFIGURATION, format!("{file}, {variables} variables RADARR__* of the environment"))
}

async fn on_disk(work: impl FnOnce() -> Vec<Line> + Send + 'static) -> Vec<Line> {
    let done: Result<Vec<Line>, FileError> = blocking(move || Ok(work())).await;
    done.unwrap_or_else(|error| vec![Line::problem("folder", error.to_string(), error.hint())])
}

async fn limited(check: &'static str, limit: Duration, work: impl Future<Output = Vec<Line>>) -> Vec<Line> {
    tokio::time::timeout(limit, work).await.unwrap_or_else(|_| {
        let message = format!("did not come to its end within {} s", limit.as_secs());
        vec![Line::problem(check, message, "see whether a disk or a service of it does not answer")]
    })
}

/// What was said so far; said at once, so that a person sees that something happens.
struct Report {
    saying: Saying,
    colours: bool,
    lines: Vec<Line>,
}

impl Report {
    fn new(saying: Saying) -> Self {
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let colours = !saying.json && !no_color && std::io::stdout().is_terminal();
        Self { saying, colours, lines: Vec::new() }
    }

    fn say(&mut self, lines: Vec<Line>) -> anyhow::Result<()> {
        if !self.saying.json {
            for line in &lines {
                writeln!(std::io::stdout(), "{}", line.words(self.colours))?;
            }
        }
        self.lines.extend(lines);
        Ok(())
    }
}
