//! What each screen looks like, with its colours, at three sizes. Read a difference as a user would.

use super::driver::Driver;
use crate::app::ask::Ask;

/// Where the screens are, by the keys that lead there from the library.
const SCREENS: &[(&str, &[&str])] = &[
    ("library", &["j"]),
    ("movie", &["4", "f", "enter"]),
    ("releases", &["i"]),
    ("releases_refused", &["i", "G"]),
    ("queue", &["2"]),
    ("history", &["3"]),
    ("wanted", &["4"]),
    ("blocklist", &["5"]),
    ("jobs", &["6"]),
    ("system", &["7"]),
    ("settings", &["8"]),
    ("profile", &["8", "G", "k", "k", "k", "enter", "G", "enter"]),
    ("custom_formats", &["8", "G", "k", "k", "enter"]),
    (
        "custom_format",
        &["8", "G", "k", "k", "enter", "enter", "t", "x", "2", "6", "4", "enter", "a", "(", "enter"],
    ),
    ("groups", &["9", "j"]),
    ("group", &["9", "enter"]),
    ("add", &["a", "c", "h"]),
    ("form_add", &["a", "c", "h", "down", "enter"]),
    ("form_indexer", &["8", "j", "j", "j", "enter"]),
    ("form_delete", &["d"]),
    ("confirm", &["i", "G", "enter"]),
    ("help", &["?"]),
    ("palette", &[":", "s", "e", "a"]),
];

#[test]
fn each_screen_looks_as_it_did() {
    for (name, keys) in SCREENS {
        for (wide, high) in [(80, 24), (120, 40), (200, 50)] {
            let mut driver = Driver::connected();
            driver.press(keys);
            let screen = driver.screen_with_styles(wide, high);
            insta::assert_snapshot!(format!("{name}_{wide}x{high}"), screen);
        }
    }
}

#[test]
fn a_narrow_terminal_shows_what_matters_most() {
    for (name, keys) in [("library", ["j"]), ("queue", ["2"]), ("releases", ["i"]), ("form", ["d"])] {
        let mut driver = Driver::connected();
        driver.press(&keys);
        insta::assert_snapshot!(format!("narrow_{name}"), driver.screen(40, 16));
    }
}

#[test]
fn the_states_of_waiting_and_of_nothing_look_as_they_did() {
    let mut driver = Driver::unconnected();
    driver.bare = true;
    driver.connect(radarr_proto::model::Role::Admin);
    insta::assert_snapshot!("first_run", driver.screen_with_styles(80, 24));
    driver.press(&["esc"]);
    insta::assert_snapshot!("empty_library", driver.screen(80, 24));
    let mut driver = Driver::connected();
    driver.hold = |ask| matches!(ask, Ask::Releases(_));
    driver.press(&["i"]);
    insta::assert_snapshot!("searching", driver.screen(80, 24));
    let mut driver = Driver::connected();
    driver.fail = |ask| matches!(ask, Ask::SearchMovie(..));
    driver.press(&["s"]);
    insta::assert_snapshot!("error", driver.screen_with_styles(80, 24));
}
