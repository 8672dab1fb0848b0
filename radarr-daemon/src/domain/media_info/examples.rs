//! Examples of ffprobe's words and what people call them: every row of the tables, what is not in them, and what the
//! scene name decides.

use radarr_proto::model::{AudioTrack, HdrFormat, MediaInfo};

use super::{
    audio_channels, audio_codec, dynamic_range, dynamic_range_type, languages_in_brackets,
    quality_from_media_info, upper_codes, video_bit_depth, video_codec,
};

#[test]
fn audio_codecs_are_named_by_tag_profile_and_codec() {
    for (codec, id, profile, want) in [
        ("truehd", "", "", "TrueHD"),
        ("truehd", "thd+", "", "TrueHD Atmos"),
        ("truehd", "A_TRUEHD", "Dolby TrueHD + Dolby Atmos", "TrueHD Atmos"),
        ("eac3", "", "", "EAC3"),
        ("eac3", "ec+3", "", "EAC3 Atmos"),
        ("eac3", "", "Dolby Digital Plus + Dolby Atmos", "EAC3 Atmos"),
        ("ac3", "", "LC", "AC3"),
        ("dts", "", "", "DTS"),
        ("dts", "", "DTS", "DTS"),
        ("dts", "", "DTS:X", "DTS-X"),
        ("dts", "", "DTS-HD MA", "DTS-HD MA"),
        ("dts", "", "DTS-HD MA + DTS:X", "DTS-X"),
        ("dts", "", "DTS-ES", "DTS-ES"),
        ("dts", "", "DTS-HD HRA", "DTS-HD HRA"),
        ("dts", "", "DTS Express", "DTS Express"),
        ("dts", "", "DTS 96/24", "DTS 96/24"),
        ("aac", "", "LC", "AAC"),
        ("aac", "", "HE-AAC", "HE-AAC"),
        ("aac", "A_AAC/MPEG4/LC/SBR", "", "HE-AAC"),
        ("flac", "", "", "FLAC"),
        ("mp3", "", "", "MP3"),
        ("mp2", "", "", "MP2"),
        ("opus", "", "", "Opus"),
        ("vorbis", "", "", "Vorbis"),
        ("wmav2", "", "", "WMA"),
        ("wmapro", "", "", "WMA"),
        ("pcm_s24le", "", "", "PCM"),
        ("adpcm_ima_wav", "", "", "PCM"),
        ("cook", "", "", "cook"),
        (" ", "thd+", "DTS:X", ""),
    ] {
        assert_eq!(audio_codec(codec, id, profile), want, "{codec} {id} {profile}");
    }
}

#[test]
fn video_codecs_are_spelled_as_the_scene_name_spells_them() {
    for (codec, id, scene, want) in [
        ("h264", "", "Movie.AVC.x264-G", "AVC"),
        ("h264", "", "Movie.X264-G.mkv", "x264"),
        ("h264", "", "Movie.H264-G", "h264"),
        ("h264", "", "", "h264"),
        ("h264", "x264", "Movie.AVC-G", "x264"),
        ("hevc", "", "Movie.HEVC.x265-G", "HEVC"),
        ("hevc", "", "Movie.x265", "x265"),
        ("hevc", "V_MPEGH/ISO/HEVC", "Movie", "h265"),
        ("mpeg2video", "", "", "MPEG2"),
        ("mpeg1video", "", "", "MPEG"),
        ("mpeg4", "XVID", "", "XviD"),
        ("mpeg4", "xvid", "Movie.DivX", "XviD"),
        ("mpeg4", "DX50", "", "DivX"),
        ("msmpeg4v3", "DIV3", "", "DivX"),
        ("msmpeg4v3", "MP43", "", ""),
        ("mpeg4", "", "Movie.XviD", ""),
        ("vc1", "WVC1", "", "VC1"),
        ("av1", "", "", "AV1"),
        ("vp6f", "4", "", "VP6"),
        ("vp7", "", "", "VP7"),
        ("vp8", "", "", "VP8"),
        ("vp9", "", "", "VP9"),
        ("wmv3", "", "", "WMV"),
        ("rv30", "", "", ""),
        ("theora", "", "", "theora"),
        ("", "x264", "", ""),
    ] {
        assert_eq!(video_codec(codec, id, scene), want, "{codec} {id} {scene}");
    }
}

