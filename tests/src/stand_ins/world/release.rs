//! Releases as the stand-in of HDBits lists them: the usual ones of each film, by a table of patterns.

use std::sync::Arc;

use anyhow::Context;
use serde::Deserialize;

use super::movie::Movie;
use crate::stand_ins::media::{Picture, Videos};
use crate::stand_ins::torrent::{Content, ContentFile, Source, Torrent};

/// The patterns, one a line.
const TABLE: &str = include_str!("releases.json");

/// What `download.php` gives for a release.
#[derive(Debug, Clone)]
pub enum Download {
    /// The torrent that the list tells of.
    Right(Arc<Torrent>),
    /// The dictionary `info` of some other torrent.
    Other(Vec<u8>),
    /// These bytes.
    Bytes(Vec<u8>),
}

/// A release as the list tells of it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// HDBits' number.
    pub id: u64,
    /// Info hash in the list, 40 hexadecimal digits.
    pub hash: String,
    /// The name for people.
    pub name: String,
    /// Name of the torrent file, without its ending.
    pub file_name: String,
    /// Bytes.
    pub size: u64,
    /// Who has all of it.
    pub seeders: u32,
    /// Who has a part.
    pub leechers: u32,
    /// How many files.
    pub files: usize,
    /// Seconds before the start of the stand-in.
    pub age_seconds: u64,
    /// Whether it costs no ratio.
    pub freeleech: bool,
    /// 1 movie, 3 documentary.
    pub category: u8,
    /// 1 H.264, 2 MPEG-2, 3 VC-1, 4 `XviD`, 5 HEVC.
    pub codec: u8,
    /// 1 disc, 3 encode, 4 capture, 5 remux, 6 WEB-DL.
    pub medium: u8,
    /// 1 internal.
    pub origin: u8,
    /// 1 exclusive.
    pub exclusive: u8,
    /// Digits of the IMDb id.
    pub imdb: Option<u32>,
    /// Index of its movie.
    pub movie: usize,
    /// Fields of the list that are wrong on purpose, laid over the right ones.
    pub odd: Option<serde_json::Value>,
    /// What is downloaded.
    pub download: Download,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Layout {
    File,
    Folder,
}

#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Has {
    #[default]
    Seeder,
    NobodyHasIt,
}

#[derive(Debug, Deserialize)]
struct Pattern {
    name: String,
    display: Option<String>,
    file_name: Option<String>,
    medium: u8,
    codec: u8,
    #[serde(default)]
    origin: u8,
    #[serde(default)]
    exclusive: u8,
    #[serde(default)]
    freeleech: bool,
    mb_per_minute: u64,
    video: Picture,
    seeders: u32,
    leechers: u32,
    layout: Layout,
    age_days: u64,
    #[serde(default)]
    content: Has,
    /// Only each so-manieth movie has it.
    #[serde(default = "one")]
    every: usize,
    #[serde(default)]
    offset: usize,
}

fn one() -> usize {
    1
}

/// A title as release names have it.
fn dotted(title: &str) -> String {
    let kept = title.chars().map(|c| if c.is_alphanumeric() || c == '-' { c } else { ' ' });
    kept.collect::<String>().split_whitespace().collect::<Vec<_>>().join(".")
}

/// The releases of all movies, numbered from 900001 on. Sizes are those of the real world through `shrink`, so that a
/// download takes seconds.
pub fn usual(movies: &[Movie], videos: &Videos, shrink: u64) -> anyhow::Result<Vec<Listed>> {
    let patterns: Vec<Pattern> =
        serde_json::from_str(TABLE).context("the table of releases can't be read")?;
    let mut listed = Vec::new();
    for (index, movie) in movies.iter().enumerate() {
        let Some(year) = movie.year() else { continue };
        for (number, pattern) in patterns.iter().enumerate() {
            if index % pattern.every != pattern.offset {
                continue;
            }
            let id = 900_001 + (index * patterns.len() + number) as u64;
            listed.push(release(id, (index, movie, year), pattern, videos, shrink)?);
        }
    }
    Ok(listed)
}

/// One small release of a generated movie.
pub fn of_generated(index: usize, movie: &Movie, videos: &Videos) -> anyhow::Result<Listed> {
    let name =
        format!("{}.{}.1080p.WEB-DL.AAC2.0.H.264-ARCH", dotted(&movie.title), movie.year().unwrap_or(2000));
    let video = videos.of(Picture::FullHd)?;
    let file = ContentFile::video(Vec::new(), &video, 0);
    let content = Content { name: format!("{name}.{}", video.extension), files: vec![file] };
    let torrent = Torrent::new(content);
    Ok(Listed {
        id: 2_000_000 + index as u64,
        hash: torrent.info_hash.to_string().to_uppercase(),
        name: name.replace('.', " "),
        file_name: name,
        size: torrent.content.size(),
        seeders: 3,
        leechers: 0,
        files: 1,
        age_seconds: 86_400 * 40 + index as u64 * 60,
        freeleech: false,
        category: 1,
        codec: 1,
        medium: 6,
        origin: 0,
        exclusive: 0,
        imdb: movie.imdb,
        movie: index,
        odd: None,
        download: Download::Right(torrent),
    })
}

