//! A movie without sound is a broken file.

use radarr_proto::model::{Permanence, RuleVerdict};

use crate::domain::import::candidate::Candidate;
use crate::domain::import::verdict::{Refusal, looked, not_applicable, pass, reject};

const RULE: &str = "HasAudioTrack";

/// A file whose streams were read has at least one of sound.
///
/// Source: Radarr's `HasAudioTrackSpecification`.
pub fn has_audio_track(file: &Candidate<'_>) -> RuleVerdict {
    let Some(media) = file.media_info else {
        return not_applicable(RULE, "the streams of the file were not read");
    };
    let looked = vec![looked("audio tracks", media.audio.len())];
    if !media.audio.is_empty() {
        return pass(RULE, looked);
    }
    let refusal = Refusal {
        reason: "NoAudio",
        permanence: Permanence::Permanent,
        message: "the file has no audio track".to_owned(),
        remedy: "take another release; a silent film without a track can be imported by hand",
    };
    reject(RULE, refusal, looked)
}

#[cfg(test)]
mod tests {
    use radarr_proto::model::{AudioTrack, MediaInfo};

    use super::*;
    use crate::domain::import::rules::test_candidate::candidate;

    #[test]
    fn a_file_without_sound_is_refused() {
        let silent = MediaInfo::default();
        let loud = MediaInfo { audio: vec![AudioTrack::default()], ..MediaInfo::default() };
        for (media_info, refused) in [(Some(&silent), true), (Some(&loud), false), (None, false)] {
            assert_eq!(has_audio_track(&Candidate { media_info, ..candidate() }).is_reject(), refused);
        }
    }
}
