//! Step 3: releases are read, found to be a movie's, judged and ranked.
//!
//! All of it is told by `domain::parse`, `domain::match_movie` and `domain::decide`; here they are only given what
//! they need. What came out is kept by [`super::decision_record`], for "why not?".

use radarr_proto::model::{
    Decision, Judgement, Language, MatchedBy, Movie, MovieId, ParsedRelease, Release, SearchKind,
};

use super::circumstances::{Circumstances, Rulebook};
use super::{Flow, FlowError};
use crate::domain::decide::{About, Candidate, decide, judged, judged_without_movie};
use crate::domain::match_movie::{MovieMatch, MovieTitles, ReleaseClues, TitleIndex, match_one};
use crate::domain::parse::parse_release;
use crate::domain::rank::{Contender, RankContext, Standing, rank, standing};

/// A longer name is read up to here: no release has one, and every rule is cheap then.
const NAME_CHARS_MAX: usize = 1_000;

/// A release with what its name says.
#[derive(Clone)]
pub(super) struct Read {
    /// As the indexer listed it, its name made printable.
    pub(super) release: Release,
    /// What its name says; of two names the one that says more.
    pub(super) parsed: ParsedRelease,
}

/// Reads what a release's name says: the first name, unless only the other one is that of a movie.
pub(super) fn read(mut release: Release) -> Read {
    release.title = printable(&release.title);
    release.other_title = release.other_title.as_deref().map(printable);
    let parsed = parse_release(&release.title);
    if parsed.not_a_movie.is_none() {
        return Read { release, parsed };
    }
    let other = release.other_title.as_deref().map(parse_release);
    match other.filter(|other| other.not_a_movie.is_none()) {
        Some(other) => Read { release, parsed: other },
        None => Read { release, parsed },
    }
}

/// Without control characters and what lies beyond any name's length.
fn printable(name: &str) -> String {
    name.chars().filter(|letter| !letter.is_control()).take(NAME_CHARS_MAX).collect()
}

/// What is known of whose release it is.
pub(super) fn clues(read: &Read) -> ReleaseClues<'_> {
    let (release, parsed) = (&read.release, &read.parsed);
    ReleaseClues {
        titles: &parsed.titles,
        year: parsed.year,
        imdb_id: release.imdb_id.as_ref().or(parsed.imdb_id.as_ref()),
        tmdb_id: release.tmdb_id.or(parsed.tmdb_id),
    }
}

/// A movie as names are compared with it.
pub(super) fn titles_of(movie: &Movie) -> MovieTitles {
    let facts = &movie.facts;
    let titles = [facts.title.as_str(), facts.original_title.as_str()];
    let others = facts.alternative_titles.iter().map(|other| other.title.as_str());
    let translated = facts.translations.iter().map(|translation| translation.title.as_str());
    let mut known = MovieTitles::new(titles, others.chain(translated), facts.year);
    known.secondary_year = facts.secondary_year;
    known.tmdb_id = Some(facts.tmdb_id);
    known.imdb_id.clone_from(&facts.imdb_id);
    known
}

/// Judges releases that were searched for one movie, best first. Those of other movies are told as such.
pub(super) fn judge_for(
    flow: &Flow,
    rulebook: &Rulebook,
    circumstances: &Circumstances,
    releases: Vec<Release>,
    search: SearchKind,
) -> Vec<Decision> {
    let titles = titles_of(&circumstances.movie);
    let situation = circumstances.situation(flow, rulebook, search);
    let mut ours = Vec::new();
    let mut others = Vec::new();
    for read in releases.into_iter().map(read) {
        match match_one(&clues(&read), &titles) {
            Some(by) => ours.push(candidate(flow, rulebook, circumstances, read, by)),
            None => others.push(unknown(read)),
        }
    }
    let mut decisions = decide(ours, &situation);
    decisions.append(&mut others);
    decisions
}

