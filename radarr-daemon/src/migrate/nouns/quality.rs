//! A quality with its revision, and the languages beside it, as files, history and blocklist hold them.

use radarr_proto::model::{IndexerFlag, Language, Quality, QualityModel, Revision};

use crate::migrate::fields::Fields;
use crate::settings::radarr_numbers::{FLAG_NAMES, FLAGS};

/// The quality under `quality`. One that is not known here becomes unknown, with a word on it.
pub fn quality(fields: &Fields, changes: &mut Vec<String>) -> QualityModel {
    let Some(model) = fields.object("quality") else {
        changes.push("its quality can't be read and is unknown here".to_owned());
        return QualityModel::default();
    };
    let number = model.id("quality");
    let quality = number.and_then(|number| Quality::from_number(i32::try_from(number).ok()?));
    if quality.is_none() {
        let number =
            number.map_or_else(|| "its quality".to_owned(), |number| format!("its quality {number}"));
        changes.push(format!("{number} is unknown here"));
    }
    let revision = model.object("revision").unwrap_or_default();
    QualityModel {
        quality: quality.unwrap_or_default(),
        revision: Revision {
            version: revision.number("version").unwrap_or(1),
            real: revision.number("real").unwrap_or(0),
            is_repack: revision.flag("isRepack"),
        },
    }
}

/// The languages under `languages`. Those that are for profiles only, or not known here, become unknown.
pub fn languages(fields: &Fields, changes: &mut Vec<String>) -> Vec<Language> {
    let mut languages = Vec::new();
    for number in fields.ids("languages") {
        let found = i32::try_from(number).ok().and_then(Language::from_number);
        let found = found.filter(|language| !matches!(language, Language::Any | Language::Original));
        if found.is_none() {
            changes.push(format!("its language {number} is unknown here"));
        }
        let language = found.unwrap_or_default();
        if !languages.contains(&language) {
            languages.push(language);
        }
    }
    languages
}

/// Flags: a bit mask, or names with commas between them. Those of trackers that are no more have no name here.
pub fn flags(fields: &Fields) -> Vec<IndexerFlag> {
    let bits = fields.int("indexerFlags").unwrap_or(0);
    let by_bit = FLAGS.iter().filter(|(bit, _)| bits & i64::from(*bit) != 0).map(|(_, flag)| *flag);
    let words = fields.words("indexerFlags");
    let by_name = words.iter().filter_map(|word| {
        FLAG_NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, flag)| *flag)
    });
    by_bit.chain(by_name).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn fields(value: Value) -> Fields {
        Fields::of(&value).unwrap()
    }

    #[test]
    fn a_quality_is_a_number_or_an_object_and_an_odd_one_is_unknown() {
        let remux = |real| QualityModel {
            quality: Quality::Remux1080p,
            revision: Revision { version: 2, real, is_repack: true },
        };
        for (row, want, said) in [
            (
                json!({"Quality": "{\"quality\": 30, \"revision\": {\"version\": 2, \"real\": 1, \"isRepack\": true}}"}),
                remux(1),
                0,
            ),
            (
                json!({"quality": {"quality": {"id": 30, "name": "x"}, "revision": {"version": 2, "real": 0, "isRepack": true}}}),
                remux(0),
                0,
            ),
            (json!({"Quality": "{\"Quality\": 0}"}), QualityModel::default(), 0),
            (
                json!({"Quality": "{\"quality\": 13, \"revision\": {\"version\": 1}}"}),
                QualityModel::default(),
                1,
            ),
            (json!({"Quality": "{"}), QualityModel::default(), 1),
            (json!({"Quality": null}), QualityModel::default(), 1),
        ] {
            let mut changes = Vec::new();
            assert_eq!(quality(&fields(row.clone()), &mut changes), want, "{row}");
            assert_eq!(changes.len(), said, "{row} {changes:?}");
        }
    }

    #[test]
    fn languages_of_files_are_real_ones() {
        let mut changes = Vec::new();
        let row = fields(json!({"Languages": "[1, 4, 1, -2, 99, 0]"}));
        let got = languages(&row, &mut changes);
        assert_eq!(got, [Language::English, Language::German, Language::Unknown]);
        assert_eq!(changes, ["its language -2 is unknown here", "its language 99 is unknown here"]);
        assert_eq!(languages(&fields(json!({"Languages": null})), &mut changes), []);
    }

    #[test]
    fn flags_are_bits_or_names() {
        for (value, want) in [
            (json!(33), vec![IndexerFlag::Freeleech, IndexerFlag::Internal]),
            (json!("33"), vec![IndexerFlag::Freeleech, IndexerFlag::Internal]),
            (json!("G_Freeleech, G_Internal"), vec![IndexerFlag::Freeleech, IndexerFlag::Internal]),
            (json!(1024 + 64), vec![]),
            (json!("0"), vec![]),
            (json!(null), vec![]),
        ] {
            assert_eq!(flags(&fields(json!({"indexerFlags": value}))), want);
        }
    }
}
