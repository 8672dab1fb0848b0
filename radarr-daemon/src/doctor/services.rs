//! What lies behind the settings: the storage's content, root folders, download clients, indexers, TMDB, and what the
//! health page says.

use futures::future::join_all;

use super::asked::Asked;
use super::line::Line;
use crate::domain::quality::size::in_words;
use crate::verify_command::is_well;

const DAEMON: &str = "daemon";
const STORAGE: &str = "storage";
const ROOT: &str = "root folder";
const CLIENT: &str = "client";
const INDEXER: &str = "indexer";
const TMDB: &str = "tmdb";

/// Whether a daemon runs, and which.
pub(super) async fn daemon(asked: Asked) -> Vec<Line> {
    vec![match asked.status().await {
        None => Line::ok(DAEMON, "none runs here; the storage itself is asked"),
        Some(Ok(status)) if status.version == env!("CARGO_PKG_VERSION") => Line::ok(
            DAEMON,
            format!("{} runs since {}, on {}", status.version, status.started_at, status.storage),
        ),
        Some(Ok(status)) => Line::warning(
            DAEMON,
            format!("{} runs, and this program is {}", status.version, env!("CARGO_PKG_VERSION")),
            "start the daemon again with the version that is installed",
        ),
        Some(Err(error)) => Line::failed(DAEMON, error),
    }]
}

/// Whether the storage is as it should be.
pub(super) async fn storage(asked: Asked) -> Vec<Line> {
    vec![match asked.verify().await {
        Ok(report) if is_well(&report) => Line::ok(
            STORAGE,
            format!("{} documents and {} events are as they should be", report.documents, report.events),
        ),
        Ok(report) => Line::problem(
            STORAGE,
            format!("{} things in it are not as they should be", report.findings.len()),
            "radarr-daemon verify-database names them, and --repair mends what can be",
        ),
        Err(error) => Line::failed(STORAGE, error),
    }]
}

/// The root folders.
pub(super) async fn roots(asked: Asked) -> Vec<Line> {
    let states = match asked.roots().await {
        Ok(states) => states,
        Err(error) => return vec![Line::failed(ROOT, error)],
    };
    let said = states.into_iter().map(|state| match state.problem {
        Some(problem) => Line::problem(
            ROOT,
            format!("{}: {problem}", state.root.path),
            "mount it, or let the daemon's user write there; nothing is removed from the library",
        ),
        None => {
            let free = state.free_bytes.map(|free| format!(", {} free", in_words(free))).unwrap_or_default();
            Line::ok(ROOT, format!("{}: {} movies{free}", state.root.path, state.movies))
        }
    });
    said.collect()
}

/// The download clients that are in use, each with the links from its folder into the root folders.
pub(super) async fn clients(asked: Asked) -> Vec<Line> {
    let clients = match asked.clients().await {
        Ok(clients) => clients,
        Err(error) => return vec![Line::failed(CLIENT, error)],
    };
    let tests = clients.into_iter().filter(|client| client.enabled).map(|client| {
        let asked = asked.clone();
        async move {
            let name = client.name.clone();
            match asked.test_client(client).await {
                Ok(tested) => Line::tested(CLIENT, &name, tested),
                Err(error) => Line::failed(CLIENT, error),
            }
        }
    });
    join_all(tests).await
}

/// The indexers that are in use. It costs nothing of the budget of their searches.
pub(super) async fn indexers(asked: Asked) -> Vec<Line> {
    let indexers = match asked.indexers().await {
        Ok(indexers) => indexers,
        Err(error) => return vec![Line::failed(INDEXER, error)],
    };
    let tests = indexers.into_iter().filter(|indexer| indexer.enabled).map(|indexer| {
        let asked = asked.clone();
        async move {
            let name = indexer.name.clone();
            match asked.test_indexer(indexer).await {
                Ok(tested) => Line::tested(INDEXER, &name, tested),
                Err(error) => Line::failed(INDEXER, error),
            }
        }
    });
    join_all(tests).await
}

/// The TMDB key.
pub(super) async fn tmdb(asked: Asked) -> Vec<Line> {
    vec![match asked.test_tmdb().await {
        Ok(None) => Line::warning(
            TMDB,
            "there is no key: movies can't be looked up",
            "get a free key at themoviedb.org (Settings, API), then: radarr-tui tmdb set --key-file FILE",
        ),
        Ok(Some(tested)) => Line::tested(TMDB, "TMDB", tested),
        Err(error) => Line::failed(TMDB, error),
    }]
}

/// Entries of the health page about what was looked at here already.
const SAID_HERE: [&str; 4] = ["root", "client", "indexer", "tmdb"];

/// What the health page says besides.
pub(super) async fn health(asked: Asked) -> Vec<Line> {
    // A daemon that runs may have another certificate in force than lies there.
    let runs = matches!(asked, Asked::Daemon(_));
    match asked.health().await {
        Ok(items) => {
            let is_said = |check: &str| SAID_HERE.contains(&check) || (!runs && check == "certificate");
            let other = items.into_iter().filter(|item| !is_said(&item.check));
            let lines: Vec<Line> = other.map(Line::health).collect();
            if lines.is_empty() { vec![Line::ok("health", "nothing else is wrong")] } else { lines }
        }
        Err(error) => vec![Line::failed("health", error)],
    }
}
