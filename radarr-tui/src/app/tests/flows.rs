//! What a user does, key by key.

use radarr_proto::model::{
    CustomFormatId, EventKind, FormatScore, GrabId, IndexerKind, JobId, JobStatus, MovieId, Quality, Role,
    SecretInput,
};
use radarr_proto::request::{DeleteMovie, EditMovie};

use super::driver::Driver;
use crate::app::ask::{Ask, Problem, Topic};
use crate::app::event::{Event, Since};
use crate::screens::samples;

/// Whether such a question was asked.
#[track_caller]
fn asked(driver: &Driver, wanted: impl Fn(&Ask) -> bool) -> &Ask {
    driver.asked.iter().rev().find(|ask| wanted(ask)).expect("it was asked")
}

#[test]
fn the_first_run_opens_the_set_up_and_goes_from_one_thing_to_the_next() {
    let mut driver = Driver::unconnected();
    driver.bare = true;
    driver.connect(Role::Admin);
    assert!(driver.screen(80, 24).contains("> [ ] root folder"));
    driver.press(&["enter"]);
    driver.types("movies");
    driver.press(&["ctrl-s"]);
    assert!(driver.screen(80, 24).contains("is not absolute"));
    driver.press(&["home"]);
    driver.types("/");
    driver.press(&["ctrl-s"]);
    let Ask::AddRoot(request) = asked(&driver, |ask| matches!(ask, Ask::AddRoot(_))) else { unreachable!() };
    assert_eq!(request.path, "/movies");
    // The daemon says that the settings changed; from here on there is a root folder.
    driver.bare = false;
    driver.happens(samples::event(
        31,
        None,
        EventKind::SettingsChanged {
            what: "root".to_owned(),
            name: "/movies".to_owned(),
            changes: Vec::new(),
        },
    ));
    assert!(driver.screen(80, 24).contains("[x] root folder       /movies"));
    assert!(driver.screen(80, 24).contains("read-only here"), "the TMDB key comes from the deployment");
}

#[test]
fn a_viewer_is_not_asked_to_set_anything_up_and_may_only_look() {
    let mut driver = Driver::unconnected();
    driver.bare = true;
    driver.connect(Role::Viewer);
    assert!(!driver.screen(80, 24).contains("Welcome"));
    driver.press(&["a"]);
    assert!(driver.screen(80, 24).contains("user:me may only look"));
}

#[test]
fn the_library_filters_as_one_types() {
    let mut driver = Driver::connected();
    driver.press(&["/"]);
    driver.types("nosfer");
    let screen = driver.screen(80, 24);
    assert!(screen.contains("1 of 7 movies"), "{screen}");
    assert!(screen.contains("Nosferatu") && !screen.contains("Caligari"));
    driver.press(&["enter", "m"]);
    let edit = EditMovie { id: MovieId(2), monitored: Some(false), ..EditMovie::default() };
    assert_eq!(*asked(&driver, |ask| matches!(ask, Ask::Edit(_))), Ask::Edit(edit));
    driver.press(&["esc"]);
    assert!(driver.screen(80, 24).contains("7 movies"), "esc takes the filter away");
}

#[test]
fn files_are_renamed_only_after_the_names_were_shown_and_exactly_those() {
    let mut driver = Driver::connected();
    driver.press(&["N"]);
    let screen = driver.screen(80, 24);
    assert!(screen.contains("Rename 1 file of Nosferatu (1922)?"), "{screen}");
    assert!(screen.contains("→ Nosferatu (1922) Bluray-1080p.mkv"), "{screen}");
    driver.press(&["enter"]);
    assert!(!driver.asked.iter().any(|ask| matches!(ask, Ask::Rename(_))), "enter means no");
    driver.press(&["N", "y"]);
    let Ask::Rename(request) = asked(&driver, |ask| matches!(ask, Ask::Rename(_))) else { unreachable!() };
    assert_eq!(request.state, "1f");
}

