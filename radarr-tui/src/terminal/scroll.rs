//! A list that moves by a line: the terminal shifts what it shows, and only the line that came in is sent. Over a
//! slow line this is the difference between three kilobytes for each key and four hundred bytes.

use std::io::{self, Write};

use ratatui::buffer::{Buffer, Cell};

/// Fewer lines than this are drawn rather than shifted.
const LINES_MIN: usize = 5;

/// Lines `top..=bottom` of the screen move by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shift {
    top: usize,
    bottom: usize,
    up: bool,
}

fn line(buffer: &Buffer, y: usize) -> Option<&[Cell]> {
    let wide = usize::from(buffer.area.width);
    buffer.content.get(y * wide..(y + 1) * wide)
}

fn same(a: Option<&[Cell]>, b: Option<&[Cell]>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}

/// The longest run of lines that are what the line below (or above) was.
pub(super) fn find(shown: &Buffer, next: &Buffer) -> Option<Shift> {
    if shown.area != next.area {
        return None;
    }
    let high = usize::from(shown.area.height);
    let changed = (0..high).filter(|y| !same(line(shown, *y), line(next, *y))).count();
    if changed < LINES_MIN {
        return None;
    }
    let longest = |up: bool| {
        let mut best: Option<(usize, usize)> = None;
        let mut start = None;
        for y in 0..=high {
            let from = if up { Some(y + 1) } else { y.checked_sub(1) };
            let moved = y < high
                && from.is_some_and(|from| from < high && same(line(next, y), line(shown, from)))
                // The selected line and its neighbour swap their marks and belong to the run all the same.
                || y < high && start.is_some() && from.is_some_and(|from| near(line(next, y), line(shown, from)));
            match (moved, start) {
                (true, None) => start = Some(y),
                (false, Some(first)) => {
                    if best.is_none_or(|(a, b)| y - first > b - a) {
                        best = Some((first, y));
                    }
                    start = None;
                }
                _ => {}
            }
        }
        best
    };
    let (up, down) = (longest(true), longest(false));
    let len = |run: Option<(usize, usize)>| run.map_or(0, |(first, end)| end - first);
    let (run, is_up) = if len(up) >= len(down) { (up?, true) } else { (down?, false) };
    if run.1 - run.0 < LINES_MIN {
        return None;
    }
    let (top, bottom) = if is_up { (run.0, run.1) } else { (run.0 - 1, run.1 - 1) };
    Some(Shift { top, bottom: bottom.min(high - 1), up: is_up })
}

/// Whether the lines differ in style and the mark of the selection at most.
fn near(a: Option<&[Cell]>, b: Option<&[Cell]>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.iter().zip(b).filter(|(a, b)| a.symbol() != b.symbol()).count() <= 1,
        _ => false,
    }
}

impl Shift {
    /// Tells the terminal.
    pub(super) fn send(self, to: &mut impl Write) -> io::Result<()> {
        // Lines that come in take the current background: colours are reset first.
        let way = if self.up { 'S' } else { 'T' };
        write!(to, "\u{1b}[0m\u{1b}[{};{}r\u{1b}[1{way}\u{1b}[r", self.top + 1, self.bottom + 1)
    }

    /// Does to our copy of the screen what the terminal does.
    pub(super) fn apply(self, shown: &mut Buffer) {
        let wide = usize::from(shown.area.width);
        let Some(lines) = shown.content.get_mut(self.top * wide..(self.bottom + 1) * wide) else { return };
        let len = lines.len();
        if self.up {
            lines.rotate_left(wide);
            lines.iter_mut().skip(len.saturating_sub(wide)).for_each(Cell::reset);
        } else {
            lines.rotate_right(wide);
            lines.iter_mut().take(wide).for_each(Cell::reset);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::{Modifier, Style};

    /// Lines `from..` of a long list between a head and a foot, one of them selected.
    fn screen(from: usize, selected: usize) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 14));
        buffer.set_string(0, 0, "head", Style::new());
        buffer.set_string(0, 13, "foot", Style::new());
        for (y, number) in (1_u16..13).zip(from..) {
            let mark = if number == selected { ">" } else { " " };
            let style =
                if number == selected { Style::new().add_modifier(Modifier::REVERSED) } else { Style::new() };
            buffer.set_string(0, y, format!("{mark} movie {:05}", number * 7919), style);
        }
        buffer
    }

    #[test]
    fn a_list_that_moves_by_a_line_is_shifted_and_ends_up_the_same() {
        for (before, after, up) in [
            (screen(10, 18), screen(11, 19), true),
            (screen(10, 13), screen(9, 12), false),
            (screen(10, 50), screen(11, 50), true),
        ] {
            let shift = find(&before, &after).expect("it is a shift");
            assert_eq!(shift.up, up);
            let mut shown = before.clone();
            shift.apply(&mut shown);
            let left = shown.diff(&after).len();
            assert!(left <= 3 * 20, "{left} cells are left to draw");
            assert!(before.diff(&after).len() > left);
        }
    }

    #[test]
    fn what_is_no_shift_is_drawn() {
        assert_eq!(find(&screen(10, 12), &screen(10, 13)), None);
        assert_eq!(find(&screen(10, 12), &screen(400, 402)), None);
        assert_eq!(find(&Buffer::empty(Rect::ZERO), &Buffer::empty(Rect::ZERO)), None);
    }
}
