//! Says what is wrong with a format before it is saved.

use radarr_proto::model::NamingSettings;

use super::clean::ILLEGAL;
use super::format::{Part, parse};
use super::tokens::{self, About, Argument, TOKENS};

/// What is wrong with a format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatFault {
    /// There is nothing in it.
    #[error("the format is empty")]
    Empty,
    /// It is longer than a name may be.
    #[error("the format has {len} bytes, and a format may have {max}")]
    TooLong {
        /// Bytes that it has.
        len: usize,
        /// Bytes that it may have.
        max: usize,
    },
    /// A brace begins something that is no token.
    #[error("{text:?} is no token: a token is {{Name}}, {{Name:argument}} or {{[Name]}}")]
    Malformed {
        /// From the brace on, shortened.
        text: String,
    },
    /// There is no token of that name.
    #[error("there is no token {{{name}}}{}", .similar.map(|name| format!(", did you mean {{{name}}}?")).unwrap_or_default())]
    UnknownToken {
        /// The name that was given.
        name: String,
        /// The token of the most similar name.
        similar: Option<&'static str>,
    },
    /// What stands behind the colon cannot be read.
    #[error("{{{name}}} cannot be given {argument:?}: {wanted}")]
    Argument {
        /// The token.
        name: &'static str,
        /// What was given.
        argument: String,
        /// What may be given.
        wanted: &'static str,
    },
    /// A character that file systems refuse.
    #[error("the character {character:?} may not be in a name")]
    Illegal {
        /// The character.
        character: char,
    },
    /// Two movies would get the same file.
    #[error("a file format needs {{Movie Title}} and {{Release Year}} (or an id), or {{Original Title}}")]
    FileNotTold,
    /// Two movies would get the same folder.
    #[error("a folder format needs {{Movie Title}}, {{TmdbId}} or {{ImdbId}}")]
    FolderNotTold,
    /// A folder is named after its movie.
    #[error("{{{name}}} tells of a file, and a folder stays when its file changes")]
    FileTokenInFolder {
        /// The token.
        name: &'static str,
    },
}

impl FormatFault {
    /// What the user can do.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Empty | Self::FileNotTold => "for example: {Movie Title} ({Release Year}) {Quality Full}",
            Self::FolderNotTold => "for example: {Movie Title} ({Release Year})",
            Self::TooLong { .. } => "shorten it",
            Self::Malformed { .. } => "close each brace, and write one or two words in it",
            Self::UnknownToken { .. } => "the list of all tokens is in the help of the naming settings",
            Self::Argument { .. } => "leave out the colon and what follows it, or write what is said",
            Self::Illegal { .. } => "leave the character out, or write a dash",
            Self::FileTokenInFolder { .. } => "put the token into the file format",
        }
    }
}

/// Bytes that a format may have. Longer ones are surely a mistake.
pub const FORMAT_BYTES_MAX: usize = 1000;

/// Words that name a title; a name without one, or an id, would not tell movies apart.
const TITLES: &[&str] = &[
    "Movie Title",
    "Movie CleanTitle",
    "Movie TitleThe",
    "Movie CleanTitleThe",
    "Movie OriginalTitle",
    "Movie CleanOriginalTitle",
];

/// Everything that is wrong with the settings' two formats, the file's first.
pub fn validate(settings: &NamingSettings) -> Vec<FormatFault> {
    let mut faults = validate_file(&settings.file_format);
    faults.extend(validate_folder(&settings.folder_format));
    faults
}

/// What is wrong with a file format; empty = nothing.
pub fn validate_file(format: &str) -> Vec<FormatFault> {
    let (mut faults, names) = read(format);
    let has = |wanted: &[&str]| names.iter().any(|name| wanted.contains(name));
    let told = has(TITLES) && has(&["Release Year", "TmdbId", "ImdbId"]);
    if faults.is_empty() && !told && !has(&["Original Title", "Original Filename"]) {
        faults.push(FormatFault::FileNotTold);
    }
    faults
}

/// What is wrong with a folder format; empty = nothing.
pub fn validate_folder(format: &str) -> Vec<FormatFault> {
    let (mut faults, names) = read(format);
    for name in &names {
        if TOKENS.iter().any(|row| row.name == *name && row.about == About::File) {
            faults.push(FormatFault::FileTokenInFolder { name });
        }
    }
    if faults.is_empty()
        && !names.iter().any(|name| TITLES.contains(name) || matches!(*name, "TmdbId" | "ImdbId"))
    {
        faults.push(FormatFault::FolderNotTold);
    }
    faults
}

