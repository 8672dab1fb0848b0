//! Languages under the names and numbers that Radarr uses.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! languages {
    ($($variant:ident = $number:literal, $name:literal;)*) => {
        /// A language, as Radarr names and numbers it. Travels under its English name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        #[serde(from = "String", into = "String")]
        pub enum Language {
            $(#[doc = $name] $variant,)*
            /// Nothing is known of the language; also what an unknown name is read as.
            #[default]
            Unknown,
        }

        impl Language {
            /// All of them, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)* Self::Unknown];

            /// The English name, e.g. `Spanish (Latino)`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* Self::Unknown => "Unknown" }
            }

            /// The number that Radarr's API and database use.
            pub fn number(self) -> i32 {
                match self { $(Self::$variant => $number,)* Self::Unknown => 0 }
            }
        }
    };
}

languages! {
    Original = -2, "Original";
    Any = -1, "Any";
    English = 1, "English";
    French = 2, "French";
    Spanish = 3, "Spanish";
    German = 4, "German";
    Italian = 5, "Italian";
    Danish = 6, "Danish";
    Dutch = 7, "Dutch";
    Japanese = 8, "Japanese";
    Icelandic = 9, "Icelandic";
    Chinese = 10, "Chinese";
    Russian = 11, "Russian";
    Polish = 12, "Polish";
    Vietnamese = 13, "Vietnamese";
    Swedish = 14, "Swedish";
    Norwegian = 15, "Norwegian";
    Finnish = 16, "Finnish";
    Turkish = 17, "Turkish";
    Portuguese = 18, "Portuguese";
    Flemish = 19, "Flemish";
    Greek = 20, "Greek";
    Korean = 21, "Korean";
    Hungarian = 22, "Hungarian";
    Hebrew = 23, "Hebrew";
    Lithuanian = 24, "Lithuanian";
    Czech = 25, "Czech";
    Hindi = 26, "Hindi";
    Romanian = 27, "Romanian";
    Thai = 28, "Thai";
    Bulgarian = 29, "Bulgarian";
    PortugueseBrazil = 30, "Portuguese (Brazil)";
    Arabic = 31, "Arabic";
    Ukrainian = 32, "Ukrainian";
    Persian = 33, "Persian";
    Bengali = 34, "Bengali";
    Slovak = 35, "Slovak";
    Latvian = 36, "Latvian";
    SpanishLatino = 37, "Spanish (Latino)";
    Catalan = 38, "Catalan";
    Croatian = 39, "Croatian";
    Serbian = 40, "Serbian";
    Bosnian = 41, "Bosnian";
    Estonian = 42, "Estonian";
    Tamil = 43, "Tamil";
    Indonesian = 44, "Indonesian";
    Telugu = 45, "Telugu";
    Macedonian = 46, "Macedonian";
    Slovenian = 47, "Slovenian";
    Malayalam = 48, "Malayalam";
    Kannada = 49, "Kannada";
    Albanian = 50, "Albanian";
    Afrikaans = 51, "Afrikaans";
    Marathi = 52, "Marathi";
    Tagalog = 53, "Tagalog";
    Urdu = 54, "Urdu";
    Romansh = 55, "Romansh";
    Mongolian = 56, "Mongolian";
    Georgian = 57, "Georgian";
}

impl Language {
    /// The language of that English name; `None` when there is none.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|language| language.name().eq_ignore_ascii_case(name))
    }

    /// The language under that number of Radarr's.
    pub fn from_number(number: i32) -> Option<Self> {
        Self::ALL.iter().copied().find(|language| language.number() == number)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl From<String> for Language {
    fn from(name: String) -> Self {
        Self::from_name(&name).unwrap_or(Self::Unknown)
    }
}

impl From<Language> for String {
    fn from(language: Language) -> String {
        language.name().to_owned()
    }
}
