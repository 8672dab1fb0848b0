//! How files and folders are named: the tokens are the same.

use radarr_proto::model::{ColonMode, NamingSettings};

use crate::migrate::fields::Fields;

const COLON: &[(&str, i64)] =
    &[("delete", 0), ("dash", 1), ("spaceDash", 2), ("spaceDashSpace", 3), ("smart", 4)];

/// Naming; what is not said is as it is by default here.
pub fn naming(fields: &Fields) -> NamingSettings {
    let default = NamingSettings::default();
    let format = |name: &str, otherwise: String| fields.text(name).map_or(otherwise, str::to_owned);
    NamingSettings {
        rename: fields.flag_or("renameMovies", fields.flag("renameEpisodes")),
        replace_illegal: fields.flag_or("replaceIllegalCharacters", true),
        colon: match fields.choice("colonReplacementFormat", COLON) {
            Some(0) => ColonMode::Delete,
            Some(1) => ColonMode::Dash,
            Some(2) => ColonMode::SpaceDash,
            Some(3) => ColonMode::SpaceDashSpace,
            Some(_) | None => ColonMode::Smart,
        },
        file_format: format("standardMovieFormat", default.file_format),
        folder_format: format("movieFolderFormat", default.folder_format),
        ..default
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_and_words_are_the_same() {
        let row = naming(
            &Fields::of(&json!({"Id": 1, "RenameMovies": 1, "ReplaceIllegalCharacters": 0, "ColonReplacementFormat": 3,
                "StandardMovieFormat": "{Movie Title} ({Release Year})", "MovieFolderFormat": null}))
            .unwrap(),
        );
        let object = naming(
            &Fields::of(&json!({"renameMovies": true, "replaceIllegalCharacters": false,
                "colonReplacementFormat": "spaceDashSpace", "standardMovieFormat": "{Movie Title} ({Release Year})"}))
            .unwrap(),
        );
        assert_eq!(row, object);
        assert_eq!((row.rename, row.replace_illegal, row.colon), (true, false, ColonMode::SpaceDashSpace));
        assert_eq!(row.folder_format, NamingSettings::default().folder_format);
        assert!(!naming(&Fields::default()).rename);
    }
}
