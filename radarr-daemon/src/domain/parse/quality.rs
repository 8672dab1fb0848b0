//! Source, resolution, modifier and revision in a name.
//!
//! The last source behind the title counts, but a cam, telesync, telecine, screener or workprint beats what is claimed
//! beside it. What the words do not say, the codec and then the file extension tell. Rules after Radarr's quality
//! parser. Read next: `vocabulary.rs` for the words.

use radarr_proto::model::{
    DetectedFrom, FactKind, Modifier, Quality, QualityModel, QualitySource, Revision, Span,
};

use super::file_name;
use super::lexicon::{Role, Roles};
use super::marks::{Mark, SourceWord, Token, char_at, char_before, tokens};
use super::structure;
use super::vocabulary::glued_source;
use super::words::words;
use crate::domain::quality::find_quality;

/// What a name says about quality.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QualityFound {
    /// The quality with its revision.
    pub quality: QualityModel,
    /// The source that the name claims.
    pub source: QualitySource,
    /// Lines of the picture; of a cam, telesync or the like those that the name claims. 0 = none.
    pub resolution: u16,
    /// What else is special.
    pub modifier: Modifier,
    /// Where the source was found.
    pub source_from: DetectedFrom,
    /// Where the resolution was found.
    pub resolution_from: DetectedFrom,
    /// Where the revision was found.
    pub revision_from: DetectedFrom,
    /// Which parts of the name gave these facts.
    pub spans: Vec<Span>,
}

/// Finds the quality in a release or file name.
pub fn parse_quality(name: &str) -> QualityFound {
    let name = file_name::bounded(name);
    let lower = name.to_ascii_lowercase();
    let words = words(name);
    let tokens = tokens(name, &lower, &words.all);
    let title_end = structure::find(name, &tokens).map_or(0, |found| found.title_end);
    from_tokens(name, &tokens, words.said, title_end)
}

/// Finds the quality in the tokens of a name whose words `said` that and whose title ends at that byte (0 = not known).
pub(super) fn from_tokens(name: &str, tokens: &[Token<'_>], said: Roles, title_end: usize) -> QualityFound {
    let scan = Scan { name, tokens, said, title_end };
    let mut found = scan.decide();
    scan.revision(&mut found);
    found
}

struct Scan<'a> {
    name: &'a str,
    tokens: &'a [Token<'a>],
    said: Roles,
    title_end: usize,
}

/// A source with its token.
type SourceAt = (usize, SourceWord);

