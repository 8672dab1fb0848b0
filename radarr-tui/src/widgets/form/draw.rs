//! How a form looks.

use radarr_proto::model::SecretSource;
use ratatui::layout::Rect;

use super::{Button, Field, Form, Value};
use crate::text;
use crate::theme::Tone;
use crate::widgets::canvas::{Canvas, wrap};
use crate::widgets::input::Shown;

/// Columns of a form, where there are that many.
const COLUMNS: u16 = 74;
/// From this height on a long help has room for all of its lines.
const ROOMY: u16 = 20;

impl Form {
    /// Draws it in the middle of the screen. `busy` says what is being waited for.
    pub fn draw(&self, canvas: &mut Canvas, busy: Option<&str>) {
        canvas.no_cursor();
        let columns = COLUMNS.min(canvas.area().width.saturating_sub(4));
        let wide = usize::from(columns);
        let rows = |text: &str| wrap(text, wide).len();
        let notes: Vec<(String, Tone)> = match busy {
            Some(what) => vec![(format!("{what} …"), Tone::Accent)],
            None => self.note.clone(),
        };
        let extra: usize = self.below.iter().chain(&notes).map(|(text, _)| rows(text)).sum();
        let intro = if self.intro.is_empty() { 0 } else { rows(&self.intro) + 1 };
        // As high as the longest help, so that the form keeps its size from field to field.
        let longest = self.fields.iter().map(|field| rows(field.help)).max().unwrap_or(1);
        let help = if canvas.area().height < ROOMY { 2 } else { longest + 1 };
        let height = intro + self.fields.len() + help + extra + 1;
        let inside = canvas.window(&self.title, columns, u16::try_from(height).unwrap_or(u16::MAX));
        let mut y = 0;
        if !self.intro.is_empty() {
            y += canvas.wrapped(inside, y, &self.intro, Tone::Normal) + 1;
        }
        // Where the form is higher than the screen the fields above the focus leave.
        let spare = usize::from(inside.height.saturating_sub(y)).saturating_sub(help + extra + 1).max(1);
        let first = (self.focus.min(self.fields.len().saturating_sub(1)) + 1).saturating_sub(spare);
        let names = self.fields.iter().map(|field| text::width(field.name)).max().unwrap_or(0);
        for (place, field) in self.fields.iter().enumerate().skip(first).take(spare) {
            field.draw(canvas, inside, y, names, place == self.focus);
            y += 1;
        }
        let help_text = self.fields.get(self.focus).map_or("", |field| field.help);
        let high = u16::try_from(help - 1).unwrap_or(1);
        canvas.wrapped(Rect { height: (y + high).min(inside.height), ..inside }, y, help_text, Tone::Dim);
        y += high;
        for (text, tone) in self.below.iter().chain(&notes) {
            y += canvas.wrapped(inside, y, text, *tone);
        }
        self.buttons(canvas, inside, inside.height.saturating_sub(1));
    }

    fn buttons(&self, canvas: &mut Canvas, inside: Rect, y: u16) {
        let mut x = 0;
        for (at, (_, name)) in self.buttons.iter().enumerate() {
            let focused = self.focus == self.fields.len() + at;
            let (left, right) = if focused { (">[ ", " ]") } else { (" [ ", " ]") };
            let tone = if focused { Tone::Selected } else { Tone::Normal };
            x = canvas.texts(inside, x, y, &[(left, tone), (name, tone), (right, tone)]) + 1;
        }
        let has_test = self.buttons.iter().any(|(button, _)| *button == Button::Test);
        let hints = [
            (!has_test, "tab next  space change  ctrl-s do it  esc leave"),
            (has_test, "ctrl-s do it  ctrl-t test  esc leave"),
            (true, "tab next  space change  esc leave"),
        ];
        let fits = |hint: &str| usize::from(inside.width.saturating_sub(x)) > text::width(hint);
        if let Some((_, hint)) = hints.into_iter().find(|(is_meant, hint)| *is_meant && fits(hint)) {
            canvas.right(inside, y, hint, Tone::Dim);
        }
    }
}

impl Field {
    fn draw(&self, canvas: &mut Canvas, inside: Rect, y: u16, names: usize, focused: bool) {
        let mark = if focused { ">" } else { " " };
        let name_tone = if focused { Tone::Accent } else { Tone::Normal };
        let name = text::fit(self.name, names);
        let x = canvas.texts(inside, 0, y, &[(mark, Tone::Accent), (&name, name_tone), ("  ", Tone::Normal)]);
        let room = Rect {
            x: inside.x.saturating_add(x),
            width: inside.width.saturating_sub(x),
            y: inside.y.saturating_add(y),
            height: inside.height.saturating_sub(y).min(1),
        };
        match &self.value {
            Value::Text(line) if line.is_empty() && !focused => {
                canvas.text(room, 0, 0, "-", Tone::Dim);
            }
            Value::Text(line) => line.draw(canvas, room, 0, Shown::Open, focused),
            Value::Secret(line, from) if line.is_empty() => {
                canvas.text(room, if focused { 2 } else { 0 }, 0, &there_is(from), Tone::Dim);
                line.draw(canvas, room, 0, Shown::Masked, focused);
            }
            Value::Secret(line, _) => line.draw(canvas, room, 0, Shown::Masked, focused),
            Value::Choice(options, at) => {
                let chosen = options.get(*at).map_or("(none)", String::as_str);
                canvas.texts(room, 0, 0, &[("< ", Tone::Dim), (chosen, Tone::Normal), (" >", Tone::Dim)]);
            }
            Value::Switch(on) => {
                canvas.text(room, 0, 0, if *on { "[x] yes" } else { "[ ] no" }, Tone::Normal);
            }
            Value::Fixed(fixed) => {
                canvas.text(room, 0, 0, fixed, Tone::Dim);
            }
        }
    }
}

fn there_is(from: &SecretSource) -> String {
    match from {
        SecretSource::None => "none yet".to_owned(),
        SecretSource::Stored => "stored; leave empty to keep it".to_owned(),
        SecretSource::File { path } => format!("from {path}; leave empty to keep it"),
        SecretSource::Deployment => "set by the deployment".to_owned(),
        SecretSource::Unknown => "from somewhere that only a newer client knows".to_owned(),
    }
}
