//! What is not the release of one movie: obfuscated names, episodes and seasons, daily shows, packs.

use super::file_name;
use super::lexicon::{Role, Roles};
use super::marks::{Token, char_at, char_before};

/// Why the name (in `lower` without capitals; its words `said` that) is not that of one movie's release; `None` when
/// nothing speaks against it.
pub(super) fn reason(name: &str, lower: &str, tokens: &[Token<'_>], said: Roles) -> Option<&'static str> {
    let bare = file_name::without_extension(name.trim());
    if !bare.chars().any(char::is_alphanumeric) {
        return Some("there are no letters or digits in it");
    }
    if said.has(Role::Post) && lower.contains("password") {
        return Some("it is the subject of a protected post");
    }
    if file_name::is_hashed(bare) {
        return Some("it is an obfuscated name");
    }
    tokens.iter().enumerate().find_map(|(at, token)| {
        if (token.has_digit || said.has(Role::PartOfShow)) && is_episode(name, tokens, at, token) {
            return Some("it names an episode or a season");
        }
        token.year?;
        let next = tokens.get(at + 1)?;
        let between = name.get(token.end..next.start).unwrap_or_default();
        if between == "-" && next.year.is_some_and(|year| Some(year) > token.year) {
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
    // No sure mark has the form of an episode.
    if token.is_hard() {
        return false;
    }
    // All forms but two are words with a number in them.
    if !token.has_digit {
        let next = tokens.get(at + 1).map_or("", |next| next.lower);
        // "Series 7" and "Episode 5" end titles of movies too, which have a year.
        let has_no_year = || !tokens.iter().any(|token| token.year.is_some());
        return at > 0
            && (word == "complete" && matches!(next, "series" | "season")
                || digits(next, 2) && SEASON_WORDS.contains(&word)
                || digits(next, 3) && PART_WORDS.contains(&word) && has_no_year()
                || word == "season" && is_spelled(tokens, at) && has_no_year());
    }
    if let Some(rest) = word.strip_prefix('s') {
        if let Some((season, episode)) = rest.split_once('e')
            && digits(season, 4)
            && episode.starts_with(|c: char| c.is_ascii_digit())
        {
            return true;
        }
        // A season alone counts behind a title only: in a bracket of marks, "S92" is how well a group says it encodes.
        if at > 0
            && digits(rest, 2)
            && !is_in_bracket_of_marks(name, tokens, token)
            && (rest.len() == 2 || is_season_spot(name, token))
        {
            return true;
        }
    }
    if at > 0 && is_numbered_part(word) {
        return true;
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
    let number =
        word.split_once('v').filter(|(_, version)| digits(version, 1)).map_or(word, |(number, _)| number);
    digits(number, 3)
        && number.len() >= 2
        && at > 1
        && name.trim_start().starts_with('[')
        && name.get(..token.start).is_some_and(|before| before.ends_with(" - "))
        && name
            .get(token.end..)
            .is_some_and(|rest| rest.starts_with([' ', 'v']) && rest.trim_start().starts_with(['(', '[']))
}

/// Whether the bracket that is open before the token holds a sure mark.
fn is_in_bracket_of_marks(name: &str, tokens: &[Token<'_>], token: &Token<'_>) -> bool {
    let before = name.get(..token.start).unwrap_or_default();
    let Some(open) = before.rfind(['(', '[']) else { return false };
    let is_closed = before.get(open..).is_some_and(|inside| inside.contains([')', ']']));
    !is_closed && tokens.iter().any(|mark| mark.start > open && mark.start < token.start && mark.is_hard())
}

/// A season in the languages in which releases of shows are named.
const SEASON_WORDS: &[&str] = &["season", "staffel", "saison", "stagione", "temporada"];

/// Words before a number that are a part of a show, or of the title of a movie.
const PART_WORDS: &[&str] = &["series", "serie", "episode", "episodio", "folge", "capitulo"];

/// All words without a number that a part of a show begins with.
pub(super) fn words_of_shows() -> impl Iterator<Item = &'static str> {
    ["complete"].iter().chain(SEASON_WORDS).chain(PART_WORDS).copied()
}

/// `Season Two`, `Second Season`.
fn is_spelled(tokens: &[Token<'_>], season: usize) -> bool {
    const NUMBERS: &[&str] = &["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    const ORDINALS: &[&str] = &[
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
        "final",
    ];
    let is_in = |at: Option<usize>, words: &[&str]| {
        at.and_then(|at| tokens.get(at)).is_some_and(|token| words.contains(&token.lower))
    };
    is_in(Some(season + 1), NUMBERS) || season > 1 && is_in(season.checked_sub(1), ORDINALS)
}

/// `E05`, `Ep05`, `S01D02` (a disc of a season), `1of6`.
fn is_numbered_part(word: &str) -> bool {
    let numbers = |text: &str| (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let episode = word.strip_prefix("ep").or_else(|| word.strip_prefix('e'));
    episode.is_some_and(|number| number.len() > 1 && numbers(number))
        || parts_of(word).is_some_and(|(part, all)| numbers(part) && numbers(all))
        || word
            .strip_prefix('s')
            .and_then(|rest| rest.split_once('d'))
            .is_some_and(|(season, disc)| numbers(season) && numbers(disc))
}

/// What stands before and behind `of`.
fn parts_of(word: &str) -> Option<(&str, &str)> {
    let at = word.as_bytes().windows(2).position(|pair| matches!(pair, b"of"))?;
    Some((word.get(..at)?, word.get(at + 2..)?))
}

/// `S2 (2019)`: a season of one digit before a bracket or a mark.
fn is_season_spot(name: &str, token: &Token<'_>) -> bool {
    const SEPARATORS: [char; 3] = [' ', '.', '_'];
    char_before(name, token.start).is_some_and(|c| SEPARATORS.contains(&c))
        && char_at(name, token.end).is_some_and(|c| SEPARATORS.contains(&c))
        && name
            .get(token.end..)
            .is_some_and(|rest| rest.trim_start_matches(SEPARATORS).starts_with(['(', '[', '-']))
}
