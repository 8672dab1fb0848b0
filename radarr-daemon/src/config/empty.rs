//! A path that is set to nothing is not set: so compose files and shells hand on a variable that has no value.

use std::path::PathBuf;

use super::Config;

/// Takes empty paths for what is in force without them.
pub(super) fn unset(config: &mut Config) {
    if config.storage.path.as_os_str().is_empty() {
        config.storage.path = Config::default().storage.path;
    }
    let paths: [&mut Option<PathBuf>; 12] = [
        &mut config.storage.url_file,
        &mut config.storage.password_file,
        &mut config.security.key_file,
        &mut config.backup.passphrase_file,
        &mut config.http.tls_cert,
        &mut config.http.tls_key,
        &mut config.rpc.tls_cert,
        &mut config.rpc.tls_key,
        &mut config.rpc.client_ca,
        &mut config.tmdb.api_key_file,
        &mut config.settings.dir,
        &mut config.guides.path,
    ];
    for path in paths {
        if path.as_ref().is_some_and(|path| path.as_os_str().is_empty()) {
            *path = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn every_path_that_may_be_left_out_may_be_empty() {
        let default = serde_json::to_value(Config::default()).unwrap();
        let mut emptied = default.clone();
        let sections = emptied.as_object_mut().unwrap().values_mut();
        let mut count = 0;
        for value in sections.filter_map(Value::as_object_mut).flat_map(|section| section.values_mut()) {
            if value.is_null() {
                *value = "".into();
                count += 1;
            }
        }
        emptied["storage"]["path"] = "".into();
        let mut config: Config = serde_json::from_value(emptied).unwrap();
        unset(&mut config);
        assert!(count > 10, "only {count} were found");
        assert_eq!(serde_json::to_value(config).unwrap(), default);
    }
}
