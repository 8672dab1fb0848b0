//! It is a movie file, not the image of a disc.

use radarr_proto::model::RuleVerdict;

use crate::domain::decide::{Candidate, Situation, verdict::rule};

/// Containers of discs. Source: Radarr's `RawDiskSpecification`.
const RAW_CONTAINERS: &[&str] = &["vob", "iso", "m2ts"];

/// Resolutions that may stand between the number of the disc and its kind, each progressive or interlaced.
const RESOLUTIONS: &[&str] = &["480", "720", "1080", "2160"];

/// Neither the name nor the indexer speaks of a raw disc.
///
/// Source: Radarr's `RawDiskSpecification`.
pub fn judge(candidate: &Candidate, _: &Situation<'_>) -> RuleVerdict {
    let rule = rule("RawDisk");
    let remedy = Some("raw discs can't be imported; take a remux or an encode");
    let container = candidate.release.container.as_deref().unwrap_or("");
    if RAW_CONTAINERS.iter().any(|raw| raw.eq_ignore_ascii_case(container)) {
        let message = format!("it is a raw disc in the container {container}");
        return rule.looked("container", container).reject("Raw", message, remedy);
    }
    if names_a_disc(&candidate.release.title) {
        return rule.reject("Raw", "its name says that it is a raw disc".to_owned(), remedy);
    }
    rule.pass()
}

/// Whether the words say so: `Disc 1 [1080p] Blu-ray`, `Full BluRay`, `DVD5`, `DVD-9`, `2xDVD-R`, `MDVDR`.
fn names_a_disc(title: &str) -> bool {
    let joined = title.to_lowercase().replace("blu-ray", "bluray").replace("dvd-", "dvd");
    let words: Vec<&str> =
        joined.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let word = |index: usize| words.get(index).copied().unwrap_or("");
    (0..words.len()).any(|at| match word(at) {
        "disc" | "disk" if is_disc_number(word(at + 1)) => {
            let next = at + 2;
            let next = if is_resolution(word(next)) { next + 1 } else { next };
            word(next) == "bluray"
        }
        "full" => word(at + 1) == "bluray",
        other => is_raw_dvd(other),
    })
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Of two digits at most: four are a year behind a title that ends in "Disc".
fn is_disc_number(word: &str) -> bool {
    word.len() <= 2 && is_number(word)
}

fn is_resolution(word: &str) -> bool {
    word.strip_suffix(['p', 'i']).is_some_and(|lines| RESOLUTIONS.contains(&lines))
}

/// `dvd5`, `dvd9`, `dvdr`, also with a count (`2x`) and the `m` of a music disc in front.
fn is_raw_dvd(word: &str) -> bool {
    let Some(front) = ["dvd5", "dvd9", "dvdr"].iter().find_map(|kind| word.strip_suffix(kind)) else {
        return false;
    };
    let front = front.strip_suffix('m').unwrap_or(front);
    front.is_empty() || front.strip_suffix('x').is_some_and(is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disc_is_told_by_its_words_and_a_rip_is_none() {
        for (title, want) in [
            ("Movie 2001 Disc 1 1080p Blu-ray AVC", true),
            ("Movie.2001.DISK.12.BluRay", true),
            ("Movie 2001 1080p FULL BLURAY", true),
            ("Movie.2001.NTSC.2xDVD9", true),
            ("Movie.2001.PAL.DVD-R", true),
            ("Movie.2001.MDVDR-GRP", true),
            ("Movie.2001.DVDRip.XviD", false),
            ("Movie.2001.DVD.Rip", false),
            ("The Disc 2001 BluRay 1080p", false),
            ("Full Metal 2001 BluRay 1080p", false),
        ] {
            assert_eq!(names_a_disc(title), want, "{title}");
        }
    }
}
