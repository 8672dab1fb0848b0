//! A table that asks only for the lines that are visible: ten thousand movies cost as much as twenty.

use std::borrow::Cow;

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::list::Selection;
use crate::text;
use crate::theme::Tone;

/// How wide a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// Always that wide.
    Exactly(u16),
    /// A share of what the others leave.
    Share(u16),
}

/// Where a column's text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// At its left edge.
    Left,
    /// At its right edge.
    Right,
}

/// One column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    head: &'static str,
    width: Width,
    align: Align,
    /// Shown only where the table is at least that wide.
    from: u16,
}

impl Column {
    /// A column of text of that width.
    pub const fn exactly(head: &'static str, columns: u16) -> Self {
        Self { head, width: Width::Exactly(columns), align: Align::Left, from: 0 }
    }

    /// A column that takes a share of what the others leave.
    pub const fn share(head: &'static str, share: u16) -> Self {
        Self { head, width: Width::Share(share), align: Align::Left, from: 0 }
    }

    /// The same, written to the right.
    #[must_use]
    pub const fn right(mut self) -> Self {
        self.align = Align::Right;
        self
    }

    /// The same, shown only where the table is at least that wide.
    #[must_use]
    pub const fn from(mut self, columns: u16) -> Self {
        self.from = columns;
        self
    }
}

/// One cell of a line.
pub type Cell<'a> = (Cow<'a, str>, Tone);

/// A cell as all text.
pub fn cell<'a>(text: impl Into<Cow<'a, str>>) -> Cell<'a> {
    (text.into(), Tone::Normal)
}

/// A cell with a meaning.
pub fn toned<'a>(text: impl Into<Cow<'a, str>>, tone: Tone) -> Cell<'a> {
    (text.into(), tone)
}

/// Draws the head and the visible lines; `line` is asked for each of them, for all columns.
pub fn draw<'a, K: Clone + PartialEq>(
    canvas: &mut Canvas,
    area: Rect,
    columns: &[Column],
    selection: &mut Selection<K>,
    len: usize,
    mut line: impl FnMut(usize) -> Vec<Cell<'a>>,
) {
    let widths = widths(columns, area.width);
    let mut x = MARK;
    for (column, wide) in columns.iter().zip(&widths).filter(|(_, wide)| **wide > 0) {
        put(canvas, area, (x, 0, *wide), column.align, column.head, Tone::Strong);
        x += wide + GAP;
    }
    let height = area.height.saturating_sub(1);
    selection.show(usize::from(height), len);
    let visible = (selection.offset()..len).take(usize::from(height));
    for (y, place) in (1..).zip(visible) {
        let selected = place == selection.index();
        if selected {
            canvas.text(area, 0, y, ">", Tone::Normal);
        }
        let mut x = MARK;
        for ((column, wide), (text, tone)) in columns.iter().zip(&widths).zip(line(place)) {
            if *wide > 0 {
                put(canvas, area, (x, y, *wide), column.align, &text, tone);
                x += wide + GAP;
            }
        }
        if selected {
            canvas.tint(area, y, Tone::Selected);
        }
    }
}

/// Columns before the first one: the mark of the selection.
const MARK: u16 = 2;
/// Columns between two.
const GAP: u16 = 1;

fn put(canvas: &mut Canvas, area: Rect, at: (u16, u16, u16), align: Align, text: &str, tone: Tone) {
    let (x, y, wide) = at;
    let room = Rect { x: area.x.saturating_add(x), width: wide.min(area.width.saturating_sub(x)), ..area };
    match align {
        Align::Left => {
            canvas.text(room, 0, y, text, tone);
        }
        Align::Right => {
            let clean = text::clean(text);
            canvas.right(room, y, &text::cut(&clean, usize::from(room.width)), tone);
        }
    }
}

/// The width of each column; 0 = not shown.
fn widths(columns: &[Column], room: u16) -> Vec<u16> {
    let shown = |column: &&Column| room >= column.from;
    let taken: u16 = columns
        .iter()
        .filter(shown)
        .map(|column| match column.width {
            Width::Exactly(columns) => columns + GAP,
            Width::Share(_) => GAP,
        })
        .sum();
    let shares: u16 = columns
        .iter()
        .filter(shown)
        .map(|column| if let Width::Share(share) = column.width { share } else { 0 })
        .sum();
    let left = room.saturating_sub(MARK + taken.saturating_sub(GAP));
    columns
        .iter()
        .map(|column| match column.width {
            _ if room < column.from => 0,
            Width::Exactly(columns) => columns,
            Width::Share(share) => {
                u16::try_from(u32::from(left) * u32::from(share) / u32::from(shares.max(1))).unwrap_or(0)
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Theme;
    use ratatui::buffer::Buffer;

    #[test]
    fn only_visible_lines_are_built() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 40, 11));
        let mut canvas = Canvas::new(&mut buffer, Theme::Plain);
        let mut selection: Selection<usize> = Selection::default();
        selection.go(crate::verbs::Motion::Bottom, 10_000, Some);
        let mut built = 0;
        draw(
            &mut canvas,
            Rect::new(0, 0, 40, 11),
            &[Column::share("x", 1)],
            &mut selection,
            10_000,
            |place| {
                built += 1;
                vec![cell(place.to_string())]
            },
        );
        assert_eq!(built, 10);
        assert_eq!(buffer.cell((2, 10)).unwrap().symbol(), "9");
    }

    #[test]
    fn columns_leave_before_the_title_gets_too_narrow() {
        let columns =
            [Column::share("title", 2), Column::exactly("size", 6), Column::share("path", 1).from(60)];
        assert_eq!(widths(&columns, 40), [31, 6, 0]);
        assert_eq!(widths(&columns, 80), [46, 6, 23]);
        assert_eq!(widths(&columns, 0), [0, 6, 0]);
    }
}
