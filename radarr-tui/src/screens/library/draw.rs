//! How the library looks.

use radarr_proto::model::{MovieRow, Quality};
use ratatui::layout::Rect;

use super::{FILTERS, LibraryScreen, SORTS};
use crate::app::ask::Topic;
use crate::app::step::Context;
use crate::app::world::World;
use crate::screens::{empty, title};
use crate::story::{self, Has};
use crate::text;
use crate::theme::Tone;
use crate::widgets::canvas::{Canvas, split_top};
use crate::widgets::input::Shown;
use crate::widgets::table::{self, Cell, Column, cell, toned};

const COLUMNS: &[Column] = &[
    Column::exactly("state", 12),
    Column::share("title", 5),
    Column::exactly("year", 4).right(),
    Column::exactly("quality", 14).from(60),
    Column::exactly("size", 7).right().from(48),
    Column::exactly("score", 6).right().from(96),
    Column::exactly("rating", 6).right().from(104),
    Column::exactly("runtime", 7).right().from(112),
    Column::share("profile", 2).from(120),
    Column::exactly("added", 10).from(136),
    Column::share("root folder", 3).from(160),
    Column::exactly("tmdb", 8).right().from(176),
];

/// A movie's state in words, and how it looks.
pub fn state_mark(row: &MovieRow, world: &World) -> (String, Tone) {
    if let Some(grab) = world.grab_of(row.id) {
        return match (&grab.state, grab.progress.percent()) {
            (radarr_proto::model::GrabState::Downloading, percent) => {
                (format!("load {percent}%"), Tone::Accent)
            }
            (radarr_proto::model::GrabState::ImportBlocked { .. }, _) => ("blocked".to_owned(), Tone::Bad),
            (radarr_proto::model::GrabState::ImportPending, _) => ("to import".to_owned(), Tone::Accent),
            (state, _) => (story::grab_state(state).to_owned(), Tone::Accent),
        };
    }
    let has = Has::of(row);
    let tone = match has {
        Has::File => Tone::Good,
        Has::BelowCutoff => Tone::Warn,
        Has::FileUnmonitored => Tone::Normal,
        Has::Unmonitored | Has::NotYetOut => Tone::Dim,
        Has::Missing => Tone::Bad,
    };
    (has.word().to_owned(), tone)
}

pub(super) fn draw(screen: &mut LibraryScreen, canvas: &mut Canvas, area: Rect, context: &Context) {
    let library = &context.world.library;
    let (head, body) = split_top(area, 1);
    let sort =
        SORTS.iter().find(|(sort, ..)| *sort == screen.order.sort).map_or("title", |(_, name, _)| *name);
    let arrow = if screen.order.descending { "down" } else { "up" };
    let shown = screen.view.len() as u64;
    let total = library.total();
    let counts = match (library.is_complete(), shown == total) {
        (false, _) => format!("reading {} of {total} …", library.len()),
        (true, true) => text::count(total, "movie"),
        (true, false) => format!("{shown} of {}", text::count(total, "movie")),
    };
    let place = if shown == 0 { 0 } else { screen.selection.index() + 1 };
    title(canvas, head, "", &format!("{counts}   by {sort}, {arrow}   {place}/{shown}"));
    let which = FILTERS.iter().find(|(filter, _)| *filter == screen.order.filter);
    let x = 1 + canvas.text(head, 1, 0, which.map_or("all", |(_, name)| *name), Tone::Strong);
    if screen.typing || !screen.filter.is_empty() {
        let x = canvas.texts(head, x, 0, &[(" /", Tone::Accent)]);
        // What is counted stands at the right end.
        let width = (head.width / 2).saturating_sub(x);
        let room = Rect { x: head.x.saturating_add(x).min(head.right()), width, ..head };
        screen.filter.draw(canvas, room, 0, Shown::Open, screen.typing);
    }
    if screen.view.is_empty() {
        let nothing = if library.is_empty() {
            "The library is empty. a adds a movie, 8 shows the settings."
        } else {
            "No movie fits. esc shows all again, f chooses others."
        };
        let problem = context.world.problem(Topic::Rows);
        empty(canvas, body, problem, library.is_complete(), nothing);
        return;
    }
    let view = &screen.view;
    table::draw(canvas, body, COLUMNS, &mut screen.selection, view.len(), |at| {
        view.get(at).and_then(|id| library.row(*id)).map(|row| line(row, context)).unwrap_or_default()
    });
}

fn line<'a>(row: &'a MovieRow, context: &Context) -> Vec<Cell<'a>> {
    let (state, tone) = state_mark(row, context.world);
    let zoned = row.added_at.to_zoned_datetime(context.zone.clone());
    vec![
        toned(state, tone),
        cell(row.title.as_str()),
        cell(if row.year == 0 { String::new() } else { row.year.to_string() }),
        cell(row.quality.map_or("-", Quality::name)),
        cell(text::size_short(row.size_bytes)),
        cell(if row.quality.is_some() { format!("{:+}", row.score) } else { "-".to_owned() }),
        cell(format!("{}.{}", row.rating_tenths / 10, row.rating_tenths % 10)),
        cell(if row.runtime_minutes == 0 { "-".to_owned() } else { format!("{}m", row.runtime_minutes) }),
        cell(context.world.profile_name(row.profile_id)),
        cell(zoned.strftime("%Y-%m-%d").to_string()),
        toned(context.world.root_path(row.root_folder_id), Tone::Dim),
        toned(row.tmdb_id.to_string(), Tone::Dim),
    ]
}
