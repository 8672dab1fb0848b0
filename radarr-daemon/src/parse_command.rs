//! `radarr-daemon parse`: release names in, one JSON object for each out. Works without a running daemon.
//!
//! The shape is a contract with scripts: keys are added, never renamed. What the facts mean: `domain/parse`.

use std::io::{self, BufRead, Read, Write};

use radarr_proto::model::{DetectedFrom, ImdbId, Modifier, QualitySource};
use serde::Serialize;

use crate::domain::parse::{self, ParsedRelease};

/// Of a longer line only this much is read and shown: it is no name, and must not fill the memory.
const LINE_BYTES_MAX: u64 = 64 * 1024;

#[derive(Serialize)]
struct Answer<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    title: Option<&'a str>,
    titles: &'a [String],
    year: Option<u16>,
    edition: Option<&'a str>,
    quality: QualityAnswer,
    languages: Vec<&'static str>,
    release_group: Option<&'a str>,
    hardcoded_subs: Option<&'a str>,
    tmdb_id: Option<u32>,
    imdb_id: Option<&'a str>,
}

#[derive(Serialize)]
struct QualityAnswer {
    name: &'static str,
    source: QualitySource,
    resolution: u16,
    modifier: Modifier,
    revision: RevisionAnswer,
    source_detected_from: DetectedFrom,
    resolution_detected_from: DetectedFrom,
}

#[derive(Serialize)]
struct RevisionAnswer {
    version: u32,
    real: u32,
    is_repack: bool,
}

impl<'a> Answer<'a> {
    fn of(parsed: &'a ParsedRelease) -> Self {
        let revision = parsed.quality.revision;
        Self {
            name: &parsed.name,
            error: parsed.not_a_movie.as_deref(),
            title: parsed.title(),
            titles: &parsed.titles,
            year: parsed.year,
            edition: parsed.edition.as_deref(),
            quality: QualityAnswer {
                name: parsed.quality.quality.name(),
                source: parsed.source,
                resolution: parsed.resolution,
                modifier: parsed.modifier,
                revision: RevisionAnswer {
                    version: revision.version,
                    real: revision.real,
                    is_repack: revision.is_repack,
                },
                source_detected_from: parsed.source_from,
                resolution_detected_from: parsed.resolution_from,
            },
            languages: parsed.languages.iter().map(|language| language.name()).collect(),
            release_group: parsed.release_group.as_deref(),
            hardcoded_subs: parsed.hardcoded_subs.as_deref(),
            tmdb_id: parsed.tmdb_id.map(|id| id.0),
            imdb_id: parsed.imdb_id.as_ref().map(ImdbId::as_str),
        }
    }
}

/// Reads names, one a line, until the input ends; prints one JSON object a line in the same order.
///
/// The line ending (`\n` or `\r\n`) is no part of the name; inner and outer spaces are. Bytes that are not UTF-8 become
/// the replacement character. With `folder_names` the forms that only folders have are tried as well.
///
/// # Errors
/// When the input cannot be read or the output cannot be written.
pub fn run(mut input: impl BufRead, mut output: impl Write, folder_names: bool) -> io::Result<()> {
    let mut line = Vec::new();
    while read_line(&mut input, &mut line)? {
        let bytes = line.strip_suffix(b"\n").unwrap_or(&line);
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        let name = String::from_utf8_lossy(bytes);
        let parsed = if folder_names { parse::parse_folder(&name) } else { parse::parse_release(&name) };
        serde_json::to_writer(&mut output, &Answer::of(&parsed))?;
        output.write_all(b"\n")?;
    }
    output.flush()
}

/// Reads a line, without what is beyond [`LINE_BYTES_MAX`]; false at the end of the input.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    if input.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', line)? == 0 {
        return Ok(false);
    }
    if !line.ends_with(b"\n") {
        input.skip_until(b'\n')?;
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn answers(input: &[u8], folder_names: bool) -> Vec<Value> {
        let mut output = Vec::new();
        run(input, &mut output, folder_names).unwrap();
        let text = String::from_utf8(output).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn prints_one_object_for_each_name_in_their_order() {
        let got = answers(b"Movie.2018.1080p.BluRay.x264-GRP\r\nno movie\n\n", false);
        assert_eq!(got.len(), 3);
        assert_eq!(got[0]["name"], "Movie.2018.1080p.BluRay.x264-GRP");
        assert_eq!(got[0]["title"], "Movie");
        assert_eq!(got[0]["quality"]["name"], "Bluray-1080p");
        assert_eq!(got[0]["quality"]["source"], "BLURAY");
        assert_eq!(got[0]["quality"]["modifier"], "NONE");
        assert_eq!(got[0]["quality"]["source_detected_from"], "Name");
        assert!(got[0].get("error").is_none());
        assert!(got[1]["error"].is_string());
        assert_eq!(got[2]["name"], "");
    }

    #[test]
    fn a_name_that_is_not_utf8_is_read_with_replacement_characters() {
        let got = answers(b"Caf\xe9.2018.1080p.WEB-DL\n", false);
        assert_eq!(got[0]["name"], "Caf\u{fffd}.2018.1080p.WEB-DL");
        assert_eq!(got[0]["year"], 2018);
    }

    #[test]
    fn odd_lines_give_an_answer_each() {
        let long = "a".repeat(200_000);
        let input = [
            b"\xff\xfe\xc3",
            b"\0\x1b[2J".as_slice(),
            b"....",
            "\u{202e}\u{200f}".as_bytes(),
            long.as_bytes(),
            b"Movie.2018.1080p.WEB-DL",
        ];
        let got = answers(&input.join(&b'\n'), false);
        assert_eq!(got.len(), input.len());
        assert!(got[..5].iter().all(|answer| answer["error"].is_string()), "{got:?}");
        assert_eq!(got[0]["name"], "\u{fffd}\u{fffd}\u{fffd}");
        assert_eq!(got[4]["name"].as_str().map(str::len), Some(65_536));
        assert_eq!(got[5]["title"], "Movie");
    }

    #[test]
    fn forms_of_folders_are_tried_when_asked_for() {
        assert!(answers(b"(1995) Movie Name", false)[0]["error"].is_string());
        assert_eq!(answers(b"(1995) Movie Name", true)[0]["title"], "Movie Name");
    }
}
