//! What releases are scored by: groups and custom formats; and why a name would be taken.

use radarr_proto::error::ErrorCode;
use radarr_proto::model::{ConditionTest, DocVersion};
use radarr_proto::request::ExplainRelease;

use super::driver::Driver;
use crate::app::ask::{Answer, Problem};
use crate::app::ask::{Ask, Heard, Topic};
use crate::app::event::Event;
use crate::screens::samples;

fn asked(driver: &Driver, wanted: fn(&Ask) -> bool) -> Ask {
    driver.asked.iter().rev().find(|ask| wanted(ask)).cloned().expect("it was not asked")
}

#[test]
fn groups_are_sorted_filtered_and_opened() {
    let mut driver = Driver::connected();
    driver.press(&["9"]);
    let names = |driver: &mut Driver| {
        let screen = driver.screen(80, 24);
        let of = |name: &str| screen.find(name).unwrap_or(usize::MAX);
        let mut names = vec!["ARCH", "DON", "WEIRD"];
        names.sort_by_key(|name| of(name));
        names
    };
    assert_eq!(names(&mut driver), ["ARCH", "DON", "WEIRD"]);
    driver.press(&["O"]);
    assert_eq!(names(&mut driver), ["WEIRD", "DON", "ARCH"]);
    // By failures: WEIRD has four, ARCH one.
    driver.press(&["o", "o", "o", "o"]);
    assert!(driver.screen(80, 24).contains("by failures"));
    assert_eq!(names(&mut driver), ["WEIRD", "ARCH", "DON"]);
    driver.press(&["/", "d", "o"]);
    let screen = driver.screen(80, 24);
    assert!(screen.contains("1 of 3 groups") && !screen.contains("ARCH"), "{screen}");
    driver.press(&["enter", "enter"]);
    let screen = driver.screen(80, 24);
    assert!(screen.contains("group DON") && screen.contains("61 of 100"), "{screen}");
    driver.press(&["q", "esc", "esc"]);
    assert!(driver.screen(80, 24).contains("library"), "back where it was opened from");
}

#[test]
fn the_group_of_a_release_opens_and_one_that_nobody_knows_says_so() {
    let mut driver = Driver::connected();
    driver.press(&["i", "p"]);
    let group = samples::decisions()[0].parsed.release_group.clone().unwrap();
    assert_eq!(asked(&driver, |ask| matches!(ask, Ask::Group(_))), Ask::Group(group.clone()));
    let screen = driver.screen(80, 24);
    assert!(screen.contains(&format!("group {group}")), "{screen}");
    assert!(screen.contains("Nothing is known of it"), "{screen}");
}

#[test]
fn a_name_is_explained_for_the_movie_that_is_shown() {
    let mut driver = Driver::connected();
    driver.press(&["i", "x"]);
    driver.types("Nosferatu.1922.1080p-GRP");
    driver.press(&["ctrl-s"]);
    let request = asked(&driver, |ask| matches!(ask, Ask::Explain(_)));
    let Ask::Explain(ExplainRelease { movie_id, release, .. }) = request else { unreachable!() };
    assert!(movie_id.is_some());
    assert_eq!(release, "Nosferatu.1922.1080p-GRP");
    let screen = driver.screen(80, 24);
    assert!(screen.contains("may be taken") && screen.contains("It stands before"), "{screen}");
    driver.press(&["esc", "esc"]);
}

#[test]
fn a_custom_format_is_made_condition_by_condition_tested_and_saved() {
    let mut driver = Driver::connected();
    driver.press(&["8", "G", "k", "k", "enter", "n", "enter"]);
    for _ in 0.."new format".len() {
        driver.press(&["backspace"]);
    }
    driver.types("HEVC");
    driver.press(&["enter", "a"]);
    driver.types("x265");
    driver.press(&["enter", "r", "n"]);
    driver.types("codec");
    driver.press(&["enter", "t"]);
    driver.types("Heat.1995.x265");
    driver.press(&["enter"]);
    let screen = driver.screen(100, 24);
    assert!(screen.contains("matches") && screen.contains("must") && screen.contains("met"), "{screen}");
    // Another condition, of another kind, turned round.
    driver.press(&["a", "enter", "c", "c", "c", "!", "enter"]);
    for _ in 0.."English".len() {
        driver.press(&["backspace"]);
    }
    driver.types("other than french");
    driver.press(&["enter", "s"]);
    let Ask::SaveFormat(saved) = asked(&driver, |ask| matches!(ask, Ask::SaveFormat(_))) else {
        unreachable!()
    };
    assert_eq!((saved.name.as_str(), saved.conditions.len()), ("HEVC", 2));
    assert_eq!(saved.conditions[0].test, ConditionTest::ReleaseTitle { pattern: "x265".to_owned() });
    assert_eq!((saved.conditions[0].name.as_str(), saved.conditions[0].required), ("codec", true));
    assert!(saved.conditions[1].negate);
    assert!(matches!(saved.conditions[1].test, ConditionTest::Language { except_language: true, .. }));
    assert!(driver.screen(80, 24).contains("custom formats"), "the editor is left");
}

