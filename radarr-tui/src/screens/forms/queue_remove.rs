//! Taking a grab out of the queue.

use radarr_proto::model::{Grab, GrabId};
use radarr_proto::request::RemoveFromQueue;

use super::{FormDialog, Purpose};
use crate::app::ask::Ask;
use crate::widgets::form::{Form, Value};

#[derive(Debug)]
struct Remove {
    id: GrabId,
}

/// The form for that grab.
pub fn form(grab: &Grab) -> FormDialog {
    let form = Form::new(format!("remove {}", grab.movie_title), "remove")
        .intro(grab.release.title.as_str())
        .field("from the client", "the download client forgets it too, with its data", Value::Switch(false))
        .field("blocklist", "this release is not taken again", Value::Switch(false))
        .field("search again", "the next best is searched for", Value::Switch(false))
        .careful();
    FormDialog::new(form, "remove", Remove { id: grab.id })
}

impl Purpose for Remove {
    fn ask(&self, form: &Form) -> Result<Ask, String> {
        Ok(Ask::RemoveGrab(RemoveFromQueue {
            id: self.id,
            remove_from_client: form.switch("from the client"),
            blocklist: form.switch("blocklist"),
            search_again: form.switch("search again"),
        }))
    }
}
