//! `custom_formats`: with conditions, or by the id of the TRaSH guides from the local copy of them.
//!
//! A condition is flat here: `kind` says what is tested, and the fields of that kind stand beside it.

use std::collections::BTreeMap;

use radarr_proto::model::{
    Condition, ConditionTest, CustomFormat, CustomFormatId, DocVersion, GuideFormat, Language,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::applying::{Applying, Misfit, Placed};
use super::super::known::value;
use super::super::read::Place;
use crate::settings::custom_formats;
use crate::storage::{DocKey, Document};

/// A custom format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::declared) struct FormatForm {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    trash_id: Option<String>,
    #[serde(default)]
    include_when_renaming: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    conditions: Option<Vec<ConditionForm>>,
    /// What the guides score it, by score set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    guide_scores: BTreeMap<String, i32>,
    /// What it counts, by the name of a profile of the files: a number, or `guide` for what the guides say.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) scores: BTreeMap<String, String>,
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
struct ConditionForm {
    #[serde(default)]
    name: String,
    kind: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    required: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    negate: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pattern: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    except_language: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    flag: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resolution: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    modifier: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    min_bytes: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_bytes: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    min: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max: Option<u16>,
}

/// What stands in a condition beside its test.
const OF_CONDITION: [&str; 3] = ["name", "required", "negate"];

pub(in crate::declared) fn name(form: &FormatForm) -> String {
    match (&form.name, &form.trash_id) {
        (Some(name), _) => name.clone(),
        (None, Some(id)) => format!("trash_id {id}"),
        (None, None) => String::new(),
    }
}

pub(in crate::declared) fn form(format: &CustomFormat) -> FormatForm {
    let conditions = format.conditions.iter().map(|condition| {
        let mut fields = match value(&condition.test) {
            Value::Object(fields) => fields,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                Map::new()
            }
        };
        if fields.get("except_language") == Some(&Value::Bool(false)) {
            fields.remove("except_language");
        }
        fields.insert("name".to_owned(), condition.name.clone().into());
        fields.insert("required".to_owned(), condition.required.into());
        fields.insert("negate".to_owned(), condition.negate.into());
        serde_json::from_value(Value::Object(fields)).unwrap_or_default()
    });
    FormatForm {
        name: Some(format.name.clone()),
        trash_id: format.guide.as_ref().map(|guide| guide.trash_id.clone()),
        include_when_renaming: Some(format.include_when_renaming),
        conditions: Some(conditions.collect()),
        guide_scores: format.guide.as_ref().map(|guide| guide.scores.clone()).unwrap_or_default(),
        scores: BTreeMap::new(),
    }
}

fn condition(form: ConditionForm) -> Result<Condition, String> {
    let wrong = |why: String| format!("condition {:?}: {why}", form.name);
    if let Some(language) = &form.language
        && Language::from_name(language).is_none()
    {
        return Err(wrong(format!("there is no language {language:?}")));
    }
    let Value::Object(mut fields) = value(&form) else { return Err(wrong("it has no fields".to_owned())) };
    fields.retain(|name, _| !OF_CONDITION.contains(&name.as_str()));
    let given: Vec<String> = fields.keys().cloned().collect();
    let test: ConditionTest = serde_json::from_value(Value::Object(fields))
        .map_err(|error| wrong(format!("a condition of the kind {:?} is not so: {error}", form.kind)))?;
    if test == ConditionTest::Unknown {
        return Err(wrong(format!("there is no kind {:?}", form.kind)));
    }
    let known = value(&test);
    if let Some(stray) = given.iter().find(|name| known.get(name).is_none()) {
        return Err(wrong(format!("a condition of the kind {:?} has no {stray}", form.kind)));
    }
    Ok(Condition { name: form.name, required: form.required, negate: form.negate, test })
}

/// The format that is wanted; its number is 0.
fn wanted(applying: &Applying<'_>, place: &Place, form: FormatForm) -> Result<CustomFormat, Misfit> {
    let mut format = match (form.conditions, &form.trash_id) {
        (Some(conditions), trash_id) => CustomFormat {
            doc_version: DocVersion(0),
            id: CustomFormatId(0),
            name: form.name.clone().unwrap_or_default(),
            include_when_renaming: false,
            conditions: conditions
                .into_iter()
                .map(condition)
                .collect::<Result<_, _>>()
                .map_err(|why| place.refuse(why, "see the reference of the file: docs/settings.md"))?,
            guide: trash_id
                .clone()
                .map(|trash_id| GuideFormat { trash_id, scores: form.guide_scores.clone() }),
        },
        (None, Some(trash_id)) => applying.guides.format(trash_id).map_err(place.misfit())?,
        (None, None) => {
            return Err(place.refuse(
                "the custom format has neither conditions nor a trash_id",
                "write conditions, or name one of the guides by its trash_id",
            ));
        }
    };
    if let Some(name) = form.name {
        format.name = name;
    }
    format.name = format.name.trim().to_owned();
    if let Some(include) = form.include_when_renaming {
        format.include_when_renaming = include;
    }
    Ok(format)
}

pub(in crate::declared) async fn apply(
    applying: &mut Applying<'_>,
    forms: Vec<Placed<FormatForm>>,
) -> Result<Vec<DocKey>, Misfit> {
    let mut names: Vec<String> = Vec::with_capacity(forms.len());
    let mut news = Vec::new();
    let mut first = None;
    for Placed { place, form: declared } in forms {
        let scores = declared.scores.clone();
        let format = wanted(applying, &place, declared)?;
        let lower = format.name.to_lowercase();
        if names.contains(&lower) {
            return Err(place.refuse(
                format!("the custom format {:?} is declared twice", format.name),
                "keep one of them",
            ));
        }
        applying.scored.push((place.clone(), format.clone(), scores));
        let there = applying.known.formats.iter().find(|known| known.name.to_lowercase() == lower);
        if there.is_none_or(|there| form(there) != form(&format)) {
            first.get_or_insert(place);
            news.push(format);
        }
        names.push(lower);
    }
    if let Some(place) = first {
        let saved = custom_formats::save_custom_formats(applying.flow, applying.by, news).await;
        for format in saved.map_err(place.misfit())? {
            applying.known.formats.retain(|known| known.id != format.id);
            applying.known.formats.push(format);
        }
    }
    let key = |name: &String| {
        let format = applying.known.formats.iter().find(|known| known.name.to_lowercase() == *name);
        format.map(Document::key)
    };
    Ok(names.iter().filter_map(key).collect())
}
