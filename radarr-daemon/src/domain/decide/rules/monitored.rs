//! The movie is looked for.

use radarr_proto::model::RuleVerdict;

use crate::domain::decide::{Candidate, Situation, verdict::rule};

/// The movie is monitored, unless a person searched.
///
/// Source: Radarr's `MonitoredMovieSpecification`.
pub fn judge(_: &Candidate, situation: &Situation<'_>) -> RuleVerdict {
    let rule = rule("MonitoredMovie");
    if situation.is_user_search() {
        return rule.skip("a person searched");
    }
    if situation.movie.monitored {
        return rule.pass();
    }
    let message = format!("{} is not monitored", situation.movie.facts.title);
    rule.reject("MovieNotMonitored", message, Some("monitor the movie, or search by hand"))
}
