//! What a day at the keyboard runs into: drafts, wrong keys, lost connections, names that are too long.

use radarr_proto::model::{EventKind, JobId, MovieId, Role};

use super::driver::Driver;
use crate::app::ask::{Ask, Problem};
use crate::app::event::{Event, Since};
use crate::screens::{Screen, samples};
use crate::verbs::{Place, Verb, at_hand};

/// The keys that lead to a custom format whose draft was changed.
const TO_A_DRAFT: [&str; 10] = ["8", "G", "k", "k", "enter", "enter", "enter", "x", "enter", "j"];

fn was_asked(driver: &Driver, wanted: impl Fn(&Ask) -> bool) -> bool {
    driver.asked.iter().any(wanted)
}

#[test]
fn a_draft_is_not_lost_by_going_to_a_tab() {
    for key in ["1", "tab", "backtab", "esc", "q"] {
        let mut driver = Driver::connected();
        driver.press(&TO_A_DRAFT);
        assert!(driver.screen(80, 24).contains("not saved"), "{}", driver.screen(80, 24));
        driver.press(&[key]);
        assert!(driver.screen(80, 24).contains("What was changed is not saved."), "{key}");
        driver.press(&["n"]);
        assert!(driver.screen(80, 24).contains("not saved"), "{key}: the draft is still there");
        driver.press(&[key, "y"]);
        assert!(!driver.screen(80, 24).contains("not saved"), "{key}");
    }
    let mut driver = Driver::connected();
    driver.press(&TO_A_DRAFT);
    driver.press(&["1", "y"]);
    assert!(driver.screen(80, 24).contains("1 library"), "the tab that was wanted is shown");
}

#[test]
fn while_one_types_the_last_line_says_once_what_esc_does() {
    for (keys, wanted) in [
        (vec!["/"], "esc show all"),
        (vec!["9", "/"], "esc show all"),
        (vec!["a"], "esc leave"),
        (vec!["8", "G", "k", "k", "enter", "enter", "enter"], "esc leave it as it was"),
    ] {
        let mut driver = Driver::connected();
        driver.press(&keys);
        let screen = driver.screen(80, 24);
        let last = screen.trim_end().lines().last().unwrap();
        assert!(last.ends_with(wanted), "{last}");
        assert_eq!(last.matches("esc ").count(), 1, "{last}");
    }
}

#[test]
fn what_is_chosen_and_what_is_typed_are_both_said() {
    let mut driver = Driver::connected();
    driver.press(&["f", "/"]);
    driver.types("no");
    assert!(driver.screen(80, 24).contains(" wanted /no"), "{}", driver.screen(80, 24));
}

#[test]
fn hits_of_what_was_typed_before_are_not_added() {
    let mut driver = Driver::connected();
    driver.press(&["a"]);
    driver.types("ch");
    driver.hold = |ask| matches!(ask, Ask::Lookup(_));
    driver.types("x");
    driver.press(&["down", "enter"]);
    assert!(!driver.screen(80, 24).contains("root folder"), "{}", driver.screen(80, 24));
    driver.refuse_held(&Problem::new("TMDB does not answer", None));
    let screen = driver.screen(80, 24);
    assert!(screen.contains("TMDB does not answer") && !screen.contains("Charade"), "{screen}");
    driver.types("y");
    assert!(!driver.screen(80, 24).contains("TMDB does not answer"), "it is asked anew");
}

#[test]
fn a_job_is_read_in_full_and_ends_only_after_a_question() {
    let mut driver = Driver::connected();
    driver.press(&["6", "v"]);
    let screen = driver.screen(80, 24);
    assert!(screen.contains("asked for by") && screen.contains("tries"), "{screen}");
    driver.press(&["esc", "x", "enter"]);
    assert!(!was_asked(&driver, |ask| matches!(ask, Ask::CancelJob(_))), "enter means no");
    driver.press(&["x", "y"]);
    assert!(was_asked(&driver, |ask| *ask == Ask::CancelJob(JobId(3))), "{:?}", driver.asked);
}

#[test]
fn a_line_of_the_history_names_the_file_and_not_its_folder() {
    let mut driver = Driver::connected();
    driver.press(&["3"]);
    let long = "/srv/a/very/long/way/to/the/library/Charade (1963)/Charade (1963) Remux-1080p.mkv";
    let vanished = EventKind::FileVanished { title: "Charade".to_owned(), path: long.to_owned() };
    driver.happens(samples::event(900, Some(7), vanished));
    let screen = driver.screen(80, 24);
    assert!(screen.contains("Charade: Charade (1963) Remux-1080p.mkv"), "{screen}");
    driver.press(&["v"]);
    assert!(driver.screen(120, 24).contains(long), "in full it has its whole path");
}

#[test]
fn what_was_said_of_a_lost_connection_goes_with_it() {
    let mut driver = Driver::connected();
    let problem = Problem::new("no daemon answers", None);
    driver.event(Event::Lost { problem: problem.clone(), retry_at: samples::now() });
    driver.hold = |ask| matches!(ask, Ask::SearchMovie(..));
    driver.press(&["s"]);
    driver.refuse_held(&problem);
    assert!(driver.screen(80, 24).contains("no daemon answers"));
    driver.event(Event::Connected(Driver::greeting(Role::Admin), Since::Resumed));
    assert!(!driver.screen(80, 24).contains("no daemon answers"));
}

#[test]
fn all_tabs_stay_in_sight_while_the_connection_is_lost() {
    let mut driver = Driver::connected();
    driver.event(Event::Lost { problem: Problem::new("gone", None), retry_at: samples::now() });
    let screen = driver.screen(88, 24);
    assert!(screen.contains("8 set") && screen.contains("offline, again now"), "{screen}");
}

