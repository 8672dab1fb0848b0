//! The configuration as text, without its secrets.

use serde_json::Value;

use super::Config;

/// Fields that are never printed.
const SECRETS: &[&str] = &["api_key", "url", "key", "passphrase"];

/// The configuration in force, as TOML; a secret that is set reads `***`.
pub fn to_toml(config: &Config) -> String {
    let mut text = String::new();
    let Ok(Value::Object(sections)) = serde_json::to_value(config) else { return text };
    for (section, fields) in sections {
        let Value::Object(fields) = fields else { continue };
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("[{section}]\n"));
        for (field, value) in fields {
            let shown = match value {
                Value::Null => continue,
                Value::String(secret) if SECRETS.contains(&field.as_str()) && !secret.is_empty() => {
                    "\"***\"".to_owned()
                }
                Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
                    value.to_string()
                }
            };
            text.push_str(&format!("{field} = {shown}\n"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use radarr_proto::model::SecretText;

    #[test]
    fn no_secret_is_printed() {
        let mut config = Config::default();
        config.tmdb.api_key = SecretText::new("hunter2");
        config.storage.url = SecretText::new("postgres://u:hunter2@h/db");
        config.storage.password = SecretText::new("hunter2");
        let text = to_toml(&config);
        assert!(text.contains("api_key = \"***\"") && !text.contains("hunter2"), "{text}");
        assert!(!format!("{config:?}").contains("hunter2"));
    }
}
