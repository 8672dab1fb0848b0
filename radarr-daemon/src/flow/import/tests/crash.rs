//! An import that ends before each of its steps, and is taken up again.

use radarr_proto::model::LinkMode;

use super::scene::{Before, Scene, StopBefore, Way};
use crate::flow::import::{ImportError, ImportReport, Step};

/// More steps than any of these imports has.
const STEPS_MAX: usize = 40;

fn ways() -> Vec<Way> {
    let mut ways = Vec::new();
    for before in [Before::Nothing, Before::Other, Before::SameName] {
        for link_mode in [LinkMode::HardlinkPreferred, LinkMode::Copy] {
            for has_bin in [true, false] {
                ways.push(Way { before, link_mode, has_bin });
            }
        }
    }
    ways
}

#[tokio::test]
async fn a_download_comes_in_with_its_subtitle_and_without_its_sample() {
    for way in ways() {
        let scene = Scene::new(way).await;
        let steps = StopBefore::never();
        let report = scene.import(&steps).await.unwrap();
        assert!(matches!(report, ImportReport::Imported { .. }), "{way:?}: {report:?}");
        scene.is_imported(&format!("{way:?}")).await;
        // A job that is run twice finds it done.
        assert_eq!(scene.import(&()).await.unwrap(), ImportReport::Already);
        scene.is_imported(&format!("{way:?}, again")).await;
    }
}

#[tokio::test]
async fn the_old_file_keeps_a_name_until_the_new_one_has_its_own() {
    let scene =
        Scene::new(Way { before: Before::Other, link_mode: LinkMode::HardlinkPreferred, has_bin: true })
            .await;
    let steps = StopBefore::never();
    scene.import(&steps).await.unwrap();
    let seen = steps.seen.lock().unwrap().clone();
    let last = |is: fn(&Step) -> bool| seen.iter().rposition(is).unwrap();
    let first = |is: fn(&Step) -> bool| seen.iter().position(is).unwrap();
    assert!(last(|step| matches!(step, Step::Place(_))) < first(|step| matches!(step, Step::Keep(_))));
    assert!(last(|step| matches!(step, Step::Keep(_))) < first(|step| matches!(step, Step::Rename(_))));
    assert!(last(|step| matches!(step, Step::Rename(_))) < first(|step| matches!(step, Step::Drop(_))));
    assert_eq!(seen.last(), Some(&Step::Record));
}

#[tokio::test]
async fn a_crash_before_any_step_is_recovered_at_the_next_start() {
    for way in ways() {
        let mut ended = false;
        for number in 0..STEPS_MAX {
            let at = format!("{way:?}, a crash before step {number}");
            let scene = Scene::new(way).await;
            match scene.import(&StopBefore::step(number)).await {
                Err(ImportError::Stopped) => {}
                Ok(ImportReport::Imported { .. }) => ended = true,
                other => panic!("{at}: {other:?}"),
            }
            scene.nothing_is_lost(&at);
            scene.restart().await;
            scene.is_imported(&at).await;
            scene.restart().await;
            scene.is_imported(&format!("{at}, started twice")).await;
            if ended {
                break;
            }
        }
        assert!(ended, "{way:?} did not end");
    }
}

#[tokio::test]
async fn a_second_crash_in_the_recovery_is_recovered_too() {
    for before in [Before::Other, Before::SameName] {
        let way = Way { before, link_mode: LinkMode::HardlinkPreferred, has_bin: true };
        let steps = StopBefore::never();
        Scene::new(way).await.import(&steps).await.unwrap();
        let count = steps.seen.lock().unwrap().len();
        for first in 0..count {
            for second in (0..count).step_by(2) {
                let at = format!("{way:?}, crashes before the steps {first} and {second}");
                let scene = Scene::new(way).await;
                scene.import(&StopBefore::step(first)).await.unwrap_err();
                let again = scene.import(&StopBefore::step(second)).await;
                assert!(matches!(again, Err(ImportError::Stopped) | Ok(_)), "{at}: {again:?}");
                scene.nothing_is_lost(&at);
                scene.restart().await;
                scene.is_imported(&at).await;
            }
        }
    }
}
