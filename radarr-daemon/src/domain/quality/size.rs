//! How large a release of a quality may be, and how sizes are said.

use radarr_proto::model::QualityDefinition;

/// 1 MB in the definitions, as in Radarr.
pub const MEGABYTE: u64 = 1024 * 1024;

/// A movie whose length is unknown counts as this long. Source: Radarr's `AcceptableSizeSpecification`.
pub const RUNTIME_WHEN_UNKNOWN_MINUTES: u16 = 110;

/// The limits of a quality for a movie of some length, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SizeLimits {
    /// Smaller is refused.
    pub min_bytes: u64,
    /// Larger is refused; `None` = no limit.
    pub max_bytes: Option<u64>,
}

/// What the definition allows for a movie of that many minutes; 0 minutes count as 110.
pub fn limits(definition: &QualityDefinition, runtime_minutes: u16) -> SizeLimits {
    let minutes = if runtime_minutes == 0 { RUNTIME_WHEN_UNKNOWN_MINUTES } else { runtime_minutes };
    SizeLimits {
        min_bytes: bytes(definition.min_tenths_mb_per_minute, minutes),
        // A maximum of 0 means "no limit", as an empty field does.
        max_bytes: definition.max_tenths_mb_per_minute.filter(|max| *max > 0).map(|max| bytes(max, minutes)),
    }
}

/// The size that the definition prefers; `None` when it has none or the length is unknown.
pub fn preferred_bytes(definition: &QualityDefinition, runtime_minutes: u16) -> Option<u64> {
    let preferred = definition.preferred_tenths_mb_per_minute.filter(|preferred| *preferred > 0)?;
    (runtime_minutes > 0).then(|| bytes(preferred, runtime_minutes))
}

fn bytes(tenths_mb_per_minute: u32, minutes: u16) -> u64 {
    u64::from(tenths_mb_per_minute) * u64::from(minutes) * MEGABYTE / 10
}

/// A size for people: `700.0 MiB`, `4.1 GiB`. One decimal, cut, not rounded up.
pub fn in_words(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
    let mut tenths = u128::from(bytes) * 10;
    let mut units = UNITS.iter();
    let mut unit = "B";
    for next in units.by_ref() {
        unit = next;
        if tenths < 10_240 {
            break;
        }
        if *next != "PiB" {
            tenths /= 1024;
        }
    }
    if unit == "B" { format!("{bytes} B") } else { format!("{}.{} {unit}", tenths / 10, tenths % 10) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_with_one_decimal_and_the_largest_unit_that_fits() {
        for (bytes, want) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (700 * MEGABYTE, "700.0 MiB"),
            (4_400_000_000, "4.0 GiB"),
            (u64::MAX, "16383.9 PiB"),
        ] {
            assert_eq!(in_words(bytes), want);
        }
    }
}
