//! The whole frame: tabs and link above, the screen, hints or a message below, a dialog over all of it.

use radarr_proto::client::Greeting;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::state::{Link, State};
use crate::text;
use crate::theme::{Theme, Tone};
use crate::verbs::{Place, at_hand};
use crate::widgets::canvas::{Canvas, split_top, wrap};
use crate::widgets::key_hints;

/// Draws everything; says where the text cursor stands.
pub fn draw(state: &mut State, buffer: &mut Buffer, theme: Theme) -> Option<Position> {
    let mut canvas = Canvas::new(buffer, theme);
    let all = canvas.area();
    if all.width == 0 || all.height == 0 {
        return None;
    }
    let (top, rest) = split_top(all, 1);
    let below = last_lines(state, all.width).min(rest.height);
    let (middle, bottom) = split_top(rest, rest.height - below);
    tabs(state, &mut canvas, top);
    if let Some((screen, context)) = state.on_screen() {
        screen.draw(&mut canvas, middle, &context);
    }
    if matches!(state.link, Link::Lost { last: None, .. } | Link::Opening(_)) {
        no_link(state, &mut canvas, middle);
    }
    last(state, &mut canvas, bottom);
    if let Some(dialog) = &mut state.dialog {
        dialog.draw(&mut canvas);
    }
    canvas.cursor()
}

/// Lines that a message or its hint takes at most.
const MESSAGE_LINES_MAX: usize = 6;

/// How many lines the bottom takes: one, or what a message needs.
fn last_lines(state: &State, width: u16) -> u16 {
    let Some(message) = &state.message else {
        return 1 + trouble(state)
            .map_or(0, |problem| u16::try_from(wrap(problem, usize::from(width)).len()).unwrap_or(0));
    };
    let rows = |text: &str| wrap(text, usize::from(width.saturating_sub(1))).len().min(MESSAGE_LINES_MAX);
    let lines = rows(&message.text) + message.hint.as_deref().map_or(0, rows);
    u16::try_from(lines).unwrap_or(1)
}

/// From this width on the first line has room for whole names.
const WIDE: u16 = 96;

fn tabs(state: &State, canvas: &mut Canvas, area: Rect) {
    let right = link(state, area.width);
    let right_columns = u16::try_from(text::width(&right.0)).unwrap_or(0);
    let mut x = 1;
    let name_of = |number: usize, place: Place| {
        let current = number == state.tab + 1;
        // Where there is no room for all names only the current one keeps its name.
        let name = if area.width < WIDE && !current { short(place) } else { place.name() };
        format!("{number} {name}{}", count(state, place))
    };
    // The current one is always there, and the link: others give way.
    let current_label = state.tabs.get(state.tab).map(|tab| name_of(state.tab + 1, tab.place()));
    let current_wide = current_label.map_or(0, |label| u16::try_from(text::width(&label)).unwrap_or(0) + 2);
    for (number, tab) in (1..).zip(&state.tabs) {
        let place = tab.place();
        let current = number == state.tab + 1;
        let label = name_of(number, place);
        let gap = if area.width < WIDE { 1 } else { 2 };
        let wide = u16::try_from(text::width(&label)).unwrap_or(0);
        let to_come = if number <= state.tab { current_wide } else { 0 };
        if x + wide + 1 + to_come + right_columns > area.width && !current {
            continue;
        }
        let tone = match (current, label.contains('!')) {
            (true, _) => Tone::Selected,
            (false, true) => Tone::Bad,
            (false, false) => Tone::Normal,
        };
        let shown = if current { format!(" {label} ") } else { label };
        let start = if current { x.saturating_sub(1) } else { x };
        x = start + canvas.text(area, start, 0, &shown, tone) + if current { gap - 1 } else { gap };
    }
    canvas.right(area, 0, &right.0, right.1);
}

fn short(place: Place) -> &'static str {
    match place {
        Place::Library => "lib",
        Place::Queue => "queue",
        Place::History => "hist",
        Place::Wanted => "want",
        Place::Blocklist => "block",
        Place::Jobs => "jobs",
        Place::System => "sys",
        Place::Settings => "set",
        other => other.name(),
    }
}

