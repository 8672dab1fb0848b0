//! Whatever keys come on whatever size of terminal: nothing panics, and the selection stays inside.

use proptest::prelude::*;

use super::driver::Driver;
use crate::app::event::Event;
use crate::screens::samples;

const KEYS: &[&str] = &[
    "j",
    "k",
    "g",
    "G",
    "ctrl-d",
    "ctrl-u",
    "pgdn",
    "pgup",
    "enter",
    "esc",
    "tab",
    "backtab",
    "space",
    "left",
    "right",
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7",
    "8",
    "9",
    "p",
    "c",
    "r",
    "w",
    "!",
    "a",
    "i",
    "s",
    "/",
    "f",
    "o",
    "O",
    "m",
    "e",
    "d",
    "u",
    "R",
    "[",
    "]",
    "V",
    "v",
    "J",
    "K",
    "n",
    "x",
    "t",
    "?",
    ":",
    "y",
    "q",
    "backspace",
    "ctrl-s",
    "ctrl-t",
    "ctrl-r",
    "del",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_key_and_no_size_makes_it_panic(
        keys in proptest::collection::vec(0..KEYS.len(), 0..60),
        movies in prop_oneof![Just(0_u64), Just(1), Just(2), 3_u64..40],
        wide in prop_oneof![Just(0_u16), Just(1), Just(39), Just(80), 0_u16..220],
        high in prop_oneof![Just(0_u16), Just(1), Just(24), 0_u16..60],
    ) {
        let mut driver = Driver::unconnected();
        driver.rows = (1..=movies).map(|id| samples::row(id, "x", 2000)).collect();
        driver.bare = movies == 0;
        driver.connect(radarr_proto::model::Role::Admin);
        for (at, key) in keys.into_iter().enumerate() {
            driver.press(&[KEYS[key]]);
            if at % 7 == 0 {
                driver.frame(wide, high);
            }
        }
        driver.event(Event::Resized);
        driver.frame(wide, high);
        driver.frame(high, wide);
    }
}

#[test]
fn ten_thousand_movies_are_scrolled_without_building_more_than_the_screen() {
    let mut driver = Driver::unconnected();
    driver.rows = (1..=10_000).map(|id| samples::row(id, &format!("Movie {id:05}"), 2000)).collect();
    driver.connect(radarr_proto::model::Role::Admin);
    let pages = driver.asked.iter().filter(|ask| matches!(ask, crate::app::ask::Ask::Rows { .. })).count();
    assert_eq!(pages, 5);
    driver.screen(80, 24);
    driver.press(&["G"]);
    let screen = driver.screen(80, 24);
    assert!(screen.contains("Movie 10000") && screen.contains("10000/10000"), "{screen}");
    driver.press(&["g", "pgdn"]);
    assert!(driver.screen(80, 24).contains("Movie 00020"));
}
