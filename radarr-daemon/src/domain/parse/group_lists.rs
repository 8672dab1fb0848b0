//! The lists that tell a release group from the other words of a name.
//!
//! `release_group.rs` says how they are used. Sources: the lists of Radarr's `ReleaseGroupParser`, and names from the
//! wild.

/// Groups that are recognised wherever their name stands as a word of its own, in exactly this spelling.
///
/// Be careful with additions: a word of a title that is listed here becomes the group.
#[rustfmt::skip]
pub(super) const KNOWN: &[&str] = &[
    "D-Z0N3", "Fight-BB", "VARYG", "E.N.D", "KRaLiMaRKo", "BluDragon", "DarQ", "KCRT", "BEN.THE.MEN", "BEN THE MEN",
    "BEN_THE_MEN", "TAoE", "QxR", "Vialle", "126811", "Blu-bits", "DX-TV", "FTW-HS", "VH-PROD", "HQMUX",
    "ZØNEHD", "YIFY", "YTS.MX", "YTS.LT", "YTS.AG", "YTS.AM", "Eml HDTeam", "Eml.HDTeam", "YTS", "Koten_Gars",
    "TMd", "LMain",
];

/// Groups that stand as the last word before a closing bracket, where more than one word makes their name or where
/// nothing technical stands before them.
#[rustfmt::skip]
pub(super) const KNOWN_BEFORE_BRACKET: &[&str] = &[
    "Silence", "afm72", "Panda", "Ghost", "MONOLITH", "Tigole", "Joy", "ImE", "UTR", "t3nzin", "Anime Time",
    "Project Angel", "Hakata Ramen", "HONE", "GiLG", "Vyndros", "SEV", "Garshasp", "Kappa", "Natty", "RCVR",
    "SAMPA", "YOGI", "r00t", "EDGE2020", "RZeroX", "FreetheFish", "Anna", "Bandi", "Qman", "theincognito",
    "HDO", "DusIctv", "DHD", "CtrlHD", "-ZR-", "ADC", "XZVN", "RH", "Kametsu",
];

/// All known groups, and whether a bracket must follow.
pub(super) fn known() -> impl Iterator<Item = (&'static str, bool)> {
    let before_bracket = KNOWN_BEFORE_BRACKET.iter().map(|group| (*group, true));
    before_bracket.chain(KNOWN.iter().map(|group| (*group, false)))
}

/// What posters and obfuscators put behind the group and a hyphen.
#[rustfmt::skip]
pub(super) const REPOSTERS: &[&str] = &[
    "RP", "1", "NZBGeek", "Obfuscated", "Obfuscation", "Scrambled", "sample", "Pre", "postbot", "xpost",
    "WhiteRev", "BUYMORE", "AsRequested", "AlternativeToRequested", "GEROV", "Z0iDS3N", "Chamele0n", "4P",
    "4Planet", "AlteZachen", "RePACKPOST",
];

/// Sites that are known by their tag alone.
pub(super) const SITE_TAGS: &[&str] =
    &["ettv", "rartv", "rarbg", "cttv", "publichd", "eztv", "tgx", "ethd", "etrg", "prime", "1337x"];

/// What ends the address of a site that puts its tag behind names.
pub(super) const SITE_ENDINGS: &[&str] = &["com", "net", "org", "to", "re", "me", "info", "tv"];

/// What follows the last dot of a file name that is a video, a subtitle or a download's own file.
#[rustfmt::skip]
pub(super) const EXTENSIONS: &[&str] = &[
    "mkv", "mp4", "avi", "m4v", "mov", "wmv", "mpg", "mpeg", "ts", "m2ts", "iso", "img", "vob", "webm", "flv",
    "3gp", "asf", "divx", "ogm", "ogv", "rmvb", "rm", "strm", "dvr-ms", "wtv", "mk3d", "f4v", "bin", "nzb",
    "par2", "torrent", "nfo", "srt", "ass", "sub", "idx",
];

/// Words of quality, picture, sound and packing that are never a group.
#[rustfmt::skip]
pub(super) const TECHNICAL: &[&str] = &[
    "dl", "dlrip", "rip", "ray", "hd", "ma", "hra", "hr", "es", "en", "web", "webdl", "webrip", "webhd",
    "hdrip", "bluray", "blu", "bdrip", "brrip", "bd", "bdremux", "uhdremux", "remux", "uhd", "hdtv", "htdv",
    "sdtv", "pdtv", "dsr", "tvrip", "hdtvrip", "dvd", "dvdrip", "dvdr", "dvd5", "dvd9", "dvdscr", "scr",
    "screener", "cam", "camrip", "hdcam", "hdts", "hdtc", "ts", "tc", "telesync", "telecine", "hddvd",
    "hddvdrip", "workprint", "regional", "x264", "x265", "h264", "h265", "264", "265", "avc", "hevc", "xvid", "divx",
    "av1", "vc1", "mpeg2", "mpeg", "10bit", "8bit", "12bit", "bit", "hi10", "hi10p", "hdr", "hdr10",
    "hdr10plus", "sdr", "dv", "dovi", "hlg", "aac", "ac3", "eac3", "dd", "dd5", "ddp", "ddp5", "ddpa", "dts",
    "dtshd", "truehd", "atmos", "flac", "opus", "mp3", "lpcm", "pcm", "mkv", "mp4", "avi", "iso", "m2ts",
    "subs", "sub", "esub", "esubs", "msubs", "multisub", "multisubs", "softsubs", "dual", "multi", "audio",
    "audios", "dubbed", "dub", "proper", "repack", "rerip", "real", "internal", "limited", "complete",
    "extras", "sample", "480p", "480i", "576p", "720p", "1080p", "1080i", "2160p", "360p", "540p", "4k", "8k",
    "sbs", "ou", "hsbs", "hou", "fsbs", "fou", "3d", "bdmv", "bd25", "bd50", "imax", "hybrid", "extended",
    "unrated", "remastered", "logo", "ntsc",
    "pal", "retail", "hc", "v2", "v3", "mkvonly", "ex", "x", "amzn", "nf", "dsnp", "hmax", "atvp",
    "obfuscated", "obfuscation",
    "scrambled", "pre", "rp", "xpost", "postbot", "asrequested", "vostfr", "vost", "vosta", "vff", "vfq", "vof",
];

/// Resolutions as names have them.
#[rustfmt::skip]
pub(super) const RESOLUTIONS: &[&str] = &[
    "360p", "480p", "480i", "540p", "576p", "720p", "1080p", "1080i", "2160p",
];

/// Pictures' and sounds' words that stand before the group in a technical bracket.
#[rustfmt::skip]
pub(super) const CODECS_AND_SOURCES: &[&str] = &[
    "x264", "x265", "h264", "h265", "hevc", "avc", "xvid", "divx", "av1", "bluray", "webrip", "bdrip",
    "brrip", "remux", "webdl", "hdtv", "dvdrip", "aac", "ac3", "eac3", "dts", "flac", "truehd", "dvdr",
    "10bit", "web", "bdremux", "sdtv", "pdtv", "dsr", "dvdscr", "dvd", "dvd5", "dvd9", "hdrip", "cam",
    "hdcam", "telesync", "uhd", "264", "265",
];
