//! Language codes: ISO 639-1, ISO 639-2 (both the bibliographic and the terminology form) and codes with a region.
//!
//! What a release name says of its languages is found in [`crate::domain::parse`], not here.

use radarr_proto::model::Language;

/// The codes of one language.
struct Codes {
    language: Language,
    /// ISO 639-1, or the shortest code there is.
    two: &'static str,
    /// ISO 639-2, the terminology form first; then the bibliographic form and codes of its kinds.
    three: &'static [&'static str],
    /// Regions in which this language is what is spoken there; another region is another language or unknown.
    regions: &'static [&'static str],
}

const fn row(
    language: Language,
    two: &'static str,
    three: &'static [&'static str],
    regions: &'static [&'static str],
) -> Codes {
    Codes { language, two, three, regions }
}

/// Latin America, for which dubs are made apart from those for Spain.
const LATIN_AMERICA: &[&str] = &[
    "mx", "419", "ar", "bo", "cl", "co", "cr", "cu", "do", "ec", "gt", "hn", "ni", "pa", "pe", "pr", "py",
    "sv", "uy", "ve", "la",
];

/// French of Canada is missing on purpose: it is dubbed apart, and a profile that wants French means that of France.
const TABLE: &[Codes] = &[
    row(Language::English, "en", &["eng"], &["us", "gb", "uk", "au", "ca", "ie", "in", "nz", "za"]),
    row(Language::French, "fr", &["fra", "fre"], &["fr", "be", "ch", "lu", "mc"]),
    row(Language::Spanish, "es", &["spa"], &["es"]),
    row(Language::SpanishLatino, "es", &[], LATIN_AMERICA),
    row(Language::German, "de", &["deu", "ger", "gsw"], &["de", "at", "ch", "li", "lu"]),
    row(Language::Italian, "it", &["ita"], &["it", "ch"]),
    row(Language::Danish, "da", &["dan"], &["dk"]),
    row(Language::Dutch, "nl", &["nld", "dut"], &["nl"]),
    row(Language::Flemish, "nl", &["vls"], &["be"]),
    row(Language::Japanese, "ja", &["jpn"], &["jp"]),
    row(Language::Icelandic, "is", &["isl", "ice"], &["is"]),
    row(
        Language::Chinese,
        "zh",
        &["zho", "chi", "cmn", "yue", "nan"],
        &["cn", "tw", "hk", "sg", "mo", "hans", "hant"],
    ),
    row(Language::Russian, "ru", &["rus"], &["ru"]),
    row(Language::Polish, "pl", &["pol"], &["pl"]),
    row(Language::Vietnamese, "vi", &["vie"], &["vn"]),
    row(Language::Swedish, "sv", &["swe"], &["se", "fi"]),
    row(Language::Norwegian, "no", &["nor"], &["no"]),
    row(Language::Norwegian, "nb", &["nob"], &["no"]),
    row(Language::Norwegian, "nn", &["nno"], &["no"]),
    row(Language::Finnish, "fi", &["fin"], &["fi"]),
    row(Language::Turkish, "tr", &["tur"], &["tr"]),
    row(Language::Portuguese, "pt", &["por"], &["pt"]),
    row(Language::PortugueseBrazil, "pt", &["pob"], &["br"]),
    row(Language::Greek, "el", &["ell", "gre"], &["gr"]),
    row(Language::Korean, "ko", &["kor"], &["kr"]),
    row(Language::Hungarian, "hu", &["hun"], &["hu"]),
    row(Language::Hebrew, "he", &["heb"], &["il"]),
    row(Language::Lithuanian, "lt", &["lit"], &["lt"]),
    row(Language::Czech, "cs", &["ces", "cze"], &["cz"]),
    row(Language::Hindi, "hi", &["hin"], &["in"]),
    row(Language::Romanian, "ro", &["ron", "rum", "mol"], &["ro", "md"]),
    row(Language::Thai, "th", &["tha"], &["th"]),
    row(Language::Bulgarian, "bg", &["bul"], &["bg"]),
    row(
        Language::Arabic,
        "ar",
        &["ara"],
        &["ae", "sa", "eg", "ma", "lb", "iq", "kw", "qa", "jo", "dz", "tn"],
    ),
    row(Language::Ukrainian, "uk", &["ukr"], &["ua"]),
    row(Language::Persian, "fa", &["fas", "per"], &["ir"]),
    row(Language::Bengali, "bn", &["ben"], &["bd", "in"]),
    row(Language::Slovak, "sk", &["slk", "slo"], &["sk"]),
    row(Language::Latvian, "lv", &["lav"], &["lv"]),
    row(Language::Catalan, "ca", &["cat"], &["es", "ad"]),
    row(Language::Croatian, "hr", &["hrv"], &["hr"]),
    row(Language::Serbian, "sr", &["srp"], &["rs"]),
    row(Language::Bosnian, "bs", &["bos"], &["ba"]),
    row(Language::Estonian, "et", &["est"], &["ee"]),
    row(Language::Tamil, "ta", &["tam"], &["in", "lk", "sg"]),
    row(Language::Indonesian, "id", &["ind"], &["id"]),
    row(Language::Telugu, "te", &["tel"], &["in"]),
    row(Language::Macedonian, "mk", &["mkd", "mac"], &["mk"]),
    row(Language::Slovenian, "sl", &["slv"], &["si"]),
    row(Language::Malayalam, "ml", &["mal"], &["in"]),
    row(Language::Kannada, "kn", &["kan"], &["in"]),
    row(Language::Albanian, "sq", &["sqi", "alb"], &["al"]),
    row(Language::Afrikaans, "af", &["afr"], &["za"]),
    row(Language::Marathi, "mr", &["mar"], &["in"]),
    row(Language::Tagalog, "tl", &["tgl", "fil"], &["ph"]),
    row(Language::Urdu, "ur", &["urd"], &["pk", "in"]),
    row(Language::Romansh, "rm", &["roh"], &["ch"]),
    row(Language::Mongolian, "mn", &["mon", "khk", "mvf"], &["mn", "cyrl"]),
    row(Language::Georgian, "ka", &["kat", "geo"], &["ge"]),
];

