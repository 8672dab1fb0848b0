//! Reads a naming format into literal text and tokens.
//!
//! A token is `{prefix Name:argument suffix}`. Prefix and suffix are separators and brackets that are printed only
//! with a value: `{[Quality Proper]}`. The name has one or two words; the separator between them replaces the spaces
//! of the value. Braces with `imdb-`, `imdbid-` or `edition-` around a token belong to it (`{edition-{Edition Tags}}`),
//! as media servers want it. What is no token is literal text, a faulty token too: [`super::validate`] complains of it.
//!
//! Source of the grammar: Radarr's `FileNameBuilder`.

/// A part of a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part<'a> {
    /// Text that stands for itself.
    Literal(&'a str),
    /// Something to fill in.
    Token(Token<'a>),
}

/// Something to fill in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token<'a> {
    /// The token as it was written.
    pub text: &'a str,
    /// `{imdb-`, `{imdbid-` or `{edition-`, with all the braces before it; else empty.
    pub tag: &'a str,
    /// Printed before a value.
    pub prefix: &'a str,
    /// The name as it was written: its case is the case of the value.
    pub name: &'a str,
    /// What stands between the two words of the name; empty when it has one word.
    pub separator: &'a str,
    /// What follows the colon.
    pub argument: Option<&'a str>,
    /// Printed behind a value.
    pub suffix: &'a str,
}

impl Token<'_> {
    /// The name in the form that tokens are looked up by: small letters and digits only.
    pub fn key(&self) -> String {
        key(self.name)
    }
}

/// A token's name in the form that tokens are looked up by: small letters and digits only.
pub fn key(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

const TAGS: &[&str] = &["imdbid-", "imdb-", "edition-"];

/// Reads a format. Every byte of it is in exactly one part.
pub fn parse(format: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = format;
    let mut literal = 0;
    while let Some(brace) = rest.get(literal..).and_then(|text| text.find('{')) {
        let at = literal + brace;
        let (before, from) = rest.split_at(at);
        if let Some(token) = token(from) {
            if !before.is_empty() {
                parts.push(Part::Literal(before));
            }
            rest = from.get(token.text.len()..).unwrap_or_default();
            parts.push(Part::Token(token));
            literal = 0;
        } else {
            literal = at + 1;
        }
    }
    if !rest.is_empty() {
        parts.push(Part::Literal(rest));
    }
    parts
}

/// How many tokens a format has.
pub fn token_count(format: &str) -> usize {
    parse(format).iter().filter(|part| matches!(part, Part::Token(_))).count()
}

/// The token at the start of `text`, which starts with a brace.
fn token(text: &str) -> Option<Token<'_>> {
    let tag = tag(text);
    let mut rest = Rest(text.get(tag.len()..)?.strip_prefix('{')?);
    let prefix = rest.take(|c| matches!(c, '-' | ' ' | '.' | '_' | '[' | '(' | '{'));
    let words = rest.0;
    let first = rest.take(|c| c.is_ascii_alphanumeric());
    if first.is_empty() {
        return None;
    }
    let mut ahead = Rest(rest.0);
    let mut separator = ahead.take(|c| matches!(c, '-' | ' ' | '.' | '_'));
    let second = ahead.take(|c| c.is_ascii_alphanumeric());
    if separator.is_empty() || second.is_empty() {
        separator = "";
    } else {
        rest = ahead;
    }
    let name = words.get(..words.len() - rest.0.len())?;
    let argument = match rest.0.strip_prefix(':') {
        Some(given) => {
            let mut after = Rest(given);
            let run = after.take(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | ',' | '|' | '+' | '-'));
            // A space or dash at its end belongs to the suffix.
            let argument = run.trim_end_matches([' ', '-']);
            rest = Rest(given.get(argument.len()..)?);
            Some(argument).filter(|argument| !argument.is_empty())?;
            Some(argument)
        }
        None => None,
    };
    let mut after = Rest(rest.0);
    let run = after.take(|c| matches!(c, '-' | ' ' | '.' | '_' | ']' | ')' | '}'));
    let suffix = run.get(..run.rfind('}')?)?;
    let len = text.len() - rest.0.len() + suffix.len() + 1;
    Some(Token { text: text.get(..len)?, tag, prefix, name, separator, argument, suffix })
}

/// The tag that `text` starts with, when a token follows it.
fn tag(text: &str) -> &str {
    let word = text.trim_start_matches('{');
    let found = TAGS.iter().find(|tag| {
        word.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag))
            && word.get(tag.len()..).is_some_and(|rest| rest.starts_with('{'))
    });
    let len = found.map_or(0, |tag| text.len() - word.len() + tag.len());
    text.get(..len).unwrap_or_default()
}

/// What is left to read.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn take(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let end = self.0.find(|c| !belongs(c)).unwrap_or(self.0.len());
        let (taken, rest) = self.0.split_at(end);
        self.0 = rest;
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(format: &str, want: &[&str]) {
        let parts: Vec<String> = parse(format)
            .into_iter()
            .map(|part| match part {
                Part::Literal(text) => format!("'{text}'"),
                Part::Token(t) => format!(
                    "{}<{}|{}|{}|{}>",
                    t.tag,
                    t.prefix,
                    t.name,
                    t.argument.unwrap_or_default(),
                    t.suffix
                ),
            })
            .collect();
        assert_eq!(parts, want, "{format}");
    }

    #[test]
    fn reads_tokens_with_their_affixes_arguments_and_tags() {
        check("{Movie Title} ({Release Year})", &["<|Movie Title||>", "' ('", "<|Release Year||>", "')'"]);
        check("{[Quality Proper]}x", &["<[|Quality Proper||]>", "'x'"]);
        check("{-Release Group}", &["<-|Release Group||>"]);
        check("{edition-{Edition Tags}}", &["{edition-<|Edition Tags||}>"]);
        check("{{imdbid-{ImdbId}}}", &["{{imdbid-<|ImdbId||}}>"]);
        check("{{Edition Tags}}", &["<{|Edition Tags||}>"]);
        check("{Movie Title:JA|FR}", &["<|Movie Title|JA|FR|>"]);
        check("{MediaInfo SubtitleLanguages:-EN-}End", &["<|MediaInfo SubtitleLanguages|-EN|->", "'End'"]);
        check("{MediaInfo SubtitleLanguages:DE+NO.}", &["<|MediaInfo SubtitleLanguages|DE+NO|.>"]);
    }

    #[test]
    fn what_is_no_token_is_literal_text() {
        check("{Custom Formats:-}", &["'{Custom Formats:-}'"]);
        check("{Custom Formats:}", &["'{Custom Formats:}'"]);
        check("{One Two Three}", &["'{One Two Three}'"]);
        check("{", &["'{'"]);
        check("{{{ {Movie Title", &["'{{{ {Movie Title'"]);
        check("é{}ü", &["'é{}ü'"]);
    }

    proptest::proptest! {
        #[test]
        fn the_parts_are_the_format(format in "[ -~éß{}:\\[\\]]{0,60}") {
            let joined: String = parse(&format)
                .iter()
                .map(|part| match part { Part::Literal(text) => *text, Part::Token(token) => token.text })
                .collect();
            proptest::prop_assert_eq!(joined, format);
        }
    }
}
