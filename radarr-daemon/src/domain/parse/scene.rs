//! Scene names: does a text look like one, and which original name is kept with an imported file.

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

/// Whether the text looks like a scene release name.
pub fn is_scene_name(name: &str) -> bool {
    scene_title(name).is_some_and(|title| title.contains('.') && !title.contains(' '))
}

/// The release title without extension, trailing dashes and underscores.
pub fn scene_title(name: &str) -> Option<String> {
    Some(name.trim_matches(['-', '_']).to_owned())
}

/// The original release name that is kept with the file.
pub fn scene_name(input: &SceneNameInput<'_>) -> Option<String> {
    input.download_client_title.filter(|_| !input.other_video_files).map(str::to_owned)
}
