//! A form: fields to fill in, buttons below them. It knows nothing of what it is for.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use radarr_proto::model::{SecretInput, SecretSource, SecretText};

use super::input::Line;
use crate::theme::Tone;

mod draw;

/// What a field holds.
#[derive(Debug, Clone)]
pub enum Value {
    /// Text that is typed.
    Text(Line),
    /// A secret that is typed, and where the one there is comes from.
    Secret(Line, SecretSource),
    /// One of several.
    Choice(Vec<String>, usize),
    /// Yes or no.
    Switch(bool),
    /// Only shown.
    Fixed(String),
}

/// One field.
#[derive(Debug, Clone)]
pub struct Field {
    name: &'static str,
    help: &'static str,
    value: Value,
}

/// A button below the fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    /// Leaves the form.
    Cancel,
    /// Tries what is filled in.
    Test,
    /// Does what the form is for.
    Do,
}

/// What a key led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pressed {
    /// Nothing that others need to know.
    Nothing,
    /// A value is another one.
    Changed,
    /// This button.
    Button(Button),
}

/// A form.
#[derive(Debug, Clone)]
pub struct Form {
    title: String,
    intro: String,
    fields: Vec<Field>,
    buttons: Vec<(Button, &'static str)>,
    focus: usize,
    /// What came of the last button.
    note: Vec<(String, Tone)>,
    /// What the values would lead to.
    below: Vec<(String, Tone)>,
}

impl Form {
    /// An empty form whose main button is called `done`.
    pub fn new(title: impl Into<String>, done: &'static str) -> Self {
        Self {
            title: title.into(),
            intro: String::new(),
            fields: Vec::new(),
            buttons: vec![(Button::Do, done), (Button::Cancel, "cancel")],
            focus: 0,
            note: Vec::new(),
            below: Vec::new(),
        }
    }

    /// The same with a text above the fields.
    #[must_use]
    pub fn intro(mut self, text: impl Into<String>) -> Self {
        self.intro = text.into();
        self
    }

    /// The same with a button that tries it.
    #[must_use]
    pub fn with_test(mut self) -> Self {
        self.buttons.insert(1, (Button::Test, "test"));
        self
    }

    /// The same, starting on the button that does nothing.
    #[must_use]
    pub fn careful(mut self) -> Self {
        self.buttons.rotate_left(1);
        self.focus = self.fields.len();
        self
    }

    /// The same with one more field.
    #[must_use]
    pub fn field(mut self, name: &'static str, help: &'static str, value: Value) -> Self {
        self.fields.push(Field { name, help, value });
        // The first field that can be changed has the focus.
        self.focus =
            self.fields.iter().position(|field| !matches!(field.value, Value::Fixed(_))).unwrap_or_default();
        self
    }

    /// The same with a field of text.
    #[must_use]
    pub fn text_field(self, name: &'static str, help: &'static str, text: &str) -> Self {
        self.field(name, help, Value::Text(Line::new(text)))
    }

    /// The same with a field that only shows.
    #[must_use]
    pub fn fixed(self, name: &'static str, help: &'static str, text: impl Into<String>) -> Self {
        self.field(name, help, Value::Fixed(text.into()))
    }

    /// The same with a secret; read-only where the deployment sets it.
    #[must_use]
    pub fn secret_field(self, name: &'static str, help: &'static str, from: &SecretSource) -> Self {
        if *from == SecretSource::Deployment {
            return self.fixed(name, help, "set by the deployment's configuration, read-only here");
        }
        self.field(name, help, Value::Secret(Line::default(), from.clone()))
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.fields.iter().find(|field| field.name == name).map(|field| &field.value)
    }

    /// The text of a field, without the spaces around it.
    pub fn text(&self, name: &str) -> &str {
        match self.value(name) {
            Some(Value::Text(line) | Value::Secret(line, _)) => line.text().trim(),
            Some(Value::Fixed(text)) => text,
            Some(Value::Choice(..) | Value::Switch(_)) | None => "",
        }
    }

