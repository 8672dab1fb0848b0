//! One line of the corpus, and what checking it gave.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_json::Value;

/// Why a line did not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// We behave otherwise than the line expects.
    Different(String),
    /// The runner cannot read the line, or does not know its kind or rule.
    NotUnderstood(String),
}

/// Whether a line passed.
pub type Outcome = Result<(), Failure>;

/// A line of the corpus.
#[derive(Debug, Clone)]
pub struct Line {
    value: Value,
}

impl Line {
    /// Reads a line; it has to be an object with an `id`.
    pub fn read(text: &str) -> Result<Self, Failure> {
        let value: Value = serde_json::from_str(text)
            .map_err(|error| Failure::NotUnderstood(format!("not JSON: {error}")))?;
        if value.get("id").and_then(Value::as_str).is_none() {
            return Err(Failure::NotUnderstood("no id".to_owned()));
        }
        Ok(Self { value })
    }

    /// Its id; unique over all files.
    pub fn id(&self) -> &str {
        self.value.get("id").and_then(Value::as_str).unwrap_or_default()
    }

    /// The whole object.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// A field; `None` when it is left out or `null`.
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.value.get(field).filter(|value| !value.is_null())
    }

    /// Whether the field is there, `null` or not.
    pub fn has(&self, field: &str) -> bool {
        self.value.get(field).is_some()
    }

    /// A text that may be left out or `null`.
    pub fn text_opt(&self, field: &str) -> Option<&str> {
        self.get(field).and_then(Value::as_str)
    }

    /// A text that has to be there.
    pub fn text(&self, field: &str) -> Result<&str, Failure> {
        self.text_opt(field).ok_or_else(|| missing(field, "a text"))
    }

    /// A flag; false when it is left out.
    pub fn flag(&self, field: &str) -> bool {
        self.get(field).and_then(Value::as_bool).unwrap_or(false)
    }

    /// A whole number that may be left out or `null`.
    pub fn number_opt(&self, field: &str) -> Option<i64> {
        self.get(field).and_then(Value::as_i64)
    }

    /// A whole number that has to be there.
    pub fn number(&self, field: &str) -> Result<i64, Failure> {
        self.number_opt(field).ok_or_else(|| missing(field, "a whole number"))
    }

    /// A list of texts that may be left out or `null`.
    pub fn texts_opt(&self, field: &str) -> Option<Vec<String>> {
        self.get(field)?.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
    }

    /// A field read into a type of ours; left out and `null` are errors unless the type takes them.
    pub fn read_as<T: DeserializeOwned>(&self, field: &str) -> Result<T, Failure> {
        let value = self.value.get(field).cloned().unwrap_or(Value::Null);
        serde_json::from_value(value)
            .map_err(|error| Failure::NotUnderstood(format!("field {field} cannot be read: {error}")))
    }

    /// The fields of the line as the keys that are in it.
    pub fn keys(&self) -> BTreeSet<&str> {
        self.value.as_object().map(|object| object.keys().map(String::as_str).collect()).unwrap_or_default()
    }
}

/// A field read into a type of ours; the default when it is left out or `null`.
pub(super) fn or_default<T: Default + DeserializeOwned>(line: &Line, field: &str) -> Result<T, Failure> {
    if line.get(field).is_some() { line.read_as(field) } else { Ok(T::default()) }
}

fn missing(field: &str, wanted: &str) -> Failure {
    Failure::NotUnderstood(format!("field {field} is not {wanted}"))
}

/// The line has a kind or rule that the runner does not know.
pub(super) fn unknown(what: &str, value: &str) -> Failure {
    Failure::NotUnderstood(format!("{what} {value:?} is not known"))
}

/// Passes when both are equal; else says what was wanted and what came.
pub(super) fn same<T: PartialEq + std::fmt::Debug>(what: &str, wanted: &T, got: &T) -> Outcome {
    if wanted == got {
        return Ok(());
    }
    Err(Failure::Different(format!("{what}: wanted {wanted:?}, got {got:?}")))
}

/// Passes when the sets are equal, whatever their order.
pub(super) fn same_set<T: Ord + std::fmt::Debug + Clone>(what: &str, wanted: &[T], got: &[T]) -> Outcome {
    let wanted: BTreeSet<T> = wanted.iter().cloned().collect();
    let got: BTreeSet<T> = got.iter().cloned().collect();
    same(what, &wanted, &got)
}

/// Lower case, letters and digits only.
pub(super) fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
