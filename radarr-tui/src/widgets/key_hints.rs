//! The last line: which keys do what here. What does not fit is left out whole, and `?` always fits.

use ratatui::layout::Rect;

use super::canvas::Canvas;
use crate::text;
use crate::theme::Tone;

/// Draws the hints that fit into the area's line `y`; the last one, which says where the rest is, always shows.
pub fn draw(canvas: &mut Canvas, area: Rect, y: u16, hints: &[(&str, &str)], last: (&str, &str)) {
    let columns = |(key, help): (&str, &str)| text::width(key) + 1 + text::width(help) + 2;
    let mut room = usize::from(area.width).saturating_sub(columns(last) + 1);
    let mut x = 1;
    for (key, help) in hints.iter().copied().take_while(|hint| {
        let wanted = columns(*hint);
        let fits = wanted <= room;
        room = room.saturating_sub(wanted);
        fits
    }) {
        x = canvas.texts(area, x, y, &[(key, Tone::Accent), (" ", Tone::Normal), (help, Tone::Dim)]) + 2;
    }
    canvas.texts(area, x, y, &[(last.0, Tone::Accent), (" ", Tone::Normal), (last.1, Tone::Dim)]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Theme;
    use ratatui::buffer::Buffer;

    #[test]
    fn hints_that_do_not_fit_are_left_out_whole() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 30, 1));
        let mut canvas = Canvas::new(&mut buffer, Theme::Plain);
        let hints = [("enter", "open"), ("a", "add"), ("i", "search releases")];
        draw(&mut canvas, Rect::new(0, 0, 30, 1), 0, &hints, ("?", "keys"));
        let drawn: String = buffer.content().iter().map(ratatui::buffer::Cell::symbol).collect();
        assert_eq!(drawn.trim_end(), " enter open  a add  ? keys");
    }
}