    /// The number in a field of text; says what is wrong when there is none.
    pub fn number<T: std::str::FromStr>(&self, name: &str) -> Result<T, String> {
        let text = self.text(name);
        text.parse().map_err(|_| format!("{name}: {text:?} is no number that fits"))
    }

    /// The text of a field that must not be empty.
    pub fn required(&self, name: &str) -> Result<String, String> {
        match self.text(name) {
            "" => Err(format!("{name} is missing")),
            text => Ok(text.to_owned()),
        }
    }

    /// Which of several.
    pub fn choice(&self, name: &str) -> usize {
        match self.value(name) {
            Some(Value::Choice(_, at)) => *at,
            _ => 0,
        }
    }

    /// Yes or no.
    pub fn switch(&self, name: &str) -> bool {
        matches!(self.value(name), Some(Value::Switch(true)))
    }

    /// A secret: kept when nothing was typed, `file:PATH` a file on the daemon's machine, `-` none any more.
    pub fn secret(&self, name: &str) -> SecretInput {
        let Some(Value::Secret(line, _)) = self.value(name) else { return SecretInput::Keep };
        match (line.text().trim(), line.text().trim().strip_prefix("file:")) {
            ("", _) => SecretInput::Keep,
            ("-", _) => SecretInput::Clear,
            (_, Some(path)) => SecretInput::File { path: path.trim().to_owned() },
            (value, None) => SecretInput::Value { value: SecretText::new(value) },
        }
    }

    /// Says what is wrong, and goes to the field that it begins with the name of: there it is put right.
    pub fn refuse(&mut self, wrong: String) {
        let named =
            |field: &Field| wrong.strip_prefix(field.name).is_some_and(|rest| rest.starts_with([':', ' ']));
        if let Some(at) = self.fields.iter().position(named) {
            self.focus = at;
        }
        self.say(wrong, None, Tone::Bad);
    }

    /// Says what came of the last button.
    pub fn say(&mut self, text: impl Into<String>, hint: Option<&str>, tone: Tone) {
        self.note = vec![(text.into(), tone)];
        self.note.extend(hint.map(|hint| (hint.to_owned(), Tone::Normal)));
    }

    /// Shows what the values would lead to.
    pub fn show_below(&mut self, lines: Vec<(String, Tone)>) {
        self.below = lines;
    }

    /// Calls the main button something else, e.g. `save anyway`.
    pub fn rename_do(&mut self, name: &'static str) {
        for (button, shown) in &mut self.buttons {
            if *button == Button::Do {
                *shown = name;
            }
        }
    }

    fn places(&self) -> usize {
        self.fields.len() + self.buttons.len()
    }

    /// Whether letters go into a text.
    pub fn is_typing(&self) -> bool {
        self.fields
            .get(self.focus)
            .is_some_and(|field| matches!(field.value, Value::Text(_) | Value::Secret(..)))
    }

    fn step(&mut self, forward: bool) {
        let places = self.places();
        for _ in 0..places {
            self.focus = if forward { self.focus + 1 } else { self.focus + places - 1 } % places;
            let fixed =
                self.fields.get(self.focus).is_some_and(|field| matches!(field.value, Value::Fixed(_)));
            if !fixed {
                return;
            }
        }
    }

    /// Takes a key.
    pub fn key(&mut self, key: KeyEvent) -> Pressed {
        match (key.code, key.modifiers.contains(KeyModifiers::CONTROL)) {
            (KeyCode::Esc, _) => return Pressed::Button(Button::Cancel),
            (KeyCode::Char('s'), true) => return Pressed::Button(Button::Do),
            (KeyCode::Char('t'), true) if self.buttons.iter().any(|(button, _)| *button == Button::Test) => {
                return Pressed::Button(Button::Test);
            }
            (KeyCode::Tab | KeyCode::Down, _) => {
                self.step(true);
                return Pressed::Nothing;
            }
            (KeyCode::BackTab | KeyCode::Up, _) => {
                self.step(false);
                return Pressed::Nothing;
            }
            _ => {}
        }
        let on_button = self.focus.checked_sub(self.fields.len());
        if let Some((button, _)) = on_button.and_then(|at| self.buttons.get(at)) {
            return match key.code {
                KeyCode::Enter | KeyCode::Char(' ') => Pressed::Button(*button),
                KeyCode::Right | KeyCode::Char('l') => {
                    self.step(true);
                    Pressed::Nothing
                }
                KeyCode::Left | KeyCode::Char('h') => {
                    self.step(false);
                    Pressed::Nothing
                }
                _ => Pressed::Nothing,
            };
        }
        let changed = self.fields.get_mut(self.focus).is_some_and(|field| field.value.key(key));
        if changed {
            return Pressed::Changed;
        }
        if key.code == KeyCode::Enter {
            self.step(true);
        }
        Pressed::Nothing
    }

