//! What is not the release of one movie: obfuscated names, episodes and seasons, daily shows, packs.

use super::file_name;
use super::marks::{Token, char_at, char_before};

/// Why the name is not that of one movie's release; `None` when nothing speaks against it.
pub(super) fn reason(name: &str, tokens: &[Token<'_>]) -> Option<&'static str> {
    let bare = file_name::without_extension(name.trim());
    if !bare.chars().any(char::is_alphanumeric) {
        return Some("there are no letters or digits in it");
    }
    if bare.to_ascii_lowercase().contains("password") && bare.to_ascii_lowercase().contains("yenc") {
        return Some("it is the subject of a protected post");
    }
    if file_name::is_hashed(bare) {
        return Some("it is an obfuscated name");
    }
    tokens.iter().enumerate().find_map(|(at, token)| {
        if is_episode(name, tokens, at, token) {
            return Some("it names an episode or a season");
        }
        let next = tokens.get(at + 1)?;
        let between = name.get(token.end..next.start).unwrap_or_default();
        token.year()?;
        if between == "-" && next.year().is_some_and(|year| Some(year) > token.year()) {
            return Some("it spans several years: a pack of movies");
        }
        let after = tokens.get(at + 2)?;
        let close = between.len() == 1 && after.start - next.end == 1 && at > 0;
        (close && is_two_digits(next, 12) && is_two_digits(after, 31)).then_some("it names the day of a show")
    })
}

fn is_two_digits(token: &Token<'_>, max: u8) -> bool {
    token.lower.len() == 2 && token.lower.parse().is_ok_and(|number: u8| (1..=max).contains(&number))
}

/// `S01E02`, `S01`, `1x02`, `Season 1`, `- 11 (720p)` behind a season.
fn is_episode(name: &str, tokens: &[Token<'_>], at: usize, token: &Token<'_>) -> bool {
    let word = token.lower;
    let digits = |text: &str, max: usize| {
        !text.is_empty() && text.len() <= max && text.bytes().all(|b| b.is_ascii_digit())
    };
    if let Some(rest) = word.strip_prefix('s') {
        if let Some((season, episode)) = rest.split_once('e')
            && digits(season, 4)
            && episode.starts_with(|c: char| c.is_ascii_digit())
        {
            return true;
        }
        // A season alone counts behind a title only.
        if at > 0 && digits(rest, 2) && (rest.len() == 2 || is_season_spot(name, token)) {
            return true;
        }
    }
    if let Some((season, episode)) = word.split_once('x')
        && digits(season, 2)
        && digits(episode, 3)
        && episode.len() >= 2
        && at > 0
    {
        return true;
    }
    // "[Group] Title - 01 (720p)": the number of an anime episode.
    let numbered = digits(word, 3)
        && word.len() >= 2
        && at > 1
        && name.trim_start().starts_with('[')
        && name.get(..token.start).is_some_and(|before| before.ends_with(" - "))
        && name
            .get(token.end..)
            .is_some_and(|rest| rest.starts_with([' ', 'v']) && rest.trim_start().starts_with(['(', '[']));
    if numbered {
        return true;
    }
    word == "season" && at > 0 && tokens.get(at + 1).is_some_and(|next| digits(next.lower, 2))
}

/// `S2 (2019)`: a season of one digit before a bracket or a mark.
fn is_season_spot(name: &str, token: &Token<'_>) -> bool {
    char_before(name, token.start) == Some(' ')
        && char_at(name, token.end) == Some(' ')
        && name.get(token.end..).is_some_and(|rest| rest.trim_start().starts_with(['(', '[', '-']))
}