/// The faults that any format can have, and the names of its tokens.
fn read(format: &str) -> (Vec<FormatFault>, Vec<&'static str>) {
    if format.trim().is_empty() {
        return (vec![FormatFault::Empty], Vec::new());
    }
    if format.len() > FORMAT_BYTES_MAX {
        return (vec![FormatFault::TooLong { len: format.len(), max: FORMAT_BYTES_MAX }], Vec::new());
    }
    let mut faults = Vec::new();
    let mut names = Vec::new();
    for part in parse(format) {
        match part {
            Part::Literal(text) => faults.extend(literal_fault(text)),
            Part::Token(token) => match tokens::find(&token) {
                None => faults.push(FormatFault::UnknownToken {
                    name: token.name.to_owned(),
                    similar: similar(token.name),
                }),
                Some(row) => {
                    names.push(row.name);
                    let wanted = token.argument.and_then(|argument| wrong_argument(row.argument, argument));
                    if let (Some(wanted), Some(argument)) = (wanted, token.argument) {
                        let argument = argument.to_owned();
                        faults.push(FormatFault::Argument { name: row.name, argument, wanted });
                    }
                }
            },
        }
    }
    (faults, names)
}

fn literal_fault(text: &str) -> Option<FormatFault> {
    if let Some((at, _)) = text.char_indices().find(|(_, c)| matches!(c, '{' | '}')) {
        let text = text.get(at..).unwrap_or_default().chars().take(40).collect();
        return Some(FormatFault::Malformed { text });
    }
    let refused = |c: &char| {
        c.is_control()
            || *c == ':'
            || ILLEGAL.iter().any(|(illegal, _)| illegal == c) && !matches!(c, '/' | '\\')
    };
    text.chars().find(refused).map(|character| FormatFault::Illegal { character })
}

/// What the argument should have been; `None` when it is right.
fn wrong_argument(kind: Argument, argument: &str) -> Option<&'static str> {
    let is_length = argument.trim().parse::<i64>().is_ok_and(|length| length != 0);
    let is_code =
        |code: &str| matches!(code.len(), 2..=6) && code.starts_with(|c: char| c.is_ascii_alphabetic());
    let (right, wanted) = match kind {
        Argument::None => (false, "it takes nothing"),
        Argument::Length => (is_length, "it takes a number of characters, such as 30 or -30"),
        Argument::LanguageOrLength => (
            is_length || argument.split('|').all(is_code),
            "it takes language codes such as DE|EN, or a number of characters",
        ),
        Argument::Languages => (
            argument.trim_matches(['-', '+']).split(['+', '-']).all(is_code),
            "it takes language codes such as EN+DE, or -EN to leave one out",
        ),
        Argument::FormatNames | Argument::FormatName => (true, ""),
    };
    (!right).then_some(wanted)
}

/// The token of the most similar name, when it is similar enough to be meant.
fn similar(name: &str) -> Option<&'static str> {
    let key = super::format::key(name);
    let distance = |row: &tokens::TokenRow| strsim::damerau_levenshtein(&key, &super::format::key(row.name));
    let nearest = TOKENS.iter().min_by_key(|row| distance(row))?;
    (distance(nearest) <= 1 + key.len() / 4).then_some(nearest.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn file(format: &str, want: &str) {
        let faults: Vec<String> = validate_file(format).iter().map(ToString::to_string).collect();
        assert!(faults.iter().any(|fault| fault.contains(want)), "{format}: {faults:?}");
    }

    #[test]
    fn the_defaults_are_valid() {
        assert_eq!(validate(&NamingSettings::default()), []);
    }

    #[test]
    fn a_fault_is_named_with_its_place() {
        file("", "empty");
        file("{Movie Titel} ({Release Year})", "did you mean {Movie Title}?");
        file("{Movie Title} {Release Year", "no token");
        file("{Movie Title:30x} ({Release Year})", "\"30x\"");
        file("{Release Year:4}", "it takes nothing");
        file("{Movie Title}: {Release Year}", "':'");
        file("{Quality Full}", "needs {Movie Title}");
        file("{Custom Formats:-}", "no token");
        file(&"x".repeat(FORMAT_BYTES_MAX + 1), "1001 bytes");
    }

    #[test]
    fn valid_formats_of_the_field_are_accepted() {
        for format in [
            "{Movie CleanTitle} {(Release Year)} {imdb-{ImdbId}} {edition-{Edition Tags}} {[Custom Formats]}{[Quality Full]}{[MediaInfo 3D]}{[MediaInfo VideoDynamicRangeType]}{[Mediainfo AudioCodec}{ Mediainfo AudioChannels]}{[Mediainfo VideoCodec]}{-Release Group}",
            "{Original Title}",
            "{Movie.TitleThe:60}.{Release.Year}",
            "{Movie Title:DE|EN}/{Release Year} {MediaInfo AudioLanguages:-EN}",
        ] {
            assert_eq!(validate_file(format), [], "{format}");
        }
    }

    #[test]
    fn a_folder_is_named_after_its_movie() {
        assert_eq!(validate_folder("{Movie TitleFirstCharacter}/{Movie Title} ({Release Year})"), []);
        assert_eq!(validate_folder("{Release Year}"), [FormatFault::FolderNotTold]);
        assert_eq!(
            validate_folder("{Movie Title} {Quality Full}"),
            [FormatFault::FileTokenInFolder { name: "Quality Full" }]
        );
    }
}
