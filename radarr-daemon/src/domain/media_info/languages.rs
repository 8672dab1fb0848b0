//! Languages of tracks: as codes for file names, and as the languages that profiles know.

use radarr_proto::model::{Language, MediaInfo};

use crate::domain::languages::languages_of_tracks;

/// ISO 639-2 codes and their ISO 639-1 codes, sorted.
///
/// Source: the code table of the Library of Congress (terminology forms).
#[rustfmt::skip]
const TWO_LETTERS: &[(&str, &str)] = &[
    ("aar", "aa"), ("abk", "ab"), ("afr", "af"), ("aka", "ak"), ("amh", "am"), ("ara", "ar"), ("arg", "an"),
    ("asm", "as"), ("ava", "av"), ("ave", "ae"), ("aym", "ay"), ("aze", "az"), ("bak", "ba"), ("bam", "bm"),
    ("bel", "be"), ("ben", "bn"), ("bih", "bh"), ("bis", "bi"), ("bod", "bo"), ("bos", "bs"), ("bre", "br"),
    ("bul", "bg"), ("cat", "ca"), ("ces", "cs"), ("cha", "ch"), ("che", "ce"), ("chu", "cu"), ("chv", "cv"),
    ("cor", "kw"), ("cos", "co"), ("cre", "cr"), ("cym", "cy"), ("dan", "da"), ("deu", "de"), ("div", "dv"),
    ("dzo", "dz"), ("ell", "el"), ("eng", "en"), ("epo", "eo"), ("est", "et"), ("eus", "eu"), ("ewe", "ee"),
    ("fao", "fo"), ("fas", "fa"), ("fij", "fj"), ("fin", "fi"), ("fra", "fr"), ("fry", "fy"), ("ful", "ff"),
    ("gla", "gd"), ("gle", "ga"), ("glg", "gl"), ("glv", "gv"), ("grn", "gn"), ("guj", "gu"), ("hat", "ht"),
    ("hau", "ha"), ("heb", "he"), ("her", "hz"), ("hin", "hi"), ("hmo", "ho"), ("hrv", "hr"), ("hun", "hu"),
    ("hye", "hy"), ("ibo", "ig"), ("ido", "io"), ("iii", "ii"), ("iku", "iu"), ("ile", "ie"), ("ina", "ia"),
    ("ind", "id"), ("ipk", "ik"), ("isl", "is"), ("ita", "it"), ("jav", "jv"), ("jpn", "ja"), ("kal", "kl"),
    ("kan", "kn"), ("kas", "ks"), ("kat", "ka"), ("kau", "kr"), ("kaz", "kk"), ("khm", "km"), ("kik", "ki"),
    ("kin", "rw"), ("kir", "ky"), ("kom", "kv"), ("kon", "kg"), ("kor", "ko"), ("kua", "kj"), ("kur", "ku"),
    ("lao", "lo"), ("lat", "la"), ("lav", "lv"), ("lim", "li"), ("lin", "ln"), ("lit", "lt"), ("ltz", "lb"),
    ("lub", "lu"), ("lug", "lg"), ("mah", "mh"), ("mal", "ml"), ("mar", "mr"), ("mkd", "mk"), ("mlg", "mg"),
    ("mlt", "mt"), ("mon", "mn"), ("mri", "mi"), ("msa", "ms"), ("mya", "my"), ("nau", "na"), ("nav", "nv"),
    ("nbl", "nr"), ("nde", "nd"), ("ndo", "ng"), ("nep", "ne"), ("nld", "nl"), ("nno", "nn"), ("nob", "nb"),
    ("nor", "no"), ("nya", "ny"), ("oci", "oc"), ("oji", "oj"), ("ori", "or"), ("orm", "om"), ("oss", "os"),
    ("pan", "pa"), ("pli", "pi"), ("pol", "pl"), ("por", "pt"), ("pus", "ps"), ("que", "qu"), ("roh", "rm"),
    ("ron", "ro"), ("run", "rn"), ("rus", "ru"), ("sag", "sg"), ("san", "sa"), ("sin", "si"), ("slk", "sk"),
    ("slv", "sl"), ("sme", "se"), ("smo", "sm"), ("sna", "sn"), ("snd", "sd"), ("som", "so"), ("sot", "st"),
    ("spa", "es"), ("sqi", "sq"), ("srd", "sc"), ("srp", "sr"), ("ssw", "ss"), ("sun", "su"), ("swa", "sw"),
    ("swe", "sv"), ("tah", "ty"), ("tam", "ta"), ("tat", "tt"), ("tel", "te"), ("tgk", "tg"), ("tgl", "tl"),
    ("tha", "th"), ("tir", "ti"), ("ton", "to"), ("tsn", "tn"), ("tso", "ts"), ("tuk", "tk"), ("tur", "tr"),
    ("twi", "tw"), ("uig", "ug"), ("ukr", "uk"), ("urd", "ur"), ("uzb", "uz"), ("ven", "ve"), ("vie", "vi"),
    ("vol", "vo"), ("wln", "wa"), ("wol", "wo"), ("xho", "xh"), ("yid", "yi"), ("yor", "yo"), ("zha", "za"),
    ("zho", "zh"), ("zul", "zu"),
];

