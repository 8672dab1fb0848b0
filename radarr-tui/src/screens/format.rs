//! A custom format, edited: its conditions line by line, each tested on a release name while one types. It is saved
//! as a whole.

use crossterm::event::{KeyCode, KeyEvent};
use radarr_proto::error::ErrorCode;
use radarr_proto::model::{Condition, CustomFormat, CustomFormatId};
use radarr_proto::request::{FormatTested, TestFormat};
use ratatui::layout::Rect;

use super::{Screen, editing, somebody_was_first, title};
use crate::app::ask::{Answer, Ask, Problem, Ticket, Topic};
use crate::app::step::{Context, Step};
use crate::theme::Tone;
use crate::verbs::{Place, Verb};
use crate::widgets::canvas::{Canvas, split_top, wrap};
use crate::widgets::input;
use crate::widgets::list::Selection;
use crate::widgets::table::{self, Cell, Column, cell, toned};

mod draft;

const COLUMNS: &[Column] = &[
    Column::exactly("", 13),
    Column::exactly("", 8),
    Column::share("", 3),
    Column::share("", 1).from(90),
    Column::exactly("", 8),
];

/// Lines below the table that say what is wrong.
const FAULT_LINES_MAX: usize = 4;

/// One line of the editor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    /// Its name.
    Name,
    /// Whether its name goes into file names.
    InNames,
    /// A release name that it is tested on.
    Sample,
    /// A condition, by its place.
    Condition(usize),
}

/// What is typed into a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Typing {
    /// What the line holds first of all: of a condition its value.
    Value,
    /// The name of a condition.
    ConditionName,
}

/// The editor.
#[derive(Debug)]
pub struct FormatScreen {
    /// As the daemon has it; a new one has number 0.
    before: CustomFormat,
    draft: CustomFormat,
    /// The release name that it is tested on.
    sample: String,
    selection: Selection<Line>,
    typing: Option<(Typing, input::Line)>,
    saving: Option<Ticket>,
    testing: Option<Ticket>,
    tested: Option<Result<FormatTested, Problem>>,
}

impl FormatScreen {
    /// An editor for this format.
    pub fn new(format: CustomFormat) -> Self {
        Self {
            before: format.clone(),
            draft: format,
            sample: String::new(),
            selection: Selection::default(),
            typing: None,
            saving: None,
            testing: None,
            tested: None,
        }
    }

    fn is_changed(&self) -> bool {
        self.draft != self.before || self.draft.id == CustomFormatId(0)
    }

    fn lines(&self) -> Vec<Line> {
        let conditions = (0..self.draft.conditions.len()).map(Line::Condition);
        [Line::Name, Line::InNames, Line::Sample].into_iter().chain(conditions).collect()
    }

    fn condition(&mut self) -> Option<&mut Condition> {
        match self.selection.key() {
            Some(Line::Condition(at)) => self.draft.conditions.get_mut(*at),
            _ => None,
        }
    }

    fn text(&self, line: Line, typing: Typing) -> Option<String> {
        Some(match line {
            Line::Name => self.draft.name.clone(),
            Line::Sample => self.sample.clone(),
            Line::InNames => return None,
            Line::Condition(at) => {
                let condition = self.draft.conditions.get(at)?;
                match typing {
                    Typing::Value => draft::value(&condition.test),
                    Typing::ConditionName => condition.name.clone(),
                }
            }
        })
    }

    /// Takes what was typed; says what is wrong with it.
    fn set(&mut self, typing: Typing, text: &str) -> Result<(), String> {
        match self.selection.key().copied() {
            Some(Line::Name) => text.trim().clone_into(&mut self.draft.name),
            Some(Line::Sample) => text.trim().clone_into(&mut self.sample),
            Some(Line::Condition(at)) => {
                let Some(condition) = self.draft.conditions.get_mut(at) else { return Ok(()) };
                match typing {
                    Typing::Value => condition.test = draft::with_value(&condition.test, text)?,
                    Typing::ConditionName => text.trim().clone_into(&mut condition.name),
                }
            }
            Some(Line::InNames) | None => {}
        }
        Ok(())
    }

    fn begin(&mut self, line: Line, typing: Typing) {
        self.typing = self.text(line, typing).map(|text| (typing, input::Line::new(&text)));
    }

    /// Has the draft tested on the sample, in place of what was asked before.
    fn test(&mut self, context: &Context) -> Vec<Step> {
        let mut steps: Vec<Step> = self.testing.take().map(Step::Drop).into_iter().collect();
        let ticket = context.tickets.next();
        self.testing = Some(ticket);
        let request = TestFormat { format: self.draft.clone(), name: self.sample.clone(), size_bytes: 0 };
        steps.push(Step::Ask(ticket, Ask::TestFormat(Box::new(request))));
        steps
    }