/// What a tab's name carries: how much is on its way, how much is wrong.
fn count(state: &State, place: Place) -> String {
    let number = match place {
        Place::Queue => state.world.queue.as_ref().map_or(0, Vec::len),
        Place::System => state.world.problems_open(),
        _ => 0,
    };
    match (number, place) {
        (0, _) => String::new(),
        (number, Place::System) => format!("({number}!)"),
        (number, _) => format!("({number})"),
    }
}

/// The right end of the first line: what is being done, and the link.
fn link(state: &State, width: u16) -> (String, Tone) {
    let doing = match (state.world.running.values().next(), state.world.running.len()) {
        (None, _) if state.doing.is_empty() => String::new(),
        (None, _) => "… ".to_owned(),
        (Some(job), 1) => format!("{job} … "),
        (Some(job), more) => format!("{job} and {} more … ", more - 1),
    };
    match &state.link {
        Link::Opening(what) => (format!("{what} … "), Tone::Warn),
        Link::Live(greeting) if width >= WIDE => (format!("{doing}{} ", who(greeting)), Tone::Dim),
        Link::Live(_) if doing.is_empty() => ("live ".to_owned(), Tone::Dim),
        Link::Live(_) => (text::cut(&doing, usize::from(width) / 4).into_owned(), Tone::Accent),
        Link::Lost { since, retry_at, .. } => {
            let ahead = text::ahead(state.now, *retry_at);
            if width < WIDE {
                return (format!("offline, again {ahead} "), Tone::Bad);
            }
            (format!("offline {}, next try {ahead} ", text::age(state.now, *since)), Tone::Bad)
        }
    }
}

fn who(greeting: &Greeting) -> String {
    format!("live {}", greeting.software.rsplit('/').next().unwrap_or_default())
}

/// There never was a link: what is wrong and what to do, in the middle.
fn no_link(state: &State, canvas: &mut Canvas, area: Rect) {
    canvas.clear(area);
    let room = Rect {
        x: area.x.saturating_add(2),
        width: area.width.saturating_sub(4),
        y: area.y.saturating_add(1).min(area.bottom()),
        height: area.height.saturating_sub(1),
    };
    match &state.link {
        Link::Opening(what) => {
            canvas.text(room, 0, 0, &format!("{what} …"), Tone::Normal);
        }
        Link::Lost { problem, retry_at, .. } => {
            let mut y = canvas.wrapped(room, 0, "There is no connection to the daemon.", Tone::Strong) + 1;
            for line in problem.message.lines() {
                y += canvas.wrapped(room, y, line, Tone::Bad);
            }
            if let Some(hint) = &problem.hint {
                y += canvas.wrapped(room, y, hint, Tone::Normal);
            }
            let retry = format!("It is tried again {}. q quits.", text::ahead(state.now, *retry_at));
            canvas.wrapped(room, y + 1, &retry, Tone::Dim);
        }
        Link::Live(_) => {}
    }
}

/// Seconds for which a lost connection is shown by its mark alone: a daemon that starts anew is back by then.
const LOST_SECONDS_QUIET: i64 = 3;

/// Why the connection does not come back, while what was known is still shown.
fn trouble(state: &State) -> Option<&str> {
    match &state.link {
        Link::Lost { problem, since, last: Some(_), .. }
            if state.now.as_second() - since.as_second() >= LOST_SECONDS_QUIET =>
        {
            problem.message.lines().next()
        }
        Link::Lost { .. } | Link::Live(_) | Link::Opening(_) => None,
    }
}

fn last(state: &State, canvas: &mut Canvas, area: Rect) {
    canvas.clear(area);
    let line = Rect { x: area.x.saturating_add(1), width: area.width.saturating_sub(1), ..area };
    if let Some(message) = &state.message {
        let y = canvas.wrapped(line, 0, &message.text, message.tone);
        if let Some(hint) = &message.hint {
            canvas.wrapped(line, y, hint, Tone::Normal);
        }
        return;
    }
    let line_above = trouble(state).map_or(0, |problem| canvas.wrapped(line, 0, problem, Tone::Bad));
    let Some(screen) = state.screen() else { return };
    let mut hints: Vec<(&str, &str)> = screen.hints().unwrap_or_else(|| {
        at_hand(screen.place())
            .filter(|info| !info.places.contains(&Place::Everywhere) && !info.places.contains(&Place::Lists))
            .map(|info| (info.key(), info.help))
            .chain([("?", "all keys")])
            .collect()
    });
    if let Some(last) = hints.pop() {
        key_hints::draw(canvas, area, line_above, &hints, last);
    }
}
