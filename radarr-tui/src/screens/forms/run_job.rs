//! Starting a job of the schedule by hand.

use radarr_proto::model::JobKind;

use super::{FormDialog, Purpose};
use crate::app::ask::Ask;
use crate::widgets::form::{Form, Value};

#[derive(Debug)]
struct Run;

/// The form with all jobs that can be started by name; `chosen` stands there first.
pub fn form(chosen: Option<&JobKind>) -> FormDialog {
    let at = JobKind::BY_NAME.iter().position(|kind| Some(kind) == chosen).unwrap_or(0);
    let names = JobKind::BY_NAME.iter().map(|kind| kind.name().replace('_', " ")).collect();
    let form = Form::new("run a job", "run").field(
        "job",
        "left and right choose; it runs as soon as a worker is free",
        Value::Choice(names, at),
    );
    FormDialog::new(form, "run", Run)
}

impl Purpose for Run {
    fn ask(&self, form: &Form) -> Result<Ask, String> {
        let kind = JobKind::BY_NAME.get(form.choice("job")).cloned();
        kind.map(Ask::RunJob).ok_or_else(|| "there is no such job".to_owned())
    }
}
