//! The quality that has a given source, resolution and modifier.

use radarr_proto::model::{Modifier, Quality, QualitySource};

/// The quality of that source, resolution (lines, 0 = unknown) and modifier.
///
/// First the exact one; then the one of that source and modifier whose resolution does not matter (any `CAM` is
/// `CAM`); then, among those of that resolution and modifier, the first whose source is not below the asked one
/// (so a 2160p disc of an unknown kind is not taken for television). Source: Radarr's `QualityFinder`.
pub fn find_quality(source: QualitySource, resolution: u16, modifier: Modifier) -> Quality {
    let all = || Quality::ALL.iter().copied();
    let exact =
        |q: &Quality| q.source() == source && q.resolution() == resolution && q.modifier() == modifier;
    let any_resolution = |q: &Quality| {
        *q != Quality::Unknown && q.source() == source && q.resolution() == 0 && q.modifier() == modifier
    };
    let same_picture = |q: &Quality| {
        q.resolution() == resolution && q.modifier() == modifier && q.source().rank() >= source.rank()
    };
    let by_source = || {
        let mut fitting: Vec<Quality> = all().filter(same_picture).collect();
        fitting.sort_by_key(|quality| quality.source().rank());
        fitting.into_iter().next()
    };
    all().find(exact).or_else(|| all().find(any_resolution)).or_else(by_source).unwrap_or(Quality::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exact_quality_then_any_resolution_then_the_next_better_source() {
        use {Modifier as M, QualitySource as S};
        for (source, resolution, modifier, want) in [
            (S::Bluray, 1080, M::None, Quality::Bluray1080p),
            (S::Bluray, 1080, M::Remux, Quality::Remux1080p),
            (S::Cam, 720, M::None, Quality::Cam),
            (S::Dvd, 576, M::None, Quality::Dvd),
            (S::Tv, 576, M::None, Quality::Bluray576p),
            (S::Cam, 0, M::Screener, Quality::Unknown),
            (S::Unknown, 0, M::None, Quality::Unknown),
            (S::Unknown, 1080, M::None, Quality::Hdtv1080p),
        ] {
            assert_eq!(
                find_quality(source, resolution, modifier),
                want,
                "{source:?} {resolution} {modifier:?}"
            );
        }
    }
}
