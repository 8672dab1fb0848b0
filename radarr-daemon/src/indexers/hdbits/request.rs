//! The body of a request.

use serde_json::{Value, json};

use super::HdbitsConfig;
use crate::indexers::Query;

/// The most that the API gives at once.
const LIMIT: u32 = 100;
/// Movies and documentaries: documentary films are filed under either.
const CATEGORIES: [u8; 2] = [1, 3];

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// The newest.
    Recent,
    /// The so-manieth hundred, from 0 on.
    Page(u32),
    /// A movie, by the digits of its IMDb id.
    Imdb(u64),
    /// A movie without IMDb id, by words of the release's name.
    Words(String),
}

impl Wanted {
    /// By IMDb id where there is one, else by title and year; `None` when there is nothing to ask for.
    pub fn of_movie(query: &Query) -> Option<Self> {
        if let Some(imdb) = &query.imdb_id {
            return Some(Self::Imdb(imdb.number()));
        }
        let title = query.titles.first()?;
        let mut words: Vec<String> = title
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        if words.is_empty() {
            return None;
        }
        words.extend(query.year.map(|year| year.to_string()));
        Some(Self::Words(words.join(" ")))
    }
}

/// The body: who asks, and what for; `None` = only whether the account is right.
pub(super) fn body(config: &HdbitsConfig, wanted: Option<&Wanted>) -> Value {
    let mut body = json!({ "username": config.username.trim(), "passkey": config.passkey.expose().trim() });
    let Some(wanted) = wanted else { return body };
    let mut set =
        |key: &str, value: Value| body.as_object_mut().and_then(|body| body.insert(key.to_owned(), value));
    set("category", json!(CATEGORIES));
    set("limit", json!(LIMIT));
    match wanted {
        Wanted::Recent => {}
        Wanted::Page(number) => drop(set("page", json!(number))),
        Wanted::Imdb(number) => drop(set("imdb", json!({ "id": number }))),
        Wanted::Words(words) => drop(set("search", json!(words))),
    }
    body
}

#[cfg(test)]
mod tests {
    use radarr_proto::model::SecretText;

    use super::*;

    fn query(title: &str, imdb: Option<&str>) -> Query {
        Query {
            titles: vec![title.to_owned()],
            year: Some(2021),
            imdb_id: imdb.map(|id| id.parse().unwrap()),
            tmdb_id: None,
        }
    }

    #[test]
    fn the_imdb_id_is_asked_for_first_and_words_else() {
        assert_eq!(Wanted::of_movie(&query("Paper", Some("tt0013442"))), Some(Wanted::Imdb(13442)));
        assert_eq!(
            Wanted::of_movie(&query("Paper: A Life's (Tale)", None)),
            Some(Wanted::Words("Paper A Life s Tale 2021".to_owned()))
        );
        assert_eq!(Wanted::of_movie(&query("...", None)), None);
    }

    #[test]
    fn a_body_says_who_asks_for_what() {
        let config = HdbitsConfig {
            base_url: String::new(),
            username: "someone".to_owned(),
            passkey: SecretText::new(" key\n"),
        };
        assert_eq!(body(&config, None), json!({"username": "someone", "passkey": "key"}));
        assert_eq!(
            body(&config, Some(&Wanted::Imdb(7))),
            json!({"username": "someone", "passkey": "key", "category": [1, 3], "limit": 100, "imdb": {"id": 7}})
        );
    }
}
