//! Forms of a title in a file name: cleaned, with its article moved, its first letter, cut; and editions.

use std::sync::LazyLock;

use regex::Regex;

use super::clean::ELLIPSIS_MARK;

/// Punctuation that goes when it stands alone between spaces.
const ALONE: &[char] = &[
    ',', '<', '>', '/', '\\', ';', ':', '\'', '"', '|', '`', '’', '~', '!', '?', '@', '%', '*', '-', '_', '=',
];
/// Punctuation that goes at the end of a word, and before the rest of a contraction (`I'm`, `Won't`).
const AT_WORD_END: &[char] = &['\'', '`', '’', ':', '?', ','];
const CONTRACTIONS: &[&str] = &["s", "m", "t", "ve", "ll", "d", "re"];
const BRACKETS: &[char] = &['(', ')', '[', ']', '{', '}'];

/// A title without punctuation, brackets and accents; `&` is `and`, `/` is a space.
///
/// Source: Radarr's `FileNameBuilder.CleanTitle`.
pub(super) fn clean_title(title: &str) -> String {
    let text: Vec<char> = title.replace('&', "and").replace('/', " ").chars().collect();
    let mut cleaned = String::with_capacity(title.len());
    for (at, c) in text.iter().copied().enumerate() {
        let before = at.checked_sub(1).and_then(|at| text.get(at));
        let after = text.get(at + 1..).unwrap_or_default();
        let alone = ALONE.contains(&c)
            && before.is_some_and(|c| c.is_whitespace())
            && after.first().is_some_and(|c| c.is_whitespace());
        let goes = BRACKETS.contains(&c) || alone || AT_WORD_END.contains(&c) && ends_word(after);
        if !goes {
            cleaned.push(c);
        }
    }
    plain_latin(&cleaned)
}

/// Whether a word ends here, or only the rest of a contraction follows.
fn ends_word(after: &[char]) -> bool {
    let Some(first) = after.first() else { return true };
    if first.is_whitespace() {
        return true;
    }
    let word: String = after.iter().take_while(|c| !c.is_whitespace()).take(3).collect();
    let contraction = CONTRACTIONS.iter().any(|rest| rest.eq_ignore_ascii_case(&word));
    contraction && after.get(word.chars().count()).is_some_and(|c| c.is_whitespace())
}

/// Latin letters without accents (`é` is `e`, `Æ` is `Ae`); letters of other scripts stay as they are.
pub(super) fn plain_latin(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut after_latin = false;
    for c in text.chars() {
        let accented = matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}') && c.is_alphabetic();
        if accented {
            plain.push_str(any_ascii::any_ascii_char(c));
        } else if !(after_latin && matches!(c, '\u{300}'..='\u{36f}')) {
            plain.push(c);
        }
        after_latin =
            accented || c.is_ascii_alphabetic() || after_latin && matches!(c, '\u{300}'..='\u{36f}');
    }
    plain
}

/// Article, title and what stands in parentheses behind it, of a title that starts with an article.
fn article(title: &str) -> Option<(&str, &str, &str)> {
    static ARTICLE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)^(The|An|A) (.*?)((?: *\([^)]+\))*)$").ok());
    let found = ARTICLE.as_ref()?.captures(title)?;
    Some((found.get(1)?.as_str(), found.get(2)?.as_str(), found.get(3)?.as_str()))
}

/// The article behind the title: `Mist, The`.
pub(super) fn title_the(title: &str) -> String {
    match article(title) {
        Some((article, title, rest)) => format!("{title}, {article}{rest}"),
        None => title.to_owned(),
    }
}

/// The cleaned title with its article behind it.
pub(super) fn clean_title_the(title: &str) -> String {
    match article(title) {
        Some((article, title, rest)) => {
            format!("{}, {article}{}", clean_title(title).trim(), clean_title(rest))
        }
        None => clean_title(title),
    }
}

/// The first letter or digit, large and without accent, when it is among the first two characters of the title
/// with its article moved; else `_`.
pub(super) fn first_character(title: &str) -> String {
    let moved = title_the(title);
    let found = moved.chars().take(2).find(|c| c.is_alphanumeric());
    let large = found.and_then(|c| c.to_uppercase().next());
    large.and_then(|c| plain_latin(&c.to_string()).chars().next()).unwrap_or('_').to_string()
}

