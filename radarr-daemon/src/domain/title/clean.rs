//! The cleaned title: what is left of a title when everything that people write differently is taken out.
//!
//! Source of the rules: Radarr's `CleanMovieTitle`.

use super::accents::without_accents;
use super::roman::from_roman;

/// Words that are left out where they join others: `Law and Order` and `Law & Order` are one title.
const COMMON_WORDS: &[&str] = &["a", "à", "À", "an", "the", "and", "or", "of"];

/// The title in the form that titles are compared in: lower case, without accents, punctuation and spaces, and
/// without the common words in its middle.
///
/// German umlauts become their two-letter spelling, since release names have them so. A title of digits only
/// stays as it is.
pub fn clean_title(title: &str) -> String {
    clean_words(title, |word, cleaned| cleaned.push_str(word))
}

/// Like [`clean_title`], with each word that is a roman numeral (I to XX) written in arabic digits, so that
/// `Rocky II` and `Rocky 2` give the same text.
pub fn clean_title_with_arabic_numerals(title: &str) -> String {
    clean_words(title, |word, cleaned| match from_roman(word) {
        Some(number) => cleaned.push_str(&number.to_string()),
        None => cleaned.push_str(word),
    })
}

fn clean_words(title: &str, mut write: impl FnMut(&str, &mut String)) -> String {
    if title.parse::<i64>().is_ok() {
        return title.to_owned();
    }
    let mut kept = String::with_capacity(title.len());
    for word in words(title) {
        if !is_left_out(title, &word) {
            write(word.text, &mut kept);
        }
    }
    fold(&kept)
}

/// Lower case, umlauts in two letters, accents gone.
fn fold(text: &str) -> String {
    let lower = text.to_lowercase();
    if lower.is_ascii() {
        return lower;
    }
    let mut spelled = String::with_capacity(lower.len() + 4);
    for letter in unicode_normalization::UnicodeNormalization::nfc(lower.as_str()) {
        match letter {
            'ä' => spelled.push_str("ae"),
            'ö' => spelled.push_str("oe"),
            'ü' => spelled.push_str("ue"),
            'ß' => spelled.push_str("ss"),
            other => spelled.push(other),
        }
    }
    without_accents(&spelled)
}

struct Word<'a> {
    text: &'a str,
    start: usize,
    end: usize,
}

fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c)
}

fn words(title: &str) -> impl Iterator<Item = Word<'_>> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let tail = title.get(rest..)?;
        let start = rest + tail.find(is_word_char)?;
        let word = title.get(start..)?;
        let length = word.find(|c| !is_word_char(c)).unwrap_or(word.len());
        rest = start + length;
        Some(Word { text: word.get(..length)?, start, end: rest })
    })
}

/// A common word is left out, but neither at the very start or end nor as a letter of an abbreviation
/// (`a.N.K.L.E`).
fn is_left_out(title: &str, word: &Word<'_>) -> bool {
    let common = COMMON_WORDS.iter().any(|common| word.text.eq_ignore_ascii_case(common));
    if !common || word.start == 0 || word.end == title.len() {
        return false;
    }
    let before = title.get(..word.start).unwrap_or_default().chars().rev();
    if is_single_letter(before) {
        return false;
    }
    let after = title.get(word.end..).unwrap_or_default().chars();
    !(word.text.chars().count() == 1 && is_single_letter(after))
}

/// Whether a separator, one letter and a separator follow, read away from the word.
fn is_single_letter(mut away: impl Iterator<Item = char>) -> bool {
    let separates = |c: Option<char>| c.is_some_and(|c| !is_word_char(c) && c != '_' && c != '\'');
    separates(away.next()) && away.next().is_some_and(is_word_char) && separates(away.next())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn titles_are_cleaned_for_comparing() {
        for (title, want) in [
            ("Carnivàle", "carnivale"),
            ("Jour à Paris", "jourparis"),
            ("À nous", "anous"),
            ("Castle (2009)", "castle2009"),
            ("Law_and_Order_SVU", "lawordersvu"),
            ("this.^&%^**$%@#$!That", "thisthat"),
            ("90210", "90210"),
            ("I'm a cyborg, but that's OK", "imcyborgbutthatsok"),
            ("word-the-word", "wordword"),
            ("word.word.the", "wordwordthe"),
            ("word.a.N.K.L.E.word", "wordankleword"),
            ("wordand.word", "wordandword"),
            ("The.Daily.Show", "thedailyshow"),
            ("of word word", "ofwordword"),
            ("Fack Ju Göthe 2", "fackjugoethe2"),
            ("Straße", "strasse"),
        ] {
            assert_eq!(clean_title(title), want, "{title}");
        }
    }

    #[test]
    fn roman_and_arabic_numerals_give_the_same_text() {
        assert_eq!(clean_title_with_arabic_numerals("Rocky II"), clean_title_with_arabic_numerals("Rocky.2"));
        assert_eq!(clean_title_with_arabic_numerals("Vixen"), "vixen");
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing_more_for_plain_words(title in "[a-z]{1,8}( [b-z][a-z]{3,8}){0,5}") {
            let once = clean_title(&title);
            prop_assert_eq!(clean_title(&once), once.clone());
        }

        #[test]
        fn cleaning_never_panics(title in ".*") {
            let _cleaned = (clean_title(&title), clean_title_with_arabic_numerals(&title));
        }
    }
}
