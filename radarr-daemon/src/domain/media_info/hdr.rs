//! How brightness is coded.
//!
//! Source: Radarr's `VideoFileInfoReader.GetHdrFormat` and `MediaInfoFormatter`.

use radarr_proto::model::HdrFormat;

/// What a stream or a frame carries beside the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SideData {
    /// The screen it was mastered on.
    MasteringDisplay,
    /// Its brightest pixel and frame.
    ContentLight,
    /// HDR10+.
    DynamicHdr10Plus,
    /// Dolby Vision, with the number that says what its base layer looks like to other players.
    DolbyVision {
        /// `dv_bl_signal_compatibility_id`; `None` when it is not given.
        base_layer: Option<u8>,
    },
}

/// Fewer bits than this are never HDR.
const HDR_BITS_MIN: u8 = 10;

/// The brightness coding of a stream; `primaries` and `transfer` are ffprobe's words.
pub fn hdr_format(bit_depth: u8, primaries: &str, transfer: &str, side_data: &[SideData]) -> HdrFormat {
    if bit_depth < HDR_BITS_MIN {
        return HdrFormat::None;
    }
    let plus = side_data.contains(&SideData::DynamicHdr10Plus);
    let dolby_vision = side_data.iter().find_map(|data| match data {
        SideData::DolbyVision { base_layer } => Some(*base_layer),
        SideData::MasteringDisplay | SideData::ContentLight | SideData::DynamicHdr10Plus => None,
    });
    if let Some(base_layer) = dolby_vision {
        return match base_layer {
            Some(1 | 6) if plus => HdrFormat::DolbyVisionHdr10Plus,
            Some(1 | 6) => HdrFormat::DolbyVisionHdr10,
            Some(2) => HdrFormat::DolbyVisionSdr,
            Some(4) => HdrFormat::DolbyVisionHlg,
            _ => HdrFormat::DolbyVision,
        };
    }
    let mastered =
        side_data.contains(&SideData::MasteringDisplay) || side_data.contains(&SideData::ContentLight);
    match (primaries, transfer) {
        ("bt2020", "arib-std-b67") => HdrFormat::Hlg10,
        ("bt2020", "smpte2084") if plus => HdrFormat::Hdr10Plus,
        ("bt2020", "smpte2084") if mastered => HdrFormat::Hdr10,
        ("bt2020", "smpte2084") => HdrFormat::Pq10,
        _ => HdrFormat::None,
    }
}

/// `HDR`, or nothing.
pub fn dynamic_range(hdr: HdrFormat) -> &'static str {
    if dynamic_range_type(hdr).is_empty() { "" } else { "HDR" }
}

/// Which HDR it is, in the words of the field; empty for none.
pub fn dynamic_range_type(hdr: HdrFormat) -> &'static str {
    match hdr {
        HdrFormat::None | HdrFormat::Unknown => "",
        HdrFormat::Pq10 => "PQ",
        HdrFormat::Hdr10 => "HDR10",
        HdrFormat::Hdr10Plus => "HDR10Plus",
        HdrFormat::Hlg10 => "HLG",
        HdrFormat::DolbyVision => "DV",
        HdrFormat::DolbyVisionHdr10 => "DV HDR10",
        HdrFormat::DolbyVisionHdr10Plus => "DV HDR10Plus",
        HdrFormat::DolbyVisionHlg => "DV HLG",
        HdrFormat::DolbyVisionSdr => "DV SDR",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hdr_is_told_from_depth_colours_and_side_data() {
        use SideData::{ContentLight, DolbyVision, DynamicHdr10Plus, MasteringDisplay};
        let dv = |id| DolbyVision { base_layer: Some(id) };
        let check = |bits, transfer, side: &[SideData], want| {
            assert_eq!(hdr_format(bits, "bt2020", transfer, side), want, "{bits} {transfer} {side:?}");
        };
        check(8, "smpte2084", &[MasteringDisplay], HdrFormat::None);
        check(10, "smpte2084", &[], HdrFormat::Pq10);
        check(10, "smpte2084", &[ContentLight], HdrFormat::Hdr10);
        check(12, "smpte2084", &[MasteringDisplay, DynamicHdr10Plus], HdrFormat::Hdr10Plus);
        check(10, "arib-std-b67", &[], HdrFormat::Hlg10);
        check(10, "bt709", &[MasteringDisplay], HdrFormat::None);
        check(10, "smpte2084", &[dv(0)], HdrFormat::DolbyVision);
        check(10, "smpte2084", &[dv(6), DynamicHdr10Plus], HdrFormat::DolbyVisionHdr10Plus);
        check(10, "bt709", &[dv(2)], HdrFormat::DolbyVisionSdr);
        assert_eq!(hdr_format(10, "bt709", "smpte2084", &[]), HdrFormat::None);
    }
}