    fn save(&mut self, context: &Context) -> Vec<Step> {
        if !self.is_changed() {
            return vec![Step::Say("nothing was changed".to_owned(), Tone::Dim)];
        }
        if let Some(by) = editing::managed_by(context, "custom_formats", self.draft.id.0) {
            return editing::refuse_managed(by);
        }
        let ticket = context.tickets.next();
        self.saving = Some(ticket);
        vec![Step::Ask(ticket, Ask::SaveFormat(Box::new(self.draft.clone())))]
    }

    fn not_saved(&self, problem: &Problem, context: &Context) -> Step {
        let theirs = context.world.custom_formats.iter().flatten().find(|format| format.id == self.draft.id);
        let theirs = theirs.filter(|theirs| theirs.doc_version != self.draft.doc_version);
        let (Some(ErrorCode::Conflict), Some(theirs)) = (problem.code, theirs) else {
            return Step::Trouble(problem.clone());
        };
        let over = CustomFormat { doc_version: theirs.doc_version, ..self.draft.clone() };
        somebody_was_first(&self.draft.name, Ask::SaveFormat(Box::new(over)))
    }

    /// What the test says of a condition.
    fn tested(&self, at: usize) -> (&'static str, Tone) {
        let Some(Ok(tested)) = &self.tested else { return ("", Tone::Dim) };
        match tested.conditions.get(at) {
            Some(one) if one.fault.is_some() => ("wrong", Tone::Bad),
            _ if self.sample.is_empty() => ("", Tone::Dim),
            Some(one) if one.met => ("met", Tone::Good),
            Some(_) => ("not met", Tone::Warn),
            None => ("", Tone::Dim),
        }
    }

    fn row<'a>(&self, line: Line) -> Vec<Cell<'a>> {
        let fact = |name: &'static str, value: String, tone: Tone| {
            vec![toned(name, Tone::Dim), toned("", Tone::Dim), toned(value, tone)]
        };
        match line {
            Line::Name => fact("name", self.draft.name.clone(), Tone::Strong),
            Line::InNames => {
                let words = if self.draft.include_when_renaming {
                    "[x] its name goes into file names"
                } else {
                    "[ ] its name stays out of file names"
                };
                fact("file names", words.to_owned(), Tone::Normal)
            }
            Line::Sample if self.sample.is_empty() => {
                fact("test it on", "a release name".to_owned(), Tone::Dim)
            }
            Line::Sample => {
                let mut row = fact("test it on", self.sample.clone(), Tone::Normal);
                row.push(cell(""));
                row.push(match &self.tested {
                    Some(Ok(tested)) if tested.matches => toned("matches", Tone::Good),
                    Some(Ok(_)) => toned("does not", Tone::Warn),
                    Some(Err(_)) | None => cell(""),
                });
                row
            }
            Line::Condition(at) => {
                let Some(condition) = self.draft.conditions.get(at) else { return Vec::new() };
                let marks = match (condition.required, condition.negate) {
                    (true, true) => "must not",
                    (true, false) => "must",
                    (false, true) => "not",
                    (false, false) => "",
                };
                let (word, tone) = self.tested(at);
                vec![
                    toned(draft::kind_name(&condition.test), Tone::Normal),
                    toned(marks, Tone::Accent),
                    cell(draft::value(&condition.test)),
                    toned(condition.name.clone(), Tone::Dim),
                    toned(word, tone),
                ]
            }
        }
    }

    /// What is said below the table of the selected line.
    fn below(&self) -> (String, Tone) {
        let selected = self.selection.key().copied();
        if let Some(Line::Condition(at)) = selected {
            if let Some(Ok(tested)) = &self.tested
                && let Some(fault) = tested.conditions.get(at).and_then(|one| one.fault.as_ref())
            {
                return (fault.clone(), Tone::Bad);
            }
            let example = self.draft.conditions.get(at).map(|condition| draft::example(&condition.test));
            return (example.unwrap_or_default().to_owned(), Tone::Dim);
        }
        match (&self.tested, selected) {
            (Some(Err(problem)), _) => (problem.message.clone(), Tone::Warn),
            (_, None) if self.draft.conditions.is_empty() => (String::new(), Tone::Dim),
            _ if self.draft.conditions.is_empty() => {
                ("Without conditions it matches everything; a adds one.".to_owned(), Tone::Dim)
            }
            _ => ("Of each kind one condition must be met, and each that must.".to_owned(), Tone::Dim),
        }
    }
}

impl Screen for FormatScreen {
    fn place(&self) -> Place {
        Place::Format
    }

    fn wants(&self) -> Vec<Topic> {
        vec![Topic::CustomFormats, Topic::Managed]
    }

    fn entered(&mut self, context: &Context) -> Vec<Step> {
        self.test(context)
    }

    fn refresh(&mut self, _context: &Context) -> Vec<Step> {
        let lines = self.lines();
        self.selection.follow(lines.len(), |at| lines.get(at).copied());
        Vec::new()
    }

