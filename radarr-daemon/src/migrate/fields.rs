//! One thing of Radarr's with its members by name, whichever way it came: a row of its database or an object of its
//! API. Pure.
//!
//! The two say the same in different forms (a language is a number here and an object there, an enumeration a number
//! here and a word there); the readers of this file take either. Whatever does not have the form that is asked for
//! counts as not there: what that means is told by the noun that asks.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

/// The members, under their names in lower case: `SQLite` does not mind the case, and old documents differ in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fields(BTreeMap<String, Value>);

impl From<Map<String, Value>> for Fields {
    fn from(members: Map<String, Value>) -> Self {
        members.into_iter().collect()
    }
}

impl FromIterator<(String, Value)> for Fields {
    fn from_iter<T: IntoIterator<Item = (String, Value)>>(members: T) -> Self {
        Self(members.into_iter().map(|(name, value)| (name.to_lowercase(), value)).collect())
    }
}

impl Fields {
    /// An object; nothing for anything else. A text is read as JSON first.
    pub fn of(value: &Value) -> Option<Self> {
        match document(value)? {
            Value::Object(members) => Some(members.into()),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => None,
        }
    }

    /// A member as it is; `None` when it is not there or null.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(&name.to_lowercase()).filter(|value| !value.is_null())
    }

    /// A text without space around it; an empty one is none.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str().map(str::trim).filter(|text| !text.is_empty())
    }

    /// A text that may be empty or have space around it: expressions and formats.
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    /// A whole number, also one that is written as text or as a truth value.
    pub fn int(&self, name: &str) -> Option<i64> {
        whole(self.get(name)?)
    }

    /// A number that fits; what does not fit is none.
    pub fn number<T: TryFrom<i64>>(&self, name: &str) -> Option<T> {
        T::try_from(self.int(name)?).ok()
    }

    /// A number with its fraction. A decimal comma is one of Radarr's forms.
    pub fn float(&self, name: &str) -> Option<f64> {
        let found = match self.get(name)? {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().replace(',', ".").parse().ok(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        found.filter(|number| number.is_finite())
    }

    /// A truth value; what is not there is false.
    pub fn flag(&self, name: &str) -> bool {
        self.flag_or(name, false)
    }

    /// A truth value.
    pub fn flag_or(&self, name: &str, otherwise: bool) -> bool {
        match self.get(name) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => true,
            Some(Value::String(text)) if text.eq_ignore_ascii_case("false") => false,
            Some(other) => whole(other).map_or(otherwise, |number| number != 0),
            None => otherwise,
        }
    }

    /// A time; a date of the year 1 means never.
    pub fn time(&self, name: &str) -> Option<Timestamp> {
        time(self.text(name)?)
    }

    /// The day of a time.
    pub fn date(&self, name: &str) -> Option<Date> {
        self.time(name).map(|time| TimeZone::UTC.to_datetime(time).date())
    }

    /// The number of an enumeration: given as number, or as one of the `names` in any case.
    pub fn choice(&self, name: &str, names: &[(&str, i64)]) -> Option<i64> {
        let value = self.get(name)?;
        let text = value.as_str().map(str::trim).unwrap_or_default();
        let named = names.iter().find(|(known, _)| known.eq_ignore_ascii_case(text));
        named.map(|(_, number)| *number).or_else(|| whole(value))
    }

    /// A list; a text is read as JSON first. Empty when it is none.
    pub fn list(&self, name: &str) -> Vec<Value> {
        match self.get(name).and_then(document) {
            Some(Value::Array(values)) => values,
            Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_))
            | None => Vec::new(),
        }
    }

    /// A list of numbers, or of objects with a number `id`.
    pub fn ids(&self, name: &str) -> Vec<i64> {
        self.list(name).iter().filter_map(id_of).collect()
    }

    /// A number, or an object with a number `id`.
    pub fn id(&self, name: &str) -> Option<i64> {
        id_of(self.get(name)?)
    }

    /// An object; a text is read as JSON first.
    pub fn object(&self, name: &str) -> Option<Self> {
        Self::of(self.get(name)?)
    }

    /// The objects of a list.
    pub fn objects(&self, name: &str) -> Vec<Self> {
        self.list(name).iter().filter_map(Self::of).collect()
    }

    /// The texts of a list; a text that is no JSON is taken as words with commas between them, the old form.
    pub fn words(&self, name: &str) -> Vec<String> {
        let tidy = |word: &str| Some(word.trim().to_owned()).filter(|word| !word.is_empty());
        let Some(value) = self.get(name) else { return Vec::new() };
        match (document(value), value) {
            (Some(Value::Array(words)), _) => {
                words.iter().filter_map(Value::as_str).filter_map(tidy).collect()
            }
            (_, Value::String(text)) => text.split(',').filter_map(tidy).collect(),
            (_, Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                Vec::new()
            }
        }
    }

    /// What only an implementation has: `Settings` of the database, or the list `fields` of the API.
    #[must_use]
    pub fn settings(&self) -> Self {
        if let Some(settings) = self.object("settings") {
            return settings;
        }
        let fields = self.objects("fields").into_iter();
        fields
            .filter_map(|field| Some((field.text("name")?.to_owned(), field.get("value")?.clone())))
            .collect()
    }
}

