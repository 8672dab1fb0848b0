//! The page of one release group: its score with what it is made of, what it releases, and what came of our grabs.

use radarr_proto::error::ErrorCode;
use radarr_proto::model::GroupReputation;
use ratatui::layout::Rect;

use super::{percent, score_tone};
use crate::app::ask::{Answer, Ask, Problem, Ticket};
use crate::app::step::{Context, Step};
use crate::screens::{Screen, empty, title};
use crate::text;
use crate::theme::Tone;
use crate::verbs::{Motion, Place, Verb};
use crate::widgets::canvas::{Canvas, split_left, split_top, wrap};
use crate::widgets::gauge::gauge;

/// Columns of the bar of a share.
const BAR: usize = 25;
/// From this width on the two halves stand beside each other.
const WIDE: u16 = 110;

/// The page.
#[derive(Debug)]
pub struct GroupScreen {
    name: String,
    group: Option<Box<GroupReputation>>,
    asked: Option<Ticket>,
    problem: Option<Problem>,
    offset: u16,
    /// Lines of the last drawing, and of these visible.
    lines: (u16, u16),
}

type Lines = Vec<(String, Tone)>;

impl GroupScreen {
    /// The page of that group.
    pub fn new(name: String) -> Self {
        Self { name, group: None, asked: None, problem: None, offset: 0, lines: (0, 0) }
    }

    fn scroll(&mut self, motion: Motion) {
        let (all, visible) = self.lines;
        let last = all.saturating_sub(visible);
        let page = visible.saturating_sub(1).max(1);
        self.offset = motion.scrolled(self.offset, page, last);
    }
}

/// What the score is made of.
fn score(group: &GroupReputation, wide: usize) -> Lines {
    let mut lines = vec![(format!("score  {}", gauge(group.score, BAR.min(wide))), score_tone(group.score))];
    for part in &group.components {
        let sign = if part.tenths < 0 { '-' } else { '+' };
        let tenths = part.tenths.unsigned_abs();
        let points = format!("{sign}{}.{}", tenths / 10, tenths % 10);
        let tone = match part.tenths {
            1.. => Tone::Good,
            0 => Tone::Dim,
            ..0 => Tone::Bad,
        };
        lines.push((format!("{points:>6}  {}", part.name), tone));
        let because = wrap(&part.because, wide.saturating_sub(8).max(10));
        lines.extend(because.into_iter().map(|line| (format!("        {line}"), Tone::Dim)));
    }
    lines
}

/// What it releases, and what came of it here.
fn figures(group: &GroupReputation) -> Lines {
    let mut lines: Lines =
        vec![(format!("{} listed", text::count(group.releases.into(), "release")), Tone::Strong)];
    for (name, part) in [
        ("internal", group.internal),
        ("encodes", group.encodes),
        ("remuxes", group.remuxes),
        ("web", group.web),
    ] {
        let percent = percent(part, group.releases).and_then(|percent| u8::try_from(percent).ok());
        let bar = percent.map_or_else(String::new, |percent| gauge(percent, BAR));
        lines.push((format!("{name:<9} {bar}  {part}"), Tone::Normal));
    }
    lines.push((String::new(), Tone::Normal));
    lines.push((format!("{} of ours", text::count(group.grabs.into(), "grab")), Tone::Strong));
    let bad = |number: u32, tone| if number == 0 { Tone::Dim } else { tone };
    lines.push((format!("{:<9} {}", "failed", group.failures), bad(group.failures, Tone::Bad)));
    let replaced = format!("{:<9} {} within 30 days", "replaced", group.replaced);
    lines.push((replaced, bad(group.replaced, Tone::Warn)));
    lines.push((String::new(), Tone::Normal));
    lines.push(("size per minute, at the median".to_owned(), Tone::Strong));
    if group.median_bytes_per_minute.is_empty() {
        let why = "not known: it is told of releases of movies in the library";
        lines.push((why.to_owned(), Tone::Dim));
    }
    for (quality, bytes) in &group.median_bytes_per_minute {
        lines.push((format!("{quality:<13} {}", text::size(*bytes)), Tone::Normal));
    }
    lines
}

impl Screen for GroupScreen {
    fn place(&self) -> Place {
        Place::Group
    }

    fn entered(&mut self, context: &Context) -> Vec<Step> {
        let ticket = context.tickets.next();
        self.asked = Some(ticket);
        vec![Step::Ask(ticket, Ask::Group(self.name.clone()))]
    }

    fn answered(
        &mut self,
        ticket: Ticket,
        answer: &Result<Answer, Problem>,
        _context: &Context,
    ) -> Option<Vec<Step>> {
        if self.asked != Some(ticket) {
            return None;
        }
        self.asked = None;
        match answer {
            Ok(Answer::Group(group)) => {
                self.problem = None;
                self.group = Some(group.clone());
            }
            Ok(_) => {}
            Err(problem) => self.problem = Some(problem.clone()),
        }
        Some(Vec::new())
    }

    fn act(&mut self, verb: Verb, _context: &Context) -> Vec<Step> {
        if let Verb::Move(motion) = verb {
            self.scroll(motion);
        }
        Vec::new()
    }

    fn is_busy(&self) -> bool {
        self.asked.is_some()
    }

    fn draw(&mut self, canvas: &mut Canvas, area: Rect, _context: &Context) {
        let (head, body) = split_top(area, 2);
        let Some(group) = &self.group else {
            title(canvas, head, &format!("group {}", self.name), "");
            let unknown =
                self.problem.as_ref().is_some_and(|problem| problem.code == Some(ErrorCode::NotFound));
            let problem = self.problem.as_ref().filter(|_| !unknown);
            let nothing =
                "Nothing is known of it: no indexer listed anything of it, and nothing was grabbed.";
            empty(canvas, body, problem, unknown, nothing);
            return;
        };
        let room = Rect { x: body.x + 1, width: body.width.saturating_sub(2), ..body };
        let (left, right) = if room.width >= WIDE { split_left(room, room.width / 2) } else { (room, room) };
        let first = score(group, usize::from(left.width.saturating_sub(2)));
        let second = figures(group);
        let beside = room.width >= WIDE;
        let all = if beside { first.len().max(second.len()) } else { first.len() + 1 + second.len() };
        let all = u16::try_from(all).unwrap_or(u16::MAX);
        self.lines = (all, room.height);
        self.offset = self.offset.min(all.saturating_sub(room.height));
        let put = |canvas: &mut Canvas, room: Rect, lines: &Lines, offset: u16| {
            for (y, (text, tone)) in (0..room.height).zip(lines.iter().skip(usize::from(offset))) {
                canvas.text(room, 0, y, text, *tone);
            }
        };
        if beside {
            put(canvas, left, &first, self.offset);
            put(canvas, right, &second, self.offset);
        } else {
            let mut lines = first;
            lines.push((String::new(), Tone::Normal));
            lines.extend(second);
            put(canvas, room, &lines, self.offset);
        }
        let more = all.saturating_sub(room.height + self.offset);
        let scroll = if more > 0 { format!("j k scroll, {more} more   ") } else { String::new() };
        title(canvas, head, &format!("group {}", group.group), &format!("{scroll}{} of 100", group.score));
    }
}
