//! The order in which things are taken over: what others refer to comes first.

use super::paths::MapPath;
use super::report::{Noun, Report};
use super::source::Source;
use super::take::{self, Taking};
use crate::flow::{By, Flow, FlowError};
use crate::settings;

/// In whose name everything is kept.
const ACTOR: &str = "import from Radarr";

/// Takes over what was read. On a [`Trial`](crate::storage::Trial) it only looks like it.
pub async fn run(flow: &Flow, source: &Source, maps: &[MapPath], trial: bool) -> Result<Report, FlowError> {
    let by = By { actor: ACTOR.to_owned(), ..By::system() };
    settings::seed(&flow.store, flow.now()).await?;
    let mut taking = Taking {
        flow,
        by: &by,
        maps,
        known: super::nouns::Known::default(),
        roots: Vec::new(),
        report: Report {
            source: source.called.clone(),
            trial,
            warnings: source.warnings.clone(),
            ..Report::default()
        },
    };
    take::tags::take(&mut taking, &source.tags).await?;
    take::roots::take(&mut taking, &source.roots, &source.movies).await?;
    take::sets::naming(&mut taking, source.naming.as_ref()).await?;
    take::sets::definitions(&mut taking, &source.definitions).await?;
    take::rules::formats(&mut taking, &source.formats).await?;
    take::rules::profiles(&mut taking, &source.profiles).await?;
    take::sets::delays(&mut taking, &source.delays).await?;
    take::outside::clients(&mut taking, &source.clients, &source.client_paths).await?;
    take::outside::indexers(&mut taking, &source.indexers).await?;
    take::rules::words(&mut taking, &source.words).await?;
    let movies = take::movies::take(&mut taking, &source.movies).await?;
    take::history::take(&mut taking, &source.history, &movies).await?;
    take::blocklist::take(&mut taking, &source.blocklist, &movies).await?;
    let mut report = taking.report;
    for other in source.others.iter().filter(|other| other.found > 0) {
        report.nouns.push(Noun::all_left_out(other.what, other.found, other.why));
    }
    report.next = next(&report);
    Ok(report)
}

/// What to do next.
fn next(report: &Report) -> Vec<String> {
    let taken = |noun: &str| report.nouns.iter().any(|found| found.noun == noun && found.taken > 0);
    let mut next = Vec::new();
    if taken("indexers") || taken("download clients") {
        next.push(
            "Indexers and download clients come in out of use, so that two programs do not grab the same things. Stop \
             Radarr, then: radarr-tui indexer edit NAME --enabled true, radarr-tui client edit NAME --enabled true."
                .to_owned(),
        );
    }
    if taken("movies") && !report.trial {
        next.push(
            "TMDB is asked about the movies once the daemon runs and has a key: radarr-tui tmdb set."
                .to_owned(),
        );
    }
    next
}