#[test]
fn a_movie_that_changes_elsewhere_changes_here_and_only_its_row_is_read() {
    let mut driver = Driver::connected();
    driver.asked.clear();
    driver.rows[6].title = "Charade, restored".to_owned();
    let edited = EventKind::MovieEdited { title: "Charade".to_owned(), changes: Vec::new() };
    driver.happens(samples::event(31, Some(7), edited));
    assert_eq!(driver.asked, [Ask::Row(MovieId(7))]);
    assert!(driver.screen(80, 24).contains("Charade, restored"));
    let deleted = EventKind::MovieDeleted { title: "Charade".to_owned(), year: 1963, files_deleted: false };
    driver.happens(samples::event(32, Some(7), deleted));
    assert!(!driver.screen(80, 24).contains("Charade"));
}

#[test]
fn a_row_that_could_not_be_read_is_read_with_the_next_connection() {
    let mut driver = Driver::connected();
    driver.rows[6].title = "Charade, restored".to_owned();
    driver.fail = |ask| matches!(ask, Ask::Row(_));
    let edited = EventKind::MovieEdited { title: "Charade".to_owned(), changes: Vec::new() };
    driver.happens(samples::event(31, Some(7), edited));
    driver.fail = |_| false;
    driver.event(Event::Connected(Driver::greeting(Role::Admin), Since::Resumed));
    assert!(driver.screen(80, 24).contains("Charade, restored"));
}

#[test]
fn a_download_moves_without_a_question() {
    let mut driver = Driver::connected();
    driver.press(&["2"]);
    driver.asked.clear();
    let progress = EventKind::DownloadProgressed { grab_id: GrabId(11), percent: 75, speed_bytes: 1 << 20 };
    driver.happens(samples::event(31, Some(7), progress));
    assert!(driver.asked.is_empty(), "{:?}", driver.asked);
    let screen = driver.screen(120, 30);
    assert!(screen.contains(" 75%") && screen.contains("1.0M/s"), "{screen}");
}

#[test]
fn a_search_shows_its_verdicts_and_the_best_is_grabbed() {
    let mut driver = Driver::connected();
    driver.hold = |ask| matches!(ask, Ask::Releases(_));
    driver.press(&["i"]);
    assert!(driver.screen(80, 24).contains("asking the indexers"));
    driver.answer_held();
    let screen = driver.screen(80, 24);
    assert!(screen.contains("3 releases, 1 accepted"), "{screen}");
    assert!(screen.contains("before the next one by seeders: 42 against 7"), "{screen}");
    driver.press(&["enter"]);
    let Ask::Grab(request) = asked(&driver, |ask| matches!(ask, Ask::Grab(_))) else { unreachable!() };
    assert_eq!((request.guid.as_str(), request.force), ("HDBits-1", false));
}

#[test]
fn a_refused_release_is_grabbed_only_after_its_reasons_were_confirmed() {
    let mut driver = Driver::connected();
    driver.press(&["i", "G", "enter"]);
    let screen = driver.screen(80, 24);
    assert!(
        screen.contains("grab although it is refused?") && screen.contains("0.4 GiB is less"),
        "{screen}"
    );
    driver.press(&["enter"]);
    assert!(!driver.asked.iter().any(|ask| matches!(ask, Ask::Grab(_))), "enter is no");
    driver.press(&["enter", "y"]);
    let Ask::Grab(request) = asked(&driver, |ask| matches!(ask, Ask::Grab(_))) else { unreachable!() };
    assert_eq!((request.guid.as_str(), request.force), ("HDBits-3", true));
}

#[test]
fn a_search_can_be_left_and_its_answer_comes_to_nobody() {
    let mut driver = Driver::connected();
    driver.hold = |ask| matches!(ask, Ask::Releases(_));
    driver.press(&["i", "esc"]);
    assert!(driver.held.is_empty(), "the question was dropped");
    assert!(driver.screen(80, 24).contains("7 movies"));
}

#[test]
fn coming_back_to_a_search_costs_the_tracker_nothing() {
    let mut driver = Driver::connected();
    driver.press(&["i", "esc"]);
    driver.asked.clear();
    driver.press(&["i"]);
    assert!(!driver.asked.iter().any(|ask| matches!(ask, Ask::Releases(_))));
    driver.press(&["i"]);
    assert!(driver.asked.iter().any(|ask| matches!(ask, Ask::Releases(_))), "i asks again");
}

