//! A torrent of qBittorrent's as one of ours: where it lies, how far it is, whether it may go.

use jiff::Timestamp;
use radarr_proto::model::{InfoHash, PathMapping, Progress};

use super::api::TorrentInfo;
use super::states::meaning;
use crate::clients::client::{ClientItem, ItemState};
use crate::clients::path_mapping::to_local;

/// qBittorrent's word for "can't be told": 100 days.
const ETA_UNKNOWN_SECONDS: i64 = 8_640_000;
/// The ratio is told in floats; a limit counts as reached from here on.
const RATIO_TOLERANCE: f64 = 0.001;

pub(super) fn item(hash: InfoHash, info: &TorrentInfo, mappings: &[PathMapping]) -> ClientItem {
    let meaning = meaning(&info.state);
    let output = output(info);
    ClientItem {
        info_hash: hash,
        name: info.name.clone(),
        state: meaning.state,
        category: info.category.clone(),
        progress: progress(info),
        output_path: match output {
            Output::At(path) => Some(to_local(mappings, path)),
            Output::NotYet | Output::WholeFolder => None,
        },
        warning: match output {
            Output::WholeFolder => Some(
                "qBittorrent gives the whole download folder as the place of this torrent; it can't be imported \
                 by itself. Set the content layout to \"create subfolder\" there"
                    .to_owned(),
            ),
            Output::At(_) | Output::NotYet => meaning.warning.map(str::to_owned),
        },
        added_at: Timestamp::from_second(info.added_on).ok().filter(|_| info.added_on > 0),
        seed_goal_reached: meaning.state == ItemState::Complete && goal_reached(info),
    }
}

enum Output<'a> {
    At(&'a str),
    /// While it reads its resume data, qBittorrent gives a bare name, or nothing.
    NotYet,
    /// The folder that everything is downloaded to: importing it would take in what is not ours.
    WholeFolder,
}

fn output(info: &TorrentInfo) -> Output<'_> {
    let content = info.content_path.trim_end_matches(['/', '\\']);
    let is_absolute = content.starts_with(['/', '\\']) || content.as_bytes().get(1) == Some(&b':');
    if !is_absolute {
        Output::NotYet
    } else if content == info.save_path.trim_end_matches(['/', '\\']) {
        Output::WholeFolder
    } else {
        Output::At(content)
    }
}

fn progress(info: &TorrentInfo) -> Progress {
    let unsigned = |number: i64| u64::try_from(number).unwrap_or(0);
    Progress {
        size_bytes: unsigned(info.size),
        left_bytes: unsigned(info.amount_left),
        speed_bytes: unsigned(info.dlspeed),
        eta_seconds: (1..ETA_UNKNOWN_SECONDS).contains(&info.eta).then(|| unsigned(info.eta)),
        ratio_thousandths: thousandths(info.ratio),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the value was brought into the range that fits"
)]
fn thousandths(ratio: f64) -> u64 {
    // A ratio of a million is what a share of nothing gives; NaN becomes 0.
    (ratio.clamp(0.0, 1_000_000.0) * 1000.0).round() as u64
}

/// Whether one of the limits in force is reached. Without a limit nothing says that it may go.
fn goal_reached(info: &TorrentInfo) -> bool {
    let ratio = info.max_ratio.is_some_and(|max| max >= 0.0 && info.ratio >= max - RATIO_TOLERANCE);
    let time = info
        .max_seeding_time
        .is_some_and(|minutes| minutes >= 0 && info.seeding_time >= minutes.saturating_mul(60));
    ratio || time
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(state: &str, content_path: &str) -> TorrentInfo {
        TorrentInfo {
            state: state.to_owned(),
            content_path: content_path.to_owned(),
            save_path: "/downloads/".to_owned(),
            size: 1000,
            amount_left: 250,
            dlspeed: 10,
            eta: 25,
            ratio: 1.2345,
            ..TorrentInfo::default()
        }
    }

    fn read(info: &TorrentInfo) -> ClientItem {
        item(InfoHash([1; 20]), info, &[PathMapping { remote: "/downloads".into(), local: "/mnt/d".into() }])
    }

    #[test]
    fn the_content_path_is_given_as_the_daemon_sees_it() {
        let item = read(&info("stalledUP", "/downloads/Movie"));
        assert_eq!(item.output_path.as_deref(), Some("/mnt/d/Movie"));
        assert_eq!(item.progress.percent(), 75);
        assert_eq!(item.progress.ratio_thousandths, 1235);
        assert_eq!(item.progress.eta_seconds, Some(25));
    }

    #[test]
    fn a_bare_name_is_not_taken_for_a_path() {
        for content in ["Movie.2019.mkv", ""] {
            let item = read(&info("checkingResumeData", content));
            assert_eq!((item.output_path, item.warning), (None, None), "{content}");
        }
    }

    #[test]
    fn the_whole_download_folder_is_never_an_output() {
        let item = read(&info("stalledUP", "/downloads"));
        assert_eq!(item.output_path, None);
        assert!(item.warning.unwrap().contains("whole download folder"));
    }

    #[test]
    fn a_torrent_may_go_only_when_it_is_stopped_and_its_goal_is_reached() {
        for (state, max_ratio, max_minutes, want) in [
            ("stoppedUP", Some(1.0), Some(-1), true),
            ("pausedUP", Some(-1.0), Some(60), true),
            ("stalledUP", Some(1.0), Some(-1), false),
            ("stoppedUP", Some(2.0), Some(61), false),
            ("stoppedUP", Some(-1.0), Some(-1), false),
            ("stoppedUP", None, None, false),
        ] {
            let mut info = info(state, "/downloads/Movie");
            (info.max_ratio, info.max_seeding_time, info.seeding_time) = (max_ratio, max_minutes, 3600);
            assert_eq!(read(&info).seed_goal_reached, want, "{state} {max_ratio:?} {max_minutes:?}");
        }
    }

    #[test]
    fn odd_numbers_do_no_harm() {
        let mut odd = info("metaDL", "");
        (odd.size, odd.amount_left, odd.eta, odd.ratio) = (-1, i64::MIN, ETA_UNKNOWN_SECONDS, f64::NAN);
        let progress = read(&odd).progress;
        assert_eq!((progress.percent(), progress.eta_seconds, progress.ratio_thousandths), (0, None, 0));
    }
}