/// Cuts to `limit` characters with an ellipsis at the end; a negative limit keeps the end, with the ellipsis in front.
pub(super) fn cut(text: &str, limit: Option<&str>) -> String {
    let limit: i64 = limit.and_then(|limit| limit.trim().parse().ok()).unwrap_or(0);
    let keep = usize::try_from(limit.unsigned_abs()).unwrap_or(usize::MAX);
    let len = text.chars().count();
    if limit == 0 || len <= keep {
        return text.to_owned();
    }
    let kept = keep.saturating_sub(3);
    if limit > 0 {
        let start: String = text.chars().take(kept).collect();
        format!("{}{ELLIPSIS_MARK}", start.trim_end_matches([' ', '.']))
    } else {
        let end: String = text.chars().skip(len - kept).collect();
        format!("{ELLIPSIS_MARK}{}", end.trim_start_matches([' ', '.']))
    }
}

/// An edition as a title: each word with a capital, ordinals small (`10th`), `IMAX`, `3D`, `SDR`, `HDR`, `DV` large.
///
/// Source: Radarr's `FileNameBuilder.GetEditionToken`.
pub(super) fn edition(edition: &str) -> String {
    static ORDINAL: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)(?:\b|_)\d{1,3}(?:st|th|rd|nd)(?:\b|_)").ok());
    static ACRONYM: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)(?:\b|_)(?:IMAX|3D|SDR|HDR|DV)(?:\b|_)").ok());
    let titled = title_case(edition);
    let replace = |regex: &Option<Regex>, text: String, case: fn(&str) -> String| match regex {
        Some(regex) => regex.replace_all(&text, |found: &regex::Captures<'_>| case(&found[0])).into_owned(),
        None => text,
    };
    let ordinals = replace(&ORDINAL, titled, str::to_lowercase);
    replace(&ACRONYM, ordinals, str::to_uppercase)
}

/// The first letter of each word large, the others small. An apostrophe does not begin a word, nor does a digit
/// inside one.
fn title_case(text: &str) -> String {
    let mut titled = String::with_capacity(text.len());
    let mut in_word = false;
    for c in text.to_lowercase().chars() {
        if c.is_alphabetic() {
            if in_word {
                titled.push(c);
            } else {
                titled.extend(c.to_uppercase());
            }
            in_word = true;
        } else {
            titled.push(c);
            in_word = in_word && (c.is_numeric() || matches!(c, '\'' | '’'));
        }
    }
    titled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cleaned_title_keeps_words_and_loses_punctuation() {
        for (given, want) in [
            ("Girlfriends' Guide to Divorce", "Girlfriends Guide to Divorce"),
            ("Is this okay?", "Is this okay"),
            ("I'd Rather Be Alone", "Id Rather Be Alone"),
            ("Karma's a B*tch!", "Karmas a B*tch!"),
            ("Castle (2009)", "Castle 2009"),
            ("The % Legend", "The  Legend"),
            ("Straße & Æon", "Strasse and Aeon"),
            ("が 좀비 Ёлка", "が 좀비 Ёлка"),
            ("e\u{301}a", "ea"),
            ("", ""),
        ] {
            assert_eq!(clean_title(given), want, "{given}");
        }
    }

    #[test]
    fn an_article_moves_behind_the_title_but_not_alone() {
        for (given, want) in [
            ("The Mist", "Mist, The"),
            ("an Adventure (2010) (UK)", "Adventure, an (2010) (UK)"),
            ("A", "A"),
            ("Theodore", "Theodore"),
            ("The", "The"),
        ] {
            assert_eq!(title_the(given), want, "{given}");
        }
        assert_eq!(first_character("The Mist"), "M");
        assert_eq!(first_character("...And Justice"), "_");
        assert_eq!(first_character(""), "_");
    }

    #[test]
    fn a_cut_counts_the_ellipsis() {
        assert_eq!(cut("The Fantastic Life", Some("16")), format!("The Fantastic{ELLIPSIS_MARK}"));
        assert_eq!(cut("of Mr. Sisko", Some("-11")), format!("{ELLIPSIS_MARK}r. Sisko"));
        assert_eq!(cut("abc", Some("2")), ELLIPSIS_MARK.to_string());
        assert_eq!(cut("abc", Some("DE|FR")), "abc");
        assert_eq!(cut("ééééé", Some("4")), format!("é{ELLIPSIS_MARK}"));
    }

    #[test]
    fn editions_are_titles() {
        for (given, want) in [
            ("director's CUt", "Director's Cut"),
            ("21st anniversary IMAX_edition", "21st Anniversary IMAX_Edition"),
            ("3d hdr", "3D HDR"),
            ("2IN1", "2In1"),
        ] {
            assert_eq!(edition(given), want, "{given}");
        }
    }
}
