//! The page of the jobs.

use radarr_proto::model::JobKind;

use super::driver::Driver;
use crate::app::ask::Ask;

#[test]
fn a_job_of_the_schedule_is_started_from_its_line_and_can_not_be_cancelled() {
    let mut driver = Driver::connected();
    // The running and the queued one, the read of recent releases, and the refresh.
    driver.press(&["6", "down", "down", "down", "x"]);
    assert!(driver.screen(80, 24).contains("the schedule stays"), "{}", driver.screen(80, 24));
    driver.press(&["n"]);
    assert!(driver.screen(80, 24).contains("refresh library"), "{}", driver.screen(80, 24));
    driver.press(&["enter", "enter"]);
    assert!(driver.asked.contains(&Ask::RunJob(JobKind::RefreshLibrary)), "{:?}", driver.asked);
}