#[test]
fn a_search_that_fails_says_what_to_do_and_keeps_what_was_found_before() {
    let mut driver = Driver::connected();
    driver.press(&["i"]);
    driver.fail = |ask| matches!(ask, Ask::Releases(_));
    driver.press(&["i"]);
    let screen = driver.screen(80, 24);
    assert!(screen.contains("HDBits does not answer") && screen.contains("accepted"), "{screen}");
}

#[test]
fn typing_on_drops_the_search_that_is_out_of_date() {
    let mut driver = Driver::connected();
    driver.hold = |ask| matches!(ask, Ask::Lookup(_));
    driver.press(&["a"]);
    driver.types("charade");
    assert_eq!(driver.held.len(), 1, "only the last one is still wanted");
    driver.answer_held();
    let screen = driver.screen(80, 24);
    assert!(screen.contains("in library Charade") && screen.contains("3 hits"), "{screen}");
    driver.press(&["down", "enter"]);
    assert!(driver.screen(80, 24).contains("add Charade (1953)"));
    driver.press(&["ctrl-s"]);
    let Ask::Add(request) = asked(&driver, |ask| matches!(ask, Ask::Add(_))) else { unreachable!() };
    assert_eq!((request.tmdb_id.0, request.search, request.monitored), (99, true, true));
}

#[test]
fn letters_go_into_the_search_and_are_no_verbs_there() {
    let mut driver = Driver::connected();
    driver.press(&["a"]);
    driver.types("q1?:");
    assert!(driver.screen(80, 24).contains("TMDB > q1?:"));
    assert!(!driver.quit);
}

#[test]
fn a_deletion_shows_what_would_go_and_starts_on_the_button_that_does_nothing() {
    let mut driver = Driver::connected();
    driver.press(&["d"]);
    assert!(driver.screen(80, 24).contains("No file on disk is touched."));
    driver.press(&["enter"]);
    assert!(!driver.asked.iter().any(|ask| matches!(ask, Ask::Delete(DeleteMovie { preview: false, .. }))));
    driver.press(&["d", "tab", "tab", "space"]);
    let screen = driver.screen(80, 24);
    assert!(screen.contains("1 file would go to /movies/.recycle:"), "{screen}");
    driver.press(&["ctrl-s"]);
    asked(&driver, |ask| matches!(ask, Ask::Delete(DeleteMovie { preview: false, delete_files: true, .. })));
    assert!(driver.screen(80, 24).contains("took Nosferatu (1922) out of the library"));
}

#[test]
fn a_passkey_that_is_refused_is_not_saved_unless_one_insists() {
    let mut driver = Driver::connected();
    driver.press(&["8"]);
    while !driver.screen(80, 24).contains("> indexer         + add an HDBits") {
        driver.press(&["j"]);
    }
    driver.press(&["enter", "tab", "tab"]);
    driver.types("me");
    driver.press(&["tab"]);
    driver.types("s3cret");
    let screen = driver.screen(80, 24);
    assert!(screen.contains("******") && !screen.contains("s3cret"), "{screen}");
    driver.press(&["ctrl-s"]);
    let screen = driver.screen(80, 24);
    assert!(screen.contains("refused the passkey") && screen.contains("save anyway"), "{screen}");
    assert!(!driver.asked.iter().any(|ask| matches!(ask, Ask::SaveIndexer(_))));
    driver.press(&["ctrl-s"]);
    let Ask::SaveIndexer(request) = asked(&driver, |ask| matches!(ask, Ask::SaveIndexer(_))) else {
        unreachable!()
    };
    assert!(matches!(&request.secret, SecretInput::Value { value } if value.expose() == "s3cret"));
    assert!(!format!("{:?}", driver.asked).contains("s3cret"), "no log may show it");
}

