//! `release`: what the indexers have, and why one is taken and another is not.

use clap::{Args, Subcommand};
use radarr_proto::client::Client;
use radarr_proto::model::{Decision, FactKind, IndexerId, Judgement, ParsedRelease, RuleOutcome, Slot};
use radarr_proto::request::{ExplainRelease, Explanation, GrabRelease, SearchReleases};

use super::failure::{Exit, Failure};
use super::movie::word;
use super::output::{Cell, Output, Tone, cell, number};
use super::pick;
use crate::text;

#[derive(Debug, Clone, Subcommand)]
pub enum ReleaseCommand {
    /// Asks all indexers for a movie and shows every release with its verdict, best first
    Search {
        /// The movie: its number, tmdb:N, imdb:tt… or its title
        movie: String,
        /// Which of its versions
        #[arg(long, default_value_t = 0)]
        slot: u8,
    },
    /// Hands a release of the last search to a download client
    #[command(
        after_help = "Examples:\n  radarr-tui release search 12\n  radarr-tui release grab 12 HDBits-900001\n  \
        radarr-tui release grab 12 --best"
    )]
    Grab(GrabArgs),
    /// Says why a release was or would be taken or refused, and what would have to change
    Explain(ExplainArgs),
    /// Shows what a name says, and which part of it gave which fact
    Parse {
        /// A release name, a folder name or a file name
        name: String,
    },
}

#[derive(Debug, Clone, Args)]
pub struct GrabArgs {
    /// The movie: its number, tmdb:N, imdb:tt… or its title
    movie: String,
    /// The release's id, as the search shows it
    #[arg(required_unless_present = "best", conflicts_with = "best")]
    release: Option<String>,
    /// Searches, and takes the first that is accepted
    #[arg(long)]
    best: bool,
    /// The indexer, by name or number; found out when left out
    #[arg(long)]
    indexer: Option<String>,
    /// Which version of the movie
    #[arg(long, default_value_t = 0)]
    slot: u8,
    /// Although a rule refuses it
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Clone, Args)]
pub struct ExplainArgs {
    /// A release's id of a past search or grab, or any release name
    release: String,
    /// For which movie; whichever it matches when left out
    #[arg(long)]
    movie: Option<String>,
    /// For which of its versions
    #[arg(long, default_value_t = 0)]
    slot: u8,
    /// Size in bytes, for a bare name
    #[arg(long, default_value_t = 0)]
    size: u64,
}

impl ReleaseCommand {
    /// Does it.
    pub async fn run(self, client: &Client, out: &mut Output) -> Result<(), Failure> {
        match self {
            Self::Search { movie, slot } => {
                let movie_id = pick::movie(client, &movie).await?;
                let found = client.search_releases(SearchReleases { movie_id, slot: Slot(slot) }).await?;
                out.show(&found, |out, found| decisions(out, found))
            }
            Self::Grab(args) => grab(args, client, out).await,
            Self::Explain(args) => {
                let movie_id = match args.movie {
                    None => None,
                    Some(movie) => Some(pick::movie(client, &movie).await?),
                };
                let request = ExplainRelease {
                    movie_id,
                    slot: Slot(args.slot),
                    release: args.release,
                    size_bytes: args.size,
                };
                let explanation = client.explain_release(request).await?;
                out.show(&explanation, explain)
            }
            Self::Parse { name } => {
                let parsed = client.parse_release(name).await?;
                out.show(&parsed, parse)
            }
        }
    }
}

/// The word for a judgement and how it is shown.
fn judgement(judgement: Judgement) -> Cell {
    match judgement {
        Judgement::Accepted => cell("accepted").tone(Tone::Good),
        Judgement::Delayed => cell("delayed").tone(Tone::Warn),
        Judgement::Rejected => cell("refused").tone(Tone::Bad),
        Judgement::Unknown => cell("unknown").tone(Tone::Dim),
    }
}

/// The first reason against a release, in words.
fn first_reason(decision: &Decision) -> Option<&str> {
    decision.verdicts.iter().find_map(|verdict| match &verdict.outcome {
        RuleOutcome::Reject { message, .. } => Some(message.as_str()),
        RuleOutcome::Pass | RuleOutcome::NotApplicable { .. } | RuleOutcome::Unknown => None,
    })
}

