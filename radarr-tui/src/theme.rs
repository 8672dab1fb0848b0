//! What a text means, and how that looks. The terminal's own sixteen colours and its background are used, so that
//! light and dark terminals both stay readable; nothing is said by colour alone.

use ratatui::style::{Color, Modifier, Style};

/// What a text means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// As all text.
    #[default]
    Normal,
    /// Less important.
    Dim,
    /// A heading.
    Strong,
    /// Well.
    Good,
    /// Look at it.
    Warn,
    /// Wrong.
    Bad,
    /// A key, a link, what one works on.
    Accent,
    /// Where the selection is.
    Selected,
}

/// How meanings look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// With the terminal's sixteen colours.
    Colours,
    /// Bold, dim and reversed only.
    Plain,
}

impl Theme {
    /// Colours, unless `NO_COLOR` is set, the terminal is a dumb one, or the user said no.
    pub fn detect(no_color: bool) -> Self {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        if no_color || set("NO_COLOR") || dumb { Self::Plain } else { Self::Colours }
    }

    /// How that meaning looks.
    pub fn style(self, tone: Tone) -> Style {
        let plain = match tone {
            Tone::Normal | Tone::Good | Tone::Warn => Style::new(),
            Tone::Dim => Style::new().add_modifier(Modifier::DIM),
            Tone::Strong | Tone::Bad | Tone::Accent => Style::new().add_modifier(Modifier::BOLD),
            // One bar, whatever the cells below it mean: reversed colours would tear it, and dim ones hide in it.
            Tone::Selected => Style::reset().add_modifier(Modifier::REVERSED),
        };
        if self == Self::Plain {
            return plain;
        }
        match tone {
            Tone::Normal | Tone::Dim | Tone::Strong | Tone::Selected => plain,
            Tone::Good => plain.fg(Color::Green),
            Tone::Warn => plain.fg(Color::Yellow),
            Tone::Bad => plain.fg(Color::Red),
            Tone::Accent => plain.fg(Color::Cyan),
        }
    }
}