#[test]
fn a_connection_that_stays_away_says_why() {
    let mut driver = Driver::connected();
    let problem = Problem::new("the daemon refuses: the token was revoked", None);
    driver.event(Event::Lost { problem: problem.clone(), retry_at: samples::now() });
    assert!(!driver.screen(80, 24).contains("the token was revoked"), "a moment away is no news");
    driver.state.now = samples::now().checked_add(jiff::SignedDuration::from_secs(5)).unwrap();
    let screen = driver.screen(80, 24);
    assert!(screen.contains("the token was revoked") && screen.contains("? all keys"), "{screen}");
}

#[test]
fn what_is_wrong_in_a_form_is_where_one_types_next() {
    let mut driver = Driver::connected();
    driver.press(&["8", "j", "n"]);
    driver.types("movies");
    driver.press(&["tab", "tab", "ctrl-s"]);
    let screen = driver.screen(80, 24);
    assert!(screen.contains(">path") && screen.contains("is not absolute"), "{screen}");
}

#[test]
fn one_chooses_with_the_same_keys_wherever_letters_are_typed() {
    for (keys, text) in [(vec!["/"], ""), (vec!["9", "/"], ""), (vec![":"], "go"), (vec!["a"], "ch")] {
        let mut driver = Driver::connected();
        driver.press(&keys);
        driver.types(text);
        let first = driver.screen_with_styles(80, 24);
        driver.press(&["ctrl-n"]);
        let second = driver.screen_with_styles(80, 24);
        driver.press(&["ctrl-p"]);
        assert!(first != second && first == driver.screen_with_styles(80, 24), "{keys:?}");
    }
}

#[test]
fn what_l_opens_h_leaves() {
    let mut driver = Driver::connected();
    let library = driver.screen(80, 24);
    driver.press(&["l"]);
    assert_ne!(driver.screen(80, 24), library);
    driver.press(&["h"]);
    assert_eq!(driver.screen(80, 24), library);
}

#[test]
fn why_a_new_search_failed_is_said_with_what_to_do_above_the_old_one() {
    let mut driver = Driver::connected();
    driver.press(&["i"]);
    driver.hold = |ask| matches!(ask, Ask::Releases(_));
    driver.press(&["i"]);
    driver.refuse_held(&Problem::new("HDBits refused the passkey", Some("copy it again")));
    let screen = driver.screen(80, 24);
    assert!(screen.contains("refused the passkey") && screen.contains("copy it again"), "{screen}");
    assert!(screen.contains("verdict"), "the last search stays readable: {screen}");
}

#[test]
fn a_text_is_scrolled_as_lists_are() {
    let mut driver = Driver::connected();
    driver.press(&["?"]);
    assert!(!driver.screen(80, 14).contains("back to the shell for a while"));
    driver.press(&["G"]);
    assert!(driver.screen(80, 14).contains("back to the shell for a while"), "{}", driver.screen(80, 14));
    driver.press(&["g"]);
    assert!(driver.screen(80, 14).contains("grab the best"));
    driver.press(&["?"]);
    assert!(!driver.screen(80, 14).contains("in lists"), "any other key leaves");
}

#[test]
fn who_deletes_a_movie_hears_of_its_download() {
    let mut driver = Driver::connected();
    let loading = driver.state.world.queue.iter().flatten().any(|grab| grab.movie_id == MovieId(7));
    assert!(loading);
    driver.press(&["/"]);
    driver.types("charade");
    driver.press(&["enter", "d"]);
    assert!(driver.screen(80, 24).contains("goes on in the download client"), "{}", driver.screen(80, 24));
}

/// The keys that lead to each place.
const PLACES: &[(Place, &[&str])] = &[
    (Place::Library, &["j"]),
    (Place::Movie, &["4", "f", "enter"]),
    (Place::Releases, &["i"]),
    (Place::Queue, &["2"]),
    (Place::History, &["3"]),
    (Place::Wanted, &["4"]),
    (Place::Blocklist, &["5"]),
    (Place::Jobs, &["6"]),
    (Place::System, &["7"]),
    (Place::Settings, &["8"]),
    (Place::Profile, &["8", "G", "k", "k", "k", "enter"]),
    (Place::Formats, &["8", "G", "k", "k", "enter"]),
    (Place::Format, &["8", "G", "k", "k", "enter", "enter", "j", "j", "j"]),
    (Place::Groups, &["9", "j"]),
    (Place::Group, &["9", "enter"]),
    (Place::Add, &["a", "c", "h"]),
];

#[test]
fn every_key_that_the_help_names_does_something() {
    for (place, keys) in PLACES {
        // What moves may be at the end, where one is one need not go, and two of them concern the terminal alone.
        let is_seen = |verb: Verb| {
            !matches!(
                verb,
                Verb::Move(_) | Verb::DetailsDown | Verb::DetailsUp | Verb::Repaint | Verb::Suspend
            ) && verb != Verb::Go(*place)
                && (verb, *place) != (Verb::Groups, Place::Groups)
                && (verb, *place) != (Verb::Back, Place::Library)
        };
        for info in at_hand(*place).filter(|info| is_seen(info.verb)) {
            for name in info.keys {
                let mut driver = Driver::connected();
                driver.press(keys);
                assert_eq!(driver.state.screen().map(Screen::place), Some(*place));
                let before = driver.screen(80, 24);
                driver.asked.clear();
                driver.press(&[name]);
                let is_silent = before == driver.screen(80, 24) && driver.asked.is_empty() && !driver.quit;
                assert!(!is_silent, "{place:?}: {name} ({})", info.name);
            }
        }
    }
}
