//! The words of release names, as tables: which mark a word is, and how surely.
//!
//! Source: Radarr's expressions for source, resolution, codec and revision, written as words; more words from names
//! in the wild. Words are in ASCII lower case; forms of several words (`web-dl`) are written without separators.

use super::marks::{Mark, SourceWord};

/// How surely a word is a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strength {
    /// Never a word of a title: ends it wherever it stands.
    Hard,
    /// A mark beside other marks; alone it may be a word of a title.
    Soft,
    /// A common word (`web`, `cam`, `real`): a mark behind the title, or when shouted beside other marks.
    Common,
}

use Strength::{Common, Hard, Soft};

/// The mark of a single word.
pub(super) fn single(word: &str) -> Option<(Mark, Strength)> {
    if word.len() > 24 {
        return None;
    }
    source(word)
        .map(|(source, strength)| (Mark::Source(source), strength))
        .or_else(|| resolution(word).map(|lines| (Mark::Resolution(lines), Hard)))
        .or_else(|| remux(word))
        .or_else(|| glued(word))
        .or_else(|| other(word))
}

/// The mark that several words with single separators between them are.
pub(super) fn joined<'a>(parts: impl Iterator<Item = &'a str>) -> Option<(Mark, Strength)> {
    let mut bytes = [0_u8; 16];
    let mut length = 0;
    for part in parts {
        let end = length + part.len();
        bytes.get_mut(length..end)?.copy_from_slice(part.as_bytes());
        length = end;
    }
    let whole = std::str::from_utf8(bytes.get(..length)?).ok()?;
    if is_dvd_disc(whole) {
        return Some((Mark::Source(SourceWord::DvdR), Hard));
    }
    let source = match whole {
        "bluray" => SourceWord::Bluray,
        "hddvd" | "brdisk" | "bdiso" | "bd25" | "bd50" | "bd66" | "bd100" | "uhdiso" | "uhd50" | "uhd66"
        | "uhd100" => SourceWord::Bluray,
        "webdl" => SourceWord::WebDl,
        "webrip" | "webhdrip" | "webdlrip" | "webcap" | "webmux" => SourceWord::WebRip,
        "hdtv" => SourceWord::HdTvApart,
        "hddvdrip" | "bdrip" | "brrip" => SourceWord::BlurayRip,
        "dvdrip" => SourceWord::Dvd,
        "dvdscr" | "dvdscreener" | "bdscr" | "bdscreener" | "webscr" | "webscreener" => SourceWord::Screener,
        "hdts" | "tsrip" => SourceWord::Telesync,
        "predvd" | "predvdrip" => SourceWord::Telesync,
        "hdtc" | "tcrip" => SourceWord::Telecine,
        "hdcam" | "hdcamrip" | "camrip" | "hqcam" | "hqcamrip" => SourceWord::Cam,
        "wsdsr" | "sdtv" | "tvrip" | "satrip" => SourceWord::Tv,
        "bdremux" | "uhdremux" => return Some((Mark::Remux { with_source: true, lines: 0 }, Hard)),
        "h264" | "h265" | "x264" | "x265" | "h266" | "xvid" | "vc1" | "mpeg2" => {
            return Some((Mark::Codec, Hard));
        }
        "dtshd" | "dtsx" | "dtses" | "dtshdma" | "truehd" | "dualaudio" | "multisubs" | "hdr10" | "10bit"
        | "8bit" => {
            return Some((Mark::Technical, Soft));
        }
        "openmatte" | "fanedit" => return Some((Mark::Edition, Soft)),
        _ => return None,
    };
    Some((Mark::Source(source), Hard))
}

