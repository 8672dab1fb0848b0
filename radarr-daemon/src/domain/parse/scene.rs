//! Scene names: does a text look like one, and which original name is kept with an imported file.

use radarr_proto::model::Quality;

use super::{parse_release, without_extension};

/// What is known of an imported file when its original name is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SceneNameInput<'a> {
    /// Path of the video.
    pub path: &'a str,
    /// Whether the download holds other videos.
    pub other_video_files: bool,
    /// The download client's title.
    pub download_client_title: Option<&'a str>,
    /// Release name parsed from the folder.
    pub folder_title: Option<&'a str>,
}

/// Whether the text looks like a scene release name: dots, no spaces, and title, group and quality can be parsed.
pub fn is_scene_name(name: &str) -> bool {
    let Some(title) = scene_title(name) else { return false };
    if !title.contains('.') || title.contains(' ') {
        return false;
    }
    let parsed = parse_release(&title);
    parsed.not_a_movie.is_none()
        && parsed.release_group.is_some()
        && parsed.quality.quality != Quality::Unknown
        && parsed.title().is_some_and(|title| !title.trim().is_empty())
}

/// The release title without extension, trailing dashes and underscores, and with 【】 turned into []; `None` when nothing
/// is left.
pub fn scene_title(name: &str) -> Option<String> {
    let title = without_extension(name).trim_matches(['-', '_']).replace('【', "[").replace('】', "]");
    (!title.is_empty()).then_some(title)
}

/// The original release name that is kept with the file.
///
/// The download client's title as it is (without the extension of a release file) when the file is the only video;
/// then the file's name, when it looks like a scene name; then the folder's, when it does and the file is the only
/// video.
pub fn scene_name(input: &SceneNameInput<'_>) -> Option<String> {
    if let Some(title) =
        input.download_client_title.filter(|title| !input.other_video_files && !title.is_empty())
    {
        return Some(without_extension(title).to_owned());
    }
    let file = input.path.rsplit(['/', '\\']).next().map(without_extension).unwrap_or_default();
    if is_scene_name(file) {
        return scene_title(file);
    }
    input.folder_title.filter(|title| !input.other_video_files && is_scene_name(title)).and_then(scene_title)
}
