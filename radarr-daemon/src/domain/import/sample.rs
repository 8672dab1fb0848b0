//! Is a video a sample?

use super::scan::extension;

/// What a video is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleVerdict {
    /// Too short to be the movie.
    Sample,
    /// Long enough.
    NotSample,
    /// Its run time could not be read.
    Indeterminate,
}

/// Kinds of files that are never cut into samples, or whose run time says nothing.
const NEVER_SAMPLES: &[&str] = &["flv", "strm", "iso", "img", "m2ts"];

/// Seconds that a file of a movie of that many minutes runs at least: up to minutes, seconds.
///
/// Source: Radarr's `DetectSample`. A movie of unknown length (0) counts as a very short one.
const MINIMA: &[(u16, u32)] = &[(3, 15), (10, 90), (30, 300), (u16::MAX, 600)];

/// Seconds that the file of a movie runs at least.
pub fn minimum_seconds(movie_runtime_minutes: u16) -> u32 {
    let found = MINIMA.iter().find(|(minutes, _)| movie_runtime_minutes <= *minutes);
    found.map_or(600, |(_, seconds)| *seconds)
}

/// Whether a video is a sample; `file_seconds` `None` = its run time could not be read.
pub fn sample(path: &str, movie_runtime_minutes: u16, file_seconds: Option<u32>) -> SampleVerdict {
    if extension(path).is_some_and(|of_file| NEVER_SAMPLES.contains(&of_file.as_str())) {
        return SampleVerdict::NotSample;
    }
    match file_seconds {
        None => SampleVerdict::Indeterminate,
        Some(seconds) if seconds < minimum_seconds(movie_runtime_minutes) => SampleVerdict::Sample,
        Some(_) => SampleVerdict::NotSample,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_run_time_grows_with_the_movie() {
        for (minutes, seconds, want) in [
            (2, 15, SampleVerdict::NotSample),
            (3, 14, SampleVerdict::Sample),
            (6, 89, SampleVerdict::Sample),
            (10, 90, SampleVerdict::NotSample),
            (30, 299, SampleVerdict::Sample),
            (31, 599, SampleVerdict::Sample),
            (90, 600, SampleVerdict::NotSample),
            (90, 0, SampleVerdict::Sample),
        ] {
            assert_eq!(sample("a.mkv", minutes, Some(seconds)), want, "{minutes} min, {seconds} s");
        }
        assert_eq!(sample("a.mkv", 90, None), SampleVerdict::Indeterminate);
        assert_eq!(sample("a.ISO", 90, Some(1)), SampleVerdict::NotSample);
    }
}
