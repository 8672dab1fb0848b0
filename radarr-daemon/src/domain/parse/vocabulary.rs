//! The words of release names, as tables: which mark a word is, and how surely.
//!
//! Source: Radarr's expressions for source, resolution, codec and revision, written as words; more words from names
//! in the wild. Words are in ASCII lower case; forms of several words (`web-dl`) are written without separators.

use std::sync::LazyLock;

use super::lexicon::Role;
use super::marks::{Mark, SourceWord, SourceWord as S};
use super::word_table::WordTable;
use super::words::Word;

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

/// All marks of single words. Of a word that stands in several lists the last one counts: a source before what else it
/// may be.
pub(super) fn singles() -> impl Iterator<Item = (&'static str, (Mark, Strength))> {
    let rows = |value, words: &'static [&'static str]| words.iter().map(move |word| (*word, value));
    let others = OTHERS.iter().flat_map(move |(mark, strength, words)| rows((*mark, *strength), words));
    let lines = LINES.iter().flat_map(move |(lines, words)| rows((Mark::Resolution(*lines), Hard), words));
    let sources = SOURCES
        .iter()
        .flat_map(move |(source, strength, words)| rows((Mark::Source(*source), *strength), words));
    others.chain(lines).chain(sources)
}

static OF_SEVERAL: LazyLock<WordTable<(Mark, Strength)>> = LazyLock::new(|| {
    let rows = JOINED.iter().map(|(mark, strength, words)| ((*mark, *strength), words));
    WordTable::new(rows.flat_map(|(value, words)| words.iter().map(move |word| (*word, value))))
});

/// Every front of a form of several words: only with these can one begin.
pub(super) fn fronts() -> impl Iterator<Item = &'static str> {
    let words = JOINED.iter().flat_map(|(_, _, words)| *words);
    let fronts = words.flat_map(|word| (1..word.len()).filter_map(|end| word.get(..end)));
    fronts.chain(["dv", "dvd", "m", "md", "mdv", "mdvd", "x", "xm"])
}

/// Whether a form of several words may begin with this one; counted discs (`2x DVD9`) begin with a digit.
pub(super) fn may_begin_joined(word: &Word<'_>) -> bool {
    let counted = || word.begins_with_digit() && !word.text.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
    word.has(Role::BeginsMark) || counted()
}

/// The mark of a single word, which is given in lower case as well.
pub(super) fn single(word: &Word<'_>, lower: &str) -> Option<(Mark, Strength)> {
    word.meaning.mark.or_else(|| if word.has_digit { form(lower) } else { None })
}

