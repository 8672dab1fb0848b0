//! The numbers under which Radarr's files know flags, sources and modifiers.

use radarr_proto::model::{IndexerFlag, Modifier, QualitySource};

/// Numbers by Radarr's `IndexerFlags`; those of single trackers that no longer exist have no name here.
pub(crate) const FLAGS: &[(i32, IndexerFlag)] = &[
    (1, IndexerFlag::Freeleech),
    (2, IndexerFlag::Halfleech),
    (4, IndexerFlag::DoubleUpload),
    (8, IndexerFlag::PtpGolden),
    (16, IndexerFlag::PtpApproved),
    (32, IndexerFlag::Internal),
    (128, IndexerFlag::Scene),
    (256, IndexerFlag::Freeleech75),
    (512, IndexerFlag::Freeleech25),
    (2048, IndexerFlag::Nuked),
    // Ours alone: HDBits marks it, Radarr does not know it. Far from Radarr's bits, which grow at the end.
    (1 << 30, IndexerFlag::Exclusive),
];

/// The same flags by name, as Radarr's history has them.
pub(crate) const FLAG_NAMES: &[(&str, IndexerFlag)] = &[
    ("G_Freeleech", IndexerFlag::Freeleech),
    ("G_Halfleech", IndexerFlag::Halfleech),
    ("G_DoubleUpload", IndexerFlag::DoubleUpload),
    ("PTP_Golden", IndexerFlag::PtpGolden),
    ("PTP_Approved", IndexerFlag::PtpApproved),
    ("G_Internal", IndexerFlag::Internal),
    ("HDB_Internal", IndexerFlag::Internal),
    ("G_Scene", IndexerFlag::Scene),
    ("G_Freeleech75", IndexerFlag::Freeleech75),
    ("G_Freeleech25", IndexerFlag::Freeleech25),
    ("Nuked", IndexerFlag::Nuked),
];

/// The flag of that bit.
pub(super) fn flag(number: i32) -> Option<IndexerFlag> {
    FLAGS.iter().find(|(bit, _)| *bit == number).map(|(_, flag)| *flag)
}

/// The source of that number by Radarr's `QualitySource`: the numbers are the ranks.
pub(super) fn source(number: i32) -> Option<QualitySource> {
    use QualitySource as S;
    let all = [
        S::Unknown,
        S::Cam,
        S::Telesync,
        S::Telecine,
        S::Workprint,
        S::Dvd,
        S::Tv,
        S::Webdl,
        S::Webrip,
        S::Bluray,
    ];
    all.into_iter().find(|source| i32::from(source.rank()) == number)
}

/// Numbers by Radarr's `Modifier`.
pub(super) const MODIFIERS: &[(i32, Modifier)] = &[
    (0, Modifier::None),
    (1, Modifier::Regional),
    (2, Modifier::Screener),
    (3, Modifier::RawHd),
    (4, Modifier::BrDisk),
    (5, Modifier::Remux),
];

/// The modifier of that number.
pub(super) fn modifier(number: i32) -> Option<Modifier> {
    MODIFIERS.iter().find(|(known, _)| *known == number).map(|(_, modifier)| *modifier)
}