/// The verdict on a release that is of none of our movies.
pub(super) fn unknown(read: Read) -> Decision {
    judged_without_movie(Candidate::of_no_movie(read.release, read.parsed))
}

/// Judges one release of a movie for which it is already known whose it is.
pub(super) fn judge_known(
    flow: &Flow,
    rulebook: &Rulebook,
    circumstances: &Circumstances,
    read: Read,
    by: MatchedBy,
    search: SearchKind,
) -> Decision {
    let situation = circumstances.situation(flow, rulebook, search);
    judged(candidate(flow, rulebook, circumstances, read, by), &situation)
}

/// Where a bare name would stand among the releases of the movie's last search, judged by today's rules; `None` when
/// none of these may be taken.
pub(super) fn stand_among(
    flow: &Flow,
    rulebook: &Rulebook,
    circumstances: &Circumstances,
    (bare, by): (Read, MatchedBy),
    listed: Vec<Release>,
) -> Option<(Standing, Vec<String>)> {
    let titles = titles_of(&circumstances.movie);
    let situation = circumstances.situation(flow, rulebook, SearchKind::Automatic);
    let context = RankContext::of(&situation);
    let name = Contender::of(&candidate(flow, rulebook, circumstances, bare, by), &context);
    let mut possible: Vec<(String, Contender)> = Vec::new();
    for read in listed.into_iter().map(read) {
        let Some(by) = match_one(&clues(&read), &titles) else { continue };
        let candidate = candidate(flow, rulebook, circumstances, read, by);
        let contender = Contender::of(&candidate, &context);
        let decision = judged(candidate, &situation);
        if matches!(decision.judgement, Judgement::Accepted | Judgement::Delayed) {
            possible.push((decision.release.title, contender));
        }
    }
    let contenders: Vec<Contender> = possible.iter().map(|(_, contender)| contender.clone()).collect();
    let order = rank(&contenders);
    let in_order = || order.iter().filter_map(|ranked| possible.get(ranked.index));
    let ranked: Vec<Contender> = in_order().map(|(_, contender)| contender.clone()).collect();
    let titles = in_order().map(|(title, _)| title.clone()).collect();
    (!ranked.is_empty()).then(|| (standing(&name, &ranked), titles))
}

fn candidate(
    flow: &Flow,
    rulebook: &Rulebook,
    circumstances: &Circumstances,
    read: Read,
    by: MatchedBy,
) -> Candidate {
    let indexer = rulebook.indexers.iter().find(|indexer| indexer.id == read.release.indexer_id);
    let multi: &[Language] = indexer.map(|indexer| indexer.multi_languages.as_slice()).unwrap_or_default();
    let about = About {
        movie: &circumstances.movie,
        matched_by: by,
        profile: &circumstances.profile,
        formats: &rulebook.formats.formats,
        multi_languages: multi,
        group_reputation: flow.groups.score(read.parsed.release_group.as_deref()),
    };
    Candidate::of_movie(read.release, read.parsed, &about)
}

/// Whose release this is, among all movies of the library.
pub(super) async fn find_movie(flow: &Flow, read: &Read) -> Result<Option<(Movie, MatchedBy)>, FlowError> {
    let clues = clues(read);
    let mut movies: Vec<Movie> = Vec::new();
    for id in flow.library.candidates(&clues).await? {
        movies.extend(flow.store.load::<Movie>(id).await?);
    }
    let index: TitleIndex = movies.iter().map(|movie| (movie.id, titles_of(movie))).collect();
    let found: Option<(MovieId, MatchedBy)> = match index.find(&clues) {
        MovieMatch::One(id, by) => Some((id, by)),
        // Never guessed: a release that may be two movies is taken for neither.
        MovieMatch::Ambiguous(_) | MovieMatch::Unknown => None,
    };
    Ok(found.and_then(|(id, by)| Some((movies.into_iter().find(|movie| movie.id == id)?, by))))
}