fn source(word: &str) -> Option<(SourceWord, Strength)> {
    use SourceWord as S;
    Some(match word {
        "bluray" | "mbluray" | "blray" | "hddvd" | "uhdbd" | "uhd2bd" | "bdiso" | "bdmux" | "bd25"
        | "bd50" | "bd66" | "bd100" | "brdisk" | "bdmv" => (S::Bluray, Hard),
        "bd" => (S::Bluray, Soft),
        "bdrip" | "bdlight" | "hddvdrip" | "uhdbdrip" | "brrip" | "uhdrip" | "hdlight" | "4klight" => {
            return bluray_rip(word);
        }
        "webdl" | "webdlmux" | "amazonhd" | "amazonsd" | "ituneshd" | "maxdomehd" | "netflixhd"
        | "netflixuhd" | "webhd" | "hbomaxhd" | "disneyhd" => (S::WebDl, Hard),
        "webrip" | "webcap" | "webmux" | "webhdrip" | "webdlrip" => (S::WebRip, Hard),
        // Told from its neighbours, see quality.rs.
        "web" => (S::WebDl, Common),
        "hdtv" => (S::Hdtv, Hard),
        _ if is_dvd_disc(word) => (S::DvdR, Hard),
        "dvdrip" | "xvidvd" | "ndvdrip" | "ndvd" => (S::Dvd, Hard),
        "dvd" => (S::Dvd, Soft),
        "regional" => (S::Regional, Common),
        "r0" | "r1" | "r2" | "r3" | "r4" | "r5" | "r6" | "r7" | "r8" | "r9" => (S::Regional, Soft),
        "dvdscr" | "dvdscreener" | "bdscr" | "bdscreener" | "webscr" | "webscreener" | "hdscr" => {
            (S::Screener, Hard)
        }
        "scr" | "screener" => (S::Screener, Soft),
        "telesync" | "telesynch" | "hdts" | "tsrip" | "hdtsrip" | "pdvd" | "pdvdrip" | "predvd"
        | "predvdrip" => (S::Telesync, Hard),
        "ts" => (S::Telesync, Common),
        "telecine" | "hdtc" | "tcrip" | "hdtcrip" => (S::Telecine, Hard),
        "tc" => (S::Telecine, Common),
        "camrip" | "newcam" | "newcamrip" | "hdcam" | "hdcamrip" | "hqcam" | "hqcamrip" => (S::Cam, Hard),
        "cam" => (S::Cam, Common),
        "workprint" => (S::Workprint, Soft),
        "wp" => (S::Workprint, Common),
        "pdtv" | "sdtv" | "tvrip" | "dsr" | "dsrip" | "satrip" | "dvbrip" | "dthrip" => (S::Tv, Hard),
        _ => return None,
    })
}

/// `REPACK`, `RERIP`, and how often: `REPACK2`.
fn is_repack(word: &str) -> bool {
    matches!(word.strip_suffix(|c: char| c.is_ascii_digit()).unwrap_or(word), "repack" | "rerip")
}

/// A whole DVD, counted, on master media or not: `DVDR`, `DVD9`, `MDVD5`, `2xDVD9`, `2DVD9`.
fn is_dvd_disc(word: &str) -> bool {
    let uncounted = word.strip_prefix(|c: char| c.is_ascii_digit()).unwrap_or(word);
    let disc = uncounted.strip_prefix('x').unwrap_or(uncounted);
    matches!(disc.strip_prefix('m').unwrap_or(disc), "dvdr" | "dvd5" | "dvd9")
}

/// Encodes of discs. The light forms name a way of encoding, and no source of their own beside another.
fn bluray_rip(word: &str) -> Option<(SourceWord, Strength)> {
    match word {
        "hdlight" | "4klight" => None,
        _ => Some((SourceWord::BlurayRip, Hard)),
    }
}

/// Lines of a picture, from a word that says nothing else.
fn resolution(word: &str) -> Option<u16> {
    Some(match word {
        "360p" => 360,
        "480p" | "480i" | "640x480" | "848x480" | "720x480" | "854x480" => 480,
        "540p" => 540,
        "576p" | "576i" | "720x576" => 576,
        "720p" | "720i" | "1280x720" | "960p" => 720,
        "1080p" | "1080i" | "1920x1080" | "1440p" | "fhd" | "4kto1080p" => 1080,
        "2160p" | "2160i" | "3840x2160" | "4096x2160" => 2160,
        _ => return wide(word),
    })
}

/// A picture cut at top and bottom: `1920x804` has the width of 1080 lines.
fn wide(word: &str) -> Option<u16> {
    let (width, height) = word.split_once('x')?;
    if !(3..=4).contains(&height.len()) || !height.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match width {
        "1280" => Some(720),
        "1920" => Some(1080),
        "3840" | "4096" => Some(2160),
        _ => None,
    }
}

fn remux(word: &str) -> Option<(Mark, Strength)> {
    match word {
        "remux" => Some((Mark::Remux { with_source: false, lines: 0 }, Hard)),
        "bdremux" | "uhdremux" | "brremux" | "uhdbdremux" => {
            Some((Mark::Remux { with_source: true, lines: 0 }, Hard))
        }
        _ => None,
    }
}

/// A source joined to its resolution: `Bluray1080p`, `BD720p`, `UHDRemux2160p`.
fn glued(word: &str) -> Option<(Mark, Strength)> {
    let cut = word.find(|c: char| c.is_ascii_digit()).filter(|cut| *cut > 0)?;
    let (before, digits) = word.split_at_checked(cut)?;
    let lines = resolution(digits)?;
    match before {
        "remux" | "bdremux" | "uhdremux" => Some((Mark::Remux { with_source: true, lines }, Hard)),
        // quality.rs reads the source from the letters before the digits.
        "bluray" | "bd" | "uhd" | "hdtv" | "webdl" | "web" | "webrip" | "bdrip" | "hd" => {
            Some((Mark::Resolution(lines), Hard))
        }
        _ => None,
    }
}