    fn act(&mut self, verb: Verb, context: &Context) -> Vec<Step> {
        let lines = self.lines();
        match (verb, self.selection.key().copied()) {
            (Verb::Move(motion), _) => {
                self.selection.go(motion, lines.len(), |at| lines.get(at).copied());
                return Vec::new();
            }
            (Verb::Save, _) => return self.save(context),
            (Verb::Sample, _) => {
                self.selection.select(Line::Sample);
                self.refresh(context);
                self.begin(Line::Sample, Typing::Value);
                return Vec::new();
            }
            (Verb::Edit, Some(Line::InNames)) => {
                self.draft.include_when_renaming = !self.draft.include_when_renaming;
                return Vec::new();
            }
            (Verb::Edit, Some(line)) => {
                self.begin(line, Typing::Value);
                return Vec::new();
            }
            (Verb::Name, Some(line)) => {
                self.begin(line, Typing::ConditionName);
                return Vec::new();
            }
            (Verb::New, _) => {
                self.draft.conditions.push(draft::new_condition());
                let line = Line::Condition(self.draft.conditions.len() - 1);
                self.selection.select(line);
                self.refresh(context);
                self.begin(line, Typing::Value);
            }
            (Verb::Delete, Some(Line::Condition(at))) => {
                self.draft.conditions.remove(at);
                self.refresh(context);
            }
            (Verb::Kind | Verb::Must | Verb::Not, Some(Line::Condition(_))) => {
                if let Some(condition) = self.condition() {
                    match verb {
                        Verb::Kind => condition.test = draft::next_kind(&condition.test),
                        Verb::Must => condition.required = !condition.required,
                        _ => condition.negate = !condition.negate,
                    }
                }
            }
            (Verb::Kind | Verb::Must | Verb::Not | Verb::Delete, _) => {
                return vec![Step::Say("choose a condition; a adds one".to_owned(), Tone::Dim)];
            }
            _ => return Vec::new(),
        }
        self.test(context)
    }

    fn key(&mut self, key: KeyEvent, context: &Context) -> Option<Vec<Step>> {
        let (typing, line) = self.typing.as_mut()?;
        match key.code {
            KeyCode::Enter => {
                let (typing, text) = (*typing, line.text().to_owned());
                if let Err(wrong) = self.set(typing, &text) {
                    return Some(vec![Step::Say(wrong, Tone::Bad)]);
                }
                self.typing = None;
                return Some(self.test(context));
            }
            KeyCode::Esc => self.typing = None,
            _ => drop(line.key(key)),
        }
        Some(Vec::new())
    }

    fn paste(&mut self, text: &str, _context: &Context) -> Vec<Step> {
        if let Some((_, line)) = &mut self.typing {
            line.paste(text);
        }
        Vec::new()
    }

    fn unsaved(&self) -> Option<&str> {
        (self.draft != self.before).then_some(self.draft.name.as_str())
    }

    fn answered(
        &mut self,
        ticket: Ticket,
        answer: &Result<Answer, Problem>,
        context: &Context,
    ) -> Option<Vec<Step>> {
        if self.testing == Some(ticket) {
            self.testing = None;
            self.tested = match answer {
                Ok(Answer::FormatTested(tested)) => Some(Ok(tested.clone())),
                Ok(_) => None,
                Err(problem) => Some(Err(problem.clone())),
            };
            return Some(Vec::new());
        }
        if self.saving != Some(ticket) {
            return None;
        }
        self.saving = None;
        Some(editing::sent(answer, |problem| self.not_saved(problem, context)))
    }

    fn is_busy(&self) -> bool {
        self.saving.is_some()
    }

    fn hints(&self) -> Option<Vec<(&'static str, &'static str)>> {
        self.typing.as_ref().map(|_| editing::TYPING_HINTS.to_vec())
    }

    fn draw(&mut self, canvas: &mut Canvas, area: Rect, context: &Context) {
        let (head, body) = split_top(area, 1);
        let managed_by = editing::managed_by(context, "custom_formats", self.draft.id.0);
        let state = editing::state(self.saving.is_some(), self.is_changed(), managed_by);
        let new = self.draft.id == CustomFormatId(0);
        let name = if new { "new custom format".to_owned() } else { format!("format {}", self.before.name) };
        title(canvas, head, &name, &state);
        let (text, tone) = self.below();
        let wide = usize::from(body.width.saturating_sub(2));
        let mut said = wrap(&text, wide);
        said.truncate(FAULT_LINES_MAX);
        let high = u16::from(self.typing.is_some()) + u16::try_from(said.len()).unwrap_or(1);
        let (body, below) = split_top(body, body.height.saturating_sub(high));
        let lines = self.lines();
        let mut selection = std::mem::take(&mut self.selection);
        table::draw(canvas, body, COLUMNS, &mut selection, lines.len(), |at| {
            lines.get(at).map_or_else(Vec::new, |line| self.row(*line))
        });
        self.selection = selection;
        let room = Rect { x: below.x + 1, width: below.width.saturating_sub(2), ..below };
        let mut y = 0;
        if let Some((_, typing)) = &self.typing {
            editing::draw_typing(canvas, below, typing);
            y = 1;
        }
        for line in said {
            canvas.text(room, 0, y, &line, tone);
            y += 1;
        }
    }
}
