//! Codecs under the names that the field uses.
//!
//! Source of the tables: Radarr's `MediaInfoFormatter`; ffprobe's words are those of ffmpeg's `codec_desc.c`.

use crate::domain::import::scan::without_known_ending;

/// Audio codecs that ffprobe tells by one word.
const AUDIO: &[(&str, &str)] = &[
    ("truehd", "TrueHD"),
    ("flac", "FLAC"),
    ("dts", "DTS"),
    ("eac3", "EAC3"),
    ("ac3", "AC3"),
    ("aac", "AAC"),
    ("mp3", "MP3"),
    ("mp2", "MP2"),
    ("opus", "Opus"),
    ("vorbis", "Vorbis"),
    ("wmav1", "WMA"),
    ("wmav2", "WMA"),
    ("wmapro", "WMA"),
    ("wmalossless", "WMA"),
];

/// Profiles that make another format of a codec: codec, profile, name.
const AUDIO_PROFILES: &[(&str, &str, &str)] = &[
    ("truehd", "Dolby TrueHD + Dolby Atmos", "TrueHD Atmos"),
    ("dts", "DTS:X", "DTS-X"),
    ("dts", "DTS-HD MA + DTS:X", "DTS-X"),
    ("dts", "DTS-HD MA + DTS:X IMAX", "DTS-X"),
    ("dts", "DTS-HD MA", "DTS-HD MA"),
    ("dts", "DTS-ES", "DTS-ES"),
    ("dts", "DTS-HD HRA", "DTS-HD HRA"),
    ("dts", "DTS Express", "DTS Express"),
    ("dts", "DTS 96/24", "DTS 96/24"),
    ("eac3", "Dolby Digital Plus + Dolby Atmos", "EAC3 Atmos"),
    ("aac", "HE-AAC", "HE-AAC"),
    ("aac", "HE-AACv2", "HE-AAC"),
];

/// Codec tags that make another format of a codec: codec (empty = any), tag, name.
const AUDIO_IDS: &[(&str, &str, &str)] =
    &[("", "thd+", "TrueHD Atmos"), ("", "ec+3", "EAC3 Atmos"), ("aac", "A_AAC/MPEG4/LC/SBR", "HE-AAC")];

/// The name of an audio codec. `codec`, `codec_id` and `profile` are ffprobe's words; a codec that is not in the
/// table keeps ffprobe's word.
pub fn audio_codec(codec: &str, codec_id: &str, profile: &str) -> String {
    let (codec, codec_id, profile) = (codec.trim(), codec_id.trim(), profile.trim());
    let by_id = || AUDIO_IDS.iter().find(|(of, id, _)| *id == codec_id && (of.is_empty() || *of == codec));
    let by_profile = || AUDIO_PROFILES.iter().find(|(of, named, _)| *of == codec && *named == profile);
    let by_codec = || AUDIO.iter().find(|(word, _)| *word == codec);
    let is_pcm = codec.starts_with("pcm_") || codec.starts_with("adpcm_");
    let found = if codec.is_empty() {
        Some("")
    } else if let Some((_, _, name)) = by_id().or_else(by_profile) {
        Some(*name)
    } else if let Some((_, name)) = by_codec() {
        Some(*name)
    } else {
        is_pcm.then_some("PCM")
    };
    found.unwrap_or(codec).to_owned()
}

/// How a scene name may spell a codec, in the order of preference; the last is taken when it does not.
const H264: &[&str] = &["AVC", "x264", "h264"];
const H265: &[&str] = &["HEVC", "x265", "h265"];

/// Video codecs that ffprobe tells by one word. An empty name: too old to be worth a mark.
const VIDEO: &[(&str, &str)] = &[
    ("mpeg2video", "MPEG2"),
    ("mpeg1video", "MPEG"),
    ("vc1", "VC1"),
    ("av1", "AV1"),
    ("vp7", "VP7"),
    ("vp8", "VP8"),
    ("vp9", "VP9"),
    ("wmv1", "WMV"),
    ("wmv2", "WMV"),
    ("wmv3", "WMV"),
    ("qtrle", ""),
    ("rpza", ""),
    ("rv10", ""),
    ("rv20", ""),
    ("rv30", ""),
    ("rv40", ""),
    ("cinepak", ""),
    ("msvideo1", ""),
];

/// The name of a video codec. `codec` and `codec_id` are ffprobe's words; `scene_name`, which may be empty, decides
/// between the spellings of the encoder (`x264`) and of the format (`h264`, `AVC`).
pub fn video_codec(codec: &str, codec_id: &str, scene_name: &str) -> String {
    let (codec, codec_id) = (codec.trim(), codec_id.trim());
    if codec.is_empty() {
        return String::new();
    }
    if codec_id == "x264" || codec_id == "x265" {
        return codec_id.to_owned();
    }
    if codec == "mpeg4" || codec.contains("msmpeg4") {
        return mpeg4(codec_id).to_owned();
    }
    match codec {
        "h264" => spelled_as(scene_name, H264).to_owned(),
        "hevc" => spelled_as(scene_name, H265).to_owned(),
        _ if codec.contains("vp6") => "VP6".to_owned(),
        _ => VIDEO.iter().find(|(word, _)| *word == codec).map_or(codec, |(_, name)| name).to_owned(),
    }
}

/// MPEG-4 part 2 is known by its encoder; other encoders have no name that people use.
fn mpeg4(codec_id: &str) -> &'static str {
    match codec_id.to_ascii_uppercase().as_str() {
        "XVID" => "XviD",
        "DIV3" | "DX50" | "DIVX" => "DivX",
        _ => "",
    }
}

fn spelled_as(scene_name: &str, spellings: &[&'static str]) -> &'static str {
    let name = without_known_ending(scene_name).to_ascii_lowercase();
    let found = spellings.iter().find(|spelling| name.contains(&spelling.to_ascii_lowercase()));
    found.or(spellings.last()).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn audio_codecs_have_the_names_of_the_field() {
        for (codec, id, profile, want) in [
            ("truehd", "", "Dolby TrueHD + Dolby Atmos", "TrueHD Atmos"),
            ("dts", "", "DTS-HD MA + DTS:X IMAX", "DTS-X"),
            ("dts", "", "unheard of", "DTS"),
            ("aac", "A_AAC/MPEG4/LC/SBR", "", "HE-AAC"),
            ("aac", "mp4a", "LC", "AAC"),
            ("eac3", "ec+3", " ", "EAC3 Atmos"),
            ("adpcm_ima", "", "", "PCM"),
            ("newcodec", "", "", "newcodec"),
            ("", "", "", ""),
        ] {
            assert_eq!(audio_codec(codec, id, profile), want, "{codec} {id} {profile}");
        }
    }

    #[test]
    fn the_scene_name_spells_the_video_codec() {
        for (codec, id, scene, want) in [
            ("h264", "V_MPEG4/ISO/AVC", "Movie.2000.BluRay.AVC-G", "AVC"),
            ("h264", "", "Movie.2000.x264.mkv", "x264"),
            ("hevc", "", "", "h265"),
            ("hevc", "x265", "Movie.HEVC", "x265"),
            ("mpeg4", "divx", "", "DivX"),
            ("rv40", "", "", ""),
            ("vp6a", "", "", "VP6"),
            ("other", "", "", "other"),
        ] {
            assert_eq!(video_codec(codec, id, scene), want, "{codec} {id} {scene}");
        }
    }
}
