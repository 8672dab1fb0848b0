//! What the editors of profiles and custom formats share: a draft that is saved as a whole, and a line that is typed.

use ratatui::layout::Rect;

use crate::app::ask::{Answer, Problem};
use crate::app::step::{Context, Step};
use crate::theme::Tone;
use crate::widgets::canvas::Canvas;
use crate::widgets::input::{self, Shown};

/// The keys while something is typed.
pub(super) const TYPING_HINTS: [(&str, &str); 2] = [("enter", "take it"), ("esc", "leave it as it was")];

/// By which file a setting is managed, when it is; a new one (number 0) never is.
pub(super) fn managed_by<'a>(context: &Context<'a>, section: &str, id: u64) -> Option<&'a str> {
    context.world.managed_by(section, Some(id)).filter(|_| id != 0)
}

/// What is managed by a file is edited there.
pub(super) fn refuse_managed(by: &str) -> Vec<Step> {
    vec![Step::Say(format!("managed by {by}: change it there"), Tone::Warn)]
}

/// What the title says of a draft.
pub(super) fn state(is_saving: bool, is_changed: bool, managed_by: Option<&str>) -> String {
    match (is_saving, managed_by, is_changed) {
        (true, _, _) => "saving …".to_owned(),
        (false, Some(by), _) => format!("[file] managed by {by}"),
        (false, None, true) => "not saved".to_owned(),
        (false, None, false) => String::new(),
    }
}

/// Where one is in a list that does not fit into that many lines.
pub(super) fn place(at: usize, len: usize, room: u16) -> String {
    if len > usize::from(room) { format!("   {}/{len}", at + 1) } else { String::new() }
}

/// What comes of a draft that was sent; `not_saved` says what to do about one that was not taken.
pub(super) fn sent(answer: &Result<Answer, Problem>, not_saved: impl FnOnce(&Problem) -> Step) -> Vec<Step> {
    match answer {
        Ok(Answer::Done(what)) => vec![Step::Leave, Step::Say(what.clone(), Tone::Good)],
        Ok(_) => vec![Step::Leave],
        Err(problem) => vec![not_saved(problem)],
    }
}

/// Draws the line that is typed at the top of `area`.
pub(super) fn draw_typing(canvas: &mut Canvas, area: Rect, line: &input::Line) {
    let room = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    canvas.text(room, 0, 0, "> ", Tone::Accent);
    let typed = Rect { x: room.x + 2, width: room.width.saturating_sub(2), ..room };
    line.draw(canvas, typed, 0, Shown::Open, true);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_says_what_becomes_of_a_draft() {
        for (is_saving, is_changed, managed_by, want) in [
            (false, false, None, ""),
            (false, true, None, "not saved"),
            (true, true, Some("a.yaml"), "saving …"),
            (false, true, Some("a.yaml in /config"), "[file] managed by a.yaml in /config"),
        ] {
            assert_eq!(state(is_saving, is_changed, managed_by), want);
        }
    }
}
