//! What a check says: a line for each thing, and what to do where it is not well.

use radarr_proto::error::ApiError;
use radarr_proto::model::{HealthItem, Severity, TestResult};
use serde::Serialize;

/// How a thing is. The order is from well to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// As it should be.
    Ok,
    /// It works, but look at it.
    Warning,
    /// It does not work until a person acts.
    Problem,
}

/// What is said of one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The check.
    pub check: &'static str,
    /// How it is.
    pub state: State,
    /// What was seen.
    pub message: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Line {
    /// It is as it should be.
    pub fn ok(check: &'static str, message: impl Into<String>) -> Self {
        Self { check, state: State::Ok, message: message.into(), hint: None }
    }

    /// It works, but should be looked at.
    pub fn warning(check: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { state: State::Warning, hint: Some(hint.into()), ..Self::ok(check, message) }
    }

    /// It does not work.
    pub fn problem(check: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { state: State::Problem, ..Self::warning(check, message, hint) }
    }

    /// A call that failed.
    pub fn failed(check: &'static str, error: ApiError) -> Self {
        Self { hint: error.hint, state: State::Problem, ..Self::ok(check, error.message) }
    }

    /// What a connection was found to be like.
    pub fn tested(check: &'static str, name: &str, tested: TestResult) -> Self {
        let state = match (tested.ok, &tested.hint) {
            (true, None) => State::Ok,
            (true, Some(_)) => State::Warning,
            (false, _) => State::Problem,
        };
        Self { check, state, message: format!("{name}: {}", tested.message), hint: tested.hint }
    }

    /// An entry of the health page.
    pub fn health(item: HealthItem) -> Self {
        let state = match item.severity {
            Severity::Notice => State::Ok,
            Severity::Warning | Severity::Unknown => State::Warning,
            Severity::Error => State::Problem,
        };
        Self { check: "health", state, message: item.message, hint: Some(item.hint) }
    }

    /// As a person reads it; in colours where there are some.
    pub fn words(&self, colours: bool) -> String {
        let (word, code) = match self.state {
            State::Ok => ("ok", "32"),
            State::Warning => ("warning", "33"),
            State::Problem => ("problem", "31"),
        };
        let word = format!("{word:<8}");
        let word = if colours { format!("\u{1b}[{code}m{word}\u{1b}[0m") } else { word };
        let mut text = format!("{word} {:<14} {}", self.check, self.message);
        for hint in self.hint.iter().flat_map(|hint| hint.lines()) {
            text.push_str(&format!("\n{:24}{hint}", ""));
        }
        text
    }
}
