//! Settings as a text that [`parse`] reads again.

use serde::Serialize;
use yaml_rust2::YamlEmitter;
use yaml_rust2::yaml::{Hash, Yaml};

use super::tree::{Node, Tree, parse};

/// A value as YAML, its fields in the order in which its type has them.
pub fn to_yaml<T: Serialize>(value: &T) -> Result<String, String> {
    // JSON keeps the order of the fields, and is YAML: so one reader serves both.
    let json = serde_json::to_string(value).map_err(|error| error.to_string())?;
    let documents = parse(&json).map_err(|fault| fault.to_string())?;
    let mut text = String::new();
    if let Some(document) = documents.first() {
        YamlEmitter::new(&mut text).dump(&yaml(document)).map_err(|error| error.to_string())?;
    }
    text.push('\n');
    Ok(text.trim_start_matches("---\n").to_owned())
}

fn yaml(node: &Node) -> Yaml {
    match &node.tree {
        Tree::Quoted(text) => Yaml::String(text.clone()),
        Tree::Plain(_) if node.is_null() => Yaml::Null,
        Tree::Plain(word) => match word.as_str() {
            "true" => Yaml::Boolean(true),
            "false" => Yaml::Boolean(false),
            _ => word.parse().map_or_else(|_| Yaml::Real(word.clone()), Yaml::Integer),
        },
        Tree::List(items) => Yaml::Array(items.iter().map(yaml).collect()),
        Tree::Map(entries) => {
            let mut map = Hash::new();
            for (name, _, value) in entries {
                map.insert(Yaml::String(name.clone()), yaml(value));
            }
            Yaml::Hash(map)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::super::{parse, read};
    use super::*;

    #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
    struct Some {
        name: String,
        list: Vec<String>,
        number: Option<i64>,
        truth: bool,
    }

    fn text() -> impl Strategy<Value = String> {
        let odd = prop::sample::select(vec!["null", "1080", "- a: b #c", "no", "~", "1e3", "0x10"]);
        prop_oneof!["[ -~]{0,12}", any::<String>(), odd.prop_map(str::to_owned)]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again_as_it_was(
            name in any::<String>(),
            list in prop::collection::vec(text(), 0..4),
            number in any::<Option<i64>>(),
            truth in any::<bool>(),
        ) {
            let some = Some { name, list, number, truth };
            let text = to_yaml(&some).unwrap();
            let documents = parse(&text).map_err(|fault| TestCaseError::fail(format!("{fault}: {text:?}")))?;
            let again: Some = read(&documents[0]).unwrap();
            prop_assert_eq!(again, some, "{}", text);
        }
    }
}
