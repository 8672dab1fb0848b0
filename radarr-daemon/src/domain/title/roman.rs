//! Roman numerals as titles have them.

/// No title counts further in roman numerals than this; Radarr's table ends here too.
pub const ROMAN_MAX: u8 = 20;

const NUMERALS: [&str; ROMAN_MAX as usize] = [
    "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI",
    "XVII", "XVIII", "XIX", "XX",
];

/// The numeral of a number from 1 to [`ROMAN_MAX`].
pub fn to_roman(number: u8) -> Option<&'static str> {
    NUMERALS.get(usize::from(number.checked_sub(1)?)).copied()
}

/// The number of a numeral in any case, `XIV` or `xiv`; `None` for anything else and above [`ROMAN_MAX`].
pub fn from_roman(numeral: &str) -> Option<u8> {
    (1..=ROMAN_MAX)
        .zip(NUMERALS)
        .find(|(_, known)| known.eq_ignore_ascii_case(numeral))
        .map(|(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_up_to_twenty_goes_both_ways() {
        for number in 1..=ROMAN_MAX {
            assert_eq!(to_roman(number).and_then(from_roman), Some(number));
        }
        assert_eq!(to_roman(14), Some("XIV"));
        assert_eq!((to_roman(0), to_roman(21)), (None, None));
        assert_eq!((from_roman("IIII"), from_roman("")), (None, None));
    }
}
