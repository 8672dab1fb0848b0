//! The names that are read: those of the corpus.

use std::fs;
use std::path::Path;

use serde_json::Value;

const FILES: &[&str] = &["beyond.jsonl", "title.jsonl", "quality.jsonl"];

/// Every release name of the corpus files, in their order.
pub(crate) fn all() -> Vec<String> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/corpus");
    let mut names = Vec::new();
    for file in FILES {
        let text = fs::read_to_string(corpus.join(file)).expect("the corpus is in the repository");
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let value: Value = serde_json::from_str(line).expect("a line of the corpus is JSON");
            names.extend(value.get("release").and_then(Value::as_str).map(str::to_owned));
        }
    }
    names
}
