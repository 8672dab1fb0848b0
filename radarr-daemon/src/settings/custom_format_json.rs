//! Custom formats as Radarr writes them and the TRaSH guides collect them: JSON in and out. Pure.
//!
//! Radarr writes the fields of a condition as an object in its export and as a list of names and values in its API;
//! both are read. The guides' ids and scores are kept for their quality profiles; other members that we have no use for
//! are skipped. Nothing that changes what a
//! format matches is dropped: a condition that can't be read makes the whole format a fault.

use std::collections::BTreeMap;

use radarr_proto::model::{
    Condition, ConditionTest, CustomFormat, CustomFormatId, DocVersion, GuideFormat, Language,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::radarr_numbers::{FLAGS, MODIFIERS, flag, modifier, source};

/// What can't be taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonFault {
    /// It is no custom format at all.
    #[error("this is no custom format: {why}")]
    NotAFormat {
        /// What was seen.
        why: String,
    },
    /// A condition of a format.
    #[error("custom format {format:?}, condition {condition:?}: {why}")]
    Condition {
        /// The format's name.
        format: String,
        /// The condition's name.
        condition: String,
        /// What is wrong.
        why: String,
    },
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FormatIn {
    name: String,
    #[serde(default)]
    include_custom_format_when_renaming: Option<bool>,
    specifications: Vec<ConditionIn>,
    #[serde(default, rename = "trash_id")]
    trash_id: Option<String>,
    #[serde(default, rename = "trash_scores")]
    trash_scores: BTreeMap<String, i32>,
}

#[derive(Debug, Deserialize)]
struct ConditionIn {
    #[serde(default)]
    name: String,
    implementation: String,
    #[serde(default)]
    negate: bool,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    fields: FieldsIn,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum FieldsIn {
    Object(Map<String, Value>),
    List(Vec<FieldIn>),
}

impl Default for FieldsIn {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

#[derive(Debug, Deserialize)]
struct FieldIn {
    name: String,
    #[serde(default)]
    value: Value,
}

impl FieldsIn {
    fn get(&self, name: &str) -> Option<&Value> {
        match self {
            Self::Object(fields) => fields.get(name),
            Self::List(fields) => fields.iter().find(|field| field.name == name).map(|field| &field.value),
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FormatOut<'a> {
    name: &'a str,
    include_custom_format_when_renaming: bool,
    specifications: Vec<ConditionOut<'a>>,
    // Radarr skips what it does not know.
    #[serde(rename = "trash_id", skip_serializing_if = "Option::is_none")]
    trash_id: Option<&'a str>,
    #[serde(rename = "trash_scores", skip_serializing_if = "Option::is_none")]
    trash_scores: Option<&'a BTreeMap<String, i32>>,
}

#[derive(Debug, Serialize)]
struct ConditionOut<'a> {
    name: &'a str,
    implementation: &'static str,
    negate: bool,
    required: bool,
    fields: Value,
}

/// The formats in a text: one, or a list of them. Their number is 0.
pub fn read(text: &str) -> Result<Vec<CustomFormat>, JsonFault> {
    let not_a_format = |why: String| JsonFault::NotAFormat { why };
    let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| not_a_format(format!("it is not JSON ({error})")))?;
    let values = match value {
        Value::Array(values) => values,
        Value::Object(_) => vec![value],
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            return Err(not_a_format("an object or a list of objects is needed".to_owned()));
        }
    };
    if values.is_empty() {
        return Err(not_a_format("the list is empty".to_owned()));
    }
    values.into_iter().map(format).collect()
}

/// A format as Radarr exports it.
pub fn write(format: &CustomFormat) -> String {
    let specifications = format.conditions.iter().filter_map(|condition| {
        let (implementation, fields) = fields_of(&condition.test)?;
        Some(ConditionOut {
            name: &condition.name,
            implementation,
            negate: condition.negate,
            required: condition.required,
            fields,
        })
    });
    let out = FormatOut {
        name: &format.name,
        include_custom_format_when_renaming: format.include_when_renaming,
        specifications: specifications.collect(),
        trash_id: format.guide.as_ref().map(|guide| guide.trash_id.as_str()),
        trash_scores: format.guide.as_ref().map(|guide| &guide.scores),
    };
    // Texts and numbers alone: there is nothing in it that can't be written.
    serde_json::to_string_pretty(&out).unwrap_or_default()
}

fn format(value: Value) -> Result<CustomFormat, JsonFault> {
    let name = value.get("name").and_then(Value::as_str).map(str::to_owned);
    let format: FormatIn = serde_json::from_value(value).map_err(|error| JsonFault::NotAFormat {
        why: name.map_or_else(|| error.to_string(), |name| format!("{name:?}: {error}")),
    })?;
    let mut conditions = Vec::with_capacity(format.specifications.len());
    for condition in format.specifications {
        let test = test(&condition).map_err(|why| JsonFault::Condition {
            format: format.name.clone(),
            condition: condition.name.clone(),
            why,
        })?;
        conditions.push(Condition {
            name: condition.name,
            required: condition.required,
            negate: condition.negate,
            test,
        });
    }
    Ok(CustomFormat {
        doc_version: DocVersion(0),
        id: CustomFormatId(0),
        name: format.name,
        include_when_renaming: format.include_custom_format_when_renaming.unwrap_or(false),
        conditions,
        guide: format.trash_id.map(|trash_id| GuideFormat { trash_id, scores: format.trash_scores }),
    })
}

fn test(condition: &ConditionIn) -> Result<ConditionTest, String> {
    let fields = &condition.fields;
    match condition.implementation.as_str() {
        "ReleaseTitleSpecification" => Ok(ConditionTest::ReleaseTitle { pattern: text(fields)? }),
        "EditionSpecification" => Ok(ConditionTest::Edition { pattern: text(fields)? }),
        "ReleaseGroupSpecification" => Ok(ConditionTest::ReleaseGroup { pattern: text(fields)? }),
        "LanguageSpecification" => Ok(ConditionTest::Language {
            language: known("language", Language::from_number, number(fields, "value")?)?,
            except_language: fields.get("exceptLanguage").and_then(Value::as_bool).unwrap_or(false),
        }),
        "IndexerFlagSpecification" => {
            Ok(ConditionTest::IndexerFlag { flag: known("indexer flag", flag, number(fields, "value")?)? })
        }
        "SourceSpecification" => {
            Ok(ConditionTest::Source { source: known("source", source, number(fields, "value")?)? })
        }
        "ResolutionSpecification" => {
            let resolution = |number: i32| u16::try_from(number).ok();
            let resolution = known("resolution", resolution, number(fields, "value")?)?;
            Ok(ConditionTest::Resolution { resolution })
        }
        "QualityModifierSpecification" => Ok(ConditionTest::QualityModifier {
            modifier: known("quality modifier", modifier, number(fields, "value")?)?,
        }),
        "SizeSpecification" => Ok(ConditionTest::Size {
            min_bytes: gigabytes(fields, "min")?,
            max_bytes: gigabytes(fields, "max")?,
        }),
        "YearSpecification" => {
            let year = |number: i32| u16::try_from(number).ok();
            Ok(ConditionTest::Year {
                min: known("year", year, number(fields, "min")?)?,
                max: known("year", year, number(fields, "max")?)?,
            })
        }
        // Ours alone.
        "GroupReputationSpecification" => {
            let score = |number: i32| u8::try_from(number).ok().filter(|score| *score <= 100);
            Ok(ConditionTest::GroupReputation {
                min: known("reputation", score, number(fields, "min")?)?,
                max: known("reputation", score, number(fields, "max")?)?,
            })
        }
        other => Err(format!("there is no kind of condition called {other:?}")),
    }
}

/// Kind and fields of a condition; `None` for one that only a newer version knows.
fn fields_of(test: &ConditionTest) -> Option<(&'static str, Value)> {
    Some(match test {
        ConditionTest::ReleaseTitle { pattern } => ("ReleaseTitleSpecification", json!({ "value": pattern })),
        ConditionTest::Edition { pattern } => ("EditionSpecification", json!({ "value": pattern })),
        ConditionTest::ReleaseGroup { pattern } => ("ReleaseGroupSpecification", json!({ "value": pattern })),
        ConditionTest::Language { language, except_language } => (
            "LanguageSpecification",
            json!({ "value": language.number(), "exceptLanguage": except_language }),
        ),
        ConditionTest::IndexerFlag { flag } => {
            let bit = FLAGS.iter().find(|(_, known)| known == flag)?.0;
            ("IndexerFlagSpecification", json!({ "value": bit }))
        }
        ConditionTest::Source { source } => ("SourceSpecification", json!({ "value": source.rank() })),
        ConditionTest::Resolution { resolution } => {
            ("ResolutionSpecification", json!({ "value": resolution }))
        }
        ConditionTest::QualityModifier { modifier } => {
            let number = MODIFIERS.iter().find(|(_, known)| known == modifier)?.0;
            ("QualityModifierSpecification", json!({ "value": number }))
        }
        ConditionTest::Size { min_bytes, max_bytes } => {
            ("SizeSpecification", json!({ "min": in_gigabytes(*min_bytes), "max": in_gigabytes(*max_bytes) }))
        }
        ConditionTest::Year { min, max } => ("YearSpecification", json!({ "min": min, "max": max })),
        ConditionTest::GroupReputation { min, max } => {
            ("GroupReputationSpecification", json!({ "min": min, "max": max }))
        }
        ConditionTest::Unknown => return None,
    })
}

fn text(fields: &FieldsIn) -> Result<String, String> {
    match fields.get("value").and_then(Value::as_str) {
        Some(text) if !text.is_empty() => Ok(text.to_owned()),
        Some(_) | None => Err("it has no expression".to_owned()),
    }
}

fn number(fields: &FieldsIn, name: &str) -> Result<i32, String> {
    let value = fields.get(name).ok_or_else(|| format!("it has no {name}"))?;
    let number = match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    number
        .and_then(|number| i32::try_from(number).ok())
        .ok_or_else(|| format!("{name} is no whole number: {value}"))
}

fn known<T>(what: &str, of: impl Fn(i32) -> Option<T>, number: i32) -> Result<T, String> {
    of(number).ok_or_else(|| format!("there is no {what} {number}"))
}

const GIGABYTE: f64 = 1024.0 * 1024.0 * 1024.0;
/// Larger is a mistake, and would not fit the number of bytes.
const GIGABYTES_MAX: f64 = 1_000_000.0;

fn gigabytes(fields: &FieldsIn, name: &str) -> Result<u64, String> {
    let size = fields.get(name).and_then(Value::as_f64).ok_or_else(|| format!("it has no {name}"))?;
    if !(0.0..=GIGABYTES_MAX).contains(&size) {
        return Err(format!("{name} is {size} GB"));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and a petabyte, as was just checked"
    )]
    let bytes = (size * GIGABYTE).round() as u64;
    Ok(bytes)
}

/// As a whole number where it is one.
fn in_gigabytes(bytes: u64) -> Value {
    const WHOLE: u64 = 1024 * 1024 * 1024;
    if bytes.is_multiple_of(WHOLE) {
        return json!(bytes / WHOLE);
    }
    #[expect(clippy::cast_precision_loss, reason = "a petabyte in bytes fits 53 bits")]
    let size = bytes as f64 / GIGABYTE;
    json!(size)
}

#[cfg(test)]
mod tests {
    use radarr_proto::model::{IndexerFlag, Modifier, QualitySource};

    use super::*;

    /// Files of the TRaSH guides (MIT), as they are.
    const GUIDES: &[&str] = &[
        include_str!("../../tests-data/custom_formats/bhdstudio.json"),
        include_str!("../../tests-data/custom_formats/dv-disk.json"),
        include_str!("../../tests-data/custom_formats/freeleech.json"),
        include_str!("../../tests-data/custom_formats/language-not-original.json"),
        include_str!("../../tests-data/custom_formats/remux-tier-01.json"),
    ];

    #[test]
    fn the_guides_files_are_read_and_come_out_as_they_went_in() {
        for text in GUIDES {
            let formats = read(text).unwrap();
            assert_eq!(formats.len(), 1);
            assert_eq!(read(&write(&formats[0])).unwrap(), formats, "{}", formats[0].name);
            let mut theirs: Value = serde_json::from_str(text).unwrap();
            let mut ours: Value = serde_json::from_str(&write(&formats[0])).unwrap();
            for value in [&mut theirs, &mut ours] {
                // Said where it is false by default, too.
                let object = value.as_object_mut().unwrap();
                object.retain(|key, _| !key.starts_with("trash_"));
                for condition in object["specifications"].as_array_mut().unwrap() {
                    condition["fields"].as_object_mut().unwrap().remove("exceptLanguage");
                }
            }
            assert_eq!(ours, theirs);
        }
    }

    #[test]
    fn every_kind_of_condition_survives_the_way_out_and_in() {
        let tests = [
            ConditionTest::ReleaseTitle { pattern: r"\bHDR\b".into() },
            ConditionTest::Edition { pattern: "imax".into() },
            ConditionTest::ReleaseGroup { pattern: "^FraMeSToR$".into() },
            ConditionTest::Language { language: Language::Original, except_language: true },
            ConditionTest::IndexerFlag { flag: IndexerFlag::Internal },
            ConditionTest::IndexerFlag { flag: IndexerFlag::Exclusive },
            ConditionTest::Source { source: QualitySource::Bluray },
            ConditionTest::Resolution { resolution: 2160 },
            ConditionTest::QualityModifier { modifier: Modifier::Remux },
            ConditionTest::Size { min_bytes: 1024 * 1024 * 1024, max_bytes: 1_610_612_736 },
            ConditionTest::Year { min: 1920, max: 1968 },
            ConditionTest::GroupReputation { min: 60, max: 100 },
        ];
        let conditions = tests.into_iter().enumerate().map(|(number, test)| Condition {
            name: format!("condition {number}"),
            required: number % 2 == 0,
            negate: number % 3 == 0,
            test,
        });
        let format = CustomFormat {
            doc_version: DocVersion(0),
            id: CustomFormatId(0),
            name: "all".into(),
            include_when_renaming: true,
            conditions: conditions.collect(),
            guide: None,
        };
        assert_eq!(read(&write(&format)).unwrap(), [format]);
    }

    #[test]
    fn both_ways_to_write_fields_are_read_and_a_list_of_formats_too() {
        let text = r#"[{"id": 7, "name": "A", "specifications": [
            {"name": "x", "implementation": "ResolutionSpecification", "implementationName": "Resolution",
             "negate": false, "required": true, "fields": [{"order": 0, "name": "value", "value": 1080}]}]},
            {"name": "B", "specifications": []}]"#;
        let formats = read(text).unwrap();
        assert_eq!(formats[0].conditions[0].test, ConditionTest::Resolution { resolution: 1080 });
        assert_eq!((formats[1].name.as_str(), formats[1].conditions.len()), ("B", 0));
    }

    #[track_caller]
    fn refused(text: &str, words: &str) {
        let fault = read(text).unwrap_err().to_string();
        assert!(fault.contains(words), "wanted {words:?}, got {fault:?}");
    }

    #[test]
    fn what_would_change_a_meaning_is_a_fault_with_the_place() {
        let one = |implementation: &str, fields: &str| {
            format!(
                r#"{{"name":"F","specifications":[{{"name":"c","implementation":"{implementation}","fields":{fields}}}]}}"#
            )
        };
        refused("", "not JSON");
        refused("3", "an object or a list");
        refused("[]", "empty");
        refused(r#"{"name":"F"}"#, r#""F": missing field `specifications`"#);
        refused(&one("MoonSpecification", "{}"), r#"format "F", condition "c": there is no kind"#);
        refused(&one("SourceSpecification", r#"{"value":99}"#), "no source 99");
        refused(&one("SourceSpecification", r#"{"value":1.5}"#), "no whole number: 1.5");
        refused(&one("SourceSpecification", "{}"), "it has no value");
        refused(&one("IndexerFlagSpecification", r#"{"value":64}"#), "no indexer flag 64");
        refused(&one("LanguageSpecification", r#"{"value":1000}"#), "no language 1000");
        refused(&one("ReleaseTitleSpecification", r#"{"value":""}"#), "no expression");
        refused(&one("SizeSpecification", r#"{"min":-1,"max":2}"#), "min is -1 GB");
        refused(&one("YearSpecification", r#"{"min":1950}"#), "it has no max");
        refused(&one("ReleaseTitleSpecification", r#"{"value":7}"#), r#"format "F", condition "c""#);
        refused(&one("ReleaseTitleSpecification", r#"[{"name":"value"}]"#), r#"format "F", condition "c""#);
        refused(r#"{"name":7,"specifications":[]}"#, "invalid type");
        refused(r#"{"name":"F","specifications":{}}"#, r#""F": invalid type"#);
        refused(r#"{"name":"F","specifications":[{"name":"c"}]}"#, "missing field `implementation`");
        refused(r#"[{"name":"F","specifications":[]},3]"#, "no custom format");
        refused(&"[".repeat(100_000), "not JSON");
        refused(&format!("{}{}", r#"{"a":"#.repeat(100_000), "1"), "not JSON");
    }

    #[test]
    fn members_that_are_not_known_are_skipped() {
        let text = r#"{"name":"F","specifications":[{"name":"c","implementation":"ResolutionSpecification",
            "fields":{"value":720,"unit":"lines"},"note":{"deep":[[[1]]]}}],"colour":"blue"}"#;
        assert_eq!(read(text).unwrap()[0].conditions[0].test, ConditionTest::Resolution { resolution: 720 });
    }

    #[test]
    fn fields_that_nobody_knows_are_skipped_and_wrong_ones_are_named() {
        let known = r#"{"name":"F","moon":{"a":[1]},"specifications":[{"name":"c","x":null,
            "implementation":"YearSpecification","fields":{"min":0,"max":9999,"tides":true}}]}"#;
        let read = read(known).unwrap();
        assert_eq!(read[0].conditions[0].test, ConditionTest::Year { min: 0, max: 9999 });
        for (text, words) in [
            (r#"{"name":5,"specifications":[]}"#, "invalid type"),
            (r#"{"name":"F","specifications":3}"#, "invalid type"),
            (r#"{"name":"F","specifications":[7]}"#, "invalid type"),
            (
                r#"{"name":"F","specifications":[{"implementation":"YearSpecification","negate":"yes"}]}"#,
                "invalid type",
            ),
            (
                r#"{"name":"F","specifications":[{"implementation":"YearSpecification","fields":7}]}"#,
                "data did not match",
            ),
            (r#"{"name":"F","name":"G","specifications":[{}]}"#, "missing field"),
            (r#"[{"name":"F","specifications":[]},3]"#, "invalid type"),
        ] {
            refused(text, words);
        }
        refused(&"[".repeat(100_000), "not JSON");
        refused("\u{0}", "not JSON");
        let year = |fields: &str| {
            format!(
                r#"{{"name":"F","specifications":[{{"implementation":"YearSpecification","fields":{fields}}}]}}"#
            )
        };
        refused(&year(r#"{"min":-1,"max":2000}"#), "no year -1");
        refused(&year(r#"{"min":0,"max":70000}"#), "no year 70000");
        let size = |fields: &str| year(fields).replace("Year", "Size");
        for huge in ["1e300", "9223372036854775808", "-0.5"] {
            refused(&size(&format!(r#"{{"min":0,"max":{huge}}}"#)), "max");
        }
    }
}