impl Scan<'_> {
    fn decide(&self) -> QualityFound {
        // As many as most names have.
        let mut found = QualityFound { spans: Vec::with_capacity(8), ..QualityFound::default() };
        let source = self.source();
        let resolution = self.resolution();
        let remux = self.remux();
        if let Some((at, _)) = source {
            self.span(&mut found, FactKind::Source, at);
        }
        if let Some((at, _)) = resolution {
            self.span(&mut found, FactKind::Resolution, at);
        }
        let lines = resolution.map_or(0, |(_, lines)| lines);
        if lines > 0 {
            found.resolution_from = DetectedFrom::Name;
        }
        if self.says_raw_hd() {
            return finish(found, QualitySource::Tv, 1080, Modifier::RawHd, DetectedFrom::Name);
        }
        if let Some((_, word)) = source {
            return self.from_source(found, word, lines, remux);
        }
        if let Some(at) = remux {
            self.span(&mut found, FactKind::Modifier, at);
            return self.bluray(found, lines, true);
        }
        if lines > 0 {
            return self.from_resolution(found, lines);
        }
        self.from_codec_or_extension(found)
    }

    fn span(&self, found: &mut QualityFound, fact: FactKind, at: usize) {
        if let Some(token) = self.tokens.get(at) {
            found.spans.push(Span { fact, start: token.start, end: token.end });
        }
    }

    /// The quality of a source that stands in the name.
    fn from_source(
        &self,
        mut found: QualityFound,
        word: SourceWord,
        lines: u16,
        remux: Option<usize>,
    ) -> QualityFound {
        use DetectedFrom::Name;
        let old_codec = || self.said.has(Role::OldCodec) && self.has_any(&["xvid", "divx", "x-vid"]);
        match word {
            SourceWord::Bluray if self.is_disc() => {
                finish(found, QualitySource::Bluray, 1080, Modifier::BrDisk, Name)
            }
            SourceWord::Bluray if old_codec() => {
                finish(found, QualitySource::Bluray, 480, Modifier::None, Name)
            }
            SourceWord::Bluray => {
                if let Some(at) = remux {
                    self.span(&mut found, FactKind::Modifier, at);
                }
                let untouched = remux.is_some() || self.is_german_untouched(lines);
                self.bluray(found, lines, untouched)
            }
            SourceWord::BlurayRip => {
                let lines = match lines {
                    _ if old_codec() => 480,
                    576 | 720 | 1080 | 2160 => lines,
                    _ => 480,
                };
                finish(found, QualitySource::Bluray, lines, Modifier::None, Name)
            }
            SourceWord::WebDl => {
                let is_bracketed = |token: &Token<'_>| token.lower == "webdl" && self.is_bracketed(token);
                let bracketed = || self.tokens.iter().any(is_bracketed) || self.is_bracketed_web();
                finish(found, QualitySource::Webdl, web_lines(lines, bracketed), Modifier::None, Name)
            }
            SourceWord::WebRip => {
                finish(found, QualitySource::Webrip, web_lines(lines, || false), Modifier::None, Name)
            }
            SourceWord::Hdtv if self.has_codec(&["mpeg2"]) => {
                finish(found, QualitySource::Tv, 1080, Modifier::RawHd, Name)
            }
            SourceWord::Hdtv | SourceWord::HdTvApart => {
                let bracketed = self.name.contains("[HDTV]") || word == SourceWord::HdTvApart;
                let lines = match lines {
                    720 | 1080 | 2160 => lines,
                    _ if bracketed => 720,
                    _ => 480,
                };
                finish(found, QualitySource::Tv, lines, Modifier::None, Name)
            }
            SourceWord::Tv => {
                let lines = match lines {
                    720 | 1080 => lines,
                    _ if self.name.to_ascii_lowercase().replace(['.', '_', '-'], " ").contains("hr ws") => {
                        720
                    }
                    _ => 480,
                };
                finish(found, QualitySource::Tv, lines, Modifier::None, Name)
            }
            SourceWord::Dvd if remux.is_some() => {
                finish(found, QualitySource::Dvd, 480, Modifier::Remux, Name)
            }
            SourceWord::Dvd => claimed(found, Quality::Dvd, lines),
            SourceWord::DvdR => finish(found, QualitySource::Dvd, 480, Modifier::Remux, Name),
            SourceWord::Regional => finish(found, QualitySource::Dvd, 480, Modifier::Regional, Name),
            SourceWord::Screener => finish(found, QualitySource::Dvd, 480, Modifier::Screener, Name),
            SourceWord::Telesync => claimed(found, Quality::Telesync, lines),
            SourceWord::Telecine => claimed(found, Quality::Telecine, lines),
            SourceWord::Cam => claimed(found, Quality::Cam, lines),
            SourceWord::Workprint => claimed(found, Quality::Workprint, lines),
        }
    }

    /// Blu-ray, an encode or untouched. An untouched one without a resolution has 1080 lines, an encode 720.
    fn bluray(&self, found: QualityFound, lines: u16, untouched: bool) -> QualityFound {
        let (lines, modifier) = match lines {
            360 | 480 | 540 => (480, Modifier::None),
            576 | 720 => (lines, Modifier::None),
            2160 if untouched => (2160, Modifier::Remux),
            1080 | 0 if untouched => (1080, Modifier::Remux),
            1080 | 2160 => (lines, Modifier::None),
            _ => (720, Modifier::None),
        };
        finish(found, QualitySource::Bluray, lines, modifier, DetectedFrom::Name)
    }

    /// Only a resolution stands in the name: the extension may tell the source, else it is taken for television.
    fn from_resolution(&self, found: QualityFound, lines: u16) -> QualityFound {
        let by_extension = file_name::quality_of_extension(self.name);
        let (source, from) = match by_extension.map(Quality::source) {
            Some(source) => (source, DetectedFrom::Extension),
            None => (QualitySource::Unknown, DetectedFrom::Unknown),
        };
        let source = if source == QualitySource::Unknown { QualitySource::Tv } else { source };
        // There is no quality of fewer lines than 480, and none of 576 but for discs.
        let lines = if lines < 720 { 480 } else { lines };
        finish(found, source, lines, Modifier::None, from)
    }

    /// Neither source nor resolution: the codec, then the extension.
    fn from_codec_or_extension(&self, mut found: QualityFound) -> QualityFound {
        if self.has_any(&["xvidhd"]) {
            return finish(found, QualitySource::Tv, 720, Modifier::None, DetectedFrom::Unknown);
        }
        if self.has_any(&["x264", "h264", "xvid", "x-vid", "divx"]) {
            return finish(found, QualitySource::Tv, 480, Modifier::None, DetectedFrom::Unknown);
        }
        let Some(quality) = file_name::quality_of_extension(self.name) else { return found };
        found.resolution_from = DetectedFrom::Extension;
        found.quality.quality = quality;
        found.source = quality.source();
        found.resolution = quality.resolution();
        found.source_from = DetectedFrom::Extension;
        found
    }

    /// The source that counts.
    fn source(&self) -> Option<SourceAt> {
        let is_poor = |word: SourceWord| {
            matches!(
                word,
                SourceWord::Cam
                    | SourceWord::Telesync
                    | SourceWord::Telecine
                    | SourceWord::Screener
                    | SourceWord::Workprint
            )
        };
        let better =
            |chosen: Option<SourceAt>, next| chosen.filter(|(_, word)| is_poor(*word)).or(Some(next));
        let (mut in_title, mut behind) = (None, None);
        // A mark of quality behind the title makes a source in the title a word of it.
        let mut has_marks_behind = false;
        for (at, token) in self.tokens.iter().enumerate() {
            let is_behind = token.start >= self.title_end;
            has_marks_behind |=
                is_behind && matches!(token.mark, Mark::Resolution(_) | Mark::Codec | Mark::Remux { .. });
            let Some(word) = self.source_at(at) else { continue };
            let place = if is_behind { &mut behind } else { &mut in_title };
            *place = better(*place, (at, word));
        }
        behind.or(in_title.filter(|_| !has_marks_behind))
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "only marks that name a source count")]
    fn source_at(&self, at: usize) -> Option<SourceWord> {
        let token = self.tokens.get(at)?;
        match token.mark {
            Mark::Source(word) => self.is_source(at, token, word).then_some(word),
            Mark::Resolution(_) => glued_source(token.lower),
            Mark::Remux { with_source: true, .. } => Some(SourceWord::Bluray),
            _ => None,
        }
    }

    /// Short and common words are a source only in their places.
    fn is_source(&self, at: usize, token: &Token<'_>, word: SourceWord) -> bool {
        match (token.lower, word) {
            ("web", _) => self.is_web_mark(at, token),
            ("bd", _) => token.end < self.name.trim_end().len(),
            ("ts", _) => token.end < self.name.len(),
            ("cam" | "tc" | "wp", _) => {
                self.title_end > 0 && token.start >= self.title_end || token.is_shouted()
            }
            _ => true,
        }
    }

    /// `WEB` alone: beside a resolution, codec, sound or service, in brackets, or shouted at the end.
    fn is_web_mark(&self, at: usize, token: &Token<'_>) -> bool {
        if self.title_end > 0 && token.start < self.title_end {
            return false;
        }
        let before = at.checked_sub(1).and_then(|at| self.tokens.get(at));
        let after = self.tokens.get(at + 1);
        let opens = matches!(char_before(self.name, token.start), Some('[' | '('));
        let shouted_end = token.text == "WEB" && after.is_none_or(|next| file_name::is_extension(next.lower));
        let beside = |neighbour: Option<&Token<'_>>| {
            neighbour.is_some_and(|token| {
                token.start >= self.title_end
                    && (matches!(
                        token.mark,
                        Mark::Resolution(_) | Mark::Codec | Mark::Technical | Mark::Repair | Mark::Language
                    ) || token.lower.starts_with("dd")
                        || token.lower.starts_with("aac")
                        || SERVICES.contains(&token.lower))
            })
        };
        opens || shouted_end || beside(after) || (beside(before) && token.text != "Web")
    }

    fn is_bracketed_web(&self) -> bool {
        self.tokens.iter().any(|token| {
            token.lower == "web" && matches!(char_before(self.name, token.start), Some('[' | '('))
        })
    }

    /// The resolution behind the title, else anywhere; a bare `UHD` or `4K` only when no number stands in the name.
    fn resolution(&self) -> Option<(usize, u16)> {
        let lines_at = |at: usize| match self.tokens.get(at).map(|token| token.mark) {
            Some(Mark::Resolution(lines)) => Some((at, lines)),
            Some(Mark::Remux { lines, .. }) if lines > 0 => Some((at, lines)),
            _ => None,
        };
        let numbered = (0..self.tokens.len()).find_map(lines_at);
        numbered.or_else(|| {
            let at = (0..self.tokens.len()).find(|at| self.is_ultra_hd(*at));
            at.filter(|_| self.said.has(Role::UltraHd)).map(|at| (at, 2160))
        })
    }

    /// `UHD`, `4K`: but `4K Remastered` and `4K Restored` name the scan, not the picture.
    fn is_ultra_hd(&self, at: usize) -> bool {
        let Some(token) = self.tokens.get(at).filter(|token| token.start >= self.title_end) else {
            return false;
        };
        match token.lower {
            // Alone or joined: "UHDRip", "UHD.Remux".
            word if token.is_mark() && word.starts_with("uhd") => true,
            "netflixuhd" => true,
            "4k" => {
                let next = self.tokens.get(at + 1).map_or("", |next| next.lower);
                !matches!(next, "remastered" | "restored" | "remaster" | "restoration" | "scan")
            }
            _ => false,
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "only one mark is looked for")]
    /// `Remux` behind a space, dot, bracket or a resolution; behind another hyphen it is a group.
    fn remux(&self) -> Option<usize> {
        self.tokens.iter().enumerate().position(|(at, token)| match token.mark {
            Mark::Remux { with_source: true, .. } => true,
            Mark::Remux { with_source: false, .. } => {
                let hyphen = char_before(self.name, token.start) == Some('-');
                let before = at.checked_sub(1).and_then(|at| self.tokens.get(at));
                let joined = before.is_some_and(|before| {
                    matches!(before.mark, Mark::Resolution(_) | Mark::Source(_)) || before.lower == "hybrid"
                });
                at > 0 && (!hyphen || joined)
            }
            _ => false,
        })
    }

    /// An untouched disc: a disc word with its codec or image, and nothing that speaks of an encode.
    fn is_disc(&self) -> bool {
        if !self.said.has(Role::Disc) {
            return false;
        }
        let year_at = self.tokens.iter().position(|token| token.year.is_some());
        let german_at = self.position("german");
        let after = |words: &[&str], from: usize| {
            self.tokens.iter().skip(from).any(|token| words.contains(&token.lower))
        };
        let untouched_codec = self.has_codec(&["avc", "hevc", "vc1", "mvc", "mpeg2"]);
        let encode = self.has_any(&[
            "bdrip", "720p", "mkv", "xvid", "wmv", "d3g", "remux", "bdremux", "uhdremux", "brremux", "x264",
            "x265", "h264", "h265", "dvd",
        ]) || self.has_codec(&["h264", "h265", "x264", "x265"])
            || self.tokens.iter().any(|token| matches!(token.mark, Mark::Remux { .. }))
            || (self.has_lines(1080) && self.has_any(&["hevc"]))
            || german_at.is_some_and(|at| {
                after(&["dl", "ml"], at) || (untouched_codec && year_at.is_some_and(|year| year < at))
            });
        if encode {
            return false;
        }
        let disc = self.has_source(SourceWord::Bluray);
        let three_d =
            self.tokens.windows(2).any(|pair| matches!(pair, [a, b] if a.lower == "3d" && b.lower == "bd"));
        let full = self.tokens.windows(2).any(
            |pair| matches!(pair, [a, b] if a.lower == "full" && b.mark == Mark::Source(SourceWord::Bluray)),
        );
        let complete = self.tokens.iter().any(|token| {
            token.start >= self.title_end && matches!(token.lower, "complete" | "disc" | "disk" | "untouched")
        });
        let image = self.tokens.iter().any(|token| {
            matches!(
                token.lower.replace(['-', '.', '_', ' '], "").as_str(),
                "bd25"
                    | "bd50"
                    | "bd66"
                    | "bd100"
                    | "bdiso"
                    | "brdisk"
                    | "uhd50"
                    | "uhd66"
                    | "uhd100"
                    | "uhdiso"
            )
        });
        (disc && (untouched_codec || self.has_any(&["bdmv", "iso"]) || complete)) || three_d || full || image
    }

    /// The German scene's untouched discs: `German DL 1080p BluRay AVC` without an encoder's word. `HEVC` is what a
    /// disc of 2160 lines holds, when it stands behind `DL` as the scene has it.
    fn is_german_untouched(&self, lines: u16) -> bool {
        if !self.said.has(Role::Disc) {
            return false;
        }
        let Some(german) = self.position("german") else { return false };
        let is_second = |token: &Token<'_>| matches!(token.lower, "dl" | "ml");
        let Some(second) = self.tokens.iter().skip(german).position(is_second) else { return false };
        let behind = self.tokens.get(german + second..).unwrap_or_default();
        let hevc = lines == 2160 && behind.iter().any(|token| token.lower == "hevc");
        (hevc || self.has_codec(&["avc", "vc1", "mvc", "mpeg2"]))
            && !self.has_codec(&["x264", "x265", "h264", "h265"])
    }

    fn says_raw_hd(&self) -> bool {
        let is_apart = |pair: &[Token<'_>]| matches!(pair, [a, b] if a.lower == "raw" && b.lower == "hd");
        self.said.has(Role::RawHd) && (self.has_any(&["rawhd"]) || self.tokens.windows(2).any(is_apart))
    }

    fn position(&self, word: &str) -> Option<usize> {
        self.tokens.iter().position(|token| token.lower == word)
    }

    fn has_any(&self, words: &[&str]) -> bool {
        self.tokens.iter().any(|token| words.contains(&token.lower))
    }

    /// As [`Self::has_any`], for codecs that may be written in two parts (`h.264`, `VC-1`).
    fn has_codec(&self, words: &[&str]) -> bool {
        self.tokens.iter().filter(|token| token.mark == Mark::Codec).any(|token| {
            words.iter().any(|word| token.lower.bytes().filter(u8::is_ascii_alphanumeric).eq(word.bytes()))
        })
    }

    fn has_lines(&self, wanted: u16) -> bool {
        self.tokens.iter().any(|token| token.mark == Mark::Resolution(wanted))
    }

    fn has_source(&self, wanted: SourceWord) -> bool {
        (0..self.tokens.len()).any(|at| self.source_at(at) == Some(wanted))
    }

    /// Proper, repack, version and real.
    fn revision(&self, found: &mut QualityFound) {
        let mut revision = Revision::default();
        let mut number = None;
        for (at, token) in self.tokens.iter().enumerate() {
            if token.start < self.title_end {
                // "[v2]" is no word of a title.
                number = number
                    .or(self.version_at(at, token).filter(|_| self.is_bracketed(token)).map(|v| (at, v)));
                continue;
            }
            if token.mark == Mark::Repair {
                let repeated = token
                    .lower
                    .bytes()
                    .last()
                    .filter(u8::is_ascii_digit)
                    .map(|digit| u32::from(digit - b'0'));
                match token.lower {
                    "real" if token.text == "REAL" => revision.real += 1,
                    "real" => continue,
                    "proper" => revision.version = revision.version.max(2),
                    _ => {
                        revision.is_repack = true;
                        revision.version = revision.version.max(repeated.map_or(2, |times| times + 1));
                    }
                }
                self.span(found, FactKind::Revision, at);
            } else if let Some(version) = self.version_at(at, token) {
                number = number.or(Some((at, version)));
            }
        }
        if let Some((at, version)) = number {
            revision.version = revision.version.max(version);
            self.span(found, FactKind::Revision, at);
        }
        if revision.version != 1 || revision.real > 0 {
            found.revision_from = DetectedFrom::Name;
        }
        found.quality.revision = revision;
    }

    fn is_bracketed(&self, token: &Token<'_>) -> bool {
        char_before(self.name, token.start) == Some('[') && char_at(self.name, token.end) == Some(']')
    }

    /// `v2` behind a number (`01v2`, `2018 v2 `, `(2018) v2 `) or in brackets.
    fn version_at(&self, at: usize, token: &Token<'_>) -> Option<u32> {
        let [.., b'v', digit @ b'0'..=b'9'] = token.lower.as_bytes() else { return None };
        let version = u32::from(digit - b'0');
        let before = token.lower.get(..token.lower.len() - 2)?;
        let next = char_at(self.name, token.end);
        let separated = matches!(next, Some('-' | '.' | '_' | ' '));
        let bracketed = self.is_bracketed(token);
        let behind_number = if before.is_empty() {
            let before = at.checked_sub(1).and_then(|at| self.tokens.get(at))?;
            let between = self.name.get(before.end..token.start).unwrap_or_default();
            let is_near = between.trim_start_matches([')', ']']).len() <= 1;
            before.lower.ends_with(|c: char| c.is_ascii_digit()) && is_near
        } else {
            before.ends_with(|c: char| c.is_ascii_digit())
        };
        (bracketed || (behind_number && separated)).then_some(version)
    }
}

