//! Qualities: what a release was made from and how, and which repair of it this is.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::DocVersion;

/// Where the picture came from, worst first.
///
/// The order decides which quality is taken when the exact one does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the names are the field's own")]
pub enum QualitySource {
    Cam,
    Telesync,
    Telecine,
    Workprint,
    Dvd,
    Tv,
    Webdl,
    Webrip,
    Bluray,
    #[default]
    #[serde(other)]
    Unknown,
}

/// What else is special about a quality, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the names are the field's own")]
pub enum Modifier {
    #[default]
    None,
    Regional,
    Screener,
    RawHd,
    BrDisk,
    Remux,
    #[serde(other)]
    Unknown,
}

impl QualitySource {
    /// Rank, unknown lowest: `UNKNOWN CAM TELESYNC TELECINE WORKPRINT DVD TV WEBDL WEBRIP BLURAY`.
    pub fn rank(self) -> u8 {
        match self {
            Self::Unknown => 0,
            Self::Cam => 1,
            Self::Telesync => 2,
            Self::Telecine => 3,
            Self::Workprint => 4,
            Self::Dvd => 5,
            Self::Tv => 6,
            Self::Webdl => 7,
            Self::Webrip => 8,
            Self::Bluray => 9,
        }
    }
}

macro_rules! qualities {
    ($($variant:ident, $number:literal, $name:literal, $source:ident, $resolution:literal, $modifier:ident;)*) => {
        /// A quality, under the name that Radarr gives it. Travels as that name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        #[serde(from = "String", into = "String")]
        pub enum Quality {
            /// Nothing could be told; also what an unknown name is read as.
            #[default]
            Unknown,
            $(#[doc = $name] $variant,)*
        }

        impl Quality {
            /// All of them, worst first by Radarr's default weights.
            pub const ALL: &'static [Self] = &[Self::Unknown, $(Self::$variant,)*];

            /// The name that users know, e.g. `Bluray-1080p`.
            pub fn name(self) -> &'static str {
                match self { Self::Unknown => "Unknown", $(Self::$variant => $name,)* }
            }

            /// The number that Radarr's API and database use.
            pub fn number(self) -> i32 {
                match self { Self::Unknown => 0, $(Self::$variant => $number,)* }
            }

            /// Where the picture came from.
            pub fn source(self) -> QualitySource {
                match self { Self::Unknown => QualitySource::Unknown, $(Self::$variant => QualitySource::$source,)* }
            }

            /// Lines of the picture; 0 when the quality does not say.
            pub fn resolution(self) -> u16 {
                match self { Self::Unknown => 0, $(Self::$variant => $resolution,)* }
            }

            /// What else is special.
            pub fn modifier(self) -> Modifier {
                match self { Self::Unknown => Modifier::None, $(Self::$variant => Modifier::$modifier,)* }
            }
        }
    };
}

qualities! {
    Workprint, 24, "WORKPRINT", Workprint, 0, None;
    Cam, 25, "CAM", Cam, 0, None;
    Telesync, 26, "TELESYNC", Telesync, 0, None;
    Telecine, 27, "TELECINE", Telecine, 0, None;
    Regional, 29, "REGIONAL", Dvd, 480, Regional;
    DvdScr, 28, "DVDSCR", Dvd, 480, Screener;
    Sdtv, 1, "SDTV", Tv, 480, None;
    Dvd, 2, "DVD", Dvd, 0, None;
    DvdR, 23, "DVD-R", Dvd, 480, Remux;
    WebDl480p, 8, "WEBDL-480p", Webdl, 480, None;
    WebRip480p, 12, "WEBRip-480p", Webrip, 480, None;
    Bluray480p, 20, "Bluray-480p", Bluray, 480, None;
    Bluray576p, 21, "Bluray-576p", Bluray, 576, None;
    Hdtv720p, 4, "HDTV-720p", Tv, 720, None;
    WebDl720p, 5, "WEBDL-720p", Webdl, 720, None;
    WebRip720p, 14, "WEBRip-720p", Webrip, 720, None;
    Bluray720p, 6, "Bluray-720p", Bluray, 720, None;
    Hdtv1080p, 9, "HDTV-1080p", Tv, 1080, None;
    WebDl1080p, 3, "WEBDL-1080p", Webdl, 1080, None;
    WebRip1080p, 15, "WEBRip-1080p", Webrip, 1080, None;
    Bluray1080p, 7, "Bluray-1080p", Bluray, 1080, None;
    Remux1080p, 30, "Remux-1080p", Bluray, 1080, Remux;
    Hdtv2160p, 16, "HDTV-2160p", Tv, 2160, None;
    WebDl2160p, 18, "WEBDL-2160p", Webdl, 2160, None;
    WebRip2160p, 17, "WEBRip-2160p", Webrip, 2160, None;
    Bluray2160p, 19, "Bluray-2160p", Bluray, 2160, None;
    Remux2160p, 31, "Remux-2160p", Bluray, 2160, Remux;
    BrDisk, 22, "BR-DISK", Bluray, 1080, BrDisk;
    RawHd, 10, "Raw-HD", Tv, 1080, RawHd;
}

