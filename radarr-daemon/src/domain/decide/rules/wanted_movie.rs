//! It is the movie that was searched for.

use radarr_proto::model::RuleVerdict;

use crate::domain::decide::{Candidate, Situation, verdict::rule};

/// In a search: the release is of the searched movie.
///
/// Source: Radarr's `MovieSpecification` of the search.
pub fn judge(_: &Candidate, situation: &Situation<'_>) -> RuleVerdict {
    let rule = rule("Movie");
    let Some(searched) = situation.searched_movie_id.filter(|_| situation.is_search()) else {
        return rule.skip("nothing was searched for");
    };
    if searched == situation.movie.id {
        return rule.pass();
    }
    let message = format!("it is {}, which was not searched for", situation.movie.facts.title);
    rule.looked("movie", &situation.movie.facts.title).reject(
        "WrongMovie",
        message,
        Some("search for that movie"),
    )
}