#[test]
fn a_torznab_server_is_tried_with_its_path_its_categories_and_its_key() {
    let mut driver = Driver::connected();
    driver.press(&["8"]);
    while !driver.screen(80, 24).contains("> indexer         + add a Torznab") {
        driver.press(&["j"]);
    }
    driver.press(&["enter"]);
    let screen = driver.screen(80, 24);
    assert!(screen.contains("http://127.0.0.1:9696/1") && screen.contains("API path"), "{screen}");
    driver.press(&["tab", "tab", "tab", "tab"]);
    driver.types("s3cret");
    driver.press(&["ctrl-s"]);
    let Ask::TestIndexer(request) = asked(&driver, |ask| matches!(ask, Ask::TestIndexer(_))) else {
        unreachable!()
    };
    let IndexerKind::Torznab { api_path, categories } = &request.indexer.kind else { unreachable!() };
    assert_eq!((api_path.as_str(), categories.len()), ("/api", 8));
    assert!(matches!(&request.secret, SecretInput::Value { value } if value.expose() == "s3cret"));
}

#[test]
fn what_the_deployment_sets_is_read_only() {
    let mut driver = Driver::connected();
    driver.press(&["8", "j", "j", "enter"]);
    let screen = driver.screen(80, 24);
    assert!(screen.contains("set by the deployment's configuration, read-only here"), "{screen}");
    driver.press(&["ctrl-s"]);
    let Ask::SaveTmdb(request) = asked(&driver, |ask| matches!(ask, Ask::SaveTmdb(_))) else {
        unreachable!()
    };
    assert_eq!(request.key, SecretInput::Keep);
}

#[test]
fn what_a_file_manages_is_marked_and_its_keys_say_where_it_is_changed() {
    let mut driver = Driver::connected();
    driver.press(&["8"]);
    let screen = driver.screen(120, 40);
    let line = screen.lines().find(|line| line.contains("root folder") && line.contains("/movies"));
    assert!(line.is_some_and(|line| line.contains("[file]")), "{screen}");
    let asked = driver.asked.len();
    for key in ["enter", "d"] {
        driver.press(&[key]);
        let screen = driver.screen(120, 40);
        assert!(
            screen.contains("managed by settings.yaml in /config/settings.d: change it there"),
            "{key}: {screen}"
        );
    }
    assert_eq!(driver.asked.len(), asked, "nothing is asked of the daemon");
}

#[test]
fn a_lost_link_is_said_and_what_was_known_stays_on_the_screen() {
    let mut driver = Driver::connected();
    let problem = Problem::new("the connection to the daemon was lost", None);
    driver.event(Event::Lost { problem, retry_at: samples::now() });
    let screen = driver.screen(80, 24);
    assert!(screen.contains("offline") && screen.contains("Nosferatu"), "{screen}");
    driver.asked.clear();
    let happened = EventKind::HealthChanged { check: "x".to_owned(), ok: true, message: String::new() };
    driver.happens(samples::event(31, None, happened));
    assert!(driver.asked.is_empty(), "nothing is asked of nobody");
    driver.event(Event::Connected(Driver::greeting(Role::Admin), Since::Resumed));
    assert!(driver.asked.contains(&Ask::Topic(Topic::Health)));
    assert!(!driver.asked.contains(&Ask::Rows { offset: 0 }), "ten thousand rows are not read again");
}

#[test]
fn without_a_daemon_the_screen_says_what_to_do() {
    let mut driver = Driver::unconnected();
    let problem = Problem::new("no daemon listens at unix:/run/x.sock", Some("install radarr-daemon"));
    driver.event(Event::Lost { problem, retry_at: samples::now() });
    let screen = driver.screen(80, 24);
    assert!(screen.contains("no daemon listens") && screen.contains("install radarr-daemon"), "{screen}");
    driver.press(&["q"]);
    assert!(driver.quit);
}

#[test]
fn jobs_of_the_schedule_do_not_flicker_in_the_first_line() {
    let mut driver = Driver::connected();
    let job = |id, job: &str, status| {
        let (job_id, job) = (JobId(id), job.to_owned());
        samples::event(30 + id, None, EventKind::JobChanged { job_id, job, status, note: None })
    };
    let before = driver.screen(80, 24);
    driver.happens(job(1, "check_downloads", JobStatus::Running));
    assert_eq!(driver.screen(80, 24), before);
    driver.happens(job(2, "search_movie", JobStatus::Running));
    assert!(driver.screen(80, 24).contains("search movie …"));
    driver.happens(job(2, "search_movie", JobStatus::Done));
    assert_eq!(driver.screen(80, 24), before);
}