#[test]
fn every_hdr_format_has_a_name_and_only_none_is_no_hdr() {
    for (hdr, want) in [
        (HdrFormat::None, ""),
        (HdrFormat::Pq10, "PQ"),
        (HdrFormat::Hdr10, "HDR10"),
        (HdrFormat::Hdr10Plus, "HDR10Plus"),
        (HdrFormat::Hlg10, "HLG"),
        (HdrFormat::DolbyVision, "DV"),
        (HdrFormat::DolbyVisionHdr10, "DV HDR10"),
        (HdrFormat::DolbyVisionHdr10Plus, "DV HDR10Plus"),
        (HdrFormat::DolbyVisionHlg, "DV HLG"),
        (HdrFormat::DolbyVisionSdr, "DV SDR"),
    ] {
        assert_eq!(dynamic_range_type(hdr), want);
        assert_eq!(dynamic_range(hdr), if want.is_empty() { "" } else { "HDR" }, "{hdr:?}");
    }
}

#[test]
fn channels_and_bits_are_written_as_people_say_them() {
    let heard = |channels_tenths| {
        let track = AudioTrack { channels_tenths, ..AudioTrack::default() };
        audio_channels(&MediaInfo { audio: vec![track], ..MediaInfo::default() })
    };
    for (tenths, want) in
        [(10, "1.0"), (20, "2.0"), (21, "2.1"), (51, "5.1"), (71, "7.1"), (160, "16.0"), (0, "")]
    {
        assert_eq!(heard(tenths), want);
    }
    assert_eq!(audio_channels(&MediaInfo::default()), "");
    for (bits, want) in [(0, 8), (8, 8), (10, 10), (12, 12)] {
        assert_eq!(video_bit_depth(&MediaInfo { video_bit_depth: bits, ..MediaInfo::default() }), want);
    }
}

#[test]
fn languages_are_two_letters_once_each_in_their_order() {
    for (codes, filter, want) in [
        (&["eng", "deu", "eng"][..], None, "[EN+DE]"),
        (&["fre", "fra", "FR"], None, "[FR]"),
        (&["chi", "dut", "cze", "rum", "ice", "geo"], None, "[ZH+NL+CS+RO+IS+KA]"),
        (&["und", " ", "eng"], None, "[EN]"),
        (&["pt-BR", "zxx"], None, "[PT+ZXX]"),
        (&["eng", "deu"], Some("DE+EN"), "[DE+EN]"),
        (&["eng", "deu"], Some("DE+EN+"), "[DE+EN]"),
        (&["eng", "deu"], Some("DE+"), "[DE+--]"),
        (&["eng", "deu", "fra"], Some("-EN-FR"), "[DE]"),
        (&["eng"], Some("-EN"), ""),
        (&[], None, ""),
        (&[], Some("EN+"), ""),
    ] {
        assert_eq!(languages_in_brackets(&upper_codes(codes), filter), want, "{codes:?} {filter:?}");
    }
}

#[test]
fn a_picture_is_of_the_larger_class_of_its_width_and_height() {
    for (class, width, height) in
        [(2160, 3200, 2100), (1080, 1800, 1000), (720, 1200, 700), (576, 1000, 560), (480, 1, 1)]
    {
        let lines = |width, height| quality_from_media_info(width, height, "").map(|found| found.resolution);
        assert_eq!(lines(width, 1), Some(class));
        assert_eq!(lines(1, height), Some(class));
        if class > 480 {
            assert_ne!(lines(width - 1, height - 1), Some(class), "just below {width}x{height}");
        }
        assert_eq!((lines(0, height), lines(width, 0)), (None, None));
    }
}