/// The language of a code (`en`, `eng`, `ger`, `pt-BR`), in any case; `None` when the code, or its region, is not
/// known.
pub fn language_of_code(code: &str) -> Option<Language> {
    let (base, region) = match code.trim().split_once(['-', '_']) {
        Some((base, region)) => (base, Some(region)),
        None => (code.trim(), None),
    };
    let is = |known: &str, given: &str| known.eq_ignore_ascii_case(given);
    let of_base = |codes: &&Codes| match base.len() {
        2 => is(codes.two, base),
        3 => codes.three.iter().any(|three| is(three, base)),
        _ => false,
    };
    let rows = || TABLE.iter().filter(of_base);
    match region {
        None => rows().next().map(|codes| codes.language),
        // A three-letter code names the language of the row it is in; its region is then looked for under the
        // two-letter code, where the rows that differ by region stand together.
        Some(region) => {
            let two = rows().next()?.two;
            TABLE
                .iter()
                .find(|codes| codes.two == two && codes.regions.iter().any(|known| is(known, region)))
                .map(|codes| codes.language)
        }
    }
}

/// Languages that only their region tells from another one: ISO 639-1 with the region, and ISO 639-2.
const REGIONAL: &[(Language, &str, &str)] = &[
    (Language::PortugueseBrazil, "pt-BR", "por"),
    (Language::SpanishLatino, "es-MX", "spa"),
    (Language::Flemish, "nl-BE", "nld"),
];

/// The ISO 639-1 code of a language, with the region where that decides (`pt-BR`); `None` for languages that are
/// none (`Any`, `Original`, `Unknown`).
pub fn two_letter_code(language: Language) -> Option<&'static str> {
    regional(language).map(|(two, _)| two).or_else(|| codes_of(language).map(|codes| codes.two))
}

/// The ISO 639-2 code of a language in the terminology form (`deu`).
pub fn three_letter_code(language: Language) -> Option<&'static str> {
    let own = || codes_of(language).and_then(|codes| codes.three.first().copied());
    regional(language).map(|(_, three)| three).or_else(own)
}

fn regional(language: Language) -> Option<(&'static str, &'static str)> {
    REGIONAL.iter().find(|(known, _, _)| *known == language).map(|(_, two, three)| (*two, *three))
}

fn codes_of(language: Language) -> Option<&'static Codes> {
    TABLE.iter().find(|codes| codes.language == language)
}

/// The languages of a file's audio tracks in their order, without repeats; unknown codes are dropped.
pub fn languages_of_tracks<S: AsRef<str>>(codes: &[S]) -> Vec<Language> {
    let mut languages = Vec::new();
    for language in codes.iter().filter_map(|code| language_of_code(code.as_ref())) {
        if !languages.contains(&language) {
            languages.push(language);
        }
    }
    languages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_name_languages() {
        for (code, want) in [
            ("en", Some(Language::English)),
            ("ENG", Some(Language::English)),
            ("en-GB", Some(Language::English)),
            ("pt-PT", Some(Language::Portuguese)),
            ("pt-BR", Some(Language::PortugueseBrazil)),
            ("por-BR", Some(Language::PortugueseBrazil)),
            ("es-MX", Some(Language::SpanishLatino)),
            ("nl-BE", Some(Language::Flemish)),
            ("geo", Some(Language::Georgian)),
            ("mvf", Some(Language::Mongolian)),
            ("kat", Some(Language::Georgian)),
            ("enus", None),
            ("fr-CA", None),
            ("wo", None),
            ("", None),
            ("-", None),
        ] {
            assert_eq!(language_of_code(code), want, "{code}");
        }
    }

    #[test]
    fn every_real_language_has_codes_that_lead_back_to_it() {
        for language in Language::ALL.iter().copied().filter(|language| language.number() > 0) {
            let two = two_letter_code(language).unwrap();
            assert_eq!(language_of_code(two), Some(language));
            assert!(three_letter_code(language).is_some(), "{language}");
        }
        assert_eq!(two_letter_code(Language::Original), None);
    }

    #[test]
    fn tracks_give_each_language_once() {
        assert_eq!(languages_of_tracks(&["eng", "ger", "xyz", "eng"]), [Language::English, Language::German]);
        assert_eq!(languages_of_tracks::<&str>(&[]), []);
    }
}
