//! `naming`: how files and folders are named; there is one of it.

use radarr_proto::model::{DocVersion, NamingSettings};

use super::super::applying::{Applying, Misfit, Placed};
use crate::settings::naming::save_naming;
use crate::storage::{DocKey, Document};

/// Its fields are those of the settings.
pub(in crate::declared) type NamingForm = NamingSettings;

pub(in crate::declared) fn name(_form: &NamingForm) -> String {
    "naming".to_owned()
}

pub(in crate::declared) async fn apply(
    applying: &mut Applying<'_>,
    forms: Vec<Placed<NamingForm>>,
) -> Result<Vec<DocKey>, Misfit> {
    let mut keys = Vec::new();
    for Placed { place, form } in forms {
        let there = NamingSettings { doc_version: DocVersion(0), ..applying.known.naming.clone() };
        let wanted = NamingSettings { doc_version: DocVersion(0), ..form };
        keys.push(wanted.key());
        if there != wanted {
            save_naming(applying.flow, applying.by, wanted).await.map_err(place.misfit())?;
        }
    }
    Ok(keys)
}
