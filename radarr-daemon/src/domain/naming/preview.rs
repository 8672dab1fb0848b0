//! Shows naming settings on sample movies, one ordinary and one with everything that is hard.

use radarr_proto::model::{
    AudioTrack, HdrFormat, MediaInfo, NamingSettings, Quality, QualityModel, Revision,
};

use super::build::{file_name, folder};
use super::source::{NamedFile, NamedMovie, NamingSource};

/// A sample movie as it would be named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The movie, for people.
    pub movie: String,
    /// Its folder.
    pub folder: String,
    /// Its file.
    pub file: String,
}

/// The sample movies under these settings.
pub fn preview(settings: &NamingSettings) -> Vec<Preview> {
    let plain = sample_media("h264", "aac", "LC", 20, HdrFormat::None);
    let rich = sample_media("hevc", "truehd", "Dolby TrueHD + Dolby Atmos", 71, HdrFormat::DolbyVisionHdr10);
    let formats = ["IMAX Enhanced".to_owned(), "TrueHD Atmos".to_owned()];
    let ordinary = NamingSource {
        movie: NamedMovie {
            title: "Night of the Living Dead",
            original_title: "Night of the Living Dead",
            year: 1968,
            tmdb_id: 10331,
            imdb_id: Some("tt0063350"),
            certification: Some("NR"),
            collection: Some("Night of the Living Dead Collection"),
            ..NamedMovie::default()
        },
        file: Some(NamedFile {
            quality: quality(Quality::WebDl1080p, 1),
            scene_name: Some("Night.of.the.Living.Dead.1968.1080p.WEB-DL.AAC2.0.H.264"),
            path: "Night.of.the.Living.Dead.1968.1080p.WEB-DL.AAC2.0.H.264.mkv",
            media_info: Some(&plain),
            ..NamedFile::default()
        }),
        formats: &[],
    };
    let hard = NamingSource {
        movie: NamedMovie {
            title: "The Phantom: Carriage / Körkarlen?",
            original_title: "Körkarlen",
            year: 1921,
            tmdb_id: 58129,
            imdb_id: Some("tt0012364"),
            certification: Some("PG"),
            collection: Some("The Silent Collection"),
            ..NamedMovie::default()
        },
        file: Some(NamedFile {
            quality: quality(Quality::Remux2160p, 2),
            release_group: Some("GROUP"),
            edition: Some("director's cut"),
            scene_name: Some("The.Phantom.Carriage.1921.PROPER.Directors.Cut.2160p.BluRay.REMUX.HEVC-GROUP"),
            path: "The.Phantom.Carriage.1921.PROPER.Directors.Cut.2160p.BluRay.REMUX.HEVC-GROUP.mkv",
            media_info: Some(&rich),
        }),
        formats: &formats,
    };
    [ordinary, hard]
        .iter()
        .map(|source| Preview {
            movie: format!("{} ({})", source.movie.title, source.movie.year),
            folder: folder(settings, &NamingSource { file: None, ..*source }),
            file: file_name(settings, source, "mkv"),
        })
        .collect()
}

fn quality(quality: Quality, version: u32) -> QualityModel {
    QualityModel { quality, revision: Revision { version, ..Revision::default() } }
}

fn sample_media(video: &str, audio: &str, profile: &str, channels_tenths: u16, hdr: HdrFormat) -> MediaInfo {
    let track = |language: &str| AudioTrack {
        language: language.to_owned(),
        codec: audio.to_owned(),
        profile: profile.to_owned(),
        channels_tenths,
        ..AudioTrack::default()
    };
    MediaInfo {
        video_codec: video.to_owned(),
        video_bit_depth: if hdr == HdrFormat::None { 8 } else { 10 },
        hdr,
        audio: vec![track("eng"), track("swe")],
        subtitles: vec!["eng".to_owned(), "deu".to_owned()],
        ..MediaInfo::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_an_ordinary_and_a_hard_movie() {
        let shown = preview(&NamingSettings::default());
        let names: Vec<String> = shown.iter().map(|p| format!("{}/{}", p.folder, p.file)).collect();
        assert_eq!(
            names,
            [
                "Night of the Living Dead (1968)/Night of the Living Dead (1968) WEBDL-1080p.mkv",
                "The Phantom - Carriage + Körkarlen! (1921)/The Phantom - Carriage + Körkarlen! (1921) Remux-2160p Proper.mkv",
            ]
        );
    }
}
