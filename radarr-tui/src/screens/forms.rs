//! Forms with what they are for: one file each makes the fields, and reads them into a question to the daemon.

pub mod client;
pub mod explain;
pub mod format_file;
pub mod indexer;
pub mod library_settings;
pub mod movie_add;
pub mod movie_delete;
pub mod movie_edit;
pub mod naming;
pub mod queue_remove;
pub mod root;
pub mod run_job;
pub mod tmdb;

use std::fmt::Debug;

use crossterm::event::KeyEvent;

use crate::app::ask::{Answer, Ask, Problem, Ticket};
use crate::app::dialog::{Dialog, Outcome};
use crate::app::step::{Context, Step};
use crate::theme::Tone;
use crate::widgets::canvas::Canvas;
use crate::widgets::form::{Button, Form, Pressed};

/// Lines of text with their meanings.
pub type Lines = Vec<(String, Tone)>;

/// What a form is for.
pub trait Purpose: Debug {
    /// What the filled-in form asks of the daemon, or what is wrong with it.
    fn ask(&self, form: &Form) -> Result<Ask, String>;

    /// The question that tries it, where it can be tried; it is tried before it is saved, too.
    fn test(&self, _form: &Form) -> Option<Result<Ask, String>> {
        None
    }

    /// The question whose answer shows what the values would lead to.
    fn preview(&self, _form: &Form) -> Option<Ask> {
        None
    }

    /// What that answer shows.
    fn previewed(&self, _answer: &Answer) -> Lines {
        Vec::new()
    }
}

/// What is being waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waiting {
    Test,
    TestBeforeDo,
    Do,
}

/// A form that is open.
#[derive(Debug)]
pub struct FormDialog {
    form: Form,
    purpose: Box<dyn Purpose>,
    waiting: Option<(Ticket, Waiting)>,
    preview: Option<Ticket>,
    /// The test failed and nothing changed since: the next time it is done all the same.
    warned: bool,
    done_name: &'static str,
}

impl FormDialog {
    /// A form whose main button is called `done_name`.
    pub fn new(form: Form, done_name: &'static str, purpose: impl Purpose + 'static) -> Self {
        Self { form, purpose: Box::new(purpose), waiting: None, preview: None, warned: false, done_name }
    }

    /// It opened: asks for its preview.
    pub fn entered(&mut self, context: &Context) -> Vec<Step> {
        self.look_ahead(context)
    }

    fn look_ahead(&mut self, context: &Context) -> Vec<Step> {
        let mut steps: Vec<Step> = self.preview.take().map(Step::Drop).into_iter().collect();
        if let Some(ask) = self.purpose.preview(&self.form) {
            let ticket = context.tickets.next();
            self.preview = Some(ticket);
            steps.push(Step::Ask(ticket, ask));
        }
        steps
    }

    /// Takes a key.
    pub fn key(&mut self, key: KeyEvent, context: &Context) -> Outcome {
        let pressed = self.form.key(key);
        if let (Some((ticket, waiting)), Pressed::Button(button)) = (self.waiting, pressed) {
            // A test can be left; what is being done goes on, and its outcome is said.
            return match (button, waiting) {
                (Button::Cancel, Waiting::Do) => Outcome::Over(Vec::new()),
                (Button::Cancel, Waiting::Test | Waiting::TestBeforeDo) => {
                    self.waiting = None;
                    Outcome::Stays(vec![Step::Drop(ticket)])
                }
                (Button::Test | Button::Do, _) => Outcome::Stays(Vec::new()),
            };
        }
        match pressed {
            Pressed::Nothing => Outcome::Stays(Vec::new()),
            Pressed::Changed => Outcome::Stays(self.changed(context)),
            Pressed::Button(Button::Cancel) => {
                Outcome::Over(self.preview.take().map(Step::Drop).into_iter().collect())
            }
            Pressed::Button(Button::Test) => Outcome::Stays(self.start(Waiting::Test, context)),
            Pressed::Button(Button::Do) => {
                let untried = self.purpose.test(&self.form).is_some() && !self.warned;
                let waiting = if untried { Waiting::TestBeforeDo } else { Waiting::Do };
                Outcome::Stays(self.start(waiting, context))
            }
        }
    }