    /// Takes pasted text.
    pub fn paste(&mut self, text: &str) -> Pressed {
        match self.fields.get_mut(self.focus).map(|field| &mut field.value) {
            Some(Value::Text(line) | Value::Secret(line, _)) => {
                if line.paste(text) {
                    Pressed::Changed
                } else {
                    Pressed::Nothing
                }
            }
            Some(Value::Choice(..) | Value::Switch(_) | Value::Fixed(_)) | None => Pressed::Nothing,
        }
    }
}

impl Value {
    /// Takes a key; whether the value changed.
    fn key(&mut self, key: KeyEvent) -> bool {
        match self {
            Self::Text(line) | Self::Secret(line, _) => line.key(key),
            Self::Choice(options, at) => {
                let len = options.len().max(1);
                match key.code {
                    KeyCode::Right | KeyCode::Char(' ' | 'l') => *at = (*at + 1) % len,
                    KeyCode::Left | KeyCode::Char('h') => *at = (*at + len - 1) % len,
                    _ => return false,
                }
                true
            }
            Self::Switch(on) => {
                let press =
                    matches!(key.code, KeyCode::Char(' ' | 'h' | 'l' | 'x') | KeyCode::Left | KeyCode::Right);
                if press {
                    *on = !*on;
                }
                press
            }
            Self::Fixed(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: KeyCode) -> KeyEvent {
        KeyEvent::new(code, KeyModifiers::NONE)
    }

    #[test]
    fn the_focus_goes_round_and_skips_what_can_not_be_changed() {
        let mut form = Form::new("t", "save").fixed("address", "", "x").text_field("name", "", "").field(
            "on",
            "",
            Value::Switch(true),
        );
        form.key(key(KeyCode::Char('q')));
        assert_eq!(form.text("name"), "q");
        form.key(key(KeyCode::Enter));
        assert_eq!(form.key(key(KeyCode::Char(' '))), Pressed::Changed);
        assert!(!form.switch("on"));
        form.key(key(KeyCode::Tab));
        assert_eq!(form.key(key(KeyCode::Enter)), Pressed::Button(Button::Do));
        form.key(key(KeyCode::Right));
        assert_eq!(form.key(key(KeyCode::Enter)), Pressed::Button(Button::Cancel));
        form.key(key(KeyCode::Tab));
        assert!(form.is_typing(), "behind the last button comes the first field that can be changed");
    }

    #[test]
    fn a_secret_is_kept_when_nothing_is_typed_and_read_only_when_the_deployment_sets_it() {
        let stored = Form::new("t", "save").secret_field("key", "", &SecretSource::Stored);
        assert_eq!(stored.secret("key"), SecretInput::Keep);
        let mut deployed = Form::new("t", "save").secret_field("key", "", &SecretSource::Deployment);
        deployed.paste("typed");
        assert_eq!(deployed.secret("key"), SecretInput::Keep);
        let mut file = stored.clone();
        file.paste("file:/run/secrets/key");
        assert_eq!(file.secret("key"), SecretInput::File { path: "/run/secrets/key".to_owned() });
        let mut typed = stored;
        typed.paste(" abc ");
        assert_eq!(typed.secret("key"), SecretInput::Value { value: SecretText::new("abc") });
    }

    #[test]
    fn a_careful_form_starts_on_the_button_that_does_nothing() {
        let mut form = Form::new("t", "delete").field("files", "", Value::Switch(false)).careful();
        assert_eq!(form.key(key(KeyCode::Enter)), Pressed::Button(Button::Cancel));
    }
}