fn decisions(out: &mut Output, found: &[Decision]) -> Result<(), Failure> {
    let now = out.now;
    let lines = found.iter().map(|decision| {
        let release = &decision.release;
        let why = first_reason(decision).map(str::to_owned).or_else(|| {
            decision.ranked_by.as_ref().map(|ranked| {
                format!(
                    "before the next by {}: {} against {}",
                    word(&ranked.comparison),
                    ranked.ours,
                    ranked.theirs
                )
            })
        });
        vec![
            cell(&release.guid),
            judgement(decision.judgement),
            number(release.published_at.map_or("-".to_owned(), |at| text::age(now, at))),
            cell(&release.title),
            number(text::size_short(release.size_bytes)),
            number(release.seeders.map_or("-".to_owned(), |seeders| seeders.to_string())),
            cell(decision.quality().quality.name()),
            number(format!("{:+}", decision.custom_format_score)),
            cell(why.unwrap_or_default()).tone(Tone::Dim),
        ]
    });
    out.table(
        &["id", "verdict", "age", "release", "size", "seeders", "quality", "score", "why"],
        &lines.collect::<Vec<_>>(),
        "the indexers know no release of it",
    )
}

async fn grab(args: GrabArgs, client: &Client, out: &mut Output) -> Result<(), Failure> {
    let movie_id = pick::movie(client, &args.movie).await?;
    let slot = Slot(args.slot);
    let (indexer_id, guid) = if let Some(guid) = args.release {
        (indexer_of(client, args.indexer.as_deref(), &guid).await?, guid)
    } else {
        let found = client.search_releases(SearchReleases { movie_id, slot }).await?;
        let best =
            found.iter().find(|decision| decision.judgement == Judgement::Accepted).ok_or_else(|| {
                let refused =
                    found.first().and_then(first_reason).unwrap_or("the indexers know no release of it");
                Failure::new(Exit::Failed, format!("nothing that may be taken: {refused}"))
                    .with_hint("see all with: radarr-tui release search")
            })?;
        (best.release.indexer_id, best.release.guid.clone())
    };
    let grab =
        client.grab_release(GrabRelease { movie_id, slot, indexer_id, guid, force: args.force }).await?;
    out.show(&grab, |out, grab| {
        out.line(format!("grabbed {} to {} as {}", grab.release.title, grab.client, grab.id))
    })
}

/// The indexer that listed a release: as it was said, or the only one, or the one that a past search names.
async fn indexer_of(client: &Client, said: Option<&str>, guid: &str) -> Result<IndexerId, Failure> {
    if let Some(name) = said {
        return Ok(pick::indexer(client, name).await?.indexer.id);
    }
    if let [only] = client.indexers().await?.as_slice() {
        return Ok(only.indexer.id);
    }
    let request = ExplainRelease { movie_id: None, slot: Slot(0), release: guid.to_owned(), size_bytes: 0 };
    let release = client.explain_release(request).await?.decision.release;
    if release.guid == guid {
        return Ok(release.indexer_id);
    }
    Err(Failure::not_found(format!("no search listed a release {guid:?}"))
        .with_hint("search first: radarr-tui release search MOVIE, or say --indexer"))
}

fn explain(out: &mut Output, explanation: &Explanation) -> Result<(), Failure> {
    let decision = &explanation.decision;
    out.toned(Tone::Strong, &decision.release.title)?;
    if let Some(at) = explanation.decided_at {
        out.toned(Tone::Dim, format!("decided {} ago", text::age_roughly(out.now, at)))?;
    }
    for sentence in &explanation.sentences {
        out.line(sentence)?;
    }
    let group = text::group(decision.parsed.release_group.as_deref(), decision.group_reputation);
    if !group.is_empty() {
        out.line(format!("Its group is {group}."))?;
    }
    for verdict in &decision.verdicts {
        let looked: Vec<String> =
            verdict.looked.iter().map(|looked| format!("{} {}", looked.at, looked.value)).collect();
        let (mark, tone, why) = match &verdict.outcome {
            RuleOutcome::Pass => ("pass", Tone::Good, String::new()),
            RuleOutcome::NotApplicable { because } => ("n/a ", Tone::Dim, because.clone()),
            RuleOutcome::Reject { message, .. } => ("FAIL", Tone::Bad, message.clone()),
            RuleOutcome::Unknown => ("?   ", Tone::Dim, String::new()),
        };
        let parts: Vec<String> =
            [why, looked.join(", ")].into_iter().filter(|part| !part.is_empty()).collect();
        let line = format!(
            "  {}  {}  {}\n",
            out.paint(tone, mark),
            text::fit(&text::clean(&verdict.rule), 28),
            text::clean(&parts.join("; "))
        );
        out.raw(&line)?;
    }
    for remedy in &explanation.remedies {
        out.line(format!("to change that: {remedy}"))?;
    }
    Ok(())
}

