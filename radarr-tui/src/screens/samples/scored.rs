//! What releases are scored by.

use radarr_proto::model::{
    Condition, ConditionTest, CustomFormat, CustomFormatId, DocVersion, GroupReputation, ReputationComponent,
};

/// Three release groups, best first.
pub fn groups() -> Vec<GroupReputation> {
    let part = |name: &str, tenths, because: &str| ReputationComponent {
        name: name.to_owned(),
        tenths,
        because: because.to_owned(),
    };
    let group = |name: &str, score, releases, internal, grabs, failures| GroupReputation {
        group: name.to_owned(),
        score,
        components: vec![
            part("mean", 500, "what is known of all groups"),
            part("internal", 120, "internal releases are 41 % of its releases, and 12 % of all"),
            part("failures", -35, "1 of 9 downloads of ours failed, and 4 % of all"),
        ],
        releases,
        internal,
        encodes: releases / 2,
        remuxes: releases / 4,
        web: releases - releases / 2 - releases / 4,
        median_bytes_per_minute: vec![
            ("Bluray-1080p".to_owned(), 98 << 20),
            ("Remux-2160p".to_owned(), 520 << 20),
        ],
        grabs,
        failures,
        replaced: failures / 2,
    };
    vec![group("ARCH", 83, 412, 170, 9, 1), group("DON", 61, 98, 0, 2, 0), group("WEIRD", 22, 5, 0, 4, 4)]
}

/// Two custom formats.
pub fn custom_formats() -> Vec<CustomFormat> {
    let format = |id, name: &str, pattern: &str, negate| CustomFormat {
        doc_version: DocVersion(0),
        id: CustomFormatId(id),
        name: name.to_owned(),
        include_when_renaming: false,
        conditions: vec![Condition {
            name: "name".to_owned(),
            required: true,
            negate,
            test: ConditionTest::ReleaseTitle { pattern: pattern.to_owned() },
        }],
        guide: None,
    };
    vec![format(1, "x264", r"\bx264\b", false), format(2, "no HDR", r"\bHDR\b", true)]
}