#[test]
fn escape_goes_back_one_level_and_never_ends_the_program() {
    let mut driver = Driver::connected();
    driver.press(&["2", "enter", "esc"]);
    assert!(driver.screen(80, 24).contains("2 grabs"));
    driver.press(&["esc", "esc", "esc", "esc"]);
    assert!(!driver.quit && driver.screen(80, 24).contains("7 movies"));
    driver.press(&["enter", "q"]);
    assert!(!driver.quit, "q goes back first");
    driver.press(&["q"]);
    assert!(driver.quit);
}

#[test]
fn the_palette_does_a_verb_by_its_name() {
    let mut driver = Driver::connected();
    driver.press(&[":"]);
    driver.types("go hist");
    driver.press(&["enter"]);
    assert!(driver.screen(80, 24).contains("3 events"));
}

#[test]
fn the_history_grows_by_itself() {
    let mut driver = Driver::connected();
    driver.press(&["3"]);
    driver.asked.clear();
    let added = EventKind::MovieAdded { title: "Dracula".to_owned(), year: 1931 };
    driver.happens(samples::event(31, None, added));
    let screen = driver.screen(80, 24);
    assert!(screen.contains("4 events") && screen.contains("Dracula (1931)"), "{screen}");
    assert!(!driver.asked.iter().any(|ask| matches!(ask, Ask::History(_))));
}

#[test]
fn a_profile_is_edited_line_by_line_and_saved_as_a_whole() {
    let mut driver = Driver::connected();
    driver.press(&["8", "G", "k", "k", "k", "enter"]);
    assert!(driver.screen(80, 24).contains("profile HD-1080p"));
    driver.press(&["enter"]);
    driver.types(" mine");
    driver.press(&["enter", "j", "space"]);
    // The second best quality becomes the best one, and the cutoff; the worst one is allowed.
    driver.press(&["j", "j", "j", "j", "j", "j", "K", "c", "j", "j", "space"]);
    driver.press(&["G", "enter"]);
    driver.types("x");
    driver.press(&["enter"]);
    assert!(driver.screen(80, 24).contains("is no number"), "it is said and can be mended");
    driver.press(&["backspace"]);
    driver.types("5");
    driver.press(&["enter"]);
    assert!(driver.screen(80, 24).contains("not saved"));
    driver.press(&["s"]);
    let Ask::SaveProfile(saved) = asked(&driver, |ask| matches!(ask, Ask::SaveProfile(_))) else {
        unreachable!()
    };
    assert_eq!((saved.name.as_str(), saved.upgrade_allowed), ("HD-1080p mine", false));
    assert_eq!(saved.cutoff, Quality::WebDl1080p);
    let best_first: Vec<_> = saved.items.iter().rev().map(|item| (item.qualities[0], item.allowed)).collect();
    let want = [Quality::WebDl1080p, Quality::Bluray1080p, Quality::WebDl720p].map(|quality| (quality, true));
    assert_eq!(best_first, want);
    assert_eq!(saved.format_scores, [FormatScore { format_id: CustomFormatId(2), score: 5 }]);
    assert!(driver.screen(80, 24).contains("settings"), "the editor is left");
}

#[test]
fn a_profile_that_is_refused_stays_open_and_one_that_is_left_asks() {
    let mut driver = Driver::connected();
    driver.press(&["8", "G", "k", "k", "k", "n"]);
    assert!(driver.screen(80, 24).contains("new profile"));
    driver.fail = |ask| matches!(ask, Ask::SaveProfile(_));
    driver.press(&["s"]);
    assert!(driver.screen(80, 24).contains("new profile"));
    driver.press(&["j", "enter", "esc"]);
    assert!(driver.screen(80, 24).contains("leave HD-1080p (copy)?"));
    driver.press(&["y"]);
    assert!(!driver.screen(80, 24).contains("new profile"));
}
