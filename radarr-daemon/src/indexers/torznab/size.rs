//! Sizes as people write them in feeds: `5.54 GiB`, `7,162.1MB`, `12341234`.

/// What `KB`, `MB` and `GB` count by; `KiB` and its kind are always powers of 1024.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prefix {
    /// Powers of 1024, as nearly all trackers mean it.
    Binary,
    /// Powers of 1000.
    Decimal,
}

/// The first size in a text, in bytes; `None` when there is none. A speed is no size, and a number without unit is
/// one only when it is the whole text.
///
/// Source: the rules of Radarr's `RssParser.ParseSize`.
pub fn parse_size(text: &str, prefix: Prefix) -> Option<u64> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok();
    }
    let mut before = ' ';
    for (at, character) in text.char_indices() {
        let begins = character.is_ascii_digit() && !before.is_ascii_digit() && !matches!(before, '.' | ',');
        before = character;
        if begins && let Some(bytes) = size_at(text.get(at..)?, prefix) {
            return Some(bytes);
        }
    }
    None
}

/// The size that a text begins with.
fn size_at(text: &str, prefix: Prefix) -> Option<u64> {
    let end = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',')).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    let number: f64 = number.replace(',', "").parse().ok()?;
    let factor = factor(rest.strip_prefix([' ', '\u{a0}', '-', ':']).unwrap_or(rest), prefix)?;
    let bytes = (number * factor).round();
    // Beyond the largest disk it is nonsense, and the conversion would saturate.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 2^60")]
    (bytes < 1_152_921_504_606_846_976.0).then_some(bytes as u64)
}

/// What a unit at the beginning of a text counts.
fn factor(text: &str, prefix: Prefix) -> Option<f64> {
    let mut characters = text.chars();
    let power = match characters.next()?.to_ascii_uppercase() {
        'K' => 1,
        'M' => 2,
        'G' => 3,
        'T' => 4,
        _ => return None,
    };
    let mut next = characters.next()?.to_ascii_uppercase();
    let is_binary = next == 'I';
    if is_binary {
        next = characters.next()?.to_ascii_uppercase();
    }
    // `Kbps` and `MB/s` are speeds.
    let ends = characters.next().is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != '/');
    let base: f64 = if is_binary || prefix == Prefix::Binary { 1024.0 } else { 1000.0 };
    (next == 'B' && ends).then(|| base.powi(power))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sizes_are_read_in_their_spellings() {
        for (text, want) in [
            ("5.54 GiB", 5_948_529_705),
            ("5.64 GB", 6_055_903_887),
            ("7,162.1MB", 7_510_006_170),
            ("398.62 MiB", 417_983_365),
            ("845 mb", 886_046_720),
            ("7,162,100.0KB", 7_333_990_400),
            ("12341234", 12_341_234),
            ("Size: 1 GB, 3 files", 1_073_741_824),
            ("1.5TiB", 1_649_267_441_664),
        ] {
            assert_eq!(parse_size(text, Prefix::Binary), Some(want), "{text}");
        }
        assert_eq!(parse_size("1.5 GB", Prefix::Decimal), Some(1_500_000_000));
        assert_eq!(parse_size("1 GiB", Prefix::Decimal), Some(1_073_741_824));
        for nothing in
            ["", "100 Kbps", "100 Kb/s", " 12341234", "12341234 other", "1.2.3 GB", "GB", "99999999999 TB"]
        {
            assert_eq!(parse_size(nothing, Prefix::Binary), None, "{nothing}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_to_an_end(text in ".{0,200}") {
            parse_size(&text, Prefix::Binary);
        }
    }
}
