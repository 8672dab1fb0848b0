//! How the queue looks.

use radarr_proto::model::{Grab, GrabId, GrabState};
use ratatui::layout::Rect;

use crate::app::step::Context;
use crate::screens::title;
use crate::story;
use crate::text;
use crate::theme::Tone;
use crate::widgets::canvas::{Canvas, split_top};
use crate::widgets::gauge::gauge;
use crate::widgets::list::Selection;
use crate::widgets::table::{self, Cell, Column, cell, toned};

const COLUMNS: &[Column] = &[
    Column::exactly("state", 16),
    Column::share("movie", 3),
    Column::share("release", 5).from(100),
    Column::exactly("progress", 17).from(46),
    Column::exactly("left", 7).right().from(70),
    Column::exactly("speed", 9).right().from(56),
    Column::exactly("eta", 7).right().from(70),
    Column::exactly("ratio", 5).right().from(120),
    Column::exactly("client", 12).from(132),
];

/// Lines below the list for what should be known of the selected grab.
const DETAIL_LINES: u16 = 6;

/// How a state looks.
pub(super) fn tone(state: &GrabState) -> Tone {
    match state {
        GrabState::ImportBlocked { .. } | GrabState::Failed { .. } => Tone::Bad,
        GrabState::Stalled { .. } | GrabState::Paused | GrabState::Gone => Tone::Warn,
        GrabState::Imported { .. } => Tone::Good,
        GrabState::Downloading | GrabState::Importing => Tone::Accent,
        GrabState::Intended | GrabState::ImportPending | GrabState::Removed | GrabState::Unknown => {
            Tone::Normal
        }
    }
}

pub(super) fn draw(
    selection: &mut Selection<GrabId>,
    grabs: &[Grab],
    canvas: &mut Canvas,
    area: Rect,
    context: &Context,
) {
    let speed: u64 = grabs.iter().map(|grab| grab.progress.speed_bytes).sum();
    let left: u64 = grabs.iter().map(|grab| grab.progress.left_bytes).sum();
    let (head, rest) = split_top(area, 1);
    let sums = format!(
        "{}   {} left   {}/s",
        text::count(grabs.len() as u64, "grab"),
        text::size(left),
        text::size(speed)
    );
    title(canvas, head, "queue", &sums);
    let detail = if rest.height > DETAIL_LINES * 2 { DETAIL_LINES } else { 0 };
    let (list, below) = split_top(rest, rest.height - detail);
    table::draw(canvas, list, COLUMNS, selection, grabs.len(), |at| {
        grabs.get(at).map(line).unwrap_or_default()
    });
    if let Some(grab) = grabs.get(selection.index()) {
        details(grab, canvas, below, context);
    }
}

fn line(grab: &Grab) -> Vec<Cell<'_>> {
    let progress = &grab.progress;
    let moving = grab.state == GrabState::Downloading;
    vec![
        toned(story::grab_state(&grab.state), tone(&grab.state)),
        cell(grab.movie_title.as_str()),
        toned(grab.release.title.as_str(), Tone::Dim),
        cell(gauge(progress.percent(), 17)),
        cell(text::size_short(progress.left_bytes)),
        cell(if moving { format!("{}/s", text::size_short(progress.speed_bytes)) } else { String::new() }),
        cell(progress.eta_seconds.filter(|_| moving).map_or(String::new(), text::span)),
        cell(format!("{}.{}", progress.ratio_thousandths / 1000, progress.ratio_thousandths % 1000 / 100)),
        toned(grab.client.as_str(), Tone::Dim),
    ]
}

fn details(grab: &Grab, canvas: &mut Canvas, area: Rect, context: &Context) {
    if area.height == 0 {
        return;
    }
    canvas.rule(area, 0, &grab.movie_title);
    let room = Rect { x: area.x.saturating_add(1), width: area.width.saturating_sub(2), ..area };
    let mut y = 1;
    y += canvas.wrapped(room, y, &grab.release.title, Tone::Normal);
    let facts = format!(
        "{}, {:+}, {} from {}, {} ago by {} to {}",
        grab.parsed.quality.quality,
        grab.score.score,
        text::size(grab.release.size_bytes),
        grab.release.indexer,
        text::age_roughly(context.now, grab.grabbed_at),
        grab.asked_by,
        grab.client,
    );
    y += canvas.wrapped(room, y, &facts, Tone::Dim);
    if let Some(note) = story::grab_note(grab) {
        y += canvas.wrapped(room, y, &note, Tone::Warn);
    }
    if let GrabState::Stalled { since } = &grab.state {
        y += canvas.wrapped(
            room,
            y,
            &format!("nothing moved for {}", text::age_roughly(context.now, *since)),
            Tone::Warn,
        );
    }
    if let Some(path) = &grab.output_path {
        canvas.wrapped(room, y, path, Tone::Dim);
    }
}
