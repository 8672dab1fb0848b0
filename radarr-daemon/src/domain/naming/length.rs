//! Names within the 255 bytes that file systems allow (ext4, xfs, btrfs, zfs; NTFS and APFS allow more in UTF-8).

use super::clean::{ELLIPSIS_MARK, trim_separators};

/// Bytes of UTF-8 that a file or folder name may have.
pub const NAME_BYTES_MAX: usize = 255;

/// Bytes of a file name without its ending: leaves room for the longest usual ending of a file that goes with it
/// (` - 3.pt-BR.forced.sdh.srt`).
pub const STEM_BYTES_MAX: usize = 224;

/// The stem and the ending as one name within the limit: the ending is kept, the stem is cut.
pub fn fit(stem: &str, ending: &str) -> String {
    let (folders, stem) = match stem.rsplit_once('/') {
        Some((folders, stem)) => (format!("{folders}/"), stem),
        None => (String::new(), stem),
    };
    // An ending that fills the whole name is none.
    let ending = if ending.len() >= NAME_BYTES_MAX { "" } else { ending };
    let kept = cut_words(stem, NAME_BYTES_MAX - ending.len()).replace(ELLIPSIS_MARK, "...");
    format!("{folders}{kept}{ending}")
}

/// Bytes of the text with each mark of an ellipsis counted as the three dots that it becomes.
pub(super) fn shown_len(text: &str) -> usize {
    text.len() + 2 * text.matches(ELLIPSIS_MARK).count()
}

/// The text cut to that many bytes, with a mark of an ellipsis; between two words where one ends in the last third,
/// never inside a character.
pub(super) fn cut_words(text: &str, bytes_max: usize) -> String {
    if shown_len(text) <= bytes_max {
        return text.to_owned();
    }
    let room = bytes_max.saturating_sub(3);
    let mut used = 0;
    let mut end = 0;
    for (at, c) in text.char_indices() {
        used += if c == ELLIPSIS_MARK { 3 } else { c.len_utf8() };
        if used > room {
            break;
        }
        end = at + c.len_utf8();
    }
    let kept = text.get(..end).unwrap_or_default();
    let in_word = text.get(end..).is_some_and(|rest| rest.starts_with(char::is_alphanumeric));
    let word_end = kept.rfind([' ', '.', '_', '-']).filter(|at| in_word && at * 3 > end * 2);
    let kept = word_end.and_then(|at| kept.get(..at)).unwrap_or(kept);
    let kept = trim_separators(kept).trim_end_matches(ELLIPSIS_MARK);
    if bytes_max < 3 { kept.to_owned() } else { format!("{kept}{ELLIPSIS_MARK}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_fits_stays_as_it_is() {
        assert_eq!(fit("Movie (2000)", ".mkv"), "Movie (2000).mkv");
    }

    #[test]
    fn a_long_name_is_cut_between_words_and_keeps_its_ending() {
        let stem = "word ".repeat(60);
        let name = fit(stem.trim(), ".en.forced.srt");
        assert!(name.len() <= NAME_BYTES_MAX, "{}", name.len());
        assert!(name.ends_with("word....en.forced.srt"), "{name}");
    }

    #[test]
    fn a_character_is_never_cut_in_two() {
        for len in 80..100 {
            let name = fit(&"語".repeat(len), ".mkv");
            assert!(name.len() <= NAME_BYTES_MAX && name.contains(".mkv"), "{name}");
        }
    }
}