    /// Takes pasted text.
    pub fn paste(&mut self, text: &str, context: &Context) -> Vec<Step> {
        match self.form.paste(text) {
            Pressed::Changed => self.changed(context),
            Pressed::Nothing | Pressed::Button(_) => Vec::new(),
        }
    }

    fn changed(&mut self, context: &Context) -> Vec<Step> {
        self.warned = false;
        self.form.rename_do(self.done_name);
        self.look_ahead(context)
    }

    fn start(&mut self, waiting: Waiting, context: &Context) -> Vec<Step> {
        let ask = match waiting {
            Waiting::Do => self.purpose.ask(&self.form),
            Waiting::Test | Waiting::TestBeforeDo => match self.purpose.test(&self.form) {
                Some(ask) => ask,
                None => return Vec::new(),
            },
        };
        match ask {
            Ok(ask) => {
                let ticket = context.tickets.next();
                self.waiting = Some((ticket, waiting));
                vec![Step::Ask(ticket, ask)]
            }
            Err(wrong) => {
                self.form.refuse(wrong);
                Vec::new()
            }
        }
    }

    /// Takes an answer; `None` when it is not for this form.
    pub fn answered(&mut self, ticket: Ticket, answer: &Result<Answer, Problem>) -> Option<Outcome> {
        if self.preview == Some(ticket) {
            self.preview = None;
            self.form.show_below(match answer {
                Ok(answer) => self.purpose.previewed(answer),
                Err(problem) => vec![(problem.message.clone(), Tone::Bad)],
            });
            return Some(Outcome::Stays(Vec::new()));
        }
        let (asked, waiting) = self.waiting?;
        if asked != ticket {
            return None;
        }
        self.waiting = None;
        Some(match answer {
            Ok(Answer::Tested(result)) if result.ok && waiting == Waiting::TestBeforeDo => {
                match self.purpose.ask(&self.form) {
                    Ok(ask) => {
                        // The same ticket goes on with the second half.
                        self.waiting = Some((ticket, Waiting::Do));
                        Outcome::Stays(vec![Step::Ask(ticket, ask)])
                    }
                    Err(wrong) => {
                        self.form.refuse(wrong);
                        Outcome::Stays(Vec::new())
                    }
                }
            }
            Ok(Answer::Tested(result)) => {
                let tone = if result.ok { Tone::Good } else { Tone::Bad };
                self.form.say(result.message.as_str(), result.hint.as_deref(), tone);
                if !result.ok {
                    self.warned = true;
                    self.form.rename_do("save anyway");
                }
                Outcome::Stays(Vec::new())
            }
            Ok(Answer::Done(what)) => Outcome::Over(vec![Step::Say(what.clone(), Tone::Good)]),
            Ok(Answer::Deleted(deleted)) => {
                let what = format!("took {} out of the library", deleted.title);
                Outcome::Over(vec![Step::Say(what, Tone::Good)])
            }
            Ok(Answer::Explained(explanation)) => {
                Outcome::Over(vec![Step::Dialog(Dialog::Text(explain::reading(explanation)))])
            }
            Ok(_) => Outcome::Over(Vec::new()),
            Err(problem) => {
                self.form.say(problem.message.as_str(), problem.hint.as_deref(), Tone::Bad);
                if waiting == Waiting::TestBeforeDo {
                    self.warned = true;
                    self.form.rename_do("save anyway");
                }
                Outcome::Stays(Vec::new())
            }
        })
    }

    /// Draws it.
    pub fn draw(&self, canvas: &mut Canvas) {
        let busy = self.waiting.map(|(_, waiting)| match waiting {
            Waiting::Test | Waiting::TestBeforeDo => "trying it",
            Waiting::Do => "asking the daemon",
        });
        self.form.draw(canvas, busy);
    }
}

/// Bytes as whole MiB for a field.
fn mebibytes(bytes: u64) -> String {
    (bytes / (1024 * 1024)).to_string()
}

/// A text that may be left empty.
fn optional(text: &str) -> Option<String> {
    if text.is_empty() { None } else { Some(text.to_owned()) }
}

/// A number that may be left empty.
fn optional_number(form: &Form, name: &'static str) -> Result<Option<u32>, String> {
    if form.text(name).is_empty() { Ok(None) } else { form.number(name).map(Some) }
}
