//! Download clients: qBittorrent has an equivalent.

use radarr_proto::model::{
    ClientId, ClientKind, DocVersion, DownloadClient, PathMapping, SaveClient, SecretInput, SecretSource,
    SecretText,
};

use super::{Known, Mapped, name_of, priority, tags_that_narrow};
use crate::migrate::fields::{Fields, secret};
use crate::migrate::paths::{self, MapPath};

/// Radarr's default of `initialState` that adds a torrent stopped.
const STOPPED: i64 = 2;

/// What it is called.
pub fn called(fields: &Fields) -> String {
    name_of(fields, "Download client")
}

/// The client, out of use, with the paths that differ between its machine and ours.
pub fn client(
    fields: &Fields,
    paths: &[Fields],
    maps: &[MapPath],
    known: &Known,
) -> Result<Mapped<SaveClient>, String> {
    match fields.text("implementation").unwrap_or_default() {
        "QBittorrent" => {}
        other => return Err(format!("there is no download client of the kind {other:?} here")),
    }
    let settings = fields.settings();
    let mut changes = Vec::new();
    let tags = tags_that_narrow(fields, known, &mut changes)?;
    let host = settings.text("host").unwrap_or("localhost");
    let password = secret(&settings, "password").map(SecretText::new);
    if password.is_none() && settings.text("username").is_some() {
        changes.push("its password is not given: enter it here".to_owned());
    }
    let owned = |name: &str| settings.text(name).map(str::to_owned);
    let category = settings.text("movieCategory").unwrap_or_default().to_owned();
    let client = DownloadClient {
        id: ClientId(0),
        doc_version: DocVersion(0),
        name: called(fields),
        kind: ClientKind::Qbittorrent {
            username: owned("username").unwrap_or_default(),
            // The same category would say that nothing changes.
            imported_category: owned("movieImportedCategory").filter(|imported| *imported != category),
            category,
            save_path: None,
            add_stopped: settings.int("initialState") == Some(STOPPED),
            sequential: settings.flag("sequentialOrder"),
        },
        url: address(&settings, host),
        secret: SecretSource::None,
        enabled: false,
        priority: priority(fields, 1, &mut changes),
        remove_completed: fields.flag_or("removeCompletedDownloads", true),
        remove_failed: fields.flag_or("removeFailedDownloads", true),
        path_mappings: mappings(host, paths, maps, &mut changes),
        tags,
    };
    let secret = password.map_or(SecretInput::Keep, |value| SecretInput::Value { value });
    Ok(Mapped { value: SaveClient { client, secret }, changes })
}

fn address(settings: &Fields, host: &str) -> String {
    let scheme = if settings.flag("useSsl") { "https" } else { "http" };
    let port: u16 = settings.number("port").unwrap_or(8080);
    let base = settings.text("urlBase").unwrap_or_default().trim_matches('/');
    let base = if base.is_empty() { String::new() } else { format!("/{base}") };
    format!("{scheme}://{host}:{port}{base}")
}

/// The paths of the client's host, put into those of this machine.
fn mappings(host: &str, paths: &[Fields], maps: &[MapPath], changes: &mut Vec<String>) -> Vec<PathMapping> {
    let mut mappings = Vec::new();
    for row in paths.iter().filter(|row| row.text("host").is_some_and(|of| of.eq_ignore_ascii_case(host))) {
        let (Some(remote), Some(local)) = (row.text("remotePath"), row.text("localPath")) else { continue };
        match paths::here(local, maps) {
            Ok(local) => mappings.push(PathMapping { remote: remote.to_owned(), local }),
            Err(why) => changes.push(format!("its path mapping of {remote} is gone: {why}")),
        }
    }
    mappings
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn fields(row: &Value) -> Fields {
        Fields::of(row).unwrap()
    }

    #[test]
    fn qbittorrent_comes_with_its_password_and_its_paths_and_out_of_use() {
        let row = json!({"Id": 1, "Enable": 1, "Name": "qb", "Implementation": "QBittorrent", "Priority": 1,
            "Settings": json!({"host": "Box", "port": 8090, "useSsl": true, "urlBase": "/qb/", "username": "admin",
                "password": "hush", "movieCategory": "radarr", "movieImportedCategory": "radarr", "initialState": 2}).to_string(),
            "RemoveCompletedDownloads": 0, "RemoveFailedDownloads": 1});
        let paths = [
            fields(&json!({"Host": "box", "RemotePath": "/dl/", "LocalPath": "/data/dl/"})),
            fields(&json!({"Host": "box", "RemotePath": "/w/", "LocalPath": "D:\\dl\\"})),
            fields(&json!({"Host": "other", "RemotePath": "/o/", "LocalPath": "/o/"})),
        ];
        let maps = ["/data=/srv".parse().unwrap()];
        let got = client(&fields(&row), &paths, &maps, &Known::default()).unwrap();
        let client = got.value.client;
        assert_eq!((client.url.as_str(), client.enabled), ("https://Box:8090/qb", false));
        assert_eq!((client.remove_completed, client.remove_failed), (false, true));
        assert_eq!(client.path_mappings, [PathMapping { remote: "/dl/".into(), local: "/srv/dl".into() }]);
        let ClientKind::Qbittorrent { category, imported_category, add_stopped, .. } = client.kind else {
            panic!()
        };
        assert_eq!((category.as_str(), imported_category, add_stopped), ("radarr", None, true));
        assert_eq!(got.value.secret, SecretInput::Value { value: SecretText::new("hush") });
        assert_eq!(got.changes.len(), 1, "{:?}", got.changes);
    }

    #[test]
    fn others_stay_behind() {
        for kind in ["Sabnzbd", "Transmission", ""] {
            let row =
                fields(&json!({"Name": "x", "Implementation": kind, "Settings": "{\"password\": \"hush\"}"}));
            let error = client(&row, &[], &[], &Known::default()).unwrap_err();
            assert!(error.contains(kind) && !error.contains("hush"), "{error}");
        }
    }
}
