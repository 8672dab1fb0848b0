//! What is drawn on: the screen's cells with the theme. Text is cleaned here, so that no release name can steer the
//! terminal, and clipped here, so that no size of the terminal can make drawing fail.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::text;
use crate::theme::{Theme, Tone};

/// The screen while it is drawn.
pub struct Canvas<'a> {
    buffer: &'a mut Buffer,
    theme: Theme,
    cursor: Option<Position>,
}

impl<'a> Canvas<'a> {
    /// A canvas over all cells of the buffer.
    pub fn new(buffer: &'a mut Buffer, theme: Theme) -> Self {
        Self { buffer, theme, cursor: None }
    }

    /// All of it.
    pub fn area(&self) -> Rect {
        self.buffer.area
    }

    /// Where the text cursor shall stand, if anywhere.
    pub fn cursor(&self) -> Option<Position> {
        self.cursor
    }

    /// Puts the text cursor there, when that is inside.
    pub fn set_cursor(&mut self, x: u16, y: u16) {
        let position = Position::new(x, y);
        if self.buffer.area.contains(position) {
            self.cursor = Some(position);
        }
    }

    /// Nobody types here.
    pub fn no_cursor(&mut self) {
        self.cursor = None;
    }

    /// Writes a text at a column of a line of the area, clipped to it, `…` where it was cut. Returns its columns.
    pub fn text(&mut self, area: Rect, x: u16, y: u16, text: &str, tone: Tone) -> u16 {
        let area = area.intersection(self.buffer.area);
        if y >= area.height || x >= area.width {
            return 0;
        }
        let room = area.width - x;
        let clean = text::clean(text);
        let cut = text::cut(&clean, usize::from(room));
        let (end, _) =
            self.buffer.set_stringn(area.x + x, area.y + y, cut, usize::from(room), self.theme.style(tone));
        end.saturating_sub(area.x + x)
    }

    /// Writes a text that ends at the right edge of the area's line.
    pub fn right(&mut self, area: Rect, y: u16, text: &str, tone: Tone) {
        let clean = text::clean(text).into_owned();
        let wide = u16::try_from(text::width(&clean)).unwrap_or(u16::MAX);
        self.text(area, area.width.saturating_sub(wide), y, &clean, tone);
    }

    /// Writes several texts after each other. Returns the column behind the last.
    pub fn texts(&mut self, area: Rect, x: u16, y: u16, texts: &[(&str, Tone)]) -> u16 {
        texts.iter().fold(x, |x, (text, tone)| x + self.text(area, x, y, text, *tone))
    }

    /// Writes a text over several lines from line `y` on, broken between words. Returns how many it took.
    pub fn wrapped(&mut self, area: Rect, y: u16, text: &str, tone: Tone) -> u16 {
        let mut used = 0;
        for line in wrap(text, usize::from(area.width)) {
            if y + used >= area.height {
                break;
            }
            self.text(area, 0, y + used, &line, tone);
            used += 1;
        }
        used
    }

    /// Lays a meaning over the cells of a line.
    pub fn tint(&mut self, area: Rect, y: u16, tone: Tone) {
        let line = Rect::new(area.x, area.y.saturating_add(y), area.width, 1);
        let line = line.intersection(area).intersection(self.buffer.area);
        self.buffer.set_style(line, self.theme.style(tone));
    }

