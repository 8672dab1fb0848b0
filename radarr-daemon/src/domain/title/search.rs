//! The title as it is sent to an indexer's text search.
//!
//! Source of the rules: Radarr's `SearchCriteriaBase`.

use super::accents::without_accents;

/// Characters that join what stands around them: `White's` is searched as `Whites`, `P.D.` as `PD`.
const JOINING: &[char] = &['\'', '.', '`', '´', '‘', '’'];

/// The words of a title joined by `+`, without accents; `&` is spelled out, and a `The` at the start is left out
/// because indexers' searches often lack it.
pub fn search_title(title: &str) -> String {
    let mut words = title.trim();
    if words.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("the")) {
        words = words.get(3..).filter(|rest| rest.starts_with(char::is_whitespace)).unwrap_or(words);
    }
    let spelled: String = words.replace('&', " and ").chars().filter(|c| !JOINING.contains(c)).collect();
    let plain = without_accents(&spelled);
    plain
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join("+")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_become_words_joined_by_plus() {
        for (title, want) in [
            ("Betty White’s Off Their Rockers", "Betty+Whites+Off+Their+Rockers"),
            ("Star Wars: The Clone Wars", "Star+Wars+The+Clone+Wars"),
            ("Chicago P.D.", "Chicago+PD"),
            ("Kourtney And Khloé Take The Hamptons", "Kourtney+And+Khloe+Take+The+Hamptons"),
            ("Franklin & Bash", "Franklin+and+Bash"),
            ("Hawaii Five-0", "Hawaii+Five+0"),
            ("The Mist", "Mist"),
            ("Them", "Them"),
            ("", ""),
        ] {
            assert_eq!(search_title(title), want, "{title}");
        }
    }
}