/// Streaming services whose short name stands before `WEB`.
const SERVICES: &[&str] =
    &["amzn", "nf", "dp", "dsnp", "dsny", "hmax", "atvp", "pcok", "it", "ma", "hulu", "cr"];

/// Lines of a web release: 480 when nothing higher is said, 720 when the source stands in brackets.
fn web_lines(lines: u16, bracketed: impl Fn() -> bool) -> u16 {
    match lines {
        720 | 1080 | 2160 => lines,
        0 if bracketed() => 720,
        _ => 480,
    }
}

/// A quality that has no resolution of its own keeps the one that the name claims.
fn claimed(mut found: QualityFound, quality: Quality, lines: u16) -> QualityFound {
    found.quality.quality = quality;
    found.source = quality.source();
    found.resolution = lines;
    found.modifier = quality.modifier();
    found.source_from = DetectedFrom::Name;
    found
}

fn finish(
    mut found: QualityFound,
    source: QualitySource,
    lines: u16,
    modifier: Modifier,
    from: DetectedFrom,
) -> QualityFound {
    let quality = find_quality(source, lines, modifier);
    found.quality.quality = quality;
    found.source = quality.source();
    found.resolution = quality.resolution();
    found.modifier = quality.modifier();
    found.source_from = from;
    found
}
