//! A quality profile, edited: what is typed and switched stays here until it is saved as a whole.

use crossterm::event::{KeyCode, KeyEvent};
use radarr_proto::error::ErrorCode;
use radarr_proto::model::{CustomFormat, ProfileId, QualityProfile};
use ratatui::layout::Rect;

use super::{Screen, editing, somebody_was_first, title};
use crate::app::ask::{Answer, Ask, Problem, Ticket, Topic};
use crate::app::step::{Context, Step};
use crate::theme::Tone;
use crate::verbs::{Place, Verb};
use crate::widgets::canvas::{Canvas, split_top};
use crate::widgets::input;
use crate::widgets::list::Selection;
use crate::widgets::table::{self, Cell, Column, cell, toned};

mod draft;

use draft::Line;

const COLUMNS: &[Column] = &[Column::exactly("", 12), Column::share("", 3), Column::exactly("", 10).right()];

/// The editor.
#[derive(Debug)]
pub struct ProfileScreen {
    /// As the daemon has it; a new one has number 0.
    before: QualityProfile,
    draft: QualityProfile,
    selection: Selection<Line>,
    typing: Option<input::Line>,
    /// What is typed is the name of the group that is selected.
    naming_group: bool,
    saving: Option<Ticket>,
}

impl ProfileScreen {
    /// An editor for this profile.
    pub fn new(profile: QualityProfile) -> Self {
        Self {
            before: profile.clone(),
            draft: profile,
            selection: Selection::default(),
            typing: None,
            naming_group: false,
            saving: None,
        }
    }

    /// An editor for a new profile that begins as a copy of this one.
    pub fn like(profile: &QualityProfile) -> Self {
        let name = format!("{} (copy)", profile.name);
        Self::new(QualityProfile { id: ProfileId(0), name, ..profile.clone() })
    }

    fn is_changed(&self) -> bool {
        self.draft != self.before || self.draft.id == ProfileId(0)
    }

    fn lines(&self, context: &Context) -> Vec<Line> {
        draft::lines(&self.draft, formats(context))
    }

    /// Begins to type, or switches what is only on or off.
    fn change(&mut self, line: Line) {
        match draft::text(&self.draft, line) {
            Some(text) => self.typing = Some(input::Line::new(&text)),
            None => drop(draft::switch(&mut self.draft, line)),
        }
    }

    /// Nothing is typed any more.
    fn typed(&mut self) {
        self.typing = None;
        self.naming_group = false;
    }

    fn save(&mut self, context: &Context) -> Vec<Step> {
        if !self.is_changed() {
            return vec![Step::Say("nothing was changed".to_owned(), Tone::Dim)];
        }
        if let Some(by) = editing::managed_by(context, "profiles", self.draft.id.0) {
            return editing::refuse_managed(by);
        }
        let ticket = context.tickets.next();
        self.saving = Some(ticket);
        vec![Step::Ask(ticket, Ask::SaveProfile(Box::new(self.draft.clone())))]
    }

    /// What to do about a draft that was not taken. When somebody else was first, it may go over theirs.
    fn not_saved(&self, problem: &Problem, context: &Context) -> Step {
        let theirs = context.world.profiles.iter().flatten().find(|profile| profile.id == self.draft.id);
        let theirs = theirs.filter(|theirs| theirs.doc_version != self.draft.doc_version);
        let (Some(ErrorCode::Conflict), Some(theirs)) = (problem.code, theirs) else {
            return Step::Trouble(problem.clone());
        };
        let over = QualityProfile { doc_version: theirs.doc_version, ..self.draft.clone() };
        somebody_was_first(&self.draft.name, Ask::SaveProfile(Box::new(over)))
    }

    fn of_qualities(&mut self, verb: Verb, line: Line) -> Vec<Step> {
        let Line::Qualities(quality) = line else {
            return vec![Step::Say("choose a line of qualities".to_owned(), Tone::Dim)];
        };
        match verb {
            Verb::Cutoff => draft::set_cutoff(&mut self.draft, quality),
            Verb::Raise => drop(draft::shift(&mut self.draft, quality, true)),
            Verb::Lower => drop(draft::shift(&mut self.draft, quality, false)),
            Verb::Join => {
                if let Some(line) = draft::join(&mut self.draft, quality) {
                    self.selection.select(line);
                }
            }
            _ => {
                if !draft::split(&mut self.draft, quality) {
                    return vec![Step::Say("it is one quality, and no group".to_owned(), Tone::Dim)];
                }
            }
        }
        Vec::new()
    }