fn release(
    id: u64,
    (index, movie, year): (usize, &Movie, u16),
    pattern: &Pattern,
    videos: &Videos,
    shrink: u64,
) -> anyhow::Result<Listed> {
    let title = dotted(&movie.title);
    let initials: String = movie.title.split_whitespace().filter_map(|word| word.chars().next()).collect();
    let fill = |text: &str| {
        let text = text.replace("{T}", &title).replace("{Y}", &year.to_string());
        text.replace("{D}", &movie.title).replace("{I}", &initials.to_uppercase())
    };
    let name = fill(&pattern.name);
    let display = pattern.display.as_deref().map_or_else(
        || fill(&pattern.name.replace("{T}", "{D}")).replace('.', " ").replace("BluRay", "Blu-ray"),
        fill,
    );
    let minutes = u64::from(movie.runtime.unwrap_or(90));
    let bytes = pattern.mb_per_minute * minutes * 1_000_000 / shrink.max(1);
    let mut content = content(&name, &pattern.layout, pattern.video, videos, bytes)?;
    if pattern.content == Has::NobodyHasIt {
        for file in &mut content.files {
            // Larger than what is shared out, because no disk will ever hold it.
            (file.size, file.source) = (bytes.max(file.size), Source::Nobody);
        }
    }
    let torrent = Torrent::new(content);
    Ok(Listed {
        id,
        hash: torrent.info_hash.to_string().to_uppercase(),
        name: display,
        file_name: pattern.file_name.as_deref().map_or(name, fill),
        size: torrent.content.size(),
        seeders: pattern.seeders,
        leechers: pattern.leechers,
        files: torrent.content.files.len(),
        age_seconds: pattern.age_days * 86_400 + index as u64 * 2_340,
        freeleech: pattern.freeleech,
        category: if movie.documentary { 3 } else { 1 },
        codec: pattern.codec,
        medium: pattern.medium,
        origin: pattern.origin,
        exclusive: pattern.exclusive,
        imdb: movie.imdb,
        movie: index,
        odd: None,
        download: Download::Right(torrent),
    })
}

fn content(
    name: &str,
    layout: &Layout,
    picture: Picture,
    videos: &Videos,
    bytes: u64,
) -> anyhow::Result<Content> {
    let video = videos.of(picture)?;
    let file_name = format!("{name}.{}", video.extension);
    match layout {
        Layout::File => {
            Ok(Content { name: file_name, files: vec![ContentFile::video(Vec::new(), &video, bytes)] })
        }
        Layout::Folder => {
            let subtitle = "1\n00:00:05,000 --> 00:00:08,000\nNothing moves in this film.\n";
            let about = format!("{name}\n\nmade of test bars and silence\n");
            let sample = format!("{}-sample.{}", name.to_lowercase(), video.extension);
            let files = vec![
                ContentFile::video(vec![file_name], &video, bytes),
                ContentFile::bytes(vec![format!("{name}.eng.srt")], subtitle.as_bytes().to_vec()),
                ContentFile::bytes(vec![format!("{name}.nfo")], about.into_bytes()),
                ContentFile::bytes(vec!["Sample".to_owned(), sample], video.sample.clone()),
            ];
            Ok(Content { name: name.to_owned(), files })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stand_ins::world::movie::films;

    #[test]
    fn each_film_has_a_release_that_somebody_has() {
        let (movies, videos) = (films().unwrap(), Videos::make().unwrap());
        let releases = usual(&movies, &videos, 2000).unwrap();
        for (index, movie) in movies.iter().enumerate().filter(|(_, movie)| movie.year().is_some()) {
            let of_movie: Vec<&Listed> = releases.iter().filter(|release| release.movie == index).collect();
            assert!(of_movie.len() >= 7, "{}: {}", movie.title, of_movie.len());
            let can_come = |release: &&Listed| match &release.download {
                Download::Right(torrent) => torrent.content.can_be_read() && release.seeders > 0,
                Download::Other(_) | Download::Bytes(_) => false,
            };
            assert!(of_movie.iter().copied().filter(can_come).count() >= 5, "{}", movie.title);
        }
        assert_eq!(dotted("Steamboat Bill, Jr."), "Steamboat.Bill.Jr");
    }
}