    /// Empties the area.
    pub fn clear(&mut self, area: Rect) {
        let area = area.intersection(self.buffer.area);
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                if let Some(cell) = self.buffer.cell_mut((x, y)) {
                    cell.reset();
                }
            }
        }
    }

    /// A rule across the area's line with a title in it.
    pub fn rule(&mut self, area: Rect, y: u16, title: &str) {
        let line = "─".repeat(usize::from(area.width));
        self.text(area, 0, y, &line, Tone::Dim);
        if !title.is_empty() {
            self.text(area, 2, y, &format!(" {title} "), Tone::Strong);
        }
    }

    /// A frame in the middle of the screen, large enough for the content where there is room; returns its inside.
    pub fn window(&mut self, title: &str, wanted_width: u16, wanted_height: u16) -> Rect {
        let all = self.area();
        let wide = wanted_width.saturating_add(4).min(all.width);
        let high = wanted_height.saturating_add(2).min(all.height);
        let area = Rect::new((all.width - wide) / 2, (all.height - high) / 2, wide, high);
        self.clear(area);
        if wide < 4 || high < 3 {
            return Rect::new(area.x, area.y, wide, high);
        }
        let line = "─".repeat(usize::from(wide - 2));
        self.text(area, 0, 0, &format!("┌{line}┐"), Tone::Dim);
        self.text(area, 0, high - 1, &format!("└{line}┘"), Tone::Dim);
        for y in 1..high - 1 {
            self.text(area, 0, y, "│", Tone::Dim);
            self.text(area, wide - 1, y, "│", Tone::Dim);
        }
        self.text(Rect { width: wide - 1, ..area }, 2, 0, &format!(" {title} "), Tone::Strong);
        Rect::new(area.x + 2, area.y + 1, wide - 4, high - 2)
    }
}

/// The text in lines of at most `columns`, broken between words where there are any.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let clean = text::clean(text);
    let mut lines = Vec::new();
    let mut line = String::new();
    if columns == 0 {
        return lines;
    }
    for word in clean.split(' ') {
        let mut word = word.to_owned();
        let gap = usize::from(!line.is_empty());
        if text::width(&line) + gap + text::width(&word) > columns && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        // A word that is longer than a line, such as a release name, is broken where the line ends.
        while text::width(&word) > columns {
            let (head, tail) = split_at_width(&word, columns);
            if head.is_empty() {
                break;
            }
            lines.push(head);
            word = tail;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    lines.push(line);
    lines
}

fn split_at_width(word: &str, columns: usize) -> (String, String) {
    let mut head = String::new();
    for (at, character) in word.char_indices() {
        head.push(character);
        if text::width(&head) > columns {
            head.pop();
            return (head, word.get(at..).unwrap_or_default().to_owned());
        }
    }
    (head, String::new())
}

/// Parts an area into an upper one of `height` lines and the rest.
pub fn split_top(area: Rect, height: u16) -> (Rect, Rect) {
    let height = height.min(area.height);
    let upper = Rect { height, ..area };
    let lower = Rect { y: area.y + height, height: area.height - height, ..area };
    (upper, lower)
}

/// Parts an area into a left one of `width` columns and the rest.
pub fn split_left(area: Rect, width: u16) -> (Rect, Rect) {
    let width = width.min(area.width);
    let left = Rect { width, ..area };
    let right = Rect { x: area.x + width, width: area.width - width, ..area };
    (left, right)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_breaks_between_words_and_inside_long_ones() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("a Some.Release.Name b", 6), ["a", "Some.R", "elease", ".Name", "b"]);
        assert_eq!(wrap("", 5), [""]);
    }

    proptest! {
        #[test]
        fn drawing_outside_the_screen_is_harmless(
            text in "\\PC{0,30}", x in 0_u16..90, y in 0_u16..40, wide in 0_u16..80, high in 0_u16..30,
        ) {
            let mut buffer = Buffer::empty(Rect::new(0, 0, wide, high));
            let mut canvas = Canvas::new(&mut buffer, Theme::Plain);
            let area = Rect::new(0, 0, 100, 50);
            canvas.text(area, x, y, &text, Tone::Normal);
            canvas.right(area, y, &text, Tone::Normal);
            canvas.wrapped(area, y, &text, Tone::Normal);
            canvas.rule(area, y, &text);
            canvas.tint(area, y, Tone::Selected);
            canvas.window(&text, x, y);
            canvas.set_cursor(x, y);
        }

        #[test]
        fn no_line_is_wider_than_asked(text in "\\PC{0,60}", columns in 2_usize..20) {
            for line in wrap(&text, columns) {
                prop_assert!(text::width(&line) <= columns, "{:?}", line);
            }
        }
    }
}