    fn row<'a>(&self, line: Line, formats: &'a [CustomFormat]) -> Vec<Cell<'a>> {
        let fact = |name: &'static str, value: String, help: &'static str| {
            vec![toned(name, Tone::Dim), cell(value), toned(help, Tone::Dim)]
        };
        let text = draft::text(&self.draft, line).unwrap_or_default();
        match line {
            Line::Name => fact("name", text, ""),
            Line::Language => fact("language", text, ""),
            Line::Upgrades => {
                let words = if self.draft.upgrade_allowed {
                    "[x] something better replaces what is there"
                } else {
                    "[ ] what is there stays"
                };
                fact("upgrades", words.to_owned(), "")
            }
            Line::LowestScore => fact("least score", format!("{text}: a release below is refused"), ""),
            Line::ScoreCutoff => {
                fact("score cutoff", format!("{text}: from here on no better score is looked for"), "")
            }
            Line::LeastGain => fact("least gain", format!("{text}: that much more is an upgrade"), ""),
            Line::Qualities(quality) => {
                let Some(item) = draft::item(&self.draft, quality) else { return Vec::new() };
                let names: Vec<&str> = item.qualities.iter().rev().map(|quality| quality.name()).collect();
                let name = match &item.group {
                    Some(group) => format!("{group} ({})", names.join(", ")),
                    None => names.join(", "),
                };
                let (mark, tone) = if item.allowed { ("[x]", Tone::Normal) } else { ("[ ]", Tone::Dim) };
                let is_cutoff = item.qualities.contains(&self.draft.cutoff);
                vec![
                    toned("quality", Tone::Dim),
                    toned(format!("{mark} {name}"), tone),
                    toned(if is_cutoff { "cutoff" } else { "" }, Tone::Accent),
                ]
            }
            Line::Format(id) => {
                let name = formats.iter().find(|format| format.id == id).map_or("?", |one| one.name.as_str());
                let score = draft::score(&self.draft, id);
                let tone = match score {
                    1.. => Tone::Good,
                    0 => Tone::Dim,
                    ..0 => Tone::Bad,
                };
                vec![toned("format", Tone::Dim), cell(name), toned(format!("{score:+}"), tone)]
            }
        }
    }
}

fn formats<'a>(context: &Context<'a>) -> &'a [CustomFormat] {
    context.world.custom_formats.as_deref().unwrap_or_default()
}

impl Screen for ProfileScreen {
    fn place(&self) -> Place {
        Place::Profile
    }

    fn wants(&self) -> Vec<Topic> {
        vec![Topic::CustomFormats, Topic::Managed]
    }

    fn refresh(&mut self, context: &Context) -> Vec<Step> {
        let lines = self.lines(context);
        self.selection.follow(lines.len(), |at| lines.get(at).copied());
        Vec::new()
    }

    fn act(&mut self, verb: Verb, context: &Context) -> Vec<Step> {
        let lines = self.lines(context);
        match (verb, self.selection.key().copied()) {
            (Verb::Move(motion), _) => {
                self.selection.go(motion, lines.len(), |at| lines.get(at).copied());
                Vec::new()
            }
            (Verb::Edit, Some(line)) => {
                self.change(line);
                Vec::new()
            }
            (Verb::Save, _) => self.save(context),
            (Verb::Name, Some(line)) => match draft::group_name(&self.draft, line) {
                Some(name) => {
                    self.naming_group = true;
                    self.typing = Some(input::Line::new(&name));
                    Vec::new()
                }
                None => vec![Step::Say("only a group has a name; m makes one".to_owned(), Tone::Dim)],
            },
            (Verb::Cutoff | Verb::Raise | Verb::Lower | Verb::Join | Verb::Split, Some(line)) => {
                self.of_qualities(verb, line)
            }
            _ => Vec::new(),
        }
    }

    fn key(&mut self, key: KeyEvent, _context: &Context) -> Option<Vec<Step>> {
        let typing = self.typing.as_mut()?;
        match key.code {
            KeyCode::Enter => {
                let text = typing.text().to_owned();
                let Some(line) = self.selection.key().copied() else { return Some(Vec::new()) };
                let set = if self.naming_group {
                    draft::name_group(&mut self.draft, line, &text)
                } else {
                    draft::set(&mut self.draft, line, &text)
                };
                if let Err(wrong) = set {
                    return Some(vec![Step::Say(wrong, Tone::Bad)]);
                }
                self.typed();
            }
            KeyCode::Esc => self.typed(),
            _ => drop(typing.key(key)),
        }
        Some(Vec::new())
    }

    fn paste(&mut self, text: &str, _context: &Context) -> Vec<Step> {
        if let Some(typing) = &mut self.typing {
            typing.paste(text);
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
        let new = self.draft.id == ProfileId(0);
        let managed_by = editing::managed_by(context, "profiles", self.draft.id.0);
        let state = editing::state(self.saving.is_some(), self.is_changed(), managed_by);
        let name = if new { "new profile".to_owned() } else { format!("profile {}", self.before.name) };
        let lines = self.lines(context);
        let place = editing::place(self.selection.index(), lines.len(), body.height.saturating_sub(1));
        title(canvas, head, &name, &format!("{state}{place}"));
        let typed_into = u16::from(self.typing.is_some());
        let (body, below) = split_top(body, body.height.saturating_sub(typed_into));
        let mut selection = std::mem::take(&mut self.selection);
        table::draw(canvas, body, COLUMNS, &mut selection, lines.len(), |at| {
            lines.get(at).map_or_else(Vec::new, |line| self.row(*line, formats(context)))
        });
        self.selection = selection;
        if let Some(typing) = &self.typing {
            editing::draw_typing(canvas, below, typing);
        }
    }
}
