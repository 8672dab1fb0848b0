//! What can be told from the outside of a name: its extension, its length, the marks of obfuscation.

use std::sync::LazyLock;

use radarr_proto::model::Quality;

use super::word_table::WordTable;

/// Longer names are cut: no file system has names of more than 255 bytes, no indexer titles of a kilobyte.
const NAME_BYTES_MAX: usize = 1_024;

/// The name, cut to a length that bounds the work.
pub(super) fn bounded(name: &str) -> &str {
    name.get(..name.floor_char_boundary(NAME_BYTES_MAX)).unwrap_or(name)
}

/// Extensions of release files beside videos.
const OTHER_EXTENSIONS: &[&str] = &["nzb", "par2", "torrent", "nfo", "srt", "sub", "idx", "rar", "zip"];

/// Extensions of videos with the quality that is taken when the name says none. Source: Radarr's table.
#[rustfmt::skip]
const VIDEO_EXTENSIONS: &[(Quality, &[&str])] = &[
    (Quality::Unknown, &["webm"]),
    (Quality::Sdtv, &[
        "m4v", "3gp", "nsv", "ty", "strm", "rm", "rmvb", "m3u", "ifo", "mov", "qt", "divx", "xvid", "bivx", "nrg",
        "pva", "wmv", "asf", "asx", "ogm", "ogv", "m2v", "avi", "bin", "dat", "dvr-ms", "mpg", "mpeg", "mp4", "avc",
        "vp3", "svq3", "nuv", "viv", "dv", "fli", "flv", "wpl", "ts", "wtv",
    ]),
    (Quality::Dvd, &["img", "iso", "vob"]),
    (Quality::WebDl720p, &["mkv", "mk3d"]),
    (Quality::Bluray720p, &["m2ts"]),
];

/// All extensions; `Unknown` for those that tell no quality.
static EXTENSIONS: LazyLock<WordTable<Quality>> = LazyLock::new(|| {
    let others = OTHER_EXTENSIONS.iter().map(|extension| (*extension, Quality::Unknown));
    let videos = VIDEO_EXTENSIONS.iter().flat_map(|(quality, all)| all.iter().map(|one| (*one, *quality)));
    WordTable::new(others.chain(videos))
});

/// Whether the word is the extension of a video or another release file.
pub(super) fn is_extension(word: &str) -> bool {
    EXTENSIONS.get(word).is_some()
}

/// The last dot and what is behind it.
fn extension(name: &str) -> Option<(usize, &str)> {
    let trimmed = name.trim_end();
    let dot = trimmed.bytes().rposition(|byte| byte == b'.').filter(|dot| *dot > 0)?;
    let extension = trimmed.get(dot + 1..)?;
    (1..=7).contains(&extension.len()).then_some((dot, extension))
}

/// The quality that the extension tells; `None` when it tells none.
pub(super) fn quality_of_extension(name: &str) -> Option<Quality> {
    let (_, extension) = extension(name)?;
    EXTENSIONS.get(extension).copied().filter(|quality| *quality != Quality::Unknown)
}

/// The name without the extension of a video or another release file.
pub fn without_extension(name: &str) -> &str {
    match extension(name) {
        Some((dot, extension)) if is_extension(extension) => name.get(..dot).unwrap_or(name),
        _ => name,
    }
}

/// A name that was written backwards, but for its extension, the right way round.
pub(super) fn forwards(name: &str) -> String {
    let bare = without_extension(name);
    bare.chars().rev().chain(name.get(bare.len()..).unwrap_or_default().chars()).collect()
}

/// Lines of the picture as they stand in a name that is written backwards.
pub(super) const BACKWARDS: &[&str] = &["p084", "p675", "p027", "p0801", "p0612"];

/// An episode as it stands in such a name: `10E10S`. Source: Radarr's `ReversedTitleRegex`.
pub(super) fn is_backwards_episode(word: &str) -> bool {
    let ([first, second, b'E' | b'e', rest @ ..] | [_, first, second, b'E' | b'e', rest @ ..]) =
        word.as_bytes()
    else {
        return false;
    };
    [first, second].iter().all(|byte| byte.is_ascii_digit())
        && matches!(rest, [tens, ones, b'S' | b's'] if tens.is_ascii_digit() && ones.is_ascii_digit())
}

/// Whether a name (without extension) is a hash or another form of obfuscation. Source: Radarr's list.
pub(super) fn is_hashed(name: &str) -> bool {
    let bytes = name.as_bytes();
    let all = |test: fn(&u8) -> bool| bytes.iter().all(test);
    let lower_or_digit = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let letters_then_digits = |letters: usize, test: fn(&u8) -> bool| {
        bytes.len() == letters + 3
            && bytes.iter().take(letters).all(test)
            && bytes.iter().skip(letters).all(u8::is_ascii_digit)
    };
    let long = bytes.len() >= 32 && bytes.iter().take(32).all(u8::is_ascii_alphanumeric);
    let date = bytes.len() == 9
        && bytes.get(6) == Some(&b'_')
        && bytes.iter().enumerate().all(|(at, b)| at == 6 || b.is_ascii_digit());
    long || (bytes.len() == 24 && all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
        || letters_then_digits(11, u8::is_ascii_uppercase)
        || letters_then_digits(12, u8::is_ascii_lowercase)
        || date
        || is_backup(name)
        || ["123", "abc", "b00bs"].iter().any(|known| name.eq_ignore_ascii_case(known))
        || is_abc_xyz(name)
        || (bytes.len() >= 16 && bytes.iter().all(lower_or_digit) && is_mixed(bytes))
}

/// Letters and digits change often: no word does that.
fn is_mixed(bytes: &[u8]) -> bool {
    let changes = bytes
        .windows(2)
        .filter(|pair| matches!(pair, [a, b] if a.is_ascii_digit() != b.is_ascii_digit()))
        .count();
    changes * 4 >= bytes.len()
}

/// `Backup_72023S02-12`
fn is_backup(name: &str) -> bool {
    let Some(rest) = name.strip_prefix("Backup_") else { return false };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let tail: Vec<u8> = rest.bytes().skip(digits).collect();
    digits >= 5
        && matches!(tail.as_slice(), [b'S', a, b, b'-', c, d] if [a, b, c, d].iter().all(|b| b.is_ascii_digit()))
}

/// `abc.xyz.af6021c37f7852`
fn is_abc_xyz(name: &str) -> bool {
    if !name.starts_with(['a', 'A']) {
        return false;
    }
    let lower: String = name.chars().take(8).collect::<String>().to_ascii_lowercase();
    lower.starts_with("abc")
        && lower.get(4..).is_some_and(|rest| rest.starts_with("xyz"))
        && matches!(lower.as_bytes().get(3), Some(b'-' | b'_' | b'.' | b' '))
}
