//! The file of a movie.

use jiff::Timestamp;
use radarr_proto::model::{MovieFile, StoredScore};

use super::quality::{flags, languages, quality};
use super::{Mapped, media_info};
use crate::migrate::fields::Fields;

/// The file, without its score: that is told from the formats once they are here.
pub fn file(fields: &Fields, now: Timestamp) -> Result<Mapped<MovieFile>, String> {
    let relative_path = relative(fields.text("relativePath").unwrap_or_default())?;
    let mut changes = Vec::new();
    let owned = |name: &str| fields.text(name).map(str::to_owned);
    let file = MovieFile {
        relative_path,
        size_bytes: fields.number("size").unwrap_or(0),
        added_at: fields.time("dateAdded").unwrap_or(now),
        quality: quality(fields, &mut changes),
        languages: languages(fields, &mut changes),
        release_group: owned("releaseGroup"),
        edition: owned("edition"),
        scene_name: owned("sceneName"),
        original_path: fields.text("originalFilePath").map(|path| path.replace('\\', "/")),
        flags: flags(fields),
        stored_score: StoredScore::default(),
        grab_id: None,
        media_info: media_info::media_info(fields),
        extras: Vec::new(),
    };
    Ok(Mapped { value: file, changes })
}

/// The path below the movie's folder, with `/`. A backslash is what Windows writes; no file name here has one.
fn relative(path: &str) -> Result<String, String> {
    let path = path.replace('\\', "/");
    if path.is_empty() {
        return Err("its file has no path".to_owned());
    }
    let climbs = path.split('/').any(|part| matches!(part, "" | "." | ".."));
    if climbs || path.chars().any(char::is_control) {
        return Err("the path of its file does not lie in the movie's folder".to_owned());
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use radarr_proto::model::{IndexerFlag, Language, Quality};
    use serde_json::{Value, json};

    use super::*;

    fn read(value: Value) -> Result<Mapped<MovieFile>, String> {
        file(&Fields::of(&value).unwrap(), "2026-01-01T00:00:00Z".parse().unwrap())
    }

    #[test]
    fn what_radarr_knows_of_a_file_is_kept() {
        let got = read(json!({"Id": 3, "RelativePath": "M (2000).mkv", "Size": 8_000_000_000_i64,
            "DateAdded": "2020-02-03 04:05:06.1Z", "Quality": "{\"quality\": 7, \"revision\": {\"version\": 1}}",
            "Languages": "[1]", "IndexerFlags": 33, "Edition": "Director's Cut", "SceneName": "M.2000.1080p.BluRay-GRP",
            "ReleaseGroup": "GRP", "OriginalFilePath": "M.2000\\m.mkv"}))
        .unwrap();
        assert_eq!(got.changes, [""; 0]);
        let file = got.value;
        assert_eq!((file.size_bytes, file.quality.quality), (8_000_000_000, Quality::Bluray1080p));
        assert_eq!((file.languages, file.flags.len()), (vec![Language::English], 2));
        assert_eq!(file.flags[1], IndexerFlag::Internal);
        assert_eq!(file.edition.as_deref(), Some("Director's Cut"));
        assert_eq!(file.original_path.as_deref(), Some("M.2000/m.mkv"));
        assert_eq!(file.added_at, "2020-02-03T04:05:06.1Z".parse().unwrap());
    }

    #[test]
    fn odd_rows_are_taken_as_far_as_they_go() {
        let got = read(json!({"RelativePath": "Extras\\x.mkv", "Size": null, "Quality": "", "DateAdded": "0001-01-01 00:00:00Z",
            "Languages": "[77]", "Edition": " "}))
        .unwrap();
        assert_eq!((got.value.relative_path.as_str(), got.value.edition), ("Extras/x.mkv", None));
        assert_eq!(got.changes.len(), 2, "{:?}", got.changes);
        for path in [json!(null), json!(""), json!("../x.mkv"), json!("/x.mkv"), json!("a//b"), json!("a\nb")]
        {
            assert!(read(json!({"RelativePath": path})).is_err(), "{path}");
        }
    }
}