/// A secret of an implementation. The API masks secrets with asterisks: that is none.
pub fn secret<'a>(settings: &'a Fields, name: &str) -> Option<&'a str> {
    settings.text(name).filter(|text| !text.bytes().all(|byte| byte == b'*'))
}

/// A date as Radarr writes it, in UTC; `None` for its forms of "never".
pub fn time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let time = text.parse::<Timestamp>().ok().or_else(|| {
        let civil: DateTime = text.trim_end_matches(['Z', 'z']).parse().ok()?;
        TimeZone::UTC.to_timestamp(civil).ok()
    })?;
    // A few hours beside the first of January 1 is still never: zones were mixed up there.
    (TimeZone::UTC.to_datetime(time).year() > 1).then_some(time)
}

/// `[d.]hh:mm:ss[.fffffff]` in seconds, a part of one rounded down.
pub fn duration_seconds(text: &str) -> Option<u32> {
    let parts: Vec<&str> = text.trim().split(':').collect();
    let [first, minutes, seconds] = parts.as_slice() else { return None };
    let (days, hours) = first.split_once('.').unwrap_or(("0", first));
    let number = |text: &str| text.parse::<u32>().ok();
    let hours = number(days)?.checked_mul(24)?.checked_add(number(hours)?)?;
    let minutes = hours.checked_mul(60)?.checked_add(number(minutes)?)?;
    minutes.checked_mul(60)?.checked_add(number(seconds.split('.').next()?)?)
}