/// Other three-letter codes: the bibliographic forms, and kinds of a language that files name apart (Swiss German,
/// Khalkha and Peripheral Mongolian, Mandarin, Cantonese).
#[rustfmt::skip]
const OTHER_FORMS: &[(&str, &str)] = &[
    ("alb", "sq"), ("arm", "hy"), ("baq", "eu"), ("bur", "my"), ("chi", "zh"), ("cze", "cs"), ("dut", "nl"),
    ("fre", "fr"), ("geo", "ka"), ("ger", "de"), ("gre", "el"), ("ice", "is"), ("mac", "mk"), ("mao", "mi"),
    ("may", "ms"), ("per", "fa"), ("rum", "ro"), ("slo", "sk"), ("tib", "bo"), ("wel", "cy"), ("gsw", "de"),
    ("khk", "mn"), ("mvf", "mn"), ("cmn", "zh"), ("yue", "zh"),
];

/// The two-letter code, large, of each code (`ger` is `DE`), in their order, without repeats. A code that has none
/// stays, in large letters; `und` (undetermined) and empty ones go.
pub fn upper_codes<S: AsRef<str>>(codes: &[S]) -> Vec<String> {
    let mut upper = Vec::new();
    for code in codes {
        let code = code.as_ref().trim().to_ascii_lowercase();
        if code.is_empty() || code == "und" {
            continue;
        }
        let base = code.split(['-', '_']).next().unwrap_or(&code);
        let by_table = TWO_LETTERS.binary_search_by(|(three, _)| (*three).cmp(base)).ok();
        let two = by_table.and_then(|at| TWO_LETTERS.get(at)).map(|(_, two)| *two);
        let other = || OTHER_FORMS.iter().find(|(three, _)| *three == base).map(|(_, two)| *two);
        let found = two.or_else(other).unwrap_or(base).to_ascii_uppercase();
        if !upper.contains(&found) {
            upper.push(found);
        }
    }
    upper
}

/// The codes of the audio tracks as [`upper_codes`] gives them.
pub fn audio_language_codes(media: &MediaInfo) -> Vec<String> {
    let codes: Vec<&str> = media.audio.iter().map(|track| track.language.as_str()).collect();
    upper_codes(&codes)
}

/// The languages of the audio tracks; empty when none is known.
pub fn audio_languages(media: &MediaInfo) -> Vec<Language> {
    let codes: Vec<&str> = media.audio.iter().map(|track| track.language.as_str()).collect();
    languages_of_tracks(&codes)
}

/// The codes joined in brackets, `[EN+DE]`; empty without any.
///
/// `filter` `EN+DE` keeps these, in its order, and with a `+` at its end adds `--` for the ones left out; `-EN`
/// leaves out.
pub fn languages_in_brackets(codes: &[String], filter: Option<&str>) -> String {
    let mut kept: Vec<&str> = match filter {
        None => codes.iter().map(String::as_str).collect(),
        Some(filter) => match filter.strip_prefix('-') {
            Some(left_out) => codes
                .iter()
                .map(String::as_str)
                .filter(|code| !left_out.split('-').any(|other| other == *code))
                .collect(),
            None => filter.split('+').filter(|wanted| codes.iter().any(|code| code == wanted)).collect(),
        },
    };
    let is_open = filter.is_some_and(|filter| filter.ends_with('+'));
    if is_open && kept.len() != codes.len() {
        kept.push("--");
    }
    if kept.is_empty() { String::new() } else { format!("[{}]", kept.join("+")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(TWO_LETTERS.is_sorted());
    }

    #[test]
    fn codes_are_two_letters_without_repeats() {
        let codes = upper_codes(&["eng", "ger", "deu", "und", "", "en-US", "fil", "khk"]);
        assert_eq!(codes, ["EN", "DE", "FIL", "MN"]);
    }

    #[test]
    fn a_filter_keeps_adds_or_leaves_out() {
        let codes: Vec<String> = ["EN", "NL", "DE"].map(str::to_owned).to_vec();
        for (filter, want) in [
            (None, "[EN+NL+DE]"),
            (Some("DE+EN"), "[DE+EN]"),
            (Some("DE+"), "[DE+--]"),
            (Some("DE+EN+NL+"), "[DE+EN+NL]"),
            (Some("-EN-NL"), "[DE]"),
            (Some("JA"), ""),
        ] {
            assert_eq!(languages_in_brackets(&codes, filter), want, "{filter:?}");
        }
    }
}