#[test]
fn an_expression_that_can_not_be_used_says_where() {
    let mut driver = Driver::connected();
    driver.press(&["8", "G", "k", "k", "enter", "n", "a", "(", "enter"]);
    let screen = driver.screen(80, 24);
    assert!(screen.contains("wrong") && screen.contains("at 1: ( is never closed"), "{screen}");
}

#[test]
fn a_format_that_a_file_manages_is_marked_and_its_keys_say_where_it_is_changed() {
    let mut driver = Driver::connected();
    driver.press(&["8", "G", "k", "k", "enter", "j"]);
    let screen = driver.screen(80, 24);
    let marked = |name: &str| screen.lines().any(|line| line.contains(name) && line.contains("[file]"));
    assert!(marked("no HDR") && !marked("x264"), "{screen}");
    let asked = driver.asked.len();
    for key in ["enter", "d"] {
        driver.press(&[key]);
        let screen = driver.screen(120, 40);
        assert!(screen.contains("managed by settings.yaml in /config/settings.d"), "{key}: {screen}");
        assert!(screen.contains("custom formats"), "{key}: it stays in the list: {screen}");
    }
    assert_eq!(driver.asked.len(), asked, "nothing is asked of the daemon");
}

#[test]
fn formats_are_pasted_and_taken_from_files() {
    let mut driver = Driver::connected();
    driver.press(&["8", "G", "k", "k", "enter"]);
    driver.event(Event::Paste("no json".to_owned()));
    assert!(driver.screen(80, 24).contains("is no JSON"));
    driver.event(Event::Paste("{\"name\": \"x\",\n \"specifications\": []}".to_owned()));
    driver.press(&["y"]);
    assert!(driver.asked.iter().any(|ask| matches!(ask, Ask::ImportFormats(json) if json.contains('\n'))));
    driver.press(&["i"]);
    driver.types("/tmp/formats");
    driver.press(&["ctrl-s"]);
    assert!(driver.asked.contains(&Ask::ImportFormatFiles("/tmp/formats".to_owned())));
    driver.press(&["d", "y"]);
    assert!(driver.asked.iter().any(|ask| matches!(ask, Ask::DeleteFormat(_))));
}

#[test]
fn who_saves_second_is_asked_before_the_first_ones_profile_is_lost() {
    let mut driver = Driver::connected();
    driver.press(&["8", "G", "k", "k", "k", "enter", "j", "space"]);
    driver.hold = |ask| matches!(ask, Ask::SaveProfile(_));
    driver.press(&["s"]);
    // Somebody else saved it meanwhile.
    let mut theirs = samples::profile();
    theirs.doc_version = DocVersion(99);
    let heard = Heard::Profiles(vec![theirs]);
    driver.state.world.take(Answer::Heard(Topic::Profiles, heard)).unwrap();
    driver.refuse_held(&Problem {
        message: "the quality profile was changed by somebody else in between".to_owned(),
        hint: None,
        code: Some(ErrorCode::Conflict),
    });
    let screen = driver.screen(80, 24);
    assert!(screen.contains("was changed by somebody else"), "{screen}");
    driver.press(&["n"]);
    assert!(driver.screen(80, 24).contains("not saved"), "what was edited is still there");
    driver.press(&["s"]);
    driver.refuse_held(&Problem { message: String::new(), hint: None, code: Some(ErrorCode::Conflict) });
    driver.hold = |_| false;
    driver.press(&["y"]);
    let Ask::SaveProfile(over) = asked(&driver, |ask| matches!(ask, Ask::SaveProfile(_))) else {
        unreachable!()
    };
    assert_eq!(over.doc_version, DocVersion(99), "theirs is known and goes");
}
