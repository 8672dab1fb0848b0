//! The custom formats: a list, from which one is edited, made, taken in, written out or deleted.

use radarr_proto::model::{CustomFormat, CustomFormatId, DocVersion};
use ratatui::layout::Rect;

use super::format::FormatScreen;
use super::forms;
use super::{Screen, editing, empty, title};
use crate::app::ask::{Ask, Topic};
use crate::app::dialog::Dialog;
use crate::app::step::{Context, Step};
use crate::text;
use crate::theme::Tone;
use crate::verbs::{Place, Verb};
use crate::widgets::canvas::{Canvas, split_top};
use crate::widgets::confirm::Confirm;
use crate::widgets::list::Selection;
use crate::widgets::table::{self, Cell, Column, cell, toned};

const COLUMNS: &[Column] = &[
    Column::share("name", 2),
    Column::exactly("", 6),
    Column::exactly("conditions", 10).right(),
    Column::exactly("in names", 8).from(60),
    Column::share("scores", 3),
];

/// The list.
#[derive(Debug, Default)]
pub struct FormatsScreen {
    selection: Selection<CustomFormatId>,
}

fn formats<'a>(context: &Context<'a>) -> &'a [CustomFormat] {
    context.world.custom_formats.as_deref().unwrap_or_default()
}

/// What a format counts, by profile.
fn scores(format: &CustomFormat, context: &Context) -> String {
    let counts = context.world.profiles.iter().flatten().filter_map(|profile| {
        let line = profile.format_scores.iter().find(|line| line.format_id == format.id)?;
        (line.score != 0).then(|| format!("{:+} in {}", line.score, profile.name))
    });
    counts.collect::<Vec<_>>().join(", ")
}

/// By which file a format is managed, when it is.
fn managed_by<'a>(format: &CustomFormat, context: &Context<'a>) -> Option<&'a str> {
    editing::managed_by(context, "custom_formats", format.id.0)
}

fn row<'a>(format: &'a CustomFormat, context: &Context) -> Vec<Cell<'a>> {
    let is_managed = managed_by(format, context).is_some();
    vec![
        cell(format.name.as_str()),
        toned(if is_managed { "[file]" } else { "" }, Tone::Dim),
        cell(format.conditions.len().to_string()),
        toned(if format.include_when_renaming { "yes" } else { "" }, Tone::Dim),
        toned(scores(format, context), Tone::Dim),
    ]
}

impl Screen for FormatsScreen {
    fn place(&self) -> Place {
        Place::Formats
    }

    fn wants(&self) -> Vec<Topic> {
        vec![Topic::CustomFormats, Topic::Managed]
    }

    fn refresh(&mut self, context: &Context) -> Vec<Step> {
        let all = formats(context);
        self.selection.follow(all.len(), |at| all.get(at).map(|format| format.id));
        Vec::new()
    }

    fn act(&mut self, verb: Verb, context: &Context) -> Vec<Step> {
        let all = formats(context);
        let selected = all.get(self.selection.index());
        let form = |form| vec![Step::Dialog(Dialog::Form(Box::new(form)))];
        match (verb, selected) {
            (Verb::Move(motion), _) => {
                self.selection.go(motion, all.len(), |at| all.get(at).map(|format| format.id));
                Vec::new()
            }
            (Verb::New, _) => {
                let new = CustomFormat {
                    id: CustomFormatId(0),
                    doc_version: DocVersion(0),
                    name: "new format".to_owned(),
                    include_when_renaming: false,
                    conditions: Vec::new(),
                    guide: None,
                };
                vec![Step::Open(Box::new(FormatScreen::new(new)))]
            }
            (Verb::TakeIn, _) => form(forms::format_file::take_in()),
            (Verb::Edit | Verb::Delete, Some(format)) if managed_by(format, context).is_some() => {
                editing::refuse_managed(managed_by(format, context).unwrap_or_default())
            }
            (Verb::Edit, Some(format)) => vec![Step::Open(Box::new(FormatScreen::new(format.clone())))],
            (Verb::WriteOut, Some(format)) => form(forms::format_file::write_out(format)),
            (Verb::Delete, Some(format)) => {
                let counts = scores(format, context);
                let also = if counts.is_empty() {
                    "No profile gives it a score.".to_owned()
                } else {
                    format!("Its scores go with it: {counts}.")
                };
                let confirm = Confirm::new(format!("delete the custom format {}?", format.name), "delete it")
                    .line(also, Tone::Normal)
                    .line("", Tone::Normal);
                vec![Step::Dialog(Dialog::Confirm(confirm, vec![Step::Do(Ask::DeleteFormat(format.id))]))]
            }
            _ => Vec::new(),
        }
    }

    fn paste(&mut self, text: &str, _context: &Context) -> Vec<Step> {
        if !text.trim_start().starts_with(['{', '[']) {
            let say = "what was pasted is no JSON of custom formats; i takes a file in".to_owned();
            return vec![Step::Say(say, Tone::Warn)];
        }
        let size = text::count(text.len() as u64, "byte");
        let confirm = Confirm::new("take in what was pasted?", "take it in")
            .line(format!("{size} of JSON. Formats of the same name are replaced."), Tone::Normal)
            .line("", Tone::Normal);
        vec![Step::Dialog(Dialog::Confirm(confirm, vec![Step::Do(Ask::ImportFormats(text.to_owned()))]))]
    }

    fn draw(&mut self, canvas: &mut Canvas, area: Rect, context: &Context) {
        let all = formats(context);
        let (head, body) = split_top(area, 1);
        title(canvas, head, "custom formats", &text::count(all.len() as u64, "format"));
        if all.is_empty() {
            let known = context.world.custom_formats.is_some();
            let nothing = "There are none. n makes one, i takes in a file of Radarr or the TRaSH guides, or a folder of \
                           them; their JSON can be pasted here, too.";
            empty(canvas, body, context.world.problem(Topic::CustomFormats), known, nothing);
            return;
        }
        table::draw(canvas, body, COLUMNS, &mut self.selection, all.len(), |at| {
            all.get(at).map(|format| row(format, context)).unwrap_or_default()
        });
    }
}