/// The mark of a word with digits that is not listed but made by a rule.
fn form(word: &str) -> Option<(Mark, Strength)> {
    // Years, channels, numbers of a title.
    if word.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    if is_dvd_disc(word) {
        return Some((Mark::Source(SourceWord::DvdR), Hard));
    }
    if is_repack(word) {
        return Some((Mark::Repair, Soft));
    }
    wide(word).map(|lines| (Mark::Resolution(lines), Hard)).or_else(|| glued(word))
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
    OF_SEVERAL.get(whole).copied()
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

/// Lines of a picture, from a word that says nothing else.
fn resolution(word: &str) -> Option<u16> {
    let listed = LINES.iter().find(|(_, words)| words.contains(&word)).map(|(lines, _)| *lines);
    listed.or_else(|| wide(word))
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

/// Words that name a source. Encodes of discs are sources of their own; `hdlight` and `4klight` only name a way of
/// encoding beside another source, and are technical.
#[rustfmt::skip]
const SOURCES: &[(SourceWord, Strength, &[&str])] = &[
    (S::Bluray, Hard, &[
        "bluray", "mbluray", "blray", "hddvd", "uhdbd", "uhd2bd", "bdiso", "bdmux", "bd25", "bd50", "bd66",
        "bd100", "brdisk", "bdmv",
    ]),
    (S::Bluray, Soft, &["bd"]),
    (S::BlurayRip, Hard, &["bdrip", "bdlight", "hddvdrip", "uhdbdrip", "brrip", "uhdrip"]),
    (S::WebDl, Hard, &[
        "webdl", "webdlmux", "amazonhd", "amazonsd", "ituneshd", "maxdomehd", "netflixhd", "netflixuhd",
        "webhd", "hbomaxhd", "disneyhd",
    ]),
    (S::WebRip, Hard, &["webrip", "webcap", "webmux", "webhdrip", "webdlrip"]),
    // Told from its neighbours, see quality.rs.
    (S::WebDl, Common, &["web"]),
    (S::Hdtv, Hard, &["hdtv"]),
    (S::Dvd, Hard, &["dvdrip", "xvidvd", "ndvdrip", "ndvd"]),
    (S::Dvd, Soft, &["dvd"]),
    // The others with a digit, counted or not, are made by a rule.
    (S::DvdR, Hard, &["dvdr", "mdvdr"]),
    (S::Regional, Common, &["regional"]),
    (S::Regional, Soft, &["r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9"]),
    (S::Screener, Hard, &[
        "dvdscr", "dvdscreener", "bdscr", "bdscreener", "webscr", "webscreener", "hdscr",
    ]),
    (S::Screener, Soft, &["scr", "screener"]),
    (S::Telesync, Hard, &[
        "telesync", "telesynch", "hdts", "tsrip", "hdtsrip", "pdvd", "pdvdrip", "predvd", "predvdrip",
    ]),
    (S::Telesync, Common, &["ts"]),
    (S::Telecine, Hard, &["telecine", "hdtc", "tcrip", "hdtcrip"]),
    (S::Telecine, Common, &["tc"]),
    (S::Cam, Hard, &["camrip", "newcam", "newcamrip", "hdcam", "hdcamrip", "hqcam", "hqcamrip"]),
    (S::Cam, Common, &["cam"]),
    (S::Workprint, Soft, &["workprint"]),
    (S::Workprint, Common, &["wp"]),
    (S::Tv, Hard, &["pdtv", "sdtv", "tvrip", "dsr", "dsrip", "satrip", "dvbrip", "dthrip"]),
];

/// Lines of a picture, from words that say nothing else.
#[rustfmt::skip]
const LINES: &[(u16, &[&str])] = &[
    (360, &["360p"]),
    (480, &["480p", "480i", "640x480", "848x480", "720x480", "854x480"]),
    (540, &["540p"]),
    (576, &["576p", "576i", "720x576"]),
    (720, &["720p", "720i", "1280x720", "960p"]),
    (1080, &["1080p", "1080i", "1920x1080", "1440p", "fhd", "4kto1080p"]),
    (2160, &["2160p", "2160i", "3840x2160", "4096x2160"]),
];

/// Words that name neither source nor resolution.
#[rustfmt::skip]
const OTHERS: &[(Mark, Strength, &[&str])] = &[
    (Mark::Remux { with_source: false, lines: 0 }, Hard, &["remux"]),
    (Mark::Remux { with_source: true, lines: 0 }, Hard, &["bdremux", "uhdremux", "brremux", "uhdbdremux"]),
    (Mark::Codec, Hard, &[
        "x264", "x265", "h264", "h265", "x266", "h266", "hevc", "xvid", "divx", "xvidhd", "av1",
    ]),
    (Mark::Codec, Soft, &["avc", "vc1", "mpeg2", "mvc", "vp9", "vvc"]),
    (Mark::Repair, Soft, &["proper", "repack", "rerip"]),
    (Mark::Repair, Common, &["real"]),
    (Mark::Technical, Hard, &["hdrip", "bit10", "ddp5", "dd5", "hdr10plus", "truehd", "webdlripavc"]),
    (Mark::Technical, Soft, &[
        "dts", "ac3", "ac3d", "eac3", "eac3d", "aac", "aac2", "flac", "atmos", "ddp", "lpcm", "opus", "hdr",
        "hdr10", "sdr", "dovi", "dv", "10bit", "8bit", "12bit", "hi10", "hi10p", "uhd", "4k", "3d", "hsbs",
        "hou", "sbs", "multi", "pal", "ntsc", "readnfo", "stv", "ld", "md", "dl", "ml", "mhd", "dubbed",
        "subbed", "vostfr", "vost", "vosta", "multisubs", "multisub", "amzn", "dsnp", "hmax", "4klight", "hdlight", "bdmv",
        "r5line", "esub", "esubs", "mkv", "iso", "nordic", "dual",
    ]),
    (Mark::Technical, Common, &[
        "limited", "internal", "hybrid", "complete", "line", "retail", "nf", "ws", "fs", "hc", "uncompressed",
        "dubs", "hq", "vo",
    ]),
    (Mark::Language, Soft, &[
        "german", "french", "truefrench", "italian", "ita", "spanish", "castellano", "latino", "japanese",
        "jpn", "chinese", "korean", "kor", "russian", "rus", "dutch", "flemish", "danish", "swedish",
        "norwegian", "finnish", "polish", "czech", "hungarian", "hun", "greek", "turkish", "hebrew", "arabic",
        "hindi", "tamil", "telugu", "malayalam", "kannada", "bengali", "marathi", "thai", "vietnamese",
        "indonesian", "romanian", "bulgarian", "ukrainian", "ukr", "persian", "portuguese", "dublado",
        "catalan", "croatian", "serbian", "slovak", "slovenian", "estonian", "latvian", "lithuanian",
        "icelandic", "english", "eng", "vff", "vfq", "vfi", "vof", "swissgerman", "subfrench", "icelandish",
        "tagalog", "urdu", "georgian", "albanian", "macedonian", "bosnian", "afrikaans",
    ]),
    (Mark::Edition, Soft, &[
        "extended", "theatrical", "uncut", "unrated", "uncensored", "remastered", "restored", "recut", "imax",
        "despecialized", "fanedit", "openmatte", "2in1", "3in1", "4in1", "directors", "criterion",
    ]),
    // Short for special edition and director's cut; only shouted.
    (Mark::Edition, Common, &["se", "dc"]),
];

/// Marks of several words, written here without the separators between them.
#[rustfmt::skip]
const JOINED: &[(Mark, Strength, &[&str])] = &[
    (Mark::Source(S::Bluray), Hard, &["bluray"]),
    (Mark::Source(S::Bluray), Hard, &[
        "hddvd", "brdisk", "bdiso", "bd25", "bd50", "bd66", "bd100", "uhdiso", "uhd50", "uhd66", "uhd100",
    ]),
    (Mark::Source(S::WebDl), Hard, &["webdl", "webhd"]),
    (Mark::Source(S::WebRip), Hard, &["webrip", "webhdrip", "webdlrip", "webcap", "webmux"]),
    (Mark::Source(S::HdTvApart), Hard, &["hdtv"]),
    (Mark::Source(S::BlurayRip), Hard, &["hddvdrip", "bdrip", "brrip"]),
    (Mark::Source(S::Dvd), Hard, &["dvdrip"]),
    (Mark::Source(S::Screener), Hard, &[
        "dvdscr", "dvdscreener", "bdscr", "bdscreener", "webscr", "webscreener",
    ]),
    (Mark::Source(S::Telesync), Hard, &["hdts", "tsrip"]),
    (Mark::Source(S::Telesync), Hard, &["predvd", "predvdrip"]),
    (Mark::Source(S::Telecine), Hard, &["hdtc", "tcrip"]),
    (Mark::Source(S::Cam), Hard, &["hdcam", "hdcamrip", "camrip", "hqcam", "hqcamrip"]),
    (Mark::Source(S::Tv), Hard, &["wsdsr", "sdtv", "tvrip", "satrip"]),
    (Mark::Remux { with_source: true, lines: 0 }, Hard, &["bdremux", "uhdremux"]),
    (Mark::Codec, Hard, &["h264", "h265", "x264", "x265", "h266", "xvid", "vc1", "mpeg2"]),
    (Mark::Technical, Soft, &[
        "dtshd", "dtsx", "dtses", "dtshdma", "truehd", "dualaudio", "multisubs", "hdr10", "10bit", "8bit",
    ]),
    (Mark::Edition, Soft, &["openmatte", "fanedit"]),
];

/// Words without one of which no disc is untouched: codecs, sizes and files of discs, and what they are called. Of marks
/// of two words it is one of both.
#[rustfmt::skip]
pub(super) const DISC_WORDS: &[&str] = &[
    "avc", "hevc", "vc1", "vc", "mvc", "mpeg2", "mpeg", "bdmv", "iso", "bdiso", "uhdiso", "complete", "disc", "disk",
    "brdisk", "untouched", "full", "3d", "25", "50", "66", "100", "bd25", "bd50", "bd66", "bd100", "uhd50", "uhd66",
    "uhd100",
];

/// Words that say that a picture has 2160 lines, when nothing gives their number.
pub(super) const ULTRA_HD_WORDS: &[&str] =
    &["4k", "uhd", "uhdbd", "uhdbdrip", "uhdremux", "uhdrip", "netflixuhd"];

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