/// A sentence without the addresses in it: in their queries are keys.
pub fn without_addresses(text: &str) -> String {
    let words = text.split_whitespace().map(|word| if word.contains("://") { "[address]" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

/// A text that holds a document, read; anything else as it is. Old documents have commas before a closing bracket.
fn document(value: &Value) -> Option<Value> {
    let Value::String(text) = value else { return Some(value.clone()) };
    serde_json::from_str(text).ok().or_else(|| serde_json::from_str(&without_last_commas(text)).ok())
}

/// The document without commas that nothing follows; those inside of texts stay.
fn without_last_commas(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let (mut in_text, mut escaped) = (false, false);
    for character in text.chars() {
        if !in_text && matches!(character, ']' | '}') {
            let end = kept.trim_end();
            if end.ends_with(',') {
                kept.truncate(end.len() - 1);
            }
        }
        match character {
            '"' if !escaped => in_text = !in_text,
            _ => {}
        }
        escaped = in_text && character == '\\' && !escaped;
        kept.push(character);
    }
    kept
}

fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| whole_of_float(number.as_f64()?)),
        Value::String(text) => text.trim().parse().ok(),
        Value::Bool(flag) => Some(i64::from(*flag)),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// `NUMERIC` columns give whole numbers as floats now and then.
fn whole_of_float(number: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and within what a float holds exactly")]
    (number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0).then_some(number as i64)
}

fn id_of(value: &Value) -> Option<i64> {
    match value {
        Value::Object(members) => members.get("id").and_then(whole),
        Value::Number(_) => whole(value),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(value: Value) -> Fields {
        Fields::of(&value).unwrap()
    }

    #[test]
    fn dates_come_in_many_forms_and_the_year_1_is_never() {
        for (text, want) in [
            ("2024-10-31 00:28:01.9531304Z", Some("2024-10-31T00:28:01.9531304Z")),
            ("2024-10-31 00:28:01Z", Some("2024-10-31T00:28:01Z")),
            ("2024-10-31T00:28:01", Some("2024-10-31T00:28:01Z")),
            ("2024-10-31 00:28:01.5", Some("2024-10-31T00:28:01.5Z")),
            ("2024-10-31T02:28:01+02:00", Some("2024-10-31T00:28:01Z")),
            ("0001-01-01 00:00:00Z", None),
            ("0001-01-01 04:57:00Z", None),
            ("0000-12-31 23:00:00Z", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(time(text), want.map(|want| want.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn durations_may_have_days() {
        for (text, want) in [
            ("01:30:00", Some(5400)),
            ("01:30:00.5000000", Some(5400)),
            ("1.02:00:00", Some(93_600)),
            ("0.02:00:01", Some(7201)),
            ("1:40:00", Some(6000)),
            ("40:00", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(duration_seconds(text), want, "{text}");
        }
    }

    #[test]
    fn both_sources_say_the_same() {
        let row = fields(json!({"Languages": "[1, 4]", "Monitored": 1, "MinimumAvailability": 2,
            "Tags": null, "Size": "12", "Ratio": 3.0}));
        let object =
            fields(json!({"languages": [{"id": 1, "name": "English"}, {"id": 4}], "monitored": true,
            "minimumAvailability": "inCinemas", "tags": [], "size": 12, "ratio": 3}));
        for source in [row, object] {
            assert_eq!(source.ids("languages"), [1, 4]);
            assert!(source.flag("monitored"));
            assert_eq!(source.choice("minimumAvailability", &[("inCinemas", 2)]), Some(2));
            assert_eq!(source.ids("tags"), [0_i64; 0]);
            assert_eq!((source.int("size"), source.int("ratio")), (Some(12), Some(3)));
        }
    }

    #[test]
    fn settings_are_an_object_or_a_list_of_fields() {
        let row = fields(json!({"Settings": "{\n  \"baseUrl\": \"http://a\", \"apiKey\": \"k\",\n}"}));
        let object = fields(
            json!({"fields": [{"name": "baseUrl", "value": "http://a"}, {"name": "apiKey", "value": "k"}, {"name": "x"}]}),
        );
        assert_eq!(row.settings(), object.settings());
        assert_eq!(secret(&row.settings(), "apiKey"), Some("k"));
        let masked = fields(json!({"fields": [{"name": "apiKey", "value": "********"}]}));
        assert_eq!(secret(&masked.settings(), "apiKey"), None);
    }

    #[test]
    fn odd_documents_are_read_as_far_as_they_go() {
        let row = fields(
            json!({"a": "[1, 2,\n]", "b": "[1, ", "c": "", "d": r#"[{"x": "a,]", }, 7]"#, "e": "[\"x\", 3]",
            "f": "x, y,", "g": 4.5, "h": "4,5", "i": {}}),
        );
        assert_eq!(row.ids("a"), [1, 2]);
        assert_eq!((row.list("b"), row.list("c")), (vec![], vec![]));
        assert_eq!(row.objects("d"), [fields(json!({"x": "a,]"}))]);
        assert_eq!(
            (row.words("e"), row.words("f")),
            (vec!["x".to_owned()], vec!["x".to_owned(), "y".to_owned()])
        );
        assert_eq!((row.int("g"), row.float("h"), row.text("i")), (None, Some(4.5), None));
    }
}
