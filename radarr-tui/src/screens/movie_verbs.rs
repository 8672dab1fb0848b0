//! What can be done with one movie, from whatever list it stands in.

use radarr_proto::model::{MovieRow, Slot};
use radarr_proto::request::EditMovie;

use super::forms::{self, FormDialog};
use super::movie::MovieScreen;
use super::releases::ReleasesScreen;
use crate::app::ask::Ask;
use crate::app::dialog::Dialog;
use crate::app::step::{Context, Step};
use crate::verbs::Verb;

/// Does a verb on a movie; `None` when the verb is not one for movies.
pub fn act(verb: Verb, row: &MovieRow, slot: Slot, context: &Context) -> Option<Vec<Step>> {
    let form = |form: FormDialog| vec![Step::Dialog(Dialog::Form(Box::new(form)))];
    Some(match verb {
        Verb::Open => vec![Step::Open(Box::new(MovieScreen::new(row.id)))],
        Verb::Interactive => vec![Step::Open(Box::new(ReleasesScreen::new(row.id, slot, context)))],
        Verb::Search => vec![Step::Do(Ask::SearchMovie(row.id, slot))],
        Verb::Monitor => vec![Step::Do(Ask::Edit(EditMovie {
            id: row.id,
            monitored: Some(!row.monitored),
            ..EditMovie::default()
        }))],
        Verb::Edit => form(forms::movie_edit::form(row, context)),
        Verb::Delete => form(forms::movie_delete::form(row, context.world.grab_of(row.id).is_some())),
        Verb::Refresh => vec![Step::Do(Ask::RefreshMovie(row.id))],
        Verb::Explain => form(forms::explain::form(row.id, slot)),
        Verb::Rename => vec![Step::Do(Ask::PreviewRename(row.id))],
        Verb::Rescan => vec![Step::Do(Ask::RescanMovie(row.id))],
        _ => return None,
    })
}