impl Quality {
    /// The quality of that name, letters compared without case; `None` when there is none.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|quality| quality.name().eq_ignore_ascii_case(name))
    }

    /// The quality under that number of Radarr's.
    pub fn from_number(number: i32) -> Option<Self> {
        Self::ALL.iter().copied().find(|quality| quality.number() == number)
    }
}

impl fmt::Display for Quality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl From<String> for Quality {
    fn from(name: String) -> Self {
        Self::from_name(&name).unwrap_or(Self::Unknown)
    }
}

impl From<Quality> for String {
    fn from(quality: Quality) -> String {
        quality.name().to_owned()
    }
}

/// Which repair of a release this is. Ordered by `real`, then `version`; `is_repack` takes no part.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Revision {
    /// 1 = first release, 2 = proper or repack, and so on. 0 is possible.
    pub version: u32,
    /// How many times REAL stands in the name.
    pub real: u32,
    /// The repair came from the same group.
    pub is_repack: bool,
}

impl Default for Revision {
    fn default() -> Self {
        Self { version: 1, real: 0, is_repack: false }
    }
}

impl PartialEq for Revision {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Revision {}

impl PartialOrd for Revision {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Revision {
    fn cmp(&self, other: &Self) -> Ordering {
        self.real.cmp(&other.real).then(self.version.cmp(&other.version))
    }
}

/// A quality together with its revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct QualityModel {
    /// What it is.
    pub quality: Quality,
    /// Which repair of it.
    #[serde(default)]
    pub revision: Revision,
}

/// How one quality may be: its size limits, in megabytes (1,048,576 bytes) for each minute of film.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QualityDefinition {
    /// The quality that is limited.
    pub quality: Quality,
    /// Version of the stored document; an edit that names another one is refused, 0 = whatever is there.
    #[serde(default)]
    pub doc_version: DocVersion,
    /// Smaller is refused. Tenths of MB per minute (floats do not belong on the wire).
    pub min_tenths_mb_per_minute: u32,
    /// Among equals the one nearest to this wins; `None` = the larger the better.
    pub preferred_tenths_mb_per_minute: Option<u32>,
    /// Larger is refused; `None` = unlimited.
    pub max_tenths_mb_per_minute: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_lead_back_to_the_quality() {
        for quality in Quality::ALL {
            assert_eq!(Quality::from_name(quality.name()), Some(*quality));
            assert_eq!(Quality::from_number(quality.number()), Some(*quality));
        }
    }

    #[test]
    fn a_revision_is_ordered_by_real_first_and_the_repack_mark_does_not_count() {
        let revision = |version, real, is_repack| Revision { version, real, is_repack };
        assert!(revision(1, 1, false) > revision(9, 0, false));
        assert!(revision(2, 0, false) > revision(1, 0, true));
        assert_eq!(revision(2, 0, false), revision(2, 0, true));
    }
}
