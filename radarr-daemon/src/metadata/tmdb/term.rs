//! What a person types to find a movie: a title, a title and a year, an id, or a pasted address.

use std::str::FromStr;

use radarr_proto::model::{ImdbId, TmdbId};

/// Longer input is no title.
const TERM_CHARS_MAX: usize = 300;
/// The first films are from 1888; TMDB knows a few experiments of the years before.
const YEAR_MIN: u16 = 1870;
/// Beyond it a number belongs to the title.
const YEAR_MAX: u16 = 2100;

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LookupTerm {
    /// TMDB's number, `tmdb:603` or an address of themoviedb.org.
    TmdbId(TmdbId),
    /// IMDb's id, `imdb:tt0133093`, `tt0133093` or an address of imdb.com.
    ImdbId(ImdbId),
    /// A title.
    Title {
        /// All words, the year included: `Blade Runner 2049` is a title as a whole.
        whole: String,
        /// The title and the year behind it, when the last word may be one.
        split: Option<(String, u16)>,
    },
}

/// Why nothing can be looked up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TermError {
    /// Nothing was typed.
    #[error("nothing to look for")]
    Empty,
    /// Far longer than any title.
    #[error("the search text is longer than {TERM_CHARS_MAX} characters")]
    TooLong,
    /// An id that is none.
    #[error("{text:?} is not {wanted}")]
    NotAnId {
        /// What was typed behind the prefix.
        text: String,
        /// What a right one looks like.
        wanted: &'static str,
    },
}

impl FromStr for LookupTerm {
    type Err = TermError;

    fn from_str(text: &str) -> Result<Self, TermError> {
        if text.chars().count() > TERM_CHARS_MAX {
            return Err(TermError::TooLong);
        }
        let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let words: Vec<&str> = clean.split_whitespace().collect();
        let whole = words.join(" ");
        if whole.is_empty() {
            return Err(TermError::Empty);
        }
        if let Some(term) = prefixed(&whole)? {
            return Ok(term);
        }
        if let Some(term) = address(&whole) {
            return Ok(term);
        }
        if let (true, Ok(id)) = (is_bare_imdb_id(&whole), whole.to_ascii_lowercase().parse()) {
            return Ok(Self::ImdbId(id));
        }
        let split = split_year(&words);
        Ok(Self::Title { whole, split })
    }
}

fn prefixed(whole: &str) -> Result<Option<LookupTerm>, TermError> {
    let Some((prefix, rest)) = whole.split_once(':') else { return Ok(None) };
    let rest = rest.trim();
    match prefix.to_ascii_lowercase().as_str() {
        "tmdb" | "tmdbid" => match rest.parse::<u32>() {
            Ok(id) if id > 0 => Ok(Some(LookupTerm::TmdbId(TmdbId(id)))),
            Ok(_) | Err(_) => {
                Err(TermError::NotAnId { text: rest.to_owned(), wanted: "a TMDB number such as 603" })
            }
        },
        "imdb" | "imdbid" => {
            rest.to_ascii_lowercase().parse().map(|id| Some(LookupTerm::ImdbId(id))).map_err(|_| {
                TermError::NotAnId { text: rest.to_owned(), wanted: "an IMDb id such as tt0133093" }
            })
        }
        _ => Ok(None),
    }
}

fn address(whole: &str) -> Option<LookupTerm> {
    let bare = whole.strip_prefix("https://").or_else(|| whole.strip_prefix("http://")).unwrap_or(whole);
    let (host, path) = bare.split_once('/')?;
    let host = host.to_ascii_lowercase();
    let mut parts = path.split(['/', '?', '#']);
    if host == "themoviedb.org" || host.ends_with(".themoviedb.org") {
        parts.find(|part| *part == "movie")?;
        let digits: String = parts.next()?.chars().take_while(char::is_ascii_digit).collect();
        return digits.parse().ok().filter(|id| *id > 0).map(|id| LookupTerm::TmdbId(TmdbId(id)));
    }
    if host == "imdb.com" || host.ends_with(".imdb.com") {
        // A language may stand before `title`.
        parts.find(|part| *part == "title")?;
        return parts.next()?.parse().ok().map(LookupTerm::ImdbId);
    }
    None
}

fn is_bare_imdb_id(whole: &str) -> bool {
    let Some((prefix, digits)) = whole.split_at_checked(2) else { return false };
    prefix.eq_ignore_ascii_case("tt") && digits.len() >= 7 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn split_year(words: &[&str]) -> Option<(String, u16)> {
    let (last, title) = words.split_last()?;
    let digits = last.strip_prefix(['(', '[']).and_then(|rest| rest.strip_suffix([')', ']'])).unwrap_or(last);
    if title.is_empty() || digits.len() != 4 {
        return None;
    }
    let year = digits.parse().ok().filter(|year| (YEAR_MIN..=YEAR_MAX).contains(year))?;
    Some((title.join(" "), year))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tmdb(id: u32) -> LookupTerm {
        LookupTerm::TmdbId(TmdbId(id))
    }

    fn imdb(id: &str) -> LookupTerm {
        LookupTerm::ImdbId(id.parse().unwrap())
    }

    fn title(whole: &str, split: Option<(&str, u16)>) -> LookupTerm {
        LookupTerm::Title { whole: whole.into(), split: split.map(|(title, year)| (title.into(), year)) }
    }

    #[test]
    fn each_way_of_naming_a_movie_is_understood() {
        for (text, want) in [
            ("tmdb:603", tmdb(603)),
            ("TMDBID: 603", tmdb(603)),
            ("imdb:tt0133093", imdb("tt0133093")),
            ("imdbid:133093", imdb("tt0133093")),
            ("tt0133093", imdb("tt0133093")),
            ("TT0133093", imdb("tt0133093")),
            ("https://www.themoviedb.org/movie/603-the-matrix?language=de", tmdb(603)),
            ("themoviedb.org/movie/603", tmdb(603)),
            ("https://www.imdb.com/title/tt0133093/?ref_=x", imdb("tt0133093")),
            ("http://m.imdb.com/de/title/tt0133093", imdb("tt0133093")),
            ("Metropolis", title("Metropolis", None)),
            ("  The  General 1926 ", title("The General 1926", Some(("The General", 1926)))),
            ("The General (1926)", title("The General (1926)", Some(("The General", 1926)))),
            ("1984", title("1984", None)),
            ("Room 9999", title("Room 9999", None)),
            ("Mission: Impossible", title("Mission: Impossible", None)),
            ("tt12", title("tt12", None)),
            ("evil.org/movie/603", title("evil.org/movie/603", None)),
            ("notimdb.com/title/tt0133093", title("notimdb.com/title/tt0133093", None)),
        ] {
            assert_eq!(text.parse::<LookupTerm>().unwrap(), want, "{text}");
        }
    }

    #[test]
    fn nonsense_is_refused_with_a_reason() {
        assert_eq!(" \u{0} ".parse::<LookupTerm>(), Err(TermError::Empty));
        assert_eq!("x".repeat(301).parse::<LookupTerm>(), Err(TermError::TooLong));
        for text in ["tmdb:", "tmdb:0", "tmdb:abc", "imdb:nm0000001", "tmdb:99999999999"] {
            assert!(matches!(text.parse::<LookupTerm>(), Err(TermError::NotAnId { .. })), "{text}");
        }
    }
}
