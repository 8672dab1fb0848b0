//! Names that nobody wrote: those of the corpus with parts cut out, doubled, exchanged, in other case, with other
//! separators and odd characters. From a seed, so that each can be made again.

/// What is put into names: marks, separators, and characters that often break programs.
const PIECES: &[&str] = &[
    ".",
    " ",
    "-",
    "_",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    "【",
    "】",
    "+",
    "&",
    "'",
    "|",
    "/",
    "\\",
    "\t",
    "\u{0}",
    "\u{7f}",
    "\u{200f}",
    "\u{202e}",
    "\u{feff}",
    "\u{fffd}",
    "\u{a0}",
    "é",
    "ß",
    "İ",
    "ﬁ",
    "ſ",
    "K",
    "日本",
    "字幕",
    "🎬",
    "2012",
    "1080p",
    "2160p",
    "4K",
    "WEB-DL",
    "WEB",
    "BluRay",
    "DVD",
    "CAM",
    "TS",
    "x264",
    "h.265",
    "AVC",
    "REMUX",
    "PROPER",
    "REPACK2",
    "REAL",
    "v2",
    "German",
    "DL",
    "PL",
    "Sub",
    "Multi",
    "AKA",
    "a.k.a.",
    "S01E02",
    "Season 1",
    "1x02",
    "-GRP",
    "[GRP]",
    "www.site.com - ",
    "{tmdb-603}",
    "tt0133093",
    ".mkv",
    ".ts",
    "Extended",
    "Cut",
    "50th Anniversary",
    "HC",
    "KORSUBS",
    "p027",
    "10E10S",
    "0",
    "9999",
    "18446744073709551616",
];

/// Numbers that look like chance and come from a seed (`SplitMix64`).
#[derive(Debug, Clone)]
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to, and without, `end`; 0 when that is 0.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.number() % (end.max(1) as u64)).unwrap_or(0)
    }

    fn one_of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all.get(self.below(all.len())).copied().unwrap_or_default()
    }
}

/// One of the names, changed up to six times.
pub(super) fn mutated(names: &[String], chance: &mut Chance) -> String {
    let any = |chance: &mut Chance| names.get(chance.below(names.len())).cloned().unwrap_or_default();
    let mut name = any(chance);
    for _ in 0..=chance.below(6) {
        let (start, end) = part(&name, chance);
        let cut = name.get(start..end).unwrap_or_default().to_owned();
        match chance.below(8) {
            0 => name.replace_range(start..end, ""),
            1 => name.insert_str(start, &cut),
            2 => name.insert_str(start, chance.one_of(PIECES)),
            3 => name.replace_range(start..end, chance.one_of(PIECES)),
            4 => name.replace_range(start..end, &cut.to_uppercase()),
            5 => name.replace_range(start..end, &cut.to_lowercase()),
            6 => {
                let separator = chance.one_of(&[".", " ", "_", "-", "..", ""]);
                name = name.replace(['.', ' '], separator);
            }
            _ => {
                let other = any(chance);
                let (from, to) = part(&other, chance);
                name.insert_str(start, other.get(from..to).unwrap_or_default());
            }
        }
    }
    name
}

/// The bytes of a part of the text, mostly a short one.
fn part(text: &str, chance: &mut Chance) -> (usize, usize) {
    let start = text.floor_char_boundary(chance.below(text.len() + 1));
    let length = if chance.below(4) == 0 { text.len() } else { 12 };
    (start, text.ceil_char_boundary((start + chance.below(length + 1)).min(text.len())))
}