/// The source at the front of a word that ends in a resolution.
pub(super) fn glued_source(word: &str) -> Option<SourceWord> {
    let letters = word.find(|c: char| c.is_ascii_digit()).and_then(|cut| word.get(..cut))?;
    match letters {
        "bluray" | "bd" => Some(SourceWord::Bluray),
        "bdrip" => Some(SourceWord::BlurayRip),
        "hdtv" => Some(SourceWord::Hdtv),
        "webdl" | "web" => Some(SourceWord::WebDl),
        "webrip" => Some(SourceWord::WebRip),
        _ => None,
    }
}

fn other(word: &str) -> Option<(Mark, Strength)> {
    Some(match word {
        "x264" | "x265" | "h264" | "h265" | "x266" | "h266" | "hevc" | "xvid" | "divx" | "xvidhd" | "av1" => {
            (Mark::Codec, Hard)
        }
        "avc" | "vc1" | "mpeg2" | "mvc" | "vp9" | "vvc" => (Mark::Codec, Soft),
        "proper" => (Mark::Repair, Soft),
        _ if is_repack(word) => (Mark::Repair, Soft),
        "real" => (Mark::Repair, Common),
        "hdrip" | "bit10" | "ddp5" | "dd5" | "hdr10plus" | "truehd" | "webdlripavc" => {
            (Mark::Technical, Hard)
        }
        "dts" | "ac3" | "ac3d" | "eac3" | "eac3d" | "aac" | "aac2" | "flac" | "atmos" | "ddp" | "lpcm"
        | "opus" | "hdr" | "hdr10" | "sdr" | "dovi" | "dv" | "10bit" | "8bit" | "12bit" | "hi10"
        | "hi10p" | "uhd" | "4k" | "3d" | "hsbs" | "hou" | "sbs" | "multi" | "pal" | "ntsc" | "readnfo"
        | "stv" | "ld" | "md" | "dl" | "ml" | "mhd" | "dubbed" | "subbed" | "vostfr" | "multisubs"
        | "multisub" | "amzn" | "dsnp" | "hmax" | "4klight" | "hdlight" | "bdmv" | "r5line" | "esub"
        | "esubs" | "mkv" | "iso" | "nordic" | "dual" => (Mark::Technical, Soft),
        "limited" | "internal" | "hybrid" | "complete" | "line" | "retail" | "nf" | "ws" | "fs" | "hc"
        | "uncompressed" | "dubs" | "hq" => (Mark::Technical, Common),
        "german" | "french" | "truefrench" | "italian" | "ita" | "spanish" | "castellano" | "latino"
        | "japanese" | "jpn" | "chinese" | "korean" | "kor" | "russian" | "rus" | "dutch" | "flemish"
        | "danish" | "swedish" | "norwegian" | "finnish" | "polish" | "czech" | "hungarian" | "hun"
        | "greek" | "turkish" | "hebrew" | "arabic" | "hindi" | "tamil" | "telugu" | "malayalam"
        | "kannada" | "bengali" | "marathi" | "thai" | "vietnamese" | "indonesian" | "romanian"
        | "bulgarian" | "ukrainian" | "ukr" | "persian" | "portuguese" | "dublado" | "catalan"
        | "croatian" | "serbian" | "slovak" | "slovenian" | "estonian" | "latvian" | "lithuanian"
        | "icelandic" | "english" | "eng" | "vff" | "vfq" | "vfi" | "vof" | "swissgerman" | "subfrench"
        | "icelandish" | "tagalog" | "urdu" | "georgian" | "albanian" | "macedonian" | "bosnian"
        | "afrikaans" => (Mark::Language, Soft),
        "extended" | "theatrical" | "uncut" | "unrated" | "uncensored" | "remastered" | "restored"
        | "recut" | "imax" | "despecialized" | "fanedit" | "openmatte" | "2in1" | "3in1" | "4in1"
        | "directors" | "criterion" => (Mark::Edition, Soft),
        // Short for special edition and director's cut; only shouted.
        "se" | "dc" => (Mark::Edition, Common),
        _ => return None,
    })
}

/// Words that stand before `Cut`, `Edition` or `Version`.
pub(super) const EDITION_QUALIFIERS: &[&str] = &[
    "special",
    "final",
    "assembly",
    "imperial",
    "diamond",
    "signature",
    "ultimate",
    "rogue",
    "bootleg",
    "alternative",
    "alternate",
    "anniversary",
    "international",
    "deluxe",
    "limited",
    "definitive",
    "producers",
    "workprint",
    "fan",
    "platinum",
    "gold",
    "director",
    "directors",
    "collector",
    "collectors",
    "s",
    "extended",
    "theatrical",
    "criterion",
    "uncut",
    "unrated",
    "hunter",
    "rekall",
    "super",
    "complete",
    "remastered",
    "restored",
    "imax",
    "luxe",
];

/// Words that end an edition's name.
pub(super) const EDITION_ENDS: &[&str] = &["cut", "edition", "version", "edit"];
