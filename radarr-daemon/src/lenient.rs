//! JSON from outside, read as it comes: a field that is missing, null or of another type is its default.
//!
//! Services change types between versions and entries (`0` for `""`, `{}` for a number, `[]` for an object);
//! one odd field must not cost the whole answer.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// The value if it fits, else the default.
pub fn or_default<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(from: D) -> Result<T, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(from)?).unwrap_or_default())
}

/// The elements that fit; none when it is no list.
pub fn list<'de, D: Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<Vec<T>, D::Error> {
    let Value::Array(items) = Value::deserialize(from)? else { return Ok(Vec::new()) };
    Ok(items.into_iter().filter_map(|item| serde_json::from_value(item).ok()).collect())
}

/// A whole number, given as a number or as text.
pub fn number<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Odd {
        #[serde(deserialize_with = "or_default")]
        text: String,
        #[serde(deserialize_with = "number")]
        count: Option<i64>,
        #[serde(deserialize_with = "list")]
        names: Vec<String>,
    }

    #[test]
    fn odd_fields_become_their_defaults() {
        for (json, text, count, names) in [
            (r#"{"text":"a","count":"12","names":["x",3,null,"y"]}"#, "a", Some(12), vec!["x", "y"]),
            (r#"{"text":{},"count":{},"names":{}}"#, "", None, vec![]),
            (r#"{"text":null,"count":null,"names":null}"#, "", None, vec![]),
            ("{}", "", None, vec![]),
        ] {
            let odd: Odd = serde_json::from_str(json).unwrap();
            assert_eq!(
                odd,
                Odd { text: text.into(), count, names: names.into_iter().map(str::to_owned).collect() }
            );
        }
    }
}
