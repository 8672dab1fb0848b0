//! Secrets in a file of settings are only referred to: `{env: NAME}` or `{file: /path}`.

use serde::{Deserialize, Serialize};

use super::tree::{Node, Tree};

/// What stands in an exported file where a reference must be put.
pub const PLACEHOLDER: &str = "CHANGE-ME";

/// Where a secret is, on the machine where the file of settings is read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", try_from = "Written")]
pub enum SecretRef {
    /// A variable of the environment.
    Env(String),
    /// A file that holds it.
    File(String),
}

/// Its form in a file.
#[derive(Debug, Deserialize)]
#[serde(rename = "SecretRef")]
struct Written {
    #[serde(default)]
    env: Option<String>,
    #[serde(default)]
    file: Option<String>,
}

/// The name by which a reader knows that a reference is wanted.
pub(super) const WRITTEN: &str = "SecretRef";

impl TryFrom<Written> for SecretRef {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, &'static str> {
        match (written.env, written.file) {
            (Some(name), None) if !name.is_empty() => Ok(Self::Env(name)),
            (None, Some(path)) if !path.is_empty() => Ok(Self::File(path)),
            _ => Err("a secret is referred to by either env or file"),
        }
    }
}

impl SecretRef {
    /// Whether it still has to be filled in.
    pub fn is_placeholder(&self) -> bool {
        match self {
            Self::Env(name) => name == PLACEHOLDER,
            Self::File(path) => path == PLACEHOLDER,
        }
    }

    /// Its name among the secrets that go with a file: `env:NAME`, `file:/path`.
    pub fn key(&self) -> String {
        match self {
            Self::Env(name) => format!("env:{name}"),
            Self::File(path) => format!("file:{path}"),
        }
    }
}

/// All references in a file, each once. Told by their form alone, so that a client need not know the settings of a
/// newer daemon.
pub fn secret_refs(documents: &[Node]) -> Vec<SecretRef> {
    let mut found = Vec::new();
    for node in documents {
        gather(node, &mut found);
    }
    found.sort();
    found.dedup();
    found
}

fn gather(node: &Node, found: &mut Vec<SecretRef>) {
    match &node.tree {
        Tree::Plain(_) | Tree::Quoted(_) => {}
        Tree::List(items) => {
            for item in items {
                gather(item, found);
            }
        }
        Tree::Map(entries) => {
            if let [(name, _, value)] = entries.as_slice()
                && let Some(text) = value.text()
            {
                match name.as_str() {
                    "env" => found.push(SecretRef::Env(text.to_owned())),
                    "file" => found.push(SecretRef::File(text.to_owned())),
                    _ => {}
                }
            }
            for (_, _, value) in entries {
                gather(value, found);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    #[test]
    fn references_are_found_by_their_form() {
        let text =
            "a: {env: A}\nb: [{file: /b}, {c: {env: A}}, {env: X, more: 1}]\n---\nd: {file: CHANGE-ME}\n";
        let found = secret_refs(&parse(text).unwrap());
        let keys: Vec<String> = found.iter().map(SecretRef::key).collect();
        assert_eq!(keys, ["env:A", "file:/b", "file:CHANGE-ME"]);
        assert_eq!(found.iter().filter(|found| found.is_placeholder()).count(), 1);
    }
}
