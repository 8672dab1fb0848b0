//! A folder that movies lie in.

use radarr_proto::request::AddRoot;

use super::{FormDialog, Purpose};
use crate::app::ask::Ask;
use crate::widgets::form::Form;

#[derive(Debug)]
struct Root;

/// The form for one more root folder.
pub fn form() -> FormDialog {
    let form = Form::new("root folder", "add")
        .intro("Movies get a folder each below it. It must exist on the daemon's machine, and the daemon must be able to write there.")
        .text_field("path", "absolute path on the daemon's machine, e.g. /srv/movies", "")
        .text_field("recycle bin", "folder inside it for what is replaced or deleted; empty = none", ".recycle")
        .text_field("recycle days", "days that things stay there; 0 = for ever", "7");
    FormDialog::new(form, "add", Root)
}

impl Purpose for Root {
    fn ask(&self, form: &Form) -> Result<Ask, String> {
        let path = form.required("path")?;
        if !path.starts_with('/') {
            return Err(format!("path: {path:?} is not absolute, it must begin with /"));
        }
        Ok(Ask::AddRoot(AddRoot {
            path,
            recycle_bin: Some(form.text("recycle bin").to_owned()),
            recycle_days: Some(form.number("recycle days")?),
        }))
    }
}
