//! The title that a movie is sorted under.
//!
//! Source of the rules: Radarr's `MovieTitleNormalizer`.

use radarr_proto::model::TmdbId;

/// Titles that begin with the letter A and not with the article, by TMDB's number.
const FIXED: &[(u32, &str)] = &[
    (387_354, "a to z"),
    (1_212_922, "a to z"),
    (888_700, "a to z the first alphabet"),
    (101_273, "a to zeppelin the story of led zeppelin"),
];

const ARTICLES: &[&str] = &["a", "an", "the"];

/// The title in lower case without punctuation and without an article at its start.
///
/// `tmdb_id` decides the few titles whose `A` is no article; `None` when it is not known.
pub fn sort_title(title: &str, tmdb_id: Option<TmdbId>) -> String {
    if let Some((_, fixed)) = FIXED.iter().find(|(id, _)| Some(TmdbId(*id)) == tmdb_id) {
        return (*fixed).to_owned();
    }
    let plain: String = title
        .chars()
        .filter(|c| c.is_alphanumeric() || *c == '_' || c.is_whitespace())
        .collect::<String>()
        .to_lowercase();
    let mut words: Vec<&str> = plain.split_whitespace().collect();
    if words.len() > 1 && words.first().is_some_and(|first| ARTICLES.contains(first)) {
        words.remove(0);
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_and_punctuation_do_not_sort() {
        for (title, want) in [
            ("The Mentalist", "mentalist"),
            ("The Newsroom (2012)", "newsroom 2012"),
            ("A.D. The Bible Continues", "ad the bible continues"),
            ("A-Team", "ateam"),
            ("And Just Like That", "and just like that"),
            ("An A to Z of English", "a to z of english"),
            ("The", "the"),
        ] {
            assert_eq!(sort_title(title, None), want, "{title}");
        }
        assert_eq!(sort_title("A to Z", Some(TmdbId(1_212_922))), "a to z");
    }
}
