//! `tags`: words alone. Those that others refer to are made without being listed here.

use super::super::applying::{Applying, Misfit, Placed};
use crate::storage::{DocKey, Document};

pub(in crate::declared) fn name(form: &str) -> String {
    form.trim().to_lowercase()
}

pub(in crate::declared) async fn apply(
    applying: &mut Applying<'_>,
    forms: Vec<Placed<String>>,
) -> Result<Vec<DocKey>, Misfit> {
    let mut keys = Vec::with_capacity(forms.len());
    for Placed { place, form } in forms {
        keys.push(applying.tag(&place, &form).await?.key());
    }
    Ok(keys)
}
