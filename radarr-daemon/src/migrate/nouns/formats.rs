//! Custom formats. Conditions of the database are put into the form of Radarr's own export, which
//! `settings/custom_format_json.rs` reads: one reader tells what a condition means.

use radarr_proto::model::CustomFormat;
use serde_json::{Value, json};

use crate::migrate::fields::Fields;
use crate::settings::custom_format_json as json;

/// The format. One with a condition that can't be read stays behind as a whole: without it, it would match more.
pub fn format(fields: &Fields) -> Result<CustomFormat, String> {
    let name = fields.text("name").ok_or("it has no name")?;
    let listed = fields.list("specifications");
    if listed.is_empty() && fields.text("specifications").is_some_and(|text| text != "[]") {
        return Err("its conditions can't be read".to_owned());
    }
    let specifications: Vec<Value> = listed.iter().map(exported).collect();
    let exported = json!({
        "name": name,
        "includeCustomFormatWhenRenaming": fields.flag("includeCustomFormatWhenRenaming"),
        "specifications": specifications,
    });
    let mut formats = json::read(&exported.to_string()).map_err(|fault| match fault {
        json::JsonFault::Condition { condition, why, .. } => {
            format!("its condition {condition:?} is not known here: {why}")
        }
        json::JsonFault::NotAFormat { why } => why,
    })?;
    formats.pop().ok_or_else(|| "it can't be read".to_owned())
}

/// `{"type": KIND, "body": {…}}` of the database as the export has it; a condition of the API has that form already.
fn exported(specification: &Value) -> Value {
    let Some(outer) = Fields::of(specification) else { return specification.clone() };
    let (Some(kind), Some(body)) = (outer.text("type"), outer.object("body")) else {
        return specification.clone();
    };
    let mut fields = serde_json::Map::new();
    for name in ["value", "min", "max", "exceptLanguage"] {
        if let Some(value) = body.get(name) {
            fields.insert(name.to_owned(), value.clone());
        }
    }
    json!({
        "name": body.raw("name").unwrap_or_default(),
        "implementation": kind,
        "negate": body.flag("negate"),
        "required": body.flag("required"),
        "fields": fields,
    })
}

#[cfg(test)]
mod tests {
    use radarr_proto::model::{ConditionTest, QualitySource};

    use super::*;

    fn read(value: Value) -> Result<CustomFormat, String> {
        format(&Fields::of(&value).unwrap())
    }

    #[test]
    fn conditions_of_the_database_and_of_the_api_are_the_same() {
        let stored = r#"[{"type": "ReleaseTitleSpecification", "body": {"order": 1, "implementationName": "Release Title",
            "name": "HDR10\u002B", "negate": false, "required": true, "value": "\\bHDR10(\\\u002B|P)\\b"}},
            {"type": "SizeSpecification", "body": {"Name": "size", "Min": 1.5, "Max": 20}},
            {"type": "SourceSpecification", "body": {"name": "disc", "negate": true, "value": 9}}]"#;
        let row = read(
            json!({"Id": 3, "Name": "F", "IncludeCustomFormatWhenRenaming": 1, "Specifications": stored}),
        );
        let object = read(
            json!({"id": 3, "name": "F", "includeCustomFormatWhenRenaming": true, "specifications": [
            {"name": "HDR10+", "implementation": "ReleaseTitleSpecification", "negate": false, "required": true,
             "fields": [{"order": 0, "name": "value", "value": "\\bHDR10(\\+|P)\\b"}]},
            {"name": "size", "implementation": "SizeSpecification", "negate": false, "required": false,
             "fields": [{"name": "min", "value": 1.5}, {"name": "max", "value": 20}]},
            {"name": "disc", "implementation": "SourceSpecification", "negate": true, "required": false,
             "fields": [{"name": "value", "value": 9}]}]}),
        );
        let format = row.unwrap();
        assert_eq!(
            format.conditions[0].test,
            ConditionTest::ReleaseTitle { pattern: r"\bHDR10(\+|P)\b".into() }
        );
        assert_eq!(format.conditions[2].test, ConditionTest::Source { source: QualitySource::Bluray });
        assert!(format.include_when_renaming && format.conditions[0].required && format.conditions[2].negate);
        assert_eq!(Ok(format), object);
    }

    #[test]
    fn a_format_that_would_match_something_else_stays_behind() {
        for (row, why) in [
            (json!({"Specifications": "[]"}), "no name"),
            (json!({"Name": "F", "Specifications": "[{"}), "can't be read"),
            (
                json!({"Name": "F", "Specifications": r#"[{"type": "MoonSpecification", "body": {"name": "x"}}]"#}),
                "its condition \"x\" is not known here",
            ),
            (
                json!({"Name": "F", "Specifications": r#"[{"type": "IndexerFlagSpecification", "body": {"name": "x", "value": 64}}]"#}),
                "no indexer flag 64",
            ),
        ] {
            let error = read(row).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
        assert_eq!(read(json!({"Name": "F", "Specifications": "[]"})).unwrap().conditions, []);
    }
}