/// The colour of a fact: its code for the terminal, so that neighbours differ.
fn fact_colour(fact: FactKind) -> u8 {
    match fact {
        FactKind::Title | FactKind::HardcodedSubs => 36,
        FactKind::Year | FactKind::Resolution => 33,
        FactKind::Edition | FactKind::Modifier => 35,
        FactKind::Source | FactKind::TmdbId => 32,
        FactKind::Revision | FactKind::ImdbId => 31,
        FactKind::Language | FactKind::ReleaseGroup => 34,
        FactKind::Unknown => 37,
    }
}

fn parse(out: &mut Output, parsed: &ParsedRelease) -> Result<(), Failure> {
    let painted = spans(parsed, out.has_colour());
    out.raw(&painted)?;
    let languages: Vec<String> = parsed.languages.iter().map(ToString::to_string).collect();
    let revision = &parsed.quality.revision;
    let repaired = match (revision.version, revision.real) {
        (0 | 1, 0) => String::new(),
        (version, real) => {
            format!("version {version}, real {real}{}", if revision.is_repack { ", repack" } else { "" })
        }
    };
    out.facts(&[
        ("title", parsed.titles.join(" / ")),
        ("year", parsed.year.map_or(String::new(), |year| year.to_string())),
        ("quality", parsed.quality.quality.to_string()),
        ("revision", repaired),
        ("edition", parsed.edition.clone().unwrap_or_default()),
        ("languages", languages.join(", ")),
        ("group", parsed.release_group.clone().unwrap_or_default()),
        ("hardcoded subtitles", parsed.hardcoded_subs.clone().unwrap_or_default()),
        ("tmdb", parsed.tmdb_id.map_or(String::new(), |id| id.to_string())),
        ("imdb", parsed.imdb_id.as_ref().map_or(String::new(), ToString::to_string)),
        ("not a movie", parsed.not_a_movie.clone().unwrap_or_default()),
    ])
}

/// The name, and below it which part gave which fact. With colours the parts are underlined in the colour of
/// their fact; without, a line of marks stands below them.
fn spans(parsed: &ParsedRelease, colour: bool) -> String {
    let mut painted = String::new();
    let mut marks = String::new();
    for (start, character) in parsed.name.char_indices() {
        let fact =
            parsed.spans.iter().find(|span| (span.start..span.end).contains(&start)).map(|span| span.fact);
        let shown = text::clean(parsed.name.get(start..start + character.len_utf8()).unwrap_or_default())
            .into_owned();
        let columns = text::width(&shown);
        match fact {
            Some(fact) if colour => {
                painted.extend(["\u{1b}[4;", &fact_colour(fact).to_string(), "m", &shown, "\u{1b}[0m"]);
            }
            _ => painted.push_str(&shown),
        }
        marks.push_str(&if fact.is_some() { "~" } else { " " }.repeat(columns));
    }
    let mut lines =
        if colour { format!("{painted}\n") } else { format!("{painted}\n{}\n", marks.trim_end()) };
    let mut last = None;
    for span in &parsed.spans {
        let part = parsed.name.get(span.start..span.end).unwrap_or_default();
        let name = if last == Some(span.fact) { String::new() } else { word(&span.fact) };
        last = Some(span.fact);
        let part = text::clean(part);
        let part = if colour {
            format!("\u{1b}[{}m{part}\u{1b}[0m", fact_colour(span.fact))
        } else {
            part.into_owned()
        };
        lines.extend(["  ", &text::fit(&name, 14), "  ", &part, "\n"]);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use radarr_proto::model::Span;

    #[test]
    fn the_parts_of_a_name_are_marked_below_it() {
        let parsed = ParsedRelease {
            name: "Dune.2021.x".to_owned(),
            spans: vec![
                Span { fact: FactKind::Title, start: 0, end: 4 },
                Span { fact: FactKind::Year, start: 5, end: 9 },
                // A newer peer's span may not fit; it must not end in a panic.
                Span { fact: FactKind::Unknown, start: 8, end: 900 },
            ],
            ..ParsedRelease::default()
        };
        let shown = spans(&parsed, false);
        assert!(shown.starts_with("Dune.2021.x\n~~~~ ~~~~"), "{shown}");
        assert!(shown.contains("title           Dune\n"), "{shown}");
    }
}
