//! Letters without their accents.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The text with every accented letter replaced by its plain one, `è` by `e`.
///
/// A letter that has no accent in Unicode's eyes stays: `ø` and `ß` are letters of their own.
pub(super) fn without_accents(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    text.nfd().filter(|c| !is_combining_mark(*c)).nfc().collect()
}
